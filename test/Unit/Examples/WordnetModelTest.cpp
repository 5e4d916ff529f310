//===- WordnetModelTest.cpp - TransE against its formulas -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model exists twice, built by the model API and as forward.mlir. The
// oracle of both is the same step in double precision, false triple by false
// triple: where 2 + |h + r - t| - |h' + r - t'| is positive, the signs of h + r
// - t are the gradient by h and r, its negative by t, and the opposite for h',
// r and t'.
//
//===----------------------------------------------------------------------===//

#include "Batches.h"
#include "ForwardModel.h"
#include "LinkPrediction.h"
#include "TransE.h"

#include <set>

using namespace mlir::emb;
using namespace wordnet;
using examples::expectNear;
using examples::ForwardModel;
using examples::toDoubles;

using Doubles = std::vector<double>;

namespace {

constexpr int64_t numEntities = 60, numRelations = 4, numOthers = 4;
constexpr double learningRate = 0.1, margin = 2;

std::vector<Triple> makeTriples(size_t count) {
  RandomStream random(/*seed=*/4, "triples");
  uint64_t next = 0;
  auto draw = [&](int64_t bound) {
    return static_cast<int32_t>(random.uniform(next++) * bound);
  };
  std::vector<Triple> triples;
  for (size_t i = 0; i < count; ++i) {
    int32_t head = draw(numEntities), relation = draw(numRelations);
    triples.push_back({head, relation, draw(numEntities)});
  }
  return triples;
}

struct Oracle {
  Doubles entity, entitySum, relation, relationSum;

  Oracle(Doubles entities, Doubles relations)
      : entity(std::move(entities)), entitySum(entity.size()),
        relation(std::move(relations)), relationSum(relation.size()) {}

  void renorm(int64_t row) {
    double squares = 0;
    for (int64_t d = 0; d < dim; ++d)
      squares += entity[row * dim + d] * entity[row * dim + d];
    double norm = std::sqrt(squares);
    for (int64_t d = 0; norm > 1 && d < dim; ++d)
      entity[row * dim + d] /= norm + 1e-7;
  }

  /// h + r - t in dimension d.
  double offset(int64_t h, int64_t r, int64_t t, int64_t d) const {
    return entity[h * dim + d] + relation[r * dim + d] - entity[t * dim + d];
  }
  double distance(int64_t h, int64_t r, int64_t t) const {
    double sum = 0;
    for (int64_t d = 0; d < dim; ++d)
      sum += std::abs(offset(h, r, t, d));
    return sum;
  }

  static void update(Doubles &weight, Doubles &sum, const Doubles &gradient) {
    for (size_t i = 0; i < weight.size(); ++i) {
      sum[i] += gradient[i] * gradient[i];
      weight[i] -= learningRate * gradient[i] / (std::sqrt(sum[i]) + 1e-10);
    }
  }

  /// Takes a step with the inputs of a batch; returns the loss.
  double step(llvm::ArrayRef<Feed> inputs) {
    auto get = [&]<typename T>(int input, T) {
      return static_cast<const T *>(inputs[input].value.getTensor().data);
    };
    const int32_t *ids = get(0, int32_t()), *relations = get(1, int32_t());
    const uint8_t *corruptHead = get(2, uint8_t());
    int64_t size = inputs[1].value.getTensor().getNumElements();
    constexpr int64_t columns = 2 + numOthers;
    std::set<int32_t> rows(ids, ids + size * columns);
    for (int32_t row : rows)
      renorm(row);

    double loss = 0, share = 1.0 / (size * numOthers);
    Doubles ofEntity(entity.size()), ofRelation(relation.size());
    auto add = [&](int64_t h, int64_t r, int64_t t, double factor) {
      for (int64_t d = 0; d < dim; ++d) {
        double x = offset(h, r, t, d);
        double sign = factor * ((x > 0) - (x < 0));
        ofEntity[h * dim + d] += sign;
        ofRelation[r * dim + d] += sign;
        ofEntity[t * dim + d] -= sign;
      }
    };
    for (int64_t b = 0; b < size; ++b)
      for (int64_t k = 2; k < columns; ++k) {
        int64_t h = ids[b * columns], r = relations[b];
        int64_t t = ids[b * columns + 1], other = ids[b * columns + k];
        int64_t h1 = corruptHead[b] ? other : h;
        int64_t t1 = corruptHead[b] ? t : other;
        double hinge = margin + distance(h, r, t) - distance(h1, r, t1);
        if (hinge <= 0)
          continue;
        loss += share * hinge;
        add(h, r, t, share);
        add(h1, r, t1, -share);
      }
    update(entity, entitySum, ofEntity);
    update(relation, relationSum, ofRelation);
    return loss;
  }
};

class WordnetModel : public testing::Test {
protected:
  WordnetModel()
      : model({.seed = 6}), program(compile()),
        forward(EMB_EXAMPLES_DIR "/wordnet/forward.mlir", model, program),
        oracle(get("entity.weight"), get("relation.weight")) {}

  CompiledModel compile() {
    ModelCompileOptions options = buildTransE(model, numEntities, numRelations);
    options.compile.useCache = false;
    return cantFail(model.compile(options));
  }
  Doubles get(const std::string &name) {
    return toDoubles(cantFail(model.getParameter(name)));
  }

  Model model;
  CompiledModel program;
  ForwardModel forward;
  Oracle oracle;
};

TEST_F(WordnetModel, RelationsBeginWithLength1) {
  for (int64_t r = 0; r < numRelations; ++r) {
    double squares = 0;
    for (int64_t d = 0; d < dim; ++d)
      squares += std::pow(oracle.relation[r * dim + d], 2);
    EXPECT_NEAR(squares, 1, 1e-6);
  }
  // Any of them in another direction, and the entities within their bounds.
  EXPECT_NE(oracle.relation[0], oracle.relation[dim]);
  double bound = 6 / std::sqrt(50.0), largest = 0;
  for (double x : oracle.entity)
    largest = std::max(largest, std::abs(x));
  EXPECT_LE(largest, bound);
  EXPECT_GT(largest, 0.95 * bound);
}

TEST_F(WordnetModel, BothFollowTheFormulas) {
  for (int64_t t = 1; t <= 5; ++t) {
    // 64 false triples: the parts of the gradients are multiples of 1/64, so
    // that those which cancel out do so in single precision, too.
    Batches batches(makeTriples(16), numEntities, numOthers, /*seed=*/1, t);
    std::vector<Feed> inputs = batches.feed(0);
    double loss = oracle.step(inputs);
    EXPECT_GT(loss, 0);
    EXPECT_NEAR(cantFail(program.train(inputs)).getLoss(), loss, 1e-5 * loss)
        << "step " << t;
    EXPECT_NEAR(forward.train(inputs, {}, learningRate, t), loss, 1e-5 * loss)
        << "step " << t;
  }
  auto compare = [&](const Doubles &found, const std::string &name,
                     const Doubles &expected) {
    expectNear(found, expected, 1e-5, name);
    expectNear(toDoubles(forward.tensors[name].ref()), expected, 1e-5, name);
  };
  compare(get("entity.weight"), "entity.weight", oracle.entity);
  compare(get("relation.weight"), "relation.weight", oracle.relation);
  auto getState = [&](llvm::StringRef name) {
    return toDoubles(cantFail(program.getState(name)));
  };
  compare(getState("entity.weight.sum"), "entity.weight.sum", oracle.entitySum);
  compare(getState("relation.weight.sum"), "relation.weight.sum",
          oracle.relationSum);
}

TEST_F(WordnetModel, QueriesAndDistances) {
  std::vector<Triple> triples = makeTriples(blockSize);
  for (bool forHeads : {false, true}) {
    Batches batches(triples, forHeads);
    std::vector<Feed> inputs = batches.feedAll();
    for (auto [head, relation, tail] : triples) {
      oracle.renorm(head);
      oracle.renorm(tail);
    }
    Doubles queries, distances;
    for (auto [head, relation, tail] : triples)
      for (int64_t d = 0; d < dim; ++d) {
        double r = oracle.relation[relation * dim + d];
        queries.push_back(forHeads ? oracle.entity[tail * dim + d] - r
                                   : oracle.entity[head * dim + d] + r);
      }
    StepResult result = cantFail(program.call("query", inputs));
    TensorRef found = cantFail(result.get("query"));
    expectNear(toDoubles(found), queries, 1e-6, "query");
    expectNear(toDoubles(forward.call("query", inputs).front().getTensor()),
               queries, 1e-6, "query in forward.mlir");

    // The table has what was scaled by then, and nothing else.
    expectNear(get("entity.weight"), oracle.entity, 1e-6, "entity.weight");
    for (int64_t e = 0; e < numEntities; ++e)
      for (size_t q = 0; q < blockSize; ++q) {
        double sum = 0;
        for (int64_t d = 0; d < dim; ++d)
          sum += std::abs(queries[q * dim + d] - oracle.entity[e * dim + d]);
        distances.push_back(sum);
      }
    std::vector<Feed> block = {{"queries", found}};
    StepResult measured = cantFail(program.call("distances", block));
    expectNear(toDoubles(cantFail(measured.get("distances"))), distances, 1e-6,
               "distances");
    expectNear(toDoubles(forward.call("distances", block).front().getTensor()),
               distances, 1e-6, "distances in forward.mlir");
  }
}

/// The rank of `answer` by the distances `getDistance` of all entities that
/// `isAsked`.
double rankByCounting(int64_t answer,
                      llvm::function_ref<double(int64_t)> getDistance,
                      llvm::function_ref<bool(int64_t)> isAsked) {
  double rank = 1;
  for (int64_t entity = 0; entity < numEntities; ++entity)
    if (entity != answer && isAsked(entity))
      rank += getDistance(entity) < getDistance(answer);
  return rank;
}

TEST_F(WordnetModel, RanksOfTriples) {
  // More than a block, for each side.
  Dataset data;
  data.test = makeTriples(100);
  data.train = makeTriples(300);
  KnownTriples known(data);
  std::vector<Rank> ranks = cantFail(
      rankTriples(program, data.test, known, numEntities, /*threads=*/2));
  ASSERT_EQ(ranks.size(), 200u);
  for (int64_t row = 0; row < numEntities; ++row)
    oracle.renorm(row);

  bool isFiltered = false;
  for (auto [i, triple] : llvm::enumerate(data.test)) {
    auto [h, r, t] = triple;
    auto toTail = [&, h = h, r = r](int64_t entity) {
      return oracle.distance(h, r, entity);
    };
    auto toHead = [&, r = r, t = t](int64_t entity) {
      return oracle.distance(entity, r, t);
    };
    auto any = [](int64_t) { return true; };
    auto isUnknown = [](llvm::ArrayRef<int32_t> answers) {
      return [answers](int64_t entity) {
        return !llvm::is_contained(answers, entity);
      };
    };
    auto isFalseTail = isUnknown(known.getTails(h, r));
    auto isFalseHead = isUnknown(known.getHeads(r, t));
    EXPECT_EQ(ranks[i].raw, rankByCounting(t, toTail, any)) << i;
    EXPECT_EQ(ranks[i].filtered, rankByCounting(t, toTail, isFalseTail)) << i;
    EXPECT_EQ(ranks[100 + i].raw, rankByCounting(h, toHead, any)) << i;
    EXPECT_EQ(ranks[100 + i].filtered, rankByCounting(h, toHead, isFalseHead))
        << i;
    isFiltered |= ranks[i].raw != ranks[i].filtered;
  }
  EXPECT_TRUE(isFiltered);
}

TEST_F(WordnetModel, NeighboursAreTheNearest) {
  std::vector<int32_t> entities = {7, 0};
  auto found =
      cantFail(findNeighbours(program, entities, /*count=*/3, numEntities));
  ASSERT_EQ(found.size(), 2u);
  for (int64_t row = 0; row < numEntities; ++row)
    oracle.renorm(row);
  for (auto [entity, neighbours] : llvm::zip_equal(entities, found)) {
    std::vector<std::pair<double, int64_t>> expected;
    for (int64_t other = 0; other < numEntities; ++other) {
      double sum = 0;
      for (int64_t d = 0; d < dim; ++d)
        sum += std::abs(oracle.entity[entity * dim + d] -
                        oracle.entity[other * dim + d]);
      if (other != entity)
        expected.emplace_back(sum, other);
    }
    llvm::sort(expected);
    ASSERT_EQ(neighbours.size(), 3u);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(neighbours[i].entity, expected[i].second);
      EXPECT_NEAR(neighbours[i].distance, expected[i].first, 1e-5);
    }
  }
}

} // namespace
