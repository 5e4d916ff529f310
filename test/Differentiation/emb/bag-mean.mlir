// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// The gradient of a mean bag is that of a sum bag, divided for each bag by the
// number of its entries.

// CHECK-LABEL: func.func @d_offsets
// CHECK-SAME: %[[O:[a-z0-9_]*]]: tensor<?xi64> {check.values = dense<[0, 3, 3]>
// CHECK-SAME: %[[G:[a-z0-9_]*]]: tensor<?x3xf64>
// CHECK: %[[COUNTS:.*]] = linalg.generic
// CHECK: tensor.extract %[[O]]
// CHECK: arith.maxsi
// CHECK: -> tensor<?xf64>
// CHECK: %[[MEAN:.*]] = linalg.generic
// CHECK-SAME: ins(%[[G]], %[[COUNTS]] : tensor<?x3xf64>, tensor<?xf64>)
// CHECK: arith.divf
// CHECK: emb.update touched
// CHECK-SAME: -> %[[MEAN]] : tensor<?x3xf64> map
func.func @offsets(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                   %i: tensor<?xi64> {check.values = dense<[5, 0, 5, 0, 2, 1, 4]> : tensor<7xi64>},
                   %o: tensor<?xi64> {check.values = dense<[0, 3, 3]> : tensor<3xi64>})
    -> tensor<?x3xf64> {
  %r = emb.bag mean %t[%i] offsets(%o : tensor<?xi64>)
    : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_offsets of @offsets wrt("t") seeded

// CHECK-LABEL: func.func @d_last
func.func @last(%t: tensor<6x3xf64> {emb.name = "t"},
                %i: tensor<6xi32> {check.range = [0, 6]},
                %o: tensor<?xi32> {check.values = dense<[0, 0, 4, 6]> : tensor<4xi32>})
    -> tensor<?x3xf64> {
  %r = emb.bag mean %t[%i] offsets(%o : tensor<?xi32>) {include_last_offset}
    : tensor<6x3xf64>, tensor<6xi32> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_last of @last wrt("t") seeded

// CHECK-LABEL: func.func @d_rows
// CHECK-NOT: tensor.extract
func.func @rows(%t: tensor<6x3xf64> {emb.name = "t"},
                %i: tensor<3x?xi64> {check.shape = [3, 4], check.range = [0, 6]})
    -> tensor<3x3xf64> {
  %r = emb.bag mean %t[%i] : tensor<6x3xf64>, tensor<3x?xi64> -> tensor<3x3xf64>
  return %r : tensor<3x3xf64>
}
emb.gradient @d_rows of @rows wrt("t") seeded

// Neither bags nor indices.
// CHECK-LABEL: func.func @d_none
func.func @none(%t: tensor<6x3xf64> {emb.name = "t"},
                %i: tensor<?xi64> {check.shape = [0]},
                %o: tensor<?xi64> {check.shape = [0]}) -> tensor<?x3xf64> {
  %r = emb.bag mean %t[%i] offsets(%o : tensor<?xi64>)
    : tensor<6x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_none of @none wrt("t") seeded

// Padding is not counted: an emb.bag counts the rest. The second bag is empty,
// the third holds padding only.
// CHECK-LABEL: func.func @d_padding
// CHECK: arith.cmpi eq
// CHECK: emb.bag sum %{{.*}}[%{{.*}}] offsets({{.*}}) : tensor<2x1xf64>, tensor<8xi32> -> tensor<4x1xf64>
// CHECK: arith.maximumf
// CHECK: arith.divf
// CHECK: emb.update touched
// CHECK-SAME: padding -4]
func.func @padding(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                   %i: tensor<8xi64> {check.values = dense<[5, 2, 5, 0, 2, 2, 2, 1]> : tensor<8xi64>},
                   %o: tensor<4xi64> {check.values = dense<[0, 4, 4, 6]> : tensor<4xi64>})
    -> tensor<4x3xf64> {
  %r = emb.bag mean %t[%i] offsets(%o : tensor<4xi64>) {padding_idx = -4 : i64}
    : tensor<?x3xf64>, tensor<8xi64> -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}
emb.gradient @d_padding of @padding wrt("t") seeded

// CHECK-LABEL: func.func @d_padded_rows
func.func @padded_rows(%t: tensor<6x3xf64> {emb.name = "t"},
                       %i: tensor<3x3xi32> {check.values = dense<[[5, 2, 5], [2, 2, 2], [2, 2, 0]]> : tensor<3x3xi32>})
    -> tensor<3x3xf64> {
  %r = emb.bag mean %t[%i] {padding_idx = 2 : i64}
    : tensor<6x3xf64>, tensor<3x3xi32> -> tensor<3x3xf64>
  return %r : tensor<3x3xf64>
}
emb.gradient @d_padded_rows of @padded_rows wrt("t") seeded

// CHECK-LABEL: func.func @d_frequency
// CHECK: emb.frequency
// CHECK: emb.update touched
// CHECK-SAME: scale
func.func @frequency(%t: tensor<6x3xf64> {emb.name = "t"},
                     %i: tensor<2x2xi64> {check.values = dense<[[5, 0], [2, 4]]> : tensor<2x2xi64>})
    -> tensor<2x3xf64> {
  %r = emb.bag mean %t[%i] {scale_grad_by_freq}
    : tensor<6x3xf64>, tensor<2x2xi64> -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
emb.gradient @d_frequency of @frequency wrt("t") seeded
