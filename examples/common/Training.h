//===- Training.h - Epochs with progress lines and checkpoints --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_COMMON_TRAINING_H
#define EMB_EXAMPLES_COMMON_TRAINING_H

#include "emb/Model/Model.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

namespace examples {

/// The flags that all examples have. LLVM's own libraries have flags of the
/// same names: see runExample.
struct TrainingFlags {
  /// How often to go through the data, and where the weights go, if the flags
  /// do not say.
  struct Defaults {
    unsigned epochs;
    llvm::StringRef out;
  };

  explicit TrainingFlags(const Defaults &defaults);

  llvm::cl::OptionCategory category;
  llvm::cl::opt<unsigned> epochs;
  llvm::cl::opt<size_t> limit;
  llvm::cl::opt<uint64_t> seed;
  llvm::cl::opt<int> threads;
  llvm::cl::opt<std::string> out, checkpoint;
  llvm::cl::opt<bool> resume;
  llvm::cl::opt<std::string> cacheDir;

  /// --threads and --cache-dir.
  mlir::emb::CompileOptions getCompileOptions() const;

  /// At most --limit of `count` examples.
  size_t limited(size_t count) const;
};

/// What is trained, and how.
struct Training {
  llvm::StringRef unit; ///< "mails"
  size_t numExamples;   ///< in each epoch

  /// Goes through the examples once and returns their mean loss. Epochs are
  /// numbered from 1.
  std::function<llvm::Expected<double>(unsigned epoch)> train;

  /// Text for the end of the epoch's line, if any; its time does not count.
  std::function<llvm::Expected<std::string>(unsigned epoch)> evaluate = {};
};

/// What training took. Epochs before a checkpoint do not count.
struct TrainingReport {
  double seconds = 0;
  size_t numExamples = 0;
};

/// Prints whether the model was compiled or loaded from the cache.
void printCompilation(const mlir::emb::CompiledModel &model,
                      llvm::raw_ostream &out);

/// Trains for --epochs and prints a line for each: loss, examples per second,
/// time left. Saves a checkpoint after each if there is --checkpoint, with the
/// number of the epoch; with --resume it goes on after that epoch.
llvm::Expected<TrainingReport> runTraining(mlir::emb::CompiledModel &model,
                                           const TrainingFlags &flags,
                                           const Training &training,
                                           llvm::raw_ostream &out);

/// Writes the weights to --out and says so.
llvm::Error saveWeights(const mlir::emb::CompiledModel &model,
                        const TrainingFlags &flags, llvm::raw_ostream &out);

/// The main function of an example: parses the flags, which are made of
/// `flagsArguments`, and calls `run`; an error of it ends the process.
/// `overview` is "<program>: what it does".
template <typename Flags, typename... Args>
int runExample(int argc, char **argv, llvm::StringRef overview,
               llvm::Error (*run)(const Flags &, llvm::raw_ostream &),
               const Args &...flagsArguments) {
  llvm::InitLLVM init(argc, argv);
  llvm::cl::ResetCommandLineParser();
  Flags flags(flagsArguments...);
  llvm::cl::ParseCommandLineOptions(argc, argv, overview);
  llvm::ExitOnError exitOnError((overview.split(':').first + ": ").str());
  exitOnError(run(flags, llvm::outs()));
  return EXIT_SUCCESS;
}

} // namespace examples

#endif // EMB_EXAMPLES_COMMON_TRAINING_H
