//===- CheckedBagTest.cpp - Bags that check their own indices -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bags of so many indices that their loop looks for those out of range itself,
// against plain loops, bit for bit, and against what the runtime's check says.
// Behind the last index memory ends: what is read there ends the test.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include "llvm/ADT/bit.h"

#include <array>
#include <map>
#include <random>
#include <sys/mman.h>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

namespace {

enum class Layout { Matrix, Ragged, IncludeLast };
constexpr Layout kLayouts[] = {Layout::Matrix, Layout::Ragged,
                               Layout::IncludeLast};

constexpr int64_t kWidth = 16, kPadding = 5;
/// Tables in a core's own cache, in the one that cores share, and outside.
constexpr int64_t kFewRows = 100, kCachedRows = 20000, kMostRows = 540000;

/// Elements at the end of memory.
template <typename T> class LastElements {
public:
  explicit LastElements(llvm::ArrayRef<T> from) {
    const size_t page = sysconf(_SC_PAGESIZE);
    const size_t bytes = (from.size() * sizeof(T) + page - 1) / page * page;
    size = bytes + page;
    memory = static_cast<char *>(mmap(nullptr, size, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_NE(memory, MAP_FAILED);
    EXPECT_EQ(mprotect(memory + bytes, page, PROT_NONE), 0);
    first = reinterpret_cast<T *>(memory + bytes) - from.size();
    std::copy(from.begin(), from.end(), first);
  }
  LastElements(const LastElements &) = delete;
  LastElements &operator=(const LastElements &) = delete;
  ~LastElements() { munmap(memory, size); }

  T *data() const { return first; }

private:
  char *memory;
  size_t size;
  T *first;
};

/// Bags, as a matrix or by offsets. Element i of the list is at `places[i]` of
/// `memory`, which has gaps between the rows of some matrices.
template <typename T> struct Lookups {
  Layout layout;
  Shape shape, strides;
  std::vector<T> memory, offsets;
  std::vector<int64_t> places, bounds;

  int64_t getCount() const { return places.size(); }
  int64_t getBags() const { return bounds.size() - 1; }
};

template <typename T> class CheckedBags : public testing::Test {
protected:
  /// Numbers of sizes so different that the order of a sum shows in its bits.
  static const std::vector<float> &getTable() {
    static const std::vector<float> table = [] {
      std::vector<float> numbers(kMostRows * kWidth);
      std::mt19937 random(3);
      for (float &number : numbers) {
        uint32_t bits = random();
        number = (float(bits & 0xfff) - 2048) * float(1 << (bits >> 28));
      }
      return numbers;
    }();
    return table;
  }

  /// The mean of rows, those of padding left out.
  Executable &getProgram(Layout layout) {
    std::unique_ptr<Executable> &program = programs[layout];
    if (program)
      return *program;
    std::string shape = layout == Layout::Matrix ? "?x?x" : "?x",
                type = sizeof(T) == 4 ? "i32>" : "i64>",
                ids = "tensor<" + shape + type, offsets = "tensor<?x" + type,
                text = "func.func @f(%t: tensor<?x16xf32>, %i: " + ids +
                       ", %o: " + offsets +
                       ") -> tensor<?x16xf32> {\n"
                       "  %r = emb.bag mean %t[%i]" +
                       (layout == Layout::Matrix
                            ? " {"
                            : " offsets(%o : " + offsets + ") {") +
                       (layout == Layout::IncludeLast ? "include_last_offset, "
                                                      : "") +
                       "padding_idx = 5} : tensor<?x16xf32>, " + ids +
                       " -> tensor<?x16xf32>\n"
                       "  return %r : tensor<?x16xf32>\n}\n";
    CompileOptions options;
    options.useCache = false;
    program = llvm::cantFail(compileString(text, options));
    return *program;
  }

  /// Rows that are right, the last one and padding among them.
  T drawRow(int64_t numRows) {
    switch (random() % 8) {
    case 0:
      return kPadding;
    case 1:
      return numRows - 1;
    default:
      return random() % numRows;
    }
  }

  /// `bad` fills the gaps: no table has such a row.
  Lookups<T> makeMatrix(int64_t numRows, int64_t bags, int64_t length,
                        int64_t gap, T bad = std::numeric_limits<T>::max()) {
    Lookups<T> lookups{
        Layout::Matrix, {bags, length}, {length + gap, 1}, {}, {}, {}, {0}};
    // The last row has no gap behind it.
    if (bags > 0)
      lookups.memory.assign(bags * (length + gap) - gap, bad);
    for (int64_t bag = 0; bag < bags; ++bag) {
      for (int64_t k = 0; k < length; ++k)
        lookups.places.push_back(bag * (length + gap) + k);
      lookups.bounds.push_back(lookups.getCount());
    }
    for (int64_t place : lookups.places)
      lookups.memory[place] = drawRow(numRows);
    return lookups;
  }

  Lookups<T> makeRagged(int64_t numRows, Layout layout,
                        llvm::ArrayRef<int64_t> lengths) {
    Lookups<T> lookups{layout, {}, {1}, {}, {}, {}, {0}};
    for (int64_t length : lengths) {
      for (int64_t k = 0; k < length; ++k) {
        lookups.places.push_back(lookups.getCount());
        lookups.memory.push_back(drawRow(numRows));
      }
      lookups.bounds.push_back(lookups.getCount());
    }
    lookups.shape = {lookups.getCount()};
    lookups.offsets.assign(lookups.bounds.begin(), lookups.bounds.end());
    if (layout == Layout::Ragged)
      lookups.offsets.pop_back();
    return lookups;
  }
  Lookups<T> make(int64_t numRows, Layout layout, int64_t bags,
                  int64_t length) {
    if (layout == Layout::Matrix)
      return makeMatrix(numRows, bags, length, /*gap=*/0);
    std::vector<int64_t> lengths(bags);
    for (int64_t bag = 0; bag < bags; bag += 2) {
      lengths[bag] = random() % (2 * length + 1);
      if (bag + 1 < bags)
        lengths[bag + 1] = 2 * length - lengths[bag];
    }
    return makeRagged(numRows, layout, lengths);
  }

  llvm::Expected<std::vector<float>> call(int threads, int64_t numRows,
                                          const Lookups<T> &lookups) {
    Executable &program = getProgram(lookups.layout);
    program.setThreads(threads);
    CompiledFunction function = llvm::cantFail(program.lookup("f"));
    LastElements<T> ids(lookups.memory);
    int64_t numOffsets = lookups.offsets.size();
    auto results = function.call(
        {TensorRef(const_cast<float *>(getTable().data()), {numRows, kWidth}),
         TensorRef(ids.data(), *dtypeOf<T>(), lookups.shape, lookups.strides),
         TensorRef(const_cast<T *>(lookups.offsets.data()), {numOffsets})});
    if (!results)
      return results.takeError();
    Tensor values = llvm::cantFail(Tensor::copyOf((*results)[0].getTensor()));
    return values.elements<float>().vec();
  }

  /// What the operation says, in plain loops.
  static std::vector<float> pool(const Lookups<T> &lookups) {
    std::vector<float> result;
    for (int64_t bag = 0; bag < lookups.getBags(); ++bag) {
      std::array<float, kWidth> sums{};
      int64_t count = 0;
      for (int64_t i = lookups.bounds[bag]; i < lookups.bounds[bag + 1]; ++i) {
        int64_t row = lookups.memory[lookups.places[i]];
        if (row == kPadding)
          continue;
        ++count;
        for (int64_t d = 0; d < kWidth; ++d)
          sums[d] += getTable()[row * kWidth + d];
      }
      for (float sum : sums)
        result.push_back(sum / float(std::max<int64_t>(count, 1)));
    }
    return result;
  }

  void expectSucceeds(int64_t numRows, const Lookups<T> &lookups) {
    std::vector<float> want = pool(lookups);
    for (int threads : {1, 2, 3, 4}) {
      SCOPED_TRACE(testing::Message() << threads << " threads");
      ASSERT_OK(got, call(threads, numRows, lookups));
      ASSERT_EQ(got.size(), want.size());
      for (size_t i = 0; i < want.size(); ++i)
        ASSERT_EQ(llvm::bit_cast<uint32_t>(got[i]),
                  llvm::bit_cast<uint32_t>(want[i]))
            << "bag " << i / kWidth << " column " << i % kWidth;
    }
  }

  /// The text names element `first` of the list.
  void expectFails(int64_t numRows, const Lookups<T> &lookups, int64_t first) {
    std::string position = std::to_string(first);
    if (lookups.layout == Layout::Matrix)
      position = std::to_string(first / lookups.shape[1]) + ", " +
                 std::to_string(first % lookups.shape[1]);
    const std::string want =
        "f: emb.bag: indices (argument 1): index out of range: position [" +
        position + "] has value " +
        std::to_string(lookups.memory[lookups.places[first]]) +
        ", expected 0 <= index < " + std::to_string(numRows);
    for (int threads : {1, 2, 3, 4}) {
      SCOPED_TRACE(testing::Message() << threads << " threads");
      llvm::Error error = takeError(call(threads, numRows, lookups));
      EXPECT_EQ(getStatus(error), EMB_INVALID_INDEX);
      EXPECT_EQ(llvm::toString(std::move(error)), want);
    }
  }

  std::map<Layout, std::unique_ptr<Executable>> programs;
  std::mt19937 random{17};
};

} // namespace

using IndexTypes = testing::Types<int32_t, int64_t>;
TYPED_TEST_SUITE(CheckedBags, IndexTypes);

TYPED_TEST(CheckedBags, TheBitsAreThoseOfPlainLoops) {
  for (int64_t numRows : {kFewRows, kCachedRows, kMostRows})
    for (Layout layout : kLayouts)
      for (auto [bags, length] : {std::pair<int64_t, int64_t>{1024, 1},
                                  {341, 3},
                                  {342, 3},
                                  {64, 47},
                                  {3, 1000},
                                  {1, 5000},
                                  {13511, 20}}) {
        SCOPED_TRACE(testing::Message()
                     << numRows << " rows, layout " << int(layout) << ", "
                     << bags << " x " << length);
        this->expectSucceeds(numRows,
                             this->make(numRows, layout, bags, length));
      }
}

TYPED_TEST(CheckedBags, GapsAreNotLookedAt) {
  constexpr auto most = std::numeric_limits<TypeParam>::max();
  for (int64_t numRows : {kFewRows, kMostRows})
    for (auto [bags, length] :
         {std::pair<int64_t, int64_t>{300, 7}, {20, 300}, {1, 2000}})
      for (TypeParam bad : {TypeParam(-1), most}) {
        SCOPED_TRACE(testing::Message() << numRows << " rows, " << bags << " x "
                                        << length << ", " << bad);
        auto lookups = this->makeMatrix(numRows, bags, length, 3, bad);
        this->expectSucceeds(numRows, lookups);
        // What is between the gaps is.
        for (int64_t i : {int64_t(0), bags * length / 2, bags * length - 1}) {
          TypeParam &id = lookups.memory[lookups.places[i]];
          TypeParam good = std::exchange(id, most);
          this->expectFails(numRows, lookups, i);
          id = good;
        }
      }
}

TYPED_TEST(CheckedBags, LookingAheadEndsWithTheList) {
  const std::vector<std::vector<int64_t>> lists = {
      {},         {0},        {0, 0, 0},          {1},
      {0, 3, 5},  {2000},     {0, 2000},          {2000, 0},
      {2000, 31}, {2000, 32}, {2000, 33},         {2000, 63},
      {2000, 64}, {2000, 65}, {2000, 0, 0, 1, 0}, {500, 0, 600, 0, 0, 700}};
  for (int64_t numRows : {kFewRows, kCachedRows, kMostRows})
    for (Layout layout : {Layout::Ragged, Layout::IncludeLast})
      for (const std::vector<int64_t> &lengths : lists) {
        SCOPED_TRACE(testing::Message()
                     << numRows << " rows, layout " << int(layout) << ", "
                     << lengths.size() << " bags");
        this->expectSucceeds(numRows,
                             this->makeRagged(numRows, layout, lengths));
      }
  for (auto [bags, length] : {std::pair<int64_t, int64_t>{0, 5},
                              {0, 0},
                              {1100, 0},
                              {40, 63},
                              {40, 64},
                              {40, 65}})
    this->expectSucceeds(kMostRows,
                         this->makeMatrix(kMostRows, bags, length, 0));
}

TYPED_TEST(CheckedBags, TheFirstOutOfRangeIsNamed) {
  constexpr auto least = std::numeric_limits<TypeParam>::min();
  constexpr auto most = std::numeric_limits<TypeParam>::max();
  for (Layout layout : kLayouts)
    for (auto [numRows, bags, length] :
         {std::array<int64_t, 3>{kFewRows, 512, 2},
          {kFewRows, 60, 51},
          {kMostRows, 2, 1001},
          {kCachedRows, 13511, 20}}) {
      auto lookups = this->make(numRows, layout, bags, length);
      int64_t n = lookups.getCount();
      auto id = [&](int64_t i) -> TypeParam & {
        return lookups.memory[lookups.places[i]];
      };
      for (int64_t i : {int64_t(0), n / 3, n / 2, n - 33, n - 1}) {
        // Padding around it, in its place too.
        TypeParam good = std::exchange(id(i), TypeParam(kPadding));
        this->expectSucceeds(numRows, lookups);
        for (TypeParam bad : {TypeParam(-1), least, TypeParam(numRows), most}) {
          SCOPED_TRACE(testing::Message()
                       << "layout " << int(layout) << ", " << numRows
                       << " rows, " << i << " of " << n << " is " << bad);
          id(i) = bad;
          this->expectFails(numRows, lookups, i);
          if (i == n - 1)
            continue;
          // Others behind it change nothing.
          TypeParam next = std::exchange(id(i + 1), TypeParam(-7));
          TypeParam last = std::exchange(id(n - 1), most);
          this->expectFails(numRows, lookups, i);
          id(n - 1) = last;
          id(i + 1) = next;
        }
        id(i) = good;
      }
    }
}

TYPED_TEST(CheckedBags, ArgumentsKeepWhatTheyHold) {
  const std::string ids = sizeof(TypeParam) == 4 ? "i32>" : "i64>";
  const std::string text =
      "func.func @f(%t: tensor<?x16xf32>, %i: tensor<?x3x" + ids +
      ", %o: tensor<?x16xf32>) -> tensor<?x16xf32> {\n"
      "  %r = emb.bag sum %t[%i] outs(%o : tensor<?x16xf32>) : "
      "tensor<?x16xf32>, tensor<?x3x" +
      ids + " -> tensor<?x16xf32>\n  return %r : tensor<?x16xf32>\n}\n";
  CompiledFunction function = compileFunction(text, 2, /*optLevel=*/3);
  constexpr int64_t bags = 1000;
  auto lookups = this->makeMatrix(kFewRows, bags, 3, /*gap=*/0);
  std::vector<float> result(bags * kWidth, 7);
  auto run = [&] {
    return takeError(
        function.call({TensorRef(const_cast<float *>(this->getTable().data()),
                                 {kFewRows, kWidth}),
                       TensorRef(lookups.memory.data(), {bags, 3}),
                       TensorRef(result.data(), {bags, kWidth})}));
  };
  TypeParam good = std::exchange(lookups.memory.back(), TypeParam(-2));
  EXPECT_FAILS(run(), EMB_INVALID_INDEX,
               "position [999, 2] has value -2, expected 0 <= index < 100");
  EXPECT_EQ(result, std::vector<float>(bags * kWidth, 7));
  lookups.memory.back() = good;
  EXPECT_FALSE(run());
  EXPECT_NE(result, std::vector<float>(bags * kWidth, 7));
}

TYPED_TEST(CheckedBags, GathersCheckTheirIndicesToo) {
  const std::string type = sizeof(TypeParam) == 4 ? "i32>" : "i64>";
  const std::string ids = "tensor<?x?x" + type;
  CompiledFunction function = compileFunction(
      "func.func @f(%t: tensor<?x16xf32>, %i: " + ids +
          ") -> tensor<?x?x16xf32> {\n"
          "  %r = emb.gather %t[%i] : tensor<?x16xf32>, " +
          ids + " -> tensor<?x?x16xf32>\n  return %r : tensor<?x?x16xf32>\n}\n",
      /*threads=*/3, /*optLevel=*/3);
  for (auto [numRows, m, n, gap] :
       {std::array<int64_t, 4>{kFewRows, 1024, 1, 0},
        {kFewRows, 33, 32, 0},
        {kMostRows, 1, 1023, 0},
        {kMostRows, 7, 147, 0},
        {kCachedRows, 1000, 33, 0},
        {kMostRows, 1000, 33, 0},
        {kMostRows, 40, 300, 5},
        {kMostRows, 0, 7, 0}}) {
    SCOPED_TRACE(testing::Message()
                 << numRows << " rows, " << m << " x " << n << ", gap " << gap);
    auto lookups = this->makeMatrix(numRows, m, n, gap);
    auto call = [&] {
      LastElements<TypeParam> last(lookups.memory);
      return function.call(
          {TensorRef(const_cast<float *>(this->getTable().data()),
                     {numRows, kWidth}),
           TensorRef(last.data(), *dtypeOf<TypeParam>(), lookups.shape,
                     lookups.strides)});
    };
    ASSERT_OK(results, call());
    Tensor got = llvm::cantFail(Tensor::copyOf(results[0].getTensor()));
    llvm::ArrayRef<float> values = got.elements<float>();
    ASSERT_EQ(int64_t(values.size()), m * n * kWidth);
    for (int64_t i = 0; i < m * n * kWidth; ++i) {
      int64_t row = lookups.memory[lookups.places[i / kWidth]];
      ASSERT_EQ(values[i], this->getTable()[row * kWidth + i % kWidth]) << i;
    }
    if (m == 0)
      continue;
    for (int64_t i : {int64_t(0), m * n / 2, m * n - 1})
      for (int64_t bad : {int64_t(-1), numRows}) {
        TypeParam &id = lookups.memory[lookups.places[i]];
        TypeParam good = std::exchange(id, TypeParam(bad));
        EXPECT_FAILS(takeError(call()), EMB_INVALID_INDEX,
                     "position [" + std::to_string(i / n) + ", " +
                         std::to_string(i % n) + "] has value " +
                         std::to_string(bad) + ", expected 0 <= index < ");
        id = good;
      }
  }
}
