//===- PoolLookups.cpp - Lookups that are reduced as bags -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::emb {
#define GEN_PASS_DEF_POOLLOOKUPS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The value that all elements of `tensor` have; null if it is not one.
static Attribute findSplat(Value tensor) {
  if (auto fill = tensor.getDefiningOp<linalg::FillOp>())
    tensor = fill.getInputs()[0];
  Attribute attribute;
  if (!matchPattern(tensor, m_Constant(&attribute)))
    return {};
  if (auto splat = dyn_cast<SplatElementsAttr>(attribute))
    return splat.getSplatValue<Attribute>();
  return dyn_cast<FloatAttr>(attribute);
}

static bool isSplat(Value tensor, function_ref<bool(const APFloat &)> holds) {
  auto number = dyn_cast_or_null<FloatAttr>(findSplat(tensor));
  return number && holds(number.getValue());
}

namespace {
/// A reduction over the entries of each bag of a lookup.
class Pooling {
public:
  explicit Pooling(linalg::LinalgOp op) : op(op) {}

  /// Whether a lookup by 2-D indices is reduced over their second dimension.
  /// Then `getReason` is empty if it can become a bag, else it says why not.
  bool match();
  StringRef getReason() const { return reason; }
  BagMode getMode() const { return mode; }

  BagOp fold(RewriterBase &rewriter);

private:
  bool matchMaps();
  bool matchBody();
  void matchConditions();

  linalg::LinalgOp op;
  GatherOp gather;
  Value weights;
  BagMode mode = BagMode::Sum;
  /// The maximum of a bag ignores NaN; whether the reduction may, too.
  bool hasNoNaN = false;
  std::string reason;
};
} // namespace

bool Pooling::match() {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInits() != 1 ||
      op.getNumDpsInputs() < 1 || op.getNumDpsInputs() > 2 ||
      op.getNumReductionLoops() != 1 || op.getNumLoops() != 3)
    return false;
  for (OpOperand *input : op.getDpsInputOperands())
    if (auto found = input->get().getDefiningOp<GatherOp>();
        found && tensorType(found.getIndices()).getRank() == 2)
      gather = found;
    else
      weights = input->get();
  if (!gather || !matchMaps() || !matchBody())
    return false;
  matchConditions();
  return true;
}

/// (b, l, d) and perhaps (b, l) to (b, d), in any order of the loops.
bool Pooling::matchMaps() {
  AffineMap outMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  AffineMap rows, factors;
  for (OpOperand *input : op.getDpsInputOperands())
    (input->get() == gather.getResult() ? rows : factors) =
        op.getMatchingIndexingMap(input);
  if (!rows || !rows.isPermutation() || outMap.getNumResults() != 2 ||
      outMap.getResult(0) != rows.getResult(0) ||
      outMap.getResult(1) != rows.getResult(2))
    return false;
  return static_cast<bool>(factors) == static_cast<bool>(weights) &&
         (!factors || factors.getResults() == rows.getResults().drop_back());
}

bool Pooling::matchBody() {
  Block *body = op.getBlock();
  Operation *combine = body->getTerminator()->getOperand(0).getDefiningOp();
  BlockArgument sum = op.getMatchingBlockArgument(op.getDpsInitOperand(0));
  if (!combine || combine->getNumOperands() != 2 ||
      !llvm::is_contained(combine->getOperands(), sum))
    return false;
  Value entry = combine->getOperand(combine->getOperand(0) == sum ? 1 : 0);
  auto getElement = [&](Value tensor) -> Value {
    for (OpOperand *input : op.getDpsInputOperands())
      if (input->get() == tensor)
        return op.getMatchingBlockArgument(input);
    return {};
  };
  Value row = getElement(gather.getResult());
  if (weights) {
    auto product = entry.getDefiningOp<arith::MulFOp>();
    Value factor = getElement(weights);
    return isa<arith::AddFOp>(combine) && product &&
           ((product.getLhs() == row && product.getRhs() == factor) ||
            (product.getLhs() == factor && product.getRhs() == row));
  }
  if (entry != row)
    return false;
  if (isa<arith::AddFOp>(combine))
    return true;
  if (!isa<arith::MaximumFOp, arith::MaxNumFOp>(combine))
    return false;
  mode = BagMode::Max;
  auto flags = cast<arith::ArithFastMathInterface>(combine)
                   .getFastMathFlagsAttr()
                   .getValue();
  hasNoNaN = arith::bitEnumContainsAll(flags, arith::FastMathFlags::nnan);
  return true;
}

void Pooling::matchConditions() {
  Type element = getElementTypeOrSelf(gather.getTable());
  Value init = op.getDpsInits()[0];
  int64_t length = tensorType(gather.getIndices()).getDimSize(1);
  if (!gather.getResult().hasOneUse())
    reason = "something else reads the rows";
  else if (gather.getPaddingIdx())
    reason =
        "the lookup has padding_idx, whose row it reads and a bag does not";
  else if (getElementTypeOrSelf(init) != element ||
           (weights && getElementTypeOrSelf(weights) != element))
    reason = "the elements have other types than those of the table";
  else if (mode == BagMode::Sum &&
           !isSplat(init, [](const APFloat &v) { return v.isZero(); }))
    reason = "the sum does not begin with zeros";
  else if (mode == BagMode::Max && !hasNoNaN)
    reason = "the maximum of a bag ignores NaN: say fastmath<nnan>";
  else if (mode == BagMode::Max && !isSplat(init, [](const APFloat &v) {
             return v.isInfinity() && v.isNegative();
           }))
    reason = "the maximum does not begin with -inf";
  else if (mode == BagMode::Max && (ShapedType::isDynamic(length) || !length))
    reason = "a bag may be empty: its maximum is 0";
  else if (mode == BagMode::Max && gather.getScaleGradByFreq())
    reason = "bags of the maximum have no scale_grad_by_freq";
}

BagOp Pooling::fold(RewriterBase &rewriter) {
  rewriter.setInsertionPoint(op);
  auto bag = BagOp::create(rewriter, op.getLoc(), mode, gather.getTable(),
                           gather.getIndices(), /*offsets=*/Value(), weights,
                           /*inits=*/ValueRange(),
                           /*include_last_offset=*/false,
                           /*padding_idx=*/IntegerAttr());
  bag.setScaleGradByFreq(gather.getScaleGradByFreq());
  Value result = bag.getResult();
  if (result.getType() != op->getResult(0).getType())
    result = tensor::CastOp::create(rewriter, op.getLoc(),
                                    op->getResult(0).getType(), result);
  rewriter.replaceOp(op, result);
  return bag;
}

//===----------------------------------------------------------------------===//
// Means
//===----------------------------------------------------------------------===//

/// What `op` divides by, if it divides each element of its first operand by it.
static Value findDivisor(Operation *op, Value dividend) {
  if (auto division = dyn_cast<arith::DivFOp>(op))
    return division.getLhs() == dividend ? division.getRhs() : Value();
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || generic.getNumResults() != 1 ||
      generic.getNumReductionLoops() != 0)
    return {};
  auto division = generic.getBlock()
                      ->getTerminator()
                      ->getOperand(0)
                      .getDefiningOp<arith::DivFOp>();
  auto number =
      division ? dyn_cast<BlockArgument>(division.getLhs()) : BlockArgument();
  if (!number || number.getOwner() != generic.getBlock())
    return {};
  OpOperand *operand = generic.getMatchingOpOperand(number);
  bool inPlace =
      operand->get() == dividend &&
      generic.getMatchingIndexingMap(operand).isIdentity() &&
      generic.getMatchingIndexingMap(generic.getDpsInitOperand(0)).isIdentity();
  if (!inPlace)
    return {};
  auto by = dyn_cast<BlockArgument>(division.getRhs());
  return by && by.getOwner() == generic.getBlock()
             ? generic.getMatchingOpOperand(by)->get()
             : division.getRhs();
}

/// Sums divided by the length of the bags, which is static, are means.
static bool foldMean(BagOp bag, RewriterBase &rewriter) {
  int64_t length = tensorType(bag.getIndices()).getShape().back();
  if (bag.getMode() != BagMode::Sum || bag.getWeights() || bag.getOffsets() ||
      bag.getPaddingIdx() || !bag.getInits().empty() ||
      !bag.getResult().hasOneUse() || ShapedType::isDynamic(length) || !length)
    return false;
  Operation *division = *bag.getResult().getUsers().begin();
  Value divisor = findDivisor(division, bag.getResult());
  if (!divisor ||
      division->getResult(0).getType() != bag.getResult().getType() ||
      !isSplat(divisor, [&](const APFloat &number) {
        return number.convertToDouble() == static_cast<double>(length);
      }))
    return false;
  rewriter.modifyOpInPlace(bag, [&] { bag.setMode(BagMode::Mean); });
  rewriter.replaceOp(division, bag.getResult());
  return true;
}

namespace {
struct PoolLookupsPass : public emb::impl::PoolLookupsBase<PoolLookupsPass> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    IRRewriter rewriter(&getContext());
    SmallVector<BagOp> bags;
    for (linalg::LinalgOp op : ops)
      visit(op, rewriter, bags);
    for (BagOp bag : bags)
      if (foldMean(bag, rewriter))
        remark::passed(bag.getLoc(), getOptions("MeanPooled"))
            << remark::metric("entries",
                              tensorType(bag.getIndices()).getDimSize(1));
    if (!bags.empty())
      (void)runRegionDCE(rewriter, getOperation()->getRegions());
  }

private:
  remark::RemarkOpts getOptions(StringRef name) {
    return remark::RemarkOpts::name(name)
        .category(getArgument())
        .function(getOperation().getName());
  }

  void visit(linalg::LinalgOp op, RewriterBase &rewriter,
             SmallVectorImpl<BagOp> &bags) {
    Pooling pooling(op);
    if (!pooling.match())
      return;
    if (!pooling.getReason().empty()) {
      remark::missed(op.getLoc(), getOptions("LookupNotPooled"))
          << remark::reason("{0}", pooling.getReason());
      return;
    }
    remark::passed(op.getLoc(), getOptions("LookupPooled"))
        << remark::metric("mode", stringifyBagMode(pooling.getMode()));
    bags.push_back(pooling.fold(rewriter));
  }
};
} // namespace
