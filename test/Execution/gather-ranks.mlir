// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --transposed

// Indices of any rank, i32 and i64: the result has their shape followed by D.

func.func @rank0() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
  %i = check.constant dense<2> : tensor<i64>
  %r = emb.gather %t[%i] : tensor<4x2xf32>, tensor<i64> -> tensor<2xf32>
  check.expect_eq %r, dense<[5.0, 6.0]> : tensor<2xf32>
  return
}

func.func @rank1() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[3, 0, 3]> : tensor<3xi32>
  %r = emb.gather %t[%i] : tensor<4x2xf32>, tensor<3xi32> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[7.0, 8.0], [1.0, 2.0], [7.0, 8.0]]> : tensor<3x2xf32>
  return
}

func.func @rank2() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[[1, 2], [0, 3]]> : tensor<2x2xi32>
  %r = emb.gather %t[%i] : tensor<4x2xf32>, tensor<2x2xi32> -> tensor<2x2x2xf32>
  check.expect_eq %r, dense<[[[3.0, 4.0], [5.0, 6.0]], [[1.0, 2.0], [7.0, 8.0]]]> : tensor<2x2x2xf32>
  return
}

func.func @rank3() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[[[0], [1]], [[2], [3]]]> : tensor<2x2x1xi64>
  %r = emb.gather %t[%i] : tensor<4x2xf32>, tensor<2x2x1xi64> -> tensor<2x2x1x2xf32>
  check.expect_eq %r, dense<[[[[1.0, 2.0]], [[3.0, 4.0]]], [[[5.0, 6.0]], [[7.0, 8.0]]]]> : tensor<2x2x1x2xf32>
  return
}

// The number of rows and of indices is known at run time only.
func.func @dynamic() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[[2, 0]]> : tensor<1x2xi64> as tensor<?x?xi64>
  %r = emb.gather %t[%i] : tensor<?x2xf32>, tensor<?x?xi64> -> tensor<?x?x2xf32>
  check.expect_eq %r, dense<[[[5.0, 6.0], [1.0, 2.0]]]> : tensor<1x2x2xf32> as tensor<?x?x2xf32>
  return
}
