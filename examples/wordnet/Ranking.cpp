//===- Ranking.cpp - Ranks of right answers -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Ranking.h"

#include "llvm/ADT/STLExtras.h"

#include <array>
#include <limits>

using namespace llvm;

namespace wordnet {

void rankAnswers(ArrayRef<float> distances, ArrayRef<Question> questions,
                 MutableArrayRef<Rank> ranks) {
  auto getDistance = [&](int32_t entity, size_t question) {
    return distances[entity * blockSize + question];
  };
  // What has no question is nearer than nothing.
  std::array<float, blockSize> targets;
  targets.fill(-std::numeric_limits<float>::infinity());
  for (auto [q, question] : enumerate(questions))
    targets[q] = getDistance(question.answer, q);

  // All questions at a time, so that it is a loop over vectors.
  std::array<int32_t, blockSize> nearer = {}, equal = {};
  for (size_t begin = 0; begin < distances.size(); begin += blockSize)
    for (size_t q = 0; q < blockSize; ++q) {
      nearer[q] += distances[begin + q] < targets[q];
      equal[q] += distances[begin + q] == targets[q];
    }

  for (auto [q, question] : enumerate(questions)) {
    int32_t nearerKnown = 0, equalKnown = 0;
    for (int32_t entity : question.known) {
      if (entity == question.answer)
        continue;
      nearerKnown += getDistance(entity, q) < targets[q];
      equalKnown += getDistance(entity, q) == targets[q];
    }
    // The answer itself is equal.
    ranks[q].raw = 1 + nearer[q] + (equal[q] - 1) / 2.0;
    ranks[q].filtered = ranks[q].raw - nearerKnown - equalKnown / 2.0;
  }
}

RankSummary summarize(ArrayRef<Rank> ranks, double Rank::*kind) {
  RankSummary summary;
  for (const Rank &rank : ranks) {
    summary.hits += rank.*kind <= 10;
    summary.meanRank += rank.*kind;
  }
  summary.hits /= ranks.size();
  summary.meanRank /= ranks.size();
  return summary;
}

} // namespace wordnet
