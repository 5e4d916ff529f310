//===- ChecksTest.cpp - Range checks and their messages -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Descriptors.h"
#include "gtest/gtest.h"

#include <numeric>

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
