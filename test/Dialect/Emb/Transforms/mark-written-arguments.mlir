// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-mark-written-arguments))' | FileCheck %s

// CHECK-LABEL: func.func @returned
// CHECK-SAME: %{{.*}}: tensor<9x8xf32> {emb.written}, %{{.*}}: tensor<3xi64> {bufferization.writable = false}, %{{.*}}: tensor<3x8xf32> {bufferization.writable = false}, %{{.*}}: f64)
func.func @returned(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %lr: f64) -> tensor<9x8xf32> {
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  return %w1 : tensor<9x8xf32>
}

// An argument that comes back as it was is not written.
// CHECK-LABEL: func.func @unchanged
// CHECK-SAME: tensor<9x8xf32> {bufferization.writable = false}
func.func @unchanged(%w: tensor<9x8xf32>) -> tensor<9x8xf32> {
  return %w : tensor<9x8xf32>
}

// The caller's memory is not a scratch pad.
// CHECK-LABEL: func.func @scratch
// CHECK-SAME: tensor<8xf32> {bufferization.writable = false}
func.func @scratch(%a: tensor<8xf32>) -> f32 {
  %c0 = arith.constant 0 : index
  %z = arith.constant 0.0 : f32
  %f = linalg.fill ins(%z : f32) outs(%a : tensor<8xf32>) -> tensor<8xf32>
  %x = tensor.extract %f[%c0] : tensor<8xf32>
  return %x : f32
}

// Through loops, branches, casts and checks.
// CHECK-LABEL: func.func @control_flow
// CHECK-SAME: %{{.*}}: tensor<9x8xf32> {emb.written}, %{{.*}}: tensor<3xi64> {bufferization.writable = false}, %{{.*}}: tensor<3x8xf32> {bufferization.writable = false}
func.func @control_flow(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %c: i1, %n: index) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %iv = %c0 to %n step %c1 iter_args(%v = %w) -> tensor<9x8xf32> {
    %s = scf.if %c -> tensor<9x8xf32> {
      %v1 = emb.scatter_add %g[%i] into %v : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
      scf.yield %v1 : tensor<9x8xf32>
    } else {
      scf.yield %v : tensor<9x8xf32>
    }
    scf.yield %s : tensor<9x8xf32>
  }
  %d = tensor.cast %r : tensor<9x8xf32> to tensor<?x8xf32>
  return %d : tensor<?x8xf32>
}
