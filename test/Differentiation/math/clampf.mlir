// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-run %s --entry=dtensors --arg x=[-2,-1,0,1,2,5,5] --arg low=[-1,-1,-1,-1,-1,6,5] --arg high=[1,1,1,1,1,6,5] --arg grad_output=[1,2,3,4,5,6,7] --print=0 --print=1 --print=2 --print=3 | FileCheck %s --check-prefix=VALUES

emb.gradient @dclamp of @clamp wrt("x", "low", "high") seeded

// CHECK-LABEL: func.func @dclamp(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[LOW:[^:]*]]: f64 {{.*}}, %[[HIGH:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[R:.*]] = math.clampf %[[X]] to [%[[LOW]], %[[HIGH]]] : f64
// CHECK-NEXT:    %[[LE:.*]] = arith.cmpf ole, %[[X]], %[[HIGH]] : f64
// CHECK-NEXT:    %[[XNAN:.*]] = arith.cmpf uno, %[[X]], %[[X]] : f64
// CHECK-NEXT:    %[[BELOW:.*]] = arith.ori %[[LE]], %[[XNAN]] : i1
// CHECK-NEXT:    %[[LIMITED:.*]] = arith.select %[[BELOW]], %[[X]], %[[HIGH]] : f64
// CHECK-NEXT:    %[[GE:.*]] = arith.cmpf oge, %[[LIMITED]], %[[LOW]] : f64
// CHECK-NEXT:    %[[LNAN:.*]] = arith.cmpf uno, %[[LIMITED]], %[[LIMITED]] : f64
// CHECK-NEXT:    %[[ABOVE:.*]] = arith.ori %[[GE]], %[[LNAN]] : i1
// CHECK-NEXT:    %[[INSIDE:.*]] = arith.select %[[ABOVE]], %[[G]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[DX:.*]] = arith.select %[[BELOW]], %[[INSIDE]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[DLOW:.*]] = arith.select %[[ABOVE]], %[[ZERO]], %[[G]] : f64
// CHECK-NEXT:    %[[DHIGH:.*]] = arith.select %[[BELOW]], %[[ZERO]], %[[INSIDE]] : f64
// CHECK-NEXT:    return %[[R]], %[[DX]], %[[DLOW]], %[[DHIGH]]
func.func @clamp(%x: f64 {emb.name = "x"}, %low: f64 {emb.name = "low", check.values = -0.5 : f64},
                 %high: f64 {emb.name = "high", check.values = 0.5 : f64}) -> f64 {
  %0 = math.clampf %x to [%low, %high] : f64
  return %0 : f64
}

// At a limit the number itself gets the gradient.

// VALUES:      0: 7xf64
// VALUES-NEXT: [-1, -1, 0, 1, 1, 6, 5]
// VALUES-NEXT: 1: 7xf64
// VALUES-NEXT: [0, 2, 3, 4, 0, 0, 7]
// VALUES-NEXT: 2: 7xf64
// VALUES-NEXT: [1, 0, 0, 0, 0, 6, 0]
// VALUES-NEXT: 3: 7xf64
// VALUES-NEXT: [0, 0, 0, 0, 5, 0, 0]

emb.gradient @dtensors of @tensors wrt("x", "low", "high") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?xf64> {emb.name = "x", check.values = dense<[-2.0, -0.75, 0.25, 0.75, 2.0]> : tensor<5xf64>},
    %low: tensor<?xf64> {emb.name = "low", check.shape = [5], check.range = [-1.0, -0.5]},
    %high: tensor<?xf64> {emb.name = "high", check.shape = [5], check.range = [0.5, 1.0]}) -> tensor<?xf64> {
  %0 = math.clampf %x to [%low, %high] : tensor<?xf64>
  return %0 : tensor<?xf64>
}
