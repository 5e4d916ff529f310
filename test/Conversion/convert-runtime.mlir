// RUN: emb-opt %s --emb-convert-runtime --split-input-file | FileCheck %s

// Entry points look at the context first; a failed check leaves the function.

!ids = memref<?x?xi32, strided<[?, 1], offset: ?>>

// CHECK-DAG:   llvm.func @embCheckContext(!llvm.ptr, i32) -> i32 attributes {no_unwind, will_return}
// CHECK-DAG:   llvm.func @embCheckIndices(!llvm.ptr, !llvm.ptr, i32, i64, !llvm.ptr, i64) -> i32
// CHECK-DAG:   llvm.mlir.global internal unnamed_addr constant @[[$LABEL:.*]]("emb.gather: indices (argument 1 'ids')\00")
// CHECK-LABEL: func.func @indices(
// CHECK-SAME:    %[[CONTEXT:[^:]*]]: !llvm.ptr, %[[ARGS:[^:]*]]: !llvm.ptr, %[[IDS:[^:]*]]: memref<{{.*}}>, %[[BOUND:[^:]*]]: index)
// CHECK:         %[[SLOT:.*]] = llvm.alloca %{{.*}} x !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>
// CHECK:         %[[VERSION:.*]] = llvm.mlir.constant(3 : i32)
// CHECK:         %[[MATCHES:.*]] = llvm.call @embCheckContext(%[[CONTEXT]], %[[VERSION]])
// CHECK:         cf.cond_br %{{.*}} weights([1048576, 1]), ^[[BODY:.*]], ^[[FAILED:.*]](%[[MATCHES]] : i32)
// CHECK:       ^[[BODY]]:
// CHECK:         %[[TEXT:.*]] = llvm.mlir.addressof @[[$LABEL]]
// CHECK-NEXT:    %[[BITS:.*]] = llvm.mlir.constant(32 : i32)
// CHECK-NEXT:    %[[RANK:.*]] = llvm.mlir.constant(2 : i64)
// CHECK-NEXT:    %[[DESCRIPTOR:.*]] = builtin.unrealized_conversion_cast %[[IDS]]
// CHECK-NEXT:    llvm.store %[[DESCRIPTOR]], %[[SLOT]]
// CHECK-NEXT:    %[[N:.*]] = arith.index_cast %[[BOUND]] : index to i64
// CHECK-NEXT:    %[[STATUS:.*]] = llvm.call @embCheckIndices(%[[CONTEXT]], %[[TEXT]], %[[BITS]], %[[RANK]], %[[SLOT]], %[[N]])
// CHECK-NEXT:    %[[ZERO:.*]] = llvm.mlir.constant(0 : i32)
// CHECK-NEXT:    %[[OK:.*]] = llvm.icmp "eq" %[[STATUS]], %[[ZERO]]
// CHECK-NEXT:    cf.cond_br %[[OK]] weights([1048576, 1]), ^[[REST:.*]], ^[[FAILED]](%[[STATUS]] : i32)
// CHECK:       ^[[REST]]:
// CHECK-NEXT:    memref.store
// CHECK:       ^[[FAILED]](%[[RESULT:.*]]: i32):
// CHECK-NEXT:    return %[[RESULT]]
func.func @indices(%context: !llvm.ptr, %args: !llvm.ptr, %ids: !ids, %n: index) -> i32 attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %ok = arith.constant 0 : i32
  emb.check_indices %ids, %n label "emb.gather: indices (argument 1 'ids')" : !ids
  memref.store %ok, %ids[%c0, %c0] : !ids
  return %ok : i32
}

// -----

!offsets = memref<?xi64, strided<[1], offset: ?>>

// CHECK-LABEL: func.func @offsets(
// CHECK-SAME:    %[[CONTEXT:[^:]*]]: !llvm.ptr
// CHECK:         llvm.mlir.addressof
// CHECK-NEXT:    %[[BITS:.*]] = llvm.mlir.constant(64 : i32)
// CHECK-NEXT:    %[[RANK:.*]] = llvm.mlir.constant(1 : i64)
// CHECK:         %[[NOT_LAST:.*]] = llvm.mlir.constant(0 : i32)
// CHECK-NEXT:    llvm.call @embCheckOffsets(%[[CONTEXT]], %{{.*}}, %[[BITS]], %[[RANK]], %{{.*}}, %{{.*}}, %[[NOT_LAST]])
// CHECK:         %[[LAST:.*]] = llvm.mlir.constant(1 : i32)
// CHECK-NEXT:    llvm.call @embCheckOffsets(%[[CONTEXT]], %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %[[LAST]])
func.func @offsets(%context: !llvm.ptr, %args: !llvm.ptr, %o: !offsets, %n: index) -> i32 attributes {emb.arguments = []} {
  %ok = arith.constant 0 : i32
  emb.check_offsets %o, %n label "emb.bag: offsets" : !offsets
  emb.check_offsets %o, %n label "emb.bag: offsets" {include_last_offset} : !offsets
  return %ok : i32
}

// -----

// What is equal, or holds, costs no call. The same text is there once.

// CHECK-COUNT-1: ("same\00")
// CHECK-NOT:     ("same\00")
// CHECK-LABEL: func.func @equal(
// CHECK-SAME:    %[[CONTEXT:[^:]*]]: !llvm.ptr, %{{[^:]*}}: !llvm.ptr, %[[A:[^:]*]]: index, %[[B:[^:]*]]: index, %[[FLAG:[^:]*]]: i1)
// CHECK-DAG:     %[[FOUND:.*]] = arith.index_cast %[[A]]
// CHECK-DAG:     %[[EXPECTED:.*]] = arith.index_cast %[[B]]
// CHECK:         %[[EQUAL:.*]] = llvm.icmp "eq" %[[FOUND]], %[[EXPECTED]]
// CHECK:         cf.cond_br %[[EQUAL]] weights([1048576, 1]), ^[[REST:.*]], ^[[UNEQUAL:.*]]
// CHECK:       ^[[REST]]:
// CHECK:         cf.cond_br %[[FLAG]] weights([1048576, 1]), ^[[END:.*]], ^[[VIOLATED:.*]]
// CHECK:       ^[[END]]:
// CHECK-NEXT:    return
// CHECK:       ^[[FAILED:bb[0-9]+]](%{{.*}}: i32):
// CHECK:       ^[[UNEQUAL]]:
// CHECK:         %[[STATUS:.*]] = llvm.call @embCheckEqual(%[[CONTEXT]], %{{.*}}, %[[FOUND]], %[[EXPECTED]])
// CHECK-NEXT:    cf.br ^[[FAILED]](%[[STATUS]] : i32)
// CHECK:       ^[[VIOLATED]]:
// CHECK:         %[[INVALID:.*]] = llvm.mlir.constant(1 : i32)
// CHECK:         %[[STATUS2:.*]] = llvm.call @embFail(%[[CONTEXT]], %[[INVALID]], %{{.*}})
// CHECK-NEXT:    cf.br ^[[FAILED]](%[[STATUS2]] : i32)
func.func @equal(%context: !llvm.ptr, %args: !llvm.ptr, %a: index, %b: index, %flag: i1) -> i32 attributes {emb.arguments = []} {
  %ok = arith.constant 0 : i32
  emb.check_equal %a, %b label "same"
  cf.assert %flag, "same"
  return %ok : i32
}

// -----

// A buffer is memory of the context; sizes that overflow are refused there.

// CHECK-DAG:   llvm.func @embAlloc(!llvm.ptr, i64) -> (!llvm.ptr {llvm.align = 64 : i64, llvm.noalias})
// CHECK-LABEL: func.func @alloc(
// CHECK-SAME:    %[[CONTEXT:[^:]*]]: !llvm.ptr, %{{[^:]*}}: !llvm.ptr, %[[N:[^:]*]]: index, %[[M:[^:]*]]: index)
// CHECK-DAG:     %[[REFUSED:.*]] = llvm.mlir.constant(-1 : i64)
// CHECK-DAG:     %[[KNOWN:.*]] = llvm.mlir.constant(6 : i64)
// CHECK:         %[[N64:.*]] = arith.index_cast %[[N]]
// CHECK:         %[[P0:.*]] = "llvm.intr.umul.with.overflow"(%[[KNOWN]], %[[N64]])
// CHECK-NEXT:    %[[B0:.*]] = llvm.extractvalue %[[P0]][0]
// CHECK-NEXT:    %[[O0:.*]] = llvm.extractvalue %[[P0]][1]
// CHECK-NEXT:    %[[M64:.*]] = arith.index_cast %[[M]]
// CHECK-NEXT:    %[[P1:.*]] = "llvm.intr.umul.with.overflow"(%[[B0]], %[[M64]])
// CHECK-NEXT:    %[[B1:.*]] = llvm.extractvalue %[[P1]][0]
// CHECK-NEXT:    %[[O1:.*]] = llvm.extractvalue %[[P1]][1]
// CHECK-NEXT:    %[[OVERFLOW:.*]] = llvm.or %[[O0]], %[[O1]]
// CHECK-NEXT:    %[[BYTES:.*]] = llvm.select %[[OVERFLOW]], %[[REFUSED]], %[[B1]]
// CHECK-NEXT:    %[[MEMORY:.*]] = llvm.call @embAlloc(%[[CONTEXT]], %[[BYTES]])
// CHECK:         %[[HAD:.*]] = llvm.icmp "ne" %[[MEMORY]],
// CHECK:         %[[OUT_OF_MEMORY:.*]] = llvm.mlir.constant(3 : i32)
// CHECK:         cf.cond_br %[[HAD]] weights([1048576, 1]), ^[[REST:.*]], ^{{.*}}(%[[OUT_OF_MEMORY]] : i32)
// CHECK:       ^[[REST]]:
// CHECK:         llvm.insertvalue %[[MEMORY]], %{{.*}}[0]
// CHECK:         llvm.insertvalue %[[MEMORY]], %{{.*}}[1]
// CHECK:         %[[S2:.*]] = llvm.mlir.constant(1 : i64)
// CHECK:         llvm.insertvalue %{{.*}}, %{{.*}}[3, 2]
// CHECK:         llvm.insertvalue %[[S2]], %{{.*}}[4, 2]
// CHECK:         %[[S1:.*]] = llvm.mul %[[S2]],
// CHECK:         llvm.insertvalue %{{.*}}, %{{.*}}[3, 1]
// CHECK:         llvm.insertvalue %[[S1]], %{{.*}}[4, 1]
// CHECK:         %[[S0:.*]] = llvm.mul %[[S1]],
// CHECK:         llvm.insertvalue %{{.*}}, %{{.*}}[3, 0]
// CHECK:         %[[DESCRIPTOR:.*]] = llvm.insertvalue %[[S0]], %{{.*}}[4, 0]
// CHECK:         %[[BUFFER:.*]] = builtin.unrealized_conversion_cast %[[DESCRIPTOR]] : {{.*}} to memref<?x3x?xbf16>
// CHECK-NEXT:    memref.load %[[BUFFER]]
// CHECK-NOT:     memref.dealloc
func.func @alloc(%context: !llvm.ptr, %args: !llvm.ptr, %n: index, %m: index) -> i32 attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %ok = arith.constant 0 : i32
  %b = memref.alloc(%n, %m) {alignment = 64 : i64} : memref<?x3x?xbf16>
  %x = memref.load %b[%c0, %c0, %c0] : memref<?x3x?xbf16>
  memref.dealloc %b : memref<?x3x?xbf16>
  return %ok : i32
}

// -----

// CHECK-LABEL: func.func @static_alloc
// CHECK:         %[[BYTES:.*]] = llvm.mlir.constant(48 : i64)
// CHECK:         llvm.call @embAlloc(%{{.*}}, %[[BYTES]])
// CHECK:         %[[TOO_MANY:.*]] = llvm.mlir.constant(-1 : i64)
// CHECK:         llvm.call @embAlloc(%{{.*}}, %[[TOO_MANY]])
func.func @static_alloc(%context: !llvm.ptr, %args: !llvm.ptr) -> i32 attributes {emb.arguments = []} {
  %ok = arith.constant 0 : i32
  %b = memref.alloc() : memref<2x3xindex>
  %c = memref.alloc() : memref<4611686018427387904x4xf32>
  return %ok : i32
}

// -----

!a = memref<?x?xi32, strided<[?, 1], offset: ?>>
!b = memref<i64, strided<[], offset: ?>>
!positions = memref<?xi32, strided<[1], offset: ?>>

// CHECK-LABEL: func.func @group(
// CHECK-SAME:    %[[CONTEXT:[^:]*]]: !llvm.ptr, %{{[^:]*}}: !llvm.ptr, %[[A:[^:]*]]: memref<?x?xi32{{.*}}, %[[B:[^:]*]]: memref<i64
// CHECK:         %[[COUNT:.*]] = llvm.alloca %{{.*}} x i64
// CHECK:         %[[SLOT_B:.*]] = llvm.alloca %{{.*}} x !llvm.struct<(ptr, ptr, i64)>
// CHECK:         %[[SLOT_A:.*]] = llvm.alloca %{{.*}} x !llvm.struct<(ptr, ptr, i64, array<2 x i64>, array<2 x i64>)>
// CHECK:         %[[SOURCES:.*]] = llvm.alloca %{{.*}} x !llvm.array<2 x struct<(ptr, i32, i32, i64, ptr, i32, i32)>>
// CHECK:         llvm.call @embCheckContext
// CHECK:         %[[NONE_A:.*]] = llvm.mlir.constant(-1 : i64)
// CHECK:         llvm.store %{{.*}}, %[[SLOT_A]]
// CHECK-NEXT:    %[[RANK_A:.*]] = llvm.mlir.constant(2 : i32)
// CHECK-NEXT:    %[[BITS_A:.*]] = llvm.mlir.constant(32 : i32)
// CHECK-NEXT:    %[[NO_OFFSETS:.*]] = llvm.mlir.zero : !llvm.ptr
// CHECK-NEXT:    %[[OCCURRENCES:.*]] = llvm.mlir.constant(0 : i32)
// CHECK-NEXT:    %[[NO_BITS:.*]] = llvm.mlir.constant(0 : i32)
// CHECK-NEXT:    %[[F0:.*]] = llvm.getelementptr %[[SOURCES]][0, 0]
// CHECK-NEXT:    llvm.store %[[SLOT_A]], %[[F0]]
// CHECK-NEXT:    %[[F1:.*]] = llvm.getelementptr %[[SOURCES]][0, 1]
// CHECK-NEXT:    llvm.store %[[RANK_A]], %[[F1]]
// CHECK-NEXT:    %[[F2:.*]] = llvm.getelementptr %[[SOURCES]][0, 2]
// CHECK-NEXT:    llvm.store %[[BITS_A]], %[[F2]]
// CHECK-NEXT:    %[[F3:.*]] = llvm.getelementptr %[[SOURCES]][0, 3]
// CHECK-NEXT:    llvm.store %[[NONE_A]], %[[F3]]
// CHECK-NEXT:    %[[F5:.*]] = llvm.getelementptr %[[SOURCES]][0, 4]
// CHECK-NEXT:    llvm.store %[[NO_OFFSETS]], %[[F5]]
// CHECK-NEXT:    %[[F6:.*]] = llvm.getelementptr %[[SOURCES]][0, 5]
// CHECK-NEXT:    llvm.store %[[OCCURRENCES]], %[[F6]]
// CHECK-NEXT:    %[[F7:.*]] = llvm.getelementptr %[[SOURCES]][0, 6]
// CHECK-NEXT:    llvm.store %[[NO_BITS]], %[[F7]]
// CHECK:         llvm.store %{{.*}}, %[[SLOT_B]]
// CHECK-NEXT:    %[[RANK_B:.*]] = llvm.mlir.constant(0 : i32)
// CHECK-NEXT:    %[[BITS_B:.*]] = llvm.mlir.constant(64 : i32)
// CHECK:         %[[F4:.*]] = llvm.getelementptr %[[SOURCES]][1, 0]
// CHECK-NEXT:    llvm.store %[[SLOT_B]], %[[F4]]
// CHECK:         llvm.store %[[RANK_B]]
// CHECK:         llvm.store %[[BITS_B]]
// CHECK:         %[[TWO:.*]] = llvm.mlir.constant(2 : i32)
// CHECK:         %[[ROWS_BITS:.*]] = llvm.mlir.constant(64 : i32)
// CHECK:         %[[ROWS:.*]] = llvm.extractvalue
// CHECK:         %[[BOUNDS_BITS:.*]] = llvm.mlir.constant(32 : i32)
// CHECK:         %[[BOUNDS:.*]] = llvm.extractvalue
// CHECK:         %[[POSITIONS_BITS:.*]] = llvm.mlir.constant(32 : i32)
// The buffer of an argument starts at its offset.
// CHECK:         %[[POSITIONS:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, i32
// CHECK-NEXT:    llvm.call @embGroup(%[[CONTEXT]], %[[TWO]], %[[SOURCES]], %[[ROWS_BITS]], %[[ROWS]], %[[BOUNDS_BITS]], %[[BOUNDS]], %[[POSITIONS_BITS]], %[[POSITIONS]], %[[COUNT]])
// CHECK:         %[[I64:.*]] = llvm.load %[[COUNT]] : !llvm.ptr -> i64
// CHECK-NEXT:    %[[INDEX:.*]] = arith.index_cast %[[I64]] : i64 to index
// CHECK-NEXT:    memref.store %{{.*}}, %{{.*}}[%[[INDEX]]]
func.func @group(%context: !llvm.ptr, %args: !llvm.ptr, %a: !a, %b: !b, %rows: memref<?xi64>, %bounds: memref<?xi32>,
                 %positions: !positions) -> i32 attributes {emb.arguments = []} {
  %ok = arith.constant 0 : i32
  %count = emb.group(%a, %b : !a, !b) outs(%rows, %bounds, %positions : memref<?xi64>, memref<?xi32>, !positions)
  memref.store %ok, %bounds[%count] : memref<?xi32>
  return %ok : i32
}

// -----

// Each source has its padding row.

// CHECK-LABEL: func.func @group_padding(
// CHECK-SAME:    %{{[^:]*}}: !llvm.ptr, %{{[^:]*}}: !llvm.ptr, %[[P:[^:]*]]: index, %[[Q:[^:]*]]: index,
// CHECK:         %[[SOURCES:.*]] = llvm.alloca %{{.*}} x !llvm.array<2 x struct<(ptr, i32, i32, i64, ptr, i32, i32)>>
// CHECK:         %[[P64:.*]] = arith.index_cast %[[P]] : index to i64
// CHECK:         %[[P_FIELD:.*]] = llvm.getelementptr %[[SOURCES]][0, 3]
// CHECK-NEXT:    llvm.store %[[P64]], %[[P_FIELD]]
// CHECK:         %[[Q64:.*]] = arith.index_cast %[[Q]] : index to i64
// CHECK:         %[[Q_FIELD:.*]] = llvm.getelementptr %[[SOURCES]][1, 3]
// CHECK-NEXT:    llvm.store %[[Q64]], %[[Q_FIELD]]
// CHECK:         llvm.call @embGroup
func.func @group_padding(%context: !llvm.ptr, %args: !llvm.ptr, %p: index, %q: index, %a: memref<?xi32>, %b: memref<?xi64>,
                         %rows: memref<?xi64>, %bounds: memref<?xi32>, %positions: memref<?xi32>) -> i32 attributes {emb.arguments = []} {
  %ok = arith.constant 0 : i32
  %count = emb.group(%a, %b : memref<?xi32>, memref<?xi64>) padding(%p, %q)
      outs(%rows, %bounds, %positions : memref<?xi64>, memref<?xi32>, memref<?xi32>)
  memref.store %ok, %bounds[%count] : memref<?xi32>
  return %ok : i32
}

// -----

// Positions that are rows of the indices, or the bags of offsets.

// CHECK-LABEL: func.func @group_by_row(
// CHECK:         llvm.mlir.zero : !llvm.ptr
// CHECK:         %[[ROWS:.*]] = llvm.mlir.constant(1 : i32)
// CHECK:         %[[FIELD:.*]] = llvm.getelementptr %{{.*}}[0, 5]
// CHECK-NEXT:    llvm.store %[[ROWS]], %[[FIELD]]
// CHECK:         llvm.call @embGroup
func.func @group_by_row(%context: !llvm.ptr, %args: !llvm.ptr, %a: memref<?x?xi32>,
                        %rows: memref<?xi64>, %bounds: memref<?xi32>, %positions: memref<?xi32>) -> i32 attributes {emb.arguments = []} {
  %ok = arith.constant 0 : i32
  %count = emb.group(%a : memref<?x?xi32>) outs(%rows, %bounds, %positions : memref<?xi64>, memref<?xi32>, memref<?xi32>) {by_bag}
  memref.store %ok, %bounds[%count] : memref<?xi32>
  return %ok : i32
}

// -----

// CHECK-LABEL: func.func @group_by_offsets(
// CHECK:         %[[OFFSETS:.*]] = llvm.alloca %{{.*}} x !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
// CHECK:         %[[INDICES:.*]] = llvm.alloca %{{.*}} x !llvm.struct<(ptr, ptr, i64, array<1 x i64>, array<1 x i64>)>
// CHECK:         llvm.store %{{.*}}, %[[INDICES]]
// CHECK:         llvm.store %{{.*}}, %[[OFFSETS]]
// CHECK-NEXT:    %[[BAGS:.*]] = llvm.mlir.constant(2 : i32)
// CHECK-NEXT:    %[[BITS:.*]] = llvm.mlir.constant(64 : i32)
// CHECK:         %[[F4:.*]] = llvm.getelementptr %{{.*}}[0, 4]
// CHECK-NEXT:    llvm.store %[[OFFSETS]], %[[F4]]
// CHECK:         %[[F5:.*]] = llvm.getelementptr %{{.*}}[0, 5]
// CHECK-NEXT:    llvm.store %[[BAGS]], %[[F5]]
// CHECK:         %[[F6:.*]] = llvm.getelementptr %{{.*}}[0, 6]
// CHECK-NEXT:    llvm.store %[[BITS]], %[[F6]]
// CHECK:         llvm.call @embGroup
func.func @group_by_offsets(%context: !llvm.ptr, %args: !llvm.ptr, %a: memref<?xi32>, %o: memref<?xi64, strided<[?], offset: ?>>,
                            %rows: memref<?xi64>, %bounds: memref<?xi32>, %positions: memref<?xi32>) -> i32 attributes {emb.arguments = []} {
  %ok = arith.constant 0 : i32
  %count = emb.group(%a : memref<?xi32>) offsets(%o : memref<?xi64, strided<[?], offset: ?>>)
      outs(%rows, %bounds, %positions : memref<?xi64>, memref<?xi32>, memref<?xi32>) {by_bag, include_last_offset}
  memref.store %ok, %bounds[%count] : memref<?xi32>
  return %ok : i32
}

// -----

// Slots are taken once per call, not once per iteration.

!ids = memref<?xi64, strided<[1], offset: ?>>

// CHECK-LABEL: func.func @in_loop
// CHECK:         llvm.alloca
// CHECK:         llvm.call @embCheckContext
// CHECK-NOT:     llvm.alloca
// CHECK:         llvm.call @embCheckIndices
func.func @in_loop(%context: !llvm.ptr, %args: !llvm.ptr, %ids: !ids, %n: index, %again: i1) -> i32 attributes {emb.arguments = []} {
  %ok = arith.constant 0 : i32
  cf.br ^bb1
^bb1:
  emb.check_indices %ids, %n label "emb.gather: indices" : !ids
  cf.cond_br %again, ^bb1, ^bb2
^bb2:
  return %ok : i32
}

// -----

// So are the function's own.

// CHECK-LABEL: func.func @stack
// CHECK-NEXT:    %[[FIRST:.*]] = memref.alloca() : memref<1xf32>
// CHECK-NEXT:    %[[SECOND:.*]] = memref.alloca() : memref<2xf32>
// CHECK:         llvm.call @embCheckContext
// CHECK:         memref.load %[[FIRST]]
// CHECK:         memref.load %[[SECOND]]
func.func @stack(%context: !llvm.ptr, %args: !llvm.ptr) -> i32 attributes {emb.arguments = []} {
  %c0 = arith.constant 0 : index
  %first = memref.alloca() : memref<1xf32>
  %second = memref.alloca() : memref<2xf32>
  %x = memref.load %first[%c0] : memref<1xf32>
  %y = memref.load %second[%c0] : memref<2xf32>
  %ok = arith.constant 0 : i32
  return %ok : i32
}

// -----

// CHECK-LABEL: func.func @no_entry_point
// CHECK-NEXT:    return
func.func @no_entry_point() {
  return
}

// -----

// Profiles: nothing can fail.

// CHECK-DAG:   llvm.func @embProfileBegin(!llvm.ptr, i32) attributes {no_unwind, will_return}
// CHECK-DAG:   llvm.func @embProfileEnd(!llvm.ptr, i32, i64) attributes {no_unwind, will_return}
// CHECK-LABEL: func.func @profile(
// CHECK-SAME:    %[[CONTEXT:[^:]*]]: !llvm.ptr, %[[ARGS:[^:]*]]: !llvm.ptr, %[[BYTES:[^:]*]]: index)
// CHECK:         %[[REGION:.*]] = llvm.mlir.constant(7 : i32)
// CHECK-NEXT:    llvm.call @embProfileBegin(%[[CONTEXT]], %[[REGION]])
// CHECK:         %[[AGAIN:.*]] = llvm.mlir.constant(7 : i32)
// CHECK-NEXT:    %[[N:.*]] = arith.index_cast %[[BYTES]] : index to i64
// CHECK-NEXT:    llvm.call @embProfileEnd(%[[CONTEXT]], %[[AGAIN]], %[[N]])
// CHECK-NEXT:    return
func.func @profile(%context: !llvm.ptr, %args: !llvm.ptr, %n: index) -> i32 attributes {emb.arguments = []} {
  %ok = arith.constant 0 : i32
  emb.profile_begin 7
  emb.profile_end 7 bytes %n
  return %ok : i32
}
