// Gradients that are what they are by definition, not what differences say.

// RUN: rm -rf %t

// The padding row is looked up like others, but has no gradient.
// RUN: emb-run %s --entry=d_padding --cache-dir=%t --arg t=random:4x2xf64:1 \
// RUN:   --arg 'grad_output=[[1, 2], [4, 8], [16, 32], [64, 128]]' --print=1 \
// RUN: | FileCheck %s --check-prefix=PADDING
// PADDING:      {{\[\[}}17, 34],
// PADDING-NEXT: [0, 0],
// PADDING-NEXT: [0, 0],
// PADDING-NEXT: [64, 128]]
func.func @padding(%t: tensor<?x2xf64> {emb.name = "t"}) -> tensor<4x2xf64> {
  %i = arith.constant dense<[0, 2, 0, 3]> : tensor<4xi64>
  %r = emb.gather %t[%i] {padding_idx = -2 : i64}
    : tensor<?x2xf64>, tensor<4xi64> -> tensor<4x2xf64>
  return %r : tensor<4x2xf64>
}
emb.gradient @d_padding of @padding wrt("t") seeded

// Row 1 is looked up four times in all, so each lookup counts for a quarter;
// row 0 is looked up twice, which does not matter, as it is padding.
// RUN: emb-run %s --entry=d_frequency --cache-dir=%t --arg t=random:4x2xf32:1 \
// RUN:   --arg 'grad_output=[[[4, 8], [5, 5], [8, 4]], [[12, 4], [3, 5], [4, 4]], [[1, 1], [6, 6], [10, 30]]]' \
// RUN:   --print=1 | FileCheck %s --check-prefix=FREQUENCY
// FREQUENCY:      {{\[\[}}0, 0],
// FREQUENCY-NEXT: [7, 5],
// FREQUENCY-NEXT: [3, 5],
// FREQUENCY-NEXT: [8, 18]]
func.func @frequency(%t: tensor<4x2xf32> {emb.name = "t"}) -> tensor<3x3x2xf32> {
  %i = arith.constant dense<[[1, 0, 1], [1, 2, 1], [0, 3, 3]]> : tensor<3x3xi32>
  %p = emb.gather %t[%i] {padding_idx = 0 : i64, scale_grad_by_freq}
    : tensor<4x2xf32>, tensor<3x3xi32> -> tensor<3x3x2xf32>
  return %p : tensor<3x3x2xf32>
}
emb.gradient @d_frequency of @frequency wrt("t") seeded

// Weights count beside the frequency; the gradient of a weight is not divided.
// RUN: emb-run %s --entry=d_weights --cache-dir=%t \
// RUN:   --arg 't=[[1, 2], [3, 4], [5, 6]]' --arg 'w=[2, 3, 5, 7]' \
// RUN:   --arg 'grad_output=[[2, 4], [10, 20]]' --print=1 --print=2 \
// RUN: | FileCheck %s --check-prefix=WEIGHTS
// WEIGHTS:      1: 3x2xf64
// WEIGHTS-NEXT: {{\[\[}}27, 54],
// WEIGHTS-NEXT: [0, 0],
// WEIGHTS-NEXT: [70, 140]]
// WEIGHTS-NEXT: 2: 4xf64
// WEIGHTS-NEXT: [10, 0, 50, 170]
func.func @weights(%t: tensor<3x2xf64> {emb.name = "t"},
                   %w: tensor<4xf64> {emb.name = "w"}) -> tensor<2x2xf64> {
  %i = arith.constant dense<[0, 1, 0, 2]> : tensor<4xi64>
  %o = arith.constant dense<[0, 2]> : tensor<2xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<2xi64>)
    weights(%w : tensor<4xf64>) {padding_idx = 1 : i64, scale_grad_by_freq}
    : tensor<3x2xf64>, tensor<4xi64> -> tensor<2x2xf64>
  return %r : tensor<2x2xf64>
}
emb.gradient @d_weights of @weights wrt("t", "w") seeded

// In a mean bag a lookup counts for one part in the number of entries of the
// bag, then for one part in the frequency: here 2 in the first bag, 1 in the
// second, 2 for row 0.
// RUN: emb-run %s --entry=d_mean --cache-dir=%t --arg t=random:4x2xf32:1 \
// RUN:   --arg 'grad_output=[[4, 8], [16, 32]]' --print=1 \
// RUN: | FileCheck %s --check-prefix=MEAN
// MEAN:      {{\[\[}}9, 18],
// MEAN-NEXT: [2, 4],
// MEAN-NEXT: [0, 0],
// MEAN-NEXT: [0, 0]]
func.func @mean(%t: tensor<4x2xf32> {emb.name = "t"}) -> tensor<2x2xf32> {
  %i = arith.constant dense<[[0, 1, 3], [3, 0, 3]]> : tensor<2x3xi64>
  %r = emb.bag mean %t[%i] {padding_idx = 3 : i64, scale_grad_by_freq}
    : tensor<4x2xf32>, tensor<2x3xi64> -> tensor<2x2xf32>
  return %r : tensor<2x2xf32>
}
emb.gradient @d_mean of @mean wrt("t") seeded

// Of equal values the first in the bag wins, in each column; +0 and -0 are
// equal. Row 2 is padding, and larger than all.
// RUN: emb-run %s --entry=d_ties --cache-dir=%t \
// RUN:   --arg 't=[[1, -0.0, 3], [1, 0, 5], [9, 9, 9], [0, -1, 5]]' \
// RUN:   --arg 'grad_output=[[1, 2, 4], [8, 16, 32], [64, 128, 256]]' --print=1 \
// RUN: | FileCheck %s --check-prefix=TIES
// TIES:      {{\[\[}}0, 0, 0],
// TIES-NEXT: [9, 18, 4],
// TIES-NEXT: [0, 0, 0],
// TIES-NEXT: [0, 0, 32]]
func.func @ties(%t: tensor<4x3xf64> {emb.name = "t"}) -> tensor<3x3xf64> {
  %i = arith.constant dense<[1, 2, 0, 1, 3, 1, 0, 2]> : tensor<8xi64>
  %o = arith.constant dense<[0, 4, 7]> : tensor<3xi64>
  %r = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) {padding_idx = 2 : i64}
    : tensor<4x3xf64>, tensor<8xi64> -> tensor<3x3xf64>
  return %r : tensor<3x3xf64>
}
emb.gradient @d_ties of @ties wrt("t") seeded

// The rows that a renorm scales get the gradient of the scaled rows as it is.
// RUN: emb-run %s --entry=d_renorm --cache-dir=%t \
// RUN:   --arg 't=[[3, 4], [0.5, 0]]' --arg 'grad_output.0=[[1, 2], [4, 8]]' \
// RUN:   --arg 'grad_output.1=[[10, 20], [40, 80]]' --print=0 --print=2 \
// RUN: | FileCheck %s --check-prefix=RENORM
// RENORM:      0: 2x2xf64
// RENORM-NEXT: {{\[\[}}0.6, 0.8],
// RENORM-NEXT: [0.5, 0]]
// RENORM-NEXT: 2: 2x2xf64
// RENORM-NEXT: {{\[\[}}11, 22],
// RENORM-NEXT: [44, 88]]
func.func @renorm(%t: tensor<2x2xf64> {emb.name = "t"})
    -> (tensor<2x2xf64>, tensor<2x2xf64>) {
  %i = arith.constant dense<[0, 1]> : tensor<2xi64>
  %t1 = emb.renorm %i into %t max_norm 1.0 norm_type 2.0
    : tensor<2xi64>, tensor<2x2xf64>
  %r = emb.gather %t1[%i] : tensor<2x2xf64>, tensor<2xi64> -> tensor<2x2xf64>
  return %r, %t1 : tensor<2x2xf64>, tensor<2x2xf64>
}
emb.gradient @d_renorm of @renorm wrt("t") seeded

// Infinities in the padding row do not reach the gradient of a weight.
// RUN: emb-run %s --entry=d_infinite --cache-dir=%t \
// RUN:   --arg 't=[[1, 2], [1e999, -1e999]]' --arg 'w=[1, 1]' \
// RUN:   --arg 'grad_output=[[5, 10]]' --print=1 \
// RUN: | FileCheck %s --check-prefix=INFINITE
// INFINITE: [25, 0]
func.func @infinite(%t: tensor<2x2xf64> {emb.name = "t"}, %w: tensor<2xf64> {emb.name = "w"})
    -> tensor<1x2xf64> {
  %i = arith.constant dense<[0, 1]> : tensor<2xi64>
  %o = arith.constant dense<0> : tensor<1xi64>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<1xi64>)
    weights(%w : tensor<2xf64>) {padding_idx = 1 : i64}
    : tensor<2x2xf64>, tensor<2xi64> -> tensor<1x2xf64>
  return %r : tensor<1x2xf64>
}
emb.gradient @d_infinite of @infinite wrt("w") seeded

// Nor do they reach the gradient of the rows of a sum.
// RUN: emb-run %s --entry=d_sum --cache-dir=%t --arg t=random:2x2xf64:1 \
// RUN:   --arg r=random:3x2xf64:1 --arg 'grad_output=[[1e999, 2], [4, 8]]' \
// RUN:   --print=1 | FileCheck %s --check-prefix=SUM
// SUM:      {{\[\[}}4, 8],
// SUM-NEXT: [0, 0],
// SUM-NEXT: [4, 8]]
func.func @sum(%t: tensor<2x2xf64> {emb.name = "t"}, %r: tensor<3x2xf64> {emb.name = "r"})
    -> tensor<2x2xf64> {
  %i = arith.constant dense<[1, 0, 1]> : tensor<3xi64>
  %t1 = emb.scatter_add %r[%i] into %t {padding_idx = 0 : i64}
    : tensor<3x2xf64>, tensor<3xi64>, tensor<2x2xf64>
  return %t1 : tensor<2x2xf64>
}
emb.gradient @d_sum of @sum wrt("r") seeded

// What arrives at a result must have its shape.
// RUN: not emb-run %s --entry=d_shape --cache-dir=%t --arg t=random:4x2xf64:1 \
// RUN:   --arg 'i=[1, 0]' --arg 'grad_output=[[1, 2], [4, 8], [1, 1]]' 2>&1 \
// RUN: | FileCheck %s --check-prefix=SHAPE
// SHAPE: emb.gradient: dimension 0 of what arrives at a result (argument 2 'grad_output'): found 3, expected 2
func.func @shape(%t: tensor<?x2xf64> {emb.name = "t"},
                 %i: tensor<?xi64> {emb.name = "i"}) -> tensor<?x2xf64> {
  %r = emb.gather %t[%i] : tensor<?x2xf64>, tensor<?xi64> -> tensor<?x2xf64>
  return %r : tensor<?x2xf64>
}
emb.gradient @d_shape of @shape wrt("t") seeded
