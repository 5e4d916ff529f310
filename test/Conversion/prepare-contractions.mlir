// RUN: emb-opt %s --emb-prepare-contractions --split-input-file | FileCheck %s

#mk = affine_map<(m, n, k) -> (m, k)>
#kn = affine_map<(m, n, k) -> (k, n)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// x W^T: W is copied once, before the loop.

// CHECK: #[[$MK:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK: #[[$KN:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK: #[[$MN:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @in_loop(
// CHECK-SAME:    %[[W:[a-z0-9]+]]: tensor<16x?xf32>
// CHECK:         %[[K:.*]] = tensor.dim %[[W]], %c1
// CHECK:         %[[E:.*]] = tensor.empty(%[[K]]) : tensor<?x16xf32>
// CHECK:         %[[T:.*]] = linalg.transpose ins(%[[W]] : tensor<16x?xf32>) outs(%[[E]] : tensor<?x16xf32>) permutation = [1, 0]
// CHECK:         scf.for %{{.*}} iter_args(%[[H:.*]] = %{{.*}}) -> (tensor<?x?xf32>) {
// CHECK-NOT:       linalg.transpose
// CHECK:           linalg.generic {indexing_maps = [#[[$MK]], #[[$KN]], #[[$MN]]], iterator_types = ["parallel", "parallel", "reduction"]}
// CHECK-SAME:        ins(%[[H]], %[[T]] :
// CHECK:             arith.mulf
// CHECK:             arith.addf
func.func @in_loop(%w: tensor<16x?xf32>, %h0: tensor<?x?xf32>, %b: tensor<?x16xf32>, %n: index) -> tensor<?x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %t = %c0 to %n step %c1 iter_args(%h = %h0) -> (tensor<?x?xf32>) {
    %next = linalg.matmul indexing_maps = [#mk, #nk, #mn]
      ins(%h, %w : tensor<?x?xf32>, tensor<16x?xf32>) outs(%b : tensor<?x16xf32>) -> tensor<?x16xf32>
    %cast = tensor.cast %next : tensor<?x16xf32> to tensor<?x?xf32>
    scf.yield %cast : tensor<?x?xf32>
  }
  return %r : tensor<?x?xf32>
}

// -----

// What the loop changes is copied in it, and a branch that may not be taken
// copies for itself.

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// CHECK-LABEL: func.func @changes(
// CHECK-NOT:     linalg.transpose
// CHECK:         scf.for
// CHECK:           linalg.transpose
// CHECK:         scf.if
// CHECK:           linalg.transpose
func.func @changes(%w0: tensor<16x16xf32>, %x: tensor<?x16xf32>, %b: tensor<?x16xf32>, %n: index, %c: i1) -> (tensor<16x16xf32>, tensor<?x16xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %t = %c0 to %n step %c1 iter_args(%w = %w0) -> (tensor<16x16xf32>) {
    %next = linalg.matmul indexing_maps = [#mk, #nk, #mn]
      ins(%w, %w : tensor<16x16xf32>, tensor<16x16xf32>) outs(%w0 : tensor<16x16xf32>) -> tensor<16x16xf32>
    scf.yield %next : tensor<16x16xf32>
  }
  %s = scf.if %c -> (tensor<?x16xf32>) {
    %y = linalg.matmul indexing_maps = [#mk, #nk, #mn]
      ins(%x, %w0 : tensor<?x16xf32>, tensor<16x16xf32>) outs(%b : tensor<?x16xf32>) -> tensor<?x16xf32>
    scf.yield %y : tensor<?x16xf32>
  } else {
    scf.yield %b : tensor<?x16xf32>
  }
  return %r, %s : tensor<16x16xf32>, tensor<?x16xf32>
}

// -----

// With few rows or columns, or the columns in place, nothing is copied.

#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>

// CHECK-LABEL: func.func @stays(
// CHECK-NOT:     linalg.transpose
// CHECK:         return
func.func @stays(%x: tensor<3x16xf32>, %w: tensor<16x16xf32>, %y: tensor<?x16xf32>, %v: tensor<7x16xf32>,
                 %o: tensor<3x16xf32>, %p: tensor<?x7xf32>, %q: tensor<?x16xf32>)
    -> (tensor<3x16xf32>, tensor<?x7xf32>, tensor<?x16xf32>) {
  %0 = linalg.matmul indexing_maps = [#mk, #nk, #mn]
    ins(%x, %w : tensor<3x16xf32>, tensor<16x16xf32>) outs(%o : tensor<3x16xf32>) -> tensor<3x16xf32>
  %1 = linalg.matmul indexing_maps = [#mk, #nk, #mn]
    ins(%y, %v : tensor<?x16xf32>, tensor<7x16xf32>) outs(%p : tensor<?x7xf32>) -> tensor<?x7xf32>
  %2 = linalg.matmul ins(%y, %w : tensor<?x16xf32>, tensor<16x16xf32>) outs(%q : tensor<?x16xf32>) -> tensor<?x16xf32>
  return %0, %1, %2 : tensor<3x16xf32>, tensor<?x7xf32>, tensor<?x16xf32>
}

// -----

// A product that starts from zeros and is added to a sum starts from the sum.

// CHECK-LABEL: func.func @add(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: tensor<8x8xf32>, %[[S:[a-z0-9]+]]: tensor<8x8xf32>
// CHECK:         %[[R:.*]] = linalg.generic {{.*}} ins(%[[A]], %[[A]] : {{.*}}) outs(%[[S]] : tensor<8x8xf32>)
// CHECK:         return %[[R]]
func.func @add(%a: tensor<8x8xf32>, %s: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x8xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  %p = linalg.matmul ins(%a, %a : tensor<8x8xf32>, tensor<8x8xf32>) outs(%z : tensor<8x8xf32>) -> tensor<8x8xf32>
  %r = arith.addf %s, %p : tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}

// -----

// Not if it is needed by itself, nor if it does not start from zeros.

// CHECK-LABEL: func.func @needed(
// CHECK-COUNT-2: arith.addf %{{.*}} : tensor<8x8xf32>
func.func @needed(%a: tensor<8x8xf32>, %s: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<8x8xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  %p = linalg.matmul ins(%a, %a : tensor<8x8xf32>, tensor<8x8xf32>) outs(%z : tensor<8x8xf32>) -> tensor<8x8xf32>
  %r = arith.addf %s, %p : tensor<8x8xf32>
  %q = linalg.matmul ins(%a, %a : tensor<8x8xf32>, tensor<8x8xf32>) outs(%s : tensor<8x8xf32>) -> tensor<8x8xf32>
  %t = arith.addf %q, %s : tensor<8x8xf32>
  return %p, %r, %t : tensor<8x8xf32>, tensor<8x8xf32>, tensor<8x8xf32>
}
