//===- Data.cpp - Tables and lookups of a case ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Data.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::bench;

namespace {

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014).
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// In [0, 1).
  double nextReal() { return (next() >> 11) * 0x1p-53; }
  /// In [0, bound).
  uint64_t nextBelow(uint64_t bound) {
    return static_cast<unsigned __int128>(next()) * bound >> 64;
  }

private:
  uint64_t state;
};

/// Draws row numbers as the case says.
class RowLaw {
public:
  explicit RowLaw(const Case &config) : config(config) {}

  int64_t draw(Random &random) const {
    switch (config.distribution) {
    case Distribution::Uniform:
      break;
    case Distribution::Zipf:
      // Popular rows lie anywhere in the table; a prime scatters the ranks.
      return static_cast<unsigned __int128>(drawRank(random)) * 2654435761 %
             config.rows;
    case Distribution::Hot:
      if (random.nextReal() < config.skew)
        return config.rows / 2;
      break;
    }
    return random.nextBelow(config.rows);
  }

private:
  /// Rank r has the probability of [r, r + 1) under x^-s on [1, rows + 1).
  uint64_t drawRank(Random &random) const {
    double u = random.nextReal(), most = double(config.rows) + 1.0;
    double power = 1.0 - config.skew;
    double x =
        std::abs(power) < 1e-9
            ? std::exp(u * std::log(most))
            : std::pow((std::pow(most, power) - 1.0) * u + 1.0, 1.0 / power);
    double rank = std::floor(x) - 1.0;
    return static_cast<uint64_t>(
        std::clamp(rank, 0.0, double(config.rows - 1)));
  }

  const Case &config;
};

} // namespace

static void setIndex(Tensor &tensor, int64_t i, int64_t value) {
  if (tensor.getDType() == DType::I64)
    static_cast<int64_t *>(tensor.data())[i] = value;
  else
    static_cast<int32_t *>(tensor.data())[i] = static_cast<int32_t>(value);
}

llvm::Expected<Lookups> bench::makeLookups(const Case &config, uint64_t seed) {
  Random random(seed);
  Lookups result;
  result.count = config.bags * config.idsMin;
  if (config.isRagged()) {
    llvm::Expected<Tensor> offsets =
        Tensor::empty(config.index, {config.bags + 1});
    if (!offsets)
      return offsets.takeError();
    result.offsets = std::move(*offsets);
    result.count = 0;
    for (int64_t bag = 0; bag <= config.bags; ++bag) {
      setIndex(result.offsets, bag, result.count);
      if (bag < config.bags)
        result.count +=
            config.idsMin + random.nextBelow(config.idsMax - config.idsMin + 1);
    }
  }
  llvm::Expected<Tensor> indices = Tensor::empty(config.index, {result.count});
  if (!indices)
    return indices.takeError();
  result.indices = std::move(*indices);
  RowLaw law(config);
  result.touched.resize(result.count);
  for (int64_t i = 0; i < result.count; ++i) {
    int64_t row = law.draw(random);
    setIndex(result.indices, i, row);
    result.touched[i] = row;
  }
  llvm::sort(result.touched);
  result.touched.erase(
      std::unique(result.touched.begin(), result.touched.end()),
      result.touched.end());
  return result;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

// Rows of the table are windows of this many elements, so that checking and
// filling are copies. A prime: rows differ.
static constexpr int64_t kPeriod = 65537;

/// Two periods and the widest row of the table's numbers.
static std::vector<char> makePattern(DType dtype, int64_t columns) {
  Random random(1);
  int64_t width = getByteWidth(dtype);
  std::vector<char> pattern((kPeriod + columns) * width);
  for (int64_t i = 0; i < kPeriod; ++i)
    storeFromDouble(dtype, (double(random.nextBelow(129)) - 64.0) / 64.0,
                    pattern.data() + i * width);
  for (int64_t i = kPeriod; i < kPeriod + columns; ++i)
    std::memcpy(pattern.data() + i * width,
                pattern.data() + (i - kPeriod) * width, width);
  return pattern;
}

static int64_t getWindow(const Case &config, int64_t row) {
  return row * config.columns % kPeriod * getByteWidth(config.table);
}

llvm::Expected<Tensor> bench::makeTable(const Case &config) {
  llvm::Expected<Tensor> table =
      Tensor::empty(config.table, {config.rows, config.columns});
  if (!table)
    return table;
  std::vector<char> pattern = makePattern(config.table, config.columns);
  int64_t bytes = config.columns * getByteWidth(config.table);
  auto *data = static_cast<char *>(table->data());
  for (int64_t row = 0; row < config.rows; ++row)
    std::memcpy(data + row * bytes, pattern.data() + getWindow(config, row),
                bytes);
  return table;
}

bool bench::isInitial(const Case &config, const Tensor &table, int64_t row) {
  static thread_local std::vector<char> pattern;
  static thread_local std::pair<DType, int64_t> of;
  std::pair<DType, int64_t> wanted(config.table, config.columns);
  if (pattern.empty() || of != wanted) {
    pattern = makePattern(config.table, config.columns);
    of = wanted;
  }
  int64_t bytes = config.columns * getByteWidth(config.table);
  return !std::memcmp(static_cast<const char *>(table.data()) + row * bytes,
                      pattern.data() + getWindow(config, row), bytes);
}

llvm::Expected<Tensor> bench::makeGradient(const Case &config) {
  llvm::Expected<Tensor> gradient =
      Tensor::empty(DType::F32, {config.bags, config.columns});
  if (!gradient)
    return gradient;
  Random random(2);
  for (float &x : gradient->elements<float>())
    x = float(random.nextBelow(64) + 1) / 64.0f;
  return gradient;
}

float bench::getInitialState(int64_t element) {
  return float(element % 61 + 1) / 64.0f;
}

int64_t bench::getStateColumns(const Case &config) {
  return config.rule == Rule::RowWiseAdagrad ? 1 : config.columns;
}

int64_t bench::getNumStates(const Case &config) {
  if (config.work != Work::Step || config.rule == Rule::SGD)
    return 0;
  return config.rule == Rule::SparseAdam ? 2 : 1;
}

llvm::Expected<SmallVector<Tensor, 2>> bench::makeStates(const Case &config) {
  SmallVector<Tensor, 2> states;
  SmallVector<int64_t> shape{config.rows};
  if (config.rule != Rule::RowWiseAdagrad)
    shape.push_back(config.columns);
  for (int64_t i = 0; i < getNumStates(config); ++i) {
    llvm::Expected<Tensor> state = Tensor::empty(DType::F32, shape);
    if (!state)
      return state.takeError();
    int64_t element = 0;
    for (float &x : state->elements<float>())
      x = getInitialState(element++);
    states.push_back(std::move(*state));
  }
  return states;
}
