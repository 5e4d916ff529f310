// RUN: emb-opt %s --emb-convert-to-loops --split-input-file --verify-diagnostics

func.func @f(%t: tensor<9x8xf32>, %i: tensor<?xi64>) -> tensor<?x8xf32> {
  // expected-error@+1 {{'emb.gather' op is on tensors, expected memrefs (emb-bufferize makes them)}}
  %r = emb.gather %t[%i] : tensor<9x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// -----

func.func @f(%t: memref<9x8xf32, affine_map<(d0, d1) -> (d0, d1 mod 4)>>, %i: memref<?xi64>, %r: memref<?x8xf32>) {
  // expected-error@+1 {{'emb.gather' op expected rows with a strided layout, found}}
  emb.gather %t[%i] outs(%r : memref<?x8xf32>) : memref<9x8xf32, affine_map<(d0, d1) -> (d0, d1 mod 4)>>, memref<?xi64>
  return
}

// -----

func.func @f(%w: memref<9x8xf32>, %i: memref<?xi64>, %g: memref<?x8xf32>) {
  // expected-error@+1 {{'emb.update' op has no 'group', expected the emb.group of its sources (emb-materialize-groups adds it)}}
  emb.update touched(%w : memref<9x8xf32>) sources[%i : memref<?xi64> -> %g : memref<?x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @f(%w: memref<9x8xf32>, %i: memref<?xi64>, %g: memref<?x8xf32>) {
  // expected-error@+1 {{'emb.update' op has no 'group'}}
  emb.update all(%w : memref<9x8xf32>) sources[%i : memref<?xi64> -> %g : memref<?x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}

// -----

func.func @f(%w: memref<9x8xf32>, %i: memref<?xi64>) {
  // expected-error@+1 {{'emb.renorm' op has no loops of its own, expected it to be an emb.update (emb-decompose-writes)}}
  emb.renorm %i into %w max_norm 1.0 : memref<?xi64>, memref<9x8xf32>
  return
}

// -----

// Checks and groups stay.

func.func @f(%i: memref<?xi64>, %n: index, %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>) {
  emb.check_indices %i, %n label "emb.gather: indices" : memref<?xi64>
  emb.check_offsets %i, %n label "emb.bag: offsets" : memref<?xi64>
  emb.check_equal %n, %n label "emb.update: rows"
  %count = emb.group(%i : memref<?xi64>) outs(%rows, %bounds, %positions : memref<?xi64>, memref<?xi64>, memref<?xi64>)
  return
}
