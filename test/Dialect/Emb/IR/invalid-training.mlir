// RUN: emb-opt %s --split-input-file --verify-diagnostics

// A function is named after the constraint of docs/semantics.md that it breaks.

func.func @train_c1(%w: tensor<9x8xf32> {emb.name = "w"}) {
  // expected-error@+1 {{'emb.train' op expects parent op 'builtin.module'}}
  emb.train @step of @train_c1 parameters("w" = #emb.sgd)
  return
}

// -----

// expected-error@+1 {{expected at least one parameter, found none}}
"emb.train"() {sym_name = "step", loss = @train_c2, parameters = []} : () -> ()
func.func @train_c2(%w: tensor<9x8xf32> {emb.name = "w"}) {
  return
}

// -----

// expected-error@+1 {{'emb.train' op names "w" twice}}
emb.train @step of @train_c3 parameters("w" = #emb.sgd, "v" = #emb.sgd) frozen("w")
func.func @train_c3(%w: tensor<9x8xf32> {emb.name = "w"}, %v: tensor<9xf32> {emb.name = "v"}) {
  return
}

// -----

// expected-error@+1 {{expected clip_norm or clip_value, found both}}
emb.train @step of @train_c4 parameters("w" = #emb.sgd) clip_norm 1.0 clip_value 1.0
func.func @train_c4(%w: tensor<9x8xf32> {emb.name = "w"}) {
  return
}

// -----

// expected-error@+1 {{norm_type goes with clip_norm, which is not given}}
emb.train @step of @train_c5 parameters("w" = #emb.sgd) norm_type 1.0
func.func @train_c5(%w: tensor<9x8xf32> {emb.name = "w"}) {
  return
}

// -----

// expected-error@+1 {{clip_norm is 0.000000e+00, expected a finite number > 0}}
emb.train @step of @train_c6 parameters("w" = #emb.sgd) clip_norm 0.0
func.func @train_c6(%w: tensor<9x8xf32> {emb.name = "w"}) {
  return
}

// -----

// expected-error@+1 {{clip_value is -1.000000e+00, expected a finite number > 0}}
emb.train @step of @train_c6_clip_value parameters("w" = #emb.sgd) clip_value -1.0
func.func @train_c6_clip_value(%w: tensor<9x8xf32> {emb.name = "w"}) {
  return
}

// -----

// expected-error@+1 {{norm_type is 0.000000e+00, expected a number > 0 or infinity}}
emb.train @step of @train_c7 parameters("w" = #emb.sgd) clip_norm 1.0 norm_type 0.0
func.func @train_c7(%w: tensor<9x8xf32> {emb.name = "w"}) {
  return
}

// -----

// expected-error@+1 {{there is no function @loss}}
emb.train @step of @loss parameters("w" = #emb.sgd)
func.func @train_c8(%w: tensor<9x8xf32> {emb.name = "w"}) {
  return
}

// -----

// expected-error@+1 {{expected @data to be a function}}
emb.train @step of @data parameters("w" = #emb.sgd)
module @data {}
func.func @train_c8_other_symbol() {
  return
}

// -----

// expected-error@+1 {{@train_c9 has no argument with emb.name = "weight"}}
emb.train @step of @train_c9 parameters("w" = #emb.sgd) frozen("weight")
func.func @train_c9(%w: tensor<9x8xf32> {emb.name = "w"}, %v: tensor<8xf32>) {
  return
}

// -----

func.func @gradient_c1(%w: f64 {emb.name = "w"}) -> f64 {
  // expected-error@+1 {{'emb.gradient' op expects parent op 'builtin.module'}}
  emb.gradient @df of @gradient_c1 wrt("w")
  return %w : f64
}

// -----

// expected-error@+1 {{expected at least one argument, found none}}
"emb.gradient"() {sym_name = "df", function = @gradient_c2, wrt = []} : () -> ()
func.func @gradient_c2(%w: f64 {emb.name = "w"}) -> f64 {
  return %w : f64
}

// -----

// expected-error@+1 {{'emb.gradient' op names "w" twice}}
emb.gradient @df of @gradient_c3 wrt("w", "w")
func.func @gradient_c3(%w: f64 {emb.name = "w"}) -> f64 {
  return %w : f64
}

// -----

// expected-error@+1 {{there is no function @f}}
emb.gradient @df of @f wrt("w")
func.func @gradient_c4(%w: f64 {emb.name = "w"}) -> f64 {
  return %w : f64
}

// -----

// expected-error@+1 {{@gradient_c5 has no argument with emb.name = "v"}}
emb.gradient @df of @gradient_c5 wrt("v")
func.func @gradient_c5(%w: f64 {emb.name = "w"}) -> f64 {
  return %w : f64
}

// -----

func.func @apply_gradient_c1(%w: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{expected an optimizer such as #emb.sgd or the symbol of an emb.optimizer, found #emb.linear}}
  %r = emb.apply_gradient #emb.linear to(%w : tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%t)
  return
}

// -----

func.func @apply_gradient_c2(%g: tensor<9xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{expected a parameter, found none}}
  "emb.apply_gradient"(%g, %lr, %t) {
    optimizer = #emb.sgd, operandSegmentSizes = array<i32: 0, 0, 0, 0, 0, 0, 1, 1, 1, 0>,
    source_parts = array<i32>, source_paddings = array<i64>
  } : (tensor<9xf32>, f64, i64) -> ()
  return
}

// -----

func.func @apply_gradient_c3(%w: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{expected either sources or a dense gradient, found 1 sources and a dense gradient}}
  %r = emb.apply_gradient #emb.sgd to(%w : tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] gradient(%w : tensor<9x8xf32>) lr(%lr) step(%t)
  return
}

// -----

func.func @apply_gradient_c3_neither(%w: tensor<9x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{expected either sources or a dense gradient, found 0 sources and no dense gradient}}
  %r = emb.apply_gradient #emb.sgd to(%w : tensor<9x8xf32>) sources[] lr(%lr) step(%t)
  return
}

// -----

func.func @apply_gradient_c4(%w: tensor<9x8xf32>, %g: tensor<9x4xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{expected the gradient of shape 9x8, found 'tensor<9x4xf32>'}}
  %r = emb.apply_gradient #emb.sgd to(%w : tensor<9x8xf32>) sources[]
    gradient(%g : tensor<9x4xf32>) lr(%lr) step(%t)
  return
}

// -----

func.func @apply_gradient_c5(%w: tensor<9x?xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{expected a static number of columns in the parameter, found 'tensor<9x?xf32>'}}
  %r = emb.apply_gradient #emb.sgd to(%w : tensor<9x?xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%t)
  return
}

// -----

func.func @apply_gradient_c6(%w: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<4x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{expected gradient 0 of shape 5x8, found 'tensor<4x8xf32>'}}
  %r = emb.apply_gradient #emb.sgd to(%w : tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<4x8xf32>] lr(%lr) step(%t)
  return
}

// -----

func.func @apply_gradient_c7(%w: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{expected padding_idx between -9 and 8, found 9}}
  %r = emb.apply_gradient #emb.sgd to(%w : tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32> padding 9] lr(%lr) step(%t)
  return
}

// -----

// Not an optimizer at all.
// expected-error@+1 {{parameter "w": expected an optimizer such as #emb.sgd or the symbol of an emb.optimizer, found #emb.mse_loss}}
emb.train @step of @loss parameters("w" = #emb.mse_loss)

// -----

// expected-error@+2 {{expected true or false}}
// expected-error@+1 {{failed to parse Emb_SGDAttr parameter 'nesterov' which is to be a `bool`}}
#sgd = #emb.sgd<momentum = 0.9, nesterov = 1>
