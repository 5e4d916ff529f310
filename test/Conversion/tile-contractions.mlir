// RUN: emb-opt %s --emb-tile-contractions --canonicalize --split-input-file | FileCheck %s
// RUN: emb-opt %s --emb-tile-contractions=min-products=1 --canonicalize --split-input-file | FileCheck %s --check-prefix=PARALLEL
// RUN: emb-opt %s --emb-tile-contractions="vector-bytes=32 max-rows=4" --canonicalize --split-input-file | FileCheck %s --check-prefix=AVX
// RUN: emb-opt %s --emb-tile-contractions --split-input-file -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// 2^18 products: on all threads. Tiles of 64 rows and 32 columns.

// CHECK-LABEL: func.func @matmul(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: memref<128x64xf32>, %[[B:[a-z0-9]+]]: memref<64x32xf32>, %[[C:[a-z0-9]+]]: memref<128x32xf32>)
// CHECK-DAG:     %[[LEFT:.*]] = memref.cast %[[A]]
// CHECK-DAG:     %[[RIGHT:.*]] = memref.cast %[[B]]
// CHECK-DAG:     %[[SUM:.*]] = memref.cast %[[C]]
// CHECK:         scf.parallel (%[[TILE:.*]]) = (%c0) to (%c2) step (%c1) {
// CHECK-NEXT:      func.call @emb_contract_f32(%[[LEFT]], %[[RIGHT]], %[[SUM]], %[[TILE]])
// CHECK-NEXT:      scf.reduce
// CHECK-NEXT:    }
// CHECK-NEXT:    return

// Eight rows of two vectors are summed in registers, each term by a product and
// a sum of its own.

// CHECK-LABEL: func.func private @emb_contract_f32(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: memref<?x?xf32, strided<[?, ?], offset: ?>>, %[[B:[a-z0-9]+]]: memref<?x?xf32, strided<[?, 1], offset: ?>>, %[[C:[a-z0-9]+]]: memref<?x?xf32, strided<[?, 1], offset: ?>>, %[[TILE:[a-z0-9]+]]: index) attributes {emb.kernel}
// CHECK:         %[[TILES:.*]] = arith.ceildivui %{{.*}}, %c32
// CHECK:         %[[I:.*]] = arith.remui %[[TILE]], %[[TILES]]
// CHECK:         %[[COLUMN:.*]] = arith.muli %[[I]], %c32
// CHECK:         %[[J:.*]] = arith.divui %[[TILE]], %[[TILES]]
// CHECK:         %[[FIRST:.*]] = arith.muli %[[J]], %c64
// CHECK:         %[[AFTER:.*]] = arith.addi %[[FIRST]], %c64
// CHECK:         %[[ENDROW:.*]] = arith.minui %[[AFTER]]
// CHECK:         scf.for %[[BEGIN:.*]] = %c0 to %{{.*}} step %c256
// CHECK:           %[[NEXT:.*]] = arith.addi %[[BEGIN]], %c256
// CHECK:           %[[END:.*]] = arith.minui %[[NEXT]]
// CHECK:           scf.if
// CHECK:             %[[COLUMN1:.*]] = arith.addi %[[COLUMN]], %c16
// CHECK:             scf.for %[[ROW:.*]] = %[[FIRST]] to %{{.*}} step %c8
// CHECK-COUNT-16:      vector.load %[[C]][{{.*}}] : {{.*}}, vector<16xf32>
// CHECK:               scf.for %[[K:.*]] = %[[BEGIN]] to %[[END]] step %c1 iter_args(
// CHECK-NEXT:            %[[B0:.*]] = vector.load %[[B]][%[[K]], %[[COLUMN]]]
// CHECK-NEXT:            %[[B1:.*]] = vector.load %[[B]][%[[K]], %[[COLUMN1]]]
// CHECK-NEXT:            %[[X:.*]] = memref.load %[[A]][%[[ROW]], %[[K]]]
// CHECK-NEXT:            %[[A0:.*]] = vector.broadcast %[[X]] : f32 to vector<16xf32>
// CHECK-NEXT:            %[[P0:.*]] = arith.mulf %[[A0]], %[[B0]]
// CHECK-NEXT:            arith.addf %{{.*}}, %[[P0]]
// CHECK-NEXT:            %[[P1:.*]] = arith.mulf %[[A0]], %[[B1]]
// CHECK-NEXT:            arith.addf %{{.*}}, %[[P1]]
// CHECK-COUNT-7:         memref.load %[[A]]
// CHECK:                 scf.yield
// CHECK-NEXT:          } {loop_annotation = #
// CHECK-COUNT-16:      vector.store %{{.*}}, %[[C]]
// The last rows, four, two and one at a time.
// CHECK:             scf.if
// CHECK-COUNT-8:       vector.load %[[C]]
// CHECK:             scf.if
// CHECK-COUNT-4:       vector.load %[[C]]
// CHECK:             scf.if
// CHECK-COUNT-2:       vector.load %[[C]]
// The last columns.
// CHECK:           } else {
// CHECK:             %[[M0:.*]] = vector.create_mask %{{.*}} : vector<16xi1>
// CHECK:             %[[M1:.*]] = vector.create_mask %{{.*}} : vector<16xi1>
// CHECK:             vector.maskedload %[[C]][%{{.*}}, %[[COLUMN]]], %[[M0]]
// CHECK:             vector.maskedload %[[C]][%{{.*}}, %{{.*}}], %[[M1]]
// CHECK:             vector.maskedstore

// AVX-LABEL: func.func private @emb_contract_f32(
// AVX:         scf.for %{{.*}} step %c4
// AVX-COUNT-8:   vector.load {{.*}} vector<8xf32>
// AVX:           scf.for

// REMARK: remark: [Passed] ContractionTiled | Category:emb-tile-contractions | Function=matmul | MinProducts=262144, RegisterRows=8, TileColumns=32, TileRows=64
func.func @matmul(%a: memref<128x64xf32>, %b: memref<64x32xf32>, %c: memref<128x32xf32>) {
  linalg.matmul ins(%a, %b : memref<128x64xf32>, memref<64x32xf32>) outs(%c : memref<128x32xf32>)
  return
}

// -----

// One product less is for one thread.

// CHECK-LABEL: func.func @few(
// CHECK-NOT:     scf.parallel
// CHECK:         scf.for
// CHECK:           call @emb_contract_f32
// PARALLEL-LABEL: func.func @few(
// PARALLEL:       scf.parallel
func.func @few(%a: memref<127x64xf32>, %b: memref<64x32xf32>, %c: memref<127x32xf32>) {
  linalg.matmul ins(%a, %b : memref<127x64xf32>, memref<64x32xf32>) outs(%c : memref<127x32xf32>)
  return
}

// -----

// The run decides. Both operations call one function; doubles have their own.

// CHECK-LABEL: func.func @dynamic(
// CHECK:         %[[MANY:.*]] = arith.cmpi uge, %{{.*}}, %c262144
// CHECK:         scf.if %[[MANY]] {
// CHECK:           scf.parallel
// CHECK:             call @emb_contract_f32(
// CHECK:         } else {
// CHECK:           scf.for
// CHECK:             call @emb_contract_f32(
// CHECK:         call @emb_contract_f32(
// CHECK:         call @emb_contract_f64(
// CHECK:       func.func private @emb_contract_f32(
// CHECK-NOT:   func.func private @emb_contract_f32
// CHECK:       func.func private @emb_contract_f64(
// CHECK:         vector<8xf64>
func.func @dynamic(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>,
                   %x: memref<?x?xf64>, %y: memref<?x?xf64>, %z: memref<?x?xf64>) {
  linalg.matmul ins(%a, %b : memref<?x?xf32>, memref<?x?xf32>) outs(%c : memref<?x?xf32>)
  linalg.matmul ins(%b, %a : memref<?x?xf32>, memref<?x?xf32>) outs(%c : memref<?x?xf32>)
  linalg.matmul ins(%x, %y : memref<?x?xf64>, memref<?x?xf64>) outs(%z : memref<?x?xf64>)
  return
}

// -----

// The tensor that comes first has the columns; the other is transposed, and its
// rows run along its last dimension.

// CHECK-LABEL: func.func @swapped(
// CHECK-SAME:    %[[B:[a-z0-9]+]]: memref<64x32xf32>, %[[A:[a-z0-9]+]]: memref<64x100xf32>
// CHECK:         %[[LEFT:.*]] = memref.reinterpret_cast %[[A]] to {{.*}} sizes: [100, 64], strides: [1, 100]
// CHECK:         %[[FIRST:.*]] = memref.cast %[[LEFT]]
// CHECK:         %[[SECOND:.*]] = memref.cast %[[B]]
// CHECK:         call @emb_contract_f32(%[[FIRST]], %[[SECOND]],
func.func @swapped(%b: memref<64x32xf32>, %a: memref<64x100xf32>, %c: memref<100x32xf32>) {
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (k, m)>,
                                   affine_map<(m, n, k) -> (m, n)>],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%b, %a : memref<64x32xf32>, memref<64x100xf32>) outs(%c : memref<100x32xf32>) {
  ^bb0(%y: f32, %x: f32, %sum: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %p, %sum : f32
    linalg.yield %s : f32
  }
  return
}

// -----

// Of two sums the first is a loop around the call, in its order.

// CHECK-LABEL: func.func @two_sums(
// CHECK:         scf.for %{{.*}} = %c0 to %c2
// CHECK:           scf.for %{{.*}} = %c0 to %c5
// CHECK:             call @emb_contract_f32
func.func @two_sums(%a: memref<5x70x8xf32>, %b: memref<5x8x32xf32>, %c: memref<70x32xf32>) {
  linalg.batch_reduce_matmul ins(%a, %b : memref<5x70x8xf32>, memref<5x8x32xf32>) outs(%c : memref<70x32xf32>)
  return
}

// -----

// What is no such product, or one whose columns are not side by side, stays.

// CHECK-LABEL: func.func @others(
// CHECK-NOT:     call
// CHECK-COUNT-9: linalg.
// CHECK-NOT:     func.func private

#mn = affine_map<(m, n, k) -> (m, n)>
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
!strided = memref<8x32xf32, strided<[100, 2]>>
func.func @others(%a: memref<8x8xf32>, %b: memref<32x8xf32>, %c: memref<8x32xf32>, %s: !strided,
                  %t: memref<8x32xf32>, %narrow: memref<8x7xf32>, %v: memref<8xf32>, %n: memref<f32>,
                  %h: memref<8x8xf16>, %hs: memref<8x8xf16>, %flat: memref<3x8xf32>, %three: memref<3x32xf32>,
                  %seven: memref<7x32xf32>, %left: memref<8x7xf32>, %row: memref<32xf32>) {
  // REMARK: [Missed] ContractionNotTiled {{.*}} Reason="the columns of the right factor are not contiguous"
  linalg.matmul indexing_maps = [#mk, #nk, #mn]
    ins(%a, %b : memref<8x8xf32>, memref<32x8xf32>) outs(%c : memref<8x32xf32>)
  // REMARK: [Missed] ContractionNotTiled {{.*}} Reason="the columns of the sum are not contiguous"
  linalg.matmul ins(%a, %t : memref<8x8xf32>, memref<8x32xf32>) outs(%s : !strided)
  // REMARK: [Missed] ContractionNotTiled {{.*}} Reason="there are few columns"
  linalg.matmul ins(%a, %narrow : memref<8x8xf32>, memref<8x7xf32>) outs(%narrow : memref<8x7xf32>)
  // REMARK: [Missed] ContractionNotTiled {{.*}} Reason="the sum is one number"
  linalg.dot ins(%v, %v : memref<8xf32>, memref<8xf32>) outs(%n : memref<f32>)
  // REMARK: [Missed] ContractionNotTiled {{.*}} Reason="elements are neither f32 nor f64"
  linalg.matmul ins(%h, %h : memref<8x8xf16>, memref<8x8xf16>) outs(%hs : memref<8x8xf16>)
  // REMARK: [Missed] ContractionNotTiled {{.*}} Reason="there are few rows"
  linalg.matmul ins(%flat, %t : memref<3x8xf32>, memref<8x32xf32>) outs(%three : memref<3x32xf32>)
  // REMARK: [Missed] ContractionNotTiled {{.*}} Reason="there are few rows"
  linalg.vecmat ins(%v, %t : memref<8xf32>, memref<8x32xf32>) outs(%row : memref<32xf32>)
  // REMARK: [Missed] ContractionNotTiled {{.*}} Reason="there are few terms"
  linalg.matmul ins(%left, %seven : memref<8x7xf32>, memref<7x32xf32>) outs(%c : memref<8x32xf32>)
  // A difference.
  linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, #mn],
                  iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%a, %t : memref<8x8xf32>, memref<8x32xf32>) outs(%c : memref<8x32xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %p = arith.mulf %x, %y : f32
    %r = arith.subf %sum, %p : f32
    linalg.yield %r : f32
  }
  return
}
