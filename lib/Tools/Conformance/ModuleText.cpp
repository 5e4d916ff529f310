//===- ModuleText.cpp - Modules as text, called by name -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleText.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

std::string conformance::printType(ArrayRef<int64_t> shape, DType dtype) {
  std::string text = "tensor<";
  for (int64_t extent : shape)
    text += std::to_string(extent) + "x";
  return text + stringify(dtype).str() + ">";
}

std::string conformance::printNumber(double number, DType dtype) {
  if (std::isfinite(number))
    return llvm::formatv("{0:e17}", number);
  uint64_t bits = 0;
  int64_t width = getByteWidth(dtype);
  storeFromDouble(dtype, number, &bits);
  return llvm::formatv("{0}", llvm::format_hex(bits, 2 + 2 * width, true));
}

llvm::Expected<Tensor>
conformance::makeTensor(DType dtype, ArrayRef<int64_t> shape, double value) {
  llvm::Expected<Tensor> tensor = Tensor::empty(dtype, shape);
  if (!tensor)
    return tensor;
  int64_t width = getByteWidth(dtype);
  for (int64_t i = 0, size = tensor->getNumElements(); i < size; ++i)
    storeFromDouble(dtype, value,
                    static_cast<char *>(tensor->data()) + i * width);
  return tensor;
}

TensorRef conformance::getStep(Tensor &tensor, int64_t step) {
  ArrayRef<int64_t> shape = tensor.getShape().drop_front();
  int64_t size = 1;
  for (int64_t extent : shape)
    size *= extent;
  return TensorRef(static_cast<char *>(tensor.data()) +
                       step * size * getByteWidth(tensor.getDType()),
                   tensor.getDType(), shape);
}

llvm::Expected<SmallVector<Tensor *>>
conformance::getInputs(CaseRun &run, ArrayRef<std::string> names) {
  SmallVector<Tensor *> inputs;
  for (const std::string &name : names) {
    llvm::Expected<Tensor *> input = run.testCase.getInput(name);
    if (!input)
      return input.takeError();
    inputs.push_back(*input);
  }
  return inputs;
}

llvm::Expected<SmallVector<RuntimeValue, 4>>
conformance::callByName(const CompiledFunction &function,
                        const std::map<std::string, RuntimeValue> &values) {
  SmallVector<RuntimeValue> arguments;
  for (const ArgumentInfo &argument : function.getSignature().arguments) {
    auto it = values.find(argument.name);
    if (it == values.end())
      return malformedCase("there is no value for the argument '" +
                           argument.name + "'");
    arguments.push_back(it->second);
  }
  return function.call(arguments);
}
