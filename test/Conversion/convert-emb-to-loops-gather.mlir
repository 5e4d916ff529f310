// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=8 prefetch-distance=16 resident-bytes=0 stream-bytes=0" --canonicalize --cse | FileCheck %s --implicit-check-not=vector.gather
// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=8 prefetch-distance=0 stream-bytes=0" | FileCheck %s --check-prefix=NEAR --implicit-check-not=memref.prefetch
// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=8 prefetch-distance=16 resident-bytes=0 stream-bytes=0" -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// Rows are copied by vectors, never gathered element by element, and a row is
// asked for 16 positions ahead of its copy.

// NEAR: scf.parallel

// REMARK: [Passed] GatherLowered | Category:emb-convert-to-loops | Function=exact | checks=false, lanes=16, prefetch=16, streams=false, tail=0, tile=32, vectors=2, width=32
// CHECK-LABEL: func.func @exact(
// CHECK-SAME:    %[[TABLE:.*]]: memref<?x32xf32, strided<[?, 1], offset: ?>>, %[[IDS:.*]]: memref<?xi32>, %[[OUT:.*]]: memref<?x32xf32>)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C16:.*]] = arith.constant 16 : index
// CHECK:         %[[N:.*]] = memref.dim %[[IDS]], %[[C0]]
// CHECK:         scf.parallel (%[[K:.*]]) = (%[[C0]]) to (%[[N]]) step (%[[C1]]) {
// CHECK:           %[[NEXT:.*]] = arith.addi %[[K]], %[[C16]]
// CHECK:           %[[LAST:.*]] = arith.subi %[[N]], %[[C1]]
// CHECK:           %[[AHEAD:.*]] = arith.minsi %[[NEXT]], %[[LAST]]
// CHECK:           memref.load %[[IDS]][%[[AHEAD]]]
// CHECK:           %[[NEXT_ROW:.*]] = arith.index_cast
// CHECK:           %[[ID:.*]] = memref.load %[[IDS]][%[[K]]]
// CHECK-NEXT:      %[[ROW:.*]] = arith.index_cast %[[ID]] : i32 to index
// CHECK-NEXT:      memref.prefetch %[[TABLE]][%[[NEXT_ROW]], %[[C0]]], read, locality<3>, data
// CHECK-NEXT:      memref.prefetch %[[TABLE]][%[[NEXT_ROW]], %[[C16]]], read, locality<3>, data
// CHECK-NEXT:      %[[X:.*]] = vector.load %[[TABLE]][%[[ROW]], %[[C0]]] : {{.*}}, vector<16xf32>
// CHECK-NEXT:      vector.store %[[X]], %[[OUT]][%[[K]], %[[C0]]]
// CHECK-NEXT:      %[[Y:.*]] = vector.load %[[TABLE]][%[[ROW]], %[[C16]]] : {{.*}}, vector<16xf32>
// CHECK-NEXT:      vector.store %[[Y]], %[[OUT]][%[[K]], %[[C16]]]
// CHECK-NEXT:      scf.reduce
// CHECK-NEXT:    } {emb.work = 260 : i64}
// CHECK-NEXT:    return
func.func @exact(%t: memref<?x32xf32, strided<[?, 1], offset: ?>>, %i: memref<?xi32>, %r: memref<?x32xf32>) {
  emb.gather %t[%i] outs(%r : memref<?x32xf32>) : memref<?x32xf32, strided<[?, 1], offset: ?>>, memref<?xi32>
  return
}

// Columns left over are held by few lanes: masked where they are not a power
// of two. f64 has 8 lanes.

// CHECK-LABEL: func.func @tails(
// CHECK:         vector.load {{.*}}, vector<16xf16>
// CHECK:         vector.load {{.*}}, vector<2xf16>
// CHECK:         %[[MASK:.*]] = vector.constant_mask [3] : vector<4xi1>
// CHECK:         %[[X:.*]] = vector.maskedload %{{.*}}, %[[MASK]], %{{.*}} into vector<4xf64>
// CHECK:         vector.maskedstore %{{.*}}, %[[MASK]], %[[X]]
// CHECK:         vector.load {{.*}}, vector<8xf64>
// CHECK:         vector.constant_mask [6] : vector<8xi1>
// CHECK:         vector.load {{.*}}, vector<1xf32>
// REMARK: Function=tails | checks=false, lanes=16, prefetch=16, streams=false, tail=2, tile=32, vectors=2, width=18
// REMARK: Function=tails | checks=false, lanes=4, prefetch=16, streams=false, tail=3, tile=8, vectors=1, width=3
func.func @tails(%i: memref<5xi64>, %a: memref<9x18xf16>, %ra: memref<5x18xf16>, %b: memref<9x3xf64>, %rb: memref<5x3xf64>,
                 %c: memref<9x14xf64>, %rc: memref<5x14xf64>, %d: memref<9x1xf32>, %rd: memref<5x1xf32>) {
  emb.gather %a[%i] outs(%ra : memref<5x18xf16>) : memref<9x18xf16>, memref<5xi64>
  emb.gather %b[%i] outs(%rb : memref<5x3xf64>) : memref<9x3xf64>, memref<5xi64>
  emb.gather %c[%i] outs(%rc : memref<5x14xf64>) : memref<9x14xf64>, memref<5xi64>
  emb.gather %d[%i] outs(%rd : memref<5x1xf32>) : memref<9x1xf32>, memref<5xi64>
  return
}

// A wide row is a loop over tiles of nearly equal size: 18 vectors are three times
// six.

// CHECK-LABEL:   func.func @wide(
// CHECK-DAG:       %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:       %[[TILE:.*]] = arith.constant 96 : index
// CHECK-DAG:       %[[FULL:.*]] = arith.constant 192 : index
// CHECK:           scf.for %[[BASE:[^ ]+]] = %[[C0]] to %[[FULL]] step %[[TILE]] {
// CHECK-COUNT-6:     vector.load {{.*}}, vector<16xf32>
// CHECK-NOT:         vector.load
// CHECK:           }
// CHECK:           vector.load %{{.*}}[%{{.*}}, %[[FULL]]] : {{.*}}, vector<16xf32>
// CHECK-COUNT-4:   vector.load
// CHECK:           vector.maskedload
func.func @wide(%t: memref<9x275xf32>, %i: memref<5xi64>, %r: memref<5x275xf32>) {
  emb.gather %t[%i] outs(%r : memref<5x275xf32>) : memref<9x275xf32>, memref<5xi64>
  return
}

// Any rank of indices is one loop: contiguous ones are collapsed. Others are
// seen as one row of memory if the run finds no gaps in it; only if there are
// some, positions are divided.

// CHECK-LABEL: func.func @ranks(
// CHECK-SAME:    %[[TABLE:.*]]: memref<9x8xf32>, %[[SCALAR:[^:]*]]: memref<i64>, %[[ROW:[^:]*]]: memref<8xf32>,
// CHECK-SAME:    %[[STRIDED:[^:]*]]: memref<?x4xi64, strided<[?, 1], offset: ?>>)
// CHECK:         memref.load %[[SCALAR]][]
// CHECK:         vector.store %{{.*}}, %[[ROW]][%{{.*}}]
// CHECK:         memref.collapse_shape %{{.*}} {{\[}}[0, 1]] : memref<?x4xi64> into memref<?xi64>
// CHECK:         memref.collapse_shape %{{.*}} {{\[}}[0, 1], [2]] : memref<?x4x8xf32> into memref<?x8xf32>
// CHECK:         scf.parallel
// CHECK-NOT:       arith.remui
// CHECK:           scf.reduce
// CHECK:         %{{.*}}, %[[OFFSET:.*]], %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata %[[STRIDED]]
// CHECK:         %[[NO_GAPS:.*]] = arith.cmpi eq, %[[STRIDES]]#0, %c4 : index
// CHECK:         %[[FLAT:.*]] = memref.reinterpret_cast %[[STRIDED]] to offset: [%[[OFFSET]]], sizes: [%{{.*}}], strides: [1]
// CHECK:         scf.parallel (%[[K:.*]]) =
// CHECK:           %[[AHEAD:.*]] = scf.if %[[NO_GAPS]]
// CHECK:           memref.load %[[FLAT]][%[[AHEAD]]]
// CHECK:           %[[PLACE:.*]] = scf.if %[[NO_GAPS]] -> (index) {
// CHECK-NEXT:        scf.yield %[[K]]
// CHECK-NEXT:      } else {
// CHECK:             %[[COLUMN:.*]] = arith.remui %[[K]], %c4
// CHECK:             %[[LINE:.*]] = arith.divui %[[K]], %c4
// CHECK:             %[[START:.*]] = arith.muli %[[LINE]], %[[STRIDES]]#0
// CHECK:             arith.addi %[[COLUMN]], %[[START]]
// CHECK:           memref.load %[[FLAT]][%[[PLACE]]]
func.func @ranks(%t: memref<9x8xf32>, %i0: memref<i64>, %r0: memref<8xf32>, %i2: memref<?x4xi64>, %r2: memref<?x4x8xf32>, %is: memref<?x4xi64, strided<[?, 1], offset: ?>>) {
  emb.gather %t[%i0] outs(%r0 : memref<8xf32>) : memref<9x8xf32>, memref<i64>
  emb.gather %t[%i2] outs(%r2 : memref<?x4x8xf32>) : memref<9x8xf32>, memref<?x4xi64>
  emb.gather %t[%is] outs(%r2 : memref<?x4x8xf32>) : memref<9x8xf32>, memref<?x4xi64, strided<[?, 1], offset: ?>>
  return
}

// CHECK-LABEL: func.func @no_columns(
// CHECK-NOT:     vector.load
// CHECK-NOT:     memref.prefetch
// CHECK:         return
func.func @no_columns(%t: memref<9x0xf32>, %i: memref<?xi64>, %r: memref<?x0xf32>) {
  emb.gather %t[%i] outs(%r : memref<?x0xf32>) : memref<9x0xf32>, memref<?xi64>
  return
}
