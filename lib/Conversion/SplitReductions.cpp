//===- SplitReductions.cpp - Compute what is summed before it is summed ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ApproximateMath/Functions.h"
#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::emb {
#define GEN_PASS_DEF_SPLITREDUCTIONS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;
using utils::IteratorType;

/// Elements that are computed at a time: their buffer stays in the first cache.
static constexpr int64_t kTileSize = 256;
/// Fewer fill no vector.
static constexpr int64_t kMinExtent = 8;

namespace {
/// The body of an operation as two: the first applies the functions to inputs,
/// the second does with the outputs what is done with them. What is neither is
/// in both.
struct Split {
  explicit Split(linalg::GenericOp op);

  SmallVector<Operation *> first, second;
  /// Results of the first that the second one uses.
  llvm::SmallSetVector<Value, 4> computed;
};

struct SplitReduction : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op,
                                PatternRewriter &rewriter) const override;
};

struct SplitReductions
    : public emb::impl::SplitReductionsBase<SplitReductions> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<SplitReduction>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

static bool usesAny(Operation &op, const llvm::SmallDenseSet<Value> &values) {
  return llvm::any_of(op.getOperands(),
                      [&](Value operand) { return values.contains(operand); });
}

Split::Split(linalg::GenericOp op) {
  llvm::SmallDenseSet<Value> ofOutputs, ofFunctions;
  for (BlockArgument output : op.getRegionOutputArgs())
    ofOutputs.insert(output);
  llvm::SmallPtrSet<Operation *, 4> widened;
  for (Operation &inner : *op.getBody()) {
    if (usesAny(inner, ofOutputs) || inner.hasTrait<OpTrait::IsTerminator>()) {
      ofOutputs.insert(inner.result_begin(), inner.result_end());
      for (Value operand : inner.getOperands()) {
        if (!ofFunctions.contains(operand))
          continue;
        // What is only widened is kept narrow.
        auto wide = operand.getDefiningOp<arith::ExtFOp>();
        if (wide)
          widened.insert(wide);
        computed.insert(wide ? wide.getIn() : operand);
      }
      continue;
    }
    first.push_back(&inner);
    if (isApproximated(&inner) || usesAny(inner, ofFunctions))
      ofFunctions.insert(inner.result_begin(), inner.result_end());
  }
  for (Operation &inner : *op.getBody()) {
    bool isOfFunctions = llvm::any_of(inner.getResults(), [&](Value result) {
      return ofFunctions.contains(result);
    });
    if (!isOfFunctions || widened.contains(&inner))
      second.push_back(&inner);
  }
}

/// One buffer of kTileSize elements for each value, at the entry of the
/// function, and of each the part that a tile of `size` elements takes.
static SmallVector<Value> createBuffers(PatternRewriter &rewriter,
                                        linalg::GenericOp op,
                                        ArrayRef<Value> values,
                                        OpFoldResult size) {
  SmallVector<Value> parts;
  for (Value value : values) {
    Value buffer;
    {
      OpBuilder::InsertionGuard guard(rewriter);
      auto function = op->getParentOfType<func::FuncOp>();
      rewriter.setInsertionPointToStart(&function.getBody().front());
      buffer = memref::AllocaOp::create(
          rewriter, op.getLoc(), MemRefType::get({kTileSize}, value.getType()),
          rewriter.getI64IntegerAttr(64));
    }
    OpFoldResult zero = rewriter.getIndexAttr(0),
                 one = rewriter.getIndexAttr(1);
    parts.push_back(memref::SubViewOp::create(rewriter, op.getLoc(), buffer,
                                              ArrayRef(zero), ArrayRef(size),
                                              ArrayRef(one)));
  }
  return parts;
}

/// Replaces `op`, whose loops but the last one have one iteration.
static void splitTile(PatternRewriter &rewriter, linalg::GenericOp op,
                      AffineMap bufferMap) {
  Split split(op);
  ArrayRef<Value> computed = split.computed.getArrayRef();
  Location loc = op.getLoc();
  OpFoldResult size = cast<linalg::LinalgOp>(op.getOperation())
                          .createLoopRanges(rewriter, loc)
                          .back()
                          .size;
  SmallVector<Value> buffers = createBuffers(rewriter, op, computed, size);
  SmallVector<AffineMap> bufferMaps(computed.size(), bufferMap);

  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  size_t numInputs = op.getNumDpsInputs();
  SmallVector<AffineMap> firstMaps(ArrayRef(maps).take_front(numInputs));
  firstMaps.append(bufferMaps);
  linalg::GenericOp::create(
      rewriter, loc, op.getInputs(), buffers, firstMaps,
      SmallVector<IteratorType>(op.getNumLoops(), IteratorType::parallel),
      [&](OpBuilder &b, Location, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(op.getRegionInputArgs(), arguments.take_front(numInputs));
        for (Operation *inner : split.first)
          b.clone(*inner, mapping);
        linalg::YieldOp::create(b, loc,
                                llvm::map_to_vector(computed, [&](Value value) {
                                  return mapping.lookup(value);
                                }));
      });

  SmallVector<Value> inputs(op.getInputs());
  inputs.append(buffers);
  SmallVector<AffineMap> secondMaps(ArrayRef(maps).take_front(numInputs));
  secondMaps.append(bufferMaps);
  llvm::append_range(secondMaps, ArrayRef(maps).drop_front(numInputs));
  linalg::GenericOp::create(
      rewriter, loc, inputs, op.getOutputs(), secondMaps,
      op.getIteratorTypesArray(),
      [&](OpBuilder &b, Location, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(op.getRegionInputArgs(), arguments.take_front(numInputs));
        arguments = arguments.drop_front(numInputs);
        mapping.map(computed, arguments.take_front(computed.size()));
        mapping.map(op.getRegionOutputArgs(),
                    arguments.drop_front(computed.size()));
        for (Operation *inner : split.second)
          b.clone(*inner, mapping);
      });
  rewriter.eraseOp(op);
}

LogicalResult SplitReduction::matchAndRewrite(linalg::GenericOp op,
                                              PatternRewriter &rewriter) const {
  if (!op.hasPureBufferSemantics())
    return rewriter.notifyMatchFailure(op, "is not on memrefs");
  if (op.getNumLoops() == 0 ||
      op.getIteratorTypesArray().back() != IteratorType::reduction)
    return rewriter.notifyMatchFailure(op, "the inner loop does not reduce");
  for (Operation &inner : *op.getBody())
    if (inner.getNumRegions() != 0 || !isMemoryEffectFree(&inner))
      return rewriter.notifyMatchFailure(op, "the body is not only arithmetic");
  if (Split(op).computed.empty())
    return rewriter.notifyMatchFailure(op, "no function of inputs is reduced");
  if (op->getParentOfType<scf::ParallelOp>())
    return rewriter.notifyMatchFailure(op, "threads cannot share a buffer");
  int64_t extent = op.getStaticLoopRanges().back();
  if (!ShapedType::isDynamic(extent) && extent < kMinExtent)
    return rewriter.notifyMatchFailure(op, "the inner loop is short");

  SmallVector<AffineMap> maps(
      ArrayRef(op.getIndexingMapsArray()).take_front(op.getNumDpsInputs()));
  auto bufferMap = AffineMap::get(
      op.getNumLoops(), 0, rewriter.getAffineDimExpr(op.getNumLoops() - 1));
  maps.push_back(bufferMap);
  if (!inversePermutation(concatAffineMaps(maps, getContext())))
    return rewriter.notifyMatchFailure(op, "only outputs tell extents");

  SmallVector<int64_t> sizes(op.getNumLoops(), 1);
  sizes.back() = kTileSize;
  FailureOr<linalg::TiledLinalgOp> tiled = linalg::tileLinalgOp(
      rewriter, op, linalg::LinalgTilingOptions().setTileSizes(sizes));
  if (failed(tiled))
    return rewriter.notifyMatchFailure(op, "cannot be tiled");
  rewriter.eraseOp(op);
  auto tile = cast<linalg::GenericOp>(tiled->op.getOperation());
  rewriter.setInsertionPoint(tile);
  splitTile(rewriter, tile, bufferMap);
  return success();
}
