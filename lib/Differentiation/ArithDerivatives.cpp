//===- ArithDerivatives.cpp - Rules for the arith dialect -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Integers have no gradient, so that conversions to and from them and
// comparisons need no rule. arith.bitcast and the scaled conversions have none
// on purpose: on the way from a parameter to the loss they are errors.
//
//===----------------------------------------------------------------------===//

#include "ElementwiseRules.h"
#include "emb/Differentiation/Derivatives.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

using arith::CmpFPredicate;

namespace mlir::emb {

static void differentiate(arith::AddFOp op, Rule &rule) {
  rule.pass(op.getLhs());
  rule.pass(op.getRhs());
}

static void differentiate(arith::SubFOp op, Rule &rule) {
  rule.pass(op.getLhs());
  rule.add(op.getRhs(), [](Expression g) { return -g; });
}

static void differentiate(arith::MulFOp op, Rule &rule) {
  rule.add(op.getLhs(), [&](Expression g) { return g * rule[op.getRhs()]; });
  rule.add(op.getRhs(), [&](Expression g) { return g * rule[op.getLhs()]; });
}

static void differentiate(arith::DivFOp op, Rule &rule) {
  Expression divisor = rule[op.getRhs()];
  rule.add(op.getLhs(), [&](Expression g) { return g / divisor; });
  rule.add(op.getRhs(),
           [&](Expression g) { return -(g / divisor * rule.getResult()); });
}

static Expression differentiate(arith::NegFOp, Expression g, Expression,
                                Expression) {
  return -g;
}

// x - n * y, where n is x / y without its fraction. Computed from the result,
// since x / y may round up to the next integer.
static void differentiate(arith::RemFOp op, Rule &rule) {
  rule.pass(op.getLhs());
  rule.add(op.getRhs(), [&](Expression g) {
    Expression multiple = rule[op.getLhs()] - rule.getResult();
    return -(g * create<math::RoundEvenOp>(multiple / rule[op.getRhs()]));
  });
}

/// Adds the gradient of the result to that of one operand, elementwise where
/// `condition` is a tensor.
static void choose(Rule &rule, Value condition, Value ifTrue, Value ifFalse) {
  rule.add(ifTrue,
           [&](Expression g) { return select(condition, g, g.constant(0.0)); });
  rule.add(ifFalse,
           [&](Expression g) { return select(condition, g.constant(0.0), g); });
}

static void differentiate(arith::MaximumFOp op, Rule &rule) {
  Expression x = rule[op.getLhs()], y = rule[op.getRhs()];
  choose(rule, isFirstChosen(CmpFPredicate::OGE, x, y, x), x, y);
}

static void differentiate(arith::MinimumFOp op, Rule &rule) {
  Expression x = rule[op.getLhs()], y = rule[op.getRhs()];
  choose(rule, isFirstChosen(CmpFPredicate::OLE, x, y, x), x, y);
}

static void differentiate(arith::MaxNumFOp op, Rule &rule) {
  Expression x = rule[op.getLhs()], y = rule[op.getRhs()];
  choose(rule, isFirstChosen(CmpFPredicate::OGE, x, y, y), x, y);
}

static void differentiate(arith::MinNumFOp op, Rule &rule) {
  Expression x = rule[op.getLhs()], y = rule[op.getRhs()];
  choose(rule, isFirstChosen(CmpFPredicate::OLE, x, y, y), x, y);
}

static void differentiate(arith::SelectOp op, Rule &rule) {
  choose(rule, op.getCondition(), op.getTrueValue(), op.getFalseValue());
}

static Expression differentiate(arith::ExtFOp, Expression g, Expression x,
                                Expression) {
  return convert<arith::TruncFOp>(Value(x).getType(), g);
}

static Expression differentiate(arith::TruncFOp, Expression g, Expression x,
                                Expression) {
  return convert<arith::ExtFOp>(Value(x).getType(), g);
}

} // namespace mlir::emb

void emb::registerArithDerivatives(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, arith::ArithDialect *) {
    attachRules<UnaryRule, arith::ExtFOp, arith::NegFOp, arith::TruncFOp>(
        context);
    attachRules<GeneralRule, arith::AddFOp, arith::DivFOp, arith::MaximumFOp,
                arith::MaxNumFOp, arith::MinimumFOp, arith::MinNumFOp,
                arith::MulFOp, arith::RemFOp, arith::SelectOp, arith::SubFOp>(
        context);
  });
}
