// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-limit-unrolling))' --remarks-filter=emb-limit-unrolling --remark-format=emitRemark 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: emb-opt %s --emb-to-llvm | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | FileCheck %s --check-prefix=LLVM

// Loops that ask for copies get them, unless they are short.

// CHECK: #[[$TWICE:.*]] = #llvm.loop_unroll<disable = false, count = 2 : i32>
// CHECK: #[[$LOOP:.*]] = #llvm.loop_annotation<unroll = #[[$TWICE]]>

// CHECK-LABEL: func.func @copies(
// CHECK:         scf.for
// CHECK:         } {loop_annotation = #[[$LOOP]]}
// CHECK-NEXT:    scf.for
// CHECK-NOT:     loop_annotation
// CHECK:         return
// REMARK: remark: [Analysis] UnrollingLimited | Category:emb-limit-unrolling | Function=copies | KeptLoops=0, MaxTrips=8, ShortLoops=1, UnrolledLoops=1

// LLVM: !{!"llvm.loop.unroll.count", i32 2}
func.func @copies(%x: memref<?xf32, strided<[1], offset: ?>> {emb.name = "x"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %n = memref.dim %x, %c0 : memref<?xf32, strided<[1], offset: ?>>
  scf.for %i = %c0 to %n step %c1 {
    memref.store %zero, %x[%i] : memref<?xf32, strided<[1], offset: ?>>
  } {emb.unroll = 2 : i64}
  scf.for %i = %c0 to %c8 step %c1 {
    memref.store %zero, %x[%i] : memref<?xf32, strided<[1], offset: ?>>
  } {emb.unroll = 2 : i64}
  return
}
