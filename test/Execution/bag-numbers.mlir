// RUN: emb-check %s
// RUN: emb-check %s --threads=1

// Order of accumulation, rounding, ties and NaN.

// In f32 1 + 2^24 = 2^24, so that the order of the bag decides.
func.func @order() {
  %t = check.constant dense<[[1.0], [16777216.0], [-16777216.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[[0, 1, 2], [1, 2, 0], [1, 0, 2]]> : tensor<3x3xi64>
  %r = emb.bag sum %t[%i] : tensor<3x1xf32>, tensor<3x3xi64> -> tensor<3x1xf32>
  check.expect_eq %r, dense<[[0.0], [1.0], [0.0]]> : tensor<3x1xf32>
  return
}

// f64 tables are summed in f64.
func.func @f64() {
  %t = check.constant dense<[[1.0], [16777216.0], [-16777216.0]]> : tensor<3x1xf64>
  %i = check.constant dense<[[0, 1, 2]]> : tensor<1x3xi64>
  %r = emb.bag sum %t[%i] : tensor<3x1xf64>, tensor<1x3xi64> -> tensor<1x1xf64>
  check.expect_eq %r, dense<1.0> : tensor<1x1xf64>
  return
}

// bf16 has 8 bits: 256 + 1 would stay 256, but f32 sees 258.
func.func @bf16_sum() {
  %t = check.constant dense<[[256.0], [1.0]]> : tensor<2x1xbf16>
  %i = check.constant dense<[[0, 1, 1]]> : tensor<1x3xi64>
  %r = emb.bag sum %t[%i] : tensor<2x1xbf16>, tensor<1x3xi64> -> tensor<1x1xbf16>
  check.expect_eq %r, dense<258.0> : tensor<1x1xbf16>
  return
}

// f16 has 11 bits: (2048 + 1 + 0) / 3 = 683 is rounded once, after the division
// (2048 / 3 would be 682.5).
func.func @f16_mean() {
  %t = check.constant dense<[[2048.0], [1.0], [0.0]]> : tensor<3x1xf16>
  %i = check.constant dense<[[0, 1, 2]]> : tensor<1x3xi32>
  %r = emb.bag mean %t[%i] : tensor<3x1xf16>, tensor<1x3xi32> -> tensor<1x1xf16>
  check.expect_eq %r, dense<683.0> : tensor<1x1xf16>
  return
}

// A sum beyond the largest f16 is infinite.
func.func @f16_overflow() {
  %t = check.constant dense<[[65504.0]]> : tensor<1x1xf16>
  %i = check.constant dense<[[0, 0]]> : tensor<1x2xi32>
  %r = emb.bag sum %t[%i] : tensor<1x1xf16>, tensor<1x2xi32> -> tensor<1x1xf16>
  check.expect_eq %r, dense<0x7C00> : tensor<1x1xf16>
  return
}

// The sum and the mean of one entry are that entry.
func.func @single() {
  %t = check.constant dense<[[0.1, -3.0, 0x7F800000]]> : tensor<1x3xf32>
  %i = check.constant dense<[[0]]> : tensor<1x1xi32>
  %s = emb.bag sum %t[%i] : tensor<1x3xf32>, tensor<1x1xi32> -> tensor<1x3xf32>
  %m = emb.bag mean %t[%i] : tensor<1x3xf32>, tensor<1x1xi32> -> tensor<1x3xf32>
  check.expect_eq %s, dense<[[0.1, -3.0, 0x7F800000]]> : tensor<1x3xf32>
  check.expect_eq %m, dense<[[0.1, -3.0, 0x7F800000]]> : tensor<1x3xf32>
  return
}

// Of equal values the first in the bag wins: visible in the sign of zero.
func.func @max_ties() {
  %t = check.constant dense<[[0.0], [-0.0]]> : tensor<2x1xf32>
  %i = check.constant dense<[[0, 1], [1, 0]]> : tensor<2x2xi64>
  %r = emb.bag max %t[%i] : tensor<2x1xf32>, tensor<2x2xi64> -> tensor<2x1xf32>
  check.expect_eq %r, dense<[[0.0], [-0.0]]> : tensor<2x1xf32>
  return
}

// A NaN in the first entry stays, a later one is ignored.
func.func @max_nan() {
  %t = check.constant dense<[[0x7FC00000], [1.0], [2.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[[0, 1, 2], [1, 0, 2], [2, 1, 0]]> : tensor<3x3xi64>
  %r = emb.bag max %t[%i] : tensor<3x1xf32>, tensor<3x3xi64> -> tensor<3x1xf32>
  check.expect_close %r, dense<[[0x7FC00000], [2.0], [2.0]]> : tensor<3x1xf32> rtol 0.0 atol 0.0
  return
}

// A bag of nothing but -inf is not empty.
func.func @max_infinity() {
  %t = check.constant dense<[[0xFF800000]]> : tensor<1x1xf32>
  %i = check.constant dense<[[0, 0]]> : tensor<1x2xi64>
  %r = emb.bag max %t[%i] : tensor<1x1xf32>, tensor<1x2xi64> -> tensor<1x1xf32>
  check.expect_eq %r, dense<0xFF800000> : tensor<1x1xf32>
  return
}

func.func @max_low_precision() {
  %t = check.constant dense<[[1.5, -2.0], [0.5, -0.25]]> : tensor<2x2xbf16>
  %i = check.constant dense<[[1, 0]]> : tensor<1x2xi64>
  %r = emb.bag max %t[%i] : tensor<2x2xbf16>, tensor<1x2xi64> -> tensor<1x2xbf16>
  check.expect_eq %r, dense<[[1.5, -0.25]]> : tensor<1x2xbf16>
  return
}

// A sum begins at +0.0; the largest of two zeros is the first.
func.func @negative_zeros() {
  %w = check.constant dense<-0.0> : tensor<1x5xf32>
  %i = check.constant dense<0> : tensor<1x2xi64>
  %y = emb.bag sum %w[%i] : tensor<1x5xf32>, tensor<1x2xi64> -> tensor<1x5xf32>
  %z = emb.bag max %w[%i] : tensor<1x5xf32>, tensor<1x2xi64> -> tensor<1x5xf32>
  check.expect_eq %y, dense<0.0> : tensor<1x5xf32>
  check.expect_eq %z, dense<-0.0> : tensor<1x5xf32>
  return
}
