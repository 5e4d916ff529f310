// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-expand-one-hot))' | FileCheck %s

// CHECK: #[[$MAP:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func.func @vector
// CHECK-SAME: %[[I:.*]]: tensor<3xi64>
func.func @vector(%i: tensor<3xi64>) -> tensor<3x10xf32> {
  // CHECK: %[[N:.*]] = arith.constant 10 : index
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %[[N]] label "emb.one_hot: indices (argument 0)"
  // CHECK: %[[E:.*]] = tensor.empty() : tensor<3x10xf32>
  // CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[$MAP]], {{.*}}], iterator_types = ["parallel", "parallel"]} ins(%[[J]] : tensor<3xi64>) outs(%[[E]]
  // CHECK: %[[COLUMN:.*]] = linalg.index 1
  // CHECK: %[[K:.*]] = arith.index_cast %{{.*}} : i64 to index
  // CHECK: arith.cmpi eq, %[[K]], %[[COLUMN]] : index
  // CHECK: arith.select
  // CHECK-NOT: emb.one_hot
  // CHECK: return %[[R]]
  %n = arith.constant 10 : index
  %r = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x10xf32>
  return %r : tensor<3x10xf32>
}

// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: %[[I:.*]]: tensor<?x2xi32>, %[[N:.*]]: index
func.func @dynamic(%i: tensor<?x2xi32>, %n: index) -> tensor<?x2x?xbf16> {
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %[[N]]
  // CHECK: %[[D:.*]] = tensor.dim
  // CHECK: tensor.empty(%[[D]], %[[N]]) : tensor<?x2x?xbf16>
  // CHECK: linalg.index 2
  %r = emb.one_hot %i depth %n : tensor<?x2xi32> -> tensor<?x2x?xbf16>
  return %r : tensor<?x2x?xbf16>
}
