// RUN: emb-check %s
// RUN: %python %S/snippets.py contained %emb_source/include/emb/Dialect/Emb/IR/EmbReadOps.td %s
// RUN: %python %S/snippets.py contained %emb_source/include/emb/Dialect/Emb/IR/EmbWriteOps.td %s
// RUN: %python %S/snippets.py contained %emb_source/include/emb/Dialect/Emb/IR/EmbCheckOps.td %s

// The examples in the descriptions of the operations, word for word, with
// inputs and with what they must compute.

#matrix = affine_map<(r, d) -> (r, d)>

// A table with t[r][d] = r.
func.func private @table() -> tensor<1000x8xf32> {
  %e = tensor.empty() : tensor<1000x8xf32>
  %t = linalg.generic {indexing_maps = [#matrix], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<1000x8xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %r64 = arith.index_cast %r : index to i64
    %f = arith.sitofp %r64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<1000x8xf32>
  return %t : tensor<1000x8xf32>
}

func.func @gather() {
  %t = call @table() : () -> tensor<1000x8xf32>
  %i = check.constant dense<[3, 999, 3]> : tensor<3xi64>
  %r = emb.gather %t[%i] : tensor<1000x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  %row1 = tensor.extract_slice %r[1, 0] [1, 8] [1, 1] : tensor<3x8xf32> to tensor<8xf32>
  %row2 = tensor.extract_slice %r[2, 0] [1, 8] [1, 1] : tensor<3x8xf32> to tensor<8xf32>
  check.expect_eq %row1, dense<999.0> : tensor<8xf32>
  check.expect_eq %row2, dense<3.0> : tensor<8xf32>
  return
}

// Means of {1, 2} and {10, 20, 30}.
func.func @bag() {
  %t = call @table() : () -> tensor<1000x8xf32>
  %i = check.constant dense<[1, 2, 10, 20, 30]> : tensor<5xi64>
  %o = check.constant dense<[0, 2]> : tensor<2xi64>
  %r = emb.bag mean %t[%i] offsets(%o : tensor<2xi64>)
    : tensor<1000x8xf32>, tensor<5xi64> -> tensor<2x8xf32>
  %row0 = tensor.extract_slice %r[0, 0] [1, 8] [1, 1] : tensor<2x8xf32> to tensor<8xf32>
  %row1 = tensor.extract_slice %r[1, 0] [1, 8] [1, 1] : tensor<2x8xf32> to tensor<8xf32>
  check.expect_eq %row0, dense<1.5> : tensor<8xf32>
  check.expect_eq %row1, dense<20.0> : tensor<8xf32>
  return
}

func.func @group() {
  %i = check.constant dense<[5, 2, 5, 5]> : tensor<4xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>)
    -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %r = tensor.extract_slice %rows[0] [2] [1] : tensor<4xi64> to tensor<2xi64>
  %b = tensor.extract_slice %bounds[0] [3] [1] : tensor<5xi64> to tensor<3xi64>
  check.expect_eq %r, dense<[2, 5]> : tensor<2xi64>
  check.expect_eq %b, dense<[0, 1, 4]> : tensor<3xi64>
  check.expect_eq %positions, dense<[1, 0, 2, 3]> : tensor<4xi64>
  check.expect_eq %count, 2 : index
  return
}

func.func @offset2bag() {
  %o = check.constant dense<[0, 1, 1]> : tensor<3xi64> as tensor<?xi64>
  %n = check.constant 3 : index
  %r = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
  check.expect_eq %r, dense<[0, 2, 2]> : tensor<3xi32> as tensor<?xi32>
  return
}

func.func @frequency() {
  %i = check.constant dense<[5, 2, 5, 5]> : tensor<4xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>)
    -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %r = emb.frequency %i
    group(%rows, %bounds, %positions, %count
      : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    : tensor<4xi64> -> tensor<4xi64>
  check.expect_eq %r, dense<[3, 1, 3, 3]> : tensor<4xi64>
  return
}

// 8 columns of 2 in bag 0, of 0.5 in bag 1.
func.func @gather_dot() {
  %t = call @table() : () -> tensor<1000x8xf32>
  %i = check.constant dense<[1, 999, 10, 0, 1]> : tensor<5xi64>
  %g = check.constant dense<[[2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]]> : tensor<2x8xf32>
  %b = check.constant dense<[0, 0, 1, 1, 1]> : tensor<5xi32>
  %r = emb.gather_dot %t[%i], %g[%b]
    : tensor<1000x8xf32>, tensor<5xi64>, tensor<2x8xf32>, tensor<5xi32>
    -> tensor<5xf32>
  check.expect_eq %r, dense<[16.0, 15984.0, 40.0, 0.0, 4.0]> : tensor<5xf32>
  return
}

func.func @one_hot() {
  %i = check.constant dense<[3, 9, 3]> : tensor<3xi64>
  %n = arith.constant 10 : index
  %r = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x10xf32>
  check.expect_eq %r, dense<[[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]> : tensor<3x10xf32>
  return
}

// Rows 2 and 5, the second with three occurrences.
func.func @coalesce() {
  %i = check.constant dense<[5, 2, 5, 5]> : tensor<4xi64>
  %g = check.constant dense<[[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0],
                             [4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0], [8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0, 8.0]]> : tensor<4x8xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>)
    -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %r = emb.coalesce sources[%i : tensor<4xi64> -> %g : tensor<4x8xf32>]
    group(%rows, %bounds, %positions, %count
      : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    -> tensor<4x8xf32>
  %column = tensor.extract_slice %r[0, 7] [2, 1] [1, 1] : tensor<4x8xf32> to tensor<2xf32>
  check.expect_eq %column, dense<[2.0, 13.0]> : tensor<2xf32>
  return
}

// Row 0 has norm 0 and stays; row 8 has norm 8 sqrt(8) and is scaled to
// 8 / (8 sqrt(8)) = 0.35355339; row 1 is not looked up.
func.func @renorm() {
  %w0 = call @table() : () -> tensor<1000x8xf32>
  %i = check.constant dense<[8, 0, 8]> : tensor<3xi64>
  %w1 = emb.renorm %i into %w0 max_norm 1.0 norm_type 2.0
    : tensor<3xi64>, tensor<1000x8xf32>
  %rows = tensor.extract_slice %w1[0, 0] [9, 1] [1, 1] : tensor<1000x8xf32> to tensor<9xf32>
  check.expect_close %rows, dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.35355339]> : tensor<9xf32> rtol 1.0e-6 atol 0.0
  return
}

func.func @scatter_add() {
  %w0 = call @table() : () -> tensor<1000x8xf32>
  %i = check.constant dense<[1, 3, 1]> : tensor<3xi64>
  %g = check.constant dense<0.25> : tensor<3x8xf32>
  %w1 = emb.scatter_add %g[%i] into %w0
    : tensor<3x8xf32>, tensor<3xi64>, tensor<1000x8xf32>
  %rows = tensor.extract_slice %w1[0, 0] [4, 1] [1, 1] : tensor<1000x8xf32> to tensor<4xf32>
  check.expect_eq %rows, dense<[0.0, 1.5, 2.0, 3.25]> : tensor<4xf32>
  return
}

// Row 2 occurs in bag 0 twice and in bag 1 once: its gradient is 1 + 1 + 2, so
// that h = 9 + 16 = 25 and w = 2 - 0.5 * 4 / 5. Row 1 occurs in bag 1 twice.
func.func @update() {
  %w = call @table() : () -> tensor<1000x8xf32>
  %h = check.constant dense<9.0> : tensor<1000x8xf32>
  %i = check.constant dense<[2, 2, 1, 1, 2]> : tensor<5xi64>
  %g = check.constant dense<[[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]]> : tensor<2x8xf32>
  %b = check.constant dense<[0, 0, 1, 1, 1]> : tensor<5xi32>
  %lr = check.constant 0.5 : f64
  %w1, %h1 = emb.update touched(%w, %h : tensor<1000x8xf32>, tensor<1000x8xf32>)
      sources[%i : tensor<5xi64> -> %g : tensor<2x8xf32> map %b : tensor<5xi32>]
      scalars(%lr : f64) {
  ^bb0(%x: f32, %s: f32, %d: f32, %rate: f32):
    %eps = arith.constant 1.0e-10 : f32
    %d2 = arith.mulf %d, %d : f32
    %s1 = arith.addf %s, %d2 : f32
    %root = math.sqrt %s1 : f32
    %den = arith.addf %root, %eps : f32
    %num = arith.mulf %rate, %d : f32
    %step = arith.divf %num, %den : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1, %s1 : f32, f32
  }
  %rows = tensor.extract_slice %w1[0, 7] [4, 1] [1, 1] : tensor<1000x8xf32> to tensor<4xf32>
  %sums = tensor.extract_slice %h1[0, 7] [4, 1] [1, 1] : tensor<1000x8xf32> to tensor<4xf32>
  check.expect_eq %rows, dense<[0.0, 0.6, 1.6, 3.0]> : tensor<4xf32>
  check.expect_eq %sums, dense<[9.0, 25.0, 25.0, 9.0]> : tensor<4xf32>
  check.use %h1 : tensor<1000x8xf32>
  return
}

func.func @row_reduce() {
  %w = call @table() : () -> tensor<1000x8xf32>
  %w1 = emb.update all(%w : tensor<1000x8xf32>) sources[] {
  ^bb0(%x: f32, %g: f32):
    %m = emb.row_reduce max %x : f32
    %x1 = arith.subf %x, %m : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %w1, dense<0.0> : tensor<1000x8xf32>
  return
}

func.func @yield() {
  %w = call @table() : () -> tensor<1000x8xf32>
  %i = check.constant dense<[1, 3, 3]> : tensor<3xi64>
  %g = check.constant dense<0.25> : tensor<3x8xf32>
  %w1 = emb.update touched(%w : tensor<1000x8xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x8xf32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.subf %x, %d : f32
    emb.yield %x1 : f32
  }
  %rows = tensor.extract_slice %w1[0, 0] [4, 1] [1, 1] : tensor<1000x8xf32> to tensor<4xf32>
  check.expect_eq %rows, dense<[0.0, 0.75, 2.0, 2.5]> : tensor<4xf32>
  return
}

func.func @check_indices() {
  %i = check.constant dense<[0, 4, 0]> : tensor<3xi64>
  %n = check.constant 5 : index
  %j = emb.check_indices %i, %n label "emb.gather: indices" : tensor<3xi64>
  check.expect_eq %j, dense<[0, 4, 0]> : tensor<3xi64>
  return
}

func.func @check_indices_fails() attributes {check.error = "emb.gather: indices: index out of range: position [1] has value 4, expected 0 <= index < 4"} {
  %i = check.constant dense<[0, 4, 0]> : tensor<3xi64>
  %n = check.constant 4 : index
  %j = emb.check_indices %i, %n label "emb.gather: indices" : tensor<3xi64>
  check.use %j : tensor<3xi64>
  return
}

func.func @check_offsets() {
  %o = check.constant dense<[0, 3]> : tensor<2xi64>
  %n = check.constant 3 : index
  %p = emb.check_offsets %o, %n label "emb.bag: offsets" : tensor<2xi64>
  check.expect_eq %p, dense<[0, 3]> : tensor<2xi64>
  return
}

func.func @check_offsets_fails() attributes {check.error = "emb.bag: offsets", check.status = "invalid offsets"} {
  %o = check.constant dense<[0, 3]> : tensor<2xi64>
  %n = check.constant 2 : index
  %p = emb.check_offsets %o, %n label "emb.bag: offsets" : tensor<2xi64>
  check.use %p : tensor<2xi64>
  return
}

func.func @check_equal() {
  %m = check.constant 3 : index
  %n = check.constant 3 : index
  emb.check_equal %m, %n label "emb.update: rows of the gradient"
  check.expect_eq %m, 3 : index
  return
}

func.func @check_equal_fails() attributes {check.error = "emb.update: rows of the gradient: found 3, expected 4", check.status = "invalid shape"} {
  %m = check.constant 3 : index
  %n = check.constant 4 : index
  emb.check_equal %m, %n label "emb.update: rows of the gradient"
  return
}
