// RUN: emb-opt %s --compile-to=optimize | FileCheck %s

// A function called from the rule of an update is inlined.
// CHECK-LABEL: func.func @step
// CHECK: ^bb0(%[[X:.*]]: f32, %[[D:.*]]: f32):
// CHECK: %[[Y:.*]] = arith.subf %[[X]], %[[D]] : f32
// CHECK: emb.yield %[[Y]]
// CHECK-NOT: func.func private
func.func private @rule(%x: f32, %d: f32) -> f32 {
  %y = arith.subf %x, %d : f32
  return %y : f32
}
func.func @step(%w: tensor<4x4xf32>, %i: tensor<2xi64>, %g: tensor<2x4xf32>) -> tensor<4x4xf32> {
  %w1 = emb.update touched(%w : tensor<4x4xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x4xf32>] {
  ^bb0(%x: f32, %d: f32):
    %y = func.call @rule(%x, %d) : (f32, f32) -> f32
    emb.yield %y : f32
  }
  return %w1 : tensor<4x4xf32>
}
