// RUN: emb-opt %s --emb-to-llvm -o %t
// RUN: FileCheck %s --check-prefix=DIALECT < %t
// RUN: mlir-translate --mlir-to-llvmir --allow-unregistered-dialect %t | FileCheck %s

// Nothing but the LLVM and OpenMP dialects is left, and it can be translated.

// DIALECT-NOT: {{(= |^ *)(affine|arith|builtin|call|cf|emb|func|index|math|memref|scf|ub|vector)[ .]}}

!table = memref<?x20xf32, strided<[?, 1], offset: ?>>
!halves = memref<?x16xf16, strided<[?, 1], offset: ?>>
!ids = memref<?xi64, strided<[1], offset: ?>>
!values = memref<?xf32, strided<[1], offset: ?>>

// CHECK-LABEL: define i32 @gather(ptr %0, ptr %1)
// CHECK:         call i32 @embCheckContext(ptr %0, i32 3)
// CHECK:         call i32 @embCheckIndices(
// CHECK:         call ptr @embAlloc(
// CHECK:         call void @__kmpc_push_num_threads(
// CHECK:         call void @__kmpc_fork_call_if({{.*}} @gather..omp_par,
// CHECK:         ret i32 0

// CHECK-LABEL: define internal void @gather..omp_par(
// CHECK:         call void @__kmpc_for_static_init_8u({{.*}}, i32 34,
// CHECK-DAG:     call void @llvm.prefetch
// CHECK-DAG:     load <16 x float>
// CHECK-DAG:     call <16 x float> @llvm.masked.load
// CHECK-DAG:     store <16 x float>
// CHECK-DAG:     call void @llvm.masked.store
// The end of the parallel region is the only barrier.
// CHECK-NOT:     @__kmpc_barrier
// CHECK:         ret void
func.func @gather(%w: !table {emb.name = "w"}, %ids: !ids {emb.name = "ids"}) -> memref<?x20xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0.0 : f32
  %n = memref.dim %ids, %c0 : !ids
  %rows = memref.dim %w, %c0 : !table
  emb.check_indices %ids, %rows label "emb.gather: indices (argument 1 'ids')" : !ids
  %m = memref.alloc(%n) : memref<?x20xf32>
  scf.parallel (%k) = (%c0) to (%n) step (%c1) {
    %id = memref.load %ids[%k] : !ids
    %r = arith.index_cast %id : i64 to index
    memref.prefetch %w[%r, %c0], read, locality<3>, data : !table
    scf.for %d = %c0 to %c16 step %c16 {
      %v = vector.load %w[%r, %d] : !table, vector<16xf32>
      vector.store %v, %m[%k, %d] : memref<?x20xf32>, vector<16xf32>
    }
    %rest = vector.transfer_read %w[%r, %c16], %zero : !table, vector<16xf32>
    vector.transfer_write %rest, %m[%k, %c16] : vector<16xf32>, memref<?x20xf32>
    scf.reduce
  } {emb.work = 160 : i64}
  return %m : memref<?x20xf32>
}

// Functions of f32 are computed here, lanes of a vector together. The others are
// those of the C library, as are all of f64.

// CHECK-LABEL: define i32 @functions(
// CHECK-NOT:     @{{(llvm.)?(erf|exp|log|tanh)}}
// CHECK:         call float @llvm.pow.f32(
// CHECK:         call float @llvm.sqrt.f32(
// CHECK:         call float @cbrtf(
// CHECK:         call float @__mlir_math_fpowi_f32_i32(
// CHECK:         call <16 x float> @llvm.sqrt.v16f32(
// CHECK:         call <16 x float> @llvm.fabs.v16f32(
// CHECK-NOT:     @{{(llvm.)?(erf|exp|log|tanh)}}
// CHECK:         fmul <16 x float>
// CHECK-NOT:     @{{(llvm.)?(erf|exp|log|tanh)}}
// CHECK:         ret i32
func.func @functions(%x: f32, %n: i32, %m: !values) -> f32 {
  %c0 = arith.constant 0 : index
  %0 = math.exp %x : f32
  %1 = math.log %0 : f32
  %2 = math.powf %1, %x : f32
  %3 = math.tanh %2 : f32
  %4 = math.sqrt %3 : f32
  %5 = math.expm1 %4 : f32
  %6 = math.log1p %5 : f32
  %7 = math.erf %6 : f32
  %8 = math.cbrt %7 : f32
  %9 = math.fpowi %8, %n : f32, i32
  %v = vector.load %m[%c0] : !values, vector<16xf32>
  %v1 = math.sqrt %v : vector<16xf32>
  %v2 = math.absf %v1 : vector<16xf32>
  %v3 = math.exp %v2 : vector<16xf32>
  %v4 = math.log1p %v3 : vector<16xf32>
  vector.store %v4, %m[%c0] : !values, vector<16xf32>
  return %9 : f32
}

// CHECK-LABEL: define i32 @wide_functions(
// CHECK:         call double @llvm.exp.f64(
// CHECK:         call double @llvm.log.f64(
// CHECK:         call double @llvm.tanh.f64(
// CHECK:         call double @expm1(
// CHECK:         call double @log1p(
// CHECK:         call <4 x double> @llvm.exp.v4f64(
// CHECK-COUNT-4: call double @log1p(
// CHECK:         ret i32
func.func @wide_functions(%x: f64, %m: memref<?xf64, strided<[1], offset: ?>>) -> f64 {
  %c0 = arith.constant 0 : index
  %0 = math.exp %x : f64
  %1 = math.log %0 : f64
  %2 = math.tanh %1 : f64
  %3 = math.expm1 %2 : f64
  %4 = math.log1p %3 : f64
  %v = vector.load %m[%c0] : memref<?xf64, strided<[1], offset: ?>>, vector<4xf64>
  %v1 = math.exp %v : vector<4xf64>
  %v2 = math.log1p %v1 : vector<4xf64>
  vector.store %v2, %m[%c0] : memref<?xf64, strided<[1], offset: ?>>, vector<4xf64>
  return %4 : f64
}

// Low precision, vectors of two dimensions, views, divisions.

// CHECK-LABEL: define i32 @others(
// CHECK:         fpext <16 x half> {{.*}} to <16 x float>
// CHECK:         bitcast <16 x i16> {{.*}} to <16 x bfloat>
// Positions in a vector may pass 2^31.
// CHECK:         icmp {{.*}} <16 x i64>
// CHECK:         ret i32
func.func @others(%h: !halves, %b: memref<?x16xbf16, strided<[?, 1], offset: ?>>, %w: !table, %n: index, %i: index)
    -> (index, !table) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f32
  %x = vector.load %h[%i, %c0] : !halves, vector<16xf16>
  %y = arith.extf %x : vector<16xf16> to vector<16xf32>
  %z = arith.truncf %y : vector<16xf32> to vector<16xbf16>
  vector.store %z, %b[%i, %c0] : memref<?x16xbf16, strided<[?, 1], offset: ?>>, vector<16xbf16>
  %tile = vector.transfer_read %w[%i, %c0], %zero : !table, vector<4x8xf32>
  vector.transfer_write %tile, %w[%c0, %c0] : vector<4x8xf32>, !table
  %tail = vector.create_mask %n : vector<16xi1>
  vector.maskedstore %w[%c0, %c0], %tail, %y : !table, vector<16xi1>, vector<16xf32>
  %anything = ub.poison : f32
  memref.store %anything, %w[%c0, %c0] : !table
  %view = memref.subview %w[%i, 0] [%n, 20] [1, 1] : !table to !table
  %q = arith.ceildivsi %n, %c3 : index
  %p = affine.apply affine_map<(a) -> (a floordiv 5)>(%q)
  %s = index.maxs %p, %n
  return %s, %view : index, !table
}
