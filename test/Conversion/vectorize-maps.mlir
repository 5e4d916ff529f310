// RUN: emb-opt %s --emb-vectorize-maps --split-input-file | FileCheck %s
// RUN: emb-opt %s --emb-vectorize-maps=vector-bytes=32 --split-input-file | FileCheck %s --check-prefix=AVX
// RUN: emb-opt %s --emb-vectorize-maps --split-input-file -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not emb-opt %s --emb-vectorize-maps=vector-bytes=48 --split-input-file 2>&1 | FileCheck %s --check-prefix=BYTES

// BYTES: error: emb-vectorize-maps: vector-bytes is 48, expected a power of two from 16 on

#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#none = affine_map<(i, j) -> ()>

// Rows on threads, columns in vectors; what does not change along a row is
// loaded and computed once for all of it. An output that is read is loaded too.

// CHECK-LABEL: func.func @rows(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<?x32xf32, strided<[?, 1], offset: ?>>, %[[Y:[a-z0-9]+]]: memref<32xf32>, %[[Z:[a-z0-9]+]]: memref<?xf32>, %[[S:[a-z0-9]+]]: f32, %[[R:[a-z0-9]+]]: memref<?x32xf32>, %[[Q:[a-z0-9]+]]: memref<?x32xf32>)
// CHECK:         scf.parallel (%[[I:.*]]) =
// CHECK:           %[[C0:.*]] = memref.load %[[Z]][%[[I]]]
// CHECK-NEXT:      %[[C1:.*]] = arith.divf %[[C0]], %[[S]] : f32
// CHECK:           scf.for %[[J:.*]] = %c0{{.*}} to %c32{{.*}} step %c16
// CHECK-NEXT:        %[[D:.*]] = vector.load %[[Q]][%[[I]], %[[J]]]
// CHECK-NEXT:        %[[A:.*]] = vector.load %[[X]][%[[I]], %[[J]]] : {{.*}}, vector<16xf32>
// CHECK-NEXT:        %[[B:.*]] = vector.load %[[Y]][%[[J]]] : {{.*}}, vector<16xf32>
// CHECK-NEXT:        %[[SUM:.*]] = arith.addf %[[A]], %[[B]] fastmath<nnan> : vector<16xf32>
// CHECK-NEXT:        %[[E:.*]] = math.exp %[[SUM]] : vector<16xf32>
// CHECK-NEXT:        %[[C:.*]] = vector.broadcast %[[C1]] : f32 to vector<16xf32>
// CHECK-NEXT:        %[[P:.*]] = arith.mulf %[[E]], %[[C]] : vector<16xf32>
// CHECK-NEXT:        %[[LESS:.*]] = arith.cmpf olt, %[[P]], %[[D]] : vector<16xf32>
// CHECK-NEXT:        %[[SV:.*]] = vector.broadcast %[[S]] : f32 to vector<16xf32>
// CHECK-NEXT:        %[[MIN:.*]] = arith.select %[[LESS]], %[[P]], %[[SV]] : vector<16xi1>, vector<16xf32>
// CHECK-NEXT:        vector.store %[[P]], %[[R]][%[[I]], %[[J]]]
// CHECK-NEXT:        vector.store %[[MIN]], %[[Q]][%[[I]], %[[J]]]
// CHECK-NEXT:      } {loop_annotation = #
// CHECK-NEXT:      scf.reduce
// CHECK-NEXT:    } {emb.work = 872 : i64}
// AVX-LABEL: func.func @rows(
// AVX:         scf.for %{{.*}} = %c0{{.*}} to %c32{{.*}} step %c8
// AVX-NEXT:      vector.load {{.*}} vector<8xf32>
// REMARK: remark: [Passed] MapVectorized | Category:emb-vectorize-maps | Function=rows | Lanes=16, WorkPerIteration=872
func.func @rows(%x: memref<?x32xf32, strided<[?, 1], offset: ?>>, %y: memref<32xf32>, %z: memref<?xf32>, %s: f32,
                %r: memref<?x32xf32>, %q: memref<?x32xf32>) {
  linalg.generic {indexing_maps = [#ij, #j, #i, #ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y, %z : memref<?x32xf32, strided<[?, 1], offset: ?>>, memref<32xf32>, memref<?xf32>)
      outs(%r, %q : memref<?x32xf32>, memref<?x32xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32, %d: f32):
    %sum = arith.addf %a, %b fastmath<nnan> : f32
    %e = math.exp %sum : f32
    %scale = arith.divf %c, %s : f32
    %p = arith.mulf %e, %scale : f32
    %less = arith.cmpf olt, %p, %d : f32
    %min = arith.select %less, %p, %s : f32
    linalg.yield %p, %min : f32, f32
  }
  return
}

// -----

// One dimension: threads share chunks of it. Of mixed types the widest fills the
// vector.

#i = affine_map<(i) -> (i)>
// CHECK-LABEL: func.func @mixed(
// CHECK:         %[[COUNT:.*]] = arith.ceildivui
// CHECK:         scf.parallel (%[[CHUNK:.*]]) = (%{{.*}}) to (%[[COUNT]])
// CHECK:           %[[BEGIN:.*]] = arith.muli %[[CHUNK]], %[[SIZE:.*]] : index
// CHECK:           %[[NEXT:.*]] = arith.addi %[[BEGIN]], %[[SIZE]]
// CHECK:           %[[END:.*]] = arith.minui %[[NEXT]],
// CHECK:           scf.for %[[I:.*]] = %[[BEGIN]] to %{{.*}} step %c8
// CHECK:             %[[A:.*]] = vector.load {{.*}} vector<8xf32>
// CHECK:             arith.extf %[[A]] : vector<8xf32> to vector<8xf64>
// CHECK:           scf.if
// CHECK:             vector.create_mask
// CHECK:             vector.maskedstore
func.func @mixed(%x: memref<?xf32>, %r: memref<?xf64>) {
  linalg.generic {indexing_maps = [#i, #i], iterator_types = ["parallel"]}
      ins(%x : memref<?xf32>) outs(%r : memref<?xf64>) {
  ^bb0(%a: f32, %o: f64):
    %two = arith.constant 2.0 : f64
    %b = arith.extf %a : f32 to f64
    %c = arith.mulf %b, %b : f64
    %d = arith.addf %c, %two : f64
    linalg.yield %d : f64
  }
  return
}

// -----

// One chunk is no loop; rows of a few bytes are for one thread.

#i = affine_map<(i) -> (i)>
#ij = affine_map<(i, j) -> (i, j)>
// CHECK-LABEL: func.func @small(
// CHECK-NOT:     scf.parallel
// CHECK:         scf.for %{{.*}} = %c0{{.*}} to %c64{{.*}} step %c16
// CHECK:         scf.for
// CHECK:           vector.load {{.*}} vector<4xf32>
// CHECK-NOT:     scf.parallel
func.func @small(%x: memref<64xf32>, %y: memref<?x4xf32>) {
  linalg.generic {indexing_maps = [#i], iterator_types = ["parallel"]} outs(%x : memref<64xf32>) {
  ^bb0(%a: f32):
    %0 = arith.negf %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#ij], iterator_types = ["parallel", "parallel"]} outs(%y : memref<?x4xf32>) {
  ^bb0(%a: f32):
    %0 = arith.negf %a : f32
    linalg.yield %0 : f32
  }
  return
}

// -----

// 24 columns: a vector, and the half of one with a mask. A condition of each row.

#ij = affine_map<(i, j) -> (i, j)>
#r = affine_map<(i, j) -> (i)>
// CHECK-LABEL: func.func @tail(
// CHECK:         %[[C:.*]] = memref.load %arg1
// CHECK:         vector.load
// CHECK:         %[[V:.*]] = vector.broadcast %[[C]] : i1 to vector<16xi1>
// CHECK:         arith.select %[[V]],
// CHECK:         vector.store
// CHECK:         %[[MASK:.*]] = vector.constant_mask [8] : vector<16xi1>
// CHECK:         vector.maskedload %{{.*}}, %[[MASK]]
// CHECK:         vector.maskedstore %{{.*}}, %[[MASK]]
func.func @tail(%x: memref<?x24xf32>, %c: memref<?xi1>) {
  linalg.generic {indexing_maps = [#r, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%c : memref<?xi1>) outs(%x : memref<?x24xf32>) {
  ^bb0(%p: i1, %a: f32):
    %0 = arith.negf %a : f32
    %1 = arith.select %p, %0, %a : f32
    linalg.yield %1 : f32
  }
  return
}

// -----

// Left to LLVM: columns that are apart, rows of 3, functions of the C library,
// positions, conditions of each element, and constants.

#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
// CHECK-LABEL: func.func @others(
// CHECK-NOT:     vector
// CHECK-COUNT-5: linalg.generic
// CHECK:         linalg.fill
// CHECK:         return
func.func @others(%x: memref<32x32xf32>, %w: memref<?x32xf64>, %short: memref<?x3xf32>, %b: memref<32x32xi1>) {
  %zero = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [#ji, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<32x32xf32>) outs(%x : memref<32x32xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = math.exp %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#ij], iterator_types = ["parallel", "parallel"]} outs(%short : memref<?x3xf32>) {
  ^bb0(%a: f32):
    %0 = math.exp %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#ij], iterator_types = ["parallel", "parallel"]} outs(%w : memref<?x32xf64>) {
  ^bb0(%a: f64):
    %0 = math.exp %a : f64
    linalg.yield %0 : f64
  }
  linalg.generic {indexing_maps = [#ij], iterator_types = ["parallel", "parallel"]} outs(%x : memref<32x32xf32>) {
  ^bb0(%a: f32):
    %0 = linalg.index 1 : index
    %1 = arith.index_cast %0 : index to i32
    %2 = arith.sitofp %1 : i32 to f32
    %3 = arith.addf %2, %a : f32
    linalg.yield %3 : f32
  }
  linalg.generic {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%b : memref<32x32xi1>) outs(%x : memref<32x32xf32>) {
  ^bb0(%p: i1, %a: f32):
    %0 = arith.select %p, %zero, %a : f32
    linalg.yield %0 : f32
  }
  linalg.fill ins(%zero : f32) outs(%x : memref<32x32xf32>)
  return
}
