// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=8 prefetch-distance=0" --split-input-file --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=8 prefetch-distance=0" -o /dev/null --split-input-file --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: emb-opt %s --emb-convert-to-loops --split-input-file --canonicalize --cse | FileCheck %s --check-prefix=AHEAD

// A bag whose result is its own runs the check of its indices: they are searched
// by vectors a few bags at a time, before these are summed. Bags next to an index
// out of range are left out, and the runtime names the first one after the loop.
// Too few indices are left to the runtime before the loop. Bags cover all
// indices, so a part goes from where its first bag begins to where its last ends.

// REMARK: Function=offsets | checks=true, lanes=8,
// CHECK-LABEL: func.func @offsets(
// CHECK-SAME:    %[[TABLE:[^:]*]]: memref<?x8xf32>, %[[IDS:[^:]*]]: memref<?xi64>, %[[OFFSETS:[^:]*]]: memref<?xi64>, %[[ROWS:[^:]*]]: index, %[[N:[^:]*]]: index)
// CHECK-DAG:     %[[FLAG:.*]] = memref.alloca() : memref<i32>
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C512:.*]] = arith.constant 512 : index
// CHECK-NOT:     emb.check_indices
// CHECK:         emb.check_offsets
// CHECK-NOT:     emb.check_indices
// CHECK:         %[[SIZE:.*]] = memref.dim %[[IDS]], %[[C0]]
// CHECK:         %[[MANY:.*]] = arith.cmpi sge, %[[SIZE]], %c1024
// CHECK:         %[[LEAST:.*]] = arith.maxsi %[[ROWS]], %[[C0]]
// CHECK:         %[[BOUND:.*]] = arith.index_cast %[[LEAST]] : index to i64
// CHECK:         %[[SPLAT:.*]] = vector.broadcast %[[BOUND]] : i64 to vector<8xi64>
// CHECK:         %[[LAST_BLOCK:.*]] = arith.subi %[[SIZE]], %c32
// CHECK:         scf.if %[[MANY]] {
// CHECK-NEXT:    } else {
// CHECK-NEXT:      emb.check_indices %[[IDS]], %[[ROWS]] label "ids"
// CHECK-NEXT:    }
// CHECK-NEXT:    memref.store %c0_i32, %[[FLAG]][]
// CHECK:         %[[RATIO:.*]] = arith.divui %[[SIZE]], %[[C512]]
// CHECK:         %[[MOST:.*]] = arith.minsi %[[RATIO]], %[[C512]]
// CHECK:         %[[PART:.*]] = arith.maxsi %[[MOST]], %c32
// CHECK:         %[[SHARE:.*]] = arith.muli %[[PART]], %[[BAGS:.*]] : index
// CHECK:         %[[DIVISOR:.*]] = arith.maxsi %[[SIZE]], %[[C1]]
// CHECK:         %[[ROUNDED:.*]] = arith.divui %[[SHARE]], %[[DIVISOR]]
// CHECK:         %[[STEP:.*]] = arith.maxsi %[[ROUNDED]], %[[C1]]
// CHECK:         %[[PARTS:.*]] = arith.ceildivui %[[BAGS]], %[[STEP]]
// CHECK:         scf.parallel (%[[NUMBER:.*]]) = (%[[C0]]) to (%[[PARTS]])
// CHECK:           %[[FIRST:.*]] = arith.muli %[[NUMBER]], %[[STEP]]
// CHECK:           %[[NEXT:.*]] = arith.addi %[[FIRST]], %[[STEP]]
// CHECK:           %[[END:.*]] = arith.minsi %[[NEXT]], %[[BAGS]]
// CHECK:           %[[SEARCHED:.*]] = scf.if %[[MANY]] -> (i1) {
// CHECK:             %[[LAST:.*]] = arith.subi %[[END]], %[[C1]]
// CHECK:             memref.load %[[OFFSETS]][%[[FIRST]]]
// CHECK:             %[[PLACE:.*]] = arith.index_cast
// CHECK:             %[[IS_LAST:.*]] = arith.cmpi eq, %[[LAST]],
// CHECK:             %[[PLACE_END:.*]] = arith.select %[[IS_LAST]], %[[SIZE]],
// CHECK:             %[[LARGEST:.*]] = scf.for %[[K:[^ ]+]] = %[[PLACE]] to %[[PLACE_END]] step %c32
// CHECK:               arith.minsi %[[K]], %[[LAST_BLOCK]]
// CHECK-COUNT-4:       vector.load %[[IDS]]
// CHECK-COUNT-4:       arith.maxui
// CHECK:             %[[ABOVE:.*]] = arith.cmpi uge, %[[LARGEST]], %[[SPLAT]]
// CHECK:             %[[ANY:.*]] = vector.reduction <or>, %[[ABOVE]]
// CHECK:             scf.yield %[[ANY]] : i1
// CHECK:           } else {
// CHECK-NEXT:        scf.yield %false : i1
// CHECK-NEXT:      }
// CHECK-NEXT:      scf.if %[[SEARCHED]] {
// CHECK-NEXT:        memref.atomic_rmw ori %c1_i32, %[[FLAG]][]
// CHECK-NEXT:      } else {
// CHECK-NEXT:        scf.for %[[BAG:.*]] = %[[FIRST]] to %[[END]] step %[[C1]] {
// CHECK:               memref.load %[[OFFSETS]][%[[BAG]]]
// CHECK:               vector.load %[[TABLE]]
// CHECK:               vector.store %{{.*}}, %{{.*}}[%[[BAG]], %[[C0]]]
// CHECK:           scf.reduce
// CHECK:         %[[FOUND:.*]] = memref.load %[[FLAG]][]
// CHECK:         %[[FAILS:.*]] = arith.cmpi ne, %[[FOUND]], %c0_i32
// CHECK:         scf.if %[[FAILS]] {
// CHECK-NEXT:      emb.check_indices %[[IDS]], %[[ROWS]] label "ids"
// CHECK-NEXT:    }
// CHECK-NEXT:    return
// CHECK-NOT:     emb.check_indices
func.func @offsets(%t: memref<?x8xf32>, %i: memref<?xi64>, %o: memref<?xi64>, %rows: index, %n: index) -> memref<?x8xf32> {
  emb.check_indices %i, %rows label "ids" : memref<?xi64>
  emb.check_offsets %o, %n label "offsets" : memref<?xi64>
  %r = memref.alloc(%n) : memref<?x8xf32>
  emb.bag sum %t[%i] offsets(%o : memref<?xi64>) outs(%r : memref<?x8xf32>) : memref<?x8xf32>, memref<?xi64>
  return %r : memref<?x8xf32>
}

// -----

// Gaps between the rows of a matrix are not looked at: then the runtime checks,
// before the loop. All kinds of checks may stand between a bag and its own.

// REMARK: Function=matrix | checks=true,
// CHECK-LABEL: func.func @matrix(
// CHECK-SAME:    %[[TABLE:[^:]*]]: memref<?x8xf32>, %[[IDS:[^:]*]]: memref<?x5xi32, strided<[?, 1], offset: ?>>, %[[J:[^:]*]]: memref<7xi64>, %[[ROWS:[^:]*]]: index)
// CHECK:         emb.check_indices %[[J]], %[[ROWS]] label "others"
// CHECK-NEXT:    emb.check_equal
// CHECK-NOT:     emb.check_indices
// CHECK-DAG:     %[[NO_GAPS:.*]] = arith.cmpi eq, %{{.*}}#0, %c5
// CHECK-DAG:     %[[MANY:.*]] = arith.cmpi sge, %{{.*}}, %c1024
// CHECK:         %[[FAST:.*]] = arith.andi %[[MANY]], %[[NO_GAPS]]
// CHECK:         scf.if %[[FAST]] {
// CHECK-NEXT:    } else {
// CHECK-NEXT:      emb.check_indices %[[IDS]], %[[ROWS]] label "ids"
// CHECK-NEXT:    }
// CHECK:         scf.parallel
// CHECK:           scf.if %[[FAST]] -> (i1) {
// CHECK:             vector.load
// CHECK:           scf.reduce
// CHECK:         scf.if
// CHECK-NEXT:      emb.check_indices %[[IDS]], %[[ROWS]] label "ids"
func.func @matrix(%t: memref<?x8xf32>, %i: memref<?x5xi32, strided<[?, 1], offset: ?>>, %j: memref<7xi64>, %rows: index) -> memref<?x8xf32> {
  %c0 = arith.constant 0 : index
  %n = memref.dim %i, %c0 : memref<?x5xi32, strided<[?, 1], offset: ?>>
  emb.check_indices %i, %rows label "ids" : memref<?x5xi32, strided<[?, 1], offset: ?>>
  emb.check_indices %j, %rows label "others" : memref<7xi64>
  emb.check_equal %n, %rows label "equal"
  %r = memref.alloc(%n) : memref<?x8xf32>
  emb.bag sum %t[%i] outs(%r : memref<?x8xf32>) : memref<?x8xf32>, memref<?x5xi32, strided<[?, 1], offset: ?>>
  return %r : memref<?x8xf32>
}

// -----

// Two bags of the same indices: the first one runs the check that stands before
// it, which is done with when the second one is summed.

// REMARK: Function=twice | checks=true,
// REMARK: Function=twice | checks=false,
// CHECK-LABEL: func.func @twice(
// CHECK:         scf.if %{{.*}} {
// CHECK-NEXT:    } else {
// CHECK-NEXT:      emb.check_indices
// CHECK:         scf.parallel
// CHECK:         emb.check_indices
// CHECK:         scf.parallel
// CHECK-NOT:     emb.check_indices
// CHECK:         return
func.func @twice(%t: memref<?x8xf32>, %i: memref<?x5xi32>, %rows: index, %n: index) -> (memref<?x8xf32>, memref<?x8xf32>) {
  emb.check_indices %i, %rows label "ids" : memref<?x5xi32>
  %r = memref.alloc(%n) : memref<?x8xf32>
  %s = memref.alloc(%n) : memref<?x8xf32>
  emb.bag sum %t[%i] outs(%r : memref<?x8xf32>) : memref<?x8xf32>, memref<?x5xi32>
  emb.bag mean %t[%i] outs(%s : memref<?x8xf32>) : memref<?x8xf32>, memref<?x5xi32>
  return %r, %s : memref<?x8xf32>, memref<?x8xf32>
}

// -----

// What a bag writes to an argument it must not write before all indices are known
// to be in range. The check stays where it is.

// REMARK: Function=argument | checks=false,
// CHECK-LABEL: func.func @argument(
// CHECK:         emb.check_indices
// CHECK:         scf.parallel
// CHECK:           vector.store
// CHECK-NOT:     emb.check_indices
// CHECK:         return
func.func @argument(%t: memref<?x8xf32>, %i: memref<?x5xi64>, %rows: index, %r: memref<?x8xf32>) {
  emb.check_indices %i, %rows label "ids" : memref<?x5xi64>
  emb.bag sum %t[%i] outs(%r : memref<?x8xf32>) : memref<?x8xf32>, memref<?x5xi64>
  return
}

// -----

// The same for winners alone.

// REMARK: Function=winners_argument | checks=false,
// CHECK-LABEL: func.func @winners_argument(
// CHECK:         emb.check_indices
// CHECK:         vector.store
// CHECK-NOT:     emb.check_indices
// CHECK:         return
func.func @winners_argument(%t: memref<?x8xf32>, %i: memref<?x5xi64>, %rows: index, %n: index, %w: memref<?x8xi64>) -> memref<?x8xf32> {
  emb.check_indices %i, %rows label "ids" : memref<?x5xi64>
  %r = memref.alloc(%n) : memref<?x8xf32>
  emb.bag max %t[%i] outs(%r, %w : memref<?x8xf32>, memref<?x8xi64>) : memref<?x8xf32>, memref<?x5xi64>
  return %r : memref<?x8xf32>
}

// -----

// Nothing is written before the check that stood after it.

// REMARK: Function=written | checks=false,
// CHECK-LABEL: func.func @written(
// CHECK:         emb.check_indices
// CHECK:         memref.store
// CHECK-NOT:     emb.check_indices
// CHECK:         return
func.func @written(%t: memref<?x8xf32>, %i: memref<?x5xi64>, %rows: index, %n: index, %f: f32, %a: memref<f32>) -> memref<?x8xf32> {
  emb.check_indices %i, %rows label "ids" : memref<?x5xi64>
  memref.store %f, %a[] : memref<f32>
  %r = memref.alloc(%n) : memref<?x8xf32>
  emb.bag sum %t[%i] outs(%r : memref<?x8xf32>) : memref<?x8xf32>, memref<?x5xi64>
  return %r : memref<?x8xf32>
}

// -----

// REMARK: Function=others | checks=false,
// CHECK-LABEL: func.func @others(
// CHECK-SAME:    %{{[^:]*}}: memref<?x8xf32>, %{{[^:]*}}: memref<?x5xi64>, %[[J:[^:]*]]: memref<?x5xi64>,
// CHECK:         emb.check_indices %[[J]],
// CHECK:         vector.store
// CHECK-NOT:     emb.check_indices
// CHECK:         return
func.func @others(%t: memref<?x8xf32>, %i: memref<?x5xi64>, %j: memref<?x5xi64>, %rows: index, %n: index) -> memref<?x8xf32> {
  emb.check_indices %j, %rows label "others" : memref<?x5xi64>
  %r = memref.alloc(%n) : memref<?x8xf32>
  emb.bag sum %t[%i] outs(%r : memref<?x8xf32>) : memref<?x8xf32>, memref<?x5xi64>
  return %r : memref<?x8xf32>
}

// -----

// Vectors do not read indices that lie apart, and few are not worth it.

// REMARK: Function=apart | checks=false,
// CHECK-LABEL: func.func @apart(
// CHECK-NOT:     scf.
// CHECK:         emb.check_indices
// CHECK:         vector.store
// CHECK-NOT:     emb.check_indices
// CHECK:         return
func.func @apart(%t: memref<?x8xf32>, %i: memref<?x5xi64, strided<[?, ?], offset: ?>>, %rows: index, %n: index) -> memref<?x8xf32> {
  emb.check_indices %i, %rows label "ids" : memref<?x5xi64, strided<[?, ?], offset: ?>>
  %r = memref.alloc(%n) : memref<?x8xf32>
  emb.bag sum %t[%i] outs(%r : memref<?x8xf32>) : memref<?x8xf32>, memref<?x5xi64, strided<[?, ?], offset: ?>>
  return %r : memref<?x8xf32>
}

// -----

// REMARK: Function=few | checks=false,
// REMARK: Function=enough | checks=true,
// CHECK-LABEL: func.func @few(
// CHECK-NOT:     scf.
// CHECK:         emb.check_indices
// CHECK:         vector.store
// CHECK-NOT:     emb.check_indices
// CHECK:         return
func.func @few(%t: memref<?x8xf32>, %i: memref<93x11xi64>, %rows: index) -> memref<93x8xf32> {
  emb.check_indices %i, %rows label "ids" : memref<93x11xi64>
  %r = memref.alloc() : memref<93x8xf32>
  emb.bag sum %t[%i] outs(%r : memref<93x8xf32>) : memref<?x8xf32>, memref<93x11xi64>
  return %r : memref<93x8xf32>
}

// Enough that the type knows of need no check before the loop.

// CHECK-LABEL: func.func @enough(
// CHECK-NOT:     emb.check_indices
// CHECK:           scf.reduce
// CHECK:         scf.if
// CHECK-NEXT:      emb.check_indices
// CHECK-NOT:     emb.check_indices
// CHECK:         return
func.func @enough(%t: memref<?x8xf32>, %i: memref<64x16xi64>, %rows: index) -> memref<64x8xf32> {
  emb.check_indices %i, %rows label "ids" : memref<64x16xi64>
  %r = memref.alloc() : memref<64x8xf32>
  emb.bag sum %t[%i] outs(%r : memref<64x8xf32>) : memref<?x8xf32>, memref<64x16xi64>
  return %r : memref<64x8xf32>
}

// -----

// So does a gather, whose parts are of positions. Only the last part, from which
// one would see past the list, does not look ahead; nor does any part of a table
// in the cache.

// REMARK: Function=gather | checks=true,
// AHEAD-LABEL: func.func @gather(
// AHEAD-SAME:    %[[TABLE:[^:]*]]: memref<?x8xf32>, %[[IDS:[^:]*]]: memref<?xi64>,
// AHEAD-DAG:     %[[N:.*]] = memref.dim %[[IDS]],
// AHEAD-DAG:     %[[OUTSIDE:.*]] = arith.cmpi sgt, %{{.*}}, %c32768
// AHEAD:         scf.parallel
// AHEAD:           scf.for %{{.*}} = %[[BEGIN:.*]] to %[[END:[^ ]*]] step %c32
// AHEAD:           %[[REST:.*]] = arith.subi %[[N]], %[[END]]
// AHEAD:           %[[SEES:.*]] = arith.cmpi sge, %[[REST]], %c64
// AHEAD:           %[[LOOKS:.*]] = arith.andi %[[SEES]], %[[OUTSIDE]]
// AHEAD:           scf.if %[[LOOKS]] {
// AHEAD-NEXT:        scf.for %[[K:.*]] = %[[BEGIN]] to %[[END]]
// AHEAD-NEXT:          %[[NEXT:.*]] = arith.addi %[[K]], %c64
// AHEAD-NEXT:          memref.load %[[IDS]][%[[NEXT]]]
// AHEAD:               memref.prefetch %[[TABLE]]
// AHEAD:           } else {
// AHEAD-NEXT:        scf.for %{{.*}} = %[[BEGIN]] to %[[END]]
// AHEAD-NOT:           memref.prefetch
// AHEAD:           scf.reduce
// AHEAD:         emb.check_indices
func.func @gather(%t: memref<?x8xf32>, %i: memref<?xi64>, %rows: index, %n: index) -> memref<?x8xf32> {
  emb.check_indices %i, %rows label "ids" : memref<?xi64>
  %r = memref.alloc(%n) : memref<?x8xf32>
  emb.gather %t[%i] outs(%r : memref<?x8xf32>) : memref<?x8xf32>, memref<?xi64>
  return %r : memref<?x8xf32>
}
