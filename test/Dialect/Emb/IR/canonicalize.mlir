// RUN: emb-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @include_last_offset_2d
func.func @include_last_offset_2d(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>) -> tensor<3x8xf32> {
  // CHECK-NOT: include_last_offset
  %r = emb.bag sum %t[%i] {include_last_offset} : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @include_last_offset_1d
func.func @include_last_offset_1d(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %o: tensor<3xi64>) -> tensor<2x8xf32> {
  // CHECK: include_last_offset
  %r = emb.bag sum %t[%i] offsets(%o : tensor<3xi64>) {include_last_offset}
    : tensor<9x8xf32>, tensor<3xi64> -> tensor<2x8xf32>
  return %r : tensor<2x8xf32>
}

// CHECK-LABEL: func.func @unit_weights
func.func @unit_weights(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>) -> tensor<3x8xf32> {
  // CHECK-NOT: weights
  %w = arith.constant dense<1.0> : tensor<3x2xf32>
  %r = emb.bag sum %t[%i] weights(%w : tensor<3x2xf32>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @other_weights
func.func @other_weights(%t: tensor<9x8xf32>, %i: tensor<3x2xi64>) -> tensor<3x8xf32> {
  // CHECK: weights
  %w = arith.constant dense<2.0> : tensor<3x2xf32>
  %r = emb.bag sum %t[%i] weights(%w : tensor<3x2xf32>) : tensor<9x8xf32>, tensor<3x2xi64> -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// Reads without users go; an unused check goes as well.
// CHECK-LABEL: func.func @dead
func.func @dead(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %n: index) {
  // CHECK-NOT: emb.
  %j = emb.check_indices %i, %n label "a" : tensor<3xi64>
  %r = emb.gather %t[%j] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return
}

// CHECK-LABEL: func.func @dim_of_result
func.func @dim_of_result(%t: tensor<9x8xf32>, %i: tensor<?xi64>) -> index {
  %c1 = arith.constant 1 : index
  // CHECK: %[[C:.*]] = arith.constant 8 : index
  // CHECK: return %[[C]]
  %r = emb.gather %t[%i] : tensor<9x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  %d = tensor.dim %r, %c1 : tensor<?x8xf32>
  return %d : index
}
