// RUN: emb-gradcheck %s
// RUN: rm -rf %t
// RUN: emb-run %s --entry=dnone --cache-dir=%t --arg=x=[1000,1000,-1000,-1000,0] \
// RUN:   --arg=y=[1,0,1,0,0.5] --arg=grad_output=[1,1,1,1,1] --print=1 | FileCheck %s

func.func private @mean(tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x1xf64>, tensor<3xf64>) -> f64
    attributes {emb.layer = #emb.bce_with_logits_loss}
func.func private @pos(tensor<4x3xf64>, tensor<4x3xf64>, tensor<?xf64>) -> tensor<f64>
    attributes {emb.layer = #emb.bce_with_logits_loss<pos_weight = true, reduction = sum>}
func.func private @none(tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
    attributes {emb.layer = #emb.bce_with_logits_loss<reduction = none>}

func.func @weights(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [4, 3]},
                   %y: tensor<?x3xf64> {emb.name = "y", check.shape = [4, 3], check.range = [0.0, 1.0]},
                   %w: tensor<?x1xf64> {emb.name = "weight", check.shape = [4, 1], check.range = [0.5, 2.0]},
                   %p: tensor<3xf64> {emb.name = "pos_weight", check.range = [0.5, 2.0]}) -> f64 {
  %loss = call @mean(%x, %y, %w, %p)
    : (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x1xf64>, tensor<3xf64>) -> f64
  return %loss : f64
}
emb.gradient @dmean of @weights wrt("x", "y", "weight", "pos_weight")

func.func @pos_weight(%x: tensor<4x3xf64> {emb.name = "x", check.range = [-5.0, 5.0]},
                      %y: tensor<4x3xf64> {check.range = [0.0, 1.0]},
                      %p: tensor<?xf64> {emb.name = "pos_weight", check.shape = [3]}) -> tensor<f64> {
  %loss = call @pos(%x, %y, %p) : (tensor<4x3xf64>, tensor<4x3xf64>, tensor<?xf64>) -> tensor<f64>
  return %loss : tensor<f64>
}
emb.gradient @dpos of @pos_weight wrt("x", "pos_weight")

// sigmoid(x) - y, without overflow.
// CHECK: 1: 5xf64
// CHECK-NEXT: [0, 1, -1, 0, 0]
func.func @each(%x: tensor<?xf64> {emb.name = "x", check.shape = [5]},
                %y: tensor<?xf64> {emb.name = "y", check.shape = [5]}) -> tensor<?xf64> {
  %loss = call @none(%x, %y) : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  return %loss : tensor<?xf64>
}
emb.gradient @dnone of @each wrt("x") seeded
