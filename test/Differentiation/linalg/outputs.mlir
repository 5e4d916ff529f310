// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Several outputs, each combined in its own way; what they pass back is added
// in the region.

#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#none = affine_map<(i, j) -> ()>

emb.gradient @dall of @all wrt("a", "s", "m") seeded

// CHECK-LABEL: func.func @dall(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<3x4xf64> {{.*}}, %[[S:[^:]*]]: tensor<4xf64> {{.*}}, %[[M:[^:]*]]: tensor<3xf64> {{.*}}, %[[G0:[^:]*]]: tensor<4x3xf64> {{.*}}, %[[G1:[^:]*]]: tensor<4xf64> {{.*}}, %[[G2:[^:]*]]: tensor<3xf64> {{.*}}, %[[G3:[^:]*]]: tensor<f64>
// CHECK:         %[[Y:.*]]:4 = linalg.generic
// CHECK:         arith.minsi
// CHECK:         %[[DA:.*]] = linalg.generic {{{.*}}iterator_types = ["parallel", "parallel"]} ins(%[[A]], %[[G0]], %[[G1]], %[[G2]], %{{.*}}, %[[G3]], %[[Y]]#0 :
// CHECK:         return %[[Y]]#0, %[[Y]]#1, %[[Y]]#2, %[[Y]]#3, %[[DA]], %[[G1]], %{{.*}} :
func.func @all(%a: tensor<3x4xf64> {emb.name = "a"}, %s: tensor<4xf64> {emb.name = "s"}, %m: tensor<3xf64> {emb.name = "m"})
    -> (tensor<4x3xf64>, tensor<4xf64>, tensor<3xf64>, tensor<f64>) {
  %e = tensor.empty() : tensor<4x3xf64>
  %z = arith.constant dense<0.0> : tensor<f64>
  %c = bufferization.alloc_tensor() copy(%m) : tensor<3xf64>
  %y:4 = linalg.generic {indexing_maps = [#ij, #ji, #j, #i, #none], iterator_types = ["reduction", "reduction"]}
      ins(%a : tensor<3x4xf64>) outs(%e, %s, %c, %z : tensor<4x3xf64>, tensor<4xf64>, tensor<3xf64>, tensor<f64>) {
  ^bb0(%x: f64, %o0: f64, %o1: f64, %o2: f64, %o3: f64):
    %0 = math.exp %x : f64
    %1 = arith.mulf %x, %0 : f64
    %2 = arith.addf %o1, %1 : f64
    %3 = arith.maximumf %1, %o2 : f64
    %4 = arith.mulf %x, %x : f64
    %5 = arith.subf %o3, %4 : f64
    linalg.yield %0, %2, %3, %5 : f64, f64, f64, f64
  } -> (tensor<4x3xf64>, tensor<4xf64>, tensor<3xf64>, tensor<f64>)
  return %y#0, %y#1, %y#2, %y#3 : tensor<4x3xf64>, tensor<4xf64>, tensor<3xf64>, tensor<f64>
}

// Where an output has no gradient, its combiner does not matter: a maximum and
// its index, the index being no float.

emb.gradient @dbest of @best wrt("a")

// CHECK-LABEL: func.func @dbest(
// CHECK:         arith.minsi
func.func @best(%a: tensor<3x4xf64> {emb.name = "a"}) -> (tensor<f64>, tensor<i64>) {
  %low = arith.constant dense<-10.0> : tensor<f64>
  %first = arith.constant dense<0> : tensor<i64>
  %y:2 = linalg.generic {indexing_maps = [#ij, #none, #none], iterator_types = ["reduction", "reduction"]}
      ins(%a : tensor<3x4xf64>) outs(%low, %first : tensor<f64>, tensor<i64>) {
  ^bb0(%x: f64, %o0: f64, %o1: i64):
    %0 = arith.maximumf %o0, %x : f64
    %1 = arith.cmpf ogt, %x, %o0 : f64
    %2 = linalg.index 1 : index
    %3 = arith.index_cast %2 : index to i64
    %4 = arith.select %1, %3, %o1 : i64
    linalg.yield %0, %4 : f64, i64
  } -> (tensor<f64>, tensor<i64>)
  return %y#0, %y#1 : tensor<f64>, tensor<i64>
}

// The largest square, and the sum of the exponentials, of which only one is
// used on the way to the loss.

emb.gradient @dunused of @unused wrt("a")

// CHECK-LABEL: func.func @dunused(
// CHECK-NOT:     arith.minsi
// CHECK:         return
func.func @unused(%a: tensor<4xf64> {emb.name = "a"}) -> (tensor<f64>, tensor<f64>) {
  %low = arith.constant dense<-10.0> : tensor<f64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %y:2 = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>, affine_map<(i) -> ()>], iterator_types = ["reduction"]}
      ins(%a : tensor<4xf64>) outs(%low, %zero : tensor<f64>, tensor<f64>) {
  ^bb0(%x: f64, %o0: f64, %o1: f64):
    %0 = arith.mulf %x, %x : f64
    %1 = arith.maximumf %o0, %0 : f64
    %2 = math.exp %x : f64
    %3 = arith.addf %o1, %2 : f64
    linalg.yield %1, %3 : f64, f64
  } -> (tensor<f64>, tensor<f64>)
  return %y#1, %y#0 : tensor<f64>, tensor<f64>
}
