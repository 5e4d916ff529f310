//===- Reference.h - Lookups and updates, written naively -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// torch.nn.functional.embedding and embedding_bag with every option, their
// gradients, and optimizer steps, one loop per formula, in intervals
// (Number.h). Standard library only: nothing here comes from the compiler.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_PROPERTY_REFERENCE_H
#define EMB_TEST_PROPERTY_REFERENCE_H

#include "Number.h"

namespace property {

/// Row-major.
struct Matrix {
  int64_t rows = 0, columns = 0;
  std::vector<Value> values;

  Matrix() = default;
  Matrix(int64_t rows, int64_t columns)
      : rows(rows), columns(columns), values(rows * columns) {}
  Value &at(int64_t row, int64_t column) {
    return values[row * columns + column];
  }
  const Value &at(int64_t row, int64_t column) const {
    return values[row * columns + column];
  }
};

enum class Pool { None, Sum, Mean, Max };

/// One call of embedding (Pool::None) or embedding_bag.
struct Lookup {
  Pool pool = Pool::None;
  /// In row-major order.
  std::vector<int64_t> indices;
  /// Of a bag: the offsets, or, with 2-D indices, their shape.
  std::optional<std::vector<int64_t>> offsets;
  bool includeLastOffset = false;
  int64_t numBags = 0, bagLength = 0;
  std::optional<std::vector<Value>> weights;
  std::optional<int64_t> paddingIdx;
  bool scaleGradByFreq = false;
  std::optional<double> maxNorm;
  double normType = 2;
  /// A row for each index or bag; no rows if no gradient is asked for.
  Matrix gradOutput;
};

/// What one lookup computes.
struct LookupAnswer {
  Matrix output;
  /// The entries of the uncoalesced gradient.
  std::vector<int64_t> rows;
  Matrix values;
  std::vector<Value> weightsGradient;
};

struct LookupsAnswer {
  std::vector<LookupAnswer> lookups;
  Matrix table;
  Matrix denseGradient;
  std::vector<int64_t> coalescedRows;
  Matrix coalescedValues;
  /// Rows of which rounding decides whether they are longer than max_norm.
  int64_t numUndecided = 0;
};

/// Lookups of one table, one after the other. `table` has numbers of `format`.
LookupsAnswer lookUp(Format format, const Matrix &table,
                     const std::vector<Lookup> &lookups);

/// Where an optimizer's gradient comes from: occurrence k adds
/// scale[k] * gradient[map[k]] to row indices[k], unless that is padding.
struct Source {
  std::vector<int64_t> indices;
  Matrix gradient;
  std::optional<std::vector<int64_t>> map;
  std::optional<std::vector<Value>> scale;
  std::optional<int64_t> paddingIdx;
};

enum class Rule {
  /// x - lr g
  Sgd,
  /// x - lr (g + wd x)
  Decay,
  /// s + g^2; x - lr g / (sqrt(s) + eps)
  Adagrad,
  /// m + (sum over d of g^2) / D; x - lr / (sqrt(m) + eps) g
  RowWiseAdagrad
};

inline constexpr double kWeightDecay = 0.125;
inline constexpr double kEps = 0.0078125;

struct UpdateAnswer {
  Matrix table, state;
};

/// One step on the rows that have a gradient, or on `allRows`. `state` is of
/// `stateFormat`: N x D for Adagrad, N x 1 for RowWiseAdagrad.
UpdateAnswer update(Format format, const Matrix &table, Format stateFormat,
                    const Matrix &state, const std::vector<Source> &sources,
                    Rule rule, bool allRows, double lr);

} // namespace property

#endif // EMB_TEST_PROPERTY_REFERENCE_H
