// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-run %s --entry=dmax --arg x=[1,2,3,3,-0.0,0] --arg y=[2,1,3,3,0,-0.0] --arg n=[1,1,1,1,1,1] --arg m=[1,1,1,1,1,1] --arg grad_output=[1,2,3,4,5,6] --print=1 --print=2 | FileCheck %s --check-prefix=MAX
// RUN: emb-run %s --entry=dmin --arg x=[1,2,3,3,-0.0,0] --arg y=[2,1,3,3,0,-0.0] --arg n=[1,1,1,1,1,1] --arg m=[1,1,1,1,1,1] --arg grad_output=[1,2,3,4,5,6] --print=1 --print=2 | FileCheck %s --check-prefix=MIN
// RUN: emb-run %s --entry=dmax --arg x=[1,2,1,2] --arg y=[2,1,2,1] --arg n=[0,1,0,1] --arg m=[1,0,0,1] --arg grad_output=[1,2,3,4] --print=1 --print=2 | FileCheck %s --check-prefix=NAN
// RUN: emb-run %s --entry=dmin --arg x=[2,1,2,2] --arg y=[1,2,1,3] --arg n=[0,1,0,1] --arg m=[1,0,0,1] --arg grad_output=[1,2,3,4] --print=1 --print=2 | FileCheck %s --check-prefix=NAN

// The larger operand gets the gradient, the first one where they are equal
// (also where only their zeros differ).

emb.gradient @dmaximumf of @test_maximumf wrt("x", "y") seeded

// CHECK-LABEL: func.func @dmaximumf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[Y:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK-NEXT:    %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT:    %[[R:.*]] = arith.maximumf %[[X]], %[[Y]] : f64
// CHECK-NEXT:    %[[LARGER:.*]] = arith.cmpf oge, %[[X]], %[[Y]] : f64
// CHECK-NEXT:    %[[ISNAN:.*]] = arith.cmpf uno, %[[X]], %[[X]] : f64
// CHECK-NEXT:    %[[FIRST:.*]] = arith.ori %[[LARGER]], %[[ISNAN]] : i1
// CHECK-NEXT:    %[[DX:.*]] = arith.select %[[FIRST]], %[[G]], %[[ZERO]] : f64
// CHECK-NEXT:    %[[DY:.*]] = arith.select %[[FIRST]], %[[ZERO]], %[[G]] : f64
// CHECK-NEXT:    return %[[R]], %[[DX]], %[[DY]]
func.func @test_maximumf(%x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y"}) -> f64 {
  %0 = arith.maximumf %x, %y : f64
  return %0 : f64
}

emb.gradient @dminimumf of @test_minimumf wrt("x", "y") seeded

// CHECK-LABEL: func.func @dminimumf(
// CHECK-SAME:    %[[X:[^:]*]]: f64 {{.*}}, %[[Y:[^:]*]]: f64 {{.*}}, %[[G:[^:]*]]: f64
// CHECK:         arith.cmpf ole, %[[X]], %[[Y]] : f64
// CHECK-NEXT:    arith.cmpf uno, %[[X]], %[[X]] : f64
func.func @test_minimumf(%x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y"}) -> f64 {
  %0 = arith.minimumf %x, %y : f64
  return %0 : f64
}

// MAX:      1: 6xf64
// MAX-NEXT: [0, 2, 3, 4, 5, 6]
// MAX-NEXT: 2: 6xf64
// MAX-NEXT: [1, 0, 0, 0, 0, 0]

// MIN:      1: 6xf64
// MIN-NEXT: [1, 0, 3, 4, 5, 6]
// MIN-NEXT: 2: 6xf64
// MIN-NEXT: [0, 2, 0, 0, 0, 0]

// n / n is 1 or NaN: the gradient goes where the NaN came from, the first of two.

// NAN:      1: 4xf64
// NAN-NEXT: [1, 0, 3, 4]
// NAN-NEXT: 2: 4xf64
// NAN-NEXT: [0, 2, 0, 0]

emb.gradient @dmax of @max wrt("x", "y") seeded
emb.gradient @dmin of @min wrt("x", "y") seeded

// CHECK-LABEL: func.func @dmax(
// CHECK-NOT:     arith.constant dense
// CHECK:         return
func.func @max(%x: tensor<?xf64> {emb.name = "x", check.shape = [6]},
               %y: tensor<?xf64> {emb.name = "y", check.shape = [6]},
               %n: tensor<?xf64> {emb.name = "n", check.shape = [6]},
               %m: tensor<?xf64> {emb.name = "m", check.shape = [6]}) -> tensor<?xf64> {
  %0 = arith.divf %n, %n : tensor<?xf64>
  %1 = arith.divf %m, %m : tensor<?xf64>
  %2 = arith.addf %x, %0 : tensor<?xf64>
  %3 = arith.addf %y, %1 : tensor<?xf64>
  %4 = arith.maximumf %2, %3 : tensor<?xf64>
  return %4 : tensor<?xf64>
}

func.func @min(%x: tensor<?xf64> {emb.name = "x", check.shape = [6]},
               %y: tensor<?xf64> {emb.name = "y", check.shape = [6]},
               %n: tensor<?xf64> {emb.name = "n", check.shape = [6]},
               %m: tensor<?xf64> {emb.name = "m", check.shape = [6]}) -> tensor<?xf64> {
  %0 = arith.divf %n, %n : tensor<?xf64>
  %1 = arith.divf %m, %m : tensor<?xf64>
  %2 = arith.addf %x, %0 : tensor<?xf64>
  %3 = arith.addf %y, %1 : tensor<?xf64>
  %4 = arith.minimumf %2, %3 : tensor<?xf64>
  return %4 : tensor<?xf64>
}

// A constant gets no code.

emb.gradient @drelu of @relu wrt("x") seeded

// CHECK-LABEL: func.func @drelu(
// CHECK-COUNT-1: arith.select
// CHECK-NOT:     arith.select
// CHECK:         return
func.func @relu(%x: f64 {emb.name = "x"}) -> f64 {
  %c = arith.constant 0.0 : f64
  %0 = arith.maximumf %x, %c : f64
  return %0 : f64
}
