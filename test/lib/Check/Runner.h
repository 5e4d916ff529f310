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

struct RunOptions {
  /// Rows of arguments lie apart, and begin off any alignment but their own.
  bool strided = false;
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
