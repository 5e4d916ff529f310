// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-schedule-writes))' --split-input-file --verify-diagnostics

func.func @group_in_loop(%w: tensor<9x8xf32>, %k: tensor<3xi64>, %g: tensor<3x8xf32>) -> tensor<9x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  // expected-note@+2 {{the first write is here}}
  // expected-note@+1 {{the value is computed here}}
  %r:2 = scf.for %iv = %c0 to %c5 step %c1 iter_args(%v = %w, %i = %k) -> (tensor<9x8xf32>, tensor<3xi64>) {
    // expected-error@+2 {{'emb.group' op acquires memory after the first write to an argument and cannot be moved before it: it depends on a value that a loop carries}}
    // expected-note@+1 {{compute its indices from values that are known before the first write, or make what writes a function of its own, to be called for each step}}
    %q:3, %n = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
    %s = emb.scatter_add %g[%i] into %v
      group(%q#0, %q#1, %q#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
      : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    scf.yield %s, %q#0 : tensor<9x8xf32>, tensor<3xi64>
  }
  return %r#0 : tensor<9x8xf32>
}

// -----

#id = affine_map<(d) -> (d)>

// After the write, outside of any loop.
func.func @from_written_table(%w: tensor<9x3xf32>, %k: tensor<3xi64>, %g: tensor<3x3xf32>) -> tensor<9x3xf32> {
  // expected-note@+2 {{the first write is here}}
  // expected-note@+1 {{the value is computed here}}
  %w1 = emb.scatter_add %g[%k] into %w : tensor<3x3xf32>, tensor<3xi64>, tensor<9x3xf32>
  %row = tensor.extract_slice %w1[0, 0] [1, 3] [1, 1] : tensor<9x3xf32> to tensor<3xf32>
  %e = tensor.empty() : tensor<3xi64>
  %i = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%row : tensor<3xf32>) outs(%e : tensor<3xi64>) {
  ^bb0(%x: f32, %o: i64):
    %y = arith.fptosi %x : f32 to i64
    linalg.yield %y : i64
  } -> tensor<3xi64>
  // expected-error@+2 {{cannot be moved before it: it depends on argument 0, which this function writes}}
  // expected-note@+1 {{compute its indices}}
  %q:3, %n = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %w2 = emb.scatter_add %g[%i] into %w1
    group(%q#0, %q#1, %q#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
    : tensor<3x3xf32>, tensor<3xi64>, tensor<9x3xf32>
  return %w2 : tensor<9x3xf32>
}

// -----

// The batches of a loop.
func.func @slices(%w: tensor<9x8xf32>, %k: tensor<5x3xi64>, %g: tensor<3x8xf32>) -> tensor<9x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  // expected-note@+2 {{the first write is here}}
  // expected-note@+1 {{the value is computed here}}
  %r = scf.for %iv = %c0 to %c5 step %c1 iter_args(%v = %w) -> (tensor<9x8xf32>) {
    %i = tensor.extract_slice %k[%iv, 0] [1, 3] [1, 1] : tensor<5x3xi64> to tensor<3xi64>
    // expected-error@+2 {{it depends on a value that a loop carries}}
    // expected-note@+1 {{compute its indices}}
    %q:3, %n = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
    %s = emb.scatter_add %g[%i] into %v
      group(%q#0, %q#1, %q#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
      : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    scf.yield %s : tensor<9x8xf32>
  }
  return %r : tensor<9x8xf32>
}
