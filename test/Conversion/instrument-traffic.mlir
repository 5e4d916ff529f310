// RUN: emb-opt %s --emb-instrument --canonicalize --split-input-file | FileCheck %s

// Bytes of operations whose extents are all known. Rows of the table have 400
// bytes, indices and what a group consists of 8.

!table = memref<1000x100xf32>
!rows = memref<60x100xf32>
!ids = memref<60xi64>
!bounds = memref<61xi64>

// 60 indices, 60 rows read and written.
// CHECK-LABEL: func.func @gather(
// CHECK:         %[[BYTES:.*]] = arith.constant 48480 : index
// CHECK:         emb.profile_end 0 bytes %[[BYTES]]
func.func @gather(%t: !table, %i: !ids, %r: !rows) {
  emb.gather %t[%i] outs(%r : !rows) : !table, !ids
  return
}

// -----

!table = memref<1000x100xf32>
!ids = memref<60xi64>

// 60 indices, 6 offsets, 60 weights of 4 bytes, 60 rows read and 6 written.
// CHECK-LABEL: func.func @bag(
// CHECK:         %[[BYTES:.*]] = arith.constant 27168 : index
// CHECK:         emb.profile_end 0 bytes %[[BYTES]]
func.func @bag(%t: !table, %i: !ids, %o: memref<6xi64>, %w: memref<60xf32>, %r: memref<6x100xf32>) {
  emb.bag sum %t[%i] offsets(%o : memref<6xi64>) weights(%w : memref<60xf32>) outs(%r : memref<6x100xf32>) : !table, !ids
  return
}

// -----

!ids = memref<60xi64>

// 60 indices and positions, `count` rows and `count` + 1 bounds.
// CHECK-LABEL: func.func @group(
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[KNOWN:.*]] = arith.constant 968 : index
// CHECK:         %[[COUNT:.*]] = emb.group
// CHECK:         %[[ROWS:.*]] = arith.muli %[[COUNT]], %[[C8]]
// CHECK:         %[[BOUNDS:.*]] = arith.muli %[[COUNT]], %[[C8]]
// CHECK:         %[[SUM:.*]] = arith.addi %[[ROWS]], %[[BOUNDS]]
// CHECK:         %[[ALL:.*]] = arith.addi %[[SUM]], %[[KNOWN]]
// CHECK:         emb.profile_end 0 bytes %[[ALL]]
func.func @group(%i: !ids, %u: !ids, %b: memref<61xi64>, %p: !ids) -> index {
  %n = emb.group(%i : !ids) outs(%u, %b, %p : !ids, memref<61xi64>, !ids)
  return %n : index
}

// -----

!table = memref<1000x100xf32>
!ids = memref<60xi64>

// For each of `count` rows: 800 bytes of the table, 8 of the state, 16 of the
// group. 60 positions, 60 rows of gradient with 60 elements of the map (4
// bytes), 1 bound more: 480 + 24000 + 240 + 8.
// CHECK-LABEL: func.func @update(
// CHECK-SAME:    %[[COUNT:[^:]*]]: index
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[C800:.*]] = arith.constant 800 : index
// CHECK-DAG:     %[[KNOWN:.*]] = arith.constant 24728 : index
// CHECK:         emb.update
// CHECK:         arith.muli %[[COUNT]], %[[C8]]
// CHECK:         arith.muli %[[COUNT]], %[[C8]]
// CHECK:         arith.muli %[[COUNT]], %[[C800]]
// CHECK:         arith.muli %[[COUNT]], %[[C8]]
// CHECK-NOT:     arith.muli
// CHECK:         %[[ALL:.*]] = arith.addi %{{.*}}, %[[KNOWN]]
// CHECK:         emb.profile_end 0 bytes %[[ALL]]
func.func @update(%n: index, %t: !table, %s: memref<1000xf32>, %i: !ids, %g: memref<6x100xf32>, %m: memref<60xi32>,
                  %u: !ids, %b: memref<61xi64>, %p: !ids) {
  emb.update touched(%t, %s : !table, memref<1000xf32>)
      sources[%i : !ids -> %g : memref<6x100xf32> map %m : memref<60xi32>]
      group(%u, %b, %p, %n : !ids, memref<61xi64>, !ids, index) {
  ^bb0(%x: f32, %y: f32, %d: f32):
    %0 = arith.subf %x, %d : f32
    emb.yield %0, %y : f32, f32
  }
  return
}

// -----

!table = memref<1000x100xf32>
!ids = memref<60xi64>

// All rows there and back: 800000 bytes, and 60 rows of gradient with their
// indices.
// CHECK-LABEL: func.func @update_all(
// CHECK:         %[[BYTES:.*]] = arith.constant 824480 : index
// CHECK:         emb.profile_end 0 bytes %[[BYTES]]
func.func @update_all(%t: !table, %i: !ids, %g: memref<60x100xf32>) {
  emb.update all(%t : !table) sources[%i : !ids -> %g : memref<60x100xf32>] {
  ^bb0(%x: f32, %d: f32):
    %0 = arith.subf %x, %d : f32
    emb.yield %0 : f32
  }
  return
}

// -----

!table = memref<1000x100xf32>
!ids = memref<60xi64>

// A renorm reads the rows of the group, the others what they add or divide by.
// CHECK-LABEL: func.func @writes(
// CHECK-SAME:    %[[COUNT:[^:]*]]: index
// CHECK-DAG:     %[[C8:.*]] = arith.constant 8 : index
// CHECK-DAG:     %[[C800:.*]] = arith.constant 800 : index
// CHECK-DAG:     %[[SCATTER:.*]] = arith.constant 24488 : index
// CHECK-DAG:     %[[FREQUENCY:.*]] = arith.constant 968 : index
// CHECK:         emb.renorm
// CHECK-NEXT:    %[[ROWS:.*]] = arith.muli %[[COUNT]], %[[C8]]
// CHECK-NEXT:    %[[TABLE:.*]] = arith.muli %[[COUNT]], %[[C800]]
// CHECK-NEXT:    %[[ALL:.*]] = arith.addi %[[ROWS]], %[[TABLE]]
// CHECK-NEXT:    emb.profile_end 0 bytes %[[ALL]]
// CHECK:         emb.scatter_add
// CHECK:         %[[ADDED:.*]] = arith.addi %{{.*}}, %[[SCATTER]]
// CHECK-NEXT:    emb.profile_end 1 bytes %[[ADDED]]
// CHECK:         emb.frequency
// CHECK-NEXT:    %[[BOUNDS:.*]] = arith.muli %[[COUNT]], %[[C8]]
// CHECK-NEXT:    %[[DIVIDED:.*]] = arith.addi %[[BOUNDS]], %[[FREQUENCY]]
// CHECK-NEXT:    emb.profile_end 2 bytes %[[DIVIDED]]
func.func @writes(%n: index, %t: !table, %i: !ids, %r: memref<60x100xf32>, %f: !ids,
                  %u: !ids, %b: memref<61xi64>, %p: !ids) {
  emb.renorm %i into %t max_norm 1.0 group(%u, %b, %p, %n : !ids, memref<61xi64>, !ids, index) : !ids, !table
  emb.scatter_add %r[%i] into %t group(%u, %b, %p, %n : !ids, memref<61xi64>, !ids, index) : memref<60x100xf32>, !ids, !table
  emb.frequency %i group(%u, %b, %p, %n : !ids, memref<61xi64>, !ids, index) outs(%f : !ids) : !ids
  return
}

// -----

// 60 rows of two tables, indices, map and results; offsets and a map of 600.
// CHECK-LABEL: func.func @dot(
// CHECK-DAG:     %[[DOT:.*]] = arith.constant 48960 : index
// CHECK-DAG:     %[[MAP:.*]] = arith.constant 2448 : index
// CHECK:         emb.profile_end 0 bytes %[[DOT]]
// CHECK:         emb.profile_end 1 bytes %[[MAP]]
func.func @dot(%t: memref<1000x100xf32>, %i: memref<60xi64>, %g: memref<6x100xf32>, %m: memref<60xi32>, %r: memref<60xf32>,
               %o: memref<6xi64>, %b: memref<600xi32>) {
  %n = arith.constant 600 : index
  emb.gather_dot %t[%i], %g[%m] outs(%r : memref<60xf32>)
    : memref<1000x100xf32>, memref<60xi64>, memref<6x100xf32>, memref<60xi32>
  emb.offset2bag %o[%n] outs(%b : memref<600xi32>) : memref<6xi64>, index
  return
}

// -----

// Inputs once; outputs once, or twice where the old elements are read. 48 KB
// and 32 KB of factors, 24 KB of product twice; a fill only writes.
// CHECK-LABEL: func.func @dense(
// CHECK-DAG:     %[[PRODUCT:.*]] = arith.constant 131072 : index
// CHECK-DAG:     %[[FILL:.*]] = arith.constant 24576 : index
// CHECK-DAG:     %[[COPY:.*]] = arith.constant 49152 : index
// CHECK:         linalg.fill
// CHECK-NEXT:    emb.profile_end 0 bytes %[[FILL]]
// CHECK:         linalg.matmul
// CHECK-NEXT:    emb.profile_end 1 bytes %[[PRODUCT]]
// CHECK:         memref.copy
// CHECK-NEXT:    emb.profile_end 2 bytes %[[COPY]]
func.func @dense(%a: memref<96x128xf32>, %b: memref<128x64xf32>, %c: memref<96x64xf32>, %d: memref<96x64xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<96x64xf32>)
  linalg.matmul ins(%a, %b : memref<96x128xf32>, memref<128x64xf32>) outs(%c : memref<96x64xf32>)
  memref.copy %c, %d : memref<96x64xf32> to memref<96x64xf32>
  return
}
