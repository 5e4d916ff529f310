//===- Vector256.h - Registers of AVX2 --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_TWIN_VECTOR256_H
#define EMB_LIB_TOOLS_BENCH_TWIN_VECTOR256_H

#include "Twin.h"

#include <immintrin.h>

namespace mlir::emb::bench {
namespace {

struct Vector256 {
  static constexpr int kLanes = 8;
  static constexpr int kMostVectors = 12;
  using Reg = __m256;
  struct Mask {
    __m256i lanes;
    int count;
  };

  static Mask mask(int64_t lanes) {
    __m256i numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return {_mm256_cmpgt_epi32(_mm256_set1_epi32(lanes), numbers), int(lanes)};
  }
  static Reg zero() { return _mm256_setzero_ps(); }
  static Reg set(float x) { return _mm256_set1_ps(x); }
  static Reg load(const float *p) { return _mm256_loadu_ps(p); }
  static Reg load(const float *p, Mask m) {
    return _mm256_maskload_ps(p, m.lanes);
  }
  static void store(float *p, Reg x) { _mm256_storeu_ps(p, x); }
  static void store(float *p, Mask m, Reg x) {
    _mm256_maskstore_ps(p, m.lanes, x);
  }
  static Reg add(Reg a, Reg b) { return _mm256_add_ps(a, b); }
  static Reg sub(Reg a, Reg b) { return _mm256_sub_ps(a, b); }
  static Reg mul(Reg a, Reg b) { return _mm256_mul_ps(a, b); }
  static Reg div(Reg a, Reg b) { return _mm256_div_ps(a, b); }
  static Reg fma(Reg a, Reg b, Reg c) { return _mm256_fmadd_ps(a, b, c); }
  static Reg sqrt(Reg a) { return _mm256_sqrt_ps(a); }
  static Reg max(Reg a, Reg b) { return _mm256_max_ps(a, b); }
  static float sum(Reg a) {
    __m128 half =
        _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
  }

  static __m128i loadWords(const uint16_t *p, Mask m) {
    if (m.count == kLanes)
      return _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
    alignas(16) uint16_t words[kLanes] = {};
    for (int i = 0; i < m.count; ++i)
      words[i] = p[i];
    return _mm_load_si128(reinterpret_cast<const __m128i *>(words));
  }
  static void storeWords(uint16_t *p, Mask m, __m128i x) {
    if (m.count == kLanes)
      return _mm_storeu_si128(reinterpret_cast<__m128i *>(p), x);
    alignas(16) uint16_t words[kLanes];
    _mm_store_si128(reinterpret_cast<__m128i *>(words), x);
    for (int i = 0; i < m.count; ++i)
      p[i] = words[i];
  }
  static Reg loadHalf(const uint16_t *p, Mask m) {
    return _mm256_cvtph_ps(loadWords(p, m));
  }
  static void storeHalf(uint16_t *p, Mask m, Reg x) {
    storeWords(p, m, _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
  }
  static Reg loadBrain(const uint16_t *p, Mask m) {
    return _mm256_castsi256_ps(
        _mm256_slli_epi32(_mm256_cvtepu16_epi32(loadWords(p, m)), 16));
  }
  static void storeBrain(uint16_t *p, Mask m, Reg x) {
    __m256i bits = _mm256_castps_si256(x);
    __m256i odd =
        _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    __m256i rounded = _mm256_srli_epi32(
        _mm256_add_epi32(bits,
                         _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff))),
        16);
    __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(rounded),
                                     _mm256_extracti128_si256(rounded, 1));
    storeWords(p, m, words);
  }

  static __m256i loadBytes(const char *p) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p));
  }
  static void copy(char *target, const char *source, int64_t bytes) {
    int64_t at = 0;
    for (; at + 32 <= bytes; at += 32)
      _mm256_storeu_si256(reinterpret_cast<__m256i *>(target + at),
                          loadBytes(source + at));
    for (; at + 2 <= bytes; at += 2)
      __builtin_memcpy(target + at, source + at, 2);
  }
  static void stream(char *target, const char *source, int64_t bytes) {
    for (int64_t at = 0; at < bytes; at += 32)
      _mm256_stream_si256(reinterpret_cast<__m256i *>(target + at),
                          loadBytes(source + at));
  }
  static void fence() { _mm_sfence(); }

  struct Digest {
    __m256i a = _mm256_setzero_si256(), b = a;
    uint64_t rest = 0;

    void readRegister(const char *p) { a = _mm256_xor_si256(a, loadBytes(p)); }
    void read(const char *row, int64_t bytes) {
      int64_t at = 0;
      for (; at + 64 <= bytes; at += 64) {
        a = _mm256_xor_si256(a, loadBytes(row + at));
        b = _mm256_xor_si256(b, loadBytes(row + at + 32));
      }
      for (; at + 8 <= bytes; at += 8) {
        uint64_t word;
        __builtin_memcpy(&word, row + at, 8);
        rest ^= word;
      }
      for (; at < bytes; ++at)
        rest ^= row[at];
    }
    uint64_t get() const {
      alignas(32) uint64_t words[4];
      _mm256_store_si256(reinterpret_cast<__m256i *>(words),
                         _mm256_xor_si256(a, b));
      return words[0] + words[1] + words[2] + words[3] + rest;
    }
  };
};

} // namespace
} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_TWIN_VECTOR256_H
