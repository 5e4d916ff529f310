//===- LinalgExtremum.cpp - Which step won a maximum ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgExtremum.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

/// The position of the initial value, before all steps.
static constexpr int64_t kInitPosition = -1;
static constexpr int64_t kNoPosition = std::numeric_limits<int64_t>::max();

static Value createInteger(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI64IntegerAttr(value));
}

/// Whether the numbers are equal, or both NaN.
static Value createIsSame(OpBuilder &builder, Location loc, Value lhs,
                          Value rhs) {
  auto compare = [&](arith::CmpFPredicate predicate, Value x, Value y) {
    return arith::CmpFOp::create(builder, loc, predicate, x, y);
  };
  Value areEqual = compare(arith::CmpFPredicate::OEQ, lhs, rhs);
  Value areNaN = arith::AndIOp::create(
      builder, loc, compare(arith::CmpFPredicate::UNO, lhs, lhs),
      compare(arith::CmpFPredicate::UNO, rhs, rhs));
  return arith::OrIOp::create(builder, loc, areEqual, areNaN);
}

/// The elements `build` makes of the elements of `tensors`.
static Value
createElementwise(OpBuilder &builder, Location loc, ValueRange tensors,
                  Type elementType,
                  function_ref<Value(OpBuilder &, ValueRange)> build) {
  Value init = createEmptyLike(builder, loc, tensors.front(), elementType);
  unsigned rank = cast<RankedTensorType>(init.getType()).getRank();
  SmallVector<AffineMap> maps(tensors.size() + 1,
                              builder.getMultiDimIdentityMap(rank));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      builder, loc, init.getType(), tensors, init, maps, iterators,
      [&](OpBuilder &body, Location, ValueRange elements) {
        linalg::YieldOp::create(body, loc, build(body, elements.drop_back()));
      });
  return generic.getResult(0);
}

/// Where each element of an output stands before the first step.
static Value createInitPositions(OpBuilder &builder, Location loc, Value init,
                                 Value result) {
  SmallVector<Value> tensors = {result};
  auto fill = init.getDefiningOp<linalg::FillOp>();
  if (!fill)
    tensors.push_back(init);
  return createElementwise(
      builder, loc, tensors, builder.getI64Type(),
      [&](OpBuilder &body, ValueRange elements) -> Value {
        Value number = fill ? fill.getInputs().front() : elements.back();
        return arith::SelectOp::create(
            body, loc, createIsSame(body, loc, number, elements.front()),
            createInteger(body, loc, kInitPosition),
            createInteger(body, loc, kNoPosition));
      });
}

/// The number of the step among those of one element, whose loops are not in
/// `map`.
static Value createStep(OpBuilder &builder, OpBuilder &body,
                        linalg::LinalgOp op, AffineMap map) {
  Location loc = op.getLoc();
  Value step;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop) {
    if (map.isFunctionOfDim(loop))
      continue;
    Value index = linalg::IndexOp::create(body, loc, loop);
    if (step) {
      Value operand;
      unsigned dim;
      // Every loop is the dimension of an operand.
      (void)op.mapIterationSpaceDimToOperandDim(loop, operand, dim);
      Value size = tensor::DimOp::create(builder, loc, operand, dim);
      step = arith::MulIOp::create(body, loc, step, size);
      index = arith::AddIOp::create(body, loc, step, index);
    }
    step = index;
  }
  return arith::IndexCastOp::create(body, loc, body.getI64Type(), step);
}

Winners::Winners(OpBuilder &builder, linalg::LinalgOp op, AdjointBody &body,
                 unsigned number, Value term)
    : loc(op.getLoc()) {
  OpOperand *init = op.getDpsInitOperand(number);
  AffineMap map = op.getMatchingIndexingMap(init);
  Value result = op->getResult(number);
  OpBuilder inner = body.getBuilder();
  step = createStep(builder, inner, op, map);
  Value isSame = createIsSame(inner, loc, term, body.read(result, map));
  Value position = arith::SelectOp::create(
      inner, loc, isSame, step, createInteger(inner, loc, kNoPosition));
  Value initPositions = createInitPositions(builder, loc, init->get(), result);
  AdjointOutput output = {position, initPositions, map,
                          AdjointCombiner::Minimum};
  positions = body.build(builder, output).front();
  winner = body.read(positions, map);
}

/// `gradient` where `position` is `winner`, else zero.
static Value createShare(OpBuilder &builder, Location loc, Value winner,
                         Value position, Value gradient) {
  Value isWinner = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                         winner, position);
  Value zero = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(gradient.getType()));
  return arith::SelectOp::create(builder, loc, isWinner, gradient, zero);
}

Value Winners::getShare(OpBuilder &builder, Value gradient) {
  return createShare(builder, loc, winner, step, gradient);
}

Value Winners::getShareOfInit(OpBuilder &builder, Value gradient) {
  Type type = cast<RankedTensorType>(gradient.getType()).getElementType();
  return createElementwise(builder, loc, {positions, gradient}, type,
                           [&](OpBuilder &body, ValueRange elements) {
                             return createShare(
                                 body, loc, elements[0],
                                 createInteger(body, loc, kInitPosition),
                                 elements[1]);
                           });
}
