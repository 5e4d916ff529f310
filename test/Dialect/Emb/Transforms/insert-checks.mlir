// RUN: emb-opt %s --pass-pipeline='builtin.module(func.func(emb-insert-checks))' | FileCheck %s

// CHECK-LABEL: func.func @gather
// CHECK-SAME: %[[T:.*]]: tensor<?x8xf32>, %[[I:.*]]: tensor<?xi64> {emb.name = "ids"}, %[[O:.*]]: tensor<?x8xf32>
func.func @gather(%t: tensor<?x8xf32>, %i: tensor<?xi64> {emb.name = "ids"}, %o: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: %[[N:.*]] = tensor.dim %[[T]], %c0
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %[[N]] label "emb.gather: indices (argument 1 'ids')"
  // CHECK: %[[FOUND:.*]] = tensor.dim %[[O]], %c0
  // CHECK: emb.check_equal %[[FOUND]], %{{.*}} label "emb.gather: outs, dimension 0 (argument 2)"
  // CHECK: emb.gather %[[T]][%[[J]]]
  %r = emb.gather %t[%i] outs(%o : tensor<?x8xf32>) : tensor<?x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @bag
// CHECK-SAME: %[[T:.*]]: tensor<9x8xf32>, %[[I:.*]]: tensor<?xi64>, %[[O:.*]]: tensor<?xi32>, %[[W:.*]]: tensor<?xf32>
func.func @bag(%t: tensor<9x8xf32>, %i: tensor<?xi64>, %o: tensor<?xi32>, %w: tensor<?xf32>) -> tensor<?x8xf32> {
  // CHECK: %[[C9:.*]] = arith.constant 9 : index
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %[[C9]] label "emb.bag: indices (argument 1)"
  // CHECK: %[[P:.*]] = emb.check_offsets %[[O]], %{{.*}} label "emb.bag: offsets (argument 2)" {include_last_offset}
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.bag: weights, dimension 0 (argument 3)"
  // CHECK: emb.bag sum %[[T]][%[[J]]] offsets(%[[P]] : tensor<?xi32>) weights(%[[W]] : tensor<?xf32>)
  %r = emb.bag sum %t[%i] offsets(%o : tensor<?xi32>) weights(%w : tensor<?xf32>) {include_last_offset}
    : tensor<9x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @bag_outs
func.func @bag_outs(%t: tensor<9x8xf32>, %i: tensor<?x3xi64>, %o: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.bag: outs, dimension 0 (argument 2)"
  %r = emb.bag sum %t[%i] outs(%o : tensor<?x8xf32>) : tensor<9x8xf32>, tensor<?x3xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @offset2bag
func.func @offset2bag(%o: tensor<?xi64>, %n: index, %r: tensor<?xi32>) -> tensor<?xi32> {
  // CHECK: emb.check_offsets %{{.*}}, %[[N:.*]] label "emb.offset2bag: offsets (argument 0)"
  // CHECK: emb.check_equal %{{.*}}, %[[N]] label "emb.offset2bag: outs, dimension 0 (argument 2)"
  %m = emb.offset2bag %o[%n] outs(%r : tensor<?xi32>) : tensor<?xi64>, index -> tensor<?xi32>
  return %m : tensor<?xi32>
}

// CHECK-LABEL: func.func @writes
func.func @writes(%w: tensor<9x8xf32>, %i: tensor<?xi64>, %g: tensor<?x8xf32>) -> tensor<9x8xf32> {
  // CHECK: emb.check_indices %{{.*}}, %{{.*}} label "emb.renorm: indices (argument 1)"
  %a = emb.renorm %i into %w max_norm 1.0 : tensor<?xi64>, tensor<9x8xf32>
  // CHECK: emb.check_indices %{{.*}}, %{{.*}} label "emb.scatter_add: indices (argument 1)"
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.scatter_add: rows, dimension 0 (argument 2)"
  %b = emb.scatter_add %g[%i] into %a : tensor<?x8xf32>, tensor<?xi64>, tensor<9x8xf32>
  return %b : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @update
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x8xf32>, %[[S:[^:]*]]: tensor<?xf32>, %[[I:[^:]*]]: tensor<?xi64>, %[[G:[^:]*]]: tensor<?x8xf32>, %[[M:[^:]*]]: tensor<?xi32>, %[[C:[^:]*]]: tensor<?xf32>
func.func @update(%w: tensor<?x8xf32>, %s: tensor<?xf32>, %i: tensor<?xi64>, %g: tensor<?x8xf32>,
                  %m: tensor<?xi32>, %c: tensor<?xf32>) -> (tensor<?x8xf32>, tensor<?xf32>) {
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.update: state 0, dimension 0 (argument 1)"
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %{{.*}} label "emb.update: indices 0 (argument 2)"
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.update: map 0, dimension 0 (argument 4)"
  // CHECK: %[[B:.*]] = tensor.dim %[[G]], %c0
  // CHECK: %[[N:.*]] = emb.check_indices %[[M]], %[[B]] label "emb.update: map 0 (argument 4)"
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.update: scale 0, dimension 0 (argument 5)"
  // CHECK: %[[J1:.*]] = emb.check_indices %[[I]], %{{.*}} label "emb.update: indices 1 (argument 2)"
  // CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.update: gradient 1, dimension 0 (argument 3)"
  // CHECK: sources[%[[J]] : tensor<?xi64> -> %[[G]] : tensor<?x8xf32> map %[[N]] : tensor<?xi32> scale %[[C]] : tensor<?xf32>, %[[J1]] : tensor<?xi64> -> %[[G]] : tensor<?x8xf32>]
  %r:2 = emb.update touched(%w, %s : tensor<?x8xf32>, tensor<?xf32>)
      sources[%i : tensor<?xi64> -> %g : tensor<?x8xf32> map %m : tensor<?xi32> scale %c : tensor<?xf32>,
              %i : tensor<?xi64> -> %g : tensor<?x8xf32>] {
  ^bb0(%x: f32, %a: f32, %d: f32):
    emb.yield %d, %a : f32, f32
  }
  return %r#0, %r#1 : tensor<?x8xf32>, tensor<?xf32>
}

// What the types decide needs no check.
// CHECK-LABEL: func.func @static
func.func @static(%x: tensor<4x8xf32>, %o: tensor<4x8xf32>, %i: tensor<4xi64>) -> tensor<4x8xf32> {
  // CHECK-NOT: emb.check_equal
  %s = emb.scatter_add %x[%i] into %o : tensor<4x8xf32>, tensor<4xi64>, tensor<4x8xf32>
  return %s : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @frequency_shape
// CHECK-SAME: %[[I:[^:]*]]: tensor<3x?xi64>, %[[O:[^:]*]]: tensor<?x4xi32>
func.func @frequency_shape(%i: tensor<3x?xi64>, %o: tensor<?x4xi32>) -> tensor<?x4xi32> {
  // CHECK: emb.group
  %g:3, %n = emb.group(%i : tensor<3x?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  // CHECK: %[[ROWS:.*]] = tensor.dim %[[O]], %c0
  // CHECK: emb.check_equal %[[ROWS]], %c3{{.*}} label "emb.frequency: outs, dimension 0 (argument 1)"
  // CHECK: emb.check_equal %c4{{.*}}, %{{.*}} label "emb.frequency: outs, dimension 1 (argument 1)"
  // CHECK: emb.frequency
  %c = emb.frequency %i group(%g#0, %g#1, %g#2, %n : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index)
    outs(%o : tensor<?x4xi32>) : tensor<3x?xi64> -> tensor<?x4xi32>
  return %c : tensor<?x4xi32>
}

// CHECK-LABEL: func.func @gather_dot_shape
// CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.gather_dot: map, dimension 1 (argument 3)"
// CHECK-NOT: emb.check_equal
func.func @gather_dot_shape(%w: tensor<9x8xf32>, %i: tensor<2x?xi64>, %g: tensor<?x8xf32>, %m: tensor<2x?xi32>) -> tensor<2x?xf32> {
  %r = emb.gather_dot %w[%i], %g[%m] : tensor<9x8xf32>, tensor<2x?xi64>, tensor<?x8xf32>, tensor<2x?xi32> -> tensor<2x?xf32>
  return %r : tensor<2x?xf32>
}

// CHECK-LABEL: func.func @gather_dot_indices
// CHECK-SAME: %[[W:[^:]*]]: tensor<9x8xf32>, %[[I:[^:]*]]: tensor<4xi64>, %[[G:[^:]*]]: tensor<?x8xf32>, %[[M:[^:]*]]: tensor<4xi32>
// CHECK: %[[J:.*]] = emb.check_indices %[[I]], %c9{{.*}} label "emb.gather_dot: indices (argument 1)"
// CHECK: emb.gather_dot %[[W]][%[[J]]]
func.func @gather_dot_indices(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<?x8xf32>, %m: tensor<4xi32>) -> tensor<4xf32> {
  %r = emb.gather_dot %w[%i], %g[%m] : tensor<9x8xf32>, tensor<4xi64>, tensor<?x8xf32>, tensor<4xi32> -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func.func @gather_dot_map
// CHECK-SAME: %[[W:[^:]*]]: tensor<9x8xf32>, %[[I:[^:]*]]: tensor<4xi64>, %[[G:[^:]*]]: tensor<?x8xf32>, %[[M:[^:]*]]: tensor<4xi32>
// CHECK: %[[B:.*]] = tensor.dim %[[G]], %c0
// CHECK: %[[N:.*]] = emb.check_indices %[[M]], %[[B]] label "emb.gather_dot: map (argument 3)"
// CHECK: emb.gather_dot %[[W]][%{{.*}}], %[[G]][%[[N]]]
func.func @gather_dot_map(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<?x8xf32>, %m: tensor<4xi32>) -> tensor<4xf32> {
  %r = emb.gather_dot %w[%i], %g[%m] : tensor<9x8xf32>, tensor<4xi64>, tensor<?x8xf32>, tensor<4xi32> -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// CHECK-LABEL: func.func @gather_dot_outs
// CHECK: emb.check_equal %{{.*}}, %c4{{.*}} label "emb.gather_dot: outs, dimension 0 (argument 3)"
func.func @gather_dot_outs(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %g: tensor<?x8xf32>, %o: tensor<?xf32>) -> tensor<?xf32> {
  %r = emb.gather_dot %w[%i], %g[%i] outs(%o : tensor<?xf32>)
    : tensor<9x8xf32>, tensor<4xi64>, tensor<?x8xf32>, tensor<4xi64> -> tensor<?xf32>
  return %r : tensor<?xf32>
}

// CHECK-LABEL: func.func @gather_dot_padding
// CHECK-SAME: %[[W:[^:]*]]: tensor<?x8xf32>
// CHECK: %[[C3:.*]] = arith.constant 3 : index
// CHECK: %[[LEAST:.*]] = arith.maxsi %[[N:.*]], %[[C3]]
// CHECK: emb.check_equal %[[N]], %[[LEAST]] label "emb.gather_dot: rows of the table, for padding_idx 2 (argument 0)"
func.func @gather_dot_padding(%w: tensor<?x8xf32>, %i: tensor<4xi64>, %g: tensor<?x8xf32>) -> tensor<4xf32> {
  %r = emb.gather_dot %w[%i], %g[%i] {padding_idx = 2}
    : tensor<?x8xf32>, tensor<4xi64>, tensor<?x8xf32>, tensor<4xi64> -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// A group through casts, reshapes and checks, with the padding that the source
// has: fine, and nothing about it is left to the run.
// CHECK-LABEL: func.func @given_group
// CHECK: emb.check_indices
// CHECK: emb.check_indices
// CHECK-NOT: emb.check
// CHECK: emb.update
func.func @given_group(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %x: tensor<4x8xf32>) -> tensor<9x8xf32> {
  %p = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %f = tensor.collapse_shape %i [[0, 1]] : tensor<2x2xi64> into tensor<4xi64>
  %g:3, %n = emb.group(%f : tensor<4xi64>) padding(%p) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %j = emb.check_indices %f, %c9 label "mine" : tensor<4xi64>
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%j : tensor<4xi64> -> %x : tensor<4x8xf32> padding -1]
      group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%a: f32, %d: f32):
    emb.yield %d : f32
  }
  return %r : tensor<9x8xf32>
}

// Positions that are bags: the offsets are checked, and that the gradient has a
// row for each bag. A renorm reads none of the positions.
// CHECK-LABEL: func.func @mapped_group
// CHECK-SAME: %[[W:[^:]*]]: tensor<9x8xf32>, %[[I:[^:]*]]: tensor<4xi64>, %[[O:[^:]*]]: tensor<?xi32>, %[[X:[^:]*]]: tensor<?x8xf32>
// CHECK: %[[P:.*]] = emb.check_offsets %[[O]], %{{.*}} label "emb.group: offsets (argument 2)" {include_last_offset} : tensor<?xi32>
// CHECK: emb.group(%[[I]] : tensor<4xi64>) offsets(%[[P]] : tensor<?xi32>) {by_bag, include_last_offset}
// CHECK: emb.renorm
// CHECK: %[[SIZE:.*]] = tensor.dim %[[P]], %c0
// CHECK: %[[BAGS:.*]] = arith.subi %[[SIZE]], %{{.*}} : index
// CHECK: %[[ROWS:.*]] = tensor.dim %[[X]], %c0
// CHECK: %[[WANTED:.*]] = arith.maxsi %[[ROWS]], %[[BAGS]] : index
// CHECK: emb.check_equal %[[ROWS]], %[[WANTED]] label "emb.update: gradient 0, dimension 0 (argument 3)"
// CHECK-NOT: emb.check_equal
// CHECK: emb.update
func.func @mapped_group(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %o: tensor<?xi32>, %x: tensor<?x8xf32>) -> tensor<9x8xf32> {
  %g:3, %n = emb.group(%i : tensor<4xi64>) offsets(%o : tensor<?xi32>) {by_bag, include_last_offset} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %w0 = emb.renorm %i into %w max_norm 1.0
      group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) : tensor<4xi64>, tensor<9x8xf32>
  %r = emb.update touched(%w0 : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %x : tensor<?x8xf32>]
      group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) attributes {mapped_group} {
  ^bb0(%a: f32, %d: f32):
    emb.yield %d : f32
  }
  return %r : tensor<9x8xf32>
}

// Types decide that there are rows enough.
// CHECK-LABEL: func.func @mapped_group_static
// CHECK-NOT: emb.check_equal
// CHECK: emb.update
func.func @mapped_group_static(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %x: tensor<3x8xf32>) -> tensor<9x8xf32> {
  %g:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<2x2xi64> -> %x : tensor<3x8xf32>]
      group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) attributes {mapped_group} {
  ^bb0(%a: f32, %d: f32):
    emb.yield %d : f32
  }
  return %r : tensor<9x8xf32>
}

// CHECK-LABEL: func.func @bag_winners
// CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.bag: outs, dimension 0 (argument 2)"
// CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.bag: outs of winners, dimension 0 (argument 3)"
func.func @bag_winners(%t: tensor<9x8xf32>, %i: tensor<4x3xi64>, %o: tensor<?x8xf32>, %p: tensor<?x8xi32>)
    -> (tensor<?x8xf32>, tensor<?x8xi32>) {
  %r, %a = emb.bag max %t[%i] outs(%o, %p : tensor<?x8xf32>, tensor<?x8xi32>)
    : tensor<9x8xf32>, tensor<4x3xi64> -> tensor<?x8xf32>, tensor<?x8xi32>
  return %r, %a : tensor<?x8xf32>, tensor<?x8xi32>
}

// The indices of a coalesce go to no table: its group has sorted them.
// CHECK-LABEL: func.func @coalesce
// CHECK-SAME: %[[I:[^:]*]]: tensor<?xi64>, %[[G:[^:]*]]: tensor<?x8xf32>, %[[M:[^:]*]]: tensor<?xi32>, %[[A:[^:]*]]: tensor<?x8xi64>
// CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.coalesce: map 0, dimension 0 (argument 2)"
// CHECK: %[[N:.*]] = emb.check_indices %[[M]], %{{.*}} label "emb.coalesce: map 0 (argument 2)"
// CHECK: emb.check_equal %{{.*}}, %{{.*}} label "emb.coalesce: winners 0, dimension 0 (argument 3)"
// CHECK: emb.coalesce sources[%[[I]] : tensor<?xi64> -> %[[G]] : tensor<?x8xf32> map %[[N]] : tensor<?xi32> winners %[[A]] : tensor<?x8xi64>]
func.func @coalesce(%i: tensor<?xi64>, %g: tensor<?x8xf32>, %m: tensor<?xi32>, %a: tensor<?x8xi64>) -> tensor<?x8xf32> {
  %q:3, %n = emb.group(%i : tensor<?xi64>) -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
  %c = emb.coalesce sources[%i : tensor<?xi64> -> %g : tensor<?x8xf32> map %m : tensor<?xi32> winners %a : tensor<?x8xi64>]
    group(%q#0, %q#1, %q#2, %n : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index) -> tensor<?x8xf32>
  return %c : tensor<?x8xf32>
}

// A depth that is a constant needs no check of its own.
// CHECK-LABEL: func.func @one_hot
// CHECK-SAME: %[[I:.*]]: tensor<3xi64>, %[[N:.*]]: index
func.func @one_hot(%i: tensor<3xi64>, %n: index) -> (tensor<3x9xf32>, tensor<3x9xf32>) {
  // CHECK: %[[C9:.*]] = arith.constant 9 : index
  // CHECK: %[[J:.*]] = emb.check_indices %[[I]], %[[C9]] label "emb.one_hot: indices (argument 0)"
  // CHECK-NOT: emb.check_equal
  // CHECK: emb.one_hot %[[J]] depth %[[C9]]
  %c9 = arith.constant 9 : index
  %r = emb.one_hot %i depth %c9 : tensor<3xi64> -> tensor<3x9xf32>
  // CHECK: emb.check_indices %[[I]], %[[N]]
  // CHECK: emb.check_equal %[[N]], %{{.*}} label "emb.one_hot: depth"
  // CHECK: emb.one_hot
  %s = emb.one_hot %i depth %n : tensor<3xi64> -> tensor<3x9xf32>
  return %r, %s : tensor<3x9xf32>, tensor<3x9xf32>
}
