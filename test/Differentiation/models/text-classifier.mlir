// RUN: emb-opt %s --emb-define-layers --inline --symbol-dce --canonicalize --cse --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Embedding, LSTM, linear layer on its last output, cross entropy.

// The loop over the words keeps the state before each word and one stack of what
// goes into the gates. The loop back reads them: its products are those of the
// gradients.
// CHECK-LABEL: func.func @dloss(
// CHECK:         emb.gather
// CHECK:         linalg.matmul
// CHECK-NOT:     linalg.matmul
// CHECK:         scf.for
// CHECK-SAME:      -> (tensor<?x2xf64>, tensor<?x2xf64>, tensor<?x?x2xf64>, tensor<?x?x2xf64>, tensor<?x?x2xf64>, tensor<?x?x8xf64>) {
// CHECK:           %[[Z:.*]] = linalg.matmul
// CHECK-SAME:        tensor<?x2xf64>, tensor<8x2xf64>
// CHECK-NOT:       linalg.matmul
// CHECK:           tensor.insert_slice %[[Z]] into {{.*}} : tensor<?x8xf64> into tensor<?x?x8xf64>
// CHECK-NOT:       linalg.matmul
// CHECK-NOT:       : tensor<?x8xf64> into tensor<?x?x8xf64>
// CHECK:           scf.yield
// CHECK-COUNT-3: linalg.matmul
// CHECK-NOT:     linalg.matmul
// CHECK:         scf.for
// CHECK-NOT:       linalg.matmul
// CHECK:           tensor.extract_slice {{.*}} : tensor<?x?x8xf64> to tensor<?x8xf64>
// CHECK-NOT:       linalg.matmul
// CHECK:           linalg.matmul {{.*}} : tensor<?x8xf64>, tensor<8x2xf64>
// CHECK-NEXT:      linalg.matmul {{.*}} : tensor<?x8xf64>, tensor<?x2xf64>
// CHECK-NOT:       linalg.matmul
// CHECK:           scf.yield
// CHECK-COUNT-2: linalg.matmul
// CHECK-NOT:     linalg.matmul
// CHECK:         emb.scatter_add {{.*}} {padding_idx = 0 : i64}
// CHECK-NOT:     emb.
// CHECK:         return

// The gradient of the table is one source, never a tensor of its shape.
// CHECK-LABEL: func.func @step(
// CHECK:         emb.gather
// CHECK-NOT:     emb.scatter_add
// CHECK:         emb.apply_gradient #emb.sgd to(%{{.*}} : tensor<?x3xf64>) sources[%{{[^,]*}} : tensor<?x?xi64> -> %{{[^,]*}} : tensor<?x?x3xf64> padding 0] lr
// CHECK-COUNT-6: emb.apply_gradient {{.*}} sources[] gradient(
// CHECK-NOT:     emb.

func.func private @lstm(tensor<?x?x3xf64>, tensor<8x3xf64>, tensor<8x2xf64>, tensor<8xf64>, tensor<8xf64>)
    -> (tensor<?x?x2xf64>, tensor<?x2xf64>, tensor<?x2xf64>)
    attributes {emb.layer = #emb.lstm<batch_first = true>}
func.func private @linear(tensor<?x2xf64>, tensor<3x2xf64>, tensor<3xf64>) -> tensor<?x3xf64>
    attributes {emb.layer = #emb.linear}
func.func private @cross_entropy(tensor<?x3xf64>, tensor<?xi64>) -> f64
    attributes {emb.layer = #emb.cross_entropy_loss}

// PyTorch's row of padding is zeros. Here it is whatever is drawn, and words that
// are padding give zeros: so differences too say that it has no gradient.
func.func @loss(%t: tensor<?x3xf64> {emb.name = "embedding", check.shape = [7, 3]},
                %wi: tensor<8x3xf64> {emb.name = "weight_ih"},
                %wh: tensor<8x2xf64> {emb.name = "weight_hh"},
                %bi: tensor<8xf64> {emb.name = "bias_ih"},
                %bh: tensor<8xf64> {emb.name = "bias_hh"},
                %fw: tensor<3x2xf64> {emb.name = "fc_weight"},
                %fb: tensor<3xf64> {emb.name = "fc_bias"},
                %x: tensor<?x?xi64> {emb.name = "x", check.values = dense<[[3, 1, 1, 5], [6, 3, 0, 0]]> : tensor<2x4xi64>},
                %y: tensor<?xi64> {emb.name = "y", check.values = dense<[2, 0]> : tensor<2xi64>})
    -> f64 {
  %e = emb.gather %t[%x] {padding_idx = 0 : i64}
    : tensor<?x3xf64>, tensor<?x?xi64> -> tensor<?x?x3xf64>
  %words = linalg.generic {
      indexing_maps = [affine_map<(b, w, d) -> (b, w)>, affine_map<(b, w, d) -> (b, w, d)>],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<?x?xi64>) outs(%e : tensor<?x?x3xf64>) {
  ^bb0(%id: i64, %element: f64):
    %padding = arith.constant 0 : i64
    %zero = arith.constant 0.0 : f64
    %is_padding = arith.cmpi eq, %id, %padding : i64
    %word = arith.select %is_padding, %zero, %element : f64
    linalg.yield %word : f64
  } -> tensor<?x?x3xf64>
  %output, %h, %c = call @lstm(%words, %wi, %wh, %bi, %bh)
    : (tensor<?x?x3xf64>, tensor<8x3xf64>, tensor<8x2xf64>, tensor<8xf64>, tensor<8xf64>)
    -> (tensor<?x?x2xf64>, tensor<?x2xf64>, tensor<?x2xf64>)
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %samples = tensor.dim %x, %c0 : tensor<?x?xi64>
  %steps = tensor.dim %x, %c1 : tensor<?x?xi64>
  %at = arith.subi %steps, %c1 : index
  %last = tensor.extract_slice %output[0, %at, 0] [%samples, 1, 2] [1, 1, 1]
    : tensor<?x?x2xf64> to tensor<?x2xf64>
  %logits = call @linear(%last, %fw, %fb)
    : (tensor<?x2xf64>, tensor<3x2xf64>, tensor<3xf64>) -> tensor<?x3xf64>
  %loss = call @cross_entropy(%logits, %y) : (tensor<?x3xf64>, tensor<?xi64>) -> f64
  return %loss : f64
}
emb.gradient @dloss of @loss
  wrt("embedding", "weight_ih", "weight_hh", "bias_ih", "bias_hh", "fc_weight", "fc_bias")

emb.train @step of @loss
  parameters("embedding" = #emb.sgd, "weight_ih" = #emb.sgd, "weight_hh" = #emb.sgd,
             "bias_ih" = #emb.sgd, "bias_hh" = #emb.sgd, "fc_weight" = #emb.sgd, "fc_bias" = #emb.sgd)
