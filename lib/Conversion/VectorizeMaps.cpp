//===- VectorizeMaps.cpp - Functions of elements on vectors and threads ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PassOptions.h"
#include "Vectorize/VectorBody.h"
#include "Vectorize/VectorLoops.h"
#include "emb/Conversion/EntryPoints.h"
#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::emb {
#define GEN_PASS_DEF_VECTORIZEMAPS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Fewer fill no vector.
static constexpr int64_t kMinExtent = 4;

namespace {
struct VectorizeMap : OpInterfaceRewritePattern<linalg::LinalgOp> {
  VectorizeMap(MLIRContext *context, int64_t vectorBytes)
      : OpInterfaceRewritePattern(context), vectorBytes(vectorBytes) {}

  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override;

private:
  /// The elements of one vector, if `op` can be computed with vectors.
  FailureOr<int64_t> match(linalg::LinalgOp op,
                           PatternRewriter &rewriter) const;

  int64_t vectorBytes;
};

struct VectorizeMaps : public emb::impl::VectorizeMapsBase<VectorizeMaps> {
  using VectorizeMapsBase::VectorizeMapsBase;
  void runOnOperation() override {
    if (failed(checkVectorBytes(getOperation(), getArgument(), vectorBytes)))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    patterns.add<VectorizeMap>(&getContext(), vectorBytes);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

FailureOr<int64_t> VectorizeMap::match(linalg::LinalgOp op,
                                       PatternRewriter &rewriter) const {
  if (!op.hasPureBufferSemantics())
    return rewriter.notifyMatchFailure(op, "is not on memrefs");
  unsigned numLoops = op.getNumLoops();
  if (numLoops == 0 || op.getNumParallelLoops() != numLoops)
    return rewriter.notifyMatchFailure(op, "is no map of elements");
  if (isa<linalg::FillOp>(op))
    return rewriter.notifyMatchFailure(op, "sets memory to one value");
  int64_t extent = op.getStaticLoopRanges().back();
  if (!ShapedType::isDynamic(extent) && extent < kMinExtent)
    return rewriter.notifyMatchFailure(op, "rows are short");
  if (std::string reason = whyNotVectors(op, numLoops - 1); !reason.empty())
    return rewriter.notifyMatchFailure(op, reason);
  int64_t lanes = vectorBytes / getWidestBytes(op);
  if (!ShapedType::isDynamic(extent))
    lanes = std::min<int64_t>(lanes, llvm::PowerOf2Ceil(extent));
  return lanes;
}

LogicalResult VectorizeMap::matchAndRewrite(linalg::LinalgOp op,
                                            PatternRewriter &rewriter) const {
  FailureOr<int64_t> lanes = match(op, rewriter);
  if (failed(lanes))
    return failure();
  unsigned loop = op.getNumLoops() - 1;
  SmallVector<OpOperand *> outputs = llvm::map_to_vector(
      op.getDpsInitsMutable(), [](OpOperand &output) { return &output; });
  VectorLoops loops(rewriter, op, loop, *lanes);
  loops.createParallels(rewriter, [&](OpBuilder &b, SmallVector<Value> ivs,
                                      Value begin, Value end) {
    VectorBody body(op, loop, *lanes);
    body.createUniform(b, ivs);
    loops.createVectors(
        b, begin, end, {},
        [&](OpBuilder &in, Value iv, Value mask,
            ValueRange) -> SmallVector<Value> {
          ivs[loop] = iv;
          SmallVector<Value> old;
          for (OpOperand *output : outputs) {
            bool isUsed = !op.getMatchingBlockArgument(output).use_empty();
            old.push_back(isUsed ? body.load(in, *output, ivs, mask) : Value());
          }
          for (auto [value, output] :
               llvm::zip_equal(body.create(in, ivs, mask, old), outputs))
            body.store(in, value, *output, ivs, mask);
          return {};
        });
  });
  remark::passed(op.getLoc(),
                 remark::RemarkOpts::name("MapVectorized")
                     .category("emb-vectorize-maps")
                     .function(op->getParentOfType<func::FuncOp>().getName()))
      << remark::metric("Lanes", *lanes)
      << remark::metric("WorkPerIteration", loops.getWork());
  rewriter.eraseOp(op);
  return success();
}
