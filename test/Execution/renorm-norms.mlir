// RUN: emb-check %s
// RUN: emb-check %s --strided

// The norms. A row of norm n = 2 * max_norm is multiplied by n / 2 / (n + 1e-7),
// which in f32 rounds to exactly 0.5 from n = 4 on. Row 0 has that norm, row 1
// is below max_norm and stays.

// sqrt(3 * 3 + 4 * 4) = 5.
func.func @p2() {
  %w = check.constant dense<[[3.0, 4.0], [1.0, -2.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[1, 0]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 2.5 : tensor<2xi64>, tensor<2x2xf32>
  check.expect_eq %r, dense<[[1.5, 2.0], [1.0, -2.0]]> : tensor<2x2xf32>
  return
}

// 1 + 2 + 1 = 4.
func.func @p1() {
  %w = check.constant dense<[[1.0, -2.0, 1.0], [1.0, -0.5, 0.25]]> : tensor<2x3xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 2.0 norm_type 1.0 : tensor<2xi64>, tensor<2x3xf32>
  check.expect_eq %r, dense<[[0.5, -1.0, 0.5], [1.0, -0.5, 0.25]]> : tensor<2x3xf32>
  return
}

// The number of nonzeros is 4.
func.func @p0() {
  %w = check.constant dense<[[5.0, 1.0, -7.0, 0.0, 1.0], [100.0, 0.0, 0.0, -0.0, 0.0]]> : tensor<2x5xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 2.0 norm_type 0.0 : tensor<2xi64>, tensor<2x5xf32>
  check.expect_eq %r, dense<[[2.5, 0.5, -3.5, 0.0, 0.5], [100.0, 0.0, 0.0, -0.0, 0.0]]> : tensor<2x5xf32>
  return
}

// max(1, 8) = 8.
func.func @infinity() {
  %w = check.constant dense<[[1.0, -8.0], [4.0, -3.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 4.0 norm_type 0x7FF0000000000000 : tensor<2xi64>, tensor<2x2xf32>
  check.expect_eq %r, dense<[[0.5, -4.0], [4.0, -3.0]]> : tensor<2x2xf32>
  return
}

// min(4, 16) = 4.
func.func @minus_infinity() {
  %w = check.constant dense<[[4.0, -16.0], [2.0, -99.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 2.0 norm_type 0xFFF0000000000000 : tensor<2xi64>, tensor<2x2xf32>
  check.expect_eq %r, dense<[[2.0, -8.0], [2.0, -99.0]]> : tensor<2x2xf32>
  return
}

// (27 + 64 + 125)^(1/3) = 6.
func.func @p3() {
  %w = check.constant dense<[[3.0, -4.0, 5.0], [1.0, 0.0, -1.0]]> : tensor<2x3xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 3.0 norm_type 3.0 : tensor<2xi64>, tensor<2x3xf32>
  check.expect_close %r, dense<[[1.5, -2.0, 2.5], [1.0, 0.0, -1.0]]> : tensor<2x3xf32> rtol 1.0e-6 atol 0.0
  return
}

// (sqrt(1) + sqrt(4))^2 = 9.
func.func @p_half() {
  %w = check.constant dense<[[1.0, -4.0], [0.25, 1.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 4.5 norm_type 0.5 : tensor<2xi64>, tensor<2x2xf32>
  check.expect_close %r, dense<[[0.5, -2.0], [0.25, 1.0]]> : tensor<2x2xf32> rtol 1.0e-6 atol 0.0
  return
}

// 1 / (1/8 + 1/8) = 4. With a zero element the norm is 0, and the row stays.
func.func @p_minus_one() {
  %w = check.constant dense<[[8.0, -8.0], [9.0, 0.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 2.0 norm_type -1.0 : tensor<2xi64>, tensor<2x2xf32>
  check.expect_close %r, dense<[[4.0, -4.0], [9.0, 0.0]]> : tensor<2x2xf32> rtol 1.0e-6 atol 0.0
  return
}

func.func @f16() {
  %w = check.constant dense<[[3.0, 4.0], [1.0, -2.0]]> : tensor<2x2xf16>
  %i = check.constant dense<[0, 1]> : tensor<2xi32>
  %r = emb.renorm %i into %w max_norm 2.5 norm_type 2.0 : tensor<2xi32>, tensor<2x2xf16>
  check.expect_eq %r, dense<[[1.5, 2.0], [1.0, -2.0]]> : tensor<2x2xf16>
  return
}

// The squares are beyond the largest f16, 65504: they are summed in f32.
func.func @f16_large() {
  %w = check.constant dense<[[768.0, 1024.0]]> : tensor<1x2xf16>
  %i = check.constant dense<[0]> : tensor<1xi32>
  %r = emb.renorm %i into %w max_norm 640.0 : tensor<1xi32>, tensor<1x2xf16>
  check.expect_eq %r, dense<[[384.0, 512.0]]> : tensor<1x2xf16>
  return
}

func.func @bf16() {
  %w = check.constant dense<[[3.0, 4.0], [1.0, -2.0]]> : tensor<2x2xbf16>
  %i = check.constant dense<[0, 1]> : tensor<2xi32>
  %r = emb.renorm %i into %w max_norm 2.5 : tensor<2xi32>, tensor<2x2xbf16>
  check.expect_eq %r, dense<[[1.5, 2.0], [1.0, -2.0]]> : tensor<2x2xbf16>
  return
}

// In f64 the 1e-7 is seen: 3 * 2.5 / 5.0000001 and 4 * 2.5 / 5.0000001.
func.func @f64() {
  %w = check.constant dense<[[3.0, 4.0], [1.0, -2.0]]> : tensor<2x2xf64>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 2.5 : tensor<2xi64>, tensor<2x2xf64>
  check.expect_close %r, dense<[[1.4999999700000006, 1.9999999600000008], [1.0, -2.0]]> : tensor<2x2xf64> rtol 1.0e-15 atol 0.0
  return
}
