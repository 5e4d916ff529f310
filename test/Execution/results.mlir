// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --transposed

// What a function may return: columns, slices, scalars, the same value twice,
// an argument that nothing changed.

func.func @column() {
  %g = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %i = check.constant dense<[2, 0]> : tensor<2xi64> as tensor<?xi64>
  %r = emb.gather %g[%i] : tensor<3x2xf32>, tensor<?xi64> -> tensor<?x2xf32>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %r, %c0 : tensor<?x2xf32>
  %column = tensor.extract_slice %r[0, 1] [%n, 1] [1, 1] : tensor<?x2xf32> to tensor<?xf32>
  %matrix = tensor.extract_slice %r[0, 0] [%n, 1] [1, 1] : tensor<?x2xf32> to tensor<?x1xf32>
  check.expect_eq %column, dense<[6.0, 2.0]> : tensor<2xf32> as tensor<?xf32>
  check.expect_eq %matrix, dense<[[5.0], [1.0]]> : tensor<2x1xf32> as tensor<?x1xf32>
  return
}

func.func @every_other() {
  %x = check.constant dense<[1, 2, 3, 4, 5]> : tensor<5xi32>
  %odd = tensor.extract_slice %x[0] [3] [2] : tensor<5xi32> to tensor<3xi32>
  %row = tensor.extract_slice %x[1] [2] [1] : tensor<5xi32> to tensor<2xi32>
  check.expect_eq %odd, dense<[1, 3, 5]> : tensor<3xi32>
  check.expect_eq %row, dense<[2, 3]> : tensor<2xi32>
  return
}

func.func @twice() {
  %w = check.constant dense<1.0> : tensor<2x2xf32>
  %g = check.constant dense<2.0> : tensor<1x2xf32>
  %i = check.constant dense<1> : tensor<1xi64>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<1x2xf32>, tensor<1xi64>, tensor<2x2xf32>
  check.expect_eq %w1, dense<[[1.0, 1.0], [3.0, 3.0]]> : tensor<2x2xf32>
  check.expect_eq_value %w1, %w1 : tensor<2x2xf32>
  check.expect_eq %g, dense<2.0> : tensor<1x2xf32>
  return
}

// Part of the updated table.
func.func @updated_rows() {
  %w = check.constant dense<1.0> : tensor<3x2xf32> as tensor<?x2xf32>
  %g = check.constant dense<2.0> : tensor<1x2xf32>
  %i = check.constant dense<1> : tensor<1xi64>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<1x2xf32>, tensor<1xi64>, tensor<?x2xf32>
  %row = tensor.extract_slice %w1[1, 0] [1, 2] [1, 1] : tensor<?x2xf32> to tensor<2xf32>
  check.expect_eq %row, dense<3.0> : tensor<2xf32>
  check.use %w1 : tensor<?x2xf32>
  return
}

func.func @scalars() {
  %b = check.constant true
  %h = check.constant 1.5 : f16
  %q = check.constant -2.5 : bf16
  %d = check.constant 0.1 : f64
  %i = check.constant -7 : i32
  %n = check.constant 9 : index
  %not = arith.xori %b, %b : i1
  %h2 = arith.addf %h, %h : f16
  %i2 = arith.muli %i, %i : i32
  check.expect_eq %b, true
  check.expect_eq %not, false
  check.expect_eq %h2, 3.0 : f16
  check.expect_eq %q, -2.5 : bf16
  check.expect_eq %d, 0.1 : f64
  check.expect_eq %i2, 49 : i32
  check.expect_eq %n, 9 : index
  return
}

// A constant of the code is not the caller's to write: it is copied.
func.func @constants() {
  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  check.expect_eq %c, dense<[1.0, 2.0]> : tensor<2xf32>
  return
}
