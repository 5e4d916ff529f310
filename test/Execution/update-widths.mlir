// RUN: emb-check %s
// RUN: emb-check %s --threads=1

// Row reductions and sums of gradients over rows of any width. The table is
// w[r][d] = d + r and the gradient is g[k][d] = d, all of them whole numbers:
//
//   max of row 1    = D
//   sum of w - max  = -(0 + 1 + ... + D - 1) = -D (D - 1) / 2
//   row 1 becomes   2 d + D (D - 1) / 2, as it is touched twice; row 0 stays.

#rd = affine_map<(r, d) -> (r, d)>

func.func @d1() {
  %i = check.constant dense<1> : tensor<2xi64>
  %e = tensor.empty() : tensor<2x1xf32>
  %w = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<2x1xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x1xf32>
  %e0 = tensor.empty() : tensor<2x1xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e0 : tensor<2x1xf32>) {
  ^bb0(%x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x1xf32>
  %w1 = emb.update touched(%w : tensor<2x1xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x1xf32>] {
  ^bb0(%x: f32, %d: f32):
    %max = emb.row_reduce max %x : f32
    %y = arith.subf %x, %max : f32
    %sum = emb.row_reduce add %y : f32
    %x1 = arith.subf %d, %sum : f32
    emb.yield %x1 : f32
  }
  %e1 = tensor.empty() : tensor<2x1xf32>
  %want = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x1xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %zero = arith.constant 0 : index
    %two = arith.constant 2 : index
    %s = arith.constant 0 : index
    %first = arith.cmpi eq, %r, %zero : index
    %d2 = arith.muli %d, %two : index
    %moved = arith.addi %d2, %s : index
    %n = arith.select %first, %d, %moved : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x1xf32>
  check.expect_eq_value %w1, %want : tensor<2x1xf32>
  return
}

func.func @d3() {
  %i = check.constant dense<1> : tensor<2xi32>
  %e = tensor.empty() : tensor<2x3xf32>
  %w = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<2x3xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x3xf32>
  %e0 = tensor.empty() : tensor<2x3xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e0 : tensor<2x3xf32>) {
  ^bb0(%x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x3xf32>
  %w1 = emb.update touched(%w : tensor<2x3xf32>) sources[%i : tensor<2xi32> -> %g : tensor<2x3xf32>] {
  ^bb0(%x: f32, %d: f32):
    %max = emb.row_reduce max %x : f32
    %y = arith.subf %x, %max : f32
    %sum = emb.row_reduce add %y : f32
    %x1 = arith.subf %d, %sum : f32
    emb.yield %x1 : f32
  }
  %e1 = tensor.empty() : tensor<2x3xf32>
  %want = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x3xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %zero = arith.constant 0 : index
    %two = arith.constant 2 : index
    %s = arith.constant 3 : index
    %first = arith.cmpi eq, %r, %zero : index
    %d2 = arith.muli %d, %two : index
    %moved = arith.addi %d2, %s : index
    %n = arith.select %first, %d, %moved : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x3xf32>
  check.expect_eq_value %w1, %want : tensor<2x3xf32>
  return
}

func.func @d64() {
  %i = check.constant dense<1> : tensor<2xi64>
  %e = tensor.empty() : tensor<2x64xf32>
  %w = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<2x64xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x64xf32>
  %e0 = tensor.empty() : tensor<2x64xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e0 : tensor<2x64xf32>) {
  ^bb0(%x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x64xf32>
  %w1 = emb.update touched(%w : tensor<2x64xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x64xf32>] {
  ^bb0(%x: f32, %d: f32):
    %max = emb.row_reduce max %x : f32
    %y = arith.subf %x, %max : f32
    %sum = emb.row_reduce add %y : f32
    %x1 = arith.subf %d, %sum : f32
    emb.yield %x1 : f32
  }
  %e1 = tensor.empty() : tensor<2x64xf32>
  %want = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x64xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %zero = arith.constant 0 : index
    %two = arith.constant 2 : index
    %s = arith.constant 2016 : index
    %first = arith.cmpi eq, %r, %zero : index
    %d2 = arith.muli %d, %two : index
    %moved = arith.addi %d2, %s : index
    %n = arith.select %first, %d, %moved : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x64xf32>
  check.expect_eq_value %w1, %want : tensor<2x64xf32>
  return
}

func.func @d300() {
  %i = check.constant dense<1> : tensor<2xi32>
  %e = tensor.empty() : tensor<2x300xf32>
  %w = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<2x300xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x300xf32>
  %e0 = tensor.empty() : tensor<2x300xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e0 : tensor<2x300xf32>) {
  ^bb0(%x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x300xf32>
  %w1 = emb.update touched(%w : tensor<2x300xf32>) sources[%i : tensor<2xi32> -> %g : tensor<2x300xf32>] {
  ^bb0(%x: f32, %d: f32):
    %max = emb.row_reduce max %x : f32
    %y = arith.subf %x, %max : f32
    %sum = emb.row_reduce add %y : f32
    %x1 = arith.subf %d, %sum : f32
    emb.yield %x1 : f32
  }
  %e1 = tensor.empty() : tensor<2x300xf32>
  %want = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x300xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %zero = arith.constant 0 : index
    %two = arith.constant 2 : index
    %s = arith.constant 44850 : index
    %first = arith.cmpi eq, %r, %zero : index
    %d2 = arith.muli %d, %two : index
    %moved = arith.addi %d2, %s : index
    %n = arith.select %first, %d, %moved : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x300xf32>
  check.expect_eq_value %w1, %want : tensor<2x300xf32>
  return
}

func.func @d2049() {
  %i = check.constant dense<1> : tensor<2xi64>
  %e = tensor.empty() : tensor<2x2049xf32>
  %w = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<2x2049xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %n = arith.addi %r, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x2049xf32>
  %e0 = tensor.empty() : tensor<2x2049xf32>
  %g = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e0 : tensor<2x2049xf32>) {
  ^bb0(%x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x2049xf32>
  %w1 = emb.update touched(%w : tensor<2x2049xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x2049xf32>] {
  ^bb0(%x: f32, %d: f32):
    %max = emb.row_reduce max %x : f32
    %y = arith.subf %x, %max : f32
    %sum = emb.row_reduce add %y : f32
    %x1 = arith.subf %d, %sum : f32
    emb.yield %x1 : f32
  }
  %e1 = tensor.empty() : tensor<2x2049xf32>
  %want = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e1 : tensor<2x2049xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %zero = arith.constant 0 : index
    %two = arith.constant 2 : index
    %s = arith.constant 2098176 : index
    %first = arith.cmpi eq, %r, %zero : index
    %d2 = arith.muli %d, %two : index
    %moved = arith.addi %d2, %s : index
    %n = arith.select %first, %d, %moved : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<2x2049xf32>
  check.expect_eq_value %w1, %want : tensor<2x2049xf32>
  return
}
