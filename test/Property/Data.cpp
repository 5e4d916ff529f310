//===- Data.cpp - Numbers and indices of a draw ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Data.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace property;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

Flavour property::drawFlavour(Random &random) {
  return random.pick({Flavour::Quarters, Flavour::Quarters, Flavour::Normal,
                      Flavour::Normal, Flavour::Special});
}

/// A NaN with any payload, quiet or signalling.
static uint64_t drawNaN(Random &random, Format format) {
  uint64_t infinity = encode(format, random.oneIn(2) ? kInfinity : -kInfinity);
  uint64_t quiet = encode(format, std::nan("")) & ~encode(format, kInfinity);
  return infinity | (random.next() & (2 * quiet - 1)) |
         (random.oneIn(2) ? quiet : 1);
}

static uint64_t drawSpecial(Random &random, Format format) {
  double sign = random.oneIn(2) ? 1 : -1;
  switch (random.between(0, 5)) {
  case 0:
    return drawNaN(random, format);
  case 1:
    return encode(format, sign * kInfinity);
  case 2:
  case 3:
    return encode(format, sign * 0.0);
  case 4: // denormal
    return encode(format, sign * getTiny(format) * random.between(1, 60));
  default: // near the largest
    return encode(format, sign * getNext(format, kInfinity, false) *
                              std::ldexp(1.0, -random.between(0, 3)));
  }
}

uint64_t property::drawNumber(Random &random, Format format, Flavour flavour) {
  if (flavour == Flavour::Special && random.oneIn(6))
    return drawSpecial(random, format);
  if (flavour == Flavour::Quarters)
    return encode(format, random.between(-12, 12) / 4.0);
  return encode(format, random.normal());
}

std::vector<uint64_t> property::drawRows(Random &random, Format format,
                                         int64_t rows, int64_t columns) {
  std::vector<uint64_t> bits;
  bits.reserve(rows * columns);
  Flavour whole = drawFlavour(random);
  bool isMixed = random.oneIn(2);
  for (int64_t row = 0; row < rows; ++row) {
    Flavour flavour = isMixed ? drawFlavour(random) : whole;
    for (int64_t d = 0; d < columns; ++d)
      bits.push_back(drawNumber(random, format, flavour));
  }
  return bits;
}

void property::plantRows(Random &random, Format format, int64_t columns,
                         std::vector<uint64_t> &table, double maxNorm,
                         double p) {
  int64_t numRows = table.size() / columns;
  if (numRows > 0 && random.oneIn(2))
    table[random.between(0, table.size() - 1)] = drawNaN(random, format);
  for (int64_t row = 0; row < numRows; ++row) {
    if (!random.oneIn(3))
      continue;
    uint64_t *x = &table[row * columns];
    if (random.oneIn(6)) {
      std::copy_n(&table[random.between(0, numRows - 1) * columns], columns, x);
      continue;
    }
    // Where only a few elements are not zero the norm is exact.
    int nudge = random.between(-1, 1);
    bool fillsRow = p < 0;
    double bound = roundTo(format, std::fabs(maxNorm));
    if (!std::isfinite(bound))
      bound = 1;
    double peak = nudge && bound > 0 && p != 0
                      ? getNext(format, bound, nudge > 0)
                      : bound;
    auto place = [&](int64_t at, double value) {
      x[at] = encode(format, random.oneIn(2) ? value : -value);
    };
    for (int64_t d = 0; d < columns; ++d)
      x[d] = encode(format, random.oneIn(2) ? 0.0 : -0.0);
    if (random.oneIn(8))
      continue;
    int64_t first = random.between(0, columns - 1);
    if (p == 0) {
      int64_t nonzeros = std::min<int64_t>(columns, maxNorm + nudge);
      for (int64_t d = 0; d < nonzeros; ++d)
        place((first + d) % columns, 1 + d % 3);
    } else if (fillsRow) {
      for (int64_t d = 0; d < columns; ++d)
        place(d, std::isinf(p) ? peak * random.between(1, 3) : peak);
      place(first, peak);
    } else if (p == 2 && columns > 1 && nudge == 0 && random.oneIn(2)) {
      // 3, 4 and 5, to any scale.
      place(first, bound * 0.6);
      place((first + 1) % columns, bound * 0.8);
    } else if (p == 1 && columns > 1 && random.oneIn(2)) {
      place(first, peak / 2);
      place((first + 1) % columns, peak / 2);
    } else {
      place(first, peak);
    }
    if (random.oneIn(10))
      x[random.between(0, columns - 1)] = drawNaN(random, format);
  }
}

std::vector<int64_t> property::drawIndices(Random &random, int64_t count,
                                           int64_t numRows, int64_t padding) {
  std::vector<int64_t> indices(count);
  int64_t kind = random.between(0, 5);
  int64_t only = count ? random.between(0, numRows - 1) : 0;
  for (int64_t &index : indices) {
    index = random.between(0, numRows - 1);
    if (kind == 0)
      index = only;
    else if (kind <= 2)
      index = std::min({index, random.between(0, numRows - 1),
                        random.between(0, numRows - 1)});
    if (padding >= 0 && random.oneIn(4))
      index = padding;
  }
  if (padding >= 0 && random.oneIn(12))
    std::fill(indices.begin(), indices.end(), padding);
  return indices;
}

Shape property::drawShape(Random &random, int64_t rank, int64_t limit) {
  Shape shape;
  int64_t total = 1;
  for (int64_t d = 0; d < rank; ++d) {
    int64_t most = std::max<int64_t>(1, limit / std::max<int64_t>(total, 1));
    if (d + 1 < rank)
      most = std::min<int64_t>(most, 5);
    int64_t size = random.between(1, most);
    if (random.oneIn(16))
      size = 0;
    shape.push_back(size);
    total *= size;
  }
  std::reverse(shape.begin(), shape.end());
  return shape;
}

std::vector<int64_t> property::drawOffsets(Random &random, int64_t count,
                                           bool includeLastOffset) {
  int64_t numBags = random.between(1, std::max<int64_t>(2, count / 2));
  if (random.oneIn(12))
    numBags = count == 0 || includeLastOffset ? random.between(0, 3) : 1;
  if (includeLastOffset && count > 0 && numBags == 0)
    numBags = 1;
  std::vector<int64_t> offsets{0};
  while (static_cast<int64_t>(offsets.size()) < numBags)
    offsets.push_back(random.oneIn(8) ? count : random.between(0, count));
  std::sort(offsets.begin(), offsets.end());
  if (numBags == 0)
    offsets.clear();
  if (includeLastOffset)
    offsets.push_back(count);
  return offsets;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

Argument property::makeFloats(std::string name, DType dtype, Shape shape,
                              std::vector<uint64_t> bits) {
  Argument argument;
  argument.name = std::move(name);
  argument.dtype = dtype;
  argument.shape = std::move(shape);
  argument.bits = std::move(bits);
  return argument;
}

Argument property::makeIntegers(std::string name, DType dtype, Shape shape,
                                const std::vector<int64_t> &numbers) {
  uint64_t mask = dtype == DType::I32 ? 0xFFFFFFFF : ~uint64_t(0);
  std::vector<uint64_t> bits;
  for (int64_t number : numbers)
    bits.push_back(uint64_t(number) & mask);
  return makeFloats(std::move(name), dtype, std::move(shape), std::move(bits));
}

std::vector<Value> property::getValues(const Argument &argument) {
  std::vector<Value> values;
  values.reserve(argument.bits.size());
  for (uint64_t bits : argument.bits)
    values.push_back(Value::copy(getFormat(argument.dtype), bits));
  return values;
}

Matrix property::getMatrix(const Argument &argument, int64_t columns) {
  Matrix matrix;
  matrix.columns = columns;
  matrix.rows = argument.bits.size() / columns;
  matrix.values = getValues(argument);
  return matrix;
}
