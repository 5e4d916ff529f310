// RUN: emb-check %s
// RUN: emb-check %s --strided

// Empty tables, empty indices, destinations, padding_idx.

func.func @no_indices_no_rows() {
  %t = check.constant dense<> : tensor<0x2xf32>
  %i = check.constant dense<> : tensor<0xi64>
  %r = emb.gather %t[%i] : tensor<0x2xf32>, tensor<0xi64> -> tensor<0x2xf32>
  check.expect_eq %r, dense<> : tensor<0x2xf32>
  return
}

func.func @no_indices_rank3() {
  %t = check.constant dense<1.0> : tensor<3x2xf32>
  %i = check.constant dense<> : tensor<2x0x3xi64>
  %r = emb.gather %t[%i] : tensor<3x2xf32>, tensor<2x0x3xi64> -> tensor<2x0x3x2xf32>
  check.expect_eq %r, dense<> : tensor<2x0x3x2xf32>
  return
}

func.func @no_indices_dynamic() {
  %t = check.constant dense<> : tensor<0x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<> : tensor<0xi32> as tensor<?xi32>
  %r = emb.gather %t[%i] : tensor<?x2xf32>, tensor<?xi32> -> tensor<?x2xf32>
  check.expect_eq %r, dense<> : tensor<0x2xf32> as tensor<?x2xf32>
  return
}

// The destination is an argument: its rows are replaced.
func.func @destination() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[1, 0, 1]> : tensor<3xi64>
  %o = check.constant dense<-1.0> : tensor<3x2xf32>
  %r = emb.gather %t[%i] outs(%o : tensor<3x2xf32>) : tensor<2x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[3.0, 4.0], [1.0, 2.0], [3.0, 4.0]]> : tensor<3x2xf32>
  return
}

// padding_idx does not change what is read.
func.func @padding() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[1, 0]> : tensor<2xi64>
  %r = emb.gather %t[%i] {padding_idx = 1 : i64} : tensor<2x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  check.expect_eq %r, dense<[[3.0, 4.0], [1.0, 2.0]]> : tensor<2x2xf32>
  return
}

// Three lookups of one table, two of them the same.
func.func @two() {
  %t = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[2, 0]> : tensor<2xi64>
  %j = check.constant dense<[1]> : tensor<1xi64>
  %a = emb.gather %t[%i] : tensor<3x1xf32>, tensor<2xi64> -> tensor<2x1xf32>
  %b = emb.gather %t[%j] : tensor<3x1xf32>, tensor<1xi64> -> tensor<1x1xf32>
  %c = emb.gather %t[%i] : tensor<3x1xf32>, tensor<2xi64> -> tensor<2x1xf32>
  check.expect_eq %a, dense<[[4.0], [1.0]]> : tensor<2x1xf32>
  check.expect_eq %b, dense<[[2.0]]> : tensor<1x1xf32>
  check.expect_eq_value %c, %a : tensor<2x1xf32>
  return
}
