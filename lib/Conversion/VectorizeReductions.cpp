//===- VectorizeReductions.cpp - Sums of elements on vectors and threads --===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmbToLoops/LaneReduction.h"
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

#include <limits>

namespace mlir::emb {
#define GEN_PASS_DEF_VECTORIZEREDUCTIONS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;
using utils::IteratorType;

/// Fewer fill no vector.
static constexpr int64_t kMinExtent = 4;
/// Bytes of the vectors along which lanes are summed: on all processors the
/// same, since they decide in which order that is.
static constexpr int64_t kLaneBytes = 64;

/// The value that `combiner` leaves every other one as it is with.
static std::optional<double> getIdentity(Operation *combiner) {
  double infinity = std::numeric_limits<double>::infinity();
  if (isa<arith::AddFOp>(combiner))
    return 0;
  if (isa<arith::MaximumFOp>(combiner))
    return -infinity;
  if (isa<arith::MinimumFOp>(combiner))
    return infinity;
  return std::nullopt;
}

/// For each output the operation that adds a term to it, if the body does
/// nothing else with outputs.
static std::optional<SmallVector<Operation *>>
findCombiners(linalg::LinalgOp op) {
  SmallVector<Operation *> combiners;
  for (auto [output, yielded] :
       llvm::zip_equal(op.getRegionOutputArgs(),
                       op.getBlock()->getTerminator()->getOperands())) {
    Operation *combiner = yielded.getDefiningOp();
    if (!combiner || !getIdentity(combiner) || !output.hasOneUse() ||
        *output.getUsers().begin() != combiner || !yielded.hasOneUse())
      return std::nullopt;
    combiners.push_back(combiner);
  }
  return combiners;
}

static Value combine(OpBuilder &builder, Operation *combiner, Value lhs,
                     Value rhs) {
  OperationState state(combiner->getLoc(), combiner->getName());
  state.operands = {lhs, rhs};
  state.types = {lhs.getType()};
  state.attributes.assign(combiner->getAttrs().begin(),
                          combiner->getAttrs().end());
  return builder.create(state)->getResult(0);
}

namespace {
struct VectorizeReduction : OpInterfaceRewritePattern<linalg::LinalgOp> {
  VectorizeReduction(MLIRContext *context, int64_t vectorBytes)
      : OpInterfaceRewritePattern(context), vectorBytes(vectorBytes) {}

  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override;

private:
  int64_t vectorBytes;
};

struct VectorizeReductions
    : public emb::impl::VectorizeReductionsBase<VectorizeReductions> {
  using VectorizeReductionsBase::VectorizeReductionsBase;
  void runOnOperation() override {
    if (failed(checkVectorBytes(getOperation(), getArgument(), vectorBytes)))
      return signalPassFailure();
    RewritePatternSet patterns(&getContext());
    patterns.add<VectorizeReduction>(&getContext(), vectorBytes);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

/// The loop that vectors go along: one that is in the last dimension of the
/// outputs, or else one that reduces.
static std::optional<unsigned> findLoop(linalg::LinalgOp op,
                                        std::string &reason) {
  SmallVector<IteratorType> iterators = op.getIteratorTypesArray();
  for (IteratorType kind : {IteratorType::parallel, IteratorType::reduction})
    for (unsigned loop = iterators.size(); loop-- > 0;) {
      int64_t extent = op.getStaticLoopRanges()[loop];
      if (iterators[loop] != kind ||
          (!ShapedType::isDynamic(extent) && extent < kMinExtent))
        continue;
      bool isOfOutputs =
          llvm::all_of(op.getDpsInitsMutable(), [&](OpOperand &output) {
            return op.getMatchingIndexingMap(&output).isFunctionOfDim(loop) ==
                   (kind == IteratorType::parallel);
          });
      bool isRead = llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *in) {
        return op.getMatchingIndexingMap(in).isFunctionOfDim(loop);
      });
      if (!isOfOutputs || !isRead)
        continue;
      reason = whyNotVectors(op, loop);
      if (reason.empty())
        return loop;
    }
  if (reason.empty())
    reason = "no loop is long enough";
  return std::nullopt;
}

/// Vectors along a loop of the outputs: each element gets its terms one by one.
static void createColumns(OpBuilder &builder, linalg::LinalgOp op,
                          VectorLoops &loops, unsigned loop, int64_t lanes) {
  SmallVector<OpOperand *> outputs = llvm::map_to_vector(
      op.getDpsInitsMutable(), [](OpOperand &output) { return &output; });
  auto createSums = [&](OpBuilder &b, SmallVector<Value> ivs, Value begin,
                        Value end) {
    auto createSum = [&](OpBuilder &in, Value iv, Value mask,
                         ValueRange) -> SmallVector<Value> {
      ivs[loop] = iv;
      VectorBody body(op, loop, lanes);
      SmallVector<Value> sums =
          llvm::map_to_vector(outputs, [&](OpOperand *output) {
            return body.load(in, *output, ivs, mask);
          });
      sums = loops.createReductions(
          in, ivs, sums,
          [&](OpBuilder &inner, ArrayRef<Value> all, ValueRange carried) {
            VectorBody term(op, loop, lanes);
            term.createUniform(inner, all);
            return term.create(inner, all, mask, SmallVector<Value>(carried));
          });
      for (auto [sum, output] : llvm::zip_equal(sums, outputs))
        body.store(in, sum, *output, ivs, mask);
      return {};
    };
    loops.createVectors(b, begin, end, {}, createSum);
  };
  loops.createParallels(builder, createSums);
}

/// Vectors along a loop that reduces: lanes that are combined in the end.
static void createLanes(OpBuilder &builder, linalg::LinalgOp op,
                        VectorLoops &loops, unsigned loop, int64_t lanes,
                        ArrayRef<Operation *> combiners) {
  Location loc = op.getLoc();
  auto createSums = [&](OpBuilder &b, SmallVector<Value> ivs, Value begin,
                        Value end) {
    SmallVector<Value> sums;
    for (Operation *combiner : combiners)
      sums.push_back(createSplat(
          b, loc, VectorType::get({lanes}, combiner->getResult(0).getType()),
          *getIdentity(combiner)));
    auto createRow = [&](OpBuilder &in, ArrayRef<Value> all,
                         ValueRange carried) {
      VectorBody body(op, loop, lanes);
      body.createUniform(in, all);
      SmallVector<Value> values(all);
      return loops.createVectors(
          in, begin, end, carried,
          [&](OpBuilder &inner, Value iv, Value mask, ValueRange old) {
            values[loop] = iv;
            SmallVector<Value> next =
                body.create(inner, values, mask, SmallVector<Value>(old));
            if (mask)
              for (auto [sum, before] : llvm::zip_equal(next, old))
                sum = arith::SelectOp::create(inner, loc, mask, sum, before);
            return next;
          });
    };
    sums = loops.createReductions(b, ivs, sums, createRow);
    VectorBody body(op, loop, lanes);
    for (auto [sum, combiner, output] :
         llvm::zip_equal(sums, combiners, op.getDpsInitsMutable())) {
      Value old = body.load(b, output, ivs, Value());
      Value lanesSum = combineLanes(b, loc, sum, [&](Value low, Value high) {
        return combine(b, combiner, low, high);
      });
      Value total = combine(b, combiner, old, lanesSum);
      SmallVector<Value> subscripts;
      for (AffineExpr result : op.getMatchingIndexingMap(&output).getResults())
        subscripts.push_back(ivs[cast<AffineDimExpr>(result).getPosition()]);
      memref::StoreOp::create(b, loc, total, output.get(), subscripts);
    }
  };
  loops.createParallels(builder, createSums);
}

LogicalResult
VectorizeReduction::matchAndRewrite(linalg::LinalgOp op,
                                    PatternRewriter &rewriter) const {
  if (!op.hasPureBufferSemantics())
    return rewriter.notifyMatchFailure(op, "is not on memrefs");
  if (op.getNumReductionLoops() == 0)
    return rewriter.notifyMatchFailure(op, "reduces nothing");
  std::optional<SmallVector<Operation *>> combiners = findCombiners(op);
  if (!combiners)
    return rewriter.notifyMatchFailure(
        op, "an output is more than a sum, a maximum or a minimum of terms");
  std::string reason;
  std::optional<unsigned> loop = findLoop(op, reason);
  if (!loop)
    return rewriter.notifyMatchFailure(op, reason);

  bool isColumn = op.getIteratorTypesArray()[*loop] == IteratorType::parallel;
  int64_t lanes = (isColumn ? vectorBytes : kLaneBytes) / getWidestBytes(op);
  int64_t extent = op.getStaticLoopRanges()[*loop];
  if (!ShapedType::isDynamic(extent))
    lanes = std::min<int64_t>(lanes, llvm::PowerOf2Ceil(extent));
  VectorLoops loops(rewriter, op, *loop, lanes);
  if (isColumn)
    createColumns(rewriter, op, loops, *loop, lanes);
  else
    createLanes(rewriter, op, loops, *loop, lanes, *combiners);
  remark::passed(op.getLoc(),
                 remark::RemarkOpts::name("ReductionVectorized")
                     .category("emb-vectorize-reductions")
                     .function(op->getParentOfType<func::FuncOp>().getName()))
      << (isColumn ? "vectors of sums" : "lanes that are summed in the end")
      << remark::metric("Lanes", lanes)
      << remark::metric("WorkPerIteration", loops.getWork());
  rewriter.eraseOp(op);
  return success();
}
