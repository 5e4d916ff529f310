//===- ratings.cpp - Predict ratings by matrix factorisation --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads ratings, builds the model, compiles it, trains, tests, and writes the
// weights. See README.md.
//
//===----------------------------------------------------------------------===//

#include "FactorModel.h"

#include "common/Shuffle.h"
#include "common/Training.h"

#include "llvm/Support/Format.h"

using namespace llvm;
using namespace mlir::emb;
using namespace examples;
using namespace ratings;

namespace {
struct Flags : TrainingFlags {
  Flags()
      : TrainingFlags({.epochs = 12, .out = "ratings.safetensors"}),
        data("data", cl::cat(category),
             cl::desc("Folder of ratings, as data/README.md says (the source "
                      "tree's)"),
             cl::value_desc("dir"), cl::init(EMB_RATINGS_DIR "/data")) {}

  cl::opt<std::string> data;
};
} // namespace

static constexpr size_t batchSize = 8192;

/// Calls `step` with each batch; returns the mean over the ratings of what it
/// returns.
static Expected<double>
meanOver(const Ratings &ratings,
         function_ref<Expected<double>(const Batch &)> step) {
  double sum = 0;
  for (size_t begin = 0; begin < ratings.size(); begin += batchSize) {
    Batch batch =
        ratings.slice(begin, std::min(batchSize, ratings.size() - begin));
    Expected<double> value = step(batch);
    if (!value)
      return value.takeError();
    sum += *value * batch.size();
  }
  return sum / ratings.size();
}

static Error run(const Flags &flags, raw_ostream &out) {
  Expected<Dataset> data = loadRatings(flags.data);
  if (!data)
    return data.takeError();
  size_t count = flags.limited(data->train.size());
  out << format("%zu ratings to train on, %zu to test, %d users, %d items\n",
                count, data->test.size(), int(data->numUsers),
                int(data->numItems));

  Model model({.seed = flags.seed});
  ModelCompileOptions options = buildFactorModel(
      model, data->numUsers, data->numItems, data->train.getMean());
  options.compile = flags.getCompileOptions();
  Expected<CompiledModel> program = model.compile(options);
  if (!program)
    return program.takeError();
  printCompilation(*program, out);

  auto train = [&](unsigned epoch) {
    Ratings shuffled =
        data->train.arranged(getShuffledOrder(count, flags.seed, epoch));
    return meanOver(shuffled, [&](const Batch &batch) -> Expected<double> {
      Expected<StepResult> result = program->train(feed(batch));
      if (!result)
        return result.takeError();
      return result->getLoss();
    });
  };
  if (auto report = runTraining(
          *program, flags,
          {.unit = "ratings", .numExamples = count, .train = train}, out);
      !report)
    return report.takeError();

  Expected<double> squaredError =
      meanOver(data->test, [&](const Batch &batch) -> Expected<double> {
        Expected<StepResult> result = program->evaluate(feed(batch));
        if (!result)
          return result.takeError();
        Expected<TensorRef> error = result->get("squared_error");
        if (!error)
          return error.takeError();
        return *static_cast<const float *>(error->data);
      });
  if (!squaredError)
    return squaredError.takeError();
  out << format("test RMSE %.4f\n", std::sqrt(*squaredError));
  return saveWeights(*program, flags, out);
}

int main(int argc, char **argv) {
  return runExample(
      argc, argv,
      "emb-ratings: predict ratings by a factorisation that emb compiles\n",
      run);
}
