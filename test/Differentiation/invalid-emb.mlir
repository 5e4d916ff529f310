// RUN: emb-opt %s --emb-differentiate --split-input-file --verify-diagnostics

// Operations of the dialect that have no derivative, or not always one.

func.func @scalars(%t: tensor<6x3xf64> {emb.name = "t"}, %i: tensor<5xi64>,
                   %g: tensor<5x3xf64>, %lr: f64) -> tensor<6x3xf64> {
  // expected-error @+1 {{'emb.update' op is differentiable only as a sum: expected one init, no 'scalars', no 'random' and a region that yields 'arith.addf' of the element and the gradient, found 'scalars'}}
  %t1 = emb.update touched(%t : tensor<6x3xf64>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x3xf64>] scalars(%lr : f64) {
  ^bb0(%x: f64, %d: f64, %rate: f64):
    %x1 = arith.addf %x, %d : f64
    emb.yield %x1 : f64
  }
  return %t1 : tensor<6x3xf64>
}
emb.gradient @d of @scalars wrt("t") seeded

// -----

func.func @states(%t: tensor<6x3xf64> {emb.name = "t"}, %s: tensor<6xf64>,
                  %i: tensor<5xi64>, %g: tensor<5x3xf64>) -> tensor<6x3xf64> {
  // expected-error @+1 {{the gradient, found 2 inits}}
  %t1, %s1 = emb.update touched(%t, %s : tensor<6x3xf64>, tensor<6xf64>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x3xf64>] {
  ^bb0(%x: f64, %y: f64, %d: f64):
    %x1 = arith.addf %x, %d : f64
    emb.yield %x1, %y : f64, f64
  }
  return %t1 : tensor<6x3xf64>
}
emb.gradient @d of @states wrt("t") seeded

// -----

func.func @random(%t: tensor<6x3xf16> {emb.name = "t"}, %i: tensor<5xi64>,
                  %g: tensor<5x3xf16>, %n: i64) -> tensor<6x3xf16> {
  // expected-error @+1 {{the gradient, found 'random'}}
  %t1 = emb.update touched(%t : tensor<6x3xf16>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x3xf16>] random(%n, %n) {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  return %t1 : tensor<6x3xf16>
}
emb.gradient @d of @random wrt("t") seeded

// -----

func.func @difference(%t: tensor<6x3xf64>, %i: tensor<5xi64>,
                      %g: tensor<5x3xf64> {emb.name = "g"}) -> tensor<6x3xf64> {
  // expected-error @+1 {{the gradient, found 'arith.subf'}}
  %t1 = emb.update touched(%t : tensor<6x3xf64>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x3xf64>] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.subf %x, %d : f64
    emb.yield %x1 : f64
  }
  return %t1 : tensor<6x3xf64>
}
emb.gradient @d of @difference wrt("g") seeded

// -----

func.func @twice(%t: tensor<6x3xf64> {emb.name = "t"}, %i: tensor<5xi64>,
                 %g: tensor<5x3xf64>) -> tensor<6x3xf64> {
  // expected-error @+1 {{the gradient, found 'arith.addf' of other values}}
  %t1 = emb.update touched(%t : tensor<6x3xf64>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x3xf64>] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.addf %d, %d : f64
    emb.yield %x1 : f64
  }
  return %t1 : tensor<6x3xf64>
}
emb.gradient @d of @twice wrt("t") seeded

// -----

func.func @replace(%t: tensor<6x3xf64>, %i: tensor<5xi64>,
                   %g: tensor<5x3xf64> {emb.name = "g"}) -> tensor<6x3xf64> {
  // expected-error @+1 {{the gradient, found a region argument}}
  %t1 = emb.update touched(%t : tensor<6x3xf64>)
    sources[%i : tensor<5xi64> -> %g : tensor<5x3xf64>] {
  ^bb0(%x: f64, %d: f64):
    emb.yield %d : f64
  }
  return %t1 : tensor<6x3xf64>
}
emb.gradient @d of @replace wrt("g") seeded

// -----

// expected-error @+1 {{'emb.update' op has no second derivative: source 0 has winners}}
func.func @max(%t: tensor<6x3xf64> {emb.name = "t"}, %i: tensor<2x4xi64>)
    -> tensor<2x3xf64> {
  // expected-note @+1 {{they are those of this bag}}
  %r = emb.bag max %t[%i] : tensor<6x3xf64>, tensor<2x4xi64> -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}
emb.gradient @d of @max wrt("t") seeded
emb.gradient @dd of @d wrt("grad_output") seeded

// -----

func.func @coalesce(%i: tensor<4xi64>, %g: tensor<4x3xf64> {emb.name = "g"})
    -> tensor<4x3xf64> {
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<4xi64>)
    -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error @+1 {{'emb.coalesce' op has no rule for differentiation; it is on the path 'g' -> emb.coalesce -> result}}
  %r = emb.coalesce sources[%i : tensor<4xi64> -> %g : tensor<4x3xf64>]
    group(%rows, %bounds, %positions, %count
      : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index)
    -> tensor<4x3xf64>
  return %r : tensor<4x3xf64>
}
emb.gradient @d of @coalesce wrt("g") seeded

// -----

// Maps are folded into groups after differentiation.
func.func @mapped_group(%t: tensor<6x3xf64>, %i: tensor<2x2xi64>, %g: tensor<2x3xf64> {emb.name = "g"}) -> tensor<6x3xf64> {
  %q:3, %n = emb.group(%i : tensor<2x2xi64>) {by_bag} -> tensor<4xi64>, tensor<5xi64>, tensor<4xi64>
  // expected-error @+1 {{'emb.update' op has no derivative with 'mapped_group': differentiate before emb-fold-bag-maps}}
  %t1 = emb.update touched(%t : tensor<6x3xf64>) sources[%i : tensor<2x2xi64> -> %g : tensor<2x3xf64>]
      group(%q#0, %q#1, %q#2, %n : tensor<4xi64>, tensor<5xi64>, tensor<4xi64>, index) attributes {mapped_group} {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.addf %x, %d : f64
    emb.yield %x1 : f64
  }
  return %t1 : tensor<6x3xf64>
}
emb.gradient @d of @mapped_group wrt("g") seeded

// -----

// Where no gradient is asked for through the sources, winners do not matter.
func.func @table(%t: tensor<6x3xf64> {emb.name = "t"}, %i: tensor<2x2xi64>,
                 %g: tensor<2x3xf64>, %m: tensor<2x2xi32>, %w: tensor<2x3xi64>)
    -> tensor<6x3xf64> {
  %t1 = emb.update touched(%t : tensor<6x3xf64>)
    sources[%i : tensor<2x2xi64> -> %g : tensor<2x3xf64> map %m : tensor<2x2xi32> winners %w : tensor<2x3xi64>] {
  ^bb0(%x: f64, %d: f64):
    %x1 = arith.addf %x, %d : f64
    emb.yield %x1 : f64
  }
  return %t1 : tensor<6x3xf64>
}
emb.gradient @d of @table wrt("t") seeded
