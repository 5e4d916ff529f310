// RUN: emb-opt %s --emb-to-llvm | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | opt -O3 -S -mtriple=x86_64-unknown-linux-gnu -mcpu=x86-64-v3 | FileCheck %s

// However the code is called and whatever the number of threads, the body of a
// parallel loop is there once: one thread runs the same function as several, an
// entry point has no wrapper that repeats it, and LLVM does not unroll it.

// CHECK-LABEL: define {{.*}}@rows(
// CHECK-NOT:     fadd <16 x float>
// CHECK:         call void {{.*}}@__kmpc_fork_call_if({{.*}} @rows..omp_par,
// CHECK-NOT:     fadd <16 x float>
// CHECK-LABEL: define internal void @rows..omp_par(
// CHECK-COUNT-1: fadd <16 x float>
// CHECK-NOT:     fadd <16 x float>
func.func @rows(%w: memref<?x16xf32, strided<[?, 1], offset: ?>> {emb.name = "w"},
                %ids: memref<?x?xi64, strided<[?, 1], offset: ?>> {emb.name = "ids"},
                %sums: memref<?x16xf32, strided<[?, 1], offset: ?>> {emb.name = "sums"}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zeros = arith.constant dense<0.0> : vector<16xf32>
  %n = memref.dim %ids, %c0 : memref<?x?xi64, strided<[?, 1], offset: ?>>
  %m = memref.dim %ids, %c1 : memref<?x?xi64, strided<[?, 1], offset: ?>>
  scf.parallel (%i) = (%c0) to (%n) step (%c1) {
    %sum = scf.for %j = %c0 to %m step %c1 iter_args(%acc = %zeros) -> (vector<16xf32>) {
      %id = memref.load %ids[%i, %j] : memref<?x?xi64, strided<[?, 1], offset: ?>>
      %row = arith.index_cast %id : i64 to index
      %v = vector.load %w[%row, %c0] : memref<?x16xf32, strided<[?, 1], offset: ?>>, vector<16xf32>
      %next = arith.addf %acc, %v : vector<16xf32>
      scf.yield %next : vector<16xf32>
    }
    vector.store %sum, %sums[%i, %c0] : memref<?x16xf32, strided<[?, 1], offset: ?>>, vector<16xf32>
    scf.reduce
  } {emb.work = 64 : i64}
  return
}
