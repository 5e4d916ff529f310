//===- Step.cpp - A step of a rule, of rows or dense ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Step.h"

using namespace mlir;
using namespace mlir::emb;

std::unique_ptr<Rule> emb::getRule(const Optimizer &optimizer) {
  return std::visit([](const auto &options) { return makeRule(options); },
                    optimizer);
}

LogicalResult emb::verifyScalars(Location loc, const Rule &rule, Value lr,
                                 Value step, const UpdateExtras &extras) {
  auto refuse = [&]() { return emitError(loc) << rule.getName() << ": "; };
  if (!lr.getType().isF64())
    return refuse() << "the learning rate is " << lr.getType()
                    << ", expected 'f64'";
  if (!step.getType().isInteger(64))
    return refuse() << "the step is " << step.getType() << ", expected 'i64'";
  if (extras.scale && !extras.scale.getType().isF64())
    return refuse() << "the scale is " << extras.scale.getType()
                    << ", expected 'f64'";
  if (!extras.clipValue)
    return success();
  OptionChecker checker(rule.getName(), GradientKind::Unstated);
  checker.expectPositive("clipValue", *extras.clipValue);
  if (llvm::Error error = checker.takeError())
    return emitError(loc) << llvm::toString(std::move(error));
  return success();
}

LogicalResult emb::verifyRule(Location loc, const Rule &rule, FloatType compute,
                              ValueRange states) {
  FloatType element = rule.getElementType();
  if (element && element != compute)
    return emitError(loc) << rule.getName() << ": the rule is written for "
                          << element << ", expected " << compute
                          << ", the compute type of the parameter";
  SmallVector<OptimizerState> expected = rule.getStates();
  if (states.size() == expected.size())
    return success();
  InFlightDiagnostic error = emitError(loc)
                             << rule.getName() << ": found " << states.size()
                             << " states, expected " << expected.size();
  for (auto [number, state] : llvm::enumerate(expected))
    error << (number == 0 ? ": " : ", ") << state.name;
  return error;
}

static SmallVector<Value> toValues(ArrayRef<Expression> expressions) {
  return llvm::map_to_vector(expressions,
                             [](const Expression &e) { return e.getValue(); });
}

SmallVector<Value> emb::buildScalars(ImplicitLocOpBuilder &b, const Rule &rule,
                                     Value lr, Value step,
                                     const UpdateExtras &extras) {
  StepValues outside{Expression(b, lr), step};
  SmallVector<Value> scalars = toValues(rule.buildScalars(outside));
  if (extras.scale)
    scalars.push_back(extras.scale);
  return scalars;
}

/// `value` in [-bound, bound]; NaN stays, since no comparison holds for it.
static Expression clamp(Expression value, double bound) {
  auto replace = [&](arith::CmpFPredicate predicate, Expression limit) {
    ImplicitLocOpBuilder &b = value.getBuilder();
    Value isBeyond =
        arith::CmpFOp::create(b, predicate, value.getValue(), limit.getValue());
    value = {b, arith::SelectOp::create(b, isBeyond, limit.getValue(),
                                        value.getValue())};
  };
  replace(arith::CmpFPredicate::OLT, value.constant(-bound));
  replace(arith::CmpFPredicate::OGT, value.constant(bound));
  return value;
}

SmallVector<Value> emb::buildElement(ImplicitLocOpBuilder &b, const Rule &rule,
                                     Value weight, ValueRange states,
                                     Value gradient, ValueRange scalars,
                                     int64_t numColumns,
                                     const UpdateExtras &extras) {
  Expression g(b, gradient);
  if (extras.scale) {
    g = Expression(b, scalars.back()) * g;
    scalars = scalars.drop_back();
  }
  if (extras.clipValue)
    g = clamp(g, *extras.clipValue);
  auto toExpressions = [&](ValueRange values) {
    return llvm::map_to_vector(
        values, [&](Value value) { return Expression(b, value); });
  };
  ElementValues inside{Expression(b, weight), toExpressions(states), g,
                       toExpressions(scalars), numColumns};
  return toValues(rule.buildElement(inside));
}
