//===- Training.h - Models trained for some steps ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_CONFORMANCE_TRAINING_H
#define EMB_LIB_TOOLS_CONFORMANCE_TRAINING_H

#include "ModuleText.h"
#include "OptimizerModule.h"

#include "emb/Model/Model.h"

namespace mlir::emb::conformance {

/// Trains the model of a case, which is built with the model API out of inputs
/// of the case. First these are declared; what is wrong with one is the error
/// of finish(), so that reading can go on.
class Training {
public:
  explicit Training(CaseRun &run) : run(run) {}
  ~Training() { llvm::consumeError(std::move(error)); }

  /// An extent that may be any.
  static constexpr int64_t kAny = ShapedType::kDynamic;

  /// An input that the optimizer changes. Returns its shape; the expected one
  /// with 0 for `kAny` if it has another.
  Shape addParameter(StringRef name, ArrayRef<int64_t> expected);
  /// A parameter of N rows of one column, which the case may give as N numbers;
  /// the model gets it as N x 1.
  void addColumn(StringRef name, int64_t rows);
  /// An input that is the same in every step.
  Shape addConstant(StringRef name, ArrayRef<int64_t> expected);
  /// An input that has the steps as first dimension; the shapes are those of
  /// one step.
  Shape addData(StringRef name, ArrayRef<int64_t> expected);
  /// Data of i32 or i64.
  Shape addIndices(StringRef name, ArrayRef<int64_t> expected);

  /// Reads `optimizer`, which is `absent` where the case names none, its
  /// options and `lr`. `kinds` are the gradients that a PyTorch program would
  /// give it.
  void readOptimizer(StringRef absent, ArrayRef<GradientKind> kinds = {});

  /// Reads `steps`. Fails with the first thing that was wrong. To be called
  /// before what follows, after all attributes are read.
  llvm::Error finish();

  Model &getModel() { return model; }
  /// A copy of what a parameter is at first.
  Tensor copyParameter(StringRef name);
  /// An input of the model for a declared constant, or for the data of a step.
  Var getInput(StringRef name);
  /// Trains `loss` and hands in `losses`, `final_NAME` and `state_STATE_NAME`.
  /// `parameters` says which parameter of the model a declared one is:
  /// {"user", "user.weight"}. `firstOutputs` are handed in from the first step.
  llvm::Error train(Var loss,
                    ArrayRef<std::pair<std::string, std::string>> parameters,
                    ArrayRef<NamedVar> firstOutputs = {});

private:
  enum class Role { Parameter, Constant, Data };
  struct Input {
    std::string name;
    Role role;
    Tensor *tensor;
    /// Without the steps.
    Shape shape;
  };

  Shape add(StringRef name, Role role, ArrayRef<int64_t> expected);
  void fail(llvm::Error found);
  llvm::Error readSteps();
  const Input &find(StringRef name) const;
  /// Hands in a copy of `values` in the shape of `like`.
  llvm::Error setOutput(const std::string &name, const TensorRef &values,
                        ArrayRef<int64_t> shape);

  CaseRun &run;
  Model model;
  std::vector<Input> inputs;
  /// None if the optimizer is unknown.
  std::optional<OptimizerOptions> options;
  int64_t numSteps = 0;
  llvm::Error error = llvm::Error::success();
};

} // namespace mlir::emb::conformance

#endif // EMB_LIB_TOOLS_CONFORMANCE_TRAINING_H
