//===- GroupPropertyTest.cpp - embGroup against its definition ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grouping.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace emb_test;

namespace {

/// The definition: occurrences that are no padding, sorted by index and, of the
/// same index, by number.
Grouping groupBySorting(const std::vector<int64_t> &indices,
                        const std::vector<int64_t> &positions,
                        int64_t padding = -1) {
  std::vector<int64_t> order;
  for (size_t k = 0; k < indices.size(); ++k)
    if (indices[k] != padding)
      order.push_back(k);
  std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return std::pair(indices[a], a) < std::pair(indices[b], b);
  });
  Grouping grouping;
  for (size_t k = 0; k < order.size(); ++k) {
    if (k == 0 || indices[order[k]] != indices[order[k - 1]]) {
      grouping.rows.push_back(indices[order[k]]);
      grouping.bounds.push_back(k);
    }
    grouping.positions.push_back(positions[order[k]]);
  }
  grouping.bounds.push_back(order.size());
  return grouping;
}

std::vector<int64_t> count(int64_t n) {
  std::vector<int64_t> numbers(n);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

struct Distribution {
  const char *name;
  /// The next of `n` indices from a random number.
  int64_t (*draw)(uint64_t random, int64_t i, int64_t n);
};

/// Bounds of tables, bits that differ at the top only, at the bottom only, or
/// with a gap, few rows, hot rows, orders: every branch of the sorts.
const Distribution kDistributions[] = {
    {"one row", [](uint64_t, int64_t, int64_t) -> int64_t { return 5; }},
    {"two rows",
     [](uint64_t r, int64_t, int64_t) -> int64_t { return 7 + (r & 1) * 9; }},
    {"two distant rows",
     [](uint64_t r, int64_t, int64_t) -> int64_t {
       return (r & 1) ? 3 : 123456789;
     }},
    {"200 rows",
     [](uint64_t r, int64_t, int64_t) -> int64_t { return r % 200; }},
    {"8192 rows",
     [](uint64_t r, int64_t, int64_t) -> int64_t { return r % 8192; }},
    {"20000 rows",
     [](uint64_t r, int64_t, int64_t) -> int64_t { return r % 20000; }},
    {"1000000 rows",
     [](uint64_t r, int64_t, int64_t) -> int64_t { return r % 1000000; }},
    {"2^31 rows",
     [](uint64_t r, int64_t, int64_t) -> int64_t { return r & INT32_MAX; }},
    {"a distant part",
     [](uint64_t r, int64_t, int64_t) -> int64_t {
       return (int64_t(1) << 30) + r % 50000;
     }},
    {"few distant rows",
     [](uint64_t r, int64_t, int64_t) -> int64_t {
       return (int64_t(1) << 30) + r % 50;
     }},
    {"top bits",
     [](uint64_t r, int64_t, int64_t) -> int64_t {
       return (r % 64) << 24 | 4711;
     }},
    {"a gap",
     [](uint64_t r, int64_t, int64_t) -> int64_t { return r & 0x7f00007f; }},
    {"two gaps",
     [](uint64_t r, int64_t, int64_t) -> int64_t { return r & 0x60060006; }},
    {"popular rows first",
     [](uint64_t r, int64_t, int64_t) -> int64_t {
       return std::exp(std::log(1e6) * double(r >> 11) * 0x1p-53) - 1;
     }},
    {"a hot row",
     [](uint64_t r, int64_t, int64_t) -> int64_t {
       return (r >> 32) % 2 ? 333333 : r % 1000000;
     }},
    {"ascending",
     [](uint64_t, int64_t i, int64_t) -> int64_t { return i * 3; }},
    {"ascending, many equal",
     [](uint64_t, int64_t i, int64_t) -> int64_t { return i / 1000; }},
    {"descending",
     [](uint64_t, int64_t i, int64_t n) -> int64_t { return (n - i) / 2; }},
    {"ascending but for the last",
     [](uint64_t, int64_t i, int64_t n) -> int64_t {
       return i == n - 1 ? 0 : i + 1;
     }},
};

std::vector<int64_t> draw(const Distribution &distribution, int64_t n) {
  std::mt19937_64 random(n);
  std::vector<int64_t> indices(n);
  for (int64_t i = 0; i < n; ++i)
    indices[i] = distribution.draw(random(), i, n);
  return indices;
}

class GroupProperty : public testing::TestWithParam<int32_t> {
protected:
  void SetUp() override { embContextSetNumThreads(context, GetParam()); }
  TestContext context;
};

} // namespace

TEST_P(GroupProperty, AnyDistributionOfAnySize) {
  for (int64_t n : {0, 1, 2, 3, 24, 25, 300, 1025, 2047, 2048, 5000, 16383,
                    16384, 65535, 65536, 100003})
    for (const Distribution &distribution : kDistributions) {
      std::vector<int64_t> indices = draw(distribution, n);
      std::vector<int32_t> narrow(indices.begin(), indices.end());
      Grouping expected = groupBySorting(indices, count(n));
      Descriptor wideSource(indices), narrowSource(narrow);
      EXPECT_EQ(group<int32_t>(context, {wideSource.asSource()}, n), expected)
          << distribution.name << " " << n;
      EXPECT_EQ(group<int64_t>(context, {narrowSource.asSource()}, n), expected)
          << distribution.name << " " << n;
    }
}

TEST_P(GroupProperty, OutputsOfMixedTypes) {
  for (int64_t bound : {int64_t(100), int64_t(1) << 20, int64_t(1) << 31}) {
    std::vector<int64_t> indices = makeRandom(40000, bound, bound);
    Grouping expected = groupBySorting(indices, count(40000));
    Descriptor source(indices);
    std::vector<EmbIndexSource> sources = {source.asSource()};
    EXPECT_EQ((groupAs<int64_t, int32_t, int32_t>(context, sources, 40000)),
              expected);
    EXPECT_EQ((groupAs<int32_t, int64_t, int32_t>(context, sources, 40000)),
              expected);
    EXPECT_EQ((groupAs<int32_t, int32_t, int64_t>(context, sources, 40000)),
              expected);
  }
}

TEST_P(GroupProperty, LargeIndices) {
  for (int64_t n : {30, 5000, 70000})
    for (int bits : {33, 40, 45, 46, 47, 48, 49, 50, 55, 62, 63}) {
      std::vector<int64_t> indices(n);
      std::mt19937_64 random(bits);
      for (int64_t &index : indices)
        index = random() >> (64 - bits);
      indices[n / 2] = indices[3];
      indices[n - 1] = indices[3];
      indices[5] = int64_t((uint64_t(1) << bits) - 1);
      Descriptor source(indices);
      EXPECT_EQ(group<int64_t>(context, {source.asSource()}, n),
                groupBySorting(indices, count(n)))
          << n << " indices of " << bits << " bits";
      EXPECT_EQ(group<int64_t>(context, {source.asSource(indices[3])}, n),
                groupBySorting(indices, count(n), indices[3]))
          << n << " indices of " << bits << " bits, padding";
    }
}

TEST_P(GroupProperty, Padding) {
  for (int64_t n : {1, 2, 40, 5000, 70000})
    for (const Distribution &distribution : kDistributions) {
      std::vector<int64_t> indices = draw(distribution, n);
      std::mt19937_64 random(1);
      int64_t padding = indices[n / 2];
      // A third is padding, as at the ends of short sentences.
      for (int64_t &index : indices)
        if (random() % 3 == 0)
          index = padding;
      Descriptor source(indices);
      EXPECT_EQ(group<int32_t>(context, {source.asSource(padding)}, n),
                groupBySorting(indices, count(n), padding))
          << distribution.name << " " << n;
    }
}

TEST_P(GroupProperty, SortedButForPadding) {
  int64_t n = 200000;
  std::vector<int64_t> indices(n);
  for (int64_t i = 0; i < n; ++i)
    indices[i] = i % 7 == 3 ? 9 : 10 + i / 100;
  // Whole parts of the work hold nothing else.
  std::fill(indices.begin() + 30000, indices.begin() + 150000, 9);
  Descriptor source(indices);
  EXPECT_EQ(group<int32_t>(context, {source.asSource(9)}, n),
            groupBySorting(indices, count(n), 9));
  std::fill(indices.begin(), indices.begin() + 150000, 9);
  EXPECT_EQ(group<int32_t>(context, {source.asSource(9)}, n),
            groupBySorting(indices, count(n), 9));
}

TEST_P(GroupProperty, SeveralSourcesOfAnyShape) {
  std::vector<int64_t> data = makeRandom(120000, 50000, 11);
  std::vector<int32_t> narrow(data.begin(), data.end());
  // [100, 50, 4] with gaps between rows, [20000] backwards, a transposed
  // matrix, one element, nothing.
  Descriptor cube(data.data(), 5, {100, 50, 4}, {1000, 4, 1});
  Descriptor backwards(narrow.data(), 19999, {20000}, {-1});
  Descriptor transposed(data.data(), 0, {300, 70}, {1, 300});
  Descriptor scalar(narrow.data(), 3, {}, {});
  Descriptor none(data.data(), 0, {7, 0, 3}, {1, 1, 1});
  std::vector<int64_t> all;
  for (int64_t i = 0; i < 100; ++i)
    for (int64_t k = 0; k < 200; ++k)
      all.push_back(data[5 + 1000 * i + k]);
  for (int64_t i = 0; i < 20000; ++i)
    all.push_back(data[19999 - i]);
  for (int64_t i = 0; i < 300; ++i)
    for (int64_t k = 0; k < 70; ++k)
      all.push_back(data[i + 300 * k]);
  all.push_back(data[3]);
  int64_t n = all.size();
  EXPECT_EQ(
      group<int32_t>(context,
                     {cube.asSource(), none.asSource(), backwards.asSource(),
                      transposed.asSource(), scalar.asSource()},
                     n),
      groupBySorting(all, count(n)));
}

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

TEST_P(GroupProperty, PositionsAreRows) {
  for (int64_t length : {1, 3, 20, 300})
    for (int64_t bound : {int64_t(50), int64_t(100000), int64_t(1) << 45})
      for (int64_t n : {length, 60 * length, 90000 / length * length}) {
        std::vector<int64_t> indices = makeRandom(n, bound, length);
        std::vector<int64_t> rows(n);
        for (int64_t i = 0; i < n; ++i)
          rows[i] = i / length;
        int64_t padding = indices[n / 3];
        Descriptor matrix(indices.data(), 0, {n / length, length}, {length, 1});
        Descriptor cube(indices.data(), 0, {n / length, 1, length},
                        {length, 17, 1});
        EXPECT_EQ(group<int64_t>(context, {matrix.asRows()}, n),
                  groupBySorting(indices, rows));
        EXPECT_EQ(group<int64_t>(context, {cube.asRows(padding)}, n),
                  groupBySorting(indices, rows, padding));
      }
}

TEST_P(GroupProperty, PositionsAreRowsOfViews) {
  std::vector<int64_t> data = makeRandom(100000, 5000, 2);
  // [900, 10, 2] with gaps everywhere.
  Descriptor view(data.data(), 7, {900, 10, 2}, {100, 5, 2});
  std::vector<int64_t> indices, rows;
  for (int64_t i = 0; i < 900; ++i)
    for (int64_t j = 0; j < 10; ++j)
      for (int64_t k = 0; k < 2; ++k) {
        indices.push_back(data[7 + 100 * i + 5 * j + 2 * k]);
        rows.push_back(i);
      }
  EXPECT_EQ(group<int32_t>(context, {view.asRows()}, 18000),
            groupBySorting(indices, rows));
}

TEST_P(GroupProperty, RowsOfSortedIndices) {
  std::vector<int64_t> indices(80000), rows(80000);
  for (int64_t i = 0; i < 80000; ++i) {
    indices[i] = i / 30;
    rows[i] = i / 8;
  }
  Descriptor matrix(indices.data(), 0, {10000, 8}, {8, 1});
  EXPECT_EQ(group<int32_t>(context, {matrix.asRows()}, 80000),
            groupBySorting(indices, rows));
}

TEST_P(GroupProperty, PositionsAreBags) {
  for (int64_t bound : {int64_t(50), int64_t(100000), int64_t(1) << 45})
    for (int64_t n : {1, 5, 3000, 90000}) {
      std::vector<int64_t> indices = makeRandom(n, bound, n);
      int64_t padding = indices[n / 3];
      // Bags of 0 to 40, several empty ones in a row, also first and last.
      std::mt19937_64 random(n);
      std::vector<int64_t> offsets = {0, 0, 0}, bags;
      while (offsets.back() < n) {
        int64_t size = random() % 4 ? random() % 41 : 0;
        offsets.push_back(std::min<int64_t>(n, offsets.back() + size));
      }
      offsets.push_back(n);
      for (size_t bag = 0; bag + 1 < offsets.size(); ++bag)
        bags.insert(bags.end(), offsets[bag + 1] - offsets[bag], bag);
      std::vector<int32_t> narrow(offsets.begin(), offsets.end());
      std::vector<int64_t> apart(2 * offsets.size(), -9);
      for (size_t bag = 0; bag < offsets.size(); ++bag)
        apart[2 * bag] = offsets[bag];
      Descriptor source(indices), narrowOffsets(narrow);
      Descriptor apartOffsets(apart.data(), 0,
                              {static_cast<int64_t>(offsets.size())}, {2});
      EXPECT_EQ(group<int64_t>(context, {source.asBags(narrowOffsets)}, n).rows,
                group<int64_t>(context, {source.asSource()}, n).rows);
      EXPECT_EQ(group<int64_t>(context, {source.asBags(narrowOffsets)}, n),
                groupBySorting(indices, bags));
      EXPECT_EQ(
          group<int64_t>(context, {source.asBags(apartOffsets, padding)}, n),
          groupBySorting(indices, bags, padding));
    }
}

TEST_P(GroupProperty, TheLastBagRunsToTheEnd) {
  std::vector<int64_t> indices = {4, 1, 4, 9, 1, 4, 0};
  std::vector<int64_t> offsets = {0, 2, 3};
  Descriptor source(indices), bags(offsets);
  EXPECT_EQ(group<int32_t>(context, {source.asBags(bags)}, 7),
            groupBySorting(indices, {0, 0, 1, 2, 2, 2, 2}));
  std::vector<int64_t> one = {0}, none;
  Descriptor oneBag(one), noBags(none), noIndices(none);
  EXPECT_EQ(group<int32_t>(context, {source.asBags(oneBag)}, 7),
            groupBySorting(indices, {0, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(group<int32_t>(context, {noIndices.asBags(noBags)}, 0),
            (Grouping{{}, {0}, {}}));
}

// More threads than cores, and numbers that divide nothing.
INSTANTIATE_TEST_SUITE_P(Threads, GroupProperty, testing::Values(1, 2, 3, 4));
