//===- FoldZeros.cpp - Slices of zeros are added to nothing ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::emb {
#define GEN_PASS_DEF_FOLDZEROS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// `value` if it is known, also a constant that emb.check_indices passes on.
static std::optional<int64_t> getKnownIndex(OpFoldResult value) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return constant;
  auto cast = dyn_cast<Value>(value).getDefiningOp<arith::IndexCastOp>();
  auto extract =
      cast ? cast.getIn().getDefiningOp<tensor::ExtractOp>() : nullptr;
  auto check =
      extract ? extract.getTensor().getDefiningOp<CheckIndicesOp>() : nullptr;
  DenseIntElementsAttr elements;
  if (check && matchPattern(check.getIndices(), m_Constant(&elements)) &&
      elements.isSplat())
    return elements.getSplatValue<APInt>().getSExtValue();
  return std::nullopt;
}

namespace {
/// What a slice has of one dimension, of unit stride: the elements from `begin`
/// to `end`, or none.
struct Part {
  std::optional<int64_t> begin, end;
  /// Where a slice goes to the end of an extent, this extent.
  Value extent;
};
} // namespace

static Part getPart(OpFoldResult offset, OpFoldResult size) {
  Part part{getKnownIndex(offset), getConstantIntValue(size), {}};
  if (part.begin && part.end) {
    part.end = *part.begin + *part.end;
    return part;
  }
  part.end.reset();
  auto start = dyn_cast<Value>(offset);
  auto least = start ? start.getDefiningOp<arith::MinSIOp>() : nullptr;
  auto count = dyn_cast<Value>(size);
  auto rest = count ? count.getDefiningOp<arith::SubIOp>() : nullptr;
  if (!least || !rest || rest.getRhs() != start)
    return part;
  for (auto [extent, constant] : {std::pair(least.getLhs(), least.getRhs()),
                                  std::pair(least.getRhs(), least.getLhs())})
    if (std::optional<int64_t> begin = getConstantIntValue(constant);
        begin && rest.getLhs() == extent)
      return {begin, std::nullopt, extent};
  return part;
}

/// Whether the two slices of one tensor have no element in common.
static bool areDisjoint(OffsetSizeAndStrideOpInterface a,
                        OffsetSizeAndStrideOpInterface b) {
  if (!a.hasUnitStride() || !b.hasUnitStride())
    return false;
  return llvm::any_of(
      llvm::zip_equal(a.getMixedOffsets(), a.getMixedSizes(),
                      b.getMixedOffsets(), b.getMixedSizes()),
      [](auto dims) {
        auto [offsetA, sizeA, offsetB, sizeB] = dims;
        Part partA = getPart(offsetA, sizeA), partB = getPart(offsetB, sizeB);
        return (partA.end && partB.begin && *partA.end <= *partB.begin) ||
               (partB.end && partA.begin && *partB.end <= *partA.begin);
      });
}

/// Whether `index` is another one in each iteration of `loop`: the induction
/// variable, or its sum or difference with what the loop does not change.
static bool isInjective(scf::ForOp loop, Value index) {
  Value iv = loop.getInductionVar();
  if (index == iv)
    return true;
  Operation *op = index.getDefiningOp();
  if (!isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op))
    return false;
  Value lhs = op->getOperand(0), rhs = op->getOperand(1);
  return (lhs == iv && loop.isDefinedOutsideOfLoop(rhs)) ||
         (rhs == iv && loop.isDefinedOutsideOfLoop(lhs));
}

/// Whether no iteration takes what an earlier one has of the slices of `op`.
static bool areDisjointInTime(scf::ForOp loop,
                              OffsetSizeAndStrideOpInterface op) {
  return llvm::any_of(
      llvm::zip_equal(op.getMixedOffsets(), op.getStaticSizes()),
      [&](auto dim) {
        auto [offset, size] = dim;
        auto index = dyn_cast<Value>(offset);
        return index && size == 1 && isInjective(loop, index);
      });
}

static bool isZeros(Value tensor) {
  auto fill = tensor.getDefiningOp<linalg::FillOp>();
  return fill && matchPattern(fill.getInputs()[0], m_PosZeroFloat());
}

/// Whether `carried`, of a loop, still has the zeros that it began with where
/// `slice` reads it: each iteration reads one slice and then writes it.
static bool isUntouched(BlockArgument carried, tensor::ExtractSliceOp slice) {
  auto loop = dyn_cast<scf::ForOp>(carried.getOwner()->getParentOp());
  if (!loop || carried == loop.getInductionVar() ||
      !isZeros(loop.getTiedLoopInit(carried)->get()) ||
      !areDisjointInTime(loop, slice))
    return false;
  Value next = loop.getTiedLoopYieldedValue(carried)->get();
  auto insert = next.getDefiningOp<tensor::InsertSliceOp>();
  if (!insert || insert.getDest() != carried ||
      !cast<OffsetSizeAndStrideOpInterface>(insert.getOperation())
           .isSameAs(slice, [](OpFoldResult a, OpFoldResult b) {
             return isEqualConstantIntOrValue(a, b);
           }))
    return false;
  return llvm::all_of(carried.getUsers(), [&](Operation *user) {
    return user == slice || user == insert;
  });
}

/// Whether `slice` reads only zeros.
static bool readsZeros(tensor::ExtractSliceOp slice) {
  Value source = slice.getSource();
  while (auto insert = source.getDefiningOp<tensor::InsertSliceOp>()) {
    if (!areDisjoint(slice, insert))
      return false;
    source = insert.getDest();
  }
  if (auto carried = dyn_cast<BlockArgument>(source))
    return source == slice.getSource() && isUntouched(carried, slice);
  return isZeros(source);
}

/// Whether a slice has all of dimension `dim`.
static bool hasAll(tensor::InsertSliceOp insert, unsigned dim,
                   OpFoldResult extent) {
  return getConstantIntValue(insert.getMixedOffsets()[dim]) == 0 &&
         isEqualConstantIntOrValue(insert.getMixedSizes()[dim], extent);
}

/// The one dimension of which `insert` does not have all; none if there are
/// several, or no such one.
static std::optional<unsigned> findPartial(tensor::InsertSliceOp insert,
                                           ArrayRef<OpFoldResult> extents) {
  std::optional<unsigned> partial;
  for (unsigned dim = 0; dim < extents.size(); ++dim) {
    if (hasAll(insert, dim, extents[dim]))
      continue;
    if (partial)
      return std::nullopt;
    partial = dim;
  }
  return insert.hasUnitStride() ? partial : std::nullopt;
}

/// Whether the slices that are inserted in `tensor` one after the other, before
/// anybody reads it, have all of it.
static bool areOverwritten(Value tensor, ArrayRef<OpFoldResult> extents) {
  std::optional<unsigned> dim;
  SmallVector<Part> parts;
  while (tensor.hasOneUse()) {
    auto insert = dyn_cast<tensor::InsertSliceOp>(*tensor.getUsers().begin());
    if (!insert || insert.getDest() != tensor)
      break;
    std::optional<unsigned> partial = findPartial(insert, extents);
    if (!partial || (dim && *dim != *partial))
      return false;
    dim = partial;
    parts.push_back(
        getPart(insert.getMixedOffsets()[*dim], insert.getMixedSizes()[*dim]));
    if (!parts.back().begin)
      return false;
    tensor = insert.getResult();
  }
  if (!dim)
    return false;
  llvm::sort(parts,
             [](const Part &a, const Part &b) { return a.begin < b.begin; });
  int64_t end = 0;
  for (const Part &part : parts) {
    if (*part.begin > end)
      return false;
    if (part.extent)
      return isEqualConstantIntOrValue(part.extent, extents[*dim]);
    if (!part.end)
      return false;
    end = std::max(end, *part.end);
  }
  return getConstantIntValue(extents[*dim]) == end;
}

/// Whether `use` begins a loop of which each iteration writes one slice of the
/// tensor, and all of them everything.
static bool areOverwrittenInTime(OpOperand &use,
                                 ArrayRef<OpFoldResult> extents) {
  auto loop = dyn_cast<scf::ForOp>(use.getOwner());
  if (!loop || !llvm::is_contained(loop.getInitArgs(), use.get()) ||
      getConstantIntValue(loop.getLowerBound()) != 0 ||
      getConstantIntValue(loop.getStep()) != 1)
    return false;
  BlockArgument carried = loop.getTiedLoopRegionIterArg(&use);
  if (!carried.hasOneUse())
    return false;
  Value next = loop.getTiedLoopYieldedValue(carried)->get();
  auto insert = next.getDefiningOp<tensor::InsertSliceOp>();
  if (!insert || insert.getDest() != carried)
    return false;
  std::optional<unsigned> dim = findPartial(insert, extents);
  if (!dim || getConstantIntValue(insert.getMixedSizes()[*dim]) != 1 ||
      !isEqualConstantIntOrValue(extents[*dim], loop.getUpperBound()))
    return false;
  auto index = dyn_cast<Value>(insert.getMixedOffsets()[*dim]);
  if (!index)
    return false;
  // iv, or the extent - 1 - iv.
  if (index == loop.getInductionVar())
    return true;
  auto back = index.getDefiningOp<arith::SubIOp>();
  std::optional<int64_t> extent = getConstantIntValue(extents[*dim]);
  return back && back.getRhs() == loop.getInductionVar() && extent &&
         getConstantIntValue(back.getLhs()) == *extent - 1;
}

namespace {
struct FoldAddOfZeros : OpRewritePattern<linalg::AddOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::AddOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.hasPureTensorSemantics())
      return rewriter.notifyMatchFailure(op, "is not on tensors");
    Value lhs = op.getInputs()[0], rhs = op.getInputs()[1];
    for (auto [zeros, other] : {std::pair(lhs, rhs), std::pair(rhs, lhs)}) {
      auto slice = zeros.getDefiningOp<tensor::ExtractSliceOp>();
      if (!slice || !readsZeros(slice) ||
          other.getType() != op.getResult(0).getType())
        continue;
      rewriter.replaceOp(op, other);
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no operand is a slice of zeros");
  }
};

/// Zeros of which slices overwrite every element.
struct FoldOverwrittenZeros : OpRewritePattern<linalg::FillOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::FillOp op,
                                PatternRewriter &rewriter) const override {
    auto empty = op.getDpsInits()[0].getDefiningOp<tensor::EmptyOp>();
    if (!op.hasPureTensorSemantics() || !empty)
      return rewriter.notifyMatchFailure(op, "does not make a tensor");
    if (!op->hasOneUse())
      return rewriter.notifyMatchFailure(op, "is used more than once");
    if (!areOverwritten(op->getResult(0), empty.getMixedSizes()) &&
        !areOverwrittenInTime(*op->use_begin(), empty.getMixedSizes()))
      return rewriter.notifyMatchFailure(op, "some elements stay");
    rewriter.replaceOp(op, empty.getResult());
    return success();
  }
};

struct FoldZerosPass : public emb::impl::FoldZerosBase<FoldZerosPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldAddOfZeros>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    // Slices that were only added to would still be readers.
    getOperation().walk([](tensor::ExtractSliceOp slice) {
      if (slice->use_empty())
        slice->erase();
    });
    RewritePatternSet more(&getContext());
    more.add<FoldOverwrittenZeros>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(more));
  }
};
} // namespace
