//===- ChecksTest.cpp - Range checks and their messages -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Descriptors.h"
#include "gtest/gtest.h"

#include <limits>
#include <utility>

using namespace emb_test;

template <typename T> class Checks : public testing::Test {};
using IndexTypes = testing::Types<int32_t, int64_t>;
TYPED_TEST_SUITE(Checks, IndexTypes);

static int32_t checkIndices(EmbContext *context, const Descriptor &d,
                            int64_t bound) {
  return embCheckIndices(context, "emb.gather: indices (argument 1 'ids')",
                         d.bits, d.rank, d.get(), bound);
}

TYPED_TEST(Checks, IndicesInRange) {
  TestContext context;
  EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{0, 999, 5}, 1000),
            EMB_OK);
  EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{}, 0), EMB_OK);
  EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{}, -5), EMB_OK);
}

TYPED_TEST(Checks, FirstBadIndexIsNamed) {
  TestContext context;
  EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{0, 5, 1003, -1}, 1000),
            EMB_INVALID_INDEX);
  EXPECT_STREQ(context.message(),
               "emb.gather: indices (argument 1 'ids'): index out of range: "
               "position [2] has value 1003, expected 0 <= index < 1000");
  EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{-1}, 1000),
            EMB_INVALID_INDEX);
  EXPECT_NE(std::string(context.message()).find("position [0] has value -1"),
            std::string::npos);
  EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{1000}, 1000),
            EMB_INVALID_INDEX);
  // No index fits a table without rows, or with a negative number of them.
  EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{0}, 0),
            EMB_INVALID_INDEX);
  EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{0}, -1),
            EMB_INVALID_INDEX);
}

TYPED_TEST(Checks, ViewsOfAnyRankAndStride) {
  TestContext context;
  std::vector<TypeParam> data(100, 7);
  // Rank 0 with an offset.
  data[42] = 50;
  EXPECT_EQ(checkIndices(context, Descriptor(data.data(), 42, {}, {}), 50),
            EMB_INVALID_INDEX);
  EXPECT_NE(std::string(context.message()).find("position [] has value 50"),
            std::string::npos);
  EXPECT_EQ(checkIndices(context, Descriptor(data.data(), 41, {}, {}), 50),
            EMB_OK);
  // [2, 3, 4] with gaps in every dimension: element [1, 2, 3] is
  // 1 + 50 + 2 * 10 + 3 * 2 = 77.
  Descriptor view(data.data(), 1, {2, 3, 4}, {50, 10, 2});
  data[42] = 7;
  EXPECT_EQ(checkIndices(context, view, 50), EMB_OK);
  data[76] = 99;
  EXPECT_EQ(checkIndices(context, view, 50), EMB_OK);
  data[77] = 99;
  EXPECT_EQ(checkIndices(context, view, 50), EMB_INVALID_INDEX);
  EXPECT_NE(
      std::string(context.message()).find("position [1, 2, 3] has value 99"),
      std::string::npos)
      << context.message();
  // Backwards.
  data[77] = 7;
  data[0] = 99;
  Descriptor backwards(data.data(), 9, {10}, {-1});
  EXPECT_EQ(checkIndices(context, backwards, 50), EMB_INVALID_INDEX);
  EXPECT_NE(std::string(context.message()).find("position [9]"),
            std::string::npos);
}

TYPED_TEST(Checks, EveryPositionOfALongTensorIsSeen) {
  TestContext context;
  std::vector<TypeParam> data(259, 3);
  for (size_t i = 0; i < data.size(); ++i) {
    data[i] = 4;
    EXPECT_EQ(checkIndices(context, data, 4), EMB_INVALID_INDEX) << i;
    EXPECT_NE(std::string(context.message())
                  .find("position [" + std::to_string(i) + "]"),
              std::string::npos);
    data[i] = 3;
  }
}

TYPED_TEST(Checks, EveryPositionIsSeenByEveryThread) {
  for (int32_t threads : {1, 2, 3, 4}) {
    TestContext context;
    embContextSetNumThreads(context, threads);
    // Enough for all of them; as one list, and as rows that lie apart.
    std::vector<TypeParam> data(100000, 3);
    Descriptor rows(data.data(), 0, {10000, 9}, {10, 1});
    EXPECT_EQ(checkIndices(context, data, 4), EMB_OK);
    EXPECT_EQ(checkIndices(context, rows, 4), EMB_OK);
    for (size_t i : {0, 1, 33331, 33338, 49999, 50000, 66668, 99998, 99999}) {
      data[i] = i % 2 ? -1 : 4;
      // Another one behind it is not the first.
      TypeParam last = std::exchange(data[99999], TypeParam(9));
      EXPECT_EQ(checkIndices(context, data, 4), EMB_INVALID_INDEX);
      EXPECT_NE(std::string(context.message())
                    .find("position [" + std::to_string(i) + "]"),
                std::string::npos)
          << context.message();
      // The last element of a row of ten is not in the view.
      std::string position = "position [" + std::to_string(i / 10) + ", " +
                             std::to_string(i % 10) + "]";
      EXPECT_EQ(checkIndices(context, rows, 4),
                i % 10 == 9 ? EMB_OK : EMB_INVALID_INDEX);
      EXPECT_EQ(std::string(context.message()).find(position) !=
                    std::string::npos,
                i % 10 != 9);
      data[99999] = last;
      data[i] = 3;
    }
  }
}

TYPED_TEST(Checks, TheLargestBounds) {
  TestContext context;
  TypeParam largest = std::numeric_limits<TypeParam>::max();
  for (int64_t bound : {int64_t(1) << 40, INT64_MAX}) {
    EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{0, 5}, bound),
              EMB_OK);
    EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{0, 5, -1}, bound),
              EMB_INVALID_INDEX);
    EXPECT_EQ(checkIndices(context,
                           std::vector<TypeParam>{
                               std::numeric_limits<TypeParam>::min(), 5},
                           bound),
              EMB_INVALID_INDEX);
  }
  EXPECT_EQ(checkIndices(context, std::vector<TypeParam>{largest}, largest),
            EMB_INVALID_INDEX);
  EXPECT_EQ(
      checkIndices(context,
                   std::vector<TypeParam>{static_cast<TypeParam>(largest - 1)},
                   largest),
      EMB_OK);
}

TEST(Checks64, LargeIndicesAreNotTruncated) {
  TestContext context;
  EXPECT_EQ(checkIndices(context, std::vector<int64_t>{int64_t(1) << 32}, 1000),
            EMB_INVALID_INDEX);
  EXPECT_EQ(checkIndices(context, std::vector<int64_t>{INT64_MIN}, 1000),
            EMB_INVALID_INDEX);
  EXPECT_EQ(checkIndices(context, std::vector<int64_t>{int64_t(1) << 32},
                         (int64_t(1) << 32) + 1),
            EMB_OK);
}

static int32_t checkOffsets(EmbContext *context, const Descriptor &d,
                            int64_t numIndices, bool includeLast) {
  return embCheckOffsets(context, "emb.bag: offsets", d.bits, d.rank, d.get(),
                         numIndices, includeLast);
}

TYPED_TEST(Checks, GoodOffsets) {
  TestContext context;
  using V = std::vector<TypeParam>;
  EXPECT_EQ(checkOffsets(context, V{0, 2, 2, 5}, 5, false), EMB_OK);
  EXPECT_EQ(checkOffsets(context, V{0, 2, 2, 5}, 9, false), EMB_OK);
  EXPECT_EQ(checkOffsets(context, V{0, 2, 2, 5}, 5, true), EMB_OK);
  EXPECT_EQ(checkOffsets(context, V{0}, 0, true), EMB_OK);
  EXPECT_EQ(checkOffsets(context, V{0}, 7, false), EMB_OK);
  EXPECT_EQ(checkOffsets(context, V{}, 0, false), EMB_OK);
}

TYPED_TEST(Checks, BadOffsets) {
  TestContext context;
  using V = std::vector<TypeParam>;
  auto expect = [&](const V &offsets, int64_t n, bool last, const char *text) {
    EXPECT_EQ(checkOffsets(context, offsets, n, last), EMB_INVALID_OFFSETS);
    EXPECT_STREQ(context.message(),
                 (std::string("emb.bag: offsets: ") + text).c_str());
  };
  expect({1, 2}, 5, false,
         "offsets must begin with 0: position [0] has value 1");
  expect({0, 3, 2}, 5, false,
         "offsets must not decrease: position [2] has value 2 after 3");
  expect({0, 3, 6, 2}, 5, false,
         "offset out of range: position [2] has value 6, expected at most 5, "
         "the number of indices");
  expect({0, 3}, 5, true,
         "the last offset must be the number of indices: position [1] has "
         "value 3, expected 5");
  expect({0}, 5, true,
         "the last offset must be the number of indices: position [0] has "
         "value 0, expected 5");
  expect({}, 0, true, "there are no offsets, expected at least one");
  expect({}, 3, false, "there are no offsets for 3 indices");
}

TYPED_TEST(Checks, EveryOffsetOfMany) {
  TestContext context;
  std::vector<TypeParam> offsets(1000);
  for (size_t i = 0; i < offsets.size(); ++i)
    offsets[i] = 2 * i;
  EXPECT_EQ(checkOffsets(context, offsets, 1998, true), EMB_OK);
  for (size_t i = 1; i < offsets.size(); ++i)
    for (TypeParam bad : {TypeParam(-1), TypeParam(2 * i - 3),
                          std::numeric_limits<TypeParam>::min(),
                          std::numeric_limits<TypeParam>::max()}) {
      TypeParam good = std::exchange(offsets[i], bad);
      EXPECT_EQ(checkOffsets(context, offsets, 1998, false),
                EMB_INVALID_OFFSETS);
      EXPECT_NE(std::string(context.message())
                    .find("position [" + std::to_string(i) + "] has value " +
                          std::to_string(bad)),
                std::string::npos)
          << context.message();
      offsets[i] = good;
    }
}

TYPED_TEST(Checks, OffsetsWithAStride) {
  TestContext context;
  std::vector<TypeParam> data = {0, 99, 2, 99, 5, 99};
  EXPECT_EQ(
      checkOffsets(context, Descriptor(data.data(), 0, {3}, {2}), 5, true),
      EMB_OK);
  EXPECT_EQ(checkOffsets(context, Descriptor(data.data(), 0, {3, 1}, {2, 1}), 5,
                         true),
            EMB_INVALID_SHAPE);
}

TEST(ChecksEqual, SizesAreCompared) {
  TestContext context;
  EXPECT_EQ(embCheckEqual(context, "emb.update: source 0", 4, 4), EMB_OK);
  EXPECT_EQ(embCheckEqual(context, "emb.update: source 0", 3, 4),
            EMB_INVALID_SHAPE);
  EXPECT_STREQ(context.message(), "emb.update: source 0: found 3, expected 4");
}
