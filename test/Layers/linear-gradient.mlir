// RUN: emb-opt %s --emb-define-layers --inline --symbol-dce --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

func.func private @linear(tensor<?x3xf64>, tensor<2x3xf64>, tensor<2xf64>) -> tensor<?x2xf64>
    attributes {emb.layer = #emb.linear}
func.func private @vector(tensor<3xf64>, tensor<2x3xf64>) -> tensor<2xf64>
    attributes {emb.layer = #emb.linear}
func.func private @sequences(tensor<?x?x3xf64>, tensor<2x3xf64>, tensor<?xf64>) -> tensor<?x?x2xf64>
    attributes {emb.layer = #emb.linear}

// The gradients are products too.
// CHECK-LABEL: func.func @drows(
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf64> {{.*}}, %[[W:.*]]: tensor<2x3xf64> {{.*}}, %[[B:.*]]: tensor<2xf64> {{.*}}, %[[G:.*]]: tensor<?x2xf64>
// CHECK-COUNT-3: linalg.matmul
func.func @rows(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [5, 3]},
                %w: tensor<2x3xf64> {emb.name = "weight"},
                %b: tensor<2xf64> {emb.name = "bias"}) -> tensor<?x2xf64> {
  %y = call @linear(%x, %w, %b) : (tensor<?x3xf64>, tensor<2x3xf64>, tensor<2xf64>) -> tensor<?x2xf64>
  return %y : tensor<?x2xf64>
}
emb.gradient @drows of @rows wrt("x", "weight", "bias") seeded

func.func @rank_1(%x: tensor<3xf64> {emb.name = "x"},
                  %w: tensor<2x3xf64> {emb.name = "weight"}) -> tensor<2xf64> {
  %y = call @vector(%x, %w) : (tensor<3xf64>, tensor<2x3xf64>) -> tensor<2xf64>
  return %y : tensor<2xf64>
}
emb.gradient @drank_1 of @rank_1 wrt("x", "weight") seeded

func.func @rank_3(%x: tensor<?x?x3xf64> {emb.name = "x", check.shape = [2, 4, 3]},
                  %w: tensor<2x3xf64> {emb.name = "weight"},
                  %b: tensor<?xf64> {emb.name = "bias", check.shape = [2]}) -> tensor<?x?x2xf64> {
  %y = call @sequences(%x, %w, %b) : (tensor<?x?x3xf64>, tensor<2x3xf64>, tensor<?xf64>) -> tensor<?x?x2xf64>
  return %y : tensor<?x?x2xf64>
}
emb.gradient @drank_3 of @rank_3 wrt("x", "weight", "bias") seeded
