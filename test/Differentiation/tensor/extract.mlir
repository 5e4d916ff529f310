// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// CHECK-LABEL: func.func @dextract(
// CHECK-SAME:    %[[I:[^:]*]]: index {{[^%]*}}%[[G:[^:]*]]: f64
// CHECK:         %[[ZERO:.*]] = linalg.fill
// CHECK:         %[[DX:.*]] = tensor.insert %[[G]] into %[[ZERO]][%[[I]], %c1]
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @dextract of @extract wrt("x") seeded
func.func @extract(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [4, 3]},
                   %i: index {check.values = 2 : index}) -> f64 {
  %c1 = arith.constant 1 : index
  %r = tensor.extract %x[%i, %c1] : tensor<?x3xf64>
  return %r : f64
}

// CHECK-LABEL: func.func @dextract_scalar(
// CHECK-SAME:    %[[G:[^:]*]]: f64 {emb.name = "grad_output"})
// CHECK:         %[[DX:.*]] = tensor.from_elements %[[G]] : tensor<f64>
// CHECK:         return %{{.*}}, %[[DX]]
emb.gradient @dextract_scalar of @extract_scalar wrt("x") seeded
func.func @extract_scalar(%x: tensor<f64> {emb.name = "x"}) -> f64 {
  %r = tensor.extract %x[] : tensor<f64>
  return %r : f64
}

// The same element, and another one.

// CHECK-LABEL: func.func @dtwice(
// CHECK-COUNT-1: linalg.fill
// CHECK-NOT:     linalg.fill
// CHECK:         %[[SUM1:.*]] = tensor.insert %{{.*}} into %{{.*}}[%c0]
// CHECK:         %[[OLD:.*]] = tensor.extract %[[SUM1]][%[[J:.*]]]
// CHECK:         %[[NEW:.*]] = arith.addf %[[OLD]], %{{.*}} : f64
// CHECK:         %[[SUM2:.*]] = tensor.insert %[[NEW]] into %[[SUM1]][%[[J]]]
// CHECK:         tensor.insert %{{.*}} into %[[SUM2]]
emb.gradient @dtwice of @twice wrt("x") seeded
func.func @twice(%x: tensor<?xf64> {emb.name = "x", check.shape = [4]},
                 %i: index {check.values = 2 : index},
                 %j: index {check.values = 2 : index}) -> (f64, f64, f64) {
  %c0 = arith.constant 0 : index
  %a = tensor.extract %x[%i] : tensor<?xf64>
  %b = tensor.extract %x[%j] : tensor<?xf64>
  %c = tensor.extract %x[%c0] : tensor<?xf64>
  return %a, %b, %c : f64, f64, f64
}

// CHECK-LABEL: func.func @dinsert(
// CHECK-SAME:    %[[I:[^:]*]]: index {{[^%]*}}%[[G:[^:]*]]: tensor<?x3xf64>
// CHECK:         %[[DV:.*]] = tensor.extract %[[G]][%[[I]], %c1]
// CHECK:         %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[G]])
// CHECK:         %[[DX:.*]] = tensor.insert %{{cst.*}} into %[[COPY]][%[[I]], %c1]
// CHECK:         return %{{.*}}, %[[DV]], %[[DX]]
emb.gradient @dinsert of @insert wrt("v", "x") seeded
emb.gradient @ddest of @insert wrt("x") seeded
func.func @insert(%v: f64 {emb.name = "v"},
                  %x: tensor<?x3xf64> {emb.name = "x", check.shape = [4, 3]},
                  %i: index {check.values = 2 : index}) -> tensor<?x3xf64> {
  %c1 = arith.constant 1 : index
  %r = tensor.insert %v into %x[%i, %c1] : tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}

emb.gradient @dinsert_scalar of @insert_scalar wrt("v", "x") seeded
func.func @insert_scalar(%v: f64 {emb.name = "v"},
                         %x: tensor<f64> {emb.name = "x"}) -> tensor<f64> {
  %r = tensor.insert %v into %x[] : tensor<f64>
  return %r : tensor<f64>
}
