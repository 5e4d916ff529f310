//===- GroupOutput.h - Where a group goes -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_GROUPOUTPUT_H
#define EMB_LIB_RUNTIME_GROUPOUTPUT_H

#include "emb/Support/Check.h"

#include <cstdint>

namespace mlir::emb::runtime {

/// The three results of embGroup, of 32 or 64 bits each.
struct GroupOutput {
  int32_t rowsBits;
  void *rows;
  int32_t boundsBits;
  void *bounds;
  int32_t positionsBits;
  void *positions;
};

/// Calls `action` with a zero of the integer type of this width.
template <typename Action> auto withWidth(int32_t bits, const Action &action) {
  EMB_CHECK(bits == 32 || bits == 64, "results have 32 or 64 bits");
  if (bits == 32)
    return action(int32_t(0));
  return action(int64_t(0));
}

/// Writes the bound behind the last row.
inline void writeLastBound(const GroupOutput &output, int64_t numRows,
                           int64_t numItems) {
  withWidth(output.boundsBits, [&](auto type) {
    using Bound = decltype(type);
    static_cast<Bound *>(output.bounds)[numRows] = static_cast<Bound>(numItems);
  });
}

/// Calls `action(positions)` with a pointer of their type.
template <typename Action>
void withPositions(const GroupOutput &output, const Action &action) {
  withWidth(output.positionsBits, [&](auto type) {
    action(static_cast<decltype(type) *>(output.positions));
  });
}

/// Writes rows from number `firstRow` on, and where they begin. Indices come in
/// ascending order, and nothing depends on how many are equal but a number: a
/// row is written once for each of its occurrences.
template <typename Row, typename Bound> class RowWriter {
public:
  RowWriter(const GroupOutput &output, int64_t firstRow)
      : rows(static_cast<Row *>(output.rows)),
        bounds(static_cast<Bound *>(output.bounds)), row(firstRow - 1) {}

  /// The occurrence at `place`, the first of its row or not. The first call
  /// begins a row.
  void add(bool isFirst, uint64_t index, int64_t place) {
    row += isFirst;
    begin = isFirst ? place : begin;
    EMB_CHECK(row >= 0, "the first occurrence begins a row");
    rows[row] = static_cast<Row>(index);
    bounds[row] = static_cast<Bound>(begin);
  }

  /// Of all rows up to the last one written.
  int64_t getNumRows() const { return row + 1; }

private:
  Row *rows;
  Bound *bounds;
  int64_t row;
  int64_t begin = 0;
};

/// Calls `action(writer)` with a RowWriter of the right types.
template <typename Action>
void withRowWriter(const GroupOutput &output, int64_t firstRow,
                   const Action &action) {
  withWidth(output.rowsBits, [&](auto row) {
    withWidth(output.boundsBits, [&](auto bound) {
      action(RowWriter<decltype(row), decltype(bound)>(output, firstRow));
    });
  });
}

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_GROUPOUTPUT_H
