// RUN: emb-opt %s --emb-fold-zeros --canonicalize --split-input-file | FileCheck %s

// Slices beside each other.

// CHECK-LABEL: func.func @beside(
// CHECK-SAME:    %[[A:[a-z0-9]+]]: tensor<?x4xf32>, %[[B:[a-z0-9]+]]: tensor<?x4xf32>
// CHECK-NOT:     linalg.add
// CHECK:         %[[FIRST:.*]] = tensor.insert_slice %[[A]] into %{{.*}}[0, 4]
// CHECK:         tensor.insert_slice %[[B]] into %[[FIRST]][0, 0]
func.func @beside(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>, %e: tensor<?x8xf32>, %n: index) -> tensor<?x8xf32> {
  %zero = arith.constant 0.0 : f32
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
  %0 = tensor.insert_slice %a into %z[0, 4] [%n, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
  %1 = tensor.extract_slice %0[0, 0] [%n, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
  %2 = linalg.add ins(%1, %b : tensor<?x4xf32>, tensor<?x4xf32>) outs(%1 : tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = tensor.insert_slice %2 into %0[0, 0] [%n, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
  return %3 : tensor<?x8xf32>
}

// -----

// They overlap by a column, one has every second row, and what was there is not
// zero.

// CHECK-LABEL: func.func @overlap(
// CHECK-COUNT-3: linalg.add
func.func @overlap(%a: tensor<4x4xf32>, %e: tensor<8x8xf32>)
    -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  %0 = tensor.insert_slice %a into %z[0, 3] [4, 4] [1, 1] : tensor<4x4xf32> into tensor<8x8xf32>
  %1 = tensor.extract_slice %0[0, 0] [4, 4] [1, 1] : tensor<8x8xf32> to tensor<4x4xf32>
  %2 = linalg.add ins(%1, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%1 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %3 = tensor.insert_slice %a into %z[0, 0] [4, 4] [2, 1] : tensor<4x4xf32> into tensor<8x8xf32>
  %4 = tensor.extract_slice %3[4, 0] [4, 4] [1, 1] : tensor<8x8xf32> to tensor<4x4xf32>
  %5 = linalg.add ins(%4, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%4 : tensor<4x4xf32>) -> tensor<4x4xf32>
  %o = linalg.fill ins(%one : f32) outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  %6 = tensor.extract_slice %o[0, 0] [4, 4] [1, 1] : tensor<8x8xf32> to tensor<4x4xf32>
  %7 = linalg.add ins(%6, %a : tensor<4x4xf32>, tensor<4x4xf32>) outs(%6 : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %2, %5, %7 : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>
}

// -----

// A loop that visits each row once, from the last.

// CHECK-LABEL: func.func @visits(
// CHECK:         scf.for
// CHECK-NOT:       linalg.add
// CHECK:           tensor.insert_slice %arg0 into
func.func @visits(%a: tensor<4xf32>, %e: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  %r = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %z) -> (tensor<8x4xf32>) {
    %j = arith.subi %c7, %i : index
    %0 = tensor.extract_slice %s[%j, 0] [1, 4] [1, 1] : tensor<8x4xf32> to tensor<4xf32>
    %1 = linalg.add ins(%0, %a : tensor<4xf32>, tensor<4xf32>) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
    %2 = tensor.insert_slice %1 into %s[%j, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<8x4xf32>
    scf.yield %2 : tensor<8x4xf32>
  }
  return %r : tensor<8x4xf32>
}

// -----

// Rows that come again, or of which two are taken at a time, are not zero then;
// nor is what another slice writes, or a sum that begins with ones.

// CHECK-LABEL: func.func @again(
// CHECK:         %{{.*}}:4 = scf.for
// CHECK-COUNT-4:   linalg.add
func.func @again(%a: tensor<4xf32>, %b: tensor<2x4xf32>, %e: tensor<8x4xf32>)
    -> (tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c7 = arith.constant 7 : index
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  %o = linalg.fill ins(%one : f32) outs(%e : tensor<8x4xf32>) -> tensor<8x4xf32>
  %r:4 = scf.for %i = %c0 to %c7 step %c1 iter_args(%s = %z, %t = %z, %u = %z, %v = %o)
      -> (tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) {
    %half = arith.divui %i, %c2 : index
    %0 = tensor.extract_slice %s[%half, 0] [1, 4] [1, 1] : tensor<8x4xf32> to tensor<4xf32>
    %1 = linalg.add ins(%0, %a : tensor<4xf32>, tensor<4xf32>) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
    %2 = tensor.insert_slice %1 into %s[%half, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<8x4xf32>
    %3 = tensor.extract_slice %t[%i, 0] [2, 4] [1, 1] : tensor<8x4xf32> to tensor<2x4xf32>
    %4 = linalg.add ins(%3, %b : tensor<2x4xf32>, tensor<2x4xf32>) outs(%3 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %5 = tensor.insert_slice %4 into %t[%i, 0] [2, 4] [1, 1] : tensor<2x4xf32> into tensor<8x4xf32>
    %next = arith.addi %i, %c1 : index
    %6 = tensor.extract_slice %u[%i, 0] [1, 4] [1, 1] : tensor<8x4xf32> to tensor<4xf32>
    %7 = linalg.add ins(%6, %a : tensor<4xf32>, tensor<4xf32>) outs(%6 : tensor<4xf32>) -> tensor<4xf32>
    %8 = tensor.insert_slice %7 into %u[%next, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<8x4xf32>
    %9 = tensor.extract_slice %v[%i, 0] [1, 4] [1, 1] : tensor<8x4xf32> to tensor<4xf32>
    %10 = linalg.add ins(%9, %a : tensor<4xf32>, tensor<4xf32>) outs(%9 : tensor<4xf32>) -> tensor<4xf32>
    %11 = tensor.insert_slice %10 into %v[%i, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<8x4xf32>
    scf.yield %2, %5, %8, %11 : tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>
  }
  return %r#0, %r#1, %r#2, %r#3 : tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>
}

// -----

// Columns are all overwritten: the zeros go. `select` of columns 0 and 1 and a
// slice of the others have all of an extent that only the run knows.

// CHECK-LABEL: func.func @overwritten(
// CHECK-NOT:     linalg
// CHECK:         tensor.empty
// CHECK-COUNT-5: tensor.insert_slice
func.func @overwritten(%a: tensor<?x4xf32>, %h: tensor<?x3xf32>, %n: index, %m: index)
    -> (tensor<?x8xf32>, tensor<?x?x3xf32>) {
  %zero = arith.constant 0.0 : f32
  %c2 = arith.constant 2 : index
  %e = tensor.empty(%n) : tensor<?x8xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x8xf32>) -> tensor<?x8xf32>
  %0 = tensor.insert_slice %a into %z[0, 4] [%n, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>
  %1 = tensor.insert_slice %a into %0[0, 0] [%n, 4] [1, 1] : tensor<?x4xf32> into tensor<?x8xf32>

  %zeroth = arith.constant dense<0> : tensor<i64>
  %first = arith.constant dense<1> : tensor<i64>
  %i = emb.check_indices %zeroth, %m label "select: index" : tensor<i64>
  %j = emb.check_indices %first, %m label "select: index" : tensor<i64>
  %i0 = tensor.extract %i[] : tensor<i64>
  %j0 = tensor.extract %j[] : tensor<i64>
  %i1 = arith.index_cast %i0 : i64 to index
  %j1 = arith.index_cast %j0 : i64 to index
  %begin = arith.minsi %m, %c2 : index
  %rest = arith.subi %m, %begin : index
  %others = tensor.empty(%n, %rest) : tensor<?x?x3xf32>
  %f = tensor.empty(%n, %m) : tensor<?x?x3xf32>
  %y = linalg.fill ins(%zero : f32) outs(%f : tensor<?x?x3xf32>) -> tensor<?x?x3xf32>
  %2 = tensor.insert_slice %others into %y[0, %begin, 0] [%n, %rest, 3] [1, 1, 1] : tensor<?x?x3xf32> into tensor<?x?x3xf32>
  %3 = tensor.extract_slice %2[0, %j1, 0] [%n, 1, 3] [1, 1, 1] : tensor<?x?x3xf32> to tensor<?x3xf32>
  %4 = linalg.add ins(%3, %h : tensor<?x3xf32>, tensor<?x3xf32>) outs(%3 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %5 = tensor.insert_slice %4 into %2[0, %j1, 0] [%n, 1, 3] [1, 1, 1] : tensor<?x3xf32> into tensor<?x?x3xf32>
  %6 = tensor.extract_slice %5[0, %i1, 0] [%n, 1, 3] [1, 1, 1] : tensor<?x?x3xf32> to tensor<?x3xf32>
  %7 = linalg.add ins(%6, %h : tensor<?x3xf32>, tensor<?x3xf32>) outs(%6 : tensor<?x3xf32>) -> tensor<?x3xf32>
  %8 = tensor.insert_slice %7 into %5[0, %i1, 0] [%n, 1, 3] [1, 1, 1] : tensor<?x3xf32> into tensor<?x?x3xf32>
  return %1, %8 : tensor<?x8xf32>, tensor<?x?x3xf32>
}

// -----

// A loop overwrites one row in each iteration, forwards and backwards.

// CHECK-LABEL: func.func @rows(
// CHECK-NOT:     linalg.fill
// CHECK-COUNT-2: tensor.insert_slice
func.func @rows(%a: tensor<4xf32>, %n: index) -> (tensor<?x4xf32>, tensor<8x4xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %e = tensor.empty(%n) : tensor<?x4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<?x4xf32>) -> tensor<?x4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%s = %z) -> (tensor<?x4xf32>) {
    %0 = tensor.insert_slice %a into %s[%i, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<?x4xf32>
    scf.yield %0 : tensor<?x4xf32>
  }
  %f = tensor.empty() : tensor<8x4xf32>
  %y = linalg.fill ins(%zero : f32) outs(%f : tensor<8x4xf32>) -> tensor<8x4xf32>
  %q = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %y) -> (tensor<8x4xf32>) {
    %j = arith.subi %c7, %i : index
    %0 = tensor.insert_slice %a into %s[%j, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<8x4xf32>
    scf.yield %0 : tensor<8x4xf32>
  }
  return %r, %q : tensor<?x4xf32>, tensor<8x4xf32>
}

// -----

// Zeros that stay: a column is left, the rest begins too late, somebody reads
// them, a row is left out by the loop or written twice.

// CHECK-LABEL: func.func @seen(
// CHECK-COUNT-6: linalg.fill
// CHECK-NOT:     linalg.fill
func.func @seen(%a: tensor<8x4xf32>, %b: tensor<8x3xf32>, %c: tensor<4xf32>, %n: index, %d: tensor<8x?xf32>)
    -> (tensor<8x8xf32>, tensor<8x?xf32>, tensor<8x8xf32>, f32, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x8xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %e = tensor.empty() : tensor<8x8xf32>
  %z0 = linalg.fill ins(%zero : f32) outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  %0 = tensor.insert_slice %a into %z0[0, 4] [8, 4] [1, 1] : tensor<8x4xf32> into tensor<8x8xf32>
  %1 = tensor.insert_slice %b into %0[0, 0] [8, 3] [1, 1] : tensor<8x3xf32> into tensor<8x8xf32>

  %begin = arith.minsi %n, %c2 : index
  %rest = arith.subi %n, %begin : index
  %f = tensor.empty(%n) : tensor<8x?xf32>
  %z1 = linalg.fill ins(%zero : f32) outs(%f : tensor<8x?xf32>) -> tensor<8x?xf32>
  %2 = tensor.insert_slice %d into %z1[0, %begin] [8, %rest] [1, 1] : tensor<8x?xf32> into tensor<8x?xf32>

  %g = tensor.empty() : tensor<8x8xf32>
  %z2 = linalg.fill ins(%zero : f32) outs(%g : tensor<8x8xf32>) -> tensor<8x8xf32>
  %3 = tensor.insert_slice %a into %z2[0, 4] [8, 4] [1, 1] : tensor<8x4xf32> into tensor<8x8xf32>
  %x = tensor.extract %3[%c1, %c1] : tensor<8x8xf32>
  %4 = tensor.insert_slice %a into %3[0, 0] [8, 4] [1, 1] : tensor<8x4xf32> into tensor<8x8xf32>

  %h = tensor.empty() : tensor<8x4xf32>
  %z3 = linalg.fill ins(%zero : f32) outs(%h : tensor<8x4xf32>) -> tensor<8x4xf32>
  %r = scf.for %i = %c0 to %c7 step %c1 iter_args(%s = %z3) -> (tensor<8x4xf32>) {
    %5 = tensor.insert_slice %c into %s[%i, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<8x4xf32>
    scf.yield %5 : tensor<8x4xf32>
  }
  %k = tensor.empty() : tensor<8x4xf32>
  %z4 = linalg.fill ins(%zero : f32) outs(%k : tensor<8x4xf32>) -> tensor<8x4xf32>
  %q = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %z4) -> (tensor<8x4xf32>) {
    %j = arith.subi %c6, %i : index
    %m = arith.maxsi %j, %c0 : index
    %5 = tensor.insert_slice %c into %s[%m, 0] [1, 4] [1, 1] : tensor<4xf32> into tensor<8x4xf32>
    scf.yield %5 : tensor<8x4xf32>
  }
  // Both dimensions are cut: a corner is left.
  %l = tensor.empty() : tensor<8x8xf32>
  %z5 = linalg.fill ins(%zero : f32) outs(%l : tensor<8x8xf32>) -> tensor<8x8xf32>
  %u = tensor.extract_slice %a[0, 0] [4, 4] [1, 1] : tensor<8x4xf32> to tensor<4x4xf32>
  %6 = tensor.insert_slice %u into %z5[0, 0] [4, 4] [1, 1] : tensor<4x4xf32> into tensor<8x8xf32>
  %7 = tensor.insert_slice %u into %6[4, 4] [4, 4] [1, 1] : tensor<4x4xf32> into tensor<8x8xf32>
  return %1, %2, %4, %x, %r, %q, %7
    : tensor<8x8xf32>, tensor<8x?xf32>, tensor<8x8xf32>, f32, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x8xf32>
}
