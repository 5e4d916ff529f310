// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1
// RUN: emb-check %s --strided-columns

// Calls that fail, named after the constraint of docs/semantics.md that they
// break: the message names operation, operand, position, value and bound, and no
// argument has changed.

func.func @gather_r1() attributes {check.error = "emb.gather: indices (argument 1 'ids'): index out of range: position [2] has value 1003, expected 0 <= index < 1000", check.status = "invalid index"} {
  %t = check.constant named "table" dense<1.0> : tensor<1000x8xf32>
  %i = check.constant named "ids" dense<[0, 999, 1003]> : tensor<3xi64>
  %r = emb.gather %t[%i] : tensor<1000x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  check.use %r : tensor<3x8xf32>
  return
}

// Negative indices do not wrap.
func.func @gather_r1_negative() attributes {check.error = "position [1, 0] has value -1, expected 0 <= index < 4", check.status = "invalid index"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[[0, 3], [-1, 7]]> : tensor<2x2xi32>
  %r = emb.gather %t[%i] : tensor<?x2xf32>, tensor<2x2xi32> -> tensor<2x2x2xf32>
  check.use %r : tensor<2x2x2xf32>
  return
}

func.func @gather_r1_empty_table() attributes {check.error = "has value 0, expected 0 <= index < 0", check.status = "invalid index"} {
  %t = check.constant dense<> : tensor<0x2xf32>
  %i = check.constant dense<0> : tensor<1xi64>
  %r = emb.gather %t[%i] : tensor<0x2xf32>, tensor<1xi64> -> tensor<1x2xf32>
  check.use %r : tensor<1x2xf32>
  return
}

func.func @gather_r2() attributes {check.error = "emb.gather: outs, dimension 0 (argument 2): found 4, expected 3", check.status = "invalid shape"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1, 2]> : tensor<3xi64> as tensor<?xi64>
  %o = check.constant dense<7.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %r = emb.gather %t[%i] outs(%o : tensor<?x2xf32>) : tensor<4x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
  check.use %r : tensor<?x2xf32>
  return
}

// The bad index belongs to a lookup that follows an update of another table.
func.func @nothing_written_before() attributes {check.error = "emb.gather: indices (argument 4)", check.status = "invalid index"} {
  %w = check.constant dense<1.0> : tensor<4x2xf32>
  %g = check.constant dense<1.0> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %t = check.constant dense<1.0> : tensor<4x2xf32>
  %j = check.constant dense<4> : tensor<1xi64>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<2x2xf32>, tensor<2xi64>, tensor<4x2xf32>
  %r = emb.gather %t[%j] : tensor<4x2xf32>, tensor<1xi64> -> tensor<1x2xf32>
  check.use %w1 : tensor<4x2xf32>
  check.use %r : tensor<1x2xf32>
  return
}

// Of the table that was updated.
func.func @nothing_written_same_table() attributes {check.error = "has value 5, expected 0 <= index < 4", check.status = "invalid index"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %j = check.constant dense<5> : tensor<1xi64>
  %w1 = emb.renorm %i into %w max_norm 1.0 : tensor<2xi64>, tensor<4x2xf32>
  %r = emb.gather %w1[%j] : tensor<4x2xf32>, tensor<1xi64> -> tensor<1x2xf32>
  check.use %w1 : tensor<4x2xf32>
  check.use %r : tensor<1x2xf32>
  return
}

// The second index is bad: the row of the first stays as it is.
func.func @renorm_r1() attributes {check.error = "emb.renorm: indices", check.status = "invalid index"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 4]> : tensor<2xi64>
  %w1 = emb.renorm %i into %w max_norm 1.0 : tensor<2xi64>, tensor<4x2xf32>
  check.use %w1 : tensor<4x2xf32>
  return
}

func.func @scatter_add_r1() attributes {check.error = "emb.scatter_add: indices (argument 1)", check.status = "invalid index"} {
  %g = check.constant dense<1.0> : tensor<2x2xf32>
  %i = check.constant dense<[0, 9223372036854775807]> : tensor<2xi64>
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<2x2xf32>, tensor<2xi64>, tensor<4x2xf32>
  check.use %w1 : tensor<4x2xf32>
  return
}

func.func @scatter_add_r2() attributes {check.error = "emb.scatter_add: rows", check.status = "invalid shape"} {
  %g = check.constant dense<1.0> : tensor<3x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64> as tensor<?xi64>
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<?x2xf32>, tensor<?xi64>, tensor<4x2xf32>
  check.use %w1 : tensor<4x2xf32>
  return
}

func.func @source_r1() attributes {check.error = "emb.update: map 0 (argument 3): index out of range: position [1] has value 2, expected 0 <= index < 2", check.status = "invalid index"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x2xf32>
  %m = check.constant dense<[1, 2]> : tensor<2xi32>
  %w1 = emb.update touched(%w : tensor<4x2xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x2xf32> map %m : tensor<2xi32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.use %w1 : tensor<4x2xf32>
  return
}

func.func @update_r2() attributes {check.error = "emb.update: state 0", check.status = "invalid shape"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %s = check.constant dense<0.0> : tensor<3xf32> as tensor<?xf32>
  %w1, %s1 = emb.update all(%w, %s : tensor<?x2xf32>, tensor<?xf32>) sources[] {
  ^bb0(%x: f32, %h: f32, %d: f32):
    emb.yield %d, %h : f32, f32
  }
  check.use %w1 : tensor<?x2xf32>
  check.use %s1 : tensor<?xf32>
  return
}

// Negative: the check comes before the sort of the rows.
func.func @renorm_r1_negative() attributes {check.error = "emb.renorm: indices (argument 1): index out of range: position [1] has value -1, expected 0 <= index < 4", check.status = "invalid index"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, -1]> : tensor<2xi64>
  %w1 = emb.renorm %i into %w max_norm 1.0 : tensor<2xi64>, tensor<4x2xf32>
  check.use %w1 : tensor<4x2xf32>
  return
}

func.func @update_r1() attributes {check.error = "emb.update: indices 1 (argument 3): index out of range: position [0] has value -7, expected 0 <= index < 4", check.status = "invalid index"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x2xf32>
  %j = check.constant dense<-7> : tensor<1xi64>
  %h = check.constant dense<1.0> : tensor<1x2xf32>
  %w1 = emb.update touched(%w : tensor<4x2xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x2xf32>, %j : tensor<1xi64> -> %h : tensor<1x2xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.use %w1 : tensor<4x2xf32>
  return
}

func.func @gather_r3() attributes {check.error = "emb.gather: rows of the table, for padding_idx 4 (argument 0 'table'): found 4, expected 5", check.status = "invalid shape"} {
  %t = check.constant named "table" dense<1.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.gather %t[%i] {padding_idx = 4} : tensor<?x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

func.func @padding_r1_negative() attributes {check.error = "emb.gather: rows of the table, for padding_idx -5 (argument 0): found 4, expected 5", check.status = "invalid shape"} {
  %t = check.constant dense<1.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %r = emb.gather %t[%i] {padding_idx = -5} : tensor<?x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  check.use %r : tensor<2x2xf32>
  return
}

// The last and the first row are rows, and so is row 0 of no rows.
func.func @padding_of_a_row() {
  %t = check.constant dense<1.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %e = check.constant dense<> : tensor<0x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %n = check.constant dense<> : tensor<0xi64>
  %a = emb.gather %t[%i] {padding_idx = 3} : tensor<?x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  %b = emb.gather %t[%i] {padding_idx = -4} : tensor<?x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  %c = emb.gather %e[%n] {padding_idx = 0} : tensor<?x2xf32>, tensor<0xi64> -> tensor<0x2xf32>
  check.expect_eq %a, dense<1.0> : tensor<2x2xf32>
  check.expect_eq %b, dense<1.0> : tensor<2x2xf32>
  check.expect_eq %c, dense<> : tensor<0x2xf32>
  return
}

func.func @scatter_add_r3() attributes {check.error = "emb.scatter_add: rows of the table, for padding_idx -9 (argument 2): found 4, expected 9", check.status = "invalid shape"} {
  %g = check.constant dense<1.0> : tensor<2x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %w = check.constant dense<8.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %w1 = emb.scatter_add %g[%i] into %w {padding_idx = -9} : tensor<2x2xf32>, tensor<2xi64>, tensor<?x2xf32>
  check.use %w1 : tensor<?x2xf32>
  return
}

func.func @check_indices_r1() attributes {check.error = "mine: index out of range: position [1, 0] has value 3, expected 0 <= index < 3", check.status = "invalid index"} {
  %i = check.constant dense<[[0, 2], [3, -1]]> : tensor<2x2xi64>
  %n = check.constant 3 : index
  %j = emb.check_indices %i, %n label "mine" : tensor<2x2xi64>
  check.use %j : tensor<2x2xi64>
  return
}

func.func @check_equal_r1() attributes {check.error = "mine: found 3, expected 4", check.status = "invalid shape"} {
  %m = check.constant 3 : index
  %n = check.constant 4 : index
  emb.check_equal %m, %n label "mine"
  return
}

func.func @one_hot_r1() attributes {check.error = "emb.one_hot: indices (argument 0 'ids'): index out of range: position [1] has value 4, expected 0 <= index < 4", check.status = "invalid index"} {
  %i = check.constant named "ids" dense<[0, 4, 3]> : tensor<3xi64>
  %n = arith.constant 4 : index
  %r = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x4xf32>
  check.use %r : tensor<3x4xf32>
  return
}

func.func @one_hot_r1_negative() attributes {check.error = "position [0, 1] has value -1, expected 0 <= index < 4", check.status = "invalid index"} {
  %i = check.constant dense<[[0, -1], [3, 7]]> : tensor<2x2xi32>
  %n = check.constant 4 : index
  %r = emb.one_hot %i depth %n : tensor<2x2xi32> -> tensor<2x2x?xf32>
  check.use %r : tensor<2x2x?xf32>
  return
}

// As a lookup, too.
func.func @one_hot_r1_product() attributes {check.error = "position [1] has value 2, expected 0 <= index < 2", check.status = "invalid index"} {
  %i = check.constant dense<[0, 2, 1]> : tensor<3xi64>
  %w = check.constant dense<1.0> : tensor<2x4xf32>
  %n = arith.constant 2 : index
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x2xf32>
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x2xf32>, tensor<2x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  check.use %r : tensor<3x4xf32>
  return
}

func.func @one_hot_r2() attributes {check.error = "emb.one_hot: depth: found 4, expected 5", check.status = "invalid shape"} {
  %i = check.constant dense<[0, 1, 3]> : tensor<3xi64>
  %n = check.constant 4 : index
  %r = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x5xf32>
  check.use %r : tensor<3x5xf32>
  return
}

// More places than the table that is multiplied has rows.
func.func @one_hot_r2_product() attributes {check.error = "emb.one_hot: depth (argument 0): found 4, expected 2", check.status = "invalid shape"} {
  %i = check.constant dense<[0, 1, 1]> : tensor<3xi64>
  %w = check.constant dense<1.0> : tensor<2x4xf32> as tensor<?x4xf32>
  %n = check.constant 4 : index
  %x = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x?xf32>
  %z = arith.constant dense<0.0> : tensor<3x4xf32>
  %r = linalg.matmul ins(%x, %w : tensor<3x?xf32>, tensor<?x4xf32>) outs(%z : tensor<3x4xf32>) -> tensor<3x4xf32>
  check.use %r : tensor<3x4xf32>
  return
}
