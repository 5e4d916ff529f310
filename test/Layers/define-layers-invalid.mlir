// RUN: emb-opt %s --emb-define-layers --split-input-file --verify-diagnostics

// expected-error@+1 {{emb.layer is 42 : i64, expected a layer or loss such as #emb.linear}}
func.func private @unknown(tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32> attributes {emb.layer = 42}

// -----

// expected-error@+1 {{emb.layer is #emb.sgd, expected a layer or loss such as #emb.linear}}
func.func private @optimizer(tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32> attributes {emb.layer = #emb.sgd}

// -----

// expected-error@+1 {{found emb.layer at a function with a body, expected the declaration of a private function}}
func.func private @body(%x: tensor<3xf32>, %w: tensor<3x3xf32>) -> tensor<3xf32> attributes {emb.layer = #emb.linear} {
  return %x : tensor<3xf32>
}

// -----

// expected-error@+1 {{found emb.layer at a function that is not private, expected the declaration of a private function}}
func.func nested @nested(tensor<3xf32>, tensor<3x3xf32>) -> tensor<3xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: found '(tensor<2x3xf32>) -> tensor<2x2xf32>', expected (x, weight, bias?) -> y}}
func.func private @linear(tensor<2x3xf32>) -> tensor<2x2xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: found '(tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>)', expected (x, weight, bias?) -> y}}
func.func private @linear(tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{lstm: found '(tensor<2x3x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>, tensor<4xf32>, tensor<4xf32>, tensor<3x1xf32>) -> (tensor<2x3x1xf32>, tensor<3x1xf32>, tensor<3x1xf32>)', expected (x, weight_ih, weight_hh), with or without (bias_ih, bias_hh), with or without (h0, c0) -> (output, h_n, c_n)}}
func.func private @lstm(tensor<2x3x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>, tensor<4xf32>, tensor<4xf32>, tensor<3x1xf32>) -> (tensor<2x3x1xf32>, tensor<3x1xf32>, tensor<3x1xf32>) attributes {emb.layer = #emb.lstm}

// -----

// expected-error@+1 {{mse_loss: found '(tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> f32', expected (input, target) -> loss}}
func.func private @mse(tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> f32 attributes {emb.layer = #emb.mse_loss}

// -----

// expected-error@+1 {{cross_entropy_loss: found '(tensor<2x3xf32>) -> f32', expected (input, target, weight?) -> loss}}
func.func private @ce(tensor<2x3xf32>) -> f32 attributes {emb.layer = #emb.cross_entropy_loss}

// -----

// expected-error@+1 {{bce_with_logits_loss: found '(tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> f32', expected (input, target, weight?, pos_weight?) -> loss}}
func.func private @bce(tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> f32 attributes {emb.layer = #emb.bce_with_logits_loss}

// -----

// expected-error@+1 {{bce_with_logits_loss: found '(tensor<2xf32>, tensor<2xf32>) -> f32', expected (input, target, pos_weight) or (input, target, weight, pos_weight) -> loss}}
func.func private @bce(tensor<2xf32>, tensor<2xf32>) -> f32 attributes {emb.layer = #emb.bce_with_logits_loss<pos_weight = true>}

// -----

// expected-error@+1 {{margin_ranking_loss: found '(tensor<2xf32>, tensor<2xf32>) -> f32', expected (input1, input2, target) -> loss}}
func.func private @margin(tensor<2xf32>, tensor<2xf32>) -> f32 attributes {emb.layer = #emb.margin_ranking_loss}

// -----

// expected-error@+1 {{linear: x is 'f32', expected a ranked tensor of floats}}
func.func private @scalar(f32, tensor<2x3xf32>) -> tensor<2xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: x is 'tensor<*xf32>', expected a ranked tensor of floats}}
func.func private @unranked(tensor<*xf32>, tensor<2x3xf32>) -> tensor<2xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: x is 'tensor<f32>', expected rank at least 1}}
func.func private @rank_0(tensor<f32>, tensor<2x3xf32>) -> tensor<2xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: weight is 'tensor<3xf32>', expected rank 2}}
func.func private @rank(tensor<2x3xf32>, tensor<3xf32>) -> tensor<2xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: weight, dimension 1: found 2 ('tensor<3x2xf32>'), expected 3}}
func.func private @transposed(tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<2x2xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: bias, dimension 0: found 3 ('tensor<3xf32>'), expected 2}}
func.func private @bias(tensor<?x3xf32>, tensor<2x3xf32>, tensor<3xf32>) -> tensor<?x2xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: weight is 'tensor<2x3xf64>', expected elements of 'f32' as those of x}}
func.func private @mixed(tensor<2x3xf32>, tensor<2x3xf64>) -> tensor<2x2xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: x is 'tensor<2x3xi32>', expected elements of f16, bf16, f32 or f64}}
func.func private @integers(tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x2xi32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{linear: result 0 is 'tensor<2x3xf32>', expected 'tensor<2x2xf32>'}}
func.func private @result(tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32> attributes {emb.layer = #emb.linear}

// -----

// expected-error@+1 {{mse_loss: result 0 is 'f64', expected 'tensor<f32>' or 'f32'}}
func.func private @result(tensor<2x3xf32>, tensor<2x3xf32>) -> f64 attributes {emb.layer = #emb.mse_loss}

// -----

// expected-error@+1 {{mse_loss: result 0 is 'f32', expected 'tensor<2x?xf32>'}}
func.func private @result(tensor<2x?xf32>, tensor<2x?xf32>) -> f32 attributes {emb.layer = #emb.mse_loss<reduction = none>}

// -----

// PyTorch would broadcast, with a warning.
// expected-error@+1 {{mse_loss: target is 'tensor<5xf32>', expected rank 2}}
func.func private @broadcast(tensor<5x1xf32>, tensor<5xf32>) -> f32 attributes {emb.layer = #emb.mse_loss}

// -----

// expected-error@+1 {{lstm: weight_hh, dimension 0: found 9 ('tensor<9x3xf32>'), expected 12}}
func.func private @gates(tensor<2x3x1xf32>, tensor<12x1xf32>, tensor<9x3xf32>, tensor<12xf32>, tensor<12xf32>) -> (tensor<2x3x3xf32>, tensor<3x3xf32>, tensor<3x3xf32>) attributes {emb.layer = #emb.lstm}

// -----

// h0 has one row for each sequence, and the batch is the second dimension of x.
// expected-error@+1 {{lstm: h0, dimension 0: found 2 ('tensor<2x1xf32>'), expected 3}}
func.func private @state(tensor<2x3x1xf32>, tensor<4x1xf32>, tensor<4x1xf32>, tensor<4xf32>, tensor<4xf32>, tensor<2x1xf32>, tensor<2x1xf32>) -> (tensor<2x3x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>) attributes {emb.layer = #emb.lstm}

// -----

// expected-error@+1 {{cross_entropy_loss: target is 'tensor<2xf32>', expected elements of i32 or i64}}
func.func private @probabilities(tensor<2x3xf32>, tensor<2xf32>) -> f32 attributes {emb.layer = #emb.cross_entropy_loss}

// -----

// expected-error@+1 {{cross_entropy_loss: target is 'i64', expected a ranked tensor of integers}}
func.func private @one_label(tensor<2x3xf32>, i64) -> f32 attributes {emb.layer = #emb.cross_entropy_loss}

// -----

// expected-error@+1 {{cross_entropy_loss: input is 'tensor<2x3x4xf32>', expected rank 2}}
func.func private @pictures(tensor<2x3x4xf32>, tensor<2x4xi64>) -> f32 attributes {emb.layer = #emb.cross_entropy_loss}

// -----

// expected-error@+1 {{cross_entropy_loss: weight, dimension 0: found 2 ('tensor<2xf32>'), expected 3}}
func.func private @weights(tensor<2x3xf32>, tensor<2xi64>, tensor<2xf32>) -> f32 attributes {emb.layer = #emb.cross_entropy_loss}

// -----

// expected-error@+1 {{cross_entropy_loss: label_smoothing is 1.5}}
func.func private @smoothing(tensor<2x3xf32>, tensor<2xi64>) -> f32 attributes {emb.layer = #emb.cross_entropy_loss<label_smoothing = 1.5>}

// -----

// expected-error@+1 {{bce_with_logits_loss: weight is 'tensor<1x2x3xf32>', expected rank 2 at most}}
func.func private @weights(tensor<2x3xf32>, tensor<2x3xf32>, tensor<1x2x3xf32>) -> f32 attributes {emb.layer = #emb.bce_with_logits_loss}

// -----

// expected-error@+1 {{bce_with_logits_loss: pos_weight, dimension 0: found 2 ('tensor<2xf32>'), expected 3}}
func.func private @pos_weights(tensor<2x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> f32 attributes {emb.layer = #emb.bce_with_logits_loss<pos_weight = true>}

// -----

// expected-error@+1 {{margin_ranking_loss: target, dimension 0: found 3 ('tensor<3xf32>'), expected 2}}
func.func private @margin(tensor<2xf32>, tensor<2xf32>, tensor<3xf32>) -> f32 attributes {emb.layer = #emb.margin_ranking_loss}
