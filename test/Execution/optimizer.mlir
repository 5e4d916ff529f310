// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// What emb.optimizer declares computes what a named optimizer does, bit for bit, if
// it says the same.

emb.optimizer @adagrad touched states("sum" = 0.0) update {
^bb0(%w: f32, %sum: f32, %g: f32, %lr: f32):
  %g2 = arith.mulf %g, %g : f32
  %sum1 = arith.addf %sum, %g2 : f32
  %scaled = arith.mulf %lr, %g : f32
  %root = math.sqrt %sum1 : f32
  %eps = arith.constant 1.0e-10 : f32
  %den = arith.addf %root, %eps : f32
  %change = arith.divf %scaled, %den : f32
  %w1 = arith.subf %w, %change : f32
  emb.yield %w1, %sum1 : f32, f32
}

emb.optimizer @sparse_adam touched states("exp_avg" = 0.0, "exp_avg_sq" = 0.0)
scalars {
^bb0(%lr: f64, %step: f64):
  %one = arith.constant 1.0 : f64
  %beta1 = arith.constant 0.9 : f64
  %power1 = math.powf %beta1, %step : f64
  %correction1 = arith.subf %one, %power1 : f64
  %beta2 = arith.constant 0.999 : f64
  %power2 = math.powf %beta2, %step : f64
  %correction2 = arith.subf %one, %power2 : f64
  %root = math.sqrt %correction2 : f64
  %scaled = arith.mulf %lr, %root : f64
  %rate = arith.divf %scaled, %correction1 : f64
  emb.yield %rate : f64
} update {
^bb0(%w: f32, %m: f32, %v: f32, %g: f32, %rate: f32):
  %c1 = arith.constant 0.1 : f32
  %dm = arith.subf %g, %m : f32
  %pm = arith.mulf %c1, %dm : f32
  %m1 = arith.addf %m, %pm : f32
  %c2 = arith.constant 0.001 : f32
  %g2 = arith.mulf %g, %g : f32
  %dv = arith.subf %g2, %v : f32
  %pv = arith.mulf %c2, %dv : f32
  %v1 = arith.addf %v, %pv : f32
  %root = math.sqrt %v1 : f32
  %eps = arith.constant 1.0e-8 : f32
  %den = arith.addf %root, %eps : f32
  %direction = arith.divf %m1, %den : f32
  %change = arith.mulf %rate, %direction : f32
  %w1 = arith.subf %w, %change : f32
  emb.yield %w1, %m1, %v1 : f32, f32, f32
}

emb.optimizer @rowwise_adagrad touched states("sum" per_row = 0.0) update {
^bb0(%w: f32, %sum: f32, %g: f32, %lr: f32):
  %one = arith.constant 1.0 : f32
  %columns = emb.row_reduce add %one : f32
  %g2 = arith.mulf %g, %g : f32
  %total = emb.row_reduce add %g2 : f32
  %mean = arith.divf %total, %columns : f32
  %sum1 = arith.addf %sum, %mean : f32
  %root = math.sqrt %sum1 : f32
  %eps = arith.constant 1.0e-8 : f32
  %den = arith.addf %root, %eps : f32
  %rate = arith.divf %lr, %den : f32
  %change = arith.mulf %rate, %g : f32
  %w1 = arith.subf %w, %change : f32
  emb.yield %w1, %sum1 : f32, f32
}

// AdamW of f64 visits all rows.
emb.optimizer @adamw all states("exp_avg" = 0.0, "exp_avg_sq" = 0.0)
scalars {
^bb0(%lr: f64, %step: f64):
  %one = arith.constant 1.0 : f64
  %beta1 = arith.constant 0.9 : f64
  %power1 = math.powf %beta1, %step : f64
  %correction1 = arith.subf %one, %power1 : f64
  %rate = arith.divf %lr, %correction1 : f64
  %beta2 = arith.constant 0.999 : f64
  %power2 = math.powf %beta2, %step : f64
  %correction2 = arith.subf %one, %power2 : f64
  %root = math.sqrt %correction2 : f64
  %decay = arith.constant 0.01 : f64
  %decayed = arith.mulf %decay, %lr : f64
  %kept = arith.subf %one, %decayed : f64
  emb.yield %rate, %root, %kept : f64, f64, f64
} update {
^bb0(%w: f64, %m: f64, %v: f64, %g: f64, %rate: f64, %correction: f64, %kept: f64):
  %w0 = arith.mulf %kept, %w : f64
  %beta1 = arith.constant 0.9 : f64
  %m0 = arith.mulf %beta1, %m : f64
  // 1 - 0.9 and 1 - 0.999 in f64.
  %c1 = arith.constant 0.09999999999999998 : f64
  %pm = arith.mulf %c1, %g : f64
  %m1 = arith.addf %m0, %pm : f64
  %beta2 = arith.constant 0.999 : f64
  %v0 = arith.mulf %beta2, %v : f64
  %g2 = arith.mulf %g, %g : f64
  %c2 = arith.constant 0.0010000000000000009 : f64
  %pv = arith.mulf %c2, %g2 : f64
  %v1 = arith.addf %v0, %pv : f64
  %root = math.sqrt %v1 : f64
  %corrected = arith.divf %root, %correction : f64
  %eps = arith.constant 1.0e-8 : f64
  %den = arith.addf %corrected, %eps : f64
  %scaled = arith.mulf %rate, %m1 : f64
  %change = arith.divf %scaled, %den : f64
  %w1 = arith.subf %w0, %change : f64
  emb.yield %w1, %m1, %v1 : f64, f64, f64
}

// Numbers without a pattern in their bits; those of another seed are others.
func.func private @noise(%seed: f64) -> tensor<6x67xf64> {
  %empty = tensor.empty() : tensor<6x67xf64>
  %noise = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} outs(%empty : tensor<6x67xf64>) {
  ^bb0(%out: f64):
    %i = linalg.index 0 : index
    %j = linalg.index 1 : index
    %ii = arith.index_cast %i : index to i64
    %jj = arith.index_cast %j : index to i64
    %x = arith.sitofp %ii : i64 to f64
    %y = arith.sitofp %jj : i64 to f64
    %a = arith.constant 12.9898 : f64
    %b = arith.constant 78.233 : f64
    %ax = math.fma %x, %a, %seed : f64
    %by = math.fma %y, %b, %ax : f64
    %s = math.sin %by : f64
    linalg.yield %s : f64
  } -> tensor<6x67xf64>
  return %noise : tensor<6x67xf64>
}

func.func private @noise_f32(%seed: f64) -> tensor<6x67xf32> {
  %noise = func.call @noise(%seed) : (f64) -> tensor<6x67xf64>
  %rounded = arith.truncf %noise : tensor<6x67xf64> to tensor<6x67xf32>
  return %rounded : tensor<6x67xf32>
}

func.func private @noise_f16(%seed: f64) -> tensor<6x67xf16> {
  %noise = func.call @noise(%seed) : (f64) -> tensor<6x67xf64>
  %rounded = arith.truncf %noise : tensor<6x67xf64> to tensor<6x67xf16>
  return %rounded : tensor<6x67xf16>
}

// Three steps; rows occur twice, once, and not at all.
func.func @adagrad_steps() {
  %i = check.constant dense<[4, 1, 4, 0, 2, 0]> : tensor<6xi64>
  %a = check.constant 0.25 : f64
  %b = check.constant 0.25 : f64
  %c = check.constant 1.5 : f64
  %w = call @noise_f32(%a) : (f64) -> tensor<6x67xf32>
  %x = call @noise_f32(%b) : (f64) -> tensor<6x67xf32>
  %g = call @noise_f32(%c) : (f64) -> tensor<6x67xf32>
  %s = check.constant dense<0.0> : tensor<6x67xf32>
  %t = check.constant dense<0.0> : tensor<6x67xf32>
  %lr = check.constant 0.1 : f64
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %w1:2 = emb.apply_gradient #emb.adagrad to(%w, %s : tensor<6x67xf32>, tensor<6x67xf32>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf32>] lr(%lr) step(%one)
  %w2:2 = emb.apply_gradient #emb.adagrad to(%w1#0, %w1#1 : tensor<6x67xf32>, tensor<6x67xf32>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf32>] lr(%lr) step(%two)
  %x1:2 = emb.apply_gradient @adagrad to(%x, %t : tensor<6x67xf32>, tensor<6x67xf32>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf32>] lr(%lr) step(%one)
  %x2:2 = emb.apply_gradient @adagrad to(%x1#0, %x1#1 : tensor<6x67xf32>, tensor<6x67xf32>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf32>] lr(%lr) step(%two)
  check.expect_eq_value %x2#0, %w2#0 : tensor<6x67xf32>
  check.expect_eq_value %x2#1, %w2#1 : tensor<6x67xf32>
  return
}

// The table is f16; scale and bound are those of emb.apply_gradient. Row 3 is
// padding.
func.func @sparse_adam_steps() {
  %i = check.constant dense<[4, 1, 4, 3, 2, 0]> : tensor<6xi32>
  %a = check.constant 0.25 : f64
  %b = check.constant 0.25 : f64
  %c = check.constant 1.5 : f64
  %w = call @noise_f16(%a) : (f64) -> tensor<6x67xf16>
  %x = call @noise_f16(%b) : (f64) -> tensor<6x67xf16>
  %g = call @noise_f32(%c) : (f64) -> tensor<6x67xf32>
  %m = check.constant dense<0.0> : tensor<6x67xf32>
  %n = check.constant dense<0.0> : tensor<6x67xf32>
  %v = check.constant dense<0.0> : tensor<6x67xf32>
  %u = check.constant dense<0.0> : tensor<6x67xf32>
  %lr = check.constant 0.1 : f64
  %t = check.constant 1 : i64
  %t7 = check.constant 7 : i64
  %scale = check.constant 0.7 : f64
  %w1:3 = emb.apply_gradient #emb.sparse_adam to(%w, %m, %v : tensor<6x67xf16>, tensor<6x67xf32>, tensor<6x67xf32>)
    sources[%i : tensor<6xi32> -> %g : tensor<6x67xf32> padding 3] lr(%lr) step(%t) scale(%scale) clip_value 0.5
  %w2:3 = emb.apply_gradient #emb.sparse_adam to(%w1#0, %w1#1, %w1#2 : tensor<6x67xf16>, tensor<6x67xf32>, tensor<6x67xf32>)
    sources[%i : tensor<6xi32> -> %g : tensor<6x67xf32> padding 3] lr(%lr) step(%t7)
  %x1:3 = emb.apply_gradient @sparse_adam to(%x, %n, %u : tensor<6x67xf16>, tensor<6x67xf32>, tensor<6x67xf32>)
    sources[%i : tensor<6xi32> -> %g : tensor<6x67xf32> padding 3] lr(%lr) step(%t) scale(%scale) clip_value 0.5
  %x2:3 = emb.apply_gradient @sparse_adam to(%x1#0, %x1#1, %x1#2 : tensor<6x67xf16>, tensor<6x67xf32>, tensor<6x67xf32>)
    sources[%i : tensor<6xi32> -> %g : tensor<6x67xf32> padding 3] lr(%lr) step(%t7)
  check.expect_eq_value %x2#0, %w2#0 : tensor<6x67xf16>
  check.expect_eq_value %x2#1, %w2#1 : tensor<6x67xf32>
  check.expect_eq_value %x2#2, %w2#2 : tensor<6x67xf32>
  return
}

func.func @rowwise_adagrad_steps() {
  %i = check.constant dense<[4, 1, 4, 0, 2, 0]> : tensor<6xi64>
  %a = check.constant 0.25 : f64
  %b = check.constant 0.25 : f64
  %c = check.constant 1.5 : f64
  %w = call @noise_f32(%a) : (f64) -> tensor<6x67xf32>
  %x = call @noise_f32(%b) : (f64) -> tensor<6x67xf32>
  %g = call @noise_f32(%c) : (f64) -> tensor<6x67xf32>
  %s = check.constant dense<0.0> : tensor<6xf32>
  %t = check.constant dense<0.0> : tensor<6xf32>
  %lr = check.constant 0.1 : f64
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %w1:2 = emb.apply_gradient #emb.rowwise_adagrad to(%w, %s : tensor<6x67xf32>, tensor<6xf32>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf32>] lr(%lr) step(%one)
  %w2:2 = emb.apply_gradient #emb.rowwise_adagrad to(%w1#0, %w1#1 : tensor<6x67xf32>, tensor<6xf32>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf32>] lr(%lr) step(%two)
  %x1:2 = emb.apply_gradient @rowwise_adagrad to(%x, %t : tensor<6x67xf32>, tensor<6xf32>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf32>] lr(%lr) step(%one)
  %x2:2 = emb.apply_gradient @rowwise_adagrad to(%x1#0, %x1#1 : tensor<6x67xf32>, tensor<6xf32>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf32>] lr(%lr) step(%two)
  check.expect_eq_value %x2#0, %w2#0 : tensor<6x67xf32>
  check.expect_eq_value %x2#1, %w2#1 : tensor<6xf32>
  return
}

// Rows without gradient move too.
func.func @adamw_steps() {
  %i = check.constant dense<[4, 1, 4, 0, 2, 0]> : tensor<6xi64>
  %a = check.constant 0.25 : f64
  %b = check.constant 0.25 : f64
  %c = check.constant 1.5 : f64
  %w = call @noise(%a) : (f64) -> tensor<6x67xf64>
  %x = call @noise(%b) : (f64) -> tensor<6x67xf64>
  %g = call @noise(%c) : (f64) -> tensor<6x67xf64>
  %m = check.constant dense<0.125> : tensor<6x67xf64>
  %n = check.constant dense<0.125> : tensor<6x67xf64>
  %v = check.constant dense<0.5> : tensor<6x67xf64>
  %u = check.constant dense<0.5> : tensor<6x67xf64>
  %lr = check.constant 0.1 : f64
  %t = check.constant 3 : i64
  %w1:3 = emb.apply_gradient #emb.adamw to(%w, %m, %v : tensor<6x67xf64>, tensor<6x67xf64>, tensor<6x67xf64>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf64>] lr(%lr) step(%t)
  %x1:3 = emb.apply_gradient @adamw to(%x, %n, %u : tensor<6x67xf64>, tensor<6x67xf64>, tensor<6x67xf64>)
    sources[%i : tensor<6xi64> -> %g : tensor<6x67xf64>] lr(%lr) step(%t)
  check.expect_eq_value %x1#0, %w1#0 : tensor<6x67xf64>
  check.expect_eq_value %x1#1, %w1#1 : tensor<6x67xf64>
  check.expect_eq_value %x1#2, %w1#2 : tensor<6x67xf64>
  return
}

// A dense gradient.
func.func @dense() {
  %a = check.constant 0.25 : f64
  %b = check.constant 0.25 : f64
  %c = check.constant 1.5 : f64
  %w = call @noise(%a) : (f64) -> tensor<6x67xf64>
  %x = call @noise(%b) : (f64) -> tensor<6x67xf64>
  %g = call @noise(%c) : (f64) -> tensor<6x67xf64>
  %m = check.constant dense<0.125> : tensor<6x67xf64>
  %n = check.constant dense<0.125> : tensor<6x67xf64>
  %v = check.constant dense<0.5> : tensor<6x67xf64>
  %u = check.constant dense<0.5> : tensor<6x67xf64>
  %lr = check.constant 0.1 : f64
  %t = check.constant 3 : i64
  %scale = check.constant 0.7 : f64
  %w1:3 = emb.apply_gradient #emb.adamw to(%w, %m, %v : tensor<6x67xf64>, tensor<6x67xf64>, tensor<6x67xf64>)
    sources[] gradient(%g : tensor<6x67xf64>) lr(%lr) step(%t) scale(%scale) clip_value 0.5
  %x1:3 = emb.apply_gradient @adamw to(%x, %n, %u : tensor<6x67xf64>, tensor<6x67xf64>, tensor<6x67xf64>)
    sources[] gradient(%g : tensor<6x67xf64>) lr(%lr) step(%t) scale(%scale) clip_value 0.5
  check.expect_eq_value %x1#0, %w1#0 : tensor<6x67xf64>
  check.expect_eq_value %x1#1, %w1#1 : tensor<6x67xf64>
  check.expect_eq_value %x1#2, %w1#2 : tensor<6x67xf64>
  return
}

// Scalars in their order, and the step as a number: w - (3 * step + lr) g, that is
// 10 - (3 * 4 + 0.5) * 2 for row 1, whose gradient is 1 + 1.
emb.optimizer @linear touched scalars {
^bb0(%lr: f64, %step: f64):
  emb.yield %step, %lr, %step : f64, f64, f64
} update {
^bb0(%w: f32, %g: f32, %step: f32, %lr: f32, %again: f32):
  %two = arith.addf %step, %again : f32
  %three = arith.addf %two, %step : f32
  %rate = arith.addf %three, %lr : f32
  %change = arith.mulf %rate, %g : f32
  %w1 = arith.subf %w, %change : f32
  emb.yield %w1 : f32
}

func.func @scalars() {
  %w = check.constant dense<10.0> : tensor<3x1xf32>
  %i = check.constant dense<[1, 1]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x1xf32>
  %lr = check.constant 0.5 : f64
  %t = check.constant 4 : i64
  %w1 = emb.apply_gradient @linear to(%w : tensor<3x1xf32>)
    sources[%i : tensor<2xi64> -> %g : tensor<2x1xf32>] lr(%lr) step(%t)
  check.expect_eq %w1, dense<[[10.0], [-15.0], [10.0]]> : tensor<3x1xf32>
  return
}

// A rule may call functions.
func.func private @half(%x: f32) -> f32 {
  %c = arith.constant 0.5 : f32
  %y = arith.mulf %c, %x : f32
  return %y : f32
}

func.func private @twice(%x: f64) -> f64 {
  %y = arith.addf %x, %x : f64
  return %y : f64
}

emb.optimizer @calls touched scalars {
^bb0(%lr: f64, %step: f64):
  %rate = func.call @twice(%lr) : (f64) -> f64
  emb.yield %rate : f64
} update {
^bb0(%w: f32, %g: f32, %rate: f32):
  %h = func.call @half(%g) : (f32) -> f32
  %change = arith.mulf %rate, %h : f32
  %w1 = arith.subf %w, %change : f32
  emb.yield %w1 : f32
}

func.func @calls_in_rules() {
  %w = check.constant dense<10.0> : tensor<3x1xf32>
  %v = check.constant dense<10.0> : tensor<2xf32>
  %i = check.constant dense<[1, 1]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x1xf32>
  %h = check.constant dense<4.0> : tensor<2xf32>
  %lr = check.constant 0.5 : f64
  %t = check.constant 4 : i64
  %w1 = emb.apply_gradient @calls to(%w : tensor<3x1xf32>)
    sources[%i : tensor<2xi64> -> %g : tensor<2x1xf32>] lr(%lr) step(%t)
  %v1 = emb.apply_gradient @calls to(%v : tensor<2xf32>) sources[]
    gradient(%h : tensor<2xf32>) lr(%lr) step(%t)
  check.expect_eq %w1, dense<[[10.0], [9.0], [10.0]]> : tensor<3x1xf32>
  check.expect_eq %v1, dense<8.0> : tensor<2xf32>
  return
}
