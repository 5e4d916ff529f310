// RUN: emb-gradcheck %s
// RUN: rm -rf %t
// RUN: emb-run %s --entry=dlarge --cache-dir=%t --arg 'x=[[[1000]], [[-1000]]]' \
// RUN:   --arg 'w=[[1], [1], [1], [1]]' --arg=h0=[[0.5]] --arg=c0=[[0.25]] \
// RUN:   --print=1 --print=2 --print=3 | FileCheck %s

func.func private @batch_first(tensor<?x?x2xf64>, tensor<12x2xf64>, tensor<12x3xf64>, tensor<12xf64>, tensor<12xf64>)
    -> (tensor<?x?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>)
    attributes {emb.layer = #emb.lstm<batch_first = true>}
func.func private @time_first(tensor<4x2x2xf64>, tensor<12x2xf64>, tensor<12x3xf64>, tensor<12xf64>, tensor<12xf64>, tensor<2x3xf64>, tensor<2x3xf64>)
    -> (tensor<4x2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>)
    attributes {emb.layer = #emb.lstm}
func.func private @any(tensor<?x?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
    -> (tensor<?x?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
    attributes {emb.layer = #emb.lstm}
func.func private @one(tensor<2x1x1xf64>, tensor<4x1xf64>, tensor<4x1xf64>, tensor<4xf64>, tensor<4xf64>, tensor<1x1xf64>, tensor<1x1xf64>)
    -> (tensor<2x1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>)
    attributes {emb.layer = #emb.lstm}

func.func @sequences(%x: tensor<?x?x2xf64> {emb.name = "x", check.shape = [2, 5, 2]},
                     %wi: tensor<12x2xf64> {emb.name = "weight_ih"},
                     %wh: tensor<12x3xf64> {emb.name = "weight_hh"},
                     %bi: tensor<12xf64> {emb.name = "bias_ih"},
                     %bh: tensor<12xf64> {emb.name = "bias_hh"})
    -> (tensor<?x?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>) {
  %y, %h, %c = call @batch_first(%x, %wi, %wh, %bi, %bh)
    : (tensor<?x?x2xf64>, tensor<12x2xf64>, tensor<12x3xf64>, tensor<12xf64>, tensor<12xf64>)
    -> (tensor<?x?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>)
  return %y, %h, %c : tensor<?x?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>
}
emb.gradient @dsequences of @sequences
  wrt("x", "weight_ih", "weight_hh", "bias_ih", "bias_hh") seeded

func.func @initial_state(%x: tensor<4x2x2xf64> {emb.name = "x"},
                         %wi: tensor<12x2xf64> {emb.name = "weight_ih"},
                         %wh: tensor<12x3xf64> {emb.name = "weight_hh"},
                         %bi: tensor<12xf64> {emb.name = "bias_ih"},
                         %bh: tensor<12xf64> {emb.name = "bias_hh"},
                         %h0: tensor<2x3xf64> {emb.name = "h0"},
                         %c0: tensor<2x3xf64> {emb.name = "c0"})
    -> (tensor<4x2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>) {
  %y, %h, %c = call @time_first(%x, %wi, %wh, %bi, %bh, %h0, %c0)
    : (tensor<4x2x2xf64>, tensor<12x2xf64>, tensor<12x3xf64>, tensor<12xf64>, tensor<12xf64>, tensor<2x3xf64>, tensor<2x3xf64>)
    -> (tensor<4x2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>)
  return %y, %h, %c : tensor<4x2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>
}
emb.gradient @dinitial_state of @initial_state
  wrt("x", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "h0", "c0") seeded

// All extents are those of the run.
func.func @dynamic(%x: tensor<?x?x?xf64> {emb.name = "x", check.shape = [3, 2, 4]},
                   %wi: tensor<?x?xf64> {emb.name = "weight_ih", check.shape = [8, 4]},
                   %wh: tensor<?x?xf64> {emb.name = "weight_hh", check.shape = [8, 2]},
                   %bi: tensor<?xf64> {emb.name = "bias_ih", check.shape = [8]},
                   %bh: tensor<?xf64> {emb.name = "bias_hh", check.shape = [8]},
                   %h0: tensor<?x?xf64> {emb.name = "h0", check.shape = [2, 2]},
                   %c0: tensor<?x?xf64> {emb.name = "c0", check.shape = [2, 2]})
    -> (tensor<?x?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>) {
  %y, %h, %c = call @any(%x, %wi, %wh, %bi, %bh, %h0, %c0)
    : (tensor<?x?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
    -> (tensor<?x?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>)
  return %y, %h, %c : tensor<?x?x?xf64>, tensor<?x?xf64>, tensor<?x?xf64>
}
emb.gradient @ddynamic of @dynamic
  wrt("x", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "h0", "c0") seeded

// Gates at 0 and 1 have no slope, and no NaN. In step 1, c is c0 + 1; in step 2
// everything is forgotten.
// CHECK: 1: 2x1x1xf64
// CHECK-NEXT: [{{\[\[}}0]],
// CHECK-NEXT: {{ *}}{{\[\[}}{{-?}}0]]]
// CHECK: 2: 4x1xf64
// CHECK-NEXT: {{\[\[}}{{-?}}0],
// CHECK-NEXT: {{ *}}[{{-?}}0],
// CHECK-NEXT: {{ *}}[{{-?}}0],
// CHECK-NEXT: {{ *}}[{{-?}}0]]
// CHECK: 3: 1x1xf64
// CHECK-NEXT: {{\[\[}}{{-?}}0]]
func.func @large(%x: tensor<2x1x1xf64> {emb.name = "x", check.values = dense<[[[1000.0]], [[-1000.0]]]> : tensor<2x1x1xf64>},
                 %w: tensor<4x1xf64> {emb.name = "w", check.values = dense<1.0> : tensor<4x1xf64>},
                 %h0: tensor<1x1xf64> {emb.name = "h0"},
                 %c0: tensor<1x1xf64> {emb.name = "c0"}) -> tensor<f64> {
  %b = arith.constant dense<0.0> : tensor<4xf64>
  %y, %h, %c = call @one(%x, %w, %w, %b, %b, %h0, %c0)
    : (tensor<2x1x1xf64>, tensor<4x1xf64>, tensor<4x1xf64>, tensor<4xf64>, tensor<4xf64>, tensor<1x1xf64>, tensor<1x1xf64>)
    -> (tensor<2x1x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>)
  %sum = tensor.collapse_shape %c [] : tensor<1x1xf64> into tensor<f64>
  return %sum : tensor<f64>
}
emb.gradient @dlarge of @large wrt("x", "w", "c0")
