//===- GradientSum.h - The summed gradient of a row -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_GRADIENTSUM_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_GRADIENTSUM_H

#include "HotRows.h"

namespace mlir::emb {

/// Gradient sources, summed over the occurrences of a row.
class GradientSum {
public:
  /// The most vectors of a tile whose sums, of `numSources` sources, there are
  /// registers for.
  static int64_t getTileVectors(size_t numSources, FloatType computeType,
                                const LoopOptions &options);

  /// Emits what all rows share. `group` is the emb.group of the sources; empty
  /// where nothing is summed. `columns` outlives this.
  GradientSum(OpBuilder &builder, Location loc,
              ArrayRef<GradientSource> sources, FloatType computeType,
              const RowVectors &columns, ValueRange group,
              const LoopOptions &options);

  /// Emits the sums that rows with many occurrences need; comes before the loop
  /// over the rows.
  void sumHotRows(OpBuilder &builder, Location loc);

  /// The sum over the group's `positions[begin] .. positions[end - 1]`, in that
  /// order, in blocks (HotRows): one vector of `computeType` for each piece of
  /// the tile. `isTouched` is whether `begin` is known to differ from `end`.
  SmallVector<Value> sumTile(OpBuilder &builder, Location loc, Value begin,
                             Value end, const RowTile &tile,
                             bool isTouched) const;

  /// Of the occurrences before `position`, where a row begins, those that are
  /// left to be summed where rows are visited.
  Value countRest(OpBuilder &builder, Location loc, Value position) const {
    return hotRows.countRest(builder, loc, position);
  }
  /// The bytes that an occurrence moves, about.
  int64_t getOccurrenceBytes() const { return occurrenceBytes; }
  /// How many occurrences ahead rows of the gradient are prefetched; 0 for not
  /// at all.
  int64_t getDistance() const { return distance; }

private:
  struct Source {
    FlatView gradient;
    std::optional<FlatView> map, scale, winners;
    Value end; ///< Occurrences of this source and the ones before it.
  };

  SmallVector<Value> sumRange(OpBuilder &builder, Location loc, Value begin,
                              Value end, const RowTile &tile,
                              bool isTouched) const;
  void prefetch(OpBuilder &builder, Location loc, Value position,
                const RowTile &tile) const;
  void prefetchOccurrence(OpBuilder &builder, Location loc, Value occurrence,
                          const RowTile &tile, unsigned first) const;
  SmallVector<Value> addOccurrence(OpBuilder &builder, Location loc,
                                   Value occurrence, const RowTile &tile,
                                   ValueRange sums, unsigned first) const;
  Value getRowNumber(OpBuilder &builder, Location loc, const Source &source,
                     Value occurrence) const;
  SmallVector<Value> getGradientRow(OpBuilder &builder, Location loc,
                                    const Source &source,
                                    Value occurrence) const;

  SmallVector<Source, 1> sources;
  FloatType computeType;
  /// f64 where there are several sources. Lookups of one table often have
  /// opposite gradients (a pair of samples, the ends of a translation), and an
  /// optimizer that divides by the size of the gradient makes a whole step out
  /// of what rounding leaves of their sum.
  FloatType sumType;
  HotRows hotRows;
  int64_t occurrenceBytes = 0, distance = 0;
  Value positions, last;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_GRADIENTSUM_H
