//===- Weights.cpp - What docs/models.md shows of weights and files -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sections.h"

#include "emb/ExecutionEngine/Npy.h"
#include "emb/Model/Model.h"
#include "emb/Model/WordVectors.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::emb;

static llvm::ExitOnError check("weights: ");

void docs::showWeights(llvm::raw_ostream &out) {
  Model model;
  Embedding words(model, "words", {.numEmbeddings = 100, .embeddingDim = 8});
  LSTM lstm(model, "lstm", {.inputSize = 8, .hiddenSize = 4});
  Linear linear(model, "linear", {.inFeatures = 4, .outFeatures = 2});

  for (const ParameterInfo &info : model.getParameters())
    out << info.name << ": " << formatShape(info.shape, info.dtype) << "\n";

  const float bias[] = {-1, 1};
  check(model.setParameter("linear.bias", TensorRef(bias, {2})));
  TensorRef table = check(model.getParameter("words.weight"));
  static_cast<float *>(table.data)[0] = 0.5f;
}

void docs::showPretrained(llvm::raw_ostream &out) {
  std::error_code error;
  llvm::raw_fd_ostream("glove.txt", error) << "the 0.5 -1\ncat 2 0.25\n";

  Model model;
  WordVectors glove = check(readWordVectors("glove.txt"));
  int64_t cat = glove.rows.lookup("cat");
  Embedding words = Embedding::fromPretrained(
      model, "words", std::move(glove.vectors), {.freeze = false});

  out << "pretrained: " << formatShape(words.getWeight().getShape(), DType::F32)
      << "\n";

  check(writeNpy("words.npy", check(model.getParameter("words.weight"))));
  Tensor table = check(readNpy("words.npy", DType::F32));
  out << llvm::format("cat: %g %g\n", table.elements<float>()[2 * cat],
                      table.elements<float>()[2 * cat + 1]);
}

/// A line with two points; says whether the checkpoint was there.
void docs::showFiles(llvm::raw_ostream &out) {
  auto build = [](Model &model) -> ModelCompileOptions {
    Var x = model.input("x", DType::F32, {kDynamicSize, 1});
    Var y = model.input("y", DType::F32, {kDynamicSize, 1});
    Linear line(model, "line", {.inFeatures = 1, .outFeatures = 1});
    return {.loss = MSELoss{}(line(x), y),
            .groups = {{.optimizer = Adam{}, .lr = 0.1}}};
  };
  const float x[] = {0, 1}, y[] = {1, 3};
  Feed inputs("x", TensorRef(x, {2, 1})), wanted("y", TensorRef(y, {2, 1}));

  auto trainTo = [&](int64_t numSteps, bool resume) {
    Model model;
    CompiledModel program = check(model.compile(build(model)));
    if (resume) {
      Metadata metadata = check(program.loadCheckpoint("line.checkpoint"));
      out << "resumed after step " << program.getNumSteps() << ", "
          << metadata["note"] << "\n";
    }
    while (program.getNumSteps() < numSteps)
      check(program.train({inputs, wanted}));
    check(program.saveCheckpoint("line.checkpoint", {{"note", "half way"}}));
    check(program.save("model.safetensors"));
    TensorRef weight = check(model.getParameter("line.weight"));
    return *static_cast<const float *>(weight.data);
  };
  float once = trainTo(20, /*resume=*/false);
  trainTo(10, /*resume=*/false);
  float resumed = trainTo(20, /*resume=*/true);
  out << (once == resumed ? "the same bits" : "other bits") << "\n";

  Model model;
  ModelCompileOptions options = build(model);
  check(model.load("model.safetensors"));
  CompiledModel program = check(model.compile(options));
  double loss = check(program.evaluate({inputs, wanted})).getLoss();
  out << (loss < 0.5 ? "loaded what was learned" : "loaded something else")
      << "\n";
}

void docs::showCustom(llvm::raw_ostream &out) {
  Model model;
  Var x = model.input("x", DType::F32, {kDynamicSize});
  Var y = apply({x}, 1, [](OpBuilder &b, Location loc, ValueRange in) {
    return SmallVector<Value>{math::CbrtOp::create(b, loc, in[0])};
  })[0];
  CompiledModel program = check(model.compile({.outputs = {{"y", y}}}));
  const float numbers[] = {8, 27};
  StepResult result = check(program.predict({{"x", TensorRef(numbers, {2})}}));
  llvm::ArrayRef<float> roots = check(result.get<float>("y"));
  out << llvm::format("cube roots: %g %g\n", roots[0], roots[1]);
}
