//===- spam-lstm.cpp - Train an LSTM that reads mails ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads mails, builds the model, compiles it, trains, tests, and writes the
// weights. See README.md.
//
//===----------------------------------------------------------------------===//

#include "LstmModel.h"

#include "common/Shuffle.h"

using namespace llvm;
using namespace mlir::emb;
using namespace examples;
using namespace spam;

static Error run(const Flags &flags, raw_ostream &out) {
  Expected<Corpus> corpus = readMails(flags, out);
  if (!corpus)
    return corpus.takeError();
  Mails train = corpus->train.getSequences(kSequenceLength);
  Mails test = corpus->test.getSequences(kSequenceLength);

  Model model({.seed = flags.seed});
  ModelCompileOptions options =
      buildLstmModel(model, corpus->vocabulary.size());
  options.compile = flags.getCompileOptions();
  Expected<CompiledModel> program = model.compile(options);
  if (!program)
    return program.takeError();
  printCompilation(*program, out);

  Batches batches(train, 32);
  auto trainOn = [&](unsigned epoch) {
    batches.arrange(getShuffledOrder(train.size(), flags.seed, epoch));
    return trainEpoch(*program, batches, feedSequences);
  };
  Expected<TrainingReport> report = runTraining(
      *program, flags,
      {.unit = "mails", .numExamples = train.size(), .train = trainOn}, out);
  if (!report)
    return report.takeError();

  if (Error error =
          spam::test(*program, Batches(test, 256), feedSequences, out))
    return error;
  return saveWeights(*program, flags, out);
}

int main(int argc, char **argv) {
  return runExample(
      argc, argv,
      "emb-spam-lstm: train an LSTM that reads mails, with steps that emb "
      "compiles\n",
      run, Flags::Defaults{.epochs = 6, .out = "spam-lstm.safetensors"});
}
