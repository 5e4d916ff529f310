//===- FloatConversions.cpp - f16 and bf16 without hardware ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FloatConversions.h"

#include <cstdint>
#include <cstring>

namespace {

/// A 16-bit format: sign, exponent, fraction.
struct Format {
  int exponentBits;
  int fractionBits;
};
constexpr Format kHalf = {5, 10};
constexpr Format kBFloat = {8, 7};

template <typename To, typename From> To bitCast(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  memcpy(&to, &from, sizeof(To));
  return to;
}

/// Rounds to nearest, ties to even; overflow gives infinity, a NaN stays one
/// (quiet, with the upper payload bits).
uint16_t truncate(double value, Format format) {
  auto bits = bitCast<uint64_t>(value);
  auto sign = static_cast<uint16_t>(bits >> 63 << 15);
  uint64_t magnitude = bits & (~uint64_t(0) >> 1);
  const int dropped = 52 - format.fractionBits;
  const uint16_t infinity = ((1 << format.exponentBits) - 1)
                            << format.fractionBits;
  const uint64_t doubleInfinity = uint64_t(0x7ff) << 52;
  if (magnitude > doubleInfinity)
    return sign | infinity | 1 << (format.fractionBits - 1) |
           ((magnitude >> dropped) & ((1 << format.fractionBits) - 1));

  // Exponent of the result if it is a normal number.
  const int bias = (1 << (format.exponentBits - 1)) - 1;
  int exponent = static_cast<int>(magnitude >> 52) - 1023 + bias;
  if (exponent >= (1 << format.exponentBits) - 1)
    return sign | infinity;
  // Rounding up may carry into the exponent, as it should.
  auto round = [](uint64_t significand, int shift) {
    uint64_t half = uint64_t(1) << (shift - 1);
    uint64_t rest = significand & (2 * half - 1);
    uint64_t kept = significand >> shift;
    return kept + (rest > half || (rest == half && (kept & 1)));
  };
  uint64_t fraction = magnitude & ((uint64_t(1) << 52) - 1);
  if (exponent > 0)
    return sign |
           static_cast<uint16_t>(round(
               static_cast<uint64_t>(exponent) << 52 | fraction, dropped));
  // Denormal: the leading one becomes explicit and moves right.
  int shift = dropped + 1 - exponent;
  if (shift > 53)
    return sign;
  return sign |
         static_cast<uint16_t>(round(fraction | uint64_t(1) << 52, shift));
}

double extend(uint16_t bits, Format format) {
  const int bias = (1 << (format.exponentBits - 1)) - 1;
  uint64_t sign = static_cast<uint64_t>(bits >> 15) << 63;
  int exponent =
      (bits >> format.fractionBits) & ((1 << format.exponentBits) - 1);
  uint64_t fraction = bits & ((1 << format.fractionBits) - 1);
  if (exponent == (1 << format.exponentBits) - 1)
    return bitCast<double>(sign | uint64_t(0x7ff) << 52 |
                           fraction << (52 - format.fractionBits) |
                           (fraction ? uint64_t(1) << 51 : 0));
  if (exponent == 0) {
    // fraction * 2^(1 - bias - fractionBits): exact.
    auto scale = bitCast<double>(
        static_cast<uint64_t>(1023 + 1 - bias - format.fractionBits) << 52);
    auto magnitude = bitCast<uint64_t>(static_cast<double>(fraction) * scale);
    return bitCast<double>(sign | magnitude);
  }
  return bitCast<double>(sign |
                         static_cast<uint64_t>(exponent - bias + 1023) << 52 |
                         fraction << (52 - format.fractionBits));
}

float asCarrier(uint16_t bits) {
  return bitCast<float>(static_cast<uint32_t>(bits));
}
uint16_t fromCarrier(float value) {
  return static_cast<uint16_t>(bitCast<uint32_t>(value));
}

} // namespace

float embTruncF32F16(float value) { return asCarrier(truncate(value, kHalf)); }
float embTruncF64F16(double value) { return asCarrier(truncate(value, kHalf)); }
float embTruncF32BF16(float value) {
  return asCarrier(truncate(value, kBFloat));
}
float embTruncF64BF16(double value) {
  return asCarrier(truncate(value, kBFloat));
}
float embExtendF16F32(float value) {
  return static_cast<float>(extend(fromCarrier(value), kHalf));
}
double embExtendF16F64(float value) {
  return extend(fromCarrier(value), kHalf);
}
float embExtendBF16F32(float value) {
  return bitCast<float>(static_cast<uint32_t>(fromCarrier(value)) << 16);
}
