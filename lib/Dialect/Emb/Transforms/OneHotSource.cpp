//===- OneHotSource.cpp - What makes a one-hot tensor ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneHotSource.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::emb;

/// `value` without conversions between integers that keep its number.
static Value skipIndexCasts(Value value) {
  while (isa_and_nonnull<arith::IndexCastOp, arith::ExtSIOp>(
      value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value;
}

/// The comparison for equality that `element` is 1 or 0 by, if it is.
static arith::CmpIOp findEquality(Value element) {
  Value condition;
  if (auto select = element.getDefiningOp<arith::SelectOp>()) {
    if (!matchPattern(select.getTrueValue(), m_OneFloat()) ||
        !matchPattern(select.getFalseValue(), m_PosZeroFloat()))
      return {};
    condition = select.getCondition();
  } else if (auto cast = element.getDefiningOp<arith::UIToFPOp>()) {
    condition = cast.getIn();
  } else if (auto cast = element.getDefiningOp<arith::SIToFPOp>()) {
    // Of an i1 it is -1.
    if (cast.getIn().getType().isInteger(1))
      return {};
    condition = cast.getIn();
  }
  if (auto extension = condition ? condition.getDefiningOp<arith::ExtUIOp>()
                                 : arith::ExtUIOp())
    condition = extension.getIn();
  auto compare =
      condition ? condition.getDefiningOp<arith::CmpIOp>() : arith::CmpIOp();
  return compare && compare.getPredicate() == arith::CmpIPredicate::eq
             ? compare
             : arith::CmpIOp();
}

/// The comparison that makes the elements of `generic`, of one result that has
/// them in the order of the loops.
static arith::CmpIOp findComparison(linalg::GenericOp generic) {
  if (!generic || generic.getNumResults() != 1 ||
      generic.getNumReductionLoops() != 0 ||
      !generic.getMatchingIndexingMap(generic.getDpsInitOperand(0))
           .isIdentity())
    return {};
  return findEquality(generic.getBlock()->getTerminator()->getOperand(0));
}

static bool isLoop(Value value, unsigned dim) {
  auto index = skipIndexCasts(value).getDefiningOp<linalg::IndexOp>();
  return index && index.getDim() == dim;
}

/// The indices of which `value` compares each with the column.
static Value findCompared(linalg::GenericOp generic, arith::CmpIOp compare) {
  unsigned rank = generic.getNumLoops();
  for (auto [index, column] : {std::pair(compare.getLhs(), compare.getRhs()),
                               std::pair(compare.getRhs(), compare.getLhs())}) {
    auto arg = dyn_cast<BlockArgument>(skipIndexCasts(index));
    if (!arg || arg.getOwner() != generic.getBlock() ||
        !isLoop(column, rank - 1))
      continue;
    OpOperand *operand = generic.getMatchingOpOperand(arg);
    AffineMap map = generic.getMatchingIndexingMap(operand);
    if (generic.isDpsInput(operand) &&
        map == AffineMap::getMultiDimIdentityMap(rank, map.getContext())
                   .getMajorSubMap(rank - 1))
      return operand->get();
  }
  return {};
}

/// Whether `table` is an identity matrix.
static bool isIdentityMatrix(Value table) {
  auto type = cast<RankedTensorType>(table.getType());
  DenseFPElementsAttr elements;
  if (matchPattern(table, m_Constant(&elements))) {
    if (type.getDimSize(0) != type.getDimSize(1) || elements.isSplat())
      return type.getDimSize(0) == 1 && elements.isSplat() &&
             type.getDimSize(1) == 1 &&
             elements.getSplatValue<APFloat>().isExactlyValue(1.0);
    int64_t columns = type.getDimSize(1);
    return llvm::all_of(llvm::enumerate(elements.getValues<APFloat>()),
                        [&](auto element) {
                          int64_t position = element.index();
                          return position / columns == position % columns
                                     ? element.value().isExactlyValue(1.0)
                                     : element.value().isPosZero();
                        });
  }
  auto generic = table.getDefiningOp<linalg::GenericOp>();
  arith::CmpIOp compare = findComparison(generic);
  return compare && generic.getNumLoops() == 2 &&
         type.getDimSize(0) == type.getDimSize(1) && !type.isDynamicDim(0) &&
         ((isLoop(compare.getLhs(), 0) && isLoop(compare.getRhs(), 1)) ||
          (isLoop(compare.getLhs(), 1) && isLoop(compare.getRhs(), 0)));
}

/// Whether all of `indices` are known to be in [0, depth).
static bool areInRange(Value indices, OpFoldResult depth) {
  std::optional<int64_t> known = getConstantIntValue(depth);
  if (auto check = indices.getDefiningOp<CheckIndicesOp>()) {
    std::optional<int64_t> bound = getConstantIntValue(check.getBound());
    return depth == OpFoldResult(check.getBound()) ||
           (known && bound && *bound <= *known);
  }
  DenseIntElementsAttr elements;
  return known && matchPattern(indices, m_Constant(&elements)) &&
         llvm::all_of(elements.getValues<APInt>(), [&](const APInt &index) {
           return index.getSExtValue() >= 0 && index.getSExtValue() < *known;
         });
}

std::optional<OneHotSource> emb::findOneHot(Value value) {
  if (auto cast = value.getDefiningOp<tensor::CastOp>())
    value = cast.getSource();
  if (auto op = value.getDefiningOp<OneHotOp>())
    return OneHotSource{op.getIndices(), getAsOpFoldResult(op.getDepth()), true,
                        true};
  if (auto gather = value.getDefiningOp<GatherOp>()) {
    if (!isIdentityMatrix(gather.getTable()))
      return std::nullopt;
    int64_t depth =
        cast<RankedTensorType>(gather.getTable().getType()).getDimSize(0);
    return OneHotSource{gather.getIndices(),
                        Builder(value.getContext()).getIndexAttr(depth), false,
                        true};
  }
  auto generic = value.getDefiningOp<linalg::GenericOp>();
  arith::CmpIOp compare = findComparison(generic);
  Value indices = compare ? findCompared(generic, compare) : Value();
  if (!indices || !isa<IntegerType>(getElementTypeOrSelf(indices)) ||
      getElementTypeOrSelf(indices).getIntOrFloatBitWidth() < 32)
    return std::nullopt;
  auto type = cast<RankedTensorType>(value.getType());
  OneHotSource source{indices, {}, false, false};
  int64_t depth = type.getShape().back();
  if (!ShapedType::isDynamic(depth)) {
    source.depth = Builder(value.getContext()).getIndexAttr(depth);
  } else if (auto empty =
                 generic.getDpsInits()[0].getDefiningOp<tensor::EmptyOp>()) {
    source.depth = empty.getMixedSizes().back();
  } else {
    return std::nullopt;
  }
  source.isChecked = areInRange(indices, source.depth);
  return source;
}
