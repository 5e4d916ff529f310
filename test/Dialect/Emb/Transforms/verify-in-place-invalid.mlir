// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-mark-written-arguments),emb-verify-in-place)' --split-input-file --verify-diagnostics

func.func @read_after(%w: tensor<9x8xf32> {emb.name = "weight"}, %i: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> (tensor<9x8xf32>, tensor<3x8xf32>) {
  // expected-note@+2 {{ask for a copy with bufferization.alloc_tensor() copy(...)}}
  // expected-error@+1 {{'emb.scatter_add' would copy the table of argument 0 'weight' ('tensor<9x8xf32>', 288 bytes)}}
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  // expected-note@+1 {{'emb.gather' still needs the value from before}}
  %r = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %w1, %r : tensor<9x8xf32>, tensor<3x8xf32>
}

// -----

func.func @old_returned(%w: tensor<?x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  // expected-note@+2 {{ask for a copy}}
  // expected-error@+1 {{'emb.scatter_add' would copy the table of argument 0 ('tensor<?x8xf32>')}}
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<?x8xf32>
  // expected-note@+1 {{'func.return' still needs the value from before}}
  return %w1, %w : tensor<?x8xf32>, tensor<?x8xf32>
}

// -----

// expected-note@+1 {{the function does not return the new value, so the argument must keep its old one}}
func.func @new_not_returned(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> tensor<3x8xf32> {
  // expected-note@+2 {{ask for a copy}}
  // expected-error@+1 {{'emb.scatter_add' would copy the table of argument 0}}
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %r = emb.gather %w1[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// -----

func.func @state(%w: tensor<9x8xf32>, %s: tensor<9xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> (tensor<9x8xf32>, tensor<9xf32>, tensor<9xf32>) {
  // expected-note@+2 {{ask for a copy}}
  // expected-error@+1 {{'emb.update' would copy the table of argument 1 ('tensor<9xf32>', 36 bytes)}}
  %r:2 = emb.update touched(%w, %s : tensor<9x8xf32>, tensor<9xf32>) sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>] {
  ^bb0(%x: f32, %a: f32, %d: f32):
    %y = arith.subf %x, %d : f32
    emb.yield %y, %a : f32, f32
  }
  // expected-note@+1 {{'func.return' still needs the value from before}}
  return %r#0, %r#1, %s : tensor<9x8xf32>, tensor<9xf32>, tensor<9xf32>
}

// -----

// No table, but the caller finds the new value in the argument.
func.func @parameter(%w: tensor<4xf32>, %g: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  // expected-note@+2 {{ask for a copy}}
  // expected-error@+1 {{'linalg.generic' would copy argument 0 ('tensor<4xf32>', 16 bytes)}}
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%g : tensor<4xf32>) outs(%w : tensor<4xf32>) {
  ^bb0(%d: f32, %x: f32):
    %y = arith.subf %x, %d : f32
    linalg.yield %y : f32
  } -> tensor<4xf32>
  // expected-note@+1 {{'func.return' still needs the value from before}}
  return %r, %w : tensor<4xf32>, tensor<4xf32>
}
