// RUN: emb-check %s

// What is merged into a sum does not change a bit of it: the same numbers from
// tensors that are made (a lookup of squares) and from one loop. Rows of 50 have a
// tail; the second sum goes over the batch.

#bd = affine_map<(b, d) -> (b, d)>

// Numbers that no order adds alike: 0.1 (7 b + d) and its square.
func.func @sums() {
  %c0 = arith.constant 0 : index
  %c50 = arith.constant 50 : index
  %tenth = arith.constant 0.1 : f32
  %zero = arith.constant 0.0 : f32
  %ids = check.constant dense<[6, 0, 3, 3, 5]> : tensor<5xi64> as tensor<?xi64>
  %n = tensor.dim %ids, %c0 : tensor<?xi64>
  %te = tensor.empty() : tensor<7x50xf32>
  %t = linalg.generic {indexing_maps = [#bd], iterator_types = ["parallel", "parallel"]} outs(%te : tensor<7x50xf32>) {
  ^bb0(%o: f32):
    %b = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c7 = arith.constant 7 : index
    %m = arith.muli %b, %c7 : index
    %k = arith.addi %m, %d : index
    %s = arith.index_cast %k : index to i32
    %f = arith.sitofp %s : i32 to f32
    %x = arith.mulf %f, %tenth : f32
    linalg.yield %x : f32
  } -> tensor<7x50xf32>
  %x = emb.gather %t[%ids] : tensor<7x50xf32>, tensor<?xi64> -> tensor<?x50xf32>
  %e = tensor.empty(%n) : tensor<?x50xf32>
  %r = tensor.empty(%n) : tensor<?xf32>
  %c = tensor.empty() : tensor<50xf32>
  %rows = linalg.fill ins(%zero : f32) outs(%r : tensor<?xf32>) -> tensor<?xf32>
  %columns = linalg.fill ins(%zero : f32) outs(%c : tensor<50xf32>) -> tensor<50xf32>

  // One loop each.
  %square = arith.mulf %x, %x : tensor<?x50xf32>
  %root = math.absf %square : tensor<?x50xf32>
  %fused = linalg.reduce { arith.addf } ins(%root : tensor<?x50xf32>) outs(%rows : tensor<?xf32>) dimensions = [1]
  %fusedColumns = linalg.reduce { arith.addf } ins(%root : tensor<?x50xf32>) outs(%columns : tensor<50xf32>) dimensions = [0]

  // The squares are a table that is looked up: a tensor of its own.
  %te2 = tensor.empty() : tensor<7x50xf32>
  %t2 = linalg.generic {indexing_maps = [#bd, #bd], iterator_types = ["parallel", "parallel"]}
      ins(%t : tensor<7x50xf32>) outs(%te2 : tensor<7x50xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    linalg.yield %q : f32
  } -> tensor<7x50xf32>
  %y = emb.gather %t2[%ids] : tensor<7x50xf32>, tensor<?xi64> -> tensor<?x50xf32>
  %made = linalg.reduce { arith.addf } ins(%y : tensor<?x50xf32>) outs(%rows : tensor<?xf32>) dimensions = [1]
  %madeColumns = linalg.reduce { arith.addf } ins(%y : tensor<?x50xf32>) outs(%columns : tensor<50xf32>) dimensions = [0]
  check.expect_eq_value %fused, %made : tensor<?xf32>
  check.expect_eq_value %fusedColumns, %madeColumns : tensor<50xf32>
  return
}
