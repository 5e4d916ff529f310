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
