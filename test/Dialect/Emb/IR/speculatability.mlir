// RUN: emb-opt %s --loop-invariant-code-motion | FileCheck %s

// A lookup of unchecked indices may not run where its loop does not; nor may
// a check.
// CHECK-LABEL: func.func @stays
func.func @stays(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %n: index, %z: tensor<3x8xf32>) -> tensor<3x8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: scf.for
  // CHECK: emb.check_indices
  // CHECK: emb.gather
  // CHECK: emb.gather
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%a = %z) -> tensor<3x8xf32> {
    %j = emb.check_indices %i, %n label "a" : tensor<3xi64>
    %x = emb.gather %t[%j] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
    %y = emb.gather %t[%i] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
    %s = linalg.add ins(%x, %y : tensor<3x8xf32>, tensor<3x8xf32>) outs(%a : tensor<3x8xf32>) -> tensor<3x8xf32>
    scf.yield %s : tensor<3x8xf32>
  }
  return %r : tensor<3x8xf32>
}

// With its indices checked before the loop, a lookup may leave it; a group
// may in any case.
// CHECK-LABEL: func.func @moves
func.func @moves(%t: tensor<9x8xf32>, %i: tensor<3xi64>, %n: index, %z: tensor<3x8xf32>) -> (tensor<3x8xf32>, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %j = emb.check_indices %i, %n label "a" : tensor<3xi64>
  // CHECK: emb.gather
  // CHECK: emb.group
  // CHECK: scf.for
  %r:2 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %z, %m = %n) -> (tensor<3x8xf32>, index) {
    %x = emb.gather %t[%j] : tensor<9x8xf32>, tensor<3xi64> -> tensor<3x8xf32>
    %q:3, %u = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
    %s = linalg.add ins(%x, %x : tensor<3x8xf32>, tensor<3x8xf32>) outs(%a : tensor<3x8xf32>) -> tensor<3x8xf32>
    scf.yield %s, %u : tensor<3x8xf32>, index
  }
  return %r#0, %r#1 : tensor<3x8xf32>, index
}

// The bags of unchecked offsets may be undefined.
// CHECK-LABEL: func.func @offsets
func.func @offsets(%i: tensor<3xi64>, %o: tensor<2xi64>, %n: index) -> (index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %p = emb.check_offsets %o, %c3 label "a" : tensor<2xi64>
  // CHECK: emb.group({{.*}}) offsets(%[[P:.*]] : tensor<2xi64>)
  // CHECK: scf.for
  // CHECK: emb.group
  %r:2 = scf.for %k = %c0 to %n step %c1 iter_args(%a = %n, %b = %n) -> (index, index) {
    %q:3, %u = emb.group(%i : tensor<3xi64>) offsets(%p : tensor<2xi64>) {by_bag} -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
    %s:3, %v = emb.group(%i : tensor<3xi64>) offsets(%o : tensor<2xi64>) {by_bag} -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
    scf.yield %u, %v : index, index
  }
  return %r#0, %r#1 : index, index
}

// Operations on memrefs never move over a loop's condition.
// CHECK-LABEL: func.func @buffers
func.func @buffers(%t: memref<9x8xf32>, %i: memref<3xi64>, %n: index, %o: memref<3x8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // CHECK: scf.for
  // CHECK: emb.gather
  scf.for %k = %c0 to %n step %c1 {
    emb.gather %t[%i] outs(%o : memref<3x8xf32>) : memref<9x8xf32>, memref<3xi64>
  }
  return
}
