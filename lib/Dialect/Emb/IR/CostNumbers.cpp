//===- CostNumbers.cpp - Expected numbers and iterations ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Estimates.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

Known CostModel::getIndex(Value value) {
  auto found = numbers.find(value);
  if (found != numbers.end())
    return found->second;
  Known number = computeIndex(value);
  if (number)
    numbers[value] = *number;
  return number;
}

/// `expr` with dimensions and symbols as in `operands`, dimensions first.
static Known evaluate(AffineExpr expr, ArrayRef<Known> operands,
                      unsigned numDims) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return Estimate{double(constant.getValue())};
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return operands[dim.getPosition()];
  if (auto symbol = dyn_cast<AffineSymbolExpr>(expr))
    return operands[numDims + symbol.getPosition()];
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Known lhs = evaluate(binary.getLHS(), operands, numDims);
  Known rhs = evaluate(binary.getRHS(), operands, numDims);
  return combine(lhs, rhs, [&](double a, double b) {
    switch (expr.getKind()) {
    case AffineExprKind::Add:
      return a + b;
    case AffineExprKind::Mul:
      return a * b;
    case AffineExprKind::FloorDiv:
      return std::floor(a / b);
    case AffineExprKind::CeilDiv:
      return std::ceil(a / b);
    default:
      return a - b * std::floor(a / b);
    }
  });
}

Known CostModel::computeIndex(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return Estimate{double(constant.getSExtValue())};
  if (isa<BlockArgument>(value)) {
    std::string argument = describeFunctionArgument(value);
    return unknown(argument.empty() ? "the number of an iteration"
                                    : "the value of " + argument);
  }
  Operation *op = value.getDefiningOp();
  auto binary = [&](auto compute) {
    return combine(getIndex(op->getOperand(0)), getIndex(op->getOperand(1)),
                   compute);
  };
  auto least = [](double a, double b) { return std::min(a, b); };
  auto most = [](double a, double b) { return std::max(a, b); };
  auto affine = [&](auto apply, auto choose) {
    SmallVector<Known> operands;
    for (Value operand : apply->getOperands())
      operands.push_back(getIndex(operand));
    AffineMap map = apply.getMap();
    Known chosen = evaluate(map.getResult(0), operands, map.getNumDims());
    for (AffineExpr expr : map.getResults().drop_front())
      chosen =
          combine(chosen, evaluate(expr, operands, map.getNumDims()), choose);
    return chosen;
  };
  return TypeSwitch<Operation *, Known>(op)
      .Case<tensor::DimOp, memref::DimOp>([&](auto dim) -> Known {
        if (std::optional<int64_t> number = dim.getConstantIndex())
          return getExtent(dim.getSource(), *number);
        return unknown("a dimension that is not constant");
      })
      .Case<GroupOp>([&](GroupOp group) {
        return getDistinct(group.getIndices(),
                           getTableRows(group.getIndices()));
      })
      .Case<arith::IndexCastOp>(
          [&](auto cast) { return getIndex(cast.getIn()); })
      .Case<arith::AddIOp>([&](auto) { return binary(add); })
      .Case<arith::SubIOp>([&](auto) {
        return binary([](double a, double b) { return a - b; });
      })
      .Case<arith::MulIOp>([&](auto) { return binary(multiply); })
      .Case<arith::DivSIOp, arith::DivUIOp, arith::FloorDivSIOp>([&](auto) {
        return binary([](double a, double b) { return std::floor(a / b); });
      })
      .Case<arith::CeilDivSIOp, arith::CeilDivUIOp>([&](auto) {
        return binary([](double a, double b) { return std::ceil(a / b); });
      })
      .Case<arith::MinSIOp, arith::MinUIOp>([&](auto) { return binary(least); })
      .Case<arith::MaxSIOp, arith::MaxUIOp>([&](auto) { return binary(most); })
      .Case<affine::AffineApplyOp>(
          [&](auto apply) { return affine(apply, least); })
      .Case<affine::AffineMinOp>(
          [&](auto apply) { return affine(apply, least); })
      .Case<affine::AffineMaxOp>(
          [&](auto apply) { return affine(apply, most); })
      .Default([&](Operation *other) {
        return unknown("a number that '" + other->getName().getStringRef() +
                       "' computes");
      });
}

Known CostModel::getRuns(Operation *op) {
  Known runs = Estimate{1.0};
  auto count = [&](OpFoldResult low, OpFoldResult high, OpFoldResult step) {
    Known extent = combine(getExtent(high), getExtent(low),
                           [](double a, double b) { return a - b; });
    Known trips = combine(extent, getExtent(step), [](double a, double b) {
      return std::max(0.0, std::ceil(a / b));
    });
    runs = combine(runs, trips, multiply);
  };
  for (Operation *parent = op->getParentOp();
       parent && !isa<FunctionOpInterface>(parent);
       parent = parent->getParentOp()) {
    auto loop = dyn_cast<LoopLikeOpInterface>(parent);
    if (!loop)
      continue;
    std::optional<SmallVector<OpFoldResult>> low = loop.getLoopLowerBounds();
    std::optional<SmallVector<OpFoldResult>> high = loop.getLoopUpperBounds();
    std::optional<SmallVector<OpFoldResult>> step = loop.getLoopSteps();
    if (!low || !high || !step)
      return unknown("how often '" + parent->getName().getStringRef() +
                     "' repeats");
    for (auto [a, b, c] : llvm::zip_equal(*low, *high, *step))
      count(a, b, c);
  }
  return runs;
}
