// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @dfma of @test_fma wrt("a", "b", "c") seeded
emb.gradient @ddfma of @dfma wrt("a", "b", "c", "grad_output") seeded

// CHECK-LABEL: func.func @dfma(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<4xf64> {{.*}}, %[[B:[^:]*]]: tensor<4xf64> {{.*}}, %[[C:[^:]*]]: tensor<4xf64> {{.*}}, %[[G:[^:]*]]: tensor<4xf64>
// CHECK-NEXT:    %[[R:.*]] = math.fma %[[A]], %[[B]], %[[C]]
// CHECK-NEXT:    %[[DA:.*]] = arith.mulf %[[G]], %[[B]]
// CHECK-NEXT:    %[[DB:.*]] = arith.mulf %[[G]], %[[A]]
// CHECK-NEXT:    return %[[R]], %[[DA]], %[[DB]], %[[G]]
func.func @test_fma(%a: tensor<4xf64> {emb.name = "a"},
                    %b: tensor<4xf64> {emb.name = "b"},
                    %c: tensor<4xf64> {emb.name = "c"}) -> tensor<4xf64> {
  %0 = math.fma %a, %b, %c : tensor<4xf64>
  return %0 : tensor<4xf64>
}

// Constant factors get no code.

emb.gradient @dsum of @sum wrt("c") seeded

// CHECK-LABEL: func.func @dsum(
// CHECK-NOT:     arith.mulf
// CHECK:         return
func.func @sum(%a: f64, %b: f64, %c: f64 {emb.name = "c"}) -> f64 {
  %0 = math.fma %a, %b, %c : f64
  return %0 : f64
}
