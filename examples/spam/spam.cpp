//===- spam.cpp - Train a spam filter with compiled steps -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads mails, compiles step.mlir and predict.mlir, trains, tests, and writes
// the weights. See README.md.
//
//===----------------------------------------------------------------------===//

#include "Training.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"

using namespace llvm;
using namespace spam;

static cl::OptionCategory category("Options of emb-spam");

static cl::opt<unsigned> epochs("epochs", cl::init(10),
                                cl::desc("Passes over the mails (default 10)"),
                                cl::value_desc("n"), cl::cat(category));
static cl::opt<int> threads("threads", cl::init(0),
                            cl::desc("Threads (default: all cores)"),
                            cl::value_desc("n"), cl::cat(category));
static cl::opt<uint64_t> seed("seed", cl::init(0),
                              cl::desc("Fixes first weights and shuffling "
                                       "(default 0)"),
                              cl::value_desc("n"), cl::cat(category));
static cl::opt<std::string> outDir("out", cl::init("spam-weights"),
                                   cl::desc("Folder for the weights (default "
                                            "spam-weights)"),
                                   cl::value_desc("dir"), cl::cat(category));
static cl::opt<std::string> cacheDir("cache-dir",
                                     cl::desc("Folder of compiled functions "
                                              "(default ~/.cache/emb)"),
                                     cl::value_desc("dir"), cl::cat(category));
static cl::opt<std::string>
    data("data", cl::init(EMB_SPAM_DIR "/data/spam.tsv.gz"),
         cl::desc("Mails, as data/README.md says (default: those of the "
                  "source tree)"),
         cl::value_desc("file"), cl::cat(category));
static cl::opt<std::string>
    programDir("programs", cl::init(EMB_SPAM_DIR),
               cl::desc("Folder of step.mlir and predict.mlir (default: the "
                        "source tree)"),
               cl::value_desc("dir"), cl::cat(category));

/// Words that occur once in the training mails say nothing that another mail
/// could use; they share the id of unknown words, which so gets trained.
static constexpr unsigned minCount = 2;

static Error run(raw_ostream &out) {
  mlir::emb::CompileOptions compileOptions;
  compileOptions.threads = threads;
  compileOptions.cacheDir = cacheDir;
  Expected<Programs> programs = Programs::compile(programDir, compileOptions);
  if (!programs)
    return programs.takeError();
  unsigned loaded = programs->countLoaded();
  out << format("compiled %u, loaded %u (%.0f ms)\n", 2 - loaded, loaded,
                programs->getMilliseconds());

  Expected<Corpus> corpus = loadCorpus(data, minCount);
  if (!corpus)
    return corpus.takeError();
  const Mails &test = corpus->test;
  out << format("%zu mails to train on, %zu to test, %d words\n",
                corpus->train.size(), test.size(), corpus->vocabulary.size());

  Random random(seed);
  Expected<Classifier> classifier =
      Classifier::create(*programs, corpus->vocabulary.size(), random);
  if (!classifier)
    return classifier.takeError();
  TrainingOptions options;
  options.epochs = epochs;
  Expected<TrainingReport> report =
      train(*classifier, corpus->train, options, random, out);
  if (!report)
    return report.takeError();
  if (epochs > 0)
    out << format("trained in %.2f s: %.0f mails/s, %.2f GB moved, %.1f GB/s\n",
                  report->seconds, report->mails / report->seconds,
                  report->bytes * 1e-9, report->bytes * 1e-9 / report->seconds);

  Expected<size_t> right = countRight(*classifier, test);
  if (!right)
    return right.takeError();
  out << format("test accuracy %.4f (%zu of %zu)\n",
                double(*right) / test.size(), *right, test.size());

  if (Error error = classifier->save(outDir))
    return error;
  out << "weights in " << outDir << "\n";
  return Error::success();
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(
      argc, argv,
      "emb-spam: train a spam filter with steps that emb compiles\n");
  ExitOnError exitOnError("emb-spam: ");
  exitOnError(run(outs()));
  return EXIT_SUCCESS;
}
