// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @dexp of @test_exp wrt("x")
emb.gradient @ddexp of @dexp wrt("x") seeded

// CHECK-LABEL: func.func @dexp(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[Y:.*]] = math.exp %[[X]] : f64
// CHECK-NEXT:    return %[[Y]], %[[Y]]
func.func @test_exp(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.exp %x : f64
  return %0 : f64
}

emb.gradient @dexp2 of @test_exp2 wrt("x")
emb.gradient @ddexp2 of @dexp2 wrt("x") seeded

// CHECK-LABEL: func.func @dexp2(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[LOG:.*]] = arith.constant 0.69314718055994529 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.exp2 %[[X]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.mulf %[[Y]], %[[LOG]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_exp2(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.exp2 %x : f64
  return %0 : f64
}

emb.gradient @dexpm1 of @test_expm1 wrt("x")
emb.gradient @ddexpm1 of @dexpm1 wrt("x") seeded

// CHECK-LABEL: func.func @dexpm1(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.expm1 %[[X]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.addf %[[Y]], %[[ONE]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_expm1(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.expm1 %x : f64
  return %0 : f64
}

// The same on tensors; constants are filled in at run time.

emb.gradient @dtensors of @tensors wrt("x") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]})
    -> (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>) {
  %0 = math.exp %x : tensor<?x3xf64>
  %1 = math.exp2 %x : tensor<?x3xf64>
  %2 = math.expm1 %x : tensor<?x3xf64>
  return %0, %1, %2 :
      tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>
}
