// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// CHECK-LABEL: func.func @dconcat(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<2x7xf64> {emb.name = "grad_output"})
// CHECK-DAG:     %[[DX:.*]] = tensor.extract_slice %[[G]][0, 0] [2, 3] [1, 1]
// CHECK-DAG:     %[[DY:.*]] = tensor.extract_slice %[[G]][0, 3] [2, 4] [1, 1]
// CHECK:         return %{{.*}}, %[[DX]], %[[DY]]
emb.gradient @dconcat of @concat wrt("x", "y") seeded
func.func @concat(%x: tensor<2x3xf64> {emb.name = "x"},
                  %y: tensor<2x4xf64> {emb.name = "y"}) -> tensor<2x7xf64> {
  %r = tensor.concat dim(1) %x, %y
      : (tensor<2x3xf64>, tensor<2x4xf64>) -> tensor<2x7xf64>
  return %r : tensor<2x7xf64>
}

// %y needs no gradient; %z starts after it.

// CHECK-LABEL: func.func @ddynamic(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x3xf64> {{{.*}}emb.name = "x"}, %{{.*}}: tensor<1x3xf64>, %[[Z:[^:]*]]: tensor<?x3xf64> {{{.*}}emb.name = "z"}, %[[G:[^:]*]]: tensor
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1 : index
// CHECK-DAG:     %[[N:.*]] = tensor.dim %[[X]]
// CHECK-DAG:     %[[M:.*]] = tensor.dim %[[Z]]
// CHECK-DAG:     %[[START:.*]] = arith.addi %[[N]], %[[ONE]]
// CHECK-DAG:     %[[DX:.*]] = tensor.extract_slice %[[G]][0, 0] [%[[N]], 3]
// CHECK-DAG:     %[[DZ:.*]] = tensor.extract_slice %[[G]][%[[START]], 0] [%[[M]], 3]
// CHECK:         return %{{.*}}, %[[DX]], %[[DZ]]
emb.gradient @ddynamic of @dynamic wrt("x", "z") seeded
func.func @dynamic(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]},
                   %y: tensor<1x3xf64>,
                   %z: tensor<?x3xf64> {emb.name = "z", check.shape = [3, 3]})
    -> tensor<?x3xf64> {
  %r = tensor.concat dim(0) %x, %y, %z
      : (tensor<?x3xf64>, tensor<1x3xf64>, tensor<?x3xf64>) -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}

// CHECK-LABEL: func.func @dtwice(
// CHECK:         %[[FIRST:.*]] = tensor.extract_slice %{{.*}}[0] [%[[N:.*]]] [1]
// CHECK:         %[[SECOND:.*]] = tensor.extract_slice %{{.*}}[%[[N]]] [%[[N]]] [1]
// CHECK:         %[[DX:.*]] = arith.addf %[[FIRST]], %[[SECOND]]
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @dtwice of @twice wrt("x") seeded
func.func @twice(%x: tensor<?xf64> {emb.name = "x", check.shape = [3]})
    -> tensor<?xf64> {
  %r = tensor.concat dim(0) %x, %x
      : (tensor<?xf64>, tensor<?xf64>) -> tensor<?xf64>
  return %r : tensor<?xf64>
}
