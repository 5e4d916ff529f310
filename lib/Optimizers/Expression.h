//===- Expression.h - Formulas that build operations ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `m + (1 - beta) * (g - m)` as C++ builds the operations that compute it.
// C++ does not say which operand of an operator comes first, so at most one of
// the two may build operations itself: the text of the result must not depend
// on the C++ compiler.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_OPTIMIZERS_EXPRESSION_H
#define EMB_LIB_OPTIMIZERS_EXPRESSION_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace mlir::emb {

/// A floating-point value and where operations that use it are built.
class Expression {
public:
  Expression(ImplicitLocOpBuilder &builder, Value value)
      : builder(&builder), value(value) {}

  Value getValue() const { return value; }
  ImplicitLocOpBuilder &getBuilder() const { return *builder; }

  /// A number of this expression's type, rounded once.
  Expression constant(double number) const {
    return {*builder,
            arith::ConstantOp::create(
                *builder, builder->getFloatAttr(value.getType(), number))};
  }
  Expression operator-() const { return unary<arith::NegFOp>(); }
  Expression root() const { return unary<math::SqrtOp>(); }

  template <typename OpTy> Expression unary() const {
    return {*builder, OpTy::create(*builder, value)};
  }
  template <typename OpTy> Expression binary(Expression other) const {
    return {*builder, OpTy::create(*builder, value, other.value)};
  }

private:
  ImplicitLocOpBuilder *builder;
  Value value;
};

inline Expression operator+(Expression a, Expression b) {
  return a.binary<arith::AddFOp>(b);
}
inline Expression operator+(Expression a, double b) {
  return a + a.constant(b);
}
inline Expression operator+(double a, Expression b) {
  return b.constant(a) + b;
}
inline Expression operator-(Expression a, Expression b) {
  return a.binary<arith::SubFOp>(b);
}
inline Expression operator-(Expression a, double b) {
  return a - a.constant(b);
}
inline Expression operator-(double a, Expression b) {
  return b.constant(a) - b;
}
inline Expression operator*(Expression a, Expression b) {
  return a.binary<arith::MulFOp>(b);
}
inline Expression operator*(double a, Expression b) {
  return b.constant(a) * b;
}
inline Expression operator/(Expression a, Expression b) {
  return a.binary<arith::DivFOp>(b);
}
inline Expression operator/(Expression a, double b) {
  return a / a.constant(b);
}

} // namespace mlir::emb

#endif // EMB_LIB_OPTIMIZERS_EXPRESSION_H
