//===- Logarithms.cpp - log, log2, log10 and log1p of f32 -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// x = 2^k * (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), and
// log(1 + f) = f - f^2 / 2 + f^3 * P(f), kept as a sum of two numbers of which
// the first has 12 bits: its products with the 12 bits that the factors below
// start with are exact.
//
// The polynomial is a minimax approximation (Remez) with coefficients rounded
// to f32.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

#include <limits>

using namespace mlir;
using namespace mlir::emb;

// log2(e), log10(e) and log10(2), each to 36 bits or more.
static constexpr float log2eHigh = 0x1.714p+0f, log2eLow = 0x1.47652cp-12f;
static constexpr float log10eHigh = 0x1.bcap-2f, log10eLow = 0x1.7b1526p-14f;
static constexpr float log10of2High = 0x1.344p-2f,
                       log10of2Low = 0x1.3509f8p-18f;

namespace {
/// log(x) is k * log(2) + high + low.
struct Logarithm {
  Lanes k, high, low;
};
} // namespace

/// Of a positive number.
static Logarithm splitLog(Lanes x) {
  // Denormals become normal first.
  Lanes isDenormal = compare(x, Predicate::OLT, 0x1p-126f);
  Lanes normal = select(isDenormal, x * 0x1p23f, x);
  Lanes zero = x.real(0.0f);
  Lanes offset = select(isDenormal, x.real(-23.0f), zero);

  constexpr int32_t rootOfHalf = 0x3F3504F3;
  Lanes bits = addBits(normal.toBits(), -rootOfHalf);
  Lanes exponent = shiftRight(bits, 23);
  Lanes k = x.build<arith::SIToFPOp>(x.value.getType(), exponent.value);
  Lanes f = addBits(andBits(bits, 0x7FFFFF), rootOfHalf).toReal() - 1.0f;

  // f^3 * P(f) = log(1 + f) - f + f^2 / 2, to 2^-29.1 of f.
  Lanes p = evaluate(f, {0x1.1b6a72p-4f, -0x1.e2cba8p-4f, 0x1.e62c72p-4f,
                         -0x1.fb4706p-4f, 0x1.2335ep-3f, -0x1.5562d8p-3f,
                         0x1.99a516p-3f, -0x1.ffffeep-3f, 0x1.555546p-2f});
  Lanes square = f * f;
  Lanes halfSquare = square * 0.5f;
  Lanes cube = f * square;
  Lanes tail = cube * p;
  Lanes high = andBits((f - halfSquare).toBits(), ~0xFFF).toReal();
  Lanes rest = f - high - halfSquare;
  return {k + offset, high, rest + tail};
}

static Lanes addUp(const Logarithm &log) {
  Lanes low = log.low + log.k * ln2Low;
  Lanes fraction = log.high + low;
  Lanes whole = log.k * ln2High;
  return whole + fraction;
}

/// What the logarithm of x is if that of positive numbers is `result`.
static Lanes finishLog(Lanes x, Lanes result) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  Lanes isNumber = compare(x, Predicate::OLT, infinity);
  result = select(isNumber, result, x + x);
  Lanes isZero = compare(x, Predicate::OEQ, 0.0f);
  result = select(isZero, x.real(-infinity), result);
  Lanes isNegative = compare(x, Predicate::OLT, 0.0f);
  return select(isNegative, x.real(nan), result);
}

Lanes emb::buildLog(Lanes x) { return finishLog(x, addUp(splitLog(x))); }

Lanes emb::buildLog2(Lanes x) {
  auto [k, high, low] = splitLog(x);
  Lanes fine = (low + high) * log2eLow;
  fine = low * log2eHigh + fine;
  Lanes fraction = high * log2eHigh + fine;
  return finishLog(x, k + fraction);
}

Lanes emb::buildLog10(Lanes x) {
  auto [k, high, low] = splitLog(x);
  Lanes fine = (low + high) * log10eLow;
  fine = fine + k * log10of2Low;
  fine = low * log10eHigh + fine;
  Lanes fraction = high * log10eHigh + fine;
  Lanes whole = k * log10of2High;
  return finishLog(x, whole + fraction);
}

/// log(u) + c / u, where u is 1 + x rounded and c what it is rounded by.
Lanes emb::buildLog1p(Lanes x) {
  Lanes u = x + 1.0f;
  Lanes c = x - (u - 1.0f);
  Logarithm log = splitLog(u);
  log.low = log.low + c / u;
  return copySign(finishLog(u, addUp(log)), x);
}
