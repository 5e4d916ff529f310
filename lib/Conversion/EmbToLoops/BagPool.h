//===- BagPool.h - What the entries of a bag add up to ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_BAGPOOL_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_BAGPOOL_H

#include "Bags.h"

namespace mlir::emb {

/// What the entries of a bag add up to in one tile.
struct Pool {
  SmallVector<Value> values;  ///< One vector for each piece.
  SmallVector<Value> winners; ///< The same, where they are asked for.
  Value count;                ///< Entries so far, where they are counted.

  SmallVector<Value> flatten() const;
};

/// The arithmetic of an emb.bag: how an entry changes the pool of its bag, and
/// what becomes of the pool in the end. `bags` has to outlive this.
class BagArithmetic {
public:
  BagArithmetic(BagOp op, const BagList &bags);

  Type getComputeType() const { return computeType; }
  /// Null unless winners are asked for.
  Type getWinnerType() const { return winnerType; }
  /// The pool of a bag without entries.
  Pool createPool(OpBuilder &b, Location loc, const RowTile &tile);
  Pool unflatten(ValueRange flat, size_t numPieces);
  /// The pool after the entry at `place`, whose index is `row`.
  Pool addEntry(OpBuilder &b, Location loc, const Bag &bag, Value place,
                Value row, const RowTile &tile, const Pool &pool);
  /// Writes the results of the bag.
  void store(OpBuilder &b, Location loc, const Bag &bag, const RowTile &tile,
             const Pool &pool);

private:
  Value isTaken(OpBuilder &b, Location loc, Value acc, Value value,
                Value isFirst);
  Value finish(OpBuilder &b, Location loc, Value acc, Value count);

  BagOp op;
  const BagList &bags;
  FloatType elementType, computeType;
  Type winnerType;
  bool isCounted;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_BAGPOOL_H
