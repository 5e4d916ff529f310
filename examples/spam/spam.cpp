//===- spam.cpp - Train a spam filter with compiled steps -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads mails, compiles forward.mlir, trains, tests, and writes the weights.
// See README.md.
//
//===----------------------------------------------------------------------===//

#include "Training.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"

using namespace llvm;
using namespace spam;

namespace {
/// The flags. LLVM's own libraries have many, a --threads among them: they are
/// dropped before ours are registered.
struct Flags {
  cl::OptionCategory category{"Options"};
  cl::opt<unsigned> epochs{"epochs", cl::cat(category),
                           cl::desc("Passes over the mails (10)"),
                           cl::value_desc("n"), cl::init(10)};
  cl::opt<int> threads{"threads", cl::cat(category),
                       cl::desc("Threads (all cores)"), cl::value_desc("n"),
                       cl::init(0)};
  cl::opt<uint64_t> seed{"seed", cl::cat(category),
                         cl::desc("Fixes first weights and shuffling (0)"),
                         cl::value_desc("n"), cl::init(0)};
  cl::opt<std::string> out{"out", cl::cat(category),
                           cl::desc("Folder for the weights (spam-weights)"),
                           cl::value_desc("dir"), cl::init("spam-weights")};
  cl::opt<std::string> cacheDir{
      "cache-dir", cl::cat(category),
      cl::desc("Folder of compiled functions (~/.cache/emb)"),
      cl::value_desc("dir")};
  cl::opt<std::string> data{
      "data", cl::cat(category),
      cl::desc("Mails, as data/README.md says (the source tree's)"),
      cl::value_desc("file"), cl::init(EMB_SPAM_DIR "/data/spam.tsv.gz")};
  cl::opt<std::string> model{
      "model", cl::cat(category),
      cl::desc("The model and what it learns by (the source tree's)"),
      cl::value_desc("file"), cl::init(EMB_SPAM_DIR "/forward.mlir")};
};
} // namespace

/// Words that occur once in the training mails say nothing that another mail
/// could use; they share the id of unknown words, which so gets trained.
static constexpr unsigned minCount = 2;

static Error run(const Flags &flags, raw_ostream &out) {
  mlir::emb::CompileOptions compileOptions;
  compileOptions.threads = flags.threads;
  compileOptions.cacheDir = flags.cacheDir;
  Expected<std::unique_ptr<mlir::emb::Executable>> program =
      mlir::emb::compileFile(flags.model, compileOptions);
  if (!program)
    return program.takeError();
  const mlir::emb::CompileStats &stats = (*program)->getStats();
  out << format("compiled %d, loaded %d (%.0f ms)\n", !stats.loadedFromCache,
                stats.loadedFromCache, stats.milliseconds);

  Expected<Corpus> corpus = loadCorpus(flags.data, minCount);
  if (!corpus)
    return corpus.takeError();
  const Mails &test = corpus->test;
  out << format("%zu mails to train on, %zu to test, %d words\n",
                corpus->train.size(), test.size(), corpus->vocabulary.size());

  Random random(flags.seed);
  Expected<Classifier> classifier =
      Classifier::create(**program, corpus->vocabulary.size(), random);
  if (!classifier)
    return classifier.takeError();
  TrainingOptions options;
  options.epochs = flags.epochs;
  Expected<TrainingReport> report =
      train(*classifier, corpus->train, options, random, out);
  if (!report)
    return report.takeError();
  if (flags.epochs > 0)
    out << format("trained in %.2f s: %.0f mails/s, %.2f GB moved, %.1f GB/s\n",
                  report->seconds, report->mails / report->seconds,
                  report->bytes * 1e-9, report->bytes * 1e-9 / report->seconds);

  Expected<size_t> right = countRight(*classifier, test);
  if (!right)
    return right.takeError();
  out << format("test accuracy %.4f (%zu of %zu)\n",
                double(*right) / test.size(), *right, test.size());

  if (Error error = classifier->save(flags.out))
    return error;
  out << "weights in " << flags.out << "\n";
  return Error::success();
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Flags flags;
  cl::ParseCommandLineOptions(
      argc, argv,
      "emb-spam: train a spam filter with steps that emb compiles\n");
  ExitOnError exitOnError("emb-spam: ");
  exitOnError(run(flags, outs()));
  return EXIT_SUCCESS;
}
