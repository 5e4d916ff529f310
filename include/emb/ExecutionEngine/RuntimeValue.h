//===- RuntimeValue.h - Arguments and results of a call ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_RUNTIMEVALUE_H
#define EMB_EXECUTIONENGINE_RUNTIMEVALUE_H

#include "emb/ExecutionEngine/Tensor.h"

#include <variant>

namespace mlir::emb {

/// A number of one element type.
struct Scalar {
  DType dtype = DType::F32;
  /// The number in its own representation, in the first bytes.
  alignas(8) unsigned char bytes[8] = {};

  Scalar() = default;
  /// `value` rounded to `dtype` as storeFromDouble does.
  static Scalar fromDouble(DType dtype, double value);
  static Scalar fromInt(DType dtype, int64_t value);

  double asDouble() const { return loadAsDouble(dtype, bytes); }
  /// The number as an integer; a float is truncated.
  int64_t asInt() const;
};

/// An argument or a result of a compiled function: a scalar, a view, or a
/// tensor that it owns. Made from what a caller has at hand:
///
///     function.call({weight, ids, 0.1f})
///
/// A Tensor lvalue gives a view of it (read-only if the Tensor is const), so
/// the Tensor must outlive the call; a moved Tensor is owned, by all copies of
/// the value together. C++ numbers are taken as they are (float is f32, double
/// f64, int32_t i32, int64_t i64, bool i1): nothing is converted silently.
class RuntimeValue {
public:
  RuntimeValue(Scalar scalar) : storage(scalar) {}
  RuntimeValue(TensorRef view) : storage(std::move(view)) {}
  RuntimeValue(Tensor &&tensor)
      : storage(std::make_shared<Tensor>(std::move(tensor))) {}
  RuntimeValue(Tensor &tensor) : storage(tensor.ref()) {}
  RuntimeValue(const Tensor &tensor) : storage(tensor.ref()) {}
  template <typename T, typename = std::enable_if_t<std::is_arithmetic_v<T> &&
                                                    dtypeOf<T>().has_value()>>
  RuntimeValue(T number) {
    Scalar scalar;
    scalar.dtype = *dtypeOf<T>();
    __builtin_memcpy(scalar.bytes, &number, sizeof(T));
    storage = scalar;
  }

  bool isScalar() const { return std::holds_alternative<Scalar>(storage); }
  bool isTensor() const { return !isScalar(); }
  /// True if this value owns the memory of its tensor.
  bool isOwning() const { return storage.index() == 2; }

  DType getDType() const;
  /// The scalar; only if isScalar().
  const Scalar &getScalar() const { return *std::get_if<Scalar>(&storage); }
  /// A view of the tensor; only if isTensor(). Of an owning value it lives as
  /// long as the value.
  TensorRef getTensor() const;
  /// The tensor, moved out if only this value owns it, else a copy. Fails for a
  /// scalar.
  llvm::Expected<Tensor> takeTensor() &&;

private:
  std::variant<Scalar, TensorRef, std::shared_ptr<Tensor>> storage;
};

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_RUNTIMEVALUE_H
