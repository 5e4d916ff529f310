//===- BoundFunction.cpp - Call a function again and again ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "BoundFunction.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::gradcheck;

double gradcheck::getElement(const Elements &elements, size_t i) {
  return loadAsDouble(elements.dtype, &elements.bits[i]);
}

std::string gradcheck::formatPosition(const Elements &elements,
                                      size_t element) {
  if (!elements.isTensor)
    return "the number";
  SmallVector<int64_t> position(elements.shape.size());
  for (int64_t dim = elements.shape.size(); dim-- > 0;) {
    position[dim] = element % elements.shape[dim];
    element /= elements.shape[dim];
  }
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "element [";
  llvm::interleaveComma(position, os);
  os << "]";
  return text;
}

RuntimeValue BoundFunction::getValue(size_t argument) {
  const Elements &elements = arguments[argument];
  if (elements.isTensor)
    return TensorRef(memory[argument].data(), elements.dtype, elements.shape);
  Scalar scalar;
  scalar.dtype = elements.dtype;
  std::memcpy(scalar.bytes, elements.bits.data(), sizeof(scalar.bytes));
  return scalar;
}

void BoundFunction::store(size_t argument, size_t element) {
  int64_t width = getByteWidth(arguments[argument].dtype);
  std::memcpy(&memory[argument][element * width],
              &arguments[argument].bits[element], width);
}

llvm::Expected<std::unique_ptr<BoundFunction>>
BoundFunction::create(const Executable &executable, StringRef name,
                      std::vector<Elements> arguments) {
  auto function = executable.lookup(name);
  if (!function)
    return function.takeError();
  auto result = std::make_unique<BoundFunction>();
  result->arguments = std::move(arguments);
  std::vector<RuntimeValue> values;
  for (auto [i, elements] : llvm::enumerate(result->arguments)) {
    // Without elements too the memory has an address.
    result->memory.emplace_back(elements.bits.size() * 8 + 8);
    for (size_t k = 0; k < elements.bits.size(); ++k)
      result->store(i, k);
    values.push_back(result->getValue(i));
  }
  auto bound = function->bind(values);
  if (!bound)
    return bound.takeError();
  result->bound.emplace(std::move(*bound));
  return result;
}

llvm::Error BoundFunction::set(size_t argument, size_t element, double value) {
  Elements &elements = arguments[argument];
  storeFromDouble(elements.dtype, value, &elements.bits[element]);
  if (!elements.isTensor)
    return bound->setArgument(argument, getValue(argument));
  store(argument, element);
  return llvm::Error::success();
}

llvm::Expected<std::vector<Elements>> BoundFunction::call() {
  if (llvm::Error error = bound->run())
    return error;
  std::vector<Elements> results;
  for (size_t i = 0; i < getSignature().results.size(); ++i) {
    auto result = bound->getResult(i);
    if (!result)
      return result.takeError();
    results.push_back(Elements::of(*result));
  }
  // What the function wrote is as it was for the next call.
  for (auto [i, elements] : llvm::enumerate(arguments))
    if (getSignature().arguments[i].written)
      for (size_t k = 0; k < elements.bits.size(); ++k)
        store(i, k);
  return results;
}
