// RUN: emb-check %s
// RUN: emb-check %s --threads=1

// Where numbers are rounded.

// 1 - 0.999 in f64, rounded once: 0.001. In f32 it would be 0.00100004673.
func.func @scalars_are_rounded_once() {
  %w = check.constant dense<0.0> : tensor<1x1xf32>
  %b = check.constant 0.999 : f64
  %one = arith.constant 1.0 : f64
  %c = arith.subf %one, %b : f64
  %r = emb.update all(%w : tensor<1x1xf32>) sources[] scalars(%c : f64) {
  ^bb0(%x: f32, %d: f32, %s: f32):
    emb.yield %s : f32
  }
  check.expect_eq %r, dense<0.001> : tensor<1x1xf32>
  return
}

// For an f64 table a scalar stays f64.
func.func @scalars_f64() {
  %w = check.constant dense<0.0> : tensor<1x1xf64>
  %c = check.constant 0.1 : f64
  %r = emb.update all(%w : tensor<1x1xf64>) sources[] scalars(%c : f64) {
  ^bb0(%x: f64, %d: f64, %s: f64):
    emb.yield %s : f64
  }
  check.expect_eq %r, dense<0.1> : tensor<1x1xf64>
  return
}

// A bf16 table with an f32 state. The gradient 1 + 1 is summed in f32 (256 + 2
// fits bf16, 256 + 1 does not); the state sees it without any rounding to bf16.
func.func @bf16_table_f32_state() {
  %w = check.constant dense<256.0> : tensor<1x1xbf16>
  %s = check.constant dense<1000.0> : tensor<1x1xf32>
  %i = check.constant dense<[0, 0]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x1xbf16>
  %w1, %s1 = emb.update touched(%w, %s : tensor<1x1xbf16>, tensor<1x1xf32>)
      sources[%i : tensor<2xi64> -> %g : tensor<2x1xbf16>] {
  ^bb0(%x: f32, %h: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    %h1 = arith.addf %h, %x1 : f32
    emb.yield %x1, %h1 : f32, f32
  }
  check.expect_eq %w1, dense<258.0> : tensor<1x1xbf16>
  check.expect_eq %s1, dense<1258.0> : tensor<1x1xf32>
  return
}

// The rule computes in f32; only what it yields is rounded to f16: 2048 + 1
// rounds to 2048 (even), 2048 + 3 to 2052.
func.func @f16() {
  %w = check.constant dense<[[2048.0, 2048.0]]> : tensor<1x2xf16>
  %i = check.constant dense<0> : tensor<1xi64>
  %g = check.constant dense<[[1.0, 3.0]]> : tensor<1x2xf16>
  %r = emb.update touched(%w : tensor<1x2xf16>) sources[%i : tensor<1xi64> -> %g : tensor<1x2xf16>] {
  ^bb0(%x: f32, %d: f32):
    %half = arith.constant 0.5 : f32
    %a = arith.addf %x, %d : f32
    %b = arith.mulf %a, %half : f32
    %c = arith.addf %b, %b : f32
    emb.yield %c : f32
  }
  check.expect_eq %r, dense<[[2048.0, 2052.0]]> : tensor<1x2xf16>
  return
}

// An f16 gradient and an f32 scale: 2048 * 1.5 = 3072.
func.func @mixed_sources() {
  %w = check.constant dense<0.0> : tensor<1x1xf32>
  %i = check.constant dense<0> : tensor<1xi64>
  %g = check.constant dense<2048.0> : tensor<1x1xf16>
  %s = check.constant dense<1.5> : tensor<1xf32>
  %r = emb.update touched(%w : tensor<1x1xf32>) sources[%i : tensor<1xi64> -> %g : tensor<1x1xf16> scale %s : tensor<1xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.expect_eq %r, dense<3072.0> : tensor<1x1xf32>
  return
}
