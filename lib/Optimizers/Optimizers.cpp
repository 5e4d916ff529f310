//===- Optimizers.cpp - Optimizers as regions of emb.update ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Optimizers/Optimizers.h"
#include "Step.h"

using namespace mlir;
using namespace mlir::emb;

std::string emb::getName(const Optimizer &optimizer) {
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
  size_t rank =
      state.isPerRow ? std::min<size_t>(shape.size(), 1) : shape.size();
  return RankedTensorType::get(shape.take_front(rank),
                               getComputeType(table.getElementType()));
}

UpdateRows emb::getRows(const Optimizer &optimizer) {
  return getRule(optimizer)->getRows();
}

/// Whether the values are what the rule needs beyond what emb.update verifies.
static LogicalResult verifyValues(Location loc, const Rule &rule, Value table,
                                  ValueRange states) {
  auto refuse = [&]() { return emitError(loc) << rule.getName() << ": "; };
  auto tableType = dyn_cast<ShapedType>(table.getType());
  if (!tableType || !tableType.hasRank() || tableType.getRank() != 2 ||
      tableType.isDynamicDim(1) || !isa<FloatType>(tableType.getElementType()))
    return refuse() << "the table is " << table.getType()
                    << ", expected rank 2, a static number of columns and "
                       "floating-point elements";
  FloatType computeType = getComputeType(tableType.getElementType());
  if (failed(verifyRule(loc, rule, computeType, states)))
    return failure();
  for (auto [state, value] : llvm::zip_equal(rule.getStates(), states)) {
    auto type = dyn_cast<ShapedType>(value.getType());
    int64_t rank = state.isPerRow ? 1 : 2;
    if (!type || !type.hasRank() || type.getRank() != rank ||
        !isa<FloatType>(type.getElementType()) ||
        getComputeType(type.getElementType()) != computeType)
      return refuse() << "the state " << state.name << " is " << value.getType()
                      << ", expected rank " << rank
                      << " and the compute type of the table, " << computeType;
  }
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
  if (failed(verifyValues(loc, *rule, table, states)) ||
      failed(verifyScalars(loc, *rule, lr, step, extras)))
    return failure();
  builder.getContext()->loadDialect<arith::ArithDialect, math::MathDialect>();

  ImplicitLocOpBuilder b(loc, builder);
  SmallVector<Value> scalars = buildScalars(b, *rule, lr, step, extras);
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
  ValueRange args = body.getArguments();
  size_t numStates = states.size();
  SmallVector<Value> results =
      buildElement(b, *rule, update.getElementArg(0), args.slice(1, numStates),
                   update.getGradientArg(), args.drop_front(2 + numStates),
                   cast<ShapedType>(table.getType()).getDimSize(1), extras);
  YieldOp::create(b, results);
  return update;
}
