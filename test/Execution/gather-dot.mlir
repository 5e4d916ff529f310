// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// Dot products of looked-up rows with the rows that a map gives: the gradient of
// the weights of a bag.

#rd = affine_map<(r, d) -> (r, d)>

// Bags {2, 0} and {2}.
func.func @bags() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %i = check.constant dense<[2, 0, 2]> : tensor<3xi64>
  %g = check.constant dense<[[1.0, 10.0], [-1.0, 0.5]]> : tensor<2x2xf32>
  %m = check.constant dense<[0, 0, 1]> : tensor<3xi32>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<3x2xf32>, tensor<3xi64>, tensor<2x2xf32>, tensor<3xi32> -> tensor<3xf32>
  check.expect_eq %r, dense<[65.0, 21.0, -2.0]> : tensor<3xf32>
  return
}

// 2-D indices keep their shape; every extent is known at run time only.
func.func @matrix() {
  %t = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf64> as tensor<?x2xf64>
  %i = check.constant dense<[[2, 0, 1], [1, 1, 0]]> : tensor<2x3xi32> as tensor<?x?xi32>
  %g = check.constant dense<[[1.0, 10.0], [100.0, 1000.0]]> : tensor<2x2xf64> as tensor<?x2xf64>
  %m = check.constant dense<[[0, 0, 0], [1, 1, 1]]> : tensor<2x3xi64> as tensor<?x?xi64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<?x2xf64>, tensor<?x?xi32>, tensor<?x2xf64>, tensor<?x?xi64> -> tensor<?x?xf64>
  check.expect_eq %r, dense<[[65.0, 21.0, 43.0], [4300.0, 4300.0, 2100.0]]> : tensor<2x3xf64> as tensor<?x?xf64>
  return
}

func.func @scalar_indices() {
  %t = check.constant dense<[[1.0], [3.0]]> : tensor<2x1xf32>
  %i = check.constant dense<1> : tensor<i64>
  %g = check.constant dense<[[5.0], [7.0]]> : tensor<2x1xf32>
  %m = check.constant dense<1> : tensor<i64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<2x1xf32>, tensor<i64>, tensor<2x1xf32>, tensor<i64> -> tensor<f32>
  check.expect_eq %r, dense<21.0> : tensor<f32>
  return
}

// Zero at padding, whatever the row holds; the same row number counts as padding
// only where it is looked up, not in the map.
func.func @padding() {
  %t = check.constant dense<[[1.0, 2.0], [0x7FC00000, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %i = check.constant dense<[1, 0, 1, 2]> : tensor<4xi64>
  %g = check.constant dense<[[1.0, 10.0], [2.0, 20.0]]> : tensor<2x2xf32>
  %m = check.constant dense<[0, 1, 1, 1]> : tensor<4xi64>
  %r = emb.gather_dot %t[%i], %g[%m] {padding_idx = 1} : tensor<3x2xf32>, tensor<4xi64>, tensor<2x2xf32>, tensor<4xi64> -> tensor<4xf32>
  check.expect_eq %r, dense<[0.0, 42.0, 0.0, 130.0]> : tensor<4xf32>
  return
}

// Counted from the end of a table of 3 rows, of which the compiler knows none.
func.func @negative_padding() {
  %t = check.constant dense<[[1.0], [3.0], [5.0]]> : tensor<3x1xbf16> as tensor<?x1xbf16>
  %i = check.constant dense<[2, 1, 0]> : tensor<3xi32>
  %g = check.constant dense<[[2.0]]> : tensor<1x1xbf16>
  %m = check.constant dense<0> : tensor<3xi64>
  %r = emb.gather_dot %t[%i], %g[%m] {padding_idx = -1} : tensor<?x1xbf16>, tensor<3xi32>, tensor<1x1xbf16>, tensor<3xi64> -> tensor<3xbf16>
  %s = emb.gather_dot %t[%i], %g[%m] {padding_idx = -3} : tensor<?x1xbf16>, tensor<3xi32>, tensor<1x1xbf16>, tensor<3xi64> -> tensor<3xbf16>
  check.expect_eq %r, dense<[0.0, 6.0, 2.0]> : tensor<3xbf16>
  check.expect_eq %s, dense<[10.0, 6.0, 0.0]> : tensor<3xbf16>
  return
}

func.func @negative_padding_static() {
  %t = check.constant dense<[[1.0], [3.0], [5.0]]> : tensor<3x1xf32>
  %i = check.constant dense<[2, 1, 0]> : tensor<3xi64>
  %g = check.constant dense<[[2.0]]> : tensor<1x1xf32>
  %m = check.constant dense<0> : tensor<3xi64>
  %r = emb.gather_dot %t[%i], %g[%m] {padding_idx = -2} : tensor<3x1xf32>, tensor<3xi64>, tensor<1x1xf32>, tensor<3xi64> -> tensor<3xf32>
  check.expect_eq %r, dense<[10.0, 0.0, 2.0]> : tensor<3xf32>
  return
}

// In f32, rounded once: 45 * 47 = 2115 is 2116 in f16, and 2048 + 1 is 2048.
func.func @rounded_once_f16() {
  %t = check.constant dense<[[45.0, 1057.0, 0.0], [2048.0, 1.0, 1.0]]> : tensor<2x3xf16>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<[[47.0, -2.0, 1.0], [1.0, 1.0, 1.0]]> : tensor<2x3xf16>
  %m = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<2x3xf16>, tensor<2xi64>, tensor<2x3xf16>, tensor<2xi64> -> tensor<2xf16>
  check.expect_eq %r, dense<[1.0, 2050.0]> : tensor<2xf16>
  return
}

// Rows of another type: 256 + 1 + 1, where 257 is 256 in bf16.
func.func @rounded_once_bf16() {
  %t = check.constant dense<[[256.0, 1.0, 1.0]]> : tensor<1x3xbf16>
  %i = check.constant dense<0> : tensor<1xi64>
  %g = check.constant dense<1.0> : tensor<1x3xf32>
  %m = check.constant dense<0> : tensor<1xi64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<1x3xbf16>, tensor<1xi64>, tensor<1x3xf32>, tensor<1xi64> -> tensor<1xbf16>
  check.expect_eq %r, dense<258.0> : tensor<1xbf16>
  return
}

// The order is fixed: columns 0 and 16 share a lane, whose sum 2^24 + 1 is 2^24,
// before column 8 takes 2^24 away.
func.func @order() {
  %t = check.constant dense<[[16777216.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -16777216.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
                              1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<1x32xf32>
  %i = check.constant dense<0> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<1x32xf32>
  %m = check.constant dense<0> : tensor<2xi64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<1x32xf32>, tensor<2xi64>, tensor<1x32xf32>, tensor<2xi64> -> tensor<2xf32>
  check.expect_eq %r, dense<0.0> : tensor<2xf32>
  return
}

func.func @no_columns() {
  %t = check.constant dense<> : tensor<2x0xf32>
  %i = check.constant dense<[1, 0]> : tensor<2xi64>
  %g = check.constant dense<> : tensor<1x0xf32>
  %m = check.constant dense<0> : tensor<2xi64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<2x0xf32>, tensor<2xi64>, tensor<1x0xf32>, tensor<2xi64> -> tensor<2xf32>
  check.expect_eq %r, dense<0.0> : tensor<2xf32>
  return
}

func.func @no_indices() {
  %t = check.constant dense<> : tensor<0x2xf32>
  %i = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %g = check.constant dense<> : tensor<0x2xf32>
  %m = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<0x2xf32>, tensor<?xi64>, tensor<0x2xf32>, tensor<?xi64> -> tensor<?xf32>
  check.expect_eq %r, dense<> : tensor<0xf32> as tensor<?xf32>
  return
}

func.func @destination() {
  %t = check.constant dense<[[2.0], [3.0]]> : tensor<2x1xf32>
  %i = check.constant dense<[[1], [0]]> : tensor<2x1xi64>
  %g = check.constant dense<[[5.0]]> : tensor<1x1xf32>
  %m = check.constant dense<0> : tensor<2x1xi32>
  %d = check.constant dense<9.0> : tensor<2x1xf32>
  %r = emb.gather_dot %t[%i], %g[%m] outs(%d : tensor<2x1xf32>) : tensor<2x1xf32>, tensor<2x1xi64>, tensor<1x1xf32>, tensor<2x1xi32> -> tensor<2x1xf32>
  check.expect_eq %r, dense<[[15.0], [10.0]]> : tensor<2x1xf32>
  return
}

func.func @index_out_of_range() attributes {check.error = "emb.gather_dot: indices (argument 1): index out of range: position [0] has value 2", check.status = "invalid index"} {
  %t = check.constant dense<1.0> : tensor<2x1xf32>
  %i = check.constant dense<[2, 0]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x1xf32>
  %m = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<2x1xf32>, tensor<2xi64>, tensor<2x1xf32>, tensor<2xi64> -> tensor<2xf32>
  check.use %r : tensor<2xf32>
  return
}

func.func @map_out_of_range() attributes {check.error = "emb.gather_dot: map (argument 3): index out of range: position [1] has value -1", check.status = "invalid index"} {
  %t = check.constant dense<1.0> : tensor<2x1xf32>
  %i = check.constant dense<[1, 0]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x1xf32>
  %m = check.constant dense<[0, -1]> : tensor<2xi64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<2x1xf32>, tensor<2xi64>, tensor<2x1xf32>, tensor<2xi64> -> tensor<2xf32>
  check.use %r : tensor<2xf32>
  return
}

func.func @map_of_another_shape() attributes {check.error = "emb.gather_dot: map, dimension 0 (argument 3): found 1, expected 2", check.status = "invalid shape"} {
  %t = check.constant dense<1.0> : tensor<2x1xf32>
  %i = check.constant dense<[1, 0]> : tensor<2xi64> as tensor<?xi64>
  %g = check.constant dense<1.0> : tensor<2x1xf32>
  %m = check.constant dense<0> : tensor<1xi64> as tensor<?xi64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<2x1xf32>, tensor<?xi64>, tensor<2x1xf32>, tensor<?xi64> -> tensor<?xf32>
  check.use %r : tensor<?xf32>
  return
}

// Rows narrower, as wide as and wider than vector registers and tiles:
// t[r][d] = r + d mod 4 and g[b][d] = b + 1, so that the result is
// (b + 1) (r D + S), S being the sum of d mod 4 over the columns.

func.func @d1() {
  %i = check.constant dense<[3, 0, 2, 1]> : tensor<4xi64>
  %m = check.constant dense<[0, 1, 1, 0]> : tensor<4xi32>
  %e = tensor.empty() : tensor<4x1xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x1xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c4 = arith.constant 4 : index
    %v = arith.remui %d, %c4 : index
    %n = arith.addi %r, %v : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<4x1xf32>
  %e1 = tensor.empty() : tensor<2x1xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x1xf32>) {
  ^bb0(%x: f32):
    %b = linalg.index 0 : index
    %c1 = arith.constant 1 : index
    %n = arith.addi %b, %c1 : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x1xf32>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<4x1xf32>, tensor<4xi64>, tensor<2x1xf32>, tensor<4xi32> -> tensor<4xf32>
  check.expect_eq %r, dense<[3.0, 0.0, 4.0, 1.0]> : tensor<4xf32>
  return
}

func.func @d3() {
  %i = check.constant dense<[3, 0, 2, 1]> : tensor<4xi32>
  %m = check.constant dense<[0, 1, 1, 0]> : tensor<4xi32>
  %e = tensor.empty() : tensor<4x3xf16>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x3xf16>) {
  ^bb0(%x: f16):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c4 = arith.constant 4 : index
    %v = arith.remui %d, %c4 : index
    %n = arith.addi %r, %v : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<4x3xf16>
  %e1 = tensor.empty() : tensor<2x3xf16>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x3xf16>) {
  ^bb0(%x: f16):
    %b = linalg.index 0 : index
    %c1 = arith.constant 1 : index
    %n = arith.addi %b, %c1 : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<2x3xf16>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<4x3xf16>, tensor<4xi32>, tensor<2x3xf16>, tensor<4xi32> -> tensor<4xf16>
  check.expect_eq %r, dense<[12.0, 6.0, 18.0, 6.0]> : tensor<4xf16>
  return
}

func.func @d16() {
  %i = check.constant dense<[3, 0, 2, 1]> : tensor<4xi64>
  %m = check.constant dense<[0, 1, 1, 0]> : tensor<4xi32>
  %e = tensor.empty() : tensor<4x16xf64>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x16xf64>) {
  ^bb0(%x: f64):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c4 = arith.constant 4 : index
    %v = arith.remui %d, %c4 : index
    %n = arith.addi %r, %v : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f64
    linalg.yield %f : f64
  } -> tensor<4x16xf64>
  %e1 = tensor.empty() : tensor<2x16xf64>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x16xf64>) {
  ^bb0(%x: f64):
    %b = linalg.index 0 : index
    %c1 = arith.constant 1 : index
    %n = arith.addi %b, %c1 : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f64
    linalg.yield %f : f64
  } -> tensor<2x16xf64>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<4x16xf64>, tensor<4xi64>, tensor<2x16xf64>, tensor<4xi32> -> tensor<4xf64>
  check.expect_eq %r, dense<[72.0, 48.0, 112.0, 40.0]> : tensor<4xf64>
  return
}

func.func @d50() {
  %i = check.constant dense<[3, 0, 2, 1]> : tensor<4xi64>
  %m = check.constant dense<[0, 1, 1, 0]> : tensor<4xi32>
  %e = tensor.empty() : tensor<4x50xbf16>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x50xbf16>) {
  ^bb0(%x: bf16):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c4 = arith.constant 4 : index
    %v = arith.remui %d, %c4 : index
    %n = arith.addi %r, %v : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to bf16
    linalg.yield %f : bf16
  } -> tensor<4x50xbf16>
  %e1 = tensor.empty() : tensor<2x50xbf16>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x50xbf16>) {
  ^bb0(%x: bf16):
    %b = linalg.index 0 : index
    %c1 = arith.constant 1 : index
    %n = arith.addi %b, %c1 : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to bf16
    linalg.yield %f : bf16
  } -> tensor<2x50xbf16>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<4x50xbf16>, tensor<4xi64>, tensor<2x50xbf16>, tensor<4xi32> -> tensor<4xbf16>
  check.expect_eq %r, dense<[223.0, 146.0, 346.0, 123.0]> : tensor<4xbf16>
  return
}

func.func @d64() {
  %i = check.constant dense<[3, 0, 2, 1]> : tensor<4xi32>
  %m = check.constant dense<[0, 1, 1, 0]> : tensor<4xi32>
  %e = tensor.empty() : tensor<4x64xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x64xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c4 = arith.constant 4 : index
    %v = arith.remui %d, %c4 : index
    %n = arith.addi %r, %v : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<4x64xf32>
  %e1 = tensor.empty() : tensor<2x64xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x64xf32>) {
  ^bb0(%x: f32):
    %b = linalg.index 0 : index
    %c1 = arith.constant 1 : index
    %n = arith.addi %b, %c1 : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x64xf32>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<4x64xf32>, tensor<4xi32>, tensor<2x64xf32>, tensor<4xi32> -> tensor<4xf32>
  check.expect_eq %r, dense<[288.0, 192.0, 448.0, 160.0]> : tensor<4xf32>
  return
}

func.func @d300() {
  %i = check.constant dense<[3, 0, 2, 1]> : tensor<4xi64>
  %m = check.constant dense<[0, 1, 1, 0]> : tensor<4xi32>
  %e = tensor.empty() : tensor<4x300xf16>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x300xf16>) {
  ^bb0(%x: f16):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c4 = arith.constant 4 : index
    %v = arith.remui %d, %c4 : index
    %n = arith.addi %r, %v : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<4x300xf16>
  %e1 = tensor.empty() : tensor<2x300xf16>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x300xf16>) {
  ^bb0(%x: f16):
    %b = linalg.index 0 : index
    %c1 = arith.constant 1 : index
    %n = arith.addi %b, %c1 : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<2x300xf16>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<4x300xf16>, tensor<4xi64>, tensor<2x300xf16>, tensor<4xi32> -> tensor<4xf16>
  check.expect_eq %r, dense<[1350.0, 900.0, 2100.0, 750.0]> : tensor<4xf16>
  return
}

func.func @d2049() {
  %i = check.constant dense<[3, 0, 2, 1]> : tensor<4xi64>
  %m = check.constant dense<[0, 1, 1, 0]> : tensor<4xi32>
  %e = tensor.empty() : tensor<4x2049xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<4x2049xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c4 = arith.constant 4 : index
    %v = arith.remui %d, %c4 : index
    %n = arith.addi %r, %v : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<4x2049xf32>
  %e1 = tensor.empty() : tensor<2x2049xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x2049xf32>) {
  ^bb0(%x: f32):
    %b = linalg.index 0 : index
    %c1 = arith.constant 1 : index
    %n = arith.addi %b, %c1 : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x2049xf32>
  %r = emb.gather_dot %t[%i], %g[%m] : tensor<4x2049xf32>, tensor<4xi64>, tensor<2x2049xf32>, tensor<4xi32> -> tensor<4xf32>
  check.expect_eq %r, dense<[9219.0, 6144.0, 14340.0, 5121.0]> : tensor<4xf32>
  return
}
