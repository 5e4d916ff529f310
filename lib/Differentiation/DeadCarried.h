//===- DeadCarried.h - What loops carry for nothing -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIFFERENTIATION_DEADCARRIED_H
#define EMB_LIB_DIFFERENTIATION_DEADCARRIED_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::emb {

/// Makes every scf.for of `function` yield what it was given, in place of a
/// value that only its own next iterations use and whose result nothing reads.
/// The canonicalizer then removes what it was computed by. Returns whether
/// there was any.
bool releaseDeadCarried(func::FuncOp function);

} // namespace mlir::emb

#endif // EMB_LIB_DIFFERENTIATION_DEADCARRIED_H
