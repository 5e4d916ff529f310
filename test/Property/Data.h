//===- Data.h - Numbers and indices of a draw -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_PROPERTY_DATA_H
#define EMB_TEST_PROPERTY_DATA_H

#include "Case.h"

namespace property {

/// What the numbers of an argument are like.
enum class Flavour {
  /// Quarters: sums are exact, ties are frequent.
  Quarters,
  Normal,
  /// Among the others NaN with payloads, infinities, -0.0, denormals, huge.
  Special
};

Flavour drawFlavour(Random &random);

/// A number of `format`, as bits.
uint64_t drawNumber(Random &random, Format format, Flavour flavour);

/// `rows` x `columns` numbers, a flavour per row.
std::vector<uint64_t> drawRows(Random &random, Format format, int64_t rows,
                               int64_t columns);

/// Overwrites some rows of a table by ones whose `p`-norm is exactly the bound,
/// or the next number below or above it, and some by zeros or by another row.
void plantRows(Random &random, Format format, int64_t columns,
               std::vector<uint64_t> &table, double maxNorm, double p);

/// `count` rows of a table: uniform, skewed, or one row for all; where there is
/// a padding row it is among them often.
std::vector<int64_t> drawIndices(Random &random, int64_t count, int64_t numRows,
                                 int64_t padding);

/// Sizes of `rank` dimensions with at most `limit` elements in all.
Shape drawShape(Random &random, int64_t rank, int64_t limit);

/// Offsets of bags over `count` indices.
std::vector<int64_t> drawOffsets(Random &random, int64_t count,
                                 bool includeLastOffset);

Argument makeFloats(std::string name, DType dtype, Shape shape,
                    std::vector<uint64_t> bits);
Argument makeIntegers(std::string name, DType dtype, Shape shape,
                      const std::vector<int64_t> &numbers);
std::vector<Value> getValues(const Argument &argument);
Matrix getMatrix(const Argument &argument, int64_t columns);

} // namespace property

#endif // EMB_TEST_PROPERTY_DATA_H
