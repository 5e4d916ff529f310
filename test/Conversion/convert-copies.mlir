// RUN: emb-opt %s --emb-convert-copies --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-copies -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// Rows of a static number of elements are copied by vectors, in parallel.

// REMARK: [Passed] CopyLowered | Category:emb-convert-copies | Function=table | by=rows
// CHECK-LABEL: func.func @table(
// CHECK-SAME:    %[[FROM:[^:]*]]: memref<?x11xf16, strided<[?, 1], offset: ?>>, %[[TO:[^:]*]]: memref<?x11xf16>)
// CHECK:         scf.parallel (%[[ROW:.*]]) =
// CHECK:           %[[X:.*]] = vector.maskedload %[[FROM]][%[[ROW]], %{{.*}}]
// CHECK:           vector.maskedstore %[[TO]][%[[ROW]], %{{.*}}], %{{.*}}, %[[X]]
// CHECK:         } {emb.work = 44 : i64}
func.func @table(%from: memref<?x11xf16, strided<[?, 1], offset: ?>>, %to: memref<?x11xf16>) {
  memref.copy %from, %to : memref<?x11xf16, strided<[?, 1], offset: ?>> to memref<?x11xf16>
  return
}

// REMARK: Function=elements | by=elements
// CHECK-LABEL: func.func @elements(
// CHECK-SAME:    %[[FROM:[^:]*]]: memref<?x8xf32, strided<[1, ?]>>, %[[TO:[^:]*]]: memref<?x8xf32>)
// CHECK:         scf.for %[[I:[^ ]+]] =
// CHECK:           scf.for %[[J:[^ ]+]] =
// CHECK:             %[[X:.*]] = memref.load %[[FROM]][%[[I]], %[[J]]]
// CHECK:             memref.store %[[X]], %[[TO]][%[[I]], %[[J]]]
func.func @elements(%from: memref<?x8xf32, strided<[1, ?]>>, %to: memref<?x8xf32>) {
  memref.copy %from, %to : memref<?x8xf32, strided<[1, ?]>> to memref<?x8xf32>
  return
}

// Two blocks of memory are left to one memcpy.

// CHECK-LABEL: func.func @contiguous(
// CHECK:         memref.copy
// CHECK-NOT:     memref.copy
// CHECK:         return
// REMARK-NOT:  Function=contiguous
func.func @contiguous(%from: memref<?x8xf32>, %to: memref<?x8xf32>) {
  memref.copy %from, %to : memref<?x8xf32> to memref<?x8xf32>
  return
}

// A copy onto itself goes, without the canonicalizer.
// RUN: emb-opt %s --emb-convert-copies | FileCheck %s --check-prefix=ITSELF

// ITSELF-LABEL: func.func @itself(
// ITSELF-NEXT:    return
func.func @itself(%x: memref<?x8xf32, strided<[?, 1], offset: ?>>) {
  memref.copy %x, %x : memref<?x8xf32, strided<[?, 1], offset: ?>> to memref<?x8xf32, strided<[?, 1], offset: ?>>
  return
}
