//===- RuntimeValue.cpp - Arguments and results of a call -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/RuntimeValue.h"

#include "emb/ExecutionEngine/Error.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;

Scalar Scalar::fromDouble(DType dtype, double value) {
  Scalar scalar;
  scalar.dtype = dtype;
  storeFromDouble(dtype, value, scalar.bytes);
  return scalar;
}

Scalar Scalar::fromInt(DType dtype, int64_t value) {
  if (dtype != DType::I64)
    return fromDouble(dtype, static_cast<double>(value));
  Scalar scalar;
  scalar.dtype = dtype;
  std::memcpy(scalar.bytes, &value, sizeof(value));
  return scalar;
}

int64_t Scalar::asInt() const {
  int64_t value;
  if (dtype == DType::I64)
    std::memcpy(&value, bytes, sizeof(value));
  else
    storeFromDouble(DType::I64, asDouble(), &value);
  return value;
}

DType RuntimeValue::getDType() const {
  if (isScalar())
    return getScalar().dtype;
  if (auto *view = std::get_if<TensorRef>(&storage))
    return view->dtype;
  return (*std::get_if<2>(&storage))->getDType();
}

TensorRef RuntimeValue::getTensor() const {
  if (auto *view = std::get_if<TensorRef>(&storage))
    return *view;
  if (auto *tensor = std::get_if<2>(&storage))
    return (*tensor)->ref();
  return TensorRef(nullptr, DType::F32, {0});
}

llvm::Expected<Tensor> RuntimeValue::takeTensor() && {
  if (isScalar())
    return makeError(EMB_INVALID_ARGUMENT, "found a scalar of type " +
                                               stringify(getDType()) +
                                               ", expected a tensor");
  auto *tensor = std::get_if<2>(&storage);
  if (tensor && tensor->use_count() == 1)
    return std::move(**tensor);
  return Tensor::copyOf(getTensor());
}
