// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// What else the region may see: the indices of the step, tensors without a
// gradient, integers.

#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
#i = affine_map<(i, j) -> (i)>

emb.gradient @dindex of @index wrt("a") seeded

// CHECK-LABEL: func.func @dindex(
// CHECK:         linalg.generic
// CHECK:         linalg.generic
// CHECK:           linalg.index 1 : index
func.func @index(%a: tensor<4x3xf64> {emb.name = "a"}) -> tensor<3xf64> {
  %zero = arith.constant dense<0.0> : tensor<3xf64>
  %y = linalg.generic {indexing_maps = [#ji, #i], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<4x3xf64>) outs(%zero : tensor<3xf64>) {
  ^bb0(%x: f64, %o: f64):
    %0 = linalg.index 0 : index
    %1 = linalg.index 1 : index
    %2 = arith.muli %1, %1 : index
    %3 = arith.addi %0, %2 : index
    %4 = arith.index_cast %3 : index to i64
    %5 = arith.sitofp %4 : i64 to f64
    %6 = arith.mulf %x, %5 : f64
    %7 = arith.mulf %6, %x : f64
    %8 = arith.addf %o, %7 : f64
    linalg.yield %8 : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

emb.gradient @dextract of @extract wrt("a") seeded

// CHECK-LABEL: func.func @dextract(
// CHECK-SAME:    %{{.*}}, %[[T:[^:]*]]: tensor<4xf64>,
// CHECK:         linalg.generic
// CHECK:         linalg.generic
// CHECK:           tensor.extract %[[T]]
func.func @extract(%a: tensor<2x3xf64> {emb.name = "a"}, %t: tensor<4xf64>, %p: tensor<2x3xi64>) -> tensor<2x3xf64> {
  %y = linalg.generic {indexing_maps = [#ij, #ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%a, %p : tensor<2x3xf64>, tensor<2x3xi64>) outs(%a : tensor<2x3xf64>) {
  ^bb0(%x: f64, %n: i64, %o: f64):
    %0 = arith.index_cast %n : i64 to index
    %1 = tensor.extract %t[%0] : tensor<4xf64>
    %2 = arith.mulf %x, %1 : f64
    linalg.yield %2 : f64
  } -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// Control flow on what has no gradient.

emb.gradient @dbranch of @branch wrt("a") seeded

// CHECK-LABEL: func.func @dbranch(
// CHECK:         linalg.generic
// CHECK:         linalg.generic
// CHECK:           scf.if
func.func @branch(%a: tensor<2x3xf64> {emb.name = "a"}, %t: tensor<2x3xf64>, %p: tensor<2x3xi64>) -> tensor<2x3xf64> {
  %two = arith.constant 2 : i64
  %y = linalg.generic {indexing_maps = [#ij, #ij, #ij, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%a, %t, %p : tensor<2x3xf64>, tensor<2x3xf64>, tensor<2x3xi64>) outs(%a : tensor<2x3xf64>) {
  ^bb0(%x: f64, %s: f64, %n: i64, %o: f64):
    %0 = arith.cmpi slt, %n, %two : i64
    %1 = scf.if %0 -> f64 {
      %2 = math.exp %s : f64
      scf.yield %2 : f64
    } else {
      scf.yield %s : f64
    }
    %3 = arith.mulf %x, %1 : f64
    linalg.yield %3 : f64
  } -> tensor<2x3xf64>
  return %y : tensor<2x3xf64>
}

// An output that is no float.

emb.gradient @drounded of @rounded wrt("a")

// CHECK-LABEL: func.func @drounded(
// CHECK-SAME:    %[[G:.*]]
func.func @rounded(%a: tensor<3xf64> {emb.name = "a"}) -> (tensor<f64>, tensor<3xi64>) {
  %e = tensor.empty() : tensor<3xi64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %y:2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%a : tensor<3xf64>) outs(%e, %zero : tensor<3xi64>, tensor<f64>) {
  ^bb0(%x: f64, %o0: i64, %o1: f64):
    %0 = arith.fptosi %x : f64 to i64
    %1 = arith.sitofp %0 : i64 to f64
    %2 = arith.subf %x, %1 : f64
    %3 = arith.addf %o1, %2 : f64
    linalg.yield %0, %3 : i64, f64
  } -> (tensor<3xi64>, tensor<f64>)
  return %y#1, %y#0 : tensor<f64>, tensor<3xi64>
}
