//===- ForwardTest.cpp - Gathers, bags and checks of indices --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Gathers and bags of all widths against plain loops, bit for bit: widths
// below, at and above those of vectors and tiles. In front of, between and
// behind the indices lie numbers that no table has a row for.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include "llvm/ADT/bit.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

namespace {

enum class Layout { Matrix, Ragged, IncludeLast };

/// A bag operation.
struct Case {
  Layout layout;
  const char *mode;
  bool isWeighted = false, hasPadding = false, hasWinners = false;
};

/// What a bag, or a gather (without winners), makes.
struct Pooled {
  std::vector<float> values;
  std::vector<int64_t> winners;
};

class Forward : public testing::TestWithParam<int64_t> {
protected:
  static constexpr int64_t kRows = 37, kBags = 23, kLength = 7, kGap = 3;
  static constexpr int64_t kPadding = 5;

  Forward() {
    table = drawNumbers(kRows * width);
    for (int64_t bag = 0; bag < kBags; ++bag) {
      offsets.push_back(ragged.size());
      for (int64_t n = bag == 3 ? 0 : random() % 13; n > 0; --n)
        ragged.push_back(drawRow());
    }
    offsets.push_back(ragged.size());
    for (int64_t i = 0; i < kBags * kLength; ++i)
      matrix.push_back(drawRow());
    weights = drawNumbers(std::max(ragged.size(), matrix.size()));
  }

  int64_t drawRow() {
    return random() % 4 ? int64_t(random() % kRows) : kPadding;
  }
  /// Of sizes so different that the order of a sum shows in its bits.
  std::vector<float> drawNumbers(int64_t count) {
    std::vector<float> numbers(count);
    for (float &number : numbers)
      number = std::ldexp(float(int(random() % 4001) - 2000),
                          int(random() % 24) - 12);
    return numbers;
  }

  /// The indices of a matrix with `gap` elements after each of its rows.
  TensorRef getMatrix(int64_t gap) {
    int64_t stride = kLength + gap;
    spread.assign(kBags * stride, kRows + 1000);
    for (int64_t i = 0; i < kBags * kLength; ++i)
      spread[i / kLength * stride + i % kLength] = matrix[i];
    return TensorRef(spread.data(), DType::I64, {kBags, kLength}, {stride, 1});
  }

  static std::string getText(const Case &bag, int64_t width);
  Pooled pool(const Case &bag) const;
  void check(const Case &bag, const CompiledFunction &function, int64_t gap);
  void expectSame(llvm::ArrayRef<float> got, llvm::ArrayRef<float> want) const;

  std::mt19937 random{11};
  int64_t width = GetParam();
  std::vector<float> table, weights;
  std::vector<int64_t> offsets, ragged, matrix, spread;
};

/// All that a bag can be.
const std::vector<Case> &getCases() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> all;
    for (Layout layout : {Layout::Matrix, Layout::Ragged, Layout::IncludeLast})
      for (bool padding : {false, true}) {
        all.push_back({layout, "sum", false, padding, false});
        all.push_back({layout, "sum", true, padding, false});
        all.push_back({layout, "mean", false, padding, false});
        all.push_back({layout, "max", false, padding, false});
        all.push_back({layout, "max", false, padding, true});
      }
    return all;
  }();
  return cases;
}

} // namespace

/// The function @f of a bag.
std::string Forward::getText(const Case &bag, int64_t width) {
  bool isMatrix = bag.layout == Layout::Matrix;
  std::string row = "x" + std::to_string(width) + "xf32>",
              shape = isMatrix ? "?x?" : "?", results = "tensor<?" + row,
              ids = "tensor<" + shape + "xi64>",
              scale = "tensor<" + shape + "xf32>", attributes;
  if (bag.hasWinners)
    results += ", tensor<?x" + std::to_string(width) + "xi64>";
  std::string text = "func.func @f(%t: tensor<?" + row + ", %i: " + ids +
                     ", %o: tensor<?xi64>, %w: " + scale + ") -> (" + results +
                     ") {\n  %r" + (bag.hasWinners ? ":2" : "") +
                     " = emb.bag " + bag.mode + " %t[%i]";
  if (!isMatrix)
    text += " offsets(%o : tensor<?xi64>)";
  if (bag.isWeighted)
    text += " weights(%w : " + scale + ")";
  if (bag.hasPadding)
    attributes = "padding_idx = " + std::to_string(kPadding);
  if (bag.layout == Layout::IncludeLast)
    attributes +=
        (bag.hasPadding ? ", " : "") + std::string("include_last_offset");
  text += " {" + attributes + "} : tensor<?" + row + ", " + ids + " -> " +
          results + "\n  return " + (bag.hasWinners ? "%r#0, %r#1" : "%r") +
          " : " + results + "\n}\n";
  return text;
}

/// What the operation says, in plain loops.
Pooled Forward::pool(const Case &bag) const {
  bool isMatrix = bag.layout == Layout::Matrix, isMax = bag.mode[1] == 'a';
  const std::vector<int64_t> &ids = isMatrix ? matrix : ragged;
  Pooled result;
  for (int64_t b = 0; b < kBags; ++b)
    for (int64_t d = 0; d < width; ++d) {
      float value = 0;
      int64_t count = 0, winner = -1;
      int64_t begin = isMatrix ? b * kLength : offsets[b];
      int64_t end = isMatrix ? begin + kLength : offsets[b + 1];
      for (int64_t k = begin; k < end; ++k) {
        if (bag.hasPadding && ids[k] == kPadding)
          continue;
        float x = table[ids[k] * width + d] * (bag.isWeighted ? weights[k] : 1);
        ++count;
        if (!isMax)
          value += x;
        else if (count == 1 || x > value)
          value = x, winner = k;
      }
      bool isMean = bag.mode[1] == 'e';
      result.values.push_back(isMean && count ? value / float(count) : value);
      result.winners.push_back(winner);
    }
  return result;
}

void Forward::expectSame(llvm::ArrayRef<float> got,
                         llvm::ArrayRef<float> want) const {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < want.size(); ++i)
    ASSERT_EQ(llvm::bit_cast<uint32_t>(got[i]),
              llvm::bit_cast<uint32_t>(want[i]))
        << "row " << i / width << " column " << i % width << ": " << got[i]
        << ", want " << want[i];
}

void Forward::check(const Case &bag, const CompiledFunction &function,
                    int64_t gap) {
  bool isMatrix = bag.layout == Layout::Matrix;
  auto count = int64_t(isMatrix ? matrix.size() : ragged.size());
  Shape shape = isMatrix ? Shape{kBags, kLength} : Shape{count};
  TensorRef ids = isMatrix ? getMatrix(gap) : TensorRef(ragged.data(), shape);
  int64_t numOffsets = kBags + (bag.layout == Layout::IncludeLast);
  ASSERT_OK(results,
            function.call({TensorRef(table.data(), {kRows, width}), ids,
                           TensorRef(offsets.data(), {numOffsets}),
                           TensorRef(weights.data(), shape)}));
  Pooled want = pool(bag);
  Tensor values = llvm::cantFail(Tensor::copyOf(results[0].getTensor()));
  expectSame(values.elements<float>(), want.values);
  if (!bag.hasWinners)
    return;
  Tensor winners = llvm::cantFail(Tensor::copyOf(results[1].getTensor()));
  EXPECT_EQ(winners.elements<int64_t>(), llvm::ArrayRef(want.winners));
}

TEST_P(Forward, Bags) {
  for (const Case &bag : getCases()) {
    std::string text = getText(bag, width);
    SCOPED_TRACE(text);
    CompiledFunction function = compileFunction(text, 2, /*optLevel=*/3);
    check(bag, function, 0);
    if (bag.layout == Layout::Matrix)
      check(bag, function, kGap);
  }
}

TEST_P(Forward, Gathers) {
  std::string row = "x" + std::to_string(width) + "xf32>";
  std::string text = "func.func @f(%t: tensor<?" + row +
                     ", %i: tensor<?x?xi64>) -> tensor<?x?" + row +
                     " {\n  %r = emb.gather %t[%i] : tensor<?" + row +
                     ", tensor<?x?xi64> -> tensor<?x?" + row +
                     "\n  return %r : tensor<?x?" + row + "\n}\n";
  CompiledFunction function = compileFunction(text, 2, /*optLevel=*/3);
  std::vector<float> want;
  for (int64_t id : matrix)
    want.insert(want.end(), table.begin() + id * width,
                table.begin() + (id + 1) * width);
  for (int64_t gap : {int64_t(0), kGap}) {
    SCOPED_TRACE(gap);
    ASSERT_OK(results, function.call({TensorRef(table.data(), {kRows, width}),
                                      getMatrix(gap)}));
    Tensor values = llvm::cantFail(Tensor::copyOf(results[0].getTensor()));
    expectSame(values.elements<float>(), want);
  }
}

INSTANTIATE_TEST_SUITE_P(Widths, Forward,
                         testing::Values(1, 15, 16, 17, 50, 63, 64, 128, 300,
                                         768, 2049));

//===- Gathers that write past the cache ----------------------------------===//

/// The result is larger than 64 MiB; `shift` elements after a line of the cache
/// the first row begins, with `gap` elements behind each.
static void checkStreaming(int64_t width, int64_t shift, int64_t gap) {
  SCOPED_TRACE(testing::Message()
               << "width " << width << ", shift " << shift << ", gap " << gap);
  const int64_t rows = 100, count = (int64_t(65) << 20) / (4 * width) + 5;
  std::string row = "x" + std::to_string(width) + "xf32>";
  std::string text = "func.func @f(%t: tensor<?" + row +
                     ", %i: tensor<?xi32>, %o: tensor<?" + row +
                     ") -> tensor<?" + row +
                     " {\n  %r = emb.gather %t[%i] outs(%o : tensor<?" + row +
                     ") : tensor<?" + row + ", tensor<?xi32> -> tensor<?" +
                     row + "\n  return %r : tensor<?" + row + "\n}\n";
  CompiledFunction function = compileFunction(text, 2, /*optLevel=*/3);

  std::vector<float> table(rows * width);
  for (size_t i = 0; i < table.size(); ++i)
    table[i] = i;
  std::mt19937 random(5);
  std::vector<int32_t> ids(count);
  for (int32_t &id : ids)
    id = random() % rows;
  const int64_t stride = width + gap, size = count * stride + 64;
  std::unique_ptr<float, decltype(&std::free)> memory(
      static_cast<float *>(std::aligned_alloc(64, (size * 4 + 63) / 64 * 64)),
      std::free);
  std::fill_n(memory.get(), size, -1.0f);
  TensorRef result(memory.get() + shift, DType::F32, {count, width},
                   {stride, 1});
  ASSERT_OK(results, function.call({TensorRef(table.data(), {rows, width}),
                                    TensorRef(ids.data(), {count}), result}));
  EXPECT_EQ(results[0].getTensor().data, result.data);
  std::vector<float> want(size, -1.0f);
  for (int64_t k = 0; k < count; ++k)
    std::copy_n(&table[ids[k] * width], width, &want[shift + k * stride]);
  for (int64_t i = 0; i < size; ++i)
    ASSERT_EQ(memory.get()[i], want[i]) << i;
}

TEST(StreamingGather, AlignedRows) {
  checkStreaming(16, 0, 0);
  checkStreaming(64, 16, 0);
  checkStreaming(64, 0, 16);
}
TEST(StreamingGather, RowsBetweenLines) {
  checkStreaming(16, 1, 0);
  checkStreaming(64, 0, 1);
  checkStreaming(64, 3, 13);
}
TEST(StreamingGather, RowsThatAreNoLines) {
  checkStreaming(50, 0, 0);
  checkStreaming(63, 0, 0);
  checkStreaming(63, 1, 17);
}

//===- Checks of indices --------------------------------------------------===//

namespace {

/// A step that adds to a table of 100 rows; its indices are `T`.
template <typename T> class IndexChecks : public testing::Test {
protected:
  static constexpr int64_t kRows = 100;

  static CompiledFunction compile(int threads, bool isMatrix) {
    std::string shape = isMatrix ? "?x?x" : "?x",
                ids = "tensor<" + shape + (sizeof(T) == 4 ? "i32>" : "i64>"),
                text = "func.func @f(%t: tensor<?x2xf32>, %i: " + ids +
                       ", %g: tensor<" + shape +
                       "2xf32>) -> tensor<?x2xf32> {\n"
                       "  %r = emb.scatter_add %g[%i] into %t : tensor<" +
                       shape + "2xf32>, " + ids +
                       ", tensor<?x2xf32>\n  return %r : "
                       "tensor<?x2xf32>\n}\n";
    return compileFunction(text, threads, /*optLevel=*/3);
  }

  /// Indices that are right, the smallest and the largest among them.
  static std::vector<T> getIndices(int64_t count) {
    std::vector<T> ids(count);
    for (int64_t i = 0; i < count; ++i)
      ids[i] = i * 33 % kRows;
    return ids;
  }

  /// Expects that the call succeeds, and adds something.
  static void expectSucceeds(const CompiledFunction &function, TensorRef ids) {
    std::vector<float> table(kRows * 2);
    Shape shape(ids.shape);
    shape.push_back(2);
    std::vector<float> gradient(ids.getNumElements() * 2, 1);
    ASSERT_OK(results, function.call({TensorRef(table.data(), {kRows, 2}), ids,
                                      TensorRef(gradient.data(), shape)}));
    EXPECT_EQ(results[0].getTensor().data, table.data());
    EXPECT_EQ(table[0], float((ids.getNumElements() + kRows - 1) / kRows));
  }

  /// Expects that the call fails with this text and writes nothing.
  static void expectFails(const CompiledFunction &function, TensorRef ids,
                          const std::string &text) {
    std::vector<float> table(kRows * 2, 3);
    Shape shape(ids.shape);
    shape.push_back(2);
    std::vector<float> gradient(ids.getNumElements() * 2, 1);
    EXPECT_FAILS(function.call({TensorRef(table.data(), {kRows, 2}), ids,
                                TensorRef(gradient.data(), shape)}),
                 EMB_INVALID_INDEX, text);
    EXPECT_EQ(table, std::vector<float>(kRows * 2, 3));
  }

  static std::string getText(const std::string &position, int64_t value) {
    return "index out of range: position [" + position + "] has value " +
           std::to_string(value) + ", expected 0 <= index < 100";
  }
};

} // namespace

using IndexTypes = testing::Types<int32_t, int64_t>;
TYPED_TEST_SUITE(IndexChecks, IndexTypes);

TYPED_TEST(IndexChecks, TheFirstOfAVectorIsNamed) {
  constexpr auto least = std::numeric_limits<TypeParam>::min();
  constexpr auto most = std::numeric_limits<TypeParam>::max();
  for (int threads : {1, 2}) {
    CompiledFunction function = this->compile(threads, /*isMatrix=*/false);
    for (int64_t n : {1, 1023, 1024, 1025, 40000}) {
      std::vector<TypeParam> ids = this->getIndices(n);
      TensorRef view(ids.data(), {n});
      this->expectSucceeds(function, view);
      for (int64_t place : {int64_t(0), n / 2, n - 3, n - 2, n - 1})
        for (TypeParam bad : {TypeParam(-1), least, TypeParam(100), most}) {
          if (place < 0)
            continue;
          SCOPED_TRACE(testing::Message() << threads << " threads, " << place
                                          << " of " << n << " is " << bad);
          TypeParam good = std::exchange(ids[place], bad);
          this->expectFails(function, view,
                            this->getText(std::to_string(place), bad));
          // Others behind it change nothing.
          TypeParam end = std::exchange(ids[n - 1], place < n - 1 ? -7 : bad);
          this->expectFails(function, view,
                            this->getText(std::to_string(place), bad));
          ids[n - 1] = end;
          ids[place] = good;
        }
    }
  }
}

TYPED_TEST(IndexChecks, TheFirstOfAMatrixIsNamed) {
  for (int threads : {1, 2}) {
    CompiledFunction function = this->compile(threads, /*isMatrix=*/true);
    for (int64_t gap : {0, 5}) {
      constexpr int64_t rows = 205, columns = 195;
      std::vector<TypeParam> good = this->getIndices(rows * columns);
      std::vector<TypeParam> ids(rows * (columns + gap), -9);
      for (int64_t i = 0; i < rows * columns; ++i)
        ids[i / columns * (columns + gap) + i % columns] = good[i];
      TensorRef view(ids.data(), *dtypeOf<TypeParam>(), {rows, columns},
                     {columns + gap, 1});
      this->expectSucceeds(function, view);
      for (auto [r, c] : {std::pair<int64_t, int64_t>{0, 0},
                          {0, columns - 1},
                          {100, 0},
                          {100, 97},
                          {rows - 1, columns - 1}}) {
        TypeParam &id = ids[r * (columns + gap) + c];
        TypeParam before = std::exchange(id, 123);
        TypeParam &last = ids[(rows - 1) * (columns + gap) + columns - 1];
        TypeParam lastBefore = std::exchange(last, 123);
        this->expectFails(
            function, view,
            this->getText(std::to_string(r) + ", " + std::to_string(c), 123));
        last = lastBefore;
        id = before;
      }
    }
  }
}
