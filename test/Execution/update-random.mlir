// RUN: emb-check %s
// RUN: emb-check %s --threads=1 --strided-columns

// The random words of seed 3, step 5, table 1 are, as fractions of 2^32,
//   row 0: 0.983 0.538 0.896 0.556 0.690
//   row 1: 0.738 0.970 0.558 0.962 0.820
// An element goes up where its word is below the fraction that it would lose.

func.func @f16() {
  %w = check.constant dense<0.0> : tensor<2x5xf16>
  %g = check.constant dense<[
    [1.0009, 1.0009, -1.0009, -1.0009, 1.0002],
    [1.0009, 1.0009, -1.0009, -1.0009, 1.0002]]> : tensor<2x5xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %seed = arith.constant 3 : i64
  %step = arith.constant 5 : i64
  // 0.92 of the last place of 1, which is 2^-10.
  %w1 = emb.update touched(%w : tensor<2x5xf16>)
      sources[%i : tensor<2xi64> -> %g : tensor<2x5xf32>] random(%seed, %step) attributes {table_id = 1} {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.expect_eq %w1, dense<[
    [0x3C00, 0x3C01, 0xBC01, 0xBC01, 0x3C00],
    [0x3C01, 0x3C00, 0xBC01, 0xBC00, 0x3C00]]> : tensor<2x5xf16>
  return
}

// 0.6 of the last place of 1, which is 2^-7.
func.func @bf16() {
  %w = check.constant dense<1.0> : tensor<2x5xbf16>
  %g = check.constant dense<0.0046875> : tensor<2x5xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %seed = arith.constant 3 : i64
  %step = arith.constant 5 : i64
  %w1 = emb.update touched(%w : tensor<2x5xbf16>)
      sources[%i : tensor<2xi64> -> %g : tensor<2x5xf32>] random(%seed, %step) attributes {table_id = 1} {
  ^bb0(%x: f32, %d: f32):
    %y = arith.addf %x, %d : f32
    emb.yield %y : f32
  }
  check.expect_eq %w1, dense<[
    [0x3F80, 0x3F81, 0x3F80, 0x3F81, 0x3F80],
    [0x3F80, 0x3F80, 0x3F81, 0x3F80, 0x3F80]]> : tensor<2x5xbf16>
  return
}

// What f16 can hold stays, small numbers too; beyond its largest number, and
// for infinities and NaN, the result is the nearest one.
func.func @kept() {
  %w = check.constant dense<0.0> : tensor<1x9xf16>
  %g = check.constant dense<[[1.5, -65504.0, 0x7F800000, 0xFF800000, 0x7FC00000,
                              65519.0, 65520.0, 5.9604644775390625e-08, 0.0]]> : tensor<1x9xf32>
  %i = check.constant dense<[0]> : tensor<1xi64>
  %seed = arith.constant 3 : i64
  %step = arith.constant 5 : i64
  %w1 = emb.update touched(%w : tensor<1x9xf16>)
      sources[%i : tensor<1xi64> -> %g : tensor<1x9xf32>] random(%seed, %step) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.expect_eq %w1, dense<[[0x3E00, 0xFBFF, 0x7C00, 0xFC00, 0x7E00,
                               0x7BFF, 0x7C00, 0x0001, 0x0000]]> : tensor<1x9xf16>
  return
}

// The states are rounded to nearest.
func.func @states() {
  %w = check.constant dense<0.0> : tensor<1x4xf16>
  %s = check.constant dense<0.0> : tensor<1x4xf16>
  %g = check.constant dense<1.0009> : tensor<1x4xf32>
  %i = check.constant dense<[0]> : tensor<1xi64>
  %seed = arith.constant 3 : i64
  %step = arith.constant 5 : i64
  %w1, %s1 = emb.update touched(%w, %s : tensor<1x4xf16>, tensor<1x4xf16>)
      sources[%i : tensor<1xi64> -> %g : tensor<1x4xf32>] random(%seed, %step) attributes {table_id = 1} {
  ^bb0(%x: f32, %a: f32, %d: f32):
    emb.yield %d, %d : f32, f32
  }
  check.expect_eq %w1, dense<[[0x3C00, 0x3C01, 0x3C01, 0x3C01]]> : tensor<1x4xf16>
  check.expect_eq %s1, dense<0x3C01> : tensor<1x4xf16>
  return
}

// The random word of seed 0, step 1329540, table 0, row 0 and column 27 is 0:
// not below the fraction of an exact value, which is 0 too.
func.func @zero() {
  %w = check.constant dense<1.0> : tensor<1x50xf16>
  %seed = arith.constant 0 : i64
  %step = arith.constant 1329540 : i64
  %w1 = emb.update all(%w : tensor<1x50xf16>) sources[] random(%seed, %step) {
  ^bb0(%x: f32, %d: f32):
    %two = arith.constant 2.0 : f32
    %y = arith.mulf %x, %two : f32
    emb.yield %y : f32
  }
  check.expect_eq %w1, dense<2.0> : tensor<1x50xf16>
  return
}
