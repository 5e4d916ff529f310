//===- MathDerivatives.cpp - Rules for the math dialect -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a formula of one variable g is the gradient of the result y, and x the
// operand. Functions of integers, and of floats to i1, need no rule.
//
//===----------------------------------------------------------------------===//

#include "ElementwiseRules.h"
#include "emb/Differentiation/Derivatives.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::emb;

using arith::CmpFPredicate;

namespace mlir::emb {

static constexpr double kLog2 = 0.693147180559945309417;
static constexpr double kLog10 = 2.302585092994045684018;
static constexpr double kTwoOverSqrtPi = 1.128379167095512573896;

//===----------------------------------------------------------------------===//
// Exponentials and logarithms
//===----------------------------------------------------------------------===//

static Expression differentiate(math::ExpOp, Expression g, Expression,
                                Expression y) {
  return g * y;
}

static Expression differentiate(math::Exp2Op, Expression g, Expression,
                                Expression y) {
  return g * (y * kLog2);
}

static Expression differentiate(math::ExpM1Op, Expression g, Expression,
                                Expression y) {
  return g * (y + 1.0);
}

static Expression differentiate(math::LogOp, Expression g, Expression x,
                                Expression) {
  return g / x;
}

static Expression differentiate(math::Log2Op, Expression g, Expression x,
                                Expression) {
  return g / (x * kLog2);
}

static Expression differentiate(math::Log10Op, Expression g, Expression x,
                                Expression) {
  return g / (x * kLog10);
}

static Expression differentiate(math::Log1pOp, Expression g, Expression x,
                                Expression) {
  return g / (x + 1.0);
}

//===----------------------------------------------------------------------===//
// Roots and powers
//===----------------------------------------------------------------------===//

static Expression differentiate(math::SqrtOp, Expression g, Expression,
                                Expression y) {
  return g / (y + y);
}

// y = x^(-1/2), so that x^(-3/2) = y^3.
static Expression differentiate(math::RsqrtOp, Expression g, Expression,
                                Expression y) {
  return g * (y * y * y * -0.5);
}

// y = x^(1/3), so that x^(-2/3) = 1 / y^2.
static Expression differentiate(math::CbrtOp, Expression g, Expression,
                                Expression y) {
  return g / (y * y * 3.0);
}

/// The gradient of the base: n * x^(n - 1), and 0 where n = 0. The inner choice
/// keeps 0 * infinity out of the second derivative there.
static Expression differentiateBase(Expression g, Expression x, Expression n) {
  Expression zero = n.constant(0.0);
  Value isConstant = compare(CmpFPredicate::OEQ, n, zero);
  Expression less = select(isConstant, zero, n - 1.0);
  Expression slope = n * create<math::PowFOp>(x, less);
  return g * select(isConstant, zero, slope);
}

static void differentiate(math::PowFOp op, Rule &rule) {
  Expression x = rule[op.getLhs()], n = rule[op.getRhs()];
  rule.add(x, [&](Expression g) { return differentiateBase(g, x, n); });
  // x^n * log(x), and 0 where x = 0 and n >= 0: there the log is that of 1.
  rule.add(n, [&](Expression g) {
    Expression zero = x.constant(0.0);
    Value isZero = compare(CmpFPredicate::OEQ, x, zero);
    Value isFinite = compare(CmpFPredicate::OGE, n, zero);
    Value isConstant = arith::AndIOp::create(x.getBuilder(), isZero, isFinite);
    Expression base = select(isConstant, x.constant(1.0), x);
    return g * (rule.getResult() * create<math::LogOp>(base));
  });
}

// By powf, whose exponent has room for n - 1.
static void differentiate(math::FPowIOp op, Rule &rule) {
  rule.add(op.getLhs(), [&](Expression g) {
    Expression x = rule[op.getLhs()], n = rule[op.getRhs()];
    Type type = Value(n).getType();
    if (getElementTypeOrSelf(type).isIndex()) {
      Type i64 = IntegerType::get(type.getContext(), 64);
      if (auto tensor = dyn_cast<RankedTensorType>(type))
        i64 = tensor.clone(i64);
      n = convert<arith::IndexCastOp>(i64, n);
    }
    n = convert<arith::SIToFPOp>(Value(x).getType(), n);
    return differentiateBase(g, x, n);
  });
}

//===----------------------------------------------------------------------===//
// Angles
//===----------------------------------------------------------------------===//

static Expression differentiate(math::SinOp, Expression g, Expression x,
                                Expression) {
  return g * create<math::CosOp>(x);
}

static Expression differentiate(math::CosOp, Expression g, Expression x,
                                Expression) {
  return -(g * create<math::SinOp>(x));
}

static Expression differentiate(math::TanOp, Expression g, Expression,
                                Expression y) {
  return g * (y * y + 1.0);
}

/// sqrt(1 - x^2), exact near 1 too.
static Expression getOtherLeg(Expression x) {
  Expression difference = 1.0 - x;
  return create<math::SqrtOp>(difference * (x + 1.0));
}

static Expression differentiate(math::AsinOp, Expression g, Expression x,
                                Expression) {
  return g / getOtherLeg(x);
}

static Expression differentiate(math::AcosOp, Expression g, Expression x,
                                Expression) {
  return -(g / getOtherLeg(x));
}

static Expression differentiate(math::AtanOp, Expression g, Expression x,
                                Expression) {
  return g / (x * x + 1.0);
}

// The angle of the point (x, y), whose slope is (-y, x) / (x^2 + y^2).
static void differentiate(math::Atan2Op op, Rule &rule) {
  Expression y = rule[op.getLhs()], x = rule[op.getRhs()];
  Expression square = y * y;
  Expression sum = square + x * x;
  rule.add(y, [&](Expression g) { return g * (x / sum); });
  rule.add(x, [&](Expression g) { return -(g * (y / sum)); });
}

//===----------------------------------------------------------------------===//
// Hyperbolic functions
//===----------------------------------------------------------------------===//

static Expression differentiate(math::SinhOp, Expression g, Expression x,
                                Expression) {
  return g * create<math::CoshOp>(x);
}

static Expression differentiate(math::CoshOp, Expression g, Expression x,
                                Expression) {
  return g * create<math::SinhOp>(x);
}

static Expression differentiate(math::TanhOp, Expression g, Expression,
                                Expression y) {
  return g * (1.0 - y * y);
}

static Expression differentiate(math::AsinhOp, Expression g, Expression x,
                                Expression) {
  return g / create<math::SqrtOp>(x * x + 1.0);
}

// 1 / sqrt(x^2 - 1)
static Expression differentiate(math::AcoshOp, Expression g, Expression x,
                                Expression) {
  Expression difference = x - 1.0;
  return g / create<math::SqrtOp>(difference * (x + 1.0));
}

// 1 / (1 - x^2)
static Expression differentiate(math::AtanhOp, Expression g, Expression x,
                                Expression) {
  Expression difference = 1.0 - x;
  return g / (difference * (x + 1.0));
}

//===----------------------------------------------------------------------===//
// The error function
//===----------------------------------------------------------------------===//

/// g * 2 / sqrt(pi) * e^(-x^2)
static Expression differentiateErf(Expression g, Expression x) {
  return g * (create<math::ExpOp>(-(x * x)) * kTwoOverSqrtPi);
}

static Expression differentiate(math::ErfOp, Expression g, Expression x,
                                Expression) {
  return differentiateErf(g, x);
}

static Expression differentiate(math::ErfcOp, Expression g, Expression x,
                                Expression) {
  return -differentiateErf(g, x);
}

//===----------------------------------------------------------------------===//
// Signs, limits, sums of products
//===----------------------------------------------------------------------===//

/// The gradient of |x| with some sign, 0 at 0. `isNegative` is whether that is
/// not the sign of x.
static Expression differentiateMagnitude(Expression g, Expression x,
                                         Value isNegative, Expression zero) {
  Value isZero = compare(CmpFPredicate::OEQ, x, zero);
  return select(isZero, zero, select(isNegative, -g, g));
}

static Expression differentiate(math::AbsFOp, Expression g, Expression x,
                                Expression) {
  Expression zero = x.constant(0.0);
  return differentiateMagnitude(g, x, compare(CmpFPredicate::OLT, x, zero),
                                zero);
}

// The limits in the order of the definition that math.clampf got after LLVM 22:
// the maximum of `min` and the minimum of `value` and `max`. They differ only
// where `min` is above `max`.
static void differentiate(math::ClampFOp op, Rule &rule) {
  Expression value = rule[op.getValue()], low = rule[op.getMin()],
             high = rule[op.getMax()];
  Value isBelow = isFirstChosen(CmpFPredicate::OLE, value, high, value);
  Expression limited = select(isBelow, value, high);
  Value isAbove = isFirstChosen(CmpFPredicate::OGE, limited, low, limited);
  auto where = [](Value condition, Expression g) {
    return select(condition, g, g.constant(0.0));
  };
  rule.add(value,
           [&](Expression g) { return where(isBelow, where(isAbove, g)); });
  rule.add(low,
           [&](Expression g) { return select(isAbove, g.constant(0.0), g); });
  rule.add(high, [&](Expression g) {
    Expression inside = where(isAbove, g);
    return select(isBelow, g.constant(0.0), inside);
  });
}

static void differentiate(math::FmaOp op, Rule &rule) {
  rule.add(op.getA(), [&](Expression g) { return g * rule[op.getB()]; });
  rule.add(op.getB(), [&](Expression g) { return g * rule[op.getA()]; });
  rule.pass(op.getC());
}

} // namespace mlir::emb

namespace {
/// The magnitude of one operand with the sign of another, which has no
/// gradient.
struct CopySignRule
    : DifferentiableOpInterface::ExternalModel<CopySignRule, math::CopySignOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    Rule rule(op, builder, gradients);
    Value x = cast<math::CopySignOp>(op).getLhs();
    rule.add(x, [&](Expression g) {
      Value isNegative = compare(CmpFPredicate::UNE, rule.getResult(), rule[x]);
      return differentiateMagnitude(g, rule[x], isNegative,
                                    rule[x].constant(0.0));
    });
    return success();
  }

  bool isDifferentiable(Operation *, OpOperand &operand) const {
    return operand.getOperandNumber() == 0;
  }
};

/// The only operation with two results.
struct SincosRule
    : DifferentiableOpInterface::ExternalModel<SincosRule, math::SincosOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto sincos = cast<math::SincosOp>(op);
    ImplicitLocOpBuilder b(op->getLoc(), builder);
    Expression sin(b, sincos.getSin()), cos(b, sincos.getCos());
    if (Value g = gradients.get(b, sin))
      gradients.add(b, sincos.getOperand(), Expression(b, g) * cos);
    if (Value g = gradients.get(b, cos))
      gradients.add(b, sincos.getOperand(), -(Expression(b, g) * sin));
    return success();
  }
};
} // namespace

void emb::registerMathDerivatives(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, math::MathDialect *) {
    attachRules<UnaryRule, math::AbsFOp, math::AcosOp, math::AcoshOp,
                math::AsinOp, math::AsinhOp, math::AtanOp, math::AtanhOp,
                math::CbrtOp, math::CosOp, math::CoshOp, math::ErfOp,
                math::ErfcOp, math::ExpOp, math::Exp2Op, math::ExpM1Op,
                math::LogOp, math::Log10Op, math::Log1pOp, math::Log2Op,
                math::RsqrtOp, math::SinOp, math::SinhOp, math::SqrtOp,
                math::TanOp, math::TanhOp>(context);
    attachRules<GeneralRule, math::Atan2Op, math::ClampFOp, math::FmaOp,
                math::FPowIOp, math::PowFOp>(context);
    attachRules<ZeroRule, math::CeilOp, math::FloorOp, math::RoundOp,
                math::RoundEvenOp, math::TruncOp>(context);
    math::CopySignOp::attachInterface<CopySignRule>(*context);
    math::SincosOp::attachInterface<SincosRule>(*context);
  });
}
