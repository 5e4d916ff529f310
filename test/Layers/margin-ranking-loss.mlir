// RUN: emb-check %s

func.func private @none(tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
    attributes {emb.layer = #emb.margin_ranking_loss<margin = 0.5, reduction = none>}
func.func private @mean(tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
    attributes {emb.layer = #emb.margin_ranking_loss<margin = 0.5>}
func.func private @sum(tensor<2x2xf64>, tensor<2x2xf64>, tensor<2x2xf64>) -> f64
    attributes {emb.layer = #emb.margin_ranking_loss<reduction = sum>}

// 0.5 - y (x1 - x2), at least 0
func.func @each() {
  %x1 = check.constant dense<[1.0, 2.0, 3.0, 3.0, 0.5]> : tensor<5xf32> as tensor<?xf32>
  %x2 = check.constant dense<[2.0, 2.0, 0.0, 0.0, 0.0]> : tensor<5xf32> as tensor<?xf32>
  %y = check.constant dense<[1.0, 1.0, -1.0, 1.0, 1.0]> : tensor<5xf32> as tensor<?xf32>
  %loss = call @none(%x1, %x2, %y) : (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  check.expect_eq %loss, dense<[1.5, 0.5, 3.5, 0.0, 0.0]> : tensor<5xf32> as tensor<?xf32>
  return
}

func.func @mean_of_all() {
  %x1 = check.constant dense<[1.0, 2.0, 3.0, 3.0]> : tensor<4xf32> as tensor<?xf32>
  %x2 = check.constant dense<[2.0, 2.0, 0.0, 0.0]> : tensor<4xf32> as tensor<?xf32>
  %y = check.constant dense<[1.0, 1.0, -1.0, 1.0]> : tensor<4xf32> as tensor<?xf32>
  %loss = call @mean(%x1, %x2, %y) : (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  check.expect_eq %loss, dense<1.375> : tensor<f32>
  return
}

func.func @empty_mean() {
  %x = check.constant dense<> : tensor<0xf32> as tensor<?xf32>
  %loss = call @mean(%x, %x, %x) : (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  check.expect_close %loss, dense<0x7FC00000> : tensor<f32> rtol 0.0 atol 0.0
  return
}

// Without a margin: 2 + 3.
func.func @sum_of_all() {
  %x1 = check.constant dense<[[1.0, 5.0], [3.0, 4.0]]> : tensor<2x2xf64>
  %x2 = check.constant dense<[[3.0, 5.0], [0.0, 0.0]]> : tensor<2x2xf64>
  %y = check.constant dense<[[1.0, 1.0], [-1.0, 1.0]]> : tensor<2x2xf64>
  %loss = call @sum(%x1, %x2, %y) : (tensor<2x2xf64>, tensor<2x2xf64>, tensor<2x2xf64>) -> f64
  check.expect_eq %loss, 5.0 : f64
  return
}

func.func @other_shape() attributes {check.error = "margin_ranking_loss: target, dimension 0: found 1, expected 2", check.status = "invalid shape"} {
  %x = check.constant dense<1.0> : tensor<2xf32> as tensor<?xf32>
  %y = check.constant dense<1.0> : tensor<1xf32> as tensor<?xf32>
  %loss = call @mean(%x, %x, %y) : (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  check.use %loss : tensor<f32>
  return
}
