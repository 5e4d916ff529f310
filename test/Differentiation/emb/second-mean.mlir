// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// The second derivative of a mean bag is a sum bag, divided by the counts.

// CHECK-LABEL: func.func @dd_offsets
// CHECK-SAME: , %[[H:[a-z0-9_]*]]: tensor<?x3xf64> {emb.name = "grad_output.1"})
// CHECK: %[[SUM:.*]] = emb.bag sum %[[H]]
// CHECK: %[[D:.*]] = linalg.generic
// CHECK-SAME: %[[SUM]]
// CHECK: arith.divf
// CHECK: return {{.*}}, %[[D]]
func.func @offsets(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                   %i: tensor<?xi64> {check.values = dense<[5, 0, 5, 0, 2, 1, 4]> : tensor<7xi64>},
                   %o: tensor<?xi64> {check.values = dense<[0, 3, 3]> : tensor<3xi64>})
    -> tensor<?x3xf64> {
  %r = emb.bag mean %t[%i] offsets(%o : tensor<?xi64>)
    : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_offsets of @offsets wrt("t") seeded
emb.gradient @dd_offsets of @d_offsets wrt("grad_output") seeded

// CHECK-LABEL: func.func @dd_padding
func.func @padding(%t: tensor<6x3xf64> {emb.name = "t"},
                   %i: tensor<3x3xi32> {check.values = dense<[[5, 2, 5], [2, 2, 2], [2, 2, 0]]> : tensor<3x3xi32>})
    -> tensor<3x3xf64> {
  %r = emb.bag mean %t[%i] {padding_idx = 2 : i64}
    : tensor<6x3xf64>, tensor<3x3xi32> -> tensor<3x3xf64>
  return %r : tensor<3x3xf64>
}
emb.gradient @d_padding of @padding wrt("t") seeded
emb.gradient @dd_padding of @d_padding wrt("grad_output") seeded
