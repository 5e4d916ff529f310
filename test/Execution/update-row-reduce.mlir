// RUN: emb-check %s
// RUN: emb-check %s --threads=1

// What a row reduction sees, and reductions that depend on each other.

// x - max = [-4, -3, 0], the sum of that is -7, x - max - sum = [3, 4, 7].
func.func @chained() {
  %w = check.constant dense<[[1.0, 2.0, 5.0], [0.0, 0.0, 0.0]]> : tensor<2x3xf32>
  %r = emb.update all(%w : tensor<2x3xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %max = emb.row_reduce max %x : f32
    %y = arith.subf %x, %max : f32
    %sum = emb.row_reduce add %y : f32
    %x1 = arith.subf %y, %sum : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[3.0, 4.0, 7.0], [0.0, 0.0, 0.0]]> : tensor<2x3xf32>
  return
}

func.func @min() {
  %w = check.constant dense<[[4.0, 2.0, 5.0], [-1.0, 3.0, -7.0]]> : tensor<2x3xf64>
  %r = emb.update all(%w : tensor<2x3xf64>) sources[] {
  ^bb0(%x: f64, %d: f64):
    %min = emb.row_reduce min %x : f64
    %x1 = arith.subf %x, %min : f64
    emb.yield %x1 : f64
  }
  check.expect_eq %r, dense<[[2.0, 0.0, 3.0], [6.0, 10.0, 0.0]]> : tensor<2x3xf64>
  return
}

// A NaN anywhere wins, in max and in min.
func.func @not_a_number() {
  %w = check.constant dense<[[0x7FC00000, 1.0], [1.0, 0x7FC00000], [1.0, 2.0]]> : tensor<3x2xf32>
  %v = check.constant dense<0.0> : tensor<3xf32>
  %u = check.constant dense<0.0> : tensor<3xf32>
  %r, %v1, %u1 = emb.update all(%w, %v, %u : tensor<3x2xf32>, tensor<3xf32>, tensor<3xf32>) sources[] {
  ^bb0(%x: f32, %a: f32, %b: f32, %d: f32):
    %max = emb.row_reduce max %x : f32
    %min = emb.row_reduce min %x : f32
    emb.yield %x, %max, %min : f32, f32, f32
  }
  check.expect_eq %r, dense<[[0x7FC00000, 1.0], [1.0, 0x7FC00000], [1.0, 2.0]]> : tensor<3x2xf32>
  check.expect_close %v1, dense<[0x7FC00000, 0x7FC00000, 2.0]> : tensor<3xf32> rtol 0.0 atol 0.0
  check.expect_close %u1, dense<[0x7FC00000, 0x7FC00000, 1.0]> : tensor<3xf32> rtol 0.0 atol 0.0
  return
}

// The reduction of the gradient: sum of squares 9 + 16 = 25 for the touched row.
func.func @gradient() {
  %w = check.constant dense<[[0.0, 0.0], [1.0, 1.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[0, 0]> : tensor<2xi64>
  %g = check.constant dense<[[1.0, 4.0], [2.0, 0.0]]> : tensor<2x2xf32>
  %r = emb.update touched(%w : tensor<2x2xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x2xf32>] {
  ^bb0(%x: f32, %d: f32):
    %d2 = arith.mulf %d, %d : f32
    %sum = emb.row_reduce add %d2 : f32
    %x1 = arith.addf %sum, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[28.0, 29.0], [1.0, 1.0]]> : tensor<2x2xf32>
  return
}
