// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// The gradients of contractions are contractions, and have their names.

emb.gradient @dmatmul of @matmul wrt("a", "b", "c") seeded

// CHECK-DAG: #[[$MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[$KM:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[$KN:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-DAG: #[[$NK:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[$MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[$BMK:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
// CHECK-DAG: #[[$BKM:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1)>
// CHECK-DAG: #[[$BKN:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d3, d2)>
// CHECK-DAG: #[[$BNK:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
// CHECK-DAG: #[[$BMN:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>

// CHECK-LABEL: func.func @dmatmul(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<3x4xf64> {{.*}}, %[[B:[^:]*]]: tensor<4x5xf64> {{.*}}, %[[C:[^:]*]]: tensor<3x5xf64> {{.*}}, %[[G:[^:]*]]: tensor<3x5xf64>
// CHECK:         %[[Y:.*]] = linalg.matmul ins(%[[A]], %[[B]] :
// CHECK:         %[[DA:.*]] = linalg.matmul indexing_maps = [#[[$MK]], #[[$NK]], #[[$MN]]] ins(%[[G]], %[[B]] :
// CHECK:         %[[DB:.*]] = linalg.matmul indexing_maps = [#[[$KM]], #[[$KN]], #[[$MN]]] ins(%[[A]], %[[G]] :
// CHECK:         return %[[Y]], %[[DA]], %[[DB]], %[[G]]
func.func @matmul(%a: tensor<3x4xf64> {emb.name = "a"}, %b: tensor<4x5xf64> {emb.name = "b"},
                  %c: tensor<3x5xf64> {emb.name = "c"}) -> tensor<3x5xf64> {
  %y = linalg.matmul ins(%a, %b : tensor<3x4xf64>, tensor<4x5xf64>) outs(%c : tensor<3x5xf64>) -> tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}

// x W^T of a linear layer: the gradient of x needs no transposition.

emb.gradient @dtransposed of @transposed wrt("x", "w") seeded

// CHECK-LABEL: func.func @dtransposed(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x4xf64> {{.*}}, %[[W:[^:]*]]: tensor<5x4xf64> {{.*}}, %[[G:[^:]*]]: tensor<?x5xf64>
// CHECK:         %[[DX:.*]] = linalg.matmul ins(%[[G]], %[[W]] : tensor<?x5xf64>, tensor<5x4xf64>)
// CHECK:         %[[DW:.*]] = linalg.matmul indexing_maps = [#[[$KM]], #[[$KN]], #[[$MN]]] ins(%[[G]], %[[X]] :
// CHECK:         return %{{.*}}, %[[DX]], %[[DW]]
func.func @transposed(%x: tensor<?x4xf64> {emb.name = "x", check.shape = [3, 4]},
                      %w: tensor<5x4xf64> {emb.name = "w"}) -> tensor<?x5xf64> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f64
  %d = tensor.dim %x, %c0 : tensor<?x4xf64>
  %e = tensor.empty(%d) : tensor<?x5xf64>
  %z = linalg.fill ins(%zero : f64) outs(%e : tensor<?x5xf64>) -> tensor<?x5xf64>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%x, %w : tensor<?x4xf64>, tensor<5x4xf64>) outs(%z : tensor<?x5xf64>) -> tensor<?x5xf64>
  return %y : tensor<?x5xf64>
}

// A matrix times its own transpose: two sums, added.

emb.gradient @dgram of @gram wrt("a") seeded

// CHECK-LABEL: func.func @dgram(
// CHECK:         %[[D0:.*]] = linalg.matmul
// CHECK:         %[[D1:.*]] = linalg.matmul
// CHECK:         %[[D2:.*]] = linalg.matmul
// CHECK:         %[[D:.*]] = arith.addf %[[D1]], %[[D2]] : tensor<3x4xf64>
// CHECK:         return %[[D0]], %[[D]]
func.func @gram(%a: tensor<3x4xf64> {emb.name = "a"}) -> tensor<3x3xf64> {
  %c = arith.constant dense<0.0> : tensor<3x3xf64>
  %y = linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
      ins(%a, %a : tensor<3x4xf64>, tensor<3x4xf64>) outs(%c : tensor<3x3xf64>) -> tensor<3x3xf64>
  return %y : tensor<3x3xf64>
}

emb.gradient @dbatch of @batch wrt("a", "b") seeded

// CHECK-LABEL: func.func @dbatch(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<2x3x4xf64> {{.*}}, %[[B:[^:]*]]: tensor<2x4x5xf64> {{.*}}, %[[C:[^:]*]]: tensor<2x3x5xf64>, %[[G:[^:]*]]: tensor<2x3x5xf64>
// CHECK:         linalg.batch_matmul indexing_maps = [#[[$BMK]], #[[$BNK]], #[[$BMN]]] ins(%[[G]], %[[B]] :
// CHECK:         linalg.batch_matmul indexing_maps = [#[[$BKM]], #[[$BKN]], #[[$BMN]]] ins(%[[A]], %[[G]] :
func.func @batch(%a: tensor<2x3x4xf64> {emb.name = "a"}, %b: tensor<2x4x5xf64> {emb.name = "b"}, %c: tensor<2x3x5xf64>) -> tensor<2x3x5xf64> {
  %y = linalg.batch_matmul ins(%a, %b : tensor<2x3x4xf64>, tensor<2x4x5xf64>) outs(%c : tensor<2x3x5xf64>) -> tensor<2x3x5xf64>
  return %y : tensor<2x3x5xf64>
}

emb.gradient @dmatvec of @matvec wrt("a", "x") seeded

// CHECK-LABEL: func.func @dmatvec(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<3x4xf64> {{.*}}, %[[X:[^:]*]]: tensor<4xf64> {{.*}}, %[[Y:[^:]*]]: tensor<3xf64>, %[[G:[^:]*]]: tensor<3xf64>
// CHECK:         %[[DX:.*]] = linalg.vecmat ins(%[[G]], %[[A]] :
// CHECK:         %[[DA:.*]] = linalg.generic {{{.*}}iterator_types = ["parallel", "parallel"]} ins(%[[X]], %[[G]] :
// CHECK:         return %{{.*}}, %[[DA]], %[[DX]]
func.func @matvec(%a: tensor<3x4xf64> {emb.name = "a"}, %x: tensor<4xf64> {emb.name = "x"}, %y: tensor<3xf64>) -> tensor<3xf64> {
  %r = linalg.matvec ins(%a, %x : tensor<3x4xf64>, tensor<4xf64>) outs(%y : tensor<3xf64>) -> tensor<3xf64>
  return %r : tensor<3xf64>
}

emb.gradient @dvecmat of @vecmat wrt("a", "x") seeded

// CHECK-LABEL: func.func @dvecmat(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<3xf64> {{.*}}, %[[A:[^:]*]]: tensor<3x4xf64> {{.*}}, %[[Y:[^:]*]]: tensor<4xf64>, %[[G:[^:]*]]: tensor<4xf64>
// CHECK:         %[[DX:.*]] = linalg.matvec ins(%[[A]], %[[G]] :
func.func @vecmat(%x: tensor<3xf64> {emb.name = "x"}, %a: tensor<3x4xf64> {emb.name = "a"}, %y: tensor<4xf64>) -> tensor<4xf64> {
  %r = linalg.vecmat ins(%x, %a : tensor<3xf64>, tensor<3x4xf64>) outs(%y : tensor<4xf64>) -> tensor<4xf64>
  return %r : tensor<4xf64>
}

emb.gradient @ddot of @dot wrt("x", "y") seeded

// CHECK-LABEL: func.func @ddot(
// CHECK:         linalg.dot
// CHECK:         %[[D:.*]]:2 = linalg.generic {{{.*}}iterator_types = ["parallel"]}
// CHECK:         return %{{.*}}, %[[D]]#0, %[[D]]#1
func.func @dot(%x: tensor<4xf64> {emb.name = "x"}, %y: tensor<4xf64> {emb.name = "y"}) -> tensor<f64> {
  %c = arith.constant dense<0.0> : tensor<f64>
  %r = linalg.dot ins(%x, %y : tensor<4xf64>, tensor<4xf64>) outs(%c : tensor<f64>) -> tensor<f64>
  return %r : tensor<f64>
}

// A number by which all is multiplied: its gradient is a sum of products over
// all loops, linalg.dot where there is one.

emb.gradient @dscale of @scale wrt("x", "s") seeded

// CHECK-LABEL: func.func @dscale(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<4xf64> {{.*}}, %[[S:[^:]*]]: tensor<f64> {{.*}}, %[[G:[^:]*]]: tensor<4xf64>
// CHECK:         linalg.dot ins(%[[X]], %[[G]] :
func.func @scale(%x: tensor<4xf64> {emb.name = "x"}, %s: tensor<f64> {emb.name = "s"}) -> tensor<4xf64> {
  %e = tensor.empty() : tensor<4xf64>
  %r = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> ()>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x, %s : tensor<4xf64>, tensor<f64>) outs(%e : tensor<4xf64>) {
  ^bb0(%x0: f64, %x1: f64, %o: f64):
    %0 = arith.mulf %x0, %x1 : f64
    linalg.yield %0 : f64
  } -> tensor<4xf64>
  return %r : tensor<4xf64>
}

emb.gradient @dbatch_matvec of @batch_matvec wrt("a", "x") seeded
emb.gradient @dbatch_vecmat of @batch_vecmat wrt("a", "x") seeded

// CHECK-LABEL: func.func @dbatch_matvec(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<2x3x4xf64> {{.*}}, %{{.*}}, %{{.*}}, %[[G:[^:]*]]: tensor<2x3xf64> {emb.name = "grad_output"}
// CHECK:         linalg.batch_vecmat ins(%[[G]], %[[A]] :
// CHECK-LABEL: func.func @dbatch_vecmat(
// CHECK-SAME:    %{{.*}}, %[[A:[^:]*]]: tensor<2x3x4xf64> {{.*}}, %{{.*}}, %[[G:[^:]*]]: tensor<2x4xf64> {emb.name = "grad_output"}
// CHECK:         linalg.batch_matvec ins(%[[A]], %[[G]] :
func.func @batch_matvec(%a: tensor<2x3x4xf64> {emb.name = "a"}, %x: tensor<2x4xf64> {emb.name = "x"}, %y: tensor<2x3xf64>) -> tensor<2x3xf64> {
  %r = linalg.batch_matvec ins(%a, %x : tensor<2x3x4xf64>, tensor<2x4xf64>) outs(%y : tensor<2x3xf64>) -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
func.func @batch_vecmat(%x: tensor<2x3xf64> {emb.name = "x"}, %a: tensor<2x3x4xf64> {emb.name = "a"}, %y: tensor<2x4xf64>) -> tensor<2x4xf64> {
  %r = linalg.batch_vecmat ins(%x, %a : tensor<2x3xf64>, tensor<2x3x4xf64>) outs(%y : tensor<2x4xf64>) -> tensor<2x4xf64>
  return %r : tensor<2x4xf64>
}

// Halves times halves, summed in f32: the gradients are too.

emb.gradient @dhalf of @half wrt("a", "b") seeded

// CHECK-LABEL: func.func @dhalf(
// CHECK-SAME:    %[[A:[^:]*]]: tensor<3x4xbf16> {{.*}}, %[[B:[^:]*]]: tensor<4x5xbf16> {{.*}}, %{{.*}}, %[[G:[^:]*]]: tensor<3x5xf32>
// CHECK:         %[[DA:.*]] = linalg.matmul indexing_maps = [#[[$MK]], #[[$NK]], #[[$MN]]] ins(%[[G]], %[[B]] : tensor<3x5xf32>, tensor<4x5xbf16>) outs(%{{.*}} : tensor<3x4xf32>)
// CHECK:         arith.truncf %[[DA]] : tensor<3x4xf32> to tensor<3x4xbf16>
func.func @half(%a: tensor<3x4xbf16> {emb.name = "a"}, %b: tensor<4x5xbf16> {emb.name = "b"}, %c: tensor<3x5xf32>) -> tensor<3x5xf32> {
  %y = linalg.matmul ins(%a, %b : tensor<3x4xbf16>, tensor<4x5xbf16>) outs(%c : tensor<3x5xf32>) -> tensor<3x5xf32>
  return %y : tensor<3x5xf32>
}
