// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A classifier for mails. Mail b of a batch of B is the words
// ids[offsets[b] .. offsets[b + 1]); E is the table, W and c the linear layer:
//
//   v[b] = mean over the words k of mail b of E[ids[k]]                B x 64
//   z[b] = W v[b] + c                                                  B x 2
//
// Only the forward pass is written here. The compiler makes the training step
// from it: @step takes and returns the weights and what the optimizers keep for
// each, with a batch, a learning rate and the number of the step (1, 2, ...). The
// names are those of PyTorch's parameters.

emb.train @step of @loss
  parameters("embedding.weight" = #emb.sparse_adam,
             "linear.weight" = #emb.adam,
             "linear.bias" = #emb.adam)

// The mean loss of a batch with these labels.
func.func private @loss(
    %E: tensor<?x64xf32> {emb.name = "embedding.weight"},
    %W: tensor<2x64xf32> {emb.name = "linear.weight"},
    %c: tensor<2xf32> {emb.name = "linear.bias"},
    %ids: tensor<?xi32> {emb.name = "ids"},
    %offsets: tensor<?xi32> {emb.name = "offsets"},
    %labels: tensor<?xi32> {emb.name = "labels"}) -> f32 {
  %z = call @logits(%E, %W, %c, %ids, %offsets)
    : (tensor<?x64xf32>, tensor<2x64xf32>, tensor<2xf32>, tensor<?xi32>,
       tensor<?xi32>) -> tensor<?x2xf32>
  %loss = call @cross_entropy(%z, %labels)
    : (tensor<?x2xf32>, tensor<?xi32>) -> f32
  return %loss : f32
}

// The class of each mail: the j with the largest z[b, j], the first of equals.
// Nothing is written, so any number of threads may ask at once.
func.func @predict(
    %E: tensor<?x64xf32> {emb.name = "embedding.weight"},
    %W: tensor<2x64xf32> {emb.name = "linear.weight"},
    %c: tensor<2xf32> {emb.name = "linear.bias"},
    %ids: tensor<?xi32> {emb.name = "ids"},
    %offsets: tensor<?xi32> {emb.name = "offsets"}) -> tensor<?xi64> {
  %z = call @logits(%E, %W, %c, %ids, %offsets)
    : (tensor<?x64xf32>, tensor<2x64xf32>, tensor<2xf32>, tensor<?xi32>,
       tensor<?xi32>) -> tensor<?x2xf32>
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
    %E: tensor<?x64xf32>, %W: tensor<2x64xf32>, %c: tensor<2xf32>,
    %ids: tensor<?xi32>, %offsets: tensor<?xi32>) -> tensor<?x2xf32> {
  %v = emb.bag mean %E[%ids] offsets(%offsets : tensor<?xi32>)
    {include_last_offset}
    : tensor<?x64xf32>, tensor<?xi32> -> tensor<?x64xf32>
  %z = call @linear(%v, %W, %c)
    : (tensor<?x64xf32>, tensor<2x64xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %z : tensor<?x2xf32>
}

func.func private @linear(tensor<?x64xf32>, tensor<2x64xf32>, tensor<2xf32>)
  -> tensor<?x2xf32> attributes {emb.layer = #emb.linear}

func.func private @cross_entropy(tensor<?x2xf32>, tensor<?xi32>) -> f32
  attributes {emb.layer = #emb.cross_entropy_loss}
