// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-opt %s --compile-to=bufferize -o /dev/null

// The gradient of a table that is looked up through a cast, and without, is a
// list of two sources, never a tensor.

// CHECK-LABEL: func.func @step(
// CHECK-SAME:    %[[W:[^:]*]]: tensor<10x3xf32> {emb.name = "w"}
// CHECK-NOT:     linalg.fill {{.*}}10x3
// CHECK:         emb.apply_gradient #emb.sgd to(%[[W]] : tensor<10x3xf32>)
// CHECK-SAME:      sources[%{{.*}} : tensor<?xi64> -> %{{.*}} : tensor<?x3xf32>, %{{.*}} : tensor<4xi64> -> %{{.*}} : tensor<4x3xf32>]
// CHECK:         return
emb.train @step of @loss parameters("w" = #emb.sgd)

func.func @loss(%w: tensor<10x3xf32> {emb.name = "w"}, %i: tensor<?xi64>,
                %j: tensor<4xi64>) -> f32 {
  %c0 = arith.constant 0 : index
  %cast = tensor.cast %w : tensor<10x3xf32> to tensor<?x3xf32>
  %a = emb.gather %cast[%i] : tensor<?x3xf32>, tensor<?xi64> -> tensor<?x3xf32>
  %b = emb.gather %w[%j] : tensor<10x3xf32>, tensor<4xi64> -> tensor<4x3xf32>
  %x = tensor.extract %a[%c0, %c0] : tensor<?x3xf32>
  %y = tensor.extract %b[%c0, %c0] : tensor<4x3xf32>
  %loss = arith.mulf %x, %y : f32
  return %loss : f32
}
