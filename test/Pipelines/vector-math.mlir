// RUN: emb-run %s --cpu=x86-64-v3 --compile-to=llvm | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect \
// RUN:   | opt -O3 -mtriple=x86_64-unknown-linux-gnu -mcpu=x86-64-v3 -S \
// RUN:   | FileCheck %s --implicit-check-not='@{{(llvm[.])?(erf|exp|log|tanh)}}'

// Elementwise f32 functions are computed in vectors, 8 lanes of AVX2 at a time
// (halves by LLVM's vectorizer), and no call of the C library is left.

#id = affine_map<(i) -> (i)>
#rows = affine_map<(i, j) -> (i, j)>
#bias = affine_map<(i, j) -> (j)>

// CHECK-LABEL: define i32 @f_exp(
// CHECK:         load <8 x float>
// CHECK:         bitcast <8 x float> {{.*}} to <8 x i32>
// CHECK:         shl <8 x i32>
// CHECK:         fmul <8 x float>
// CHECK:         store <8 x float>
// CHECK:         br i1
func.func @f_exp(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = math.exp %x : tensor<?xf32>
  return %0 : tensor<?xf32>
}

// Rows at any distance from each other, as callers pass them.

// CHECK-LABEL: define i32 @f_tanh(
// CHECK:         load <8 x float>
// CHECK:         fdiv <8 x float>
// CHECK:         store <8 x float>
func.func @f_tanh(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = math.tanh %x : tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// In place.

// CHECK-LABEL: define i32 @f_log(
// CHECK:         load <8 x float>
// CHECK:         ashr <8 x i32>
// CHECK:         fmul <8 x float>
// CHECK:         store <8 x float>
func.func @f_log(%x: tensor<?x50xf32>) -> tensor<?x50xf32> {
  %0 = linalg.generic {indexing_maps = [#rows], iterator_types = ["parallel", "parallel"]}
      outs(%x : tensor<?x50xf32>) {
  ^bb0(%a: f32):
    %l = math.log %a : f32
    linalg.yield %l : f32
  } -> tensor<?x50xf32>
  return %0 : tensor<?x50xf32>
}

// The other functions of one body, with a bias for each column: a gate.

// CHECK-LABEL: define i32 @gate(
// CHECK:         fadd <8 x float>
// CHECK:         fdiv <8 x float>
// CHECK:         store <8 x float>
func.func @gate(%x: tensor<32x64xf32>, %b: tensor<64xf32>) -> tensor<32x64xf32> {
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<32x64xf32>
  %0 = linalg.generic {indexing_maps = [#rows, #bias, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x, %b : tensor<32x64xf32>, tensor<64xf32>) outs(%e : tensor<32x64xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %s = arith.addf %a, %c : f32
    %n = arith.negf %s : f32
    %p = math.exp %n : f32
    %d = arith.addf %p, %one : f32
    %g = arith.divf %one, %d : f32
    linalg.yield %g : f32
  } -> tensor<32x64xf32>
  return %0 : tensor<32x64xf32>
}

// CHECK-LABEL: define i32 @f_others(
// CHECK:         load <8 x float>
// CHECK:         store <8 x float>
// CHECK:         br i1
func.func @f_others(%x: tensor<?xf32>) -> tensor<?xf32> {
  %0 = math.exp2 %x : tensor<?xf32>
  %1 = math.expm1 %0 : tensor<?xf32>
  %2 = math.log2 %1 : tensor<?xf32>
  %3 = math.log10 %2 : tensor<?xf32>
  %4 = math.log1p %3 : tensor<?xf32>
  %5 = math.erf %4 : tensor<?xf32>
  return %5 : tensor<?xf32>
}

// Halves are computed in f32.

// CHECK-LABEL: define i32 @f_half(
// CHECK:         fpext <16 x half>
// CHECK:         fptrunc <16 x float>
func.func @f_half(%x: tensor<?xf16>) -> tensor<?xf16> {
  %0 = math.exp %x : tensor<?xf16>
  return %0 : tensor<?xf16>
}

// CHECK-LABEL: define i32 @f_bf16(
// CHECK:         load <16 x i16>
// CHECK:         fmul <16 x float>
// CHECK:         trunc {{.*}}<16 x i32> {{.*}} to <16 x i16>
func.func @f_bf16(%x: tensor<?xbf16>) -> tensor<?xbf16> {
  %0 = math.exp %x : tensor<?xbf16>
  return %0 : tensor<?xbf16>
}

func.func @lookup(%t: tensor<9x4xf32>, %i: tensor<3xi64>) -> tensor<3x4xf32> {
  %r = emb.gather %t[%i] : tensor<9x4xf32>, tensor<3xi64> -> tensor<3x4xf32>
  return %r : tensor<3x4xf32>
}

// What is summed along a row is added to 16 lanes on any processor.

// CHECK-LABEL: define i32 @f_sum(
// CHECK:         fadd <8 x float>
// CHECK:         fadd <4 x float>
// CHECK:         shl <16 x i32>
// CHECK:         load <16 x float>
func.func @f_sum(%x: tensor<?x?xf32>, %s: tensor<?xf32>) -> tensor<?xf32> {
  %0 = linalg.generic {indexing_maps = [#rows, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<?x?xf32>) outs(%s : tensor<?xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %e = math.exp %a : f32
    %n = arith.addf %sum, %e : f32
    linalg.yield %n : f32
  } -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
