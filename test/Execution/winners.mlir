// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// Sources with winners: occurrence k contributes to column d of its row only
// where winners[map[k], d] is k.

#rd = affine_map<(r, d) -> (r, d)>

// Bags {4, 0} and {1, 4}: column 0 of bag 0 went to occurrence 1 (row 0), column
// 1 to occurrence 0 (row 4), column 2 to nothing; bag 1 went to occurrence 3
// (row 4), but for column 1 (row 1).
func.func @update() {
  %w = check.constant dense<0.0> : tensor<5x3xf32>
  %i = check.constant dense<[4, 0, 1, 4]> : tensor<4xi64>
  %g = check.constant dense<[[1.0, 2.0, 4.0], [8.0, 16.0, 32.0]]> : tensor<2x3xf32>
  %m = check.constant dense<[0, 0, 1, 1]> : tensor<4xi32>
  %a = check.constant dense<[[1, 0, -1], [3, 2, 3]]> : tensor<2x3xi32>
  %r = emb.update touched(%w : tensor<5x3xf32>)
      sources[%i : tensor<4xi64> -> %g : tensor<2x3xf32> map %m : tensor<4xi32> winners %a : tensor<2x3xi32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[-1.0, 0.0, 0.0], [0.0, -16.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [-8.0, -2.0, -32.0]]> : tensor<5x3xf32>
  return
}

// The second source counts its occurrences from 0. Row 1 gets 2 * 10 in column 0
// from the first, 100 * 3 in column 0 and 100 * 4 in column 1 from the second.
func.func @second_source() {
  %w = check.constant dense<0.0> : tensor<2x2xf64> as tensor<?x2xf64>
  %i = check.constant dense<[1, 1, 0]> : tensor<3xi32>
  %g = check.constant dense<[[10.0, 20.0]]> : tensor<1x2xf64>
  %m = check.constant dense<0> : tensor<3xi32>
  %s = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf64>
  %a = check.constant dense<[[1, 2]]> : tensor<1x2xi64>
  %j = check.constant dense<[[0, 1]]> : tensor<1x2xi64>
  %h = check.constant dense<[[3.0, 4.0]]> : tensor<1x2xf32>
  %n = check.constant dense<[[0, 0]]> : tensor<1x2xi64>
  %t = check.constant dense<[[1000.0, 100.0]]> : tensor<1x2xf64>
  %b = check.constant dense<[[1, 1]]> : tensor<1x2xi32>
  %r = emb.update touched(%w : tensor<?x2xf64>)
      sources[%i : tensor<3xi32> -> %g : tensor<1x2xf64> map %m : tensor<3xi32> scale %s : tensor<3xf64> winners %a : tensor<1x2xi64>,
              %j : tensor<1x2xi64> -> %h : tensor<1x2xf32> map %n : tensor<1x2xi64> scale %t : tensor<1x2xf64> winners %b : tensor<1x2xi32>] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.addf %x, %d : f64
    emb.yield %x1 : f64
  }
  check.expect_eq %r, dense<[[0.0, 80.0], [320.0, 400.0]]> : tensor<2x2xf64> as tensor<?x2xf64>
  return
}

// What did not win is not looked at: infinities and NaNs of the other columns.
func.func @infinite() {
  %w = check.constant dense<1.0> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<[[0x7F800000, 0x7FC00000]]> : tensor<1x2xf32>
  %m = check.constant dense<0> : tensor<2xi64>
  %a = check.constant dense<[[0, -1]]> : tensor<1x2xi64>
  %r = emb.update touched(%w : tensor<2x2xf32>)
      sources[%i : tensor<2xi64> -> %g : tensor<1x2xf32> map %m : tensor<2xi64> winners %a : tensor<1x2xi64>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[0x7F800000, 1.0], [1.0, 1.0]]> : tensor<2x2xf32>
  return
}

// With padding the occurrences keep their numbers.
func.func @coalesce() {
  %i = check.constant dense<[[6, 2], [2, 5]]> : tensor<2x2xi64>
  %g = check.constant dense<[[1.0, 2.0], [4.0, 8.0]]> : tensor<2x2xf16>
  %m = check.constant dense<[[0, 0], [1, 1]]> : tensor<2x2xi32>
  %a = check.constant dense<[[1, 1], [3, 2]]> : tensor<2x2xi64>
  %p = arith.constant 6 : index
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<2x2xi64>) padding(%p) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %r = emb.coalesce sources[%i : tensor<2x2xi64> -> %g : tensor<2x2xf16> map %m : tensor<2x2xi32> winners %a : tensor<2x2xi64> padding 6]
    group(%rows, %bounds, %positions, %count : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) -> tensor<4x2xf16>
  %r2 = tensor.extract_slice %r[0, 0] [2, 2] [1, 1] : tensor<4x2xf16> to tensor<2x2xf16>
  check.expect_eq %count, 2 : index
  check.expect_eq %r2, dense<[[1.0, 10.0], [4.0, 0.0]]> : tensor<2x2xf16>
  return
}

// Where all rows are visited.
func.func @all() {
  %w = check.constant dense<0.0> : tensor<3x2xf32>
  %i = check.constant dense<[2, 0]> : tensor<2xi64>
  %g = check.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %m = check.constant dense<0> : tensor<2xi64>
  %a = check.constant dense<[[1, 0]]> : tensor<1x2xi32>
  %r = emb.update all(%w : tensor<3x2xf32>)
      sources[%i : tensor<2xi64> -> %g : tensor<1x2xf32> map %m : tensor<2xi64> winners %a : tensor<1x2xi32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[1.0, 0.0], [0.0, 0.0], [0.0, 2.0]]> : tensor<3x2xf32>
  return
}
