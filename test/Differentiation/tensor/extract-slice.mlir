// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-opt %s --compile-to=bufferize | FileCheck %s --check-prefix=MEMORY

// CHECK-LABEL: func.func @dslice(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<2x3xf64> {emb.name = "grad_output"})
// CHECK:         %[[ZERO:.*]] = linalg.fill
// CHECK:         %[[DX:.*]] = tensor.insert_slice %[[G]] into %[[ZERO]][1, 0] [2, 3] [2, 2]
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @dslice of @slice wrt("x") seeded
func.func @slice(%x: tensor<5x6xf64> {emb.name = "x"}) -> tensor<2x3xf64> {
  %r = tensor.extract_slice %x[1, 0] [2, 3] [2, 2]
      : tensor<5x6xf64> to tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

// CHECK-LABEL: func.func @ddynamic(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x6xf64> {{[^%]*}}%[[OFFSET:[^:]*]]: index {{[^%]*}}%[[SIZE:[^:]*]]: index {{[^%]*}}%[[STRIDE:[^:]*]]: index {{[^%]*}}%[[G:[^:]*]]:
// CHECK:         %[[N:.*]] = tensor.dim %[[X]]
// CHECK:         %[[EMPTY:.*]] = tensor.empty(%[[N]])
// CHECK:         %[[ZERO:.*]] = linalg.fill {{.*}} outs(%[[EMPTY]]
// CHECK:         %[[DX:.*]] = tensor.insert_slice %[[G]] into %[[ZERO]][%[[OFFSET]], 2] [%[[SIZE]], %[[SIZE]]] [%[[STRIDE]], 1]
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @ddynamic of @dynamic wrt("x") seeded
func.func @dynamic(%x: tensor<?x6xf64> {emb.name = "x", check.shape = [7, 6]},
                   %offset: index {check.values = 1 : index},
                   %size: index {check.values = 3 : index},
                   %stride: index {check.values = 2 : index})
    -> tensor<?x?xf64> {
  %r = tensor.extract_slice %x[%offset, 2] [%size, %size] [%stride, 1]
      : tensor<?x6xf64> to tensor<?x?xf64>
  return %r : tensor<?x?xf64>
}

// CHECK-LABEL: func.func @drank_reducing(
// CHECK:         tensor.insert_slice %{{.*}} into %{{.*}}[0, %{{.*}}, 0] [4, 1, 3] [1, 1, 1] : tensor<4x3xf64> into tensor<4x?x3xf64>
emb.gradient @drank_reducing of @rank_reducing wrt("x") seeded
func.func @rank_reducing(%x: tensor<4x?x3xf64> {emb.name = "x", check.shape = [4, 5, 3]},
                         %t: index {check.values = 3 : index})
    -> tensor<4x3xf64> {
  %r = tensor.extract_slice %x[0, %t, 0] [4, 1, 3] [1, 1, 1]
      : tensor<4x?x3xf64> to tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}

emb.gradient @dto_scalar of @to_scalar wrt("x") seeded
func.func @to_scalar(%x: tensor<4x3xf64> {emb.name = "x"}) -> tensor<f64> {
  %r = tensor.extract_slice %x[2, 1] [1, 1] [1, 1]
      : tensor<4x3xf64> to tensor<f64>
  return %r : tensor<f64>
}

emb.gradient @dscalar of @scalar wrt("x") seeded
func.func @scalar(%x: tensor<f64> {emb.name = "x"}) -> tensor<f64> {
  %r = tensor.extract_slice %x[] [] [] : tensor<f64> to tensor<f64>
  return %r : tensor<f64>
}

// The second contribution is added where it belongs, without a second tensor of
// the size of %x.

// CHECK-LABEL: func.func @doverlapping(
// CHECK-SAME:    %[[T:[^:]*]]: index {{[^%]*}}%[[GA:[^:]*]]: tensor<2x3xf64> {{[^%]*}}%[[GB:[^:]*]]: tensor<3x3xf64> {{[^%]*}}%[[GC:[^:]*]]: tensor<3xf64>
// CHECK:         %[[ZERO:.*]] = linalg.fill
// CHECK:         %[[SUM1:.*]] = tensor.insert_slice %[[GC]] into %[[ZERO]][2, 0] [1, 3]
// CHECK:         %[[B:.*]] = tensor.extract_slice %[[SUM1]][2, 0] [3, 3] [1, 1]
// CHECK:         %[[NEXTB:.*]] = linalg.add ins(%[[B]], %[[GB]] : {{.*}}) outs(%[[B]] :
// CHECK:         %[[SUM2:.*]] = tensor.insert_slice %[[NEXTB]] into %[[SUM1]][2, 0] [3, 3]
// CHECK:         %[[A:.*]] = tensor.extract_slice %[[SUM2]][%[[T]], 0] [2, 3] [1, 1]
// CHECK:         %[[NEXTA:.*]] = linalg.add ins(%[[A]], %[[GA]] : {{.*}}) outs(%[[A]] :
// CHECK:         %[[DX:.*]] = tensor.insert_slice %[[NEXTA]] into %[[SUM2]][%[[T]], 0] [2, 3]
// CHECK-NOT:     addf
// CHECK:         return {{.*}}, %[[DX]] :

// In memory that is one buffer, added to in place.
// MEMORY-LABEL: func.func @doverlapping(
// MEMORY-COUNT-1: memref.alloc
// MEMORY-NOT:   memref.alloc
// MEMORY:       return
emb.gradient @doverlapping of @overlapping wrt("x") seeded
func.func @overlapping(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [5, 3]},
                       %t: index {check.values = 1 : index})
    -> (tensor<2x3xf64>, tensor<3x3xf64>, tensor<3xf64>) {
  %a = tensor.extract_slice %x[%t, 0] [2, 3] [1, 1]
      : tensor<?x3xf64> to tensor<2x3xf64>
  %b = tensor.extract_slice %x[2, 0] [3, 3] [1, 1]
      : tensor<?x3xf64> to tensor<3x3xf64>
  %c = tensor.extract_slice %x[2, 0] [1, 3] [1, 1]
      : tensor<?x3xf64> to tensor<3xf64>
  return %a, %b, %c : tensor<2x3xf64>, tensor<3x3xf64>, tensor<3xf64>
}

// What has arrived at %x is the gradient of %y too, and an argument: it stays as
// it is, and %x gets a copy.
emb.gradient @dshared of @shared wrt("x", "y") seeded
func.func @shared(%x: tensor<4x3xf64> {emb.name = "x"},
                  %y: tensor<4x3xf64> {emb.name = "y"})
    -> (tensor<3xf64>, tensor<4x3xf64>) {
  %a = tensor.extract_slice %x[1, 0] [1, 3] [1, 1]
      : tensor<4x3xf64> to tensor<3xf64>
  %b = arith.addf %x, %y : tensor<4x3xf64>
  return %a, %b : tensor<3xf64>, tensor<4x3xf64>
}
