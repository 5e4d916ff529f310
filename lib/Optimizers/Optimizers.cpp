//===- Optimizers.cpp - Optimizers as regions of emb.update ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Optimizers/Optimizers.h"
#include "Rule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::emb;

static std::unique_ptr<Rule> getRule(const Optimizer &optimizer) {
  return std::visit([](const auto &options) { return emb::makeRule(options); },
                    optimizer);
}

StringRef emb::getName(const Optimizer &optimizer) {
  return getRule(optimizer)->getName();
}

llvm::Error emb::verify(const Optimizer &optimizer, GradientKind gradient) {
  std::unique_ptr<Rule> rule = getRule(optimizer);
  OptionChecker checker(rule->getName(), gradient);
  rule->check(checker);
  return checker.takeError();
}

llvm::Error emb::verifyLearningRate(const Optimizer &optimizer, double lr) {
  std::unique_ptr<Rule> rule = getRule(optimizer);
  OptionChecker checker(rule->getName(), GradientKind::Unstated);
  if (rule->needsPositiveRate())
    checker.expectPositive("lr", lr);
  else
    checker.expectNotNegative("lr", lr);
  return checker.takeError();
}

SmallVector<OptimizerState> emb::getStates(const Optimizer &optimizer) {
  return getRule(optimizer)->getStates();
}

RankedTensorType emb::getStateType(const OptimizerState &state,
                                   RankedTensorType table) {
  ArrayRef<int64_t> shape = table.getShape();
  return RankedTensorType::get(state.isPerRow ? shape.take_front() : shape,
                               getComputeType(table.getElementType()));
}

UpdateRows emb::getRows(const Optimizer &optimizer) {
  return getRule(optimizer)->getRows();
}

/// Whether the values are what the rule needs beyond what emb.update verifies.
static LogicalResult verifyValues(Location loc, const Rule &rule, Value table,
                                  ValueRange states, Value lr, Value step) {
  auto refuse = [&]() { return emitError(loc) << rule.getName() << ": "; };
  auto tableType = dyn_cast<ShapedType>(table.getType());
  if (!tableType || !tableType.hasRank() || tableType.getRank() != 2 ||
      tableType.isDynamicDim(1) || !isa<FloatType>(tableType.getElementType()))
    return refuse() << "the table is " << table.getType()
                    << ", expected rank 2, a static number of columns and "
                       "floating-point elements";
  SmallVector<OptimizerState> expected = rule.getStates();
  if (states.size() != expected.size())
    return refuse() << "found " << states.size() << " states, expected "
                    << expected.size();
  FloatType computeType = getComputeType(tableType.getElementType());
  for (auto [state, value] : llvm::zip_equal(expected, states)) {
    auto type = dyn_cast<ShapedType>(value.getType());
    int64_t rank = state.isPerRow ? 1 : 2;
    if (!type || !type.hasRank() || type.getRank() != rank ||
        !isa<FloatType>(type.getElementType()) ||
        getComputeType(type.getElementType()) != computeType)
      return refuse() << "the state " << state.name << " is " << value.getType()
                      << ", expected rank " << rank
                      << " and the compute type of the table, " << computeType;
  }
  if (!lr.getType().isF64())
    return refuse() << "the learning rate is " << lr.getType()
                    << ", expected 'f64'";
  if (!step.getType().isInteger(64))
    return refuse() << "the step is " << step.getType() << ", expected 'i64'";
  return success();
}

FailureOr<UpdateOp> emb::buildUpdate(OpBuilder &builder, Location loc,
                                     const Optimizer &optimizer, Value table,
                                     ValueRange states,
                                     ArrayRef<GradientSource> sources, Value lr,
                                     Value step, const UpdateExtras &extras) {
  if (llvm::Error error = verify(optimizer))
    return emitError(loc) << llvm::toString(std::move(error));
  std::unique_ptr<Rule> rule = getRule(optimizer);
  if (failed(verifyValues(loc, *rule, table, states, lr, step)))
    return failure();
  builder.getContext()->loadDialect<arith::ArithDialect, math::MathDialect>();

  ImplicitLocOpBuilder b(loc, builder);
  auto toValues = [](ArrayRef<Expression> expressions) {
    return llvm::map_to_vector(
        expressions, [](const Expression &e) { return e.getValue(); });
  };
  auto toExpressions = [&](auto range) {
    return llvm::map_to_vector(
        range, [&](Value value) { return Expression(b, value); });
  };

  StepValues outside{Expression(b, lr), step};
  SmallVector<Value> scalars = toValues(rule->buildScalars(outside));
  SmallVector<Value> inits{table};
  llvm::append_range(inits, states);
  SmallVector<Value> random;
  int64_t tableId = 0;
  if (extras.rounding) {
    random = {extras.rounding->seed, extras.rounding->step};
    tableId = extras.rounding->tableId;
  }
  auto update = UpdateOp::create(b, loc, rule->getRows(), inits, sources,
                                 scalars, extras.group, random, tableId);

  Block &body = update.getBody().front();
  b.setInsertionPointToStart(&body);
  ArrayRef<BlockArgument> args = body.getArguments();
  size_t numStates = states.size();
  ElementValues inside{Expression(b, update.getElementArg(0)),
                       toExpressions(args.slice(1, numStates)),
                       Expression(b, update.getGradientArg()),
                       toExpressions(args.drop_front(2 + numStates)),
                       cast<ShapedType>(table.getType()).getDimSize(1)};
  SmallVector<Expression> yielded = rule->buildElement(inside);
  YieldOp::create(b, toValues(yielded));
  return update;
}
