//===- Run.h - Call compiled code and compare -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_PROPERTY_RUN_H
#define EMB_TEST_PROPERTY_RUN_H

#include "Case.h"
#include "emb/ExecutionEngine/Executable.h"

namespace property {

/// What is wrong with a call.
struct Problem {
  std::string text;
  /// The result that it is about, or -1.
  int result = -1;
};

struct Counts {
  uint64_t values = 0, exact = 0, unchecked = 0;
};

/// Calls the function with the arguments of `testCase` in guarded memory and
/// compares. Adds to `counts` what it compared.
std::optional<Problem> runCase(const Case &testCase,
                               mlir::emb::Executable &executable,
                               llvm::StringRef function, Counts &counts);

} // namespace property

#endif // EMB_TEST_PROPERTY_RUN_H
