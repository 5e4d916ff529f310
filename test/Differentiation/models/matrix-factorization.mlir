// RUN: emb-opt %s --emb-define-layers --inline --symbol-dce --canonicalize --cse --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Products of rows of two tables, with a bias of each row; users and items occur
// several times.

// Each table is looked up once and has one source.
// CHECK-LABEL: func.func @step(
// CHECK-COUNT-4: emb.gather
// CHECK-NOT:     emb.gather
// CHECK-NOT:     emb.scatter_add
// CHECK-COUNT-2: emb.apply_gradient #emb.sparse_adam {{.*}} sources[%{{[^,]*}} : tensor<?xi64> -> %{{[^,]*}} : tensor<?x3xf64>] lr
// CHECK-COUNT-2: emb.apply_gradient #emb.sparse_adam {{.*}} sources[%{{[^,]*}} : tensor<?xi64> -> %{{[^,]*}} : tensor<?x1xf64>] lr
// CHECK-NOT:     emb.
// CHECK-LABEL: func.func @dloss(
// CHECK-COUNT-4: emb.scatter_add
// CHECK-NOT:     emb.

func.func private @mse(tensor<?xf64>, tensor<?xf64>) -> f64
    attributes {emb.layer = #emb.mse_loss}

func.func @loss(%user: tensor<?x3xf64> {emb.name = "user", check.shape = [5, 3]},
                %item: tensor<?x3xf64> {emb.name = "item", check.shape = [4, 3]},
                %user_bias: tensor<?x1xf64> {emb.name = "user_bias", check.shape = [5, 1]},
                %item_bias: tensor<?x1xf64> {emb.name = "item_bias", check.shape = [4, 1]},
                %users: tensor<?xi64> {emb.name = "users", check.values = dense<[4, 0, 4, 2, 0, 4]> : tensor<6xi64>},
                %items: tensor<?xi64> {emb.name = "items", check.values = dense<[1, 3, 1, 0, 0, 2]> : tensor<6xi64>},
                %ratings: tensor<?xf64> {emb.name = "ratings", check.shape = [6]}) -> f64 {
  %u = emb.gather %user[%users] : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  %i = emb.gather %item[%items] : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  %bu = emb.gather %user_bias[%users] : tensor<?x1xf64>, tensor<?xi64> -> tensor<?x1xf64>
  %bi = emb.gather %item_bias[%items] : tensor<?x1xf64>, tensor<?xi64> -> tensor<?x1xf64>
  %b = arith.addf %bu, %bi : tensor<?x1xf64>
  %biases = tensor.collapse_shape %b [[0, 1]] : tensor<?x1xf64> into tensor<?xf64>
  %predictions = linalg.generic {
      indexing_maps = [affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%u, %i : tensor<?x3xf64>, tensor<?x3xf64>) outs(%biases : tensor<?xf64>) {
  ^bb0(%x: f64, %y: f64, %sum: f64):
    %product = arith.mulf %x, %y : f64
    %next = arith.addf %sum, %product : f64
    linalg.yield %next : f64
  } -> tensor<?xf64>
  %loss = call @mse(%predictions, %ratings) : (tensor<?xf64>, tensor<?xf64>) -> f64
  return %loss : f64
}
emb.train @step of @loss
  parameters("user" = #emb.sparse_adam, "item" = #emb.sparse_adam,
             "user_bias" = #emb.sparse_adam, "item_bias" = #emb.sparse_adam)
emb.gradient @dloss of @loss wrt("user", "item", "user_bias", "item_bias", "ratings")
