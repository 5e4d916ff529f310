// RUN: emb-opt %s --emb-vectorize-reductions --split-input-file | FileCheck %s
// RUN: emb-opt %s --emb-vectorize-reductions=vector-bytes=32 --split-input-file | FileCheck %s --check-prefix=AVX
// RUN: emb-opt %s --emb-vectorize-reductions --split-input-file -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not emb-opt %s --emb-vectorize-reductions=vector-bytes=8 --split-input-file 2>&1 | FileCheck %s --check-prefix=BYTES

// BYTES: error: emb-vectorize-reductions: vector-bytes is 8, expected a power of two from 16 on

// Along rows: lanes, of 64 bytes on any processor. The last two columns have a
// mask; what does not change along the row is computed before.

#bd = affine_map<(b, d) -> (b, d)>
#b = affine_map<(b, d) -> (b)>

// CHECK-LABEL: func.func @rows(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<?x50xf32, strided<[?, 1], offset: ?>>, %[[C:[a-z0-9]+]]: memref<?xi1>, %[[R:[a-z0-9]+]]: memref<?xf32>
// CHECK:         scf.parallel (%[[B:.*]]) =
// CHECK:           %[[ZEROS:.*]] = arith.constant dense<0.0{{.*}}> : vector<16xf32>
// CHECK:           %[[COND:.*]] = memref.load %[[C]][%[[B]]]
// CHECK:           %[[SUMS:.*]] = scf.for %[[D:.*]] = %c0{{.*}} to %c48{{.*}} step %c16{{.*}} iter_args(%[[S:.*]] = %[[ZEROS]])
// CHECK:             vector.load %[[X]][%[[B]], %[[D]]] : {{.*}}, vector<16xf32>
// CHECK:             math.absf
// CHECK:             vector.broadcast %[[COND]] : i1 to vector<16xi1>
// CHECK:             arith.addf %[[S]],
// CHECK:           %[[MASK:.*]] = vector.constant_mask [2] : vector<16xi1>
// CHECK:           vector.maskedload %[[X]][%[[B]], %c48{{.*}}], %[[MASK]]
// CHECK:           %[[NEXT:.*]] = arith.addf %[[SUMS]],
// CHECK:           %[[LANES:.*]] = arith.select %[[MASK]], %[[NEXT]], %[[SUMS]]
// CHECK:           %[[OLD:.*]] = memref.load %[[R]][%[[B]]]
// CHECK:           %[[LOW:.*]] = vector.extract_strided_slice %[[LANES]] {offsets = [0], sizes = [8]
// CHECK:           %[[HIGH:.*]] = vector.extract_strided_slice %[[LANES]] {offsets = [8], sizes = [8]
// CHECK:           arith.addf %[[LOW]], %[[HIGH]] : vector<8xf32>
// CHECK:           %[[LAST:.*]] = vector.extract %{{.*}}[0] : f32 from vector<1xf32>
// CHECK:           %[[TOTAL:.*]] = arith.addf %[[OLD]], %[[LAST]] : f32
// CHECK:           memref.store %[[TOTAL]], %[[R]][%[[B]]]
// CHECK:         } {emb.work = {{[0-9]+}} : i64}
// AVX-LABEL: func.func @rows(
// AVX:         scf.for %{{.*}} step %c16
// REMARK: [Passed] ReductionVectorized | Category:emb-vectorize-reductions | Function=rows | Lanes=16, Remark="lanes that are summed in the end"
func.func @rows(%x: memref<?x50xf32, strided<[?, 1], offset: ?>>, %c: memref<?xi1>, %r: memref<?xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.generic {indexing_maps = [#bd, #b, #b], iterator_types = ["parallel", "reduction"]}
      ins(%x, %c : memref<?x50xf32, strided<[?, 1], offset: ?>>, memref<?xi1>) outs(%r : memref<?xf32>) {
  ^bb0(%a: f32, %p: i1, %s: f32):
    %0 = math.absf %a : f32
    %1 = arith.select %p, %0, %zero : f32
    %2 = arith.addf %s, %1 : f32
    linalg.yield %2 : f32
  }
  return
}

// -----

// Columns: each gets its terms one by one, in vectors of the processor; threads
// share chunks of columns.

#rd = affine_map<(r, d) -> (r, d)>
#d = affine_map<(r, d) -> (d)>

// CHECK-LABEL: func.func @columns(
// CHECK:         scf.parallel
// CHECK:           scf.for %[[D:.*]] = {{.*}} step %c16
// CHECK-NEXT:        %[[OLD:.*]] = vector.load %arg1[%[[D]]] : memref<512xf32>, vector<16xf32>
// CHECK:             %[[SUM:.*]] = scf.for %[[R:.*]] = {{.*}} iter_args(%[[S:.*]] = %[[OLD]])
// CHECK-NEXT:          %[[X:.*]] = vector.load %arg0[%[[R]], %[[D]]]
// CHECK-NEXT:          arith.addf %[[S]], %[[X]]
// CHECK:             vector.store %[[SUM]], %arg1[%[[D]]]
// AVX-LABEL: func.func @columns(
// AVX:         scf.for %{{.*}} step %c8
// REMARK: Function=columns | Lanes=16, Remark="vectors of sums"
func.func @columns(%x: memref<?x512xf32>, %r: memref<512xf32>) {
  linalg.generic {indexing_maps = [#rd, #d], iterator_types = ["reduction", "parallel"]}
      ins(%x : memref<?x512xf32>) outs(%r : memref<512xf32>) {
  ^bb0(%a: f32, %s: f32):
    %2 = arith.addf %s, %a : f32
    linalg.yield %2 : f32
  }
  return
}

// -----

// The largest of a row that only the run knows the length of; a sum in f64 of all
// of it goes in order.

#bd = affine_map<(b, d) -> (b, d)>
#b = affine_map<(b, d) -> (b)>
#none = affine_map<(b, d) -> ()>

// CHECK-LABEL: func.func @dynamic(
// CHECK:         scf.parallel
// CHECK:           arith.constant dense<0xFF800000> : vector<16xf32>
// CHECK:           arith.remui
// CHECK:           scf.for
// CHECK:             arith.maximumf
// CHECK:           scf.if
// CHECK:             vector.create_mask
// CHECK:         memref.store
// CHECK:         arith.constant dense<0.0{{.*}}> : vector<8xf64>
// CHECK-NOT:     scf.parallel
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             arith.extf {{.*}} : vector<8xf32> to vector<8xf64>
// CHECK:         return
func.func @dynamic(%x: memref<?x?xf32>, %r: memref<?xf32>, %t: memref<f64>) {
  linalg.generic {indexing_maps = [#bd, #b], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x?xf32>) outs(%r : memref<?xf32>) {
  ^bb0(%a: f32, %s: f32):
    %2 = arith.maximumf %s, %a : f32
    linalg.yield %2 : f32
  }
  linalg.generic {indexing_maps = [#bd, #none], iterator_types = ["reduction", "reduction"]}
      ins(%x : memref<?x?xf32>) outs(%t : memref<f64>) {
  ^bb0(%a: f32, %s: f64):
    %1 = arith.extf %a : f32 to f64
    %2 = arith.addf %s, %1 : f64
    linalg.yield %2 : f64
  }
  return
}

// -----

// Left alone: where an output is more than a sum, a row is short or strided,
// numbers are not floats of 32 or 64 bits, or the function is one of the C
// library.

#bd = affine_map<(b, d) -> (b, d)>
#db = affine_map<(b, d) -> (d, b)>
#b = affine_map<(b, d) -> (b)>

// CHECK-LABEL: func.func @others(
// CHECK-NOT:     vector
// CHECK-COUNT-6: linalg.generic
// CHECK-NOT:     vector
// CHECK:         return
// REMARK-NOT: Function=others
func.func @others(%x: memref<?x50xf32>, %y: memref<?x2xf32>, %h: memref<?x50xf16>, %s: memref<?x50xf32, strided<[?, 2]>>,
                  %r: memref<?xf32>, %q: memref<?xf16>, %i: memref<?xi64>) {
  linalg.generic {indexing_maps = [#bd, #b], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x50xf32>) outs(%r : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.mulf %o, %o : f32
    %1 = arith.addf %0, %a : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [#bd, #b], iterator_types = ["parallel", "reduction"]}
      ins(%y : memref<?x2xf32>) outs(%r : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %1 = arith.addf %o, %a : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [#bd, #b], iterator_types = ["parallel", "reduction"]}
      ins(%s : memref<?x50xf32, strided<[?, 2]>>) outs(%r : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %1 = arith.addf %o, %a : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [#bd, #b], iterator_types = ["parallel", "reduction"]}
      ins(%h : memref<?x50xf16>) outs(%q : memref<?xf16>) {
  ^bb0(%a: f16, %o: f16):
    %1 = arith.addf %o, %a : f16
    linalg.yield %1 : f16
  }
  linalg.generic {indexing_maps = [#bd, #b], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x50xf32>) outs(%r : memref<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = math.sin %a : f32
    %1 = arith.addf %o, %0 : f32
    linalg.yield %1 : f32
  }
  linalg.generic {indexing_maps = [#bd, #b], iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x50xf32>) outs(%i : memref<?xi64>) {
  ^bb0(%a: f32, %o: i64):
    %0 = linalg.index 1 : index
    %1 = arith.index_cast %0 : index to i64
    %2 = arith.addi %o, %1 : i64
    linalg.yield %2 : i64
  }
  return
}
