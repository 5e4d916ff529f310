// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix factorisation: a vector and a bias for each user and each item. Rating b
// of a batch is the one that users[b] gave to items[b]:
//
//   prediction[b] = mean + user_bias[users[b]] + item_bias[items[b]] + p[b] . q[b]
//
// where p[b] and q[b] are the vectors of both and `mean` is that of all ratings.
// The loss has a penalty on the vectors that were looked up, without which 64
// numbers are too many for the few ratings of a user:
//
//   loss = mean over b of (prediction[b] - ratings[b])^2
//                         + 0.06 (p[b] . p[b] + q[b] . q[b])
//
// Only the forward pass is written here: the compiler makes @step from it.

emb.train @step of @loss
  parameters("user.weight" = #emb.sparse_adam,
             "item.weight" = #emb.sparse_adam,
             "user_bias.weight" = #emb.sparse_adam,
             "item_bias.weight" = #emb.sparse_adam)

func.func private @loss(
    %P: tensor<?x64xf32> {emb.name = "user.weight"},
    %Q: tensor<?x64xf32> {emb.name = "item.weight"},
    %U: tensor<?x1xf32> {emb.name = "user_bias.weight"},
    %I: tensor<?x1xf32> {emb.name = "item_bias.weight"},
    %users: tensor<?xi32> {emb.name = "users"},
    %items: tensor<?xi32> {emb.name = "items"},
    %ratings: tensor<?xf32> {emb.name = "ratings"},
    %mean: f32 {emb.name = "mean"}) -> f32 {
  %predictions, %p, %q = call @score(%P, %Q, %U, %I, %users, %items, %mean)
    : (tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x1xf32>, tensor<?x1xf32>,
       tensor<?xi32>, tensor<?xi32>, f32)
    -> (tensor<?xf32>, tensor<?x64xf32>, tensor<?x64xf32>)
  %error = call @mse(%predictions, %ratings)
    : (tensor<?xf32>, tensor<?xf32>) -> f32

  %nothing = arith.constant dense<0.0> : tensor<f64>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> ()>],
      iterator_types = ["reduction", "reduction"]}
      ins(%p, %q : tensor<?x64xf32>, tensor<?x64xf32>)
      outs(%nothing : tensor<f64>) {
  ^bb0(%x: f32, %y: f32, %acc: f64):
    %xx = arith.mulf %x, %x : f32
    %yy = arith.mulf %y, %y : f32
    %both = arith.addf %xx, %yy : f32
    %wide = arith.extf %both : f32 to f64
    %next = arith.addf %acc, %wide : f64
    linalg.yield %next : f64
  } -> tensor<f64>
  %total = tensor.extract %sum[] : tensor<f64>
  %c0 = arith.constant 0 : index
  %B = tensor.dim %users, %c0 : tensor<?xi32>
  %integer = arith.index_cast %B : index to i64
  %count = arith.sitofp %integer : i64 to f64
  %size = arith.divf %total, %count : f64
  %decay = arith.constant 0.06 : f64
  %wide = arith.mulf %decay, %size : f64
  %penalty = arith.truncf %wide : f64 to f32
  %loss = arith.addf %error, %penalty : f32
  return %loss : f32
}

func.func @predict(
    %P: tensor<?x64xf32> {emb.name = "user.weight"},
    %Q: tensor<?x64xf32> {emb.name = "item.weight"},
    %U: tensor<?x1xf32> {emb.name = "user_bias.weight"},
    %I: tensor<?x1xf32> {emb.name = "item_bias.weight"},
    %users: tensor<?xi32> {emb.name = "users"},
    %items: tensor<?xi32> {emb.name = "items"},
    %mean: f32 {emb.name = "mean"}) -> tensor<?xf32> {
  %predictions, %p, %q = call @score(%P, %Q, %U, %I, %users, %items, %mean)
    : (tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x1xf32>, tensor<?x1xf32>,
       tensor<?xi32>, tensor<?xi32>, f32)
    -> (tensor<?xf32>, tensor<?x64xf32>, tensor<?x64xf32>)
  return %predictions : tensor<?xf32>
}

// The predictions, and the vectors they are made of.
func.func private @score(
    %P: tensor<?x64xf32>, %Q: tensor<?x64xf32>, %U: tensor<?x1xf32>,
    %I: tensor<?x1xf32>, %users: tensor<?xi32>, %items: tensor<?xi32>, %mean: f32)
    -> (tensor<?xf32>, tensor<?x64xf32>, tensor<?x64xf32>) {
  %p = emb.gather %P[%users]
    : tensor<?x64xf32>, tensor<?xi32> -> tensor<?x64xf32>
  %q = emb.gather %Q[%items]
    : tensor<?x64xf32>, tensor<?xi32> -> tensor<?x64xf32>
  %u = emb.gather %U[%users] : tensor<?x1xf32>, tensor<?xi32> -> tensor<?x1xf32>
  %i = emb.gather %I[%items] : tensor<?x1xf32>, tensor<?xi32> -> tensor<?x1xf32>

  %c0 = arith.constant 0 : index
  %B = tensor.dim %users, %c0 : tensor<?xi32>
  %zero = arith.constant 0.0 : f32
  %zeros = tensor.splat %zero[%B] : tensor<?xf32>
  %dots = linalg.generic {
      indexing_maps = [affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> (b)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%p, %q : tensor<?x64xf32>, tensor<?x64xf32>)
      outs(%zeros : tensor<?xf32>) {
  ^bb0(%x: f32, %y: f32, %sum: f32):
    %product = arith.mulf %x, %y : f32
    %next = arith.addf %sum, %product : f32
    linalg.yield %next : f32
  } -> tensor<?xf32>

  %biases = arith.addf %u, %i : tensor<?x1xf32>
  %bias = tensor.collapse_shape %biases [[0, 1]]
    : tensor<?x1xf32> into tensor<?xf32>
  %means = tensor.splat %mean[%B] : tensor<?xf32>
  %base = arith.addf %means, %bias : tensor<?xf32>
  %predictions = arith.addf %base, %dots : tensor<?xf32>
  return %predictions, %p, %q
    : tensor<?xf32>, tensor<?x64xf32>, tensor<?x64xf32>
}

func.func private @mse(tensor<?xf32>, tensor<?xf32>) -> f32
  attributes {emb.layer = #emb.mse_loss}
