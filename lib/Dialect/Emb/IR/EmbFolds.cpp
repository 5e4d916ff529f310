//===- EmbFolds.cpp - Folders and canonicalizations -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

/// Whether `value` is known to have no elements.
static bool isEmpty(Value value) {
  auto type = cast<ShapedType>(value.getType());
  return type.hasStaticShape() && type.getNumElements() == 0;
}

/// Whether all elements of the constant `indices` are in [0, bound).
static bool allInRange(DenseIntElementsAttr indices, int64_t bound) {
  return llvm::all_of(indices.getValues<APInt>(), [&](const APInt &index) {
    return index.getSExtValue() >= 0 && index.getSExtValue() < bound;
  });
}

static bool hasTensorResult(Operation *op) {
  return op->getNumResults() > 0 &&
         isa<RankedTensorType>(op->getResult(0).getType());
}

/// Replaces each result of a write that changes nothing by its destination.
static LogicalResult foldToInits(ValueRange inits,
                                 SmallVectorImpl<OpFoldResult> &results) {
  results.append(inits.begin(), inits.end());
  return success();
}

//===----------------------------------------------------------------------===//
// Reads
//===----------------------------------------------------------------------===//

// gather(splat constant) -> splat constant
LogicalResult GatherOp::fold(FoldAdaptor adaptor,
                             SmallVectorImpl<OpFoldResult> &results) {
  auto table = dyn_cast_or_null<SplatElementsAttr>(adaptor.getTable());
  if (!table || !getResult())
    return failure();
  auto type = cast<RankedTensorType>(getResult().getType());
  if (!type.hasStaticShape())
    return failure();
  results.push_back(table.resizeSplat(type));
  return success();
}

// one_hot(constants in range) -> constant
OpFoldResult OneHotOp::fold(FoldAdaptor adaptor) {
  // What is larger would be stored in the object code, and read from there.
  constexpr int64_t kLargest = 256;
  auto indices = dyn_cast_or_null<DenseIntElementsAttr>(adaptor.getIndices());
  auto type = cast<RankedTensorType>(getResult().getType());
  if (!indices || !type.hasStaticShape() || type.getNumElements() > kLargest)
    return {};
  int64_t depth = type.getShape().back();
  auto known = dyn_cast_or_null<IntegerAttr>(adaptor.getDepth());
  if (!known || known.getInt() != depth || !allInRange(indices, depth))
    return {};
  Builder builder(getContext());
  SmallVector<Attribute> values(
      type.getNumElements(), builder.getFloatAttr(type.getElementType(), 0.0));
  for (auto [position, index] : llvm::enumerate(indices.getValues<APInt>()))
    values[position * depth + index.getSExtValue()] =
        builder.getFloatAttr(type.getElementType(), 1.0);
  return DenseElementsAttr::get(type, values);
}

namespace {
// bag(2-D indices) {include_last_offset} -> bag(2-D indices)
struct DropIncludeLastOffset : public OpRewritePattern<BagOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BagOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getIncludeLastOffset() || op.getOffsets())
      return rewriter.notifyMatchFailure(
          op, "expected include_last_offset without offsets");
    rewriter.modifyOpInPlace(op, [&] { op.setIncludeLastOffset(false); });
    return success();
  }
};

// bag sum weights(1, 1, ...) -> bag sum
struct DropUnitWeights : public OpRewritePattern<BagOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(BagOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getWeights() || !matchPattern(op.getWeights(), m_OneFloat()))
      return rewriter.notifyMatchFailure(op, "expected weights that are all 1");
    rewriter.modifyOpInPlace(op, [&] { op.getWeightsMutable().clear(); });
    return success();
  }
};
} // namespace

void BagOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                        MLIRContext *context) {
  patterns.add<DropIncludeLastOffset, DropUnitWeights>(context);
}

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

// renorm that visits no row, or whose bound no norm exceeds -> table
LogicalResult RenormOp::fold(FoldAdaptor adaptor,
                             SmallVectorImpl<OpFoldResult> &results) {
  APFloat bound = getMaxNorm();
  bool neverExceeded =
      bound.isNaN() || (bound.isInfinity() && !bound.isNegative());
  if (!hasTensorResult(*this) || !(isEmpty(getIndices()) || neverExceeded))
    return failure();
  return foldToInits(getInit(), results);
}

// scatter_add of no row -> table
LogicalResult ScatterAddOp::fold(FoldAdaptor adaptor,
                                 SmallVectorImpl<OpFoldResult> &results) {
  if (!hasTensorResult(*this) || !isEmpty(getIndices()))
    return failure();
  return foldToInits(getInit(), results);
}

// update that visits no row, or whose rule yields the elements -> inits
LogicalResult UpdateOp::fold(FoldAdaptor adaptor,
                             SmallVectorImpl<OpFoldResult> &results) {
  if (!hasTensorResult(*this))
    return failure();
  bool noRow = getRows() == UpdateRows::Touched &&
               llvm::all_of(getIndices(), isEmpty) &&
               (getGroup().empty() || !getIndices().empty());
  bool identity =
      llvm::all_of(llvm::enumerate(getYield().getValues()), [&](auto yielded) {
        return yielded.value() == getElementArg(yielded.index());
      });
  if (!noRow && !identity)
    return failure();
  return foldToInits(getInits(), results);
}

/// The sum of `numColumns` times `value`, if no order of adding rounds it:
/// these are whole numbers that the type holds.
static Attribute foldSum(FloatAttr value, int64_t numColumns) {
  APFloat number = value.getValue();
  double largest =
      std::ldexp(1.0, APFloat::semanticsPrecision(number.getSemantics()));
  double sum = number.convertToDouble() * numColumns;
  if (!number.isInteger() || !(std::abs(sum) <= largest))
    return {};
  return FloatAttr::get(value.getType(), sum + 0.0);
}

// row_reduce max/min of a constant -> the constant, unless there is no column
// row_reduce add of a whole number -> its multiple, so of 1 the number of
// columns
OpFoldResult RowReduceOp::fold(FoldAdaptor adaptor) {
  auto value = dyn_cast_or_null<FloatAttr>(adaptor.getOperand());
  auto update = dyn_cast<UpdateOp>((*this)->getParentOp());
  if (!value || !update)
    return {};
  int64_t numColumns =
      cast<ShapedType>(update.getTable().getType()).getDimSize(1);
  if (getKind() == ReduceKind::Add)
    return foldSum(value, numColumns);
  return numColumns > 0 ? value : Attribute();
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

// check of a check with a bound that is not smaller, of constants in range, or
// of nothing -> operand
LogicalResult CheckIndicesOp::fold(FoldAdaptor adaptor,
                                   SmallVectorImpl<OpFoldResult> &results) {
  if (!hasTensorResult(*this))
    return failure();
  auto constantBound = dyn_cast_or_null<IntegerAttr>(adaptor.getBound());
  bool known = isEmpty(getIndices());
  if (auto indices =
          dyn_cast_or_null<DenseIntElementsAttr>(adaptor.getIndices()))
    known |= constantBound && allInRange(indices, constantBound.getInt());
  if (auto inner = getIndices().getDefiningOp<CheckIndicesOp>()) {
    IntegerAttr innerBound;
    known |= inner.getBound() == getBound();
    known |= constantBound &&
             matchPattern(inner.getBound(), m_Constant(&innerBound)) &&
             innerBound.getInt() <= constantBound.getInt();
  }
  if (!known)
    return failure();
  results.push_back(getIndices());
  return success();
}

// check of the same check -> operand
LogicalResult CheckOffsetsOp::fold(FoldAdaptor adaptor,
                                   SmallVectorImpl<OpFoldResult> &results) {
  auto inner = getOffsets().getDefiningOp<CheckOffsetsOp>();
  if (!inner || inner.getSize() != getSize() ||
      (getIncludeLastOffset() && !inner.getIncludeLastOffset()))
    return failure();
  results.push_back(getOffsets());
  return success();
}

/// Another check of `op`'s first operand that comes before `op` on every path
/// and for which `implies` holds; null where there is none.
template <typename OpTy>
static OpTy findEarlierCheck(OpTy op, function_ref<bool(OpTy)> implies) {
  for (Operation *user : op->getOperand(0).getUsers()) {
    auto other = dyn_cast<OpTy>(user);
    if (!other || other == op || !implies(other))
      continue;
    Operation *ancestor = other->getBlock()->findAncestorOpInBlock(*op);
    if (ancestor && ancestor != other && other->isBeforeInBlock(ancestor))
      return other;
  }
  return {};
}

/// Whether `value` is the number of bags that the offsets of `map` describe.
static bool isNumBags(Value value, Offset2BagOp map) {
  auto type = cast<ShapedType>(map.getOffsets().getType());
  IntegerAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return !type.isDynamicDim(0) &&
           constant.getInt() >=
               type.getDimSize(0) - (map.getIncludeLastOffset() ? 1 : 0);
  if (map.getIncludeLastOffset()) {
    auto sub = value.getDefiningOp<arith::SubIOp>();
    if (!sub || !matchPattern(sub.getRhs(), m_One()))
      return false;
    value = sub.getLhs();
  }
  auto dim = value.getDefiningOp<tensor::DimOp>();
  Value offsets = map.getOffsets();
  if (auto check = offsets.getDefiningOp<CheckOffsetsOp>())
    offsets = check.getOffsets();
  return dim && dim.getConstantIndex() == 0 &&
         (dim.getSource() == offsets || dim.getSource() == map.getOffsets());
}

// check of indices that an earlier check guards -> the earlier check
// check of offset2bag with the number of its bags -> offset2bag
LogicalResult CheckIndicesOp::canonicalize(CheckIndicesOp op,
                                           PatternRewriter &rewriter) {
  if (!hasTensorResult(op))
    return rewriter.notifyMatchFailure(op, "expected a check on tensors");
  auto map = op.getIndices().getDefiningOp<Offset2BagOp>();
  if (map && isNumBags(op.getBound(), map)) {
    rewriter.replaceOp(op, op.getIndices());
    return success();
  }
  auto earlier =
      findEarlierCheck<CheckIndicesOp>(op, [&](CheckIndicesOp other) {
        return other.getBound() == op.getBound();
      });
  if (!earlier)
    return rewriter.notifyMatchFailure(
        op, "expected an earlier check of the same indices and bound");
  rewriter.replaceOp(op, earlier.getResult());
  return success();
}

// check of offsets that an earlier check guards -> the earlier check
LogicalResult CheckOffsetsOp::canonicalize(CheckOffsetsOp op,
                                           PatternRewriter &rewriter) {
  if (!hasTensorResult(op))
    return rewriter.notifyMatchFailure(op, "expected a check on tensors");
  auto earlier =
      findEarlierCheck<CheckOffsetsOp>(op, [&](CheckOffsetsOp other) {
        return other.getSize() == op.getSize() &&
               (other.getIncludeLastOffset() || !op.getIncludeLastOffset());
      });
  if (!earlier)
    return rewriter.notifyMatchFailure(
        op, "expected an earlier check of the same offsets and size");
  rewriter.replaceOp(op, earlier.getResult());
  return success();
}

// check_equal %a, %a -> nothing
// check_equal of a pair that an earlier check guards -> nothing
LogicalResult CheckEqualOp::canonicalize(CheckEqualOp op,
                                         PatternRewriter &rewriter) {
  IntegerAttr found, expected;
  bool same = op.getFound() == op.getExpected() ||
              (matchPattern(op.getFound(), m_Constant(&found)) &&
               matchPattern(op.getExpected(), m_Constant(&expected)) &&
               found.getInt() == expected.getInt());
  auto earlier = findEarlierCheck<CheckEqualOp>(op, [&](CheckEqualOp other) {
    return llvm::is_contained(other->getOperands(), op.getFound()) &&
           llvm::is_contained(other->getOperands(), op.getExpected());
  });
  if (!same && !earlier)
    return rewriter.notifyMatchFailure(op, "expected values known to be equal");
  rewriter.eraseOp(op);
  return success();
}
