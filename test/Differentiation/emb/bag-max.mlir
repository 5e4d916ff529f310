// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Each column of a max bag passes its gradient to the entry that wins it. The
// bag of the forward pass is replaced by one that says who wins.

// CHECK-LABEL: func.func @d_offsets
// CHECK-SAME: (%[[T:[a-z0-9_]*]]: tensor<?x3xf64>{{.*}}, %[[I:[a-z0-9_]*]]: tensor<?xi64>{{.*}}, %[[O:[a-z0-9_]*]]: tensor<?xi64>{{.*}}, %[[G:[a-z0-9_]*]]: tensor<?x3xf64>
// CHECK: %[[BAG:.*]]:2 = emb.bag max %[[T]][%[[I]]] offsets(%[[O]] : tensor<?xi64>) : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>, tensor<?x3xi64>
// CHECK-NOT: emb.bag
// CHECK: %[[D:.*]] = emb.update touched
// CHECK-SAME: sources[%[[I]] : tensor<?xi64> -> %[[G]] : tensor<?x3xf64> map %{{.*}} : tensor<?xi32> winners %[[BAG]]#1 : tensor<?x3xi64>]
// CHECK: return %[[BAG]]#0, %[[D]]
func.func @offsets(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                   %i: tensor<?xi64> {check.values = dense<[5, 0, 4, 0, 2, 1, 3]> : tensor<7xi64>},
                   %o: tensor<?xi64> {check.values = dense<[0, 3, 3]> : tensor<3xi64>})
    -> tensor<?x3xf64> {
  %r = emb.bag max %t[%i] offsets(%o : tensor<?xi64>)
    : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_offsets of @offsets wrt("t") seeded

// One that says so already is kept.
// CHECK-LABEL: func.func @d_rows
// CHECK: emb.bag max
// CHECK-SAME: -> tensor<3x3xf64>, tensor<3x3xi32>
// CHECK-NOT: emb.bag
// CHECK: winners
func.func @rows(%t: tensor<6x3xf64> {emb.name = "t"},
                %i: tensor<3x4xi64> {check.range = [0, 6]})
    -> (tensor<3x3xf64>, tensor<3x3xi32>) {
  %r, %w = emb.bag max %t[%i]
    : tensor<6x3xf64>, tensor<3x4xi64> -> tensor<3x3xf64>, tensor<3x3xi32>
  return %r, %w : tensor<3x3xf64>, tensor<3x3xi32>
}
emb.gradient @d_rows of @rows wrt("t") seeded

// Padding wins nothing, here in a bag of padding only and in one with others.
// CHECK-LABEL: func.func @d_padding
// CHECK: emb.bag max {{.*}} {padding_idx = 2 : i64}
// CHECK: emb.update touched
// CHECK-SAME: winners {{.*}} padding 2]
func.func @padding(%t: tensor<6x3xf64> {emb.name = "t"},
                   %i: tensor<3x3xi32> {check.values = dense<[[5, 2, 5], [2, 2, 2], [2, 1, 0]]> : tensor<3x3xi32>})
    -> tensor<3x3xf64> {
  %r = emb.bag max %t[%i] {padding_idx = 2 : i64}
    : tensor<6x3xf64>, tensor<3x3xi32> -> tensor<3x3xf64>
  return %r : tensor<3x3xf64>
}
emb.gradient @d_padding of @padding wrt("t") seeded

// Where the result is used twice, both uses get that of the new bag.
// CHECK-LABEL: func.func @d_into
// CHECK: %[[BAG:.*]]:2 = emb.bag max {{.*}} outs(%{{.*}}, %{{.*}} : tensor<3x3xf64>, tensor<3x3xi64>)
// CHECK: return %[[BAG]]#0, %[[BAG]]#0
func.func @into(%t: tensor<6x3xf64> {emb.name = "t"}, %i: tensor<3x2xi32>,
                %o: tensor<3x3xf64>) -> (tensor<3x3xf64>, tensor<3x3xf64>) {
  %r = emb.bag max %t[%i] outs(%o : tensor<3x3xf64>)
    : tensor<6x3xf64>, tensor<3x2xi32> -> tensor<3x3xf64>
  return %r, %r : tensor<3x3xf64>, tensor<3x3xf64>
}
emb.gradient @d_into of @into wrt("t") seeded
