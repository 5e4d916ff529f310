// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// The region adds to its output: the initial value has the gradient of the
// result, and what is added reads it.

#ij = affine_map<(i, j) -> (i, j)>
#i = affine_map<(i, j) -> (i)>
#j = affine_map<(i, j) -> (j)>
#none = affine_map<(i, j) -> ()>

emb.gradient @dsum of @sum wrt("a", "init") seeded

// CHECK-DAG: #[[$IJ:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[$I:.*]] = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: func.func @dsum(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<3x4xf64> {{.*}}, %[[INIT:[^:]*]]: tensor<3xf64> {{.*}}, %[[G:[^:]*]]: tensor<3xf64>
// CHECK:         %[[Y:.*]] = linalg.generic
// CHECK:         %[[DA:.*]] = linalg.generic {indexing_maps = [#[[$IJ]], #[[$I]], #[[$IJ]]], iterator_types = ["parallel", "parallel"]} ins(%[[A]], %[[G]] :
// CHECK:         return %[[Y]], %[[DA]], %[[G]]
func.func @sum(%a: tensor<3x4xf64> {emb.name = "a"}, %init: tensor<3xf64> {emb.name = "init"}) -> tensor<3xf64> {
  %y = linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<3x4xf64>) outs(%init : tensor<3xf64>) {
  ^bb0(%x: f64, %o: f64):
    %0 = arith.mulf %x, %x : f64
    %1 = arith.addf %0, %o : f64
    linalg.yield %1 : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// A plain sum: the gradient is only spread out.

emb.gradient @dplain of @plain wrt("a") seeded

// CHECK-LABEL: func.func @dplain(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<f64> {emb.name = "grad_output"}
// CHECK:         linalg.generic {{{.*}}iterator_types = ["parallel", "parallel"]} ins(%[[G]] : tensor<f64>)
// CHECK-NEXT:    ^bb0(%[[D:.*]]: f64, %{{.*}}: f64):
// CHECK-NEXT:      linalg.yield %[[D]] : f64
func.func @plain(%a: tensor<3x4xf64> {emb.name = "a"}) -> tensor<f64> {
  %zero = arith.constant dense<0.0> : tensor<f64>
  %y = linalg.generic {indexing_maps = [#ij, #none], iterator_types = ["reduction", "reduction"]}
      ins(%a : tensor<3x4xf64>) outs(%zero : tensor<f64>) {
  ^bb0(%x: f64, %o: f64):
    %0 = arith.addf %o, %x : f64
    linalg.yield %0 : f64
  } -> tensor<f64>
  return %y : tensor<f64>
}

// Several terms, some of them subtracted, in any order of the operands.

emb.gradient @dterms of @terms wrt("a", "b", "init") seeded

// CHECK-LABEL: func.func @dterms(
// CHECK:           linalg.yield
// CHECK:           arith.negf
// CHECK:           linalg.yield
func.func @terms(%a: tensor<3x4xf64> {emb.name = "a"}, %b: tensor<4xf64> {emb.name = "b"},
                 %init: tensor<3xf64> {emb.name = "init"}) -> tensor<3xf64> {
  %y = linalg.generic {indexing_maps = [#ij, #j, #i], iterator_types = ["parallel", "reduction"]}
      ins(%a, %b : tensor<3x4xf64>, tensor<4xf64>) outs(%init : tensor<3xf64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = math.sin %x0 : f64
    %1 = arith.subf %o, %0 : f64
    %2 = arith.mulf %x0, %x1 : f64
    %3 = arith.addf %2, %1 : f64
    %4 = arith.mulf %x1, %x1 : f64
    %5 = arith.subf %3, %4 : f64
    linalg.yield %5 : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// Only the initial value is wanted: no operation at all.

emb.gradient @dinit of @init wrt("init") seeded

// CHECK-LABEL: func.func @dinit(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<3xf64> {emb.name = "grad_output"}
// CHECK-COUNT-1: linalg.generic
// CHECK-NOT:     linalg.{{generic|fill}}
// CHECK:         return %{{.*}}, %[[G]]
func.func @init(%a: tensor<3x4xf64>, %init: tensor<3xf64> {emb.name = "init"}) -> tensor<3xf64> {
  %y = linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<3x4xf64>) outs(%init : tensor<3xf64>) {
  ^bb0(%x: f64, %o: f64):
    %0 = arith.addf %x, %o : f64
    linalg.yield %0 : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// Nothing is added.

emb.gradient @dkept of @kept wrt("a", "init") seeded

// CHECK-LABEL: func.func @dkept(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<3xf64> {emb.name = "grad_output"}
// CHECK:         %[[ZERO:.*]] = linalg.fill
// CHECK:         return %{{.*}}, %[[ZERO]], %[[G]]
func.func @kept(%a: tensor<3x4xf64> {emb.name = "a"}, %init: tensor<3xf64> {emb.name = "init"}) -> tensor<3xf64> {
  %y = linalg.generic {indexing_maps = [#ij, #i], iterator_types = ["parallel", "reduction"]}
      ins(%a : tensor<3x4xf64>) outs(%init : tensor<3xf64>) {
  ^bb0(%x: f64, %o: f64):
    linalg.yield %o : f64
  } -> tensor<3xf64>
  return %y : tensor<3xf64>
}

// Numbers of half precision are summed before they are rounded.

emb.gradient @dhalf of @half wrt("a", "r") seeded

// CHECK-LABEL: func.func @dhalf(
// CHECK:         %[[SUM:.*]] = linalg.vecmat ins(%{{.*}} : tensor<3xf32>, tensor<3x4xf16>) outs(%{{.*}} : tensor<4xf32>)
// CHECK:         %[[DR:.*]] = arith.truncf %[[SUM]] : tensor<4xf32> to tensor<4xbf16>
// CHECK:         return %{{.*}}, %{{.*}}, %[[DR]] : tensor<3xf32>, tensor<3x4xf16>, tensor<4xbf16>
func.func @half(%a: tensor<3x4xf16> {emb.name = "a"}, %r: tensor<4xbf16> {emb.name = "r"}) -> tensor<3xf32> {
  %zero = arith.constant dense<0.0> : tensor<3xf32>
  %y = linalg.generic {indexing_maps = [#ij, #j, #i], iterator_types = ["parallel", "reduction"]}
      ins(%a, %r : tensor<3x4xf16>, tensor<4xbf16>) outs(%zero : tensor<3xf32>) {
  ^bb0(%x0: f16, %x1: bf16, %o: f32):
    %0 = arith.extf %x0 : f16 to f32
    %1 = arith.extf %x1 : bf16 to f32
    %2 = arith.mulf %0, %1 : f32
    %3 = arith.addf %o, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<3xf32>
  return %y : tensor<3xf32>
}
