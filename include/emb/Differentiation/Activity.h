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

/// Which values of a function are active: they depend on one of the values that
/// the gradient is taken by, and something that is differentiated depends on
/// them. Integers stop both, as do operands to which an operation says that it
/// is not differentiable. Floats in vectors and unranked tensors do not: there
/// the reverse pass fails. The function has one block.
class Activity {
public:
  /// Nothing is active but what `insert` and `extend` say.
  Activity() = default;

  /// `wrt` is what the gradient is taken by, `outputs` what is differentiated.
  Activity(FunctionOpInterface function, ArrayRef<Value> wrt,
           ArrayRef<Value> outputs);

  bool isActive(Value value) const { return active.contains(value); }

  /// Clones are as active as what they are clones of.
  void addClones(const IRMapping &mapping);

  /// What `ops`, in this order, compute from active values becomes active. For
  /// the body of an operation, whose values the analysis leaves out.
  void extend(ArrayRef<Operation *> ops);

  /// Makes `value` active.
  void insert(Value value) { active.insert(value); }

  /// A path from what the gradient is taken by through `value` to what is
  /// differentiated, for messages:
  /// "'w' -> emb.gather -> math.erf -> linalg.generic -> result".
  std::string describePath(Value value) const;

  /// What the gradient is taken by and `value` depends on.
  SmallVector<Value> getOrigins(Value value) const;

private:
  using Edges = DenseMap<Value, SmallVector<Value>>;

  void addEdges(Operation *op);
  void addEdge(Value from, Value to);
  Value getOriginal(Value value) const;

  SmallVector<Value> wrt, outputs;
  DenseSet<Value> active;
  Edges successors, predecessors;
  /// The original of a clone.
  DenseMap<Value, Value> originals;
  /// What values are called in paths. Rules may erase operations, so that a
  /// value may be no more than a key.
  DenseMap<Value, std::string> names;
};

} // namespace mlir::emb

#endif // EMB_DIFFERENTIATION_ACTIVITY_H
