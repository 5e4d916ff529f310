//===- HotRows.h - Rows with many occurrences -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The occurrences of a row are summed in blocks of kHotBlock, counted from its
// first, and the sums of the blocks are added in ascending order. All blocks of
// a row but the last are summed before the rows are visited, by all threads.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_HOTROWS_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_HOTROWS_H

#include "EmbToLoops.h"

namespace mlir::emb {

inline constexpr int64_t kHotBlock = 1024;

/// The sums of the blocks of rows with more than one.
class HotRows {
public:
  /// Sums the occurrences at positions `begin` to `end` in the columns of a
  /// tile: a vector of the sum type for each piece.
  using SumRange = function_ref<SmallVector<Value>(
      OpBuilder &, Location, Value begin, Value end, const RowTile &)>;

  HotRows(ValueRange group, const RowVectors &columns, FloatType sumType);

  /// Emits the sums of all blocks that end before their row does.
  /// `occurrenceBytes` are what an occurrence moves.
  void sumBlocks(OpBuilder &b, Location loc, int64_t occurrenceBytes,
                 SumRange sumRange);
  /// Of the occurrences before `position`, where a row begins, those that are
  /// in no such sum.
  Value countRest(OpBuilder &b, Location loc, Value position) const;
  /// The sum of the occurrences of a row.
  SmallVector<Value> sumRow(OpBuilder &b, Location loc, Value begin, Value end,
                            const RowTile &tile, SumRange sumRange) const;

private:
  void createBuffers(OpBuilder &b, Location loc);
  Value mayOccur(OpBuilder &b, Location loc, Value numPositions) const;
  Value sumBlock(OpBuilder &b, Location loc, Value window, SumRange sumRange);
  void countSums(OpBuilder &b, Location loc, Value numWindows, Value isAny);
  SmallVector<Value> addBlocks(OpBuilder &b, Location loc, Value begin,
                               Value lastBlock, const RowTile &tile,
                               ArrayRef<Value> rest) const;

  Value bounds, positions, count;
  const RowVectors &columns;
  FloatType sumType;
  bool mayExist; ///< Rows with several blocks.
  /// Row c: the block that begins in window c, positions c * kHotBlock on.
  Value sums;
  /// Element c: how many of the rows before c hold a sum.
  Value numSums;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_HOTROWS_H
