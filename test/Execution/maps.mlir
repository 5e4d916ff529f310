// RUN: emb-check %s
// RUN: emb-check %s --threads=1
// RUN: emb-check %s --threads=3

#ij = affine_map<(i, j) -> (i, j)>
#j = affine_map<(i, j) -> (j)>
#i = affine_map<(i, j) -> (i)>

// d = x[i] + 3 - 1, or its root where it is not larger than 4; and x[i] + 3. Three
// rows of four vectors of 16.
func.func @columns() {
  %x = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>
  %row = check.constant dense<3.0> : tensor<64xf32>
  %first = tensor.collapse_shape %x [[0, 1]] : tensor<3x1xf32> into tensor<3xf32>
  %s = arith.constant 4.0 : f32
  %e = tensor.empty() : tensor<3x64xf32>
  %f = tensor.empty() : tensor<3x64xf32>
  %r:2 = linalg.generic {indexing_maps = [#i, #j, #ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%first, %row : tensor<3xf32>, tensor<64xf32>) outs(%e, %f : tensor<3x64xf32>, tensor<3x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32, %p: f32):
    %one = arith.constant 1.0 : f32
    %c = arith.addf %a, %b : f32
    %d = arith.subf %c, %one : f32
    %larger = arith.cmpf ogt, %d, %s : f32
    %root = math.sqrt %d : f32
    %chosen = arith.select %larger, %d, %root : f32
    linalg.yield %chosen, %c : f32, f32
  } -> (tensor<3x64xf32>, tensor<3x64xf32>)
  %part = tensor.extract_slice %r#0[0, 15] [3, 2] [1, 1] : tensor<3x64xf32> to tensor<3x2xf32>
  %last = tensor.extract_slice %r#1[0, 62] [3, 2] [1, 1] : tensor<3x64xf32> to tensor<3x2xf32>
  check.expect_eq %part, dense<[[1.7320508, 1.7320508], [2.0, 2.0], [6.0, 6.0]]> : tensor<3x2xf32>
  check.expect_eq %last, dense<[[4.0, 4.0], [5.0, 5.0], [7.0, 7.0]]> : tensor<3x2xf32>
  return
}

// 500 rows of two vectors, on threads, have the bits of the elements one by one:
// rows of one element are left to LLVM.
func.func @bits() {
  %scale = arith.constant 0.00390625 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %empty = tensor.empty() : tensor<500x32xf32>
  %x = linalg.generic {indexing_maps = [#ij], iterator_types = ["parallel", "parallel"]} outs(%empty : tensor<500x32xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %32 = arith.constant 32 : index
    %k = arith.muli %i, %32 : index
    %l = arith.addi %k, %j : index
    %m = arith.index_cast %l : index to i32
    %n = arith.sitofp %m : i32 to f32
    %p = arith.mulf %n, %scale : f32
    linalg.yield %p : f32
  } -> tensor<500x32xf32>
  %dynamic = tensor.cast %x : tensor<500x32xf32> to tensor<?x?xf32>
  %rows = check.constant dense<500> : tensor<1xi64>
  %numRows = tensor.extract %rows[%c0] : tensor<1xi64>
  %n = arith.index_cast %numRows : i64 to index
  %slice = tensor.extract_slice %dynamic[0, 0] [%n, 32] [1, 1] : tensor<?x?xf32> to tensor<?x32xf32>
  %vectors = func.call @cell(%slice) : (tensor<?x32xf32>) -> tensor<?x32xf32>
  %turned = tensor.expand_shape %slice [[0], [1, 2]] output_shape [%n, 32, 1] : tensor<?x32xf32> into tensor<?x32x1xf32>
  %e = tensor.empty(%n) : tensor<?x32x1xf32>
  %elements = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, j, k)>],
                              iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%turned : tensor<?x32x1xf32>) outs(%e : tensor<?x32x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = math.tanh %a : f32
    %1 = math.exp %0 : f32
    %2 = math.log1p %1 : f32
    %3 = arith.divf %2, %a : f32
    linalg.yield %3 : f32
  } -> tensor<?x32x1xf32>
  %back = tensor.collapse_shape %elements [[0], [1, 2]] : tensor<?x32x1xf32> into tensor<?x32xf32>
  check.expect_eq_value %vectors, %back : tensor<?x32xf32>
  return
}

func.func private @cell(%x: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x32xf32>
  %e = tensor.empty(%n) : tensor<?x32xf32>
  %r = linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x32xf32>) outs(%e : tensor<?x32xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = math.tanh %a : f32
    %1 = math.exp %0 : f32
    %2 = math.log1p %1 : f32
    %3 = arith.divf %2, %a : f32
    linalg.yield %3 : f32
  } -> tensor<?x32xf32>
  return %r : tensor<?x32xf32>
}
