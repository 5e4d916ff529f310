//===- FoldLookups.cpp - Lookups of what is looked up or put together -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::emb {
#define GEN_PASS_DEF_FOLDLOOKUPS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Whether an operation gives `tensor` new elements: then it must be read
/// before, and not through a view.
static bool isOverwritten(Value tensor) {
  return llvm::any_of(tensor.getUses(), [](OpOperand &use) {
    return llvm::is_contained(getWrittenOperands(use.getOwner()), &use);
  });
}

namespace {
/// What is known of all of some indices: the least and the largest.
struct IndexRange {
  int64_t least, largest;
};

/// What became of a lookup, or why it stays; neither where no rule is about it.
struct Outcome {
  Value replacement;
  StringRef rule;
  std::string reason;

  static Outcome kept(std::string reason) {
    return {{}, {}, std::move(reason)};
  }
};
} // namespace

static std::optional<IndexRange> findRange(Value indices) {
  DenseIntElementsAttr elements;
  if (matchPattern(indices, m_Constant(&elements)) && !elements.empty()) {
    IndexRange range{INT64_MAX, INT64_MIN};
    for (const APInt &index : elements.getValues<APInt>()) {
      range.least = std::min(range.least, index.getSExtValue());
      range.largest = std::max(range.largest, index.getSExtValue());
    }
    return range;
  }
  auto check = indices.getDefiningOp<CheckIndicesOp>();
  std::optional<int64_t> bound =
      check ? getConstantIntValue(check.getBound()) : std::nullopt;
  if (!bound || *bound <= 0)
    return std::nullopt;
  return IndexRange{0, *bound - 1};
}

//===----------------------------------------------------------------------===//
// A lookup of a lookup
//===----------------------------------------------------------------------===//

/// outer[j] of inner: indices i[j], in the shape of j.
static Value composeIndices(ImplicitLocOpBuilder &b, Value outer, Value inner) {
  int64_t rank = tensorType(outer).getRank();
  Value init =
      tensor::EmptyOp::create(b, tensor::getMixedSizes(b, b.getLoc(), outer),
                              tensorType(inner).getElementType());
  AffineMap identity = b.getMultiDimIdentityMap(rank);
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, init.getType(), outer, init,
             ArrayRef<AffineMap>{identity, identity}, loops,
             [&](OpBuilder &builder, Location loc, ValueRange args) {
               Value place = arith::IndexCastOp::create(
                   builder, loc, builder.getIndexType(), args[0]);
               Value index =
                   tensor::ExtractOp::create(builder, loc, inner, place);
               linalg::YieldOp::create(builder, loc, index);
             })
      .getResult(0);
}

/// gather(gather(W, i), j) -> gather(W, i[j])
static Outcome foldGather(GatherOp outer, RewriterBase &rewriter) {
  auto inner = outer.getTable().getDefiningOp<GatherOp>();
  if (!inner)
    return {};
  auto rows = tensorType(inner.getResult());
  auto indices = tensorType(outer.getIndices());
  if (rows.getRank() != 2)
    return Outcome::kept("the rows that are looked up are no table");
  if (!inner.getResult().hasOneUse())
    return Outcome::kept("something else reads the rows of the first lookup");
  if (isOverwritten(inner.getTable()))
    return Outcome::kept("the table is overwritten");
  if (!rows.hasStaticShape() || !indices.hasStaticShape())
    return Outcome::kept("how many rows are looked up is not known");
  int64_t saved = 2 * rows.getNumElements() * rows.getElementTypeBitWidth() / 8;
  // Both indices are read, one is written and read.
  int64_t spent = 4 * 8 * indices.getNumElements();
  if (saved <= spent)
    return Outcome::kept("the rows of the first lookup are " +
                         std::to_string(saved) +
                         " bytes there and back, the indices of indices " +
                         std::to_string(spent));
  // Both fail as before, whichever rows are looked up twice.
  rewriter.setInsertionPoint(inner);
  inner.insertChecks(rewriter);
  rewriter.setInsertionPoint(outer);
  outer.insertChecks(rewriter);
  ImplicitLocOpBuilder b(outer.getLoc(), rewriter);
  Value composed = composeIndices(b, outer.getIndices(), inner.getIndices());
  Value result =
      GatherOp::create(b, inner.getTable(), composed,
                       /*init=*/Value(), /*padding_idx=*/IntegerAttr())
          .getResult();
  return {result, "LookupOfLookup", ""};
}

//===----------------------------------------------------------------------===//
// A lookup of tables that were put together
//===----------------------------------------------------------------------===//

/// The constant `indices` less `offset`.
static Value subtract(RewriterBase &rewriter, Value indices, int64_t offset) {
  DenseIntElementsAttr elements;
  if (!matchPattern(indices, m_Constant(&elements)))
    return {};
  auto moved = elements.mapValues(elements.getElementType(), [&](APInt index) {
    return index - APInt(index.getBitWidth(), offset, /*isSigned=*/true);
  });
  return arith::ConstantOp::create(rewriter, indices.getLoc(),
                                   cast<TypedAttr>(moved));
}

/// gather(concat(A, B), i) -> gather(B, i - rows of A), all i being rows of B
static Outcome foldConcat(GatherOp op, RewriterBase &rewriter) {
  auto concat = op.getTable().getDefiningOp<tensor::ConcatOp>();
  if (!concat || concat.getDim() != 0)
    return {};
  std::optional<IndexRange> range = findRange(op.getIndices());
  if (!range)
    return Outcome::kept("the indices may lie in any of the tables");
  int64_t begin = 0;
  for (Value table : concat.getInputs()) {
    int64_t rows = tensorType(table).getDimSize(0);
    if (ShapedType::isDynamic(rows))
      return Outcome::kept("how many rows a table has is not known");
    if (range->least < begin || range->largest >= begin + rows) {
      begin += rows;
      continue;
    }
    if (isOverwritten(table))
      return Outcome::kept("the table is overwritten");
    rewriter.setInsertionPoint(op);
    Value indices =
        begin ? subtract(rewriter, op.getIndices(), begin) : op.getIndices();
    Value result = GatherOp::create(rewriter, op.getLoc(), table, indices,
                                    /*init=*/Value(),
                                    /*padding_idx=*/IntegerAttr())
                       .getResult();
    return {result, "LookupOfConcat", ""};
  }
  return Outcome::kept("the indices lie in several tables, or in none");
}

//===----------------------------------------------------------------------===//
// A lookup of rows that follow each other
//===----------------------------------------------------------------------===//

/// Whether `constant` counts up by one.
static bool isContiguous(DenseIntElementsAttr constant) {
  int64_t first = constant.getValues<APInt>()[0].getSExtValue();
  return llvm::all_of(llvm::enumerate(constant.getValues<APInt>()),
                      [&](auto element) {
                        return element.value().getSExtValue() ==
                               first + static_cast<int64_t>(element.index());
                      });
}

/// gather(W, [c, c + 1, ...]) -> extract_slice, which copies nothing
static Outcome foldSlice(GatherOp op, RewriterBase &rewriter) {
  DenseIntElementsAttr constant;
  auto table = tensorType(op.getTable());
  if (!matchPattern(op.getIndices(), m_Constant(&constant)) ||
      constant.empty() || tensorType(op.getIndices()).getRank() != 1 ||
      !isContiguous(constant))
    return {};
  std::optional<IndexRange> range = findRange(op.getIndices());
  if (table.isDynamicDim(0) || range->least < 0 ||
      range->largest >= table.getDimSize(0))
    return Outcome::kept("the rows are not known to be in the table");
  if (isOverwritten(op.getTable()))
    return Outcome::kept("the table is overwritten");
  // What is returned, yielded or overwritten is memory of its own.
  for (OpOperand &use : op.getResult().getUses())
    if (use.getOwner()->hasTrait<OpTrait::IsTerminator>() ||
        llvm::is_contained(getWrittenOperands(use.getOwner()), &use))
      return Outcome::kept("the rows must not be part of the table");
  rewriter.setInsertionPoint(op);
  OpFoldResult zero = rewriter.getIndexAttr(0), one = rewriter.getIndexAttr(1);
  auto type = tensorType(op.getResult());
  Value slice = tensor::ExtractSliceOp::create(
      rewriter, op.getLoc(), type, op.getTable(),
      ArrayRef<OpFoldResult>{rewriter.getIndexAttr(range->least), zero},
      ArrayRef<OpFoldResult>{rewriter.getIndexAttr(type.getDimSize(0)),
                             rewriter.getIndexAttr(type.getDimSize(1))},
      ArrayRef<OpFoldResult>{one, one});
  return {slice, "LookupOfSlice", ""};
}

namespace {
struct FoldLookupsPass : public emb::impl::FoldLookupsBase<FoldLookupsPass> {
  void runOnOperation() override {
    SmallVector<GatherOp> ops;
    getOperation().walk([&](GatherOp op) { ops.push_back(op); });
    IRRewriter rewriter(&getContext());
    bool changed = false;
    for (GatherOp op : ops)
      changed |= visit(op, rewriter);
    if (changed)
      (void)runRegionDCE(rewriter, getOperation()->getRegions());
  }

private:
  bool visit(GatherOp op, RewriterBase &rewriter) {
    if (!op.getResult() || op.getInit() || op.use_empty())
      return false;
    for (auto fold : {foldGather, foldConcat, foldSlice}) {
      Outcome outcome = fold(op, rewriter);
      auto options = [&](StringRef name) {
        return remark::RemarkOpts::name(name)
            .category(getArgument())
            .function(getOperation().getName());
      };
      if (outcome.replacement) {
        remark::passed(op.getLoc(), options(outcome.rule)) << remark::metric(
            "columns", tensorType(op.getResult()).getShape().back());
        rewriter.replaceOp(op, outcome.replacement);
        return true;
      }
      if (!outcome.reason.empty()) {
        remark::missed(op.getLoc(), options("LookupKept"))
            << remark::reason("{0}", outcome.reason);
        return false;
      }
    }
    return false;
  }
};
} // namespace
