// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1
// RUN: emb-check %s --strided-columns

// What reaches the rule as the gradient of a row. The rule is x - rate * d.

// Row 0: 1 * [10, 20] + 4 * [10, 20] = [50, 100] of the first source;
// row 1: [1000, 2000] of the second; row 2: 2 * [1, 2] + [100, 200].
func.func @two_sources() {
  %w = check.constant dense<[[0.0, 0.0], [0.0, 1.0], [0.0, 0.0], [-0.0, 0x7FC00001]]> : tensor<4x2xf32>
  %i = check.constant dense<[0, 2, 0]> : tensor<3xi64>
  %g = check.constant dense<[[1.0, 2.0], [10.0, 20.0]]> : tensor<2x2xf32>
  %m = check.constant dense<[1, 0, 1]> : tensor<3xi32>
  %s = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %j = check.constant dense<[[2], [1]]> : tensor<2x1xi64>
  %h = check.constant dense<[[[100.0, 200.0]], [[1000.0, 2000.0]]]> : tensor<2x1x2xf32>
  %lr = check.constant 0.5 : f64
  %r = emb.update touched(%w : tensor<4x2xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<2x2xf32> map %m : tensor<3xi32> scale %s : tensor<3xf32>,
              %j : tensor<2x1xi64> -> %h : tensor<2x1x2xf32>]
      scalars(%lr : f64) {
  ^bb0(%x: f32, %d: f32, %rate: f32):
    %step = arith.mulf %rate, %d : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[-25.0, -50.0], [-500.0, -999.0], [-51.0, -102.0], [-0.0, 0x7FC00001]]> : tensor<4x2xf32>
  return
}

// Sizes known at run time, an i64 map, i32 indices, a scale without a map.
func.func @dynamic() {
  %w = check.constant dense<1.0> : tensor<3x1xf32> as tensor<?x1xf32>
  %i = check.constant dense<[2, 2, 0]> : tensor<3xi32> as tensor<?xi32>
  %g = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32> as tensor<?x1xf32>
  %s = check.constant dense<[1.0, 10.0, 100.0]> : tensor<3xf32> as tensor<?xf32>
  %j = check.constant dense<[0, 0]> : tensor<2xi32> as tensor<?xi32>
  %h = check.constant dense<[[1000.0]]> : tensor<1x1xf32> as tensor<?x1xf32>
  %m = check.constant dense<[0, 0]> : tensor<2xi64> as tensor<?xi64>
  %r = emb.update touched(%w : tensor<?x1xf32>)
      sources[%i : tensor<?xi32> -> %g : tensor<?x1xf32> scale %s : tensor<?xf32>,
              %j : tensor<?xi32> -> %h : tensor<?x1xf32> map %m : tensor<?xi64>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[-2399.0], [1.0], [-20.0]]> : tensor<3x1xf32> as tensor<?x1xf32>
  return
}

// The sum runs through the sources in order and in f64: (1 + 2^53) - 2^53 = 0 in
// row 0, and (2^53 - 2^53) + 1 = 1 in row 1.
func.func @order() {
  %w = check.constant dense<0.0> : tensor<2x1xf32>
  %i = check.constant dense<[0, 0, 1]> : tensor<3xi64>
  %g = check.constant dense<[[1.0], [9007199254740992.0], [9007199254740992.0]]> : tensor<3x1xf32>
  %j = check.constant dense<[1, 0, 1]> : tensor<3xi64>
  %h = check.constant dense<[[-9007199254740992.0], [-9007199254740992.0], [1.0]]> : tensor<3x1xf32>
  %r = emb.update touched(%w : tensor<2x1xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x1xf32>, %j : tensor<3xi64> -> %h : tensor<3x1xf32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[0.0], [1.0]]> : tensor<2x1xf32>
  return
}

// (1 + 2^24) - 2^24 = 1, which is 0 in f32, the type of a sum of one source.
func.func @exact() {
  %w = check.constant dense<0.0> : tensor<1x1xf32>
  %i = check.constant dense<[0, 0]> : tensor<2xi64>
  %g = check.constant dense<[[1.0], [16777216.0]]> : tensor<2x1xf32>
  %j = check.constant dense<[0]> : tensor<1xi64>
  %h = check.constant dense<[[-16777216.0]]> : tensor<1x1xf32>
  %r = emb.update touched(%w : tensor<1x1xf32>)
      sources[%i : tensor<2xi64> -> %g : tensor<2x1xf32>, %j : tensor<1xi64> -> %h : tensor<1x1xf32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[1.0]]> : tensor<1x1xf32>
  return
}

// No occurrences at all: touched visits nothing.
func.func @nothing_touched() {
  %w = check.constant dense<3.0> : tensor<2x2xf32>
  %i = check.constant dense<> : tensor<0xi64>
  %g = check.constant dense<> : tensor<0x2xf32>
  %r = emb.update touched(%w : tensor<2x2xf32>) sources[%i : tensor<0xi64> -> %g : tensor<0x2xf32>] {
  ^bb0(%x: f32, %d: f32):
    %zero = arith.constant 0.0 : f32
    emb.yield %zero : f32
  }
  check.expect_eq %r, dense<3.0> : tensor<2x2xf32>
  return
}

// One group for a renorm and an update of the same rows.
func.func @shared_group() {
  %w = check.constant dense<[[8.0, 8.0, 8.0, 8.0], [8.0, 8.0, 8.0, 8.0]]> : tensor<2x4xf32>
  %i = check.constant dense<[1, 1]> : tensor<2xi64>
  %g = check.constant dense<[[1.0, 2.0, 3.0, 4.0], [10.0, 20.0, 30.0, 40.0]]> : tensor<2x4xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<2xi64>) -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  %w1 = emb.renorm %i into %w max_norm 2.0 norm_type 0.0
      group(%rows, %bounds, %positions, %count : tensor<2xi64>, tensor<3xi64>, tensor<2xi64>, index)
      : tensor<2xi64>, tensor<2x4xf32>
  %w2 = emb.update touched(%w1 : tensor<2x4xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x4xf32>]
      group(%rows, %bounds, %positions, %count : tensor<2xi64>, tensor<3xi64>, tensor<2xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %w2, dense<[[8.0, 8.0, 8.0, 8.0], [-7.0, -18.0, -29.0, -40.0]]> : tensor<2x4xf32>
  return
}

// With a group and no source the rows are visited with gradient zero.
func.func @group_without_source() {
  %w = check.constant dense<[[1.0], [2.0], [4.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[2, 0, 2]> : tensor<3xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %w1 = emb.update touched(%w : tensor<3x1xf32>) sources[]
      group(%rows, %bounds, %positions, %count : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %ten = arith.constant 10.0 : f32
    %y = arith.mulf %x, %ten : f32
    %x1 = arith.addf %y, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %w1, dense<[[10.0], [2.0], [40.0]]> : tensor<3x1xf32>
  return
}
