//===- DType.h - Element types of tensors and scalars -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_DTYPE_H
#define EMB_EXECUTIONENGINE_DTYPE_H

#include "mlir/IR/Types.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <type_traits>

namespace mlir::emb {

/// What an element is. `i1` takes one byte (0 or 1); `index` arguments of a
/// compiled function are I64.
enum class DType : uint8_t { I1, I8, I16, I32, I64, F16, BF16, F32, F64 };

/// IEEE half and bfloat16 elements, as bits.
struct Half {
  uint16_t bits;
};
struct BFloat16 {
  uint16_t bits;
};

/// The DType that the C++ type T holds; std::nullopt for other types.
template <typename T> constexpr std::optional<DType> dtypeOf() {
  using U = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<U, bool>)
    return DType::I1;
  else if constexpr (std::is_same_v<U, Half>)
    return DType::F16;
  else if constexpr (std::is_same_v<U, BFloat16>)
    return DType::BF16;
  else if constexpr (std::is_same_v<U, float>)
    return DType::F32;
  else if constexpr (std::is_same_v<U, double>)
    return DType::F64;
  else if constexpr (std::is_integral_v<U> && std::is_signed_v<U>)
    return sizeof(U) == 1   ? DType::I8
           : sizeof(U) == 2 ? DType::I16
           : sizeof(U) == 4 ? DType::I32
                            : DType::I64;
  else
    return std::nullopt;
}

/// Bytes per element.
int64_t getByteWidth(DType dtype);

/// "i1", "i8", "i16", "i32", "i64", "f16", "bf16", "f32", "f64".
llvm::StringRef stringify(DType dtype);
std::optional<DType> parseDType(llvm::StringRef name);

/// The DType of an MLIR element or scalar type (`index` is I64); std::nullopt
/// if there is none.
std::optional<DType> getDType(Type type);

bool isFloat(DType dtype);

/// The element at `element` as a double (i64 beyond 2^53 is rounded).
double loadAsDouble(DType dtype, const void *element);
/// Stores `value` rounded to nearest even (floats) or truncated (integers;
/// i1: value != 0; out of range saturates, NaN gives 0).
void storeFromDouble(DType dtype, double value, void *element);

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_DTYPE_H
