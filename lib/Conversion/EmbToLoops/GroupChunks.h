//===- GroupChunks.h - Rows of a group in chunks of equal work --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_GROUPCHUNKS_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_GROUPCHUNKS_H

#include "EmbToLoops.h"

namespace mlir::emb {

/// The first number from `low` on for which `isBefore` does not hold, `high` if
/// there is none below it. It holds for no number after one that it does not
/// hold for.
Value findFirst(OpBuilder &builder, Location loc, Value low, Value high,
                function_ref<Value(OpBuilder &, Location, Value)> isBefore);

/// What the visit of a group costs, in bytes moved: for an occurrence, of which
/// `countBefore` says how many are met before a place, and for a row.
struct GroupCost {
  int64_t occurrenceBytes, rowBytes;
  function_ref<Value(OpBuilder &, Location, Value place)> countBefore;
};

/// Runs `body` for consecutive ranges of the `count` places of a group, from
/// `first` up to `last`, in any order. They cost about the same; where a row
/// costs much, a few are empty.
void createGroupChunks(
    OpBuilder &builder, Location loc, Value count, const GroupCost &cost,
    function_ref<void(OpBuilder &, Location, Value first, Value last)> body);

/// Emits `body` for the places from `first` up to `last` of a group, with the
/// positions `begin` up to `end` of each.
void forEachGroupRow(OpBuilder &builder, Location loc, Value bounds,
                     Value first, Value last,
                     function_ref<void(OpBuilder &, Location, Value place,
                                       Value begin, Value end)>
                         body);

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_GROUPCHUNKS_H
