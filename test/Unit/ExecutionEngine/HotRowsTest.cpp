//===- HotRowsTest.cpp - Sums of rows with many occurrences ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order in which the occurrences of a row are summed (docs/semantics.md,
// source), bit for bit, for any number of threads.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <random>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

static constexpr int64_t kBlock = 1024;

namespace {

/// One source of gradients and what it is looked up with.
struct Source {
  std::vector<int64_t> rows;   ///< Of each occurrence.
  std::vector<int64_t> map;    ///< A row of `gradient` for each occurrence.
  std::vector<float> scale;    ///< Of each occurrence.
  std::vector<float> gradient; ///< numBags x width.
};

class HotRows : public testing::Test {
protected:
  static constexpr int64_t kBags = 700;

  /// Row r occurs counts[r] times, its occurrences spread over those of others.
  Source draw(const std::vector<int64_t> &counts) {
    Source source;
    for (size_t row = 0; row < counts.size(); ++row)
      source.rows.insert(source.rows.end(), counts[row], row);
    std::shuffle(source.rows.begin(), source.rows.end(), random);
    // Of sizes so different that the order of a sum shows in its bits.
    auto number = [&] {
      return std::ldexp(float(int(random() % 4001) - 2000),
                        int(random() % 24) - 12);
    };
    for (size_t k = 0; k < source.rows.size(); ++k) {
      source.map.push_back(random() % kBags);
      source.scale.push_back(number());
    }
    for (int64_t i = 0; i < kBags * width; ++i)
      source.gradient.push_back(number());
    return source;
  }

  /// Makes the terms of each row cancel, but for one where their number is odd:
  /// what is left is what rounding left, in f64 too.
  void cancel(Source &source) {
    std::map<int64_t, std::vector<size_t>> occurrences;
    for (auto [k, row] : llvm::enumerate(source.rows))
      occurrences[row].push_back(k);
    for (auto &[row, places] : occurrences) {
      std::shuffle(places.begin(), places.end(), random);
      for (size_t i = 0; i + 1 < places.size(); i += 2) {
        source.map[places[i + 1]] = source.map[places[i]];
        source.scale[places[i + 1]] = -source.scale[places[i]];
      }
    }
  }

  float getTerm(const Source &source, int64_t k, int64_t column) const {
    return source.scale[k] * source.gradient[source.map[k] * width + column];
  }

  /// The sums of each row, in blocks of `block`, the sums of which are added in
  /// ascending order, or in descending order.
  template <typename Sum>
  std::vector<float> sum(llvm::ArrayRef<Source> sources, int64_t numRows,
                         int64_t block = kBlock,
                         bool descending = false) const {
    std::vector<float> sums;
    for (int64_t row = 0; row < numRows; ++row)
      for (int64_t column = 0; column < width; ++column) {
        std::vector<Sum> parts;
        int64_t count = 0;
        for (const Source &source : sources)
          for (size_t k = 0; k < source.rows.size(); ++k) {
            if (source.rows[k] != row)
              continue;
            if (count++ % block == 0)
              parts.push_back(0);
            parts.back() += Sum(getTerm(source, k, column));
          }
        if (descending)
          std::reverse(parts.begin(), parts.end());
        sums.push_back(
            float(std::accumulate(parts.begin(), parts.end(), Sum(0))));
      }
    return sums;
  }

  /// What the function, one of those below, makes of a table of zeros.
  std::vector<float> run(llvm::StringRef body, std::vector<Source> sources,
                         int64_t numRows, int threads) {
    std::string d = std::to_string(width),
                text = "func.func @f(%w: tensor<?x" + d + "xf32>";
    for (size_t i = 0; i < sources.size(); ++i) {
      std::string n = std::to_string(i);
      text += ", %i" + n + ": tensor<?xi64>, %m" + n + ": tensor<?xi64>, %s" +
              n + ": tensor<?xf32>, %g" + n + ": tensor<?x" + d + "xf32>";
    }
    text += ") -> tensor<?x" + d + "xf32> {\n" + body.str() +
            "return %r : tensor<?x" + d + "xf32>\n}\n";
    for (size_t at; (at = text.find("%D")) != std::string::npos;)
      text.replace(at, 2, d);
    CompiledFunction function = compileFunction(text, threads);
    std::vector<float> table(numRows * width);
    std::vector<RuntimeValue> arguments = {
        TensorRef(table.data(), {numRows, width})};
    for (Source &source : sources) {
      auto n = int64_t(source.rows.size());
      arguments.push_back(TensorRef(source.rows.data(), {n}));
      arguments.push_back(TensorRef(source.map.data(), {n}));
      arguments.push_back(TensorRef(source.scale.data(), {n}));
      arguments.push_back(TensorRef(source.gradient.data(), {kBags, width}));
    }
    auto results = function.call(arguments);
    EXPECT_TRUE(static_cast<bool>(results))
        << llvm::toString(results.takeError());
    Tensor copy = llvm::cantFail(Tensor::copyOf((*results)[0].getTensor()));
    llvm::ArrayRef<float> elements = copy.elements<float>();
    return {elements.begin(), elements.begin() + numRows * width};
  }

  /// Compares with the reference, with one to four threads.
  void check(llvm::StringRef body, std::vector<Source> sources,
             int64_t numRows) {
    bool isWide = sources.size() > 1;
    auto want =
        isWide ? sum<double>(sources, numRows) : sum<float>(sources, numRows);
    for (int threads = 1; threads <= 4; ++threads) {
      std::vector<float> got = run(body, sources, numRows, threads);
      for (int64_t i = 0; i < numRows * width; ++i)
        ASSERT_EQ(llvm::bit_cast<uint32_t>(got[i]),
                  llvm::bit_cast<uint32_t>(want[i]))
            << threads << " threads, row " << i / width << " column "
            << i % width << ": " << got[i] << ", want " << want[i];
    }
  }

  std::mt19937 random{7};
  int64_t width = 20;
};

} // namespace

static const char kTouched[] = R"mlir(
%r = emb.update touched(%w : tensor<?x%Dxf32>)
    sources[%i0 : tensor<?xi64> -> %g0 : tensor<?x%Dxf32>
            map %m0 : tensor<?xi64> scale %s0 : tensor<?xf32>] {
^bb0(%x: f32, %d: f32):
  emb.yield %d : f32
}
)mlir";

static const char kAll[] = R"mlir(
%r = emb.update all(%w : tensor<?x%Dxf32>)
    sources[%i0 : tensor<?xi64> -> %g0 : tensor<?x%Dxf32>
            map %m0 : tensor<?xi64> scale %s0 : tensor<?xf32>] {
^bb0(%x: f32, %d: f32):
  emb.yield %d : f32
}
)mlir";

static const char kTwo[] = R"mlir(
%r = emb.update touched(%w : tensor<?x%Dxf32>)
    sources[%i0 : tensor<?xi64> -> %g0 : tensor<?x%Dxf32>
            map %m0 : tensor<?xi64> scale %s0 : tensor<?xf32>,
            %i1 : tensor<?xi64> -> %g1 : tensor<?x%Dxf32>
            map %m1 : tensor<?xi64> scale %s1 : tensor<?xf32>] {
^bb0(%x: f32, %d: f32):
  emb.yield %d : f32
}
)mlir";

static const char kCoalesce[] = R"mlir(
%rows, %bounds, %positions, %count = emb.group(%i0 : tensor<?xi64>)
    -> tensor<?xi64>, tensor<?xi64>, tensor<?xi64>
%r = emb.coalesce sources[%i0 : tensor<?xi64> -> %g0 : tensor<?x%Dxf32>
                          map %m0 : tensor<?xi64> scale %s0 : tensor<?xf32>]
    group(%rows, %bounds, %positions, %count
          : tensor<?xi64>, tensor<?xi64>, tensor<?xi64>, index)
    -> tensor<?x%Dxf32>
)mlir";

TEST_F(HotRows, TheOrderShows) {
  Source source = draw({5000});
  EXPECT_NE(sum<float>(source, 1), sum<float>(source, 1, 5000));
  EXPECT_NE(sum<float>(source, 1), sum<float>(source, 1, kBlock - 1));
}

TEST_F(HotRows, OneRow) {
  for (int64_t count : {1, 1023, 1024, 1025, 2047, 2048, 2049, 5000}) {
    SCOPED_TRACE(count);
    check(kTouched, {draw({count})}, 1);
  }
}

TEST_F(HotRows, BetweenOthers) {
  check(kTouched, {draw({3, 1025, 1, 0, 7, 2048, 400, 1024, 5000, 2})}, 10);
}

TEST_F(HotRows, InNeighbouringWindows) {
  check(kTouched, {draw({1500, 1500, 3000, 1100, 1100})}, 5);
}

TEST_F(HotRows, FromTheLastPositionOfAWindow) {
  check(kTouched, {draw({1023, 5000, 3})}, 3);
  check(kTouched, {draw({1000, 23, 1025, 1})}, 4);
}

TEST_F(HotRows, FromTheFirstPositionOfAWindow) {
  check(kTouched, {draw({1024, 5000, 3})}, 3);
  check(kTouched, {draw({2048, 1024, 1025})}, 3);
}

TEST_F(HotRows, OfAnyWidth) {
  for (int64_t d : {1, 16, 50, 400, 800}) {
    SCOPED_TRACE(d);
    width = d;
    check(kTouched, {draw({5, 3000, 9})}, 3);
  }
}

TEST_F(HotRows, WhereAllRowsAreVisited) {
  check(kAll, {draw({0, 3, 2500, 0, 1024, 1025, 0})}, 7);
}

TEST_F(HotRows, OfSeveralSources) {
  check(kTwo, {draw({700, 2, 3000, 0}), draw({700, 5, 1, 1025})}, 4);
}

/// Sums of f32 are exact in f64 unless they are of very different sizes, and
/// the order of blocks is seen only where large ones cancel.
TEST_F(HotRows, OfSeveralSourcesThatCancel) {
  std::vector<Source> sources = {draw({700, 2, 4000, 0, 1100}),
                                 draw({701, 5, 2051, 1025, 1000})};
  for (Source &source : sources)
    cancel(source);
  std::vector<float> want = sum<double>(sources, 5);
  for (int64_t row : {0, 2, 4}) {
    SCOPED_TRACE(row);
    auto isSeen = [&](const std::vector<float> &other) {
      return !std::equal(other.begin() + row * width,
                         other.begin() + (row + 1) * width,
                         want.begin() + row * width);
    };
    EXPECT_TRUE(isSeen(sum<double>(sources, 5, 100000)));
    EXPECT_TRUE(isSeen(sum<double>(sources, 5, kBlock - 1)));
    EXPECT_TRUE(row != 2 || isSeen(sum<double>(sources, 5, kBlock, true)));
  }
  check(kTwo, sources, 5);
}

TEST_F(HotRows, Coalesced) { check(kCoalesce, {draw({4, 3000, 1025, 1})}, 4); }
