// RUN: emb-opt %s --emb-interchange-reductions --split-input-file | FileCheck %s

// The columns become the inner loop; k, whose order is that of the sum, stays
// outside of it.
// CHECK: #[[$A:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK: #[[$B:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK: #[[$C:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-LABEL: func.func @matmul(
// CHECK:         linalg.generic {indexing_maps = [#[[$A]], #[[$B]], #[[$C]]], iterator_types = ["parallel", "reduction", "parallel"]}
// CHECK:         ^bb0(%[[X:.*]]: f32, %[[Y:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK:           %[[P:.*]] = arith.mulf %[[X]], %[[Y]]
// CHECK:           arith.addf %[[SUM]], %[[P]]
func.func @matmul(%a: memref<?x?xf32>, %b: memref<?x64xf32>, %c: memref<?x64xf32>) {
  linalg.matmul ins(%a, %b : memref<?x?xf32>, memref<?x64xf32>) outs(%c : memref<?x64xf32>)
  return
}

// -----

// A transposed first operand does not change along the columns.
// CHECK-LABEL: func.func @transposed_a(
// CHECK:         iterator_types = ["parallel", "reduction", "parallel"]
func.func @transposed_a(%a: memref<?x?xf32>, %b: memref<?x64xf32>, %c: memref<?x64xf32>) {
  linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (k, i)>, affine_map<(i, j, k) -> (k, j)>,
                                 affine_map<(i, j, k) -> (i, j)>]
    ins(%a, %b : memref<?x?xf32>, memref<?x64xf32>) outs(%c : memref<?x64xf32>)
  return
}

// -----

// The sum of the rows of a matrix.
// CHECK: #[[$X:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK: #[[$S:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: func.func @rows(
// CHECK:         linalg.generic {indexing_maps = [#[[$X]], #[[$S]]], iterator_types = ["reduction", "parallel"]}
func.func @rows(%x: memref<?x64xf32>, %s: memref<64xf32>) {
  linalg.generic {indexing_maps = [affine_map<(j, i) -> (i, j)>, affine_map<(j, i) -> (j)>],
                  iterator_types = ["parallel", "reduction"]}
      ins(%x : memref<?x64xf32>) outs(%s : memref<64xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %r = arith.addf %sum, %a : f32
    linalg.yield %r : f32
  }
  return
}

// -----

// What stays: a transposed second operand, whose columns are apart; a loop too
// short for a vector; a sum with no other loop; and what is on tensors.
// CHECK-LABEL: func.func @stays(
// CHECK:         linalg.matmul indexing_maps
// CHECK:         linalg.matmul ins(
// CHECK:         linalg.dot
// CHECK:         linalg.matmul ins(%{{.*}} : tensor
func.func @stays(%a: memref<?x?xf32>, %b: memref<64x?xf32>, %c: memref<?x64xf32>, %d: memref<?x7xf32>,
                 %e: memref<?x7xf32>, %v: memref<?xf32>, %s: memref<f32>, %t: tensor<8x8xf32>) -> tensor<8x8xf32> {
  linalg.matmul indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (j, k)>,
                                 affine_map<(i, j, k) -> (i, j)>]
    ins(%a, %b : memref<?x?xf32>, memref<64x?xf32>) outs(%c : memref<?x64xf32>)
  linalg.matmul ins(%a, %d : memref<?x?xf32>, memref<?x7xf32>) outs(%e : memref<?x7xf32>)
  linalg.dot ins(%v, %v : memref<?xf32>, memref<?xf32>) outs(%s : memref<f32>)
  %r = linalg.matmul ins(%t, %t : tensor<8x8xf32>, tensor<8x8xf32>) outs(%t : tensor<8x8xf32>) -> tensor<8x8xf32>
  return %r : tensor<8x8xf32>
}
