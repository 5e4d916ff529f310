// RUN: emb-opt %s --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @gather_of_splat
func.func @gather_of_splat(%i: tensor<3xi64>) -> tensor<3x8xf32> {
  // CHECK: %[[C:.*]] = arith.constant dense<2.000000e+00> : tensor<3x8xf32>
  // CHECK: return %[[C]]
  %t = arith.constant dense<2.0> : tensor<9x8xf32>
  %r = emb.gather %t[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// CHECK-LABEL: func.func @gather_of_splat_dynamic
func.func @gather_of_splat_dynamic(%i: tensor<?xi64>) -> tensor<?x8xf32> {
  // CHECK: emb.gather
  %t = arith.constant dense<2.0> : tensor<9x8xf32>
  %r = emb.gather %t[%i] : tensor<9x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @renorm_of_nothing
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>
func.func @renorm_of_nothing(%w: tensor<9x8xf32>, %i: tensor<0xi64>) -> tensor<9x8xf32> {
  // CHECK: return %[[W]]
  %r = emb.renorm %i into %w max_norm 1.0 : tensor<0xi64>, tensor<9x8xf32>
  return %r : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @renorm_never
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>
func.func @renorm_never(%w: tensor<9x8xf32>, %i: tensor<2xi64>) -> (tensor<9x8xf32>, tensor<9x8xf32>) {
  // CHECK: return %[[W]], %[[W]]
  %inf = emb.renorm %i into %w max_norm 0x7FF0000000000000 : tensor<2xi64>, tensor<9x8xf32>
  %nan = emb.renorm %i into %w max_norm 0x7FF8000000000000 : tensor<2xi64>, tensor<9x8xf32>
  return %inf, %nan : tensor<9x8xf32>, tensor<9x8xf32>
}

// CHECK-LABEL: func.func @renorm_negative_infinity
func.func @renorm_negative_infinity(%w: tensor<9x8xf32>, %i: tensor<2xi64>) -> tensor<9x8xf32> {
  // CHECK: emb.renorm
  %r = emb.renorm %i into %w max_norm 0xFFF0000000000000 : tensor<2xi64>, tensor<9x8xf32>
  return %r : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @scatter_nothing
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>
func.func @scatter_nothing(%w: tensor<9x8xf32>, %i: tensor<2x0xi64>, %g: tensor<2x0x8xf32>) -> tensor<9x8xf32> {
  // CHECK: return %[[W]]
  %r = emb.scatter_add %g[%i] into %w : tensor<2x0x8xf32>, tensor<2x0xi64>, tensor<9x8xf32>
  return %r : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @update_touches_nothing
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[S:.*]]: tensor<9xf32>
func.func @update_touches_nothing(%w: tensor<9x8xf32>, %s: tensor<9xf32>) -> (tensor<9x8xf32>, tensor<9xf32>) {
  // CHECK: return %[[W]], %[[S]]
  %r:2 = emb.update touched(%w, %s : tensor<9x8xf32>, tensor<9xf32>) sources[] {
  ^bb0(%x: f32, %a: f32, %d: f32):
    %y = arith.addf %x, %x : f32
    emb.yield %y, %a : f32, f32
  }
  return %r#0, %r#1 : tensor<9x8xf32>, tensor<9xf32>
}

// CHECK-LABEL: func.func @update_identity
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>
func.func @update_identity(%w: tensor<9x8xf32>) -> tensor<9x8xf32> {
  // CHECK: return %[[W]]
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %x : f32
  }
  return %r : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @update_all_stays
func.func @update_all_stays(%w: tensor<9x8xf32>) -> tensor<9x8xf32> {
  // CHECK: emb.update all
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %r : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @row_reduce_of_constant
func.func @row_reduce_of_constant(%w: tensor<9x8xf32>) -> tensor<9x8xf32> {
  // CHECK: ^bb0(%[[X:.*]]: f32, %{{.*}}: f32):
  // CHECK-DAG: %[[SUM:.*]] = arith.constant 1.600000e+01 : f32
  // CHECK-DAG: %[[C:.*]] = arith.constant 2.000000e+00 : f32
  // CHECK-NEXT: %[[Y:.*]] = arith.mulf %[[X]], %[[C]]
  // CHECK-NEXT: arith.mulf %[[Y]], %[[SUM]]
  %r = emb.update all(%w : tensor<9x8xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %c = arith.constant 2.0 : f32
    %m = emb.row_reduce max %c : f32
    %a = emb.row_reduce add %c : f32
    %y = arith.mulf %x, %m : f32
    %z = arith.mulf %y, %a : f32
    emb.yield %z : f32
  }
  return %r : tensor<9x8xf32>
}

// Sums that may round keep their order: 0.1 is no whole number, and 3 * 6000000 is
// one that f32 does not hold.
// CHECK-LABEL: func.func @row_reduce_rounds
func.func @row_reduce_rounds(%w: tensor<9x3xf32>) -> tensor<9x3xf32> {
  // CHECK-COUNT-2: row_reduce add
  %r = emb.update all(%w : tensor<9x3xf32>) sources[] {
  ^bb0(%x: f32, %d: f32):
    %c = arith.constant 0.1 : f32
    %a = emb.row_reduce add %c : f32
    %e = arith.constant 6.0e+6 : f32
    %b = emb.row_reduce add %e : f32
    %y = arith.mulf %x, %a : f32
    %z = arith.mulf %y, %b : f32
    emb.yield %z : f32
  }
  return %r : tensor<9x3xf32>
}

// Of no column the maximum is -infinity, the sum 0.
// CHECK-LABEL: func.func @row_reduce_of_nothing
func.func @row_reduce_of_nothing(%w: tensor<9x0xf64>, %s: tensor<9xf64>, %t: tensor<9xf64>) -> (tensor<9xf64>, tensor<9xf64>) {
  // CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
  // CHECK: %[[MAX:.*]] = emb.row_reduce max
  // CHECK: emb.yield %{{.*}}, %[[MAX]], %[[ZERO]]
  %r:3 = emb.update all(%w, %s, %t : tensor<9x0xf64>, tensor<9xf64>, tensor<9xf64>) sources[] {
  ^bb0(%x: f64, %p: f64, %q: f64, %d: f64):
    %c = arith.constant 2.0 : f64
    %m = emb.row_reduce max %c : f64
    %a = emb.row_reduce add %c : f64
    emb.yield %x, %m, %a : f64, f64, f64
  }
  return %r#1, %r#2 : tensor<9xf64>, tensor<9xf64>
}

// A declaration knows no number of columns.
// CHECK-LABEL: emb.optimizer @row_reduce_in_declaration
emb.optimizer @row_reduce_in_declaration touched update {
^bb0(%w: f32, %g: f32, %lr: f32):
  // CHECK: emb.row_reduce add
  // CHECK: emb.row_reduce max
  %c = arith.constant 2.0 : f32
  %a = emb.row_reduce add %c : f32
  %m = emb.row_reduce max %c : f32
  %x = arith.addf %a, %m : f32
  emb.yield %x : f32
}

// CHECK-LABEL: func.func @check_of_check
// CHECK-SAME: %[[I:.*]]: tensor<3xi64>, %[[N:.*]]: index
func.func @check_of_check(%i: tensor<3xi64>, %n: index) -> tensor<3xi64> {
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %[[N]]
  // CHECK: return %[[J]]
  %j = emb.check_indices %i, %n label "a" : tensor<3xi64>
  %k = emb.check_indices %j, %n label "b" : tensor<3xi64>
  return %k : tensor<3xi64>
}

// CHECK-LABEL: func.func @check_of_smaller_bound
func.func @check_of_smaller_bound(%i: tensor<3xi64>) -> (tensor<3xi64>, tensor<3xi64>) {
  // CHECK: %[[J:.*]] = emb.check_indices %{{.*}}, %{{.*}} label "small"
  // CHECK-NOT: label "large"
  // CHECK: %[[K:.*]] = emb.check_indices %[[J]], %{{.*}} label "smaller"
  // CHECK: return %[[J]], %[[K]]
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c3 = arith.constant 3 : index
  %j = emb.check_indices %i, %c4 label "small" : tensor<3xi64>
  %k = emb.check_indices %j, %c5 label "large" : tensor<3xi64>
  %l = emb.check_indices %j, %c3 label "smaller" : tensor<3xi64>
  return %k, %l : tensor<3xi64>, tensor<3xi64>
}

// CHECK-LABEL: func.func @check_of_constants
func.func @check_of_constants() -> (tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) {
  // CHECK-DAG: %[[GOOD:.*]] = arith.constant dense<[0, 3]>
  // CHECK-DAG: %[[HIGH:.*]] = arith.constant dense<[0, 4]>
  // CHECK-DAG: %[[LOW:.*]] = arith.constant dense<[-1, 3]>
  // CHECK: %[[A:.*]] = emb.check_indices %[[HIGH]]
  // CHECK: %[[B:.*]] = emb.check_indices %[[LOW]]
  // CHECK: return %[[GOOD]], %[[A]], %[[B]]
  %c4 = arith.constant 4 : index
  %good = arith.constant dense<[0, 3]> : tensor<2xi64>
  %high = arith.constant dense<[0, 4]> : tensor<2xi64>
  %low = arith.constant dense<[-1, 3]> : tensor<2xi64>
  %j = emb.check_indices %good, %c4 label "a" : tensor<2xi64>
  %k = emb.check_indices %high, %c4 label "b" : tensor<2xi64>
  %l = emb.check_indices %low, %c4 label "c" : tensor<2xi64>
  return %j, %k, %l : tensor<2xi64>, tensor<2xi64>, tensor<2xi64>
}

// CHECK-LABEL: func.func @check_of_nothing
// CHECK-SAME: %[[I:.*]]: tensor<0xi64>
func.func @check_of_nothing(%i: tensor<0xi64>, %n: index) -> tensor<0xi64> {
  // CHECK: return %[[I]]
  %j = emb.check_indices %i, %n label "a" : tensor<0xi64>
  return %j : tensor<0xi64>
}

// CHECK-LABEL: func.func @check_offsets_twice
func.func @check_offsets_twice(%o: tensor<3xi64>, %n: index) -> (tensor<3xi64>, tensor<3xi64>) {
  // CHECK: %[[P:.*]] = emb.check_offsets %{{.*}} label "a"
  // CHECK-NOT: label "b"
  // CHECK: %[[R:.*]] = emb.check_offsets %[[P]], %{{.*}} label "c" {include_last_offset}
  // CHECK: return %[[P]], %[[R]]
  %p = emb.check_offsets %o, %n label "a" : tensor<3xi64>
  %q = emb.check_offsets %p, %n label "b" : tensor<3xi64>
  %r = emb.check_offsets %p, %n label "c" {include_last_offset} : tensor<3xi64>
  return %q, %r : tensor<3xi64>, tensor<3xi64>
}

// CHECK-LABEL: func.func @check_equal
func.func @check_equal(%n: index, %m: index) {
  // CHECK-NOT: label "same"
  // CHECK-NOT: label "constants"
  // CHECK: label "unknown"
  // CHECK: label "different"
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  emb.check_equal %n, %n label "same"
  emb.check_equal %c4, %c4 label "constants"
  emb.check_equal %n, %m label "unknown"
  emb.check_equal %c4, %c5 label "different"
  return
}

// CHECK-LABEL: func.func @one_hot_of_constants
func.func @one_hot_of_constants() -> tensor<2x3xf32> {
  // CHECK: arith.constant dense<{{\[\[}}0.000000e+00, 0.000000e+00, 1.000000e+00], [1.000000e+00, 0.000000e+00, 0.000000e+00]]> : tensor<2x3xf32>
  // CHECK-NOT: emb.one_hot
  %i = arith.constant dense<[2, 0]> : tensor<2xi64>
  %n = arith.constant 3 : index
  %r = emb.one_hot %i depth %n : tensor<2xi64> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// The error stays.
// CHECK-LABEL: func.func @one_hot_out_of_range
func.func @one_hot_out_of_range() -> tensor<2x3xf32> {
  // CHECK: emb.one_hot
  %i = arith.constant dense<[3, 0]> : tensor<2xi64>
  %n = arith.constant 3 : index
  %r = emb.one_hot %i depth %n : tensor<2xi64> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// It would fill the object code.
// CHECK-LABEL: func.func @large_one_hot
func.func @large_one_hot() -> tensor<2x129xf32> {
  // CHECK: emb.one_hot
  %i = arith.constant dense<[2, 0]> : tensor<2xi64>
  %n = arith.constant 129 : index
  %r = emb.one_hot %i depth %n : tensor<2xi64> -> tensor<2x129xf32>
  return %r : tensor<2x129xf32>
}
