// RUN: emb-check %s
// RUN: emb-check %s --strided

// Entries equal to padding_idx are skipped and not counted. The bags are
// {0, 1, 1}, {1}, {2, 0}.

func.func @sum() {
  %t = check.constant dense<[[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]]> : tensor<3x2xf32>
  %i = check.constant dense<[0, 1, 1, 1, 2, 0]> : tensor<6xi64>
  %o = check.constant dense<[0, 3, 4]> : tensor<3xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<3xi64>) {padding_idx = 1 : i64} : tensor<3x2xf32>, tensor<6xi64> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[1.0, 10.0], [0.0, 0.0], [5.0, 50.0]]> : tensor<3x2xf32>
  return
}

// The divisors are 1, none, 2.
func.func @mean() {
  %t = check.constant dense<[[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]]> : tensor<3x2xf32>
  %i = check.constant dense<[0, 1, 1, 1, 2, 0]> : tensor<6xi64>
  %o = check.constant dense<[0, 3, 4]> : tensor<3xi64>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<3xi64>) {padding_idx = 1 : i64} : tensor<3x2xf32>, tensor<6xi64> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[1.0, 10.0], [0.0, 0.0], [2.5, 25.0]]> : tensor<3x2xf32>
  return
}

// The first entry of a bag may be padding: the maximum starts at the next.
func.func @max() {
  %t = check.constant dense<[[-1.0, -10.0], [-2.0, -20.0], [-4.0, 40.0]]> : tensor<3x2xf32>
  %i = check.constant dense<[1, 0, 1, 1, 2, 0]> : tensor<6xi64>
  %o = check.constant dense<[0, 3, 4]> : tensor<3xi64>
  %r = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) {padding_idx = 1 : i64} : tensor<3x2xf32>, tensor<6xi64> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[-1.0, -10.0], [0.0, 0.0], [-1.0, 40.0]]> : tensor<3x2xf32>
  return
}

// -2 of 3 rows is row 1.
func.func @negative() {
  %t = check.constant dense<[[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]]> : tensor<3x2xf32>
  %i = check.constant dense<[0, 1, 1, 1, 2, 0]> : tensor<6xi32>
  %o = check.constant dense<[0, 3, 4]> : tensor<3xi32>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<3xi32>) {padding_idx = -2 : i64} : tensor<3x2xf32>, tensor<6xi32> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[1.0, 10.0], [0.0, 0.0], [2.5, 25.0]]> : tensor<3x2xf32>
  return
}

// The same where the number of rows is known at run time only.
func.func @negative_dynamic() {
  %t = check.constant dense<[[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]]> : tensor<3x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[[0, 1], [1, 2]]> : tensor<2x2xi64>
  %r = emb.bag mean %t[%i] {padding_idx = -2 : i64} : tensor<?x2xf32>, tensor<2x2xi64> -> tensor<2x2xf32>
  check.expect_eq %r, dense<[[1.0, 10.0], [4.0, 40.0]]> : tensor<2x2xf32>
  return
}

// The weight of a padding entry counts no more than its row (inf * 0 is NaN).
func.func @weights() {
  %t = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[[0, 2, 1]]> : tensor<1x3xi64>
  %s = check.constant dense<[[3.0, 0x7F800000, 5.0]]> : tensor<1x3xf32>
  %r = emb.bag sum %t[%i] weights(%s : tensor<1x3xf32>) {padding_idx = 2 : i64} : tensor<3x1xf32>, tensor<1x3xi64> -> tensor<1x1xf32>
  check.expect_eq %r, dense<13.0> : tensor<1x1xf32>
  return
}
