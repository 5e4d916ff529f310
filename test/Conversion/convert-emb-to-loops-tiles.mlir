// RUN: emb-opt %s --emb-convert-to-loops="prefetch-distance=16 resident-bytes=0 stream-bytes=0" --split-input-file --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-to-loops="prefetch-distance=16 resident-bytes=0 stream-bytes=0" -o /dev/null --split-input-file --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=6 prefetch-distance=16 resident-bytes=0 stream-bytes=0" -o /dev/null --split-input-file --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=SIX
// RUN: not emb-opt %s --emb-convert-to-loops=tile-vectors=0 -o /dev/null --split-input-file 2>&1 | FileCheck %s --check-prefix=NONE

// NONE: error: emb-convert-to-loops: tile-vectors is 0, expected at least 1

// Up to 24 vectors are one tile, and every line of the row ahead is asked for:
// rows of 1200 bytes begin at multiples of 16 and lie in 20 lines at most.

// REMARK: Function=one | checks=false, lanes=16, prefetch=16, tail=12, tile=304, vectors=19, width=300
// SIX:    Function=one | checks=false, lanes=16, prefetch=16, tail=12, tile=96, vectors=19, width=300
// CHECK-LABEL: func.func @one(
// CHECK-SAME:    %[[TABLE:[^:]*]]: memref<9x300xf32>
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C16:.*]] = arith.constant 16 : index
// CHECK-DAG:     %[[C288:.*]] = arith.constant 288 : index
// CHECK-DAG:     %[[C299:.*]] = arith.constant 299 : index
// CHECK:         scf.parallel
// CHECK:           scf.if
// CHECK:           scf.for
// CHECK:             memref.prefetch %[[TABLE]][%[[AHEAD:.*]], %[[C0]]], read
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[AHEAD]], %[[C16]]], read
// CHECK-COUNT-16:    memref.prefetch %[[TABLE]][%[[AHEAD]], %{{.*}}], read
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[AHEAD]], %[[C288]]], read
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[AHEAD]], %[[C299]]], read
// CHECK-NOT:         memref.prefetch
// CHECK-COUNT-19:    arith.addf
// CHECK-NOT:         emb.unroll
// CHECK-NOT:       scf.for
// CHECK:           } else {
// CHECK:           scf.for
// CHECK:             memref.prefetch %[[TABLE]][%[[AHEAD:.*]], %[[C0]]], read
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[AHEAD]], %[[C16]]], read
// CHECK-COUNT-16:    memref.prefetch %[[TABLE]][%[[AHEAD]], %{{.*}}], read
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[AHEAD]], %[[C288]]], read
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[AHEAD]], %[[C299]]], read
// CHECK-NOT:         memref.prefetch
// CHECK-COUNT-19:    arith.addf
// CHECK-NOT:         emb.unroll
// CHECK-NOT:       scf.for
// CHECK:           scf.reduce
func.func @one(%t: memref<9x300xf32>, %i: memref<?xi64>, %o: memref<?xi64>, %r: memref<?x300xf32>) {
  emb.bag sum %t[%i] offsets(%o : memref<?xi64>) outs(%r : memref<?x300xf32>) : memref<9x300xf32>, memref<?xi64>
  return
}

// -----

// Wider rows are cut into tiles of nearly equal size, of 2 x 24 vectors here.
// The tiles begin and end with lines.

// REMARK: Function=equal | checks=false, lanes=16, prefetch=16, tail=0, tile=384, vectors=48, width=768
// SIX:    Function=equal | checks=false, lanes=16, prefetch=16, tail=0, tile=96, vectors=48, width=768
// CHECK-LABEL: func.func @equal(
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C384:.*]] = arith.constant 384 : index
// CHECK-DAG:     %[[C768:.*]] = arith.constant 768 : index
// CHECK:         scf.parallel
// CHECK:           scf.for %[[BASE:[^ ]+]] = %[[C0]] to %[[C768]] step %[[C384]] {
// CHECK:             scf.for
// CHECK:               memref.prefetch %{{.*}}[%{{.*}}, %[[BASE]]]
// CHECK-COUNT-23:      memref.prefetch
// CHECK-NOT:           memref.prefetch
// CHECK-COUNT-24:      arith.addf
// CHECK-NOT:         arith.addf
// CHECK:             } else {
// CHECK:             scf.for
// CHECK:               memref.prefetch %{{.*}}[%{{.*}}, %[[BASE]]]
// CHECK-COUNT-23:      memref.prefetch
// CHECK-NOT:           memref.prefetch
// CHECK-COUNT-24:      arith.addf
// CHECK-NOT:         arith.addf
// CHECK-COUNT-24:    vector.store
// CHECK-NOT:       scf.for
// CHECK:           scf.reduce
func.func @equal(%t: memref<9x768xf32>, %i: memref<?xi64>, %o: memref<?xi64>, %r: memref<?x768xf32>) {
  emb.bag sum %t[%i] offsets(%o : memref<?xi64>) outs(%r : memref<?x768xf32>) : memref<9x768xf32>, memref<?xi64>
  return
}

// -----

// 129 vectors are six tiles: five of 22 and one of 19. Tiles of more than one
// vector have an even number of them, so that those of 16-bit elements begin
// with a line, where rows do.

// REMARK: Function=many | checks=false, lanes=16, prefetch=16, streams=false, tail=1, tile=352, vectors=129, width=2049
// SIX:    Function=many | checks=false, lanes=16, prefetch=16, streams=false, tail=1, tile=96, vectors=129, width=2049
// CHECK-LABEL: func.func @many(
// CHECK-DAG:     %[[C352:.*]] = arith.constant 352 : index
// CHECK-DAG:     %[[C1760:.*]] = arith.constant 1760 : index
// CHECK:         scf.parallel
// CHECK:           scf.for %{{.*}} to %[[C1760]] step %[[C352]]
// CHECK:           vector.load %{{.*}}, %[[C1760]]]
// CHECK-COUNT-17:  vector.load {{.*}} vector<16xbf16>
// CHECK:           vector.load {{.*}} vector<1xbf16>
func.func @many(%t: memref<9x2049xbf16>, %i: memref<?xi64>, %r: memref<?x2049xbf16>) {
  emb.gather %t[%i] outs(%r : memref<?x2049xbf16>) : memref<9x2049xbf16>, memref<?xi64>
  return
}

// -----

// Rows of 200 bytes begin at multiples of 8 and so lie in four lines, wherever
// they do; rows of 126 bytes at multiples of 2, in three of them at times.

// CHECK-LABEL: func.func @lines(
// CHECK-COUNT-4: memref.prefetch %{{.*}} : memref<9x50xf32>
// CHECK-NOT:     memref.prefetch
// CHECK:         } else {
// CHECK-COUNT-4: memref.prefetch %{{.*}} : memref<9x50xf32>
// CHECK-NOT:     memref.prefetch
// CHECK:         scf.reduce
// CHECK-COUNT-3: memref.prefetch %{{.*}} : memref<9x63xbf16>
// CHECK-NOT:     memref.prefetch
// CHECK:         } else {
// CHECK-COUNT-3: memref.prefetch %{{.*}} : memref<9x63xbf16>
// CHECK-NOT:     memref.prefetch
// CHECK:         scf.reduce
func.func @lines(%t: memref<9x50xf32>, %u: memref<9x63xbf16>, %i: memref<?x3xi64>, %r: memref<?x50xf32>, %s: memref<?x63xbf16>) {
  emb.bag sum %t[%i] outs(%r : memref<?x50xf32>) : memref<9x50xf32>, memref<?x3xi64>
  emb.bag sum %u[%i] outs(%s : memref<?x63xbf16>) : memref<9x63xbf16>, memref<?x3xi64>
  return
}

// -----

// Winners take registers too: of 32 bits as many as the values, of 64 twice as
// many.

// REMARK: Function=winners | checks=false, lanes=16, prefetch=16, tail=0, tile=192, vectors=24, width=384
// REMARK: Function=winners | checks=false, lanes=16, prefetch=16, tail=0, tile=128, vectors=24, width=384
func.func @winners(%t: memref<9x384xf32>, %i: memref<?x3xi64>, %r: memref<?x384xf32>, %a: memref<?x384xi32>, %b: memref<?x384xi64>) {
  emb.bag max %t[%i] outs(%r, %a : memref<?x384xf32>, memref<?x384xi32>) : memref<9x384xf32>, memref<?x3xi64>
  emb.bag max %t[%i] outs(%r, %b : memref<?x384xf32>, memref<?x384xi64>) : memref<9x384xf32>, memref<?x3xi64>
  return
}

// -----

// Sums of several sources are of f64: half as many vectors are a tile. One that
// reads no gradient has all of them.

// REMARK: Function=sources | conditional=false, lanes=16, phases=1, prefetch=10, rowPrefetch=5, sources=2, states=0, tail=0, tile=192, vectors=24, width=384
// REMARK: Function=sources | conditional=false, lanes=16, phases=1, prefetch=0, rowPrefetch=5, sources=2, states=0, tail=0, tile=384, vectors=24, width=384
// REMARK: Function=sources | lanes=16, prefetch=10, sources=2, tail=0, tile=192, vectors=24, width=384
func.func @sources(%w: memref<9x384xf32>, %i: memref<2xi64>, %j: memref<3xi64>, %x: memref<2x384xf32>, %y: memref<3x384xf32>,
                   %r: memref<5xi64>, %b: memref<6xi64>, %p: memref<5xi64>, %n: index, %o: memref<5x384xf32>) {
  emb.update touched(%w : memref<9x384xf32>)
      sources[%i : memref<2xi64> -> %x : memref<2x384xf32>, %j : memref<3xi64> -> %y : memref<3x384xf32>]
      group(%r, %b, %p, %n : memref<5xi64>, memref<6xi64>, memref<5xi64>, index) {
  ^bb0(%a: f32, %d: f32):
    emb.yield %d : f32
  }
  emb.update touched(%w : memref<9x384xf32>)
      sources[%i : memref<2xi64> -> %x : memref<2x384xf32>, %j : memref<3xi64> -> %y : memref<3x384xf32>]
      group(%r, %b, %p, %n : memref<5xi64>, memref<6xi64>, memref<5xi64>, index) {
  ^bb0(%a: f32, %d: f32):
    %h = arith.addf %a, %a : f32
    emb.yield %h : f32
  }
  emb.coalesce sources[%i : memref<2xi64> -> %x : memref<2x384xf32>, %j : memref<3xi64> -> %y : memref<3x384xf32>]
    group(%r, %b, %p, %n : memref<5xi64>, memref<6xi64>, memref<5xi64>, index) outs(%o : memref<5x384xf32>)
  return
}

// -----

// The first tile of a bag asks for the columns of the others too, where rows are
// short: of these 1536 bytes the second tile has 12 lines.

// REMARK: Function=whole | checks=false, lanes=16, prefetch=16, tail=0, tile=384
// CHECK-LABEL: func.func @whole(
// CHECK:         scf.for %[[BASE:.*]] = %c0 to %c768 step %c384
// CHECK:             %[[FIRST:.*]] = arith.cmpi eq, %[[BASE]], %c0
// CHECK-NEXT:        scf.if %[[FIRST]] {
// CHECK-NEXT:          memref.prefetch %{{.*}}[%{{.*}}, %c384]
// CHECK-COUNT-10:      memref.prefetch
// CHECK-NEXT:          memref.prefetch %{{.*}}[%{{.*}}, %c736]
// CHECK-NEXT:        }
func.func @whole(%t: memref<9x768xf16>, %i: memref<?x?xi64>, %r: memref<?x768xf16>) {
  emb.bag sum %t[%i] outs(%r : memref<?x768xf16>) : memref<9x768xf16>, memref<?x?xi64>
  return
}
