// RUN: emb-check %s
// RUN: emb-check %s --strided

func.func private @mean(tensor<?xf32>, tensor<?xf32>) -> f32
    attributes {emb.layer = #emb.bce_with_logits_loss}
func.func private @none(tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
    attributes {emb.layer = #emb.bce_with_logits_loss<reduction = none>}
func.func private @weighted(tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
    attributes {emb.layer = #emb.bce_with_logits_loss<reduction = none>}
func.func private @pos_weighted(tensor<?x2xf32>, tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
    attributes {emb.layer = #emb.bce_with_logits_loss<pos_weight = true, reduction = none>}
func.func private @both(tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?xf32>) -> f32
    attributes {emb.layer = #emb.bce_with_logits_loss<reduction = sum>}
func.func private @of_all(tensor<2x2xf32>, tensor<2x2xf32>, tensor<f32>, tensor<1xf32>) -> f32
    attributes {emb.layer = #emb.bce_with_logits_loss<pos_weight = true>}

// log 2, whatever the target
func.func @log_2() {
  %x = check.constant dense<0.0> : tensor<3xf32> as tensor<?xf32>
  %y = check.constant dense<[0.0, 1.0, 0.25]> : tensor<3xf32> as tensor<?xf32>
  %loss = call @mean(%x, %y) : (tensor<?xf32>, tensor<?xf32>) -> f32
  check.expect_close %loss, 0.69314718 : f32 rtol 1.0e-6 atol 0.0
  return
}

// log 3 is a probability of 3/4: log 4/3 for 1, log 4 for 0.
func.func @three_quarters() {
  %x = check.constant dense<[1.0986122886681098, 1.0986122886681098, -1.0986122886681098, -1.0986122886681098]> : tensor<4xf64> as tensor<?xf64>
  %y = check.constant dense<[1.0, 0.0, 1.0, 0.0]> : tensor<4xf64> as tensor<?xf64>
  %loss = call @none(%x, %y) : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  check.expect_close %loss, dense<[0.28768207245178093, 1.3862943611198906, 1.3862943611198906, 0.28768207245178093]> : tensor<4xf64> as tensor<?xf64> rtol 1.0e-14 atol 0.0
  return
}

// exp(1000) is infinite, and 1 + exp(-40) is 1.
func.func @large_logits() {
  %x = check.constant dense<[1000.0, 1000.0, -1000.0, -1000.0, 1000.0, 40.0]> : tensor<6xf64> as tensor<?xf64>
  %y = check.constant dense<[1.0, 0.0, 1.0, 0.0, 0.5, 1.0]> : tensor<6xf64> as tensor<?xf64>
  %loss = call @none(%x, %y) : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  check.expect_close %loss, dense<[0.0, 1000.0, 1000.0, 0.0, 500.0, 4.2483542552915889e-18]> : tensor<6xf64> as tensor<?xf64> rtol 1.0e-14 atol 0.0
  return
}

func.func @empty_mean() {
  %x = check.constant dense<> : tensor<0xf32> as tensor<?xf32>
  %y = check.constant dense<> : tensor<0xf32> as tensor<?xf32>
  %loss = call @mean(%x, %y) : (tensor<?xf32>, tensor<?xf32>) -> f32
  check.expect_close %loss, 0x7FC00000 : f32 rtol 0.0 atol 0.0
  return
}

// One weight for each sample.
func.func @weights() {
  %x = check.constant dense<0.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[[0.0, 1.0], [1.0, 0.0]]> : tensor<2x2xf32> as tensor<?x2xf32>
  %w = check.constant dense<[[2.0], [0.5]]> : tensor<2x1xf32> as tensor<?x1xf32>
  %loss = call @weighted(%x, %y, %w) : (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
  check.expect_close %loss, dense<[[1.3862944, 1.3862944], [0.34657359, 0.34657359]]> : tensor<2x2xf32> as tensor<?x2xf32> rtol 1.0e-6 atol 0.0
  return
}

// One factor for each column, of what is true.
func.func @pos_weights() {
  %x = check.constant dense<0.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[[0.0, 1.0], [1.0, 0.5]]> : tensor<2x2xf32> as tensor<?x2xf32>
  %p = check.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %loss = call @pos_weighted(%x, %y, %p) : (tensor<?x2xf32>, tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  check.expect_close %loss, dense<[[0.69314718, 2.7725887], [1.3862944, 1.7328680]]> : tensor<2x2xf32> as tensor<?x2xf32> rtol 1.0e-6 atol 0.0
  return
}

// log 2 (1 + 4 + 2 0.5 + 0)
func.func @weights_and_pos_weights() {
  %x = check.constant dense<0.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[[0.0, 1.0], [1.0, 1.0]]> : tensor<2x2xf32> as tensor<?x2xf32>
  %w = check.constant dense<[[1.0, 1.0], [0.5, 0.0]]> : tensor<2x2xf32> as tensor<?x2xf32>
  %p = check.constant dense<[2.0, 4.0]> : tensor<2xf32> as tensor<?xf32>
  %loss = call @both(%x, %y, %w, %p) : (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?xf32>) -> f32
  check.expect_close %loss, 4.1588831 : f32 rtol 1.0e-6 atol 0.0
  return
}

// log 2 3 (1 + 5) / 2, one number of each for all elements
func.func @one_weight() {
  %x = check.constant dense<0.0> : tensor<2x2xf32>
  %y = check.constant dense<[[0.0, 1.0], [1.0, 0.0]]> : tensor<2x2xf32>
  %w = check.constant dense<3.0> : tensor<f32>
  %p = check.constant dense<5.0> : tensor<1xf32>
  %loss = call @of_all(%x, %y, %w, %p) : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<f32>, tensor<1xf32>) -> f32
  check.expect_close %loss, 6.2383246 : f32 rtol 1.0e-6 atol 0.0
  return
}

func.func @other_columns() attributes {check.error = "bce_with_logits_loss: pos_weight, dimension 0: found 1, expected 2", check.status = "invalid shape"} {
  %x = check.constant dense<0.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %w = check.constant dense<0.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %p = check.constant dense<2.0> : tensor<1xf32> as tensor<?xf32>
  %loss = call @both(%x, %x, %w, %p) : (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>, tensor<?xf32>) -> f32
  check.use %loss : f32
  return
}
