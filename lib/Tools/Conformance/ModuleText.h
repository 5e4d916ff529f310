//===- ModuleText.h - Modules as text, called by name -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_CONFORMANCE_MODULETEXT_H
#define EMB_LIB_TOOLS_CONFORMANCE_MODULETEXT_H

#include "CaseRun.h"

namespace mlir::emb::conformance {

/// "tensor<6x5xf32>"
std::string printType(ArrayRef<int64_t> shape, DType dtype);
inline std::string printType(const Tensor &tensor) {
  return printType(tensor.getShape(), tensor.getDType());
}

/// A number as an attribute of this type: "0.5", or the bits of an infinity or
/// a NaN.
std::string printNumber(double number, DType dtype);

/// Zeros, or `value` everywhere.
llvm::Expected<Tensor> makeTensor(DType dtype, ArrayRef<int64_t> shape,
                                  double value = 0.0);

/// Entry `step` of a tensor whose first dimension is the steps.
TensorRef getStep(Tensor &tensor, int64_t step);

/// The inputs of `run` of these names, in this order.
llvm::Expected<SmallVector<Tensor *>> getInputs(CaseRun &run,
                                                ArrayRef<std::string> names);

/// Calls `function` with, for each of its arguments, the value of its name.
llvm::Expected<SmallVector<RuntimeValue, 4>>
callByName(const CompiledFunction &function,
           const std::map<std::string, RuntimeValue> &values);

} // namespace mlir::emb::conformance

#endif // EMB_LIB_TOOLS_CONFORMANCE_MODULETEXT_H
