// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-mark-written-arguments),emb-verify-in-place)' --remarks-filter='emb-verify.*' -o /dev/null 2>&1 | FileCheck %s

// CHECK-DAG: [Passed] InPlace | Category:emb-verify-in-place | Function=in_place | tables=2, writes=2
func.func @in_place(%w: tensor<9x8xf32>, %s: tensor<9xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> (tensor<9x8xf32>, tensor<9xf32>) {
  %r:2 = emb.update touched(%w, %s : tensor<9x8xf32>, tensor<9xf32>) sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>] {
  ^bb0(%x: f32, %a: f32, %d: f32):
    %y = arith.subf %x, %d : f32
    emb.yield %y, %a : f32, f32
  }
  return %r#0, %r#1 : tensor<9x8xf32>, tensor<9xf32>
}

// An explicit copy is allowed and reported.
// CHECK-DAG: [Analysis] ExplicitCopy | Category:emb-verify-in-place | Remark="copies the table of argument 0 'weight', 288 bytes"
func.func @explicit_copy(%w: tensor<9x8xf32> {emb.name = "weight"}, %i: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> (tensor<9x8xf32>, tensor<9x8xf32>) {
  %old = bufferization.alloc_tensor() copy(%w) : tensor<9x8xf32>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  return %w1, %old : tensor<9x8xf32>, tensor<9x8xf32>
}

// A tensor that is no table may be copied, unless the function returns its new
// value.
// CHECK-DAG: [Passed] InPlace | Category:emb-verify-in-place | Function=no_table | tables=0, writes=0
func.func @no_table(%b: tensor<8xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%b : tensor<8xf32>) -> tensor<8xf32>
  %r = tensor.extract %f[%c0] : tensor<8xf32>
  return %r : f32
}
