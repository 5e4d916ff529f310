// RUN: emb-check %s
// RUN: emb-check %s --strided
// RUN: emb-check %s --strided-columns

// A gather copies bits: NaN payloads (quiet and signalling), -0.0, denormals
// and infinities of every element type arrive as they are.

func.func @f16() {
  %t = check.constant dense<[[0x7E15, 0x8000], [0x0001, 0xFC00], [0x7C01, 0x3C00]]> : tensor<3x2xf16>
  %i = check.constant dense<[2, 1, 0]> : tensor<3xi64>
  %r = emb.gather %t[%i] : tensor<3x2xf16>, tensor<3xi64> -> tensor<3x2xf16>
  check.expect_eq %r, dense<[[0x7C01, 0x3C00], [0x0001, 0xFC00], [0x7E15, 0x8000]]> : tensor<3x2xf16>
  return
}

func.func @bf16() {
  %t = check.constant dense<[[0x7FC5, 0x8000], [0x0001, 0xFF80], [0x7F81, 0x3F80]]> : tensor<3x2xbf16>
  %i = check.constant dense<[2, 1, 0]> : tensor<3xi64>
  %r = emb.gather %t[%i] : tensor<3x2xbf16>, tensor<3xi64> -> tensor<3x2xbf16>
  check.expect_eq %r, dense<[[0x7F81, 0x3F80], [0x0001, 0xFF80], [0x7FC5, 0x8000]]> : tensor<3x2xbf16>
  return
}

func.func @f32() {
  %t = check.constant dense<[[0x7FC12345, 0x80000000], [0x00000001, 0xFF800000], [0x7F800001, 0x3F800000]]> : tensor<3x2xf32>
  %i = check.constant dense<[2, 1, 0]> : tensor<3xi32>
  %r = emb.gather %t[%i] : tensor<3x2xf32>, tensor<3xi32> -> tensor<3x2xf32>
  check.expect_eq %r, dense<[[0x7F800001, 0x3F800000], [0x00000001, 0xFF800000], [0x7FC12345, 0x80000000]]> : tensor<3x2xf32>
  return
}

func.func @f64() {
  %t = check.constant dense<[[0x7FF8000000012345, 0x8000000000000000], [0x0000000000000001, 0xFFF0000000000000], [0x7FF0000000000001, 0x3FF0000000000000]]> : tensor<3x2xf64>
  %i = check.constant dense<[2, 1, 0]> : tensor<3xi32>
  %r = emb.gather %t[%i] : tensor<3x2xf64>, tensor<3xi32> -> tensor<3x2xf64>
  check.expect_eq %r, dense<[[0x7FF0000000000001, 0x3FF0000000000000], [0x0000000000000001, 0xFFF0000000000000], [0x7FF8000000012345, 0x8000000000000000]]> : tensor<3x2xf64>
  return
}
