//===- CheckedParts.h - Loops that check their indices ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_CHECKEDPARTS_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_CHECKEDPARTS_H

#include "IndexSearch.h"

namespace mlir::emb {

/// The check before `op` of its `indices` that its loop can run, or null. `op`
/// writes to `inits`.
CheckIndicesOp findCheck(Operation *op, Value indices, ValueRange inits);

/// Parallel loops over items that have indices, bags for instance, and with
/// them the check of these indices. Threads search the indices of a part before
/// they visit its items, so that they are read once; parts next to an index out
/// of range are left out. If there is one, or if vectors cannot find it, the
/// check itself is run: after the loops or before them.
class CheckedParts {
public:
  using RangeBuilder = function_ref<std::pair<Value, Value>(
      OpBuilder &, Location, Value begin, Value end)>;
  using BodyBuilder =
      function_ref<void(OpBuilder &, Location, Value begin, Value end)>;

  /// `check` is of the indices of `numItems` items.
  CheckedParts(RewriterBase &rewriter, CheckIndicesOp check, Value numItems);

  /// The loop: `body` visits the items from `begin` to `end`, whose indices are
  /// at the places from `range`. An item moves `work` bytes.
  scf::ParallelOp createLoop(OpBuilder &builder, Location loc, int64_t work,
                             RangeBuilder range, BodyBuilder body) const;

  /// Ends the loops, of which one is run.
  void finish(RewriterBase &rewriter) const;

private:
  CheckIndicesOp check;
  IndexSearch search;
  Value numItems, partSize, numParts;
};

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_CHECKEDPARTS_H
