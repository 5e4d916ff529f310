// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// CHECK-LABEL: func.func @dreshape(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x3xf64> {{.*}} %[[G:[^:]*]]: tensor<2x?x?xf64>
// CHECK:         %[[N:.*]] = tensor.dim %[[X]]
// CHECK:         %[[SHAPE:.*]] = tensor.from_elements %[[N]], %{{.*}} : tensor<2xindex>
// CHECK:         %[[DX:.*]] = tensor.reshape %[[G]](%[[SHAPE]])
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @dreshape of @reshape wrt("x") seeded
func.func @reshape(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [4, 3]},
                   %shape: tensor<3xi64> {check.values = dense<[2, 3, 2]> : tensor<3xi64>})
    -> tensor<2x?x?xf64> {
  %r = tensor.reshape %x(%shape)
      : (tensor<?x3xf64>, tensor<3xi64>) -> tensor<2x?x?xf64>
  return %r : tensor<2x?x?xf64>
}

emb.gradient @dto_scalar of @to_scalar wrt("x") seeded
func.func @to_scalar(%x: tensor<1x1xf64> {emb.name = "x"}) -> tensor<f64> {
  %shape = tensor.empty() : tensor<0xindex>
  %r = tensor.reshape %x(%shape)
      : (tensor<1x1xf64>, tensor<0xindex>) -> tensor<f64>
  return %r : tensor<f64>
}

emb.gradient @dfrom_scalar of @from_scalar wrt("x") seeded
func.func @from_scalar(%x: tensor<f64> {emb.name = "x"}) -> tensor<1xf64> {
  %shape = arith.constant dense<1> : tensor<1xi32>
  %r = tensor.reshape %x(%shape)
      : (tensor<f64>, tensor<1xi32>) -> tensor<1xf64>
  return %r : tensor<1xf64>
}

// CHECK-LABEL: func.func @dexpand(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<?x2x1x4xf64> {emb.name = "grad_output"})
// CHECK:         %[[DX:.*]] = tensor.collapse_shape %[[G]] {{\[\[}}0, 1], [2, 3]]
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @dexpand of @expand wrt("x") seeded
func.func @expand(%x: tensor<?x4xf64> {emb.name = "x", check.shape = [6, 4]},
                  %n: index {check.values = 3 : index}) -> tensor<?x2x1x4xf64> {
  %r = tensor.expand_shape %x [[0, 1], [2, 3]] output_shape [%n, 2, 1, 4]
      : tensor<?x4xf64> into tensor<?x2x1x4xf64>
  return %r : tensor<?x2x1x4xf64>
}

emb.gradient @dexpand_scalar of @expand_scalar wrt("x") seeded
func.func @expand_scalar(%x: tensor<f64> {emb.name = "x"}) -> tensor<1x1xf64> {
  %r = tensor.expand_shape %x [] output_shape [1, 1]
      : tensor<f64> into tensor<1x1xf64>
  return %r : tensor<1x1xf64>
}

// CHECK-LABEL: func.func @dcollapse(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x?x4xf64> {{.*}} %[[G:[^:]*]]: tensor<?x4xf64>
// CHECK-DAG:     %[[N:.*]] = tensor.dim %[[X]], %c0
// CHECK-DAG:     %[[M:.*]] = tensor.dim %[[X]], %c1
// CHECK:         %[[DX:.*]] = tensor.expand_shape %[[G]] {{\[\[}}0, 1], [2]] output_shape [%[[N]], %[[M]], 4]
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @dcollapse of @collapse wrt("x") seeded
func.func @collapse(%x: tensor<?x?x4xf64> {emb.name = "x", check.shape = [3, 2, 4]})
    -> tensor<?x4xf64> {
  %r = tensor.collapse_shape %x [[0, 1], [2]]
      : tensor<?x?x4xf64> into tensor<?x4xf64>
  return %r : tensor<?x4xf64>
}

emb.gradient @dcollapse_unit of @collapse_unit wrt("x") seeded
func.func @collapse_unit(%x: tensor<1x1xf64> {emb.name = "x"}) -> tensor<f64> {
  %r = tensor.collapse_shape %x [] : tensor<1x1xf64> into tensor<f64>
  return %r : tensor<f64>
}
