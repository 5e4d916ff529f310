//===- Number.h - Stored numbers and what they may be -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic of the reference: intervals that hold every number a correct
// program may compute. Rounding is monotone, so the ends of an interval are
// rounded as the number itself would be; what is exact stays a point, and the
// tolerance of a comparison is what the operations before it lost at most.
//
// Standard library only: nothing here comes from the compiler.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_PROPERTY_NUMBER_H
#define EMB_TEST_PROPERTY_NUMBER_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace property {

enum class Format { F16, BF16, F32, F64 };

const char *getName(Format format);
int getBytes(Format format);
/// f64 for f64, else f32: where sums are formed.
Format getComputeFormat(Format format);

double decode(Format format, uint64_t bits);
/// Rounded to nearest even.
uint64_t encode(Format format, double value);
double roundTo(Format format, double value);
/// The number that follows `value`, which is of the format, away from zero
/// (`up`) or towards it.
double getNext(Format format, double value, bool up);
/// Half of the gap between neighbours of `format` near 1.
double getUnit(Format format);
/// The smallest positive number.
double getTiny(Format format);

/// All numbers in [low, high]; the bits where they matter (copies of rows).
struct Value {
  double low = 0, high = 0;
  /// Nothing can be said (a comparison that rounding decides).
  bool isUnknown = false;
  std::optional<uint64_t> bits;

  Value() = default;
  explicit Value(double point) : low(point), high(point) {}
  Value(double low, double high);
  static Value copy(Format format, uint64_t bits);
  static Value unknown();

  bool isPoint() const;
  bool isNaN() const;
  /// The largest magnitude; NaN for NaN.
  double getMagnitude() const;
  /// Whether a program may store these bits. `excess`: how far outside they
  /// are, in widths of the interval (or ulps of a point).
  bool allows(Format format, uint64_t found, double *excess = nullptr) const;
  std::string str() const;
};

/// One operation in `format`, rounded or fused with the next.
Value multiply(Format format, const Value &a, const Value &b);
Value divide(Format format, const Value &a, const Value &b);
Value add(Format format, const Value &a, const Value &b);
Value negate(const Value &a);
Value squareRoot(Format format, const Value &a);
/// A product whose factors may be multiplied in any order.
Value product(Format format, const std::vector<Value> &factors);
/// A sum in any order; exact where no partial sum can be inexact.
Value sum(Format format, const std::vector<Value> &terms);
/// The number as it is stored.
Value store(Format format, const Value &a);
/// The smallest interval with both.
Value hull(const Value &a, const Value &b);

} // namespace property

#endif // EMB_TEST_PROPERTY_NUMBER_H
