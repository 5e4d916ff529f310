// RUN: emb-gradcheck %s

func.func private @mean(tensor<?x3xf64>, tensor<?x3xf64>) -> f64
    attributes {emb.layer = #emb.mse_loss}
func.func private @sum(tensor<4xf64>, tensor<4xf64>) -> tensor<f64>
    attributes {emb.layer = #emb.mse_loss<reduction = sum>}
func.func private @none(tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
    attributes {emb.layer = #emb.mse_loss<reduction = none>}
func.func private @of_scalars(tensor<f64>, tensor<f64>) -> f64
    attributes {emb.layer = #emb.mse_loss}

func.func @mean_of_all(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [5, 3]},
                       %t: tensor<?x3xf64> {emb.name = "t", check.shape = [5, 3]}) -> f64 {
  %loss = call @mean(%x, %t) : (tensor<?x3xf64>, tensor<?x3xf64>) -> f64
  return %loss : f64
}
emb.gradient @dmean of @mean_of_all wrt("x", "t")

func.func @sum_of_all(%x: tensor<4xf64> {emb.name = "x"}, %t: tensor<4xf64>) -> tensor<f64> {
  %loss = call @sum(%x, %t) : (tensor<4xf64>, tensor<4xf64>) -> tensor<f64>
  return %loss : tensor<f64>
}
emb.gradient @dsum of @sum_of_all wrt("x")

func.func @each(%x: tensor<?xf64> {emb.name = "x", check.shape = [4]},
                %t: tensor<?xf64> {emb.name = "t", check.shape = [4]}) -> tensor<?xf64> {
  %loss = call @none(%x, %t) : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  return %loss : tensor<?xf64>
}
emb.gradient @dnone of @each wrt("x", "t") seeded

func.func @rank_0(%x: tensor<f64> {emb.name = "x"}, %t: tensor<f64>) -> f64 {
  %loss = call @of_scalars(%x, %t) : (tensor<f64>, tensor<f64>) -> f64
  return %loss : f64
}
emb.gradient @drank_0 of @rank_0 wrt("x")
