// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @daddf of @addf wrt("x", "y") seeded

// The gradient passes as it is.

// CHECK-LABEL: func.func @daddf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[Y:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[R:.*]] = arith.addf %[[X]], %[[Y]] : f64
// CHECK-NEXT:    return %[[R]], %[[G]], %[[G]]
func.func @addf(%x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y"}) -> f64 {
  %0 = arith.addf %x, %y : f64
  return %0 : f64
}

emb.gradient @dsubf of @subf wrt("x", "y") seeded

// CHECK-LABEL: func.func @dsubf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[Y:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[R:.*]] = arith.subf %[[X]], %[[Y]] : f64
// CHECK-NEXT:    %[[DY:.*]] = arith.negf %[[G]] : f64
// CHECK-NEXT:    return %[[R]], %[[G]], %[[DY]]
func.func @subf(%x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y"}) -> f64 {
  %0 = arith.subf %x, %y : f64
  return %0 : f64
}

emb.gradient @dnegf of @negf wrt("x") seeded

// CHECK-LABEL: func.func @dnegf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[R:.*]] = arith.negf %[[X]] : f64
// CHECK-NEXT:    %[[DX:.*]] = arith.negf %[[G]] : f64
// CHECK-NEXT:    return %[[R]], %[[DX]]
func.func @negf(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = arith.negf %x : f64
  return %0 : f64
}

// An operand that is used twice gets both gradients.

emb.gradient @dtwice of @twice wrt("x") seeded

// CHECK-LABEL: func.func @dtwice(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2x3xf64> {{.*}}, %[[G:[^:]*]]: tensor<2x3xf64>
// CHECK-NEXT:    %[[R:.*]] = arith.addf %[[X]], %[[X]]
// CHECK-NEXT:    %[[DX:.*]] = arith.addf %[[G]], %[[G]]
// CHECK-NEXT:    return %[[R]], %[[DX]]
func.func @twice(%x: tensor<2x3xf64> {emb.name = "x"}) -> tensor<2x3xf64> {
  %0 = arith.addf %x, %x : tensor<2x3xf64>
  return %0 : tensor<2x3xf64>
}

emb.gradient @dtensors of @tensors wrt("x", "y", "z") seeded

func.func @tensors(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [2, 3]},
                   %y: tensor<?x3xf64> {emb.name = "y", check.shape = [2, 3]},
                   %z: tensor<?x3xf64> {emb.name = "z", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %0 = arith.negf %x : tensor<?x3xf64>
  %1 = arith.addf %0, %y : tensor<?x3xf64>
  %2 = arith.subf %1, %z : tensor<?x3xf64>
  return %2 : tensor<?x3xf64>
}

// A constant gets no code.

emb.gradient @dconstant of @constant wrt("x") seeded

// CHECK-LABEL: func.func @dconstant(
// CHECK:         arith.subf
// CHECK-NOT:     arith.negf
// CHECK:         return
func.func @constant(%x: f64 {emb.name = "x"}, %c: f64) -> f64 {
  %0 = arith.subf %x, %c : f64
  return %0 : f64
}

// The gradient of a sum of tables stays a list of sources: the sum of nothing
// but the looked up rows.

emb.gradient @dtables of @tables wrt("s", "t") seeded

// CHECK-LABEL: func.func @dtables(
// CHECK-COUNT-2: emb.scatter_add
// CHECK-NOT:     emb.scatter_add
// CHECK:         return
func.func @tables(%s: tensor<?x2xf64> {emb.name = "s", check.shape = [6, 2]},
                  %t: tensor<?x2xf64> {emb.name = "t", check.shape = [6, 2]},
                  %i: tensor<3xi64>) -> tensor<3x2xf64> {
  %0 = arith.addf %s, %t : tensor<?x2xf64>
  %1 = emb.gather %0[%i] : tensor<?x2xf64>, tensor<3xi64> -> tensor<3x2xf64>
  return %1 : tensor<3x2xf64>
}
