// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @ddivf of @divf wrt("x", "y") seeded
emb.gradient @dddivf of @ddivf wrt("x", "y", "grad_output") seeded

// CHECK-LABEL: func.func @ddivf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[Y:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[R:.*]] = arith.divf %[[X]], %[[Y]] : f64
// CHECK-NEXT:    %[[DX:.*]] = arith.divf %[[G]], %[[Y]] : f64
// CHECK-NEXT:    %[[PRODUCT:.*]] = arith.mulf %[[DX]], %[[R]] : f64
// CHECK-NEXT:    %[[DY:.*]] = arith.negf %[[PRODUCT]] : f64
// CHECK-NEXT:    return %[[R]], %[[DX]], %[[DY]]
func.func @divf(%x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y", check.range = [0.5, 2.0]}) -> f64 {
  %0 = arith.divf %x, %y : f64
  return %0 : f64
}

emb.gradient @dtensors of @tensors wrt("x", "y") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]},
                   %y: tensor<?x3xf64> {emb.name = "y", check.shape = [2, 3], check.range = [-2.0, -0.5]}) -> tensor<?x3xf64> {
  %0 = arith.divf %x, %y : tensor<?x3xf64>
  return %0 : tensor<?x3xf64>
}

// A constant divisor, and a constant that is divided.

emb.gradient @ddivisor of @divisor wrt("x") seeded
emb.gradient @ddividend of @dividend wrt("x") seeded

// CHECK-LABEL: func.func @ddivisor(
// CHECK-NOT:     arith.negf
// CHECK:         return
func.func @divisor(%x: f64 {emb.name = "x"}, %c: f64 {check.values = 3.0 : f64}) -> f64 {
  %0 = arith.divf %x, %c : f64
  return %0 : f64
}

func.func @dividend(%x: f64 {emb.name = "x", check.range = [1.0, 2.0]}, %c: f64 {check.values = 3.0 : f64}) -> f64 {
  %0 = arith.divf %c, %x : f64
  return %0 : f64
}
