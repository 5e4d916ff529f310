// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Sum bags of every form. The gradient of the table is added up through a map,
// never through a row for each index.

// Duplicates in a bag and between bags, and an empty bag.
// CHECK-LABEL: func.func @d_offsets
// CHECK-SAME: (%[[T:[a-z0-9_]*]]: tensor<?x3xf64>{{.*}}, %[[I:[a-z0-9_]*]]: tensor<?xi64>{{.*}}, %[[O:[a-z0-9_]*]]: tensor<?xi64>{{.*}}, %[[G:[a-z0-9_]*]]: tensor<?x3xf64>
// CHECK: %[[N:.*]] = tensor.dim %[[I]]
// CHECK: %[[MAP:.*]] = emb.offset2bag %[[O]][%[[N]]] : tensor<?xi64>, index -> tensor<?xi32>
// CHECK: emb.update touched(%{{.*}} : tensor<?x3xf64>)
// CHECK-SAME: sources[%[[I]] : tensor<?xi64> -> %[[G]] : tensor<?x3xf64> map %[[MAP]] : tensor<?xi32>] {
// CHECK: arith.addf
func.func @offsets(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                   %i: tensor<?xi64> {check.values = dense<[5, 0, 5, 0, 2, 1]> : tensor<6xi64>},
                   %o: tensor<?xi64> {check.values = dense<[0, 3, 3]> : tensor<3xi64>})
    -> tensor<?x3xf64> {
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi64>)
    : tensor<?x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_offsets of @offsets wrt("t") seeded

// CHECK-LABEL: func.func @d_last
// CHECK: emb.offset2bag %{{.*}}[%{{.*}}] {include_last_offset} : tensor<4xi32>, index -> tensor<6xi32>
func.func @last(%t: tensor<6x3xf64> {emb.name = "t"},
                %i: tensor<6xi32> {check.range = [0, 6]},
                %o: tensor<4xi32> {check.values = dense<[0, 0, 4, 6]> : tensor<4xi32>})
    -> tensor<3x3xf64> {
  %r = emb.bag sum %t[%i] offsets(%o : tensor<4xi32>) {include_last_offset}
    : tensor<6x3xf64>, tensor<6xi32> -> tensor<3x3xf64>
  return %r : tensor<3x3xf64>
}
emb.gradient @d_last of @last wrt("t") seeded

// CHECK-LABEL: func.func @d_rows
// CHECK: %[[MAP:.*]] = linalg.generic
// CHECK: linalg.index 0
// CHECK: -> tensor<?x4xi32>
// CHECK: emb.update touched
// CHECK-SAME: map %[[MAP]] : tensor<?x4xi32>]
func.func @rows(%t: tensor<6x3xf64> {emb.name = "t"},
                %i: tensor<?x4xi64> {check.shape = [3, 4], check.range = [0, 6]})
    -> tensor<?x3xf64> {
  %r = emb.bag sum %t[%i] : tensor<6x3xf64>, tensor<?x4xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_rows of @rows wrt("t") seeded

// CHECK-LABEL: func.func @d_weights
// CHECK-SAME: (%[[T:[a-z0-9_]*]]: tensor<6x3xf64>{{.*}}, %[[I:[a-z0-9_]*]]: tensor<?xi64>{{.*}}, %[[O:[a-z0-9_]*]]: tensor<?xi64>{{.*}}, %[[W:[a-z0-9_]*]]: tensor<?xf64>{{.*}}, %[[G:[a-z0-9_]*]]: tensor<?x3xf64>
// CHECK: %[[MAP:.*]] = emb.offset2bag
// CHECK: emb.gather_dot %[[T]][%[[I]]], %[[G]][%[[MAP]]]
// CHECK: emb.update touched
// CHECK-SAME: map %[[MAP]] : tensor<?xi32> scale %[[W]] : tensor<?xf64>]
func.func @weights(%t: tensor<6x3xf64> {emb.name = "t"},
                   %i: tensor<?xi64> {check.values = dense<[5, 0, 5, 0, 2, 1]> : tensor<6xi64>},
                   %o: tensor<?xi64> {check.values = dense<[0, 3, 3]> : tensor<3xi64>},
                   %w: tensor<?xf64> {emb.name = "w", check.shape = [6]})
    -> tensor<?x3xf64> {
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi64>)
    weights(%w : tensor<?xf64>)
    : tensor<6x3xf64>, tensor<?xi64> -> tensor<?x3xf64>
  return %r : tensor<?x3xf64>
}
emb.gradient @d_weights of @weights wrt("t", "w") seeded

// Only what is asked for is computed.
// CHECK-LABEL: func.func @d_weights_only
// CHECK: emb.gather_dot
// CHECK-NOT: emb.update
// CHECK: return
func.func @weights_only(%t: tensor<6x3xf64>, %i: tensor<2x4xi64>,
                        %w: tensor<2x4xf64> {emb.name = "w"})
    -> tensor<2x3xf64> {
  %r = emb.bag sum %t[%i] weights(%w : tensor<2x4xf64>)
    : tensor<6x3xf64>, tensor<2x4xi64> -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
emb.gradient @d_weights_only of @weights_only wrt("w") seeded

// CHECK-LABEL: func.func @d_table_only
// CHECK-NOT: emb.gather_dot
// CHECK: emb.update
func.func @table_only(%t: tensor<6x3xf64> {emb.name = "t"},
                      %i: tensor<2x4xi64>, %w: tensor<2x4xf64>)
    -> tensor<2x3xf64> {
  %r = emb.bag sum %t[%i] weights(%w : tensor<2x4xf64>)
    : tensor<6x3xf64>, tensor<2x4xi64> -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
emb.gradient @d_table_only of @table_only wrt("t") seeded

// Entries that are padding do not count, in the forward pass either.
// CHECK-LABEL: func.func @d_padding
// CHECK: emb.gather_dot {{.*}} {padding_idx = -4 : i64}
// CHECK: emb.update touched
// CHECK-SAME: padding -4]
func.func @padding(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                   %i: tensor<7xi64> {check.values = dense<[5, 2, 5, 0, 2, 1, 2]> : tensor<7xi64>},
                   %o: tensor<4xi64> {check.values = dense<[0, 3, 3, 6]> : tensor<4xi64>},
                   %w: tensor<7xf64> {emb.name = "w"}) -> tensor<4x3xf64> {
  %r = emb.bag sum %t[%i] offsets(%o : tensor<4xi64>)
    weights(%w : tensor<7xf64>) {padding_idx = -4 : i64}
    : tensor<?x3xf64>, tensor<7xi64> -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}
emb.gradient @d_padding of @padding wrt("t", "w") seeded

// The weight is divided by the frequency, which changes nothing where every row
// occurs once; the gradient of the weights is not.
// CHECK-LABEL: func.func @d_frequency
// CHECK-SAME: %[[W:[a-z0-9_]*]]: tensor<2x2xf64>
// CHECK: emb.gather_dot
// CHECK: emb.group
// CHECK: %[[F:.*]] = emb.frequency
// CHECK: %[[SCALE:.*]] = linalg.generic
// CHECK-SAME: ins(%[[F]], %[[W]] : tensor<2x2xi64>, tensor<2x2xf64>)
// CHECK: emb.update touched
// CHECK-SAME: scale %[[SCALE]] : tensor<2x2xf64>]
func.func @frequency(%t: tensor<6x3xf64> {emb.name = "t"},
                     %i: tensor<2x2xi64> {check.values = dense<[[5, 0], [2, 4]]> : tensor<2x2xi64>},
                     %w: tensor<2x2xf64> {emb.name = "w"}) -> tensor<2x3xf64> {
  %r = emb.bag sum %t[%i] weights(%w : tensor<2x2xf64>) {scale_grad_by_freq}
    : tensor<6x3xf64>, tensor<2x2xi64> -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
emb.gradient @d_frequency of @frequency wrt("t", "w") seeded

// Two lookups of one table are two sources of one update.
// CHECK-LABEL: func.func @d_twice
// CHECK: emb.update touched
// CHECK-SAME: sources[{{.*}} -> {{.*}} : tensor<5x3xf64>, {{.*}} -> {{.*}} : tensor<2x3xf64> map {{.*}}]
// CHECK-NOT: emb.update
// CHECK: return
func.func @twice(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                 %i: tensor<5xi64>, %j: tensor<2x2xi32>)
    -> (tensor<5x3xf64>, tensor<2x3xf64>) {
  %r = emb.gather %t[%i] : tensor<?x3xf64>, tensor<5xi64> -> tensor<5x3xf64>
  %s = emb.bag sum %t[%j] : tensor<?x3xf64>, tensor<2x2xi32> -> tensor<2x3xf64>
  return %r, %s : tensor<5x3xf64>, tensor<2x3xf64>
}
emb.gradient @d_twice of @twice wrt("t") seeded

// What a destination held before has no gradient, so what comes after needs no
// derivative (this update has none).
// CHECK-LABEL: func.func @d_into
// CHECK: %[[NONE:.*]] = linalg.fill
// CHECK: return %{{.*}}, %[[NONE]]
func.func @into(%t: tensor<6x3xf64>, %i: tensor<2x4xi64>,
                %o: tensor<2x3xf64> {emb.name = "o"}) -> tensor<2x3xf64> {
  %r = emb.bag sum %t[%i] outs(%o : tensor<2x3xf64>)
    : tensor<6x3xf64>, tensor<2x4xi64> -> tensor<2x3xf64>
  %r1 = emb.update all(%r : tensor<2x3xf64>) sources[] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.mulf %x, %x : f64
    emb.yield %x1 : f64
  }
  return %r1 : tensor<2x3xf64>
}
emb.gradient @d_into of @into wrt("o") seeded
