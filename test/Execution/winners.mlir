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

// What emb.bag max says the winners are: the first of equal values, a NaN in the
// first entry but no later one, -1 in an empty bag. Bags {0, 1, 2}, {}, {2, 0}.
func.func @bag() {
  %t = check.constant dense<[[1.0, 5.0, 0x7FC00000, -1.0, -0.0], [3.0, 5.0, 7.0, 0x7FC00001, 0.0], [3.0, 4.0, 8.0, -2.0, 0.0]]> : tensor<3x5xf32>
  %i = check.constant dense<[0, 1, 2, 2, 0]> : tensor<5xi64>
  %o = check.constant dense<[0, 3, 3]> : tensor<3xi64>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) : tensor<3x5xf32>, tensor<5xi64> -> tensor<3x5xf32>, tensor<3x5xi64>
  check.expect_eq %r, dense<[[3.0, 5.0, 0x7FC00000, -1.0, -0.0], [0.0, 0.0, 0.0, 0.0, 0.0], [3.0, 5.0, 8.0, -1.0, 0.0]]> : tensor<3x5xf32>
  check.expect_eq %a, dense<[[1, 0, 0, 0, 0], [-1, -1, -1, -1, -1], [3, 4, 3, 4, 3]]> : tensor<3x5xi64>
  return
}

// Padding entries, of row 1, are skipped but counted in the positions. The bags are
// {1}, {0, 1, 2} and {1}.
func.func @bag_padding() {
  %t = check.constant dense<[[1.0, -6.0], [9.0, 9.0], [-2.0, -5.0]]> : tensor<3x2xbf16> as tensor<?x2xbf16>
  %i = check.constant dense<[1, 0, 1, 2, 1]> : tensor<5xi32>
  %o = check.constant dense<[0, 1, 4, 5]> : tensor<4xi64>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<4xi64>) {include_last_offset, padding_idx = -2} : tensor<?x2xbf16>, tensor<5xi32> -> tensor<3x2xbf16>, tensor<3x2xi32>
  check.expect_eq %r, dense<[[0.0, 0.0], [1.0, -5.0], [0.0, 0.0]]> : tensor<3x2xbf16>
  check.expect_eq %a, dense<[[-1, -1], [1, 3], [-1, -1]]> : tensor<3x2xi32>
  return
}

// The first entry that is not padding sticks if it is NaN.
func.func @bag_padding_nan() {
  %t = check.constant dense<[[9.0], [0x7E01], [4.0]]> : tensor<3x1xf16>
  %i = check.constant dense<[[0, 1, 2], [0, 2, 1]]> : tensor<2x3xi64>
  %r, %a = emb.bag max %t[%i] {padding_idx = 0} : tensor<3x1xf16>, tensor<2x3xi64> -> tensor<2x1xf16>, tensor<2x1xi64>
  check.expect_eq %r, dense<[[0x7E01], [4.0]]> : tensor<2x1xf16>
  check.expect_eq %a, dense<[[1], [4]]> : tensor<2x1xi64>
  return
}

// 2-D indices are counted in row-major order.
func.func @bag_matrix() {
  %t = check.constant dense<[[1.0, 8.0], [2.0, 4.0], [2.0, 9.0]]> : tensor<3x2xf64>
  %i = check.constant dense<[[0, 1, 2], [2, 1, 0]]> : tensor<2x3xi32> as tensor<?x?xi32>
  %r, %a = emb.bag max %t[%i] : tensor<3x2xf64>, tensor<?x?xi32> -> tensor<?x2xf64>, tensor<?x2xi32>
  check.expect_eq %r, dense<[[2.0, 9.0], [2.0, 9.0]]> : tensor<2x2xf64> as tensor<?x2xf64>
  check.expect_eq %a, dense<[[1, 2], [3, 3]]> : tensor<2x2xi32> as tensor<?x2xi32>
  return
}

// Both destinations are arguments.
func.func @bag_destinations() {
  %t = check.constant dense<[[1.0, 8.0], [2.0, 4.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %o = check.constant dense<[0, 2]> : tensor<2xi64>
  %d = check.constant dense<9.0> : tensor<2x2xf32>
  %e = check.constant dense<9> : tensor<2x2xi64>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<2xi64>) outs(%d, %e : tensor<2x2xf32>, tensor<2x2xi64>) : tensor<2x2xf32>, tensor<2xi64> -> tensor<2x2xf32>, tensor<2x2xi64>
  check.expect_eq %r, dense<[[2.0, 8.0], [0.0, 0.0]]> : tensor<2x2xf32>
  check.expect_eq %a, dense<[[1, 0], [-1, -1]]> : tensor<2x2xi64>
  return
}

func.func @bag_of_nothing() {
  %t = check.constant dense<> : tensor<0x2xf32>
  %i = check.constant dense<> : tensor<2x0xi64>
  %r, %a = emb.bag max %t[%i] : tensor<0x2xf32>, tensor<2x0xi64> -> tensor<2x2xf32>, tensor<2x2xi64>
  check.expect_eq %r, dense<0.0> : tensor<2x2xf32>
  check.expect_eq %a, dense<-1> : tensor<2x2xi64>
  return
}

func.func @bag_without_columns() {
  %t = check.constant dense<> : tensor<2x0xf32>
  %i = check.constant dense<[[0, 1]]> : tensor<1x2xi64>
  %r, %a = emb.bag max %t[%i] : tensor<2x0xf32>, tensor<1x2xi64> -> tensor<1x0xf32>, tensor<1x0xi32>
  check.expect_eq %r, dense<> : tensor<1x0xf32>
  check.expect_eq %a, dense<> : tensor<1x0xi32>
  return
}

// Rows narrower, as wide as and wider than vector registers and tiles, forward and
// backward: t[r][d] = (d + r) mod 3, the bags are {0, 1, 2}, {} and {2, 2, 0}.
//
//   bag 0: row (2 d + 2) mod 3 has the 2, so its position is that
//   bag 2: row 2 wins (at 3, not 4) where d mod 3 is 0, else row 0 (at 5)
//
// The gradient is 1 in bag 0 and 4 in bag 2.

func.func @d1() {
  %i = check.constant dense<[0, 1, 2, 2, 2, 0]> : tensor<6xi64>
  %o = check.constant dense<[0, 3, 3]> : tensor<3xi64>
  %m = check.constant dense<[0, 0, 0, 2, 2, 2]> : tensor<6xi32>
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x1xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x1xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %v = arith.remui %n, %c3 : index
    %v64 = arith.index_cast %v : index to i64
    %f = arith.sitofp %v64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<3x1xf32>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) : tensor<3x1xf32>, tensor<6xi64> -> tensor<3x1xf32>, tensor<3x1xi64>
  %ea = tensor.empty() : tensor<3x1xi64>
  %wanted = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%ea : tensor<3x1xi64>) {
  ^bb0(%x: i64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c5 = arith.constant 5 : index
    %none = arith.constant -1 : index
    %b = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c3, %c5 : index
    %is_first = arith.cmpi eq, %b, %c0 : index
    %is_second = arith.cmpi eq, %b, %c1 : index
    %others = arith.select %is_second, %none, %third : index
    %n = arith.select %is_first, %first, %others : index
    %w = arith.index_cast %n : index to i64
    linalg.yield %w : i64
  } -> tensor<3x1xi64>
  check.expect_eq_value %a, %wanted : tensor<3x1xi64>

  %gb = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %eg = tensor.empty() : tensor<3x1xf32>
  %g = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%gb : tensor<3xf32>) outs(%eg : tensor<3x1xf32>) {
  ^bb0(%v: f32, %x: f32):
    linalg.yield %v : f32
  } -> tensor<3x1xf32>
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<3x1xf32>
  %w = linalg.fill ins(%zero : f32) outs(%ew : tensor<3x1xf32>) -> tensor<3x1xf32>
  %w1 = emb.update touched(%w : tensor<3x1xf32>)
      sources[%i : tensor<6xi64> -> %g : tensor<3x1xf32> map %m : tensor<6xi32> winners %a : tensor<3x1xi64>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  %es = tensor.empty() : tensor<3x1xf32>
  %gradient = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%es : tensor<3x1xf32>) {
  ^bb0(%x: f32):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %r0 = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c2, %c0 : index
    %is_first = arith.cmpi eq, %r0, %first : index
    %is_third = arith.cmpi eq, %r0, %third : index
    %one = arith.select %is_first, %c1, %c0 : index
    %four = arith.select %is_third, %c4, %c0 : index
    %n = arith.addi %one, %four : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<3x1xf32>
  check.expect_eq_value %w1, %gradient : tensor<3x1xf32>
  return
}

func.func @d3() {
  %i = check.constant dense<[0, 1, 2, 2, 2, 0]> : tensor<6xi32>
  %o = check.constant dense<[0, 3, 3]> : tensor<3xi64>
  %m = check.constant dense<[0, 0, 0, 2, 2, 2]> : tensor<6xi32>
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x3xf16>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x3xf16>) {
  ^bb0(%x: f16):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %v = arith.remui %n, %c3 : index
    %v64 = arith.index_cast %v : index to i64
    %f = arith.sitofp %v64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<3x3xf16>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) : tensor<3x3xf16>, tensor<6xi32> -> tensor<3x3xf16>, tensor<3x3xi32>
  %ea = tensor.empty() : tensor<3x3xi32>
  %wanted = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%ea : tensor<3x3xi32>) {
  ^bb0(%x: i32):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c5 = arith.constant 5 : index
    %none = arith.constant -1 : index
    %b = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c3, %c5 : index
    %is_first = arith.cmpi eq, %b, %c0 : index
    %is_second = arith.cmpi eq, %b, %c1 : index
    %others = arith.select %is_second, %none, %third : index
    %n = arith.select %is_first, %first, %others : index
    %w = arith.index_cast %n : index to i32
    linalg.yield %w : i32
  } -> tensor<3x3xi32>
  check.expect_eq_value %a, %wanted : tensor<3x3xi32>

  %gb = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf16>
  %eg = tensor.empty() : tensor<3x3xf16>
  %g = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%gb : tensor<3xf16>) outs(%eg : tensor<3x3xf16>) {
  ^bb0(%v: f16, %x: f16):
    linalg.yield %v : f16
  } -> tensor<3x3xf16>
  %zero = arith.constant 0.0 : f16
  %ew = tensor.empty() : tensor<3x3xf16>
  %w = linalg.fill ins(%zero : f16) outs(%ew : tensor<3x3xf16>) -> tensor<3x3xf16>
  %w1 = emb.update touched(%w : tensor<3x3xf16>)
      sources[%i : tensor<6xi32> -> %g : tensor<3x3xf16> map %m : tensor<6xi32> winners %a : tensor<3x3xi32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  %es = tensor.empty() : tensor<3x3xf16>
  %gradient = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%es : tensor<3x3xf16>) {
  ^bb0(%x: f16):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %r0 = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c2, %c0 : index
    %is_first = arith.cmpi eq, %r0, %first : index
    %is_third = arith.cmpi eq, %r0, %third : index
    %one = arith.select %is_first, %c1, %c0 : index
    %four = arith.select %is_third, %c4, %c0 : index
    %n = arith.addi %one, %four : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<3x3xf16>
  check.expect_eq_value %w1, %gradient : tensor<3x3xf16>
  return
}

func.func @d16() {
  %i = check.constant dense<[0, 1, 2, 2, 2, 0]> : tensor<6xi64>
  %o = check.constant dense<[0, 3, 3]> : tensor<3xi64>
  %m = check.constant dense<[0, 0, 0, 2, 2, 2]> : tensor<6xi32>
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x16xf64>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x16xf64>) {
  ^bb0(%x: f64):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %v = arith.remui %n, %c3 : index
    %v64 = arith.index_cast %v : index to i64
    %f = arith.sitofp %v64 : i64 to f64
    linalg.yield %f : f64
  } -> tensor<3x16xf64>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) : tensor<3x16xf64>, tensor<6xi64> -> tensor<3x16xf64>, tensor<3x16xi32>
  %ea = tensor.empty() : tensor<3x16xi32>
  %wanted = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%ea : tensor<3x16xi32>) {
  ^bb0(%x: i32):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c5 = arith.constant 5 : index
    %none = arith.constant -1 : index
    %b = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c3, %c5 : index
    %is_first = arith.cmpi eq, %b, %c0 : index
    %is_second = arith.cmpi eq, %b, %c1 : index
    %others = arith.select %is_second, %none, %third : index
    %n = arith.select %is_first, %first, %others : index
    %w = arith.index_cast %n : index to i32
    linalg.yield %w : i32
  } -> tensor<3x16xi32>
  check.expect_eq_value %a, %wanted : tensor<3x16xi32>

  %gb = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf64>
  %eg = tensor.empty() : tensor<3x16xf64>
  %g = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%gb : tensor<3xf64>) outs(%eg : tensor<3x16xf64>) {
  ^bb0(%v: f64, %x: f64):
    linalg.yield %v : f64
  } -> tensor<3x16xf64>
  %zero = arith.constant 0.0 : f64
  %ew = tensor.empty() : tensor<3x16xf64>
  %w = linalg.fill ins(%zero : f64) outs(%ew : tensor<3x16xf64>) -> tensor<3x16xf64>
  %w1 = emb.update touched(%w : tensor<3x16xf64>)
      sources[%i : tensor<6xi64> -> %g : tensor<3x16xf64> map %m : tensor<6xi32> winners %a : tensor<3x16xi32>] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.addf %x, %d : f64
    emb.yield %x1 : f64
  }
  %es = tensor.empty() : tensor<3x16xf64>
  %gradient = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%es : tensor<3x16xf64>) {
  ^bb0(%x: f64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %r0 = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c2, %c0 : index
    %is_first = arith.cmpi eq, %r0, %first : index
    %is_third = arith.cmpi eq, %r0, %third : index
    %one = arith.select %is_first, %c1, %c0 : index
    %four = arith.select %is_third, %c4, %c0 : index
    %n = arith.addi %one, %four : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f64
    linalg.yield %f : f64
  } -> tensor<3x16xf64>
  check.expect_eq_value %w1, %gradient : tensor<3x16xf64>
  return
}

func.func @d50() {
  %i = check.constant dense<[0, 1, 2, 2, 2, 0]> : tensor<6xi64>
  %o = check.constant dense<[0, 3, 3]> : tensor<3xi64>
  %m = check.constant dense<[0, 0, 0, 2, 2, 2]> : tensor<6xi32>
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x50xbf16>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x50xbf16>) {
  ^bb0(%x: bf16):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %v = arith.remui %n, %c3 : index
    %v64 = arith.index_cast %v : index to i64
    %f = arith.sitofp %v64 : i64 to bf16
    linalg.yield %f : bf16
  } -> tensor<3x50xbf16>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) : tensor<3x50xbf16>, tensor<6xi64> -> tensor<3x50xbf16>, tensor<3x50xi64>
  %ea = tensor.empty() : tensor<3x50xi64>
  %wanted = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%ea : tensor<3x50xi64>) {
  ^bb0(%x: i64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c5 = arith.constant 5 : index
    %none = arith.constant -1 : index
    %b = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c3, %c5 : index
    %is_first = arith.cmpi eq, %b, %c0 : index
    %is_second = arith.cmpi eq, %b, %c1 : index
    %others = arith.select %is_second, %none, %third : index
    %n = arith.select %is_first, %first, %others : index
    %w = arith.index_cast %n : index to i64
    linalg.yield %w : i64
  } -> tensor<3x50xi64>
  check.expect_eq_value %a, %wanted : tensor<3x50xi64>

  %gb = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xbf16>
  %eg = tensor.empty() : tensor<3x50xbf16>
  %g = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%gb : tensor<3xbf16>) outs(%eg : tensor<3x50xbf16>) {
  ^bb0(%v: bf16, %x: bf16):
    linalg.yield %v : bf16
  } -> tensor<3x50xbf16>
  %zero = arith.constant 0.0 : bf16
  %ew = tensor.empty() : tensor<3x50xbf16>
  %w = linalg.fill ins(%zero : bf16) outs(%ew : tensor<3x50xbf16>) -> tensor<3x50xbf16>
  %w1 = emb.update touched(%w : tensor<3x50xbf16>)
      sources[%i : tensor<6xi64> -> %g : tensor<3x50xbf16> map %m : tensor<6xi32> winners %a : tensor<3x50xi64>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  %es = tensor.empty() : tensor<3x50xbf16>
  %gradient = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%es : tensor<3x50xbf16>) {
  ^bb0(%x: bf16):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %r0 = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c2, %c0 : index
    %is_first = arith.cmpi eq, %r0, %first : index
    %is_third = arith.cmpi eq, %r0, %third : index
    %one = arith.select %is_first, %c1, %c0 : index
    %four = arith.select %is_third, %c4, %c0 : index
    %n = arith.addi %one, %four : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to bf16
    linalg.yield %f : bf16
  } -> tensor<3x50xbf16>
  check.expect_eq_value %w1, %gradient : tensor<3x50xbf16>
  return
}

func.func @d64() {
  %i = check.constant dense<[0, 1, 2, 2, 2, 0]> : tensor<6xi32>
  %o = check.constant dense<[0, 3, 3]> : tensor<3xi64>
  %m = check.constant dense<[0, 0, 0, 2, 2, 2]> : tensor<6xi32>
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x64xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x64xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %v = arith.remui %n, %c3 : index
    %v64 = arith.index_cast %v : index to i64
    %f = arith.sitofp %v64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<3x64xf32>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) : tensor<3x64xf32>, tensor<6xi32> -> tensor<3x64xf32>, tensor<3x64xi32>
  %ea = tensor.empty() : tensor<3x64xi32>
  %wanted = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%ea : tensor<3x64xi32>) {
  ^bb0(%x: i32):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c5 = arith.constant 5 : index
    %none = arith.constant -1 : index
    %b = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c3, %c5 : index
    %is_first = arith.cmpi eq, %b, %c0 : index
    %is_second = arith.cmpi eq, %b, %c1 : index
    %others = arith.select %is_second, %none, %third : index
    %n = arith.select %is_first, %first, %others : index
    %w = arith.index_cast %n : index to i32
    linalg.yield %w : i32
  } -> tensor<3x64xi32>
  check.expect_eq_value %a, %wanted : tensor<3x64xi32>

  %gb = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %eg = tensor.empty() : tensor<3x64xf32>
  %g = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%gb : tensor<3xf32>) outs(%eg : tensor<3x64xf32>) {
  ^bb0(%v: f32, %x: f32):
    linalg.yield %v : f32
  } -> tensor<3x64xf32>
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<3x64xf32>
  %w = linalg.fill ins(%zero : f32) outs(%ew : tensor<3x64xf32>) -> tensor<3x64xf32>
  %w1 = emb.update touched(%w : tensor<3x64xf32>)
      sources[%i : tensor<6xi32> -> %g : tensor<3x64xf32> map %m : tensor<6xi32> winners %a : tensor<3x64xi32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  %es = tensor.empty() : tensor<3x64xf32>
  %gradient = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%es : tensor<3x64xf32>) {
  ^bb0(%x: f32):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %r0 = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c2, %c0 : index
    %is_first = arith.cmpi eq, %r0, %first : index
    %is_third = arith.cmpi eq, %r0, %third : index
    %one = arith.select %is_first, %c1, %c0 : index
    %four = arith.select %is_third, %c4, %c0 : index
    %n = arith.addi %one, %four : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<3x64xf32>
  check.expect_eq_value %w1, %gradient : tensor<3x64xf32>
  return
}

func.func @d300() {
  %i = check.constant dense<[0, 1, 2, 2, 2, 0]> : tensor<6xi64>
  %o = check.constant dense<[0, 3, 3]> : tensor<3xi64>
  %m = check.constant dense<[0, 0, 0, 2, 2, 2]> : tensor<6xi32>
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x300xf16>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x300xf16>) {
  ^bb0(%x: f16):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %v = arith.remui %n, %c3 : index
    %v64 = arith.index_cast %v : index to i64
    %f = arith.sitofp %v64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<3x300xf16>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) : tensor<3x300xf16>, tensor<6xi64> -> tensor<3x300xf16>, tensor<3x300xi64>
  %ea = tensor.empty() : tensor<3x300xi64>
  %wanted = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%ea : tensor<3x300xi64>) {
  ^bb0(%x: i64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c5 = arith.constant 5 : index
    %none = arith.constant -1 : index
    %b = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c3, %c5 : index
    %is_first = arith.cmpi eq, %b, %c0 : index
    %is_second = arith.cmpi eq, %b, %c1 : index
    %others = arith.select %is_second, %none, %third : index
    %n = arith.select %is_first, %first, %others : index
    %w = arith.index_cast %n : index to i64
    linalg.yield %w : i64
  } -> tensor<3x300xi64>
  check.expect_eq_value %a, %wanted : tensor<3x300xi64>

  %gb = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf16>
  %eg = tensor.empty() : tensor<3x300xf16>
  %g = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%gb : tensor<3xf16>) outs(%eg : tensor<3x300xf16>) {
  ^bb0(%v: f16, %x: f16):
    linalg.yield %v : f16
  } -> tensor<3x300xf16>
  %zero = arith.constant 0.0 : f16
  %ew = tensor.empty() : tensor<3x300xf16>
  %w = linalg.fill ins(%zero : f16) outs(%ew : tensor<3x300xf16>) -> tensor<3x300xf16>
  %w1 = emb.update touched(%w : tensor<3x300xf16>)
      sources[%i : tensor<6xi64> -> %g : tensor<3x300xf16> map %m : tensor<6xi32> winners %a : tensor<3x300xi64>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  %es = tensor.empty() : tensor<3x300xf16>
  %gradient = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%es : tensor<3x300xf16>) {
  ^bb0(%x: f16):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %r0 = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c2, %c0 : index
    %is_first = arith.cmpi eq, %r0, %first : index
    %is_third = arith.cmpi eq, %r0, %third : index
    %one = arith.select %is_first, %c1, %c0 : index
    %four = arith.select %is_third, %c4, %c0 : index
    %n = arith.addi %one, %four : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f16
    linalg.yield %f : f16
  } -> tensor<3x300xf16>
  check.expect_eq_value %w1, %gradient : tensor<3x300xf16>
  return
}

func.func @d2049() {
  %i = check.constant dense<[0, 1, 2, 2, 2, 0]> : tensor<6xi64>
  %o = check.constant dense<[0, 3, 3]> : tensor<3xi64>
  %m = check.constant dense<[0, 0, 0, 2, 2, 2]> : tensor<6xi32>
  %c3 = arith.constant 3 : index
  %e = tensor.empty() : tensor<3x2049xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x2049xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %v = arith.remui %n, %c3 : index
    %v64 = arith.index_cast %v : index to i64
    %f = arith.sitofp %v64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<3x2049xf32>
  %r, %a = emb.bag max %t[%i] offsets(%o : tensor<3xi64>) : tensor<3x2049xf32>, tensor<6xi64> -> tensor<3x2049xf32>, tensor<3x2049xi64>
  %ea = tensor.empty() : tensor<3x2049xi64>
  %wanted = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%ea : tensor<3x2049xi64>) {
  ^bb0(%x: i64):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c5 = arith.constant 5 : index
    %none = arith.constant -1 : index
    %b = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c3, %c5 : index
    %is_first = arith.cmpi eq, %b, %c0 : index
    %is_second = arith.cmpi eq, %b, %c1 : index
    %others = arith.select %is_second, %none, %third : index
    %n = arith.select %is_first, %first, %others : index
    %w = arith.index_cast %n : index to i64
    linalg.yield %w : i64
  } -> tensor<3x2049xi64>
  check.expect_eq_value %a, %wanted : tensor<3x2049xi64>

  %gb = check.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32>
  %eg = tensor.empty() : tensor<3x2049xf32>
  %g = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%gb : tensor<3xf32>) outs(%eg : tensor<3x2049xf32>) {
  ^bb0(%v: f32, %x: f32):
    linalg.yield %v : f32
  } -> tensor<3x2049xf32>
  %zero = arith.constant 0.0 : f32
  %ew = tensor.empty() : tensor<3x2049xf32>
  %w = linalg.fill ins(%zero : f32) outs(%ew : tensor<3x2049xf32>) -> tensor<3x2049xf32>
  %w1 = emb.update touched(%w : tensor<3x2049xf32>)
      sources[%i : tensor<6xi64> -> %g : tensor<3x2049xf32> map %m : tensor<6xi32> winners %a : tensor<3x2049xi64>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  %es = tensor.empty() : tensor<3x2049xf32>
  %gradient = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%es : tensor<3x2049xf32>) {
  ^bb0(%x: f32):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c4 = arith.constant 4 : index
    %r0 = linalg.index 0 : index
    %d = linalg.index 1 : index
    %dd = arith.addi %d, %d : index
    %dd2 = arith.addi %dd, %c2 : index
    %first = arith.remui %dd2, %c3 : index
    %rest = arith.remui %d, %c3 : index
    %is_zero = arith.cmpi eq, %rest, %c0 : index
    %third = arith.select %is_zero, %c2, %c0 : index
    %is_first = arith.cmpi eq, %r0, %first : index
    %is_third = arith.cmpi eq, %r0, %third : index
    %one = arith.select %is_first, %c1, %c0 : index
    %four = arith.select %is_third, %c4, %c0 : index
    %n = arith.addi %one, %four : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<3x2049xf32>
  check.expect_eq_value %w1, %gradient : tensor<3x2049xf32>
  return
}
