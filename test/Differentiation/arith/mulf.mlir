// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @dmulf of @mulf wrt("x", "y")
emb.gradient @ddmulf of @dmulf wrt("x", "y") seeded

// CHECK-LABEL: func.func @dmulf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[Y:[^:]*]]: f64
// CHECK-NEXT:    %[[R:.*]] = arith.mulf %[[X]], %[[Y]] : f64
// CHECK-NEXT:    return %[[R]], %[[Y]], %[[X]]
func.func @mulf(%x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y"}) -> f64 {
  %0 = arith.mulf %x, %y : f64
  return %0 : f64
}

// Its second derivative: what arrives at the product, and at the gradients of
// the other operand.

// CHECK-LABEL: func.func @ddmulf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[Y:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64 {{.*}}, %[[GX:[^:]*]]: f64 {{.*}}, %[[GY:[^:]*]]: f64
// CHECK-NEXT:    %[[R:.*]] = arith.mulf %[[X]], %[[Y]] : f64
// CHECK-NEXT:    %[[TX:.*]] = arith.mulf %[[G]], %[[Y]] : f64
// CHECK-NEXT:    %[[DX:.*]] = arith.addf %[[GY]], %[[TX]] : f64
// CHECK-NEXT:    %[[TY:.*]] = arith.mulf %[[G]], %[[X]] : f64
// CHECK-NEXT:    %[[DY:.*]] = arith.addf %[[GX]], %[[TY]] : f64
// CHECK-NEXT:    return %[[R]], %[[Y]], %[[X]], %[[DX]], %[[DY]]

emb.gradient @dtensors of @tensors wrt("x", "y") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<2x3xf64> {{.*}}, %[[Y:[^:]*]]: tensor<2x3xf64> {{.*}}, %[[G:[^:]*]]: tensor<2x3xf64>
// CHECK-NEXT:    %[[R:.*]] = arith.mulf %[[X]], %[[Y]]
// CHECK-NEXT:    %[[DX:.*]] = arith.mulf %[[G]], %[[Y]]
// CHECK-NEXT:    %[[DY:.*]] = arith.mulf %[[G]], %[[X]]
// CHECK-NEXT:    return %[[R]], %[[DX]], %[[DY]]
func.func @tensors(%x: tensor<2x3xf64> {emb.name = "x"},
                   %y: tensor<2x3xf64> {emb.name = "y"}) -> tensor<2x3xf64> {
  %0 = arith.mulf %x, %y : tensor<2x3xf64>
  return %0 : tensor<2x3xf64>
}

// x^3: the square is an operand that is used twice.

emb.gradient @dcube of @cube wrt("x")
emb.gradient @ddcube of @dcube wrt("x") seeded

func.func @cube(%x: f64 {emb.name = "x"}) -> f64 {
  %0 = arith.mulf %x, %x : f64
  %1 = arith.mulf %0, %x : f64
  return %1 : f64
}

// A constant gets no code.

emb.gradient @dconstant of @constant wrt("x") seeded

// CHECK-LABEL: func.func @dconstant(
// CHECK-COUNT-2: arith.mulf
// CHECK-NOT:     arith.mulf
// CHECK:         return
func.func @constant(%x: f64 {emb.name = "x"}, %c: f64) -> f64 {
  %0 = arith.mulf %x, %c : f64
  return %0 : f64
}
