// RUN: emb-check %s

// Sums of functions, which are computed in vectors. Along a row of f32 term i is
// added to lane i modulo 16, and then the halves of the lanes to each other; where
// positions count, the functions are computed 256 at a time and summed in order.
// Each must be, to the bit, what one gets by storing the functions first.

#i = affine_map<(i) -> (i)>
#none = affine_map<(i) -> ()>
#ij = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// 600 times e^0, over several tiles and a rest.
func.func @sum_of_ones() {
  %x = check.constant dense<0.0> : tensor<2x600xf32> as tensor<?x?xf32>
  %s = check.constant dense<[0.0, 1000.0]> : tensor<2xf32> as tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#ij, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x?xf32>) outs(%s : tensor<?xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %e = math.exp %a : f32
    %n = arith.addf %sum, %e : f32
    linalg.yield %n : f32
  } -> tensor<?xf32>
  check.expect_eq %r, dense<[600.0, 1600.0]> : tensor<2xf32> as tensor<?xf32>
  return
}

// 2^0 + 2^1 + ... + 2^8 is 511 in any order; 2^24 + 8 times 1 is 2^24 + 6 in this
// one: terms 8 and 4 are lost, then 2 is added, then 4. One by one all would be
// lost.
func.func @sum_in_order() {
  %x = check.constant dense<[[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [24.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<2x9xf32>
  %s = check.constant dense<0.0> : tensor<2xf32>
  %r = linalg.generic {indexing_maps = [#ij, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<2x9xf32>) outs(%s : tensor<2xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %e = math.exp2 %a : f32
    %n = arith.addf %sum, %e : f32
    linalg.yield %n : f32
  } -> tensor<2xf32>
  check.expect_eq %r, dense<[511.0, 16777222.0]> : tensor<2xf32>
  return
}

// Nothing to sum.
func.func @empty() {
  %x = check.constant dense<> : tensor<0xf32> as tensor<?xf32>
  %s = check.constant dense<7.0> : tensor<f32>
  %r = linalg.generic {indexing_maps = [#i, #none], iterator_types = ["reduction"]}
      ins(%x : tensor<?xf32>) outs(%s : tensor<f32>) {
  ^bb0(%a: f32, %sum: f32):
    %e = math.log %a : f32
    %n = arith.addf %sum, %e : f32
    linalg.yield %n : f32
  } -> tensor<f32>
  check.expect_eq %r, dense<7.0> : tensor<f32>
  return
}

// Positions count on over tiles: the sum of log2(2^k) = k * (k is odd) over
// k < 400, with 2 as argument and the position as factor, is 200^2 = 40000; in
// f64. The largest position with it, 399.
func.func @positions() {
  %x = check.constant dense<2.0> : tensor<400xf32> as tensor<?xf32>
  %s = check.constant dense<0.0> : tensor<f64>
  %m = check.constant dense<0.0> : tensor<f32>
  %r:2 = linalg.generic {indexing_maps = [#i, #none, #none], iterator_types = ["reduction"]}
      ins(%x : tensor<?xf32>) outs(%s, %m : tensor<f64>, tensor<f32>) {
  ^bb0(%a: f32, %sum: f64, %most: f32):
    %one = arith.constant 1 : i64
    %zero = arith.constant 0.0 : f32
    %l = math.log2 %a : f32
    %index = linalg.index 0 : index
    %k = arith.index_cast %index : index to i64
    %bit = arith.andi %k, %one : i64
    %isOdd = arith.cmpi eq, %bit, %one : i64
    %position = arith.sitofp %k : i64 to f32
    %p = arith.mulf %l, %position : f32
    %w = arith.extf %p : f32 to f64
    %more = arith.addf %sum, %w : f64
    %n = arith.select %isOdd, %more, %sum : f64
    %larger = arith.maximumf %most, %p : f32
    linalg.yield %n, %larger : f64, f32
  } -> (tensor<f64>, tensor<f32>)
  check.expect_eq %r#0, dense<40000.0> : tensor<f64>
  check.expect_eq %r#1, dense<399.0> : tensor<f32>
  return
}

// The function of two inputs; (1 - e^-9) / (1 - 1/e), and four times the largest
// element.
func.func @log_sum_exp() {
  %x = check.constant dense<[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], [1000.0, 0.0, -1.0, 1000.0, 3.0, 4.0, 1000.0, 5.0, 1000.0]]> : tensor<2x9xf32> as tensor<?x?xf32>
  %m = check.constant dense<[9.0, 1000.0]> : tensor<2xf32> as tensor<?xf32>
  %s = check.constant dense<0.0> : tensor<2xf32> as tensor<?xf32>
  %r = linalg.generic {indexing_maps = [#ij, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x, %m : tensor<?x?xf32>, tensor<?xf32>) outs(%s : tensor<?xf32>) {
  ^bb0(%a: f32, %largest: f32, %sum: f32):
    %d = arith.subf %a, %largest : f32
    %e = math.exp %d : f32
    %n = arith.addf %sum, %e : f32
    linalg.yield %n : f32
  } -> tensor<?xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %x, %c0 : tensor<?x?xf32>
  %columns = tensor.dim %x, %c1 : tensor<?x?xf32>
  %empty = tensor.empty(%rows, %columns) : tensor<?x?xf32>
  %e = linalg.generic {indexing_maps = [#ij, #row, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<?x?xf32>, tensor<?xf32>) outs(%empty : tensor<?x?xf32>) {
  ^bb0(%a: f32, %largest: f32, %o: f32):
    %d = arith.subf %a, %largest : f32
    %y = math.exp %d : f32
    linalg.yield %y : f32
  } -> tensor<?x?xf32>
  %zero = check.constant dense<0.0> : tensor<2xf32> as tensor<?xf32>
  %want = linalg.generic {indexing_maps = [#ij, #row], iterator_types = ["parallel", "reduction"]}
      ins(%e : tensor<?x?xf32>) outs(%zero : tensor<?xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %n = arith.addf %sum, %a : f32
    linalg.yield %n : f32
  } -> tensor<?xf32>
  check.expect_eq_value %r, %want : tensor<?xf32>
  check.expect_close %r, dense<[1.5817815, 4.0]> : tensor<2xf32> as tensor<?xf32> rtol 2.0e-7 atol 0.0
  return
}
