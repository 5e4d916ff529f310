// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-run %s --entry=delements --arg x=[1,2,3] --arg y=[4,5,6] --arg c=[1,0,1] --arg grad_output=[7,8,9] --print=0 --print=1 --print=2 | FileCheck %s --check-prefix=ELEMENTS
// RUN: emb-run %s --entry=dwhole --arg x=[1,2,3] --arg y=[4,5,6] --arg c=0 --arg grad_output=[7,8,9] --print=0 --print=1 --print=2 | FileCheck %s --check-prefix=WHOLE

emb.gradient @dscalar of @scalar wrt("x", "y") seeded

// CHECK-LABEL: func.func @dscalar(
// CHECK-SAME:    %[[C:[^:]*]]: i1, %[[X:[^:]*]]: f64 {{.*}}, %[[Y:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[R:.*]] = arith.select %[[C]], %[[X]], %[[Y]] : f64
// CHECK-NEXT:    %[[DX:.*]] = arith.select %[[C]], %[[G]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[DY:.*]] = arith.select %[[C]], %[[ZERO]], %[[G]] : f64
// CHECK-NEXT:    return %[[R]], %[[DX]], %[[DY]]
func.func @scalar(%c: i1, %x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y"}) -> f64 {
  %0 = arith.select %c, %x, %y : f64
  return %0 : f64
}

// A condition for each element.

emb.gradient @delements of @elements wrt("x", "y") seeded

// CHECK-LABEL: func.func @delements(
// CHECK-SAME:    %[[C:[^:]*]]: tensor<?xi1>
// CHECK-NOT:     arith.constant dense
// CHECK-COUNT-3: arith.select %[[C]], {{.*}} : tensor<?xi1>, tensor<?xf64>
// CHECK-NEXT:    return
// ELEMENTS:      0: 3xf64
// ELEMENTS-NEXT: [1, 5, 3]
// ELEMENTS-NEXT: 1: 3xf64
// ELEMENTS-NEXT: [7, 0, 9]
// ELEMENTS-NEXT: 2: 3xf64
// ELEMENTS-NEXT: [0, 8, 0]
func.func @elements(%c: tensor<?xi1> {emb.name = "c", check.values = dense<[true, false, true]> : tensor<3xi1>},
                    %x: tensor<?xf64> {emb.name = "x", check.shape = [3]},
                    %y: tensor<?xf64> {emb.name = "y", check.shape = [3]}) -> tensor<?xf64> {
  %0 = arith.select %c, %x, %y : tensor<?xi1>, tensor<?xf64>
  return %0 : tensor<?xf64>
}

// One condition for the whole tensor.

emb.gradient @dwhole of @whole wrt("x", "y") seeded

// CHECK-LABEL: func.func @dwhole(
// CHECK-SAME:    %[[C:[^:]*]]: i1
// CHECK-COUNT-3: arith.select %[[C]], {{.*}} : tensor<?xf64>
// CHECK-NEXT:    return
// WHOLE:      0: 3xf64
// WHOLE-NEXT: [4, 5, 6]
// WHOLE-NEXT: 1: 3xf64
// WHOLE-NEXT: [0, 0, 0]
// WHOLE-NEXT: 2: 3xf64
// WHOLE-NEXT: [7, 8, 9]
func.func @whole(%c: i1 {emb.name = "c"},
                 %x: tensor<?xf64> {emb.name = "x", check.shape = [3]},
                 %y: tensor<?xf64> {emb.name = "y", check.shape = [3]}) -> tensor<?xf64> {
  %0 = arith.select %c, %x, %y : tensor<?xf64>
  return %0 : tensor<?xf64>
}

// The condition depends on x, without a gradient. The log of the other side is
// NaN where x < 0.

emb.gradient @dguarded of @guarded wrt("x") seeded
emb.gradient @ddguarded of @dguarded wrt("x") seeded

// CHECK-LABEL: func.func @dguarded(
// CHECK-COUNT-1: arith.cmpf
// CHECK-NOT:     arith.cmpf
// CHECK:         return
func.func @guarded(%x: tensor<2xf64> {emb.name = "x", check.values = dense<[-0.75, 0.5]> : tensor<2xf64>}) -> tensor<2xf64> {
  %one = arith.constant dense<1.0> : tensor<2xf64>
  %0 = arith.cmpf ogt, %x, %one : tensor<2xf64>
  %1 = arith.select %0, %x, %one : tensor<2xi1>, tensor<2xf64>
  %2 = math.log %1 : tensor<2xf64>
  %3 = math.exp %x : tensor<2xf64>
  %4 = arith.select %0, %2, %3 : tensor<2xi1>, tensor<2xf64>
  return %4 : tensor<2xf64>
}

// The side that is constant gets no code.

emb.gradient @dconstant of @constant wrt("x") seeded

// CHECK-LABEL: func.func @dconstant(
// CHECK-COUNT-2: arith.select
// CHECK-NOT:     arith.select
// CHECK:         return
func.func @constant(%c: i1, %x: f64 {emb.name = "x"}, %y: f64) -> f64 {
  %0 = arith.select %c, %x, %y : f64
  return %0 : f64
}
