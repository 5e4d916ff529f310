// RUN: emb-run %s --cpu=x86-64-v3 --compile-to=llvm | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect \
// RUN:   | opt -O3 -mtriple=x86_64-unknown-linux-gnu -mcpu=x86-64-v3 -S \
// RUN:   | FileCheck %s --implicit-check-not='@{{(llvm[.])?(erf|exp|log|tanh)}}'

// Layers and losses, and their gradients, run their functions in vectors: 2^k of
// an exponential is a shift, the exponent of a logarithm another.

func.func private @lstm(tensor<?x?x32xf32>, tensor<256x32xf32>, tensor<256x64xf32>, tensor<256xf32>, tensor<256xf32>)
    -> (tensor<?x?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>)
    attributes {emb.layer = #emb.lstm<batch_first = true>}
func.func private @cross_entropy(tensor<?x1000xf32>, tensor<?xi64>) -> tensor<f32>
    attributes {emb.layer = #emb.cross_entropy_loss}
func.func private @bce(tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
    attributes {emb.layer = #emb.bce_with_logits_loss}

// Three gates and two tanh in one loop, which threads share.

// CHECK-LABEL: define i32 @sequence(
// CHECK-COUNT-10: shl <8 x i32> %{{.*}}, splat (i32 23)
func.func @sequence(%x : tensor<?x?x32xf32>, %w: tensor<256x32xf32>, %u: tensor<256x64xf32>, %b: tensor<256xf32>,
                    %c: tensor<256xf32>) -> tensor<?x?x64xf32> {
  %r:3 = call @lstm(%x, %w, %u, %b, %c)
    : (tensor<?x?x32xf32>, tensor<256x32xf32>, tensor<256x64xf32>, tensor<256xf32>, tensor<256xf32>)
    -> (tensor<?x?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32>)
  return %r#0 : tensor<?x?x64xf32>
}

// The sum over classes of exp(x - max).

// CHECK-LABEL: define i32 @classes(
// CHECK:         shl <16 x i32> %{{.*}}, splat (i32 23)
func.func @classes(%x : tensor<?x1000xf32> {emb.name = "x"}, %t: tensor<?xi64>) -> tensor<f32> {
  %r = call @cross_entropy(%x, %t) : (tensor<?x1000xf32>, tensor<?xi64>) -> tensor<f32>
  return %r : tensor<f32>
}

// The mean of log(1 + exp(-|x|)) and more.

// CHECK-LABEL: define i32 @labels(
// CHECK:         shl <8 x i32> %{{.*}}, splat (i32 23)
// CHECK:         ashr <8 x i32> %{{.*}}, splat (i32 23)
func.func @labels(%x : tensor<?xf32> {emb.name = "x"}, %t: tensor<?xf32>) -> tensor<f32> {
  %r = call @bce(%x, %t) : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  return %r : tensor<f32>
}

// The loss, then the gradient.

// CHECK-LABEL: define i32 @classes_gradient(
// CHECK:         shl <8 x i32> %{{.*}}, splat (i32 23)
// CHECK:         fdiv <8 x float>
// CHECK:         shl <16 x i32> %{{.*}}, splat (i32 23)
emb.gradient @classes_gradient of @classes wrt("x")

// CHECK-LABEL: define i32 @labels_gradient(
// CHECK:         ashr <8 x i32> %{{.*}}, splat (i32 23)
// CHECK:         shl <8 x i32> %{{.*}}, splat (i32 23)
emb.gradient @labels_gradient of @labels wrt("x")
