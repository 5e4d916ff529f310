// RUN: emb-opt %s --emb-convert-to-loops --canonicalize --cse | FileCheck %s --implicit-check-not=vector.gather --implicit-check-not=vector.load

// Columns that lie apart are read and written one by one; vectors hold them in
// between. Lanes past the end of the row are not read.

// CHECK-LABEL: func.func @gather(
// CHECK-SAME:    %[[TABLE:[^:]*]]: memref<?x3xf32, strided<[?, ?], offset: ?>>
// CHECK-NOT:     memref.prefetch
// CHECK:         scf.parallel
// CHECK-DAG:       %[[A:.*]] = memref.load %[[TABLE]][%[[ROW:.*]], %c0]
// CHECK-DAG:       %[[B:.*]] = memref.load %[[TABLE]][%[[ROW]], %c1]
// CHECK-DAG:       %[[C:.*]] = memref.load %[[TABLE]][%[[ROW]], %c2]
// CHECK:           %[[V:.*]] = vector.from_elements %[[A]], %[[B]], %[[C]], %{{.*}} : vector<4xf32>
// CHECK:           vector.maskedstore {{.*}}, %[[V]]
func.func @gather(%t: memref<?x3xf32, strided<[?, ?], offset: ?>>, %i: memref<?xi64>, %r: memref<?x3xf32>) {
  emb.gather %t[%i] outs(%r : memref<?x3xf32>) : memref<?x3xf32, strided<[?, ?], offset: ?>>, memref<?xi64>
  return
}

// CHECK-LABEL: func.func @update(
// CHECK-SAME:    %[[W:[^:]*]]: memref<9x2xf32, strided<[?, ?], offset: ?>>
// CHECK:         scf.parallel
// CHECK:           %[[ROW:.*]] = memref.load
// CHECK:           memref.load %[[W]]
// CHECK:           memref.load %[[W]]
// CHECK:           %[[NEW:.*]] = arith.addf
// CHECK:           %[[X:.*]] = vector.extract %[[NEW]][0]
// CHECK:           memref.store %[[X]], %[[W]][%{{.*}}, %c0]
// CHECK:           %[[Y:.*]] = vector.extract %[[NEW]][1]
// CHECK:           memref.store %[[Y]], %[[W]][%{{.*}}, %c1]
func.func @update(%w: memref<9x2xf32, strided<[?, ?], offset: ?>>, %i: memref<4xi64>, %g: memref<4x2xf32, strided<[?, ?], offset: ?>>,
                  %rows: memref<4xi64>, %bounds: memref<5xi64>, %positions: memref<4xi64>, %n: index) {
  emb.update touched(%w : memref<9x2xf32, strided<[?, ?], offset: ?>>) sources[%i : memref<4xi64> -> %g : memref<4x2xf32, strided<[?, ?], offset: ?>>]
      group(%rows, %bounds, %positions, %n : memref<4xi64>, memref<5xi64>, memref<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %y = arith.addf %x, %d : f32
    emb.yield %y : f32
  }
  return
}
