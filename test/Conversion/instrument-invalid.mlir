// RUN: emb-opt %s --emb-instrument --split-input-file --verify-diagnostics

func.func @twice(%n: index) {
  // expected-error@+1 {{in 'twice', which has been instrumented already}}
  emb.profile_begin 0
  emb.profile_end 0 bytes %n
  return
}

// -----

func.func @tensors(%t: tensor<100x8xf32>, %i: tensor<?xi64>) -> tensor<?x8xf32> {
  // expected-error@+1 {{has an operand of type 'tensor<100x8xf32>', expected memrefs: what it moves is known after bufferization}}
  %r = emb.gather %t[%i] : tensor<100x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}
