//===- CostFlops.cpp - The arithmetic of operations -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Estimates.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::emb;

/// Whether `op` computes with floats.
static bool isFlop(Operation *op) {
  if (isa<RowReduceOp>(op))
    return true;
  if (op->getNumResults() != 1)
    return false;
  if (isa<arith::CmpFOp>(op))
    return true;
  if (!isa<FloatType>(op->getResult(0).getType()))
    return false;
  if (isa<arith::ConstantOp, arith::SelectOp, CastOpInterface>(op))
    return false;
  return isa<arith::ArithDialect, math::MathDialect>(op->getDialect());
}

static double countFlops(Region &body) {
  double flops = 0;
  body.walk([&](Operation *op) { flops += isFlop(op); });
  return flops;
}

Known CostModel::getFlops(Operation *op) {
  bool isAssumed = false;
  bool isKnown = true;
  auto known = [&](Known estimate) {
    isKnown &= estimate.has_value();
    isAssumed |= estimate && estimate->isAssumed;
    return estimate ? estimate->value : 0.0;
  };
  auto elements = [&](Value value) { return known(getNumElements(value)); };
  auto columns = [&](Value rows) {
    return known(
        getExtent(rows, cast<ShapedType>(rows.getType()).getRank() - 1));
  };
  auto visited = [&](ValueRange group, ValueRange indices, Value table) {
    return known(group.empty() ? getDistinct(indices, tryExtent(table, 0))
                               : getIndex(group[3]));
  };
  auto sources = [&](ArrayRef<GradientSource> all) {
    double flops = 0;
    for (const GradientSource &source : all)
      flops += elements(source.indices) * columns(source.gradient) *
               (source.scale ? 2 : 1);
    return flops;
  };
  double flops =
      TypeSwitch<Operation *, double>(op)
          .Case<BagOp>([&](BagOp bag) {
            double sum = elements(bag.getIndices()) * columns(bag.getTable());
            if (bag.getMode() != BagMode::Mean)
              return sum * (bag.getWeights() ? 2 : 1);
            Value pooled = bag.getResult() ? bag.getResult() : bag.getInit();
            return sum + elements(pooled);
          })
          .Case<GatherDotOp>([&](GatherDotOp dot) {
            return 2 * elements(dot.getIndices()) * columns(dot.getTable());
          })
          .Case<RenormOp>([&](RenormOp renorm) {
            // The norm; which rows are scaled only the run knows.
            return 2 *
                   visited(renorm.getGroup(), renorm.getIndices(),
                           renorm.getInit()) *
                   columns(renorm.getInit());
          })
          .Case<ScatterAddOp>(
              [&](ScatterAddOp scatter) { return elements(scatter.getRows()); })
          .Case<CoalesceOp>([&](CoalesceOp coalesce) {
            return sources(coalesce.getSources());
          })
          .Case<UpdateOp>([&](UpdateOp update) {
            double rows = update.getRows() == UpdateRows::All
                              ? known(getExtent(update.getTable(), 0))
                              : visited(update.getGroup(), update.getIndices(),
                                        update.getTable());
            return sources(update.getSources()) +
                   rows * columns(update.getTable()) *
                       countFlops(update.getBody());
          })
          .Case<linalg::LinalgOp>([&](linalg::LinalgOp linalgOp) {
            double perPoint = countFlops(op->getRegion(0));
            if (perPoint == 0)
              return 0.0;
            SmallVector<Known> ranges(linalgOp.getNumLoops());
            for (OpOperand &operand : op->getOpOperands()) {
              AffineMap map = linalgOp.getMatchingIndexingMap(&operand);
              for (auto [dim, expr] : llvm::enumerate(map.getResults()))
                if (auto loop = dyn_cast<AffineDimExpr>(expr))
                  if (!ranges[loop.getPosition()])
                    ranges[loop.getPosition()] = getExtent(operand.get(), dim);
            }
            for (Known range : ranges)
              perPoint *= known(range);
            return perPoint;
          })
          .Default(0.0);
  if (!isKnown)
    return std::nullopt;
  return Estimate{flops, isAssumed};
}
