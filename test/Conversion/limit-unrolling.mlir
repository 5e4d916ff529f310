// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-limit-unrolling))' --remarks-filter=emb-limit-unrolling --remark-format=emitRemark 2>%t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.remarks
// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-limit-unrolling{max-trips=64}))' | FileCheck %s --check-prefix=LONG
// RUN: emb-opt %s --emb-to-llvm | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | FileCheck %s --check-prefix=LLVM

// CHECK: #[[$UNROLL:.*]] = #llvm.loop_unroll<disable = true>
// CHECK: #[[$VECTORIZE:.*]] = #llvm.loop_vectorize<disable = true>
// CHECK: #[[$LOOP:.*]] = #llvm.loop_annotation<unroll = #[[$UNROLL]]>
// CHECK: #[[$NEST:.*]] = #llvm.loop_annotation<vectorize = #[[$VECTORIZE]], unroll = #[[$UNROLL]]>

// CHECK-LABEL: func.func @rows(
// CHECK:         scf.for {{.*}} to %{{.*}} step %c1{{.*}} {
// CHECK:           scf.for {{.*}} to %c64{{.*}} {
// CHECK:           } {loop_annotation = #[[$LOOP]]}
// Eight iterations or less.
// CHECK-NEXT:      scf.for {{.*}} to %c64{{.*}} step %c8{{.*}} {
// CHECK:           }
// CHECK-NOT:       loop_annotation
// A loop around others.
// CHECK:         } {loop_annotation = #[[$NEST]]}
// CHECK-NOT:     loop_annotation
// CHECK:         return
// LONG-COUNT-1:  } {loop_annotation = #
// LONG-NOT:      } {loop_annotation = #
// REMARK: remark: [Analysis] UnrollingLimited | Category:emb-limit-unrolling | Function=rows | KeptLoops=2, MaxTrips=8, ShortLoops=1, UnrolledLoops=0

// LLVM-COUNT-2: br {{.*}}, !llvm.loop
// LLVM-NOT:     !llvm.loop
// LLVM:         !{!"llvm.loop.unroll.disable"}
func.func @rows(%x: memref<?x64xf32, strided<[?, 1], offset: ?>> {emb.name = "x"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0.0 : f32
  %zeros = arith.constant dense<1.0> : vector<4xf32>
  %n = memref.dim %x, %c0 : memref<?x64xf32, strided<[?, 1], offset: ?>>
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %c64 step %c1 {
      memref.store %zero, %x[%i, %j] : memref<?x64xf32, strided<[?, 1], offset: ?>>
    }
    scf.for %j = %c0 to %c64 step %c8 {
      vector.store %zeros, %x[%i, %j] : memref<?x64xf32, strided<[?, 1], offset: ?>>, vector<4xf32>
    }
  }
  return
}
