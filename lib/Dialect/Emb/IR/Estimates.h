//===- Estimates.h - What is known of numbers -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIALECT_EMB_IR_ESTIMATES_H
#define EMB_LIB_DIALECT_EMB_IR_ESTIMATES_H

#include "emb/Dialect/Emb/IR/CostModel.h"

namespace mlir::emb {

using Known = std::optional<Estimate>;

/// Known if both are.
inline Known combine(Known a, Known b,
                     llvm::function_ref<double(double, double)> compute) {
  if (!a || !b)
    return std::nullopt;
  return Estimate{compute(a->value, b->value), a->isAssumed || b->isAssumed};
}

inline double add(double a, double b) { return a + b; }
inline double multiply(double a, double b) { return a * b; }

/// "argument 1 'ids'" for an argument of a function, or nothing.
std::string describeFunctionArgument(Value value);

} // namespace mlir::emb

#endif // EMB_LIB_DIALECT_EMB_IR_ESTIMATES_H
