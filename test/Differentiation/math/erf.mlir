// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @derf of @test_erf wrt("x")
emb.gradient @dderf of @derf wrt("x") seeded

// CHECK-LABEL: func.func @derf(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[C:.*]] = arith.constant 1.1283791670955126 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.erf %[[X]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[X]], %[[X]] : f64
// CHECK-NEXT:    %[[NEG:.*]] = arith.negf %[[SQUARE]] : f64
// CHECK-NEXT:    %[[EXP:.*]] = math.exp %[[NEG]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.mulf %[[EXP]], %[[C]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_erf(%x: f64 {emb.name = "x", check.range = [-2.0, 2.0]}) -> f64 {
  %0 = math.erf %x : f64
  return %0 : f64
}

emb.gradient @derfc of @test_erfc wrt("x")
emb.gradient @dderfc of @derfc wrt("x") seeded

// CHECK-LABEL: func.func @derfc(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[C:.*]] = arith.constant 1.1283791670955126 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.erfc %[[X]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[X]], %[[X]] : f64
// CHECK-NEXT:    %[[NEG:.*]] = arith.negf %[[SQUARE]] : f64
// CHECK-NEXT:    %[[EXP:.*]] = math.exp %[[NEG]] : f64
// CHECK-NEXT:    %[[SLOPE:.*]] = arith.mulf %[[EXP]], %[[C]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.negf %[[SLOPE]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_erfc(%x: f64 {emb.name = "x", check.range = [-2.0, 2.0]}) -> f64 {
  %0 = math.erfc %x : f64
  return %0 : f64
}

// The same on tensors; constants are filled in at run time.

emb.gradient @dtensors of @tensors wrt("x") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]})
    -> (tensor<?x3xf64>, tensor<?x3xf64>) {
  %0 = math.erf %x : tensor<?x3xf64>
  %1 = math.erfc %x : tensor<?x3xf64>
  return %0, %1 :
      tensor<?x3xf64>, tensor<?x3xf64>
}
