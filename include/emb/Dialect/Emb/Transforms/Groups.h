//===- Groups.h - The groups of operations that visit rows ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_TRANSFORMS_GROUPS_H
#define EMB_DIALECT_EMB_TRANSFORMS_GROUPS_H

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

/// Creates the emb.group of `indices`, row numbers of `table` (tensors), which
/// leaves out the padding of each, if it has one. What visits the same rows of
/// the same table gets an operation with the same operands, whoever asks, so
/// that CSE leaves one. Uses the dialects arith and tensor.
GroupOp createGroup(OpBuilder &builder, Location loc, ValueRange indices,
                    ArrayRef<std::optional<int64_t>> paddings, Value table);

/// createGroup of the indices of `sources`, in their order.
GroupOp createGroup(OpBuilder &builder, Location loc,
                    ArrayRef<GradientSource> sources, Value table);

} // namespace mlir::emb

#endif // EMB_DIALECT_EMB_TRANSFORMS_GROUPS_H
