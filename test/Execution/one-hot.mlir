// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// One-hot tensors that stay tensors.

func.func @vector() {
  %i = check.constant dense<[2, 0, 2]> : tensor<3xi64>
  %n = arith.constant 4 : index
  %r = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x4xf32>
  check.expect_eq %r, dense<[[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]]> : tensor<3x4xf32>
  return
}

// Every extent is known at run time only.
func.func @matrix() {
  %i = check.constant dense<[[2, 0], [1, 1]]> : tensor<2x2xi32> as tensor<?x?xi32>
  %n = check.constant 3 : index
  %r = emb.one_hot %i depth %n : tensor<?x?xi32> -> tensor<?x?x?xf64>
  check.expect_eq %r, dense<[[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]], [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]]> : tensor<2x2x3xf64> as tensor<?x?x?xf64>
  return
}

func.func @scalar() {
  %i = check.constant dense<1> : tensor<i64>
  %n = arith.constant 3 : index
  %r = emb.one_hot %i depth %n : tensor<i64> -> tensor<3xbf16>
  check.expect_eq %r, dense<[0.0, 1.0, 0.0]> : tensor<3xbf16>
  return
}

func.func @nothing() {
  %i = check.constant dense<> : tensor<0xi64>
  %n = check.constant 3 : index
  %r = emb.one_hot %i depth %n : tensor<0xi64> -> tensor<0x3xf16>
  check.expect_eq %r, dense<> : tensor<0x3xf16>
  return
}

// What other rows hold is not seen: it is a selection.
func.func @product_with_nan() {
  %i = check.constant dense<[2, 0]> : tensor<2xi64>
  %w = check.constant dense<[[1.0, 2.0], [0x7FC00000, 0x7F800000], [5.0, 6.0]]> : tensor<3x2xf32>
  %n = arith.constant 3 : index
  %x = emb.one_hot %i depth %n : tensor<2xi64> -> tensor<2x3xf32>
  %z = arith.constant dense<0.0> : tensor<2x2xf32>
  %r = linalg.matmul ins(%x, %w : tensor<2x3xf32>, tensor<3x2xf32>) outs(%z : tensor<2x2xf32>) -> tensor<2x2xf32>
  check.expect_eq %r, dense<[[5.0, 6.0], [1.0, 2.0]]> : tensor<2x2xf32>
  return
}
