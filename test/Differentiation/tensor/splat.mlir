// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// CHECK-LABEL: func.func @dsplat(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<2x3xf64> {emb.name = "grad_output"})
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}}"reduction", "reduction"{{.*}} ins(%[[G]]
// CHECK:         %[[DV:.*]] = tensor.extract %[[SUM]][]
// CHECK:         return %{{.*}}, %[[DV]]
emb.gradient @dsplat of @splat wrt("v") seeded
func.func @splat(%v: f64 {emb.name = "v"}) -> tensor<2x3xf64> {
  %r = tensor.splat %v : tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

emb.gradient @ddynamic of @dynamic wrt("v") seeded
func.func @dynamic(%v: f64 {emb.name = "v"},
                   %n: index {check.values = 4 : index}) -> tensor<?x3xf64> {
  %r = tensor.splat %v[%n] : tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}

emb.gradient @dscalar of @scalar wrt("v") seeded
func.func @scalar(%v: f64 {emb.name = "v"}) -> tensor<f64> {
  %r = tensor.splat %v : tensor<f64>
  return %r : tensor<f64>
}

// %c needs no gradient; %a is there twice.

// CHECK-LABEL: func.func @dfrom_elements(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<2x2xf64> {emb.name = "grad_output"})
// CHECK-DAG:     %[[A0:.*]] = tensor.extract %[[G]][%c0, %c0]
// CHECK-DAG:     %[[A1:.*]] = tensor.extract %[[G]][%c1, %c1]
// CHECK-DAG:     %[[DB:.*]] = tensor.extract %[[G]][%c1, %c0]
// CHECK:         %[[DA:.*]] = arith.addf %[[A0]], %[[A1]]
// CHECK:         return %{{.*}}, %[[DA]], %[[DB]]
emb.gradient @dfrom_elements of @from_elements wrt("a", "b") seeded
func.func @from_elements(%a: f64 {emb.name = "a"}, %b: f64 {emb.name = "b"},
                         %c: f64) -> tensor<2x2xf64> {
  %r = tensor.from_elements %a, %c, %b, %a : tensor<2x2xf64>
  return %r : tensor<2x2xf64>
}

emb.gradient @dfrom_element of @from_element wrt("a") seeded
func.func @from_element(%a: f64 {emb.name = "a"}) -> tensor<f64> {
  %r = tensor.from_elements %a : tensor<f64>
  return %r : tensor<f64>
}

// Added up with more digits than bf16 has.
// CHECK-LABEL: func.func @dnarrow(
// CHECK:         ^bb0(%[[IN:.*]]: bf16, %[[OUT:.*]]: f32):
// CHECK:           %[[WIDE:.*]] = arith.extf %[[IN]]
// CHECK:           arith.addf %[[OUT]], %[[WIDE]] : f32
// CHECK:         %[[SUM:.*]] = tensor.extract
// CHECK:         arith.truncf %[[SUM]] : f32 to bf16
emb.gradient @dnarrow of @narrow wrt("v") seeded
func.func @narrow(%v: bf16 {emb.name = "v"}) -> tensor<6xbf16> {
  %r = tensor.splat %v : tensor<6xbf16>
  return %r : tensor<6xbf16>
}
