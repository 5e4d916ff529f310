// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// The gradient is zero, and what comes before gets no code.

emb.gradient @drounding of @rounding wrt("x") seeded

// CHECK-LABEL: func.func @drounding(
// CHECK:         %[[ZERO:.*]] = linalg.fill
// CHECK-NOT:     arith.mulf
// CHECK:         return {{.*}}, %[[ZERO]] :
func.func @rounding(%x: tensor<?xf64> {emb.name = "x", check.values = dense<[-1.25, 0.25, 0.75, 2.25]> : tensor<4xf64>})
    -> (tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>) {
  %0 = math.exp %x : tensor<?xf64>
  %1 = math.ceil %0 : tensor<?xf64>
  %2 = math.floor %0 : tensor<?xf64>
  %3 = math.round %0 : tensor<?xf64>
  %4 = math.roundeven %0 : tensor<?xf64>
  %5 = math.trunc %0 : tensor<?xf64>
  return %1, %2, %3, %4, %5 :
      tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>
}

// The fraction has the gradient of the number.

emb.gradient @dfraction of @fraction wrt("x") seeded

// CHECK-LABEL: func.func @dfraction(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[FLOOR:.*]] = math.floor %[[X]] : f64
// CHECK-NEXT:    %[[R:.*]] = arith.subf %[[X]], %[[FLOOR]] : f64
// CHECK-NEXT:    return %[[R]], %[[G]]
func.func @fraction(%x: f64 {emb.name = "x", check.values = -1.75 : f64}) -> f64 {
  %0 = math.floor %x : f64
  %1 = arith.subf %x, %0 : f64
  return %1 : f64
}

// Nothing on the way needs a rule.

emb.gradient @dbits of @bits wrt("x") seeded

// CHECK-LABEL: func.func @dbits(
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f16
// CHECK:         return %{{.*}}, %[[ZERO]]
func.func @bits(%x: f16 {emb.name = "x", check.values = 1.25 : f16}) -> bf16 {
  %0 = math.floor %x : f16
  %1 = arith.bitcast %0 : f16 to bf16
  return %1 : bf16
}
