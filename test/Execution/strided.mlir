// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --strided-columns
// RUN: emb-check %s --transposed --threads=1

// Tables, gradients, states and indices as arguments, whose columns may lie
// apart: rows of one vector and of several, with a masked rest, and of more than
// one tile.

func.func @gather_3() {
  %t = check.constant dense<[
    [0.0, 1.0, 2.0],
    [20.0, 21.0, 22.0],
    [40.0, 41.0, 42.0]]> : tensor<3x3xf32>
  %i = check.constant dense<[[2, 0], [2, 1]]> : tensor<2x2xi32>
  %r = emb.gather %t[%i] : tensor<3x3xf32>, tensor<2x2xi32> -> tensor<2x2x3xf32>
  check.expect_eq %r, dense<[[
    [40.0, 41.0, 42.0],
    [0.0, 1.0, 2.0]], [
    [40.0, 41.0, 42.0],
    [20.0, 21.0, 22.0]]]> : tensor<2x2x3xf32>
  return
}

func.func @gather_19() {
  %t = check.constant dense<[
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0],
    [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0, 32.0, 33.0, 34.0, 35.0, 36.0, 37.0, 38.0],
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0, 47.0, 48.0, 49.0, 50.0, 51.0, 52.0, 53.0, 54.0, 55.0, 56.0, 57.0, 58.0]]> : tensor<3x19xf32>
  %i = check.constant dense<[[2, 0], [2, 1]]> : tensor<2x2xi32>
  %r = emb.gather %t[%i] : tensor<3x19xf32>, tensor<2x2xi32> -> tensor<2x2x19xf32>
  check.expect_eq %r, dense<[[
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0, 47.0, 48.0, 49.0, 50.0, 51.0, 52.0, 53.0, 54.0, 55.0, 56.0, 57.0, 58.0],
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0]], [
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0, 47.0, 48.0, 49.0, 50.0, 51.0, 52.0, 53.0, 54.0, 55.0, 56.0, 57.0, 58.0],
    [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0, 32.0, 33.0, 34.0, 35.0, 36.0, 37.0, 38.0]]]> : tensor<2x2x19xf32>
  return
}

func.func @gather_7() {
  %t = check.constant dense<[
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
    [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0],
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0]]> : tensor<3x7xf64>
  %i = check.constant dense<[[2, 0], [2, 1]]> : tensor<2x2xi32>
  %r = emb.gather %t[%i] : tensor<3x7xf64>, tensor<2x2xi32> -> tensor<2x2x7xf64>
  check.expect_eq %r, dense<[[
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0],
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]], [
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0],
    [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0]]]> : tensor<2x2x7xf64>
  return
}

func.func @gather_9() {
  %t = check.constant dense<[
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
    [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0],
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0, 47.0, 48.0]]> : tensor<3x9xbf16>
  %i = check.constant dense<[[2, 0], [2, 1]]> : tensor<2x2xi32>
  %r = emb.gather %t[%i] : tensor<3x9xbf16>, tensor<2x2xi32> -> tensor<2x2x9xbf16>
  check.expect_eq %r, dense<[[
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0, 47.0, 48.0],
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]], [
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0, 47.0, 48.0],
    [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0]]]> : tensor<2x2x9xbf16>
  return
}

func.func @bag() {
  %t = check.constant dense<[
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0],
    [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0, 32.0, 33.0, 34.0, 35.0, 36.0, 37.0, 38.0]]> : tensor<2x19xf16>
  %i = check.constant dense<[1, 0, 0]> : tensor<3xi64>
  %o = check.constant dense<[0, 2]> : tensor<2xi32>
  %s = check.constant dense<[1.0, -1.0, 2.0]> : tensor<3xf16>
  %r = emb.bag sum %t[%i] offsets(%o : tensor<2xi32>) weights(%s : tensor<3xf16>)
    : tensor<2x19xf16>, tensor<3xi64> -> tensor<2x19xf16>
  check.expect_eq %r, dense<[
    [20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 20.0],
    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0, 22.0, 24.0, 26.0, 28.0, 30.0, 32.0, 34.0, 36.0]]> : tensor<2x19xf16>
  return
}

func.func @update() {
  %w = check.constant dense<[
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0],
    [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0, 32.0, 33.0, 34.0, 35.0, 36.0, 37.0, 38.0],
    [40.0, 41.0, 42.0, 43.0, 44.0, 45.0, 46.0, 47.0, 48.0, 49.0, 50.0, 51.0, 52.0, 53.0, 54.0, 55.0, 56.0, 57.0, 58.0]]> : tensor<3x19xf32>
  %s = check.constant dense<1.0> : tensor<3x19xf32>
  %p = check.constant dense<[10.0, 20.0, 30.0]> : tensor<3xf32>
  %i = check.constant dense<[2, 0, 2]> : tensor<3xi64>
  %g = check.constant dense<[
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0],
    [101.0, 102.0, 103.0, 104.0, 105.0, 106.0, 107.0, 108.0, 109.0, 110.0, 111.0, 112.0, 113.0, 114.0, 115.0, 116.0, 117.0, 118.0, 119.0]]> : tensor<2x19xf32>
  %m = check.constant dense<[0, 1, 0]> : tensor<3xi32>
  %w1, %s1, %p1 = emb.update touched(%w, %s, %p : tensor<3x19xf32>, tensor<3x19xf32>, tensor<3xf32>)
      sources[%i : tensor<3xi64> -> %g : tensor<2x19xf32> map %m : tensor<3xi32>] {
  ^bb0(%x: f32, %a: f32, %b: f32, %d: f32):
    %max = emb.row_reduce max %d : f32
    %x1 = arith.addf %x, %d : f32
    %a1 = arith.addf %a, %a : f32
    %b1 = arith.addf %b, %max : f32
    emb.yield %x1, %a1, %b1 : f32, f32, f32
  }
  check.expect_eq %w1, dense<[
    [101.0, 103.0, 105.0, 107.0, 109.0, 111.0, 113.0, 115.0, 117.0, 119.0, 121.0, 123.0, 125.0, 127.0, 129.0, 131.0, 133.0, 135.0, 137.0],
    [20.0, 21.0, 22.0, 23.0, 24.0, 25.0, 26.0, 27.0, 28.0, 29.0, 30.0, 31.0, 32.0, 33.0, 34.0, 35.0, 36.0, 37.0, 38.0],
    [42.0, 45.0, 48.0, 51.0, 54.0, 57.0, 60.0, 63.0, 66.0, 69.0, 72.0, 75.0, 78.0, 81.0, 84.0, 87.0, 90.0, 93.0, 96.0]]> : tensor<3x19xf32>
  check.expect_eq %s1, dense<[
    [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0],
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
    [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]]> : tensor<3x19xf32>
  check.expect_eq %p1, dense<[129.0, 20.0, 68.0]> : tensor<3xf32>
  return
}

// Two tiles, the second with a rest.
func.func @wide() {
  %w = check.constant dense<1.0> : tensor<2x261xf32>
  %g = check.constant dense<2.0> : tensor<4x261xf32>
  %i = check.constant dense<[1, 0, 1, 0]> : tensor<4xi64>
  %w1 = emb.scatter_add %g[%i] into %w : tensor<4x261xf32>, tensor<4xi64>, tensor<2x261xf32>
  %r = emb.gather %w1[%i] : tensor<2x261xf32>, tensor<4xi64> -> tensor<4x261xf32>
  check.expect_eq %w1, dense<5.0> : tensor<2x261xf32>
  check.expect_eq %r, dense<5.0> : tensor<4x261xf32>
  return
}

func.func @renorm() {
  %w = check.constant dense<[[3.0, 0.0, 4.0], [0.0, 0.5, 0.0], [6.0, 8.0, 0.0]]> : tensor<3x3xf64>
  %i = check.constant dense<[2, 1, 2]> : tensor<3xi64>
  %w1 = emb.renorm %i into %w max_norm 1.0 : tensor<3xi64>, tensor<3x3xf64>
  check.expect_close %w1, dense<[[3.0, 0.0, 4.0], [0.0, 0.5, 0.0], [0.6, 0.8, 0.0]]> : tensor<3x3xf64> rtol 1.0e-6 atol 0.0
  return
}
