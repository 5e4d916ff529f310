//===- Number.cpp - Stored numbers and what they may be -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Number.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

using namespace property;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

namespace {
/// The layout of a format.
struct Layout {
  int mantissa, exponent;
  int getBias() const { return (1 << (exponent - 1)) - 1; }
  int getMinExponent() const { return 1 - getBias(); }
};
} // namespace

static Layout getLayout(Format format) {
  switch (format) {
  case Format::F16:
    return {10, 5};
  case Format::BF16:
    return {7, 8};
  case Format::F32:
    return {23, 8};
  case Format::F64:
    return {52, 11};
  }
  return {52, 11};
}

const char *property::getName(Format format) {
  static const char *const names[] = {"f16", "bf16", "f32", "f64"};
  return names[static_cast<int>(format)];
}

int property::getBytes(Format format) {
  Layout layout = getLayout(format);
  return (1 + layout.exponent + layout.mantissa) / 8;
}

Format property::getComputeFormat(Format format) {
  return format == Format::F64 ? Format::F64 : Format::F32;
}

double property::decode(Format format, uint64_t bits) {
  Layout layout = getLayout(format);
  uint64_t mantissa = bits & ((uint64_t(1) << layout.mantissa) - 1);
  int exponent = (bits >> layout.mantissa) & ((1 << layout.exponent) - 1);
  bool negative = (bits >> (layout.mantissa + layout.exponent)) & 1;
  double value;
  if (exponent == (1 << layout.exponent) - 1)
    value = mantissa ? kNaN : kInfinity;
  else if (exponent == 0)
    value =
        std::ldexp(double(mantissa), layout.getMinExponent() - layout.mantissa);
  else
    value = std::ldexp(double(mantissa + (uint64_t(1) << layout.mantissa)),
                       exponent - layout.getBias() - layout.mantissa);
  return negative ? -value : value;
}

uint64_t property::encode(Format format, double value) {
  Layout layout = getLayout(format);
  uint64_t sign = uint64_t(std::signbit(value))
                  << (layout.mantissa + layout.exponent);
  uint64_t maxExponent = (uint64_t(1) << layout.exponent) - 1;
  uint64_t infinity = maxExponent << layout.mantissa;
  if (std::isnan(value))
    return sign | infinity | (uint64_t(1) << (layout.mantissa - 1));
  if (value == 0 || std::isinf(value))
    return sign | (value == 0 ? 0 : infinity);
  int exponent;
  std::frexp(value, &exponent);
  exponent = std::max(exponent - 1, layout.getMinExponent());
  // In units of the last place; nearbyint rounds to even.
  double units =
      std::nearbyint(std::ldexp(std::fabs(value), layout.mantissa - exponent));
  uint64_t field = uint64_t(exponent + layout.getBias()) << layout.mantissa;
  uint64_t one = uint64_t(1) << layout.mantissa;
  // Without the hidden bit; a carry runs into the exponent as it should.
  uint64_t bits =
      units < double(one) ? uint64_t(units) : field + (uint64_t(units) - one);
  return sign | std::min(bits, infinity);
}

double property::roundTo(Format format, double value) {
  return format == Format::F64 ? value : decode(format, encode(format, value));
}

double property::getNext(Format format, double value, bool up) {
  uint64_t bits = encode(format, value);
  return decode(format, up ? bits + 1 : bits - 1);
}

double property::getUnit(Format format) {
  return std::ldexp(1.0, -getLayout(format).mantissa - 1);
}

double property::getTiny(Format format) {
  Layout layout = getLayout(format);
  return std::ldexp(1.0, layout.getMinExponent() - layout.mantissa);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

Value::Value(double low, double high) : low(low), high(high) {
  if (std::isnan(low) != std::isnan(high))
    *this = unknown();
}

Value Value::copy(Format format, uint64_t bits) {
  Value value(decode(format, bits));
  value.bits = bits;
  return value;
}

Value Value::unknown() {
  Value value(-kInfinity, kInfinity);
  value.isUnknown = true;
  return value;
}

bool Value::isPoint() const { return !isUnknown && (low == high || isNaN()); }
bool Value::isNaN() const { return std::isnan(low); }
double Value::getMagnitude() const {
  return std::max(std::fabs(low), std::fabs(high));
}

bool Value::allows(Format format, uint64_t found, double *excess) const {
  double got = decode(format, found);
  bool ok = isUnknown || (bits              ? *bits == found
                          : isNaN()         ? std::isnan(got)
                          : std::isnan(got) ? false
                                            : low <= got && got <= high);
  if (excess) {
    double width =
        std::max(high - low,
                 std::max(getMagnitude() * getUnit(format), getTiny(format)));
    double distance = std::max(got - high, low - got);
    *excess = ok ? 0 : distance > 0 ? distance / width : 1e300;
  }
  return ok;
}

std::string Value::str() const {
  char text[128];
  if (isUnknown)
    return "anything";
  if (bits)
    std::snprintf(text, sizeof(text), "%.17g (0x%llX)", low,
                  static_cast<unsigned long long>(*bits));
  else if (isPoint())
    std::snprintf(text, sizeof(text), "%.17g", low);
  else
    std::snprintf(text, sizeof(text), "[%.17g, %.17g]", low, high);
  return text;
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

/// What an operation of `format` makes of the exact `low` and `high`, be it
/// rounded now or, fused into the next operation, later.
static Value finish(Format format, long double low, long double high) {
  auto isExact = [&](long double end) {
    return static_cast<double>(end) == end &&
           roundTo(format, static_cast<double>(end)) == end;
  };
  if (std::isnan(low) || std::isnan(high))
    return Value(double(low), double(high));
  if (low == high && (std::isinf(low) || isExact(low)))
    return Value(double(low));
  // f64 itself rounds the ends, so it gets twice its unit.
  long double unit = getUnit(format) * (format == Format::F64 ? 2 : 1);
  long double tiny = getTiny(format);
  auto widen = [&](long double end, int direction) {
    return std::isinf(end)
               ? double(end)
               : double(end + direction * (std::fabs(end) * unit + tiny));
  };
  Value result(widen(low, -1), widen(high, 1));
  // Beyond the largest number the rounded result is infinite.
  if (std::isinf(roundTo(format, result.low)) && result.low < 0)
    result.low = -kInfinity;
  if (std::isinf(roundTo(format, result.high)) && result.high > 0)
    result.high = kInfinity;
  if (std::isinf(roundTo(format, result.low)) && result.low > 0)
    result.low = kInfinity;
  if (std::isinf(roundTo(format, result.high)) && result.high < 0)
    result.high = -kInfinity;
  return result;
}

template <typename Operation>
static Value combine(Format format, const Value &a, const Value &b,
                     Operation operation) {
  if (a.isUnknown || b.isUnknown)
    return a.isNaN() || b.isNaN() ? Value(kNaN) : Value::unknown();
  if (a.isNaN() || b.isNaN())
    return Value(kNaN);
  long double low = 0, high = 0;
  bool first = true;
  for (long double x : {a.low, a.high})
    for (long double y : {b.low, b.high}) {
      long double value = operation(x, y);
      if (std::isnan(value))
        return a.isPoint() && b.isPoint() ? Value(kNaN) : Value::unknown();
      low = first ? value : std::min(low, value);
      high = first ? value : std::max(high, value);
      first = false;
    }
  return finish(format, low, high);
}

Value property::multiply(Format format, const Value &a, const Value &b) {
  return combine(format, a, b,
                 [](long double x, long double y) { return x * y; });
}

Value property::divide(Format format, const Value &a, const Value &b) {
  if (!b.isPoint() && b.low <= 0 && b.high >= 0)
    return Value::unknown();
  return combine(format, a, b,
                 [](long double x, long double y) { return x / y; });
}

Value property::add(Format format, const Value &a, const Value &b) {
  return sum(format, {a, b});
}

Value property::negate(const Value &a) {
  return a.isUnknown ? a : Value(-a.high, -a.low);
}

Value property::squareRoot(Format format, const Value &a) {
  if (a.isUnknown || a.isNaN() || a.high < 0)
    return a.isUnknown ? a : Value(kNaN);
  if (a.low < 0)
    return Value::unknown();
  return finish(format, std::sqrt((long double)a.low),
                std::sqrt((long double)a.high));
}

Value property::product(Format format, const std::vector<Value> &factors) {
  std::vector<Value> others;
  for (const Value &factor : factors)
    if (!(factor.isPoint() && factor.low == 1))
      others.push_back(factor);
  if (others.empty())
    return Value(1.0);
  Value result = others[0];
  for (size_t i = 1; i < others.size(); ++i)
    result = multiply(format, result, others[i]);
  if (others.size() <= 2 || result.isUnknown ||
      !std::isfinite(result.getMagnitude()))
    return result;
  // Another order may round where this one was exact, and may lose a denormal
  // before it multiplies by a large factor.
  double unit = getUnit(format) * (others.size() - 1);
  double tiny = getTiny(format);
  for (const Value &factor : others)
    tiny *= std::max(1.0, factor.getMagnitude());
  return Value(result.low - std::fabs(result.low) * unit - tiny,
               result.high + std::fabs(result.high) * unit + tiny);
}

/// Whether sums of these numbers are exact in `format` in any order: multiples
/// of one unit, fewer than the significand holds.
static bool areSumsExact(Format format, const std::vector<Value> &terms) {
  int unit = std::numeric_limits<int>::max();
  double total = 0;
  for (const Value &term : terms) {
    if (!term.isPoint() || !std::isfinite(term.low))
      return false;
    if (term.low == 0)
      continue;
    int exponent;
    double fraction = std::frexp(term.low, &exponent);
    int64_t digits = std::llabs(std::llrint(std::ldexp(fraction, 53)));
    unit = std::min(unit, exponent - 53 + __builtin_ctzll(digits));
    total += std::fabs(term.low);
  }
  if (total == 0)
    return true;
  return total < std::ldexp(1.0, unit + getLayout(format).mantissa + 1) &&
         !std::isinf(roundTo(format, total));
}

Value property::sum(Format format, const std::vector<Value> &terms) {
  long double low = 0, high = 0, magnitude = 0, finite = 0;
  bool isUnknown = false, hasNegative = false, hasPositive = false;
  for (const Value &term : terms) {
    if (term.isNaN())
      return Value(kNaN);
    isUnknown |= term.isUnknown;
    hasNegative |= term.low < 0;
    hasPositive |= term.high > 0;
    low += term.low;
    high += term.high;
    magnitude += term.getMagnitude();
    if (std::isfinite(term.getMagnitude()))
      finite += term.getMagnitude();
  }
  if (isUnknown)
    return Value::unknown();
  if (terms.size() <= 1 || areSumsExact(format, terms))
    return Value(double(low), double(high));
  // Where signs differ a partial sum may pass the largest number although the
  // sum does not.
  if (hasNegative && hasPositive && std::isinf(roundTo(format, double(finite))))
    return Value::unknown();
  if (std::isnan(low) || std::isnan(high)) {
    for (const Value &term : terms)
      if (!term.isPoint() && std::isinf(term.getMagnitude()))
        return Value::unknown();
    return Value(kNaN);
  }
  if (std::isinf(low) && low == high)
    return Value(double(low));
  // Each addition loses a unit of a partial sum, which is at most `magnitude`.
  long double count = terms.size() - 1;
  long double unit = getUnit(format) * (format == Format::F64 ? 2 : 1);
  long double lost = magnitude * count * unit * (1 + 2 * count * unit);
  Value result(double(low - lost), double(high + lost));
  if (std::isinf(roundTo(format, double(magnitude)))) {
    result.low = roundTo(format, result.low);
    result.high = roundTo(format, result.high);
  } else if (format == Format::F64) {
    result.low = std::nextafter(result.low, -kInfinity);
    result.high = std::nextafter(result.high, kInfinity);
  }
  return result;
}

Value property::store(Format format, const Value &a) {
  if (a.isUnknown || a.bits)
    return a;
  return Value(roundTo(format, a.low), roundTo(format, a.high));
}

Value property::hull(const Value &a, const Value &b) {
  if (a.isUnknown || b.isUnknown || a.isNaN() != b.isNaN())
    return Value::unknown();
  return Value(std::min(a.low, b.low), std::max(a.high, b.high));
}
