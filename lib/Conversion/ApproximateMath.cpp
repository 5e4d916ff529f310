//===- ApproximateMath.cpp - f32 functions without calls ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ApproximateMath/Functions.h"
#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::emb {
#define GEN_PASS_DEF_APPROXIMATEMATH
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
template <typename OpTy, Lanes (*buildFormula)(Lanes)>
struct Approximate : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF32())
      return rewriter.notifyMatchFailure(op, "is not on f32");
    ImplicitLocOpBuilder builder(op.getLoc(), rewriter);
    rewriter.replaceOp(op, buildFormula({&builder, op.getOperand()}).value);
    return success();
  }
};

struct ApproximateMath
    : public emb::impl::ApproximateMathBase<ApproximateMath> {
  void runOnOperation() override;
};
} // namespace

bool emb::isApproximated(Operation *op) {
  if (!isa<math::ErfOp, math::ExpOp, math::Exp2Op, math::ExpM1Op, math::LogOp,
           math::Log10Op, math::Log1pOp, math::Log2Op, math::TanhOp>(op))
    return false;
  Type type = getElementTypeOrSelf(op->getResult(0));
  return type.isF16() || type.isBF16() || type.isF32();
}

void ApproximateMath::runOnOperation() {
  MLIRContext *context = &getContext();
  ConversionTarget target(*context);
  target.addLegalDialect<arith::ArithDialect>();
  target.addDynamicallyLegalDialect<math::MathDialect>(
      [](Operation *op) { return !isApproximated(op); });
  RewritePatternSet patterns(context);
  // An operation that is legal is not asked for.
  populateMathF32ExpansionPatterns(patterns, [](StringRef) { return true; });
  patterns.add<Approximate<math::ErfOp, buildErf>,
               Approximate<math::ExpOp, buildExp>,
               Approximate<math::Exp2Op, buildExp2>,
               Approximate<math::ExpM1Op, buildExpM1>,
               Approximate<math::LogOp, buildLog>,
               Approximate<math::Log10Op, buildLog10>,
               Approximate<math::Log1pOp, buildLog1p>,
               Approximate<math::Log2Op, buildLog2>,
               Approximate<math::TanhOp, buildTanh>>(context);
  if (failed(
          applyPartialConversion(getOperation(), target, std::move(patterns))))
    signalPassFailure();
}
