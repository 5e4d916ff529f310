//===- VectorizeMaps.cpp - Functions of elements on vectors and threads ---===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ApproximateMath/Functions.h"
#include "EmbToLoops/RowVectors.h"
#include "LoopAnnotations.h"
#include "emb/Conversion/EntryPoints.h"
#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::emb {
#define GEN_PASS_DEF_VECTORIZEMAPS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;
using utils::IteratorType;

/// What computes less is left to LLVM.
static constexpr unsigned kMinOperations = 4;
/// What an operation, and a function of `emb-approximate-math`, take for one
/// element, in the bytes that could be moved meanwhile.
static constexpr double kOperationBytes = 0.25;
static constexpr double kFunctionBytes = 6;

/// Whether `op`, of the body of a map, means the same on vectors.
static bool isVectorizable(Operation &op) {
  if (isa<arith::ConstantOp>(op))
    return true;
  if (!OpTrait::hasElementwiseMappableTraits(&op))
    return false;
  bool isOnNumbers = llvm::all_of(op.getOperandTypes(), [](Type type) {
    return type.isF32() || type.isF64() || type.isInteger(1);
  });
  return isOnNumbers &&
         (isa<arith::ArithDialect>(op.getDialect()) ||
          isa<math::SqrtOp, math::AbsFOp>(op) || isApproximated(&op));
}

/// Whether `loop` runs through contiguous elements of `memref`.
static bool isContiguous(Value memref, AffineMap map, unsigned loop) {
  unsigned rank = map.getNumResults();
  return rank != 0 && map.getDimPosition(rank - 1) == loop &&
         hasContiguousRows(memref);
}

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

/// Emits the body of one map for the elements of one vector.
class VectorBody {
public:
  VectorBody(linalg::LinalgOp op, int64_t lanes)
      : op(op), loc(op.getLoc()), lanes(lanes) {}

  /// `ivs` are the values of all loops.
  void create(OpBuilder &builder, ValueRange ivs);

private:
  SmallVector<Value> getSubscripts(OpOperand &operand, ValueRange ivs);
  Value load(OpBuilder &builder, OpOperand &operand, ValueRange ivs);
  /// `scalar` of the body as a vector.
  Value lookup(OpBuilder &builder, Value scalar);
  VectorType getType(Type type) { return VectorType::get({lanes}, type); }

  linalg::LinalgOp op;
  Location loc;
  int64_t lanes;
  IRMapping vectors;
};

struct VectorizeMaps : public emb::impl::VectorizeMapsBase<VectorizeMaps> {
  using VectorizeMapsBase::VectorizeMapsBase;
  void runOnOperation() override {
    if (vectorBytes < 16 || !llvm::isPowerOf2_64(vectorBytes)) {
      emitError(getOperation().getLoc())
          << getArgument() << ": vector-bytes is " << vectorBytes.getValue()
          << ", expected a power of two from 16 on";
      return signalPassFailure();
    }
    RewritePatternSet patterns(&getContext());
    patterns.add<VectorizeMap>(&getContext(), vectorBytes);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

SmallVector<Value> VectorBody::getSubscripts(OpOperand &operand,
                                             ValueRange ivs) {
  return llvm::map_to_vector(
      op.getMatchingIndexingMap(&operand).getResults(), [&](AffineExpr result) {
        return ivs[cast<AffineDimExpr>(result).getPosition()];
      });
}

Value VectorBody::load(OpBuilder &builder, OpOperand &operand, ValueRange ivs) {
  Type element = getElementTypeOrSelf(operand.get());
  if (!isa<MemRefType>(operand.get().getType()))
    return vector::BroadcastOp::create(builder, loc, getType(element),
                                       operand.get());
  SmallVector<Value> subscripts = getSubscripts(operand, ivs);
  if (op.getMatchingIndexingMap(&operand).isFunctionOfDim(ivs.size() - 1))
    return vector::LoadOp::create(builder, loc, getType(element), operand.get(),
                                  subscripts);
  Value scalar =
      memref::LoadOp::create(builder, loc, operand.get(), subscripts);
  return vector::BroadcastOp::create(builder, loc, getType(element), scalar);
}

Value VectorBody::lookup(OpBuilder &builder, Value scalar) {
  if (Value vector = vectors.lookupOrNull(scalar))
    return vector;
  Value vector = vector::BroadcastOp::create(builder, loc,
                                             getType(scalar.getType()), scalar);
  vectors.map(scalar, vector);
  return vector;
}

void VectorBody::create(OpBuilder &builder, ValueRange ivs) {
  Block *body = op.getBlock();
  for (OpOperand &operand : op->getOpOperands()) {
    BlockArgument argument = body->getArgument(operand.getOperandNumber());
    if (!argument.use_empty())
      vectors.map(argument, load(builder, operand, ivs));
  }
  for (Operation &inner : body->without_terminator()) {
    if (isa<arith::ConstantOp>(inner)) {
      Value scalar = builder.clone(inner)->getResult(0);
      vectors.map(inner.getResult(0),
                  vector::BroadcastOp::create(
                      builder, loc, getType(scalar.getType()), scalar));
      continue;
    }
    OperationState state(loc, inner.getName());
    for (Value operand : inner.getOperands())
      state.operands.push_back(lookup(builder, operand));
    for (Type type : inner.getResultTypes())
      state.types.push_back(getType(type));
    state.attributes.assign(inner.getAttrs().begin(), inner.getAttrs().end());
    vectors.map(inner.getResults(), builder.create(state)->getResults());
  }
  for (auto [output, yielded] : llvm::zip_equal(
           op.getDpsInitsMutable(), body->getTerminator()->getOperands()))
    vector::StoreOp::create(builder, loc, lookup(builder, yielded),
                            output.get(), getSubscripts(output, ivs));
}

FailureOr<int64_t> VectorizeMap::match(linalg::LinalgOp op,
                                       PatternRewriter &rewriter) const {
  if (!op.hasPureBufferSemantics())
    return rewriter.notifyMatchFailure(op, "is not on memrefs");
  unsigned numLoops = op.getNumLoops();
  if (numLoops == 0 || op.getNumParallelLoops() != numLoops)
    return rewriter.notifyMatchFailure(op, "is no map of elements");
  if (op.getBlock()->getOperations().size() <= kMinOperations)
    return rewriter.notifyMatchFailure(op, "computes little");
  for (Operation &inner : op.getBlock()->without_terminator())
    if (!isVectorizable(inner))
      return rewriter.notifyMatchFailure(
          &inner, "is not known to mean the same on vectors");
  int64_t bytes = 0;
  for (OpOperand &operand : op->getOpOperands()) {
    Type element = getElementTypeOrSelf(operand.get());
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (!element.isF32() && !element.isF64())
      return rewriter.notifyMatchFailure(op, "elements are not f32 or f64");
    bytes = std::max<int64_t>(bytes, element.getIntOrFloatBitWidth() / 8);
    if (!map.isProjectedPermutation())
      return rewriter.notifyMatchFailure(op, "subscripts are not loops");
    bool mayRepeat =
        op.isDpsInput(&operand) && !map.isFunctionOfDim(numLoops - 1);
    if (!mayRepeat && !isContiguous(operand.get(), map, numLoops - 1))
      return rewriter.notifyMatchFailure(
          op, "the inner loop does not run through contiguous elements");
  }
  int64_t lanes = vectorBytes / bytes;
  int64_t extent = op.getStaticLoopRanges().back();
  if (ShapedType::isDynamic(extent) || extent == 0 || extent % lanes != 0)
    return rewriter.notifyMatchFailure(op, "rows are not made of full vectors");
  return lanes;
}

/// About how many bytes could be moved while `op` computes `count` elements.
static int64_t estimateWork(linalg::LinalgOp op, int64_t count) {
  double bytes = 0;
  for (OpOperand &operand : op->getOpOperands())
    bytes += getElementTypeOrSelf(operand.get()).getIntOrFloatBitWidth() / 8;
  for (Operation &inner : op.getBlock()->without_terminator())
    bytes += isApproximated(&inner) ? kFunctionBytes : kOperationBytes;
  return std::max<int64_t>(1, count * bytes);
}

LogicalResult VectorizeMap::matchAndRewrite(linalg::LinalgOp op,
                                            PatternRewriter &rewriter) const {
  FailureOr<int64_t> lanes = match(op, rewriter);
  if (failed(lanes))
    return failure();
  Location loc = op.getLoc();
  SmallVector<Value> begins, ends, steps;
  for (const Range &range : op.createLoopRanges(rewriter, loc)) {
    begins.push_back(createIndex(rewriter, loc, 0));
    ends.push_back(getValueOrCreateConstantIndexOp(rewriter, loc, range.size));
    steps.push_back(createIndex(rewriter, loc, 1));
  }
  steps.back() = createIndex(rewriter, loc, *lanes);

  auto createInner = [&](OpBuilder &b, ArrayRef<Value> outer) {
    size_t numOuter = outer.size();
    scf::LoopNest nest =
        scf::buildLoopNest(b, loc, ArrayRef(begins).drop_front(numOuter),
                           ArrayRef(ends).drop_front(numOuter),
                           ArrayRef(steps).drop_front(numOuter),
                           [&](OpBuilder &in, Location, ValueRange inner) {
                             SmallVector<Value> ivs(outer);
                             llvm::append_range(ivs, inner);
                             VectorBody(op, *lanes).create(in, ivs);
                           });
    disableUnroll(nest.loops.back());
  };
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  int64_t count = 1;
  for (int64_t extent : ArrayRef(extents).drop_front())
    count *= ShapedType::isDynamic(extent) ? 1 : extent;
  int64_t work = estimateWork(op, count);
  if (ends.size() == 1)
    createInner(rewriter, {});
  else
    createParallel(
        rewriter, loc, ends.front(), work,
        [&](OpBuilder &b, Location, Value row) { createInner(b, row); });
  remark::passed(loc,
                 remark::RemarkOpts::name("MapVectorized")
                     .category("emb-vectorize-maps")
                     .function(op->getParentOfType<func::FuncOp>().getName()))
      << remark::metric("Lanes", *lanes)
      << remark::metric("WorkPerIteration", work);
  rewriter.eraseOp(op);
  return success();
}
