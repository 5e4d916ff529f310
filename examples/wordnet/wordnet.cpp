//===- wordnet.cpp - Predict relations of WordNet -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads triples, builds the model, compiles it, trains, tests, and writes the
// weights. See README.md.
//
//===----------------------------------------------------------------------===//

#include "Batches.h"
#include "LinkPrediction.h"
#include "TransE.h"

#include "common/Files.h"
#include "common/Training.h"

#include "llvm/Support/Format.h"

using namespace llvm;
using namespace mlir::emb;
using namespace examples;
using namespace wordnet;

namespace {
struct Flags : TrainingFlags {
  Flags()
      : TrainingFlags({.epochs = 130, .out = "wordnet.safetensors"}),
        data("data", cl::cat(category),
             cl::desc("Folder of triples, as data/README.md says (the source "
                      "tree's)"),
             cl::value_desc("dir"), cl::init(EMB_WORDNET_DIR "/data")),
        negatives("negatives", cl::cat(category),
                  cl::desc("False triples for each true one (4)"),
                  cl::value_desc("n"), cl::init(4)),
        neighbours("neighbours", cl::cat(category), cl::CommaSeparated,
                   cl::desc("Print what is near to these synsets"),
                   cl::value_desc("names"),
                   cl::list_init<std::string>({"guitar.n", "whale.n", "oak.n",
                                               "swim.v", "happy.a"})) {}

  cl::opt<std::string> data;
  cl::opt<unsigned> negatives;
  cl::list<std::string> neighbours;
};
} // namespace

/// Takes a step with each batch; returns the mean loss over the triples.
static Expected<double> trainEpoch(CompiledModel &program,
                                   const Batches &batches) {
  double sum = 0;
  for (size_t i = 0; i < batches.getNumBatches(); ++i) {
    Expected<StepResult> result = program.train(batches.feed(i));
    if (!result)
      return result.takeError();
    sum += result->getLoss() * batches.getBatchSize(i);
  }
  return sum / batches.getNumTriples();
}

static Error test(const CompiledModel &program, const Dataset &data,
                  const KnownTriples &known, const Flags &flags,
                  raw_ostream &out) {
  if (data.test.empty())
    return Error::success();
  Expected<std::vector<Rank>> ranks = rankTriples(
      program, data.test, known, data.entities.size(), flags.threads);
  if (!ranks)
    return ranks.takeError();
  RankSummary filtered = summarize(*ranks, &Rank::filtered);
  RankSummary raw = summarize(*ranks, &Rank::raw);
  out << format("test hits@10 %.4f filtered, %.4f raw\n", filtered.hits,
                raw.hits)
      << format("test mean rank %.1f filtered, %.1f raw\n", filtered.meanRank,
                raw.meanRank);
  return Error::success();
}

/// The first of several entities of a name. Those of names that there are not
/// are left out.
static Error printNeighbours(const CompiledModel &program, const Dataset &data,
                             ArrayRef<std::string> names, raw_ostream &out) {
  std::vector<int32_t> entities;
  for (const std::string &name : names.take_front(blockSize))
    if (auto it = llvm::find(data.entities, name); it != data.entities.end())
      entities.push_back(it - data.entities.begin());
  auto neighbours =
      findNeighbours(program, entities, /*count=*/5, data.entities.size());
  if (!neighbours)
    return neighbours.takeError();
  for (auto [entity, others] : zip_equal(entities, *neighbours)) {
    out << data.entities[entity] << " is near to ";
    interleaveComma(others, out, [&](const Neighbour &neighbour) {
      out << data.entities[neighbour.entity]
          << format(" (%.2f)", neighbour.distance);
    });
    out << "\n";
  }
  return Error::success();
}

static Error run(const Flags &flags, raw_ostream &out) {
  if (flags.negatives == 0)
    return examples::makeError("found --negatives=0, expected 1 or more");
  Expected<Dataset> data = loadWordnet(flags.data);
  if (!data)
    return data.takeError();
  KnownTriples known(*data);
  ArrayRef<Triple> triples =
      ArrayRef(data->train).take_front(flags.limited(data->train.size()));
  int64_t numEntities = data->entities.size();
  out << format("%zu triples to train on, %zu to test, %zu synsets, %zu "
                "relations\n",
                triples.size(), data->test.size(), data->entities.size(),
                data->relations.size());

  Model model({.seed = flags.seed});
  ModelCompileOptions options =
      buildTransE(model, numEntities, data->relations.size());
  options.compile = flags.getCompileOptions();
  Expected<CompiledModel> program = model.compile(options);
  if (!program)
    return program.takeError();
  printCompilation(*program, out);

  auto train = [&](unsigned epoch) {
    return trainEpoch(*program, Batches(triples, numEntities, flags.negatives,
                                        flags.seed, epoch));
  };
  // Every tenth epoch, how it goes: the ranks of some triples of `valid`.
  auto evaluate = [&](unsigned epoch) -> Expected<std::string> {
    ArrayRef<Triple> some = ArrayRef(data->valid).take_front(1000);
    if (epoch % 10 != 0 || some.empty())
      return "";
    Expected<std::vector<Rank>> ranks =
        rankTriples(*program, some, known, numEntities, flags.threads);
    if (!ranks)
      return ranks.takeError();
    return formatv("valid hits@10 {0:F4}",
                   summarize(*ranks, &Rank::filtered).hits)
        .str();
  };
  if (auto report = runTraining(*program, flags,
                                {.unit = "triples",
                                 .numExamples = triples.size(),
                                 .train = train,
                                 .evaluate = evaluate},
                                out);
      !report)
    return report.takeError();

  if (Error error = test(*program, *data, known, flags, out))
    return error;
  if (Error error = printNeighbours(*program, *data, flags.neighbours, out))
    return error;
  return saveWeights(*program, flags, out);
}

int main(int argc, char **argv) {
  return runExample(
      argc, argv,
      "emb-wordnet: predict relations of WordNet with a model that emb "
      "compiles\n",
      run);
}
