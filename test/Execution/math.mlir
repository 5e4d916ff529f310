// RUN: emb-check %s

// Functions of f32 where the exact result is known, and at every edge. 0x7F7FFFFF
// is the largest number, 0x00800000 the smallest that is normal, 2^-126,
// 0x00000001 the smallest, 2^-149; 0x7F800000 is infinity, 0x7FC00000 the quiet
// NaN.

// e^0 and e^-0; e^89 and e^1000 are too large and e^-104 is less than half of
// the smallest number; infinities, NaN; e^-100 = 3.72e-44 is 26.5 * 2^-149.
func.func @exp_edges() {
  %x = check.constant dense<[0.0, -0.0, 89.0, 1000.0, -104.0, -1000.0, 0x7F800000, 0xFF800000, 0x7FC00000, -100.0]> : tensor<10xf32>
  %0 = math.exp %x : tensor<10xf32>
  check.expect_eq %0, dense<[1.0, 1.0, 0x7F800000, 0x7F800000, 0.0, 0.0, 0x7F800000, 0.0, 0x7FC00000, 0x0000001B]> : tensor<10xf32>
  return
}

// The largest argument with a finite result, and the next one; the last with a
// normal result, and the next.
func.func @exp_limits() {
  %x = check.constant dense<[0x42B17217, 0x42B17218, 0xC2AEAC4F, 0xC2AEAC50]> : tensor<4xf32>
  %0 = math.exp %x : tensor<4xf32>
  check.expect_close %0, dense<[3.4027985374e+38, 0x7F800000, 1.1754996739e-38, 1.1754907056e-38]> : tensor<4xf32> rtol 1.2e-7 atol 0.0
  return
}

// Powers of e.
func.func @exp_powers() {
  %x = check.constant dense<[1.0, -1.0, 10.0, -20.0, 0.5, 7.62939453125e-6]> : tensor<6xf32>
  %0 = math.exp %x : tensor<6xf32>
  check.expect_close %0, dense<[2.7182818284590452, 0.36787944117144232, 22026.465794806718, 2.0611536224385578e-9, 1.6487212707001281, 1.0000076294236352]> : tensor<6xf32> rtol 1.2e-7 atol 0.0
  return
}

// Powers of 2 are exact, down to the smallest; 2^-150 is a tie, to 0.
func.func @exp2_edges() {
  %x = check.constant dense<[0.0, 3.0, 127.0, 128.0, -126.0, -127.0, -149.0, -150.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<11xf32>
  %0 = math.exp2 %x : tensor<11xf32>
  check.expect_eq %0, dense<[1.0, 8.0, 0x7F000000, 0x7F800000, 0x00800000, 0x00400000, 0x00000001, 0.0, 0x7F800000, 0.0, 0x7FC00000]> : tensor<11xf32>
  return
}

// x itself where x^2 / 2 is less than half of the last place, with the sign of
// zero; -1 from -18 on.
func.func @expm1_edges() {
  %x = check.constant dense<[0.0, -0.0, 1.0e-8, -1.0e-8, 0x00000001, 0x80000003, -18.0, -1000.0, 89.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<12xf32>
  %0 = math.expm1 %x : tensor<12xf32>
  check.expect_eq %0, dense<[0.0, -0.0, 1.0e-8, -1.0e-8, 0x00000001, 0x80000003, -1.0, -1.0, 0x7F800000, 0x7F800000, -1.0, 0x7FC00000]> : tensor<12xf32>
  return
}

func.func @expm1_numbers() {
  %x = check.constant dense<[1.0, -1.0, 0.0009765625, -0.34375, 0.34375, 88.0]> : tensor<6xf32>
  %0 = math.expm1 %x : tensor<6xf32>
  check.expect_close %0, dense<[1.7182818284590452, -0.63212055882855768, 0.00097703949241653524, -0.29089381756260159, 0.41022603492571071, 1.6516362549940019e+38]> : tensor<6xf32> rtol 2.0e-7 atol 0.0
  return
}

// x itself near 0; 1 from 9.02 on.
func.func @tanh_edges() {
  %x = check.constant dense<[0.0, -0.0, 1.0e-8, -1.0e-8, 0x00000001, 0x80000003, 10.0, -10.0, 1000.0, -1000.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<13xf32>
  %0 = math.tanh %x : tensor<13xf32>
  check.expect_eq %0, dense<[0.0, -0.0, 1.0e-8, -1.0e-8, 0x00000001, 0x80000003, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 0x7FC00000]> : tensor<13xf32>
  return
}

func.func @tanh_numbers() {
  %x = check.constant dense<[1.0, -0.5, 0.625, 0.0078125, 4.0]> : tensor<5xf32>
  %0 = math.tanh %x : tensor<5xf32>
  check.expect_close %0, dense<[0.76159415595576489, -0.46211715726000976, 0.55459972234938229, 0.0078123410581610138, 0.99932929973906704]> : tensor<5xf32> rtol 2.0e-7 atol 0.0
  return
}

// 1 from 3.92 on; 2 / sqrt(pi) of a denormal that is 8 * 2^-149 is 9.03 * 2^-149.
func.func @erf_edges() {
  %x = check.constant dense<[0.0, -0.0, 0x00000008, 0x80000008, 4.0, -4.0, 1000.0, -1000.0, 0x7F800000, 0xFF800000, 0x7FC00000]> : tensor<11xf32>
  %0 = math.erf %x : tensor<11xf32>
  check.expect_eq %0, dense<[0.0, -0.0, 0x00000009, 0x80000009, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 0x7FC00000]> : tensor<11xf32>
  return
}

func.func @erf_numbers() {
  %x = check.constant dense<[1.0, -0.5, 0.875, 0.0078125, 2.0]> : tensor<5xf32>
  %0 = math.erf %x : tensor<5xf32>
  check.expect_close %0, dense<[0.84270079294971487, -0.52049987781304654, 0.78407506105985966, 0.0088152828951791887, 0.99532226501895273]> : tensor<5xf32> rtol 2.0e-7 atol 0.0
  return
}

// log(0) is -infinity for both zeros; no logarithm of negative numbers, not even
// of the smallest.
func.func @log_edges() {
  %x = check.constant dense<[1.0, 0.0, -0.0, -1.0, 0x80000001, 0xFF800000, 0x7F800000, 0x7FC00000, 0xFFC00000]> : tensor<9xf32>
  %0 = math.log %x : tensor<9xf32>
  check.expect_eq %0, dense<[0.0, 0xFF800000, 0xFF800000, 0x7FC00000, 0x7FC00000, 0x7FC00000, 0x7F800000, 0x7FC00000, 0xFFC00000]> : tensor<9xf32>
  return
}

// -149 log(2), -126 log(2), log(10), log(1/2), the largest number; log(1 - 2^-24)
// and log(1 + 2^-23).
func.func @log_numbers() {
  %x = check.constant dense<[0x00000001, 0x00800000, 10.0, 0.5, 0x7F7FFFFF, 0x3F7FFFFF, 0x3F800001]> : tensor<7xf32>
  %0 = math.log %x : tensor<7xf32>
  check.expect_close %0, dense<[-103.27892990343185, -87.336544750553109, 2.3025850929940457, -0.69314718055994531, 88.722839052068352, -5.9604646553e-8, 1.1920928244535e-7]> : tensor<7xf32> rtol 1.2e-7 atol 0.0
  return
}

// Exact at powers of two.
func.func @log2_edges() {
  %x = check.constant dense<[1.0, 2.0, 0.125, 0x7F000000, 0x00800000, 0x00000001, 0x00000008, 0.0, -0.0, -1.0, 0x7F800000, 0x7FC00000]> : tensor<12xf32>
  %0 = math.log2 %x : tensor<12xf32>
  check.expect_eq %0, dense<[0.0, 1.0, -3.0, 127.0, -126.0, -149.0, -146.0, 0xFF800000, 0xFF800000, 0x7FC00000, 0x7F800000, 0x7FC00000]> : tensor<12xf32>
  return
}

// And at powers of ten that f32 has.
func.func @log10_edges() {
  %x = check.constant dense<[1.0, 10.0, 100.0, 1000.0, 1.0e+4, 1.0e+5, 1.0e+6, 1.0e+7, 1.0e+8, 1.0e+9, 1.0e+10, 0.0, -0.0, -1.0, 0x7F800000, 0x7FC00000]> : tensor<16xf32>
  %0 = math.log10 %x : tensor<16xf32>
  check.expect_eq %0, dense<[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 0xFF800000, 0xFF800000, 0x7FC00000, 0x7F800000, 0x7FC00000]> : tensor<16xf32>
  return
}

// x itself near 0, with the sign of zero; log(0) and less.
func.func @log1p_edges() {
  %x = check.constant dense<[0.0, -0.0, 1.0e-8, -1.0e-8, 0x00000001, 0x80000003, -1.0, 0x7F800000, 0x7FC00000]> : tensor<9xf32>
  %0 = math.log1p %x : tensor<9xf32>
  check.expect_eq %0, dense<[0.0, -0.0, 1.0e-8, -1.0e-8, 0x00000001, 0x80000003, 0xFF800000, 0x7F800000, 0x7FC00000]> : tensor<9xf32>
  return
}

func.func @log1p_numbers() {
  %x = check.constant dense<[1.0, -0.5, 0.0001220703125, -0.0001220703125, 1.0e+10, -1.5, 0xFF800000]> : tensor<7xf32>
  %0 = math.log1p %x : tensor<7xf32>
  check.expect_close %0, dense<[0.69314718055994531, -0.69314718055994531, 0.00012206286252567737, -0.00012207776368698224, 23.025850930040457, 0x7FC00000, 0x7FC00000]> : tensor<7xf32> rtol 1.2e-7 atol 0.0
  return
}

// f16 is computed in f32 and rounded: e^11 is 59874, within the 32 of a last
// place; e^12 is too large; e^-17 is 0.69 of the smallest number, 2^-24.
func.func @halves() {
  %x = check.constant dense<[0.0, 11.0, 12.0, -17.0, -18.0]> : tensor<5xf16>
  %0 = math.exp %x : tensor<5xf16>
  check.expect_eq %0, dense<[1.0, 59872.0, 0x7C00, 0x0001, 0.0]> : tensor<5xf16>
  return
}

// f64 is the C library's.
func.func @wide() {
  %x = check.constant dense<[1.0, 0.0]> : tensor<2xf64>
  %0 = math.exp %x : tensor<2xf64>
  check.expect_close %0, dense<[2.7182818284590452, 1.0]> : tensor<2xf64> rtol 2.3e-16 atol 0.0
  return
}
