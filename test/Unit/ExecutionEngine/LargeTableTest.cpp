//===- LargeTableTest.cpp - Tables beyond 32 bits -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The tables are mapped but, for the rows that are used, never touched: they
// take gigabytes of addresses and megabytes of memory.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <map>
#include <random>
#include <sys/mman.h>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

/// An f16 table of zeros.
class SparseTable {
public:
  SparseTable(int64_t rows, int64_t width)
      : shape{rows, width}, bytes(rows * width * sizeof(uint16_t)) {
    data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (isMapped())
      madvise(data, bytes, MADV_NOHUGEPAGE);
  }
  ~SparseTable() {
    if (isMapped())
      munmap(data, bytes);
  }
  bool isMapped() const { return data != MAP_FAILED; }
  TensorRef ref() { return TensorRef(data, DType::F16, shape); }
  double get(int64_t row, int64_t column) {
    return loadAsDouble(DType::F16, static_cast<uint16_t *>(data) +
                                        row * shape[1] + column);
  }

private:
  Shape shape;
  size_t bytes;
  void *data;
};

/// Adds `ids.size()` gradients, looks the same rows up and compares both with a
/// map of what was added.
static void updateAndLookUp(int64_t rows, int64_t width,
                            const std::vector<int64_t> &ids, bool isRandom) {
  std::string d = std::to_string(width), table = "tensor<?x" + d + "xf16>";
  std::string text = "func.func @step(%w: " + table +
                     ", %i: tensor<?xi64>, %g: tensor<?x" + d +
                     "xf32>, %s: i64) -> (" + table + ", " + table +
                     ") {\n%u = emb.update touched(%w : " + table +
                     ") sources[%i : tensor<?xi64> -> %g : tensor<?x" + d +
                     "xf32>]" + (isRandom ? " random(%s, %s)" : "") +
                     " {\n^bb0(%x: f32, %d: f32):\n%y = arith.addf %x, %d : "
                     "f32\nemb.yield %y : f32\n}\n%r = emb.gather %u[%i] : " +
                     table + ", tensor<?xi64> -> " + table +
                     "\nreturn %u, %r : " + table + ", " + table + "\n}\n";
  CompileOptions options;
  options.useCache = false;
  options.optLevel = 1;
  options.threads = 2;
  ASSERT_OK(program, compileString(text, options));
  ASSERT_OK(step, program->lookup("step"));

  SparseTable weight(rows, width);
  ASSERT_TRUE(weight.isMapped());
  int64_t n = ids.size();
  // Small integers: sums are exact whatever their order.
  std::vector<float> gradient(n * width);
  std::map<std::pair<int64_t, int64_t>, double> sums;
  for (int64_t k = 0; k < n; ++k)
    for (int64_t column = 0; column < width; ++column) {
      gradient[k * width + column] = 1 + (k + column) % 5;
      sums[{ids[k], column}] += 1 + (k + column) % 5;
    }
  std::vector<int64_t> indices = ids;
  ASSERT_OK(results,
            step.call({weight.ref(), TensorRef(indices.data(), {n}),
                       TensorRef(gradient.data(), {n, width}), int64_t(9)}));
  for (const auto &[element, sum] : sums)
    ASSERT_EQ(weight.get(element.first, element.second), sum)
        << element.first << ", " << element.second;
  TensorRef looked = results[1].getTensor();
  for (int64_t k = 0; k < n; ++k)
    for (int64_t column = 0; column < width; ++column)
      ASSERT_EQ(loadAsDouble(DType::F16, static_cast<uint16_t *>(looked.data) +
                                             k * width + column),
                (sums[{ids[k], column}]))
          << k << ", " << column;
  // The neighbours of the last rows, whose addresses a wrong sum would hit.
  for (int64_t row : {rows - 2, rows / 2, rows % (int64_t(1) << 32)})
    if (!sums.count({row, 0}))
      EXPECT_EQ(weight.get(row, 0), 0) << row;

  indices[n - 1] = rows;
  EXPECT_FAILS(step.call({weight.ref(), TensorRef(indices.data(), {n}),
                          TensorRef(gradient.data(), {n, width}), int64_t(9)}),
               EMB_INVALID_INDEX,
               "value " + std::to_string(rows) + ", expected 0 <= index < " +
                   std::to_string(rows));
}

TEST(LargeTable, MoreElementsThan32BitsCount) {
  // 1048581 x 2049: 2^31 elements end in row 1048064.
  constexpr int64_t rows = (int64_t(1) << 20) + 5, width = 2049;
  ASSERT_GT(rows * width, int64_t(1) << 31);
  updateAndLookUp(rows, width,
                  {rows - 1, 0, 1048063, 1048064, 1048065, rows - 1, 524288, 7},
                  /*isRandom=*/false);
}

TEST(LargeTable, MoreRowsThan32BitsCount) {
  // Enough rows for every pass of the sort, many of them twice.
  constexpr int64_t rows = (int64_t(1) << 32) + 1000;
  std::mt19937_64 random(5);
  std::vector<int64_t> ids = {rows - 1, int64_t(1) << 31, int64_t(1) << 32, 0,
                              1,        rows - 1};
  while (ids.size() < 3000)
    ids.push_back(ids.size() % 3 ? random() % rows
                                 : ids[random() % ids.size()]);
  updateAndLookUp(rows, 1, ids, /*isRandom=*/false);
  updateAndLookUp(rows, 1, ids, /*isRandom=*/true);
}

TEST(LargeTable, RoundingSeesAllBitsOfTheRow) {
  CompileOptions options;
  options.useCache = false;
  options.optLevel = 1;
  ASSERT_OK(program, compileString(R"mlir(
    func.func @step(%w: tensor<?x1xf16>, %i: tensor<?xi64>, %g: tensor<?x1xf32>,
                    %s: i64) -> tensor<?x1xf16> {
      %r = emb.update touched(%w : tensor<?x1xf16>)
          sources[%i : tensor<?xi64> -> %g : tensor<?x1xf32>] random(%s, %s) {
      ^bb0(%x: f32, %d: f32):
        emb.yield %d : f32
      }
      return %r : tensor<?x1xf16>
    })mlir",
                                   options));
  ASSERT_OK(step, program->lookup("step"));
  constexpr int64_t wrap = int64_t(1) << 32, n = 200;
  SparseTable weight(wrap + n, 1);
  ASSERT_TRUE(weight.isMapped());
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < n; ++i) {
    ids.push_back(i);
    ids.push_back(wrap + i);
  }
  // Half of the last place above 1.
  std::vector<float> gradient(2 * n, 1 + 0x1p-11f);
  ASSERT_OK(results,
            step.call({weight.ref(), TensorRef(ids.data(), {2 * n}),
                       TensorRef(gradient.data(), {2 * n, 1}), int64_t(1)}));
  (void)results;
  int differing = 0;
  for (int64_t i = 0; i < n; ++i)
    differing += weight.get(i, 0) != weight.get(wrap + i, 0);
  // Mean 100, standard deviation 7.
  EXPECT_GT(differing, 60);
  EXPECT_LT(differing, 140);
}
