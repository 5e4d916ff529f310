//===- Runner.h - Call a test and compare -----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_CHECK_RUNNER_H
#define EMB_TEST_LIB_CHECK_RUNNER_H

#include "CheckedFunction.h"
#include "emb/ExecutionEngine/Executable.h"

namespace mlir::emb::check {

/// How the elements of arguments lie in memory.
enum class Layout {
  Dense,
  /// Rows lie apart, and begin off any alignment but their own.
  StridedRows,
  /// Columns lie apart too.
  StridedColumns,
  /// Columns lie apart, and further than rows: the first dimension has the
  /// smallest stride.
  Transposed
};

struct RunOptions {
  Layout layout = Layout::Dense;
  /// How often each test is called, each time with arguments made anew: later
  /// calls find the memory of earlier ones in the arena.
  unsigned repeat = 2;
};

/// Calls the test and emits an error at each expectation that does not hold.
/// Whatever happens no byte around the arguments may change, and no argument
/// that the function does not declare as written, or any if it fails.
/// Returns whether all was as it must be.
bool runTest(const CheckedFunction &test, const Executable &executable,
             const RunOptions &options);

} // namespace mlir::emb::check

#endif // EMB_TEST_LIB_CHECK_RUNNER_H
