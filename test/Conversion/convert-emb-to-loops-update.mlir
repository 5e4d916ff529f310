// RUN: emb-opt %s --emb-convert-to-loops=tile-vectors=8 --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-to-loops=tile-vectors=8 -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// One iteration for each row of the group. The occurrences are summed through
// the map in registers; then the rule runs on vectors, its scalars rounded
// once, before the loop.

// REMARK: [Passed] UpdateLowered | Category:emb-convert-to-loops | Function=adagrad | conditional=false, lanes=16, phases=1, prefetch=16, sources=1, states=1, tail=0, tile=16, vectors=1, width=16
// CHECK-LABEL: func.func @adagrad(
// CHECK-SAME:    %[[W:[^:]*]]: memref<?x16xf32, {{[^>]*>}}>, %[[H:[^:]*]]: memref<?x16xf32, {{[^>]*>}}>, %[[IDS:[^:]*]]: memref<?xi64>, %[[G:[^:]*]]: memref<?x16xf32>, %[[MAP:[^:]*]]: memref<?xi32>,
// CHECK-SAME:    %[[LR:[^:]*]]: f64, %[[ROWS:[^:]*]]: memref<?xi64>, %[[BOUNDS:[^:]*]]: memref<?xi64>, %[[POSITIONS:[^:]*]]: memref<?xi64>, %[[COUNT:[^:]*]]: index)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C4:.*]] = arith.constant 4 : index
// CHECK-DAG:     %[[RATE:.*]] = arith.truncf %[[LR]] : f64 to f32
// CHECK-DAG:     %[[LAST:.*]] = arith.subi %[[COUNT]], %[[C1]]
// CHECK:         scf.parallel (%[[U:.*]]) = (%[[C0]]) to (%[[COUNT]])
// CHECK:           %[[NEXT:.*]] = arith.addi %[[U]], %[[C4]]
// CHECK:           %[[AHEAD:.*]] = arith.minsi %[[NEXT]], %[[LAST]]
// CHECK:           memref.load %[[ROWS]][%[[AHEAD]]]
// CHECK:           memref.prefetch %[[W]][%{{.*}}, %[[C0]]], write
// CHECK:           memref.prefetch %[[H]][%{{.*}}, %[[C0]]], write
// CHECK:           memref.load %[[ROWS]][%[[U]]]
// CHECK:           %[[ROW:.*]] = arith.index_cast
// CHECK:           memref.load %[[BOUNDS]][%[[U]]]
// CHECK:           %[[SUM:.*]] = scf.for %[[P:[^ ]+]] = %{{.*}} iter_args(%[[ACC:[^ ]+]] =
// CHECK:             memref.prefetch %[[G]][%{{.*}}, %[[C0]]], read
// CHECK:             memref.load %[[POSITIONS]][%[[P]]]
// CHECK:             %[[OCCURRENCE:.*]] = arith.index_cast
// CHECK:             memref.load %[[MAP]][%[[OCCURRENCE]]]
// CHECK:             %[[BAG:.*]] = arith.index_cast
// CHECK:             %[[X:.*]] = vector.load %[[G]][%[[BAG]], %[[C0]]]
// CHECK:             %[[ACC1:.*]] = arith.addf %[[ACC]], %[[X]] : vector<16xf32>
// CHECK:             scf.yield %[[ACC1]]
// CHECK-DAG:       %[[OLD:.*]] = vector.load %[[W]][%[[ROW]], %[[C0]]]
// CHECK-DAG:       %[[STATE:.*]] = vector.load %[[H]][%[[ROW]], %[[C0]]]
// CHECK-DAG:       %[[SQUARE:.*]] = arith.mulf %[[SUM]], %[[SUM]] : vector<16xf32>
// CHECK-DAG:       %[[STATE1:.*]] = arith.addf %[[STATE]], %[[SQUARE]] : vector<16xf32>
// CHECK-DAG:       math.sqrt %[[STATE1]] : vector<16xf32>
// CHECK-DAG:       vector.broadcast %[[RATE]] : f32 to vector<16xf32>
// CHECK:           %[[NEW:.*]] = arith.subf %[[OLD]],
// CHECK:           vector.store %[[NEW]], %[[W]][%[[ROW]], %[[C0]]]
// CHECK:           vector.store %[[STATE1]], %[[H]][%[[ROW]], %[[C0]]]
// CHECK:         } {emb.work = 384 : i64}
func.func @adagrad(%w: memref<?x16xf32, strided<[?, 1], offset: ?>>, %h: memref<?x16xf32, strided<[?, 1], offset: ?>>, %i: memref<?xi64>, %g: memref<?x16xf32>, %b: memref<?xi32>,
                   %lr: f64, %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index) {
  emb.update touched(%w, %h : memref<?x16xf32, strided<[?, 1], offset: ?>>, memref<?x16xf32, strided<[?, 1], offset: ?>>)
      sources[%i : memref<?xi64> -> %g : memref<?x16xf32> map %b : memref<?xi32>]
      scalars(%lr : f64) group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index) {
  ^bb0(%x: f32, %s: f32, %d: f32, %rate: f32):
    %d2 = arith.mulf %d, %d : f32
    %s1 = arith.addf %s, %d2 : f32
    %root = math.sqrt %s1 : f32
    %num = arith.mulf %rate, %d : f32
    %step = arith.divf %num, %root : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1, %s1 : f32, f32
  }
  return
}

// An occurrence belongs to the source in whose numbers it falls. Gradients are
// widened, then scaled, and summed in f64; the table is rounded once, from f32.

// REMARK: Function=sources | conditional=false, lanes=8, phases=1, prefetch=16, sources=2
// CHECK-LABEL: func.func @sources(
// CHECK-SAME:    %[[W:[^:]*]]: memref<9x8xf16>, %[[I:[^:]*]]: memref<?xi64>, %[[G:[^:]*]]: memref<?x8xf32>, %[[J:[^:]*]]: memref<?xi32>, %[[K:[^:]*]]: memref<?x8xf16>, %[[S:[^:]*]]: memref<?xf16>,
// CHECK:         %[[N:.*]] = memref.dim %[[I]],
// CHECK:         scf.parallel
// CHECK:           scf.for {{.*}} iter_args(%[[ACC:[^ ]+]] =
// CHECK-NOT:         memref.prefetch
// CHECK:             %[[OCCURRENCE:.*]] = arith.index_cast
// CHECK:             %[[FIRST:.*]] = arith.cmpi ult, %[[OCCURRENCE]], %[[N]]
// CHECK:             scf.if %[[FIRST]] -> (vector<8xf64>) {
// CHECK:               vector.load %[[G]][%[[OCCURRENCE]], %{{.*}}]
// CHECK:             } else {
// CHECK:               %[[NUMBER:.*]] = arith.subi %[[OCCURRENCE]], %[[N]]
// CHECK:               memref.load %[[S]][%[[NUMBER]]]
// CHECK:               vector.load %[[K]][%[[NUMBER]], %{{.*}}]
// CHECK:               %[[PRODUCT:.*]] = arith.mulf {{.*}} : vector<8xf32>
// CHECK:               %[[WIDE:.*]] = arith.extf %[[PRODUCT]]
// CHECK:               arith.addf %[[ACC]], %[[WIDE]]
// CHECK:           arith.truncf %{{.*}} : vector<8xf64> to vector<8xf32>
// CHECK:           arith.truncf %{{.*}} : vector<8xf32> to vector<8xf16>
func.func @sources(%w: memref<9x8xf16>, %i: memref<?xi64>, %g: memref<?x8xf32>, %j: memref<?xi32>, %k: memref<?x8xf16>, %s: memref<?xf16>,
                   %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index) {
  emb.update touched(%w : memref<9x8xf16>)
      sources[%i : memref<?xi64> -> %g : memref<?x8xf32>, %j : memref<?xi32> -> %k : memref<?x8xf16> scale %s : memref<?xf16>]
      group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  return
}

// All rows: chunks of 256. Each finds its first row of the group by bisection
// and goes on from there; a row that is not the next one has no occurrences.

// CHECK-LABEL: func.func @all(
// CHECK-SAME:    %[[W:[^:]*]]: memref<?x8xf32>, {{.*}}, %[[ROWS:[^:]*]]: memref<?xi64>, %[[BOUNDS:[^:]*]]: memref<?xi64>, %{{[^:]*}}: memref<?xi64>, %[[COUNT:[^:]*]]: index)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C256:.*]] = arith.constant 256 : index
// CHECK:         %[[N:.*]] = memref.dim %[[W]], %[[C0]]
// CHECK:         %[[UP:.*]] = arith.addi %[[N]], %{{.*}}
// CHECK:         %[[CHUNKS:.*]] = arith.divui %[[UP]], %[[C256]]
// CHECK:         scf.parallel (%[[CHUNK:.*]]) = (%[[C0]]) to (%[[CHUNKS]])
// CHECK:           %[[FIRST:.*]] = arith.muli %[[CHUNK]], %[[C256]]
// CHECK:           %[[END:.*]] = arith.minsi %{{.*}}, %[[N]]
// CHECK:           %[[PLACE:.*]]:2 = scf.while
// CHECK:             arith.cmpi ult, %{{.*}}, %[[FIRST]]
// CHECK:           scf.for %[[ROW:[^ ]+]] = %[[FIRST]] to %[[END]] step %{{.*}} iter_args(%[[AT:[^ ]+]] = %[[PLACE]]#0) -> (index) {
// CHECK:             %[[LEFT:.*]] = arith.cmpi ult, %[[AT]], %[[COUNT]]
// CHECK:             %[[TOUCHED:.*]] = scf.if %[[LEFT]] -> (i1) {
// CHECK:               memref.load %[[ROWS]][%[[AT]]]
// CHECK:               arith.cmpi eq, %{{.*}}, %[[ROW]]
// CHECK:             %[[RANGE:.*]]:2 = scf.if %[[TOUCHED]] -> (index, index) {
// CHECK:               memref.load %[[BOUNDS]][%[[AT]]]
// CHECK:             } else {
// CHECK-NEXT:          scf.yield %[[C0]], %[[C0]]
// CHECK:             scf.for %{{.*}} = %[[RANGE]]#0 to %[[RANGE]]#1
// CHECK:             vector.store %{{.*}}, %[[W]][%[[ROW]], %[[C0]]]
// CHECK:             %[[STEP:.*]] = arith.index_castui %[[TOUCHED]]
// CHECK:             %[[AT1:.*]] = arith.addi %[[AT]], %[[STEP]]
// CHECK:             scf.yield %[[AT1]]
// CHECK:         } {emb.work = 32768 : i64}
func.func @all(%w: memref<?x8xf32>, %i: memref<?xi64>, %g: memref<?x8xf32>, %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index) {
  emb.update all(%w : memref<?x8xf32>) sources[%i : memref<?xi64> -> %g : memref<?x8xf32>]
      group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %c = arith.constant 0.5 : f32
    %a = arith.mulf %x, %c : f32
    %x1 = arith.subf %a, %d : f32
    emb.yield %x1 : f32
  }
  return
}

// Nothing is searched where there are no sources, and what does not change is
// not stored.

// CHECK-LABEL: func.func @decay(
// CHECK-SAME:    %[[W:[^:]*]]: memref<?x8xf32>, %[[H:[^:]*]]: memref<?x8xf32>)
// CHECK-NOT:     scf.while
// CHECK:         vector.store %{{.*}}, %[[W]]
// CHECK-NOT:     vector.store %{{.*}}, %[[H]]
// CHECK:         return
func.func @decay(%w: memref<?x8xf32>, %h: memref<?x8xf32>) {
  emb.update all(%w, %h : memref<?x8xf32>, memref<?x8xf32>) sources[] {
  ^bb0(%x: f32, %s: f32, %d: f32):
    %x1 = arith.mulf %x, %s : f32
    emb.yield %x1, %s : f32, f32
  }
  return
}
