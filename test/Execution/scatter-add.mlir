// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1
// RUN: emb-check %s --transposed

func.func @duplicates() {
  %w = check.constant dense<[[1.0, 1.0], [1.0, 1.0], [-0.0, 0x7FC00001]]> : tensor<3x2xf32>
  %g = check.constant dense<[[1.0, 2.0], [4.0, 8.0], [16.0, 32.0]]> : tensor<3x2xf32>
  %i = check.constant dense<[1, 0, 1]> : tensor<3xi64>
  %r = emb.scatter_add %g[%i] into %w : tensor<3x2xf32>, tensor<3xi64>, tensor<3x2xf32>
  check.expect_eq %r, dense<[[5.0, 9.0], [18.0, 35.0], [-0.0, 0x7FC00001]]> : tensor<3x2xf32>
  return
}

func.func @rank2() {
  %w = check.constant dense<0.0> : tensor<3x1xf64> as tensor<?x1xf64>
  %g = check.constant dense<[[[1.0], [2.0]], [[4.0], [8.0]]]> : tensor<2x2x1xf64> as tensor<?x?x1xf64>
  %i = check.constant dense<[[2, 0], [2, 2]]> : tensor<2x2xi32> as tensor<?x?xi32>
  %r = emb.scatter_add %g[%i] into %w : tensor<?x?x1xf64>, tensor<?x?xi32>, tensor<?x1xf64>
  check.expect_eq %r, dense<[[2.0], [0.0], [13.0]]> : tensor<3x1xf64> as tensor<?x1xf64>
  return
}

func.func @rank0() {
  %w = check.constant dense<1.0> : tensor<2x2xf32>
  %g = check.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %i = check.constant dense<1> : tensor<i64>
  %r = emb.scatter_add %g[%i] into %w : tensor<2xf32>, tensor<i64>, tensor<2x2xf32>
  check.expect_eq %r, dense<[[1.0, 1.0], [2.0, 3.0]]> : tensor<2x2xf32>
  return
}

func.func @nothing() {
  %w = check.constant dense<1.0> : tensor<2x2xf32>
  %g = check.constant dense<> : tensor<0x2xf32>
  %i = check.constant dense<> : tensor<0xi64>
  %r = emb.scatter_add %g[%i] into %w : tensor<0x2xf32>, tensor<0xi64>, tensor<2x2xf32>
  check.expect_eq %r, dense<1.0> : tensor<2x2xf32>
  return
}

// The duplicates are summed first: 2^24 + (1 + 1), where (2^24 + 1) + 1 = 2^24.
func.func @sum_first() {
  %w = check.constant dense<[[16777216.0]]> : tensor<1x1xf32>
  %g = check.constant dense<[[1.0], [1.0]]> : tensor<2x1xf32>
  %i = check.constant dense<[0, 0]> : tensor<2xi64>
  %r = emb.scatter_add %g[%i] into %w : tensor<2x1xf32>, tensor<2xi64>, tensor<1x1xf32>
  check.expect_eq %r, dense<[[16777218.0]]> : tensor<1x1xf32>
  return
}

// In ascending order of occurrence: (1 + 2^24) - 2^24 = 0 in row 0, and
// (2^24 - 2^24) + 1 = 1 in row 1.
func.func @order() {
  %w = check.constant dense<[[0.0], [0.0]]> : tensor<2x1xf32>
  %g = check.constant dense<[[1.0], [16777216.0], [16777216.0], [-16777216.0], [-16777216.0], [1.0]]> : tensor<6x1xf32>
  %i = check.constant dense<[0, 1, 0, 0, 1, 1]> : tensor<6xi64>
  %r = emb.scatter_add %g[%i] into %w : tensor<6x1xf32>, tensor<6xi64>, tensor<2x1xf32>
  check.expect_eq %r, dense<[[0.0], [1.0]]> : tensor<2x1xf32>
  return
}

// One rounding: 256 + 2 in bf16 and 2048 + 2 in f16.
func.func @bf16() {
  %w = check.constant dense<[[256.0]]> : tensor<1x1xbf16>
  %g = check.constant dense<[[1.0], [1.0]]> : tensor<2x1xbf16>
  %i = check.constant dense<[0, 0]> : tensor<2xi64>
  %r = emb.scatter_add %g[%i] into %w : tensor<2x1xbf16>, tensor<2xi64>, tensor<1x1xbf16>
  check.expect_eq %r, dense<[[258.0]]> : tensor<1x1xbf16>
  return
}

func.func @f16() {
  %w = check.constant dense<[[2048.0]]> : tensor<1x1xf16>
  %g = check.constant dense<[[1.0], [1.0]]> : tensor<2x1xf16>
  %i = check.constant dense<[0, 0]> : tensor<2xi64>
  %r = emb.scatter_add %g[%i] into %w : tensor<2x1xf16>, tensor<2xi64>, tensor<1x1xf16>
  check.expect_eq %r, dense<[[2050.0]]> : tensor<1x1xf16>
  return
}

// Into a fresh table: the dense form of a sparse gradient.
func.func @fresh() {
  %g = check.constant dense<[[1.0, 2.0], [4.0, 8.0], [16.0, 32.0]]> : tensor<3x2xf32>
  %i = check.constant dense<[1, 3, 1]> : tensor<3xi64>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x2xf32>
  %w = linalg.fill ins(%zero : f32) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %r = emb.scatter_add %g[%i] into %w : tensor<3x2xf32>, tensor<3xi64>, tensor<4x2xf32>
  check.expect_eq %r, dense<[[0.0, 0.0], [17.0, 34.0], [0.0, 0.0], [4.0, 8.0]]> : tensor<4x2xf32>
  return
}
