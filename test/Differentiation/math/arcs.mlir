// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @dasin of @test_asin wrt("x")
emb.gradient @ddasin of @dasin wrt("x") seeded

// CHECK-LABEL: func.func @dasin(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.asin %[[X]] : f64
// CHECK-NEXT:    %[[LESS:.*]] = arith.subf %[[ONE]], %[[X]] : f64
// CHECK-NEXT:    %[[MORE:.*]] = arith.addf %[[X]], %[[ONE]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[LESS]], %[[MORE]] : f64
// CHECK-NEXT:    %[[LEG:.*]] = math.sqrt %[[SQUARE]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[LEG]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_asin(%x: f64 {emb.name = "x", check.range = [-0.75, 0.75]}) -> f64 {
  %0 = math.asin %x : f64
  return %0 : f64
}

emb.gradient @dacos of @test_acos wrt("x")
emb.gradient @ddacos of @dacos wrt("x") seeded

// CHECK-LABEL: func.func @dacos(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.acos %[[X]] : f64
// CHECK-NEXT:    %[[LESS:.*]] = arith.subf %[[ONE]], %[[X]] : f64
// CHECK-NEXT:    %[[MORE:.*]] = arith.addf %[[X]], %[[ONE]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[LESS]], %[[MORE]] : f64
// CHECK-NEXT:    %[[LEG:.*]] = math.sqrt %[[SQUARE]] : f64
// CHECK-NEXT:    %[[QUOTIENT:.*]] = arith.divf %[[ONE]], %[[LEG]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.negf %[[QUOTIENT]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_acos(%x: f64 {emb.name = "x", check.range = [-0.75, 0.75]}) -> f64 {
  %0 = math.acos %x : f64
  return %0 : f64
}

emb.gradient @datan of @test_atan wrt("x")
emb.gradient @ddatan of @datan wrt("x") seeded

// CHECK-LABEL: func.func @datan(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.atan %[[X]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[X]], %[[X]] : f64
// CHECK-NEXT:    %[[SUM:.*]] = arith.addf %[[SQUARE]], %[[ONE]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[SUM]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_atan(%x: f64 {emb.name = "x", check.range = [-2.0, 2.0]}) -> f64 {
  %0 = math.atan %x : f64
  return %0 : f64
}

// The same on tensors; constants are filled in at run time.

emb.gradient @dtensors of @tensors wrt("x") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3], check.range = [-0.75, 0.75]})
    -> (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>) {
  %0 = math.asin %x : tensor<?x3xf64>
  %1 = math.acos %x : tensor<?x3xf64>
  %2 = math.atan %x : tensor<?x3xf64>
  return %0, %1, %2 :
      tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>
}

// In all four quadrants.

emb.gradient @datan2 of @test_atan2 wrt("y", "x") seeded
emb.gradient @ddatan2 of @datan2 wrt("y", "x") seeded

// CHECK-LABEL: func.func @datan2(
// CHECK-SAME:    %[[Y:[^:]*]]: tensor<4xf64> {{.*}}, %[[X:[^:]*]]: tensor<4xf64> {{.*}}, %[[G:[^:]*]]: tensor<4xf64>
// CHECK-NEXT:    %[[R:.*]] = math.atan2 %[[Y]], %[[X]]
// CHECK-NEXT:    %[[YY:.*]] = arith.mulf %[[Y]], %[[Y]]
// CHECK-NEXT:    %[[XX:.*]] = arith.mulf %[[X]], %[[X]]
// CHECK-NEXT:    %[[SUM:.*]] = arith.addf %[[YY]], %[[XX]]
// CHECK-NEXT:    %[[FY:.*]] = arith.divf %[[X]], %[[SUM]]
// CHECK-NEXT:    %[[DY:.*]] = arith.mulf %[[G]], %[[FY]]
// CHECK-NEXT:    %[[FX:.*]] = arith.divf %[[Y]], %[[SUM]]
// CHECK-NEXT:    %[[GX:.*]] = arith.mulf %[[G]], %[[FX]]
// CHECK-NEXT:    %[[DX:.*]] = arith.negf %[[GX]]
// CHECK-NEXT:    return %[[R]], %[[DY]], %[[DX]]
func.func @test_atan2(
    %y: tensor<4xf64> {emb.name = "y", check.values = dense<[1.0, 0.75, -0.5, -2.0]> : tensor<4xf64>},
    %x: tensor<4xf64> {emb.name = "x", check.values = dense<[0.5, -1.0, -0.75, 1.5]> : tensor<4xf64>})
    -> tensor<4xf64> {
  %0 = math.atan2 %y, %x : tensor<4xf64>
  return %0 : tensor<4xf64>
}
