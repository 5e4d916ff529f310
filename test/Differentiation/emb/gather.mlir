// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// A gather of indices of any rank; those of several shapes read one table.

// CHECK-LABEL: func.func @d_vector
// CHECK-SAME: (%[[T:.*]]: tensor<?x3xf64> {{.*}}, %[[I:.*]]: tensor<?xi64> {{.*}}, %[[G:.*]]: tensor<?x3xf64> {emb.name = "grad_output"})
// CHECK: %[[R:.*]] = emb.gather %[[T]][%[[I]]]
// CHECK: %[[ZERO:.*]] = linalg.fill
// CHECK-SAME: tensor<?x3xf64>
// CHECK: %[[D:.*]] = emb.scatter_add %[[G]][%[[I]]] into %[[ZERO]]
// CHECK-NOT: padding
// CHECK: return %[[R]], %[[D]]
func.func @vector(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                  %i: tensor<?xi64> {check.values = dense<[5, 0, 2, 0, 2, 0, 1]> : tensor<7xi64>})
    -> tensor<?x3xf64> {
  %r = emb.gather %t[%i] : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_vector of @vector wrt("t") seeded

// CHECK-LABEL: func.func @d_scalar
// CHECK: emb.scatter_add %{{.*}} : tensor<3xf64>, tensor<i32>, tensor<6x3xf64>
func.func @scalar(%t: tensor<6x3xf64> {emb.name = "t"}, %i: tensor<i32>)
    -> tensor<3xf64> {
  %r = emb.gather %t[%i] : tensor<6x3xf64>, tensor<i32> -> tensor<3xf64>
  return %r : tensor<3xf64>
}
emb.gradient @d_scalar of @scalar wrt("t") seeded

// CHECK-LABEL: func.func @d_matrix
// CHECK: emb.scatter_add %{{.*}} : tensor<2x?x3xf64>, tensor<2x?xi32>, tensor<6x3xf64>
func.func @matrix(%t: tensor<6x3xf64> {emb.name = "t"},
                  %i: tensor<2x?xi32> {check.shape = [2, 5]})
    -> tensor<2x?x3xf64> {
  %r = emb.gather %t[%i] : tensor<6x3xf64>, tensor<2x?xi32> -> tensor<2x?x3xf64>
  return %r : tensor<2x?x3xf64>
}
emb.gradient @d_matrix of @matrix wrt("t") seeded

// CHECK-LABEL: func.func @d_cube
// CHECK: emb.scatter_add %{{.*}} : tensor<2x2x3x3xf64>, tensor<2x2x3xi64>, tensor<6x3xf64>
func.func @cube(%t: tensor<6x3xf64> {emb.name = "t"}, %i: tensor<2x2x3xi64>)
    -> tensor<2x2x3x3xf64> {
  %r = emb.gather %t[%i]
    : tensor<6x3xf64>, tensor<2x2x3xi64> -> tensor<2x2x3x3xf64>
  return %r : tensor<2x2x3x3xf64>
}
emb.gradient @d_cube of @cube wrt("t") seeded

// No row at all.
// CHECK-LABEL: func.func @d_empty
func.func @empty(%t: tensor<6x3xf64> {emb.name = "t"},
                 %i: tensor<?xi64> {check.shape = [0]}) -> tensor<?x3xf64> {
  %r = emb.gather %t[%i] : tensor<6x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_empty of @empty wrt("t") seeded

// Two lookups are two sources of one sum, which is rounded once.
// CHECK-LABEL: func.func @d_twice
// CHECK-SAME: , %[[G:[a-z0-9_]*]]: tensor<5x3xf64> {emb.name = "grad_output.0"}, %[[H:[a-z0-9_]*]]: tensor<2x2x3xf64>
// CHECK: emb.update touched
// CHECK-SAME: sources[%{{.*}} : tensor<5xi64> -> %[[G]] : tensor<5x3xf64>, %{{.*}} : tensor<2x2xi32> -> %[[H]] : tensor<2x2x3xf64>]
func.func @twice(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                 %i: tensor<5xi64>, %j: tensor<2x2xi32>)
    -> (tensor<5x3xf64>, tensor<2x2x3xf64>) {
  %r = emb.gather %t[%i] : tensor<?x3xf64>, tensor<5xi64> -> tensor<5x3xf64>
  %s = emb.gather %t[%j] : tensor<?x3xf64>, tensor<2x2xi32> -> tensor<2x2x3xf64>
  return %r, %s : tensor<5x3xf64>, tensor<2x2x3xf64>
}
emb.gradient @d_twice of @twice wrt("t") seeded

// The padding row is looked up like others but gets no gradient; where no index
// is padding, that is what differences say.
// CHECK-LABEL: func.func @d_padding
// CHECK: emb.scatter_add {{.*}} {padding_idx = -2 : i64}
func.func @padding(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                   %i: tensor<5xi64>) -> tensor<5x3xf64> {
  %r = emb.gather %t[%i] {padding_idx = -2 : i64}
    : tensor<?x3xf64>, tensor<5xi64> -> tensor<5x3xf64>
  return %r : tensor<5x3xf64>
}
emb.gradient @d_padding of @padding wrt("t") seeded

// Where every row occurs once, the frequency changes nothing.
// CHECK-LABEL: func.func @d_frequency
// CHECK-SAME: %[[I:[a-z0-9_]*]]: tensor<?x2xi64>
// CHECK: %[[ROWS:.*]]:3, %[[COUNT:.*]] = emb.group(%[[I]] : tensor<?x2xi64>)
// CHECK: %[[F:.*]] = emb.frequency %[[I]] group(%[[ROWS]]#0, %[[ROWS]]#1, %[[ROWS]]#2, %[[COUNT]]
// CHECK: %[[SCALE:.*]] = linalg.generic
// CHECK-SAME: ins(%[[F]] : tensor<?x2xi64>)
// CHECK: arith.sitofp
// CHECK: arith.divf
// CHECK: emb.update touched
// CHECK-SAME: sources[%[[I]] : tensor<?x2xi64> -> %{{.*}} : tensor<?x2x3xf64> scale %[[SCALE]] : tensor<?x2xf64>]
func.func @frequency(%t: tensor<6x3xf64> {emb.name = "t"},
                     %i: tensor<?x2xi64> {check.values = dense<[[5, 0], [2, 4]]> : tensor<2x2xi64>})
    -> tensor<?x2x3xf64> {
  %r = emb.gather %t[%i] {scale_grad_by_freq}
    : tensor<6x3xf64>, tensor<?x2xi64> -> tensor<?x2x3xf64>
  return %r : tensor<?x2x3xf64>
}
emb.gradient @d_frequency of @frequency wrt("t") seeded

// What a destination held before has no gradient, so what comes after needs no
// derivative (this update has none).
// CHECK-LABEL: func.func @d_into
// CHECK: %[[NONE:.*]] = linalg.fill
// CHECK: return %{{.*}}, %[[NONE]]
func.func @into(%t: tensor<6x3xf64>, %i: tensor<5xi64>,
                %o: tensor<5x3xf64> {emb.name = "o"}) -> tensor<5x3xf64> {
  %r = emb.gather %t[%i] outs(%o : tensor<5x3xf64>)
    : tensor<6x3xf64>, tensor<5xi64> -> tensor<5x3xf64>
  %r1 = emb.update all(%r : tensor<5x3xf64>) sources[] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.mulf %x, %x : f64
    emb.yield %x1 : f64
  }
  return %r1 : tensor<5x3xf64>
}
emb.gradient @d_into of @into wrt("o") seeded
