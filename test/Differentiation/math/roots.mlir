// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @dsqrt of @test_sqrt wrt("x")
emb.gradient @ddsqrt of @dsqrt wrt("x") seeded

// CHECK-LABEL: func.func @dsqrt(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.sqrt %[[X]] : f64
// CHECK-NEXT:    %[[TWICE:.*]] = arith.addf %[[Y]], %[[Y]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[TWICE]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_sqrt(%x: f64 {emb.name = "x", check.range = [0.5, 2.0]}) -> f64 {
  %0 = math.sqrt %x : f64
  return %0 : f64
}

emb.gradient @drsqrt of @test_rsqrt wrt("x")
emb.gradient @ddrsqrt of @drsqrt wrt("x") seeded

// CHECK-LABEL: func.func @drsqrt(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[C:.*]] = arith.constant -5.000000e-01 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.rsqrt %[[X]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[Y]], %[[Y]] : f64
// CHECK-NEXT:    %[[CUBE:.*]] = arith.mulf %[[SQUARE]], %[[Y]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.mulf %[[CUBE]], %[[C]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_rsqrt(%x: f64 {emb.name = "x", check.range = [0.5, 2.0]}) -> f64 {
  %0 = math.rsqrt %x : f64
  return %0 : f64
}

// Of negative numbers too.

emb.gradient @dcbrt of @test_cbrt wrt("x")
emb.gradient @ddcbrt of @dcbrt wrt("x") seeded

// CHECK-LABEL: func.func @dcbrt(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[THREE:.*]] = arith.constant 3.000000e+00 : f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.cbrt %[[X]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[Y]], %[[Y]] : f64
// CHECK-NEXT:    %[[TRIPLE:.*]] = arith.mulf %[[SQUARE]], %[[THREE]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[TRIPLE]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_cbrt(%x: f64 {emb.name = "x", check.range = [-2.0, -0.5]}) -> f64 {
  %0 = math.cbrt %x : f64
  return %0 : f64
}

// The same on tensors; constants are filled in at run time.

emb.gradient @dtensors of @tensors wrt("x") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3], check.range = [0.5, 2.0]})
    -> (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>) {
  %0 = math.sqrt %x : tensor<?x3xf64>
  %1 = math.rsqrt %x : tensor<?x3xf64>
  %2 = math.cbrt %x : tensor<?x3xf64>
  return %0, %1, %2 :
      tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>
}
