//===- RandomStream.cpp - Random numbers by seed, name and position -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The logarithm, the sine and the cosine are computed here, of additions,
// products, quotients and roots, which IEEE 754 rounds in one way only: those
// of a C library may differ in the last bit from machine to machine. (This file
// is compiled without contraction to fused multiply-adds.)
//
//===----------------------------------------------------------------------===//

#include "Philox.h"
#include "emb/Model/Init.h"
#include "llvm/Support/xxhash.h"

#include <cmath>
#include <cstring>

using namespace mlir::emb;

static std::array<uint32_t, 2> split(uint64_t bits) {
  return {static_cast<uint32_t>(bits), static_cast<uint32_t>(bits >> 32)};
}

RandomStream::RandomStream(uint64_t seed, llvm::StringRef name)
    : key(split(seed)), stream(split(llvm::xxh3_64bits(name))) {}

/// Polynomial c[0] + c[1] x + ..., whose coefficients are given from the last.
template <size_t N>
static double evaluate(const double (&coefficients)[N], double x) {
  double sum = coefficients[0];
  for (size_t i = 1; i < N; ++i)
    sum = sum * x + coefficients[i];
  return sum;
}

/// The natural logarithm of a normal number.
static double logarithm(double x) {
  // x = m 2^e with m in [sqrt(1/2), sqrt(2)).
  constexpr uint64_t kSqrtHalf = 0x3FE6A09E667F3BCD;
  uint64_t bits;
  std::memcpy(&bits, &x, sizeof(x));
  auto exponent = static_cast<int64_t>(bits - kSqrtHalf) >> 52;
  bits -= static_cast<uint64_t>(exponent) << 52;
  double m;
  std::memcpy(&m, &bits, sizeof(m));
  // log(m) = 2 (s + s^3 / 3 + s^5 / 5 + ...), |s| < 0.172.
  static constexpr double kSeries[] = {1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17,
                                       1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9,
                                       1.0 / 7,  1.0 / 5,  1.0 / 3};
  double s = (m - 1) / (m + 1);
  double square = s * s;
  double series = s + s * (square * evaluate(kSeries, square));
  return exponent * 0x1.62e42fefa39efp-1 + 2 * series;
}

/// Cosine and sine of 2 pi (bits / 2^64), of which the upper 53 bits count.
static std::array<double, 2> cosineAndSine(uint64_t bits) {
  // The angle is an even number of eighths of a turn plus or minus `rest`.
  unsigned eighth = bits >> 61;
  double fraction = static_cast<double>((bits << 3) >> 14) * 0x1p-50;
  bool backward = eighth & 1;
  double rest = (backward ? 1 - fraction : fraction) * 0x1.921fb54442d18p-1;
  static constexpr double kSine[] = {1.0 / 355687428096000,
                                     -1.0 / 1307674368000,
                                     1.0 / 6227020800,
                                     -1.0 / 39916800,
                                     1.0 / 362880,
                                     -1.0 / 5040,
                                     1.0 / 120,
                                     -1.0 / 6};
  static constexpr double kCosine[] = {
      1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800,
      1.0 / 40320,          -1.0 / 720,         1.0 / 24,        -1.0 / 2};
  double square = rest * rest;
  double c = 1 + square * evaluate(kCosine, square);
  double s = rest + rest * (square * evaluate(kSine, square));
  if (backward)
    s = -s;
  switch ((eighth + 1) / 2 % 4) {
  case 0:
    return {c, s};
  case 1:
    return {-s, c};
  case 2:
    return {-c, -s};
  default:
    return {s, -c};
  }
}

/// 128 bits. Uniform and normal numbers have blocks of their own, so that a
/// user who takes both gets independent ones.
std::array<uint64_t, 2> RandomStream::getBits(uint64_t pair,
                                              bool forNormal) const {
  std::array<uint32_t, 2> low =
      split(pair | static_cast<uint64_t>(forNormal) << 63);
  std::array<uint32_t, 4> words =
      philox4x32({low[0], low[1], stream[0], stream[1]}, key);
  return {words[0] | static_cast<uint64_t>(words[1]) << 32,
          words[2] | static_cast<uint64_t>(words[3]) << 32};
}

std::array<double, 2> RandomStream::uniformPair(uint64_t pair) const {
  std::array<uint64_t, 2> bits = getBits(pair, /*forNormal=*/false);
  return {static_cast<double>(bits[0] >> 11) * 0x1p-53,
          static_cast<double>(bits[1] >> 11) * 0x1p-53};
}

std::array<double, 2> RandomStream::normalPair(uint64_t pair) const {
  std::array<uint64_t, 2> bits = getBits(pair, /*forNormal=*/true);
  // In (0, 1], so that it has a logarithm.
  double u = static_cast<double>((bits[0] >> 11) + 1) * 0x1p-53;
  double radius = std::sqrt(-2 * logarithm(u));
  auto [cosine, sine] = cosineAndSine(bits[1]);
  return {radius * cosine, radius * sine};
}
