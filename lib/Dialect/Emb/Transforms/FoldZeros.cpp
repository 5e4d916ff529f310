//===- FoldZeros.cpp - Slices of zeros are added to nothing ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

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

/// Whether the two slices of one tensor have no element in common.
static bool areDisjoint(OffsetSizeAndStrideOpInterface a,
                        OffsetSizeAndStrideOpInterface b) {
  if (!a.hasUnitStride() || !b.hasUnitStride())
    return false;
  for (auto [offsetA, sizeA, offsetB, sizeB] :
       llvm::zip_equal(a.getStaticOffsets(), a.getStaticSizes(),
                       b.getStaticOffsets(), b.getStaticSizes())) {
    if (ShapedType::isDynamic(offsetA) || ShapedType::isDynamic(offsetB))
      continue;
    bool isBefore = !ShapedType::isDynamic(sizeA) && offsetA + sizeA <= offsetB;
    bool isAfter = !ShapedType::isDynamic(sizeB) && offsetB + sizeB <= offsetA;
    if (isBefore || isAfter)
      return true;
  }
  return false;
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

struct FoldZerosPass : public emb::impl::FoldZerosBase<FoldZerosPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldAddOfZeros>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace
