//===- ConvertElementwise.cpp - Elementwise operations to linalg ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::emb {
#define GEN_PASS_DEF_CONVERTELEMENTWISE
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;

namespace {
// op(tensors and scalars) -> linalg.generic of op on elements, into
// tensor.empty
struct ElementwiseToGeneric : public RewritePattern {
  explicit ElementwiseToGeneric(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!OpTrait::hasElementwiseMappableTraits(op) || op->getNumResults() != 1)
      return rewriter.notifyMatchFailure(
          op, "expected an elementwise operation with one result");
    auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
    if (!type)
      return rewriter.notifyMatchFailure(op, "expected a ranked tensor result");

    Value shape;
    SmallVector<AffineMap> maps;
    for (Value operand : op->getOperands()) {
      bool isTensor = isa<RankedTensorType>(operand.getType());
      if (isTensor && !shape)
        shape = operand;
      maps.push_back(
          isTensor ? rewriter.getMultiDimIdentityMap(type.getRank())
                   : AffineMap::get(type.getRank(), 0, rewriter.getContext()));
    }
    maps.push_back(rewriter.getMultiDimIdentityMap(type.getRank()));
    Location loc = op->getLoc();
    Value init = tensor::EmptyOp::create(
        rewriter, loc, tensor::getMixedSizes(rewriter, loc, shape),
        type.getElementType());
    SmallVector<utils::IteratorType> loops(type.getRank(),
                                           utils::IteratorType::parallel);
    rewriter.replaceOpWithNewOp<linalg::GenericOp>(
        op, type, op->getOperands(), init, maps, loops,
        [&](OpBuilder &builder, Location loc, ValueRange elements) {
          Operation *scalar =
              builder.create(loc, op->getName().getIdentifier(),
                             elements.take_front(op->getNumOperands()),
                             type.getElementType(), op->getAttrs());
          linalg::YieldOp::create(builder, loc, scalar->getResults());
        });
    return success();
  }
};

struct ConvertElementwisePass
    : public emb::impl::ConvertElementwiseBase<ConvertElementwisePass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ElementwiseToGeneric>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace
