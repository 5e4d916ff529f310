//===- IndexSearch.h - Indices out of range, found by vectors ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_INDEXSEARCH_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_INDEXSEARCH_H

#include "RowVectors.h"

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

/// Looks for an index out of range in parts, which threads may share, and
/// leaves it to the check itself, a call of the runtime, to find the first one
/// and to fail.
class IndexSearch {
public:
  /// Whether the type of the indices says that vectors can read them and that
  /// there may be enough of them.
  static bool isPossible(CheckIndicesOp check);

  /// Creates what all parts share.
  IndexSearch(RewriterBase &rewriter, CheckIndicesOp check);

  /// The number of indices.
  Value getSize() const { return indices.getSize(); }
  /// Whether there are enough of them, without gaps between them.
  Value isWorthwhile() const { return worthwhile; }
  /// Whether an index at the places from `begin` to `end` is out of range, or
  /// one near them. Only if it is worthwhile.
  Value search(OpBuilder &builder, Location loc, Value begin, Value end) const;

  /// Stores whether the check is to be run.
  void setFlag(OpBuilder &builder, Location loc, bool value) const;
  /// Stores, from any thread, that the check is to be run.
  void raiseFlag(OpBuilder &builder, Location loc) const;
  /// Runs `check`, which is moved here, if the flag is set.
  void runIfFlagged(RewriterBase &rewriter, CheckIndicesOp check) const;

private:
  Value createBound(OpBuilder &builder, Location loc, Value bound) const;

  IntegerType type;
  int64_t lanes;
  FlatView indices;
  Value flag;      ///< Not 0 where the check is to be run.
  Value bound;     ///< What indices are less than, in each lane.
  Value lastBlock; ///< The last place at which a block begins.
  Value worthwhile;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_INDEXSEARCH_H
