// RUN: emb-opt %s --split-input-file --verify-diagnostics

// A function is named after the constraint of docs/semantics.md that is broken.

func.func @optimizer_c1() {
  // expected-error@+1 {{'emb.optimizer' op expects parent op 'builtin.module'}}
  emb.optimizer @o touched update {
  ^bb0(%w: f32, %g: f32, %lr: f32):
    emb.yield %w : f32
  }
  return
}

// -----

// expected-error@+1 {{'emb.optimizer' op has a state without a name}}
emb.optimizer @o touched states("" = 0.0) update {
^bb0(%w: f32, %m: f32, %g: f32, %lr: f32):
  emb.yield %w, %m : f32, f32
}
func.func @optimizer_c2() {
  return
}

// -----

// expected-error@+1 {{'emb.optimizer' op has the state "m" twice}}
emb.optimizer @o touched states("m" = 0.0, "m" = 1.0) update {
^bb0(%w: f32, %m: f32, %n: f32, %g: f32, %lr: f32):
  emb.yield %w, %m, %n : f32, f32, f32
}
func.func @optimizer_c2_twice() {
  return
}

// -----

// expected-error@+1 {{'emb.optimizer' op the initial value of "m" is nan, expected a finite number}}
emb.optimizer @o touched states("m" = 0x7ff8000000000000) update {
^bb0(%w: f32, %m: f32, %g: f32, %lr: f32):
  emb.yield %w, %m : f32, f32
}
func.func @optimizer_c3() {
  return
}

// -----

// expected-error@+1 {{'emb.optimizer' op 'scalars' takes ('f64'), expected the learning rate and the step, ('f64', 'f64')}}
emb.optimizer @o touched scalars {
^bb0(%lr: f64):
  emb.yield %lr : f64
} update {
^bb0(%w: f32, %g: f32, %rate: f32):
  emb.yield %w : f32
}
func.func @optimizer_c4() {
  return
}

// -----

// expected-error@+1 {{region holds 'emb.row_reduce', expected elementwise operations on scalars, constants and calls}}
emb.optimizer @o touched scalars {
^bb0(%lr: f64, %step: f64):
  %sum = emb.row_reduce add %lr : f64
  emb.yield %sum : f64
} update {
^bb0(%w: f32, %g: f32, %rate: f32):
  emb.yield %w : f32
}
func.func @optimizer_c5() {
  return
}

// -----

emb.optimizer @o touched scalars {
^bb0(%lr: f64, %step: f64):
  %rate = arith.truncf %lr : f64 to f32
  // expected-error@+1 {{value 1 has type 'f32', expected 'f64'}}
  emb.yield %lr, %rate : f64, f32
} update {
^bb0(%w: f32, %g: f32, %lr: f32, %rate: f32):
  emb.yield %w : f32
}
func.func @optimizer_c6() {
  return
}

// -----

// expected-error@+1 {{'update' takes 4 arguments, expected 5: the weight, 1 states, the gradient, 2 scalars}}
emb.optimizer @o touched states("m" = 0.0) scalars {
^bb0(%lr: f64, %step: f64):
  emb.yield %lr, %step : f64, f64
} update {
^bb0(%w: f32, %m: f32, %g: f32, %rate: f32):
  emb.yield %w, %m : f32, f32
}
func.func @optimizer_c7() {
  return
}

// -----

// Without 'scalars' the rule takes the learning rate.
// expected-error@+1 {{'update' takes 2 arguments, expected 3: the weight, 0 states, the gradient, 1 scalars}}
emb.optimizer @o all update {
^bb0(%w: f32, %g: f32):
  emb.yield %w : f32
}
func.func @optimizer_c7_rate() {
  return
}

// -----

// expected-error@+1 {{the weight is 'f16', expected 'f32' or 'f64'}}
emb.optimizer @o touched update {
^bb0(%w: f16, %g: f16, %lr: f16):
  %x = arith.extf %w : f16 to f32
  emb.yield %x : f32
}
func.func @optimizer_c8() {
  return
}

// -----

// expected-error@+1 {{argument 2 of 'update' has type 'f64', expected that of the weight, 'f32'}}
emb.optimizer @o touched update {
^bb0(%w: f32, %g: f32, %lr: f64):
  emb.yield %w : f32
}
func.func @optimizer_c8_mixed() {
  return
}

// -----

// expected-error@+1 {{region holds 'tensor.empty', expected elementwise operations on scalars, constants, calls and 'emb.row_reduce'}}
emb.optimizer @o touched update {
^bb0(%w: f32, %g: f32, %lr: f32):
  %t = tensor.empty() : tensor<f32>
  emb.yield %w : f32
}
func.func @optimizer_c9() {
  return
}

// -----

emb.optimizer @o touched states("m" = 0.0) update {
^bb0(%w: f32, %m: f32, %g: f32, %lr: f32):
  // expected-error@+1 {{yields 1 values, expected 2, the weight and each state}}
  emb.yield %w : f32
}
func.func @optimizer_c10() {
  return
}

// -----

emb.optimizer @o touched update {
^bb0(%w: f32, %g: f32, %lr: f32):
  %x = arith.extf %w : f32 to f64
  // expected-error@+1 {{value 0 has type 'f64', expected 'f32'}}
  emb.yield %x : f64
}
func.func @optimizer_c10_type() {
  return
}

// -----

emb.optimizer @o touched states("m" per_row = 0.0) update {
^bb0(%w: f32, %m: f32, %g: f32, %lr: f32):
  %total = emb.row_reduce add %g : f32
  %m1 = arith.addf %m, %total : f32
  %m2 = arith.addf %m1, %g : f32
  // expected-error@+1 {{value 1 differs between columns, expected one value for the row: the state holds one value per row}}
  emb.yield %w, %m2 : f32, f32
}
func.func @optimizer_c11() {
  return
}

// -----

// A state per element says nothing of the row.
emb.optimizer @o touched states("n" = 0.0, "m" per_row = 0.0) update {
^bb0(%w: f32, %n: f32, %m: f32, %g: f32, %lr: f32):
  // expected-error@+1 {{value 2 differs between columns}}
  emb.yield %w, %n, %n : f32, f32, f32
}
func.func @optimizer_c11_state() {
  return
}

// -----

// expected-error@+1 {{there is no optimizer @signum}}
emb.train @step of @train_c10 parameters("v" = #emb.sgd, "w" = @signum)
func.func @train_c10(%w: tensor<9x8xf32> {emb.name = "w"}, %v: tensor<9xf32> {emb.name = "v"}) {
  return
}

// -----

// expected-error@+1 {{expected @train_c10_other_symbol to be an 'emb.optimizer', found 'func.func'}}
emb.train @step of @train_c10_other_symbol parameters("w" = @train_c10_other_symbol)
func.func @train_c10_other_symbol(%w: tensor<9x8xf32> {emb.name = "w"}) {
  return
}

// -----

emb.optimizer @signum touched update {
^bb0(%w: f64, %g: f64, %lr: f64):
  emb.yield %w : f64
}
// expected-error@+1 {{@signum is written for 'f64', expected 'f32', the compute type of "w", 'tensor<9x8xf16>'}}
emb.train @step of @train_c11 parameters("w" = @signum)
func.func @train_c11(%w: tensor<9x8xf16> {emb.name = "w"}) {
  return
}

// -----

func.func @apply_gradient_c8(%w: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{there is no optimizer @signum}}
  %r = emb.apply_gradient @signum to(%w : tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%t)
  return
}

// -----

emb.optimizer @signum touched update {
^bb0(%w: f32, %g: f32, %lr: f32):
  emb.yield %w : f32
}
func.func @apply_gradient_c9(%w: tensor<9xf64>, %g: tensor<9xf64>, %lr: f64, %t: i64) {
  // expected-error@+1 {{@signum is written for 'f32', expected 'f64', the compute type of the parameter, 'tensor<9xf64>'}}
  %r = emb.apply_gradient @signum to(%w : tensor<9xf64>) sources[] gradient(%g : tensor<9xf64>) lr(%lr) step(%t)
  return
}

// -----

// expected-error@+1 {{expected '='}}
emb.optimizer @o touched states("m" per_row 0.0)
