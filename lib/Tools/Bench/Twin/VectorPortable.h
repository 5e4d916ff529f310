//===- VectorPortable.h - Registers of any processor ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Four lanes as the compiler of this file maps them. Bit tricks of half types
// are the textbook ones.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_TWIN_VECTORPORTABLE_H
#define EMB_LIB_TOOLS_BENCH_TWIN_VECTORPORTABLE_H

#include "Twin.h"

namespace mlir::emb::bench {
namespace {

struct VectorPortable {
  static constexpr int kLanes = 4;
  static constexpr int kMostVectors = 8;
  struct Reg {
    float x[kLanes];
  };
  using Mask = int64_t;

  template <typename F> static Reg each(F f) {
    Reg r;
    for (int i = 0; i < kLanes; ++i)
      r.x[i] = f(i);
    return r;
  }

  static Mask mask(int64_t lanes) { return lanes; }
  static Reg zero() { return set(0.0f); }
  static Reg set(float x) {
    return each([&](int) { return x; });
  }
  static Reg load(const float *p) { return load(p, kLanes); }
  static Reg load(const float *p, Mask m) {
    return each([&](int i) { return i < m ? p[i] : 0.0f; });
  }
  static void store(float *p, Reg x) { store(p, kLanes, x); }
  static void store(float *p, Mask m, Reg x) {
    for (int i = 0; i < m; ++i)
      p[i] = x.x[i];
  }
  static Reg add(Reg a, Reg b) {
    return each([&](int i) { return a.x[i] + b.x[i]; });
  }
  static Reg sub(Reg a, Reg b) {
    return each([&](int i) { return a.x[i] - b.x[i]; });
  }
  static Reg mul(Reg a, Reg b) {
    return each([&](int i) { return a.x[i] * b.x[i]; });
  }
  static Reg div(Reg a, Reg b) {
    return each([&](int i) { return a.x[i] / b.x[i]; });
  }
  static Reg fma(Reg a, Reg b, Reg c) { return add(mul(a, b), c); }
  static Reg sqrt(Reg a) {
    return each([&](int i) { return __builtin_sqrtf(a.x[i]); });
  }
  static Reg max(Reg a, Reg b) {
    return each([&](int i) { return a.x[i] > b.x[i] ? a.x[i] : b.x[i]; });
  }
  static float sum(Reg a) { return (a.x[0] + a.x[1]) + (a.x[2] + a.x[3]); }

  static float fromBits(uint32_t bits) {
    float x;
    __builtin_memcpy(&x, &bits, 4);
    return x;
  }
  static uint32_t toBits(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, 4);
    return bits;
  }
  static float halfToFloat(uint16_t half) {
    uint32_t sign = uint32_t(half & 0x8000) << 16, rest = half & 0x7fff;
    if (rest >= 0x7c00)
      return fromBits(sign | 0x7f800000 | (rest & 0x3ff) << 13);
    // The exponent is moved by a multiplication, which takes denormals too.
    float magnitude = fromBits(rest << 13) * 0x1p112f;
    return sign ? -magnitude : magnitude;
  }
  static uint16_t floatToHalf(float x) {
    uint32_t sign = toBits(x) >> 16 & 0x8000;
    float magnitude = x < 0 ? -x : x;
    if (!(magnitude < 65520.0f))
      return sign | (magnitude != magnitude ? 0x7e00 : 0x7c00);
    if (magnitude < 0x1p-14f)
      return sign | uint16_t(toBits(magnitude + 0x1p-1f) - toBits(0x1p-1f));
    uint32_t bits = toBits(magnitude) - (uint32_t(112) << 23);
    return sign | uint16_t((bits + 0xfff + (bits >> 13 & 1)) >> 13);
  }
  static Reg loadHalf(const uint16_t *p, Mask m) {
    return each([&](int i) { return i < m ? halfToFloat(p[i]) : 0.0f; });
  }
  static void storeHalf(uint16_t *p, Mask m, Reg x) {
    for (int i = 0; i < m; ++i)
      p[i] = floatToHalf(x.x[i]);
  }
  static Reg loadBrain(const uint16_t *p, Mask m) {
    return each(
        [&](int i) { return i < m ? fromBits(uint32_t(p[i]) << 16) : 0.0f; });
  }
  static void storeBrain(uint16_t *p, Mask m, Reg x) {
    for (int i = 0; i < m; ++i) {
      uint32_t bits = toBits(x.x[i]);
      p[i] = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    }
  }

  static void copy(char *target, const char *source, int64_t bytes) {
    __builtin_memcpy(target, source, bytes);
  }
  static void stream(char *target, const char *source, int64_t bytes) {
    copy(target, source, bytes);
  }
  static void fence() {}

  struct Digest {
    uint64_t words = 0;

    void readRegister(const char *p) { read(p, kLanes * sizeof(float)); }

    void read(const char *row, int64_t bytes) {
      int64_t at = 0;
      for (; at + 8 <= bytes; at += 8) {
        uint64_t word;
        __builtin_memcpy(&word, row + at, 8);
        words ^= word;
      }
      for (; at < bytes; ++at)
        words ^= row[at];
    }
    uint64_t get() const { return words; }
  };
};

} // namespace
} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_TWIN_VECTORPORTABLE_H
