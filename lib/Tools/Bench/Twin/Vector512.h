//===- Vector512.h - Registers of AVX-512 -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_TWIN_VECTOR512_H
#define EMB_LIB_TOOLS_BENCH_TWIN_VECTOR512_H

#include "Twin.h"

#include <immintrin.h>

namespace mlir::emb::bench {
namespace {

struct Vector512 {
  static constexpr int kLanes = 16;
  /// Registers for the columns of a row; some are left for all else.
  static constexpr int kMostVectors = 24;
  using Reg = __m512;
  using Mask = __mmask16;

  static Mask mask(int64_t lanes) {
    return static_cast<Mask>((uint32_t(1) << lanes) - 1);
  }
  static Reg zero() { return _mm512_setzero_ps(); }
  static Reg set(float x) { return _mm512_set1_ps(x); }
  static Reg load(const float *p) { return _mm512_loadu_ps(p); }
  static Reg load(const float *p, Mask m) {
    return _mm512_maskz_loadu_ps(m, p);
  }
  static void store(float *p, Reg x) { _mm512_storeu_ps(p, x); }
  static void store(float *p, Mask m, Reg x) { _mm512_mask_storeu_ps(p, m, x); }
  static Reg add(Reg a, Reg b) { return _mm512_add_ps(a, b); }
  static Reg sub(Reg a, Reg b) { return _mm512_sub_ps(a, b); }
  static Reg mul(Reg a, Reg b) { return _mm512_mul_ps(a, b); }
  static Reg div(Reg a, Reg b) { return _mm512_div_ps(a, b); }
  /// a * b + c
  static Reg fma(Reg a, Reg b, Reg c) { return _mm512_fmadd_ps(a, b, c); }
  static Reg sqrt(Reg a) { return _mm512_sqrt_ps(a); }
  /// The larger one; `b` where one is NaN.
  static Reg max(Reg a, Reg b) { return _mm512_max_ps(a, b); }
  static float sum(Reg a) { return _mm512_reduce_add_ps(a); }

  static Reg loadHalf(const uint16_t *p, Mask m) {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(m, p));
  }
  static void storeHalf(uint16_t *p, Mask m, Reg x) {
    _mm256_mask_storeu_epi16(p, m,
                             _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
  }
  static Reg loadBrain(const uint16_t *p, Mask m) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(
        _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(m, p)), 16));
  }
  /// To nearest, ties to even.
  static void storeBrain(uint16_t *p, Mask m, Reg x) {
    __m512i bits = _mm512_castps_si512(x);
    __m512i odd =
        _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    __m512i rounded = _mm512_add_epi32(
        bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
    _mm256_mask_storeu_epi16(
        p, m, _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded, 16)));
  }

  static void copy(char *target, const char *source, int64_t bytes) {
    int64_t at = 0;
    for (; at + 64 <= bytes; at += 64)
      _mm512_storeu_si512(target + at, _mm512_loadu_si512(source + at));
    if (at == bytes)
      return;
    __mmask64 rest = (uint64_t(1) << (bytes - at)) - 1;
    _mm512_mask_storeu_epi8(target + at, rest,
                            _mm512_maskz_loadu_epi8(rest, source + at));
  }
  /// Around the caches; `target` and `bytes` are multiples of 64.
  static void stream(char *target, const char *source, int64_t bytes) {
    for (int64_t at = 0; at < bytes; at += 64)
      _mm512_stream_si512(reinterpret_cast<__m512i *>(target + at),
                          _mm512_loadu_si512(source + at));
  }
  static void fence() { _mm_sfence(); }

  /// What reads of whole rows leave.
  struct Digest {
    __m512i a = _mm512_setzero_si512(), b = a;

    void readRegister(const char *p) {
      a = _mm512_xor_si512(a, _mm512_loadu_si512(p));
    }

    void read(const char *row, int64_t bytes) {
      int64_t at = 0;
      for (; at + 128 <= bytes; at += 128) {
        a = _mm512_xor_si512(a, _mm512_loadu_si512(row + at));
        b = _mm512_xor_si512(b, _mm512_loadu_si512(row + at + 64));
      }
      if (at + 64 <= bytes) {
        a = _mm512_xor_si512(a, _mm512_loadu_si512(row + at));
        at += 64;
      }
      if (at < bytes)
        b = _mm512_xor_si512(
            b, _mm512_maskz_loadu_epi8((uint64_t(1) << (bytes - at)) - 1,
                                       row + at));
    }
    uint64_t get() const {
      return _mm512_reduce_add_epi64(_mm512_xor_si512(a, b));
    }
  };
};

} // namespace
} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_TWIN_VECTOR512_H
