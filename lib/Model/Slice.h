//===- Slice.h - What some values of a graph depend on ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_SLICE_H
#define EMB_LIB_MODEL_SLICE_H

#include "Graph.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::emb {

/// The operations of a graph that `values` depend on, with the checks that were
/// built with these, and the parameters and inputs that all of them read.
///
/// A table that a lookup has renormalized is a new version of it. A later
/// lookup does not depend on an earlier one by that alone: where the earlier is
/// not asked for, it reads the version before. So a function takes only the
/// inputs of its own lookups.
class Slice {
public:
  Slice(Graph &graph, ArrayRef<Value> values);

  bool contains(Operation *op) const { return ops.contains(op); }
  bool contains(const Slice &other) const {
    return llvm::all_of(other.ops, [&](Operation *op) { return contains(op); });
  }
  /// In the order of the graph.
  ArrayRef<Operation *> getOps() const { return ops.getArrayRef(); }
  /// Positions among those of the graph, ascending.
  ArrayRef<unsigned> getParameters() const { return parameters; }
  ArrayRef<unsigned> getInputs() const { return inputs; }
  /// The last versions of the tables that the slice changes, in the order of
  /// the parameters.
  ArrayRef<std::pair<unsigned, Value>> getChanged() const { return changed; }

  /// The version of a table that stands for `value` here.
  Value getVersion(Value value) const;

private:
  llvm::SetVector<Operation *> ops;
  SmallVector<unsigned> parameters, inputs;
  SmallVector<std::pair<unsigned, Value>> changed;
};

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_SLICE_H
