// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1

// Rows narrower, as wide as and wider than vector registers and tiles, in every
// mode: table[r][d] = 4096 r + d, the bags are {4, 0}, {2}, {}, {1, 3, 1}
// (in mode mean {1, 3, 1, 3}, so that all means are whole). Each result is
// base + slope * d.

#rd = affine_map<(r, d) -> (r, d)>

func.func @sum_d1() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 1, 3, 1]> : tensor<6xi64>
  %o = check.constant dense<[0, 2, 3, 3]> : tensor<4xi64>
  %base = check.constant dense<[16384.0, 8192.0, 0.0, 20480.0]> : tensor<4xf32>
  %slope = check.constant dense<[2.0, 1.0, 0.0, 3.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<5x1xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x1xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %rk = arith.muli %r, %k : index
    %n = arith.addi %rk, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x1xf32>
  %g = emb.bag sum %t[%i] offsets(%o : tensor<4xi64>) : tensor<5x1xf32>, tensor<6xi64> -> tensor<4x1xf32>
  %e1 = tensor.empty() : tensor<4x1xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<4xf32>, tensor<4xf32>) outs(%e1 : tensor<4x1xf32>) {
  ^bb0(%b: f32, %s: f32, %x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    %m = arith.mulf %s, %f : f32
    %y = arith.addf %b, %m : f32
    linalg.yield %y : f32
  } -> tensor<4x1xf32>
  check.expect_eq_value %g, %w : tensor<4x1xf32>
  return
}

func.func @mean_d3() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 1, 3, 1, 3]> : tensor<7xi32>
  %o = check.constant dense<[0, 2, 3, 3]> : tensor<4xi32>
  %base = check.constant dense<[8192.0, 8192.0, 0.0, 8192.0]> : tensor<4xf32>
  %slope = check.constant dense<[1.0, 1.0, 0.0, 1.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<5x3xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x3xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %rk = arith.muli %r, %k : index
    %n = arith.addi %rk, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x3xf32>
  %g = emb.bag mean %t[%i] offsets(%o : tensor<4xi32>) : tensor<5x3xf32>, tensor<7xi32> -> tensor<4x3xf32>
  %e1 = tensor.empty() : tensor<4x3xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<4xf32>, tensor<4xf32>) outs(%e1 : tensor<4x3xf32>) {
  ^bb0(%b: f32, %s: f32, %x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    %m = arith.mulf %s, %f : f32
    %y = arith.addf %b, %m : f32
    linalg.yield %y : f32
  } -> tensor<4x3xf32>
  check.expect_eq_value %g, %w : tensor<4x3xf32>
  return
}

func.func @max_d50() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 1, 3, 1]> : tensor<6xi64>
  %o = check.constant dense<[0, 2, 3, 3]> : tensor<4xi64>
  %base = check.constant dense<[16384.0, 8192.0, 0.0, 12288.0]> : tensor<4xf32>
  %slope = check.constant dense<[1.0, 1.0, 0.0, 1.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<5x50xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x50xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %rk = arith.muli %r, %k : index
    %n = arith.addi %rk, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x50xf32>
  %g = emb.bag max %t[%i] offsets(%o : tensor<4xi64>) : tensor<5x50xf32>, tensor<6xi64> -> tensor<4x50xf32>
  %e1 = tensor.empty() : tensor<4x50xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<4xf32>, tensor<4xf32>) outs(%e1 : tensor<4x50xf32>) {
  ^bb0(%b: f32, %s: f32, %x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    %m = arith.mulf %s, %f : f32
    %y = arith.addf %b, %m : f32
    linalg.yield %y : f32
  } -> tensor<4x50xf32>
  check.expect_eq_value %g, %w : tensor<4x50xf32>
  return
}

func.func @sum_d64() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 1, 3, 1]> : tensor<6xi32>
  %o = check.constant dense<[0, 2, 3, 3]> : tensor<4xi32>
  %base = check.constant dense<[16384.0, 8192.0, 0.0, 20480.0]> : tensor<4xf32>
  %slope = check.constant dense<[2.0, 1.0, 0.0, 3.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<5x64xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x64xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %rk = arith.muli %r, %k : index
    %n = arith.addi %rk, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x64xf32>
  %g = emb.bag sum %t[%i] offsets(%o : tensor<4xi32>) : tensor<5x64xf32>, tensor<6xi32> -> tensor<4x64xf32>
  %e1 = tensor.empty() : tensor<4x64xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<4xf32>, tensor<4xf32>) outs(%e1 : tensor<4x64xf32>) {
  ^bb0(%b: f32, %s: f32, %x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    %m = arith.mulf %s, %f : f32
    %y = arith.addf %b, %m : f32
    linalg.yield %y : f32
  } -> tensor<4x64xf32>
  check.expect_eq_value %g, %w : tensor<4x64xf32>
  return
}

func.func @mean_d300() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 1, 3, 1, 3]> : tensor<7xi64>
  %o = check.constant dense<[0, 2, 3, 3]> : tensor<4xi64>
  %base = check.constant dense<[8192.0, 8192.0, 0.0, 8192.0]> : tensor<4xf32>
  %slope = check.constant dense<[1.0, 1.0, 0.0, 1.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<5x300xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x300xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %rk = arith.muli %r, %k : index
    %n = arith.addi %rk, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x300xf32>
  %g = emb.bag mean %t[%i] offsets(%o : tensor<4xi64>) : tensor<5x300xf32>, tensor<7xi64> -> tensor<4x300xf32>
  %e1 = tensor.empty() : tensor<4x300xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<4xf32>, tensor<4xf32>) outs(%e1 : tensor<4x300xf32>) {
  ^bb0(%b: f32, %s: f32, %x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    %m = arith.mulf %s, %f : f32
    %y = arith.addf %b, %m : f32
    linalg.yield %y : f32
  } -> tensor<4x300xf32>
  check.expect_eq_value %g, %w : tensor<4x300xf32>
  return
}

func.func @sum_d2049() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 1, 3, 1]> : tensor<6xi32>
  %o = check.constant dense<[0, 2, 3, 3]> : tensor<4xi32>
  %base = check.constant dense<[16384.0, 8192.0, 0.0, 20480.0]> : tensor<4xf32>
  %slope = check.constant dense<[2.0, 1.0, 0.0, 3.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<5x2049xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x2049xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %rk = arith.muli %r, %k : index
    %n = arith.addi %rk, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x2049xf32>
  %g = emb.bag sum %t[%i] offsets(%o : tensor<4xi32>) : tensor<5x2049xf32>, tensor<6xi32> -> tensor<4x2049xf32>
  %e1 = tensor.empty() : tensor<4x2049xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<4xf32>, tensor<4xf32>) outs(%e1 : tensor<4x2049xf32>) {
  ^bb0(%b: f32, %s: f32, %x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    %m = arith.mulf %s, %f : f32
    %y = arith.addf %b, %m : f32
    linalg.yield %y : f32
  } -> tensor<4x2049xf32>
  check.expect_eq_value %g, %w : tensor<4x2049xf32>
  return
}

func.func @max_d2049() {
  %k = arith.constant 4096 : index
  %i = check.constant dense<[4, 0, 2, 1, 3, 1]> : tensor<6xi64>
  %o = check.constant dense<[0, 2, 3, 3]> : tensor<4xi64>
  %base = check.constant dense<[16384.0, 8192.0, 0.0, 12288.0]> : tensor<4xf32>
  %slope = check.constant dense<[1.0, 1.0, 0.0, 1.0]> : tensor<4xf32>
  %e = tensor.empty() : tensor<5x2049xf32>
  %t = linalg.generic {indexing_maps = [#rd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5x2049xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %d = linalg.index 1 : index
    %rk = arith.muli %r, %k : index
    %n = arith.addi %rk, %d : index
    %n64 = arith.index_cast %n : index to i64
    %f = arith.sitofp %n64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<5x2049xf32>
  %g = emb.bag max %t[%i] offsets(%o : tensor<4xi64>) : tensor<5x2049xf32>, tensor<6xi64> -> tensor<4x2049xf32>
  %e1 = tensor.empty() : tensor<4x2049xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(b, d) -> (b)>, affine_map<(b, d) -> (b)>, #rd], iterator_types = ["parallel", "parallel"]} ins(%base, %slope : tensor<4xf32>, tensor<4xf32>) outs(%e1 : tensor<4x2049xf32>) {
  ^bb0(%b: f32, %s: f32, %x: f32):
    %d = linalg.index 1 : index
    %d64 = arith.index_cast %d : index to i64
    %f = arith.sitofp %d64 : i64 to f32
    %m = arith.mulf %s, %f : f32
    %y = arith.addf %b, %m : f32
    linalg.yield %y : f32
  } -> tensor<4x2049xf32>
  check.expect_eq_value %g, %w : tensor<4x2049xf32>
  return
}
