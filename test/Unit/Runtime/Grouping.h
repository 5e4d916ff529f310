//===- Grouping.h - Groups, and how tests call for them ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_UNIT_RUNTIME_GROUPING_H
#define EMB_TEST_UNIT_RUNTIME_GROUPING_H

#include "Descriptors.h"
#include "gtest/gtest.h"

#include <random>

namespace emb_test {

struct Grouping {
  std::vector<int64_t> rows, bounds, positions;
  bool operator==(const Grouping &other) const {
    return rows == other.rows && bounds == other.bounds &&
           positions == other.positions;
  }
};

/// Runs embGroup with outputs of these types on `n` indices in all; checks that
/// nothing is written beyond what was promised.
template <typename Row, typename Bound, typename Position>
Grouping groupAs(EmbContext *context,
                 const std::vector<EmbIndexSource> &sources, int64_t n) {
  std::vector<Row> rows(n + 1, 77);
  std::vector<Bound> bounds(n + 2, 77);
  std::vector<Position> positions(n + 1, 77);
  int64_t count = -1;
  embContextBeginCall(context);
  EXPECT_EQ(embGroup(context, sources.size(), sources.data(), 8 * sizeof(Row),
                     rows.data(), 8 * sizeof(Bound), bounds.data(),
                     8 * sizeof(Position), positions.data(), &count),
            EMB_OK)
      << embContextMessage(context);
  if (count < 0 || count > n)
    return {};
  Grouping grouping;
  grouping.rows.assign(rows.begin(), rows.begin() + count);
  grouping.bounds.assign(bounds.begin(), bounds.begin() + count + 1);
  int64_t numPositions = bounds[count];
  EXPECT_LE(numPositions, n);
  grouping.positions.assign(positions.begin(),
                            positions.begin() + std::min(numPositions, n));
  for (size_t k = count; k < rows.size(); ++k)
    EXPECT_EQ(rows[k], 77);
  for (size_t k = count + 1; k < bounds.size(); ++k)
    EXPECT_EQ(bounds[k], 77);
  for (size_t k = numPositions; k < positions.size(); ++k)
    EXPECT_EQ(positions[k], 77);
  return grouping;
}

template <typename Out>
Grouping group(EmbContext *context, const std::vector<EmbIndexSource> &sources,
               int64_t n) {
  return groupAs<Out, Out, Out>(context, sources, n);
}

inline std::vector<int64_t> makeRandom(int64_t n, int64_t bound,
                                       uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<int64_t> indices(n);
  for (int64_t &index : indices)
    index = random() % bound;
  return indices;
}

} // namespace emb_test

#endif // EMB_TEST_UNIT_RUNTIME_GROUPING_H
