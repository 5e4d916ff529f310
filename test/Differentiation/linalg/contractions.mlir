// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Contractions with other maps and more loops than any name stands for.

emb.gradient @dpermuted of @permuted wrt("a", "b") seeded

// y[j, b, i, c] += a[k, b, i, l] * b[l, c, k, j].

// CHECK-LABEL: func.func @dpermuted(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<2x3x2x4xf64> {{.*}}, %[[B:[^:]*]]: tensor<4x2x2x3xf64> {{.*}}, %{{.*}}, %[[G:[^:]*]]: tensor<3x3x2x2xf64> {emb.name = "grad_output"}
// CHECK:         linalg.generic {{{.*}}iterator_types = ["parallel", "parallel", "reduction", "parallel", "parallel", "reduction"]} ins(%[[B]], %[[G]] :
// CHECK:           arith.mulf
// CHECK-NEXT:      arith.addf
// CHECK-NEXT:      linalg.yield
// CHECK:         linalg.generic {{{.*}}iterator_types = ["reduction", "reduction", "parallel", "parallel", "parallel", "parallel"]} ins(%[[A]], %[[G]] :
func.func @permuted(%a: tensor<2x3x2x4xf64> {emb.name = "a"}, %b: tensor<4x2x2x3xf64> {emb.name = "b"}, %c: tensor<3x3x2x2xf64>) -> tensor<3x3x2x2xf64> {
  %y = linalg.generic {
      indexing_maps = [affine_map<(b, i, j, k, l, c) -> (k, b, i, l)>, affine_map<(b, i, j, k, l, c) -> (l, c, k, j)>, affine_map<(b, i, j, k, l, c) -> (j, b, i, c)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "parallel"]}
      ins(%a, %b : tensor<2x3x2x4xf64>, tensor<4x2x2x3xf64>) outs(%c : tensor<3x3x2x2xf64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    %1 = arith.addf %o, %0 : f64
    linalg.yield %1 : f64
  } -> tensor<3x3x2x2xf64>
  return %y : tensor<3x3x2x2xf64>
}

// Three factors in five loops: y[i, m] += a[i, j, k] * b[k, l] * c[l, j, m].

emb.gradient @dthree of @three wrt("a", "b", "c") seeded

// CHECK-LABEL: func.func @dthree(
// CHECK:         linalg.generic {{{.*}}iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]}
// CHECK:         linalg.generic {{{.*}}iterator_types = ["reduction", "reduction", "parallel", "parallel", "reduction"]}
// CHECK:         linalg.generic {{{.*}}iterator_types = ["reduction", "parallel", "reduction", "parallel", "parallel"]}
func.func @three(%a: tensor<2x3x4xf64> {emb.name = "a"}, %b: tensor<4x2xf64> {emb.name = "b"}, %c: tensor<2x3x5xf64> {emb.name = "c"}, %y0: tensor<2x5xf64>) -> tensor<2x5xf64> {
  %y = linalg.generic {
      indexing_maps = [affine_map<(i, j, k, l, m) -> (i, j, k)>, affine_map<(i, j, k, l, m) -> (k, l)>, affine_map<(i, j, k, l, m) -> (l, j, m)>, affine_map<(i, j, k, l, m) -> (i, m)>],
      iterator_types = ["parallel", "reduction", "reduction", "reduction", "parallel"]}
      ins(%a, %b, %c : tensor<2x3x4xf64>, tensor<4x2xf64>, tensor<2x3x5xf64>) outs(%y0 : tensor<2x5xf64>) {
  ^bb0(%x0: f64, %x1: f64, %x2: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    %1 = arith.mulf %0, %x2 : f64
    %2 = arith.addf %1, %o : f64
    linalg.yield %2 : f64
  } -> tensor<2x5xf64>
  return %y : tensor<2x5xf64>
}

// linalg.contract and linalg.batch_reduce_matmul.

emb.gradient @dcontract of @contract wrt("a", "b") seeded
emb.gradient @dreduced of @reduced wrt("a", "b") seeded

// CHECK-LABEL: func.func @dcontract(
// CHECK:         linalg.matmul
// CHECK:         linalg.matmul
// CHECK-LABEL: func.func @dreduced(
// CHECK:         linalg.batch_reduce_matmul
// CHECK:         linalg.generic {{{.*}}iterator_types = ["parallel", "parallel", "reduction", "parallel"]}
func.func @contract(%a: tensor<4x3xf64> {emb.name = "a"}, %b: tensor<5x4xf64> {emb.name = "b"}, %c: tensor<5x3xf64>) -> tensor<5x3xf64> {
  %y = linalg.contract indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (n, m)>]
      ins(%a, %b : tensor<4x3xf64>, tensor<5x4xf64>) outs(%c : tensor<5x3xf64>) -> tensor<5x3xf64>
  return %y : tensor<5x3xf64>
}
func.func @reduced(%a: tensor<2x3x4xf64> {emb.name = "a"}, %b: tensor<2x4x5xf64> {emb.name = "b"}, %c: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = linalg.batch_reduce_matmul ins(%a, %b : tensor<2x3x4xf64>, tensor<2x4x5xf64>) outs(%c : tensor<3x5xf64>) -> tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// A batch that is not the first dimension of a gradient: there is no name for
// it, nor where an operand has it elsewhere.

emb.gradient @dinner of @inner wrt("a", "b") seeded

// CHECK-LABEL: func.func @dinner(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<3x2x4xf64> {{.*}}, %[[B:[^:]*]]: tensor<2x4x5xf64> {{.*}}, %{{.*}}, %[[G:[^:]*]]: tensor<2x3x5xf64> {emb.name = "grad_output"}
// CHECK:         linalg.generic {{.*}} ins(%[[B]], %[[G]] : {{.*}}) outs(%{{.*}} : tensor<3x2x4xf64>)
// CHECK:         linalg.generic {{.*}} ins(%[[A]], %[[G]] : {{.*}}) outs(%{{.*}} : tensor<2x4x5xf64>)
func.func @inner(%a: tensor<3x2x4xf64> {emb.name = "a"}, %b: tensor<2x4x5xf64> {emb.name = "b"}, %c: tensor<2x3x5xf64>) -> tensor<2x3x5xf64> {
  %y = linalg.generic {
      indexing_maps = [affine_map<(b, m, n, k) -> (m, b, k)>, affine_map<(b, m, n, k) -> (b, k, n)>, affine_map<(b, m, n, k) -> (b, m, n)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%a, %b : tensor<3x2x4xf64>, tensor<2x4x5xf64>) outs(%c : tensor<2x3x5xf64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    %1 = arith.addf %o, %0 : f64
    linalg.yield %1 : f64
  } -> tensor<2x3x5xf64>
  return %y : tensor<2x3x5xf64>
}
