// RUN: emb-opt %s --emb-forward-copies --split-input-file | FileCheck %s
// RUN: emb-opt %s --emb-forward-copies --split-input-file -o /dev/null --remarks-filter='emb.*' --remark-format=emitRemark 2>&1 | FileCheck %s --check-prefix=REMARK

// Gradients of two gates, each in its columns at once. What the second one
// overlaps is used in between, but not these columns.

#ij = affine_map<(i, j) -> (i, j)>

// CHECK-LABEL: func.func @gates(
// CHECK-SAME:    %[[X:.*]]: memref<?x8xf32>, %[[N:.*]]: index) -> memref<?x16xf32>
// CHECK-NEXT:    %[[G:.*]] = memref.alloc(%[[N]]) : memref<?x16xf32>
// CHECK-DAG:     %[[HIGH:.*]] = memref.subview %[[G]][0, 8]
// CHECK-DAG:     %[[LOW:.*]] = memref.subview %[[G]][0, 0]
// CHECK:         linalg.generic
// CHECK-SAME:      outs(%[[LOW]], %[[HIGH]] : memref<?x8xf32, strided<[16, 1]>>, memref<?x8xf32, strided<[16, 1], offset: 8>>)
// CHECK-NOT:     memref.copy
// CHECK:         return %[[G]]
// REMARK-COUNT-2: [Passed] CopyForwarded | Category:emb-forward-copies | Function=gates
func.func @gates(%x: memref<?x8xf32>, %n: index) -> memref<?x16xf32> {
  %a = memref.alloc(%n) : memref<?x8xf32>
  %b = memref.alloc(%n) : memref<?x8xf32>
  linalg.generic {indexing_maps = [#ij, #ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%x : memref<?x8xf32>) outs(%a, %b : memref<?x8xf32>, memref<?x8xf32>) {
  ^bb0(%e: f32, %o: f32, %p: f32):
    %m = arith.negf %e : f32
    linalg.yield %e, %m : f32, f32
  }
  %g = memref.alloc(%n) : memref<?x16xf32>
  %high = memref.subview %g[0, 8] [%n, 8] [1, 1] : memref<?x16xf32> to memref<?x8xf32, strided<[16, 1], offset: 8>>
  memref.copy %b, %high : memref<?x8xf32> to memref<?x8xf32, strided<[16, 1], offset: 8>>
  %low = memref.subview %g[0, 0] [%n, 8] [1, 1] : memref<?x16xf32> to memref<?x8xf32, strided<[16, 1]>>
  memref.copy %a, %low : memref<?x8xf32> to memref<?x8xf32, strided<[16, 1]>>
  return %g : memref<?x16xf32>
}

// -----

// What a step computes goes to its place on the stack at once, and is read from
// there, a part of it too.

// CHECK-LABEL: func.func @stack(
// CHECK:         %[[S:.*]] = memref.alloc() : memref<4x2x8xf32>
// CHECK:         scf.for %[[T:.*]] =
// CHECK-NEXT:      %[[PLACE:.*]] = memref.subview %[[S]][%[[T]], 0, 0]
// CHECK-NEXT:      memref.copy %{{.*}}, %[[PLACE]]
// CHECK-NEXT:      %[[PART:.*]] = memref.subview %[[PLACE]][0, 4] [2, 4] [1, 1] : memref<2x8xf32, strided<[8, 1], offset: ?>> to memref<2x4xf32, strided<[8, 1], offset: ?>>
// CHECK-NEXT:      linalg.add ins(%[[PART]], %[[PART]]
// CHECK-NOT:       memref.copy
// CHECK:         return
func.func @stack(%x: memref<2x8xf32>, %y: memref<2x4xf32>) -> memref<4x2x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %s = memref.alloc() : memref<4x2x8xf32>
  scf.for %t = %c0 to %c4 step %c1 {
    %a = memref.alloc() : memref<2x8xf32>
    memref.copy %x, %a : memref<2x8xf32> to memref<2x8xf32>
    %place = memref.subview %s[%t, 0, 0] [1, 2, 8] [1, 1, 1] : memref<4x2x8xf32> to memref<2x8xf32, strided<[8, 1], offset: ?>>
    memref.copy %a, %place : memref<2x8xf32> to memref<2x8xf32, strided<[8, 1], offset: ?>>
    %part = memref.subview %a[0, 4] [2, 4] [1, 1] : memref<2x8xf32> to memref<2x4xf32, strided<[8, 1], offset: 4>>
    linalg.add ins(%part, %part : memref<2x4xf32, strided<[8, 1], offset: 4>>, memref<2x4xf32, strided<[8, 1], offset: 4>>) outs(%y : memref<2x4xf32>)
  }
  return %s : memref<4x2x8xf32>
}

// -----

// Copies that stay.

// CHECK-LABEL: func.func @blocked(
// CHECK-COUNT-7: memref.copy
// CHECK:         return
func.func @blocked(%x: memref<2x8xf32>, %y: memref<2x8xf32>, %n: index, %c: i1, %q: memref<2x16xf32>)
    -> (memref<2x8xf32>, memref<2x16xf32>, memref<2x8xf32>) {
  %t = memref.alloc() : memref<2x8xf32>
  %wide = memref.alloc() : memref<2x16xf32>
  %place = memref.subview %wide[0, 0] [2, 8] [1, 1] : memref<2x16xf32> to memref<2x8xf32, strided<[16, 1]>>

  // REMARK: [Missed] CopyNotForwarded | Category:emb-forward-copies | Function=blocked | Reason="what is copied is not made in this block"
  memref.copy %x, %t : memref<2x8xf32> to memref<2x8xf32>

  // REMARK: Reason="what is copied is used by more than copies and maps"
  %a = memref.alloc() : memref<2x8xf32>
  linalg.add ins(%x, %x : memref<2x8xf32>, memref<2x8xf32>) outs(%a : memref<2x8xf32>)
  memref.copy %a, %t : memref<2x8xf32> to memref<2x8xf32>

  // REMARK: Reason="what is copied is written again"
  %b = memref.alloc() : memref<2x8xf32>
  linalg.add ins(%x, %x : memref<2x8xf32>, memref<2x8xf32>) outs(%b : memref<2x8xf32>)
  memref.copy %b, %t : memref<2x8xf32> to memref<2x8xf32>
  linalg.add ins(%b, %x : memref<2x8xf32>, memref<2x8xf32>) outs(%b : memref<2x8xf32>)

  // REMARK: Reason="it is read again, and rows of the target lie apart"
  %d = memref.alloc() : memref<2x8xf32>
  linalg.add ins(%x, %x : memref<2x8xf32>, memref<2x8xf32>) outs(%d : memref<2x8xf32>)
  memref.copy %d, %place : memref<2x8xf32> to memref<2x8xf32, strided<[16, 1]>>
  linalg.add ins(%d, %x : memref<2x8xf32>, memref<2x8xf32>) outs(%y : memref<2x8xf32>)

  // REMARK: Reason="the target may be memory of the caller"
  %e = memref.alloc() : memref<2x8xf32>
  linalg.add ins(%x, %x : memref<2x8xf32>, memref<2x8xf32>) outs(%e : memref<2x8xf32>)
  memref.copy %e, %y : memref<2x8xf32> to memref<2x8xf32>

  // REMARK: Reason="the target is used in between"
  %f = memref.alloc() : memref<2x8xf32>
  linalg.add ins(%x, %x : memref<2x8xf32>, memref<2x8xf32>) outs(%f : memref<2x8xf32>)
  linalg.add ins(%wide, %wide : memref<2x16xf32>, memref<2x16xf32>) outs(%q : memref<2x16xf32>)
  memref.copy %f, %place : memref<2x8xf32> to memref<2x8xf32, strided<[16, 1]>>

  // REMARK: Reason="what is copied is used in another block"
  %g = memref.alloc() : memref<2x8xf32>
  scf.if %c {
    linalg.add ins(%x, %x : memref<2x8xf32>, memref<2x8xf32>) outs(%g : memref<2x8xf32>)
  }
  memref.copy %g, %t : memref<2x8xf32> to memref<2x8xf32>
  return %t, %wide, %a : memref<2x8xf32>, memref<2x16xf32>, memref<2x8xf32>
}

// -----

// The place is where a number says that is read after the first use.

// CHECK-LABEL: func.func @late(
// CHECK:         linalg.fill
// CHECK:         memref.load
// CHECK:         memref.copy
// REMARK: Function=late | Reason="the place of the target is not known before"
func.func @late(%p: memref<index>) -> memref<4x8xf32> {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<4x8xf32>
  %a = memref.alloc() : memref<8xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<8xf32>)
  %i = memref.load %p[] : memref<index>
  %place = memref.subview %s[%i, 0] [1, 8] [1, 1] : memref<4x8xf32> to memref<8xf32, strided<[1], offset: ?>>
  memref.copy %a, %place : memref<8xf32> to memref<8xf32, strided<[1], offset: ?>>
  return %s : memref<4x8xf32>
}

// -----

// Rows of the target are apart.

// CHECK-LABEL: func.func @columns(
// CHECK:         memref.copy
// REMARK: Function=columns | Reason="rows of the target are not contiguous"
func.func @columns() -> memref<8x4xf32> {
  %zero = arith.constant 0.0 : f32
  %s = memref.alloc() : memref<8x4xf32>
  %a = memref.alloc() : memref<8xf32>
  linalg.fill ins(%zero : f32) outs(%a : memref<8xf32>)
  %place = memref.subview %s[0, 1] [8, 1] [1, 1] : memref<8x4xf32> to memref<8xf32, strided<[4], offset: 1>>
  memref.copy %a, %place : memref<8xf32> to memref<8xf32, strided<[4], offset: 1>>
  return %s : memref<8x4xf32>
}
