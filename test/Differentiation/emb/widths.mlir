// RUN: emb-opt %s --emb-differentiate | FileCheck %s

// Gradients of tables of f16. What a rule computes on the way is in f32, and is
// rounded where it is added up: in the table, or in the gradient of an argument.

// The mean is divided in f32.
// CHECK-LABEL: func.func @d_mean
// CHECK: arith.extf
// CHECK: arith.divf
// CHECK: emb.update touched(%{{.*}} : tensor<3x2xf16>)
// CHECK-SAME: -> %{{.*}} : tensor<2x2xf32> map

// The scale is f32. The gradient of the weights is f16, as they are.
// CHECK-LABEL: func.func @d_frequency
// CHECK: emb.gather_dot
// CHECK-SAME: -> tensor<2x2xf16>
// CHECK: emb.update touched
// CHECK-SAME: -> %{{.*}} : tensor<2x2xf16> map %{{.*}} : tensor<2x2xi32> scale %{{.*}} : tensor<2x2xf32>]

// The gradient that arrives is f32 here, so no bag of f16 will do.
// CHECK-LABEL: func.func @dd_mean
// CHECK-NOT: emb.bag sum
// CHECK: emb.gather %
// CHECK: arith.extf
// CHECK: emb.scatter_add
// CHECK-SAME: into %{{.*}} : tensor<2x2x2xf32>, tensor<2x2xi32>, tensor<2x2xf32>
// CHECK: arith.truncf

// CHECK-LABEL: func.func @d_scatter
// CHECK: emb.gather %
// CHECK: arith.extf
// CHECK: -> tensor<2x2xf32>

// RUN: rm -rf %t
// RUN: emb-run %s --entry=d_mean --cache-dir=%t --arg t=random:3x2xf16:1 \
// RUN:   --arg 'grad_output=[[2, 4], [8, 16]]' --print=1 \
// RUN: | FileCheck %s --check-prefix=MEAN
// MEAN:      {{\[\[}}5, 10],
// MEAN-NEXT: [5, 10],
// MEAN-NEXT: [0, 0]]
// RUN: emb-run %s --entry=dd_mean --cache-dir=%t --arg t=random:3x2xf16:1 \
// RUN:   --arg 'grad_output=[[2, 4], [8, 16]]' \
// RUN:   --arg 'grad_output.0=[[0, 0], [0, 0]]' \
// RUN:   --arg 'grad_output.1=[[1, 2], [4, 8], [32, 64]]' --print=2 \
// RUN: | FileCheck %s --check-prefix=SECOND
// SECOND:      {{\[\[}}2.5, 5],
// SECOND-NEXT: [2.5, 5]]
func.func @mean(%t: tensor<3x2xf16> {emb.name = "t"}) -> tensor<2x2xf16> {
  %i = arith.constant dense<[[0, 1], [1, 0]]> : tensor<2x2xi64>
  %r = emb.bag mean %t[%i] : tensor<3x2xf16>, tensor<2x2xi64> -> tensor<2x2xf16>
  return %r : tensor<2x2xf16>
}
emb.gradient @d_mean of @mean wrt("t") seeded

// RUN: emb-run %s --entry=d_frequency --cache-dir=%t \
// RUN:   --arg 't=[[1, 2], [3, 4], [5, 6]]' --arg 'w=[[1, 2], [4, 8]]' \
// RUN:   --arg 'grad_output=[[2, 4], [8, 16]]' --print=1 --print=2 \
// RUN: | FileCheck %s --check-prefix=FREQUENCY
// FREQUENCY:      1: 3x2xf16
// FREQUENCY-NEXT: {{\[\[}}17, 34],
// FREQUENCY-NEXT: [4, 8],
// FREQUENCY-NEXT: [64, 128]]
// FREQUENCY-NEXT: 2: 2x2xf16
// FREQUENCY-NEXT: {{\[\[}}10, 22],
// FREQUENCY-NEXT: [40, 136]]
func.func @frequency(%t: tensor<3x2xf16> {emb.name = "t"},
                     %w: tensor<2x2xf16> {emb.name = "w"}) -> tensor<2x2xf16> {
  %i = arith.constant dense<[[0, 1], [0, 2]]> : tensor<2x2xi64>
  %r = emb.bag sum %t[%i] weights(%w : tensor<2x2xf16>) {scale_grad_by_freq}
    : tensor<3x2xf16>, tensor<2x2xi64> -> tensor<2x2xf16>
  return %r : tensor<2x2xf16>
}
emb.gradient @d_frequency of @frequency wrt("t", "w") seeded

emb.gradient @dd_mean of @d_mean wrt("grad_output") seeded

// RUN: emb-run %s --entry=d_scatter --cache-dir=%t \
// RUN:   --arg t=random:3x2xf16:1 --arg r=random:2x2xf32:1 \
// RUN:   --arg 'grad_output=[[1, 2], [4, 8], [16, 32]]' --print=1 --print=2 \
// RUN: | FileCheck %s --check-prefix=SCATTER
// SCATTER: 1: 3x2xf16
// SCATTER: 2: 2x2xf32
// SCATTER-NEXT: {{\[\[}}16, 32],
// SCATTER-NEXT: [1, 2]]
func.func @scatter(%t: tensor<3x2xf16> {emb.name = "t"},
                   %r: tensor<2x2xf32> {emb.name = "r"}) -> tensor<3x2xf16> {
  %i = arith.constant dense<[2, 0]> : tensor<2xi64>
  %t1 = emb.scatter_add %r[%i] into %t
    : tensor<2x2xf32>, tensor<2xi64>, tensor<3x2xf16>
  return %t1 : tensor<3x2xf16>
}
emb.gradient @d_scatter of @scatter wrt("t", "r") seeded
