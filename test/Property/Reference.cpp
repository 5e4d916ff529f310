//===- Reference.cpp - Lookups and updates, written naively ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

using namespace property;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The padding row, or -1.
static int64_t getPaddingRow(std::optional<int64_t> paddingIdx,
                             int64_t numRows) {
  if (!paddingIdx)
    return -1;
  return *paddingIdx < 0 ? numRows + *paddingIdx : *paddingIdx;
}

//===----------------------------------------------------------------------===//
// max_norm
//===----------------------------------------------------------------------===//

static Value getMagnitudes(const Value &x) {
  if (x.isUnknown || x.isNaN())
    return x;
  if (x.low >= 0 || x.high <= 0)
    return Value(std::min(std::fabs(x.low), std::fabs(x.high)),
                 x.getMagnitude());
  return Value(0, x.getMagnitude());
}

/// x^p for x >= 0, by a library function that is off by less than 2 ulps, with
/// an exponent that was rounded to `format`.
static Value power(Format format, const Value &x, double p) {
  auto raise = [&](double base, int direction) {
    double result = std::pow(base, p);
    if (result == 0 || std::isinf(result) || base == 1)
      return roundTo(format, result);
    double lost = 4 * getUnit(format);
    if (roundTo(format, p) != p || format == Format::F64)
      lost += std::fabs(p * std::log(base)) * getUnit(format);
    return roundTo(format, result * (1 + direction * lost));
  };
  double low = p > 0 ? x.low : x.high, high = p > 0 ? x.high : x.low;
  return Value(raise(low, -1), raise(high, 1));
}

/// The squares and their sum. One nonzero square is rounded in one way only.
static Value sumSquares(Format format, const std::vector<Value> &magnitudes) {
  std::vector<Value> squares;
  for (const Value &x : magnitudes)
    if (!(x.isPoint() && x.low == 0))
      squares.push_back(multiply(format, x, x));
  if (squares.size() == 1) {
    const Value *only = nullptr;
    for (const Value &x : magnitudes)
      if (!(x.isPoint() && x.low == 0))
        only = &x;
    return Value(roundTo(format, only->low * only->low),
                 roundTo(format, only->high * only->high));
  }
  for (Value &square : squares)
    square.low = std::max(square.low, 0.0);
  return sum(format, squares);
}

/// The p-norm of a row, in the compute format.
static Value getNorm(Format format, const Value *row, int64_t columns,
                     double p) {
  if (std::isnan(p))
    return Value(kNaN);
  if (p == 0) {
    double low = 0, high = 0;
    for (int64_t d = 0; d < columns; ++d) {
      const Value &x = row[d];
      bool maybeZero = x.isUnknown || (x.low <= 0 && x.high >= 0);
      low += !maybeZero;
      high += !(x.isPoint() && x.low == 0);
    }
    return Value(low, high);
  }
  std::vector<Value> magnitudes;
  bool isUnknown = false;
  for (int64_t d = 0; d < columns; ++d) {
    if (row[d].isNaN())
      return Value(kNaN);
    isUnknown |= row[d].isUnknown;
    magnitudes.push_back(getMagnitudes(row[d]));
  }
  if (isUnknown)
    return Value::unknown();
  if (std::isinf(p)) {
    Value result = magnitudes[0];
    for (const Value &x : magnitudes) {
      result.low =
          p > 0 ? std::max(result.low, x.low) : std::min(result.low, x.low);
      result.high =
          p > 0 ? std::max(result.high, x.high) : std::min(result.high, x.high);
    }
    return result;
  }
  if (p == 2) {
    Value squares = sumSquares(format, magnitudes);
    return squares.isUnknown ? squares
                             : Value(roundTo(format, std::sqrt(squares.low)),
                                     roundTo(format, std::sqrt(squares.high)));
  }
  if (p == 1)
    return sum(format, magnitudes);
  for (Value &x : magnitudes)
    x = power(format, x, p);
  Value total = sum(format, magnitudes);
  return total.isUnknown ? total : power(format, total, 1 / p);
}

/// Returns whether it is known what happens to the row.
static bool renormRow(Format format, Value *row, int64_t columns,
                      double maxNorm, double p) {
  Value norm = getNorm(getComputeFormat(format), row, columns, p);
  if (norm.isNaN())
    return true;
  double low = roundTo(format, norm.low), high = roundTo(format, norm.high);
  bool maybeLonger = norm.isUnknown || high > maxNorm;
  bool maybeShorter = norm.isUnknown || !(low > maxNorm);
  if (!maybeLonger)
    return true;
  if (maybeShorter) {
    std::fill_n(row, columns, Value::unknown());
    return false;
  }
  double factors[] = {roundTo(format, maxNorm / (low + 1e-7)),
                      roundTo(format, maxNorm / (high + 1e-7))};
  for (int64_t d = 0; d < columns; ++d) {
    Value &x = row[d];
    if (x.isUnknown)
      continue;
    double least = kInfinity, most = -kInfinity;
    int numNaN = 0;
    for (double end : {x.low, x.high})
      for (double factor : factors) {
        double scaled = roundTo(format, end * factor);
        numNaN += std::isnan(scaled);
        least = std::min(least, scaled);
        most = std::max(most, scaled);
      }
    x = numNaN == 4   ? Value(kNaN)
        : numNaN != 0 ? Value::unknown()
                      : Value(least, most);
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Forward
//===----------------------------------------------------------------------===//

/// Where each bag begins, and where the last one ends.
static std::vector<int64_t> getBagBounds(const Lookup &lookup) {
  std::vector<int64_t> bounds;
  int64_t count = lookup.indices.size();
  if (lookup.offsets) {
    bounds = *lookup.offsets;
    if (!lookup.includeLastOffset)
      bounds.push_back(count);
  } else {
    for (int64_t b = 0; b <= lookup.numBags; ++b)
      bounds.push_back(b * lookup.bagLength);
  }
  return bounds;
}

/// Which of `entries` may hold the largest value of column d.
static std::vector<int64_t> getWinners(const Matrix &table,
                                       const std::vector<int64_t> &indices,
                                       const std::vector<int64_t> &entries,
                                       int64_t d) {
  auto at = [&](int64_t k) -> const Value & { return table.at(indices[k], d); };
  if (entries.empty() || at(entries[0]).isNaN())
    return {entries.begin(), entries.begin() + !entries.empty()};
  std::vector<int64_t> winners;
  for (int64_t k : entries) {
    if (at(k).isNaN())
      continue;
    bool canWin = true;
    for (int64_t other : entries) {
      if (other == k || at(other).isNaN())
        continue;
      if (other < k)
        canWin &= indices[other] != indices[k] && at(k).high > at(other).low;
      else
        canWin &= at(k).high >= at(other).low;
    }
    if (canWin || at(k).isUnknown)
      winners.push_back(k);
  }
  return winners;
}

static Value poolColumn(Format format, const Matrix &table,
                        const Lookup &lookup,
                        const std::vector<int64_t> &entries, int64_t d) {
  Format compute = getComputeFormat(format);
  if (entries.empty())
    return Value(0.0);
  if (lookup.pool == Pool::Max) {
    std::vector<int64_t> winners =
        getWinners(table, lookup.indices, entries, d);
    Value result = table.at(lookup.indices[winners[0]], d);
    for (int64_t k : winners)
      result = hull(result, table.at(lookup.indices[k], d));
    // The largest is no smaller than the least that any entry may be.
    for (int64_t k : winners)
      if (!result.isUnknown && !result.isNaN())
        result.low = std::max(result.low, table.at(lookup.indices[k], d).low);
    result.bits.reset();
    return result;
  }
  std::vector<Value> terms;
  for (int64_t k : entries) {
    const Value &x = table.at(lookup.indices[k], d);
    terms.push_back(lookup.weights ? multiply(compute, (*lookup.weights)[k], x)
                                   : x);
    terms.back().bits.reset();
  }
  Value total = sum(compute, terms);
  if (lookup.pool == Pool::Mean)
    total = divide(compute, total, Value(double(entries.size())));
  return store(format, total);
}

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

namespace {
/// What an occurrence adds to a row; the columns of a bag of maxima that it
/// does not win are 0.
struct Contribution {
  int64_t row;
  std::vector<Value> values;
};
} // namespace

/// scale[k], as factors: per-sample weight, 1 / entries of the bag, 1 / count.
static std::vector<Value> getScale(Format compute, const Lookup &lookup,
                                   int64_t k, int64_t numEntries,
                                   const std::map<int64_t, int64_t> &counts) {
  std::vector<Value> factors;
  if (lookup.weights)
    factors.push_back((*lookup.weights)[k]);
  if (lookup.pool == Pool::Mean)
    factors.push_back(divide(compute, Value(1.0), Value(double(numEntries))));
  if (lookup.scaleGradByFreq)
    factors.push_back(divide(compute, Value(1.0),
                             Value(double(counts.at(lookup.indices[k])))));
  return factors;
}

/// Sums what falls on each row in `format`, rounded to the compute format.
static std::map<int64_t, std::vector<Value>>
sumByRow(Format compute, Format format,
         const std::vector<Contribution> &contributions, int64_t columns) {
  std::map<int64_t, std::vector<const Contribution *>> byRow;
  for (const Contribution &contribution : contributions)
    byRow[contribution.row].push_back(&contribution);
  std::map<int64_t, std::vector<Value>> sums;
  for (auto &[row, parts] : byRow) {
    std::vector<Value> &result = sums[row];
    for (int64_t d = 0; d < columns; ++d) {
      std::vector<Value> terms;
      for (const Contribution *part : parts)
        terms.push_back(part->values[d]);
      result.push_back(store(compute, sum(format, terms)));
    }
  }
  return sums;
}

/// One lookup on `table`, which it may change; appends its contributions.
static LookupAnswer lookUpOnce(Format format, Matrix &table,
                               const Lookup &lookup,
                               std::vector<Contribution> &contributions,
                               int64_t &numUndecided) {
  Format compute = getComputeFormat(format);
  int64_t columns = table.columns, count = lookup.indices.size();
  if (lookup.maxNorm)
    for (int64_t row :
         std::set<int64_t>(lookup.indices.begin(), lookup.indices.end()))
      numUndecided += !renormRow(format, &table.values[row * columns], columns,
                                 *lookup.maxNorm, lookup.normType);

  int64_t padding = getPaddingRow(lookup.paddingIdx, table.rows);
  std::map<int64_t, int64_t> counts;
  for (int64_t row : lookup.indices)
    ++counts[row];

  LookupAnswer answer;
  bool hasGradient = lookup.gradOutput.columns == columns;
  std::vector<Contribution> ours;
  auto contribute = [&](int64_t k, int64_t from, int64_t numEntries) {
    std::vector<Value> factors =
        getScale(compute, lookup, k, numEntries, counts);
    factors.emplace_back();
    Contribution contribution{lookup.indices[k], {}};
    for (int64_t d = 0; d < columns; ++d) {
      factors.back() = lookup.gradOutput.at(from, d);
      contribution.values.push_back(product(compute, factors));
    }
    ours.push_back(std::move(contribution));
  };

  if (lookup.pool == Pool::None) {
    answer.output = Matrix(count, columns);
    for (int64_t k = 0; k < count; ++k) {
      for (int64_t d = 0; d < columns; ++d)
        answer.output.at(k, d) = table.at(lookup.indices[k], d);
      if (hasGradient && lookup.indices[k] != padding)
        contribute(k, k, 1);
    }
  } else {
    std::vector<int64_t> bounds = getBagBounds(lookup);
    int64_t numBags = bounds.size() - 1;
    answer.output = Matrix(numBags, columns);
    answer.weightsGradient.assign(count, Value(0.0));
    for (int64_t b = 0; b < numBags; ++b) {
      std::vector<int64_t> entries;
      for (int64_t k = bounds[b]; k < bounds[b + 1]; ++k)
        if (lookup.indices[k] != padding)
          entries.push_back(k);
      for (int64_t d = 0; d < columns; ++d)
        answer.output.at(b, d) = poolColumn(format, table, lookup, entries, d);
      if (!hasGradient)
        continue;
      std::map<int64_t, std::vector<Value>> won;
      for (int64_t d = 0; d < columns && lookup.pool == Pool::Max; ++d) {
        std::vector<int64_t> winners =
            getWinners(table, lookup.indices, entries, d);
        Value gradient = lookup.gradOutput.at(b, d);
        for (int64_t k : winners) {
          std::vector<Value> &values = won[k];
          values.resize(columns, Value(0.0));
          values[d] =
              winners.size() == 1 ? gradient : hull(Value(0.0), gradient);
        }
      }
      for (auto &[k, values] : won)
        ours.push_back({lookup.indices[k], values});
      for (int64_t k : entries) {
        if (lookup.pool != Pool::Max)
          contribute(k, b, entries.size());
        std::vector<Value> terms;
        for (int64_t d = 0; d < columns; ++d)
          terms.push_back(multiply(compute, lookup.gradOutput.at(b, d),
                                   table.at(lookup.indices[k], d)));
        answer.weightsGradient[k] = store(format, sum(compute, terms));
      }
    }
  }

  answer.values = Matrix(ours.size(), columns);
  for (size_t i = 0; i < ours.size(); ++i) {
    answer.rows.push_back(ours[i].row);
    for (int64_t d = 0; d < columns; ++d) {
      ours[i].values[d].bits.reset();
      answer.values.at(i, d) = store(format, ours[i].values[d]);
    }
  }
  contributions.insert(contributions.end(), ours.begin(), ours.end());
  return answer;
}

LookupsAnswer property::lookUp(Format format, const Matrix &table,
                               const std::vector<Lookup> &lookups) {
  LookupsAnswer answer;
  answer.table = table;
  std::vector<Contribution> contributions;
  for (const Lookup &lookup : lookups)
    answer.lookups.push_back(lookUpOnce(format, answer.table, lookup,
                                        contributions, answer.numUndecided));

  int64_t columns = table.columns;
  Format compute = getComputeFormat(format);
  auto sums = sumByRow(compute, lookups.size() > 1 ? Format::F64 : compute,
                       contributions, columns);
  answer.denseGradient = Matrix(table.rows, columns);
  answer.coalescedValues = Matrix(sums.size(), columns);
  for (auto &[row, values] : sums) {
    for (int64_t d = 0; d < columns; ++d) {
      Value stored = store(format, values[d]);
      answer.denseGradient.at(row, d) = stored;
      answer.coalescedValues.at(answer.coalescedRows.size(), d) = stored;
    }
    answer.coalescedRows.push_back(row);
  }
  return answer;
}

//===----------------------------------------------------------------------===//
// Updates
//===----------------------------------------------------------------------===//

UpdateAnswer property::update(Format format, const Matrix &table,
                              Format stateFormat, const Matrix &state,
                              const std::vector<Source> &sources, Rule rule,
                              bool allRows, double lr) {
  Format c = getComputeFormat(format);
  int64_t columns = table.columns;
  std::vector<Contribution> contributions;
  for (const Source &source : sources) {
    int64_t padding = getPaddingRow(source.paddingIdx, table.rows);
    for (size_t k = 0; k < source.indices.size(); ++k) {
      if (source.indices[k] == padding)
        continue;
      int64_t from = source.map ? (*source.map)[k] : k;
      Contribution contribution{source.indices[k], {}};
      for (int64_t d = 0; d < columns; ++d) {
        Value value = source.gradient.at(from, d);
        value.bits.reset();
        contribution.values.push_back(
            source.scale ? multiply(c, (*source.scale)[k], value) : value);
      }
      contributions.push_back(std::move(contribution));
    }
  }
  auto sums =
      sumByRow(c, sources.size() > 1 ? Format::F64 : c, contributions, columns);
  if (allRows)
    for (int64_t row = 0; row < table.rows; ++row)
      sums.try_emplace(row, std::vector<Value>(columns));

  UpdateAnswer answer{table, state};
  Value rate(roundTo(c, lr)), decay(kWeightDecay), eps(kEps);
  auto square = [&](const Value &g) {
    Value magnitude = getMagnitudes(g);
    Value result = multiply(c, magnitude, magnitude);
    result.low = std::max(result.low, 0.0);
    return result;
  };
  for (auto &[row, gradient] : sums) {
    Value accumulated;
    if (rule == Rule::RowWiseAdagrad) {
      std::vector<Value> squares;
      for (const Value &g : gradient)
        squares.push_back(square(g));
      Value mean = divide(c, sum(c, squares), Value(double(columns)));
      Value &stored = answer.state.at(row, 0);
      stored.bits.reset();
      accumulated = add(c, stored, mean);
      stored = store(stateFormat, accumulated);
    }
    for (int64_t d = 0; d < columns; ++d) {
      Value &x = answer.table.at(row, d);
      Value g = gradient[d];
      x.bits.reset();
      Value step;
      switch (rule) {
      case Rule::Sgd:
        step = multiply(c, rate, g);
        break;
      case Rule::Decay:
        step = multiply(c, rate, add(c, g, multiply(c, decay, x)));
        break;
      case Rule::Adagrad: {
        Value &stored = answer.state.at(row, d);
        stored.bits.reset();
        Value s = add(c, stored, square(g));
        stored = store(stateFormat, s);
        step = divide(c, multiply(c, rate, g), add(c, squareRoot(c, s), eps));
        break;
      }
      case Rule::RowWiseAdagrad:
        step = multiply(
            c, divide(c, rate, add(c, squareRoot(c, accumulated), eps)), g);
        break;
      }
      x = store(format, add(c, x, negate(step)));
    }
  }
  return answer;
}
