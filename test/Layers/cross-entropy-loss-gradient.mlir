// RUN: emb-opt %s --emb-define-layers --inline --symbol-dce --emb-differentiate | FileCheck %s --check-prefix=IR
// RUN: emb-gradcheck %s
// RUN: rm -rf %t
// RUN: emb-run %s --entry=dsum --cache-dir=%t \
// RUN:   --arg 'x=[[1000, -1000], [1000, -1000], [-1000, -1000], [3, 4]]' \
// RUN:   --arg=y=[0,1,0,-100] --print=1 | FileCheck %s --check-prefix=LARGE
// RUN: emb-run %s --entry=dmean --cache-dir=%t --arg 'x=[[1, 2], [3, 4]]' \
// RUN:   --arg=y=[-100,-100] --print=0 --print=1 | FileCheck %s --check-prefix=IGNORED

func.func private @mean(tensor<?x2xf64>, tensor<?xi64>) -> f64
    attributes {emb.layer = #emb.cross_entropy_loss}
func.func private @sum(tensor<?x2xf64>, tensor<?xi64>) -> f64
    attributes {emb.layer = #emb.cross_entropy_loss<reduction = sum>}
func.func private @none(tensor<6x4xf64>, tensor<6xi32>) -> tensor<6xf64>
    attributes {emb.layer = #emb.cross_entropy_loss<reduction = none>}
func.func private @weighted(tensor<?x?xf64>, tensor<?xi64>, tensor<?xf64>) -> tensor<f64>
    attributes {emb.layer = #emb.cross_entropy_loss<ignore_index = 3>}
func.func private @smooth(tensor<6x4xf64>, tensor<6xi64>, tensor<4xf64>) -> f64
    attributes {emb.layer = #emb.cross_entropy_loss<label_smoothing = 0.1>}

// Probabilities minus labels, over the number of samples that count.
// IR-LABEL: func.func @dmean(
// IR-NOT: emb.detach
// IR: return
// Where no sample counts, the loss is NaN and the gradient zero.
// IGNORED: 0: f64
// IGNORED-NEXT: nan
// IGNORED: 1: 2x2xf64
// IGNORED-NEXT: {{\[\[}}{{-?}}0, {{-?}}0],
// IGNORED-NEXT: [{{-?}}0, {{-?}}0]]
func.func @mean_of_all(%x: tensor<?x2xf64> {emb.name = "x", check.shape = [5, 2]},
                       %y: tensor<?xi64> {emb.name = "y", check.values = dense<[0, 1, -100, 1, 1]> : tensor<5xi64>}) -> f64 {
  %loss = call @mean(%x, %y) : (tensor<?x2xf64>, tensor<?xi64>) -> f64
  return %loss : f64
}
emb.gradient @dmean of @mean_of_all wrt("x")

// LARGE: 1: 4x2xf64
// LARGE-NEXT: {{\[\[}}0, 0],
// LARGE-NEXT: [1, -1],
// LARGE-NEXT: [-0.5, 0.5],
// LARGE-NEXT: [{{-?}}0, {{-?}}0]]
func.func @sum_of_all(%x: tensor<?x2xf64> {emb.name = "x", check.shape = [5, 2]},
                      %y: tensor<?xi64> {emb.name = "y", check.values = dense<[0, 1, -100, 1, 1]> : tensor<5xi64>}) -> f64 {
  %loss = call @sum(%x, %y) : (tensor<?x2xf64>, tensor<?xi64>) -> f64
  return %loss : f64
}
emb.gradient @dsum of @sum_of_all wrt("x")

func.func @each(%x: tensor<6x4xf64> {emb.name = "x"},
                %y: tensor<6xi32> {check.values = dense<[0, 3, 2, 1, 1, -100]> : tensor<6xi32>}) -> tensor<6xf64> {
  %loss = call @none(%x, %y) : (tensor<6x4xf64>, tensor<6xi32>) -> tensor<6xf64>
  return %loss : tensor<6xf64>
}
emb.gradient @dnone of @each wrt("x") seeded

// The weights count above and below the line.
func.func @class_weights(%x: tensor<?x?xf64> {emb.name = "x", check.shape = [6, 4]},
                         %y: tensor<?xi64> {check.values = dense<[0, 3, 2, 1, 1, 0]> : tensor<6xi64>},
                         %w: tensor<?xf64> {emb.name = "weight", check.shape = [4], check.range = [0.5, 2.0]}) -> tensor<f64> {
  %loss = call @weighted(%x, %y, %w) : (tensor<?x?xf64>, tensor<?xi64>, tensor<?xf64>) -> tensor<f64>
  return %loss : tensor<f64>
}
emb.gradient @dweights of @class_weights wrt("x", "weight")

func.func @label_smoothing(%x: tensor<6x4xf64> {emb.name = "x"},
                           %y: tensor<6xi64> {check.values = dense<[0, 3, 2, -100, 1, 0]> : tensor<6xi64>},
                           %w: tensor<4xf64> {emb.name = "weight", check.range = [0.5, 2.0]}) -> f64 {
  %loss = call @smooth(%x, %y, %w) : (tensor<6x4xf64>, tensor<6xi64>, tensor<4xf64>) -> f64
  return %loss : f64
}
emb.gradient @dsmooth of @label_smoothing wrt("x", "weight")
