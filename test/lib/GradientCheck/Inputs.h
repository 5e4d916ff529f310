//===- Inputs.h - What functions under test are called with -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_GRADIENTCHECK_INPUTS_H
#define EMB_TEST_LIB_GRADIENTCHECK_INPUTS_H

#include "Compare.h"
#include "Random.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <set>

namespace mlir::emb::gradcheck {

using check::Elements;

/// What one argument of a function is to be, by its attributes:
///
///     check.shape = [5, 4]        the extents (needed where one is dynamic)
///     check.range = [0.5, 2.0]    floats in it; integers from the first number
///                                 up to, without, the second
///     check.values = dense<...>   these elements, or this number
///
/// Without them floats are in [-1, 1] and integers in [0, 4).
struct ArgumentSpec {
  explicit ArgumentSpec(Location loc) : loc(loc) {}

  Location loc;
  /// Its `emb.name`, or its number.
  std::string name;
  DType dtype = DType::F64;
  bool isTensor = false;
  Shape shape;
  double low = 0, high = 0;
  /// Null if the elements are drawn.
  TypedAttr values;
};

/// Reads the attributes of the arguments and removes them. What does not fit
/// the type of the argument is an error there.
FailureOr<std::vector<ArgumentSpec>> takeArguments(func::FuncOp function);

/// How far an element that is `value` is moved to see a difference: a power of
/// two, so that sums with elements of its type are exact. `base` is the step of
/// f64 elements of up to 2; types with less digits take larger steps.
double getStep(DType dtype, double base, double value);

/// Draws elements. Floats are distinct multiples of four steps and not zero
/// where the range has room for that: so moving one by two steps leads over no
/// tie of two of them, nor over zero.
class Drawer {
public:
  Drawer(property::Random random, double step) : random(random), step(step) {}

  Elements draw(const ArgumentSpec &spec);
  /// Elements of [-1, 1] like those of `shaped`.
  Elements drawLike(const Elements &shaped);
  property::Random &getRandom() { return random; }

private:
  void fill(Elements &elements, double low, double high);
  double drawFloat(DType dtype, double low, double high);

  property::Random random;
  double step;
  std::set<double> used;
};

} // namespace mlir::emb::gradcheck

#endif // EMB_TEST_LIB_GRADIENTCHECK_INPUTS_H
