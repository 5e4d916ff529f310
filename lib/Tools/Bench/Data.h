//===- Data.h - Tables and lookups of a case --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers are chosen so that what is summed is summed exactly in any order:
// tables hold multiples of 1/64 in [-1, 1], gradients multiples of 1/64 in
// (0, 1]. So results can be compared closely, and gradients never cancel.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_DATA_H
#define EMB_LIB_TOOLS_BENCH_DATA_H

#include "Case.h"
#include "emb/ExecutionEngine/Tensor.h"

#include <vector>

namespace mlir::emb::bench {

struct Lookups {
  /// Of rank 1, of the case's index type.
  Tensor indices;
  /// bags + 1 bounds of a ragged batch, of the same type; empty otherwise.
  Tensor offsets;
  int64_t count = 0;
  /// The distinct rows, ascending.
  std::vector<uint32_t> touched;
};

/// The same for equal cases, on every machine. With `seed` 0 the lookups of the
/// case.
llvm::Expected<Lookups> makeLookups(const Case &config, uint64_t seed = 0);

/// What the table holds before anything runs.
llvm::Expected<Tensor> makeTable(const Case &config);
/// True if `row` still holds that.
bool isInitial(const Case &config, const Tensor &table, int64_t row);

/// f32, one row per bag.
llvm::Expected<Tensor> makeGradient(const Case &config);
/// f32 states of the case's optimizer, multiples of 1/64 in (0, 1].
llvm::Expected<SmallVector<Tensor, 2>> makeStates(const Case &config);
/// What an element of any state is at this place.
float getInitialState(int64_t element);

/// Elements of the states of a row: columns, or 1.
int64_t getStateColumns(const Case &config);
int64_t getNumStates(const Case &config);

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_DATA_H
