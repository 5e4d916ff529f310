// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// CHECK-LABEL: func.func @dinsert_slice(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<5x6xf64> {emb.name = "grad_output"})
// CHECK:         %[[DS:.*]] = tensor.extract_slice %[[G]][1, 0] [2, 3] [2, 2]
// CHECK:         %[[ZERO:.*]] = linalg.fill {{.*}} -> tensor<2x3xf64>
// CHECK:         %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[G]])
// CHECK:         %[[DD:.*]] = tensor.insert_slice %[[ZERO]] into %[[COPY]][1, 0] [2, 3] [2, 2]
// CHECK:         return %{{.*}}, %[[DS]], %[[DD]]
emb.gradient @dinsert_slice of @insert_slice wrt("source", "dest") seeded
// CHECK-LABEL: func.func @dsource(
// CHECK:         tensor.insert_slice
// CHECK-NOT:     tensor.insert_slice
// CHECK-NOT:     linalg.fill
// CHECK:         return
emb.gradient @dsource of @insert_slice wrt("source") seeded
func.func @insert_slice(%source: tensor<2x3xf64> {emb.name = "source"},
                        %dest: tensor<5x6xf64> {emb.name = "dest"})
    -> tensor<5x6xf64> {
  %r = tensor.insert_slice %source into %dest[1, 0] [2, 3] [2, 2]
      : tensor<2x3xf64> into tensor<5x6xf64>
  return %r : tensor<5x6xf64>
}

emb.gradient @ddynamic of @dynamic wrt("source", "dest") seeded
func.func @dynamic(%source: tensor<?x?xf64> {emb.name = "source", check.shape = [3, 3]},
                   %dest: tensor<?x6xf64> {emb.name = "dest", check.shape = [7, 6]},
                   %offset: index {check.values = 1 : index},
                   %size: index {check.values = 3 : index},
                   %stride: index {check.values = 2 : index})
    -> tensor<?x6xf64> {
  %r = tensor.insert_slice %source into %dest[%offset, 2] [%size, %size] [%stride, 1]
      : tensor<?x?xf64> into tensor<?x6xf64>
  return %r : tensor<?x6xf64>
}

// CHECK-LABEL: func.func @drank_reducing(
// CHECK:         tensor.extract_slice %{{.*}}[0, %{{.*}}, 0] [4, 1, 3] [1, 1, 1] : tensor<4x?x3xf64> to tensor<4x3xf64>
emb.gradient @drank_reducing of @rank_reducing wrt("source", "dest") seeded
func.func @rank_reducing(%source: tensor<4x3xf64> {emb.name = "source"},
                         %dest: tensor<4x?x3xf64> {emb.name = "dest", check.shape = [4, 5, 3]},
                         %t: index {check.values = 3 : index})
    -> tensor<4x?x3xf64> {
  %r = tensor.insert_slice %source into %dest[0, %t, 0] [4, 1, 3] [1, 1, 1]
      : tensor<4x3xf64> into tensor<4x?x3xf64>
  return %r : tensor<4x?x3xf64>
}

emb.gradient @dscalar of @scalar wrt("source", "dest") seeded
func.func @scalar(%source: tensor<f64> {emb.name = "source"},
                  %dest: tensor<3xf64> {emb.name = "dest"}) -> tensor<3xf64> {
  %r = tensor.insert_slice %source into %dest[1] [1] [1]
      : tensor<f64> into tensor<3xf64>
  return %r : tensor<3xf64>
}

// A later slice covers a part of an earlier one; both are used again.
emb.gradient @dchain of @chain wrt("x", "y") seeded
func.func @chain(%x: tensor<2x3xf64> {emb.name = "x"},
                 %y: tensor<4x3xf64> {emb.name = "y"})
    -> (tensor<4x3xf64>, tensor<2x3xf64>) {
  %a = bufferization.alloc_tensor() copy(%y) : tensor<4x3xf64>
  %b = tensor.insert_slice %x into %a[0, 0] [2, 3] [1, 1]
      : tensor<2x3xf64> into tensor<4x3xf64>
  %c = tensor.insert_slice %x into %b[1, 0] [2, 3] [1, 1]
      : tensor<2x3xf64> into tensor<4x3xf64>
  %d = tensor.extract_slice %b[1, 0] [2, 3] [1, 1]
      : tensor<4x3xf64> to tensor<2x3xf64>
  return %c, %d : tensor<4x3xf64>, tensor<2x3xf64>
}
