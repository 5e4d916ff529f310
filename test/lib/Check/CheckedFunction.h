//===- CheckedFunction.h - Tests of a module as plain functions -*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_CHECK_CHECKEDFUNCTION_H
#define EMB_TEST_LIB_CHECK_CHECKEDFUNCTION_H

#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::emb::check {

/// What one result of a test must be.
struct Expectation {
  struct Tolerance {
    double rtol, atol;
  };

  /// Mnemonic and place of the operation.
  StringRef op;
  Location loc;
  /// Position of the result that was computed.
  unsigned got;
  /// What it must be: this value or, if it is null, the result at `wantResult`.
  TypedAttr want;
  unsigned wantResult = 0;
  /// Bit for bit without one.
  std::optional<Tolerance> tolerance;
};

/// A test: a function that takes `arguments` and whose results are compared.
struct CheckedFunction {
  std::string name;
  Location loc;
  std::vector<TypedAttr> arguments;
  std::vector<Expectation> expectations;
  /// The call must fail with a message that contains this...
  std::optional<std::string> error;
  /// ...and with the status of this name.
  std::optional<std::string> status;
};

/// Rewrites the public functions of `module`, so that no operation of the check
/// dialect is left: constants become arguments (with their names), expected
/// values become results. Returns the tests in the order of the module, or
/// failure after a diagnostic at whatever is not a test or could not fail.
FailureOr<std::vector<CheckedFunction>> outlineChecks(ModuleOp module);

} // namespace mlir::emb::check

#endif // EMB_TEST_LIB_CHECK_CHECKEDFUNCTION_H
