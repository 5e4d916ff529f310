// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1
// RUN: emb-check %s --transposed

// Optimizer rules against numbers made by hand.

// Adagrad: S = 9 + 4^2 = 25, step = 1.25 * 4 / sqrt(25) = 1. Row 1 twice, so
// that its gradient is 1 + 2 = 3 and S = 16 + 9: step = 1.25 * 3 / 5 = 0.75.
func.func @adagrad() {
  %w = check.constant dense<[[10.0], [10.0], [10.0]]> : tensor<3x1xf32>
  %s = check.constant dense<[[9.0], [16.0], [1.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[1, 0, 1]> : tensor<3xi64>
  %g = check.constant dense<[[1.0], [4.0], [2.0]]> : tensor<3x1xf32>
  %lr = check.constant 1.25 : f64
  %w1, %s1 = emb.update touched(%w, %s : tensor<3x1xf32>, tensor<3x1xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x1xf32>] scalars(%lr : f64) {
  ^bb0(%x: f32, %h: f32, %d: f32, %rate: f32):
    %eps = arith.constant 1.0e-10 : f32
    %d2 = arith.mulf %d, %d : f32
    %h1 = arith.addf %h, %d2 : f32
    %root = math.sqrt %h1 : f32
    %den = arith.addf %root, %eps : f32
    %num = arith.mulf %rate, %d : f32
    %step = arith.divf %num, %den : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1, %h1 : f32, f32
  }
  check.expect_eq %w1, dense<[[9.0], [9.25], [10.0]]> : tensor<3x1xf32>
  check.expect_eq %s1, dense<[[25.0], [25.0], [1.0]]> : tensor<3x1xf32>
  return
}

// Rowwise Adagrad: M = 0 + (1 + 25 + 25 + 49) / 4 = 25, rate 2.5 / 5 = 0.5;
// row 2: M = 75 + (4 * 25) / 4 = 100, rate 2.5 / 10 = 0.25.
func.func @rowwise_adagrad() {
  %w = check.constant dense<0.0> : tensor<3x4xf32>
  %m = check.constant dense<[0.0, 7.0, 75.0]> : tensor<3xf32>
  %i = check.constant dense<[2, 0]> : tensor<2xi64>
  %g = check.constant dense<[[5.0, 5.0, -5.0, -5.0], [1.0, 5.0, -5.0, 7.0]]> : tensor<2x4xf32>
  %lr = check.constant 2.5 : f64
  %w1, %m1 = emb.update touched(%w, %m : tensor<3x4xf32>, tensor<3xf32>)
      sources[%i : tensor<2xi64> -> %g : tensor<2x4xf32>] scalars(%lr : f64) {
  ^bb0(%x: f32, %h: f32, %d: f32, %rate: f32):
    %four = arith.constant 4.0 : f32
    %d2 = arith.mulf %d, %d : f32
    %sum = emb.row_reduce add %d2 : f32
    %mean = arith.divf %sum, %four : f32
    %h1 = arith.addf %h, %mean : f32
    %root = math.sqrt %h1 : f32
    %mult = arith.divf %rate, %root : f32
    %step = arith.mulf %mult, %d : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1, %h1 : f32, f32
  }
  check.expect_eq %w1, dense<[[-0.5, -2.5, 2.5, -3.5], [0.0, 0.0, 0.0, 0.0], [-1.25, -1.25, 1.25, 1.25]]> : tensor<3x4xf32>
  check.expect_eq %m1, dense<[25.0, 7.0, 100.0]> : tensor<3xf32>
  return
}

// Momentum moves every row: b = 0.5 b + g = {2, 4, -2}, w = 1 - 0.5 b.
func.func @momentum_all_rows() {
  %w = check.constant dense<1.0> : tensor<3x1xf32>
  %b = check.constant dense<[[0.0], [8.0], [-4.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[0, 0]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x1xf32>
  %lr = check.constant 0.5 : f64
  %w1, %b1 = emb.update all(%w, %b : tensor<3x1xf32>, tensor<3x1xf32>)
      sources[%i : tensor<2xi64> -> %g : tensor<2x1xf32>] scalars(%lr : f64) {
  ^bb0(%x: f32, %v: f32, %d: f32, %rate: f32):
    %half = arith.constant 0.5 : f32
    %old = arith.mulf %half, %v : f32
    %v1 = arith.addf %old, %d : f32
    %step = arith.mulf %rate, %v1 : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1, %v1 : f32, f32
  }
  check.expect_eq %w1, dense<[[0.0], [-1.0], [2.0]]> : tensor<3x1xf32>
  check.expect_eq %b1, dense<[[2.0], [4.0], [-2.0]]> : tensor<3x1xf32>
  return
}

// Weight decay alone: no source, every row.
func.func @decay_all_rows() {
  %w = check.constant dense<[[4.0, -8.0], [16.0, 0.0]]> : tensor<2x2xf64> as tensor<?x2xf64>
  %decay = check.constant 0.25 : f64
  %w1 = emb.update all(%w : tensor<?x2xf64>) sources[] scalars(%decay : f64) {
  ^bb0(%x: f64, %d: f64, %rate: f64):
    %less = arith.mulf %rate, %x : f64
    %y = arith.subf %x, %less : f64
    %x1 = arith.addf %y, %d : f64
    emb.yield %x1 : f64
  }
  check.expect_eq %w1, dense<[[3.0, -6.0], [12.0, 0.0]]> : tensor<2x2xf64> as tensor<?x2xf64>
  return
}

// Sparse Adam at t = 1 with b1 = 0.5, b2 = 0.75: m = 2, s = 4,
// rate = lr * sqrt(1 - 0.75) / (1 - 0.5) = 1, step = 2 / 2. The corrections are
// computed from t outside of the rule.
func.func @sparse_adam() {
  %w = check.constant dense<[[3.0], [5.0]]> : tensor<2x1xf32>
  %m = check.constant dense<[[0.0], [2.0]]> : tensor<2x1xf32>
  %s = check.constant dense<[[0.0], [4.0]]> : tensor<2x1xf32>
  %i = check.constant dense<0> : tensor<1xi64>
  %g = check.constant dense<4.0> : tensor<1x1xf32>
  %lr = check.constant 1.0 : f64
  %t = check.constant 1.0 : f64
  %one = arith.constant 1.0 : f64
  %b1 = arith.constant 0.5 : f64
  %b2 = arith.constant 0.75 : f64
  %b1t = math.powf %b1, %t : f64
  %b2t = math.powf %b2, %t : f64
  %c1 = arith.subf %one, %b1t : f64
  %c2 = arith.subf %one, %b2t : f64
  %root = math.sqrt %c2 : f64
  %ratio = arith.divf %root, %c1 : f64
  %rate = arith.mulf %lr, %ratio : f64
  %w1, %m1, %s1 = emb.update touched(%w, %m, %s : tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>)
      sources[%i : tensor<1xi64> -> %g : tensor<1x1xf32>] scalars(%rate : f64) {
  ^bb0(%x: f32, %p: f32, %q: f32, %d: f32, %step: f32):
    %half = arith.constant 0.5 : f32
    %quarter = arith.constant 0.25 : f32
    %eps = arith.constant 1.0e-8 : f32
    %dp = arith.subf %d, %p : f32
    %ep = arith.mulf %half, %dp : f32
    %p1 = arith.addf %p, %ep : f32
    %d2 = arith.mulf %d, %d : f32
    %dq = arith.subf %d2, %q : f32
    %eq = arith.mulf %quarter, %dq : f32
    %q1 = arith.addf %q, %eq : f32
    %sq = math.sqrt %q1 : f32
    %den = arith.addf %sq, %eps : f32
    %num = arith.mulf %step, %p1 : f32
    %move = arith.divf %num, %den : f32
    %x1 = arith.subf %x, %move : f32
    emb.yield %x1, %p1, %q1 : f32, f32, f32
  }
  check.expect_eq %w1, dense<[[2.0], [5.0]]> : tensor<2x1xf32>
  check.expect_eq %m1, dense<[[2.0], [2.0]]> : tensor<2x1xf32>
  check.expect_eq %s1, dense<[[4.0], [4.0]]> : tensor<2x1xf32>
  return
}
