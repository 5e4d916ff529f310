// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-run %s --entry=dtensors --arg x=[-3,-0.0,0,2] --arg grad_output=[5,6,7,8] --print=1 | FileCheck %s --check-prefix=VALUES

emb.gradient @dabsf of @absf wrt("x") seeded

// CHECK-LABEL: func.func @dabsf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[R:.*]] = math.absf %[[X]] : f64
// CHECK-NEXT:    %[[NEGATIVE:.*]] = arith.cmpf olt, %[[X]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[ISZERO:.*]] = arith.cmpf oeq, %[[X]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[NEG:.*]] = arith.negf %[[G]] : f64
// CHECK-NEXT:    %[[SIGNED:.*]] = arith.select %[[NEGATIVE]], %[[NEG]], %[[G]] : f64
// CHECK-NEXT:    %[[DX:.*]] = arith.select %[[ISZERO]], %[[ZERO]], %[[SIGNED]] : f64
// CHECK-NEXT:    return %[[R]], %[[DX]]
func.func @absf(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.absf %x : f64
  return %0 : f64
}

// 0 at both zeros.

// VALUES:      1: 4xf64
// VALUES-NEXT: [-5, 0, 0, 8]

emb.gradient @dtensors of @tensors wrt("x") seeded
emb.gradient @ddtensors of @dtensors wrt("x", "grad_output") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(%x: tensor<?xf64> {emb.name = "x", check.shape = [4]}) -> tensor<?xf64> {
  %0 = math.absf %x : tensor<?xf64>
  return %0 : tensor<?xf64>
}
