// RUN: emb-check %s
// RUN: emb-check %s --strided --threads=1
// RUN: emb-check %s --strided-columns

// Which rows are scaled, and what happens at the edges of the rule.

// Rows 1 and 3 are looked up (row 3 twice, and scaled once: a second time the
// four nonzeros would halve it again); 0 and 2 keep their bits.
func.func @each_touched_row_once() {
  %w = check.constant dense<[[8.0, 8.0, 8.0, 8.0], [8.0, 8.0, 8.0, 8.0], [0x7FC00001, 8.0, 8.0, 8.0], [8.0, 8.0, 8.0, 8.0]]> : tensor<4x4xf32>
  %i = check.constant dense<[[3, 1], [3, 3]]> : tensor<2x2xi64>
  %r = emb.renorm %i into %w max_norm 2.0 norm_type 0.0 : tensor<2x2xi64>, tensor<4x4xf32>
  check.expect_eq %r, dense<[[8.0, 8.0, 8.0, 8.0], [4.0, 4.0, 4.0, 4.0], [0x7FC00001, 8.0, 8.0, 8.0], [4.0, 4.0, 4.0, 4.0]]> : tensor<4x4xf32>
  return
}

// n == max_norm is left alone, the next number above is not.
func.func @boundary() {
  %w = check.constant dense<[[3.0, 4.0], [0.0, 5.000001]]> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 5.0 : tensor<2xi64>, tensor<2x2xf32>
  check.expect_eq %r, dense<[[3.0, 4.0], [0.0, 4.9999995]]> : tensor<2x2xf32>
  return
}

// The f32 next to 3e-4 is above it, so the row is scaled by
// 3e-4 / 3.001e-4 = 0.99966675; a comparison in f32 would leave it.
func.func @compared_in_f64() {
  %w = check.constant dense<[[3.0e-4, -1.0e-4], [2.9e-4, 0.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 3.0e-4 norm_type 0x7FF0000000000000 : tensor<2xi64>, tensor<2x2xf32>
  check.expect_eq %r, dense<[[2.9990004e-4, -0.99966674e-4], [2.9e-4, 0.0]]> : tensor<2x2xf32>
  return
}

// max_norm 0 zeroes what it finds; signs stay.
func.func @zero() {
  %w = check.constant dense<[[3.0, -4.0], [0.0, -0.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.renorm %i into %w max_norm 0.0 : tensor<2xi64>, tensor<2x2xf32>
  check.expect_eq %r, dense<[[0.0, -0.0], [0.0, -0.0]]> : tensor<2x2xf32>
  return
}

// A negative max_norm flips signs.
func.func @negative() {
  %w = check.constant dense<[[3.0, -4.0]]> : tensor<1x2xf32>
  %i = check.constant dense<[0]> : tensor<1xi64>
  %r = emb.renorm %i into %w max_norm -2.5 : tensor<1xi64>, tensor<1x2xf32>
  check.expect_eq %r, dense<[[-1.5, 2.0]]> : tensor<1x2xf32>
  return
}

// A row with a NaN stays, wherever the NaN stands.
func.func @nan_stays() {
  %w = check.constant dense<[[0x7FC00001, 9.0, 9.0], [9.0, 0x7FC00001, 9.0], [9.0, 9.0, 0x7FC00001]]> : tensor<3x3xf32>
  %i = check.constant dense<[0, 1, 2]> : tensor<3xi64>
  %a = emb.renorm %i into %w max_norm 1.0 : tensor<3xi64>, tensor<3x3xf32>
  %b = emb.renorm %i into %a max_norm 1.0 norm_type 0x7FF0000000000000 : tensor<3xi64>, tensor<3x3xf32>
  %c = emb.renorm %i into %b max_norm 1.0 norm_type 0xFFF0000000000000 : tensor<3xi64>, tensor<3x3xf32>
  %d = emb.renorm %i into %c max_norm 1.0 norm_type 1.0 : tensor<3xi64>, tensor<3x3xf32>
  %e = emb.renorm %i into %d max_norm 1.0 norm_type 3.5 : tensor<3xi64>, tensor<3x3xf32>
  check.expect_eq %e, dense<[[0x7FC00001, 9.0, 9.0], [9.0, 0x7FC00001, 9.0], [9.0, 9.0, 0x7FC00001]]> : tensor<3x3xf32>
  return
}

// For p = 0 the NaN is a nonzero like any other.
func.func @nan_counts() {
  %w = check.constant dense<[[0x7FC00000, 5.0, -7.0, 1.0]]> : tensor<1x4xf32>
  %i = check.constant dense<[0]> : tensor<1xi64>
  %r = emb.renorm %i into %w max_norm 2.0 norm_type 0.0 : tensor<1xi64>, tensor<1x4xf32>
  check.expect_close %r, dense<[[0x7FC00000, 2.5, -3.5, 0.5]]> : tensor<1x4xf32> rtol 0.0 atol 0.0
  return
}

// A row with inf has norm inf and is multiplied by 0.
func.func @infinite_row() {
  %w = check.constant dense<[[0x7F800000, 5.0]]> : tensor<1x2xf32>
  %i = check.constant dense<[0]> : tensor<1xi64>
  %r = emb.renorm %i into %w max_norm 2.0 : tensor<1xi64>, tensor<1x2xf32>
  check.expect_close %r, dense<[[0x7FC00000, 0.0]]> : tensor<1x2xf32> rtol 0.0 atol 0.0
  return
}

// max_norm NaN changes nothing.
func.func @nan_bound() {
  %w = check.constant dense<[[3.0, -4.0]]> : tensor<1x2xf32>
  %i = check.constant dense<[0]> : tensor<1xi64>
  %r = emb.renorm %i into %w max_norm 0x7FF8000000000000 : tensor<1xi64>, tensor<1x2xf32>
  check.expect_eq %r, dense<[[3.0, -4.0]]> : tensor<1x2xf32>
  return
}

func.func @no_indices() {
  %w = check.constant dense<9.0> : tensor<2x2xf32>
  %i = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %r = emb.renorm %i into %w max_norm 1.0 : tensor<?xi64>, tensor<2x2xf32>
  check.expect_eq %r, dense<9.0> : tensor<2x2xf32>
  return
}

// A lookup after the renorm reads the scaled rows.
func.func @lookup() {
  %w = check.constant dense<[[3.0, 4.0], [1.0, -2.0]]> : tensor<2x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[0, 1, 0]> : tensor<3xi64>
  %w1 = emb.renorm %i into %w max_norm 2.5 : tensor<3xi64>, tensor<?x2xf32>
  %r = emb.gather %w1[%i] : tensor<?x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[1.5, 2.0], [1.0, -2.0], [1.5, 2.0]]> : tensor<3x2xf32>
  check.expect_eq %w1, dense<[[1.5, 2.0], [1.0, -2.0]]> : tensor<2x2xf32> as tensor<?x2xf32>
  return
}
