// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-convert-elementwise))' | FileCheck %s
// RUN: emb-opt %s --compile-to=bufferize | FileCheck %s --check-prefix=BUFFERS

// CHECK: #[[$ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK: #[[$SCALAR:.*]] = affine_map<(d0, d1) -> ()>

// The arguments stay as they are: the result has a buffer of its own.
// CHECK-LABEL: func.func @add
// CHECK-SAME: %[[A:.*]]: tensor<?x4xf32>, %[[B:.*]]: tensor<?x4xf32>
// BUFFERS-LABEL: func.func @add
// BUFFERS-NOT: emb.written
func.func @add(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // CHECK: %[[N:.*]] = tensor.dim %[[A]]
  // CHECK: %[[E:.*]] = tensor.empty(%[[N]]) : tensor<?x4xf32>
  // CHECK: linalg.generic {indexing_maps = [#[[$ID]], #[[$ID]], #[[$ID]]], iterator_types = ["parallel", "parallel"]} ins(%[[A]], %[[B]] : {{.*}}) outs(%[[E]] :
  // CHECK: ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %{{.*}}: f32):
  // CHECK: arith.addf %[[X]], %[[Y]] fastmath<nnan> : f32
  // BUFFERS: emb.check_equal
  // BUFFERS: %[[R:.*]] = memref.alloc
  // BUFFERS: linalg.generic {{.*}} outs(%[[R]] :
  %c = arith.addf %a, %b fastmath<nnan> : tensor<?x4xf32>
  return %c : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @select
func.func @select(%c: i1, %a: tensor<2x4xf32>, %b: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // CHECK: linalg.generic {indexing_maps = [#[[$SCALAR]], #[[$ID]], #[[$ID]], #[[$ID]]]
  %r = arith.select %c, %a, %b : tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}

// The rule of an update is on scalars and stays.
// CHECK-LABEL: func.func @rule
func.func @rule(%w: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // CHECK-NOT: linalg
  // CHECK: arith.addf %{{.*}}, %{{.*}} : f32
  %r = emb.update all(%w : tensor<2x4xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %y = arith.addf %x, %x : f32
    emb.yield %y : f32
  }
  return %r : tensor<2x4xf32>
}
