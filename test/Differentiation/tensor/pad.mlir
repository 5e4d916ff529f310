// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// CHECK-LABEL: func.func @dpad(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<3x6xf64> {emb.name = "grad_output"})
// CHECK:         %[[DX:.*]] = tensor.extract_slice %[[G]][1, 0] [2, 3] [1, 1]
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @dpad of @pad wrt("x") seeded
func.func @pad(%x: tensor<2x3xf64> {emb.name = "x"}) -> tensor<3x6xf64> {
  %zero = arith.constant 0.0 : f64
  %r = tensor.pad %x low[1, 0] high[0, 3] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f64
  } : tensor<2x3xf64> to tensor<3x6xf64>
  return %r : tensor<3x6xf64>
}

// The gradient of the padding is the sum over all places that it got to.

// CHECK-LABEL: func.func @ddynamic(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x3xf64> {{[^%]*}}%{{[^:]*}}: f64 {{[^%]*}}%[[LOW:[^:]*]]: index {{.*}} %[[G:[^:]*]]: tensor<?x?xf64>
// CHECK:         %[[N:.*]] = tensor.dim %[[X]]
// CHECK:         %[[DX:.*]] = tensor.extract_slice %[[G]][%[[LOW]], 1] [%[[N]], 3] [1, 1]
// CHECK:         %[[BORDER:.*]] = tensor.insert_slice %{{.*}} into %[[G]][%[[LOW]], 1] [%[[N]], 3] [1, 1]
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}}"reduction", "reduction"{{.*}} ins(%[[BORDER]]
// CHECK:         %[[DV:.*]] = tensor.extract %[[SUM]][]
// CHECK:         return %{{.*}}, %[[DX]], %[[DV]]
emb.gradient @ddynamic of @dynamic wrt("x", "v") seeded
emb.gradient @dvalue of @dynamic wrt("v") seeded
func.func @dynamic(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]},
                   %v: f64 {emb.name = "v"},
                   %low: index {check.values = 2 : index},
                   %high: index {check.values = 1 : index}) -> tensor<?x?xf64> {
  %r = tensor.pad %x low[%low, 1] high[0, %high] {
  ^bb0(%i: index, %j: index):
    tensor.yield %v : f64
  } : tensor<?x3xf64> to tensor<?x?xf64>
  return %r : tensor<?x?xf64>
}

// What the region computes needs no gradient.
emb.gradient @dinside of @inside wrt("x") seeded
func.func @inside(%x: tensor<2xf64> {emb.name = "x"}) -> tensor<4xf64> {
  %r = tensor.pad %x low[1] high[1] {
  ^bb0(%i: index):
    %n = arith.index_cast %i : index to i64
    %v = arith.sitofp %n : i64 to f64
    tensor.yield %v : f64
  } : tensor<2xf64> to tensor<4xf64>
  return %r : tensor<4xf64>
}

emb.gradient @dscalar of @scalar wrt("x", "v") seeded
func.func @scalar(%x: tensor<f64> {emb.name = "x"}, %v: f64 {emb.name = "v"})
    -> tensor<f64> {
  %r = tensor.pad %x low[] high[] {
    tensor.yield %v : f64
  } : tensor<f64> to tensor<f64>
  return %r : tensor<f64>
}
