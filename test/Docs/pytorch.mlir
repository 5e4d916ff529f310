// RUN: emb-check %s
// RUN: %python %S/snippets.py inline %emb_source/docs/pytorch.md %s

// What docs/pytorch.md says about the options of PyTorch, with values. The table
// has w[r] = [r, 10 r] unless a function says otherwise.

#one = affine_map<(k) -> (k)>

func.func @embedding() {
  %w = check.constant dense<[[0.0, 0.0], [1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[[1, 3], [3, 0]]> : tensor<2x2xi64>
  %y = emb.gather %w[%i] : tensor<4x2xf32>, tensor<2x2xi64> -> tensor<2x2x2xf32>
  check.expect_eq %y, dense<[[[1.0, 10.0], [3.0, 30.0]], [[3.0, 30.0], [0.0, 0.0]]]> : tensor<2x2x2xf32>
  return
}

// The padding row is read like any other and gets no gradient.
func.func @padding_idx() {
  %w = check.constant dense<[[0.0, 0.0], [1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[1, 3, 1]> : tensor<3xi64>
  %y = emb.gather %w[%i] {padding_idx = 3} : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  %z = emb.gather %w[%i] {padding_idx = -1} : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  check.expect_eq %y, dense<[[1.0, 10.0], [3.0, 30.0], [1.0, 10.0]]> : tensor<3x2xf32>
  check.expect_eq_value %y, %z : tensor<3x2xf32>
  return
}

// Norms 1 + 10 and 2 + 20; row 2 becomes 11 / 22 of itself.
func.func @max_norm() {
  %w = check.constant dense<[[0.0, 0.0], [1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[1, 2]> : tensor<2xi64>
  %w1 = emb.renorm %i into %w max_norm 11.0 norm_type 1.0 : tensor<2xi64>, tensor<4x2xf32>
  %y = emb.gather %w1[%i] : tensor<4x2xf32>, tensor<2xi64> -> tensor<2x2xf32>
  check.expect_eq %y, dense<[[1.0, 10.0], [1.0, 10.0]]> : tensor<2x2xf32>
  check.expect_eq %w1, dense<[[0.0, 0.0], [1.0, 10.0], [1.0, 10.0], [3.0, 30.0]]> : tensor<4x2xf32>
  return
}

// Old values before the lookup with max_norm, new ones after it.
func.func @clone_before_max_norm() {
  %w = check.constant dense<[[0.0, 8.0], [0.0, 1.0]]> : tensor<2x2xf32>
  %i = check.constant dense<[0]> : tensor<1xi64>
  %old = emb.gather %w[%i] : tensor<2x2xf32>, tensor<1xi64> -> tensor<1x2xf32>
  %w1 = emb.renorm %i into %w max_norm 4.0 : tensor<1xi64>, tensor<2x2xf32>
  %new = emb.gather %w1[%i] : tensor<2x2xf32>, tensor<1xi64> -> tensor<1x2xf32>
  check.expect_eq %old, dense<[[0.0, 8.0]]> : tensor<1x2xf32>
  check.expect_eq %new, dense<[[0.0, 4.0]]> : tensor<1x2xf32>
  check.use %w1 : tensor<2x2xf32>
  return
}

func.func @dense_gradient() {
  %zeros = check.constant dense<0.0> : tensor<4x2xf32>
  %i = check.constant dense<[1, 3, 1]> : tensor<3xi64>
  %g = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %gw = emb.scatter_add %g[%i] into %zeros {padding_idx = 3} : tensor<3x2xf32>, tensor<3xi64>, tensor<4x2xf32>
  check.expect_eq %gw, dense<[[0.0, 0.0], [6.0, 8.0], [0.0, 0.0], [0.0, 0.0]]> : tensor<4x2xf32>
  return
}

// What optimizer.step() makes of a sparse gradient: no gradient tensor at all.
func.func @sparse_step() {
  %w = check.constant dense<[[0.0, 0.0], [1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[1, 3, 1]> : tensor<3xi64>
  %g = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %lr = check.constant 0.5 : f64
  %w1 = emb.update touched(%w : tensor<4x2xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x2xf32> padding 3] scalars(%lr : f64) {
  ^bb0(%x: f32, %d: f32, %rate: f32):
    %step = arith.mulf %rate, %d : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %w1, dense<[[0.0, 0.0], [-2.0, 6.0], [2.0, 20.0], [3.0, 30.0]]> : tensor<4x2xf32>
  return
}

// The sparse gradient as a tensor, coalesced: rows 1 and 3.
func.func @coalesced_gradient() {
  %i = check.constant dense<[3, 1, 3]> : tensor<3xi64>
  %g = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %values = emb.coalesce sources[%i : tensor<3xi64> -> %g : tensor<3x2xf32>]
    group(%rows, %bounds, %positions, %count : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index) -> tensor<3x2xf32>
  %r = tensor.extract_slice %rows[0] [2] [1] : tensor<3xi64> to tensor<2xi64>
  %v = tensor.extract_slice %values[0, 0] [2, 2] [1, 1] : tensor<3x2xf32> to tensor<2x2xf32>
  check.expect_eq %count, 2 : index
  check.expect_eq %r, dense<[1, 3]> : tensor<2xi64>
  check.expect_eq %v, dense<[[3.0, 4.0], [6.0, 8.0]]> : tensor<2x2xf32>
  return
}

// Two lookups of one table in a step.
func.func @two_lookups() {
  %zeros = check.constant dense<0.0> : tensor<2x1xf32>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %j = check.constant dense<[[1]]> : tensor<1x1xi32>
  %h = check.constant dense<[[[4.0]]]> : tensor<1x1x1xf32>
  %gw = emb.update touched(%zeros : tensor<2x1xf32>)
      sources[%i : tensor<2xi64> -> %g : tensor<2x1xf32>, %j : tensor<1x1xi32> -> %h : tensor<1x1x1xf32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %gw, dense<[[1.0], [6.0]]> : tensor<2x1xf32>
  return
}

func.func @bag_modes() {
  %w = check.constant dense<[[0.0, 0.0], [1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[1, 3, 2]> : tensor<3xi64>
  %o = check.constant dense<[0, 2, 2]> : tensor<3xi64>
  %y = emb.bag sum %w[%i] offsets(%o : tensor<3xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  %m = emb.bag mean %w[%i] offsets(%o : tensor<3xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  %x = emb.bag max %w[%i] offsets(%o : tensor<3xi64>) : tensor<4x2xf32>, tensor<3xi64> -> tensor<3x2xf32>
  check.expect_eq %y, dense<[[4.0, 40.0], [0.0, 0.0], [2.0, 20.0]]> : tensor<3x2xf32>
  check.expect_eq %m, dense<[[2.0, 20.0], [0.0, 0.0], [2.0, 20.0]]> : tensor<3x2xf32>
  check.expect_eq %x, dense<[[3.0, 30.0], [0.0, 0.0], [2.0, 20.0]]> : tensor<3x2xf32>
  return
}

func.func @bag_options() {
  %w = check.constant dense<[[0.0, 0.0], [1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[1, 3, 2]> : tensor<3xi64>
  %i2 = check.constant dense<[[1, 3], [2, 0]]> : tensor<2x2xi64>
  %ends = check.constant dense<[0, 2, 3]> : tensor<3xi32>
  %p = check.constant dense<[[1.0, 2.0], [0.5, 1.0]]> : tensor<2x2xf32>
  %y = emb.bag sum %w[%i] offsets(%ends : tensor<3xi32>) {include_last_offset} : tensor<4x2xf32>, tensor<3xi64> -> tensor<2x2xf32>
  %z = emb.bag mean %w[%i2] : tensor<4x2xf32>, tensor<2x2xi64> -> tensor<2x2xf32>
  %q = emb.bag sum %w[%i2] weights(%p : tensor<2x2xf32>) : tensor<4x2xf32>, tensor<2x2xi64> -> tensor<2x2xf32>
  %k = emb.bag mean %w[%i2] {padding_idx = 0} : tensor<4x2xf32>, tensor<2x2xi64> -> tensor<2x2xf32>
  check.expect_eq %y, dense<[[4.0, 40.0], [2.0, 20.0]]> : tensor<2x2xf32>
  check.expect_eq %z, dense<[[2.0, 20.0], [1.0, 10.0]]> : tensor<2x2xf32>
  check.expect_eq %q, dense<[[7.0, 70.0], [1.0, 10.0]]> : tensor<2x2xf32>
  check.expect_eq %k, dense<[[2.0, 20.0], [2.0, 20.0]]> : tensor<2x2xf32>
  return
}

// (B, 0) input gives B rows of zeros.
func.func @bag_of_nothing() {
  %w = check.constant dense<-1.0> : tensor<4x2xf32>
  %i = check.constant dense<> : tensor<3x0xi64>
  %y = emb.bag max %w[%i] : tensor<4x2xf32>, tensor<3x0xi64> -> tensor<3x2xf32>
  check.expect_eq %y, dense<0.0> : tensor<3x2xf32>
  return
}

// The gradient of a sum bag is the B x D gradient of its result, the bag of each
// index as map, and the weights as scale.
func.func @bag_gradient() {
  %zeros = check.constant dense<0.0> : tensor<4x1xf32>
  %i = check.constant dense<[1, 3, 1]> : tensor<3xi64>
  %o = check.constant dense<[0, 2]> : tensor<2xi64>
  %n = check.constant 3 : index
  %psw = check.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %g = check.constant dense<[[1.0], [10.0]]> : tensor<2x1xf32>
  %b = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<3xi32>
  %gw = emb.update touched(%zeros : tensor<4x1xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<2x1xf32> map %b : tensor<3xi32> scale %psw : tensor<3xf32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %gw, dense<[[0.0], [31.0], [0.0], [2.0]]> : tensor<4x1xf32>
  return
}

// Column 0 is won by entry 1, column 1 by the first of two equal entries.
func.func @bag_max_gradient() {
  %w = check.constant dense<[[1.0, 5.0], [3.0, 5.0]]> : tensor<2x2xf32>
  %zeros = check.constant dense<0.0> : tensor<2x2xf32>
  %i = check.constant dense<[[0, 1]]> : tensor<1x2xi64>
  %b = check.constant dense<[[0, 0]]> : tensor<1x2xi32>
  %g = check.constant dense<[[2.0, 4.0]]> : tensor<1x2xf32>
  %y, %k = emb.bag max %w[%i] : tensor<2x2xf32>, tensor<1x2xi64> -> tensor<1x2xf32>, tensor<1x2xi32>
  %gw = emb.update touched(%zeros : tensor<2x2xf32>)
      sources[%i : tensor<1x2xi64> -> %g : tensor<1x2xf32> map %b : tensor<1x2xi32> winners %k : tensor<1x2xi32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %y, dense<[[3.0, 5.0]]> : tensor<1x2xf32>
  check.expect_eq %k, dense<[[1, 0]]> : tensor<1x2xi32>
  check.expect_eq %gw, dense<[[0.0, 4.0], [2.0, 0.0]]> : tensor<2x2xf32>
  return
}

// Weight decay of a dense optimizer moves every row.
func.func @dense_optimizer() {
  %w = check.constant dense<[[8.0], [4.0]]> : tensor<2x1xf32>
  %i = check.constant dense<[0]> : tensor<1xi64>
  %g = check.constant dense<[[2.0]]> : tensor<1x1xf32>
  %lr = check.constant 0.5 : f64
  %decay = check.constant 0.25 : f64
  %w1 = emb.update all(%w : tensor<2x1xf32>)
      sources[%i : tensor<1xi64> -> %g : tensor<1x1xf32>] scalars(%lr, %decay : f64, f64) {
  ^bb0(%x: f32, %d: f32, %rate: f32, %wd: f32):
    %pull = arith.mulf %wd, %x : f32
    %sum = arith.addf %d, %pull : f32
    %step = arith.mulf %rate, %sum : f32
    %x1 = arith.subf %x, %step : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %w1, dense<[[6.0], [3.5]]> : tensor<2x1xf32>
  return
}

// Every contribution is divided by the count of its index: row 1 occurs twice.
func.func @scale_grad_by_freq() {
  %zeros = check.constant dense<0.0> : tensor<4x2xf32>
  %i = check.constant dense<[1, 3, 1]> : tensor<3xi64>
  %g = check.constant dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %one = arith.constant 1.0 : f32
  %rows, %bounds, %positions, %count = emb.group(%i : tensor<3xi64>) -> tensor<3xi64>, tensor<4xi64>, tensor<3xi64>
  %c = emb.frequency %i group(%rows, %bounds, %positions, %count : tensor<3xi64>, tensor<4xi64>, tensor<3xi64>, index)
    : tensor<3xi64> -> tensor<3xi64>
  %e = tensor.empty() : tensor<3xf32>
  %s = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%c : tensor<3xi64>) outs(%e : tensor<3xf32>) {
  ^bb0(%n: i64, %x: f32):
    %f = arith.sitofp %n : i64 to f32
    %q = arith.divf %one, %f : f32
    linalg.yield %q : f32
  } -> tensor<3xf32>
  %gw = emb.update touched(%zeros : tensor<4x2xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<3x2xf32> scale %s : tensor<3xf32>] {
  ^bb0(%x: f32, %d: f32):
    %x1 = arith.addf %x, %d : f32
    emb.yield %x1 : f32
  }
  check.expect_eq %c, dense<[2, 1, 2]> : tensor<3xi64>
  check.expect_eq %gw, dense<[[0.0, 0.0], [3.0, 4.0], [0.0, 0.0], [3.0, 4.0]]> : tensor<4x2xf32>
  return
}

// Entry 2 is padding. The table may be frozen.
func.func @weights_gradient() {
  %w = check.constant dense<[[0.0, 1.0], [1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]> : tensor<4x2xf32>
  %i = check.constant dense<[1, 3, 0]> : tensor<3xi64>
  %o = check.constant dense<[0, 1]> : tensor<2xi64>
  %n = check.constant 3 : index
  %g = check.constant dense<[[1.0, 2.0], [4.0, 8.0]]> : tensor<2x2xf32>
  %b = emb.offset2bag %o[%n] : tensor<2xi64>, index -> tensor<3xi32>
  %gp = emb.gather_dot %w[%i], %g[%b] {padding_idx = 0} : tensor<4x2xf32>, tensor<3xi64>, tensor<2x2xf32>, tensor<3xi32> -> tensor<3xf32>
  check.expect_eq %gp, dense<[21.0, 252.0, 0.0]> : tensor<3xf32>
  return
}
