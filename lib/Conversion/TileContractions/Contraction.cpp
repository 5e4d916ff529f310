//===- Contraction.cpp - Products of matrices among operations ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Contraction.h"

#include "../EmbToLoops/RowVectors.h"

using namespace mlir;
using namespace mlir::emb;
using utils::IteratorType;

/// Fewer columns fill no vector.
static constexpr int64_t kMinColumns = 8;
/// Fewer rows or terms do not pay for a kernel.
static constexpr int64_t kMinRows = 4;
static constexpr int64_t kMinTerms = 8;

bool emb::isSumOfProducts(linalg::LinalgOp op) {
  Block *body = op.getBlock();
  if (op.getNumDpsInputs() != 2 || op.getNumDpsInits() != 1 ||
      body->getOperations().size() != 3)
    return false;
  auto sum =
      body->getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  if (!sum)
    return false;
  Value output = body->getArgument(2);
  Value term = sum.getLhs() == output ? sum.getRhs() : sum.getLhs();
  auto product = term.getDefiningOp<arith::MulFOp>();
  if (!product || (sum.getLhs() != output && sum.getRhs() != output))
    return false;
  Value first = body->getArgument(0), second = body->getArgument(1);
  return (product.getLhs() == first && product.getRhs() == second) ||
         (product.getLhs() == second && product.getRhs() == first);
}

std::optional<Contraction> emb::matchLoops(linalg::LinalgOp op,
                                           std::string &reason) {
  auto refuse = [&](StringRef why) -> std::optional<Contraction> {
    reason = why.str();
    return std::nullopt;
  };
  Contraction result;
  result.left = op.getDpsInputs()[0];
  result.right = op.getDpsInputs()[1];
  result.sum = op.getDpsInits()[0];
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (AffineMap map : maps)
    if (!map.isProjectedPermutation())
      return refuse("subscripts are not loops");
  result.leftMap = maps[0];
  result.rightMap = maps[1];
  result.sumMap = maps[2];
  Type type = getElementTypeOrSelf(result.sum);
  if (!type.isF32() && !type.isF64())
    return refuse("elements are neither f32 nor f64");
  result.type = cast<FloatType>(type);

  unsigned rank = result.sumMap.getNumResults();
  if (rank == 0)
    return refuse("the sum is one number");
  result.column = result.sumMap.getDimPosition(rank - 1);
  if (result.leftMap.isFunctionOfDim(result.column)) {
    std::swap(result.left, result.right);
    std::swap(result.leftMap, result.rightMap);
    result.rightPosition = 0;
  }
  auto isInLeft = [&](unsigned loop) {
    return result.leftMap.isFunctionOfDim(loop);
  };
  auto isInRight = [&](unsigned loop) {
    return result.rightMap.isFunctionOfDim(loop);
  };
  if (isInLeft(result.column) || !isInRight(result.column))
    return refuse("the last dimension of the sum is not one of one factor");
  int64_t columns = op.getStaticLoopRanges()[result.column];
  if (!ShapedType::isDynamic(columns) && columns < kMinColumns)
    return refuse("there are few columns");

  std::optional<unsigned> inner;
  for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    if (iterator == IteratorType::reduction) {
      if (inner)
        result.outerReductions.push_back(*inner);
      inner = loop;
    } else if (loop == result.column) {
      continue;
    } else if (isInLeft(loop) && !isInRight(loop)) {
      if (result.row)
        result.outerParallels.push_back(*result.row);
      result.row = loop;
    } else {
      result.outerParallels.push_back(loop);
    }
  }
  if (!inner || !isInLeft(*inner) || !isInRight(*inner))
    return refuse("the inner sum is not one over both factors");
  result.inner = *inner;
  llvm::sort(result.outerParallels);
  return result;
}

std::optional<Contraction> emb::matchContraction(linalg::LinalgOp op,
                                                 std::string &reason) {
  std::optional<Contraction> result = matchLoops(op, reason);
  if (!result)
    return std::nullopt;
  unsigned last = result->rightMap.getNumResults() - 1;
  if (result->rightMap.getDimPosition(last) != result->column ||
      !hasContiguousRows(result->right)) {
    reason = "the columns of the right factor are not contiguous";
    return std::nullopt;
  }
  if (!hasContiguousRows(result->sum)) {
    reason = "the columns of the sum are not contiguous";
    return std::nullopt;
  }
  SmallVector<int64_t> extents = op.getStaticLoopRanges();
  auto isBelow = [&](unsigned loop, int64_t least) {
    return !ShapedType::isDynamic(extents[loop]) && extents[loop] < least;
  };
  if (!result->row || isBelow(*result->row, kMinRows)) {
    reason = "there are few rows";
    return std::nullopt;
  }
  if (result->outerReductions.empty() && isBelow(result->inner, kMinTerms)) {
    reason = "there are few terms";
    return std::nullopt;
  }
  return result;
}
