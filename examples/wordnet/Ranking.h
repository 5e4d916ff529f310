//===- Ranking.h - Ranks of right answers -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_WORDNET_RANKING_H
#define EMB_EXAMPLES_WORDNET_RANKING_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace wordnet {

/// Queries whose distances are computed at once.
inline constexpr size_t blockSize = 64;

/// What is asked for, and all right answers.
struct Question {
  int32_t answer;
  llvm::ArrayRef<int32_t> known;
};

/// The rank of the answer among all entities, 1 being the nearest; others at
/// the same distance count half.
struct Rank {
  double raw;
  double filtered; ///< without the other right answers
};

/// Question q's distance from entity e is distances[e * blockSize + q]. Fills
/// `ranks`; there are at most blockSize questions.
void rankAnswers(llvm::ArrayRef<float> distances,
                 llvm::ArrayRef<Question> questions,
                 llvm::MutableArrayRef<Rank> ranks);

/// Over all ranks.
struct RankSummary {
  double hits = 0; ///< the part of them that is at most 10
  double meanRank = 0;
};

RankSummary summarize(llvm::ArrayRef<Rank> ranks, double Rank::*kind);

} // namespace wordnet

#endif // EMB_EXAMPLES_WORDNET_RANKING_H
