// RUN: emb-gradcheck %s
// RUN: rm -rf %t
// RUN: emb-run %s --entry=dmean --cache-dir=%t --arg=x1=[1,2,3,4] --arg=x2=[3,2.5,0,0] \
// RUN:   --arg=y=[1,-1,1,1] --print=1 --print=2 | FileCheck %s

func.func private @mean(tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) -> f64
    attributes {emb.layer = #emb.margin_ranking_loss<margin = 0.5>}
func.func private @none(tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>) -> tensor<2x3xf64>
    attributes {emb.layer = #emb.margin_ranking_loss<margin = 0.25, reduction = none>}

// 2 + 1/2 over the margin, then exactly at it: the gradient passes. The others
// are beyond it.
// CHECK: 1: 4xf64
// CHECK-NEXT: [-0.25, 0.25, {{-?}}0, {{-?}}0]
// CHECK: 2: 4xf64
// CHECK-NEXT: [0.25, -0.25, {{-?}}0, {{-?}}0]
func.func @mean_of_all(%x1: tensor<?xf64> {emb.name = "x1", check.shape = [6]},
                       %x2: tensor<?xf64> {emb.name = "x2", check.shape = [6]},
                       %y: tensor<?xf64> {emb.name = "y", check.values = dense<[1.0, -1.0, 1.0, 1.0, -1.0, -1.0]> : tensor<6xf64>}) -> f64 {
  %loss = call @mean(%x1, %x2, %y) : (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) -> f64
  return %loss : f64
}
emb.gradient @dmean of @mean_of_all wrt("x1", "x2")

func.func @each(%x1: tensor<2x3xf64> {emb.name = "x1"},
                %x2: tensor<2x3xf64> {emb.name = "x2"},
                %y: tensor<2x3xf64> {emb.name = "y"}) -> tensor<2x3xf64> {
  %loss = call @none(%x1, %x2, %y) : (tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3xf64>) -> tensor<2x3xf64>
  return %loss : tensor<2x3xf64>
}
emb.gradient @dnone of @each wrt("x1", "x2", "y") seeded
