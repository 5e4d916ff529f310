// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-run %s --entry=dtensors --arg x=[-3,-3,0,2,2,-0.0] --arg s=[1,-1,-1,-0.0,4,3] --arg grad_output=[1,2,3,4,5,6] --print=0 --print=1 | FileCheck %s --check-prefix=VALUES

// The sign has no gradient.

emb.gradient @dsign of @sign wrt("x", "s") seeded

// CHECK-LABEL: func.func @dsign(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[S:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[R:.*]] = math.copysign %[[X]], %[[S]] : f64
// CHECK-NEXT:    %[[TURNED:.*]] = arith.cmpf une, %[[R]], %[[X]] : f64
// CHECK-NEXT:    %[[ISZERO:.*]] = arith.cmpf oeq, %[[X]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[NEG:.*]] = arith.negf %[[G]] : f64
// CHECK-NEXT:    %[[SIGNED:.*]] = arith.select %[[TURNED]], %[[NEG]], %[[G]] : f64
// CHECK-NEXT:    %[[DX:.*]] = arith.select %[[ISZERO]], %[[ZERO]], %[[SIGNED]] : f64
// CHECK-NEXT:    return %[[R]], %[[DX]], %[[ZERO]]
func.func @sign(%x: f64 {emb.name = "x"}, %s: f64 {emb.name = "s"}) -> f64 {
  %0 = math.copysign %x, %s : f64
  return %0 : f64
}

// Nothing on the way of a sign needs a rule.

emb.gradient @dbits of @bits wrt("s") seeded

// CHECK-LABEL: func.func @dbits(
// CHECK:         %[[ZERO:.*]] = arith.constant 0.000000e+00 : f16
// CHECK:         return %{{.*}}, %[[ZERO]]
func.func @bits(%x: f16, %s: f16 {emb.name = "s"}) -> bf16 {
  %0 = math.copysign %x, %s : f16
  %1 = arith.bitcast %0 : f16 to bf16
  return %1 : bf16
}

// VALUES:      0: 6xf64
// VALUES-NEXT: [3, -3, -0, -2, 2, 0]
// VALUES-NEXT: 1: 6xf64
// VALUES-NEXT: [-1, 2, 0, -4, 5, 0]

emb.gradient @dtensors of @tensors wrt("x", "s") seeded

// CHECK-LABEL: func.func @dtensors(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @tensors(
    %x: tensor<?xf64> {emb.name = "x", check.values = dense<[0.5, -0.5, 1.5, -1.5]> : tensor<4xf64>},
    %s: tensor<?xf64> {emb.name = "s", check.values = dense<[1.0, 1.0, -1.0, -1.0]> : tensor<4xf64>}) -> tensor<?xf64> {
  %0 = math.copysign %x, %s : tensor<?xf64>
  return %0 : tensor<?xf64>
}
