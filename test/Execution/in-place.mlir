// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --transposed

// Tables are values: what the text says is read is what is read, though the
// update happens in place.

// The old table is read after the update in the text.
func.func @old_read_after_update() {
  %w = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %i = check.constant dense<[1, 1]> : tensor<2xi64>
  %g = check.constant dense<[[10.0], [20.0]]> : tensor<2x1xf32>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<2x1xf32>, tensor<2xi64>, tensor<2x1xf32>
  %old = emb.gather %w[%i] : tensor<2x1xf32>, tensor<2xi64> -> tensor<2x1xf32>
  %new = emb.gather %w1[%i] : tensor<2x1xf32>, tensor<2xi64> -> tensor<2x1xf32>
  check.expect_eq %old, dense<2.0> : tensor<2x1xf32>
  check.expect_eq %new, dense<32.0> : tensor<2x1xf32>
  check.expect_eq %w1, dense<[[1.0], [32.0]]> : tensor<2x1xf32>
  return
}

// Two updates, one after the other.
func.func @twice() {
  %w = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %i = check.constant dense<[1]> : tensor<1xi64>
  %j = check.constant dense<[0]> : tensor<1xi64>
  %g = check.constant dense<[[10.0]]> : tensor<1x1xf32>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<1x1xf32>, tensor<1xi64>, tensor<2x1xf32>
  %w2 = emb.scatter_add %g[%j] into %w1 : tensor<1x1xf32>, tensor<1xi64>, tensor<2x1xf32>
  %w3 = emb.scatter_add %g[%i] into %w2 : tensor<1x1xf32>, tensor<1xi64>, tensor<2x1xf32>
  check.expect_eq %w3, dense<[[11.0], [22.0]]> : tensor<2x1xf32>
  return
}

// An explicit copy keeps the old table.
func.func @explicit_copy() {
  %w = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %i = check.constant dense<[1]> : tensor<1xi64>
  %g = check.constant dense<[[10.0]]> : tensor<1x1xf32>
  %c = bufferization.alloc_tensor() copy(%w) : tensor<2x1xf32>
  %w1 = emb.scatter_add %g[%i] into %c : tensor<1x1xf32>, tensor<1xi64>, tensor<2x1xf32>
  check.expect_eq %w1, dense<[[1.0], [12.0]]> : tensor<2x1xf32>
  check.expect_eq %w, dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  return
}

// The gradient comes from the table that is updated: SGD on 0.5 * |w[i]|^2.
func.func @gradient_from_the_table() {
  %w = check.constant dense<[[1.0, -2.0], [8.0, 4.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[1, 1]> : tensor<2xi64>
  %lr = check.constant 0.25 : f64
  %g = emb.gather %w[%i] : tensor<2x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  %w1 = emb.update touched(%w : tensor<2x2xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x2xf32>] scalars(%lr : f64) {
  ^bb0(%x: f32, %d: f32, %rate: f32):
    %step = arith.mulf %rate, %d : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %w1, dense<[[1.0, -2.0], [4.0, 2.0]]> : tensor<2x2xf32>
  return
}

// Several updates in a loop that carries the table. What they share, the
// group, is made before it.
func.func @loop() {
  %w = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %i = check.constant dense<[1]> : tensor<1xi64>
  %g = check.constant dense<[[10.0]]> : tensor<1x1xf32>
  %n = check.constant 3 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<1xi64>) -> tensor<1xi64>, tensor<2xi64>, tensor<1xi64>
  %w1 = scf.for %k = %c0 to %n step %c1 iter_args(%v = %w) -> (tensor<2x1xf32>) {
    %v1 = emb.scatter_add %g[%i] into %v
        group(%rows, %bounds, %positions, %count : tensor<1xi64>, tensor<2xi64>, tensor<1xi64>, index)
        : tensor<1x1xf32>, tensor<1xi64>, tensor<2x1xf32>
    scf.yield %v1 : tensor<2x1xf32>
  }
  check.expect_eq %w1, dense<[[1.0], [32.0]]> : tensor<2x1xf32>
  return
}
