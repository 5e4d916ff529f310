// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Loops whose number of steps the adjoint's operands would not tell keep an
// operand that is not read: a gradient, another operand, or the result, but not
// the initial value.

#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#none = affine_map<(i, j) -> ()>

emb.gradient @dspread of @spread wrt("s") seeded

// The terms do not depend on j: how many they are does.

// CHECK-LABEL: func.func @dspread(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<?x?xf64> {{.*}}, %[[S:[^:]*]]: tensor<?xf64> {{.*}}, %[[INIT:[^:]*]]: tensor<?xf64> {{.*}}, %[[G:[^:]*]]: tensor<?xf64>
// CHECK:         %[[Y:.*]] = linalg.generic
// CHECK:         linalg.generic {{{.*}}iterator_types = ["parallel", "reduction"]} ins(%[[S]], %[[G]], %[[A]] : {{.*}}) outs(%{{.*}} : tensor<?xf64>)
// CHECK-NEXT:    ^bb0(%[[X:.*]]: f64, %[[D:.*]]: f64, %{{.*}}: f64, %[[OUT:.*]]: f64):
func.func @spread(%a: tensor<?x?xf64> {check.shape = [3, 4]}, %s: tensor<?xf64> {emb.name = "s", check.shape = [3]}, %init: tensor<?xf64> {check.shape = [3]}) -> tensor<?xf64> {
  %y = linalg.generic {indexing_maps = [#ij, #i, #i], iterator_types = ["parallel", "reduction"]}
      ins(%a, %s : tensor<?x?xf64>, tensor<?xf64>) outs(%init : tensor<?xf64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = math.exp %x1 : f64
    %1 = arith.addf %o, %0 : f64
    linalg.yield %1 : f64
  } -> tensor<?xf64>
  return %y : tensor<?xf64>
}

// Of the output that has no gradient only the shape is used.

emb.gradient @dresult of @result wrt("s")

// CHECK-LABEL: func.func @dresult(
// CHECK-SAME:    %[[S:[^:]*]]: f64 {{.*}}, %[[INIT:[^:]*]]: tensor<?x?xf64>
// CHECK:         %[[Y:.*]]:2 = linalg.generic
// CHECK:         linalg.generic {{{.*}}iterator_types = ["reduction", "reduction"]} ins(%[[S]], %{{.*}}, %[[Y]]#0 : f64, tensor<f64>, tensor<?x?xf64>)
func.func @result(%s: f64 {emb.name = "s"}, %init: tensor<?x?xf64> {check.shape = [3, 4]}) -> (tensor<f64>, tensor<?x?xf64>) {
  %zero = arith.constant dense<0.0> : tensor<f64>
  %y:2 = linalg.generic {indexing_maps = [#none, #ij, #none], iterator_types = ["reduction", "reduction"]}
      ins(%s : f64) outs(%init, %zero : tensor<?x?xf64>, tensor<f64>) {
  ^bb0(%x: f64, %o0: f64, %o1: f64):
    %0 = arith.addf %o0, %o0 : f64
    %1 = arith.mulf %x, %x : f64
    %2 = arith.addf %o1, %1 : f64
    linalg.yield %0, %2 : f64, f64
  } -> (tensor<?x?xf64>, tensor<f64>)
  return %y#1, %y#0 : tensor<f64>, tensor<?x?xf64>
}

// Static extents here, dynamic ones there.

emb.gradient @dmixed of @mixed wrt("a", "b", "c") seeded

// CHECK-LABEL: func.func @dmixed(
// CHECK:         return %{{.*}} : tensor<3x?xf64>, tensor<?x4xf64>, tensor<?xf64>, tensor<4xf64>
func.func @mixed(%a: tensor<?x4xf64> {emb.name = "a", check.shape = [3, 4]}, %b: tensor<?xf64> {emb.name = "b", check.shape = [3]},
                 %c: tensor<4xf64> {emb.name = "c"}) -> tensor<3x?xf64> {
  %d = arith.constant 4 : index
  %e = tensor.empty(%d) : tensor<3x?xf64>
  %y = linalg.generic {indexing_maps = [#ij, #i, #j, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%a, %b, %c : tensor<?x4xf64>, tensor<?xf64>, tensor<4xf64>) outs(%e : tensor<3x?xf64>) {
  ^bb0(%x0: f64, %x1: f64, %x2: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    %1 = arith.mulf %0, %x2 : f64
    linalg.yield %1 : f64
  } -> tensor<3x?xf64>
  return %y : tensor<3x?xf64>
}
