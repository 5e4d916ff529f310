//===- TiedArguments.h - Arguments that a value continues -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_TRANSFORMS_TIEDARGUMENTS_H
#define EMB_DIALECT_EMB_TRANSFORMS_TIEDARGUMENTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::emb {

/// An argument of the entry block that a tensor value continues.
struct TiedArgument {
  BlockArgument argument;
  /// Whether an operation on the way from the argument to the value writes it.
  bool written;
};

/// The arguments whose buffers `value` occupies if every write on the way is
/// done in place: follows destinations, casts, checks, loops and branches.
SmallVector<TiedArgument> findTiedArguments(Value value);

/// The arguments of `function` whose new values it returns.
llvm::SmallPtrSet<Value, 8> findWrittenArguments(func::FuncOp function);

} // namespace mlir::emb

#endif // EMB_DIALECT_EMB_TRANSFORMS_TIEDARGUMENTS_H
