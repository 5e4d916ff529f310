//===- Activity.h - Which values need a gradient ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIFFERENTIATION_ACTIVITY_H
#define EMB_DIFFERENTIATION_ACTIVITY_H

#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/DenseSet.h"

namespace mlir::emb {

/// Whether a value of type `type` can have a gradient: a float, or a ranked
/// tensor of floats.
bool isDifferentiable(Type type);

/// Which values of a function are active: they depend on one of the arguments
/// that the gradient is taken by, and one of the results that is differentiated
/// depends on them. Integers stop both, as do operands to which an operation
/// says that it is not differentiable.
class Activity {
public:
  /// `wrt` are numbers of arguments, `results` of results.
  Activity(FunctionOpInterface function, ArrayRef<unsigned> wrt,
           ArrayRef<unsigned> results);

  bool isActive(Value value) const { return active.contains(value); }
  /// Whether an operation produces or, in its regions, holds something active.
  bool isActive(Operation *op) const;

  /// Clones are as active as what they are clones of.
  void addClones(const IRMapping &mapping);

  /// A path from an argument that the gradient is taken by through `op` to a
  /// result, for messages: "'w' -> emb.gather -> math.erf -> linalg.generic ->
  /// result 0".
  std::string describePath(Operation *op) const;

  /// The arguments the gradient is taken by on which `value` depends.
  SmallVector<BlockArgument> getOrigins(Value value) const;

private:
  FunctionOpInterface function;
  SmallVector<BlockArgument> wrt;
  DenseSet<Value> active;
  /// The original of a clone.
  DenseMap<Value, Value> originals;
  DenseMap<Operation *, Operation *> originalOps;
};

} // namespace mlir::emb

#endif // EMB_DIFFERENTIATION_ACTIVITY_H
