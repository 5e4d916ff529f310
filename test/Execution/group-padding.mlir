// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// Occurrences of the padding row are left out and keep their numbers. Of rows,
// bounds and positions only what the count covers is specified.

func.func @i64() {
  %i = check.constant dense<[7, 2, 7, 5, 2, 7]> : tensor<6xi64>
  %p = check.constant 7 : index
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<6xi64>) padding(%p) -> tensor<6xi64>, tensor<7xi64>, tensor<6xi64>
  %r = tensor.extract_slice %rows[0] [2] [1] : tensor<6xi64> to tensor<2xi64>
  %b = tensor.extract_slice %bounds[0] [3] [1] : tensor<7xi64> to tensor<3xi64>
  %k = tensor.extract_slice %positions[0] [3] [1] : tensor<6xi64> to tensor<3xi64>
  check.expect_eq %count, 2 : index
  check.expect_eq %r, dense<[2, 5]> : tensor<2xi64>
  check.expect_eq %b, dense<[0, 2, 3]> : tensor<3xi64>
  check.expect_eq %k, dense<[1, 4, 3]> : tensor<3xi64>
  return
}

// Sorted but for the padding, in 32 bits.
func.func @i32() {
  %i = check.constant dense<[[0, 9, 0], [1, 9, 3]]> : tensor<2x3xi32> as tensor<?x3xi32>
  %p = check.constant 9 : index
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<?x3xi32>) padding(%p) -> tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
  %r = tensor.extract_slice %rows[0] [3] [1] : tensor<?xi32> to tensor<3xi32>
  %b = tensor.extract_slice %bounds[0] [4] [1] : tensor<?xi32> to tensor<4xi32>
  %k = tensor.extract_slice %positions[0] [4] [1] : tensor<?xi32> to tensor<4xi32>
  check.expect_eq %count, 3 : index
  check.expect_eq %r, dense<[0, 1, 3]> : tensor<3xi32>
  check.expect_eq %b, dense<[0, 2, 3, 4]> : tensor<4xi32>
  check.expect_eq %k, dense<[0, 2, 3, 5]> : tensor<4xi32>
  return
}

// Row 4 is padding of the first tensor only, row 1 of the second only.
func.func @several() {
  %i = check.constant dense<[4, 1, 4, 0]> : tensor<4xi64>
  %j = check.constant dense<[4, 1, 2]> : tensor<3xi32>
  %k = check.constant dense<[0, 1]> : tensor<2xi64>
  %p = check.constant 4 : index
  %q = check.constant 1 : index
  %none = check.constant -1 : index
  %rows, %bounds, %positions, %count = emb.group(%i, %j, %k : tensor<4xi64>, tensor<3xi32>, tensor<2xi64>) padding(%p, %q, %none) -> tensor<9xi64>, tensor<10xi64>, tensor<9xi32>
  %r = tensor.extract_slice %rows[0] [4] [1] : tensor<9xi64> to tensor<4xi64>
  %b = tensor.extract_slice %bounds[0] [5] [1] : tensor<10xi64> to tensor<5xi64>
  %o = tensor.extract_slice %positions[0] [6] [1] : tensor<9xi32> to tensor<6xi32>
  check.expect_eq %count, 4 : index
  check.expect_eq %r, dense<[0, 1, 2, 4]> : tensor<4xi64>
  check.expect_eq %b, dense<[0, 2, 4, 5, 6]> : tensor<5xi64>
  check.expect_eq %o, dense<[3, 7, 1, 8, 6, 4]> : tensor<6xi32>
  return
}

func.func @nothing_else() {
  %i = check.constant dense<3> : tensor<4xi64>
  %p = check.constant 3 : index
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>) padding(%p) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %b = tensor.extract_slice %bounds[0] [1] [1] : tensor<5xi64> to tensor<1xi64>
  check.expect_eq %count, 0 : index
  check.expect_eq %b, dense<0> : tensor<1xi64>
  return
}

func.func @negative() attributes {check.error = "occurrence 1 has a negative index", check.status = "invalid index"} {
  %i = check.constant dense<[0, -1]> : tensor<2xi64>
  %p = check.constant -1 : index
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<2xi64>) padding(%p) -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  check.use %rows : tensor<2xi64>
  return
}

// Padding of a source: a row whose only occurrences are padding is not touched
// and keeps its bits; the sources share the occurrence numbers all the same.
func.func @update() {
  %w = check.constant dense<[[1.0], [2.0], [3.0], [0x7FC00001]]> : tensor<4x1xf32>
  %i = check.constant dense<[0, 3, 1, 3]> : tensor<4xi64>
  %g = check.constant dense<[[10.0], [20.0], [30.0], [40.0]]> : tensor<4x1xf32>
  %j = check.constant dense<[1, 2]> : tensor<2xi64>
  %h = check.constant dense<[[100.0], [200.0]]> : tensor<2x1xf32>
  %r = emb.update touched(%w : tensor<4x1xf32>)
      sources[%i : tensor<4xi64> -> %g : tensor<4x1xf32> padding -1,
              %j : tensor<2xi64> -> %h : tensor<2x1xf32> padding 2] {
  ^bb0(%x: f32, %d: f32):
    %ten = arith.constant 10.0 : f32
    %y = arith.mulf %x, %ten : f32
    %x1 = arith.addf %y, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[20.0], [150.0], [3.0], [0x7FC00001]]> : tensor<4x1xf32>
  return
}

// A row that is padding of one source and touched by another gets only the
// gradient of the other. Counted from the end of a table of any size.
func.func @padding_of_one_source() {
  %w = check.constant dense<0.0> : tensor<3x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[[2, 1], [0, 2]]> : tensor<2x2xi32>
  %g = check.constant dense<[[[1.0, 2.0], [4.0, 8.0]], [[16.0, 32.0], [64.0, 128.0]]]> : tensor<2x2x2xf32>
  %j = check.constant dense<[2, 1]> : tensor<2xi32>
  %h = check.constant dense<[[0.5, 0.25], [3.0, 5.0]]> : tensor<2x2xf32>
  %r = emb.update touched(%w : tensor<?x2xf32>)
      sources[%i : tensor<2x2xi32> -> %g : tensor<2x2x2xf32> padding -1,
              %j : tensor<2xi32> -> %h : tensor<2x2xf32> padding -2] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %r, dense<[[16.0, 32.0], [4.0, 8.0], [0.5, 0.25]]> : tensor<3x2xf32> as tensor<?x2xf32>
  return
}

// Where all rows are visited the padding row is one with gradient zero.
func.func @all() {
  %w = check.constant dense<[[1.0], [2.0], [3.0]]> : tensor<3x1xf64>
  %i = check.constant dense<[1, 0, 1]> : tensor<3xi64>
  %g = check.constant dense<[[10.0], [20.0], [30.0]]> : tensor<3x1xf64>
  %r = emb.update all(%w : tensor<3x1xf64>) sources[%i : tensor<3xi64> -> %g : tensor<3x1xf64> padding 1] {
  ^bb0(%x: f64, %d: f64):
    %half = arith.constant 0.5 : f64
    %y = arith.mulf %x, %half : f64
    %x1 = arith.addf %y, %d : f64
    emb.yield %x1 : f64
  }
  check.expect_eq %r, dense<[[20.5], [1.0], [1.5]]> : tensor<3x1xf64>
  return
}

func.func @scatter_add() {
  %w = check.constant dense<[[1.0], [2.0], [-0.0]]> : tensor<3x1xf16>
  %i = check.constant dense<[2, 1, 2, 1]> : tensor<4xi64>
  %g = check.constant dense<[[8.0], [16.0], [32.0], [64.0]]> : tensor<4x1xf16>
  %r = emb.scatter_add %g[%i] into %w {padding_idx = -1} : tensor<4x1xf16>, tensor<4xi64>, tensor<3x1xf16>
  check.expect_eq %r, dense<[[1.0], [82.0], [-0.0]]> : tensor<3x1xf16>
  return
}
