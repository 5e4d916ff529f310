// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// What the loop carries is kept for each iteration; exp is computed again.
// CHECK-LABEL: func.func @dscalar
// CHECK:         %[[N:.*]] = arith.maxsi %{{.*}}, %c0
// CHECK:         %[[STACK:.*]] = tensor.empty(%[[N]]) : tensor<?xf64>
// CHECK:         %[[KEPT:.*]]:2 = scf.for %[[I:.*]] = {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[S:.*]] = %[[STACK]])
// CHECK:           %[[IN:.*]] = tensor.insert %[[A]] into %[[S]][%[[I]]]
// CHECK:           scf.yield %{{.*}}, %[[IN]]
// CHECK:         scf.for %[[J:.*]] = %c0 to %[[N]] step %c1 iter_args(%[[DA:.*]] = %{{.*}}, %[[DW:.*]] = %{{.*}}) -> (f64, f64)
// CHECK:           %[[LAST:.*]] = arith.subi %[[N]], %c1
// CHECK:           %[[BACK:.*]] = arith.subi %[[LAST]], %[[J]]
// CHECK:           %[[OLD:.*]] = tensor.extract %[[KEPT]]#1[%[[BACK]]]
// CHECK:           %[[E:.*]] = math.exp %[[OLD]]
// CHECK-NOT:       math.exp
// CHECK:           %[[G:.*]] = arith.mulf %[[DA]], %[[W:.*]] : f64
// CHECK:           %[[GW:.*]] = arith.mulf %[[DA]], %[[E]] : f64
// CHECK:           %[[SUM:.*]] = arith.addf %[[DW]], %[[GW]]
// CHECK:           scf.yield %{{.*}}, %[[SUM]]
emb.gradient @dscalar of @scalar wrt("x", "w")
func.func @scalar(%x: f64 {emb.name = "x"}, %w: f64 {emb.name = "w", check.range = [0.1, 0.5]},
                  %n: index {check.range = [4, 5]}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %y = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x) -> f64 {
    %b = math.exp %a : f64
    %c = arith.mulf %b, %w : f64
    scf.yield %c : f64
  }
  return %y : f64
}

// No iteration: the gradient passes to the initial value.
emb.gradient @dnone of @none wrt("x", "w")
func.func @none(%x: f64 {emb.name = "x"}, %w: f64 {emb.name = "w"}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %cm = arith.constant -3 : index
  %y = scf.for %i = %c0 to %cm step %c1 iter_args(%a = %x) -> f64 {
    %c = arith.mulf %a, %w : f64
    scf.yield %c : f64
  }
  return %y : f64
}

// Bounds and step that do not divide, an i32 counter, two carried values that
// change places, and one that the gradient does not reach.
emb.gradient @dswap of @swap wrt("x", "y")
func.func @swap(%x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y"}) -> (f64, i64) {
  %lb = arith.constant 3 : i32
  %ub = arith.constant 14 : i32
  %step = arith.constant 4 : i32
  %k0 = arith.constant 0 : i64
  %r:3 = scf.for %i = %lb to %ub step %step iter_args(%a = %x, %b = %y, %k = %k0)
      -> (f64, f64, i64) : i32 {
    %f = arith.sitofp %i : i32 to f64
    %p = arith.mulf %a, %f : f64
    %q = math.sin %b : f64
    %one = arith.constant 1 : i64
    %k1 = arith.addi %k, %one : i64
    %kf = arith.sitofp %k : i64 to f64
    %s = arith.addf %q, %kf : f64
    %t = arith.mulf %s, %a : f64
    scf.yield %t, %p, %k1 : f64, f64, i64
  }
  %z = arith.mulf %r#0, %r#1 : f64
  return %z, %r#2 : f64, i64
}

// Tensors: what is carried has a dynamic extent, and a captured vector is read
// in slices, whose gradients go where they belong in place.
// CHECK-LABEL: func.func @dtensor
// CHECK:         tensor.empty(%{{.*}}, %{{.*}}) : tensor<?x?xf64>
// CHECK:         scf.for
// CHECK:           tensor.insert_slice
// CHECK:         scf.for
// CHECK:           tensor.extract_slice
// CHECK:           tensor.insert_slice
emb.gradient @dtensor of @tensor wrt("h", "x") seeded
func.func @tensor(%h: tensor<?xf64> {emb.name = "h", check.shape = [3]},
                  %x: tensor<?x?xf64> {emb.name = "x", check.shape = [4, 3]}) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %T = tensor.dim %x, %c0 : tensor<?x?xf64>
  %D = tensor.dim %x, %c1 : tensor<?x?xf64>
  %r = scf.for %t = %c0 to %T step %c1 iter_args(%a = %h) -> tensor<?xf64> {
    %s = tensor.extract_slice %x[%t, 0] [1, %D] [1, 1] : tensor<?x?xf64> to tensor<?xf64>
    %p = arith.mulf %a, %s : tensor<?xf64>
    %q = math.tanh %p : tensor<?xf64>
    %b = arith.addf %q, %s : tensor<?xf64>
    scf.yield %b : tensor<?xf64>
  }
  return %r : tensor<?xf64>
}

// A loop in a loop.
emb.gradient @dnest of @nest wrt("x", "w")
func.func @nest(%x: f64 {emb.name = "x"}, %w: f64 {emb.name = "w"}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %y = scf.for %i = %c0 to %c3 step %c1 iter_args(%a = %x) -> f64 {
    %b = scf.for %j = %c0 to %i step %c1 iter_args(%d = %a) -> f64 {
      %s = math.sin %d : f64
      %e = arith.mulf %s, %w : f64
      scf.yield %e : f64
    }
    %c = arith.addf %b, %a : f64
    %c2 = arith.mulf %c, %b : f64
    scf.yield %c2 : f64
  }
  return %y : f64
}

// A product over the carried vector is expensive, so it is kept: the matmul is
// not computed again.
// CHECK-LABEL: func.func @dmatvec
// CHECK:         scf.for
// CHECK:           linalg.matvec
// CHECK:           tensor.insert_slice
// CHECK:         scf.for
// CHECK-NOT:       linalg.matvec ins(%{{.*}}, %extracted
// CHECK:           return
emb.gradient @dmatvec of @matvec wrt("h", "w") seeded
func.func @matvec(%h: tensor<3xf64> {emb.name = "h"}, %w: tensor<3x3xf64> {emb.name = "w"}) -> tensor<3xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %t = %c0 to %c4 step %c1 iter_args(%a = %h) -> tensor<3xf64> {
    %e = tensor.empty() : tensor<3xf64>
    %f = linalg.fill ins(%zero : f64) outs(%e : tensor<3xf64>) -> tensor<3xf64>
    %p = linalg.matvec ins(%w, %a : tensor<3x3xf64>, tensor<3xf64>) outs(%f : tensor<3xf64>) -> tensor<3xf64>
    %q = math.tanh %p : tensor<3xf64>
    scf.yield %q : tensor<3xf64>
  }
  return %r : tensor<3xf64>
}

// Second derivatives.
emb.gradient @dcube of @cube wrt("x")
emb.gradient @ddcube of @dcube wrt("x") seeded
func.func @cube(%x: f64 {emb.name = "x"}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %y = scf.for %i = %c0 to %c2 step %c1 iter_args(%a = %x) -> f64 {
    %b = arith.mulf %a, %x : f64
    scf.yield %b : f64
  }
  return %y : f64
}

// Nothing reads the second number that is carried, but the result after the last
// iteration, or without any.
emb.gradient @dunread of @unread wrt("x", "y")
func.func @unread(%x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y"},
                  %n: index {check.values = 2 : index}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (f64, f64) {
    %s = math.sin %a : f64
    scf.yield %s, %a : f64, f64
  }
  %e = math.exp %r#1 : f64
  return %e : f64
}
emb.gradient @dunread_none of @unread_none wrt("x", "y")
func.func @unread_none(%x: f64 {emb.name = "x"}, %y: f64 {emb.name = "y"},
                       %n: index {check.values = 0 : index}) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %x, %b = %y) -> (f64, f64) {
    %s = math.sin %a : f64
    scf.yield %s, %a : f64, f64
  }
  %e = math.exp %r#1 : f64
  return %e : f64
}
