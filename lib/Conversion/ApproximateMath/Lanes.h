//===- Lanes.h - Formulas on f32 and its bits -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_APPROXIMATEMATH_LANES_H
#define EMB_LIB_CONVERSION_APPROXIMATEMATH_LANES_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::emb {

/// 32 bits or a vector of them, as f32 or as i32, and where operations on them
/// are built. C++ does not say which operand of an operator comes first, so at
/// most one of the two may build operations itself.
struct Lanes {
  ImplicitLocOpBuilder *builder;
  Value value;

  template <typename OpTy, typename... Args> Lanes build(Args... args) const {
    return {builder, OpTy::create(*builder, args...)};
  }
  Lanes constant(Attribute number) const {
    auto attr = cast<TypedAttr>(number);
    if (auto vector = dyn_cast<VectorType>(value.getType()))
      attr = DenseElementsAttr::get(vector.clone(attr.getType()), number);
    return build<arith::ConstantOp>(attr);
  }
  Lanes real(float number) const {
    return constant(builder->getF32FloatAttr(number));
  }
  Lanes word(int32_t number) const {
    return constant(builder->getI32IntegerAttr(number));
  }
  Lanes bitcast(Type element) const {
    auto vector = dyn_cast<VectorType>(value.getType());
    return build<arith::BitcastOp>(vector ? vector.clone(element) : element,
                                   value);
  }
  Lanes toBits() const { return bitcast(builder->getI32Type()); }
  Lanes toReal() const { return bitcast(builder->getF32Type()); }
};

inline Lanes operator+(Lanes x, Lanes y) {
  return x.build<arith::AddFOp>(x.value, y.value);
}
inline Lanes operator-(Lanes x, Lanes y) {
  return x.build<arith::SubFOp>(x.value, y.value);
}
inline Lanes operator*(Lanes x, Lanes y) {
  return x.build<arith::MulFOp>(x.value, y.value);
}
inline Lanes operator/(Lanes x, Lanes y) {
  return x.build<arith::DivFOp>(x.value, y.value);
}
inline Lanes operator+(Lanes x, float y) { return x + x.real(y); }
inline Lanes operator-(Lanes x, float y) { return x - x.real(y); }
inline Lanes operator*(Lanes x, float y) { return x * x.real(y); }

inline Lanes addBits(Lanes x, Lanes y) {
  return x.build<arith::AddIOp>(x.value, y.value);
}
inline Lanes addBits(Lanes x, int32_t y) { return addBits(x, x.word(y)); }
inline Lanes subtractBits(Lanes x, Lanes y) {
  return x.build<arith::SubIOp>(x.value, y.value);
}
inline Lanes andBits(Lanes x, int32_t y) {
  return x.build<arith::AndIOp>(x.value, x.word(y).value);
}
inline Lanes shiftLeft(Lanes x, int32_t y) {
  return x.build<arith::ShLIOp>(x.value, x.word(y).value);
}
inline Lanes shiftRight(Lanes x, int32_t y) {
  return x.build<arith::ShRSIOp>(x.value, x.word(y).value);
}

using Predicate = arith::CmpFPredicate;

/// Not so where one is NaN.
inline Lanes compare(Lanes x, Predicate predicate, float y) {
  return x.build<arith::CmpFOp>(predicate, x.value, x.real(y).value);
}
inline Lanes select(Lanes condition, Lanes x, Lanes y) {
  return x.build<arith::SelectOp>(condition.value, x.value, y.value);
}
/// NaN stays.
inline Lanes clampAbove(Lanes x, float y) {
  Lanes bound = x.real(y);
  return select(compare(x, Predicate::OGT, y), bound, x);
}
inline Lanes clampBelow(Lanes x, float y) {
  Lanes bound = x.real(y);
  return select(compare(x, Predicate::OLT, y), bound, x);
}
inline Lanes copySign(Lanes x, Lanes y) {
  return x.build<math::CopySignOp>(x.value, y.value);
}

/// The last coefficient is that of x^0.
inline Lanes evaluate(Lanes x, ArrayRef<float> coefficients) {
  Lanes sum = x.real(coefficients.front());
  for (float coefficient : coefficients.drop_front())
    sum = sum * x + coefficient;
  return sum;
}

// log(2), to 38 bits. The product of the first part with an integer of 9 bits
// is exact.
constexpr float ln2High = 0x1.62e4p-1f, ln2Low = 0x1.7f7d1cp-20f;

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_APPROXIMATEMATH_LANES_H
