// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// The summed gradient of each distinct row. Rows from the count of the group on
// are unspecified, so only those before it are compared.

#rd = affine_map<(r, d) -> (r, d)>

// Rows 2 and 7 occur once and three times.
func.func @duplicates() {
  %i = check.constant dense<[7, 2, 7, 7]> : tensor<4xi64>
  %g = check.constant dense<[[1.0, 2.0], [4.0, 8.0], [16.0, 32.0], [64.0, 128.0]]> : tensor<4x2xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %r = emb.coalesce sources[%i : tensor<4xi64> -> %g : tensor<4x2xf32>]
    group(%rows, %bounds, %positions, %count : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) -> tensor<4x2xf32>
  %r2 = tensor.extract_slice %r[0, 0] [2, 2] [1, 1] : tensor<4x2xf32> to tensor<2x2xf32>
  check.expect_eq %r2, dense<[[4.0, 8.0], [81.0, 162.0]]> : tensor<2x2xf32>
  check.expect_eq %count, 2 : index
  return
}

// Row 0: 1 * [10, 20] + 4 * [10, 20] of the first source; row 1: [1000, 2000] of
// the second; row 2: 2 * [1, 2] of the first and [100, 200] of the second.
func.func @two_sources() {
  %i = check.constant dense<[0, 2, 0]> : tensor<3xi32>
  %g = check.constant dense<[[1.0, 2.0], [10.0, 20.0]]> : tensor<2x2xf64>
  %m = check.constant dense<[1, 0, 1]> : tensor<3xi64>
  %s = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf64>
  %j = check.constant dense<[[2], [1]]> : tensor<2x1xi64>
  %h = check.constant dense<[[[100.0, 200.0]], [[1000.0, 2000.0]]]> : tensor<2x1x2xf32>
  %rows, %bounds, %positions, %count = emb.group(%i, %j : tensor<3xi32>, tensor<2x1xi64>) -> tensor<5xi64>, tensor<6xi32>, tensor<5xi32>
  %r = emb.coalesce sources[%i : tensor<3xi32> -> %g : tensor<2x2xf64> map %m : tensor<3xi64> scale %s : tensor<3xf64>,
                            %j : tensor<2x1xi64> -> %h : tensor<2x1x2xf32>]
    group(%rows, %bounds, %positions, %count : tensor<5xi64>, tensor<6xi32>, tensor<5xi32>, index) -> tensor<5x2xf64>
  %r3 = tensor.extract_slice %r[0, 0] [3, 2] [1, 1] : tensor<5x2xf64> to tensor<3x2xf64>
  check.expect_eq %r3, dense<[[50.0, 100.0], [1000.0, 2000.0], [102.0, 204.0]]> : tensor<3x2xf64>
  return
}

// Padding entries are left out: row 1 is padding of the only source that has it.
func.func @padding() {
  %i = check.constant dense<[3, 1, 1, 3]> : tensor<4xi64> as tensor<?xi64>
  %g = check.constant dense<[[1.0], [2.0], [4.0], [8.0]]> : tensor<4x1xf32> as tensor<?x1xf32>
  %j = check.constant dense<[0, 3]> : tensor<2xi64>
  %h = check.constant dense<[[16.0], [32.0]]> : tensor<2x1xf32>
  %p = arith.constant 1 : index
  %q = arith.constant 3 : index
  %rows, %bounds, %positions, %count = emb.group(%i, %j : tensor<?xi64>, tensor<2xi64>) padding(%p, %q) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %r = emb.coalesce sources[%i : tensor<?xi64> -> %g : tensor<?x1xf32> padding 1, %j : tensor<2xi64> -> %h : tensor<2x1xf32> padding 3]
    group(%rows, %bounds, %positions, %count : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) -> tensor<?x1xf32>
  %r2 = tensor.extract_slice %r[0, 0] [2, 1] [1, 1] : tensor<?x1xf32> to tensor<2x1xf32>
  check.expect_eq %r2, dense<[[16.0], [9.0]]> : tensor<2x1xf32>
  check.expect_eq %count, 2 : index
  return
}

// The sum runs in order: (1 + 2^24) - 2^24 = 0 in row 0, (2^24 - 2^24) + 1 = 1 in
// row 1.
func.func @order() {
  %i = check.constant dense<[0, 1, 0, 1, 0, 1]> : tensor<6xi64>
  %g = check.constant dense<[[1.0], [16777216.0], [16777216.0], [-16777216.0], [-16777216.0], [1.0]]> : tensor<6x1xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<6xi64>) -> tensor<6xi64>, tensor<7xi64>, tensor<6xi64>
  %r = emb.coalesce sources[%i : tensor<6xi64> -> %g : tensor<6x1xf32>]
    group(%rows, %bounds, %positions, %count : tensor<6xi64>, tensor<7xi64>, tensor<6xi64>, index) -> tensor<6x1xf32>
  %r2 = tensor.extract_slice %r[0, 0] [2, 1] [1, 1] : tensor<6x1xf32> to tensor<2x1xf32>
  check.expect_eq %r2, dense<[[0.0], [1.0]]> : tensor<2x1xf32>
  return
}

// Rounded once: 2048 + 1 is 2048 in f16, 256 + 1 is 256 in bf16.
func.func @rounded_once_f16() {
  %i = check.constant dense<5> : tensor<3xi64>
  %g = check.constant dense<[[2048.0], [1.0], [1.0]]> : tensor<3x1xf16>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %r = emb.coalesce sources[%i : tensor<3xi64> -> %g : tensor<3x1xf16>]
    group(%rows, %bounds, %positions, %count : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index) -> tensor<3x1xf16>
  %r1 = tensor.extract_slice %r[0, 0] [1, 1] [1, 1] : tensor<3x1xf16> to tensor<1x1xf16>
  check.expect_eq %r1, dense<2050.0> : tensor<1x1xf16>
  return
}

func.func @rounded_once_bf16() {
  %i = check.constant dense<5> : tensor<3xi32>
  %g = check.constant dense<[[256.0], [1.0], [1.0]]> : tensor<3x1xbf16>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<3xi32>) -> tensor<3xi32>, tensor<4xi32>, tensor<3xi32>
  %r = emb.coalesce sources[%i : tensor<3xi32> -> %g : tensor<3x1xbf16>]
    group(%rows, %bounds, %positions, %count : tensor<3xi32>, tensor<4xi32>, tensor<3xi32>, index) -> tensor<3x1xbf16>
  %r1 = tensor.extract_slice %r[0, 0] [1, 1] [1, 1] : tensor<3x1xbf16> to tensor<1x1xbf16>
  check.expect_eq %r1, dense<258.0> : tensor<1x1xbf16>
  return
}

func.func @scalar_indices() {
  %i = check.constant dense<5> : tensor<i64>
  %g = check.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<i64>) -> tensor<1xi64>, tensor<2xi64>, tensor<1xi64>
  %r = emb.coalesce sources[%i : tensor<i64> -> %g : tensor<3xf32>]
    group(%rows, %bounds, %positions, %count : tensor<1xi64>, tensor<2xi64>, tensor<1xi64>, index) -> tensor<1x3xf32>
  check.expect_eq %r, dense<[[1.0, 2.0, 3.0]]> : tensor<1x3xf32>
  return
}

// No occurrences and no columns.
func.func @nothing() {
  %i = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %g = check.constant dense<> : tensor<0x2xf32> as tensor<?x2xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %r = emb.coalesce sources[%i : tensor<?xi64> -> %g : tensor<?x2xf32>]
    group(%rows, %bounds, %positions, %count : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) -> tensor<?x2xf32>
  check.expect_eq %r, dense<> : tensor<0x2xf32> as tensor<?x2xf32>
  return
}

func.func @no_columns() {
  %i = check.constant dense<[4, 4]> : tensor<2xi64>
  %g = check.constant dense<> : tensor<2x0xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<2xi64>) -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  %r = emb.coalesce sources[%i : tensor<2xi64> -> %g : tensor<2x0xf32>]
    group(%rows, %bounds, %positions, %count : tensor<2xi64>, tensor<3xi64>, tensor<2xi64>, index) -> tensor<2x0xf32>
  check.expect_eq %r, dense<> : tensor<2x0xf32>
  return
}

// The destination is an argument; what lies beyond the count may stay.
func.func @destination() {
  %i = check.constant dense<[1, 0]> : tensor<2xi64>
  %g = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %d = check.constant dense<9.0> : tensor<2x1xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<2xi64>) -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  %r = emb.coalesce sources[%i : tensor<2xi64> -> %g : tensor<2x1xf32>]
    group(%rows, %bounds, %positions, %count : tensor<2xi64>, tensor<3xi64>, tensor<2xi64>, index)
    outs(%d : tensor<2x1xf32>) -> tensor<2x1xf32>
  check.expect_eq %r, dense<[[2.0], [1.0]]> : tensor<2x1xf32>
  return
}

func.func @map_out_of_range() attributes {check.error = "emb.coalesce: map 0 (argument 2): index out of range: position [1] has value 1, expected 0 <= index < 1", check.status = "invalid index"} {
  %i = check.constant dense<[1, 0]> : tensor<2xi64>
  %g = check.constant dense<[[1.0]]> : tensor<1x1xf32>
  %m = check.constant dense<[0, 1]> : tensor<2xi32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<2xi64>) -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  %r = emb.coalesce sources[%i : tensor<2xi64> -> %g : tensor<1x1xf32> map %m : tensor<2xi32>]
    group(%rows, %bounds, %positions, %count : tensor<2xi64>, tensor<3xi64>, tensor<2xi64>, index) -> tensor<2x1xf32>
  check.use %r : tensor<2x1xf32>
  return
}

// Padding leaves positions unset, here in memory that the sort of the first group
// has used: looking ahead must not follow them through the map.
func.func @unset_positions() {
  %e = tensor.empty() : tensor<512xi64>
  %j = linalg.generic {indexing_maps = [affine_map<(k) -> (k)>], iterator_types = ["parallel"]} outs(%e : tensor<512xi64>) {
  ^bb0(%x: i64):
    %k = linalg.index 0 : index
    %k64 = arith.index_cast %k : index to i64
    %large = arith.constant 1099511627776 : i64
    %y = arith.subi %large, %k64 : i64
    linalg.yield %y : i64
  } -> tensor<512xi64>
  %rows0, %bounds0, %positions0, %count0 = emb.group(%j : tensor<512xi64>) -> tensor<512xi64>, tensor<513xi64>, tensor<512xi64>
  check.expect_eq %count0, 512 : index
  %e1 = tensor.empty() : tensor<512xi64>
  %i = linalg.generic {indexing_maps = [affine_map<(k) -> (k)>], iterator_types = ["parallel"]} outs(%e1 : tensor<512xi64>) {
  ^bb0(%x: i64):
    %k = linalg.index 0 : index
    %c256 = arith.constant 256 : index
    %v = arith.divui %k, %c256 : index
    %y = arith.index_cast %v : index to i64
    linalg.yield %y : i64
  } -> tensor<512xi64>
  %g = check.constant dense<[[0.5]]> : tensor<1x1xf32>
  %m = check.constant dense<0> : tensor<512xi64>
  %p = arith.constant 1 : index
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<512xi64>) padding(%p) -> tensor<512xi64>, tensor<513xi64>, tensor<512xi64>
  %r = emb.coalesce sources[%i : tensor<512xi64> -> %g : tensor<1x1xf32> map %m : tensor<512xi64> padding 1]
    group(%rows, %bounds, %positions, %count : tensor<512xi64>, tensor<513xi64>, tensor<512xi64>, index) -> tensor<512x1xf32>
  %r1 = tensor.extract_slice %r[0, 0] [1, 1] [1, 1] : tensor<512x1xf32> to tensor<1x1xf32>
  check.expect_eq %r1, dense<128.0> : tensor<1x1xf32>
  check.expect_eq %count, 1 : index
  return
}

// Rows narrower, as wide as and wider than vector registers and tiles:
// g[k][d] = k + d mod 16, row 0 occurs at 1, 3 and 4, row 1 at 0 and 2, so that
// their sums are 8 + 3 (d mod 16) and 2 + 2 (d mod 16).

func.func @d1() {
  %i = check.constant dense<[1, 0, 1, 0, 0]> : tensor<5xi64>
  %base = check.constant dense<[8, 2]> : tensor<2xi64>
  %slope = check.constant dense<[3, 2]> : tensor<2xi64>
  %e = tensor.empty() : tensor<5x1xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x1xf32>) {
  ^bb0(%x: f32):
    %k = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %n = arith.addi %k, %m : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x1xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<5xi64>) -> tensor<5xi64>, tensor<6xi64>, tensor<5xi64>
  %r = emb.coalesce sources[%i : tensor<5xi64> -> %g : tensor<5x1xf32>]
    group(%rows, %bounds, %positions, %count : tensor<5xi64>, tensor<6xi64>, tensor<5xi64>, index) -> tensor<5x1xf32>
  %r2 = tensor.extract_slice %r[0, 0] [2, 1] [1, 1] : tensor<5x1xf32> to tensor<2x1xf32>
  %e1 = tensor.empty() : tensor<2x1xf32>
  %want = linalg.generic {indexing_maps = [affine_map<(r, d) -> (r)>, affine_map<(r, d) -> (r)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<2xi64>, tensor<2xi64>) outs(%e1 : tensor<2x1xf32>) {
  ^bb0(%b: i64, %s: i64, %x: f32):
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %m64 = arith.index_cast %m : index to i64
    %p = arith.muli %s, %m64 : i64
    %n64 = arith.addi %b, %p : i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x1xf32>
  check.expect_eq_value %r2, %want : tensor<2x1xf32>
  return
}

func.func @d3() {
  %i = check.constant dense<[1, 0, 1, 0, 0]> : tensor<5xi32>
  %base = check.constant dense<[8, 2]> : tensor<2xi64>
  %slope = check.constant dense<[3, 2]> : tensor<2xi64>
  %e = tensor.empty() : tensor<5x3xf16>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x3xf16>) {
  ^bb0(%x: f16):
    %k = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %n = arith.addi %k, %m : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<5x3xf16>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<5xi32>) -> tensor<5xi32>, tensor<6xi32>, tensor<5xi32>
  %r = emb.coalesce sources[%i : tensor<5xi32> -> %g : tensor<5x3xf16>]
    group(%rows, %bounds, %positions, %count : tensor<5xi32>, tensor<6xi32>, tensor<5xi32>, index) -> tensor<5x3xf16>
  %r2 = tensor.extract_slice %r[0, 0] [2, 3] [1, 1] : tensor<5x3xf16> to tensor<2x3xf16>
  %e1 = tensor.empty() : tensor<2x3xf16>
  %want = linalg.generic {indexing_maps = [affine_map<(r, d) -> (r)>, affine_map<(r, d) -> (r)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<2xi64>, tensor<2xi64>) outs(%e1 : tensor<2x3xf16>) {
  ^bb0(%b: i64, %s: i64, %x: f16):
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %m64 = arith.index_cast %m : index to i64
    %p = arith.muli %s, %m64 : i64
    %n64 = arith.addi %b, %p : i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<2x3xf16>
  check.expect_eq_value %r2, %want : tensor<2x3xf16>
  return
}

func.func @d16() {
  %i = check.constant dense<[1, 0, 1, 0, 0]> : tensor<5xi64>
  %base = check.constant dense<[8, 2]> : tensor<2xi64>
  %slope = check.constant dense<[3, 2]> : tensor<2xi64>
  %e = tensor.empty() : tensor<5x16xf64>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x16xf64>) {
  ^bb0(%x: f64):
    %k = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %n = arith.addi %k, %m : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f64
    linalg.yield %f : f64
  } -> tensor<5x16xf64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<5xi64>) -> tensor<5xi64>, tensor<6xi64>, tensor<5xi64>
  %r = emb.coalesce sources[%i : tensor<5xi64> -> %g : tensor<5x16xf64>]
    group(%rows, %bounds, %positions, %count : tensor<5xi64>, tensor<6xi64>, tensor<5xi64>, index) -> tensor<5x16xf64>
  %r2 = tensor.extract_slice %r[0, 0] [2, 16] [1, 1] : tensor<5x16xf64> to tensor<2x16xf64>
  %e1 = tensor.empty() : tensor<2x16xf64>
  %want = linalg.generic {indexing_maps = [affine_map<(r, d) -> (r)>, affine_map<(r, d) -> (r)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<2xi64>, tensor<2xi64>) outs(%e1 : tensor<2x16xf64>) {
  ^bb0(%b: i64, %s: i64, %x: f64):
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %m64 = arith.index_cast %m : index to i64
    %p = arith.muli %s, %m64 : i64
    %n64 = arith.addi %b, %p : i64
    %f = arith.sitofp %n64 : i64 to f64
    linalg.yield %f : f64
  } -> tensor<2x16xf64>
  check.expect_eq_value %r2, %want : tensor<2x16xf64>
  return
}

func.func @d50() {
  %i = check.constant dense<[1, 0, 1, 0, 0]> : tensor<5xi64>
  %base = check.constant dense<[8, 2]> : tensor<2xi64>
  %slope = check.constant dense<[3, 2]> : tensor<2xi64>
  %e = tensor.empty() : tensor<5x50xbf16>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x50xbf16>) {
  ^bb0(%x: bf16):
    %k = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %n = arith.addi %k, %m : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to bf16
    linalg.yield %f : bf16
  } -> tensor<5x50xbf16>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<5xi64>) -> tensor<5xi64>, tensor<6xi64>, tensor<5xi64>
  %r = emb.coalesce sources[%i : tensor<5xi64> -> %g : tensor<5x50xbf16>]
    group(%rows, %bounds, %positions, %count : tensor<5xi64>, tensor<6xi64>, tensor<5xi64>, index) -> tensor<5x50xbf16>
  %r2 = tensor.extract_slice %r[0, 0] [2, 50] [1, 1] : tensor<5x50xbf16> to tensor<2x50xbf16>
  %e1 = tensor.empty() : tensor<2x50xbf16>
  %want = linalg.generic {indexing_maps = [affine_map<(r, d) -> (r)>, affine_map<(r, d) -> (r)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<2xi64>, tensor<2xi64>) outs(%e1 : tensor<2x50xbf16>) {
  ^bb0(%b: i64, %s: i64, %x: bf16):
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %m64 = arith.index_cast %m : index to i64
    %p = arith.muli %s, %m64 : i64
    %n64 = arith.addi %b, %p : i64
    %f = arith.sitofp %n64 : i64 to bf16
    linalg.yield %f : bf16
  } -> tensor<2x50xbf16>
  check.expect_eq_value %r2, %want : tensor<2x50xbf16>
  return
}

func.func @d64() {
  %i = check.constant dense<[1, 0, 1, 0, 0]> : tensor<5xi32>
  %base = check.constant dense<[8, 2]> : tensor<2xi64>
  %slope = check.constant dense<[3, 2]> : tensor<2xi64>
  %e = tensor.empty() : tensor<5x64xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x64xf32>) {
  ^bb0(%x: f32):
    %k = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %n = arith.addi %k, %m : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x64xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<5xi32>) -> tensor<5xi32>, tensor<6xi32>, tensor<5xi32>
  %r = emb.coalesce sources[%i : tensor<5xi32> -> %g : tensor<5x64xf32>]
    group(%rows, %bounds, %positions, %count : tensor<5xi32>, tensor<6xi32>, tensor<5xi32>, index) -> tensor<5x64xf32>
  %r2 = tensor.extract_slice %r[0, 0] [2, 64] [1, 1] : tensor<5x64xf32> to tensor<2x64xf32>
  %e1 = tensor.empty() : tensor<2x64xf32>
  %want = linalg.generic {indexing_maps = [affine_map<(r, d) -> (r)>, affine_map<(r, d) -> (r)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<2xi64>, tensor<2xi64>) outs(%e1 : tensor<2x64xf32>) {
  ^bb0(%b: i64, %s: i64, %x: f32):
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %m64 = arith.index_cast %m : index to i64
    %p = arith.muli %s, %m64 : i64
    %n64 = arith.addi %b, %p : i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x64xf32>
  check.expect_eq_value %r2, %want : tensor<2x64xf32>
  return
}

func.func @d300() {
  %i = check.constant dense<[1, 0, 1, 0, 0]> : tensor<5xi64>
  %base = check.constant dense<[8, 2]> : tensor<2xi64>
  %slope = check.constant dense<[3, 2]> : tensor<2xi64>
  %e = tensor.empty() : tensor<5x300xf16>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x300xf16>) {
  ^bb0(%x: f16):
    %k = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %n = arith.addi %k, %m : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<5x300xf16>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<5xi64>) -> tensor<5xi64>, tensor<6xi64>, tensor<5xi64>
  %r = emb.coalesce sources[%i : tensor<5xi64> -> %g : tensor<5x300xf16>]
    group(%rows, %bounds, %positions, %count : tensor<5xi64>, tensor<6xi64>, tensor<5xi64>, index) -> tensor<5x300xf16>
  %r2 = tensor.extract_slice %r[0, 0] [2, 300] [1, 1] : tensor<5x300xf16> to tensor<2x300xf16>
  %e1 = tensor.empty() : tensor<2x300xf16>
  %want = linalg.generic {indexing_maps = [affine_map<(r, d) -> (r)>, affine_map<(r, d) -> (r)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<2xi64>, tensor<2xi64>) outs(%e1 : tensor<2x300xf16>) {
  ^bb0(%b: i64, %s: i64, %x: f16):
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %m64 = arith.index_cast %m : index to i64
    %p = arith.muli %s, %m64 : i64
    %n64 = arith.addi %b, %p : i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<2x300xf16>
  check.expect_eq_value %r2, %want : tensor<2x300xf16>
  return
}

func.func @d2049() {
  %i = check.constant dense<[1, 0, 1, 0, 0]> : tensor<5xi64>
  %base = check.constant dense<[8, 2]> : tensor<2xi64>
  %slope = check.constant dense<[3, 2]> : tensor<2xi64>
  %e = tensor.empty() : tensor<5x2049xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x2049xf32>) {
  ^bb0(%x: f32):
    %k = linalg.index 0 : index
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %n = arith.addi %k, %m : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x2049xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<5xi64>) -> tensor<5xi64>, tensor<6xi64>, tensor<5xi64>
  %r = emb.coalesce sources[%i : tensor<5xi64> -> %g : tensor<5x2049xf32>]
    group(%rows, %bounds, %positions, %count : tensor<5xi64>, tensor<6xi64>, tensor<5xi64>, index) -> tensor<5x2049xf32>
  %r2 = tensor.extract_slice %r[0, 0] [2, 2049] [1, 1] : tensor<5x2049xf32> to tensor<2x2049xf32>
  %e1 = tensor.empty() : tensor<2x2049xf32>
  %want = linalg.generic {indexing_maps = [affine_map<(r, d) -> (r)>, affine_map<(r, d) -> (r)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<2xi64>, tensor<2xi64>) outs(%e1 : tensor<2x2049xf32>) {
  ^bb0(%b: i64, %s: i64, %x: f32):
    %d = linalg.index 1 : index
    %c16 = arith.constant 16 : index
    %m = arith.remui %d, %c16 : index
    %m64 = arith.index_cast %m : index to i64
    %p = arith.muli %s, %m64 : i64
    %n64 = arith.addi %b, %p : i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x2049xf32>
  check.expect_eq_value %r2, %want : tensor<2x2049xf32>
  return
}
