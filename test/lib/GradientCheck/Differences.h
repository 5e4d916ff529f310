//===- Differences.h - A gradient against differences -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_GRADIENTCHECK_DIFFERENCES_H
#define EMB_TEST_LIB_GRADIENTCHECK_DIFFERENCES_H

#include "BoundFunction.h"
#include "GradientCheck.h"

namespace mlir::emb::gradcheck {

/// Elements of one argument that move together, each by its own step.
struct Direction {
  std::vector<size_t> elements;
  std::vector<double> steps;
};

/// Compares the gradients of one declaration.
class Differences {
public:
  Differences(BoundFunction &function, std::vector<Elements> results,
              std::vector<Elements> factors, property::Random random,
              const CheckOptions &options)
      : function(function), results(std::move(results)),
        factors(std::move(factors)), random(random), options(options) {}

  /// Compares the gradient by the argument with this number.
  llvm::Expected<ArgumentReport> compare(size_t argument,
                                         const Elements &gradient);

private:
  llvm::Expected<double> getChange(size_t argument, const Direction &direction);
  llvm::Expected<std::vector<Elements>>
  callMoved(size_t argument, const Direction &direction, double by);
  Direction drawDirection(size_t argument);
  double getNoise() const;
  llvm::Error compareElement(ArgumentReport &report, size_t argument,
                             size_t element, const Elements &gradient);
  llvm::Error compareDirection(ArgumentReport &report, size_t argument,
                               const Elements &gradient);
  void look(ArgumentReport &report, double found, double expected,
            const Twine &where);

  BoundFunction &function;
  /// Of the function, and what each is multiplied by; without elements for
  /// those that do not count.
  std::vector<Elements> results, factors;
  property::Random random;
  const CheckOptions &options;
  /// Of the argument at hand.
  double allowed = 0;
  size_t numWrong = 0;
};

} // namespace mlir::emb::gradcheck

#endif // EMB_TEST_LIB_GRADIENTCHECK_DIFFERENCES_H
