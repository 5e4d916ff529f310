// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Gradients of gradients: adjoints are linalg operations too.

emb.gradient @dchain of @chain wrt("a", "b", "c")
emb.gradient @ddchain of @dchain wrt("a", "b", "c") seeded

// CHECK-LABEL: func.func @dchain(
// CHECK-COUNT-6: linalg.matmul
// CHECK-LABEL: func.func @ddchain(
// CHECK-COUNT-12: linalg.matmul
// CHECK:         return
func.func @chain(%a: tensor<3x4xf64> {emb.name = "a"}, %b: tensor<4x2xf64> {emb.name = "b"}, %c: tensor<2x5xf64> {emb.name = "c"}) -> tensor<f64> {
  %z0 = arith.constant dense<0.0> : tensor<3x2xf64>
  %z1 = arith.constant dense<0.0> : tensor<3x5xf64>
  %z2 = arith.constant dense<0.0> : tensor<f64>
  %0 = linalg.matmul ins(%a, %b : tensor<3x4xf64>, tensor<4x2xf64>) outs(%z0 : tensor<3x2xf64>) -> tensor<3x2xf64>
  %1 = linalg.tanh ins(%0 : tensor<3x2xf64>) outs(%z0 : tensor<3x2xf64>) -> tensor<3x2xf64>
  %2 = linalg.matmul ins(%1, %c : tensor<3x2xf64>, tensor<2x5xf64>) outs(%z1 : tensor<3x5xf64>) -> tensor<3x5xf64>
  %3 = linalg.square ins(%2 : tensor<3x5xf64>) outs(%z1 : tensor<3x5xf64>) -> tensor<3x5xf64>
  %4 = linalg.reduce {arith.addf} ins(%3 : tensor<3x5xf64>) outs(%z2 : tensor<f64>) dimensions = [0, 1]
  return %4 : tensor<f64>
}

// Through a maximum: the winners stay who they are.

emb.gradient @dmax of @max wrt("a", "s")
emb.gradient @ddmax of @dmax wrt("a", "s") seeded

// CHECK-LABEL: func.func @dmax(
// CHECK-COUNT-1: arith.minsi
// CHECK-LABEL: func.func @ddmax(
func.func @max(%a: tensor<3x4xf64> {emb.name = "a"}, %s: f64 {emb.name = "s"}) -> tensor<f64> {
  %low = arith.constant dense<-10.0> : tensor<3xf64>
  %zero = arith.constant dense<0.0> : tensor<f64>
  %m = linalg.reduce ins(%a : tensor<3x4xf64>) outs(%low : tensor<3xf64>) dimensions = [1]
    (%x: f64, %o: f64) {
      %0 = arith.mulf %x, %s : f64
      %1 = math.sin %0 : f64
      %2 = arith.maximumf %1, %o : f64
      linalg.yield %2 : f64
    }
  %y = linalg.reduce ins(%m : tensor<3xf64>) outs(%zero : tensor<f64>) dimensions = [0]
    (%x: f64, %o: f64) {
      %0 = arith.mulf %x, %x : f64
      %1 = arith.mulf %0, %x : f64
      %2 = arith.subf %o, %1 : f64
      linalg.yield %2 : f64
    }
  return %y : tensor<f64>
}
