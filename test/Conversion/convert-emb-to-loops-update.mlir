// RUN: emb-opt %s --emb-convert-to-loops=tile-vectors=8 --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-to-loops=tile-vectors=8 -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// The rows of the group in chunks of equal work. A chunk's first row is the first
// before which there is the work of the chunks before; occurrences and rows count
// by their bytes. The occurrences are summed through the map in registers; then
// the rule runs on vectors, its scalars rounded once, before the loop. What is
// ahead is asked for: 32 rows, of the table and the state and of the gradient.

// REMARK: [Passed] UpdateLowered | Category:emb-convert-to-loops | Function=adagrad | conditional=false, lanes=16, phases=1, prefetch=32, rowPrefetch=32, sources=1, states=1, tail=0, tile=16, vectors=1, width=16
// CHECK-LABEL: func.func @adagrad(
// CHECK-SAME:    %[[W:[^:]*]]: memref<?x16xf32, {{[^>]*>}}>, %[[H:[^:]*]]: memref<?x16xf32, {{[^>]*>}}>, %[[IDS:[^:]*]]: memref<?xi64>, %[[G:[^:]*]]: memref<?x16xf32>, %[[MAP:[^:]*]]: memref<?xi32>,
// CHECK-SAME:    %[[LR:[^:]*]]: f64, %[[ROWS:[^:]*]]: memref<?xi64>, %[[BOUNDS:[^:]*]]: memref<?xi64>, %[[POSITIONS:[^:]*]]: memref<?xi64>, %[[COUNT:[^:]*]]: index)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C32:.*]] = arith.constant 32 : index
// CHECK-DAG:     %[[OCCURRENCE_WORK:.*]] = arith.constant 136 : index
// CHECK-DAG:     %[[ROW_WORK:.*]] = arith.constant 320 : index
// CHECK-DAG:     %[[RATE:.*]] = arith.truncf %[[LR]] : f64 to f32
// CHECK-DAG:     %[[LAST:.*]] = arith.subi %[[COUNT]], %[[C1]]
// CHECK:         %[[ALL:.*]] = arith.muli %{{.*}}, %[[OCCURRENCE_WORK]]
// CHECK:         %[[TOTAL_ROWS:.*]] = arith.muli %[[COUNT]], %[[ROW_WORK]]
// CHECK:         arith.addi %[[ALL]], %[[TOTAL_ROWS]]
// CHECK:         arith.divui %{{.*}}, %{{.*}}
// CHECK:         arith.minui
// CHECK:         %[[CHUNKS:.*]] = arith.maxui %{{.*}}, %[[C1]]
// CHECK:         %[[CHUNK_WORK:.*]] = arith.divui %{{.*}}, %[[CHUNKS]]
// CHECK:         scf.parallel (%[[CHUNK:.*]]) = (%[[C0]]) to (%[[CHUNKS]])
// CHECK:           %[[BEFORE:.*]] = arith.muli %[[CHUNK]], %[[CHUNK_WORK]]
// CHECK:           %[[FIRST:.*]]:2 = scf.while
// CHECK:             %[[MIDDLE:.*]] = arith.shrui
// CHECK:             memref.load %[[BOUNDS]][%[[MIDDLE]]]
// CHECK:             arith.muli %{{.*}}, %[[OCCURRENCE_WORK]]
// CHECK:             arith.muli %[[MIDDLE]], %[[ROW_WORK]]
// CHECK:             arith.cmpi ult, %{{.*}}, %[[BEFORE]]
// CHECK:           %[[STOP:.*]]:2 = scf.while (%{{.*}} = %[[FIRST]]#0,
// CHECK:           memref.load %[[BOUNDS]][%[[FIRST]]#0]
// CHECK:           scf.for %[[U:[^ ]+]] = %[[FIRST]]#0 to %[[STOP]]#0 step %[[C1]] iter_args(%[[BEGIN:[^ ]+]] =
// CHECK:             %[[U1:.*]] = arith.addi %[[U]], %[[C1]]
// CHECK:             memref.load %[[BOUNDS]][%[[U1]]]
// CHECK:             %[[END:.*]] = arith.index_cast
// CHECK:             %[[NEXT:.*]] = arith.addi %[[U]], %[[C32]]
// CHECK:             %[[AHEAD:.*]] = arith.minsi %[[NEXT]], %[[LAST]]
// CHECK:             memref.load %[[ROWS]][%[[AHEAD]]]
// CHECK:             memref.prefetch %[[W]][%{{.*}}, %[[C0]]], write
// CHECK:             memref.prefetch %[[H]][%{{.*}}, %[[C0]]], write
// CHECK:             memref.load %[[ROWS]][%[[U]]]
// CHECK:             %[[ROW:.*]] = arith.index_cast
// CHECK:             %[[SUM:.*]] = scf.if
// CHECK:             } else {
// CHECK:               memref.prefetch %[[G]][%{{.*}}, %[[C0]]], read
// CHECK:               memref.load %[[POSITIONS]][%[[BEGIN]]]
// CHECK:               %[[OCCURRENCE:.*]] = arith.index_cast
// CHECK:               memref.load %[[MAP]][%[[OCCURRENCE]]]
// CHECK:               %[[BAG:.*]] = arith.index_cast
// CHECK:               %[[X:.*]] = vector.load %[[G]][%[[BAG]], %[[C0]]]
// CHECK:               %[[ONE:.*]] = arith.addf %[[X]], %{{.*}} : vector<16xf32>
// CHECK:               scf.for %{{.*}} to %[[END]] step %{{.*}} iter_args(%[[ACC:[^ ]+]] = %[[ONE]])
// CHECK:                 memref.prefetch %[[G]]
// CHECK:                 arith.addf %[[ACC]], %{{.*}} : vector<16xf32>
// CHECK-DAG:       %[[OLD:.*]] = vector.load %[[W]][%[[ROW]], %[[C0]]]
// CHECK-DAG:       %[[STATE:.*]] = vector.load %[[H]][%[[ROW]], %[[C0]]]
// CHECK-DAG:       %[[SQUARE:.*]] = arith.mulf %[[SUM]], %[[SUM]] : vector<16xf32>
// CHECK-DAG:       %[[STATE1:.*]] = arith.addf %[[STATE]], %[[SQUARE]] : vector<16xf32>
// CHECK-DAG:       math.sqrt %[[STATE1]] : vector<16xf32>
// CHECK-DAG:       vector.broadcast %[[RATE]] : f32 to vector<16xf32>
// CHECK:           %[[NEW:.*]] = arith.subf %[[OLD]],
// CHECK:           vector.store %[[NEW]], %[[W]][%[[ROW]], %[[C0]]]
// CHECK:           vector.store %[[STATE1]], %[[H]][%[[ROW]], %[[C0]]]
// CHECK:             scf.yield %[[END]]
// CHECK:         } {emb.work = 32768 : i64}
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
// So does the one that is asked for ahead.

// REMARK: Function=sources | conditional=false, lanes=8, phases=1, prefetch=32, rowPrefetch=32, sources=2
// CHECK-LABEL: func.func @sources(
// CHECK-SAME:    %[[W:[^:]*]]: memref<9x8xf16>, %[[I:[^:]*]]: memref<?xi64>, %[[G:[^:]*]]: memref<?x8xf32>, %[[J:[^:]*]]: memref<?xi32>, %[[K:[^:]*]]: memref<?x8xf16>, %[[S:[^:]*]]: memref<?xf16>,
// CHECK-SAME:    %{{[^:]*}}: memref<?xi64>, %{{[^:]*}}: memref<?xi64>, %[[POSITIONS:[^:]*]]: memref<?xi64>,
// CHECK:         %[[N:.*]] = memref.dim %[[I]],
// CHECK:         scf.parallel
// CHECK:           %[[AHEAD:.*]] = arith.minsi
// CHECK-NEXT:      memref.load %[[POSITIONS]][%[[AHEAD]]]
// CHECK-NEXT:        %[[NEXT:.*]] = arith.index_cast
// CHECK-NEXT:        %[[IN_FIRST:.*]] = arith.cmpi ult, %[[NEXT]], %[[N]]
// CHECK-NEXT:        scf.if %[[IN_FIRST]] {
// CHECK-NEXT:          memref.prefetch %[[G]][%[[NEXT]], %{{.*}}], read
// CHECK-NEXT:        } else {
// CHECK-NEXT:          %[[OWN:.*]] = arith.subi %[[NEXT]], %[[N]]
// CHECK-NEXT:          memref.prefetch %[[K]][%[[OWN]], %{{.*}}], read
// CHECK-NEXT:        }
// CHECK-NEXT:      memref.load %[[POSITIONS]][
// CHECK-NEXT:        %[[OCCURRENCE:.*]] = arith.index_cast
// CHECK:             %[[FIRST:.*]] = arith.cmpi ult, %[[OCCURRENCE]], %[[N]]
// CHECK:             scf.if %[[FIRST]] -> (vector<8xf64>) {
// CHECK:               vector.load %[[G]][%[[OCCURRENCE]], %{{.*}}]
// CHECK:             } else {
// CHECK:               %[[NUMBER:.*]] = arith.subi %[[OCCURRENCE]], %[[N]]
// CHECK:               memref.load %[[S]][%[[NUMBER]]]
// CHECK:               vector.load %[[K]][%[[NUMBER]], %{{.*}}]
// CHECK:               %[[PRODUCT:.*]] = arith.mulf {{.*}} : vector<8xf32>
// CHECK:               %[[WIDE:.*]] = arith.extf %[[PRODUCT]]
// CHECK:               arith.addf %[[WIDE]], %{{.*}} : vector<8xf64>
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
// CHECK:         } {emb.work = 36864 : i64}
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

// Rows with many occurrences, in a group of more than 1024 positions: whether
// there may be any is seen from its bounds. Then blocks of 1024 that end before
// their row does are summed, each into the row of the window it begins in, and
// counted. A row adds them to what is left of it.

// CHECK-LABEL: func.func @hot(
// CHECK-SAME:    %{{[^:]*}}: memref<?x8xf32>, %{{[^:]*}}: memref<5000xi64>, %{{[^:]*}}: memref<5000x8xf32>, %{{[^:]*}}: memref<?xi64>, %[[BOUNDS:[^:]*]]: memref<5001xi64>, %{{[^:]*}}: memref<5000xi64>, %[[COUNT:[^:]*]]: index)
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C1024:.*]] = arith.constant 1024 : index
// CHECK-DAG:     %[[SUMS:.*]] = memref.alloc() {alignment = 64 : i64} : memref<4x8xf32>
// CHECK-DAG:     %[[COUNTS:.*]] = memref.alloc() {alignment = 64 : i64} : memref<5xi64>
// CHECK:         %[[ANY:.*]] = scf.for
// CHECK:           arith.cmpi ugt, %{{.*}}, %[[C1024]]
// CHECK:         scf.if %[[ANY]] {
// CHECK:           scf.parallel (%[[WINDOW:.*]]) =
// CHECK:             %[[START:.*]] = arith.muli %[[WINDOW]], %[[C1024]]
// CHECK:             %[[NEXT:.*]] = arith.addi %[[START]], %[[C1024]]
// CHECK:             scf.while
// CHECK:               arith.cmpi ult, %{{.*}}, %[[NEXT]]
// CHECK:             %[[WHOLE:.*]] = arith.cmpi ult
// CHECK:             scf.if %[[WHOLE]] {
// CHECK:               vector.store %{{.*}}, %[[SUMS]][%[[WINDOW]],
// CHECK:             arith.extui %[[WHOLE]]
// CHECK:             memref.store %{{.*}}, %[[COUNTS]][%[[WINDOW]]]
// CHECK:           } {emb.cyclic, emb.work = 40960 : i64}
// CHECK:         scf.parallel
// CHECK:           scf.while
// CHECK:             memref.load %[[COUNTS]]
// CHECK:           %[[HOT:.*]] = arith.cmpi ugt, %{{.*}}, %[[C1024]]
// CHECK:           scf.if %[[HOT]] -> (vector<8xf32>) {
// CHECK:             %[[REST:.*]] = scf.for
// CHECK:             vector.load %[[SUMS]]
// CHECK:             %[[BLOCKS:.*]] = scf.for
// CHECK:               vector.load %[[SUMS]]
// CHECK:             arith.addf %[[BLOCKS]], %[[REST]]
func.func @hot(%w: memref<?x8xf32>, %i: memref<5000xi64>, %g: memref<5000x8xf32>, %rows: memref<?xi64>, %bounds: memref<5001xi64>, %positions: memref<5000xi64>, %count: index) {
  emb.update touched(%w : memref<?x8xf32>) sources[%i : memref<5000xi64> -> %g : memref<5000x8xf32>]
      group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<5001xi64>, memref<5000xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  return
}

// Up to 1024 positions no row has two blocks.

// CHECK-LABEL: func.func @few(
// CHECK-NOT:     memref.alloc
// CHECK-NOT:     emb.cyclic
// CHECK:         return
func.func @few(%w: memref<?x8xf32>, %i: memref<1024xi64>, %g: memref<1024x8xf32>, %rows: memref<?xi64>, %bounds: memref<1025xi64>, %positions: memref<1024xi64>, %count: index) {
  emb.update touched(%w : memref<?x8xf32>) sources[%i : memref<1024xi64> -> %g : memref<1024x8xf32>]
      group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<1025xi64>, memref<1024xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  return
}
