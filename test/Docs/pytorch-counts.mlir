// RUN: emb-opt %s --compile-to=check | FileCheck %s

// The parts of docs/pytorch.md that count occurrences or differentiate weights.

#one = affine_map<(k) -> (k)>

// scale_grad_by_freq: every contribution is divided by the count of its index.
// CHECK-LABEL: func.func @scale_grad_by_freq
func.func @scale_grad_by_freq(%zeros: tensor<4x2xf32>, %i: tensor<3xi64>, %g: tensor<3x2xf32>) -> tensor<4x2xf32> {
  %one = arith.constant 1.0 : f32
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  // CHECK: emb.frequency
  %c = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
    : tensor<3xi64> -> tensor<3xi64>
  %e = tensor.empty() : tensor<3xf32>
  %s = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%c : tensor<3xi64>) outs(%e : tensor<3xf32>) {
  ^bb0(%n: i64, %x: f32):
    %f = arith.sitofp %n : i64 to f32
    %q = arith.divf %one, %f : f32
    linalg.yield %q : f32
  } -> tensor<3xf32>
  // CHECK: emb.update
  %gw = emb.update touched(%zeros : tensor<4x2xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x2xf32> scale %s : tensor<3xf32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  return %gw : tensor<4x2xf32>
}

// CHECK-LABEL: func.func @weights_gradient
func.func @weights_gradient(%w: tensor<4x2xf32>, %i: tensor<3xi64>, %o: tensor<2xi64>, %g: tensor<2x2xf32>) -> tensor<3xf32> {
  %n = arith.constant 3 : index
  %b = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<3xi32>
  // CHECK: emb.gather_dot
  %gp = emb.gather_dot %w[%i], %g[%b] {padding_idx = 0} : tensor<4x2xf32>, tensor<3xi64>, tensor<2x2xf32>, tensor<3xi32> -> tensor<3xf32>
  return %gp : tensor<3xf32>
}
