//===- RowUpdate.h - The update of one row ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_ROWUPDATE_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_ROWUPDATE_H

#include "GradientSum.h"
#include "StochasticRounding.h"
#include "UpdateRule.h"

namespace mlir::emb {

/// Emits what an emb.update does to one row: the phases of its rule, each a
/// walk over the tiles of the row.
class RowUpdate {
public:
  RowUpdate(UpdateOp op, const LoopOptions &options);

  /// Emits what comes before the loop over the rows. `group` is that of the
  /// sources, empty where no gradient is read.
  void prepare(OpBuilder &builder, Location loc, ValueRange group);

  /// Room for the summed gradient of a row, to be made once for each iteration
  /// of the parallel loop; null where none is needed.
  Value createScratch(OpBuilder &builder, Location loc);

  /// Emits the update of row `number`, whose occurrences stand in the group's
  /// positions from `begin` to `end` (null where no gradient is read).
  void emit(OpBuilder &builder, Location loc, Value number, Value begin,
            Value end, Value scratch);

  const UpdateRule &getRule() const { return rule; }
  const RowVectors &getColumns() const { return columns; }
  /// Whether the rule depends on the sources.
  bool readsGradient() const { return isGradientRead; }
  /// Bytes of a summed gradient that is too wide to be kept between the phases
  /// that read it, or 0.
  int64_t getUnkeptGradientBytes();
  /// The bytes of a row of the table and of the states.
  int64_t getInitBytes();
  /// The bytes that an occurrence moves, about.
  int64_t getOccurrenceBytes();
  /// As GradientSum has it.
  Value countRest(OpBuilder &builder, Location loc, Value position) const {
    return isGradientRead ? gradients->countRest(builder, loc, position)
                          : position;
  }
  /// How many occurrences ahead rows of the gradient are prefetched.
  int64_t getGradientDistance();

private:
  /// One row while it is visited.
  struct Row {
    Value number, begin, end, scratch;
    IRMapping uniform;
    std::optional<TileValues> tile; ///< Kept where the row is a single tile.
  };

  void reduce(OpBuilder &b, Location loc, Row &row, unsigned phase);
  void write(OpBuilder &b, Location loc, Row &row, unsigned phase);
  TileValues &openTile(OpBuilder &b, Location loc, Row &row,
                       const RowTile &tile, unsigned phase,
                       std::optional<TileValues> &local);
  SmallVector<Value> readGradient(OpBuilder &b, Location loc, const Row &row,
                                  const RowTile &tile, unsigned phase);

  int64_t getGradientBytes();
  bool isGradientShared();
  unsigned getFirstGradientPhase();
  FloatType getStorageType(unsigned init);

  UpdateOp op;
  const LoopOptions &options;
  UpdateRule rule;
  FloatType computeType;
  bool isGradientRead;
  RowVectors columns;
  std::optional<GradientSum> gradients;
  std::optional<StochasticRounding> rounding;
  IRMapping invariants;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_ROWUPDATE_H
