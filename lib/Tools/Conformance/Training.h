//===- Training.h - Models trained for some steps ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_CONFORMANCE_TRAINING_H
#define EMB_LIB_TOOLS_CONFORMANCE_TRAINING_H

#include "ModuleText.h"
#include "OptimizerModule.h"

namespace mlir::emb::conformance {

/// Trains the model of a case: a function @loss in emb IR whose arguments are
/// inputs of the case. First these are declared; what is wrong with one is the
/// error of finish(), so that reading can go on.
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
  /// @loss gets it as N x 1.
  void addColumn(StringRef name, int64_t rows);
  /// An input that is the same in every step.
  Shape addConstant(StringRef name, ArrayRef<int64_t> expected);
  /// An input that has the steps as first dimension; the shapes are those of
  /// one step.
  Shape addData(StringRef name, ArrayRef<int64_t> expected);

  /// Reads `optimizer`, which is `absent` where the case names none, its
  /// options and `lr`. `kinds` are the gradients that a PyTorch program would
  /// give it.
  void readOptimizer(StringRef absent, ArrayRef<GradientKind> kinds = {});

  /// Reads `steps`. Fails with the first thing that was wrong. To be called
  /// before what follows, after all attributes are read.
  llvm::Error finish();

  std::string getElementType(StringRef name);
  /// The arguments of @loss.
  std::string printArguments();
  /// Trains and hands in `losses`, `final_NAME` and `state_STATE_NAME`. `text`
  /// defines @loss and what it calls. What @loss returns after the loss is
  /// handed in under the names `firstOutputs`, of the first step.
  llvm::Error train(StringRef text, ArrayRef<StringRef> firstOutputs = {});

private:
  enum class Role { Parameter, Constant, Data };
  struct Input {
    std::string name;
    Role role;
    Tensor *tensor;
    /// The argument of @loss; without the steps.
    Shape shape;
  };

  Shape add(StringRef name, Role role, ArrayRef<int64_t> expected);
  void fail(llvm::Error found);
  llvm::Error readSteps();
  /// Adds the states of all parameters by the names that @step gives them, and
  /// hands them in.
  llvm::Error addStates(std::map<std::string, RuntimeValue> &values);

  CaseRun &run;
  std::vector<Input> inputs;
  /// None if the optimizer is unknown.
  std::optional<OptimizerOptions> options;
  int64_t numSteps = 0;
  llvm::Error error = llvm::Error::success();
};

} // namespace mlir::emb::conformance

#endif // EMB_LIB_TOOLS_CONFORMANCE_TRAINING_H
