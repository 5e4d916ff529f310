// RUN: emb-check %s
// RUN: emb-check %s --strided

// Logits (0, log 3) are probabilities 1/4 and 3/4, so that the losses of the two
// classes are log 4 = 1.3862944 and log 4/3 = 0.28768207.

func.func private @mean(tensor<?x2xf32>, tensor<?xi64>) -> f32
    attributes {emb.layer = #emb.cross_entropy_loss}
func.func private @sum(tensor<?x2xf32>, tensor<?xi64>) -> f32
    attributes {emb.layer = #emb.cross_entropy_loss<reduction = sum>}
func.func private @none(tensor<?x2xf32>, tensor<?xi64>) -> tensor<?xf32>
    attributes {emb.layer = #emb.cross_entropy_loss<reduction = none>}
func.func private @any(tensor<?x?xf64>, tensor<?xi32>) -> tensor<f64>
    attributes {emb.layer = #emb.cross_entropy_loss}
func.func private @ignore_1(tensor<?x2xf32>, tensor<?xi32>) -> f32
    attributes {emb.layer = #emb.cross_entropy_loss<ignore_index = 1>}
func.func private @weighted(tensor<?x2xf32>, tensor<?xi64>, tensor<2xf32>) -> f32
    attributes {emb.layer = #emb.cross_entropy_loss}
func.func private @weighted_none(tensor<?x2xf32>, tensor<?xi64>, tensor<2xf32>) -> tensor<?xf32>
    attributes {emb.layer = #emb.cross_entropy_loss<reduction = none>}
func.func private @smooth(tensor<?x2xf32>, tensor<?xi64>) -> f32
    attributes {emb.layer = #emb.cross_entropy_loss<label_smoothing = 0.1>}
func.func private @smooth_any(tensor<?x?xf64>, tensor<?xi64>, tensor<?xf64>) -> f64
    attributes {emb.layer = #emb.cross_entropy_loss<label_smoothing = 0.1>}
func.func private @smooth_weighted(tensor<?x2xf32>, tensor<?xi64>, tensor<2xf32>) -> f32
    attributes {emb.layer = #emb.cross_entropy_loss<label_smoothing = 0.1>}
func.func private @f16(tensor<1x2xf16>, tensor<1xi64>) -> f16
    attributes {emb.layer = #emb.cross_entropy_loss}

func.func @log_2() {
  %x = check.constant dense<0.0> : tensor<1x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<1> : tensor<1xi64> as tensor<?xi64>
  %loss = call @mean(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  check.expect_close %loss, 0.69314718 : f32 rtol 1.0e-6 atol 0.0
  return
}

func.func @each_class() {
  %x = check.constant dense<[[0.0, 1.0986123], [0.0, 1.0986123]]> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[0, 1]> : tensor<2xi64> as tensor<?xi64>
  %loss = call @none(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> tensor<?xf32>
  check.expect_close %loss, dense<[1.3862944, 0.28768207]> : tensor<2xf32> as tensor<?xf32> rtol 1.0e-6 atol 0.0
  return
}

// exp(1000) is infinite, exp(-2000) zero.
func.func @large_logits() {
  %x = check.constant dense<[[1000.0, -1000.0], [1000.0, -1000.0], [-1000.0, -1000.0], [1000.0, 1000.0]]> : tensor<4x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[0, 1, 0, 1]> : tensor<4xi64> as tensor<?xi64>
  %loss = call @none(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> tensor<?xf32>
  check.expect_close %loss, dense<[0.0, 2000.0, 0.69314718, 0.69314718]> : tensor<4xf32> as tensor<?xf32> rtol 1.0e-6 atol 0.0
  return
}

// A class that cannot be, for a label that is another one.
func.func @infinite_logit() {
  %x = check.constant dense<[[2.0, 0xFF800000]]> : tensor<1x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<0> : tensor<1xi64> as tensor<?xi64>
  %loss = call @mean(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  check.expect_eq %loss, 0.0 : f32
  return
}

// Three classes of the same logit; f64, i32 and dynamic extents.
func.func @log_3() {
  %x = check.constant dense<7.0> : tensor<2x3xf64> as tensor<?x?xf64>
  %y = check.constant dense<[2, 0]> : tensor<2xi32> as tensor<?xi32>
  %loss = call @any(%x, %y) : (tensor<?x?xf64>, tensor<?xi32>) -> tensor<f64>
  check.expect_close %loss, dense<1.0986122886681098> : tensor<f64> rtol 1.0e-15 atol 0.0
  return
}

func.func @ignored() {
  %x = check.constant dense<[[0.0, 0.0], [5.0, 9.0]]> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[1, -100]> : tensor<2xi64> as tensor<?xi64>
  %mean = call @mean(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  %sum = call @sum(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  %each = call @none(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> tensor<?xf32>
  check.expect_close %mean, 0.69314718 : f32 rtol 1.0e-6 atol 0.0
  check.expect_close %sum, 0.69314718 : f32 rtol 1.0e-6 atol 0.0
  check.expect_close %each, dense<[0.69314718, 0.0]> : tensor<2xf32> as tensor<?xf32> rtol 1.0e-6 atol 0.0
  return
}

// Class 1 does not count.
func.func @ignored_class() {
  %x = check.constant dense<[[0.0, 0.0], [5.0, 9.0]]> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[0, 1]> : tensor<2xi32> as tensor<?xi32>
  %loss = call @ignore_1(%x, %y) : (tensor<?x2xf32>, tensor<?xi32>) -> f32
  check.expect_close %loss, 0.69314718 : f32 rtol 1.0e-6 atol 0.0
  return
}

func.func @all_ignored() {
  %x = check.constant dense<1.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<-100> : tensor<2xi64> as tensor<?xi64>
  %w = check.constant dense<1.0> : tensor<2xf32>
  %mean = call @mean(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  %weighted = call @weighted(%x, %y, %w) : (tensor<?x2xf32>, tensor<?xi64>, tensor<2xf32>) -> f32
  %sum = call @sum(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  check.expect_close %mean, 0x7FC00000 : f32 rtol 0.0 atol 0.0
  check.expect_close %weighted, 0x7FC00000 : f32 rtol 0.0 atol 0.0
  check.expect_eq %sum, 0.0 : f32
  return
}

func.func @no_samples() {
  %x = check.constant dense<> : tensor<0x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %mean = call @mean(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  check.expect_close %mean, 0x7FC00000 : f32 rtol 0.0 atol 0.0
  return
}

// (1 log 4 + 3 log 4/3) / (1 + 3); the third sample does not count.
func.func @class_weights() {
  %x = check.constant dense<[[0.0, 1.0986123], [0.0, 1.0986123], [0.0, 1.0986123]]> : tensor<3x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[0, 1, -100]> : tensor<3xi64> as tensor<?xi64>
  %w = check.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %mean = call @weighted(%x, %y, %w) : (tensor<?x2xf32>, tensor<?xi64>, tensor<2xf32>) -> f32
  %each = call @weighted_none(%x, %y, %w) : (tensor<?x2xf32>, tensor<?xi64>, tensor<2xf32>) -> tensor<?xf32>
  check.expect_close %mean, 0.56233514 : f32 rtol 1.0e-6 atol 0.0
  check.expect_close %each, dense<[1.3862944, 0.86304622, 0.0]> : tensor<3xf32> as tensor<?xf32> rtol 1.0e-6 atol 0.0
  return
}

// 0.9 log 4 + 0.05 (log 4 + log 4/3)
func.func @label_smoothing() {
  %x = check.constant dense<[[0.0, 1.0986123], [7.0, 8.0]]> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[0, -100]> : tensor<2xi64> as tensor<?xi64>
  %loss = call @smooth(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  check.expect_close %loss, 1.3313637 : f32 rtol 1.0e-6 atol 0.0
  return
}

// 0.9 log 4 + 0.05 (1 log 4 + 3 log 4/3), twice, and
// 2.7 log 4/3 + 0.05 (1 log 4 + 3 log 4/3), over 1 + 1 + 3
func.func @label_smoothing_with_weights() {
  %x = check.constant dense<[[0.0, 1.0986123], [0.0, 1.0986123], [0.0, 1.0986123]]> : tensor<3x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[0, 0, 1]> : tensor<3xi64> as tensor<?xi64>
  %w = check.constant dense<[1.0, 3.0]> : tensor<2xf32>
  %loss = call @smooth_weighted(%x, %y, %w) : (tensor<?x2xf32>, tensor<?xi64>, tensor<2xf32>) -> f32
  check.expect_close %loss, 0.72189451 : f32 rtol 1.0e-6 atol 0.0
  return
}

// The same, with a number of classes that only the run knows.
func.func @label_smoothing_of_any() {
  %x = check.constant dense<[[0.0, 1.0986122886681098], [0.0, 1.0986122886681098], [0.0, 1.0986122886681098]]> : tensor<3x2xf64> as tensor<?x?xf64>
  %y = check.constant dense<[0, 0, 1]> : tensor<3xi64> as tensor<?xi64>
  %w = check.constant dense<[1.0, 3.0]> : tensor<2xf64> as tensor<?xf64>
  %loss = call @smooth_any(%x, %y, %w) : (tensor<?x?xf64>, tensor<?xi64>, tensor<?xf64>) -> f64
  check.expect_close %loss, 0.7218945064813793 : f64 rtol 1.0e-14 atol 0.0
  return
}

// 65504 is the largest f16; distances of logits are not f16.
func.func @computed_in_f32() {
  %x = check.constant dense<[[30000.0, -30000.0]]> : tensor<1x2xf16>
  %y = check.constant dense<1> : tensor<1xi64>
  %loss = call @f16(%x, %y) : (tensor<1x2xf16>, tensor<1xi64>) -> f16
  check.expect_eq %loss, 60000.0 : f16
  return
}

func.func @target_too_large() attributes {check.error = "cross_entropy_loss: target: index out of range: position [1] has value 2, expected 0 <= index < 2", check.status = "invalid index"} {
  %x = check.constant dense<0.0> : tensor<3x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[-100, 2, 0]> : tensor<3xi64> as tensor<?xi64>
  %loss = call @mean(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  check.use %loss : f32
  return
}

// With ignore_index 1 a label of -100 is like any other.
func.func @target_negative() attributes {check.error = "cross_entropy_loss: target: index out of range: position [0] has value -100, expected 0 <= index < 2", check.status = "invalid index"} {
  %x = check.constant dense<0.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[-100, 1]> : tensor<2xi32> as tensor<?xi32>
  %loss = call @ignore_1(%x, %y) : (tensor<?x2xf32>, tensor<?xi32>) -> f32
  check.use %loss : f32
  return
}

// The table stays as it is, although its update comes first.
func.func @nothing_is_written() attributes {check.error = "cross_entropy_loss: target: index out of range: position [0] has value 5", check.status = "invalid index"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[3, 1]> : tensor<2xi64> as tensor<?xi64>
  %x = check.constant dense<2.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<[5, 0]> : tensor<2xi64> as tensor<?xi64>
  %t1 = emb.scatter_add %x[%i] into %t : tensor<?x2xf32>, tensor<?xi64>, tensor<4x2xf32>
  %loss = call @mean(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  check.use %t1 : tensor<4x2xf32>
  check.use %loss : f32
  return
}

func.func @other_number_of_samples() attributes {check.error = "cross_entropy_loss: target, dimension 0: found 1, expected 2", check.status = "invalid shape"} {
  %x = check.constant dense<0.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %y = check.constant dense<1> : tensor<1xi64> as tensor<?xi64>
  %loss = call @mean(%x, %y) : (tensor<?x2xf32>, tensor<?xi64>) -> f32
  check.use %loss : f32
  return
}
