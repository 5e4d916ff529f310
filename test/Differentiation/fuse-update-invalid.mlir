// RUN: emb-opt %s --emb-differentiate --emb-fuse-update --split-input-file --verify-diagnostics

func.func @options(%w: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) -> tensor<9x8xf32> {
  // expected-error@+1 {{SGD: momentum is -0.5, expected a finite number >= 0}}
  %r = emb.apply_gradient #emb.sgd<momentum = -0.5> to(%w : tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%t)
  return %r : tensor<9x8xf32>
}

// -----

func.func @number_of_states(%w: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) -> tensor<9x8xf32> {
  // expected-error@+1 {{SparseAdam: found 0 states, expected 2: exp_avg, exp_avg_sq}}
  %r = emb.apply_gradient #emb.sparse_adam to(%w : tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%t)
  return %r : tensor<9x8xf32>
}

// -----

func.func @type_of_state(%w: tensor<9x8xf32>, %s: tensor<9x8xf64>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{Adagrad: the state sum is 'tensor<9x8xf64>', expected rank 2 and the compute type of the table, 'f32'}}
  %r:2 = emb.apply_gradient #emb.adagrad to(%w, %s : tensor<9x8xf32>, tensor<9x8xf64>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%t)
  return
}

// -----

func.func @clip_value(%w: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{SGD: clipValue is -1, expected a finite number > 0}}
  %r = emb.apply_gradient #emb.sgd to(%w : tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%t) clip_value -1.0
  return
}

// -----

func.func @sparse_only(%w: tensor<8xf32>, %m: tensor<8xf32>, %v: tensor<8xf32>, %g: tensor<8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{SparseAdam: the gradient is dense, expected a sparse one; Adam takes dense ones}}
  %r:3 = emb.apply_gradient #emb.sparse_adam to(%w, %m, %v : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>)
    sources[] gradient(%g : tensor<8xf32>) lr(%lr) step(%t)
  return
}

// -----

func.func @state_per_row(%w: tensor<9x8xf32>, %s: tensor<9xf32>, %g: tensor<9x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{RowWiseAdagrad: the gradient is dense, expected a sparse one; the state sum has one value per row}}
  %r:2 = emb.apply_gradient #emb.rowwise_adagrad to(%w, %s : tensor<9x8xf32>, tensor<9xf32>)
    sources[] gradient(%g : tensor<9x8xf32>) lr(%lr) step(%t)
  return
}

// -----

func.func @dense_state_shape(%w: tensor<9x8xf32>, %s: tensor<9xf32>, %g: tensor<9x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{Adagrad: the state sum is 'tensor<9xf32>', expected the shape and the compute type of the parameter, 'tensor<9x8xf32>'}}
  %r:2 = emb.apply_gradient #emb.adagrad to(%w, %s : tensor<9x8xf32>, tensor<9xf32>)
    sources[] gradient(%g : tensor<9x8xf32>) lr(%lr) step(%t)
  return
}

// -----

func.func @dense_state_width(%w: tensor<9xf16>, %s: tensor<9xf64>, %g: tensor<9xf16>, %lr: f64, %t: i64) {
  // expected-error@+1 {{Adagrad: the state sum is 'tensor<9xf64>', expected the shape and the compute type of the parameter, 'tensor<9xf16>'}}
  %r:2 = emb.apply_gradient #emb.adagrad to(%w, %s : tensor<9xf16>, tensor<9xf64>)
    sources[] gradient(%g : tensor<9xf16>) lr(%lr) step(%t)
  return
}

// -----

func.func @gradient_width(%w: tensor<9xf32>, %g: tensor<9xf64>, %lr: f64, %t: i64) {
  // expected-error@+1 {{SGD: the gradient is 'tensor<9xf64>', expected the shape of the parameter, 'tensor<9xf32>', and elements of at most 'f32'}}
  %r = emb.apply_gradient #emb.sgd to(%w : tensor<9xf32>)
    sources[] gradient(%g : tensor<9xf64>) lr(%lr) step(%t)
  return
}

// -----

emb.optimizer @norm touched states("sum" per_row = 0.0) update {
^bb0(%w: f32, %sum: f32, %g: f32, %lr: f32):
  %total = emb.row_reduce add %g : f32
  emb.yield %w, %total : f32, f32
}
func.func @own_reduces_rows(%w: tensor<9x8xf32>, %s: tensor<9xf32>, %g: tensor<9x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{@norm: the gradient is dense, expected a sparse one; the rule reduces over the columns of a row}}
  %r:2 = emb.apply_gradient @norm to(%w, %s : tensor<9x8xf32>, tensor<9xf32>)
    sources[] gradient(%g : tensor<9x8xf32>) lr(%lr) step(%t)
  return
}

// -----

emb.optimizer @count touched states("steps" per_row = 0.0) update {
^bb0(%w: f32, %n: f32, %g: f32, %lr: f32):
  %n1 = arith.addf %n, %lr : f32
  emb.yield %w, %n1 : f32, f32
}
func.func @own_state_per_row(%w: tensor<9x8xf32>, %s: tensor<9xf32>, %g: tensor<9x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{@count: the gradient is dense, expected a sparse one; the state steps has one value per row}}
  %r:2 = emb.apply_gradient @count to(%w, %s : tensor<9x8xf32>, tensor<9xf32>)
    sources[] gradient(%g : tensor<9x8xf32>) lr(%lr) step(%t)
  return
}

// -----

emb.optimizer @momentum touched states("m" = 0.0, "n" = 0.0) update {
^bb0(%w: f32, %m: f32, %n: f32, %g: f32, %lr: f32):
  emb.yield %w, %m, %n : f32, f32, f32
}
func.func @own_number_of_states(%w: tensor<9x8xf32>, %m: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{@momentum: found 1 states, expected 2: m, n}}
  %r:2 = emb.apply_gradient @momentum to(%w, %m : tensor<9x8xf32>, tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%t)
  return
}

// -----

emb.optimizer @count touched states("steps" per_row = 0.0) update {
^bb0(%w: f32, %n: f32, %g: f32, %lr: f32):
  emb.yield %w, %n : f32, f32
}
func.func @own_type_of_state(%w: tensor<9x8xf32>, %m: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>, %lr: f64, %t: i64) {
  // expected-error@+1 {{@count: the state steps is 'tensor<9x8xf32>', expected rank 1 and the compute type of the table, 'f32'}}
  %r:2 = emb.apply_gradient @count to(%w, %m : tensor<9x8xf32>, tensor<9x8xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x8xf32>] lr(%lr) step(%t)
  return
}

// -----

// A table is asked to learn in a way that its dense gradient does not allow.
emb.optimizer @norm touched update {
^bb0(%w: f32, %g: f32, %lr: f32):
  %total = emb.row_reduce add %g : f32
  %w1 = arith.subf %w, %total : f32
  emb.yield %w1 : f32
}
// expected-error@+1 {{@norm: the gradient is dense, expected a sparse one; the rule reduces over the columns of a row}}
emb.train @step of @loss parameters("w" = @norm)
func.func @loss(%w: tensor<8xf32> {emb.name = "w"}) -> tensor<f32> {
  %zero = arith.constant dense<0.0> : tensor<f32>
  %sum = linalg.reduce ins(%w : tensor<8xf32>) outs(%zero : tensor<f32>) dimensions = [0]
    (%x: f32, %s: f32) {
      %r = arith.addf %x, %s : f32
      linalg.yield %r : f32
    }
  return %sum : tensor<f32>
}
