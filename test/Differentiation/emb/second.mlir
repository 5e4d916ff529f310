// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Second derivatives. The gradient of a lookup is linear in the gradient that
// arrives at it, and its derivative is that lookup again.

// CHECK-LABEL: func.func @dd_lookup
// CHECK-SAME: %[[I:[a-z0-9_]*]]: tensor<?xi64>
// CHECK-SAME: , %[[H:[a-z0-9_]*]]: tensor<?x3xf64> {emb.name = "grad_output.1"})
// CHECK: %[[D:.*]] = emb.gather %[[H]][%[[I]]]
// CHECK-NEXT: return {{.*}}, %[[D]]
func.func @lookup(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                  %i: tensor<?xi64> {check.values = dense<[5, 0, 2, 0]> : tensor<4xi64>})
    -> tensor<?x3xf64> {
  %r = emb.gather %t[%i] : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_lookup of @lookup wrt("t") seeded
emb.gradient @dd_lookup of @d_lookup wrt("grad_output") seeded

// The gradient of the padding row is the constant zero, which what arrives at
// lookups of it does not change. (There are none here: the first derivative is
// not what differences say where there are.)
// CHECK-LABEL: func.func @dd_padding
// CHECK-SAME: %[[I:[a-z0-9_]*]]: tensor<2x2xi64>
// CHECK-SAME: , %[[H:[a-z0-9_]*]]: tensor<6x3xf64> {emb.name = "grad_output.1"})
// CHECK: %[[ROWS:.*]] = emb.gather %[[H]][%[[I]]]
// CHECK: %[[D:.*]] = linalg.generic
// CHECK-SAME: ins(%[[ROWS]], %[[I]]
// CHECK: arith.select
// CHECK: return {{.*}}, %[[D]]
func.func @padding(%t: tensor<6x3xf64> {emb.name = "t"},
                   %i: tensor<2x2xi64> {check.values = dense<[[4, 0], [2, 0]]> : tensor<2x2xi64>})
    -> tensor<2x2x3xf64> {
  %r = emb.gather %t[%i] {padding_idx = -1 : i64}
    : tensor<6x3xf64>, tensor<2x2xi64> -> tensor<2x2x3xf64>
  return %r : tensor<2x2x3xf64>
}
emb.gradient @d_padding of @padding wrt("t") seeded
emb.gradient @dd_padding of @d_padding wrt("grad_output") seeded

// The frequency is a factor of the gradient, and of its derivative. (Here it is
// 1 for the same reason.)
// CHECK-LABEL: func.func @dd_frequency
// CHECK: emb.frequency
// CHECK: arith.mulf
// CHECK: return
func.func @frequency(%t: tensor<6x3xf64> {emb.name = "t"},
                     %i: tensor<2x2xi64> {check.values = dense<[[5, 0], [2, 1]]> : tensor<2x2xi64>})
    -> tensor<2x2x3xf64> {
  %r = emb.gather %t[%i] {scale_grad_by_freq}
    : tensor<6x3xf64>, tensor<2x2xi64> -> tensor<2x2x3xf64>
  return %r : tensor<2x2x3xf64>
}
emb.gradient @d_frequency of @frequency wrt("t") seeded
emb.gradient @dd_frequency of @d_frequency wrt("grad_output") seeded

// Of a sum bag it is a sum bag, of any form.
// CHECK-LABEL: func.func @dd_offsets
// CHECK-SAME: %[[I:[a-z0-9_]*]]: tensor<?xi64> {check.values
// CHECK-SAME: , %[[O:[a-z0-9_]*]]: tensor<?xi64> {check.values
// CHECK-SAME: , %[[H:[a-z0-9_]*]]: tensor<?x3xf64> {emb.name = "grad_output.1"})
// CHECK: %[[D:.*]] = emb.bag sum %[[H]][%[[I]]] offsets(%[[O]] : tensor<?xi64>) {include_last_offset, padding_idx = 2 : i64}
// CHECK: return {{.*}}, %[[D]]
func.func @offsets(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                   %i: tensor<?xi64> {check.values = dense<[5, 2, 5, 0, 2, 1]> : tensor<6xi64>},
                   %o: tensor<?xi64> {check.values = dense<[0, 3, 3, 6]> : tensor<4xi64>})
    -> tensor<?x3xf64> {
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi64>)
    {include_last_offset, padding_idx = 2 : i64}
    : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_offsets of @offsets wrt("t") seeded
emb.gradient @dd_offsets of @d_offsets wrt("grad_output") seeded

// CHECK-LABEL: func.func @dd_rows
// CHECK-SAME: , %[[H:[a-z0-9_]*]]: tensor<6x3xf64> {emb.name = "grad_output.1"})
// CHECK: emb.bag sum %[[H]][%{{.*}}] : tensor<6x3xf64>, tensor<2x4xi64> -> tensor<2x3xf64>
// CHECK: return
func.func @rows(%t: tensor<6x3xf64> {emb.name = "t"},
                %i: tensor<2x4xi64> {check.range = [0, 6]}) -> tensor<2x3xf64> {
  %r = emb.bag sum %t[%i] : tensor<6x3xf64>, tensor<2x4xi64> -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
emb.gradient @d_rows of @rows wrt("t") seeded
emb.gradient @dd_rows of @d_rows wrt("grad_output") seeded

// With weights it is bilinear: every argument has a derivative.
// CHECK-LABEL: func.func @dd_weights
// CHECK-DAG: emb.gather_dot
// CHECK-DAG: emb.update touched
// CHECK-DAG: emb.bag sum
// CHECK: return
func.func @weights(%t: tensor<6x3xf64> {emb.name = "t"},
                   %i: tensor<?xi64> {check.values = dense<[5, 2, 5, 0, 2, 1]> : tensor<6xi64>},
                   %o: tensor<?xi64> {check.values = dense<[0, 3, 3]> : tensor<3xi64>},
                   %w: tensor<?xf64> {emb.name = "w", check.shape = [6]})
    -> tensor<?x3xf64> {
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi64>)
    weights(%w : tensor<?xf64>) {padding_idx = 2 : i64}
    : tensor<6x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_weights of @weights wrt("t", "w") seeded
emb.gradient @dd_weights of @d_weights wrt("t", "w", "grad_output") seeded
