// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-hoist-allocations))' --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @after_write
func.func @after_write(%w: memref<8x4xf32> {emb.written}, %a: memref<?x4xf32>) -> memref<?x4xf32> {
  // CHECK: %[[N:.*]] = memref.dim
  // CHECK: memref.alloc(%[[N]])
  // CHECK: linalg.add
  %c0 = arith.constant 0 : index
  linalg.add ins(%w, %w : memref<8x4xf32>, memref<8x4xf32>) outs(%w : memref<8x4xf32>)
  %n = memref.dim %a, %c0 : memref<?x4xf32>
  %t = memref.alloc(%n) : memref<?x4xf32>
  return %t : memref<?x4xf32>
}

// -----

// Writes to other memory do not count; neither does an argument that is not
// marked as written.
// CHECK-LABEL: func.func @other_writes
func.func @other_writes(%a: memref<8x4xf32>) -> memref<4xf32> {
  // CHECK: linalg.add
  // CHECK: linalg.add
  // CHECK: memref.alloc() : memref<4xf32>
  %b = memref.alloc() : memref<8x4xf32>
  linalg.add ins(%a, %a : memref<8x4xf32>, memref<8x4xf32>) outs(%b : memref<8x4xf32>)
  linalg.add ins(%a, %a : memref<8x4xf32>, memref<8x4xf32>) outs(%a : memref<8x4xf32>)
  %t = memref.alloc() : memref<4xf32>
  return %t : memref<4xf32>
}

// -----

// A write inside a loop, through a view.
// CHECK-LABEL: func.func @nested_write
func.func @nested_write(%w: memref<8x4xf32> {emb.written}, %n: index) -> memref<?xf32> {
  // CHECK: memref.alloc
  // CHECK: scf.for
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    %row = memref.subview %w[%i, 0] [1, 4] [1, 1] : memref<8x4xf32> to memref<4xf32, strided<[1], offset: ?>>
    linalg.fill ins(%z : f32) outs(%row : memref<4xf32, strided<[1], offset: ?>>)
  }
  %t = memref.alloc(%n) : memref<?xf32>
  return %t : memref<?xf32>
}

// Out of a branch too: it runs at most once.
// CHECK-LABEL: func.func @branch
// CHECK-SAME: %[[W:[^ :]*]]: memref<8x4xf32> {emb.written}, %[[C:[^ :]*]]: i1, %[[A:[^ :]*]]: memref<?xf32>
func.func @branch(%w: memref<8x4xf32> {emb.written}, %c: i1, %a: memref<?xf32>) {
  // CHECK: memref.alloc(%{{.*}}) : memref<?xf32>
  // CHECK: linalg.add
  // CHECK: scf.if
  // CHECK-NOT: memref.alloc
  linalg.add ins(%w, %w : memref<8x4xf32>, memref<8x4xf32>) outs(%w : memref<8x4xf32>)
  scf.if %c {
    %c0 = arith.constant 0 : index
    %n = memref.dim %a, %c0 : memref<?xf32>
    %t = memref.alloc(%n) : memref<?xf32>
    memref.copy %a, %t : memref<?xf32> to memref<?xf32>
  }
  return
}

// -----

// Memory that a loop carries, or a branch returns, is that of allocations.
// CHECK-LABEL: func.func @carried
func.func @carried(%w: memref<4xf32> {emb.written}, %a: memref<4xf32>, %c: i1, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %b = memref.alloc() : memref<4xf32>
  // CHECK: scf.for
  // CHECK-NEXT: memref.alloc
  %d = scf.for %i = %c0 to %n step %c1 iter_args(%x = %b) -> memref<4xf32> {
    %t = memref.alloc() : memref<4xf32>
    memref.copy %x, %t : memref<4xf32> to memref<4xf32>
    linalg.add ins(%a, %a : memref<4xf32>, memref<4xf32>) outs(%x : memref<4xf32>)
    scf.yield %t : memref<4xf32>
  }
  %e = scf.if %c -> memref<4xf32> {
    scf.yield %d : memref<4xf32>
  } else {
    scf.yield %b : memref<4xf32>
  }
  linalg.add ins(%a, %a : memref<4xf32>, memref<4xf32>) outs(%e : memref<4xf32>)
  memref.copy %e, %w : memref<4xf32> to memref<4xf32>
  return
}

// Unless it may be the argument.
// CHECK-LABEL: func.func @carried_argument
func.func @carried_argument(%w: memref<4xf32> {emb.written}, %a: memref<4xf32>, %n: index) -> memref<4xf32> {
  // CHECK: memref.alloc() : memref<4xf32>
  // CHECK: scf.for
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 iter_args(%x = %w) -> memref<4xf32> {
    linalg.add ins(%a, %a : memref<4xf32>, memref<4xf32>) outs(%x : memref<4xf32>)
    scf.yield %x : memref<4xf32>
  }
  %t = memref.alloc() : memref<4xf32>
  return %t : memref<4xf32>
}
