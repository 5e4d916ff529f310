//===- PrepareContractions.cpp - Factors and sums as kernels want them ----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TileContractions/Contraction.h"
#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::emb {
#define GEN_PASS_DEF_PREPARECONTRACTIONS
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// With fewer rows the copy costs more than it saves.
static constexpr int64_t kMinRows = 4;

/// The operation before which a copy of `value`, which `user` needs, is made
/// once: outside of the loops that do not change it.
static Operation *findPlace(Value value, Operation *user) {
  while (auto loop = dyn_cast<scf::ForOp>(user->getParentOp())) {
    if (loop.getRegion().isAncestor(value.getParentRegion()))
      break;
    user = loop;
  }
  return user;
}

static Value createTransposed(OpBuilder &builder, Location loc, Value tensor,
                              ArrayRef<int64_t> permutation) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<OpFoldResult> extents =
      tensor::getMixedSizes(builder, loc, tensor);
  Value init = tensor::EmptyOp::create(builder, loc,
                                       applyPermutation(extents, permutation),
                                       type.getElementType());
  return linalg::TransposeOp::create(builder, loc, tensor, init, permutation)
      ->getResult(0);
}

/// Whether all elements of `tensor` are +0.
static bool isZeros(Value tensor) {
  auto fill = tensor.getDefiningOp<linalg::FillOp>();
  return fill && matchPattern(fill.getInputs()[0], m_PosZeroFloat());
}

/// `op` with other operands and maps.
static linalg::GenericOp createLike(RewriterBase &rewriter, linalg::LinalgOp op,
                                    ValueRange inputs, Value init,
                                    ArrayRef<AffineMap> maps) {
  auto generic =
      linalg::GenericOp::create(rewriter, op.getLoc(), init.getType(), inputs,
                                init, maps, op.getIteratorTypesArray());
  rewriter.cloneRegionBefore(op->getRegion(0), generic.getRegion(),
                             generic.getRegion().begin());
  return generic;
}

namespace {
/// sum + (0 + a b) -> sum + a b, all of it one operation.
struct AddToSum : OpRewritePattern<arith::AddFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::AddFOp add,
                                PatternRewriter &rewriter) const override {
    for (auto [sum, product] : {std::pair(add.getLhs(), add.getRhs()),
                                std::pair(add.getRhs(), add.getLhs())}) {
      auto op = product.getDefiningOp<linalg::LinalgOp>();
      if (!op || !op.hasPureTensorSemantics() || !isSumOfProducts(op) ||
          !product.hasOneUse() || op->getBlock() != add->getBlock() ||
          !isZeros(op.getDpsInits()[0]))
        continue;
      linalg::GenericOp generic = createLike(rewriter, op, op.getDpsInputs(),
                                             sum, op.getIndexingMapsArray());
      rewriter.replaceOp(add, generic);
      return success();
    }
    return rewriter.notifyMatchFailure(
        add, "no operand is a product that nothing else needs");
  }
};

struct TransposeFactor : OpInterfaceRewritePattern<linalg::LinalgOp> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(linalg::LinalgOp op,
                                PatternRewriter &rewriter) const override;
};

struct PrepareContractions
    : public emb::impl::PrepareContractionsBase<PrepareContractions> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<AddToSum, TransposeFactor>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

LogicalResult
TransposeFactor::matchAndRewrite(linalg::LinalgOp op,
                                 PatternRewriter &rewriter) const {
  if (!op.hasPureTensorSemantics() || !isSumOfProducts(op))
    return rewriter.notifyMatchFailure(op, "is no sum of products of tensors");
  std::string reason;
  std::optional<Contraction> contraction = matchLoops(op, reason);
  if (!contraction)
    return rewriter.notifyMatchFailure(op, reason);
  AffineMap map = contraction->rightMap;
  unsigned rank = map.getNumResults();
  if (map.getDimPosition(rank - 1) == contraction->column)
    return rewriter.notifyMatchFailure(op, "columns are contiguous");
  std::optional<int64_t> rows;
  if (!contraction->row)
    rows = 1;
  else if (int64_t extent = op.getStaticLoopRanges()[*contraction->row];
           !ShapedType::isDynamic(extent))
    rows = extent;
  if (rows && *rows < kMinRows)
    return rewriter.notifyMatchFailure(op, "there are few rows");

  SmallVector<int64_t> permutation;
  for (unsigned dim = 0; dim < rank; ++dim)
    if (map.getDimPosition(dim) != contraction->column)
      permutation.push_back(dim);
  permutation.push_back(
      *map.getResultPosition(rewriter.getAffineDimExpr(contraction->column)));
  Value transposed;
  {
    OpBuilder::InsertionGuard guard(rewriter);
    rewriter.setInsertionPoint(findPlace(contraction->right, op));
    transposed = createTransposed(rewriter, op.getLoc(), contraction->right,
                                  permutation);
  }
  AffineMap newMap = map.getSubMap(
      SmallVector<unsigned>(permutation.begin(), permutation.end()));
  linalg::GenericOp generic =
      createLike(rewriter, op, op.getDpsInputs(), op.getDpsInits()[0],
                 op.getIndexingMapsArray());
  unsigned position = contraction->rightPosition;
  rewriter.modifyOpInPlace(generic, [&] {
    generic->setOperand(position, transposed);
    SmallVector<AffineMap> maps = generic.getIndexingMapsArray();
    maps[position] = newMap;
    generic.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
  });
  rewriter.replaceOp(op, generic);
  return success();
}
