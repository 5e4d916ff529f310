// RUN: emb-opt %s --compile-to=bufferize | FileCheck %s --strict-whitespace
// RUN: rm -rf %t
// RUN: emb-run %s --entry=dynamic --cache-dir=%t --memory-limit=400000 --arg step=1 --arg lr=0.1 \
// RUN:   --arg embedding=random:50x8xf32:1 --arg weight_ih=random:128x8xf32:2 --arg weight_hh=random:128x32xf32:3 \
// RUN:   --arg bias_ih=random:128xf32:4 --arg bias_hh=random:128xf32:5 --arg weight=random:2x32xf32:6 \
// RUN:   --arg bias=random:2xf32:7 --arg ids=random:1x100xi64:8:50 --arg labels=[1] --print=7 \
// RUN:   | FileCheck %s --check-prefix=LOSS

// Text classifiers: lookup, LSTM, last step, Linear, cross-entropy. No loop takes
// memory: what is carried stays in one place, and before it is overwritten it is
// on the stack that the reverse loop reads. So a hundred steps need the stacks and
// outputs, of 512 numbers (2 kB) a step, and not the 16 kB of weight_hh for each.

// LOSS: 7: f32
// LOSS-NEXT: {{^[0-9.]+$}}

func.func private @lstm(tensor<4x7x8xf32>, tensor<128x8xf32>, tensor<128x32xf32>, tensor<128xf32>, tensor<128xf32>)
    -> (tensor<4x7x32xf32>, tensor<4x32xf32>, tensor<4x32xf32>) attributes {emb.layer = #emb.lstm<batch_first = true>}
func.func private @linear(tensor<4x32xf32>, tensor<2x32xf32>, tensor<2xf32>) -> tensor<4x2xf32>
    attributes {emb.layer = #emb.linear}
func.func private @cross_entropy(tensor<4x2xf32>, tensor<4xi64>) -> f32
    attributes {emb.layer = #emb.cross_entropy_loss}

func.func private @lstm_any(tensor<?x?x8xf32>, tensor<128x8xf32>, tensor<128x32xf32>, tensor<128xf32>, tensor<128xf32>)
    -> (tensor<?x?x32xf32>, tensor<?x32xf32>, tensor<?x32xf32>) attributes {emb.layer = #emb.lstm<batch_first = true>}
func.func private @linear_any(tensor<?x32xf32>, tensor<2x32xf32>, tensor<2xf32>) -> tensor<?x2xf32>
    attributes {emb.layer = #emb.linear}
func.func private @cross_entropy_any(tensor<?x2xf32>, tensor<?xi64>) -> f32
    attributes {emb.layer = #emb.cross_entropy_loss}

// The forward loop and the reverse loop.
// CHECK-LABEL:func.func @static(
// CHECK:{{^    }}scf.for
// CHECK-NOT:memref.alloc
// CHECK:{{^    [}]$}}
// CHECK:{{^    }}scf.for
// CHECK-NOT:memref.alloc
// CHECK:{{^    [}]$}}
// CHECK-NOT:scf.for
// CHECK:return
emb.train @static of @forward_static
  parameters("embedding" = #emb.sgd, "weight_ih" = #emb.sgd, "weight_hh" = #emb.sgd, "bias_ih" = #emb.sgd,
             "bias_hh" = #emb.sgd, "weight" = #emb.sgd, "bias" = #emb.sgd)
func.func private @forward_static(
    %t: tensor<50x8xf32> {emb.name = "embedding"}, %wi: tensor<128x8xf32> {emb.name = "weight_ih"},
    %wh: tensor<128x32xf32> {emb.name = "weight_hh"}, %bi: tensor<128xf32> {emb.name = "bias_ih"},
    %bh: tensor<128xf32> {emb.name = "bias_hh"}, %w: tensor<2x32xf32> {emb.name = "weight"},
    %b: tensor<2xf32> {emb.name = "bias"}, %ids: tensor<4x7xi64> {emb.name = "ids"},
    %labels: tensor<4xi64> {emb.name = "labels"}) -> f32 {
  %e = emb.gather %t[%ids] : tensor<50x8xf32>, tensor<4x7xi64> -> tensor<4x7x8xf32>
  %y, %h, %c = call @lstm(%e, %wi, %wh, %bi, %bh)
    : (tensor<4x7x8xf32>, tensor<128x8xf32>, tensor<128x32xf32>, tensor<128xf32>, tensor<128xf32>)
    -> (tensor<4x7x32xf32>, tensor<4x32xf32>, tensor<4x32xf32>)
  %last = tensor.extract_slice %y[0, 6, 0] [4, 1, 32] [1, 1, 1] : tensor<4x7x32xf32> to tensor<4x32xf32>
  %z = call @linear(%last, %w, %b) : (tensor<4x32xf32>, tensor<2x32xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %loss = call @cross_entropy(%z, %labels) : (tensor<4x2xf32>, tensor<4xi64>) -> f32
  return %loss : f32
}

// The lookup scales rows of the table, before the loops: their memory is there.
// CHECK-LABEL:func.func @dynamic(
// CHECK:memref.alloc
// CHECK:emb.renorm
// CHECK-NOT:memref.alloc
// CHECK:return
emb.train @dynamic of @forward_dynamic
  parameters("embedding" = #emb.sgd, "weight_ih" = #emb.sgd, "weight_hh" = #emb.sgd, "bias_ih" = #emb.sgd,
             "bias_hh" = #emb.sgd, "weight" = #emb.sgd, "bias" = #emb.sgd)
func.func private @forward_dynamic(
    %t: tensor<50x8xf32> {emb.name = "embedding"}, %wi: tensor<128x8xf32> {emb.name = "weight_ih"},
    %wh: tensor<128x32xf32> {emb.name = "weight_hh"}, %bi: tensor<128xf32> {emb.name = "bias_ih"},
    %bh: tensor<128xf32> {emb.name = "bias_hh"}, %w: tensor<2x32xf32> {emb.name = "weight"},
    %b: tensor<2xf32> {emb.name = "bias"}, %ids: tensor<?x?xi64> {emb.name = "ids"},
    %labels: tensor<?xi64> {emb.name = "labels"}) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %batch = tensor.dim %ids, %c0 : tensor<?x?xi64>
  %time = tensor.dim %ids, %c1 : tensor<?x?xi64>
  %scaled = emb.renorm %ids into %t max_norm 1.0 : tensor<?x?xi64>, tensor<50x8xf32>
  %e = emb.gather %scaled[%ids] : tensor<50x8xf32>, tensor<?x?xi64> -> tensor<?x?x8xf32>
  %y, %h, %c = call @lstm_any(%e, %wi, %wh, %bi, %bh)
    : (tensor<?x?x8xf32>, tensor<128x8xf32>, tensor<128x32xf32>, tensor<128xf32>, tensor<128xf32>)
    -> (tensor<?x?x32xf32>, tensor<?x32xf32>, tensor<?x32xf32>)
  %step = arith.subi %time, %c1 : index
  %last = tensor.extract_slice %y[0, %step, 0] [%batch, 1, 32] [1, 1, 1] : tensor<?x?x32xf32> to tensor<?x32xf32>
  %z = call @linear_any(%last, %w, %b) : (tensor<?x32xf32>, tensor<2x32xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %loss = call @cross_entropy_any(%z, %labels) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  return %loss : f32
}

// CHECK-LABEL:func.func @layer(
// CHECK:scf.for
// CHECK-NOT:memref.alloc
// CHECK:{{^    [}]$}}
// CHECK-NOT:scf.for
// CHECK:return
func.func @layer(%x: tensor<?x?x8xf32>, %wi: tensor<128x8xf32>, %wh: tensor<128x32xf32>, %bi: tensor<128xf32>,
                 %bh: tensor<128xf32>) -> (tensor<?x?x32xf32>, tensor<?x32xf32>, tensor<?x32xf32>) {
  %y, %h, %c = call @lstm_any(%x, %wi, %wh, %bi, %bh)
    : (tensor<?x?x8xf32>, tensor<128x8xf32>, tensor<128x32xf32>, tensor<128xf32>, tensor<128xf32>)
    -> (tensor<?x?x32xf32>, tensor<?x32xf32>, tensor<?x32xf32>)
  return %y, %h, %c : tensor<?x?x32xf32>, tensor<?x32xf32>, tensor<?x32xf32>
}
