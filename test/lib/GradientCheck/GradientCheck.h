//===- GradientCheck.h - Gradients against differences ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calls a compiled function with elements of its arguments moved by a little,
// and compares the differences with what another function says is its gradient.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_GRADIENTCHECK_GRADIENTCHECK_H
#define EMB_TEST_LIB_GRADIENTCHECK_GRADIENTCHECK_H

#include "Inputs.h"
#include "emb/ExecutionEngine/Executable.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::emb::gradcheck {

/// One function that is said to be the gradient of another: it takes the
/// arguments of `function` and, if it is seeded, a float argument for each
/// float result, and returns the results of `function`, then the gradients.
struct Declaration {
  Location loc;
  std::string gradient, function;
  /// Names (`emb.name`) of arguments of `function`.
  std::vector<std::string> wrt;
  bool seeded = false;
};

/// What a module has to check.
struct Declarations {
  /// In the order of the module.
  std::vector<Declaration> list;
  /// The arguments of the functions that are no gradients themselves.
  llvm::StringMap<std::vector<ArgumentSpec>> functions;

  /// The declaration of the gradient `name`; null if there is none.
  const Declaration *find(StringRef name) const;
};

/// Reads from a module before its first pass what `emb.gradient` declares, and
/// functions written by hand with the attributes
///
///     check.gradient_of = @f, check.wrt = ["x"], check.seeded
///
/// Removes these and the attributes of arguments (ArgumentSpec), and makes the
/// functions under test public. What does not fit is an error there.
FailureOr<Declarations> takeDeclarations(ModuleOp module);

struct CheckOptions {
  uint64_t seed = 1;
  /// See getStep.
  double step = 0x1p-13;
  /// How far an element of a gradient may be from the difference, by the
  /// largest element of that gradient.
  double tolerance = 1e-6;
  /// How many elements of an argument are checked one by one. If it has more,
  /// these are drawn, and one direction through all of them is checked too.
  int64_t limit = 200;
};

/// The gradient by one argument.
struct ArgumentReport {
  std::string name;
  int64_t elements = 0, checked = 0;
  /// The largest element of the gradient.
  double largest = 0;
  /// The largest error by that; by 1e-3 if the gradient is zero.
  double error = 0;
  /// What is wrong; "" if nothing is.
  std::string problem;
};

struct GradientReport {
  std::vector<ArgumentReport> arguments;
  /// Why the functions could not be compared, or how their results differ; ""
  /// if nothing is wrong with that.
  std::string problem;

  /// All that is wrong.
  std::vector<std::string> getProblems() const;
};

/// Draws inputs and compares the gradients of `declaration`, a member of
/// `declarations`, with central differences of fourth order. The results of
/// the two functions must have the same bits.
GradientReport checkGradient(const Declarations &declarations,
                             const Declaration &declaration,
                             const Executable &executable,
                             const CheckOptions &options);

} // namespace mlir::emb::gradcheck

#endif // EMB_TEST_LIB_GRADIENTCHECK_GRADIENTCHECK_H
