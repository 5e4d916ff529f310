//===- BoundFunction.h - Call a function again and again --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_GRADIENTCHECK_BOUNDFUNCTION_H
#define EMB_TEST_LIB_GRADIENTCHECK_BOUNDFUNCTION_H

#include "Compare.h"
#include "emb/ExecutionEngine/Executable.h"

#include <memory>

namespace mlir::emb::gradcheck {

using check::Elements;

/// The element as a double.
double getElement(const Elements &elements, size_t i);

/// "element [1, 2]" or "the number", for messages.
std::string formatPosition(const Elements &elements, size_t element);

/// A function bound to arguments whose elements can be moved between calls.
class BoundFunction {
public:
  static llvm::Expected<std::unique_ptr<BoundFunction>>
  create(const Executable &executable, StringRef name,
         std::vector<Elements> arguments);

  llvm::Expected<std::vector<Elements>> call();
  llvm::Error set(size_t argument, size_t element, double value);
  const Elements &getArgument(size_t argument) { return arguments[argument]; }
  const Signature &getSignature() { return bound->getSignature(); }

private:
  RuntimeValue getValue(size_t argument);
  void store(size_t argument, size_t element);

  std::vector<Elements> arguments;
  std::vector<std::vector<char>> memory;
  std::optional<BoundCall> bound;
};

} // namespace mlir::emb::gradcheck

#endif // EMB_TEST_LIB_GRADIENTCHECK_BOUNDFUNCTION_H
