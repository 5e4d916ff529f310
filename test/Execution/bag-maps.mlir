// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --threads=1
// RUN: emb-check %s --print-module | emb-opt --compile-to=optimize | FileCheck %s

// An update through the bags of occurrences has the same bits whether these are
// the positions of its group (emb-fold-bag-maps makes them) or a map that the
// compiler cannot see through. No sum is exact.

#id = affine_map<(b, l) -> (b, l)>

// Adagrad; row 4 is padding.
func.func private @matrix_step(%w: tensor<5x3xf32>, %h: tensor<5x3xf32>, %i: tensor<?x?xi64>, %g: tensor<?x3xf32>, %m: tensor<?x?xi32>)
    -> (tensor<5x3xf32>, tensor<5x3xf32>) {
  %r:2 = emb.update touched(%w, %h : tensor<5x3xf32>, tensor<5x3xf32>)
      sources[%i : tensor<?x?xi64> -> %g : tensor<?x3xf32> map %m : tensor<?x?xi32> padding -1] {
  ^bb0(%x: f32, %s: f32, %d: f32):
    %d2 = arith.mulf %d, %d : f32
    %s1 = arith.addf %s, %d2 : f32
    %root = math.sqrt %s1 : f32
    %step = arith.divf %d, %root : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1, %s1 : f32, f32
  }
  return %r#0, %r#1 : tensor<5x3xf32>, tensor<5x3xf32>
}

// The row of each of %i.
func.func private @rows(%i: tensor<?x?xi64>) -> tensor<?x?xi32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = tensor.dim %i, %c0 : tensor<?x?xi64>
  %n = tensor.dim %i, %c1 : tensor<?x?xi64>
  %e = tensor.empty(%m, %n) : tensor<?x?xi32>
  %map = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<?x?xi32>) {
  ^bb0(%o: i32):
    %b = linalg.index 0 : index
    %r = arith.index_cast %b : index to i32
    linalg.yield %r : i32
  } -> tensor<?x?xi32>
  return %map : tensor<?x?xi32>
}

// All rows, without padding.
func.func private @ragged_step(%w: tensor<5x3xf32>, %i: tensor<?xi32>, %g: tensor<?x3xf32>, %m: tensor<?xi32>) -> tensor<5x3xf32> {
  %r = emb.update all(%w : tensor<5x3xf32>) sources[%i : tensor<?xi32> -> %g : tensor<?x3xf32> map %m : tensor<?xi32>] {
  ^bb0(%x: f32, %d: f32):
    %half = arith.constant 0.7 : f32
    %y = arith.mulf %x, %half : f32
    %x1 = arith.subf %y, %d : f32
    emb.yield %x1 : f32
  }
  return %r : tensor<5x3xf32>
}

// A row twice in a bag, and in several.
// CHECK-LABEL: func.func @matrix
// CHECK: emb.group(%{{.*}} : tensor<?x?xi64>) padding(%{{.*}}) {by_bag}
// CHECK: mapped_group
// CHECK: map %
// CHECK-NOT: mapped_group
func.func @matrix() {
  %w = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %v = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %h = check.constant dense<0.1> : tensor<5x3xf32>
  %k = check.constant dense<0.1> : tensor<5x3xf32>
  %i = check.constant dense<[[0, 3, 0], [3, 4, 1], [0, 0, 2], [1, 3, 4]]> : tensor<4x3xi64> as tensor<?x?xi64>
  %j = check.constant dense<[[0, 3, 0], [3, 4, 1], [0, 0, 2], [1, 3, 4]]> : tensor<4x3xi64> as tensor<?x?xi64>
  %g = check.constant dense<[[0.1, -0.7, 1.0e8], [0.3, 0.9, 1.0], [1.7, 0.2, -1.0e8], [-0.6, 0.4, 3.3]]> : tensor<4x3xf32> as tensor<?x3xf32>
  %m = check.constant dense<[[0, 0, 0], [1, 1, 1], [2, 2, 2], [3, 3, 3]]> : tensor<4x3xi32> as tensor<?x?xi32>
  %map = func.call @rows(%i) : (tensor<?x?xi64>) -> tensor<?x?xi32>
  %a:2 = func.call @matrix_step(%w, %h, %i, %g, %map) : (tensor<5x3xf32>, tensor<5x3xf32>, tensor<?x?xi64>, tensor<?x3xf32>, tensor<?x?xi32>)
    -> (tensor<5x3xf32>, tensor<5x3xf32>)
  %b:2 = func.call @matrix_step(%v, %k, %j, %g, %m) : (tensor<5x3xf32>, tensor<5x3xf32>, tensor<?x?xi64>, tensor<?x3xf32>, tensor<?x?xi32>)
    -> (tensor<5x3xf32>, tensor<5x3xf32>)
  check.expect_eq_value %a#0, %b#0 : tensor<5x3xf32>
  check.expect_eq_value %a#1, %b#1 : tensor<5x3xf32>
  return
}

// Nothing but padding.
// CHECK-LABEL: func.func @padding_only
// CHECK: emb.group(%{{.*}} : tensor<?x?xi64>) padding(%{{.*}}) {by_bag}
// CHECK: mapped_group
// CHECK: map %
// CHECK-NOT: mapped_group
func.func @padding_only() {
  %w = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %v = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %h = check.constant dense<0.1> : tensor<5x3xf32>
  %k = check.constant dense<0.1> : tensor<5x3xf32>
  %i = check.constant dense<[[4, 4], [4, 4]]> : tensor<2x2xi64> as tensor<?x?xi64>
  %j = check.constant dense<[[4, 4], [4, 4]]> : tensor<2x2xi64> as tensor<?x?xi64>
  %g = check.constant dense<[[0.1, -0.7, 1.0e8], [0.3, 0.9, 1.0]]> : tensor<2x3xf32> as tensor<?x3xf32>
  %m = check.constant dense<[[0, 0], [1, 1]]> : tensor<2x2xi32> as tensor<?x?xi32>
  %map = func.call @rows(%i) : (tensor<?x?xi64>) -> tensor<?x?xi32>
  %a:2 = func.call @matrix_step(%w, %h, %i, %g, %map) : (tensor<5x3xf32>, tensor<5x3xf32>, tensor<?x?xi64>, tensor<?x3xf32>, tensor<?x?xi32>)
    -> (tensor<5x3xf32>, tensor<5x3xf32>)
  %b:2 = func.call @matrix_step(%v, %k, %j, %g, %m) : (tensor<5x3xf32>, tensor<5x3xf32>, tensor<?x?xi64>, tensor<?x3xf32>, tensor<?x?xi32>)
    -> (tensor<5x3xf32>, tensor<5x3xf32>)
  check.expect_eq_value %a#0, %b#0 : tensor<5x3xf32>
  check.expect_eq_value %a#1, %b#1 : tensor<5x3xf32>
  return
}

// An empty batch.
// CHECK-LABEL: func.func @no_bags
// CHECK: emb.group(%{{.*}} : tensor<?x?xi64>) padding(%{{.*}}) {by_bag}
// CHECK: mapped_group
// CHECK: map %
// CHECK-NOT: mapped_group
func.func @no_bags() {
  %w = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %v = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %h = check.constant dense<0.1> : tensor<5x3xf32>
  %k = check.constant dense<0.1> : tensor<5x3xf32>
  %i = check.constant dense<> : tensor<0x3xi64> as tensor<?x?xi64>
  %j = check.constant dense<> : tensor<0x3xi64> as tensor<?x?xi64>
  %g = check.constant dense<> : tensor<0x3xf32> as tensor<?x3xf32>
  %m = check.constant dense<> : tensor<0x3xi32> as tensor<?x?xi32>
  %map = func.call @rows(%i) : (tensor<?x?xi64>) -> tensor<?x?xi32>
  %a:2 = func.call @matrix_step(%w, %h, %i, %g, %map) : (tensor<5x3xf32>, tensor<5x3xf32>, tensor<?x?xi64>, tensor<?x3xf32>, tensor<?x?xi32>)
    -> (tensor<5x3xf32>, tensor<5x3xf32>)
  %b:2 = func.call @matrix_step(%v, %k, %j, %g, %m) : (tensor<5x3xf32>, tensor<5x3xf32>, tensor<?x?xi64>, tensor<?x3xf32>, tensor<?x?xi32>)
    -> (tensor<5x3xf32>, tensor<5x3xf32>)
  check.expect_eq_value %a#0, %b#0 : tensor<5x3xf32>
  check.expect_eq_value %a#1, %b#1 : tensor<5x3xf32>
  return
}

// Bags of nothing.
// CHECK-LABEL: func.func @empty_bags
// CHECK: emb.group(%{{.*}} : tensor<?x?xi64>) padding(%{{.*}}) {by_bag}
// CHECK: mapped_group
// CHECK: map %
// CHECK-NOT: mapped_group
func.func @empty_bags() {
  %w = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %v = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %h = check.constant dense<0.1> : tensor<5x3xf32>
  %k = check.constant dense<0.1> : tensor<5x3xf32>
  %i = check.constant dense<> : tensor<2x0xi64> as tensor<?x?xi64>
  %j = check.constant dense<> : tensor<2x0xi64> as tensor<?x?xi64>
  %g = check.constant dense<[[0.1, -0.7, 1.0e8], [0.3, 0.9, 1.0]]> : tensor<2x3xf32> as tensor<?x3xf32>
  %m = check.constant dense<> : tensor<2x0xi32> as tensor<?x?xi32>
  %map = func.call @rows(%i) : (tensor<?x?xi64>) -> tensor<?x?xi32>
  %a:2 = func.call @matrix_step(%w, %h, %i, %g, %map) : (tensor<5x3xf32>, tensor<5x3xf32>, tensor<?x?xi64>, tensor<?x3xf32>, tensor<?x?xi32>)
    -> (tensor<5x3xf32>, tensor<5x3xf32>)
  %b:2 = func.call @matrix_step(%v, %k, %j, %g, %m) : (tensor<5x3xf32>, tensor<5x3xf32>, tensor<?x?xi64>, tensor<?x3xf32>, tensor<?x?xi32>)
    -> (tensor<5x3xf32>, tensor<5x3xf32>)
  check.expect_eq_value %a#0, %b#0 : tensor<5x3xf32>
  check.expect_eq_value %a#1, %b#1 : tensor<5x3xf32>
  return
}

// Empty bags at the beginning, in the middle and at the end.
// CHECK-LABEL: func.func @ragged
// CHECK: emb.group(%{{.*}} : tensor<?xi32>) offsets(%{{.*}} : tensor<?xi64>) {by_bag}
// CHECK: mapped_group
// CHECK: map %
// CHECK-NOT: mapped_group
func.func @ragged() {
  %c0 = arith.constant 0 : index
  %w = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %v = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %i = check.constant dense<[0, 3, 0, 3, 4, 1, 0, 2]> : tensor<8xi32> as tensor<?xi32>
  %j = check.constant dense<[0, 3, 0, 3, 4, 1, 0, 2]> : tensor<8xi32> as tensor<?xi32>
  %o = check.constant dense<[0, 0, 3, 3, 8]> : tensor<5xi64> as tensor<?xi64>
  %g = check.constant dense<[[0.1, -0.7, 1.0e8], [0.3, 0.9, 1.0], [1.7, 0.2, -1.0e8], [-0.6, 0.4, 3.3], [0.5, 7.1, 0.25]]> : tensor<5x3xf32> as tensor<?x3xf32>
  %m = check.constant dense<[1, 1, 1, 3, 3, 3, 3, 3]> : tensor<8xi32> as tensor<?xi32>
  %n = tensor.dim %i, %c0 : tensor<?xi32>
  %map = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
  %a = func.call @ragged_step(%w, %i, %g, %map) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  %b = func.call @ragged_step(%v, %j, %g, %m) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  check.expect_eq_value %a, %b : tensor<5x3xf32>
  return
}

// All in one bag.
// CHECK-LABEL: func.func @one_bag
// CHECK: emb.group(%{{.*}} : tensor<?xi32>) offsets(%{{.*}} : tensor<?xi64>) {by_bag}
// CHECK: mapped_group
// CHECK: map %
// CHECK-NOT: mapped_group
func.func @one_bag() {
  %c0 = arith.constant 0 : index
  %w = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %v = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %i = check.constant dense<[2, 2, 1]> : tensor<3xi32> as tensor<?xi32>
  %j = check.constant dense<[2, 2, 1]> : tensor<3xi32> as tensor<?xi32>
  %o = check.constant dense<[0]> : tensor<1xi64> as tensor<?xi64>
  %g = check.constant dense<[[0.1, -0.7, 1.0e8]]> : tensor<1x3xf32> as tensor<?x3xf32>
  %m = check.constant dense<[0, 0, 0]> : tensor<3xi32> as tensor<?xi32>
  %n = tensor.dim %i, %c0 : tensor<?xi32>
  %map = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
  %a = func.call @ragged_step(%w, %i, %g, %map) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  %b = func.call @ragged_step(%v, %j, %g, %m) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  check.expect_eq_value %a, %b : tensor<5x3xf32>
  return
}

// The last offset is no bag.
// CHECK-LABEL: func.func @include_last_offset
// CHECK: emb.group(%{{.*}} : tensor<?xi32>) offsets(%{{.*}} : tensor<?xi64>) {by_bag, include_last_offset}
// CHECK: mapped_group
// CHECK: map %
// CHECK-NOT: mapped_group
func.func @include_last_offset() {
  %c0 = arith.constant 0 : index
  %w = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %v = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %i = check.constant dense<[0, 3, 0, 3, 4, 1, 0, 2]> : tensor<8xi32> as tensor<?xi32>
  %j = check.constant dense<[0, 3, 0, 3, 4, 1, 0, 2]> : tensor<8xi32> as tensor<?xi32>
  %o = check.constant dense<[0, 2, 2, 5, 8, 8]> : tensor<6xi64> as tensor<?xi64>
  %g = check.constant dense<[[0.1, -0.7, 1.0e8], [0.3, 0.9, 1.0], [1.7, 0.2, -1.0e8], [-0.6, 0.4, 3.3], [0.5, 7.1, 0.25]]> : tensor<5x3xf32> as tensor<?x3xf32>
  %m = check.constant dense<[0, 0, 2, 2, 2, 3, 3, 3]> : tensor<8xi32> as tensor<?xi32>
  %n = tensor.dim %i, %c0 : tensor<?xi32>
  %map = emb.offset2bag %o[%n] {include_last_offset} : tensor<?xi64>, index -> tensor<?xi32>
  %a = func.call @ragged_step(%w, %i, %g, %map) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  %b = func.call @ragged_step(%v, %j, %g, %m) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  check.expect_eq_value %a, %b : tensor<5x3xf32>
  return
}

// Bags without indices.
// CHECK-LABEL: func.func @no_indices
// CHECK: emb.group(%{{.*}} : tensor<?xi32>) offsets(%{{.*}} : tensor<?xi64>) {by_bag}
// CHECK: mapped_group
// CHECK: map %
// CHECK-NOT: mapped_group
func.func @no_indices() {
  %c0 = arith.constant 0 : index
  %w = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %v = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %i = check.constant dense<> : tensor<0xi32> as tensor<?xi32>
  %j = check.constant dense<> : tensor<0xi32> as tensor<?xi32>
  %o = check.constant dense<[0, 0, 0]> : tensor<3xi64> as tensor<?xi64>
  %g = check.constant dense<[[0.1, -0.7, 1.0e8], [0.3, 0.9, 1.0], [1.7, 0.2, -1.0e8]]> : tensor<3x3xf32> as tensor<?x3xf32>
  %m = check.constant dense<> : tensor<0xi32> as tensor<?xi32>
  %n = tensor.dim %i, %c0 : tensor<?xi32>
  %map = emb.offset2bag %o[%n] : tensor<?xi64>, index -> tensor<?xi32>
  %a = func.call @ragged_step(%w, %i, %g, %map) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  %b = func.call @ragged_step(%v, %j, %g, %m) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  check.expect_eq_value %a, %b : tensor<5x3xf32>
  return
}

// No bags at all.
// CHECK-LABEL: func.func @no_offsets
// CHECK: emb.group(%{{.*}} : tensor<?xi32>) offsets(%{{.*}} : tensor<?xi64>) {by_bag, include_last_offset}
// CHECK: mapped_group
// CHECK: map %
// CHECK-NOT: mapped_group
func.func @no_offsets() {
  %c0 = arith.constant 0 : index
  %w = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %v = check.constant dense<[[1.1, 2.2, 3.3], [4.4, 5.5, 6.6], [7.7, 8.8, 9.9], [1.2, 2.3, 3.4], [4.5, 5.6, 6.7]]> : tensor<5x3xf32>
  %i = check.constant dense<> : tensor<0xi32> as tensor<?xi32>
  %j = check.constant dense<> : tensor<0xi32> as tensor<?xi32>
  %o = check.constant dense<[0]> : tensor<1xi64> as tensor<?xi64>
  %g = check.constant dense<> : tensor<0x3xf32> as tensor<?x3xf32>
  %m = check.constant dense<> : tensor<0xi32> as tensor<?xi32>
  %n = tensor.dim %i, %c0 : tensor<?xi32>
  %map = emb.offset2bag %o[%n] {include_last_offset} : tensor<?xi64>, index -> tensor<?xi32>
  %a = func.call @ragged_step(%w, %i, %g, %map) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  %b = func.call @ragged_step(%v, %j, %g, %m) : (tensor<5x3xf32>, tensor<?xi32>, tensor<?x3xf32>, tensor<?xi32>) -> tensor<5x3xf32>
  check.expect_eq_value %a, %b : tensor<5x3xf32>
  return
}
