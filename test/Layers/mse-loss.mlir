// RUN: emb-check %s
// RUN: emb-check %s --strided-columns

func.func private @mean(tensor<2x2xf32>, tensor<2x2xf32>) -> f32
    attributes {emb.layer = #emb.mse_loss}
func.func private @sum(tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
    attributes {emb.layer = #emb.mse_loss<reduction = sum>}
func.func private @none(tensor<?x2xf64>, tensor<?x?xf64>) -> tensor<?x2xf64>
    attributes {emb.layer = #emb.mse_loss<reduction = none>}
func.func private @mean_of_any(tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<f64>
    attributes {emb.layer = #emb.mse_loss}
func.func private @scalar(tensor<f32>, tensor<f32>) -> f32
    attributes {emb.layer = #emb.mse_loss}
func.func private @f16(tensor<4xf16>, tensor<4xf16>) -> f16
    attributes {emb.layer = #emb.mse_loss}

// (0 + 4 + 9 + 16) / 4
func.func @mean_of_all_elements() {
  %x = check.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %t = check.constant dense<[[1.0, 0.0], [0.0, 8.0]]> : tensor<2x2xf32>
  %loss = call @mean(%x, %t) : (tensor<2x2xf32>, tensor<2x2xf32>) -> f32
  check.expect_eq %loss, 7.25 : f32
  return
}

// Sums are accumulated in f64: 2^24 + 1 is 2^24 in f32, and 2^24 + 3 is rounded
// to 2^24 + 4.
func.func @sum_in_f64() {
  %x = check.constant dense<[4096.0, 1.0, 1.0, -1.0]> : tensor<4xf32> as tensor<?xf32>
  %t = check.constant dense<0.0> : tensor<4xf32> as tensor<?xf32>
  %loss = call @sum(%x, %t) : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  check.expect_eq %loss, dense<16777220.0> : tensor<f32>
  return
}

func.func @element_by_element() {
  %x = check.constant dense<[[1.0, 2.0]]> : tensor<1x2xf64> as tensor<?x2xf64>
  %t = check.constant dense<[[3.0, 0.5]]> : tensor<1x2xf64> as tensor<?x?xf64>
  %loss = call @none(%x, %t) : (tensor<?x2xf64>, tensor<?x?xf64>) -> tensor<?x2xf64>
  check.expect_eq %loss, dense<[[4.0, 2.25]]> : tensor<1x2xf64> as tensor<?x2xf64>
  return
}

func.func @mean_of_dynamic() {
  %x = check.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf64> as tensor<?x?xf64>
  %t = check.constant dense<0.0> : tensor<2x3xf64> as tensor<?x?xf64>
  %loss = call @mean_of_any(%x, %t) : (tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<f64>
  check.expect_eq %loss, dense<15.166666666666666> : tensor<f64>
  return
}

func.func @empty_mean() {
  %x = check.constant dense<> : tensor<2x0xf64> as tensor<?x?xf64>
  %t = check.constant dense<> : tensor<2x0xf64> as tensor<?x?xf64>
  %loss = call @mean_of_any(%x, %t) : (tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<f64>
  check.expect_close %loss, dense<0x7FF8000000000000> : tensor<f64> rtol 0.0 atol 0.0
  return
}

func.func @empty_sum() {
  %x = check.constant dense<> : tensor<0xf32> as tensor<?xf32>
  %t = check.constant dense<> : tensor<0xf32> as tensor<?xf32>
  %loss = call @sum(%x, %t) : (tensor<?xf32>, tensor<?xf32>) -> tensor<f32>
  check.expect_eq %loss, dense<0.0> : tensor<f32>
  return
}

func.func @rank_0() {
  %x = check.constant dense<3.0> : tensor<f32>
  %t = check.constant dense<1.0> : tensor<f32>
  %loss = call @scalar(%x, %t) : (tensor<f32>, tensor<f32>) -> f32
  check.expect_eq %loss, 4.0 : f32
  return
}

// 300^2 is no f16; its quarter is rounded to one.
func.func @computed_in_f32() {
  %x = check.constant dense<[300.0, 0.0, 0.0, 0.0]> : tensor<4xf16>
  %t = check.constant dense<0.0> : tensor<4xf16>
  %loss = call @f16(%x, %t) : (tensor<4xf16>, tensor<4xf16>) -> f16
  check.expect_eq %loss, 22496.0 : f16
  return
}

func.func @other_shape() attributes {check.error = "mse_loss: target, dimension 1: found 1, expected 2", check.status = "invalid shape"} {
  %x = check.constant dense<1.0> : tensor<3x2xf64> as tensor<?x?xf64>
  %t = check.constant dense<1.0> : tensor<3x1xf64> as tensor<?x?xf64>
  %loss = call @mean_of_any(%x, %t) : (tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<f64>
  check.use %loss : tensor<f64>
  return
}
