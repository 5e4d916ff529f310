// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// y = x W^T + b. Below, W has the rows (1, 0, 2) and (3, 1, -1) and b is
// (10, 20), unless a function says otherwise.

func.func private @linear(tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xf32>)
    -> tensor<2x2xf32> attributes {emb.layer = #emb.linear}
func.func private @linear_f64(tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>)
    -> tensor<?x?xf64> attributes {emb.layer = #emb.linear}
func.func private @vector(tensor<3xf32>, tensor<2x3xf32>, tensor<2xf32>)
    -> tensor<2xf32> attributes {emb.layer = #emb.linear}
func.func private @no_bias(tensor<?x3xf32>, tensor<2x3xf32>)
    -> tensor<?x2xf32> attributes {emb.layer = #emb.linear}
func.func private @sequences(tensor<?x?x3xf32>, tensor<2x3xf32>, tensor<2xf32>)
    -> tensor<?x?x2xf32> attributes {emb.layer = #emb.linear}
func.func private @bf16(tensor<1x3xbf16>, tensor<1x3xbf16>, tensor<1xbf16>)
    -> tensor<1x1xbf16> attributes {emb.layer = #emb.linear}
func.func private @half_static(tensor<?x3xf32>, tensor<?x?xf32>, tensor<2xf32>)
    -> tensor<1x2xf32> attributes {emb.layer = #emb.linear}

// 1 + 6 + 10, 3 + 2 - 3 + 20; 8 + 10, -1 - 4 + 20
func.func @rows() {
  %x = check.constant dense<[[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]> : tensor<2x3xf32>
  %w = check.constant dense<[[1.0, 0.0, 2.0], [3.0, 1.0, -1.0]]> : tensor<2x3xf32>
  %b = check.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %y = call @linear(%x, %w, %b) : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  check.expect_eq %y, dense<[[17.0, 22.0], [18.0, 15.0]]> : tensor<2x2xf32>
  return
}

func.func @dynamic() {
  %x = check.constant dense<[[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]> : tensor<2x3xf64> as tensor<?x?xf64>
  %w = check.constant dense<[[1.0, 0.0, 2.0], [3.0, 1.0, -1.0]]> : tensor<2x3xf64> as tensor<?x?xf64>
  %b = check.constant dense<[10.0, 20.0]> : tensor<2xf64> as tensor<?xf64>
  %y = call @linear_f64(%x, %w, %b) : (tensor<?x?xf64>, tensor<?x?xf64>, tensor<?xf64>) -> tensor<?x?xf64>
  check.expect_eq %y, dense<[[17.0, 22.0], [18.0, 15.0]]> : tensor<2x2xf64> as tensor<?x?xf64>
  return
}

func.func @rank_1() {
  %x = check.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %w = check.constant dense<[[1.0, 0.0, 2.0], [3.0, 1.0, -1.0]]> : tensor<2x3xf32>
  %b = check.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %y = call @vector(%x, %w, %b) : (tensor<3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<2xf32>
  check.expect_eq %y, dense<[17.0, 22.0]> : tensor<2xf32>
  return
}

func.func @without_bias() {
  %x = check.constant dense<[[1.0, 2.0, 3.0], [0.0, -1.0, 4.0]]> : tensor<2x3xf32> as tensor<?x3xf32>
  %w = check.constant dense<[[1.0, 0.0, 2.0], [3.0, 1.0, -1.0]]> : tensor<2x3xf32>
  %y = call @no_bias(%x, %w) : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  check.expect_eq %y, dense<[[7.0, 2.0], [8.0, -5.0]]> : tensor<2x2xf32> as tensor<?x2xf32>
  return
}

func.func @rank_3() {
  %x = check.constant dense<[[[1.0, 2.0, 3.0]], [[0.0, -1.0, 4.0]]]> : tensor<2x1x3xf32> as tensor<?x?x3xf32>
  %w = check.constant dense<[[1.0, 0.0, 2.0], [3.0, 1.0, -1.0]]> : tensor<2x3xf32>
  %b = check.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %y = call @sequences(%x, %w, %b) : (tensor<?x?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x?x2xf32>
  check.expect_eq %y, dense<[[[17.0, 22.0]], [[18.0, 15.0]]]> : tensor<2x1x2xf32> as tensor<?x?x2xf32>
  return
}

func.func @no_rows() {
  %x = check.constant dense<> : tensor<2x0x3xf32> as tensor<?x?x3xf32>
  %w = check.constant dense<1.0> : tensor<2x3xf32>
  %b = check.constant dense<1.0> : tensor<2xf32>
  %y = call @sequences(%x, %w, %b) : (tensor<?x?x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<?x?x2xf32>
  check.expect_eq %y, dense<> : tensor<2x0x2xf32> as tensor<?x?x2xf32>
  return
}

// In bf16, 256 + 1 would be 256.
func.func @computed_in_f32() {
  %x = check.constant dense<[[256.0, 1.0, 0.5]]> : tensor<1x3xbf16>
  %w = check.constant dense<1.0> : tensor<1x3xbf16>
  %b = check.constant dense<0.5> : tensor<1xbf16>
  %y = call @bf16(%x, %w, %b) : (tensor<1x3xbf16>, tensor<1x3xbf16>, tensor<1xbf16>) -> tensor<1x1xbf16>
  check.expect_eq %y, dense<[[258.0]]> : tensor<1x1xbf16>
  return
}

// What one operand, or the result, knows of an extent holds for all.
func.func @extents_from_anywhere() {
  %x = check.constant dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32> as tensor<?x3xf32>
  %w = check.constant dense<[[1.0, 0.0, 2.0], [3.0, 1.0, -1.0]]> : tensor<2x3xf32> as tensor<?x?xf32>
  %b = check.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %y = call @half_static(%x, %w, %b) : (tensor<?x3xf32>, tensor<?x?xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  check.expect_eq %y, dense<[[17.0, 22.0]]> : tensor<1x2xf32>
  return
}

func.func @wrong_columns() attributes {check.error = "linear: weight, dimension 1: found 2, expected 3", check.status = "invalid shape"} {
  %x = check.constant dense<1.0> : tensor<1x3xf32> as tensor<?x3xf32>
  %w = check.constant dense<1.0> : tensor<2x2xf32> as tensor<?x?xf32>
  %b = check.constant dense<1.0> : tensor<2xf32>
  %y = call @half_static(%x, %w, %b) : (tensor<?x3xf32>, tensor<?x?xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  check.use %y : tensor<1x2xf32>
  return
}

func.func @wrong_rows() attributes {check.error = "linear: bias, dimension 0: found 2, expected 3", check.status = "invalid shape"} {
  %x = check.constant dense<1.0> : tensor<1x3xf32> as tensor<?x3xf32>
  %w = check.constant dense<1.0> : tensor<3x3xf32> as tensor<?x?xf32>
  %b = check.constant dense<1.0> : tensor<2xf32>
  %y = call @half_static(%x, %w, %b) : (tensor<?x3xf32>, tensor<?x?xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  check.use %y : tensor<1x2xf32>
  return
}

func.func @wrong_result() attributes {check.error = "linear: result 0, dimension 0: found 2, expected 1", check.status = "invalid shape"} {
  %x = check.constant dense<1.0> : tensor<2x3xf32> as tensor<?x3xf32>
  %w = check.constant dense<1.0> : tensor<2x3xf32> as tensor<?x?xf32>
  %b = check.constant dense<1.0> : tensor<2xf32>
  %y = call @half_static(%x, %w, %b) : (tensor<?x3xf32>, tensor<?x?xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  check.use %y : tensor<1x2xf32>
  return
}
