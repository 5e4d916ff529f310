// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// A cast keeps the gradient, whatever is static of its shape.

// CHECK-LABEL: func.func @dcast(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<?x3xf64> {emb.name = "grad_output"})
// CHECK:         %[[DX:.*]] = tensor.cast %[[G]] : tensor<?x3xf64> to tensor<4x?xf64>
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @dcast of @cast wrt("x") seeded
func.func @cast(%x: tensor<4x?xf64> {emb.name = "x", check.shape = [4, 3]})
    -> tensor<?x3xf64> {
  %r = tensor.cast %x : tensor<4x?xf64> to tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}

// Where the number of columns is not static the gradient of a table is dense.

// CHECK-LABEL: func.func @dtable(
// CHECK:         %[[DENSE:.*]] = emb.scatter_add {{.*}} tensor<?x3xf64>
// CHECK:         %[[DW:.*]] = tensor.cast %[[DENSE]] : tensor<?x3xf64> to tensor<?x?xf64>
// CHECK:         return %{{.*}}, %[[DW]]
emb.gradient @dtable of @table wrt("w") seeded
func.func @table(%w: tensor<?x?xf64> {emb.name = "w", check.shape = [4, 3]},
                 %i: tensor<6xi64>) -> tensor<6x3xf64> {
  %t = tensor.cast %w : tensor<?x?xf64> to tensor<?x3xf64>
  %r = emb.gather %t[%i] : tensor<?x3xf64>, tensor<6xi64> -> tensor<6x3xf64>
  return %r : tensor<6x3xf64>
}
