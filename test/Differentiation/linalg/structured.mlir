// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Operations that move or combine elements.

// CHECK: #[[$WINDOW:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1 * 2 + d3, d4)>

emb.gradient @dreduce of @reduce wrt("a", "b", "s") seeded

// CHECK-LABEL: func.func @dreduce(
// CHECK-SAME:    %[[G0:[^:]*]]: tensor<3xf64> {emb.name = "grad_output.0"}, %[[G1:[^:]*]]: tensor<3xf64> {emb.name = "grad_output.1"}
// CHECK:         linalg.reduce
// CHECK:         linalg.generic {{{.*}}iterator_types = ["parallel", "parallel", "parallel"]} ins(%{{.*}}, %{{.*}}, %[[G0]], %[[G1]] :
func.func @reduce(%a: tensor<2x3x4xf64> {emb.name = "a"}, %b: tensor<2x3x4xf64> {emb.name = "b"}, %s: tensor<3xf64> {emb.name = "s"}) -> (tensor<3xf64>, tensor<3xf64>) {
  %zero = arith.constant dense<0.0> : tensor<3xf64>
  %y:2 = linalg.reduce ins(%a, %b : tensor<2x3x4xf64>, tensor<2x3x4xf64>) outs(%zero, %s : tensor<3xf64>, tensor<3xf64>) dimensions = [0, 2]
    (%x0: f64, %x1: f64, %o0: f64, %o1: f64) {
      %0 = arith.mulf %x0, %x1 : f64
      %1 = arith.addf %0, %o0 : f64
      %2 = math.sin %x1 : f64
      %3 = arith.addf %o1, %2 : f64
      linalg.yield %1, %3 : f64, f64
    }
  return %y#0, %y#1 : tensor<3xf64>, tensor<3xf64>
}

emb.gradient @dmap of @map wrt("a", "b") seeded

// CHECK-LABEL: func.func @dmap(
// CHECK:         linalg.map
// CHECK:         %[[D:.*]]:2 = linalg.generic
func.func @map(%a: tensor<?x3xf64> {emb.name = "a", check.shape = [2, 3]}, %b: tensor<?x3xf64> {emb.name = "b", check.shape = [2, 3]}) -> tensor<?x3xf64> {
  %y = linalg.map {arith.mulf} ins(%a, %b : tensor<?x3xf64>, tensor<?x3xf64>) outs(%a : tensor<?x3xf64>)
  return %y : tensor<?x3xf64>
}

emb.gradient @dbroadcast of @broadcast wrt("a") seeded

// CHECK-LABEL: func.func @dbroadcast(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<2x3x4xf64> {emb.name = "grad_output"}
// CHECK:         %[[D:.*]] = linalg.generic {{{.*}}iterator_types = ["parallel", "reduction", "parallel"]} ins(%[[G]] :
// CHECK:         return %{{.*}}, %[[D]]
func.func @broadcast(%a: tensor<2x4xf64> {emb.name = "a"}) -> tensor<2x3x4xf64> {
  %e = tensor.empty() : tensor<2x3x4xf64>
  %y = linalg.broadcast ins(%a : tensor<2x4xf64>) outs(%e : tensor<2x3x4xf64>) dimensions = [1]
  return %y : tensor<2x3x4xf64>
}

emb.gradient @dtranspose of @transpose wrt("a") seeded

// CHECK-LABEL: func.func @dtranspose(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<4x2x3xf64> {emb.name = "grad_output"}
// CHECK:         %[[D:.*]] = linalg.generic {{{.*}}iterator_types = ["parallel", "parallel", "parallel"]} ins(%[[G]] : {{.*}}) outs(%{{.*}} : tensor<2x3x4xf64>)
// CHECK:         return %{{.*}}, %[[D]]
func.func @transpose(%a: tensor<2x3x4xf64> {emb.name = "a"}) -> tensor<4x2x3xf64> {
  %e = tensor.empty() : tensor<4x2x3xf64>
  %y = linalg.transpose ins(%a : tensor<2x3x4xf64>) outs(%e : tensor<4x2x3xf64>) permutation = [2, 0, 1]
  return %y : tensor<4x2x3xf64>
}

emb.gradient @dcopy of @copy wrt("a", "b") seeded

// What is overwritten has no gradient.

// CHECK-LABEL: func.func @dcopy(
// CHECK-SAME:    %[[G:[^:]*]]: tensor<4xf64> {emb.name = "grad_output"}
// CHECK:         %[[ZERO:.*]] = linalg.fill
// CHECK:         return %{{.*}}, %[[G]], %[[ZERO]]
func.func @copy(%a: tensor<4xf64> {emb.name = "a"}, %b: tensor<4xf64> {emb.name = "b"}) -> tensor<4xf64> {
  %y = linalg.copy ins(%a : tensor<4xf64>) outs(%b : tensor<4xf64>) -> tensor<4xf64>
  return %y : tensor<4xf64>
}

// The filter of a convolution: its input has no gradient, so its map may be
// what it is.

emb.gradient @dconv of @conv wrt("f", "init") seeded

// CHECK-LABEL: func.func @dconv(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<2x9x3xf64>
// CHECK-SAME:    %[[G:[^:]*]]: tensor<2x4x2xf64> {emb.name = "grad_output"}
// CHECK:         linalg.generic {indexing_maps = [#[[$WINDOW]], #{{.*}}, #{{.*}}], iterator_types = ["reduction", "reduction", "parallel", "parallel", "parallel"]} ins(%[[A]], %[[G]] :
func.func @conv(%a: tensor<2x9x3xf64>, %f: tensor<3x3x2xf64> {emb.name = "f"}, %init: tensor<2x4x2xf64> {emb.name = "init"}) -> tensor<2x4x2xf64> {
  %y = linalg.conv_1d_nwc_wcf {dilations = dense<1> : tensor<1xi64>, strides = dense<2> : tensor<1xi64>}
      ins(%a, %f : tensor<2x9x3xf64>, tensor<3x3x2xf64>) outs(%init : tensor<2x4x2xf64>) -> tensor<2x4x2xf64>
  return %y : tensor<2x4x2xf64>
}
