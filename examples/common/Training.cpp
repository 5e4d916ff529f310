//===- Training.cpp - Epochs with progress lines and checkpoints ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "common/Training.h"

#include "common/Files.h"

#include "llvm/Support/Format.h"

#include <chrono>

using namespace llvm;
using namespace mlir::emb;

namespace examples {

TrainingFlags::TrainingFlags(const Defaults &defaults)
    : category("Options"),
      epochs("epochs", cl::cat(category), cl::desc("Passes over the data"),
             cl::value_desc("n"), cl::init(defaults.epochs)),
      limit("limit", cl::cat(category),
            cl::desc("Train on the first n examples only"), cl::value_desc("n"),
            cl::init(0)),
      seed("seed", cl::cat(category),
           cl::desc("Fixes first weights and shuffling (0)"),
           cl::value_desc("n"), cl::init(0)),
      threads("threads", cl::cat(category), cl::desc("Threads (all cores)"),
              cl::value_desc("n"), cl::init(0)),
      out("out", cl::cat(category), cl::desc("Where the weights go"),
          cl::value_desc("file"), cl::init(defaults.out.str())),
      checkpoint("checkpoint", cl::cat(category),
                 cl::desc("What training goes on from, saved after each epoch"),
                 cl::value_desc("file")),
      resume("resume", cl::cat(category),
             cl::desc("Go on from the file of --checkpoint")),
      cacheDir("cache-dir", cl::cat(category),
               cl::desc("Folder of compiled functions (~/.cache/emb)"),
               cl::value_desc("dir")) {}

CompileOptions TrainingFlags::getCompileOptions() const {
  CompileOptions options;
  options.threads = threads;
  options.cacheDir = cacheDir;
  return options;
}

size_t TrainingFlags::limited(size_t count) const {
  return limit ? std::min<size_t>(limit, count) : count;
}

void printCompilation(const CompiledModel &model, raw_ostream &out) {
  const CompileStats &stats = model.getStats();
  out << format("compiled %d, loaded %d (%.0f ms)\n", !stats.loadedFromCache,
                stats.loadedFromCache, stats.milliseconds);
}

/// The last epoch that is done: 0 if there is no --resume.
static Expected<unsigned> resume(CompiledModel &model,
                                 const TrainingFlags &flags) {
  if (!flags.resume)
    return 0;
  if (flags.checkpoint.empty())
    return makeError("--resume needs --checkpoint=<file>");
  Expected<Metadata> metadata = model.loadCheckpoint(flags.checkpoint);
  if (!metadata)
    return metadata.takeError();
  // Another seed would shuffle otherwise than the run that is resumed.
  const std::string &seed = (*metadata)["seed"];
  if (seed != std::to_string(flags.seed))
    return makeError("'" + flags.checkpoint + "': found seed " + seed +
                     ", expected --seed=" + Twine(flags.seed));
  unsigned epoch;
  if (StringRef text = (*metadata)["epoch"]; text.getAsInteger(10, epoch))
    return makeError("'" + flags.checkpoint + "': found epoch '" + text +
                     "', expected a number");
  return epoch;
}

Expected<TrainingReport> runTraining(CompiledModel &model,
                                     const TrainingFlags &flags,
                                     const Training &training,
                                     raw_ostream &out) {
  using Clock = std::chrono::steady_clock;
  Expected<unsigned> done = resume(model, flags);
  if (!done)
    return done.takeError();
  TrainingReport report;
  for (unsigned epoch = *done + 1; epoch <= flags.epochs; ++epoch) {
    Clock::time_point start = Clock::now();
    Expected<double> loss = training.train(epoch);
    if (!loss)
      return loss.takeError();
    double seconds =
        std::chrono::duration<double>(Clock::now() - start).count();
    report.seconds += seconds;
    report.numExamples += training.numExamples;

    double left = report.seconds / (epoch - *done) * (flags.epochs - epoch);
    out << format("epoch %2u/%u  loss %.6f  %7.0f ", epoch, +flags.epochs,
                  *loss, training.numExamples / seconds)
        << training.unit << format("/s  %.1f s left", left);
    if (training.evaluate) {
      Expected<std::string> text = training.evaluate(epoch);
      if (!text)
        return text.takeError();
      if (!text->empty())
        out << "  " << *text;
    }
    out << "\n";
    out.flush();

    if (!flags.checkpoint.empty())
      if (Error error = model.saveCheckpoint(
              flags.checkpoint, {{"epoch", std::to_string(epoch)},
                                 {"seed", std::to_string(flags.seed)}}))
        return error;
  }
  if (report.numExamples > 0)
    out << format("trained in %.2f s: %.0f ", report.seconds,
                  report.numExamples / report.seconds)
        << training.unit << "/s\n";
  return report;
}

Error saveWeights(const CompiledModel &model, const TrainingFlags &flags,
                  raw_ostream &out) {
  if (Error error = model.save(flags.out))
    return error;
  out << "weights in " << flags.out << "\n";
  return Error::success();
}

} // namespace examples
