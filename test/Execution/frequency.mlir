// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// How often the row of each index occurs.

func.func @i64() {
  %i = check.constant dense<[7, 2, 7, 5, 2, 7]> : tensor<6xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<6xi64>) -> tensor<6xi64>, tensor<7xi64>, tensor<6xi64>
  %r = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index) : tensor<6xi64> -> tensor<6xi64>
  check.expect_eq %r, dense<[3, 2, 3, 1, 2, 3]> : tensor<6xi64>
  return
}

// The counts go over the whole tensor, in its shape.
func.func @i32() {
  %i = check.constant dense<[[1, 0], [1, 1]]> : tensor<2x2xi32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<2x2xi32>) -> tensor<4xi32>, tensor<5xi32>, tensor<4xi32>
  %r = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<4xi32>, tensor<5xi32>, tensor<4xi32>, index) : tensor<2x2xi32> -> tensor<2x2xi32>
  check.expect_eq %r, dense<[[3, 1], [3, 3]]> : tensor<2x2xi32>
  return
}

// The result is as wide as it is asked to be.
func.func @widths() {
  %i = check.constant dense<[4294967296, 0, 4294967296]> : tensor<3xi64> as tensor<?xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi32>, tensor<?xi64>
  %r = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<?xi64>, tensor<?xi32>, tensor<?xi64>, index) : tensor<?xi64> -> tensor<?xi32>
  check.expect_eq %r, dense<[2, 1, 2]> : tensor<3xi32> as tensor<?xi32>
  return
}

func.func @rank_0() {
  %i = check.constant dense<5> : tensor<i32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<i32>) -> tensor<1xi32>, tensor<2xi64>, tensor<1xi64>
  %r = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<1xi32>, tensor<2xi64>, tensor<1xi64>, index) : tensor<i32> -> tensor<i64>
  check.expect_eq %r, dense<1> : tensor<i64>
  return
}

func.func @rank_3() {
  %i = check.constant dense<[[[1, 2, 3]], [[3, 2, 3]]]> : tensor<2x1x3xi64> as tensor<?x?x3xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<?x?x3xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %r = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) : tensor<?x?x3xi64> -> tensor<?x?x3xi64>
  check.expect_eq %r, dense<[[[1, 2, 3]], [[3, 2, 3]]]> : tensor<2x1x3xi64> as tensor<?x?x3xi64>
  return
}

func.func @destination() {
  %i = check.constant dense<[[4, 6, 4], [6, 4, 1]]> : tensor<2x3xi64>
  %d = check.constant dense<9> : tensor<2x3xi32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<2x3xi64>) -> tensor<6xi64>, tensor<7xi64>, tensor<6xi64>
  %r = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index) outs(%d : tensor<2x3xi32>) : tensor<2x3xi64> -> tensor<2x3xi32>
  check.expect_eq %r, dense<[[3, 2, 3], [2, 3, 1]]> : tensor<2x3xi32>
  return
}

func.func @empty() {
  %i = check.constant dense<> : tensor<0x3xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<0x3xi64>) -> tensor<0xi64>, tensor<1xi64>, tensor<0xi64>
  %r = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<0xi64>, tensor<1xi64>, tensor<0xi64>, index) : tensor<0x3xi64> -> tensor<0x3xi64>
  check.expect_eq %r, dense<> : tensor<0x3xi64>
  return
}

// 10000 indices k mod 7: 10000 = 7 * 1428 + 4, so rows 0 to 3 occur once more.
func.func @many() {
  %e = tensor.empty() : tensor<10000xi64>
  %c7 = arith.constant 7 : index
  %i = linalg.generic {indexing_maps = [affine_map<(k) -> (k)>], iterator_types = ["parallel"]} outs(%e : tensor<10000xi64>) {
  ^bb0(%x: i64):
    %k = linalg.index 0 : index
    %m = arith.remui %k, %c7 : index
    %y = arith.index_cast %m : index to i64
    linalg.yield %y : i64
  } -> tensor<10000xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<10000xi64>) -> tensor<10000xi64>, tensor<10001xi64>, tensor<10000xi64>
  %r = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<10000xi64>, tensor<10001xi64>, tensor<10000xi64>, index) : tensor<10000xi64> -> tensor<10000xi64>
  %e1 = tensor.empty() : tensor<10000xi64>
  %want = linalg.generic {indexing_maps = [affine_map<(k) -> (k)>, affine_map<(k) -> (k)>], iterator_types = ["parallel"]} ins(%i : tensor<10000xi64>) outs(%e1 : tensor<10000xi64>) {
  ^bb0(%row: i64, %x: i64):
    %c4 = arith.constant 4 : i64
    %often = arith.constant 1429 : i64
    %seldom = arith.constant 1428 : i64
    %is_often = arith.cmpi slt, %row, %c4 : i64
    %y = arith.select %is_often, %often, %seldom : i64
    linalg.yield %y : i64
  } -> tensor<10000xi64>
  check.expect_eq_value %r, %want : tensor<10000xi64>
  return
}

// scale_grad_by_freq: the gradient of a row is the mean over its occurrences.
// Row 0: (1.5 + 3 + 6) / 3; row 2: 4.
func.func @scale() {
  %w = check.constant dense<0.0> : tensor<3x1xf32>
  %i = check.constant dense<[0, 0, 2, 0]> : tensor<4xi64>
  %g = check.constant dense<[[1.5], [3.0], [4.0], [6.0]]> : tensor<4x1xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %f = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) : tensor<4xi64> -> tensor<4xi64>
  %e = tensor.empty() : tensor<4xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(k) -> (k)>, affine_map<(k) -> (k)>], iterator_types = ["parallel"]} ins(%f : tensor<4xi64>) outs(%e : tensor<4xf32>) {
  ^bb0(%n: i64, %x: f32):
    %one = arith.constant 1.0 : f32
    %d = arith.sitofp %n : i64 to f32
    %y = arith.divf %one, %d : f32
    linalg.yield %y : f32
  } -> tensor<4xf32>
  %w1 = emb.update touched(%w : tensor<3x1xf32>) sources[%i : tensor<4xi64> -> %g : tensor<4x1xf32> scale %s : tensor<4xf32>]
      group(%rows, %bounds, %positions, %count : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_close %w1, dense<[[3.5], [0.0], [4.0]]> : tensor<3x1xf32> rtol 1.0e-6 atol 0.0
  return
}
