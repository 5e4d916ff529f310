// RUN: emb-check %s
// RUN: emb-check %s --threads=1

// table[r][d] = 4096 r + d, for rows narrower, as wide as and wider than vector
// registers and tiles. What is expected is the same formula of the index.

#rd = affine_map<(r, d) -> (r, d)>
#r = affine_map<(r, d) -> (r)>

func.func @d1() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 4]> : tensor<4xi64>
  %e = tensor.empty() : tensor<5x1xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x1xf32>) {
  ^bb0(%o: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x1xf32>
  %g = emb.gather %t[%i] : tensor<5x1xf32>, tensor<4xi64> -> tensor<4x1xf32>
  %e1 = tensor.empty() : tensor<4x1xf32>
  %w = linalg.generic {indexing_maps = [#r, #rd], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<4xi64>) outs(%e1 : tensor<4x1xf32>) {
  ^bb0(%row: i64, %o: f32):
    %r = arith.index_cast %row : i64 to index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<4x1xf32>
  check.expect_eq_value %g, %w : tensor<4x1xf32>
  return
}

func.func @d3() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 4]> : tensor<4xi32>
  %e = tensor.empty() : tensor<5x3xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x3xf32>) {
  ^bb0(%o: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x3xf32>
  %g = emb.gather %t[%i] : tensor<5x3xf32>, tensor<4xi32> -> tensor<4x3xf32>
  %e1 = tensor.empty() : tensor<4x3xf32>
  %w = linalg.generic {indexing_maps = [#r, #rd], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<4xi32>) outs(%e1 : tensor<4x3xf32>) {
  ^bb0(%row: i32, %o: f32):
    %r = arith.index_cast %row : i32 to index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<4x3xf32>
  check.expect_eq_value %g, %w : tensor<4x3xf32>
  return
}

func.func @d50() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 4]> : tensor<4xi64>
  %e = tensor.empty() : tensor<5x50xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x50xf32>) {
  ^bb0(%o: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x50xf32>
  %g = emb.gather %t[%i] : tensor<5x50xf32>, tensor<4xi64> -> tensor<4x50xf32>
  %e1 = tensor.empty() : tensor<4x50xf32>
  %w = linalg.generic {indexing_maps = [#r, #rd], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<4xi64>) outs(%e1 : tensor<4x50xf32>) {
  ^bb0(%row: i64, %o: f32):
    %r = arith.index_cast %row : i64 to index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<4x50xf32>
  check.expect_eq_value %g, %w : tensor<4x50xf32>
  return
}

func.func @d64() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 4]> : tensor<4xi32>
  %e = tensor.empty() : tensor<5x64xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x64xf32>) {
  ^bb0(%o: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x64xf32>
  %g = emb.gather %t[%i] : tensor<5x64xf32>, tensor<4xi32> -> tensor<4x64xf32>
  %e1 = tensor.empty() : tensor<4x64xf32>
  %w = linalg.generic {indexing_maps = [#r, #rd], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<4xi32>) outs(%e1 : tensor<4x64xf32>) {
  ^bb0(%row: i32, %o: f32):
    %r = arith.index_cast %row : i32 to index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<4x64xf32>
  check.expect_eq_value %g, %w : tensor<4x64xf32>
  return
}

func.func @d300() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 4]> : tensor<4xi64>
  %e = tensor.empty() : tensor<5x300xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x300xf32>) {
  ^bb0(%o: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x300xf32>
  %g = emb.gather %t[%i] : tensor<5x300xf32>, tensor<4xi64> -> tensor<4x300xf32>
  %e1 = tensor.empty() : tensor<4x300xf32>
  %w = linalg.generic {indexing_maps = [#r, #rd], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<4xi64>) outs(%e1 : tensor<4x300xf32>) {
  ^bb0(%row: i64, %o: f32):
    %r = arith.index_cast %row : i64 to index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<4x300xf32>
  check.expect_eq_value %g, %w : tensor<4x300xf32>
  return
}

func.func @d2049() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 4]> : tensor<4xi32>
  %e = tensor.empty() : tensor<5x2049xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x2049xf32>) {
  ^bb0(%o: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x2049xf32>
  %g = emb.gather %t[%i] : tensor<5x2049xf32>, tensor<4xi32> -> tensor<4x2049xf32>
  %e1 = tensor.empty() : tensor<4x2049xf32>
  %w = linalg.generic {indexing_maps = [#r, #rd], iterator_types = ["parallel", "parallel"]} ins(%i : tensor<4xi32>) outs(%e1 : tensor<4x2049xf32>) {
  ^bb0(%row: i32, %o: f32):
    %r = arith.index_cast %row : i32 to index
    %d = linalg.index 1 : index
    %x = arith.muli %r, %k : index
    %y = arith.addi %x, %d : index
    %z = arith.index_cast %y : index to i64
    %f = arith.sitofp %z : i64 to f32
    linalg.yield %f : f32
  } -> tensor<4x2049xf32>
  check.expect_eq_value %g, %w : tensor<4x2049xf32>
  return
}
