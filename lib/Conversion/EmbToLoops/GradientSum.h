//===- GradientSum.h - The summed gradient of a row -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_GRADIENTSUM_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_GRADIENTSUM_H

#include "EmbToLoops.h"

namespace mlir::emb {

/// Gradient sources, summed over the occurrences of a row.
class GradientSum {
public:
  /// Emits what all rows share. `group` is the emb.group of the sources; empty
  /// where nothing is summed.
  GradientSum(OpBuilder &builder, Location loc,
              ArrayRef<GradientSource> sources, FloatType computeType,
              ValueRange group, const LoopOptions &options);

  /// The sum over the group's `positions[begin] .. positions[end - 1]`, in that
  /// order: one vector of `computeType` for each piece of the tile.
  SmallVector<Value> sumTile(OpBuilder &builder, Location loc, Value begin,
                             Value end, const RowTile &tile) const;

private:
  struct Source {
    FlatView gradient;
    std::optional<FlatView> map, scale, winners;
    Value end; ///< Occurrences of this source and the ones before it.
  };

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
  Value positions, last, ahead;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_GRADIENTSUM_H
