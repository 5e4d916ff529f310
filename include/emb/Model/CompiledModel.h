//===- CompiledModel.h - The steps of a model -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_COMPILEDMODEL_H
#define EMB_MODEL_COMPILEDMODEL_H

#include "emb/ExecutionEngine/Executable.h"
#include "emb/Model/Var.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mlir::emb {

class ModelProgram;

/// An input of a step: a view of the caller's memory, which is not copied, or a
/// number, for an input without dimension.
struct Feed {
  Feed(llvm::StringRef name, RuntimeValue value);

  llvm::StringRef name;
  RuntimeValue value;
};

/// What a step returned.
class StepResult {
public:
  /// Of training and evaluation; otherwise NaN.
  double getLoss() const { return loss; }
  /// A metric or an output. Fails for another name.
  llvm::Expected<TensorRef>
  get(llvm::StringRef name,
      SourceLocation loc = SourceLocation::current()) const;
  /// Its elements, row-major: get<float>("scores"). Also fails for another
  /// element type, and for a result that is an input with gaps.
  template <typename T>
  llvm::Expected<llvm::ArrayRef<T>>
  get(llvm::StringRef name,
      SourceLocation loc = SourceLocation::current()) const {
    llvm::Expected<TensorRef> view = getPacked(name, *dtypeOf<T>(), loc);
    if (!view)
      return view.takeError();
    return llvm::ArrayRef<T>(static_cast<const T *>(view->data),
                             view->getNumElements());
  }

private:
  friend class ModelProgram;
  llvm::Expected<TensorRef> getPacked(llvm::StringRef name, DType dtype,
                                      SourceLocation loc) const;

  double loss = 0;
  std::vector<std::pair<std::string, RuntimeValue>> values;
};

/// A learning rate that can be set.
struct LearningRate {
  std::string group; ///< its name
  double value;
};

/// Text that is kept with a checkpoint: the epoch, the state of a shuffle, ...
using Metadata = std::map<std::string, std::string>;

/// The steps of a model, and the states of its optimizers. It shares the
/// parameters with the model and all else that is compiled from it, and keeps
/// them alive. Moves, does not copy.
///
/// Steps take inputs by name; one that is missing, unknown, or of another type
/// is an error that names the caller's line. Nothing is compiled again for
/// other batch sizes, lengths of bags or learning rates. A step that fails
/// changes nothing, not even the number of the step.
///
/// train() must not run at the same time as another call. evaluate(), predict()
/// and call() may run in several threads at once, unless a table has maxNorm:
/// then each of them writes it, and calls that overlap fail with EMB_BUSY.
class CompiledModel {
public:
  CompiledModel(CompiledModel &&);
  CompiledModel &operator=(CompiledModel &&);
  ~CompiledModel();

  /// One step of training. The tensors of the result are valid until the next.
  llvm::Expected<StepResult>
  train(llvm::ArrayRef<Feed> inputs,
        SourceLocation loc = SourceLocation::current());
  /// Loss and metrics, without training.
  llvm::Expected<StepResult>
  evaluate(llvm::ArrayRef<Feed> inputs,
           SourceLocation loc = SourceLocation::current()) const;
  /// The outputs.
  llvm::Expected<StepResult>
  predict(llvm::ArrayRef<Feed> inputs,
          SourceLocation loc = SourceLocation::current()) const;
  /// The outputs of one of the functions.
  llvm::Expected<StepResult>
  call(llvm::StringRef function, llvm::ArrayRef<Feed> inputs,
       SourceLocation loc = SourceLocation::current()) const;

  /// The rate of all groups, or of one, from the next step on.
  llvm::Error setLearningRate(double lr,
                              SourceLocation loc = SourceLocation::current());
  llvm::Error setLearningRate(llvm::StringRef group, double lr,
                              SourceLocation loc = SourceLocation::current());
  std::vector<LearningRate> getLearningRates() const;

  /// Steps of training so far.
  int64_t getNumSteps() const;

  /// The states of the optimizers, "table.weight.exp_avg", to read and to
  /// write.
  std::vector<std::string> getStateNames() const;
  llvm::Expected<TensorRef>
  getState(llvm::StringRef name,
           SourceLocation loc = SourceLocation::current());

  //===--------------------------------------------------------------------===//
  // Files
  //===--------------------------------------------------------------------===//

  /// Writes the parameters as safetensors, under PyTorch's names, so that
  /// torch.nn.Module.load_state_dict takes them. Files are replaced as a whole
  /// or not at all, whatever happens meanwhile.
  llvm::Error save(llvm::StringRef path) const;

  /// Writes all that training goes on from: parameters, states
  /// ("optimizer.<parameter>.<state>"), the number of the step, the learning
  /// rates, and `metadata`.
  llvm::Error saveCheckpoint(llvm::StringRef path,
                             const Metadata &metadata = {}) const;
  /// Goes back to a checkpoint of the same model: what follows is what followed
  /// then, bit for bit. Returns its metadata. Fails, and changes nothing,
  /// unless the file has exactly these parameters and states.
  llvm::Expected<Metadata> loadCheckpoint(llvm::StringRef path);

  //===--------------------------------------------------------------------===//
  // What was compiled
  //===--------------------------------------------------------------------===//

  /// The module as it was built: emb-opt and emb-run take it. With `locations`,
  /// each operation names the line of the program that made it.
  std::string getIR(bool locations = false) const;
  /// Of a model compiled with CompileOptions::profile: what the calls of one of
  /// its functions took since it was taken last. Operations are named with the
  /// line of the program that made them.
  llvm::Expected<Profile> takeProfile(llvm::StringRef function = "train");
  /// How often code was generated or loaded for it: 1, and one more for each
  /// combination of inputs whose innermost stride is not 1.
  size_t getNumCompilations() const;
  const CompileStats &getStats() const;

private:
  friend class Model;
  explicit CompiledModel(std::unique_ptr<ModelProgram> program);
  std::unique_ptr<ModelProgram> program;
};

} // namespace mlir::emb

#endif // EMB_MODEL_COMPILEDMODEL_H
