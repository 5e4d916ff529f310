//===- RoundingTest.cpp - Stochastic rounding -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/rounding.md, checked against a reference that is written from it.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <array>
#include <cmath>
#include <cstring>
#include <random>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

using Words = std::array<uint32_t, 4>;

static Words philox(Words c, uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; ++round) {
    uint64_t a = uint64_t(0xD2511F53) * c[0], b = uint64_t(0xCD9E8D57) * c[2];
    c = {uint32_t(b >> 32) ^ c[1] ^ k0, uint32_t(b),
         uint32_t(a >> 32) ^ c[3] ^ k1, uint32_t(a)};
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return c;
}

static uint32_t getBits(uint64_t seed, uint64_t step, uint64_t table,
                        uint64_t row, uint32_t column) {
  Words k = philox({uint32_t(step), uint32_t(step >> 32), uint32_t(table),
                    uint32_t(table >> 32)},
                   uint32_t(seed), uint32_t(seed >> 32));
  k = philox({uint32_t(row), uint32_t(row >> 32), k[2], k[3]}, k[0], k[1]);
  uint32_t x = column * 0x9E3779B9 + k[0];
  x = (x ^ x >> 16) * 0x7FEB352D;
  x = (x ^ x >> 15 ^ k[1]) * 0x846CA68B;
  return x ^ x >> 16;
}

/// In exact arithmetic: the discarded fraction of the last place against bits.
static double roundReference(float x, DType type, uint32_t bits) {
  bool isF16 = type == DType::F16;
  double size = std::fabs(double(x));
  if (!(size <= (isF16 ? 65504.0 : 0x1.FEp127))) {
    uint16_t nearest;
    storeFromDouble(type, x, &nearest);
    return loadAsDouble(type, &nearest);
  }
  int exponent = size == 0 ? -1000 : std::ilogb(size);
  exponent = std::max(exponent, isF16 ? -14 : -126) - (isF16 ? 10 : 7);
  double places = std::ldexp(size, -exponent), whole = std::floor(places);
  whole += bits < std::floor(std::ldexp(places - whole, 32));
  return std::copysign(std::ldexp(whole, exponent), x);
}

TEST(Rounding, PhiloxGivesItsPublishedNumbers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, 0, 0),
            (Words{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8}));
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, ~0u, ~0u),
            (Words{0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD}));
  EXPECT_EQ(philox({0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}, 0xA4093822,
                   0x299F31D0),
            (Words{0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1}));
}

/// What an update does to a table: it becomes the summed gradient, or that plus
/// what it was.
struct Update {
  const char *rows = "touched";
  DType type = DType::F16;
  int64_t width = 50;
  bool add = false;
  std::string random = "random(%seed, %step)";
  int64_t table = 0;
  const char *sources = "[%i : tensor<?xi64> -> %g : tensor<?x%Dxf32>]";

  CompiledFunction compile(int threads = 1) const {
    std::string type = stringify(this->type).str();
    std::string d = std::to_string(width), table = "tensor<?x" + d + "x" + type;
    std::string text =
        "func.func @f(%w: " + table + ">, %i: tensor<?xi64>, %g: tensor<?x" +
        d + "xf32>, %j: tensor<?xi64>, %h: tensor<?x" + d +
        "xf32>, %seed: i64, %step: i64) -> " + table + "> {\n%r = emb.update " +
        rows + "(%w : " + table + ">) sources" + sources + " " + random +
        (random.empty()
             ? ""
             : " attributes {table_id = " + std::to_string(this->table) + "}") +
        " {\n^bb0(%x: f32, %d: f32):\n" +
        (add ? "%y = arith.addf %x, %d : f32\nemb.yield %y : f32\n}\n"
             : "emb.yield %d : f32\n}\n") +
        "return %r : " + table + ">\n}\n";
    for (size_t at; (at = text.find("%D")) != std::string::npos;)
      text.replace(at, 2, d);
    return compileFunction(text, threads);
  }
};

/// Floats of all sizes, exact and special ones among them.
static std::vector<float> makeFloats(size_t count) {
  std::mt19937 random(11);
  std::vector<float> floats;
  for (size_t i = 0; i < count; ++i) {
    uint32_t bits = random();
    // Mostly near the numbers of f16, small ones included.
    if (i % 4)
      bits = (bits & 0x807FFFFF) | (90 + bits % 56) << 23;
    if (i % 5 == 0)
      bits &= 0xFFFFE000;
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    floats.push_back(value);
  }
  float special[] = {0.0f,      -0.0f,     INFINITY,  -INFINITY,  NAN,
                     65504.0f,  65505.0f,  65519.99f, 65520.0f,   -65520.0f,
                     0x1p-14f,  0x1p-24f,  0x1p-25f,  0x1.8p-25f, 0x1p-40f,
                     0x1p-126f, 0x1p-133f, 0x1p-149f, 3.4e38f,    -3.39e38f};
  std::copy(std::begin(special), std::end(special), floats.begin());
  return floats;
}

TEST(Rounding, EveryBitFollowsTheDefinition) {
  constexpr uint64_t seed = 0x0123456789ABCDEF, step = 0xFEDCBA9876543210;
  for (DType type : {DType::F16, DType::BF16})
    for (int64_t width : {1, 50, 300}) {
      Update update;
      update.type = type;
      update.width = width;
      update.table = 0x500000007;
      CompiledFunction function = update.compile();
      int64_t n = 4000 / width;
      std::vector<float> values = makeFloats(n * width);
      std::vector<uint16_t> table(n * width, 0x3C00);
      std::vector<int64_t> ids;
      for (int64_t i = 0; i < n; ++i)
        ids.push_back(n - 1 - i);
      ASSERT_OK(results,
                function.call({TensorRef(table.data(), type, {n, width}),
                               TensorRef(ids.data(), {n}),
                               TensorRef(values.data(), {n, width}),
                               TensorRef(ids.data(), {0}),
                               TensorRef(values.data(), {0, width}),
                               int64_t(seed), int64_t(step)}));
      (void)results;
      for (int64_t k = 0; k < n; ++k)
        for (int64_t column = 0; column < width; ++column) {
          int64_t row = ids[k];
          // The gradient is a sum that starts from 0.
          float value = 0.0f + values[k * width + column];
          double want = roundReference(
              value, type, getBits(seed, step, update.table, row, column));
          double got = loadAsDouble(type, &table[row * width + column]);
          ASSERT_TRUE(std::isnan(want) ? std::isnan(got) : got == want)
              << stringify(type).str() << " row " << row << " column " << column
              << " value " << value << ": " << got << ", want " << want;
          ASSERT_EQ(std::signbit(got), std::signbit(value)) << value;
        }
    }
}

TEST(Rounding, OnlyRowsThatAreWrittenChange) {
  Update update;
  update.add = true;
  CompiledFunction function = update.compile();
  std::vector<uint16_t> table(4 * 50, 0x3C01), before = table;
  std::vector<float> gradient(2 * 50, 1e-4f);
  std::vector<int64_t> ids = {1, 3};
  ASSERT_OK(results,
            function.call({TensorRef(table.data(), DType::F16, {4, 50}),
                           TensorRef(ids.data(), {2}),
                           TensorRef(gradient.data(), {2, 50}),
                           TensorRef(ids.data(), {0}),
                           TensorRef(gradient.data(), {0, 50}), int64_t(1),
                           int64_t(2)}));
  (void)results;
  for (int row : {0, 2})
    EXPECT_FALSE(std::memcmp(&table[row * 50], &before[row * 50], 100)) << row;
  for (int row : {1, 3})
    EXPECT_TRUE(std::memcmp(&table[row * 50], &before[row * 50], 100)) << row;
}

/// A table after one step in which every row gets the same small update, in one
/// source or two.
static std::vector<uint16_t> runOnce(Update update, int threads,
                                     bool isReversed) {
  constexpr int64_t n = 3000, width = 50;
  update.add = true;
  CompiledFunction function = update.compile(threads);
  std::vector<uint16_t> table(n * width);
  for (size_t i = 0; i < table.size(); ++i)
    table[i] = 0x3C00 + i % 1024;
  std::vector<float> gradient(n * width, 3e-4f);
  std::vector<int64_t> ids(n);
  for (int64_t i = 0; i < n; ++i)
    ids[i] = isReversed ? n - 1 - i : i;
  bool isSplit = std::strstr(update.sources, "%j");
  int64_t first = isSplit ? n / 3 : n;
  auto results = function.call(
      {TensorRef(table.data(), DType::F16, {n, width}),
       TensorRef(ids.data(), {first}),
       TensorRef(gradient.data(), {first, width}),
       TensorRef(ids.data() + first, {n - first}),
       TensorRef(gradient.data() + first * width, {n - first, width}),
       int64_t(42), int64_t(7)});
  EXPECT_TRUE(static_cast<bool>(results))
      << llvm::toString(results.takeError());
  return table;
}

TEST(Rounding, TheBitsDependOnNothingElse) {
  Update update;
  std::vector<uint16_t> want = runOnce(update, 1, false);
  for (int threads : {2, 4})
    EXPECT_EQ(runOnce(update, threads, false), want) << threads;
  EXPECT_EQ(runOnce(update, 2, true), want);
  update.sources = "[%i : tensor<?xi64> -> %g : tensor<?x%Dxf32>, "
                   "%j : tensor<?xi64> -> %h : tensor<?x%Dxf32>]";
  EXPECT_EQ(runOnce(update, 2, true), want);
  update.rows = "all";
  EXPECT_EQ(runOnce(update, 4, false), want);
  update.table = 1;
  EXPECT_NE(runOnce(update, 1, false), want);
}

/// The mean over a table of 100 x 50 ones after 500 additions of `amount`.
static double addOften(Update update, float amount) {
  constexpr int64_t n = 100, width = 50, steps = 500;
  update.add = true;
  update.rows = "all";
  update.width = width;
  CompiledFunction function = update.compile();
  std::vector<uint16_t> table(n * width);
  for (uint16_t &element : table)
    storeFromDouble(update.type, 1.0, &element);
  std::vector<float> gradient(n * width, amount);
  std::vector<int64_t> ids(n);
  for (int64_t i = 0; i < n; ++i)
    ids[i] = i;
  for (int64_t step = 0; step < steps; ++step) {
    auto results = function.call(
        {TensorRef(table.data(), update.type, {n, width}),
         TensorRef(ids.data(), {n}), TensorRef(gradient.data(), {n, width}),
         TensorRef(ids.data(), {0}), TensorRef(gradient.data(), {0, width}),
         int64_t(3), step});
    EXPECT_TRUE(static_cast<bool>(results))
        << llvm::toString(results.takeError());
  }
  double sum = 0;
  for (const uint16_t &element : table)
    sum += loadAsDouble(update.type, &element);
  return sum / (n * width);
}

TEST(Rounding, SmallUpdatesAreKeptOnAverage) {
  for (DType type : {DType::F16, DType::BF16}) {
    Update update;
    update.type = type;
    // A twentieth of the last place of 1: 25 of them after 500 steps.
    double place = type == DType::F16 ? 0x1p-10 : 0x1p-7;
    auto amount = static_cast<float>(place / 20);
    // Each step rounds up with probability 1/20, independently.
    double sigma = place * std::sqrt(500 * 0.05 * 0.95 / 5000);
    double want = 1 + 500 * double(amount);
    EXPECT_NEAR(addOften(update, amount), want, 4 * sigma);
    // To nearest the table never moves.
    update.random = "";
    EXPECT_EQ(addOften(update, amount), 1.0);
  }
}

TEST(Rounding, NeighboursAreIndependent) {
  // Bits of neighbouring columns, rows, steps, tables and seeds, each pair in
  // one of 16 x 16 cells: chi-square with 255 degrees of freedom.
  constexpr int count = 1 << 16;
  auto test = [&](auto first, auto second) {
    std::vector<int> cells(256);
    for (int i = 0; i < count; ++i)
      ++cells[(first(i) >> 28) * 16 + (second(i) >> 28)];
    double chi = 0;
    for (int cell : cells)
      chi += (cell - count / 256.0) * (cell - count / 256.0) / (count / 256.0);
    // Mean 255, standard deviation 22.6.
    EXPECT_LT(chi, 255 + 5 * 22.6);
    EXPECT_GT(chi, 255 - 5 * 22.6);
  };
  auto bits = [](uint64_t seed, uint64_t step, uint64_t table) {
    return [=](int i) { return getBits(seed, step, table, i / 64, i % 64); };
  };
  auto shifted = [](int row, int column) {
    return
        [=](int i) { return getBits(1, 2, 3, i / 64 + row, i % 64 + column); };
  };
  test(bits(1, 2, 3), shifted(0, 1));
  test(bits(1, 2, 3), shifted(1, 0));
  test(bits(1, 2, 3), bits(2, 2, 3));
  test(bits(1, 2, 3), bits(1, 3, 3));
  test(bits(1, 2, 3), bits(1, 2, 4));
}

TEST(Rounding, DocumentedVectors) {
  EXPECT_EQ(getBits(0, 0, 0, 0, 0), 0xD18BD1B1);
  EXPECT_EQ(getBits(0, 0, 0, 0, 1), 0xF46494D4);
  EXPECT_EQ(getBits(42, 7, 0, 1000, 63), 0xB2CBEDC0);
  EXPECT_EQ(
      getBits(0x0123456789ABCDEF, 0xFEDCBA9876543210, 5, 0x100000001, 299),
      0x0B8EE781u);
}
