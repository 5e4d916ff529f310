// RUN: emb-check %s --threads=1
// RUN: emb-check %s --threads=2
// RUN: emb-check %s --threads=4

// Enough work for several threads, with one row that takes most of it. The
// index of occurrence k is 0 unless k is a multiple of 8, then k / 8.

#k = affine_map<(k) -> (k)>
#kd = affine_map<(k, d) -> (k, d)>

// Row r > 0 gets one row of ones; row 0 gets 40000 - 4999.
func.func @scatter_add() {
  %none = tensor.empty() : tensor<40000xi64>
  %i = linalg.generic {indexing_maps = [#k], iterator_types = ["parallel"]} outs(%none : tensor<40000xi64>) {
  ^bb0(%x: i64):
    %k = linalg.index 0 : index
    %zero = arith.constant 0 : index
    %eight = arith.constant 8 : index
    %q = arith.divui %k, %eight : index
    %rest = arith.remui %k, %eight : index
    %multiple = arith.cmpi eq, %rest, %zero : index
    %n = arith.select %multiple, %q, %zero : index
    %n64 = arith.index_cast %n : index to i64
    linalg.yield %n64 : i64
  } -> tensor<40000xi64>
  %g = check.constant dense<1.0> : tensor<40000x16xf32>
  %w = check.constant dense<0.0> : tensor<5000x16xf32>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<40000x16xf32>, tensor<40000xi64>, tensor<5000x16xf32>
  %e = tensor.empty() : tensor<5000x16xf32>
  %want = linalg.generic {indexing_maps = [#kd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<5000x16xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %zero = arith.constant 0 : index
    %one = arith.constant 1.0 : f32
    %most = arith.constant 35001.0 : f32
    %first = arith.cmpi eq, %r, %zero : index
    %n = arith.select %first, %most, %one : f32
    linalg.yield %n : f32
  } -> tensor<5000x16xf32>
  check.expect_eq_value %w1, %want : tensor<5000x16xf32>
  return
}

// 20000 bags of two: bag b holds rows b % 100 and 99 - b % 100 of a table with
// t[r][d] = r, so each sum is 99 and each mean 49.5.
func.func @bag() {
  %none = tensor.empty() : tensor<20000x2xi32>
  %i = linalg.generic {indexing_maps = [#kd], iterator_types = ["parallel", "parallel"]} outs(%none : tensor<20000x2xi32>) {
  ^bb0(%x: i32):
    %b = linalg.index 0 : index
    %l = linalg.index 1 : index
    %zero = arith.constant 0 : index
    %hundred = arith.constant 100 : index
    %last = arith.constant 99 : index
    %r = arith.remui %b, %hundred : index
    %q = arith.subi %last, %r : index
    %first = arith.cmpi eq, %l, %zero : index
    %n = arith.select %first, %r, %q : index
    %n32 = arith.index_cast %n : index to i32
    linalg.yield %n32 : i32
  } -> tensor<20000x2xi32>
  %e = tensor.empty() : tensor<100x50xf32>
  %t = linalg.generic {indexing_maps = [#kd], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<100x50xf32>) {
  ^bb0(%x: f32):
    %r = linalg.index 0 : index
    %r64 = arith.index_cast %r : index to i64
    %f = arith.sitofp %r64 : i64 to f32
    linalg.yield %f : f32
  } -> tensor<100x50xf32>
  %s = emb.bag sum %t[%i] : tensor<100x50xf32>, tensor<20000x2xi32> -> tensor<20000x50xf32>
  %m = emb.bag mean %t[%i] : tensor<100x50xf32>, tensor<20000x2xi32> -> tensor<20000x50xf32>
  %g = emb.gather %t[%i] : tensor<100x50xf32>, tensor<20000x2xi32> -> tensor<20000x2x50xf32>
  %first = tensor.extract_slice %g[250, 1, 0] [1, 1, 50] [1, 1, 1] : tensor<20000x2x50xf32> to tensor<50xf32>
  check.expect_eq %s, dense<99.0> : tensor<20000x50xf32>
  check.expect_eq %m, dense<49.5> : tensor<20000x50xf32>
  check.expect_eq %first, dense<49.0> : tensor<50xf32>
  return
}

// The loops over all rows: w = 2 - 0.5 * 2.
func.func @update_all() {
  %w = check.constant dense<2.0> : tensor<30000x16xf32>
  %s = check.constant dense<0.0> : tensor<30000xf32>
  %w1, %s1 = emb.update all(%w, %s : tensor<30000x16xf32>, tensor<30000xf32>) sources[] {
  ^bb0(%x: f32, %h: f32, %d: f32):
    %half = arith.constant 0.5 : f32
    %y = arith.mulf %half, %x : f32
    %x1 = arith.subf %x, %y : f32
    %sum = emb.row_reduce add %x1 : f32
    emb.yield %x1, %sum : f32, f32
  }
  check.expect_eq %w1, dense<1.0> : tensor<30000x16xf32>
  check.expect_eq %s1, dense<16.0> : tensor<30000xf32>
  return
}

// Every row has norm 16 and is scaled by 8 / 16.
func.func @renorm() {
  %w = check.constant dense<1.0> : tensor<20000x16xf32>
  %none = tensor.empty() : tensor<20000xi64>
  %i = linalg.generic {indexing_maps = [#k], iterator_types = ["parallel"]} outs(%none : tensor<20000xi64>) {
  ^bb0(%x: i64):
    %k = linalg.index 0 : index
    %last = arith.constant 19999 : index
    %n = arith.subi %last, %k : index
    %n64 = arith.index_cast %n : index to i64
    linalg.yield %n64 : i64
  } -> tensor<20000xi64>
  %w1 = emb.renorm %i into %w max_norm 8.0 norm_type 1.0 : tensor<20000xi64>, tensor<20000x16xf32>
  check.expect_eq %w1, dense<0.5> : tensor<20000x16xf32>
  return
}
