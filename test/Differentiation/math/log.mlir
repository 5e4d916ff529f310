// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @dlog of @test_log wrt("x")
emb.gradient @ddlog of @dlog wrt("x") seeded

// CHECK-LABEL: func.func @dlog(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.log %[[X]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[X]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_log(%x: f64 {emb.name = "x", check.range = [0.5, 2.0]}) -> f64 {
  %0 = math.log %x : f64
  return %0 : f64
}

emb.gradient @dlog2 of @test_log2 wrt("x")
emb.gradient @ddlog2 of @dlog2 wrt("x") seeded

// CHECK-LABEL: func.func @dlog2(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[LOG:.*]] = arith.constant 0.69314718055994529 : f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.log2 %[[X]] : f64
// CHECK-NEXT:    %[[SCALED:.*]] = arith.mulf %[[X]], %[[LOG]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[SCALED]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_log2(%x: f64 {emb.name = "x", check.range = [0.5, 2.0]}) -> f64 {
  %0 = math.log2 %x : f64
  return %0 : f64
}

emb.gradient @dlog10 of @test_log10 wrt("x")
emb.gradient @ddlog10 of @dlog10 wrt("x") seeded

// CHECK-LABEL: func.func @dlog10(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[LOG:.*]] = arith.constant 2.3025850929940459 : f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.log10 %[[X]] : f64
// CHECK-NEXT:    %[[SCALED:.*]] = arith.mulf %[[X]], %[[LOG]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[SCALED]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_log10(%x: f64 {emb.name = "x", check.range = [0.5, 2.0]}) -> f64 {
  %0 = math.log10 %x : f64
  return %0 : f64
}

emb.gradient @dlog1p of @test_log1p wrt("x")
emb.gradient @ddlog1p of @dlog1p wrt("x") seeded

// CHECK-LABEL: func.func @dlog1p(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.log1p %[[X]] : f64
// CHECK-NEXT:    %[[SUM:.*]] = arith.addf %[[X]], %[[ONE]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.divf %[[ONE]], %[[SUM]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_log1p(%x: f64 {emb.name = "x", check.range = [-0.5, 2.0]}) -> f64 {
  %0 = math.log1p %x : f64
  return %0 : f64
}

// The same on tensors; constants are filled in at run time.

emb.gradient @dtensors of @tensors wrt("x") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3], check.range = [0.5, 2.0]})
    -> (tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>,
        tensor<?x3xf64>) {
  %0 = math.log %x : tensor<?x3xf64>
  %1 = math.log2 %x : tensor<?x3xf64>
  %2 = math.log10 %x : tensor<?x3xf64>
  %3 = math.log1p %x : tensor<?x3xf64>
  return %0, %1, %2, %3 :
      tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>,
      tensor<?x3xf64>
}
