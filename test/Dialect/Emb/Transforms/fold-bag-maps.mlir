// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-fold-bag-maps))' --mlir-disable-threading --remarks-filter='emb-fold-bag-maps' 2> %t.remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.remarks --implicit-check-not=remark:

#id = affine_map<(b, l) -> (b, l)>
#transposed = affine_map<(b, l) -> (l, b)>

// The map of 2-D indices goes, with what only it needs; the positions become as
// wide as it was. A renorm of the same group reads rows only.
// CHECK-LABEL: func.func @rows
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[I:.*]]: tensor<?x?xi64>, %[[G:.*]]: tensor<?x8xf32>
// CHECK-NEXT: %[[Q:.*]]:3, %[[N:.*]] = emb.group(%[[I]] : tensor<?x?xi64>) {by_bag} -> tensor<?xi64>, tensor<?xi64>, tensor<?xi32>
// CHECK-NEXT: %[[W0:.*]] = emb.renorm %[[I]] into %[[W]] {{.*}} group(%[[Q]]#0, %[[Q]]#1, %[[Q]]#2, %[[N]] :
// CHECK-NEXT: emb.update touched(%[[W0]] : tensor<9x8xf32>) sources[%[[I]] : tensor<?x?xi64> -> %[[G]] : tensor<?x8xf32>]
// CHECK-SAME: group(%[[Q]]#0, %[[Q]]#1, %[[Q]]#2, %[[N]] : tensor<?xi64>, tensor<?xi64>, tensor<?xi32>, index) attributes {mapped_group} {
// REMARK: remark: [Passed] BagMapFolded | Category:emb-fold-bag-maps | Function=rows | bags=rows, updates=1
func.func @rows(%w: tensor<9x8xf32>, %i: tensor<?x?xi64>, %g: tensor<?x8xf32>) -> tensor<9x8xf32> {
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
  %q:3, %u = emb.group(%i : tensor<?x?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %w0 = emb.renorm %i into %w max_norm 1.0
      group(%q#0, %q#1, %q#2, %u : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) : tensor<?x?xi64>, tensor<9x8xf32>
  %w1 = emb.update touched(%w0 : tensor<9x8xf32>)
      sources[%i : tensor<?x?xi64> -> %g : tensor<?x8xf32> map %map : tensor<?x?xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// The map of ragged bags; two tables share the sort, the padding stays.
// CHECK-LABEL: func.func @offsets
// CHECK-SAME: %[[W:.*]]: tensor<9x8xf32>, %[[V:.*]]: tensor<9x4xf32>, %[[I:.*]]: tensor<?xi32>, %[[O:.*]]: tensor<?xi64>,
// CHECK: %[[P:.*]] = arith.constant 3 : index
// CHECK-NOT: emb.offset2bag
// CHECK: emb.group(%[[I]] : tensor<?xi32>) offsets(%[[O]] : tensor<?xi64>) padding(%[[P]]) {by_bag, include_last_offset} ->
// CHECK: emb.update all(%[[W]] : {{.*}} sources[%[[I]] : tensor<?xi32> -> %{{.*}} : tensor<?x8xf32> padding 3] group({{.*}}) attributes {mapped_group, table_id = 1 : i64} {
// CHECK: emb.update touched(%[[V]] : {{.*}} sources[%[[I]] : tensor<?xi32> -> %{{.*}} : tensor<?x4xf32> padding 3] group({{.*}}) attributes {mapped_group} {
// REMARK: remark: [Passed] BagMapFolded | Category:emb-fold-bag-maps | Function=offsets | bags=offsets, updates=2
func.func @offsets(%w: tensor<9x8xf32>, %v: tensor<9x4xf32>, %i: tensor<?xi32>, %o: tensor<?xi64>, %g: tensor<?x8xf32>, %h: tensor<?x4xf32>)
    -> (tensor<9x8xf32>, tensor<9x4xf32>) {
  %c0 = arith.constant 0 : index
  %p = arith.constant 3 : index
  %n = tensor.dim %i, %c0 : tensor<?xi32>
  %map = emb.offset2bag %o[%n] {include_last_offset} : tensor<?xi64>, index -> tensor<?xi32>
  %q:3, %u = emb.group(%i : tensor<?xi32>) padding(%p) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %w1 = emb.update all(%w : tensor<9x8xf32>)
      sources[%i : tensor<?xi32> -> %g : tensor<?x8xf32> map %map : tensor<?xi32> padding 3]
      group(%q#0, %q#1, %q#2, %u : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) attributes {table_id = 1 : i64} {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  %v1 = emb.update touched(%v : tensor<9x4xf32>)
      sources[%i : tensor<?xi32> -> %h : tensor<?x4xf32> map %map : tensor<?xi32> padding 3]
      group(%q#0, %q#1, %q#2, %u : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1, %v1 : tensor<9x8xf32>, tensor<9x4xf32>
}

// One map has numbers of 64 bits: so have the positions.
// CHECK-LABEL: func.func @wide
// CHECK: emb.group({{.*}}) offsets({{.*}}) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
// REMARK: remark: [Passed] BagMapFolded | Category:emb-fold-bag-maps | Function=wide | bags=offsets, updates=2
func.func @wide(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi64>
  %other = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w0 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi64>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  %w1 = emb.update touched(%w0 : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %other : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// Where the positions have a destination they have its type.
// CHECK-LABEL: func.func @destination
// CHECK: emb.group({{.*}}) offsets({{.*}}) outs({{.*}}) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
// REMARK: remark: [Passed] BagMapFolded | Category:emb-fold-bag-maps | Function=destination | bags=offsets, updates=1
func.func @destination(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>, %a: tensor<4xi64>, %b: tensor<5xi64>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) outs(%a, %b, %a : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w1 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// Something else needs the numbers of the occurrences: not a second sort.
// CHECK-LABEL: func.func @frequency
// CHECK: emb.offset2bag
// CHECK: emb.group(%{{.*}} : tensor<4xi64>) ->
// CHECK-NOT: mapped_group
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=frequency | Reason="'emb.frequency' reads the numbers of occurrences"
func.func @frequency(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>) -> (tensor<4xi64>, tensor<9x8xf32>) {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %c = emb.frequency %i group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    : tensor<4xi64> -> tensor<4xi64>
  %w1 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %c, %w1 : tensor<4xi64>, tensor<9x8xf32>
}

// CHECK-LABEL: func.func @returned
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=returned | Reason="'func.return' reads the numbers of occurrences"
func.func @returned(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>) -> (tensor<4xi64>, tensor<9x8xf32>) {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w1 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %q#2, %w1 : tensor<4xi64>, tensor<9x8xf32>
}

// Positions that happen to be the indices of a renorm.
// CHECK-LABEL: func.func @indices_of_renorm
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=indices_of_renorm | Reason="'emb.renorm' reads the numbers of occurrences"
func.func @indices_of_renorm(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w0 = emb.renorm %q#2 into %w max_norm 1.0 : tensor<4xi64>, tensor<9x8xf32>
  %w1 = emb.update touched(%w0 : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @no_map
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=no_map | Reason="an update has a source without a map"
func.func @no_map(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>, %h: tensor<4x8xf32>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w0 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %h : tensor<4x8xf32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  %w1 = emb.update touched(%w0 : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @sources
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=sources | Reason="an update has 2 sources"
func.func @sources(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i, %i : tensor<4xi64>, tensor<4xi64>) -> tensor<8xi64>, tensor<9xi64>, tensor<8xi64>
  %w1 = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32>,
              %i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<8xi64>, tensor<9xi64>, tensor<8xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @scale
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=scale | Reason="a source has a scale, which is read by occurrence number"
func.func @scale(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>, %s: tensor<4xf32>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w1 = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32> scale %s : tensor<4xf32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @winners
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=winners | Reason="a source has winners, which are occurrence numbers"
func.func @winners(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>, %a: tensor<2x8xi64>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w1 = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32> winners %a : tensor<2x8xi64>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// Two maps, one of which is given: it may be anything.
// CHECK-LABEL: func.func @given_map
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=given_map | Reason="a map is neither the row of 2-D indices nor the bag of offsets"
func.func @given_map(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>, %m: tensor<4xi32>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w0 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  %w1 = emb.update touched(%w0 : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %m : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// The same offsets, with and without an end of the last bag.
// CHECK-LABEL: func.func @different_maps
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=different_maps | Reason="two updates have different maps"
func.func @different_maps(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<2x8xf32>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<4xi32>
  %other = emb.offset2bag %o[%n] {include_last_offset} : tensor<2xi64>, index -> tensor<4xi32>
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w0 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %map : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  %w1 = emb.update touched(%w0 : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<2x8xf32> map %other : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// Whether the map has one number for each index is left to the run.
// CHECK-LABEL: func.func @shape
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=shape | Reason="a map is not known to have the shape of the indices"
func.func @shape(%w: tensor<9x8xf32>, %i: tensor<?xi64>, %o: tensor<2xi64>, %n: index, %g: tensor<2x8xf32>) -> tensor<9x8xf32> {
  %map = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<?xi32>
  %q:3, %u = emb.group(%i : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %w1 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<?xi64> -> %g : tensor<2x8xf32> map %map : tensor<?xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @late_offsets
// CHECK-NOT: by_bag
// REMARK: remark: [Missed] BagMapKept | Category:emb-fold-bag-maps | Function=late_offsets | Reason="the offsets are computed after the sort"
func.func @late_offsets(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<2xi64>, %g: tensor<?x8xf32>) -> tensor<9x8xf32> {
  %n = arith.constant 4 : index
  %q:3, %u = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %p = tensor.extract_slice %o[0] [%u] [1] : tensor<2xi64> to tensor<?xi64>
  %map = emb.offset2bag %p[%n] : tensor<?xi64>, index -> tensor<4xi32>
  %w1 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %g : tensor<?x8xf32> map %map : tensor<4xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1 : tensor<9x8xf32>
}

// The number of the column, or of the row of something else, is no bag; there
// is nothing to say then.
// CHECK-LABEL: func.func @columns
// CHECK-NOT: by_bag
func.func @columns(%w: tensor<9x8xf32>, %v: tensor<9x8xf32>, %i: tensor<3x3xi64>, %g: tensor<3x8xf32>) -> (tensor<9x8xf32>, tensor<9x8xf32>) {
  %e = tensor.empty() : tensor<3x3xi32>
  %map = linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x3xi32>) {
  ^bb0(%o: i32):
    %b = linalg.index 1 : index
    %r = arith.index_cast %b : index to i32
    linalg.yield %r : i32
  } -> tensor<3x3xi32>
  %other = linalg.generic {indexing_maps = [#transposed], iterator_types = ["parallel", "parallel"]} outs(%e : tensor<3x3xi32>) {
  ^bb0(%o: i32):
    %b = linalg.index 0 : index
    %r = arith.index_cast %b : index to i32
    linalg.yield %r : i32
  } -> tensor<3x3xi32>
  %q:3, %u = emb.group(%i : tensor<3x3xi64>) -> tensor<9xi64>, tensor<10xi64>, tensor<9xi64>
  %w1 = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<3x3xi64> -> %g : tensor<3x8xf32> map %map : tensor<3x3xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<9xi64>, tensor<10xi64>, tensor<9xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  %w2 = emb.update touched(%v : tensor<9x8xf32>) sources[%i : tensor<3x3xi64> -> %g : tensor<3x8xf32> map %other : tensor<3x3xi32>]
      group(%q#0, %q#1, %q#2, %u : tensor<9xi64>, tensor<10xi64>, tensor<9xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return %w1, %w2 : tensor<9x8xf32>, tensor<9x8xf32>
}

// A group on buffers stays.
// CHECK-LABEL: func.func @buffers
// CHECK-NOT: by_bag
func.func @buffers(%w: memref<9x8xf32>, %i: memref<4xi64>, %r: memref<4xi64>, %b: memref<5xi64>, %p: memref<4xi64>, %g: memref<2x8xf32>, %m: memref<4xi32>) {
  %n = emb.group(%i : memref<4xi64>) outs(%r, %b, %p : memref<4xi64>, memref<5xi64>, memref<4xi64>)
  emb.update touched(%w : memref<9x8xf32>) sources[%i : memref<4xi64> -> %g : memref<2x8xf32> map %m : memref<4xi32>]
      group(%r, %b, %p, %n : memref<4xi64>, memref<5xi64>, memref<4xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  return
}
