// RUN: emb-check %s
// RUN: emb-check %s --transposed

// Tables without columns are tables.

func.func @gather_d0() {
  %t = check.constant dense<> : tensor<3x0xf32>
  %i = check.constant dense<[2, 0]> : tensor<2xi64>
  %r = emb.gather %t[%i] : tensor<3x0xf32>, tensor<2xi64> -> tensor<2x0xf32>
  check.expect_eq %r, dense<> : tensor<2x0xf32>
  return
}

func.func @bag_d0() {
  %t = check.constant dense<> : tensor<3x0xf32>
  %i = check.constant dense<[[2, 0]]> : tensor<1x2xi64>
  %r = emb.bag mean %t[%i] : tensor<3x0xf32>, tensor<1x2xi64> -> tensor<1x0xf32>
  check.expect_eq %r, dense<> : tensor<1x0xf32>
  return
}

func.func @update_d0() {
  %t = check.constant dense<> : tensor<3x0xf32>
  %s = check.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %i = check.constant dense<[2, 0]> : tensor<2xi64>
  %g = check.constant dense<> : tensor<2x0xf32>
  %r, %s1 = emb.update touched(%t, %s : tensor<3x0xf32>, tensor<3xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x0xf32>] {
  ^bb0(%x: f32, %m: f32, %d: f32):
    %sum = emb.row_reduce add %d : f32
    emb.yield %x, %sum : f32, f32
  }
  check.expect_eq %s1, dense<[0.0, 2.0, 0.0]> : tensor<3xf32>
  check.use %r : tensor<3x0xf32>
  return
}

