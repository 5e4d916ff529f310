//===- ElementRule.h - What rules for one element must be -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_IR_ELEMENTRULE_H
#define EMB_LIB_DIALECT_EMB_IR_ELEMENTRULE_H

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

/// Whether `body`, of a region of `op`, holds only elementwise operations on
/// scalars without side effects, constants and calls, and row reductions where
/// `mayReduce`.
LogicalResult verifyRuleBody(Operation *op, Block &body, bool mayReduce);

/// Whether `yield` has values of the types `expected`; `why` ends the message
/// about their number: "one for each init".
LogicalResult verifyYield(YieldOp yield, TypeRange expected, StringRef why);

/// Whether the values of `yield` for which `isPerRow` holds are the same in
/// every column; `isUniform` says it of the arguments of the region.
LogicalResult verifyPerRow(YieldOp yield, function_ref<bool(unsigned)> isPerRow,
                           function_ref<bool(unsigned)> isUniform);

/// Where `optimizer` is a symbol: whether there is an emb.optimizer of that
/// name, for the compute type of a parameter of type `type` (null if it is not
/// known). Errors, at `op`, call that `parameter`.
LogicalResult verifyOptimizer(Operation *op, Attribute optimizer,
                              StringRef parameter, Type type,
                              SymbolTableCollection &symbols);

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_IR_ELEMENTRULE_H
