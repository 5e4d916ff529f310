//===- Training.h - Steps of an optimizer, compiled -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_UNIT_OPTIMIZERS_TRAINING_H
#define EMB_TEST_UNIT_OPTIMIZERS_TRAINING_H

#include "Reference.h"
#include "emb/ExecutionEngine/Executable.h"

#include <string>

namespace emb_test {

/// An optimizer with the learning rate it is tested with.
struct Case {
  std::string name;
  mlir::emb::Optimizer optimizer;
  double lr;
};

/// All optimizers, and each of their options at least once.
std::vector<Case> getCases();

/// The element type in IR.
mlir::Type getElementType(mlir::MLIRContext &context, mlir::emb::DType dtype);

/// The lookups of one step and a row of gradient for each.
struct Batch {
  std::vector<int64_t> ids;
  std::vector<double> gradients;
};

enum class Ids { Equal, Zipf };
enum class Signs {
  Fixed, ///< By column, against the weights: nothing cancels.
  Random,
};

constexpr int64_t kNumRows = 1600;
/// Rows from here on have no lookup.
constexpr int64_t kUsedRows = 1400;
constexpr int64_t kNumColumns = 20;
constexpr int64_t kBatchSize = 1500;
constexpr int64_t kNumSteps = 50;

/// 50 batches. Gradients are multiples of 1/64, so that their sums are exact.
/// With Zipf ids some occurrences have gradient zero and one batch is empty.
std::vector<Batch> makeBatches(Ids ids, Signs signs, bool isNegated);

/// Duplicates summed.
RowGradients sumGradients(const Batch &batch);

/// A compiled step with a table, states and batches of its own.
class Training {
public:
  static llvm::Expected<Training> compile(const Case &test,
                                          mlir::emb::DType dtype);

  /// Table and states as they are before the first step.
  void reset();
  /// Copies the batches in the table's type.
  void setBatches(std::vector<Batch> batches);
  /// Binds the arguments for a number of threads.
  llvm::Error bind(int threads);
  /// Runs step `t`, from 1 on.
  llvm::Error step(int64_t t);

  /// The table and the states as they are.
  Model getModel() const;
  /// All bytes of one row, of the table and the states.
  std::string getRowBytes(int64_t row) const;
  /// All bytes of all of them.
  std::string getBytes() const;

private:
  Case test;
  mlir::emb::DType dtype;
  std::unique_ptr<mlir::emb::Executable> executable;
  std::vector<mlir::emb::Tensor> buffers; ///< The table, then the states.
  std::vector<Batch> batches;
  std::vector<mlir::emb::Tensor> gradients; ///< Of each batch.
  std::unique_ptr<mlir::emb::BoundCall> call;
};

} // namespace emb_test

#endif // EMB_TEST_UNIT_OPTIMIZERS_TRAINING_H
