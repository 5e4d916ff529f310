// RUN: emb-check %s
// RUN: emb-check %s --threads=1

// Bags {0, 1}, {}, {2, 3, 4}.
func.func @offsets() {
  %o = check.constant dense<[0, 2, 2]> : tensor<3xi64>
  %n = check.constant 5 : index
  %r = emb.offset2bag %o[%n] : tensor<3xi64>, index -> tensor<?xi64>
  check.expect_eq %r, dense<[0, 0, 2, 2, 2]> : tensor<5xi64> as tensor<?xi64>
  return
}

func.func @include_last_offset() {
  %o = check.constant dense<[0, 0, 3, 3, 4]> : tensor<5xi32> as tensor<?xi32>
  %n = check.constant 4 : index
  %r = emb.offset2bag %o[%n] {include_last_offset} : tensor<?xi32>, index -> tensor<?xi32>
  check.expect_eq %r, dense<[1, 1, 1, 3]> : tensor<4xi32> as tensor<?xi32>
  return
}

func.func @static_size() {
  %o = check.constant dense<[0, 1]> : tensor<2xi64>
  %n = arith.constant 3 : index
  %r = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<3xi32>
  check.expect_eq %r, dense<[0, 1, 1]> : tensor<3xi32>
  return
}

func.func @no_indices() {
  %o = check.constant dense<[0, 0]> : tensor<2xi64>
  %n = check.constant 0 : index
  %r = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<?xi32>
  check.expect_eq %r, dense<> : tensor<0xi32> as tensor<?xi32>
  return
}

func.func @destination() {
  %o = check.constant dense<[0, 2]> : tensor<2xi64>
  %n = check.constant 3 : index
  %d = check.constant dense<-1> : tensor<3xi32>
  %r = emb.offset2bag %o[%n] outs(%d : tensor<3xi32>) : tensor<2xi64>, index -> tensor<3xi32>
  check.expect_eq %r, dense<[0, 0, 1]> : tensor<3xi32>
  return
}
