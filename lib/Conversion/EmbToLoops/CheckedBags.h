//===- CheckedBags.h - Bags that check their indices ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_EMBTOLOOPS_CHECKEDBAGS_H
#define EMB_LIB_CONVERSION_EMBTOLOOPS_CHECKEDBAGS_H

#include "Bags.h"

namespace mlir::emb {

/// The check before a bag that the bag's loop can run, or null. Other checks
/// that stand between the two are then run before it.
CheckIndicesOp findCheck(BagOp op);

/// Runs `pool` for the number of every bag of `op`, in any order, and `check`
/// with it. Threads search the indices of a few bags before these are pooled,
/// so that they are read once; bags next to an index out of range are left out.
/// If there is one, or if vectors cannot find it, `check` itself is run: after
/// the loop or before it. `work` are the bytes that a bag moves.
void createCheckedBags(RewriterBase &rewriter, BagOp op, CheckIndicesOp check,
                       const BagList &bags, int64_t work,
                       function_ref<void(OpBuilder &, Location, Value)> pool);

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_EMBTOLOOPS_CHECKEDBAGS_H
