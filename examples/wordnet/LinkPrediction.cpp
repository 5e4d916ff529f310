//===- LinkPrediction.cpp - What a model says of entities -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LinkPrediction.h"

#include "Batches.h"
#include "TransE.h"

#include "llvm/Support/Parallel.h"

#include <algorithm>
#include <mutex>
#include <numeric>

using namespace llvm;
using namespace mlir::emb;

namespace wordnet {

/// The vectors of all entities. From then on the table has them.
static Expected<StepResult> getVectors(const CompiledModel &program,
                                       int64_t numEntities) {
  std::vector<int32_t> all(numEntities);
  std::iota(all.begin(), all.end(), 0);
  return program.call("vectors",
                      {{"entities", TensorRef(all.data(), {1, numEntities})}});
}

/// The distances of a block of queries from all entities, and what owns them.
static Expected<std::pair<StepResult, ArrayRef<float>>>
getDistances(const CompiledModel &program, const float *queries) {
  Expected<StepResult> result = program.call(
      "distances", {{"queries", TensorRef(queries, {blockSize, dim})}});
  if (!result)
    return result.takeError();
  Expected<TensorRef> distances = result->get("distances");
  if (!distances)
    return distances.takeError();
  ArrayRef<float> elements(static_cast<const float *>(distances->data),
                           distances->getNumElements());
  return std::pair(std::move(*result), elements);
}

/// The queries for the tails of triples, or for their heads, followed by rows
/// that fill the last block.
static Expected<std::vector<float>> getQueries(const CompiledModel &program,
                                               ArrayRef<Triple> triples,
                                               bool forHeads) {
  Batches batch(triples, forHeads);
  Expected<StepResult> result = program.call("query", batch.feedAll());
  if (!result)
    return result.takeError();
  Expected<TensorRef> rows = result->get("query");
  if (!rows)
    return rows.takeError();
  const float *begin = static_cast<const float *>(rows->data);
  std::vector<float> queries(begin, begin + rows->getNumElements());
  queries.resize(alignTo(triples.size(), blockSize) * dim);
  return queries;
}

/// `ranks` are those of the questions whose queries these are.
static Error rankAll(const CompiledModel &program, ArrayRef<float> queries,
                     ArrayRef<Question> questions,
                     MutableArrayRef<Rank> ranks) {
  std::mutex mutex;
  Error failure = Error::success();
  parallelFor(0, divideCeil(questions.size(), blockSize), [&](size_t block) {
    size_t begin = block * blockSize;
    size_t size = std::min(blockSize, questions.size() - begin);
    auto distances = getDistances(program, queries.data() + begin * dim);
    if (!distances) {
      std::lock_guard<std::mutex> lock(mutex);
      failure = joinErrors(std::move(failure), distances.takeError());
      return;
    }
    rankAnswers(distances->second, questions.slice(begin, size),
                ranks.slice(begin, size));
  });
  return failure;
}

Expected<std::vector<Rank>> rankTriples(const CompiledModel &program,
                                        ArrayRef<Triple> triples,
                                        const KnownTriples &known,
                                        int64_t numEntities, int threads) {
  parallel::strategy = hardware_concurrency(threads);
  if (Expected<StepResult> vectors = getVectors(program, numEntities); !vectors)
    return vectors.takeError();

  std::vector<Rank> ranks(2 * triples.size());
  auto rankSide = [&](bool forHeads, MutableArrayRef<Rank> ranks) -> Error {
    std::vector<Question> questions;
    for (auto [head, relation, tail] : triples)
      questions.push_back(forHeads
                              ? Question{head, known.getHeads(relation, tail)}
                              : Question{tail, known.getTails(head, relation)});
    Expected<std::vector<float>> queries =
        getQueries(program, triples, forHeads);
    if (!queries)
      return queries.takeError();
    return rankAll(program, *queries, questions, ranks);
  };
  MutableArrayRef<Rank> tails(ranks.data(), triples.size());
  MutableArrayRef<Rank> heads(ranks.data() + triples.size(), triples.size());
  if (Error error = rankSide(/*forHeads=*/false, tails))
    return error;
  if (Error error = rankSide(/*forHeads=*/true, heads))
    return error;
  return ranks;
}

Expected<std::vector<std::vector<Neighbour>>>
findNeighbours(const CompiledModel &program, ArrayRef<int32_t> entities,
               size_t count, int64_t numEntities) {
  Expected<StepResult> result = getVectors(program, numEntities);
  if (!result)
    return result.takeError();
  Expected<TensorRef> vectors = result->get("vectors");
  if (!vectors)
    return vectors.takeError();
  const float *table = static_cast<const float *>(vectors->data);
  std::vector<float> queries(blockSize * dim);
  for (auto [q, entity] : enumerate(entities))
    std::copy_n(table + entity * dim, dim, queries.data() + q * dim);
  auto distances = getDistances(program, queries.data());
  if (!distances)
    return distances.takeError();

  std::vector<std::vector<Neighbour>> neighbours;
  for (auto [q, entity] : enumerate(entities)) {
    std::vector<Neighbour> others;
    for (int32_t other = 0; other < numEntities; ++other)
      if (other != entity)
        others.push_back({other, distances->second[other * blockSize + q]});
    size_t size = std::min(count, others.size());
    std::partial_sort(others.begin(), others.begin() + size, others.end(),
                      [](const Neighbour &a, const Neighbour &b) {
                        return std::pair(a.distance, a.entity) <
                               std::pair(b.distance, b.entity);
                      });
    others.resize(size);
    neighbours.push_back(std::move(others));
  }
  return neighbours;
}

} // namespace wordnet
