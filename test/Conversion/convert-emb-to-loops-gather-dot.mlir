// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=8 prefetch-distance=16 resident-bytes=0 stream-bytes=0" --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=8 prefetch-distance=16 resident-bytes=0 stream-bytes=0" -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// The products of a tile are summed in lanes; the lanes go through a fixed tree.

// REMARK: [Passed] GatherDotLowered | Category:emb-convert-to-loops | Function=dot | lanes=4, prefetch=16, tail=4, tile=16, vectors=1, width=4
// CHECK-LABEL: func.func @dot(
// CHECK-SAME:    %[[TABLE:.*]]: memref<?x4xf16>, %[[IDS:.*]]: memref<?xi64>, %[[ROWS:.*]]: memref<?x4xf32>, %[[MAP:.*]]: memref<?xi32>, %[[OUT:.*]]: memref<?xf16>)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C16:.*]] = arith.constant 16 : index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<4xf32>
// CHECK:         %[[N:.*]] = memref.dim %[[IDS]], %[[C0]]
// CHECK:         %[[LAST:.*]] = arith.subi %[[N]],
// CHECK:         scf.parallel (%[[K:.*]]) = (%[[C0]]) to (%[[N]])
// CHECK:           %[[NEXT:.*]] = arith.addi %[[K]], %[[C16]]
// CHECK:           arith.minsi %[[NEXT]], %[[LAST]]
// CHECK:           memref.prefetch %[[TABLE]]
// CHECK:           memref.load %[[IDS]][%[[K]]]
// CHECK:           %[[ROW:.*]] = arith.index_cast
// CHECK:           memref.load %[[MAP]][%[[K]]]
// CHECK:           %[[MAPPED:.*]] = arith.index_cast
// CHECK:           %[[A:.*]] = vector.load %[[TABLE]][%[[ROW]], %[[C0]]]
// CHECK:           %[[X:.*]] = arith.extf %[[A]] : vector<4xf16> to vector<4xf32>
// CHECK:           %[[Y:.*]] = vector.load %[[ROWS]][%[[MAPPED]], %[[C0]]]
// CHECK:           %[[P:.*]] = arith.mulf %[[X]], %[[Y]]
// CHECK:           %[[SUM:.*]] = arith.addf %[[P]], %[[ZERO]]
// CHECK:           %[[LOW:.*]] = vector.extract_strided_slice %[[SUM]] {offsets = [0], sizes = [2]
// CHECK:           %[[HIGH:.*]] = vector.extract_strided_slice %[[SUM]] {offsets = [2], sizes = [2]
// CHECK:           %[[PAIR:.*]] = arith.addf %[[LOW]], %[[HIGH]] : vector<2xf32>
// CHECK:           vector.extract_strided_slice %[[PAIR]] {offsets = [0]
// CHECK:           vector.extract_strided_slice %[[PAIR]] {offsets = [1]
// CHECK:           arith.addf {{.*}} : vector<1xf32>
// CHECK:           %[[DOT:.*]] = vector.extract
// CHECK:           %[[ROUNDED:.*]] = arith.truncf %[[DOT]] : f32 to f16
// CHECK:           memref.store %[[ROUNDED]], %[[OUT]][%[[K]]]
// CHECK:         } {emb.work = 38 : i64}
func.func @dot(%t: memref<?x4xf16>, %i: memref<?xi64>, %g: memref<?x4xf32>, %m: memref<?xi32>, %r: memref<?xf16>) {
  emb.gather_dot %t[%i], %g[%m] outs(%r : memref<?xf16>) : memref<?x4xf16>, memref<?xi64>, memref<?x4xf32>, memref<?xi32>
  return
}

// Padding is counted from the end of a table of any size; its rows are not read.
// Indices and map need not lie in memory alike.

// CHECK-LABEL: func.func @padding(
// CHECK-SAME:    %[[TABLE:.*]]: memref<?x8xf64>, %[[IDS:.*]]: memref<2x3xi32>, %[[ROWS:.*]]: memref<?x8xf64>, %[[MAP:.*]]: memref<2x3xi64, strided<[7, 1]>>, %[[OUT:.*]]: memref<2x3xf64>)
// CHECK-DAG:     %[[MINUS:.*]] = arith.constant -2 : index
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG:     %[[C6:.*]] = arith.constant 6 : index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-DAG:     %[[C7:.*]] = arith.constant 7 : index
// CHECK-DAG:     %[[FLAT_MAP:.*]] = memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [6], strides: [1]
// CHECK-DAG:     %[[FLAT_IDS:.*]] = memref.collapse_shape %[[IDS]]
// CHECK-DAG:     %[[FLAT_OUT:.*]] = memref.collapse_shape %[[OUT]]
// CHECK-DAG:     %[[N:.*]] = memref.dim %[[TABLE]], %[[C0]]
// CHECK:         %[[PADDING:.*]] = arith.addi %[[N]], %[[MINUS]]
// CHECK:         scf.parallel (%[[K:.*]]) = (%[[C0]]) to (%[[C6]])
// CHECK:           memref.load %[[FLAT_IDS]][%[[K]]]
// CHECK:           %[[ROW:.*]] = arith.index_cast
// CHECK:           %[[SKIP:.*]] = arith.cmpi eq, %[[ROW]], %[[PADDING]]
// CHECK:           %[[DOT:.*]] = scf.if %[[SKIP]] -> (f64) {
// CHECK-NEXT:        scf.yield %[[ZERO]]
// CHECK-NEXT:      } else {
// CHECK-DAG:         %[[COLUMN:.*]] = arith.remui %[[K]], %[[C3]]
// CHECK-DAG:         %[[LINE:.*]] = arith.divui %[[K]], %[[C3]]
// CHECK:             %[[START:.*]] = arith.muli %[[LINE]], %[[C7]]
// CHECK:             %[[PLACE:.*]] = arith.addi %[[COLUMN]], %[[START]]
// CHECK:             memref.load %[[FLAT_MAP]][%[[PLACE]]]
// CHECK:             vector.load %[[TABLE]]
// CHECK:           memref.store %[[DOT]], %[[FLAT_OUT]][%[[K]]]
func.func @padding(%t: memref<?x8xf64>, %i: memref<2x3xi32>, %g: memref<?x8xf64>, %m: memref<2x3xi64, strided<[7, 1]>>, %r: memref<2x3xf64>) {
  emb.gather_dot %t[%i], %g[%m] outs(%r : memref<2x3xf64>) {padding_idx = -2} : memref<?x8xf64>, memref<2x3xi32>, memref<?x8xf64>, memref<2x3xi64, strided<[7, 1]>>
  return
}

// The lanes are carried from tile to tile of a wide row.

// CHECK-LABEL: func.func @wide(
// CHECK:         scf.parallel
// CHECK:           %[[LANES:.*]] = scf.for {{.*}} iter_args(%[[ACC:[^ ]+]] = %{{.*}}) -> (vector<16xf32>)
// CHECK-COUNT-8:     arith.mulf
// CHECK:             arith.addf %[[ACC]],
// CHECK:           vector.maskedload
// CHECK:           arith.addf %[[LANES]],
// CHECK:           vector.extract_strided_slice {{.*}} sizes = [8]
func.func @wide(%t: memref<9x300xf32>, %i: memref<?xi64>, %g: memref<?x300xf32>, %m: memref<?xi64>, %r: memref<?xf32>) {
  emb.gather_dot %t[%i], %g[%m] outs(%r : memref<?xf32>) : memref<9x300xf32>, memref<?xi64>, memref<?x300xf32>, memref<?xi64>
  return
}

// The number of occurrences of a row goes to each of its positions.

// REMARK: [Passed] FrequencyLowered | Category:emb-convert-to-loops | Function=frequency
// CHECK-LABEL: func.func @frequency(
// CHECK-SAME:    %[[BOUNDS:[^:]*]]: memref<?xi32>, %[[POSITIONS:[^:]*]]: memref<?xi64>, %[[COUNT:[^:]*]]: index, %[[OUT:[^:]*]]: memref<?x3xi64>)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[FLAT:.*]] = memref.collapse_shape %[[OUT]]
// CHECK:         scf.parallel (%[[U:.*]]) = (%[[C0]]) to (%[[COUNT]])
// CHECK:           memref.load %[[BOUNDS]][%[[U]]]
// CHECK:           %[[BEGIN:.*]] = arith.index_cast
// CHECK:           memref.load %[[BOUNDS]]
// CHECK:           %[[END:.*]] = arith.index_cast
// CHECK:           %[[SIZE:.*]] = arith.subi %[[END]], %[[BEGIN]]
// CHECK:           %[[FREQUENCY:.*]] = arith.index_cast %[[SIZE]] : index to i64
// CHECK:           scf.for %[[P:[^ ]+]] = %[[BEGIN]] to %[[END]]
// CHECK:             memref.load %[[POSITIONS]][%[[P]]]
// CHECK:             %[[K:.*]] = arith.index_cast
// CHECK:             memref.store %[[FREQUENCY]], %[[FLAT]][%[[K]]]
// CHECK:         } {emb.work = 40 : i64}
func.func @frequency(%i: memref<?x3xi32>, %rows: memref<?xi32>, %bounds: memref<?xi32>, %positions: memref<?xi64>, %count: index, %r: memref<?x3xi64>) {
  emb.frequency %i group(%rows, %bounds, %positions, %count : memref<?xi32>, memref<?xi32>, memref<?xi64>, index) outs(%r : memref<?x3xi64>) : memref<?x3xi32>
  return
}
