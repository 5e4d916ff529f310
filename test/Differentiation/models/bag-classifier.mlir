// RUN: emb-opt %s --emb-define-layers --inline --symbol-dce --canonicalize --cse --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// The mean of the words of a mail, a linear layer, cross entropy with a label that
// does not count. A mail is empty, words occur twice in one and in several.

// The gradient of the table is one source: a row for each mail, by the mail of
// each word, never a row for each word.
// CHECK-LABEL: func.func @step(
// CHECK:         emb.bag mean
// CHECK-NOT:     emb.bag
// CHECK:         %[[BAGS:.*]] = emb.offset2bag
// CHECK:         emb.apply_gradient #emb.sparse_adam {{.*}} sources[%{{[^,]*}} : tensor<?xi32> -> %{{[^,]*}} : tensor<?x3xf64> map %[[BAGS]] : tensor<?xi32>{{[^,]*}}] lr
// CHECK-COUNT-2: emb.apply_gradient #emb.adam {{.*}} sources[] gradient(

func.func private @linear(tensor<?x3xf64>, tensor<2x3xf64>, tensor<2xf64>) -> tensor<?x2xf64>
    attributes {emb.layer = #emb.linear}
func.func private @cross_entropy(tensor<?x2xf64>, tensor<?xi32>) -> f64
    attributes {emb.layer = #emb.cross_entropy_loss<ignore_index = -1>}

func.func @loss(%t: tensor<?x3xf64> {emb.name = "embedding", check.shape = [6, 3]},
                %w: tensor<2x3xf64> {emb.name = "weight"},
                %b: tensor<2xf64> {emb.name = "bias"},
                %ids: tensor<?xi32> {emb.name = "ids", check.values = dense<[5, 2, 5, 1, 2, 3, 0]> : tensor<7xi32>},
                %offsets: tensor<?xi32> {emb.name = "offsets", check.values = dense<[0, 3, 3, 6, 7]> : tensor<5xi32>},
                %labels: tensor<?xi32> {emb.name = "labels", check.values = dense<[1, 0, 0, -1]> : tensor<4xi32>}) -> f64 {
  %v = emb.bag mean %t[%ids] offsets(%offsets : tensor<?xi32>) {include_last_offset}
    : tensor<?x3xf64>, tensor<?xi32> -> tensor<?x3xf64>
  %z = call @linear(%v, %w, %b)
    : (tensor<?x3xf64>, tensor<2x3xf64>, tensor<2xf64>) -> tensor<?x2xf64>
  %loss = call @cross_entropy(%z, %labels) : (tensor<?x2xf64>, tensor<?xi32>) -> f64
  return %loss : f64
}
emb.train @step of @loss
  parameters("embedding" = #emb.sparse_adam, "weight" = #emb.adam, "bias" = #emb.adam)
emb.gradient @dloss of @loss wrt("embedding", "weight", "bias")
