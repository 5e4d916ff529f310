//===- Compare.h - What was computed against what was wanted ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_LIB_CHECK_COMPARE_H
#define EMB_TEST_LIB_CHECK_COMPARE_H

#include "CheckedFunction.h"
#include "emb/ExecutionEngine/RuntimeValue.h"
#include "mlir/IR/BuiltinAttributeInterfaces.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::emb::check {

/// Elements as bits, in row-major order.
struct Elements {
  DType dtype;
  /// Empty for a scalar, which is compared with scalars only.
  Shape shape;
  bool isTensor;
  std::vector<uint64_t> bits;

  /// `value` as verified by the operations: dense integers or floats, or a
  /// number.
  static Elements of(TypedAttr value);
  static Elements of(const RuntimeValue &value);
};

/// Why `got` is not what was wanted (the shape, or how many elements differ and
/// the worst of them); std::nullopt if it is.
std::optional<std::string>
compare(const Elements &got, const Elements &want,
        std::optional<Expectation::Tolerance> tolerance);

} // namespace mlir::emb::check

#endif // EMB_TEST_LIB_CHECK_COMPARE_H
