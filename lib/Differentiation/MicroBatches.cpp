//===- MicroBatches.cpp - Gradients over several batches ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MicroBatches.h"
#include "LoopStack.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

/// Puts a placeholder in the place of each of `data`, and gives these one more
/// dimension in front.
static SmallVector<Value> addBatchDimension(OpBuilder &builder, Location loc,
                                            ArrayRef<BlockArgument> data) {
  SmallVector<Value> placeholders;
  for (BlockArgument argument : data) {
    auto type = cast<RankedTensorType>(argument.getType());
    placeholders.push_back(createPlaceholder(builder, loc, type));
    argument.replaceAllUsesWith(placeholders.back());
    SmallVector<int64_t> shape{ShapedType::kDynamic};
    llvm::append_range(shape, type.getShape());
    argument.setType(RankedTensorType::get(shape, type.getElementType()));
  }
  return placeholders;
}

/// How many micro-batches `data` has, with a check that all agree.
static Value countMicroBatches(OpBuilder &builder, Location loc,
                               ArrayRef<BlockArgument> data) {
  Value count;
  for (BlockArgument argument : data) {
    Value found = tensor::DimOp::create(builder, loc, argument, 0);
    if (count)
      CheckEqualOp::create(builder, loc, found, count,
                           "emb.train: number of micro-batches" +
                               describeOrigin(argument));
    else
      count = found;
  }
  return count;
}

/// `number` as a value of the type of `loss`, a float or a rank-0 tensor.
static Value convertLike(OpBuilder &builder, Location loc, Value loss,
                         Value number) {
  auto type = dyn_cast<RankedTensorType>(loss.getType());
  Type element = type ? type.getElementType() : loss.getType();
  number =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), number);
  number = arith::SIToFPOp::create(builder, loc, element, number);
  if (type)
    number = tensor::FromElementsOp::create(builder, loc, type, number);
  return number;
}

LogicalResult emb::accumulateGradients(TrainOp declaration,
                                       func::FuncOp function,
                                       ArrayRef<BlockArgument> data,
                                       ArrayRef<Value> parameters,
                                       ArrayRef<Operation *> ops,
                                       GradientMap &gradients) {
  if (data.empty())
    return declaration.emitOpError("found no tensor of data to accumulate "
                                   "over: every tensor is a parameter");
  Location loc = declaration.getLoc();
  Operation *terminator = function.getBody().front().getTerminator();
  OpBuilder builder(terminator);
  SmallVector<Value> placeholders = addBatchDimension(builder, loc, data);
  Value count = countMicroBatches(builder, loc, data);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value loss = terminator->getOperand(0);
  Value number = convertLike(builder, loc, loss, count);
  Value unit = createConstantLike(builder, loc, loss, 1.0);
  Value share = arith::DivFOp::create(builder, loc, unit, number);
  Value start = createZeroLike(builder, loc, loss);

  auto loop = scf::ForOp::create(builder, loc, zero, count, one, start);
  OpBuilder body = OpBuilder::atBlockBegin(loop.getBody());
  for (auto [argument, placeholder] : llvm::zip_equal(data, placeholders)) {
    placeholder.replaceAllUsesWith(createStackEntry(
        body, loc, argument, loop.getInductionVar(), placeholder.getType()));
    placeholder.getDefiningOp()->erase();
  }
  // It may be what one of the placeholders stood for.
  loss = terminator->getOperand(0);
  for (Operation *op : ops)
    op->moveBefore(loop.getBody(), loop.getBody()->end());
  body.setInsertionPointToEnd(loop.getBody());

  GradientMap scope(gradients);
  llvm::MapVector<Value, Value> running;
  for (Value parameter : parameters) {
    if (!gradients.isActive(parameter))
      continue;
    running[parameter] = createPlaceholder(body, loc, parameter.getType());
    scope.seed(parameter, running[parameter]);
  }
  scope.add(body, loss, share);
  if (failed(scope.propagate(body, ops)))
    return failure();
  Value sum = arith::AddFOp::create(body, loc, loop.getRegionIterArg(0), loss);
  scf::YieldOp::create(body, loc, sum);

  SmallVector<Value> others(llvm::drop_begin(terminator->getOperands()));
  auto position = [](OpBuilder &, scf::ForOp loop) {
    return loop.getInductionVar();
  };
  FailureOr<SmallVector<Value>> stacks =
      stackValues(loop, others, count, position);
  if (failed(stacks) || failed(exportCaptured(builder, loop, scope, running,
                                              count, position, gradients)))
    return failure();
  for (auto [parameter, placeholder] : running)
    if (placeholder.use_empty())
      placeholder.getDefiningOp()->erase();

  builder.setInsertionPoint(terminator);
  SmallVector<Value> results{
      arith::DivFOp::create(builder, loc, loop.getResult(0), number)};
  llvm::append_range(results, loop.getResults().slice(1, others.size()));
  replaceResults(function, results);
  return success();
}
