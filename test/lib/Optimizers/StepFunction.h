//===- StepFunction.h - A function that is one optimizer step ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_OPTIMIZERS_STEPFUNCTION_H
#define EMB_TEST_LIB_OPTIMIZERS_STEPFUNCTION_H

#include "emb/Optimizers/Optimizers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace emb_test {

/// Adds to `module` a function of this name that applies one step of the
/// optimizer to a table ? x `numColumns` of `element` with one row of gradient
/// for each index:
///
///   (table, states..., indices: ?xi64, gradient, lr: f64, step: i64)
///       -> (table, states...)
mlir::FailureOr<mlir::func::FuncOp>
addStepFunction(mlir::ModuleOp module, llvm::StringRef name,
                const mlir::emb::Optimizer &optimizer, mlir::Type element,
                int64_t numColumns);

/// Adds the same step as one on a whole tensor of type `parameter`, whose
/// gradient is multiplied by `scale` and, if `clipValue` is given, clamped:
///
///   (parameter, states..., gradient, lr: f64, step: i64, scale: f64)
///       -> (parameter, states...)
mlir::FailureOr<mlir::func::FuncOp>
addDenseStepFunction(mlir::ModuleOp module, llvm::StringRef name,
                     const mlir::emb::Optimizer &optimizer,
                     mlir::RankedTensorType parameter,
                     std::optional<double> clipValue = std::nullopt);

} // namespace emb_test

#endif // EMB_TEST_LIB_OPTIMIZERS_STEPFUNCTION_H
