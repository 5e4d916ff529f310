//===- GroupTest.cpp - embGroup against a simple grouping -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grouping.h"

#include <map>

using namespace emb_test;

namespace {

/// What embGroup has to compute, in the plainest way. `paddings` has a row to
/// leave out for each index; empty: none.
Grouping groupPlainly(const std::vector<int64_t> &indices,
                      const std::vector<int64_t> &paddings = {}) {
  std::map<int64_t, std::vector<int64_t>> occurrences;
  for (size_t k = 0; k < indices.size(); ++k)
    if (paddings.empty() || indices[k] != paddings[k])
      occurrences[indices[k]].push_back(k);
  Grouping grouping;
  for (auto &[row, list] : occurrences) {
    grouping.rows.push_back(row);
    grouping.bounds.push_back(grouping.positions.size());
    grouping.positions.insert(grouping.positions.end(), list.begin(),
                              list.end());
  }
  grouping.bounds.push_back(grouping.positions.size());
  return grouping;
}

} // namespace

TEST(Group, AnyNumberOfAnyIndices) {
  TestContext context;
  uint64_t seed = 0;
  for (int64_t n : {0, 1, 2, 3, 31, 100, 4095, 4096, 20000})
    for (int64_t bound :
         {int64_t(1), int64_t(2), int64_t(255), int64_t(256), int64_t(70000),
          int64_t(1) << 24, (int64_t(1) << 31) - 1}) {
      std::vector<int64_t> indices = makeRandom(n, bound, ++seed);
      std::vector<int32_t> narrow(indices.begin(), indices.end());
      Grouping expected = groupPlainly(indices);
      Descriptor wideSource(indices), narrowSource(narrow);
      EXPECT_EQ(group<int64_t>(context, {wideSource.asSource()}, n), expected);
      EXPECT_EQ(group<int32_t>(context, {wideSource.asSource()}, n), expected);
      EXPECT_EQ(group<int32_t>(context, {narrowSource.asSource()}, n),
                expected);
    }
}

TEST(Group, HugeIndicesUseTheWideSort) {
  TestContext context;
  // 62 bits of index leave no room for a position in the same word.
  std::vector<int64_t> indices =
      makeRandom(5000, (int64_t(1) << 62) + 12345, 1);
  indices[17] = INT64_MAX;
  indices[4000] = indices[3];
  Descriptor source(indices);
  EXPECT_EQ(group<int64_t>(context, {source.asSource()}, 5000),
            groupPlainly(indices));
}

TEST(Group, BothSortsMeetWhereIndexAndPositionFillAWord) {
  TestContext context;
  // 5000 positions take 13 bits: 51 bits of index just fit beside them.
  for (int bits = 49; bits <= 53; ++bits) {
    std::vector<int64_t> indices = makeRandom(5000, int64_t(1) << bits, bits);
    indices[0] = (int64_t(1) << bits) - 1;
    indices[4999] = indices[0];
    Descriptor source(indices);
    EXPECT_EQ(group<int64_t>(context, {source.asSource()}, 5000),
              groupPlainly(indices))
        << bits;
  }
}

TEST(Group, OccurrencesOfARowStayInOrder) {
  TestContext context;
  std::vector<int64_t> indices = {5, 3, 5, 3, 3, 0};
  Descriptor source(indices);
  Grouping grouping = group<int32_t>(context, {source.asSource()}, 6);
  EXPECT_EQ(grouping.rows, (std::vector<int64_t>{0, 3, 5}));
  EXPECT_EQ(grouping.bounds, (std::vector<int64_t>{0, 1, 4, 6}));
  EXPECT_EQ(grouping.positions, (std::vector<int64_t>{5, 1, 3, 4, 0, 2}));
}

TEST(Group, SeveralSourcesAreReadOneAfterTheOther) {
  TestContext context;
  std::vector<int64_t> a = {4, 1, 4};
  std::vector<int32_t> b(100, 9);
  // A 2 x 3 view with gaps: 9 9 9 / 1 9 4.
  Descriptor second(b.data(), 2, {2, 3}, {20, 3});
  b[22] = 1;
  b[28] = 4;
  std::vector<int32_t> none;
  Descriptor first(a), third(none);
  Descriptor scalar(a.data(), 1, {}, {});
  Grouping grouping = group<int64_t>(context,
                                     {first.asSource(), third.asSource(),
                                      second.asSource(), scalar.asSource()},
                                     10);
  EXPECT_EQ(grouping,
            groupPlainly({4, 1, 4, /*second*/ 9, 9, 9, 1, 9, 4, /*scalar*/ 1}));
}

TEST(Group, PaddingIsLeftOut) {
  TestContext context;
  std::vector<int64_t> indices = {5, 3, 5, 7, 3, 0};
  Descriptor source(indices);
  Grouping grouping = group<int32_t>(context, {source.asSource(5)}, 6);
  EXPECT_EQ(grouping.rows, (std::vector<int64_t>{0, 3, 7}));
  EXPECT_EQ(grouping.bounds, (std::vector<int64_t>{0, 1, 3, 4}));
  EXPECT_EQ(grouping.positions, (std::vector<int64_t>{5, 1, 4, 3}));
}

TEST(Group, EachSourceHasItsOwnPadding) {
  TestContext context;
  std::vector<int64_t> a = {4, 1, 4, 0}, c = {0, 1};
  std::vector<int32_t> b = {4, 1, 2};
  Descriptor first(a), second(b), third(c);
  Grouping grouping = group<int64_t>(
      context, {first.asSource(4), second.asSource(1), third.asSource(-1)}, 9);
  // Row 4 is padding of the first only, row 1 of the second only.
  EXPECT_EQ(grouping.rows, (std::vector<int64_t>{0, 1, 2, 4}));
  EXPECT_EQ(grouping.bounds, (std::vector<int64_t>{0, 2, 4, 5, 6}));
  EXPECT_EQ(grouping.positions, (std::vector<int64_t>{3, 7, 1, 8, 6, 4}));
}

TEST(Group, NothingButPadding) {
  TestContext context;
  std::vector<int64_t> indices = {2, 2, 2};
  Descriptor source(indices);
  EXPECT_EQ(group<int64_t>(context, {source.asSource(2)}, 3),
            (Grouping{{}, {0}, {}}));
  std::vector<int64_t> none;
  Descriptor empty(none);
  EXPECT_EQ(group<int64_t>(context, {empty.asSource(2)}, 0),
            (Grouping{{}, {0}, {}}));
}

TEST(Group, PaddingOfAnyRow) {
  TestContext context;
  uint64_t seed = 100;
  for (int64_t n : {1, 2, 3, 31, 1000, 4097})
    for (int64_t bound : {int64_t(2), int64_t(300), int64_t(1) << 24}) {
      std::vector<int64_t> indices = makeRandom(n, bound, ++seed);
      std::vector<int32_t> narrow(indices.begin(), indices.end());
      for (int64_t padding : {indices[0], indices[n / 2], bound - 1, bound}) {
        Descriptor wideSource(indices), narrowSource(narrow);
        std::vector<int64_t> paddings(n, padding);
        Grouping expected = groupPlainly(indices, paddings);
        EXPECT_EQ(group<int64_t>(context, {wideSource.asSource(padding)}, n),
                  expected);
        EXPECT_EQ(group<int32_t>(context, {narrowSource.asSource(padding)}, n),
                  expected);
        paddings.insert(paddings.end(), n, -1);
        std::vector<int64_t> twice = indices;
        twice.insert(twice.end(), indices.begin(), indices.end());
        EXPECT_EQ(group<int32_t>(
                      context,
                      {narrowSource.asSource(padding), wideSource.asSource()},
                      2 * n),
                  groupPlainly(twice, paddings));
      }
    }
  // The wide sort.
  std::vector<int64_t> indices =
      makeRandom(5000, (int64_t(1) << 62) + 12345, 1);
  indices[17] = INT64_MAX;
  indices[4000] = indices[3];
  Descriptor source(indices);
  EXPECT_EQ(group<int64_t>(context, {source.asSource(indices[3])}, 5000),
            groupPlainly(indices, std::vector<int64_t>(5000, indices[3])));
}

TEST(Group, PaddingDoesNotCountAsUnsorted) {
  TestContext context;
  std::vector<int64_t> sorted = {0, 7, 0, 3, 7, 3, 9, 7};
  Descriptor source(sorted);
  embContextSetMemoryLimit(context, 1);
  EXPECT_EQ(group<int32_t>(context, {source.asSource(7)}, 8),
            groupPlainly(sorted, std::vector<int64_t>(8, 7)));
  EXPECT_EQ(embContextBytesHeld(context), 0u);
}

TEST(Group, PaddingNeedNotFitTheRows) {
  TestContext context;
  int64_t large = int64_t(1) << 31;
  std::vector<int64_t> indices = {large, 3, large, 1};
  Descriptor source(indices);
  EXPECT_EQ(group<int32_t>(context, {source.asSource(large)}, 4),
            groupPlainly(indices, std::vector<int64_t>(4, large)));
}

TEST(Group, ASizeOfZeroMeansNoIndices) {
  TestContext context;
  int64_t one = 1;
  int64_t large = int64_t(1) << 40;
  Descriptor source(&one, 0, {large, large, 0}, {0, 0, 0});
  EXPECT_EQ(group<int32_t>(context, {source.asSource()}, 0), groupPlainly({}));
}

TEST(Group, SortedInputTakesNoMemory) {
  TestContext context;
  std::vector<int64_t> sorted = {0, 0, 3, 3, 9};
  Descriptor source(sorted);
  embContextSetMemoryLimit(context, 1);
  EXPECT_EQ(group<int32_t>(context, {source.asSource()}, 5),
            groupPlainly(sorted));
  EXPECT_EQ(embContextBytesHeld(context), 0u);
}

TEST(Group, TemporaryMemoryIsFreeAgainAfterwards) {
  TestContext context;
  std::vector<int64_t> indices = makeRandom(10000, 1000000, 3);
  Descriptor source(indices);
  group<int32_t>(context, {source.asSource()}, 10000);
  uint64_t allocations = embContextSystemAllocations(context);
  EXPECT_NE(embAlloc(context, 100000), nullptr);
  EXPECT_EQ(embContextSystemAllocations(context), allocations);
}

namespace {
/// Calls embGroup with one source and expects `status` and untouched outputs.
void expectRefused(EmbContext *context, const Descriptor &source,
                   int32_t rowsBits, int32_t positionsBits, int32_t status,
                   const std::string &text) {
  int64_t rows[4] = {-7, -7, -7, -7}, bounds[5] = {-7, -7, -7, -7, -7},
          positions[4] = {-7, -7, -7, -7}, count = -7;
  EmbIndexSource s = source.asSource();
  EXPECT_EQ(embGroup(context, 1, &s, rowsBits, rows, 64, bounds, positionsBits,
                     positions, &count),
            status);
  EXPECT_EQ(embContextMessage(context), text);
  for (int64_t value : {rows[0], bounds[0], positions[0], count})
    EXPECT_EQ(value, -7);
}
} // namespace

TEST(Group, ErrorsWriteNothing) {
  TestContext context;
  expectRefused(context, std::vector<int64_t>{3, -1, 2}, 64, 64,
                EMB_INVALID_INDEX,
                "emb.group: occurrence 1 has a negative index");
  // As a padding row -1 means none.
  expectRefused(context, std::vector<int64_t>{-1}, 64, 64, EMB_INVALID_INDEX,
                "emb.group: occurrence 0 has a negative index");
  // group_r2
  expectRefused(context, std::vector<int64_t>{3, int64_t(1) << 31, 2}, 32, 64,
                EMB_INVALID_SHAPE,
                "emb.group: index 2147483648, expected at most 2147483647 with "
                "32-bit rows");
  // A stride of 0 makes a long tensor from one element.
  int64_t one = 1;
  expectRefused(context, Descriptor(&one, 0, {int64_t(1) << 31}, {0}), 64, 32,
                EMB_INVALID_SHAPE,
                "emb.group: 2147483648 indices, expected at most 2147483647 "
                "with 32-bit bounds or positions");
  expectRefused(
      context,
      Descriptor(&one, 0, {int64_t(1) << 32, int64_t(1) << 32}, {0, 0}), 64, 64,
      EMB_INVALID_SHAPE, "emb.group: the number of indices overflows");
  embContextSetMemoryLimit(context, 10);
  embContextBeginCall(context);
  std::vector<int64_t> unsorted = {3, 1, 2};
  Descriptor source(unsorted);
  expectRefused(context, source, 64, 64, EMB_OUT_OF_MEMORY,
                "a workspace of 16 bytes cannot be allocated: the memory limit "
                "is 10 bytes, 0 are in use");
}

TEST(Group, NoMemoryForALargeSort) {
  TestContext context;
  embContextSetNumThreads(context, 2);
  embContextSetMemoryLimit(context, 100000);
  for (int64_t bound : {int64_t(1) << 20, int64_t(1) << 60}) {
    std::vector<int64_t> indices = makeRandom(20000, bound, 3);
    std::vector<int64_t> rows(20000, -7), bounds(20001, -7),
        positions(20000, -7), untouched = rows;
    int64_t count = -7;
    Descriptor source(indices);
    EmbIndexSource s = source.asSource();
    embContextBeginCall(context);
    EXPECT_EQ(embGroup(context, 1, &s, 64, rows.data(), 64, bounds.data(), 64,
                       positions.data(), &count),
              EMB_OUT_OF_MEMORY);
    EXPECT_EQ(rows, untouched);
    EXPECT_EQ(positions, untouched);
    EXPECT_EQ(bounds[0], -7);
    EXPECT_EQ(count, -7);
  }
}
