//===- WordnetRankingTest.cpp - Ranks against a sorted list ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Ranking.h"

#include "emb/Model/Init.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

#include <array>

using namespace llvm;
using namespace wordnet;

namespace {

/// Distances of few values, so that many are equal.
std::vector<float> makeDistances(size_t numEntities, int numValues) {
  mlir::emb::RandomStream random(/*seed=*/3, "distances");
  std::vector<float> distances(numEntities * blockSize);
  for (auto [i, distance] : enumerate(distances))
    distance = static_cast<int>(random.uniform(i) * numValues);
  return distances;
}

/// The mean of the places that the answer could take among `entities`, sorted
/// by distance, if those that are equal came in any order.
double rankBySorting(ArrayRef<float> distances, size_t question, int32_t answer,
                     ArrayRef<int32_t> entities) {
  auto getDistance = [&](int32_t entity) {
    return distances[entity * blockSize + question];
  };
  std::vector<int32_t> sorted = entities.vec();
  llvm::sort(sorted, [&](int32_t a, int32_t b) {
    return getDistance(a) < getDistance(b);
  });
  double sum = 0;
  int count = 0;
  for (auto [place, entity] : enumerate(sorted))
    if (getDistance(entity) == getDistance(answer)) {
      sum += place + 1;
      ++count;
    }
  return sum / count;
}

void expectRanksOfSortedList(size_t numQuestions, int numValues) {
  constexpr int32_t numEntities = 50;
  std::vector<float> distances = makeDistances(numEntities, numValues);
  std::vector<std::vector<int32_t>> known(numQuestions);
  std::vector<Question> questions;
  for (size_t q = 0; q < numQuestions; ++q) {
    int32_t answer = (7 * q) % numEntities;
    // Every fifth question has one answer only.
    for (int32_t entity = 0; entity < numEntities; ++entity)
      if (entity == answer || (q % 5 && (entity + q) % 3 == 0))
        known[q].push_back(entity);
    questions.push_back({answer, known[q]});
  }
  std::vector<Rank> ranks(numQuestions);
  rankAnswers(distances, questions, ranks);

  for (size_t q = 0; q < numQuestions; ++q) {
    std::vector<int32_t> all, others;
    for (int32_t entity = 0; entity < numEntities; ++entity) {
      all.push_back(entity);
      if (entity == questions[q].answer || !is_contained(known[q], entity))
        others.push_back(entity);
    }
    int32_t answer = questions[q].answer;
    EXPECT_EQ(ranks[q].raw, rankBySorting(distances, q, answer, all)) << q;
    EXPECT_EQ(ranks[q].filtered, rankBySorting(distances, q, answer, others))
        << q;
  }
}

TEST(WordnetRanking, AllDifferent) {
  expectRanksOfSortedList(blockSize, 1 << 20);
}

TEST(WordnetRanking, ManyEqual) { expectRanksOfSortedList(blockSize, 8); }

TEST(WordnetRanking, AllEqual) { expectRanksOfSortedList(blockSize, 1); }

TEST(WordnetRanking, PartOfABlock) { expectRanksOfSortedList(3, 8); }

TEST(WordnetRanking, ByHand) {
  // Distances 2, 1, 2, 2, 0 of entities 0 to 4 in column 0.
  std::vector<float> distances(5 * blockSize, -1);
  for (auto [entity, distance] : enumerate(std::array{2, 1, 2, 2, 0}))
    distances[entity * blockSize] = distance;
  // The answer 2 shares the places 3, 4 and 5; without 4, which is nearer, and
  // 0, which is equal, it shares the places 2 and 3.
  std::vector<int32_t> known = {4, 2, 0};
  Rank found;
  rankAnswers(distances, Question{2, known}, found);
  EXPECT_EQ(found.raw, 4);
  EXPECT_EQ(found.filtered, 2.5);
}

TEST(WordnetRanking, HitsAreRanksUpTo10) {
  std::vector<Rank> ranks = {{1, 1}, {10.5, 10}, {30, 2}, {10, 11}};
  RankSummary raw = summarize(ranks, &Rank::raw);
  EXPECT_EQ(raw.hits, 0.5);
  EXPECT_EQ(raw.meanRank, 51.5 / 4);
  RankSummary filtered = summarize(ranks, &Rank::filtered);
  EXPECT_EQ(filtered.hits, 0.75);
  EXPECT_EQ(filtered.meanRank, 6);
}

} // namespace
