// RUN: emb-check %s

// Sums in bf16 keep denormals, whatever the processor: 0x0001 is the smallest
// bf16 number, 0x0080 the smallest that is not a denormal.

func.func @bag() {
  %t = check.constant dense<[[0x0001, 0x0080], [0x0003, 0x8001]]> : tensor<2x2xbf16>
  %i = check.constant dense<[[0, 1], [1, 1]]> : tensor<2x2xi64>
  %r = emb.bag sum %t[%i] : tensor<2x2xbf16>, tensor<2x2xi64> -> tensor<2x2xbf16>
  check.expect_eq %r, dense<[[0x0004, 0x007F], [0x0006, 0x8002]]> : tensor<2x2xbf16>
  return
}

// A row wide enough for vectors.
func.func @update() {
  %w = check.constant dense<0x0005> : tensor<1x40xbf16>
  %g = check.constant dense<0x0001> : tensor<1x40xbf16>
  %i = check.constant dense<0> : tensor<1xi64>
  %r = emb.scatter_add %g[%i] into %w : tensor<1x40xbf16>, tensor<1xi64>, tensor<1x40xbf16>
  check.expect_eq %r, dense<0x0006> : tensor<1x40xbf16>
  return
}

// A number that comes from one of two blocks: row 1 is padding.
func.func @branches() {
  %t = check.constant dense<[[0xBF7F, 0x0000], [0x3F80, 0x3F80]]> : tensor<2x2xbf16>
  %i = check.constant dense<[0, 1]> : tensor<2xi64>
  %g = check.constant dense<[[0x0010, 0x3E93]]> : tensor<1x2xbf16>
  %m = check.constant dense<0> : tensor<2xi64>
  %r = emb.gather_dot %t[%i], %g[%m] {padding_idx = 1 : i64} : tensor<2x2xbf16>, tensor<2xi64>, tensor<1x2xbf16>, tensor<2xi64> -> tensor<2xbf16>
  check.expect_eq %r, dense<[0x8010, 0x0000]> : tensor<2xbf16>
  return
}
