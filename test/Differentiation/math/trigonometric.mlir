// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @dsin of @test_sin wrt("x")
emb.gradient @ddsin of @dsin wrt("x") seeded

// CHECK-LABEL: func.func @dsin(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[Y:.*]] = math.sin %[[X]] : f64
// CHECK-NEXT:    %[[D:.*]] = math.cos %[[X]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_sin(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.sin %x : f64
  return %0 : f64
}

emb.gradient @dcos of @test_cos wrt("x")
emb.gradient @ddcos of @dcos wrt("x") seeded

// CHECK-LABEL: func.func @dcos(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[Y:.*]] = math.cos %[[X]] : f64
// CHECK-NEXT:    %[[SIN:.*]] = math.sin %[[X]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.negf %[[SIN]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_cos(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.cos %x : f64
  return %0 : f64
}

emb.gradient @dtan of @test_tan wrt("x")
emb.gradient @ddtan of @dtan wrt("x") seeded

// CHECK-LABEL: func.func @dtan(
// CHECK-SAME:    %[[X:[^:]*]]: f64
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1.000000e+00 : f64
// CHECK-NEXT:    %[[Y:.*]] = math.tan %[[X]] : f64
// CHECK-NEXT:    %[[SQUARE:.*]] = arith.mulf %[[Y]], %[[Y]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.addf %[[SQUARE]], %[[ONE]] : f64
// CHECK-NEXT:    return %[[Y]], %[[D]]
func.func @test_tan(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = math.tan %x : f64
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
  %0 = math.sin %x : tensor<?x3xf64>
  %1 = math.cos %x : tensor<?x3xf64>
  %2 = math.tan %x : tensor<?x3xf64>
  return %0, %1, %2 :
      tensor<?x3xf64>, tensor<?x3xf64>, tensor<?x3xf64>
}

// Two results.

emb.gradient @dsincos of @test_sincos wrt("x") seeded
emb.gradient @dproduct of @product wrt("x")

// CHECK-LABEL: func.func @dsincos(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{[^,]*}}, %[[GS:[^:]*]]: f64 {{[^,]*}}, %[[GC:[^:]*]]: f64
// CHECK-NEXT:    %[[SIN:.*]], %[[COS:.*]] = math.sincos %[[X]] : f64
// CHECK-NEXT:    %[[DS:.*]] = arith.mulf %[[GS]], %[[COS]] : f64
// CHECK-NEXT:    %[[DC:.*]] = arith.mulf %[[GC]], %[[SIN]] : f64
// CHECK-NEXT:    %[[NEG:.*]] = arith.negf %[[DC]] : f64
// CHECK-NEXT:    %[[D:.*]] = arith.addf %[[DS]], %[[NEG]] : f64
// CHECK-NEXT:    return %[[SIN]], %[[COS]], %[[D]]
func.func @test_sincos(%x: f64 {emb.name = "x"}) -> (f64, f64) {
  %0, %1 = math.sincos %x : f64
  return %0, %1 : f64, f64
}

func.func @product(%x: f64 {emb.name = "x"}) -> f64 {
  %0, %1 = math.sincos %x : f64
  %2 = arith.mulf %0, %1 : f64
  return %2 : f64
}

// Only one of them is differentiated.

emb.gradient @dcosine of @cosine wrt("x")

// CHECK-LABEL: func.func @dcosine(
// CHECK-NOT:     arith.mulf
// CHECK:         arith.negf
// CHECK-NEXT:    return
func.func @cosine(%x: f64 {emb.name = "x"}) -> f64 {
  %0, %1 = math.sincos %x : f64
  return %1 : f64
}
