// RUN: emb-opt %s --emb-decompose-writes --split-input-file --verify-diagnostics

func.func @f(%w: memref<9x8xf32>, %i: memref<3xi64>) {
  // expected-error@+1 {{'emb.renorm' op has no 'group', expected the emb.group of its indices (emb-materialize-groups adds it)}}
  emb.renorm %i into %w max_norm 1.0 : memref<3xi64>, memref<9x8xf32>
  return
}

// -----

func.func @f(%w: memref<9x8xf32>, %i: memref<3xi64>, %r: memref<3x8xf32>) {
  // expected-error@+1 {{'emb.scatter_add' op has no 'group'}}
  emb.scatter_add %r[%i] into %w : memref<3x8xf32>, memref<3xi64>, memref<9x8xf32>
  return
}

// -----

func.func @f(%w: tensor<9x8xf32>, %i: tensor<3xi64>) -> tensor<9x8xf32> {
  // expected-error@+1 {{'emb.renorm' op is on tensors, expected memrefs (emb-bufferize makes them)}}
  %w1 = emb.renorm %i into %w max_norm 1.0 : tensor<3xi64>, tensor<9x8xf32>
  return %w1 : tensor<9x8xf32>
}
