// RUN: emb-check %s
// RUN: emb-check %s --threads=1

// The terms of a sum are added in the order of k, whichever loop is inside:
// (2^24 + 1) - 2^24 = 0 in f32, 1 + 2^24 - 2^24 = 0, and 2^24 - 2^24 + 1 = 1.
func.func @order() {
  %a = check.constant dense<[[1.0, 1.0, 1.0]]> : tensor<1x3xf32>
  %b = check.constant dense<[[16777216.0, 1.0, 16777216.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0],
                             [1.0, 16777216.0, -16777216.0, 1.0, 1.0, 1.0, 1.0, 1.0, 4.0],
                             [-16777216.0, -16777216.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 5.0]]> : tensor<3x9xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<1x9xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<1x9xf32>) -> tensor<1x9xf32>
  %r = linalg.matmul ins(%a, %b : tensor<1x3xf32>, tensor<3x9xf32>) outs(%f : tensor<1x9xf32>) -> tensor<1x9xf32>
  check.expect_eq %r, dense<[[0.0, 0.0, 1.0, 3.0, 3.0, 3.0, 3.0, 3.0, 12.0]]> : tensor<1x9xf32>
  return
}

// [[1, 2], [3, 4]] transposed, times ten columns of (1, 10), (0, 1), ...
func.func @transposed() {
  %a = check.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = check.constant dense<[[1.0, 0.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0],
                             [10.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]]> : tensor<2x10xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x10xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<2x10xf32>) -> tensor<2x10xf32>
  %r = linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (k, i)>, affine_map<(i, j, k) -> (k, j)>,
                                      affine_map<(i, j, k) -> (i, j)>]
    ins(%a, %b : tensor<2x2xf32>, tensor<2x10xf32>) outs(%f : tensor<2x10xf32>) -> tensor<2x10xf32>
  check.expect_eq %r, dense<[[31.0, 3.0, 4.0, 2.0, 0.0, 0.0, 0.0, 0.0, 0.0, 8.0],
                             [42.0, 4.0, 6.0, 4.0, 0.0, 0.0, 0.0, 0.0, 0.0, 14.0]]> : tensor<2x10xf32>
  return
}
