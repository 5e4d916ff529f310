// RUN: emb-opt %s --emb-instrument --canonicalize --cse --split-input-file | FileCheck %s
// RUN: emb-opt %s --emb-instrument --split-input-file --mlir-print-debuginfo | FileCheck %s --check-prefix=WHERE

// A region has the name and the place of its operation. A gather of n indices
// (8 bytes each) reads n rows of 32 bytes and writes as many.

// WHERE: emb.regions = [{location = "table.mlir:7:3", name = "emb.gather"}]

// CHECK-LABEL: func.func @gather(
// CHECK-SAME:    %[[T:[^:]*]]: memref<100x8xf32>, %[[I:[^:]*]]: memref<?xi64>, %[[R:[^:]*]]: memref<?x8xf32>
// CHECK-DAG:     %[[C0:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[C32:.*]] = arith.constant 32 : index
// CHECK:         emb.profile_begin 0
// CHECK-NEXT:    emb.gather
// CHECK-NEXT:    %[[N:.*]] = memref.dim %[[I]], %[[C0]]
// CHECK-NEXT:    %[[INDICES:.*]] = arith.muli %[[N]], %[[C8]]
// CHECK-NEXT:    %[[ROWS:.*]] = arith.muli %[[N]], %[[C32]]
// CHECK-NEXT:    %[[READ:.*]] = arith.addi %[[INDICES]], %[[ROWS]]
// CHECK-NEXT:    %[[M:.*]] = memref.dim %[[R]], %[[C0]]
// CHECK-NEXT:    %[[WRITTEN:.*]] = arith.muli %[[M]], %[[C32]]
// CHECK-NEXT:    %[[ALL:.*]] = arith.addi %[[READ]], %[[WRITTEN]]
// CHECK-NEXT:    emb.profile_end 0 bytes %[[ALL]]
func.func @gather(%t: memref<100x8xf32>, %i: memref<?xi64>, %r: memref<?x8xf32>) {
  emb.gather %t[%i] outs(%r : memref<?x8xf32>) : memref<100x8xf32>, memref<?xi64> loc("table.mlir":7:3)
  return
}

// -----

// Operations are numbered in order, those in loops too; an operation without a
// place in a file has none.

// WHERE: emb.regions = [{location = "", name = "emb.check_indices"}, {location = "", name = "memref.copy"}]

// CHECK-LABEL: func.func @numbers(
// CHECK:         emb.profile_begin 0
// CHECK-NEXT:    emb.check_indices
// CHECK:         emb.profile_end 0
// CHECK:         scf.for
// CHECK:           emb.profile_begin 1
// CHECK-NEXT:      memref.copy
// CHECK:           emb.profile_end 1
func.func @numbers(%i: memref<?xi64>, %x: memref<?xf32>, %y: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  emb.check_indices %i, %n label "indices" : memref<?xi64> loc(unknown)
  scf.for %k = %c0 to %n step %c1 {
    memref.copy %x, %y : memref<?xf32> to memref<?xf32> loc(unknown)
  }
  return
}

// -----

// What moves less than a kilobyte is not worth a look at the clock; nor are the
// operations for one element inside of another.

// CHECK-LABEL: func.func @small(
// CHECK-NOT:     emb.profile
// CHECK:         linalg.fill
// CHECK-NEXT:    linalg.generic
// CHECK-NOT:     emb.profile
// CHECK:         return
func.func @small(%s: memref<f32>, %x: memref<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%s : memref<f32>)
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>], iterator_types = ["reduction", "reduction"]}
      ins(%x : memref<4x4xf32>) outs(%s : memref<f32>) {
  ^bb0(%a: f32, %sum: f32):
    %0 = arith.addf %a, %sum : f32
    linalg.yield %0 : f32
  }
  return
}
