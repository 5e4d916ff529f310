//===- ModelProgram.h - What is behind a CompiledModel ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_MODELPROGRAM_H
#define EMB_LIB_MODEL_MODELPROGRAM_H

#include "Steps.h"

namespace mlir::emb {

/// The compiled functions of a model, and what training keeps.
class ModelProgram {
public:
  /// Compiles `steps` and makes the states of the optimizers.
  static llvm::Expected<std::unique_ptr<ModelProgram>>
  create(std::shared_ptr<Graph> graph, Steps steps,
         const CompileOptions &options, SourceLocation loc);

  llvm::Expected<StepResult> train(llvm::ArrayRef<Feed> inputs,
                                   SourceLocation loc);
  llvm::Expected<StepResult> call(llvm::StringRef function,
                                  llvm::ArrayRef<Feed> inputs,
                                  SourceLocation loc) const;

  Graph &getGraph() { return *graph; }
  const Steps &getSteps() const { return steps; }
  const Executable &getExecutable() const { return *executable; }
  llvm::MutableArrayRef<Tensor> getStates() { return states; }
  std::vector<StepRate> &getRates() { return steps.rates; }
  int64_t getNumSteps() const { return numSteps; }
  void setNumSteps(int64_t number) { numSteps = number; }

private:
  /// A compiled function, and where its arguments come from.
  struct Function {
    StepFunction description;
    CompiledFunction compiled;
    /// Names and positions of the inputs.
    std::vector<std::pair<std::string, size_t>> inputs;
  };

  ModelProgram() = default;
  llvm::Error addFunction(const StepFunction &description);
  llvm::Expected<const Function *> find(llvm::StringRef name,
                                        SourceLocation loc) const;
  /// All arguments but the inputs, which are left as numbers.
  llvm::SmallVector<RuntimeValue> getArguments(const Function &function) const;
  /// The value of each input of the function, in its order.
  llvm::Expected<llvm::SmallVector<const RuntimeValue *>>
  matchInputs(const Function &function, llvm::ArrayRef<Feed> inputs,
              SourceLocation loc) const;
  llvm::Error bindTraining(const Function &function,
                           llvm::ArrayRef<const RuntimeValue *> values);
  /// `results` are those for the caller.
  static StepResult collect(const StepFunction &function,
                            llvm::MutableArrayRef<RuntimeValue> results);

  // The tensors of parameters are the graph's, so it comes first.
  std::shared_ptr<Graph> graph;
  Steps steps;
  std::unique_ptr<Executable> executable;
  std::vector<Function> functions;
  std::vector<Tensor> states;
  int64_t numSteps = 0;
  /// Training, once it has run.
  std::optional<BoundCall> training;
};

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_MODELPROGRAM_H
