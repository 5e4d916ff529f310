// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s
// RUN: emb-opt %s --compile-to=bufferize | FileCheck %s --check-prefix=MEMORY

// One time step in each iteration. The gradient of %x goes through the reverse
// loop as one tensor, to which each iteration adds the gradient of its step.

// CHECK-LABEL: func.func @dsteps(
// CHECK:         scf.for
// CHECK:         %[[ZERO:.*]] = linalg.fill {{.*}} -> tensor<?x3xf64>
// CHECK:         scf.for {{.*}} %[[SUM:[^ ]*]] = %[[ZERO]])
// CHECK:           %[[STEP:.*]] = tensor.extract_slice %[[SUM]][%[[T:.*]], 0] [1, 3] [1, 1]
// CHECK:           %[[NEXT:.*]] = linalg.add ins(%[[STEP]], %{{.*}}) outs(%[[STEP]]
// CHECK:           %[[SUMS:.*]] = tensor.insert_slice %[[NEXT]] into %[[SUM]][%[[T]], 0] [1, 3] [1, 1]
// CHECK:           scf.yield {{.*}}%[[SUMS]] :

// Nothing of the size of %x is made or copied in the loops.
// MEMORY-LABEL: func.func @dsteps(
// MEMORY:         scf.for
// MEMORY-NOT:       {{fill|memref.alloc|memref.copy .*[?]x3x}}
// MEMORY:         {{^ *[}]$}}
// MEMORY:         linalg.fill {{.*}}?x3xf64
// MEMORY:         scf.for
// MEMORY-NOT:       {{fill|memref.alloc|memref.copy .*[?]x3x}}
// MEMORY:         {{^ *[}]$}}
emb.gradient @dsteps of @steps wrt("x", "h") seeded
func.func @steps(%x: tensor<?x3xf64> {emb.name = "x", check.shape = [5, 3]},
                 %h: tensor<3xf64> {emb.name = "h"}) -> tensor<3xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?x3xf64>
  %r = scf.for %t = %c0 to %n step %c1 iter_args(%ht = %h) -> tensor<3xf64> {
    %xt = tensor.extract_slice %x[%t, 0] [1, 3] [1, 1]
        : tensor<?x3xf64> to tensor<3xf64>
    %p = arith.mulf %ht, %xt : tensor<3xf64>
    %q = arith.addf %p, %xt : tensor<3xf64>
    scf.yield %q : tensor<3xf64>
  }
  return %r : tensor<3xf64>
}

// The other way round: each iteration inserts its step, and reads the one that
// was inserted before.
emb.gradient @dinsert of @insert wrt("h") seeded
func.func @insert(%h: tensor<3xf64> {emb.name = "h"},
                  %n: index {check.values = 4 : index}) -> tensor<?x3xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %empty = tensor.empty(%n) : tensor<?x3xf64>
  %first = tensor.insert_slice %h into %empty[0, 0] [1, 3] [1, 1]
      : tensor<3xf64> into tensor<?x3xf64>
  %r = scf.for %t = %c1 to %n step %c1 iter_args(%out = %first) -> tensor<?x3xf64> {
    %before = arith.subi %t, %c1 : index
    %x = tensor.extract_slice %out[%before, 0] [1, 3] [1, 1]
        : tensor<?x3xf64> to tensor<3xf64>
    %y = arith.mulf %x, %h : tensor<3xf64>
    %next = tensor.insert_slice %y into %out[%t, 0] [1, 3] [1, 1]
        : tensor<3xf64> into tensor<?x3xf64>
    scf.yield %next : tensor<?x3xf64>
  }
  return %r : tensor<?x3xf64>
}
