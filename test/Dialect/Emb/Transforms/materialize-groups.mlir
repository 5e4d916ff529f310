// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-materialize-groups),cse)' --remarks-filter='emb.*' 2>&1 | FileCheck %s

// CHECK: remark: [Passed] GroupAdded | Category:emb-materialize-groups | Remark=emb.renorm{{.*}}sources=1

// One sort serves the renorm, the scatter and the update of the same indices.
// CHECK-LABEL: func.func @shared
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[I:.*]]: tensor<3xi64>
func.func @shared(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> tensor<9x8xf32> {
  // CHECK: %[[G:.*]]:3, %[[N:.*]] = emb.group(%[[I]] : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  // CHECK-NOT: emb.group
  // CHECK: emb.renorm {{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
  // CHECK: emb.scatter_add {{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
  // CHECK: emb.update touched{{.*}} group(%[[G]]#0, %[[G]]#1, %[[G]]#2, %[[N]] :
  %a = emb.renorm %i into %w max_norm 1.0 : tensor<3xi64>, tensor<9x8xf32>
  %b = emb.scatter_add %g[%i] into %a : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %c = emb.update touched(%b : tensor<9x8xf32>) sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    %y = arith.subf %x, %d : f32
    emb.yield %y : f32
  }
  return %c : tensor<9x8xf32>
}

// The sources of one update are grouped together, in their order.
// CHECK-LABEL: func.func @two_sources
func.func @two_sources(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %j: tensor<?xi32>, %g: tensor<3x8xf32>, %h: tensor<?x8xf32>) -> tensor<9x8xf32> {
  // CHECK: emb.group(%{{.*}}, %{{.*}} : tensor<3xi64>, tensor<?xi32>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %c = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>, %j : tensor<?xi32> -> %h : tensor<?x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    %y = arith.subf %x, %d : f32
    emb.yield %y : f32
  }
  return %c : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @no_source
func.func @no_source(%w: tensor<9x8xf32>) -> tensor<9x8xf32> {
  // CHECK-NOT: emb.group
  %c = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %y = arith.addf %x, %x : f32
    emb.yield %y : f32
  }
  return %c : tensor<9x8xf32>
}

// Padding is left out of the group; a negative one counts from the end.
// CHECK-LABEL: func.func @padding
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[V:.*]]: tensor<?x8xf32>
func.func @padding(%w: tensor<9x8xf32>, %v: tensor<?x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> (tensor<9x8xf32>, tensor<?x8xf32>) {
  // CHECK: %[[LAST:.*]] = arith.constant 8 : index
  // CHECK: %[[NONE:.*]] = arith.constant -1 : index
  // CHECK: emb.group(%{{.*}}, %{{.*}} : tensor<3xi64>, tensor<3xi64>) padding(%[[LAST]], %[[NONE]])
  %a = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32> padding -1, %i : tensor<3xi64> -> %g : tensor<3x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    %y = arith.subf %x, %d : f32
    emb.yield %y : f32
  }
  // CHECK: %[[ROWS:.*]] = tensor.dim %[[V]]
  // CHECK: %[[TWO:.*]] = arith.addi %[[ROWS]], %{{.*}} : index
  // CHECK: emb.group(%{{.*}} : tensor<3xi64>) padding(%[[TWO]])
  %b = emb.scatter_add %g[%i] into %v {padding_idx = -2} : tensor<3x8xf32>, tensor<3xi64>, tensor<?x8xf32>
  return %a, %b : tensor<9x8xf32>, tensor<?x8xf32>
}
