// RUN: emb-opt %s --emb-differentiate | FileCheck %s
// RUN: emb-gradcheck %s

// Sums into rows of a table: their adjoint is a gather.

// CHECK-LABEL: func.func @d_scatter
// CHECK-SAME: %[[I:[a-z0-9_]*]]: tensor<2x2xi64>
// CHECK-SAME: %[[G:[a-z0-9_]*]]: tensor<?x3xf64> {emb.name = "grad_output"}
// CHECK: %[[R:.*]] = emb.gather %[[G]][%[[I]]] : tensor<?x3xf64>, tensor<2x2xi64>
// CHECK: return %{{.*}}, %[[G]], %[[R]]
func.func @scatter(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                   %i: tensor<2x2xi64>,
                   %r: tensor<2x2x3xf64> {emb.name = "r"}) -> tensor<?x3xf64> {
  %t1 = emb.scatter_add %r[%i] into %t
    : tensor<2x2x3xf64>, tensor<2x2xi64>, tensor<?x3xf64>
  return %t1 : tensor<?x3xf64>
}
emb.gradient @d_scatter of @scatter wrt("t", "r") seeded

// What is left out has gradient zero.
// CHECK-LABEL: func.func @d_padded
// CHECK: %[[R:.*]] = emb.gather
// CHECK-NOT: padding_idx
// CHECK: linalg.generic
// CHECK-SAME: ins(%[[R]], %{{.*}} : tensor<5x3xf64>, tensor<5xi32>)
// CHECK: arith.cmpi eq
// CHECK: arith.select
func.func @padded(%t: tensor<?x3xf64> {emb.name = "t", check.shape = [6, 3]},
                  %i: tensor<5xi32> {check.values = dense<[4, 0, 5, 4, 0]> : tensor<5xi32>},
                  %r: tensor<5x3xf64> {emb.name = "r"}) -> tensor<?x3xf64> {
  %t1 = emb.scatter_add %r[%i] into %t {padding_idx = -2 : i64}
    : tensor<5x3xf64>, tensor<5xi32>, tensor<?x3xf64>
  return %t1 : tensor<?x3xf64>
}
emb.gradient @d_padded of @padded wrt("t", "r") seeded

// The gradient of the table stays a source: the lookup after the sum is one,
// and its rows are read from what the sources add up to.
// CHECK-LABEL: func.func @d_lookup
// CHECK: %[[D:.*]] = emb.scatter_add %{{.*}}[%{{.*}}] into %{{.*}} : tensor<3x3xf64>
// CHECK: emb.gather %[[D]]
func.func @lookup(%t: tensor<6x3xf64> {emb.name = "t"}, %i: tensor<5xi64>,
                  %j: tensor<3xi64>, %r: tensor<5x3xf64> {emb.name = "r"})
    -> (tensor<6x3xf64>, tensor<3x3xf64>) {
  %t1 = emb.scatter_add %r[%i] into %t
    : tensor<5x3xf64>, tensor<5xi64>, tensor<6x3xf64>
  %s = emb.gather %t1[%j] : tensor<6x3xf64>, tensor<3xi64> -> tensor<3x3xf64>
  return %t1, %s : tensor<6x3xf64>, tensor<3x3xf64>
}
emb.gradient @d_lookup of @lookup wrt("t", "r") seeded

// Dot products: what one factor gets is the other one, as a sum bag where the
// map is that of bags.
// CHECK-LABEL: func.func @d_dot
// CHECK-SAME: (%[[T:[a-z0-9_]*]]: tensor<6x3xf64>{{.*}}, %[[I:[a-z0-9_]*]]: tensor<?xi64>{{.*}}, %[[O:[a-z0-9_]*]]: tensor<?xi64>{{.*}}, %[[R:[a-z0-9_]*]]: tensor<3x3xf64>{{.*}}, %[[G:[a-z0-9_]*]]: tensor<?xf64>
// CHECK: %[[MAP:.*]] = emb.offset2bag
// CHECK: emb.bag sum %[[T]][%[[I]]] offsets(%[[O]] : tensor<?xi64>) weights(%[[G]] : tensor<?xf64>) {include_last_offset, padding_idx = -2 : i64}
// CHECK: emb.update touched
// CHECK-SAME: sources[%[[I]] : tensor<?xi64> -> %[[R]] : tensor<3x3xf64> map %[[MAP]] : tensor<?xi32> scale %[[G]] : tensor<?xf64> padding -2]
func.func @dot(%t: tensor<6x3xf64> {emb.name = "t"},
               %i: tensor<?xi64> {check.values = dense<[5, 4, 0, 5, 1]> : tensor<5xi64>},
               %o: tensor<?xi64> {check.values = dense<[0, 2, 2, 5]> : tensor<4xi64>},
               %r: tensor<3x3xf64> {emb.name = "r"}) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %i, %c0 : tensor<?xi64>
  %map = emb.offset2bag %o[%n] {include_last_offset}
    : tensor<?xi64>, index -> tensor<?xi32>
  %d = emb.gather_dot %t[%i], %r[%map] {padding_idx = -2 : i64}
    : tensor<6x3xf64>, tensor<?xi64>, tensor<3x3xf64>, tensor<?xi32>
    -> tensor<?xf64>
  return %d : tensor<?xf64>
}
emb.gradient @d_dot of @dot wrt("t", "r") seeded

// With another map it is a sum of scaled rows.
// CHECK-LABEL: func.func @d_dot_map
// CHECK-NOT: emb.bag
// CHECK: %[[ROWS:.*]] = emb.gather %
// CHECK: %[[SCALED:.*]] = linalg.generic
// CHECK-SAME: ins(%[[ROWS]]
// CHECK: arith.mulf
// CHECK: arith.select
// CHECK: emb.scatter_add %[[SCALED]]
func.func @dot_map(%t: tensor<6x3xf64> {emb.name = "t"},
                   %i: tensor<2x3xi32> {check.range = [0, 6]},
                   %map: tensor<2x3xi64> {check.range = [0, 5]},
                   %r: tensor<?x3xf64> {emb.name = "r", check.shape = [5, 3]})
    -> tensor<2x3xf64> {
  %d = emb.gather_dot %t[%i], %r[%map] {padding_idx = 4 : i64}
    : tensor<6x3xf64>, tensor<2x3xi32>, tensor<?x3xf64>, tensor<2x3xi64>
    -> tensor<2x3xf64>
  return %d : tensor<2x3xf64>
}
emb.gradient @d_dot_map of @dot_map wrt("t", "r") seeded

// What a destination held before has no gradient, so what comes after needs no
// derivative (this update has none).
// CHECK-LABEL: func.func @d_dot_into
// CHECK: %[[NONE:.*]] = linalg.fill
// CHECK: return %{{.*}}, %[[NONE]]
func.func @dot_into(%t: tensor<6x3xf64>, %i: tensor<4x1xi64>,
                    %r: tensor<4x3xf64>, %o: tensor<4x1xf64> {emb.name = "o"})
    -> tensor<4x1xf64> {
  %p = emb.gather_dot %t[%i], %r[%i] outs(%o : tensor<4x1xf64>)
    : tensor<6x3xf64>, tensor<4x1xi64>, tensor<4x3xf64>, tensor<4x1xi64>
    -> tensor<4x1xf64>
  %p1 = emb.update all(%p : tensor<4x1xf64>) sources[] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.mulf %x, %x : f64
    emb.yield %x1 : f64
  }
  return %p1 : tensor<4x1xf64>
}
emb.gradient @d_dot_into of @dot_into wrt("o") seeded

// An update that adds what it is given: all parts of a source, in either order
// of the sum, and the same rows for two sources.
// CHECK-LABEL: func.func @d_update
// CHECK-SAME: %[[X:[a-z0-9_]*]]: tensor<6x3xf64> {emb.name = "grad_output"}
// CHECK-DAG: emb.gather_dot %[[X]][%{{.*}}], %{{.*}} {padding_idx = 4 : i64}
// CHECK-DAG: emb.scatter_add
// CHECK: return %{{.*}}, %[[X]],
func.func @update(%t: tensor<6x3xf64> {emb.name = "t"},
                  %i: tensor<2x3xi32> {check.range = [0, 6]},
                  %g: tensor<5x3xf64> {emb.name = "g"},
                  %m: tensor<2x3xi64> {check.range = [0, 5]},
                  %s: tensor<2x3xf64> {emb.name = "s"},
                  %j: tensor<4xi64>, %h: tensor<4x3xf64> {emb.name = "h"},
                  %u: tensor<4xf64> {emb.name = "u"}) -> tensor<6x3xf64> {
  %t1 = emb.update touched(%t : tensor<6x3xf64>)
    sources[%i : tensor<2x3xi32> -> %g : tensor<5x3xf64> map %m : tensor<2x3xi64> scale %s : tensor<2x3xf64> padding 4,
            %j : tensor<4xi64> -> %h : tensor<4x3xf64> scale %u : tensor<4xf64> padding -5,
            %j : tensor<4xi64> -> %h : tensor<4x3xf64>] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.addf %d, %x : f64
    emb.yield %x1 : f64
  }
  return %t1 : tensor<6x3xf64>
}
emb.gradient @d_update of @update wrt("t", "g", "s", "h", "u") seeded

// A bag of 2-D indices is found by its map.
// CHECK-LABEL: func.func @d_bag_update
// CHECK: emb.bag sum %{{.*}}[%{{.*}}] weights
func.func @bag_update(%t: tensor<6x3xf64>, %i: tensor<2x3xi32>,
                      %g: tensor<2x3xf64> {emb.name = "g"},
                      %s: tensor<2x3xf64>) -> tensor<6x3xf64> {
  %e = tensor.empty() : tensor<2x3xi32>
  %m = linalg.generic {
      indexing_maps = [affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} outs(%e : tensor<2x3xi32>) {
  ^bb0(%o: i32):
    %row = linalg.index 0 : index
    %number = arith.index_cast %row : index to i32
    linalg.yield %number : i32
  } -> tensor<2x3xi32>
  %t1 = emb.update all(%t : tensor<6x3xf64>)
    sources[%i : tensor<2x3xi32> -> %g : tensor<2x3xf64> map %m : tensor<2x3xi32> scale %s : tensor<2x3xf64>] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.addf %x, %d : f64
    emb.yield %x1 : f64
  }
  return %t1 : tensor<6x3xf64>
}
emb.gradient @d_bag_update of @bag_update wrt("g") seeded
