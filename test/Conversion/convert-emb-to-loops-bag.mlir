// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=8 prefetch-distance=16 resident-bytes=0 stream-bytes=0" --canonicalize --cse | FileCheck %s
// RUN: emb-opt %s --emb-convert-to-loops="tile-vectors=8 prefetch-distance=16 resident-bytes=0 stream-bytes=0" -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// The sum stays in vectors over the whole bag. The last bag ends with the
// indices; looking ahead goes on into the bags that follow. Where all that a bag
// sees ahead is in the list, nothing is compared; else it ends with the list.

// REMARK: [Passed] BagLowered | Category:emb-convert-to-loops | Function=sum | checks=false, lanes=16, prefetch=16, tail=0, tile=32, vectors=2, width=32
// CHECK-LABEL: func.func @sum(
// CHECK-SAME:    %[[TABLE:.*]]: memref<?x32xf32, {{.*}}>, %[[IDS:.*]]: memref<?xi64>, %[[OFFSETS:.*]]: memref<?xi32>, %[[OUT:.*]]: memref<?x32xf32>)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[C16:.*]] = arith.constant 16 : index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK-DAG:     %[[N:.*]] = memref.dim %[[IDS]], %[[C0]]
// CHECK-DAG:     %[[BAGS:.*]] = memref.dim %[[OFFSETS]], %[[C0]]
// CHECK-DAG:     %[[LAST:.*]] = arith.subi %[[BAGS]],
// CHECK:         scf.parallel (%[[BAG:.*]]) = (%[[C0]]) to (%[[BAGS]])
// CHECK:           %[[FIRST:.*]] = memref.load %[[OFFSETS]][%[[BAG]]]
// CHECK:           %[[BEGIN:.*]] = arith.index_cast %[[FIRST]]
// CHECK:           %[[IS_LAST:.*]] = arith.cmpi eq, %[[BAG]], %[[LAST]]
// CHECK:           %[[END:.*]] = arith.select %[[IS_LAST]], %[[N]], %{{.*}} : index
// CHECK:           %[[REST:.*]] = arith.subi %[[N]], %[[END]]
// CHECK:           %[[IN_LIST:.*]] = arith.cmpi sge, %[[REST]], %[[C16]]
// CHECK:           %[[SUM:.*]]:2 = scf.if %[[IN_LIST]]
// CHECK-NEXT:      %[[POOL:.*]]:2 = scf.for %[[K:[^ ]+]] = %[[BEGIN]] to %[[END]] step %{{.*}} iter_args(%[[A:[^ ]+]] = %[[ZERO]], %[[B:.*]] = %[[ZERO]])
// CHECK-NEXT:        %[[NEXT:.*]] = arith.addi %[[K]], %[[C16]]
// CHECK-NEXT:        %[[ID:.*]] = memref.load %[[IDS]][%[[NEXT]]]
// CHECK-NEXT:        %[[ROW:.*]] = arith.index_cast %[[ID]]
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[ROW]], %[[C0]]], read, locality<3>, data
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[ROW]], %[[C16]]], read, locality<3>, data
// CHECK:             %[[X:.*]] = vector.load %[[TABLE]]
// CHECK-NEXT:        %[[A1:.*]] = arith.addf %[[A]], %[[X]] : vector<16xf32>
// CHECK-NEXT:        %[[Y:.*]] = vector.load %[[TABLE]]
// CHECK-NEXT:        %[[B1:.*]] = arith.addf %[[B]], %[[Y]] : vector<16xf32>
// CHECK-NEXT:        scf.yield %[[A1]], %[[B1]]
// CHECK-NEXT:      } {emb.unroll = 2 : i64}
// CHECK-NEXT:      scf.yield %[[POOL]]#0, %[[POOL]]#1
// CHECK-NEXT:    } else {
// CHECK-NEXT:      %[[POOL:.*]]:2 = scf.for %[[K:[^ ]+]] = %[[BEGIN]] to %[[END]] step %{{.*}} iter_args(%[[A:[^ ]+]] = %[[ZERO]], %[[B:.*]] = %[[ZERO]])
// CHECK-NEXT:        %[[NEXT:.*]] = arith.addi %[[K]], %[[C16]]
// CHECK-NEXT:        %[[LAST_ID:.*]] = arith.subi %[[N]], %[[C1]]
// CHECK-NEXT:        %[[CUT:.*]] = arith.minsi %[[NEXT]], %[[LAST_ID]]
// CHECK-NEXT:        %[[ID:.*]] = memref.load %[[IDS]][%[[CUT]]]
// CHECK-NEXT:        %[[ROW:.*]] = arith.index_cast %[[ID]]
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[ROW]], %[[C0]]], read, locality<3>, data
// CHECK-NEXT:        memref.prefetch %[[TABLE]][%[[ROW]], %[[C16]]], read, locality<3>, data
// CHECK:             %[[X:.*]] = vector.load %[[TABLE]]
// CHECK-NEXT:        %[[A1:.*]] = arith.addf %[[A]], %[[X]] : vector<16xf32>
// CHECK-NEXT:        %[[Y:.*]] = vector.load %[[TABLE]]
// CHECK-NEXT:        %[[B1:.*]] = arith.addf %[[B]], %[[Y]] : vector<16xf32>
// CHECK-NEXT:        scf.yield %[[A1]], %[[B1]]
// CHECK-NEXT:      } {emb.unroll = 2 : i64}
// CHECK-NEXT:      scf.yield %[[POOL]]#0, %[[POOL]]#1
// CHECK-NEXT:    }
// CHECK:           vector.store %[[SUM]]#0, %[[OUT]][%[[BAG]], %[[C0]]]
// CHECK:           vector.store %[[SUM]]#1, %[[OUT]][%[[BAG]], %[[C16]]]
// CHECK:         } {emb.work = 2304 : i64}
func.func @sum(%t: memref<?x32xf32, strided<[?, 1], offset: ?>>, %i: memref<?xi64>, %o: memref<?xi32>, %r: memref<?x32xf32>) {
  emb.bag sum %t[%i] offsets(%o : memref<?xi32>) outs(%r : memref<?x32xf32>)
    : memref<?x32xf32, strided<[?, 1], offset: ?>>, memref<?xi64>
  return
}

// Low precision is widened, multiplied and added in f32, and rounded once. With
// the last offset given, each bag ends at the offset after its own.

// CHECK-LABEL: func.func @weights(
// CHECK:         %[[BAGS:.*]] = arith.subi
// CHECK:         scf.parallel {{.*}} to (%[[BAGS]])
// CHECK-NOT:       arith.select
// CHECK:           scf.for {{.*}} iter_args(%[[ACC:[^ ]+]] = %{{.*}}) -> (vector<8xf32>)
// CHECK:             %[[W:.*]] = memref.load %{{.*}} : memref<?xbf16>
// CHECK:             %[[WIDE:.*]] = arith.extf %[[W]] : bf16 to f32
// CHECK:             %[[ROW:.*]] = vector.load {{.*}}, vector<8xbf16>
// CHECK:             %[[X:.*]] = arith.extf %[[ROW]] : vector<8xbf16> to vector<8xf32>
// CHECK:             %[[SPLAT:.*]] = vector.broadcast %[[WIDE]] : f32 to vector<8xf32>
// CHECK:             %[[P:.*]] = arith.mulf %[[X]], %[[SPLAT]]
// CHECK:             arith.addf %[[ACC]], %[[P]]
// CHECK:           arith.truncf %{{.*}} : vector<8xf32> to vector<8xbf16>
func.func @weights(%t: memref<9x8xbf16>, %i: memref<?xi64>, %o: memref<?xi64>, %w: memref<?xbf16>, %r: memref<?x8xbf16>) {
  emb.bag sum %t[%i] offsets(%o : memref<?xi64>) weights(%w : memref<?xbf16>) outs(%r : memref<?x8xbf16>) {include_last_offset}
    : memref<9x8xbf16>, memref<?xi64>
  return
}

// Padding is counted from the end of a table of any size, skipped and not
// counted. The divisor of an empty bag is 1.

// CHECK-LABEL: func.func @mean(
// CHECK-SAME:    %[[TABLE:.*]]: memref<?x8xf64>,
// CHECK-DAG:     %[[MINUS:.*]] = arith.constant -2 : index
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[ROWS:.*]] = memref.dim %[[TABLE]], %[[C0]]
// CHECK:         %[[PADDING:.*]] = arith.addi %[[ROWS]], %[[MINUS]]
// CHECK:         %[[SUM:.*]]:2 = scf.if
// CHECK:         scf.for {{.*}} iter_args(%[[ACC:[^ ]+]] = %{{.*}}, %[[COUNT:.*]] = %[[C0]]) -> (vector<8xf64>, index)
// CHECK:           %[[SKIP:.*]] = arith.cmpi eq, %{{.*}}, %[[PADDING]]
// CHECK:           scf.if %[[SKIP]] -> (vector<8xf64>, index) {
// CHECK-NEXT:        scf.yield %[[ACC]], %[[COUNT]]
// CHECK-NEXT:      } else {
// CHECK:             vector.load %[[TABLE]]
// CHECK:             arith.addi %[[COUNT]], %[[C1]]
// CHECK:         %[[MAX:.*]] = arith.maxsi %[[SUM]]#1, %[[C1]]
// CHECK:         arith.divf %[[SUM]]#0,
func.func @mean(%t: memref<?x8xf64>, %i: memref<?xi64>, %o: memref<?xi64>, %r: memref<?x8xf64>) {
  emb.bag mean %t[%i] offsets(%o : memref<?xi64>) outs(%r : memref<?x8xf64>) {padding_idx = -2}
    : memref<?x8xf64>, memref<?xi64>
  return
}

// The first entry is taken, whatever it is; later ones where they are greater.
// bf16 keeps its bits: nothing is rounded.

// CHECK-LABEL: func.func @max(
// CHECK:         scf.for %[[K:[^ ]+]] = %[[BEGIN:[^ ]+]] to {{.*}} iter_args(%[[ACC:[^ ]+]] = %{{.*}})
// CHECK:           %[[FIRST:.*]] = arith.cmpi eq, %[[K]], %[[BEGIN]]
// CHECK:           %[[X:.*]] = arith.extf
// CHECK:           %[[GREATER:.*]] = arith.cmpf ogt, %[[X]], %[[ACC]]
// CHECK:           %[[ALL:.*]] = vector.broadcast %[[FIRST]]
// CHECK:           %[[TAKEN:.*]] = arith.ori %[[GREATER]], %[[ALL]]
// CHECK:           arith.select %[[TAKEN]], %[[X]], %[[ACC]]
// CHECK-NOT:     arith.truncf
// CHECK:         arith.shrui
// CHECK:         arith.bitcast %{{.*}} : vector<8xi16> to vector<8xbf16>
func.func @max(%t: memref<9x8xbf16>, %i: memref<?xi64>, %o: memref<?xi64>, %r: memref<?x8xbf16>) {
  emb.bag max %t[%i] offsets(%o : memref<?xi64>) outs(%r : memref<?x8xbf16>)
    : memref<9x8xbf16>, memref<?xi64>
  return
}

// Winners are carried beside the values: the position among all the indices, -1
// where there is none. What decides over a value decides over its winner.

// CHECK-LABEL: func.func @winners(
// CHECK-SAME:    %[[TABLE:.*]]: memref<9x8xf32>, %[[IDS:.*]]: memref<?x?xi64>, %[[OUT:.*]]: memref<?x8xf32>, %[[WINNERS:.*]]: memref<?x8xi32>)
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<8xf32>
// CHECK-DAG:     %[[NONE:.*]] = arith.constant dense<-1> : vector<8xi32>
// CHECK-DAG:     %[[LENGTH:.*]] = memref.dim %[[IDS]], %[[C1]]
// CHECK:         scf.parallel (%[[BAG:.*]]) =
// CHECK:           %[[FIRST:.*]] = arith.muli %[[BAG]], %[[LENGTH]]
// CHECK:           %[[ALL:.*]]:2 = scf.if
// CHECK:           %[[POOL:.*]]:2 = scf.for %[[K:[^ ]+]] = %[[FIRST]] to {{.*}} iter_args(%[[ACC:[^ ]+]] = %[[ZERO]], %[[WON:[^ ]+]] = %[[NONE]])
// CHECK:             %[[ENTRY:.*]] = arith.subi %[[K]], %[[FIRST]]
// CHECK:             %[[POSITION:.*]] = arith.addi %[[FIRST]], %[[ENTRY]] : index
// CHECK:             %[[NUMBER:.*]] = arith.index_cast %[[POSITION]] : index to i32
// CHECK:             %[[X:.*]] = vector.load %[[TABLE]]
// CHECK:             %[[TAKEN:.*]] = arith.ori
// CHECK:             %[[ACC1:.*]] = arith.select %[[TAKEN]], %[[X]], %[[ACC]]
// CHECK:             %[[SPLAT:.*]] = vector.broadcast %[[NUMBER]]
// CHECK:             %[[WON1:.*]] = arith.select %[[TAKEN]], %[[SPLAT]], %[[WON]]
// CHECK:             scf.yield %[[ACC1]], %[[WON1]]
// CHECK:           scf.yield %[[POOL]]#0, %[[POOL]]#1
// CHECK:           vector.store %[[ALL]]#0, %[[OUT]][%[[BAG]], %[[C0]]]
// CHECK:           vector.store %[[ALL]]#1, %[[WINNERS]][%[[BAG]], %[[C0]]]
// CHECK:         } {emb.work = 704 : i64}
func.func @winners(%t: memref<9x8xf32>, %i: memref<?x?xi64>, %r: memref<?x8xf32>, %a: memref<?x8xi32>) {
  emb.bag max %t[%i] outs(%r, %a : memref<?x8xf32>, memref<?x8xi32>) : memref<9x8xf32>, memref<?x?xi64>
  return
}

// Bags of one length are walked as they lie in memory. Looking ahead goes on
// into the bags that follow if there are no gaps between them, else it ends with
// the bag.

// CHECK-LABEL: func.func @matrix(
// CHECK-SAME:    %[[TABLE:.*]]: memref<9x8xf32>, %[[IDS:.*]]: memref<?x5xi32, {{.*}}>,
// CHECK-DAG:     %[[C5:.*]] = arith.constant 5 : index
// CHECK-DAG:     %[[C16:.*]] = arith.constant 16 : index
// CHECK-DAG:     %[[LOWEST:.*]] = arith.constant -9223372036854775808 : index
// CHECK:         %[[SIZE:.*]] = arith.muli %{{.*}}, %[[C5]]
// CHECK:         %{{.*}}, %{{.*}}, %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata %[[IDS]]
// CHECK:         %[[NO_GAPS:.*]] = arith.cmpi eq, %[[STRIDES]]#0, %[[C5]]
// CHECK:         %[[OF_ALL:.*]] = arith.select %[[NO_GAPS]], %[[SIZE]], %[[LOWEST]]
// CHECK:         %[[FLAT:.*]] = memref.reinterpret_cast
// CHECK:         scf.parallel (%[[BAG:.*]]) =
// CHECK:           %[[BEGIN:.*]] = arith.muli %[[BAG]], %[[STRIDES]]#0
// CHECK:           %[[END:.*]] = arith.addi %[[BEGIN]], %[[C5]]
// CHECK:           %[[END_AHEAD:.*]] = arith.maxsi %[[END]], %[[OF_ALL]]
// CHECK:           %[[REST:.*]] = arith.subi %[[END_AHEAD]], %[[END]]
// CHECK:           %[[IN_LIST:.*]] = arith.cmpi sge, %[[REST]], %[[C16]]
// CHECK:           scf.if %[[IN_LIST]]
// CHECK-NOT:         arith.minsi
// CHECK:             scf.for %[[K:[^ ]+]] = %[[BEGIN]] to %[[END]]
// CHECK:               %[[NEXT:.*]] = arith.addi %[[K]], %[[C16]]
// CHECK:               memref.load %[[FLAT]][%[[NEXT]]]
// CHECK:               memref.load %[[FLAT]][%[[K]]]
// CHECK:           } else {
// CHECK:             scf.for %[[K:[^ ]+]] = %[[BEGIN]] to %[[END]]
// CHECK:               %[[NEXT:.*]] = arith.addi %[[K]], %[[C16]]
// CHECK:               %[[LAST:.*]] = arith.subi %[[END_AHEAD]], %c1
// CHECK:               %[[CUT:.*]] = arith.minsi %[[NEXT]], %[[LAST]]
// CHECK:               memref.load %[[FLAT]][%[[CUT]]]
// CHECK:               memref.load %[[FLAT]][%[[K]]]
// CHECK-NOT:         arith.divui
// CHECK:         } {emb.work = 212 : i64}
func.func @matrix(%t: memref<9x8xf32>, %i: memref<?x5xi32, strided<[?, 1], offset: ?>>, %r: memref<?x8xf32>) {
  emb.bag sum %t[%i] outs(%r : memref<?x8xf32>) : memref<9x8xf32>, memref<?x5xi32, strided<[?, 1], offset: ?>>
  return
}

// A wide row walks its bag once for each tile, and asks for the columns of the
// tile.

// CHECK-LABEL: func.func @wide(
// CHECK:         scf.parallel
// CHECK:           scf.for %[[BASE:[^ ]+]] = %{{.*}} to %{{.*}} step %{{.*}} {
// CHECK:             scf.for {{.*}} iter_args
// CHECK:               memref.prefetch %{{.*}}[%{{.*}}, %[[BASE]]]
// CHECK-COUNT-8:       arith.addf {{.*}} : vector<16xf32>
// CHECK:             } else {
// CHECK:             scf.for {{.*}} iter_args
// CHECK:               memref.prefetch %{{.*}}[%{{.*}}, %[[BASE]]]
// CHECK-COUNT-8:       arith.addf {{.*}} : vector<16xf32>
// CHECK-NOT:         arith.addf
// CHECK-COUNT-8:     vector.store
// CHECK:           scf.for {{.*}} iter_args
// CHECK:             vector.maskedload
// CHECK:           vector.maskedstore
func.func @wide(%t: memref<9x300xf32>, %i: memref<?xi64>, %o: memref<?xi64>, %r: memref<?x300xf32>) {
  emb.bag sum %t[%i] offsets(%o : memref<?xi64>) outs(%r : memref<?x300xf32>) : memref<9x300xf32>, memref<?xi64>
  return
}

// REMARK: [Passed] Offset2BagLowered | Category:emb-convert-to-loops | Function=offset2bag
// CHECK-LABEL: func.func @offset2bag(
// CHECK-SAME:    %[[OFFSETS:.*]]: memref<?xi64>, %[[N:.*]]: index, %[[MAP:.*]]: memref<?xi32>)
// CHECK:         scf.parallel (%[[BAG:.*]]) =
// CHECK:           %[[END:.*]] = arith.select %{{.*}}, %[[N]], %{{.*}} : index
// CHECK:           %[[NUMBER:.*]] = arith.index_cast %[[BAG]] : index to i32
// CHECK:           scf.for %[[K:[^ ]+]] = %{{.*}} to %[[END]]
// CHECK-NEXT:        memref.store %[[NUMBER]], %[[MAP]][%[[K]]]
// CHECK:         } {emb.work = 80 : i64}
func.func @offset2bag(%o: memref<?xi64>, %n: index, %r: memref<?xi32>) {
  emb.offset2bag %o[%n] outs(%r : memref<?xi32>) : memref<?xi64>, index
  return
}
