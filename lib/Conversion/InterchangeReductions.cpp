//===- InterchangeReductions.cpp - Sums with a parallel inner loop --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::emb {
#define GEN_PASS_DEF_INTERCHANGEREDUCTIONS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;
using utils::IteratorType;

/// Fewer fill no vector.
static constexpr int64_t kMinExtent = 8;

/// Whether `loop` runs along the last dimension of an operand with `map`, and
/// along no other one.
static bool isInnermost(AffineMap map, unsigned loop) {
  auto dim = getAffineDimExpr(loop, map.getContext());
  if (map.getNumResults() == 0 || map.getResults().back() != dim)
    return false;
  return llvm::none_of(map.getResults().drop_back(), [&](AffineExpr result) {
    return result.isFunctionOfDim(loop);
  });
}

/// A parallel loop along which all outputs and at least one input are
/// contiguous, and every other input is or does not change.
static std::optional<unsigned> findContiguousLoop(linalg::LinalgOp op) {
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  ArrayRef<AffineMap> inputs = ArrayRef(maps).take_front(op.getNumDpsInputs());
  ArrayRef<AffineMap> outputs = ArrayRef(maps).drop_front(inputs.size());
  for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (iterator != IteratorType::parallel)
      continue;
    auto isContiguous = [loop = loop](AffineMap map) {
      return isInnermost(map, loop);
    };
    auto isFine = [&, loop = loop](AffineMap map) {
      return isContiguous(map) || !map.isFunctionOfDim(loop);
    };
    if (llvm::all_of(outputs, isContiguous) && llvm::all_of(inputs, isFine) &&
        llvm::any_of(inputs, isContiguous))
      return loop;
  }
  return std::nullopt;
}

namespace {
struct InterchangeReduction : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureBufferSemantics())
      return rewriter.notifyMatchFailure(op, "is not on memrefs");
    unsigned numLoops = op.getNumLoops();
    if (numLoops < 2 ||
        op.getIteratorTypesArray().back() != IteratorType::reduction)
      return rewriter.notifyMatchFailure(op, "the inner loop does not reduce");
    std::optional<unsigned> loop = findContiguousLoop(op);
    if (!loop)
      return rewriter.notifyMatchFailure(
          op, "no parallel loop runs through contiguous elements");
    int64_t extent = op.getStaticLoopRanges()[*loop];
    if (!ShapedType::isDynamic(extent) && extent < kMinExtent)
      return rewriter.notifyMatchFailure(op, "the parallel loop is short");

    auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
    if (!generic) {
      FailureOr<linalg::GenericOp> generalized =
          linalg::generalizeNamedOp(rewriter, op);
      if (failed(generalized))
        return rewriter.notifyMatchFailure(op, "has no generic form");
      generic = *generalized;
    }
    SmallVector<unsigned> order;
    for (unsigned i = 0; i < numLoops; ++i)
      if (i != *loop)
        order.push_back(i);
    order.push_back(*loop);
    if (failed(linalg::interchangeGenericOp(rewriter, generic, order)))
      return rewriter.notifyMatchFailure(op, "the loops cannot be exchanged");
    return success();
  }
};

struct InterchangeReductions
    : public emb::impl::InterchangeReductionsBase<InterchangeReductions> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<InterchangeReduction>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace
