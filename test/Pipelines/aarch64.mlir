// RUN: emb-opt %s --compile-to=llvm | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect \
// RUN:   | llc -mtriple=aarch64-linux-gnu -O2 -filetype=obj -o %t.o
// RUN: llvm-readobj --file-headers --symbols %t.o | FileCheck %s
// RUN: emb-opt %s --compile-to=llvm | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect \
// RUN:   | FileCheck %s --check-prefix=IR --implicit-check-not=x86 --implicit-check-not=target-

// What the last phase leaves names no machine: another one takes it too.

// IR: define i32 @gather(

// CHECK: Machine: EM_AARCH64
// CHECK-DAG: Name: gather (
// CHECK-DAG: Name: gather_bf16 (
// CHECK-DAG: Name: gather_transposed (
// CHECK-DAG: Name: bag_sum (
// CHECK-DAG: Name: bag_mean (
// CHECK-DAG: Name: bag_max (
// CHECK-DAG: Name: renorm (
// CHECK-DAG: Name: scatter_add (
// CHECK-DAG: Name: update_touched (
// CHECK-DAG: Name: update_all (
// CHECK-DAG: Name: update_random (
// CHECK-DAG: Name: update_random_bf16 (
// CHECK-DAG: Name: coalesce (
// CHECK-DAG: Name: frequency (
// CHECK-DAG: Name: gather_dot (
// CHECK-DAG: Name: offset2bag (
// CHECK-DAG: Name: group (

func.func @gather(%t: tensor<?x50xf32>, %i: tensor<?x?xi64>) -> tensor<?x?x50xf32> {
  %r = emb.gather %t[%i] : tensor<?x50xf32>, tensor<?x?xi64> -> tensor<?x?x50xf32>
  return %r : tensor<?x?x50xf32>
}

func.func @gather_bf16(%t: tensor<?x300xbf16>, %i: tensor<?xi32>) -> tensor<?x300xbf16> {
  %r = emb.gather %t[%i] : tensor<?x300xbf16>, tensor<?xi32> -> tensor<?x300xbf16>
  return %r : tensor<?x300xbf16>
}

func.func @gather_transposed(%t: tensor<?x7xf64> {emb.strided}, %i: tensor<?xi64> {emb.strided}) -> tensor<?x7xf64> {
  %r = emb.gather %t[%i] : tensor<?x7xf64>, tensor<?xi64> -> tensor<?x7xf64>
  return %r : tensor<?x7xf64>
}

func.func @bag_sum(%t: tensor<?x64xf32>, %i: tensor<?xi64>, %o: tensor<?xi64>, %s: tensor<?xf32>) -> tensor<?x64xf32> {
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi64>) weights(%s : tensor<?xf32>) : tensor<?x64xf32>, tensor<?xi64> -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}

func.func @bag_mean(%t: tensor<?x12xf16>, %i: tensor<?x5xi32>) -> tensor<?x12xf16> {
  %r = emb.bag mean %t[%i] {padding_idx = 0} : tensor<?x12xf16>, tensor<?x5xi32> -> tensor<?x12xf16>
  return %r : tensor<?x12xf16>
}

func.func @bag_max(%t: tensor<?x12xbf16>, %i: tensor<?x5xi32>) -> (tensor<?x12xbf16>, tensor<?x12xi32>) {
  %r:2 = emb.bag max %t[%i] : tensor<?x12xbf16>, tensor<?x5xi32> -> tensor<?x12xbf16>, tensor<?x12xi32>
  return %r#0, %r#1 : tensor<?x12xbf16>, tensor<?x12xi32>
}

func.func @renorm(%t: tensor<?x12xf16>, %i: tensor<?xi64>) -> tensor<?x12xf16> {
  %r = emb.renorm %i into %t max_norm 1.0 norm_type 3.0 : tensor<?xi64>, tensor<?x12xf16>
  return %r : tensor<?x12xf16>
}

func.func @scatter_add(%t: tensor<?x300xf64>, %i: tensor<?xi64>, %g: tensor<?x300xf64>) -> tensor<?x300xf64> {
  %r = emb.scatter_add %g[%i] into %t : tensor<?x300xf64>, tensor<?xi64>, tensor<?x300xf64>
  return %r : tensor<?x300xf64>
}

func.func @update_touched(%w: tensor<?x768xf32>, %h: tensor<?xf32>, %i: tensor<?xi64>, %g: tensor<?x768xf32>, %b: tensor<?xi32>)
    -> (tensor<?x768xf32>, tensor<?xf32>) {
  %r:2 = emb.update touched(%w, %h : tensor<?x768xf32>, tensor<?xf32>)
      sources[%i : tensor<?xi64> -> %g : tensor<?x768xf32> map %b : tensor<?xi32>] {
  ^bb0(%x: f32, %s: f32, %d: f32):
    %d2 = arith.mulf %d, %d : f32
    %sum = emb.row_reduce add %d2 : f32
    %s1 = arith.addf %s, %sum : f32
    %root = math.sqrt %s1 : f32
    %q = arith.divf %d, %root : f32
    %y = arith.subf %x, %q : f32
    emb.yield %y, %s1 : f32, f32
  }
  return %r#0, %r#1 : tensor<?x768xf32>, tensor<?xf32>
}

func.func @update_all(%w: tensor<?x3xf32>, %i: tensor<?xi64>, %g: tensor<?x3xf32>, %lr: f64) -> tensor<?x3xf32> {
  %r = emb.update all(%w : tensor<?x3xf32>) sources[%i : tensor<?xi64> -> %g : tensor<?x3xf32>] scalars(%lr : f64) {
  ^bb0(%x: f32, %d: f32, %rate: f32):
    %q = arith.mulf %rate, %d : f32
    %y = arith.subf %x, %q : f32
    emb.yield %y : f32
  }
  return %r : tensor<?x3xf32>
}

func.func @update_random(%w: tensor<?x50xf16>, %i: tensor<?xi64>, %g: tensor<?x50xf32>, %s: i64) -> tensor<?x50xf16> {
  %r = emb.update touched(%w : tensor<?x50xf16>) sources[%i : tensor<?xi64> -> %g : tensor<?x50xf32>] random(%s, %s) {
  ^bb0(%x: f32, %d: f32):
    %y = arith.subf %x, %d : f32
    emb.yield %y : f32
  }
  return %r : tensor<?x50xf16>
}

func.func @update_random_bf16(%w: tensor<?x50xbf16>, %i: tensor<?xi64>, %g: tensor<?x50xf32>, %s: i64) -> tensor<?x50xbf16> {
  %r = emb.update touched(%w : tensor<?x50xbf16>) sources[%i : tensor<?xi64> -> %g : tensor<?x50xf32>] random(%s, %s) {
  ^bb0(%x: f32, %d: f32):
    %y = arith.subf %x, %d : f32
    emb.yield %y : f32
  }
  return %r : tensor<?x50xbf16>
}

func.func @coalesce(%i: tensor<6xi64>, %g: tensor<6x8xf32>) -> (tensor<6xi64>, index, tensor<6x8xf32>) {
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<6xi64>) -> tensor<6xi64>, tensor<7xi64>, tensor<6xi64>
  %r = emb.coalesce sources[%i : tensor<6xi64> -> %g : tensor<6x8xf32>]
    group(%rows, %bounds, %positions, %count : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index) -> tensor<6x8xf32>
  return %rows, %count, %r : tensor<6xi64>, index, tensor<6x8xf32>
}

func.func @group(%i: tensor<?xi32>) -> (tensor<?xi64>, index) {
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<?xi32>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  return %rows, %count : tensor<?xi64>, index
}

func.func @frequency(%i: tensor<?xi64>) -> tensor<?xi64> {
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %r = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index)
    : tensor<?xi64> -> tensor<?xi64>
  return %r : tensor<?xi64>
}

func.func @gather_dot(%t: tensor<?x50xbf16>, %i: tensor<?xi64>, %g: tensor<?x50xf32>, %m: tensor<?xi32>) -> tensor<?xbf16> {
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<?x50xbf16>, tensor<?xi64>, tensor<?x50xf32>, tensor<?xi32> -> tensor<?xbf16>
  return %r : tensor<?xbf16>
}

func.func @offset2bag(%o: tensor<?xi64>, %n: index) -> tensor<?xi32> {
  %r = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
  return %r : tensor<?xi32>
}
