//===- Step.h - A step of a rule, of rows or dense --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_OPTIMIZERS_STEP_H
#define EMB_LIB_OPTIMIZERS_STEP_H

#include "Rule.h"

namespace mlir::emb {

std::unique_ptr<Rule> getRule(const Optimizer &optimizer);

/// Whether lr, step and what changes the gradient are what a rule needs; an
/// error at `loc` otherwise.
LogicalResult verifyScalars(Location loc, const Rule &rule, Value lr,
                            Value step, const UpdateExtras &extras);

/// Whether the rule takes parameters of the compute type `compute` and has as
/// many states.
LogicalResult verifyRule(Location loc, const Rule &rule, FloatType compute,
                         ValueRange states);

/// The scalars of a step, in f64: those of the rule, then the scale.
SmallVector<Value> buildScalars(ImplicitLocOpBuilder &b, const Rule &rule,
                                Value lr, Value step,
                                const UpdateExtras &extras);

/// The new weight and states of one element, after the changes to its gradient
/// that `extras` asks for. Values are of their compute types, the `scalars` of
/// buildScalars too.
SmallVector<Value> buildElement(ImplicitLocOpBuilder &b, const Rule &rule,
                                Value weight, ValueRange states, Value gradient,
                                ValueRange scalars, int64_t numColumns,
                                const UpdateExtras &extras);

} // namespace mlir::emb

#endif // EMB_LIB_OPTIMIZERS_STEP_H
