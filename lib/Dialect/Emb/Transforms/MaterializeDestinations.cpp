//===- MaterializeDestinations.cpp - Destinations of reads ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::emb {
#define GEN_PASS_DEF_MATERIALIZEDESTINATIONS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Adds `tensor.empty` values of the shapes of `op`'s tensor results to
/// `inits`.
static LogicalResult addDestinations(Operation *op, MutableOperandRange inits,
                                     OpBuilder &builder) {
  if (!inits.empty())
    return success();
  builder.setInsertionPoint(op);
  ReifiedRankedShapedTypeDims shapes;
  if (failed(reifyResultShapes(builder, op, shapes)))
    return op->emitOpError("has no destination and its shape is not known");
  for (auto [result, shape] : llvm::zip_equal(op->getResults(), shapes))
    if (auto type = dyn_cast<RankedTensorType>(result.getType()))
      inits.append(tensor::EmptyOp::create(builder, op->getLoc(), shape,
                                           type.getElementType())
                       .getResult());
  return success();
}

/// Gives each operation that adds to a constant tensor its own one.
static void separateFills(func::FuncOp function) {
  SmallVector<linalg::LinalgOp> ops;
  function.walk([&](linalg::LinalgOp op) { ops.push_back(op); });
  for (linalg::LinalgOp op : ops) {
    if (isa<linalg::FillOp>(op))
      continue;
    for (OpOperand &init : op.getDpsInitsMutable()) {
      auto fill = init.get().getDefiningOp<linalg::FillOp>();
      if (fill && fill->getNumResults() == 1 && !fill->hasOneUse())
        init.set(OpBuilder(op).clone(*fill)->getResult(0));
    }
  }
}

namespace {
struct MaterializeDestinationsPass
    : public emb::impl::MaterializeDestinationsBase<
          MaterializeDestinationsPass> {
  void runOnOperation() override {
    separateFills(getOperation());
    OpBuilder builder(&getContext());
    WalkResult result = getOperation().walk([&](Operation *op) -> WalkResult {
      if (op->getNumResults() == 0)
        return success();
      if (auto gather = dyn_cast<GatherOp>(op))
        return addDestinations(op, gather.getInitMutable(), builder);
      if (auto bag = dyn_cast<BagOp>(op))
        return addDestinations(op, bag.getInitsMutable(), builder);
      if (auto coalesce = dyn_cast<CoalesceOp>(op))
        return addDestinations(op, coalesce.getInitMutable(), builder);
      if (auto frequency = dyn_cast<FrequencyOp>(op))
        return addDestinations(op, frequency.getInitMutable(), builder);
      if (auto dot = dyn_cast<GatherDotOp>(op))
        return addDestinations(op, dot.getInitMutable(), builder);
      if (auto map = dyn_cast<Offset2BagOp>(op))
        return addDestinations(op, map.getInitMutable(), builder);
      auto group = dyn_cast<GroupOp>(op);
      if (group && !group.getOutputs().empty())
        return addDestinations(op, group.getInitsMutable(), builder);
      return success();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
