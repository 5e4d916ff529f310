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

// An earlier check of the same condition, whatever its label, is enough.
// CHECK-LABEL: func.func @earlier_checks
// CHECK-SAME: %[[I:[^:]*]]: tensor<3xi64>, %[[O:[^:]*]]: tensor<3xi64>
func.func @earlier_checks(%i: tensor<3xi64>, %o: tensor<3xi64>, %n: index, %m: index, %c: i1)
    -> (tensor<3xi64>, tensor<3xi64>, tensor<3xi64>) {
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "c"
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %{{.*}}
  // CHECK: %[[P:.*]] = emb.check_offsets %[[O]], %{{.*}}
  // CHECK-NOT: emb.check
  // CHECK: return %[[J]], %[[P]]
  %j = emb.check_indices %i, %n label "a" : tensor<3xi64>
  %p = emb.check_offsets %o, %n label "b" : tensor<3xi64>
  emb.check_equal %n, %m label "c"
  %j1 = emb.check_indices %i, %n label "d" : tensor<3xi64>
  %p1 = emb.check_offsets %o, %n label "e" : tensor<3xi64>
  emb.check_equal %m, %n label "f"
  %r = scf.if %c -> tensor<3xi64> {
    %j2 = emb.check_indices %i, %n label "g" : tensor<3xi64>
    scf.yield %j2 : tensor<3xi64>
  } else {
    scf.yield %o : tensor<3xi64>
  }
  return %j1, %p1, %r : tensor<3xi64>, tensor<3xi64>, tensor<3xi64>
}

// A check in a branch says nothing about what follows it, nor does a check
// with another bound.
// CHECK-LABEL: func.func @not_earlier
func.func @not_earlier(%i: tensor<3xi64>, %n: index, %m: index, %c: i1) -> (tensor<3xi64>, tensor<3xi64>, tensor<3xi64>) {
  // CHECK: scf.if
  // CHECK: label "a"
  // CHECK: label "b"
  // CHECK: label "c"
  %r = scf.if %c -> tensor<3xi64> {
    %j = emb.check_indices %i, %n label "a" : tensor<3xi64>
    scf.yield %j : tensor<3xi64>
  } else {
    scf.yield %i : tensor<3xi64>
  }
  %k = emb.check_indices %i, %n label "b" : tensor<3xi64>
  %l = emb.check_indices %i, %m label "c" : tensor<3xi64>
  return %r, %k, %l : tensor<3xi64>, tensor<3xi64>, tensor<3xi64>
}

// The bag numbers of offset2bag are below the number of bags.
// CHECK-LABEL: func.func @bag_numbers
func.func @bag_numbers(%o: tensor<?xi64>, %n: index) -> (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>) {
  // CHECK: %[[M:.*]] = emb.offset2bag
  // CHECK: %[[L:.*]] = emb.offset2bag
  // CHECK: %[[K:.*]] = emb.check_indices %[[M]], %{{.*}} label "b"
  // CHECK: return %[[M]], %[[K]], %[[L]]
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
  %l = emb.offset2bag %o[%n] {include_last_offset} : tensor<?xi64>, index -> tensor<?xi32>
  %d = tensor.dim %o, %c0 : tensor<?xi64>
  %e = arith.subi %d, %c1 : index
  %j = emb.check_indices %m, %d label "a" : tensor<?xi32>
  %k = emb.check_indices %m, %e label "b" : tensor<?xi32>
  %f = emb.check_indices %l, %e label "c" : tensor<?xi32>
  return %j, %k, %f : tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}
