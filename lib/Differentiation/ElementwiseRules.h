//===- ElementwiseRules.h - Rules as formulas -------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rule of an elementwise operation is a formula, written as an overload of
// `differentiate` in the namespace mlir::emb, which a model finds by the type
// of the operation:
//
//   static Expression differentiate(math::SinOp, Expression g, Expression x,
//                                   Expression) {
//     return g * create<math::CosOp>(x);
//   }
//   ...
//   attachRules<UnaryRule, math::SinOp>(context);
//
// Where both sides of an operator create operations, one side has a name: C++
// leaves the order of the sides open, and so it would be that of the code.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_DIFFERENTIATION_ELEMENTWISERULES_H
#define EMB_LIB_DIFFERENTIATION_ELEMENTWISERULES_H

#include "emb/Differentiation/Gradients.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mlir::emb {

/// A float, or a tensor of floats, in a formula. Operators create the
/// elementwise operation; a number stands for a constant of the same type. The
/// builder outlives the expression.
class Expression {
public:
  Expression(ImplicitLocOpBuilder &builder, Value value)
      : builder(&builder), value(value) {}

  operator Value() const { return value; }
  ImplicitLocOpBuilder &getBuilder() const { return *builder; }

  /// `number`, of the type of this.
  Expression constant(double number) const {
    return {*builder,
            createConstantLike(*builder, builder->getLoc(), value, number)};
  }

private:
  ImplicitLocOpBuilder *builder;
  Value value;
};

/// An `OpTy` whose type follows from its operands.
template <typename OpTy, typename... Operands>
Expression create(Expression first, Operands... others) {
  ImplicitLocOpBuilder &builder = first.getBuilder();
  return {builder, OpTy::create(builder, Value(first), Value(others)...)};
}

/// An `OpTy` that converts `value` to `type`.
template <typename OpTy> Expression convert(Type type, Expression value) {
  ImplicitLocOpBuilder &builder = value.getBuilder();
  return {builder, OpTy::create(builder, type, Value(value))};
}

inline Expression operator+(Expression a, Expression b) {
  return create<arith::AddFOp>(a, b);
}
inline Expression operator-(Expression a, Expression b) {
  return create<arith::SubFOp>(a, b);
}
inline Expression operator*(Expression a, Expression b) {
  return create<arith::MulFOp>(a, b);
}
inline Expression operator/(Expression a, Expression b) {
  return create<arith::DivFOp>(a, b);
}
inline Expression operator-(Expression a) { return create<arith::NegFOp>(a); }
inline Expression operator+(Expression a, double b) {
  return a + a.constant(b);
}
inline Expression operator-(Expression a, double b) {
  return a - a.constant(b);
}
inline Expression operator*(Expression a, double b) {
  return a * a.constant(b);
}
inline Expression operator-(double a, Expression b) {
  return b.constant(a) - b;
}

/// An i1, or a tensor of them.
inline Value compare(arith::CmpFPredicate predicate, Expression a,
                     Expression b) {
  return arith::CmpFOp::create(a.getBuilder(), predicate, Value(a), Value(b));
}

inline Expression select(Value condition, Expression a, Expression b) {
  ImplicitLocOpBuilder &builder = a.getBuilder();
  return {builder,
          arith::SelectOp::create(builder, condition, Value(a), Value(b))};
}

/// One application of the rule of an operation with one result.
class Rule {
public:
  Rule(Operation *op, OpBuilder &builder, Gradients &gradients)
      : builder(op->getLoc(), builder), result(op->getResult(0)),
        gradients(gradients) {}

  Expression operator[](Value value) { return {builder, value}; }
  Expression getResult() { return {builder, result}; }

  /// Adds to the gradient of `operand`, if it is active, what `formula` makes
  /// of the gradient of the result.
  void add(Value operand, function_ref<Expression(Expression g)> formula) {
    if (gradients.isActive(operand))
      gradients.add(
          builder, operand,
          formula(Expression(builder, gradients.get(builder, result))));
  }

  /// Adds the gradient of the result to that of `operand`, a value of the same
  /// type.
  void pass(Value operand) { gradients.pass(builder, result, operand); }

private:
  ImplicitLocOpBuilder builder;
  Value result;
  Gradients &gradients;
};

/// The rule of a function of one variable, differentiate(OpTy, g, x, y): g is
/// the gradient of the result y, x the operand, the result the gradient of x.
template <typename OpTy>
struct UnaryRule
    : DifferentiableOpInterface::ExternalModel<UnaryRule<OpTy>, OpTy> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    Rule rule(op, builder, gradients);
    Value x = op->getOperand(0);
    rule.add(x, [&](Expression g) {
      return differentiate(cast<OpTy>(op), g, rule[x], rule.getResult());
    });
    return success();
  }
};

/// The rule of any operation with one result, differentiate(op, rule).
template <typename OpTy>
struct GeneralRule
    : DifferentiableOpInterface::ExternalModel<GeneralRule<OpTy>, OpTy> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    Rule rule(op, builder, gradients);
    differentiate(cast<OpTy>(op), rule);
    return success();
  }
};

/// The rule of a function that is constant but for its jumps.
template <typename OpTy>
struct ZeroRule
    : DifferentiableOpInterface::ExternalModel<ZeroRule<OpTy>, OpTy> {
  bool isDifferentiable(Operation *, OpOperand &) const { return false; }
};

/// Gives each of `Ops` its rule.
template <template <typename> class RuleOf, typename... Ops>
void attachRules(MLIRContext *context) {
  (Ops::template attachInterface<RuleOf<Ops>>(*context), ...);
}

/// Whether a maximum (`predicate` is OGE) or minimum (OLE) of two operands is
/// the first one; it is where they are equal or `winner` is NaN. `winner` is
/// the first operand if NaN wins over numbers, the second if numbers win.
inline Value isFirstChosen(arith::CmpFPredicate predicate, Expression first,
                           Expression second, Expression winner) {
  Value isBetter = compare(predicate, first, second);
  Value isNaN = compare(arith::CmpFPredicate::UNO, winner, winner);
  return arith::OrIOp::create(first.getBuilder(), isBetter, isNaN);
}

} // namespace mlir::emb

#endif // EMB_LIB_DIFFERENTIATION_ELEMENTWISERULES_H
