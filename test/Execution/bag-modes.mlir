// RUN: emb-check %s
// RUN: emb-check %s --strided

// sum, mean and max over the bags {0, 1}, {}, {3}.

func.func @sum() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, -4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 2, 2]> : tensor<3xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<3xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[4.0, -2.0], [0.0, 0.0], [7.0, 8.0]]> : tensor<3x2xf32>
  return
}

func.func @mean() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, -4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi32>
  %o = check.constant dense<[0, 2, 2]> : tensor<3xi32>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<3xi32>) : tensor<4x2xf32>, tensor<3xi32> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[2.0, -1.0], [0.0, 0.0], [7.0, 8.0]]> : tensor<3x2xf32>
  return
}

func.func @max() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, -4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 2, 2]> : tensor<3xi32>
  %r = emb.bag max %t[%i] offsets(%o : tensor<3xi32>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[3.0, 2.0], [0.0, 0.0], [7.0, 8.0]]> : tensor<3x2xf32>
  return
}

// An empty bag is 0 in mode max too, where every value of the table is less.
func.func @max_of_negative_values() {
  %t = check.constant dense<[[-1.0], [-2.0]]> : tensor<2x1xf64>
  %i = check.constant dense<[1, 0]> : tensor<2xi64>
  %o = check.constant dense<[0, 0, 2]> : tensor<3xi64>
  %r = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) : tensor<2x1xf64>, tensor<2xi64> -> tensor<3x1xf64>
  check.expect_eq %r, dense<[[0.0], [-1.0], [0.0]]> : tensor<3x1xf64>
  return
}

// Weights: 2 * [1, 2] + 0.5 * [3, -4] and 4 * [7, 8].
func.func @weights() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, -4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %o = check.constant dense<[0, 2]> : tensor<2xi64>
  %s = check.constant dense<[2.0, 0.5, 4.0]> : tensor<3xf32>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<2xi64>) weights(%s : tensor<3xf32>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  check.expect_eq %r, dense<[[3.5, 2.0], [28.0, 32.0]]> : tensor<2x2xf32>
  return
}

// The destination is an argument: its rows are replaced, empty bags included.
func.func @destination() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, -4.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[1, 1]> : tensor<2xi64>
  %o = check.constant dense<[0, 2]> : tensor<2xi64>
  %d = check.constant dense<9.0> : tensor<2x2xf32>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<2xi64>) outs(%d : tensor<2x2xf32>) : tensor<2x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  check.expect_eq %r, dense<[[6.0, -8.0], [0.0, 0.0]]> : tensor<2x2xf32>
  return
}
