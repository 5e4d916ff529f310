//===- GroupChecks.h - What groups must satisfy -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_TRANSFORMS_GROUPCHECKS_H
#define EMB_LIB_DIALECT_EMB_TRANSFORMS_GROUPCHECKS_H

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

/// A group that is given to an operation on tensors must be the results of the
/// `emb.group` of the operation's indices, with the padding of its sources and
/// the positions that it reads. Emits an error where it is not known to be; an operation without a group
/// passes. What a group of other indices says would be read and written outside
/// of the operation's tensors.
LogicalResult verifyGivenGroup(Operation *op);

/// Guards the destinations of `op`, an `emb.group` or `emb.frequency` on
/// tensors, against extents other than what it computes, and an `emb.update` with
/// `mapped_group` against a gradient without a row for each bag. Returns how
/// many checks were added; 0 for any other operation.
unsigned insertExtentChecks(Operation *op, OpBuilder &builder);

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_TRANSFORMS_GROUPCHECKS_H
