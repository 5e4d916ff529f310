// Every phase of the compiler: what it leaves parses, verifies and prints back
// to the same text.

// RUN: emb-opt %s --compile-to=optimize -o %t.1.mlir && emb-opt %t.1.mlir | diff %t.1.mlir -
// RUN: emb-opt %s --compile-to=check -o %t.2.mlir && emb-opt %t.2.mlir | diff %t.2.mlir -
// RUN: emb-opt %s --compile-to=bufferize -o %t.3.mlir && emb-opt %t.3.mlir | diff %t.3.mlir -
// RUN: emb-opt %s --compile-to=lower-cpu -o %t.4.mlir && emb-opt %t.4.mlir | diff %t.4.mlir -
// RUN: emb-opt %s --compile-to=llvm -o %t.5.mlir && emb-opt %t.5.mlir | diff %t.5.mlir -

// Running the named pipelines one after the other is the same.
// RUN: emb-opt %t.1.mlir --emb-check --emb-bufferize | diff %t.3.mlir -
// RUN: emb-opt %t.3.mlir --emb-lower-cpu --emb-to-llvm | diff %t.5.mlir -

// RUN: FileCheck %s --input-file=%t.1.mlir --check-prefix=OPTIMIZE
// RUN: FileCheck %s --input-file=%t.2.mlir --check-prefix=CHECKED
// RUN: FileCheck %s --input-file=%t.3.mlir --check-prefix=BUFFERS
// RUN: FileCheck %s --input-file=%t.4.mlir --check-prefix=LOOPS
// RUN: FileCheck %s --input-file=%t.5.mlir --check-prefix=LLVM

// One sort for the renorm and the update, of bags; the helper is inlined.
// OPTIMIZE-NOT: emb.offset2bag
// OPTIMIZE: emb.group({{.*}}) offsets({{.*}}) {by_bag}
// OPTIMIZE-NOT: {{emb.group\(|emb.offset2bag}}
// OPTIMIZE: emb.renorm
// OPTIMIZE: emb.bag mean
// OPTIMIZE: mapped_group
// OPTIMIZE-NOT: @pool

// One check of the indices, and of the offsets, for all who read them.
// CHECKED-NOT: emb.check_indices
// CHECKED: emb.check_offsets
// CHECKED-NOT: emb.check_offsets
// CHECKED: emb.check_indices
// CHECKED-NOT: emb.check_{{indices|offsets}}
// CHECKED: emb.renorm
// CHECKED-NOT: emb.check_{{indices|offsets}}

// BUFFERS: func.func @step(%{{.*}}: memref<1000x8xf32, strided<[?, 1], offset: ?>> {emb.written}
// BUFFERS-NOT: memref.copy
// BUFFERS-NOT: tensor<

// LOOPS-NOT: {{^ *emb[.](gather|bag|update|renorm|scatter_add|offset2bag) }}
// LOOPS: scf.parallel
// LOOPS: vector.load

// LLVM-NOT: {{(emb|scf|memref|vector|arith|func|cf)\.[a-z_]+ }}
// LLVM: llvm.func @step(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr) -> i32
// LLVM: omp.parallel

func.func private @pool(%w: tensor<1000x8xf32>, %i: tensor<?xi64>, %o: tensor<?xi64>) -> tensor<?x8xf32> {
  %b = emb.bag mean %w[%i] offsets(%o : tensor<?xi64>) : tensor<1000x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %b : tensor<?x8xf32>
}

func.func @step(%w: tensor<1000x8xf32>, %h: tensor<1000xf32>, %i: tensor<?xi64>, %o: tensor<?xi64>, %lr: f64)
    -> (tensor<1000x8xf32>, tensor<1000xf32>, tensor<?x8xf32>) {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %i, %c0 : tensor<?xi64>
  %w0 = emb.renorm %i into %w max_norm 1.0 : tensor<?xi64>, tensor<1000x8xf32>
  %b = func.call @pool(%w0, %i, %o) : (tensor<1000x8xf32>, tensor<?xi64>, tensor<?xi64>) -> tensor<?x8xf32>
  %map = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
  %r:2 = emb.update touched(%w0, %h : tensor<1000x8xf32>, tensor<1000xf32>)
      sources[%i : tensor<?xi64> -> %b : tensor<?x8xf32> map %map : tensor<?xi32>] scalars(%lr : f64) {
  ^bb0(%x: f32, %a: f32, %d: f32, %l: f32):
    %d2 = arith.mulf %d, %d : f32
    %s = emb.row_reduce add %d2 : f32
    %a1 = arith.addf %a, %s : f32
    %y = arith.mulf %l, %d : f32
    %x1 = arith.subf %x, %y : f32
    emb.yield %x1, %a1 : f32, f32
  }
  %old = emb.gather %w0[%i] : tensor<1000x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %r#0, %r#1, %old : tensor<1000x8xf32>, tensor<1000xf32>, tensor<?x8xf32>
}
