//===- Var.h - Values of a model that is being built ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_VAR_H
#define EMB_MODEL_VAR_H

#include "emb/ExecutionEngine/DType.h"
#include "emb/ExecutionEngine/Tensor.h"
#include "mlir/IR/Value.h"

#include <source_location>

namespace mlir::emb {

/// Where in the caller's program something was said. Functions of the model API
/// take it as their last argument and fill it in themselves; errors name it,
/// and the operations in the IR are located there.
using SourceLocation = std::source_location;

class Graph;

/// A value of a model: a tensor, or a number, that a step will compute. It is a
/// handle, cheap to copy, and valid as long as its Model (or a CompiledModel of
/// it) lives.
///
/// What is built from values that do not fit is an invalid Var; so is what is
/// built from that. Model::compile returns the errors.
class Var {
public:
  Var() = default;
  Var(Graph *graph, Value value) : graph(graph), value(value) {}

  bool isValid() const { return static_cast<bool>(value); }
  explicit operator bool() const { return isValid(); }

  /// The SSA value that stands for it; null if it is invalid.
  Value getValue() const { return value; }
  Graph *getGraph() const { return graph; }

  /// Of a valid one.
  DType getDType() const;
  /// Extents, kDynamicSize where only a step knows. Empty for a number.
  llvm::ArrayRef<int64_t> getShape() const;
  int64_t getRank() const { return getShape().size(); }

private:
  Graph *graph = nullptr;
  Value value;
};

/// An operand of an operator: a Var, or a number, which takes the element type
/// of the other operand. It notes where the operator stands.
class Operand {
public:
  Operand(Var var, SourceLocation loc = SourceLocation::current())
      : var(var), loc(loc) {}
  Operand(double number, SourceLocation loc = SourceLocation::current())
      : number(number), loc(loc) {}

  bool isNumber() const { return number.has_value(); }
  double getNumber() const { return *number; }
  Var getVar() const { return var; }
  SourceLocation getLoc() const { return loc; }

private:
  Var var;
  std::optional<double> number;
  SourceLocation loc;
};

} // namespace mlir::emb

#endif // EMB_MODEL_VAR_H
