// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A classifier that reads mails word by word. Mail b of a batch of B is the
// words ids[b, 0 .. 63], with id 0 before the first word of a short mail; E is
// the table, W and c the linear layer:
//
//   x[b, t] = E[ids[b, t]]                                        B x 64 x 64
//   h[b]    = the state of an LSTM after x[b, 0 .. 63]            B x 128
//   z[b]    = W h[b] + c                                          B x 2
//
// Only the forward pass is written here. The compiler makes the training step
// from it: @step takes and returns the weights and what the optimizers keep for
// each, with a batch, a learning rate and the number of the step (1, 2, ...). The
// names are those of PyTorch's parameters.

emb.train @step of @loss
  parameters("embedding.weight" = #emb.sparse_adam,
             "lstm.weight_ih_l0" = #emb.adam,
             "lstm.weight_hh_l0" = #emb.adam,
             "lstm.bias_ih_l0" = #emb.adam,
             "lstm.bias_hh_l0" = #emb.adam,
             "linear.weight" = #emb.adam,
             "linear.bias" = #emb.adam)

// The mean loss of a batch with these labels.
func.func private @loss(
    %E: tensor<?x64xf32> {emb.name = "embedding.weight"},
    %Wx: tensor<512x64xf32> {emb.name = "lstm.weight_ih_l0"},
    %Wh: tensor<512x128xf32> {emb.name = "lstm.weight_hh_l0"},
    %bx: tensor<512xf32> {emb.name = "lstm.bias_ih_l0"},
    %bh: tensor<512xf32> {emb.name = "lstm.bias_hh_l0"},
    %W: tensor<2x128xf32> {emb.name = "linear.weight"},
    %c: tensor<2xf32> {emb.name = "linear.bias"},
    %ids: tensor<?x64xi32> {emb.name = "ids"},
    %labels: tensor<?xi32> {emb.name = "labels"}) -> f32 {
  %z = call @logits(%E, %Wx, %Wh, %bx, %bh, %W, %c, %ids)
    : (tensor<?x64xf32>, tensor<512x64xf32>, tensor<512x128xf32>,
       tensor<512xf32>, tensor<512xf32>, tensor<2x128xf32>, tensor<2xf32>,
       tensor<?x64xi32>) -> tensor<?x2xf32>
  %loss = call @cross_entropy(%z, %labels)
    : (tensor<?x2xf32>, tensor<?xi32>) -> f32
  return %loss : f32
}

// The class of each mail: the j with the largest z[b, j], the first of equals.
func.func @predict(
    %E: tensor<?x64xf32> {emb.name = "embedding.weight"},
    %Wx: tensor<512x64xf32> {emb.name = "lstm.weight_ih_l0"},
    %Wh: tensor<512x128xf32> {emb.name = "lstm.weight_hh_l0"},
    %bx: tensor<512xf32> {emb.name = "lstm.bias_ih_l0"},
    %bh: tensor<512xf32> {emb.name = "lstm.bias_hh_l0"},
    %W: tensor<2x128xf32> {emb.name = "linear.weight"},
    %c: tensor<2xf32> {emb.name = "linear.bias"},
    %ids: tensor<?x64xi32> {emb.name = "ids"}) -> tensor<?xi64> {
  %z = call @logits(%E, %Wx, %Wh, %bx, %bh, %W, %c, %ids)
    : (tensor<?x64xf32>, tensor<512x64xf32>, tensor<512x128xf32>,
       tensor<512xf32>, tensor<512xf32>, tensor<2x128xf32>, tensor<2xf32>,
       tensor<?x64xi32>) -> tensor<?x2xf32>
  // Of two classes the second one is it where its logit is larger.
  %c0 = arith.constant 0 : index
  %B = tensor.dim %z, %c0 : tensor<?x2xf32>
  %ham = tensor.extract_slice %z[0, 0] [%B, 1] [1, 1]
    : tensor<?x2xf32> to tensor<?xf32>
  %spam = tensor.extract_slice %z[0, 1] [%B, 1] [1, 1]
    : tensor<?x2xf32> to tensor<?xf32>
  %isSpam = arith.cmpf ogt, %spam, %ham : tensor<?xf32>
  %class = arith.extui %isSpam : tensor<?xi1> to tensor<?xi64>
  return %class : tensor<?xi64>
}

func.func private @logits(
    %E: tensor<?x64xf32>, %Wx: tensor<512x64xf32>, %Wh: tensor<512x128xf32>,
    %bx: tensor<512xf32>, %bh: tensor<512xf32>, %W: tensor<2x128xf32>,
    %c: tensor<2xf32>, %ids: tensor<?x64xi32>) -> tensor<?x2xf32> {
  %x = emb.gather %E[%ids] {padding_idx = 0}
    : tensor<?x64xf32>, tensor<?x64xi32> -> tensor<?x64x64xf32>
  %states, %h, %cell = call @lstm(%x, %Wx, %Wh, %bx, %bh)
    : (tensor<?x64x64xf32>, tensor<512x64xf32>, tensor<512x128xf32>,
       tensor<512xf32>, tensor<512xf32>)
      -> (tensor<?x64x128xf32>, tensor<?x128xf32>, tensor<?x128xf32>)
  %z = call @linear(%h, %W, %c)
    : (tensor<?x128xf32>, tensor<2x128xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}

func.func private @lstm(tensor<?x64x64xf32>, tensor<512x64xf32>,
    tensor<512x128xf32>, tensor<512xf32>, tensor<512xf32>)
  -> (tensor<?x64x128xf32>, tensor<?x128xf32>, tensor<?x128xf32>)
  attributes {emb.layer = #emb.lstm<batch_first = true>}

func.func private @linear(tensor<?x128xf32>, tensor<2x128xf32>, tensor<2xf32>)
  -> tensor<?x2xf32> attributes {emb.layer = #emb.linear}

func.func private @cross_entropy(tensor<?x2xf32>, tensor<?xi32>) -> f32
  attributes {emb.layer = #emb.cross_entropy_loss}
