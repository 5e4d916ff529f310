// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-run %s --entry=dtensors --arg x=[0,0,0,0,0,-2,-2,3,1e-310] --arg n=[0,1,2,0.5,-1,3,2,0,0] --arg grad_output=[1,1,1,1,1,1,10,1,1] --print=0 --print=1 --print=2 | FileCheck %s --check-prefix=VALUES
// RUN: emb-run %s --entry=dpowf --arg x=nan --arg n=0 --print=0 --print=1 | FileCheck %s --check-prefix=NAN
// RUN: emb-run %s --entry=ddtensors --arg x=[0,0,0,3] --arg n=[0,2,1,2] --arg grad_output=[1,1,1,1] --arg grad_output.0=[0,0,0,0] --arg grad_output.1=[1,1,1,1] --arg grad_output.2=[0,0,0,0] --print=3 --print=4 | FileCheck %s --check-prefix=SECOND

// CHECK-LABEL: func.func @dpowf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[N:[^:]*]]: f64
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-DAG:     %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK:         %[[R:.*]] = math.powf %[[X]], %[[N]] : f64
// CHECK-NEXT:    %[[CONSTANT:.*]] = arith.cmpf oeq, %[[N]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[LESS:.*]] = arith.subf %[[N]], %[[ONE]] : f64
// CHECK-NEXT:    %[[EXPONENT:.*]] = arith.select %[[CONSTANT]], %[[ZERO]], %[[LESS]] : f64
// CHECK-NEXT:    %[[POWER:.*]] = math.powf %[[X]], %[[EXPONENT]] : f64
// CHECK-NEXT:    %[[SLOPE:.*]] = arith.mulf %[[N]], %[[POWER]] : f64
// CHECK-NEXT:    %[[DX:.*]] = arith.select %[[CONSTANT]], %[[ZERO]], %[[SLOPE]] : f64
// CHECK-NEXT:    %[[XZERO:.*]] = arith.cmpf oeq, %[[X]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[FINITE:.*]] = arith.cmpf oge, %[[N]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[NOLOG:.*]] = arith.andi %[[XZERO]], %[[FINITE]] : i1
// CHECK-NEXT:    %[[BASE:.*]] = arith.select %[[NOLOG]], %[[ONE]], %[[X]] : f64
// CHECK-NEXT:    %[[LOG:.*]] = math.log %[[BASE]] : f64
// CHECK-NEXT:    %[[DN:.*]] = arith.mulf %[[R]], %[[LOG]] : f64
// CHECK-NEXT:    return %[[R]], %[[DX]], %[[DN]]
// NAN:      0: f64
// NAN-NEXT: 1
// NAN-NEXT: 1: f64
// NAN-NEXT: 0
emb.gradient @dpowf of @test_powf wrt("x", "n")
emb.gradient @ddpowf of @dpowf wrt("x", "n") seeded

func.func @test_powf(%x: f64 {emb.name = "x", check.range = [0.5, 2.0]},
                     %n: f64 {emb.name = "n", check.range = [-2.0, 3.0]}) -> f64 {
  %0 = math.powf %x, %n : f64
  return %0 : f64
}

// n * x^(n - 1), and 0 for n = 0; x^n * log(x), and 0 for x = 0 and n >= 0.

// VALUES:      0: 9xf64
// VALUES-NEXT: [1, 0, 0, 0, inf, -8, 4, 1, 1]
// VALUES-NEXT: 1: 9xf64
// VALUES-NEXT: [0, 1, 0, inf, -inf, 12, -40, 0, 0]
// VALUES-NEXT: 2: 9xf64
// VALUES-NEXT: [0, 0, 0, 0, -inf, {{-?nan}}, {{-?nan}}, 1.09861, -713.801]

// The second derivatives are n * (n - 1) * x^(n - 2), without 0 * infinity, and
// x^(n - 1) * (1 + n * log(x)), 0 where n = 0.

// SECOND:      3: 4xf64
// SECOND-NEXT: [0, 2, 0, 2]
// SECOND-NEXT: 4: 4xf64
// SECOND-NEXT: [0, 0, 1, 9.59167]

emb.gradient @dtensors of @tensors wrt("x", "n") seeded
emb.gradient @ddtensors of @dtensors wrt("x", "n") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(%x: tensor<?xf64> {emb.name = "x", check.shape = [5], check.range = [0.5, 2.0]},
                   %n: tensor<?xf64> {emb.name = "n", check.shape = [5], check.range = [-2.0, 3.0]}) -> tensor<?xf64> {
  %0 = math.powf %x, %n : tensor<?xf64>
  return %0 : tensor<?xf64>
}

// Negative numbers to an integer power. A constant exponent gets no code.

emb.gradient @dcube of @cube wrt("x") seeded

// CHECK-LABEL: func.func @dcube(
// CHECK-NOT:     math.log
// CHECK:         return
func.func @cube(%x: tensor<3xf64> {emb.name = "x", check.range = [-2.0, -0.5]}) -> tensor<3xf64> {
  %n = arith.constant dense<3.0> : tensor<3xf64>
  %0 = math.powf %x, %n : tensor<3xf64>
  return %0 : tensor<3xf64>
}

// A scalar constant folds: 3 * x^2.

emb.gradient @dfolded of @folded wrt("x")

// CHECK-LABEL: func.func @dfolded(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-DAG:     %[[TWO:.*]] = arith.constant 2.000000e+00 : f64
// CHECK-DAG:     %[[THREE:.*]] = arith.constant 3.000000e+00 : f64
// CHECK:         %[[R:.*]] = math.powf %[[X]], %[[THREE]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = math.powf %[[X]], %[[TWO]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.mulf %[[SQUARE]], %[[THREE]] : f64
// CHECK-NEXT:    return %[[R]], %[[D]]
func.func @folded(%x: f64 {emb.name = "x"}) -> f64 {
  %n = arith.constant 3.0 : f64
  %0 = math.powf %x, %n : f64
  return %0 : f64
}

// A constant base.

emb.gradient @dbase of @base wrt("n")

// CHECK-LABEL: func.func @dbase(
// CHECK-COUNT-1: math.powf
// CHECK-NOT:     math.powf
// CHECK:         return
func.func @base(%x: f64 {check.values = 2.5 : f64}, %n: f64 {emb.name = "n"}) -> f64 {
  %0 = math.powf %x, %n : f64
  return %0 : f64
}
