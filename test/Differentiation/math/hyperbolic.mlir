// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @dsinh of @test_sinh wrt("x")
emb.gradient @ddsinh of @dsinh wrt("x") seeded

// CHECK-LABEL: func.func @dsinh(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[Y:.*]] = math.sinh %[[X]] : f64
// CHECK-NEXT:    %[[D:.*]] = math.cosh %[[X]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_sinh(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.sinh %x : f64
  return %0 : f64
}

emb.gradient @dcosh of @test_cosh wrt("x")
emb.gradient @ddcosh of @dcosh wrt("x") seeded

// CHECK-LABEL: func.func @dcosh(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[Y:.*]] = math.cosh %[[X]] : f64
// CHECK-NEXT:    %[[D:.*]] = math.sinh %[[X]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_cosh(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.cosh %x : f64
  return %0 : f64
}

emb.gradient @dtanh of @test_tanh wrt("x")
emb.gradient @ddtanh of @dtanh wrt("x") seeded

// CHECK-LABEL: func.func @dtanh(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.tanh %[[X]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[Y]], %[[Y]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.subf %[[ONE]], %[[SQUARE]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_tanh(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.tanh %x : f64
  return %0 : f64
}

emb.gradient @dasinh of @test_asinh wrt("x")
emb.gradient @ddasinh of @dasinh wrt("x") seeded

// CHECK-LABEL: func.func @dasinh(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.asinh %[[X]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[X]], %[[X]] : f64
// CHECK-NEXT:    %[[SUM:.*]] = arith.addf %[[SQUARE]], %[[ONE]] : f64
// CHECK-NEXT:    %[[ROOT:.*]] = math.sqrt %[[SUM]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[ROOT]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_asinh(%x: f64 {emb.name = "x", check.range = [-2.0, 2.0]}) -> f64 {
  %0 = math.asinh %x : f64
  return %0 : f64
}

emb.gradient @dacosh of @test_acosh wrt("x")
emb.gradient @ddacosh of @dacosh wrt("x") seeded

// CHECK-LABEL: func.func @dacosh(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.acosh %[[X]] : f64
// CHECK-NEXT:    %[[LESS:.*]] = arith.subf %[[X]], %[[ONE]] : f64
// CHECK-NEXT:    %[[MORE:.*]] = arith.addf %[[X]], %[[ONE]] : f64
// CHECK-NEXT:    %[[PRODUCT:.*]] = arith.mulf %[[LESS]], %[[MORE]] : f64
// CHECK-NEXT:    %[[ROOT:.*]] = math.sqrt %[[PRODUCT]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[ROOT]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_acosh(%x: f64 {emb.name = "x", check.range = [1.5, 3.0]}) -> f64 {
  %0 = math.acosh %x : f64
  return %0 : f64
}

emb.gradient @datanh of @test_atanh wrt("x")
emb.gradient @ddatanh of @datanh wrt("x") seeded

// CHECK-LABEL: func.func @datanh(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.atanh %[[X]] : f64
// CHECK-NEXT:    %[[LESS:.*]] = arith.subf %[[ONE]], %[[X]] : f64
// CHECK-NEXT:    %[[MORE:.*]] = arith.addf %[[X]], %[[ONE]] : f64
// CHECK-NEXT:    %[[PRODUCT:.*]] = arith.mulf %[[LESS]], %[[MORE]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[PRODUCT]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_atanh(%x: f64 {emb.name = "x", check.range = [-0.75, 0.75]}) -> f64 {
  %0 = math.atanh %x : f64
  return %0 : f64
}

// The same on tensors; constants are filled in at run time.

emb.gradient @dtensors of @tensors wrt("x", "y", "z") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]},
    %y: tensor<?x3xf64> {emb.name = "y", check.shape = [2, 3], check.range = [1.5, 3.0]},
    %z: tensor<?x3xf64> {emb.name = "z", check.shape = [2, 3], check.range = [-0.75, 0.75]})
    -> (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>,
        tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>) {
  %0 = math.sinh %x : tensor<?x3xf64>
  %1 = math.cosh %x : tensor<?x3xf64>
  %2 = math.tanh %x : tensor<?x3xf64>
  %3 = math.asinh %x : tensor<?x3xf64>
  %4 = math.acosh %y : tensor<?x3xf64>
  %5 = math.atanh %z : tensor<?x3xf64>
  return %0, %1, %2, %3, %4, %5 :
      tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>,
      tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>
}
