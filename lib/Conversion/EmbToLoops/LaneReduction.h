//===- LaneReduction.h - Reductions over a row ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_LANEREDUCTION_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_LANEREDUCTION_H

#include "EmbToLoops.h"

namespace mlir::emb {

/// The lanes of a vector reduced to a scalar by a fixed tree: `combine` takes
/// its halves, then the halves of that.
Value combineLanes(OpBuilder &builder, Location loc, Value vector,
                   function_ref<Value(Value low, Value high)> combine);

/// A reduction over the columns of a row: lanes that are combined in the order
/// of the columns, then a fixed tree over the lanes.
class LaneReduction {
public:
  /// Of values of type `elementType`.
  LaneReduction(ReduceKind kind, Type elementType, const RowVectors &columns);

  Value getIdentity(OpBuilder &builder, Location loc) const;
  /// `acc` with the pieces of a tile; masked lanes do not count.
  Value addTile(OpBuilder &builder, Location loc, Value acc,
                ArrayRef<Value> values, ArrayRef<RowPiece> pieces) const;
  /// The lanes reduced to a scalar.
  Value finish(OpBuilder &builder, Location loc, Value acc) const;

private:
  Value combine(OpBuilder &builder, Location loc, Value lhs, Value rhs) const;
  double getIdentityValue() const;

  ReduceKind kind;
  int64_t numLanes;
  Type type; ///< Of the lanes; a scalar for a row without columns.
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_LANEREDUCTION_H
