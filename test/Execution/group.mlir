// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1
// RUN: emb-check %s --strided-columns

// Of rows, bounds and positions only what the count covers is specified.

func.func @i64() {
  %i = check.constant dense<[7, 2, 7, 5, 2, 7]> : tensor<6xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<6xi64>) -> tensor<6xi64>, tensor<7xi64>, tensor<6xi64>
  %r = tensor.extract_slice %rows[0] [3] [1] : tensor<6xi64> to tensor<3xi64>
  %b = tensor.extract_slice %bounds[0] [4] [1] : tensor<7xi64> to tensor<4xi64>
  check.expect_eq %count, 3 : index
  check.expect_eq %r, dense<[2, 5, 7]> : tensor<3xi64>
  check.expect_eq %b, dense<[0, 2, 3, 6]> : tensor<4xi64>
  check.expect_eq %positions, dense<[1, 4, 3, 0, 2, 5]> : tensor<6xi64>
  return
}

func.func @i32() {
  %i = check.constant dense<[[3, 1], [0, 2]]> : tensor<2x2xi32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<2x2xi32>) -> tensor<4xi32>, tensor<5xi32>, tensor<4xi32>
  check.expect_eq %count, 4 : index
  check.expect_eq %rows, dense<[0, 1, 2, 3]> : tensor<4xi32>
  check.expect_eq %bounds, dense<[0, 1, 2, 3, 4]> : tensor<5xi32>
  check.expect_eq %positions, dense<[2, 1, 3, 0]> : tensor<4xi32>
  return
}

// Occurrences are numbered through the tensors: 0 1 | 2 | 3 4 5 6.
func.func @several() {
  %i = check.constant dense<[9, 4]> : tensor<2xi64>
  %j = check.constant dense<9> : tensor<i64>
  %k = check.constant dense<[[4, 9], [0, 9]]> : tensor<2x2xi64>
  %rows, %bounds, %positions, %count = emb.group(%i, %j, %k : tensor<2xi64>, tensor<i64>, tensor<2x2xi64>) -> tensor<7xi64>, tensor<8xi64>, tensor<7xi64>
  %r = tensor.extract_slice %rows[0] [3] [1] : tensor<7xi64> to tensor<3xi64>
  %b = tensor.extract_slice %bounds[0] [4] [1] : tensor<8xi64> to tensor<4xi64>
  check.expect_eq %count, 3 : index
  check.expect_eq %r, dense<[0, 4, 9]> : tensor<3xi64>
  check.expect_eq %b, dense<[0, 1, 3, 7]> : tensor<4xi64>
  check.expect_eq %positions, dense<[5, 1, 3, 0, 2, 4, 6]> : tensor<7xi64>
  return
}

func.func @empty() {
  %i = check.constant dense<> : tensor<0xi64> as tensor<?xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  check.expect_eq %count, 0 : index
  check.expect_eq %bounds, dense<0> : tensor<1xi64> as tensor<?xi64>
  return
}

// All the same, and wide values.
func.func @one_row() {
  %i = check.constant dense<4294967299> : tensor<5xi64> as tensor<?xi64>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %r = tensor.extract_slice %rows[0] [1] [1] : tensor<?xi64> to tensor<1xi64>
  %b = tensor.extract_slice %bounds[0] [2] [1] : tensor<?xi64> to tensor<2xi64>
  check.expect_eq %count, 1 : index
  check.expect_eq %r, dense<4294967299> : tensor<1xi64>
  check.expect_eq %b, dense<[0, 5]> : tensor<2xi64>
  check.expect_eq %positions, dense<[0, 1, 2, 3, 4]> : tensor<5xi64> as tensor<?xi64>
  return
}
