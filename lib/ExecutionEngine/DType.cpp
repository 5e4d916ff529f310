//===- DType.cpp - Element types of tensors and scalars -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/DType.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;
using namespace mlir::emb;
using llvm::APFloat;

int64_t mlir::emb::getByteWidth(DType dtype) {
  switch (dtype) {
  case DType::I1:
  case DType::I8:
    return 1;
  case DType::I16:
  case DType::F16:
  case DType::BF16:
    return 2;
  case DType::I32:
  case DType::F32:
    return 4;
  case DType::I64:
  case DType::F64:
    return 8;
  }
  llvm_unreachable("all element types are listed");
}

StringRef mlir::emb::stringify(DType dtype) {
  switch (dtype) {
  case DType::I1:
    return "i1";
  case DType::I8:
    return "i8";
  case DType::I16:
    return "i16";
  case DType::I32:
    return "i32";
  case DType::I64:
    return "i64";
  case DType::F16:
    return "f16";
  case DType::BF16:
    return "bf16";
  case DType::F32:
    return "f32";
  case DType::F64:
    return "f64";
  }
  llvm_unreachable("all element types are listed");
}

std::optional<DType> mlir::emb::parseDType(StringRef name) {
  return llvm::StringSwitch<std::optional<DType>>(name)
      .Case("i1", DType::I1)
      .Case("i8", DType::I8)
      .Case("i16", DType::I16)
      .Case("i32", DType::I32)
      .Case("i64", DType::I64)
      .Case("f16", DType::F16)
      .Case("bf16", DType::BF16)
      .Case("f32", DType::F32)
      .Case("f64", DType::F64)
      .Default(std::nullopt);
}

std::optional<DType> mlir::emb::getDType(Type type) {
  if (type.isIndex() || type.isSignlessInteger(64))
    return DType::I64;
  if (type.isSignlessInteger(1))
    return DType::I1;
  if (type.isSignlessInteger(8))
    return DType::I8;
  if (type.isSignlessInteger(16))
    return DType::I16;
  if (type.isSignlessInteger(32))
    return DType::I32;
  if (type.isF16())
    return DType::F16;
  if (type.isBF16())
    return DType::BF16;
  if (type.isF32())
    return DType::F32;
  if (type.isF64())
    return DType::F64;
  return std::nullopt;
}

bool mlir::emb::isFloat(DType dtype) {
  return dtype == DType::F16 || dtype == DType::BF16 || dtype == DType::F32 ||
         dtype == DType::F64;
}

template <typename T> static T load(const void *element) {
  T value;
  std::memcpy(&value, element, sizeof(T));
  return value;
}

template <typename T> static void store(T value, void *element) {
  std::memcpy(element, &value, sizeof(T));
}

static double loadSmallFloat(const llvm::fltSemantics &semantics,
                             const void *element) {
  APFloat value(semantics, llvm::APInt(16, load<uint16_t>(element)));
  return value.convertToDouble();
}

static void storeSmallFloat(const llvm::fltSemantics &semantics, double number,
                            void *element) {
  APFloat value(number);
  bool losesInfo;
  value.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  store(static_cast<uint16_t>(value.bitcastToAPInt().getZExtValue()), element);
}

double mlir::emb::loadAsDouble(DType dtype, const void *element) {
  switch (dtype) {
  case DType::I1:
    return load<uint8_t>(element) != 0;
  case DType::I8:
    return load<int8_t>(element);
  case DType::I16:
    return load<int16_t>(element);
  case DType::I32:
    return load<int32_t>(element);
  case DType::I64:
    return static_cast<double>(load<int64_t>(element));
  case DType::F16:
    return loadSmallFloat(APFloat::IEEEhalf(), element);
  case DType::BF16:
    return loadSmallFloat(APFloat::BFloat(), element);
  case DType::F32:
    return load<float>(element);
  case DType::F64:
    return load<double>(element);
  }
  llvm_unreachable("all element types are listed");
}

/// Truncates, saturates; NaN gives 0.
template <typename T> static void storeInteger(double value, void *element) {
  // The bounds as doubles: 2^(bits - 1) is one, the largest T may not be.
  constexpr double low = static_cast<double>(std::numeric_limits<T>::min());
  T result;
  if (std::isnan(value))
    result = 0;
  else if (value <= low)
    result = std::numeric_limits<T>::min();
  else if (value >= -low)
    result = std::numeric_limits<T>::max();
  else
    result = static_cast<T>(value);
  store(result, element);
}

void mlir::emb::storeFromDouble(DType dtype, double value, void *element) {
  switch (dtype) {
  case DType::I1:
    return store<uint8_t>(value != 0, element);
  case DType::I8:
    return storeInteger<int8_t>(value, element);
  case DType::I16:
    return storeInteger<int16_t>(value, element);
  case DType::I32:
    return storeInteger<int32_t>(value, element);
  case DType::I64:
    return storeInteger<int64_t>(value, element);
  case DType::F16:
    return storeSmallFloat(APFloat::IEEEhalf(), value, element);
  case DType::BF16:
    return storeSmallFloat(APFloat::BFloat(), value, element);
  case DType::F32:
    return store(static_cast<float>(value), element);
  case DType::F64:
    return store(value, element);
  }
  llvm_unreachable("all element types are listed");
}
