// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-hoist-checks))' --split-input-file | FileCheck %s

// A check, and the dimension it needs, moves before the write.
// CHECK-LABEL: func.func @after_write
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[V:.*]]: tensor<?x8xf32>, %[[I:.*]]: tensor<3xi64>, %[[K:.*]]: tensor<3xi64>
func.func @after_write(%w: tensor<9x8xf32>, %v: tensor<?x8xf32>, %i: tensor<3xi64>, %k: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> (tensor<9x8xf32>, tensor<3x8xf32>) {
  %c0 = arith.constant 0 : index
  // CHECK: %[[N:.*]] = tensor.dim %[[V]]
  // CHECK: %[[J:.*]] = emb.check_indices %[[K]], %[[N]] label "a"
  // CHECK: emb.scatter_add
  // CHECK: emb.gather %[[V]][%[[J]]]
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %n = tensor.dim %v, %c0 : tensor<?x8xf32>
  %j = emb.check_indices %k, %n label "a" : tensor<3xi64>
  %r = emb.gather %v[%j] : tensor<?x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %w1, %r : tensor<9x8xf32>, tensor<3x8xf32>
}

// -----

// The checks of a gather_dot and of a coalesce move with what they need.
// CHECK-LABEL: func.func @gradients
// CHECK-SAME: %[[W:[^:]*]]: tensor<9x8xf32>, %[[I:[^:]*]]: tensor<3xi64>, %[[G:[^:]*]]: tensor<?x8xf32>, %[[M:[^:]*]]: tensor<3xi32>
func.func @gradients(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<?x8xf32>, %m: tensor<3xi32>)
    -> (tensor<9x8xf32>, tensor<3xf32>, tensor<3x8xf32>) {
  %c0 = arith.constant 0 : index
  %c9 = arith.constant 9 : index
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %{{.*}} label "a"
  // CHECK: %[[B:.*]] = tensor.dim %[[G]]
  // CHECK: %[[N:.*]] = emb.check_indices %[[M]], %[[B]] label "b"
  // CHECK: emb.renorm
  // CHECK: emb.gather_dot %{{.*}}[%[[J]]], %[[G]][%[[N]]]
  // CHECK: emb.coalesce sources[%[[I]] : tensor<3xi64> -> %[[G]] : tensor<?x8xf32> map %[[N]] : tensor<3xi32>]
  %q:3, %u = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %w1 = emb.renorm %i into %w max_norm 1.0 : tensor<3xi64>, tensor<9x8xf32>
  %b = tensor.dim %g, %c0 : tensor<?x8xf32>
  %j = emb.check_indices %i, %c9 label "a" : tensor<3xi64>
  %n = emb.check_indices %m, %b label "b" : tensor<3xi32>
  %d = emb.gather_dot %w1[%j], %g[%n] : tensor<9x8xf32>, tensor<3xi64>, tensor<?x8xf32>, tensor<3xi32> -> tensor<3xf32>
  %c = emb.coalesce sources[%i : tensor<3xi64> -> %g : tensor<?x8xf32> map %n : tensor<3xi32>]
    group(%q#0, %q#1, %q#2, %u : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index) -> tensor<3x8xf32>
  return %w1, %d, %c : tensor<9x8xf32>, tensor<3xf32>, tensor<3x8xf32>
}

// -----

// Where nothing that the function returns is written, checks stay.
// CHECK-LABEL: func.func @no_write
func.func @no_write(%v: tensor<9x8xf32>, %k: tensor<3xi64>, %n: index, %c: i1) -> tensor<3x8xf32> {
  // CHECK: scf.if
  // CHECK: emb.check_indices
  %e = tensor.empty() : tensor<3x8xf32>
  %r = scf.if %c -> tensor<3x8xf32> {
    %j = emb.check_indices %k, %n label "a" : tensor<3xi64>
    %s = emb.gather %v[%j] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
    scf.yield %s : tensor<3x8xf32>
  } else {
    scf.yield %e : tensor<3x8xf32>
  }
  return %r : tensor<3x8xf32>
}

// -----

// A check keeps its condition.
// CHECK-LABEL: func.func @condition
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[K:.*]]: tensor<3xi64>, %[[G:.*]]: tensor<3x8xf32>, %[[C:.*]]: i1
func.func @condition(%w: tensor<9x8xf32>, %k: tensor<3xi64>, %g: tensor<3x8xf32>, %c: i1) -> tensor<9x8xf32> {
  %n = arith.constant 9 : index
  // CHECK: %[[J:.*]] = scf.if %[[C]] -> (tensor<3xi64>) {
  // CHECK:   %[[A:.*]] = emb.check_indices %[[K]], %{{.*}} label "a"
  // CHECK:   scf.yield %[[A]]
  // CHECK: } else {
  // CHECK:   scf.yield %[[K]]
  // CHECK: }
  // CHECK: scf.if %[[C]]
  // CHECK-NOT: emb.check_indices
  // CHECK: emb.scatter_add %[[G]][%[[J]]]
  %r = scf.if %c -> tensor<9x8xf32> {
    %j = emb.check_indices %k, %n label "a" : tensor<3xi64>
    %s = emb.scatter_add %g[%j] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    scf.yield %s : tensor<9x8xf32>
  } else {
    scf.yield %w : tensor<9x8xf32>
  }
  return %r : tensor<9x8xf32>
}

// -----

// In an else branch the condition is inverted; a check without result needs no
// else branch.
// CHECK-LABEL: func.func @else_branch
// CHECK-SAME: %[[C:[^:]*]]: i1, %[[N:[^:]*]]: index, %[[M:[^:]*]]: index)
func.func @else_branch(%w: tensor<9x8xf32>, %k: tensor<3xi64>, %g: tensor<3x8xf32>, %c: i1, %n: index, %m: index) -> tensor<9x8xf32> {
  // CHECK: %[[YES:.*]] = arith.constant true
  // CHECK: %[[NOT:.*]] = arith.xori %[[C]], %[[YES]]
  // CHECK: scf.if %[[NOT]] {
  // CHECK-NEXT: emb.check_equal %[[N]], %[[M]] label "a"
  // CHECK-NEXT: }
  // CHECK: scf.if %[[C]]
  %r = scf.if %c -> tensor<9x8xf32> {
    scf.yield %w : tensor<9x8xf32>
  } else {
    emb.check_equal %n, %m label "a"
    %s = emb.scatter_add %g[%k] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    scf.yield %s : tensor<9x8xf32>
  }
  return %r : tensor<9x8xf32>
}

// -----

// A check of slices becomes one check of the whole.
// CHECK-LABEL: func.func @loop
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[K:.*]]: tensor<5x3xi64>
func.func @loop(%w: tensor<9x8xf32>, %k: tensor<5x3xi64>, %g: tensor<3x8xf32>) -> tensor<9x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c9 = arith.constant 9 : index
  // CHECK: %[[ALL:.*]] = emb.check_indices %[[K]], %c9 label "a" : tensor<5x3xi64>
  // CHECK: scf.for %[[IV:[a-z0-9]+]] =
  // CHECK: %[[J:.*]] = tensor.extract_slice %[[ALL]][%[[IV]], 0] [1, 3] [1, 1]
  // CHECK-NOT: emb.check_indices
  // CHECK: emb.scatter_add %{{.*}}[%[[J]]]
  %r = scf.for %iv = %c0 to %c5 step %c1 iter_args(%v = %w) -> tensor<9x8xf32> {
    %i = tensor.extract_slice %k[%iv, 0] [1, 3] [1, 1] : tensor<5x3xi64> to tensor<3xi64>
    %j = emb.check_indices %i, %c9 label "a" : tensor<3xi64>
    %s = emb.scatter_add %g[%j] into %v : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    scf.yield %s : tensor<9x8xf32>
  }
  return %r : tensor<9x8xf32>
}

// -----

// A loop that may not run is a condition.
// CHECK-LABEL: func.func @unknown_loop
// CHECK-SAME: %[[K:[^:]*]]: tensor<3xi64>, %[[G:[^:]*]]: tensor<3x8xf32>, %[[N:[^:]*]]: index)
func.func @unknown_loop(%w: tensor<9x8xf32>, %k: tensor<3xi64>, %g: tensor<3x8xf32>, %n: index) -> tensor<9x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  // CHECK: %[[RUNS:.*]] = arith.cmpi sgt, %[[N]], %c0
  // CHECK: scf.if %[[RUNS]]
  // CHECK: emb.check_indices %[[K]]
  // CHECK: scf.for
  // CHECK-NOT: emb.check_indices
  %r = scf.for %iv = %c0 to %n step %c1 iter_args(%v = %w) -> tensor<9x8xf32> {
    %j = emb.check_indices %k, %c9 label "a" : tensor<3xi64>
    %s = emb.scatter_add %g[%j] into %v : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    scf.yield %s : tensor<9x8xf32>
  }
  return %r : tensor<9x8xf32>
}

// -----

// In a function that writes nothing, a check that cannot leave its loop stays.
// CHECK-LABEL: func.func @loop_of_its_own
func.func @loop_of_its_own(%w: tensor<9x8xf32>, %k: tensor<3xi64>) -> tensor<3xi64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c9 = arith.constant 9 : index
  // CHECK: scf.for
  // CHECK: emb.check_indices
  %r = scf.for %iv = %c0 to %c5 step %c1 iter_args(%v = %k) -> tensor<3xi64> {
    %j = emb.check_indices %v, %c9 label "a" : tensor<3xi64>
    %e = tensor.empty() : tensor<3xi64>
    %s = linalg.add ins(%j, %j : tensor<3xi64>, tensor<3xi64>) outs(%e : tensor<3xi64>) -> tensor<3xi64>
    scf.yield %s : tensor<3xi64>
  }
  return %r : tensor<3xi64>
}

// -----

// What computes the indices moves with the check.
// CHECK-LABEL: func.func @computed_indices
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[K:.*]]: tensor<3xi64>
func.func @computed_indices(%w: tensor<9x8xf32>, %k: tensor<3xi64>, %g: tensor<3x8xf32>) -> (tensor<9x8xf32>, tensor<3x8xf32>) {
  %c9 = arith.constant 9 : index
  // CHECK: %[[SUM:.*]] = linalg.add ins(%[[K]], %[[K]]
  // CHECK: %[[J:.*]] = emb.check_indices %[[SUM]]
  // CHECK: emb.scatter_add
  // CHECK: emb.gather %[[W]][%[[J]]]
  %w1 = emb.scatter_add %g[%k] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %e = tensor.empty() : tensor<3xi64>
  %s = linalg.add ins(%k, %k : tensor<3xi64>, tensor<3xi64>) outs(%e : tensor<3xi64>) -> tensor<3xi64>
  %j = emb.check_indices %s, %c9 label "a" : tensor<3xi64>
  %r = emb.gather %w[%j] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %w1, %r : tensor<9x8xf32>, tensor<3x8xf32>
}

// -----

// Nothing is sorted before it is checked.
// CHECK-LABEL: func.func @group
// CHECK-SAME: %[[K:.*]]: tensor<3xi64>
func.func @group(%k: tensor<3xi64>, %v: tensor<9x8xf32>) -> (index, tensor<3x8xf32>) {
  // CHECK: %[[J:.*]] = emb.check_indices %[[K]]
  // CHECK: emb.group(%[[K]]
  %c9 = arith.constant 9 : index
  %q:3, %n = emb.group(%k : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %j = emb.check_indices %k, %c9 label "a" : tensor<3xi64>
  %r = emb.gather %v[%j] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %n, %r : index, tensor<3x8xf32>
}

// -----

// A check that needs the group stays behind it.
// CHECK-LABEL: func.func @needs_group
func.func @needs_group(%k: tensor<3xi64>, %v: tensor<9x8xf32>) -> tensor<3x8xf32> {
  // CHECK: %[[G:.*]]:3, %{{.*}} = emb.group
  // CHECK: emb.check_indices %[[G]]#0
  %c9 = arith.constant 9 : index
  %q:3, %n = emb.group(%k : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %j = emb.check_indices %q#0, %c9 label "a" : tensor<3xi64>
  %r = emb.gather %v[%j] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %r : tensor<3x8xf32>
}

// -----

// Nothing is left of a check of a value against itself, which may depend on what
// is written.
// CHECK-LABEL: func.func @same
// CHECK-NOT: emb.check_equal
// CHECK: return
func.func @same(%w: tensor<?x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> tensor<?x8xf32> {
  %c0 = arith.constant 0 : index
  %r = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<?x8xf32>
  %n = tensor.dim %r, %c0 : tensor<?x8xf32>
  emb.check_equal %n, %n label "a"
  return %r : tensor<?x8xf32>
}
