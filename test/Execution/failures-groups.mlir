// RUN: emb-check %s
// RUN: emb-check %s --strided

// Groups and gradients that are refused, named after the constraint of
// docs/semantics.md that they break.

func.func @group_r1() attributes {check.error = "emb.group: occurrence 4 has a negative index", check.status = "invalid index"} {
  %i = check.constant dense<[5, 2, 5]> : tensor<3xi64>
  %j = check.constant dense<[7, -2]> : tensor<2xi32>
  %g:3, %n = emb.group(%i, %j : tensor<3xi64>, tensor<2xi32>) -> tensor<5xi64>, tensor<6xi64>, tensor<5xi64>
  check.use %n : index
  return
}

func.func @group_r3() attributes {check.error = "emb.group: rows, dimension 0: found 4, expected 6", check.status = "invalid shape"} {
  %i = check.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi64> as tensor<?x3xi64>
  %g:3, %n = emb.group(%i : tensor<?x3xi64>) -> tensor<4xi64>, tensor<?xi64>, tensor<?xi64>
  check.use %n : index
  return
}

func.func @group_r3_bounds() attributes {check.error = "emb.group: bounds, dimension 0: found 6, expected 7", check.status = "invalid shape"} {
  %i = check.constant dense<[[0, 1, 2], [3, 4, 5]]> : tensor<2x3xi64> as tensor<?x3xi64>
  %g:3, %n = emb.group(%i : tensor<?x3xi64>) -> tensor<6xi64>, tensor<6xi64>, tensor<6xi64>
  check.use %n : index
  return
}

func.func @group_r4() attributes {check.error = "emb.group: offsets (argument 1): offset out of range: position [1] has value 3, expected at most 2, the number of indices", check.status = "invalid offsets"} {
  %i = check.constant dense<[5, 2]> : tensor<2xi64>
  %o = check.constant dense<[0, 3]> : tensor<2xi32>
  %g:3, %n = emb.group(%i : tensor<2xi64>) offsets(%o : tensor<2xi32>) {by_bag} -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  check.use %n : index
  return
}

func.func @source_r2() attributes {check.error = "emb.update: scale 0, dimension 0 (argument 3): found 3, expected 2", check.status = "invalid shape"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64> as tensor<?xi64>
  %g = check.constant dense<1.0> : tensor<2x2xf32> as tensor<?x2xf32>
  %s = check.constant dense<1.0> : tensor<3xf32> as tensor<?xf32>
  %w1 = emb.update touched(%w : tensor<4x2xf32>) sources[%i : tensor<?xi64> -> %g : tensor<?x2xf32> scale %s : tensor<?xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.use %w1 : tensor<4x2xf32>
  return
}

func.func @source_r2_gradient() attributes {check.error = "emb.update: gradient 0, dimension 0 (argument 2): found 1, expected 2", check.status = "invalid shape"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64> as tensor<?xi64>
  %g = check.constant dense<1.0> : tensor<1x2xf32> as tensor<?x2xf32>
  %w1 = emb.update touched(%w : tensor<4x2xf32>) sources[%i : tensor<?xi64> -> %g : tensor<?x2xf32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.use %w1 : tensor<4x2xf32>
  return
}

func.func @update_r3() attributes {check.error = "emb.update: winners 0, dimension 0 (argument 4): found 2, expected 1", check.status = "invalid shape"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<1x2xf32> as tensor<?x2xf32>
  %m = check.constant dense<[0, 0]> : tensor<2xi32>
  %k = check.constant dense<0> : tensor<2x2xi32> as tensor<?x2xi32>
  %w1 = emb.update touched(%w : tensor<4x2xf32>)
      sources[%i : tensor<2xi64> -> %g : tensor<?x2xf32> map %m : tensor<2xi32> winners %k : tensor<?x2xi32>] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.use %w1 : tensor<4x2xf32>
  return
}

func.func @update_r4() attributes {check.error = "emb.update: rows of the table, for padding_idx 4 (argument 0): found 4, expected 5", check.status = "invalid shape"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x2xf32>
  %w1 = emb.update touched(%w : tensor<?x2xf32>) sources[%i : tensor<2xi64> -> %g : tensor<2x2xf32> padding 4] {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.use %w1 : tensor<?x2xf32>
  return
}

func.func @update_r5() attributes {check.error = "emb.update: rows of the group: index out of range: position [1] has value 4, expected 0 <= index < 4", check.status = "invalid index"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[4, 1, 4]> : tensor<3xi64>
  %g:3, %n = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %w1 = emb.update touched(%w : tensor<4x2xf32>) sources[]
      group(%g#0, %g#1, %g#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %y = arith.addf %x, %x : f32
    emb.yield %y : f32
  }
  check.use %w1 : tensor<4x2xf32>
  return
}

// The gradient has no row for the last bag.
func.func @update_r6() attributes {check.error = "emb.update: gradient 0, dimension 0 (argument 2): found 1, expected 2", check.status = "invalid shape"} {
  %w = check.constant dense<8.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<1x2xf32> as tensor<?x2xf32>
  %o = check.constant dense<[0, 1]> : tensor<2xi64>
  %q:3, %n = emb.group(%i : tensor<2xi64>) offsets(%o : tensor<2xi64>) {by_bag} -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  %w1 = emb.update touched(%w : tensor<4x2xf32>) sources[%i : tensor<2xi64> -> %g : tensor<?x2xf32>]
      group(%q#0, %q#1, %q#2, %n : tensor<2xi64>, tensor<3xi64>, tensor<2xi64>, index) attributes {mapped_group} {
  ^bb0(%x: f32, %d: f32):
    emb.yield %d : f32
  }
  check.use %w1 : tensor<4x2xf32>
  return
}

// Rows 1 and 3 are visited once each.
func.func @rows_of_a_group() {
  %w = check.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %i = check.constant dense<[3, 1, 3]> : tensor<3xi64>
  %g:3, %n = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %w1 = emb.update touched(%w : tensor<4x1xf32>) sources[]
      group(%g#0, %g#1, %g#2, %n : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index) {
  ^bb0(%x: f32, %d: f32):
    %y = arith.addf %x, %x : f32
    emb.yield %y : f32
  }
  check.expect_eq %w1, dense<[[1.0], [4.0], [3.0], [8.0]]> : tensor<4x1xf32>
  return
}

func.func @coalesce_r1() attributes {check.error = "emb.coalesce: map 0 (argument 2): index out of range: position [1] has value 1, expected 0 <= index < 1", check.status = "invalid index"} {
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<1x2xf32>
  %m = check.constant dense<[0, 1]> : tensor<2xi32>
  %h:3, %n = emb.group(%i : tensor<2xi64>) -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  %v = emb.coalesce sources[%i : tensor<2xi64> -> %g : tensor<1x2xf32> map %m : tensor<2xi32>]
    group(%h#0, %h#1, %h#2, %n : tensor<2xi64>, tensor<3xi64>, tensor<2xi64>, index) -> tensor<2x2xf32>
  check.use %v : tensor<2x2xf32>
  return
}

func.func @coalesce_r2() attributes {check.error = "emb.coalesce: outs, dimension 0 (argument 2): found 1, expected 2", check.status = "invalid shape"} {
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<2x2xf32>
  %o = check.constant dense<0.0> : tensor<1x2xf32> as tensor<?x2xf32>
  %h:3, %n = emb.group(%i : tensor<2xi64>) -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  %v = emb.coalesce sources[%i : tensor<2xi64> -> %g : tensor<2x2xf32>]
    group(%h#0, %h#1, %h#2, %n : tensor<2xi64>, tensor<3xi64>, tensor<2xi64>, index)
    outs(%o : tensor<?x2xf32>) -> tensor<?x2xf32>
  check.use %v : tensor<?x2xf32>
  return
}

func.func @frequency_r1() attributes {check.error = "emb.frequency: outs, dimension 0 (argument 1): found 3, expected 2", check.status = "invalid shape"} {
  %i = check.constant dense<[7, 7]> : tensor<2xi64>
  %o = check.constant dense<0> : tensor<3xi64> as tensor<?xi64>
  %h:3, %n = emb.group(%i : tensor<2xi64>) -> tensor<2xi64>, tensor<3xi64>, tensor<2xi64>
  %c = emb.frequency %i group(%h#0, %h#1, %h#2, %n : tensor<2xi64>, tensor<3xi64>, tensor<2xi64>, index)
    outs(%o : tensor<?xi64>) : tensor<2xi64> -> tensor<?xi64>
  check.use %c : tensor<?xi64>
  return
}

func.func @gather_dot_r1() attributes {check.error = "emb.gather_dot: map, dimension 0 (argument 3): found 3, expected 2", check.status = "invalid shape"} {
  %w = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 3]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<1x2xf32>
  %m = check.constant dense<0> : tensor<3xi32> as tensor<?xi32>
  %r = emb.gather_dot %w[%i], %g[%m] : tensor<4x2xf32>, tensor<2xi64>, tensor<1x2xf32>, tensor<?xi32> -> tensor<2xf32>
  check.use %r : tensor<2xf32>
  return
}

// Padding or not: the index of the padding row is in range too.
func.func @gather_dot_r2() attributes {check.error = "emb.gather_dot: indices (argument 1): index out of range: position [1] has value 4, expected 0 <= index < 4", check.status = "invalid index"} {
  %w = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 4]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<1x2xf32>
  %m = check.constant dense<0> : tensor<2xi32>
  %r = emb.gather_dot %w[%i], %g[%m] : tensor<4x2xf32>, tensor<2xi64>, tensor<1x2xf32>, tensor<2xi32> -> tensor<2xf32>
  check.use %r : tensor<2xf32>
  return
}

func.func @gather_dot_r3() attributes {check.error = "emb.gather_dot: map (argument 3): index out of range: position [0] has value 1, expected 0 <= index < 1", check.status = "invalid index"} {
  %w = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 3]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<1x2xf32>
  %m = check.constant dense<[1, 0]> : tensor<2xi32>
  %r = emb.gather_dot %w[%i], %g[%m] : tensor<4x2xf32>, tensor<2xi64>, tensor<1x2xf32>, tensor<2xi32> -> tensor<2xf32>
  check.use %r : tensor<2xf32>
  return
}

func.func @gather_dot_r4() attributes {check.error = "emb.gather_dot: outs, dimension 0 (argument 4): found 3, expected 2", check.status = "invalid shape"} {
  %w = check.constant dense<1.0> : tensor<4x2xf32>
  %i = check.constant dense<[0, 3]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<1x2xf32>
  %m = check.constant dense<0> : tensor<2xi32>
  %o = check.constant dense<0.0> : tensor<3xf32> as tensor<?xf32>
  %r = emb.gather_dot %w[%i], %g[%m] outs(%o : tensor<?xf32>)
    : tensor<4x2xf32>, tensor<2xi64>, tensor<1x2xf32>, tensor<2xi32> -> tensor<?xf32>
  check.use %r : tensor<?xf32>
  return
}

func.func @gather_dot_r5() attributes {check.error = "emb.gather_dot: rows of the table, for padding_idx 4 (argument 0): found 4, expected 5", check.status = "invalid shape"} {
  %w = check.constant dense<1.0> : tensor<4x2xf32> as tensor<?x2xf32>
  %i = check.constant dense<[0, 3]> : tensor<2xi64>
  %g = check.constant dense<1.0> : tensor<1x2xf32>
  %m = check.constant dense<0> : tensor<2xi32>
  %r = emb.gather_dot %w[%i], %g[%m] {padding_idx = 4}
    : tensor<?x2xf32>, tensor<2xi64>, tensor<1x2xf32>, tensor<2xi32> -> tensor<2xf32>
  check.use %r : tensor<2xf32>
  return
}
