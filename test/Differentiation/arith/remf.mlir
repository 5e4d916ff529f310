// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-run %s --entry=dtensors --arg x=[7,-7,7,1,5.5,6] --arg y=[2,2,-2,0.1,0.5,2] --arg grad_output=[1,1,1,1,10,1] --print=0 --print=1 --print=2 | FileCheck %s --check-prefix=VALUES

// The number of times that y goes into x.

emb.gradient @dremf of @remf wrt("x", "y") seeded
emb.gradient @ddremf of @dremf wrt("x", "y", "grad_output") seeded

// CHECK-LABEL: func.func @dremf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[Y:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[R:.*]] = arith.remf %[[X]], %[[Y]] : f64
// CHECK-NEXT:    %[[MULTIPLE:.*]] = arith.subf %[[X]], %[[R]] : f64
// CHECK-NEXT:    %[[QUOTIENT:.*]] = arith.divf %[[MULTIPLE]], %[[Y]] : f64
// CHECK-NEXT:    %[[TIMES:.*]] = math.roundeven %[[QUOTIENT]] : f64
// CHECK-NEXT:    %[[PRODUCT:.*]] = arith.mulf %[[G]], %[[TIMES]] : f64
// CHECK-NEXT:    %[[DY:.*]] = arith.negf %[[PRODUCT]] : f64
// CHECK-NEXT:    return %[[R]], %[[G]], %[[DY]]
func.func @remf(%x: f64 {emb.name = "x", check.values = -7.75 : f64},
                %y: f64 {emb.name = "y", check.values = 2.5 : f64}) -> f64 {
  %0 = arith.remf %x, %y : f64
  return %0 : f64
}

// 1 / 0.1 is 10, but 0.1 is a little more than a tenth and goes into 1 only 9
// times.

// VALUES:      0: 6xf64
// VALUES-NEXT: [1, -1, 1, 0.1, 0, 0]
// VALUES-NEXT: 1: 6xf64
// VALUES-NEXT: [1, 1, 1, 1, 10, 1]
// VALUES-NEXT: 2: 6xf64
// VALUES-NEXT: [-3, 3, 3, -9, -110, -3]

emb.gradient @dtensors of @tensors wrt("x", "y") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?xf64> {emb.name = "x", check.values = dense<[7.5, -7.5, 7.5, 1.0]> : tensor<4xf64>},
    %y: tensor<?xf64> {emb.name = "y", check.values = dense<[2.0, 2.0, -2.0, 0.3]> : tensor<4xf64>}) -> tensor<?xf64> {
  %0 = arith.remf %x, %y : tensor<?xf64>
  return %0 : tensor<?xf64>
}

// A constant divisor gets no code.

emb.gradient @dconstant of @constant wrt("x") seeded

// CHECK-LABEL: func.func @dconstant(
// CHECK-NOT:     math.roundeven
// CHECK:         return
func.func @constant(%x: f64 {emb.name = "x", check.range = [0.25, 0.75]}, %c: f64 {check.values = 2.0 : f64}) -> f64 {
  %0 = arith.remf %x, %c : f64
  return %0 : f64
}
