// RUN: emb-opt %s --emb-convert-to-loops=tile-vectors=8 --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-to-loops=tile-vectors=8 -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// Rows in chunks of equal work. Occurrences are summed in f32 and rounded once.
// Looking ahead ends with the positions that are set, which are fewer than the
// occurrences where some are padding. A row begins where the one before it ends,
// and its first occurrence needs no loop.

// REMARK: [Passed] CoalesceLowered | Category:emb-convert-to-loops | Function=coalesce | lanes=8, prefetch=32, sources=1, tail=8, tile=16, vectors=1, width=8
// CHECK-LABEL: func.func @coalesce(
// CHECK-SAME:    %{{[^:]*}}: memref<?xi64>, %[[G:[^:]*]]: memref<?x8xbf16>, %[[MAP:[^:]*]]: memref<?xi32>,
// CHECK-SAME:    %{{[^:]*}}: memref<?xi64>, %[[BOUNDS:[^:]*]]: memref<?xi64>, %[[POSITIONS:[^:]*]]: memref<?xi64>, %[[COUNT:[^:]*]]: index, %[[OUT:[^:]*]]: memref
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C32:.*]] = arith.constant 32 : index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<8xf32>
// CHECK:         memref.load %[[BOUNDS]][%[[COUNT]]]
// CHECK:         %[[SET:.*]] = arith.index_cast
// CHECK:         %[[LAST:.*]] = arith.subi %[[SET]], %[[C1]]
// CHECK:         } {emb.cyclic, emb.work = 24576 : i64}
// CHECK:         scf.parallel
// CHECK:           %[[FIRST:.*]]:2 = scf.while
// CHECK:           %[[STOP:.*]]:2 = scf.while
// CHECK:           memref.load %[[BOUNDS]][%[[FIRST]]#0]
// CHECK:           %[[START:.*]] = arith.index_cast
// CHECK:           scf.for %[[U:[^ ]+]] = %[[FIRST]]#0 to %[[STOP]]#0 step %[[C1]] iter_args(%[[BEGIN:[^ ]+]] = %[[START]])
// CHECK:             %[[U1:.*]] = arith.addi %[[U]], %[[C1]]
// CHECK:             memref.load %[[BOUNDS]][%[[U1]]]
// CHECK:             %[[END:.*]] = arith.index_cast
// CHECK:             %[[SUM:.*]] = scf.if
// CHECK:             } else {
// CHECK:               %[[NEXT:.*]] = arith.addi %[[BEGIN]], %[[C32]]
// CHECK:               %[[AHEAD:.*]] = arith.minsi %[[NEXT]], %[[LAST]]
// CHECK:               memref.load %[[POSITIONS]][%[[AHEAD]]]
// CHECK:               memref.prefetch %[[G]]
// CHECK:               memref.load %[[POSITIONS]][%[[BEGIN]]]
// CHECK:               %[[K:.*]] = arith.index_cast
// CHECK:               memref.load %[[MAP]][%[[K]]]
// CHECK:               %[[ROW:.*]] = arith.index_cast
// CHECK:               %[[X:.*]] = vector.load %[[G]][%[[ROW]], %[[C0]]]
// CHECK:               %[[WIDE:.*]] = arith.extf %[[X]] : vector<8xbf16> to vector<8xf32>
// CHECK:               %[[ONE:.*]] = arith.addf %[[WIDE]], %[[ZERO]]
// CHECK:               %[[SECOND:.*]] = arith.addi %[[BEGIN]], %[[C1]]
// CHECK:               %[[ALL:.*]] = scf.for %[[P:[^ ]+]] = %[[SECOND]] to %[[END]] step %{{.*}} iter_args(%[[ACC:[^ ]+]] = %[[ONE]])
// CHECK:                 memref.load %[[POSITIONS]][%[[P]]]
// CHECK:                 arith.addf %[[ACC]],
// CHECK:               scf.yield %[[ALL]]
// CHECK:             %[[ROUNDED:.*]] = arith.truncf %[[SUM]] : vector<8xf32> to vector<8xbf16>
// CHECK:             vector.store %[[ROUNDED]], %[[OUT]][%[[U]], %[[C0]]]
// CHECK:             scf.yield %[[END]]
// CHECK:         } {emb.work = 32768 : i64}
func.func @coalesce(%i: memref<?xi64>, %g: memref<?x8xbf16>, %m: memref<?xi32>, %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index,
                    %r: memref<?x8xbf16, strided<[?, 1], offset: ?>>) {
  emb.coalesce sources[%i : memref<?xi64> -> %g : memref<?x8xbf16> map %m : memref<?xi32>]
    group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index)
    outs(%r : memref<?x8xbf16, strided<[?, 1], offset: ?>>)
  return
}

// With winners only the columns count that the occurrence has won, by its number
// in its own source. What was not won is not added at all, whatever it is.

// CHECK-LABEL: func.func @winners(
// CHECK-SAME:    %[[IDS:[^:]*]]: memref<?xi64>, %[[G:[^:]*]]: memref<?x16xf32>, %[[MAP:[^:]*]]: memref<?xi32>, %[[A:[^:]*]]: memref<?x16xi32>, %{{[^:]*}}: memref<3xi64>,
// CHECK-SAME:    %[[H:[^:]*]]: memref<2x16xf32>, %[[MAP2:[^:]*]]: memref<3xi64>, %[[B:[^:]*]]: memref<2x16xi64>,
// CHECK-SAME:    %{{[^:]*}}: memref<?xi64>, %{{[^:]*}}: memref<?xi64>, %[[POSITIONS:[^:]*]]: memref<?xi64>,
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK-DAG:     %[[WIDE_ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16xf64>
// CHECK:         %[[N:.*]] = memref.dim %[[IDS]], %[[C0]]
// CHECK:         scf.parallel
// CHECK:           scf.if
// CHECK:           memref.load %[[POSITIONS]][
// CHECK:           %[[NEXT:.*]] = arith.index_cast
// CHECK:           scf.if
// CHECK:             memref.load %[[MAP]][%[[NEXT]]]
// CHECK:             %[[NEXT_ROW:.*]] = arith.index_cast
// CHECK:             memref.prefetch %[[G]][%[[NEXT_ROW]], %[[C0]]]
// CHECK:           memref.load %[[POSITIONS]][
// CHECK:           %[[K:.*]] = arith.index_cast
// CHECK:           arith.cmpi ult, %[[K]], %[[N]]
// CHECK:           scf.if
// CHECK:             memref.load %[[MAP]][%[[K]]]
// CHECK:             %[[ROW:.*]] = arith.index_cast
// CHECK:             %[[X:.*]] = vector.load %[[G]][%[[ROW]], %[[C0]]]
// CHECK:             %[[W:.*]] = vector.load %[[A]][%[[ROW]], %[[C0]]] : {{.*}}, vector<16xi32>
// CHECK:             %[[NUMBER:.*]] = arith.index_cast %[[K]] : index to i32
// CHECK:             %[[SPLAT:.*]] = vector.broadcast %[[NUMBER]]
// CHECK:             %[[WON:.*]] = arith.cmpi eq, %[[W]], %[[SPLAT]]
// CHECK:             %[[Y:.*]] = arith.select %[[WON]], %[[X]], %[[ZERO]]
// CHECK:             %[[WIDE:.*]] = arith.extf %[[Y]] : vector<16xf32> to vector<16xf64>
// CHECK:             arith.addf %[[WIDE]], %[[WIDE_ZERO]]
// CHECK:           else
// CHECK:             %[[OWN:.*]] = arith.subi %[[K]], %[[N]]
// CHECK:             memref.load %[[MAP2]][%[[OWN]]]
// CHECK:             vector.load %[[H]]
// CHECK:             vector.load %[[B]]
// CHECK:             arith.index_cast %[[OWN]] : index to i64
// CHECK:             arith.cmpi eq, {{.*}} : vector<16xi64>
func.func @winners(%i: memref<?xi64>, %g: memref<?x16xf32>, %m: memref<?xi32>, %a: memref<?x16xi32>, %j: memref<3xi64>, %h: memref<2x16xf32>, %n: memref<3xi64>, %b: memref<2x16xi64>,
                   %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index, %r: memref<?x16xf32>) {
  emb.coalesce sources[%i : memref<?xi64> -> %g : memref<?x16xf32> map %m : memref<?xi32> winners %a : memref<?x16xi32>,
                       %j : memref<3xi64> -> %h : memref<2x16xf32> map %n : memref<3xi64> winners %b : memref<2x16xi64>]
    group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index)
    outs(%r : memref<?x16xf32>)
  return
}

// A wide row walks its occurrences once for each tile.

// REMARK: Function=wide | lanes=16, prefetch=13, sources=1, tail=12, tile=128, vectors=19, width=300
// CHECK-LABEL: func.func @wide(
// CHECK:         scf.parallel
// CHECK:           scf.for %[[BASE:[^ ]+]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK:             scf.for {{.*}} iter_args
// CHECK:               memref.prefetch %{{.*}}[%{{.*}}, %[[BASE]]]
// CHECK-COUNT-8:       arith.addf {{.*}} : vector<16xf32>
// CHECK-COUNT-8:     vector.store
// CHECK:           scf.for {{.*}} iter_args
// CHECK:             vector.maskedload
// CHECK:           vector.maskedstore
func.func @wide(%i: memref<?xi64>, %g: memref<?x300xf32>, %rows: memref<?xi64>, %bounds: memref<?xi64>, %positions: memref<?xi64>, %count: index, %r: memref<?x300xf32>) {
  emb.coalesce sources[%i : memref<?xi64> -> %g : memref<?x300xf32>]
    group(%rows, %bounds, %positions, %count : memref<?xi64>, memref<?xi64>, memref<?xi64>, index)
    outs(%r : memref<?x300xf32>)
  return
}
