// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// One step of an optimizer on a table or on a whole tensor.

// Row 1 occurs twice: 10 - 0.5 * (1 + 2); row 0 once: 10 - 0.5 * 4.
func.func @duplicates() {
  %w = check.constant dense<10.0> : tensor<3x1xf32>
  %i = check.constant dense<[1, 0, 1]> : tensor<3xi64>
  %g = check.constant dense<[[1.0], [4.0], [2.0]]> : tensor<3x1xf32>
  %lr = check.constant 0.5 : f64
  %t = check.constant 1 : i64
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<3x1xf32>)
    sources[%i : tensor<3xi64> -> %g : tensor<3x1xf32>] lr(%lr) step(%t)
  check.expect_eq %w1, dense<[[8.0], [8.5], [10.0]]> : tensor<3x1xf32>
  return
}

// Two sources with maps and padding: row 0 gets 1 + 8, row 2 gets 2 * 4, row 1 is
// the padding of the first source and gets 16 of the second.
func.func @two_sources() {
  %w = check.constant dense<0.0> : tensor<3x1xf32>
  %i = check.constant dense<[0, 1, 2]> : tensor<3xi32>
  %g = check.constant dense<[[1.0], [4.0]]> : tensor<2x1xf32>
  %m = check.constant dense<[0, 0, 1]> : tensor<3xi64>
  %s = check.constant dense<[1.0, 1.0, 2.0]> : tensor<3xf32>
  %j = check.constant dense<[0, 1]> : tensor<2xi64>
  %h = check.constant dense<[[8.0], [16.0]]> : tensor<2x1xf32>
  %lr = check.constant 1.0 : f64
  %t = check.constant 1 : i64
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<3x1xf32>)
    sources[%i : tensor<3xi32> -> %g : tensor<2x1xf32> map %m : tensor<3xi64> scale %s : tensor<3xf32> padding 1,
            %j : tensor<2xi64> -> %h : tensor<2x1xf32>] lr(%lr) step(%t)
  check.expect_eq %w1, dense<[[-9.0], [-16.0], [-8.0]]> : tensor<3x1xf32>
  return
}

// The sum is clamped, not its parts: 0.75 + 0.75 is 1, 3 - 2.5 stays 0.5.
func.func @clip_value_of_the_sum() {
  %w = check.constant dense<0.0> : tensor<4x1xf32>
  %i = check.constant dense<[0, 0, 1, 1, 2]> : tensor<5xi64>
  %g = check.constant dense<[[0.75], [0.75], [3.0], [-2.5], [-4.0]]> : tensor<5x1xf32>
  %lr = check.constant 1.0 : f64
  %t = check.constant 1 : i64
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<4x1xf32>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x1xf32>] lr(%lr) step(%t) clip_value 1.0
  check.expect_eq %w1, dense<[[-1.0], [-0.5], [1.0], [0.0]]> : tensor<4x1xf32>
  return
}

// NaN stays, infinities become the bound.
func.func @clip_value_of_specials() {
  %w = check.constant dense<0.0> : tensor<5xf32>
  %g = check.constant dense<[0x7FC00000, 0x7F800000, 0xFF800000, 1.5, -0.5]> : tensor<5xf32>
  %lr = check.constant 1.0 : f64
  %t = check.constant 1 : i64
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<5xf32>) sources[]
    gradient(%g : tensor<5xf32>) lr(%lr) step(%t) clip_value 1.0
  check.expect_close %w1, dense<[0x7FC00000, -1.0, 1.0, -1.0, 0.5]> : tensor<5xf32> rtol 0.0 atol 0.0
  return
}

// First the scale, then the bound: 0.5 * 6 = 3 -> 2; 0.5 * 3 = 1.5 stays.
func.func @scale_before_clip_value() {
  %w = check.constant dense<0.0> : tensor<2x1xf32>
  %v = check.constant dense<0.0> : tensor<2xf64>
  %i = check.constant dense<[0, 0, 1]> : tensor<3xi64>
  %g = check.constant dense<[[2.0], [4.0], [3.0]]> : tensor<3x1xf32>
  %h = check.constant dense<[6.0, 3.0]> : tensor<2xf64>
  %lr = check.constant 1.0 : f64
  %t = check.constant 1 : i64
  %half = check.constant 0.5 : f64
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<2x1xf32>)
    sources[%i : tensor<3xi64> -> %g : tensor<3x1xf32>] lr(%lr) step(%t) scale(%half) clip_value 2.0
  %v1 = emb.apply_gradient #emb.sgd to(%v : tensor<2xf64>) sources[]
    gradient(%h : tensor<2xf64>) lr(%lr) step(%t) scale(%half) clip_value 2.0
  check.expect_eq %w1, dense<[[-2.0], [-1.5]]> : tensor<2x1xf32>
  check.expect_eq %v1, dense<[-2.0, -1.5]> : tensor<2xf64>
  return
}

// maximize turns the sign of the clamped gradient; momentum sees it too:
// b = 0.5 * 2 - 1 = 0.
func.func @clip_value_before_the_rule() {
  %w = check.constant dense<3.0> : tensor<1xf32>
  %b = check.constant dense<2.0> : tensor<1xf32>
  %g = check.constant dense<8.0> : tensor<1xf32>
  %lr = check.constant 1.0 : f64
  %t = check.constant 2 : i64
  %w1, %b1 = emb.apply_gradient #emb.sgd<momentum = 0.5, maximize = true>
    to(%w, %b : tensor<1xf32>, tensor<1xf32>) sources[]
    gradient(%g : tensor<1xf32>) lr(%lr) step(%t) clip_value 1.0
  check.expect_eq %w1, dense<3.0> : tensor<1xf32>
  check.expect_eq %b1, dense<0.0> : tensor<1xf32>
  return
}

// Adam by hand, t = 1: m = 0.1 * 2 = 0.2, s = 0.001 * 4 = 0.004; corrected they
// are 2 and 4, so w moves by 0.5 * 2 / 2. As torch.optim.Adam:
//   w = torch.tensor([1.0]); torch.optim.Adam([w], lr=0.5)
func.func @dense_adam() {
  %w = check.constant dense<[1.0]> : tensor<1xf64>
  %zero = check.constant dense<0.0> : tensor<1xf64>
  %zero2 = check.constant dense<0.0> : tensor<1xf64>
  %g = check.constant dense<2.0> : tensor<1xf64>
  %lr = check.constant 0.5 : f64
  %t = check.constant 1 : i64
  %w1, %m, %s = emb.apply_gradient #emb.adam
    to(%w, %zero, %zero2 : tensor<1xf64>, tensor<1xf64>, tensor<1xf64>) sources[]
    gradient(%g : tensor<1xf64>) lr(%lr) step(%t)
  check.expect_close %w1, dense<0.5> : tensor<1xf64> rtol 0.0 atol 1.0e-8
  check.expect_close %m, dense<0.2> : tensor<1xf64> rtol 1.0e-15 atol 0.0
  check.expect_close %s, dense<0.004> : tensor<1xf64> rtol 1.0e-15 atol 0.0
  return
}

// Adagrad, rank 0 and dynamic rank 3: sum = 9 + 16 = 25, step 1.25 * 4 / 5 = 1.
func.func @dense_ranks() {
  %w = check.constant dense<10.0> : tensor<f32>
  %s = check.constant dense<9.0> : tensor<f32>
  %g = check.constant dense<4.0> : tensor<f32>
  %w3 = check.constant dense<10.0> : tensor<2x1x3xf32> as tensor<?x1x?xf32>
  %s3 = check.constant dense<9.0> : tensor<2x1x3xf32> as tensor<?x1x?xf32>
  %g3 = check.constant dense<[[[4.0, 0.0, -4.0]], [[0.0, 4.0, 0.0]]]> : tensor<2x1x3xf32> as tensor<?x1x?xf32>
  %lr = check.constant 1.25 : f64
  %t = check.constant 7 : i64
  %r:2 = emb.apply_gradient #emb.adagrad to(%w, %s : tensor<f32>, tensor<f32>) sources[]
    gradient(%g : tensor<f32>) lr(%lr) step(%t)
  %q:2 = emb.apply_gradient #emb.adagrad
    to(%w3, %s3 : tensor<?x1x?xf32>, tensor<?x1x?xf32>) sources[]
    gradient(%g3 : tensor<?x1x?xf32>) lr(%lr) step(%t)
  check.expect_eq %r#0, dense<9.0> : tensor<f32>
  check.expect_eq %r#1, dense<25.0> : tensor<f32>
  check.expect_eq %q#0, dense<[[[9.0, 10.0, 11.0]], [[10.0, 9.0, 10.0]]]> : tensor<2x1x3xf32> as tensor<?x1x?xf32>
  check.expect_eq %q#1, dense<[[[25.0, 9.0, 25.0]], [[9.0, 25.0, 9.0]]]> : tensor<2x1x3xf32> as tensor<?x1x?xf32>
  return
}

// 16 bits are rounded once: 5 * (1 + 2^-10) is not a number of f16, 4 minus that
// is -(1 + 5 * 2^-10). So is -(1 + 5 * 2^-7) in bf16.
func.func @dense_rounded_once() {
  %w = check.constant dense<4.0> : tensor<1xf16>
  %g = check.constant dense<1.0009765625> : tensor<1xf16>
  %v = check.constant dense<4.0> : tensor<1xbf16>
  %h = check.constant dense<1.0078125> : tensor<1xbf16>
  %lr = check.constant 5.0 : f64
  %t = check.constant 1 : i64
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<1xf16>) sources[]
    gradient(%g : tensor<1xf16>) lr(%lr) step(%t)
  %v1 = emb.apply_gradient #emb.sgd to(%v : tensor<1xbf16>) sources[]
    gradient(%h : tensor<1xbf16>) lr(%lr) step(%t)
  check.expect_eq %w1, dense<-1.0048828125> : tensor<1xf16>
  check.expect_eq %v1, dense<-1.0390625> : tensor<1xbf16>
  return
}

// Scalars are f64 until the end: 1 / (1 + 2 * 0.5) of 0.1 is 0.05 in f64.
func.func @scalars_in_f64() {
  %w = check.constant dense<0.0> : tensor<1xf64>
  %s = check.constant dense<0.0> : tensor<1xf64>
  %g = check.constant dense<1.0> : tensor<1xf64>
  %lr = check.constant 0.1 : f64
  %t = check.constant 3 : i64
  %r:2 = emb.apply_gradient #emb.adagrad<lr_decay = 0.5, eps = 0.0> to(%w, %s : tensor<1xf64>, tensor<1xf64>)
    sources[] gradient(%g : tensor<1xf64>) lr(%lr) step(%t)
  check.expect_eq %r#0, dense<-0.05> : tensor<1xf64>
  check.expect_eq %r#1, dense<1.0> : tensor<1xf64>
  return
}

// No lookups: rows that are only moved by a gradient stay, momentum goes on.
func.func @no_lookups() {
  %w = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %v = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %b = check.constant dense<[[4.0], [0.0]]> : tensor<2x1xf32>
  %i = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %g = check.constant dense<> : tensor<0x1xf32> as tensor<?x1xf32>
  %lr = check.constant 1.0 : f64
  %t = check.constant 2 : i64
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<2x1xf32>)
    sources[%i : tensor<?xi64> -> %g : tensor<?x1xf32>] lr(%lr) step(%t)
  %v1, %b1 = emb.apply_gradient #emb.sgd<momentum = 0.5> to(%v, %b : tensor<2x1xf32>, tensor<2x1xf32>)
    sources[%i : tensor<?xi64> -> %g : tensor<?x1xf32>] lr(%lr) step(%t)
  check.expect_eq %w1, dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  check.expect_eq %v1, dense<[[-1.0], [2.0]]> : tensor<2x1xf32>
  check.expect_eq %b1, dense<[[2.0], [0.0]]> : tensor<2x1xf32>
  return
}

// Weight decay moves what no lookup touches where the optimizer moves every row:
// AdamW to 1 - 0.5 * 0.5 of it; LazyAdamW leaves it.
func.func @decay_of_other_rows() {
  %w = check.constant dense<8.0> : tensor<2x1xf32>
  %m = check.constant dense<0.0> : tensor<2x1xf32>
  %s = check.constant dense<0.0> : tensor<2x1xf32>
  %v = check.constant dense<8.0> : tensor<2x1xf32>
  %n = check.constant dense<0.0> : tensor<2x1xf32>
  %q = check.constant dense<0.0> : tensor<2x1xf32>
  %i = check.constant dense<1> : tensor<1xi64>
  %g = check.constant dense<0.0> : tensor<1x1xf32>
  %lr = check.constant 0.5 : f64
  %t = check.constant 1 : i64
  %a:3 = emb.apply_gradient #emb.adamw<weight_decay = 0.5>
    to(%w, %m, %s : tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>)
    sources[%i : tensor<1xi64> -> %g : tensor<1x1xf32>] lr(%lr) step(%t)
  %l:3 = emb.apply_gradient #emb.lazy_adamw<weight_decay = 0.5>
    to(%v, %n, %q : tensor<2x1xf32>, tensor<2x1xf32>, tensor<2x1xf32>)
    sources[%i : tensor<1xi64> -> %g : tensor<1x1xf32>] lr(%lr) step(%t)
  check.expect_eq %a#0, dense<6.0> : tensor<2x1xf32>
  check.expect_eq %a#1, dense<0.0> : tensor<2x1xf32>
  check.expect_eq %a#2, dense<0.0> : tensor<2x1xf32>
  check.expect_eq %l#0, dense<[[8.0], [6.0]]> : tensor<2x1xf32>
  check.expect_eq %l#1, dense<0.0> : tensor<2x1xf32>
  check.expect_eq %l#2, dense<0.0> : tensor<2x1xf32>
  return
}

// Extents that only the run knows are compared before anything is written.
func.func @dense_extents() attributes {check.error = "linalg.generic: operand 1, dimension 0 (argument 0): found 3, expected 2", check.status = "invalid shape"} {
  %w = check.constant dense<1.0> : tensor<3xf32> as tensor<?xf32>
  %g = check.constant dense<1.0> : tensor<2xf32> as tensor<?xf32>
  %lr = check.constant 1.0 : f64
  %t = check.constant 1 : i64
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<?xf32>) sources[]
    gradient(%g : tensor<?xf32>) lr(%lr) step(%t)
  check.use %w1 : tensor<?xf32>
  return
}

// So are indices.
func.func @indices() attributes {check.error = "emb.update: indices 0 (argument 1): index out of range: position [1] has value 3, expected 0 <= index < 3"} {
  %w = check.constant dense<1.0> : tensor<3x1xf32> as tensor<?x1xf32>
  %i = check.constant dense<[0, 3]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x1xf32>
  %lr = check.constant 1.0 : f64
  %t = check.constant 1 : i64
  %w1 = emb.apply_gradient #emb.sgd to(%w : tensor<?x1xf32>)
    sources[%i : tensor<2xi64> -> %g : tensor<2x1xf32>] lr(%lr) step(%t)
  check.use %w1 : tensor<?x1xf32>
  return
}
