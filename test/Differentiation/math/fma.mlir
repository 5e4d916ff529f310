// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

emb.gradient @dfma of @test_fma wrt("a", "b", "c") seeded
emb.gradient @ddfma of @dfma wrt("a", "b", "c", "grad_output") seeded

// CHECK-LABEL: func.func @dfma(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<?xf64> {{.*}}, %[[B:[^:]*]]: tensor<?xf64> {{.*}}, %[[C:[^:]*]]: tensor<?xf64> {{.*}}, %[[G:[^:]*]]: tensor<?xf64>
// CHECK-NEXT:    %[[R:.*]] = math.fma %[[A]], %[[B]], %[[C]]
// CHECK-NEXT:    %[[DA:.*]] = arith.mulf %[[G]], %[[B]]
// CHECK-NEXT:    %[[DB:.*]] = arith.mulf %[[G]], %[[A]]
// CHECK-NEXT:    return %[[R]], %[[DA]], %[[DB]], %[[G]]
func.func @test_fma(%a: tensor<?xf64> {emb.name = "a", check.shape = [4]},
                    %b: tensor<?xf64> {emb.name = "b", check.shape = [4]},
                    %c: tensor<?xf64> {emb.name = "c", check.shape = [4]}) -> tensor<?xf64> {
  %0 = math.fma %a, %b, %c : tensor<?xf64>
  return %0 : tensor<?xf64>
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
