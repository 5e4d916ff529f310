//===- Model.h - Models built from C++ --------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Model model;
//   Var words = model.input("words", DType::I64, {kDynamicSize, 20});
//   Var labels = model.input("labels", DType::I64, {kDynamicSize});
//   EmbeddingBag table(model, "table",
//                      {.numEmbeddings = 50000, .embeddingDim = 64});
//   Linear linear(model, "linear", {.inFeatures = 64, .outFeatures = 2});
//   Var scores = linear(table(words));
//   llvm::Expected<CompiledModel> compiled =
//       model.compile({.loss = CrossEntropyLoss{}(scores, labels),
//                      .outputs = {{"scores", scores}},
//                      .groups = {{.optimizer = Adam{}, .lr = 0.01}}});
//   ...
//   llvm::Expected<StepResult> result =
//       compiled->train({{"words", TensorRef(ids, {32, 20})},
//                        {"labels", TensorRef(classes, {32})}});
//
// A model is a graph of values (Var.h) over inputs and parameters, built by
// layers (Layers.h), losses (Losses.h) and functions (Functions.h). Compiling
// it makes MLIR of it, the IR that one would write by hand, and of that the
// steps: training, evaluation, prediction (CompiledModel.h).
//
// Building never fails at once: what does not fit is noted with the line of the
// caller's program, and Model::compile returns it. This part of emb needs
// C++20.
//
// A model and all that is built from it belong to one thread. Nothing throws.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_MODEL_H
#define EMB_MODEL_MODEL_H

#include "emb/ExecutionEngine/Executable.h"
#include "emb/Model/CompiledModel.h"
#include "emb/Model/Functions.h"
#include "emb/Model/Init.h"
#include "emb/Model/Jagged.h"
#include "emb/Model/Layers.h"
#include "emb/Model/Losses.h"
#include "emb/Model/Optimizers.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir::emb {

struct ModelOptions {
  /// Fixes the first values of parameters.
  uint64_t seed = 0;
};

/// A parameter of a model.
struct ParameterInfo {
  std::string name;
  DType dtype;
  Shape shape;
  bool frozen;
};

/// A value that a step returns, and the name under which it does.
struct NamedVar {
  std::string name;
  Var var;
};

/// A function of a CompiledModel besides its steps.
struct ModelFunction {
  std::string name;
  std::vector<NamedVar> outputs;
};

/// What Model::compile makes.
struct ModelCompileOptions {
  /// What training makes small: a float without dimension. Without one there is
  /// no training and no evaluation.
  Var loss = {};
  /// What training and evaluation return besides the loss.
  std::vector<NamedVar> metrics = {};
  /// What prediction returns.
  std::vector<NamedVar> outputs = {};
  /// Further functions. They take the inputs that their outputs depend on.
  std::vector<ModelFunction> functions = {};
  /// Who learns how. Every parameter that is not frozen belongs to one group.
  std::vector<ParameterGroup> groups = {};
  /// As torch.nn.utils.clip_grad_norm_ and clip_grad_value_.
  std::optional<double> clipNorm = {};
  double normType = 2.0;
  std::optional<double> clipValue = {};
  /// Training takes its inputs with one more dimension in front, of
  /// micro-batches; gradients and loss are means over these.
  bool accumulate = false;
  /// How to compile; `threads` is for all calls.
  CompileOptions compile = {};
};

class Model {
public:
  explicit Model(ModelOptions options = {});
  Model(Model &&);
  Model &operator=(Model &&);
  ~Model();

  /// An argument of the steps that depend on it. kDynamicSize (-1 works too)
  /// stands for an extent that may differ from step to step.
  Var input(llvm::StringRef name, DType dtype, llvm::ArrayRef<int64_t> shape,
            SourceLocation loc = SourceLocation::current());

  /// A parameter besides those of the layers, with its first values.
  Var parameter(llvm::StringRef name, DType dtype,
                llvm::ArrayRef<int64_t> shape, const Init &init = Normal{},
                SourceLocation loc = SourceLocation::current());
  /// The same with `values`, which it takes over.
  Var parameter(llvm::StringRef name, Tensor values,
                SourceLocation loc = SourceLocation::current());

  /// A parameter that no step trains. Compiling says which names are unknown.
  void freeze(Var parameter, SourceLocation loc = SourceLocation::current());

  //===--------------------------------------------------------------------===//
  // Weights
  //===--------------------------------------------------------------------===//

  /// In the order in which they came to be.
  std::vector<ParameterInfo> getParameters() const;
  /// The values, to read and to write, valid as long as the model. Fails for an
  /// unknown name, and lists what there is.
  llvm::Expected<TensorRef>
  getParameter(llvm::StringRef name,
               SourceLocation loc = SourceLocation::current());
  /// Copies `values` (of the parameter's shape and element type, any strides)
  /// into it.
  llvm::Error setParameter(llvm::StringRef name, const TensorRef &values,
                           SourceLocation loc = SourceLocation::current());

  /// Writes the parameters as safetensors, as CompiledModel::save.
  llvm::Error save(llvm::StringRef path) const;
  /// Reads them back. Fails, and changes nothing, unless the file has all
  /// parameters in their shapes and element types; other tensors are left out.
  llvm::Error load(llvm::StringRef path);

  //===--------------------------------------------------------------------===//
  // Compilation
  //===--------------------------------------------------------------------===//

  /// Compiles the steps. Fails with all that was wrong in building the model,
  /// one "file:line:column: ..." a line, and for options that do not fit. The
  /// parameters stay those of the model: all that is compiled from it share
  /// them. It may be compiled again with other options, but not after more was
  /// built: that is an error that names the line.
  llvm::Expected<CompiledModel>
  compile(const ModelCompileOptions &options,
          SourceLocation loc = SourceLocation::current());

  /// For those who add to the API.
  Graph &getGraph() { return *graph; }

private:
  std::shared_ptr<Graph> graph;
};

} // namespace mlir::emb

#endif // EMB_MODEL_MODEL_H
