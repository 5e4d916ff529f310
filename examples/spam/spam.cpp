//===- spam.cpp - Train a spam filter with compiled steps -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads mails, builds the model, compiles it, trains, tests, and writes the
// weights. See README.md.
//
//===----------------------------------------------------------------------===//

#include "BagModel.h"
#include "Traffic.h"

#include "common/Shuffle.h"

#include "llvm/Support/Format.h"

using namespace llvm;
using namespace mlir::emb;
using namespace examples;
using namespace spam;

static Error run(const Flags &flags, raw_ostream &out) {
  Expected<Corpus> corpus = readMails(flags, out);
  if (!corpus)
    return corpus.takeError();

  Model model({.seed = flags.seed});
  ModelCompileOptions options = buildBagModel(model, corpus->vocabulary.size());
  options.compile = flags.getCompileOptions();
  Expected<CompiledModel> program = model.compile(options);
  if (!program)
    return program.takeError();
  printCompilation(*program, out);

  Batches batches(corpus->train, 64);
  Traffic traffic(64 * sizeof(float));
  auto train = [&](unsigned epoch) {
    batches.arrange(getShuffledOrder(corpus->train.size(), flags.seed, epoch));
    return trainEpoch(*program, batches, feedBags);
  };
  auto countBytes = [&](unsigned) {
    for (size_t i = 0; i < batches.size(); ++i)
      traffic.addBatch(batches[i].ids);
    return std::string();
  };
  Expected<TrainingReport> report =
      runTraining(*program, flags,
                  {.unit = "mails",
                   .numExamples = corpus->train.size(),
                   .train = train,
                   .evaluate = countBytes},
                  out);
  if (!report)
    return report.takeError();
  if (report->seconds > 0)
    out << format("%.2f GB of rows moved: %.1f GB/s\n",
                  traffic.getBytes() * 1e-9,
                  traffic.getBytes() * 1e-9 / report->seconds);

  if (Error error = test(*program, Batches(corpus->test, 256), feedBags, out))
    return error;
  return saveWeights(*program, flags, out);
}

int main(int argc, char **argv) {
  return runExample(
      argc, argv,
      "emb-spam: train a spam filter with steps that emb compiles\n", run,
      Flags::Defaults{.epochs = 10, .out = "spam.safetensors"});
}
