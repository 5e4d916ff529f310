//===- TableFlow.h - How table values flow through a function ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_TRANSFORMS_TABLEFLOW_H
#define EMB_LIB_DIALECT_EMB_TRANSFORMS_TABLEFLOW_H

#include "emb/Dialect/Emb/Transforms/TiedArguments.h"

namespace mlir::emb {

/// Whether `op` has a tensor destination that it overwrites.
bool writesTensor(Operation *op);

/// The operands of `op` that it overwrites when bufferized in place: its
/// tensor destinations.
SmallVector<OpOperand *> getWrittenOperands(Operation *op);

/// The arguments of `function` that an emb operation uses as table or state.
llvm::SmallPtrSet<Value, 8> findTableArguments(func::FuncOp function);

/// The ancestor of `op` in the entry block of `function`.
Operation *getTopLevelAncestor(func::FuncOp function, Operation *op);

/// The first operation of the entry block that overwrites one of `arguments`,
/// itself or in a region; null where there is none.
Operation *findFirstWrite(func::FuncOp function,
                          const llvm::SmallPtrSetImpl<Value> &arguments);

/// "argument 1 'weight'".
std::string describeArgument(BlockArgument argument);

/// Where a tensor of `type` has a known size, ", N bytes".
std::string describeBytes(Type type);

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_TRANSFORMS_TABLEFLOW_H
