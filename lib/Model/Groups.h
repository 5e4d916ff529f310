//===- Groups.h - Which parameter learns how --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_GROUPS_H
#define EMB_LIB_MODEL_GROUPS_H

#include "Steps.h"

namespace mlir::emb {

/// A parameter that is trained.
struct Learner {
  GraphParameter *parameter;
  /// What emb.train says of it.
  Attribute optimizer;
  std::string rate;
  bool isDense;
  std::vector<StepState> states;
};

struct Learners {
  /// In the order of the parameters.
  std::vector<Learner> learners;
  std::vector<StepRate> rates;
};

/// Finds the group of every parameter in `used` that is not frozen. The user's
/// own optimizers are declared in `module`. Errors are noted in the graph.
FailureOr<Learners> resolveGroups(Graph &graph, ModuleOp module,
                                  ArrayRef<ParameterGroup> groups,
                                  ArrayRef<unsigned> used, SourceLocation loc);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_GROUPS_H
