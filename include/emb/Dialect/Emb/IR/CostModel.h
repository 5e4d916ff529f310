//===- CostModel.h - What operations are expected to cost -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bytes, arithmetic and parallel regions of operations before they run, from
// static types and from hints: attributes of function arguments, and what the
// user of the model says of all of them. docs/cost-model.md has the formulas.
//
// Where neither says anything there is no cost: nothing is made up. The one
// assumption is that indices are spread evenly over their table where only the
// number of both is known; what rests on it says so.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_IR_COSTMODEL_H
#define EMB_DIALECT_EMB_IR_COSTMODEL_H

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/IR/Traffic.h"
#include "llvm/ADT/StringMap.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace mlir::emb {

/// The argument attribute that gives the expected extents of a tensor or
/// memref: an array of i64, -1 where nothing is expected.
inline constexpr StringLiteral kExtentsAttr = "emb.extents";

/// The argument attribute that gives the expected share of distinct values
/// among the elements of an integer tensor or memref: an f64, above 0 and at
/// most 1.
inline constexpr StringLiteral kUniqueAttr = "emb.unique";

/// The number of distinct values expected in `draws` of one of `values` equally
/// likely ones: N * (1 - (1 - 1/N)^n), both not negative and N at least 1 or
/// infinite.
double getExpectedDistinct(double values, double draws);

/// How many equally likely values give `distinct` ones in `draws`; infinite if
/// all draws differ.
double getEffectiveValues(double distinct, double draws);

/// Some of the values that an argument is expected to have.
struct IndexSample {
  int64_t count = 0, distinct = 0;
};

/// What is expected where types and argument attributes say nothing.
struct CostHints {
  /// The first extent of arguments that are neither tables nor the 1-D indices
  /// of bags.
  std::optional<int64_t> batch;
  /// The share of distinct values of arguments that are indices.
  std::optional<double> unique;
  /// By the name of the argument (`emb.name`) or its number.
  llvm::StringMap<IndexSample> samples;
  /// Work of fewer bytes stays on one thread.
  int64_t parallelThreshold = 65536;
};

/// A number, and whether it rests on indices being spread evenly.
struct Estimate {
  double value = 0;
  bool isAssumed = false;
};

/// Bytes that are read and written.
struct CostBytes {
  double read = 0, written = 0;
  double sum() const { return read + written; }
};

struct Cost {
  /// Each lookup counts, wherever its row is found.
  CostBytes logical;
  /// Each row and each number counts once.
  CostBytes unique;
  /// Additions, multiplications, comparisons and functions of floats, each one.
  double flops = 0;
  /// Parallel regions that are started.
  int64_t regions = 0;
  /// Whether a figure rests on indices being spread evenly.
  bool isAssumed = false;
};

/// Costs within one function, which must not change while the model is used.
class CostModel {
public:
  explicit CostModel(const CostHints &hints = {}) : hints(hints) {}

  /// The expected extent of a tensor or memref.
  std::optional<Estimate> getExtent(Value shaped, int64_t dim);
  /// The expected number of elements of a tensor or memref.
  std::optional<Estimate> getNumElements(Value shaped);
  /// The expected value of a number of type index.
  std::optional<Estimate> getIndex(Value value);
  /// The expected number of distinct values of all `indices` together, which
  /// are rows of a table of `rows` rows, if that is known.
  std::optional<Estimate> getDistinct(ValueRange indices,
                                      std::optional<Estimate> rows);
  /// The rows of the tables that `indices` are used for, if there is one whose
  /// extent is known.
  std::optional<Estimate> getTableRows(ValueRange indices);
  /// How often `op` runs in a call of its function: the product of what its
  /// loops run. Branches count as taken.
  std::optional<Estimate> getRuns(Operation *op);

  /// What a term of the traffic of an operation moves.
  std::optional<Cost> getCost(const TrafficTerm &term);
  /// One run of `op`. None for operations that move no data (`getTraffic`), and
  /// where something is not known.
  std::optional<Cost> getCost(Operation *op);

  /// What was asked for and is not known, with the hint that would tell: "the
  /// extent 0 of argument 1 'ids' (emb.extents)".
  ArrayRef<std::string> getUnknowns() const { return unknowns; }

private:
  using Dim = std::pair<Value, int64_t>;

  /// Without naming what is missing.
  std::optional<Estimate> tryExtent(Value shaped, int64_t dim);
  std::optional<Estimate> computeExtent(Value shaped, int64_t dim);
  std::optional<Estimate> getArgumentExtent(BlockArgument argument,
                                            int64_t dim);
  std::optional<Estimate> getResultExtent(OpResult result, int64_t dim);
  std::optional<Estimate> getExtent(OpFoldResult extent);
  std::optional<Estimate> sum(ValueRange values, int64_t dim);
  std::optional<Estimate> computeIndex(Value value);
  std::optional<Estimate> getSpread(Value root, std::optional<Estimate> rows);
  std::optional<Estimate> getFlops(Operation *op);
  std::nullopt_t unknown(const Twine &what);

  const CostHints hints;
  // What is known; what is not is looked for, and named, each time.
  llvm::DenseMap<Dim, Estimate> extents;
  llvm::DenseMap<Value, Estimate> numbers;
  std::vector<std::string> unknowns;
};

/// One run of `op`, as CostModel has it.
std::optional<Cost> getCost(Operation *op, const CostHints &hints);

/// The tensor or memref that `value` is a view, a checked or a new version of.
Value getCostRoot(Value value);

} // namespace mlir::emb

#endif // EMB_DIALECT_EMB_IR_COSTMODEL_H
