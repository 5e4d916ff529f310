// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-run %s --entry=dnarrow --arg x=0.75 --arg grad_output=3 --print=1 | FileCheck %s --check-prefix=NARROW
// RUN: emb-run %s --entry=dhalf --arg x=[0.75,-2] --arg grad_output=[0.1,70000] --print=1 | FileCheck %s --check-prefix=HALF
// RUN: emb-run %s --entry=dbf16 --arg x=[0.75,-2] --arg grad_output=[0.1,70000] --print=1 | FileCheck %s --check-prefix=BF16

// The gradient of the operand has the operand's type.

emb.gradient @dwiden of @widen wrt("x") seeded

// CHECK-LABEL: func.func @dwiden(
// CHECK-SAME:    %[[X:[^:]*]]: f32 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[R:.*]] = arith.extf %[[X]] : f32 to f64
// CHECK-NEXT:    %[[DX:.*]] = arith.truncf %[[G]] : f64 to f32
// CHECK-NEXT:    return %[[R]], %[[DX]]
func.func @widen(%x: f32 {emb.name = "x"}) -> f64 {
  %0 = arith.extf %x : f32 to f64
  return %0 : f64
}

// Differences of the rounded result say nothing: 2^-13 is a step of f32, so
// that there is nothing to round.

emb.gradient @dnarrow of @narrow wrt("x") seeded

// CHECK-LABEL: func.func @dnarrow(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f32
// CHECK-NEXT:    %[[R:.*]] = arith.truncf %[[X]] : f64 to f32
// CHECK-NEXT:    %[[DX:.*]] = arith.extf %[[G]] : f32 to f64
// CHECK-NEXT:    return %[[R]], %[[DX]]
// NARROW:      1: f64
// NARROW-NEXT: 3
func.func @narrow(%x: f64 {emb.name = "x", check.values = 0.75 : f64}) -> f32 {
  %0 = arith.truncf %x : f64 to f32
  return %0 : f32
}

// A loop of f64 inside of f16: the gradient is rounded to f16 on the way back,
// and 70000 is too large for it.

emb.gradient @dhalf of @half wrt("x") seeded

// CHECK-LABEL: func.func @dhalf(
// CHECK-NOT:     arith.constant dense
// CHECK:         %[[DX:.*]] = arith.truncf %{{.*}} : tensor<?xf64> to tensor<?xf16>
// CHECK-NEXT:    return %{{.*}}, %[[DX]]
// HALF:      1: 2xf16
// HALF-NEXT: [0.0999756, inf]
func.func @half(%x: tensor<?xf16> {emb.name = "x", check.values = dense<[0.75, -2.0]> : tensor<2xf16>}) -> tensor<?xf64> {
  %0 = arith.extf %x : tensor<?xf16> to tensor<?xf64>
  return %0 : tensor<?xf64>
}

emb.gradient @dbf16 of @bf16 wrt("x") seeded

// CHECK-LABEL: func.func @dbf16(
// CHECK:         %[[DX:.*]] = arith.truncf %{{.*}} : tensor<?xf32> to tensor<?xbf16>
// CHECK-NEXT:    return %{{.*}}, %[[DX]]
// BF16:      1: 2xbf16
// BF16-NEXT: [0.100098, 70144]
func.func @bf16(%x: tensor<?xbf16> {emb.name = "x", check.values = dense<[0.75, -2.0]> : tensor<2xbf16>}) -> tensor<?xf32> {
  %0 = arith.extf %x : tensor<?xbf16> to tensor<?xf32>
  return %0 : tensor<?xf32>
}

// Integers have no gradient: nothing passes by way of them.

emb.gradient @dinteger of @integer wrt("x") seeded

// CHECK-LABEL: func.func @dinteger(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[I:[^:]*]]: i64, %[[G:[^:]*]]: f64
// CHECK:         %[[FLOAT:.*]] = arith.sitofp
// CHECK-NEXT:    %[[PRODUCT:.*]] = arith.mulf %[[X]], %[[FLOAT]]
// CHECK-NEXT:    %[[DX:.*]] = arith.mulf %[[G]], %[[FLOAT]]
// CHECK-NEXT:    return %[[PRODUCT]], %[[DX]]
func.func @integer(%x: f64 {emb.name = "x", check.values = 2.75 : f64}, %i: i64) -> f64 {
  %0 = arith.fptosi %x : f64 to i64
  %1 = arith.addi %0, %i : i64
  %2 = arith.sitofp %1 : i64 to f64
  %3 = arith.mulf %x, %2 : f64
  return %3 : f64
}
