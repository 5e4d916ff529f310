// RUN: emb-opt %s --emb-convert-entry-points --split-input-file | FileCheck %s

// A table, indices and a scalar; a fresh result.

!table = memref<?x8xf32, strided<[?, 1], offset: ?>>
!ids = memref<?xi64, strided<[1], offset: ?>>

// CHECK-LABEL: func.func @f(
// CHECK-SAME:    %[[CONTEXT:.*]]: !llvm.ptr, %[[ARGS:.*]]: !llvm.ptr) -> i32
// CHECK-SAME:    emb.arguments = [{name = "w", type = tensor<?x8xf32>, written}, {name = "ids", type = tensor<?xi64>}, {type = f32}]
// CHECK-SAME:    emb.results = [{type = tensor<?x8xf32>}, {type = f32}]
func.func @f(%w: !table {emb.name = "w", emb.written}, %i: !ids {emb.name = "ids"}, %x: f32)
    -> (memref<?x8xf32>, f32) {
  // CHECK:      %[[P0:.*]] = llvm.load %[[ARGS]] : !llvm.ptr -> !llvm.ptr
  // CHECK-NEXT: %[[D0:.*]] = llvm.load %[[P0]] : !llvm.ptr -> !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>
  // CHECK-NEXT: %[[W:.*]] = builtin.unrealized_conversion_cast %[[D0]] : {{.*}} to memref<?x8xf32, strided<[?, 1], offset: ?>>
  // CHECK-NEXT: %[[A1:.*]] = llvm.getelementptr %[[ARGS]][1] : (!llvm.ptr) -> !llvm.ptr, !llvm.ptr
  // CHECK-NEXT: %[[P1:.*]] = llvm.load %[[A1]]
  // CHECK-NEXT: %[[D1:.*]] = llvm.load %[[P1]] : !llvm.ptr -> !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
  // CHECK-NEXT: %[[IDS:.*]] = builtin.unrealized_conversion_cast %[[D1]] : {{.*}} to memref<?xi64, strided<[1], offset: ?>>
  // CHECK-NEXT: %[[A2:.*]] = llvm.getelementptr %[[ARGS]][2]
  // CHECK-NEXT: %[[P2:.*]] = llvm.load %[[A2]]
  // CHECK-NEXT: %[[X:.*]] = llvm.load %[[P2]] : !llvm.ptr -> f32
  // CHECK:      memref.dim %[[IDS]]
  // CHECK:      memref.store %[[X]], %[[W]]
  %c0 = arith.constant 0 : index
  %n = memref.dim %i, %c0 : !ids
  memref.store %x, %w[%c0, %c0] : !table
  // CHECK:      %[[M:.*]] = memref.alloc
  %m = memref.alloc(%n) : memref<?x8xf32>
  // CHECK:      %[[A3:.*]] = llvm.getelementptr %[[ARGS]][3]
  // CHECK-NEXT: %[[P3:.*]] = llvm.load %[[A3]]
  // CHECK-NEXT: %[[D3:.*]] = builtin.unrealized_conversion_cast %[[M]]
  // CHECK-NEXT: llvm.store %[[D3]], %[[P3]]
  // CHECK-NEXT: %[[A4:.*]] = llvm.getelementptr %[[ARGS]][4]
  // CHECK-NEXT: %[[P4:.*]] = llvm.load %[[A4]]
  // CHECK-NEXT: llvm.store %[[X]], %[[P4]] : f32
  // CHECK-NEXT: %[[OK:.*]] = llvm.mlir.constant(0 : i32)
  // CHECK-NEXT: return %[[OK]] : i32
  return %m, %x : memref<?x8xf32>, f32
}

// -----

// i1 takes a byte, index is i64; arguments that are not used are not read.

// CHECK-LABEL: func.func @scalars(
// CHECK-SAME:    %{{.*}}: !llvm.ptr, %[[ARGS:.*]]: !llvm.ptr) -> i32
// CHECK-SAME:    emb.arguments = [{type = i1}, {type = f64}, {type = index}]
// CHECK-SAME:    emb.results = [{type = i1}, {type = index}]
func.func @scalars(%b: i1, %unused: f64, %n: index) -> (i1, index) {
  // CHECK-NEXT: %[[P0:.*]] = llvm.load %[[ARGS]]
  // CHECK-NEXT: %[[BYTE:.*]] = llvm.load %[[P0]] : !llvm.ptr -> i8
  // CHECK-NEXT: %[[ZERO:.*]] = llvm.mlir.constant(0 : i8)
  // CHECK-NEXT: %[[B:.*]] = llvm.icmp "ne" %[[BYTE]], %[[ZERO]] : i8
  // CHECK-NEXT: %[[A2:.*]] = llvm.getelementptr %[[ARGS]][2]
  // CHECK-NEXT: %[[P2:.*]] = llvm.load %[[A2]]
  // CHECK-NEXT: %[[I:.*]] = llvm.load %[[P2]] : !llvm.ptr -> i64
  // CHECK-NEXT: %[[N:.*]] = builtin.unrealized_conversion_cast %[[I]] : i64 to index
  // CHECK:      %[[EXTENDED:.*]] = llvm.zext %[[B]] : i1 to i8
  // CHECK-NEXT: llvm.store %[[EXTENDED]], %{{.*}} : i8
  // CHECK:      %[[OUT:.*]] = builtin.unrealized_conversion_cast %[[N]] : index to i64
  // CHECK-NEXT: llvm.store %[[OUT]], %{{.*}} : i64
  return %b, %n : i1, index
}

// -----

// A rank-0 argument, and a result that is a view of an argument.

// CHECK-LABEL: func.func @views
// CHECK:         llvm.load %{{.*}} : !llvm.ptr -> !llvm.struct<(ptr, ptr, i64)>
// CHECK:         memref.subview
// CHECK:         llvm.store %{{.*}} : !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
func.func @views(%a: memref<f32, strided<[], offset: ?>>, %w: memref<4x8xf32, strided<[?, 1], offset: ?>>)
    -> (f32, memref<8xf32, strided<[1], offset: ?>>) {
  %x = memref.load %a[] : memref<f32, strided<[], offset: ?>>
  %v = memref.subview %w[2, 0] [1, 8] [1, 1]
    : memref<4x8xf32, strided<[?, 1], offset: ?>> to memref<8xf32, strided<[1], offset: ?>>
  return %x, %v : f32, memref<8xf32, strided<[1], offset: ?>>
}

// -----

// Each return stores the results and gives the status.

// CHECK-LABEL: func.func @returns
// CHECK:         cf.cond_br
// CHECK:         llvm.store {{.*}} : i32
// CHECK:         return %{{.*}} : i32
// CHECK:         llvm.store {{.*}} : i32
// CHECK:         return %{{.*}} : i32
func.func @returns(%b: i1, %x: i32, %y: i32) -> i32 {
  cf.cond_br %b, ^bb1, ^bb2
^bb1:
  return %x : i32
^bb2:
  return %y : i32
}

// -----

// Private functions that were inlined disappear, as do declarations, and what
// is an entry point already stays.

// CHECK-NOT:   @helper
// CHECK-NOT:   @declared
// CHECK:       func.func @entry(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) -> i32
// CHECK-NEXT:    %[[STATUS:.*]] = arith.constant 7
// CHECK-NEXT:    return %[[STATUS]]
// CHECK-NOT:   @other
func.func private @declared()
func.func private @helper() {
  call @other() : () -> ()
  call @declared() : () -> ()
  return
}
func.func @entry(%context: !llvm.ptr, %args: !llvm.ptr) -> i32 attributes {emb.arguments = [], emb.results = []} {
  %c7 = arith.constant 7 : i32
  return %c7 : i32
}
func.func private @other() {
  call @helper() : () -> ()
  return
}

// -----

// CHECK:       func.func @strided(
// CHECK-SAME:    emb.arguments = [{strided, type = tensor<4x?xf32>}]
func.func @strided(%w: memref<4x?xf32, strided<[?, ?], offset: ?>> {emb.strided}) {
  return
}
