// RUN: emb-check %s

// bf16 on any host: f32 arithmetic, rounded to the nearest, ties to even, with
// denormals. 0x0001 is 2^-133, the smallest; 0x0080 is the smallest that is
// normal, 2^-126.

#id = affine_map<(i) -> (i)>

// From f32: 8 and 1.5 times 2^-133 (a tie: up to 2), 0.5 times (a tie: down to
// 0), -1 times, 1 + 2^-8 (a tie: down to 1), 1 + 3 * 2^-8 (a tie: up), the
// largest f32 (up to infinity), infinity, a NaN whose payload is in the lower
// half.
func.func @from_f32() {
  %x = check.constant dense<[0x00080000, 0x00018000, 0x00008000, 0x80010000, 0x3F808000, 0x3F818000, 0x7F7FFFFF, 0xFF800000, 0x7F800001]> : tensor<9xf32>
  %e = tensor.empty() : tensor<9xbf16>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<9xf32>) outs(%e : tensor<9xbf16>) {
  ^bb0(%a: f32, %o: bf16):
    %t = arith.truncf %a : f32 to bf16
    linalg.yield %t : bf16
  } -> tensor<9xbf16>
  check.expect_eq %r, dense<[0x0008, 0x0002, 0x0000, 0x8001, 0x3F80, 0x3F82, 0x7F80, 0xFF80, 0x7FC0]> : tensor<9xbf16>
  return
}

func.func @from_f32_scalar() {
  %x = check.constant 0x00018000 : f32
  %r = arith.truncf %x : f32 to bf16
  check.expect_eq %r, 0x0002 : bf16
  return
}

// From f64, rounded once: 8 and 1.5 times 2^-133; 1 + 2^-8 and a bit more, which
// is up although f32 has no place for that bit, a bit less, which is down; too
// large for f32; too small for it; -0; a NaN.
func.func @from_f64() {
  %x = check.constant dense<[0x37D0000000000000, 0x37A8000000000000, 0x3FF0100000000001, 0xBFF00FFFFFFFFFFF, 0xC7F0000000000000, 0x0000000000000001, 0x8000000000000000, 0x7FF0000000000001]> : tensor<8xf64>
  %e = tensor.empty() : tensor<8xbf16>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<8xf64>) outs(%e : tensor<8xbf16>) {
  ^bb0(%a: f64, %o: bf16):
    %t = arith.truncf %a : f64 to bf16
    linalg.yield %t : bf16
  } -> tensor<8xbf16>
  check.expect_eq %r, dense<[0x0008, 0x0002, 0x3F81, 0xBF80, 0xFF80, 0x0000, 0x8000, 0x7FC0]> : tensor<8xbf16>
  return
}

func.func @to_f32() {
  %x = check.constant dense<[0x0001, 0x807F, 0x3F80, 0x7F80]> : tensor<4xbf16>
  %e = tensor.empty() : tensor<4xf32>
  %r = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<4xbf16>) outs(%e : tensor<4xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %t = arith.extf %a : bf16 to f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  check.expect_eq %r, dense<[0x00010000, 0x807F0000, 0x3F800000, 0x7F800000]> : tensor<4xf32>
  return
}

func.func @to_f64() {
  %x = check.constant dense<[0x0001, 0x807F, 0x3F80, 0xFF80]> : tensor<4xbf16>
  %0 = arith.extf %x : tensor<4xbf16> to tensor<4xf64>
  check.expect_eq %0, dense<[0x37A0000000000000, 0xB80FC00000000000, 0x3FF0000000000000, 0xFFF0000000000000]> : tensor<4xf64>
  return
}

// Each operation rounds: 256 + 1 is 256, and again.
func.func @arithmetic() {
  %x = check.constant dense<[256.0, 0x0003, 0x0041]> : tensor<3xbf16>
  %y = check.constant dense<[1.0, 0x8001, 0x003F]> : tensor<3xbf16>
  %0 = arith.addf %x, %y : tensor<3xbf16>
  %1 = arith.addf %0, %y : tensor<3xbf16>
  check.expect_eq %1, dense<[256.0, 0x0001, 0x00BF]> : tensor<3xbf16>
  return
}

func.func @largest() {
  %x = check.constant dense<[0x0001, 0x8001, 0x7FC0]> : tensor<3xbf16>
  %y = check.constant dense<[0x0000, 0x8002, 0x0001]> : tensor<3xbf16>
  %0 = arith.maximumf %x, %y : tensor<3xbf16>
  check.expect_eq %0, dense<[0x0001, 0x8001, 0x7FC0]> : tensor<3xbf16>
  return
}

// tanh(x) is x here.
func.func @math() {
  %x = check.constant dense<[0x0001, 0x8003, 0x7FC0]> : tensor<3xbf16>
  %0 = math.tanh %x : tensor<3xbf16>
  check.expect_eq %0, dense<[0x0001, 0x8003, 0x7FC0]> : tensor<3xbf16>
  return
}

// Vectors of every width of a row: 16 lanes, and 3 of 4.
func.func @scatter_add() {
  %w = check.constant dense<0x0001> : tensor<2x19xbf16>
  %g = check.constant dense<0x0002> : tensor<3x19xbf16>
  %i = check.constant dense<[1, 1, 1]> : tensor<3xi64>
  %r = emb.scatter_add %g[%i] into %w : tensor<3x19xbf16>, tensor<3xi64>, tensor<2x19xbf16>
  %row = tensor.extract_slice %r[1, 0] [1, 19] [1, 1] : tensor<2x19xbf16> to tensor<19xbf16>
  check.expect_eq %row, dense<0x0007> : tensor<19xbf16>
  check.use %r : tensor<2x19xbf16>
  return
}

func.func @bag_mean() {
  %t = check.constant dense<[[0x0001, 0x0040], [0x0003, 0x0041]]> : tensor<2x2xbf16>
  %i = check.constant dense<[[0, 1]]> : tensor<1x2xi64>
  %r = emb.bag mean %t[%i] : tensor<2x2xbf16>, tensor<1x2xi64> -> tensor<1x2xbf16>
  check.expect_eq %r, dense<[[0x0002, 0x0040]]> : tensor<1x2xbf16>
  return
}

func.func @bag_sum() {
  %t = check.constant dense<[[0x0001, 0x0080], [0x0003, 0x8001]]> : tensor<2x2xbf16>
  %i = check.constant dense<[[0, 1], [1, 1]]> : tensor<2x2xi64>
  %r = emb.bag sum %t[%i] : tensor<2x2xbf16>, tensor<2x2xi64> -> tensor<2x2xbf16>
  check.expect_eq %r, dense<[[0x0004, 0x007F], [0x0006, 0x8002]]> : tensor<2x2xbf16>
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
