// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --strided-columns

// How bags are described: 2-D indices, offsets with and without the last one,
// i32 and i64 in any mixture, no bags, no entries, dynamic sizes.

func.func @indices2d() {
  %t = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[[0, 1, 2], [2, 2, 1]]> : tensor<2x3xi64>
  %s = emb.bag sum %t[%i] : tensor<3x1xf32>, tensor<2x3xi64> -> tensor<2x1xf32>
  %x = emb.bag max %t[%i] : tensor<3x1xf32>, tensor<2x3xi64> -> tensor<2x1xf32>
  check.expect_eq %s, dense<[[7.0], [10.0]]> : tensor<2x1xf32>
  check.expect_eq %x, dense<[[4.0], [4.0]]> : tensor<2x1xf32>
  return
}

func.func @indices2d_weights() {
  %t = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[[0, 1], [2, 2]]> : tensor<2x2xi32>
  %w = check.constant dense<[[1.0, 10.0], [100.0, -1.0]]> : tensor<2x2xf32>
  %s = emb.bag sum %t[%i] weights(%w : tensor<2x2xf32>) : tensor<3x1xf32>, tensor<2x2xi32> -> tensor<2x1xf32>
  check.expect_eq %s, dense<[[21.0], [396.0]]> : tensor<2x1xf32>
  return
}

func.func @include_last_offset() {
  %t = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[0, 1, 2, 2]> : tensor<4xi32>
  %o = check.constant dense<[0, 1, 1, 4]> : tensor<4xi64>
  %s = emb.bag sum %t[%i] offsets(%o : tensor<4xi64>) {include_last_offset} : tensor<3x1xf32>, tensor<4xi32> -> tensor<3x1xf32>
  check.expect_eq %s, dense<[[1.0], [0.0], [10.0]]> : tensor<3x1xf32>
  return
}

// One offset that ends the last bag: no bag at all.
func.func @include_last_offset_no_bags() {
  %t = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %i = check.constant dense<> : tensor<0xi64>
  %o = check.constant dense<0> : tensor<1xi64>
  %s = emb.bag sum %t[%i] offsets(%o : tensor<1xi64>) {include_last_offset} : tensor<2x1xf32>, tensor<0xi64> -> tensor<0x1xf32>
  check.expect_eq %s, dense<> : tensor<0x1xf32>
  return
}

func.func @no_offsets_no_indices() {
  %t = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %i = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %o = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %s = emb.bag mean %t[%i] offsets(%o : tensor<?xi64>) : tensor<2x1xf32>, tensor<?xi64> -> tensor<?x1xf32>
  check.expect_eq %s, dense<> : tensor<0x1xf32> as tensor<?x1xf32>
  return
}

// B bags of no entries: B zero rows. No bags of L entries: no rows.
func.func @empty_2d() {
  %t = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %i = check.constant dense<> : tensor<2x0xi64>
  %j = check.constant dense<> : tensor<0x3xi64>
  %a = emb.bag max %t[%i] : tensor<2x1xf32>, tensor<2x0xi64> -> tensor<2x1xf32>
  %b = emb.bag sum %t[%j] : tensor<2x1xf32>, tensor<0x3xi64> -> tensor<0x1xf32>
  check.expect_eq %a, dense<0.0> : tensor<2x1xf32>
  check.expect_eq %b, dense<> : tensor<0x1xf32>
  return
}

func.func @all_bags_empty() {
  %t = check.constant dense<> : tensor<0x3xf32>
  %i = check.constant dense<> : tensor<0xi32>
  %o = check.constant dense<0> : tensor<4xi32>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<4xi32>) : tensor<0x3xf32>, tensor<0xi32> -> tensor<4x3xf32>
  check.expect_eq %r, dense<0.0> : tensor<4x3xf32>
  return
}

func.func @dynamic() {
  %t = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32> as tensor<?x1xf32>
  %i = check.constant dense<[2, 1, 2]> : tensor<3xi64> as tensor<?xi64>
  %o = check.constant dense<[0, 2]> : tensor<2xi64> as tensor<?xi64>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<?xi64>) : tensor<?x1xf32>, tensor<?xi64> -> tensor<?x1xf32>
  check.expect_eq %r, dense<[[3.0], [4.0]]> : tensor<2x1xf32> as tensor<?x1xf32>
  return
}

func.func @dynamic_2d() {
  %t = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32> as tensor<?x1xf32>
  %i = check.constant dense<[[2, 1], [0, 0]]> : tensor<2x2xi64> as tensor<?x?xi64>
  %r = emb.bag sum %t[%i] : tensor<?x1xf32>, tensor<?x?xi64> -> tensor<?x1xf32>
  check.expect_eq %r, dense<[[6.0], [2.0]]> : tensor<2x1xf32> as tensor<?x1xf32>
  return
}
