// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// A lookup in a loop leaves the indices and the gradient of each iteration: one
// source for all of them, no table-sized tensor in the loop.
// CHECK-LABEL: func.func @dgather
// CHECK:         scf.for
// CHECK:         %[[R:.*]]:{{[0-9]+}} = scf.for
// CHECK:           tensor.insert_slice %{{.*}} : tensor<3xi64> into tensor<4x3xi64>
// CHECK:           tensor.insert_slice %{{.*}} : tensor<3x2xf64> into tensor<4x3x2xf64>
// CHECK:         emb.scatter_add %[[R]]#{{.*}}[%[[R]]#{{.*}}] into %{{.*}} : tensor<4x3x2xf64>, tensor<4x3xi64>, tensor<?x2xf64>
emb.gradient @dgather of @gather wrt("t", "x") seeded
func.func @gather(%t: tensor<?x2xf64> {emb.name = "t", check.shape = [5, 2]},
                  %x: tensor<3x2xf64> {emb.name = "x"},
                  %ids: tensor<4x3xi64> {check.range = [0, 5]}) -> tensor<3x2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %r = scf.for %i = %c0 to %c4 step %c1 iter_args(%a = %x) -> tensor<3x2xf64> {
    %k = tensor.extract_slice %ids[%i, 0] [1, 3] [1, 1] : tensor<4x3xi64> to tensor<3xi64>
    %e = emb.gather %t[%k] : tensor<?x2xf64>, tensor<3xi64> -> tensor<3x2xf64>
    %p = arith.mulf %a, %e : tensor<3x2xf64>
    %q = arith.addf %p, %e : tensor<3x2xf64>
    scf.yield %q : tensor<3x2xf64>
  }
  return %r : tensor<3x2xf64>
}

// Bags: the maps of the iterations number the rows of all of them.
emb.gradient @dbag of @bag wrt("t", "x", "w") seeded
func.func @bag(%t: tensor<?x2xf64> {emb.name = "t", check.shape = [5, 2]},
               %x: tensor<2x2xf64> {emb.name = "x"},
               %w: tensor<3x4xf64> {emb.name = "w"},
               %ids: tensor<3x4xi32> {check.range = [0, 5]},
               %offsets: tensor<2xi32> {check.values = dense<[0, 3]> : tensor<2xi32>}) -> tensor<2x2xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %r = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x) -> tensor<2x2xf64> {
    %k = tensor.extract_slice %ids[%i, 0] [1, 4] [1, 1] : tensor<3x4xi32> to tensor<4xi32>
    %f = tensor.extract_slice %w[%i, 0] [1, 4] [1, 1] : tensor<3x4xf64> to tensor<4xf64>
    %s = emb.bag sum %t[%k] offsets(%offsets : tensor<2xi32>) weights(%f : tensor<4xf64>)
      : tensor<?x2xf64>, tensor<4xi32> -> tensor<2x2xf64>
    %m = emb.bag max %t[%k] offsets(%offsets : tensor<2xi32>)
      : tensor<?x2xf64>, tensor<4xi32> -> tensor<2x2xf64>
    %p = arith.mulf %a, %s : tensor<2x2xf64>
    %q = arith.addf %p, %m : tensor<2x2xf64>
    scf.yield %q : tensor<2x2xf64>
  }
  return %r : tensor<2x2xf64>
}

// In a branch, the source has no occurrence where the other one is taken.
// CHECK-LABEL: func.func @dbranch
// CHECK:         tensor.empty() : tensor<0xi64>
emb.gradient @dbranch of @branch wrt("t")
func.func @branch(%t: tensor<?x2xf64> {emb.name = "t", check.shape = [5, 2]},
                  %ids: tensor<3xi64> {check.range = [0, 5]},
                  %one: tensor<i64> {check.range = [0, 5]},
                  %c: i1 {check.range = [1, 2]}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.if %c -> tensor<2xf64> {
    %e = emb.gather %t[%ids] : tensor<?x2xf64>, tensor<3xi64> -> tensor<3x2xf64>
    %a = tensor.extract_slice %e[0, 0] [1, 2] [1, 1] : tensor<3x2xf64> to tensor<2xf64>
    %b = tensor.extract_slice %e[2, 0] [1, 2] [1, 1] : tensor<3x2xf64> to tensor<2xf64>
    %p = arith.mulf %a, %b : tensor<2xf64>
    scf.yield %p : tensor<2xf64>
  } else {
    %e = emb.gather %t[%one] : tensor<?x2xf64>, tensor<i64> -> tensor<2xf64>
    %p = math.sin %e : tensor<2xf64>
    scf.yield %p : tensor<2xf64>
  }
  %x = tensor.extract %r[%c0] : tensor<2xf64>
  %y = tensor.extract %r[%c1] : tensor<2xf64>
  %z = arith.mulf %x, %y : f64
  return %z : f64
}
emb.gradient @dother of @other wrt("t")
func.func @other(%t: tensor<?x2xf64> {emb.name = "t", check.shape = [5, 2]},
                 %ids: tensor<3xi64> {check.range = [0, 5]},
                 %one: tensor<i64> {check.range = [0, 5]},
                 %c: i1 {check.range = [0, 1]}) -> f64 {
  %r = func.call @branch(%t, %ids, %one, %c)
    : (tensor<?x2xf64>, tensor<3xi64>, tensor<i64>, i1) -> f64
  return %r : f64
}
