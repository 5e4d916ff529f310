// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-convert-reshapes))' | FileCheck %s

// CHECK-LABEL: func.func @fresh
// CHECK-SAME: (%[[X:.*]]: memref<?x4xf32>, %[[N:.*]]: index, %[[M:.*]]: index)
// CHECK: %[[BASE:.*]], %{{.*}}, %{{.*}}:2, %{{.*}}:2 = memref.extract_strided_metadata %[[X]]
// CHECK: %[[R:.*]] = memref.reinterpret_cast %[[BASE]] to offset: [0], sizes: [%[[N]], 3, %[[M]], 4], strides: [%{{.*}}, %{{.*}}, 4, 1]
// CHECK: return %[[R]] : memref<?x3x?x4xf32>
func.func @fresh(%x: memref<?x4xf32>, %n: index, %m: index) -> memref<?x3x?x4xf32> {
  %r = memref.expand_shape %x [[0, 1, 2], [3]] output_shape [%n, 3, %m, 4]
      : memref<?x4xf32> into memref<?x3x?x4xf32>
  return %r : memref<?x3x?x4xf32>
}

// CHECK-LABEL: func.func @strided
// CHECK-SAME: (%[[X:.*]]: memref<{{.*}}>, %[[N:.*]]: index, %[[M:.*]]: index)
// CHECK: %[[BASE:.*]], %[[OFFSET:.*]], %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata %[[X]]
// CHECK: %[[STRIDE:.*]] = arith.muli %[[STRIDES]]#0, %[[M]]
// CHECK: memref.reinterpret_cast %[[BASE]] to offset: [%[[OFFSET]]], sizes: [%[[N]], %[[M]], 4], strides: [%[[STRIDE]], %[[STRIDES]]#0, 1]
func.func @strided(%x: memref<?x4xf32, strided<[?, 1], offset: ?>>, %n: index, %m: index)
    -> memref<?x?x4xf32, strided<[?, ?, 1], offset: ?>> {
  %r = memref.expand_shape %x [[0, 1], [2]] output_shape [%n, %m, 4]
      : memref<?x4xf32, strided<[?, 1], offset: ?>>
      into memref<?x?x4xf32, strided<[?, ?, 1], offset: ?>>
  return %r : memref<?x?x4xf32, strided<[?, ?, 1], offset: ?>>
}

// What upstream converts is left to it.
// CHECK-LABEL: func.func @one_dynamic
// CHECK: memref.expand_shape
func.func @one_dynamic(%x: memref<?x4xf32>, %n: index) -> memref<?x3x4xf32> {
  %r = memref.expand_shape %x [[0, 1], [2]] output_shape [%n, 3, 4]
      : memref<?x4xf32> into memref<?x3x4xf32>
  return %r : memref<?x3x4xf32>
}
