// RUN: emb-opt %s --split-input-file --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(func.func(emb-insert-checks))'

// A function is named after the constraint of docs/semantics.md that it breaks.

func.func @given_c4(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %j: tensor<4xi64>) -> tensor<9x8xf32> {
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%j : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.renorm' op expected 'group' to be the emb.group of the same indices}}
  %r = emb.renorm %i into %w max_norm 1.0
    group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) : tensor<4xi64>, tensor<9x8xf32>
  return %r : tensor<9x8xf32>
}

// -----

func.func @given_c4_order(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %j: tensor<4xi64>, %x: tensor<4x8xf32>) -> tensor<9x8xf32> {
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%j, %i : tensor<4xi64>, tensor<4xi64>) -> tensor<8xi64>, tensor<9xi64>, tensor<8xi64>
  // expected-error@+1 {{'emb.update' op expected 'group' to be the emb.group of the same indices}}
  %r = emb.update touched(%w : tensor<9x8xf32>)
      sources[%i : tensor<4xi64> -> %x : tensor<4x8xf32>, %j : tensor<4xi64> -> %x : tensor<4x8xf32>]
      group(%g#0, %g#1, %g#2, %n : tensor<8xi64>, tensor<9xi64>, tensor<8xi64>, index) {
  ^bb0(%a: f32, %d: f32):
    emb.yield %d : f32
  }
  return %r : tensor<9x8xf32>
}

// -----

func.func @given_c4_arguments(%i: tensor<4xi64>, %j: tensor<5xi64>, %n: index) -> tensor<4xi64> {
  // expected-error@+1 {{'emb.frequency' op expected 'group' to be the results of one emb.group, found other values}}
  %c = emb.frequency %i group(%i, %j, %i, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    : tensor<4xi64> -> tensor<4xi64>
  return %c : tensor<4xi64>
}

// -----

func.func @given_c4_two_groups(%w: tensor<9x8xf32>, %i: tensor<4xi64>) -> tensor<9x8xf32> {
  %g:3, %n = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  %h:3, %m = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.renorm' op expected 'group' to be the results of one emb.group, found other values}}
  %r = emb.renorm %i into %w max_norm 1.0
    group(%g#0, %g#1, %h#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) : tensor<4xi64>, tensor<9x8xf32>
  return %r : tensor<9x8xf32>
}

// -----

func.func @given_c5(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %x: tensor<4x8xf32>) -> tensor<9x8xf32> {
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%i : tensor<4xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.scatter_add' op expected 'group' to leave out the padding of index tensor 0}}
  %r = emb.scatter_add %x[%i] into %w
    group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {padding_idx = 3}
    : tensor<4x8xf32>, tensor<4xi64>, tensor<9x8xf32>
  return %r : tensor<9x8xf32>
}

// -----

func.func @given_c5_other_row(%w: tensor<9x8xf32>, %i: tensor<4xi64>, %x: tensor<4x8xf32>) -> tensor<9x8xf32> {
  %p = arith.constant 7 : index
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%i : tensor<4xi64>) padding(%p) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.update' op expected 'group' to leave out the padding of index tensor 0}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<4xi64> -> %x : tensor<4x8xf32> padding -1]
      group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%a: f32, %d: f32):
    emb.yield %d : f32
  }
  return %r : tensor<9x8xf32>
}

// -----

func.func @given_c5_nothing(%i: tensor<4xi64>) -> tensor<4xi64> {
  %p = arith.constant 7 : index
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%i : tensor<4xi64>) padding(%p) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.frequency' op expected 'group' to leave out nothing of index tensor 0}}
  %c = emb.frequency %i group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    : tensor<4xi64> -> tensor<4xi64>
  return %c : tensor<4xi64>
}

// -----

func.func @given_c6(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %x: tensor<2x8xf32>) -> tensor<9x8xf32> {
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%i : tensor<2x2xi64>) -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.update' op expected 'group' to have bags as positions ('by_bag'), found occurrence numbers}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<2x2xi64> -> %x : tensor<2x8xf32>]
      group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) attributes {mapped_group} {
  ^bb0(%a: f32, %d: f32):
    emb.yield %d : f32
  }
  return %r : tensor<9x8xf32>
}

// -----

func.func @given_c6_numbers(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %x: tensor<2x2x8xf32>) -> tensor<9x8xf32> {
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.update' op expected 'group' to have occurrence numbers as positions, found bags ('by_bag')}}
  %r = emb.update touched(%w : tensor<9x8xf32>) sources[%i : tensor<2x2xi64> -> %x : tensor<2x2x8xf32>]
      group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) {
  ^bb0(%a: f32, %d: f32):
    emb.yield %d : f32
  }
  return %r : tensor<9x8xf32>
}

// -----

func.func @given_c6_frequency(%i: tensor<2x2xi64>) -> tensor<2x2xi64> {
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.frequency' op expected 'group' to have occurrence numbers as positions, found bags ('by_bag')}}
  %c = emb.frequency %i group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    : tensor<2x2xi64> -> tensor<2x2xi64>
  return %c : tensor<2x2xi64>
}

// -----

func.func @given_c6_scatter(%w: tensor<9x8xf32>, %i: tensor<2x2xi64>, %x: tensor<2x2x8xf32>) -> tensor<9x8xf32> {
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.scatter_add' op expected 'group' to have occurrence numbers as positions, found bags ('by_bag')}}
  %r = emb.scatter_add %x[%i] into %w
    group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    : tensor<2x2x8xf32>, tensor<2x2xi64>, tensor<9x8xf32>
  return %r : tensor<9x8xf32>
}

// -----

func.func @given_c6_coalesce(%i: tensor<2x2xi64>, %x: tensor<2x2x8xf32>) -> tensor<4x8xf32> {
  // expected-note@+1 {{the group is made here}}
  %g:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error@+1 {{'emb.coalesce' op expected 'group' to have occurrence numbers as positions, found bags ('by_bag')}}
  %r = emb.coalesce sources[%i : tensor<2x2xi64> -> %x : tensor<2x2x8xf32>]
    group(%g#0, %g#1, %g#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) -> tensor<4x8xf32>
  return %r : tensor<4x8xf32>
}
