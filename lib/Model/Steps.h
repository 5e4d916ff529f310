//===- Steps.h - The functions of a model's steps ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_STEPS_H
#define EMB_LIB_MODEL_STEPS_H

#include "Graph.h"
#include "emb/Model/Model.h"

namespace mlir::emb {

inline constexpr llvm::StringLiteral kTrain = "train";
inline constexpr llvm::StringLiteral kEvaluate = "evaluate";
inline constexpr llvm::StringLiteral kPredict = "predict";

/// A function of the module of steps.
struct StepFunction {
  std::string name;
  /// What it returns for the caller, in order, after `firstOutput` results that
  /// are not for the caller.
  std::vector<std::string> outputs;
  size_t firstOutput = 0;
  /// Whether the first output is the loss.
  bool hasLoss = false;
};

/// A learning rate and the name of its argument.
struct StepRate {
  LearningRate rate;
  std::string argument;
};

/// An optimizer's state of a parameter.
struct StepState {
  std::string name; ///< "table.weight.exp_avg"
  DType dtype;
  Shape shape;
  double initialValue;
};

/// What Model::compile compiles.
struct Steps {
  OwningOpRef<ModuleOp> module;
  std::vector<StepFunction> functions;
  std::vector<StepState> states;
  std::vector<StepRate> rates;
};

/// The module that a person would write for these options: one public function
/// for each step but training, which is an emb.train of one of them. Errors are
/// noted in the graph.
FailureOr<Steps> buildSteps(Graph &graph, const ModelCompileOptions &options,
                            SourceLocation loc);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_STEPS_H
