// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-run %s --entry=dtensors --arg x=[0,0,0,-2,2,-0.5] --arg n=[0,1,2,3,-1,-2] --arg grad_output=[1,1,1,1,1,1] --print=0 --print=1 | FileCheck %s --check-prefix=VALUES

emb.gradient @dfpowi of @fpowi wrt("x")
emb.gradient @ddfpowi of @dfpowi wrt("x") seeded

// CHECK-LABEL: func.func @dfpowi(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[I:[^:]*]]: i32
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK:         %[[R:.*]] = math.fpowi %[[X]], %[[I]] : f64, i32
// CHECK-NEXT:    %[[N:.*]] = arith.sitofp %[[I]] : i32 to f64
// CHECK-NEXT:    %[[CONSTANT:.*]] = arith.cmpi eq, %[[I]], %{{.*}} : i32
// CHECK-NEXT:    %[[LESS:.*]] = arith.subf %[[N]], %[[ONE]] : f64
// CHECK-NEXT:    %[[EXPONENT:.*]] = arith.select %[[CONSTANT]], %[[ZERO]], %[[LESS]] : f64
// CHECK-NEXT:    %[[POWER:.*]] = math.powf %[[X]], %[[EXPONENT]] : f64
// CHECK-NEXT:    %[[SLOPE:.*]] = arith.mulf %[[N]], %[[POWER]] : f64
// CHECK-NEXT:    %[[DX:.*]] = arith.select %[[CONSTANT]], %[[ZERO]], %[[SLOPE]] : f64
// CHECK-NEXT:    return %[[R]], %[[DX]]
func.func @fpowi(%x: f64 {emb.name = "x"}, %n: i32 {check.range = [2, 5]}) -> f64 {
  %0 = math.fpowi %x, %n : f64, i32
  return %0 : f64
}

// n * x^(n - 1), and 0 for n = 0.

// VALUES:      0: 6xf64
// VALUES-NEXT: [1, 0, 0, -8, 0.5, 4]
// VALUES-NEXT: 1: 6xf64
// VALUES-NEXT: [0, 1, 0, 12, -0.25, 16]

emb.gradient @dtensors of @tensors wrt("x") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?xf64> {emb.name = "x", check.values = dense<[0.5, -1.5, 2.0, -0.75, 1.0]> : tensor<5xf64>},
    %n: tensor<?xi32> {emb.name = "n", check.values = dense<[2, 3, -2, -3, 0]> : tensor<5xi32>}) -> tensor<?xf64> {
  %0 = math.fpowi %x, %n : tensor<?xf64>, tensor<?xi32>
  return %0 : tensor<?xf64>
}

// -128 - 1 is no i8.

emb.gradient @dnarrow of @narrow wrt("x")

func.func @narrow(%x: f64 {emb.name = "x", check.range = [0.9375, 1.0625]}, %n: i8 {check.values = -128 : i8}) -> f64 {
  %0 = math.fpowi %x, %n : f64, i8
  return %0 : f64
}
