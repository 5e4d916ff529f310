// RUN: emb-opt %s --emb-to-llvm | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | opt -O3 -S -mtriple=x86_64-unknown-linux-gnu | FileCheck %s

// However the code is called and whatever the number of threads, the body of a
// parallel loop is there once: one thread runs the same function as several, an
// entry point has no wrapper that repeats it, and LLVM does not unroll it.

// CHECK-LABEL: define {{.*}}@rows(
// CHECK-NOT:     call void @llvm.prefetch
// CHECK:         call void {{.*}}@__kmpc_fork_call_if({{.*}} @rows..omp_par,
// CHECK-NOT:     call void @llvm.prefetch
// CHECK-LABEL: define internal void @rows..omp_par(
// CHECK-COUNT-1: call void @llvm.prefetch
// CHECK-NOT:     call void @llvm.prefetch
func.func @rows(%w: memref<?x32xf32, strided<[?, 1], offset: ?>> {emb.name = "w"},
                %ids: memref<?x?xi64, strided<[?, 1], offset: ?>> {emb.name = "ids"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = memref.dim %ids, %c0 : memref<?x?xi64, strided<[?, 1], offset: ?>>
  %m = memref.dim %ids, %c1 : memref<?x?xi64, strided<[?, 1], offset: ?>>
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    scf.for %j = %c0 to %m step %c1 {
      %id = memref.load %ids[%i, %j] : memref<?x?xi64, strided<[?, 1], offset: ?>>
      %row = arith.index_cast %id : i64 to index
      memref.prefetch %w[%row, %c0], read, locality<3>, data : memref<?x32xf32, strided<[?, 1], offset: ?>>
    }
    scf.reduce
  } {emb.work = 64 : i64}
  return
}
