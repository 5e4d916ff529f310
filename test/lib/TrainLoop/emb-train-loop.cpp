//===- emb-train-loop.cpp - Trains and saves after each step --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   emb-train-loop FILE [COUNT]
//   emb-train-loop FILE as OTHER
//
// Goes on from the checkpoint FILE if it is there, for COUNT steps or until it
// is killed, and saves after each. In the second form it trains from the
// beginning to the step of the checkpoint OTHER without a pause, and saves
// once. Batches and learning rates follow from the number of the step.
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Safetensors.h"
#include "emb/Model/Model.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

#include <random>

using namespace mlir::emb;

/// A table and a state of 2 MB each, so that a save takes its time.
static constexpr int64_t kRows = 16384, kColumns = 32, kBatch = 64, kWords = 8;

static llvm::Expected<CompiledModel> build(Model &model) {
  Var words = model.input("words", DType::I64, {kDynamicSize, kWords});
  Var labels = model.input("labels", DType::I64, {kDynamicSize});
  EmbeddingBag table(model, "table",
                     {.numEmbeddings = kRows, .embeddingDim = kColumns});
  Linear linear(model, "linear", {.inFeatures = kColumns, .outFeatures = 5});
  Var scores = linear(table(words));
  return model.compile(
      {.loss = CrossEntropyLoss{}(scores, labels),
       .groups = {{.parameters = table.parameters(),
                   .optimizer = Adagrad{.lrDecay = 0.01},
                   .name = "table"},
                  {.optimizer = Adam{}, .lr = 0.01, .name = "linear"}}});
}

static llvm::Error step(CompiledModel &program) {
  std::mt19937_64 random(program.getNumSteps());
  std::vector<int64_t> words(kBatch * kWords), labels(kBatch);
  for (int64_t &word : words)
    word = random() % kRows;
  for (int64_t &label : labels)
    label = random() % 5;
  if (llvm::Error error = program.setLearningRate(
          "table", 0.1 / (1.0 + 0.1 * program.getNumSteps())))
    return error;
  return program
      .train({{"words", TensorRef(words.data(), {kBatch, kWords})},
              {"labels", TensorRef(labels.data(), {kBatch})}})
      .takeError();
}

static llvm::Error goOn(CompiledModel &program, llvm::StringRef path,
                        std::optional<int64_t> count) {
  if (llvm::sys::fs::exists(path)) {
    if (llvm::Error error = program.loadCheckpoint(path).takeError())
      return error;
    llvm::outs() << "found step " << program.getNumSteps() << "\n";
  }
  for (int64_t i = 0; !count || i < *count; ++i) {
    if (llvm::Error error = step(program))
      return error;
    if (llvm::Error error = program.saveCheckpoint(path))
      return error;
    llvm::outs() << "saved step " << program.getNumSteps() << "\n";
    llvm::outs().flush();
  }
  return llvm::Error::success();
}

static llvm::Error repeat(CompiledModel &program, llvm::StringRef path,
                          llvm::StringRef other) {
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(other);
  if (!file)
    return file.takeError();
  int64_t numSteps = 0;
  auto found = file->getMetadata().find("emb.step");
  if (found == file->getMetadata().end() ||
      llvm::StringRef(found->second).getAsInteger(10, numSteps))
    return llvm::createStringError(other + ": no number of steps");
  while (program.getNumSteps() < numSteps)
    if (llvm::Error error = step(program))
      return error;
  return program.saveCheckpoint(path);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  llvm::ExitOnError check("emb-train-loop: ");
  llvm::ArrayRef<char *> arguments(argv + 1, argc - 1);
  int64_t count = 0;
  bool repeats = arguments.size() == 3 && llvm::StringRef(arguments[1]) == "as";
  bool hasCount = arguments.size() == 2;
  if (!repeats &&
      (arguments.empty() || arguments.size() > 2 ||
       (hasCount &&
        (llvm::StringRef(arguments[1]).getAsInteger(10, count) || count < 0))))
    check(llvm::createStringError(
        "expected emb-train-loop FILE [COUNT] or FILE as OTHER"));
  Model model;
  CompiledModel program = check(build(model));
  if (repeats)
    check(repeat(program, arguments[0], arguments[2]));
  else
    check(goOn(program, arguments[0],
               hasCount ? std::optional(count) : std::nullopt));
  return EXIT_SUCCESS;
}
