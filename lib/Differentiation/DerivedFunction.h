//===- DerivedFunction.h - The function of a declaration --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIFFERENTIATION_DERIVEDFUNCTION_H
#define EMB_LIB_DIFFERENTIATION_DERIVEDFUNCTION_H

#include "emb/Differentiation/GradientMap.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::emb {

/// A public copy of the function `original`, named `name`, in the place of
/// `declaration`, with all calls inlined. What cannot be differentiated as a
/// whole (no body, several blocks, recursion) is an error at `declaration`.
FailureOr<func::FuncOp> copyFunction(Operation *declaration, StringRef name,
                                     func::FuncOp original);

/// Adds an argument with an `emb.name` before argument `number`. An argument of
/// that name is an error at `declaration`.
FailureOr<Value> insertArgument(Operation *declaration, func::FuncOp function,
                                unsigned number, StringRef name, Type type);

/// Makes `function` return `values`, and brings its type up to date.
void replaceResults(func::FuncOp function, ValueRange values);

/// The operations of the body but the return, in order.
SmallVector<Operation *> getBodyOps(func::FuncOp function);

/// Adds 1 to the gradient of the loss, the first result of `function`: a float
/// or a rank-0 tensor of floats, otherwise an error at `declaration`.
FailureOr<Value> getLoss(Operation *declaration, func::FuncOp function);

/// Reports, at `declaration`, how many operations `gradients` was made by, and
/// as what the gradients by `wrt` have arrived.
void remarkDerived(Operation *declaration, func::FuncOp function,
                   const GradientMap &gradients, ArrayRef<Value> wrt);

/// Puts the gradient function in the place of `declaration`.
LogicalResult buildGradientFunction(GradientOp declaration,
                                    func::FuncOp original);

/// Puts the training step in the place of `declaration`.
LogicalResult buildTrainingStep(TrainOp declaration, func::FuncOp original);

} // namespace mlir::emb

#endif // EMB_LIB_DIFFERENTIATION_DERIVEDFUNCTION_H
