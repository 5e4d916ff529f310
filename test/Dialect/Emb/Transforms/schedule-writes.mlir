// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-schedule-writes))' --split-input-file | FileCheck %s
// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-schedule-writes))' --split-input-file --remarks-filter='emb.*' -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK

// REMARK: schedule-writes.mlir:[[@LINE+8]]:{{.*}}: remark: [Passed] ReadsMoved | Category:emb-schedule-writes | {{.*}}moved=2

// CHECK-LABEL: func.func @reads
func.func @reads(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> (tensor<9x8xf32>, tensor<3x8xf32>, tensor<1x8xf32>) {
  // CHECK-DAG: emb.gather
  // CHECK-DAG: emb.bag
  // CHECK: emb.scatter_add
  // CHECK-NEXT: return
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %r = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  %c = tensor.expand_shape %i [[0, 1]] output_shape [1, 3] : tensor<3xi64> into tensor<1x3xi64>
  %b = emb.bag sum %w[%c] : tensor<9x8xf32>, tensor<1x3xi64> -> tensor<1x8xf32>
  return %w1, %r, %b : tensor<9x8xf32>, tensor<3x8xf32>, tensor<1x8xf32>
}

// -----

// The gradient of the weights of a bag reads the table that the bag has read.
// CHECK-LABEL: func.func @gather_dot
// CHECK-SAME: %[[W:[^:]*]]: tensor<9x8xf32>
func.func @gather_dot(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> (tensor<9x8xf32>, tensor<3xf32>) {
  // CHECK: emb.gather_dot %[[W]]
  // CHECK: emb.scatter_add {{.*}} into %[[W]]
  // CHECK-NEXT: return
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %d = emb.gather_dot %w[%i], %g[%i] : tensor<9x8xf32>, tensor<3xi64>, tensor<3x8xf32>, tensor<3xi64> -> tensor<3xf32>
  return %w1, %d : tensor<9x8xf32>, tensor<3xf32>
}

// -----

// Reads of each version stay between the writes around it.
// CHECK-LABEL: func.func @versions
// CHECK-SAME: %[[W:[^:]*]]: tensor<9x8xf32>
func.func @versions(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> (tensor<9x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>) {
  // CHECK: %[[R0:.*]] = emb.gather %[[W]]
  // CHECK: %[[W1:.*]] = emb.scatter_add {{.*}} into %[[W]]
  // CHECK: %[[R1:.*]] = emb.gather %[[W1]]
  // CHECK: %[[W2:.*]] = emb.scatter_add {{.*}} into %[[W1]]
  // CHECK: %[[R2:.*]] = emb.gather %[[W2]]
  // CHECK: return %[[W2]], %[[R0]], %[[R1]], %[[R2]]
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %w2 = emb.scatter_add %g[%i] into %w1 : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %r2 = emb.gather %w2[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  %r1 = emb.gather %w1[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  %r0 = emb.gather %w[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
  return %w2, %r0, %r1, %r2 : tensor<9x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>
}

// -----

// A read that needs the new table stays; the verification in place reports it.
// CHECK-LABEL: func.func @depends
func.func @depends(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> (tensor<9x8xf32>, tensor<9x8xf32>) {
  // CHECK: emb.scatter_add
  // CHECK: linalg.sub
  // REMARK: [Missed] ReadsLeft | Category:emb-schedule-writes | {{.*}}left=1
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %e = tensor.empty() : tensor<9x8xf32>
  %d = linalg.sub ins(%w1, %w : tensor<9x8xf32>, tensor<9x8xf32>) outs(%e : tensor<9x8xf32>) -> tensor<9x8xf32>
  return %w1, %d : tensor<9x8xf32>, tensor<9x8xf32>
}

// -----

// Reads through slices, in a loop.
// CHECK-LABEL: func.func @slice_in_loop
func.func @slice_in_loop(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> (tensor<9x8xf32>, tensor<8xf32>) {
  // CHECK: tensor.extract_slice
  // CHECK: scf.for
  // CHECK: emb.scatter_add
  // CHECK-NEXT: return
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %z = arith.constant dense<0.0> : tensor<8xf32>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %row = tensor.extract_slice %w[0, 0] [1, 8] [1, 1] : tensor<9x8xf32> to tensor<8xf32>
  %r = scf.for %iv = %c0 to %c5 step %c1 iter_args(%a = %z) -> tensor<8xf32> {
    %e = tensor.empty() : tensor<8xf32>
    %s = linalg.add ins(%a, %row : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
    scf.yield %s : tensor<8xf32>
  }
  return %w1, %r : tensor<9x8xf32>, tensor<8xf32>
}

// -----

// Two writes that read each other's old value: neither order is free of a
// copy, and the pass must end.
// CHECK-LABEL: func.func @crosswise
func.func @crosswise(%a: tensor<3x8xf32>, %b: tensor<3x8xf32>, %i: tensor<3xi64>) -> (tensor<3x8xf32>, tensor<3x8xf32>) {
  // CHECK-COUNT-2: emb.scatter_add
  %a1 = emb.scatter_add %b[%i] into %a : tensor<3x8xf32>, tensor<3xi64>, tensor<3x8xf32>
  %b1 = emb.scatter_add %a[%i] into %b : tensor<3x8xf32>, tensor<3xi64>, tensor<3x8xf32>
  return %a1, %b1 : tensor<3x8xf32>, tensor<3x8xf32>
}

// -----

// A group acquires memory, so it comes before the first write.
// CHECK-LABEL: func.func @group
func.func @group(%w: tensor<9x8xf32>, %v: tensor<9x8xf32>, %i: tensor<3xi64>, %k: tensor<3xi64>, %g: tensor<3x8xf32>)
    -> (tensor<9x8xf32>, tensor<9x8xf32>) {
  // CHECK: emb.group
  // CHECK: emb.scatter_add
  // CHECK-NOT: emb.group
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %q:3, %n = emb.group(%k : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %v1 = emb.scatter_add %g[%k] into %v
    group(%q#0, %q#1, %q#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
    : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  return %w1, %v1 : tensor<9x8xf32>, tensor<9x8xf32>
}

// -----

// So does an explicit copy of the old table.
// CHECK-LABEL: func.func @explicit_copy
func.func @explicit_copy(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>) -> (tensor<9x8xf32>, tensor<9x8xf32>) {
  // CHECK: bufferization.alloc_tensor() copy
  // CHECK: emb.scatter_add
  %w1 = emb.scatter_add %g[%i] into %w : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
  %old = bufferization.alloc_tensor() copy(%w) : tensor<9x8xf32>
  return %w1, %old : tensor<9x8xf32>, tensor<9x8xf32>
}

// -----

// Out of a branch it takes the condition along, and destinations that both
// branches yield.
// CHECK-LABEL: func.func @group_in_branch
// CHECK-SAME: %[[W:[^:]*]]: tensor<9x8xf32>, %[[I:[^:]*]]: tensor<?xi64>, %[[G:[^:]*]]: tensor<?x8xf32>, %[[C:[^:]*]]: i1
func.func @group_in_branch(%w: tensor<9x8xf32>, %i: tensor<?xi64>, %g: tensor<?x8xf32>, %c: i1) -> tensor<9x8xf32> {
  // CHECK-DAG: %[[N:.*]] = tensor.dim %[[I]]
  // CHECK-DAG: %[[ROWS:.*]] = tensor.empty(%[[N]]) : tensor<?xi64>
  // CHECK: %[[BOUNDS:.*]] = tensor.empty(%{{.*}}) : tensor<?xi64>
  // CHECK: %[[Q:.*]]:4 = scf.if %{{.*}} -> (tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) {
  // CHECK:   %[[OUT:.*]]:3, %[[COUNT:.*]] = emb.group(%[[I]] : tensor<?xi64>) outs(%[[ROWS]], %[[BOUNDS]], %{{.*}} :
  // CHECK:   scf.yield %[[OUT]]#0, %[[OUT]]#1, %[[OUT]]#2, %[[COUNT]]
  // CHECK: } else {
  // CHECK:   %[[NONE:.*]] = arith.constant 0 : index
  // CHECK:   scf.yield %[[ROWS]], %[[BOUNDS]], %{{.*}}, %[[NONE]]
  // CHECK: scf.if %[[C]] -> (tensor<9x8xf32>)
  // CHECK-NOT: emb.group
  // CHECK: emb.scatter_add {{.*}} group(%[[Q]]#0, %[[Q]]#1, %[[Q]]#2, %[[Q]]#3
  %r = scf.if %c -> (tensor<9x8xf32>) {
    scf.yield %w : tensor<9x8xf32>
  } else {
    %q:3, %n = emb.group(%i : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
    %s = emb.scatter_add %g[%i] into %w
      group(%q#0, %q#1, %q#2, %n : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index)
      : tensor<?x8xf32>, tensor<?xi64>, tensor<9x8xf32>
    scf.yield %s : tensor<9x8xf32>
  }
  return %r : tensor<9x8xf32>
}

// -----

// Out of a loop that runs, with what computes its indices.
// CHECK-LABEL: func.func @group_in_loop
// CHECK-SAME: %[[W:[^:]*]]: tensor<9x8xf32>, %[[K:[^:]*]]: tensor<5x3xi64>
func.func @group_in_loop(%w: tensor<9x8xf32>, %k: tensor<5x3xi64>, %g: tensor<3x8xf32>, %row: index) -> tensor<9x8xf32> {
  // CHECK: %[[I:.*]] = tensor.extract_slice %[[K]]
  // CHECK: emb.group(%[[I]] : tensor<3xi64>) ->
  // CHECK-NEXT: scf.for
  // CHECK-NOT: emb.group
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %r = scf.for %iv = %c0 to %c5 step %c1 iter_args(%v = %w) -> (tensor<9x8xf32>) {
    %i = tensor.extract_slice %k[%row, 0] [1, 3] [1, 1] : tensor<5x3xi64> to tensor<3xi64>
    %q:3, %n = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
    %s = emb.scatter_add %g[%i] into %v
      group(%q#0, %q#1, %q#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
      : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    scf.yield %s : tensor<9x8xf32>
  }
  return %r : tensor<9x8xf32>
}

// -----

// A loop that may not run is a condition.
// CHECK-LABEL: func.func @group_in_unknown_loop
// CHECK-SAME: %[[N:[^:]*]]: index)
func.func @group_in_unknown_loop(%w: tensor<9x8xf32>, %i: tensor<3xi64>, %g: tensor<3x8xf32>, %n: index) -> tensor<9x8xf32> {
  // CHECK: %[[RUNS:.*]] = arith.cmpi sgt, %[[N]], %c0
  // CHECK: scf.if %[[RUNS]]
  // CHECK: emb.group
  // CHECK: scf.for
  // CHECK-NOT: emb.group
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %iv = %c0 to %n step %c1 iter_args(%v = %w) -> (tensor<9x8xf32>) {
    %q:3, %m = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
    %s = emb.scatter_add %g[%i] into %v
      group(%q#0, %q#1, %q#2, %m : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
      : tensor<3x8xf32>, tensor<3xi64>, tensor<9x8xf32>
    scf.yield %s : tensor<9x8xf32>
  }
  return %r : tensor<9x8xf32>
}
