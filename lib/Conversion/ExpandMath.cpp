//===- ExpandMath.cpp - Arithmetic that has no exact conversion -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/Passes.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/DialectConversion.h"

namespace mlir::emb {
#define GEN_PASS_DEF_EXPANDMATH
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

static bool isBF16(Type type) { return getElementTypeOrSelf(type).isBF16(); }
static bool isF32(Type type) { return getElementTypeOrSelf(type).isF32(); }
static bool isF64(Type type) { return getElementTypeOrSelf(type).isF64(); }

/// `type`, or a vector of it with the shape of `shaped`.
static Type withShapeOf(Type shaped, Type type) {
  if (auto vector = dyn_cast<VectorType>(shaped))
    return vector.clone(type);
  return type;
}

namespace {
/// f32 to bf16 by integer arithmetic: to the nearest, ties to even. NaN is set
/// apart before, as f32: LLVM would turn a choice among the results into one of
/// bf16, which it makes lane by lane.
struct NarrowF32ToBF16 : OpRewritePattern<arith::TruncFOp> {
  NarrowF32ToBF16(MLIRContext *context)
      : OpRewritePattern(context, /*benefit=*/2) {}

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    Value wide = op.getIn();
    if (!isF32(wide.getType()) || !isBF16(op.getType()))
      return rewriter.notifyMatchFailure(op, "is not from f32 to bf16");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Type i32 = withShapeOf(op.getType(), b.getI32Type());
    auto constant = [&](Type type, Attribute value) -> Value {
      auto typed = cast<TypedAttr>(value);
      if (auto vector = dyn_cast<VectorType>(type))
        typed = DenseElementsAttr::get(vector, value);
      return arith::ConstantOp::create(b, typed);
    };
    auto integer = [&](int32_t value) {
      return constant(i32, b.getI32IntegerAttr(value));
    };
    Value isNaN =
        arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, wide, wide);
    Value quiet =
        constant(wide.getType(),
                 b.getFloatAttr(b.getF32Type(),
                                APFloat::getQNaN(APFloat::IEEEsingle())));
    wide = arith::SelectOp::create(b, isNaN, quiet, wide);
    Value bits = arith::BitcastOp::create(b, i32, wide);
    Value odd = arith::ShRUIOp::create(b, bits, integer(16));
    odd = arith::AndIOp::create(b, odd, integer(1));
    Value rounded = arith::AddIOp::create(b, bits, integer(0x7fff));
    rounded = arith::AddIOp::create(b, rounded, odd);
    rounded = arith::ShRUIOp::create(b, rounded, integer(16));
    rounded = arith::TruncIOp::create(
        b, withShapeOf(op.getType(), b.getIntegerType(16)), rounded);
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, op.getType(), rounded);
    return success();
  }
};

/// f64 to bf16 by way of f32. So that only the last step rounds, the first cuts
/// and sets the last bit if it cut something off: an odd number is no tie.
struct NarrowF64ToBF16 : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    Value wide = op.getIn();
    if (!isF64(wide.getType()) || !isBF16(op.getType()))
      return rewriter.notifyMatchFailure(op, "is not from f64 to bf16");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    Type f32 = withShapeOf(op.getType(), b.getF32Type());
    Type i32 = withShapeOf(op.getType(), b.getI32Type());
    Value near = arith::TruncFOp::create(b, f32, wide);
    Value back = arith::ExtFOp::create(b, wide.getType(), near);
    Value isInexact =
        arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, back, wide);
    Value isFarther = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT,
                                            math::AbsFOp::create(b, back),
                                            math::AbsFOp::create(b, wide));
    Value bits = arith::BitcastOp::create(b, i32, near);
    bits = arith::SubIOp::create(b, bits,
                                 arith::ExtUIOp::create(b, i32, isFarther));
    bits = arith::OrIOp::create(b, bits,
                                arith::ExtUIOp::create(b, i32, isInexact));
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(
        op, op.getType(), arith::BitcastOp::create(b, f32, bits));
    return success();
  }
};

struct WidenBF16ToF64 : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    if (!isBF16(op.getIn().getType()) || !isF64(op.getType()))
      return rewriter.notifyMatchFailure(op, "is not from bf16 to f64");
    Type f32 = withShapeOf(op.getType(), rewriter.getF32Type());
    Value value = arith::ExtFOp::create(rewriter, op.getLoc(), f32, op.getIn());
    rewriter.replaceOpWithNewOp<arith::ExtFOp>(op, op.getType(), value);
    return success();
  }
};

/// To the maximum of `min` and the minimum of `value` and `max`, which is what
/// later versions of math.clampf say. That of LLVM 22 has the limits swapped.
struct ExpandClamp : OpRewritePattern<math::ClampFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ClampFOp op,
                                PatternRewriter &rewriter) const override {
    Value limited =
        arith::MinimumFOp::create(rewriter, op.getLoc(), op.getValue(),
                                  op.getMax(), op.getFastmathAttr());
    rewriter.replaceOpWithNewOp<arith::MaximumFOp>(op, limited, op.getMin(),
                                                   op.getFastmathAttr());
    return success();
  }
};

struct ExpandMath : public emb::impl::ExpandMathBase<ExpandMath> {
  void runOnOperation() override;

private:
  LogicalResult computeBF16InF32();
  LogicalResult expand();
};
} // namespace

/// Gives operations on bf16 f32 operands and rounds their results.
LogicalResult ExpandMath::computeBF16InF32() {
  MLIRContext *context = &getContext();
  TypeConverter converter;
  arith::populateEmulateUnsupportedFloatsConversions(
      converter, BFloat16Type::get(context), Float32Type::get(context));
  RewritePatternSet patterns(context);
  arith::populateEmulateUnsupportedFloatsPatterns(patterns, converter);

  ConversionTarget target(*context);
  arith::populateEmulateUnsupportedFloatsLegality(target, converter);
  target.addDynamicallyLegalDialect<math::MathDialect>(
      [&](Operation *op) { return converter.isLegal(op); });
  return applyPartialConversion(getOperation(), target, std::move(patterns));
}

/// Replaces what has no exact conversion. No operation on bf16 is left that
/// LLVM knows as arithmetic: it would narrow others to bf16.
LogicalResult ExpandMath::expand() {
  MLIRContext *context = &getContext();
  RewritePatternSet patterns(context);
  populateMathToLibmConversionPatterns(patterns);
  arith::populateCeilFloorDivExpandOpsPatterns(patterns);
  arith::populateExpandBFloat16Patterns(patterns);
  patterns.add<ExpandClamp, NarrowF32ToBF16, NarrowF64ToBF16, WidenBF16ToF64>(
      context);

  ConversionTarget target(*context);
  target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
  target.addIllegalOp<math::ClampFOp, math::ExpM1Op, math::Log1pOp>();
  target.addIllegalOp<arith::CeilDivSIOp, arith::CeilDivUIOp,
                      arith::FloorDivSIOp>();
  target.addDynamicallyLegalOp<arith::TruncFOp>([](arith::TruncFOp op) {
    return !isBF16(op.getType()) || op.getRoundingmodeAttr();
  });
  target.addDynamicallyLegalOp<arith::ExtFOp>(
      [](arith::ExtFOp op) { return !isBF16(op.getIn().getType()); });
  // Folding would skip the rounding between two operations.
  ConversionConfig config;
  config.foldingMode = DialectConversionFoldingMode::Never;
  return applyPartialConversion(getOperation(), target, std::move(patterns),
                                config);
}

void ExpandMath::runOnOperation() {
  if (failed(computeBF16InF32()) || failed(expand()))
    signalPassFailure();
}
