//===- Exponentials.cpp - exp, exp2, expm1, tanh and erf of f32 ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// x = k * log(2) + r with an integer k and |r| <= log(2) / 2, so that
// e^x = 2^k * e^r. log(2) is split in two (Cody and Waite, "Software Manual for
// the Elementary Functions", 1980): its first 15 bits times k are exact. e^r is
// 1 + r + r^2 * P(r). Where 1 is taken away, nothing is added to it first.
//
// The polynomials are minimax approximations (Remez) with coefficients rounded
// to f32; each says how far it is off.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

using namespace mlir;
using namespace mlir::emb;

/// The integer that is nearest, as bits and as a number; |x| < 2^22. A number
/// that is not below 2^23 has no bits for a fraction: adding one rounds.
static std::pair<Lanes, Lanes> roundToInteger(Lanes x) {
  constexpr float shift = 0x1.8p23f;
  constexpr int32_t shiftBits = 0x4B400000;
  Lanes shifted = x + shift;
  Lanes bits = addBits(shifted.toBits(), -shiftBits);
  return {bits, shifted - shift};
}

/// 2^k for -127 < k < 128.
static Lanes powerOfTwo(Lanes k) {
  return shiftLeft(addBits(k, 127), 23).toReal();
}

/// r^2 * P(r) = e^r - 1 - r for |r| <= 0.347, to 2^-28.7 of r.
static Lanes expTail(Lanes r) {
  Lanes p = evaluate(r, {0x1.a1c954p-13f, 0x1.6d738cp-10f, 0x1.111078p-7f,
                         0x1.5554bp-5f, 0x1.555556p-3f, 0.5f});
  Lanes square = r * r;
  return square * p;
}

/// 2^k * e^r for |k| < 252. In two steps: 2^k may be too large or small for f32
/// where the product is not, and a denormal is rounded by the last one.
static Lanes expOf(Lanes k, Lanes r) {
  Lanes inner = r + expTail(r);
  Lanes sum = inner + 1.0f;
  Lanes half = shiftRight(k, 1);
  Lanes rest = subtractBits(k, half);
  Lanes scaled = sum * powerOfTwo(half);
  return scaled * powerOfTwo(rest);
}

Lanes emb::buildExp(Lanes x) {
  // e^x is infinite and zero at these.
  x = clampBelow(clampAbove(x, 89.0f), -104.0f);
  auto [bits, k] = roundToInteger(x * 0x1.715476p+0f);
  Lanes coarse = x - k * ln2High;
  return expOf(bits, coarse - k * ln2Low);
}

Lanes emb::buildExp2(Lanes x) {
  x = clampBelow(clampAbove(x, 129.0f), -151.0f);
  auto [bits, k] = roundToInteger(x);
  return expOf(bits, (x - k) * 0x1.62e43p-1f);
}

/// 2 * (2^(k-1) - 1/2 + 2^(k-1) * (r + tail)): the largest 2^k is not in f32.
/// Near 0 the sum is r + tail.
Lanes emb::buildExpM1(Lanes x) {
  // e^x - 1 is infinite and rounds to -1 at these.
  Lanes clamped = clampBelow(clampAbove(x, 89.0f), -40.0f);
  auto [bits, k] = roundToInteger(clamped * 0x1.715476p+0f);
  Lanes coarse = clamped - k * ln2High;
  Lanes r = coarse - k * ln2Low;
  Lanes tail = expTail(r);
  Lanes scale = powerOfTwo(addBits(bits, -1));
  Lanes sum = scale - 0.5f;
  sum = sum + scale * r;
  sum = sum + scale * tail;
  Lanes isNearZero = compare(k, Predicate::OEQ, 0.0f);
  Lanes small = r + tail;
  return copySign(select(isNearZero, small, sum + sum), x);
}

/// x + x^3 * P(x^2) below 0.625, to 2^-32.5 of x, and 1 - 2 / (e^2x + 1) above.
Lanes emb::buildTanh(Lanes x) {
  Lanes size = x.build<math::AbsFOp>(x.value);
  Lanes square = size * size;
  Lanes p =
      evaluate(square, {0x1.1ac136p-9f, -0x1.0c86a2p-7f, 0x1.63acbap-6f,
                        -0x1.b9f21cp-5f, 0x1.11107cp-3f, -0x1.555554p-2f});
  Lanes change = square * p;
  change = size * change;
  Lanes small = size + change;

  Lanes clamped = clampAbove(size, 10.0f);
  Lanes divisor = buildExp(clamped + clamped) + 1.0f;
  Lanes quotient = x.real(2.0f) / divisor;
  Lanes large = x.real(1.0f) - quotient;
  Lanes isSmall = compare(size, Predicate::OLT, 0.625f);
  return copySign(select(isSmall, small, large), x);
}

/// x + x * P(x^2) below 0.875, to 2^-29.6 of x, and 1 - e^(x * Q(x)) above,
/// where x * Q(x) is the logarithm of 1 - erf(x), to 2^-29.6 of the result.
Lanes emb::buildErf(Lanes x) {
  Lanes size = x.build<math::AbsFOp>(x.value);
  Lanes p =
      evaluate(size * size, {0x1.4d53aep-14f, -0x1.a5948ep-11f, 0x1.5440a8p-8f,
                             -0x1.b80074p-6f, 0x1.ce2d6p-4f, -0x1.81274p-2f,
                             0x1.06eba8p-3f});
  Lanes small = size + size * p;

  // From 4 on the result rounds to 1.
  Lanes clamped = clampAbove(size, 4.0f);
  Lanes q = evaluate(clamped, {-0x1.31880ap-17f, 0x1.3c5ccap-12f,
                               -0x1.d24902p-9f, 0x1.82671p-6f, -0x1.b24f4p-4f,
                               -0x1.45428cp-1f, -0x1.20ed2ap+0f});
  Lanes rest = buildExp(q * clamped);
  Lanes large = x.real(1.0f) - rest;
  Lanes isSmall = compare(size, Predicate::OLT, 0.875f);
  return copySign(select(isSmall, small, large), x);
}
