// RUN: emb-opt %s --emb-one-shot-bufferize --split-input-file --verify-diagnostics

// expected-error@+1 {{'f' (argument 1) has type 'f32' and 'emb.strided', expected a tensor with dimensions}}
func.func @f(%t: tensor<9x8xf32>, %x: f32 {emb.strided}) -> f32 {
  return %x : f32
}

// -----

// expected-error@+1 {{'f' (argument 0) has type 'tensor<f32>' and 'emb.strided', expected a tensor with dimensions}}
func.func @f(%t: tensor<f32> {emb.strided}) -> tensor<f32> {
  return %t : tensor<f32>
}
