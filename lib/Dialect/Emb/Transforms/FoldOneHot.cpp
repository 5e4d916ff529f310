//===- FoldOneHot.cpp - Products with one-hot tensors as lookups ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneHotSource.h"

#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "mlir/Transforms/RegionUtils.h"

namespace mlir::emb {
#define GEN_PASS_DEF_FOLDONEHOT
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {

enum class Form { Gather, TransposedGather, ScatterAdd };

/// A sum of products of which one factor is one-hot.
class OneHotProduct {
public:
  explicit OneHotProduct(linalg::LinalgOp op) : op(op) {}

  /// Whether a factor is one-hot. Then `getReason` is empty if the product can
  /// become a lookup, else it says why not.
  bool match();
  StringRef getReason() const { return reason; }
  /// What is looked up, or added up.
  Value getOther() const { return other; }
  Form getForm() const { return form; }

  void fold(RewriterBase &rewriter);

private:
  void matchLoops(AffineMap oneHotMap, AffineMap otherMap);
  void matchRole(AffineMap oneHotMap, AffineMap otherMap);
  void matchTranspose();
  void matchElements();
  void checkDepth(RewriterBase &rewriter, Value table);

  linalg::LinalgOp op;
  OneHotSource source;
  Value other;
  Form form = Form::Gather;
  std::string reason;
};

} // namespace

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The multiplication of a body of `sum + a * b`, factors extended or not; null
/// where it does anything else.
static arith::MulFOp findProduct(linalg::LinalgOp op) {
  arith::MulFOp product;
  for (Operation &inner : op.getBlock()->without_terminator()) {
    if (!isa<arith::MulFOp, arith::AddFOp, arith::ExtFOp>(inner))
      return {};
    if (auto found = dyn_cast<arith::MulFOp>(inner))
      product = found;
  }
  return product;
}

static bool isFiniteConstant(Value value) {
  DenseFPElementsAttr elements;
  return matchPattern(value, m_Constant(&elements)) &&
         llvm::all_of(elements.getValues<APFloat>(),
                      [](const APFloat &number) { return number.isFinite(); });
}

bool OneHotProduct::match() {
  if (!op.hasPureTensorSemantics() || op.getNumDpsInputs() != 2 ||
      op.getNumDpsInits() != 1)
    return false;
  for (unsigned number : {0u, 1u}) {
    OpOperand *operand = op.getDpsInputOperand(number);
    std::optional<OneHotSource> found = findOneHot(operand->get());
    if (!found)
      continue;
    // An elementwise product is no contraction: nothing is looked up.
    if (!linalg::isaContractionOpInterface(op) || !findProduct(op))
      return false;
    source = *found;
    OpOperand *otherOperand = op.getDpsInputOperand(1 - number);
    other = otherOperand->get();
    matchLoops(op.getMatchingIndexingMap(operand),
               op.getMatchingIndexingMap(otherOperand));
    return true;
  }
  return false;
}

void OneHotProduct::matchLoops(AffineMap oneHotMap, AffineMap otherMap) {
  matchRole(oneHotMap, otherMap);
  if (reason.empty())
    matchElements();
  if (reason.empty() && form == Form::TransposedGather)
    matchTranspose();
}

/// Which loops the other factor and the result have.
void OneHotProduct::matchRole(AffineMap oneHotMap, AffineMap otherMap) {
  AffineMap outMap = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  ArrayRef<AffineExpr> occurrences = oneHotMap.getResults().drop_back();
  AffineExpr place = oneHotMap.getResults().back();
  auto isOneOf = [](AffineMap map, AffineExpr loop) {
    return llvm::is_contained(map.getResults(), loop);
  };
  if (isOneOf(outMap, place)) {
    form = Form::ScatterAdd;
    if (isOneOf(otherMap, place))
      reason = "both factors and the result have the dimension of the depth";
    else if (outMap.getNumResults() != 2 || outMap.getResult(0) != place)
      reason = "the result is no table whose rows are the places";
    else if (otherMap.getResults().empty() ||
             otherMap.getResults().drop_back() != occurrences ||
             otherMap.getResults().back() != outMap.getResult(1))
      reason = "the other factor has no row for each index";
    return;
  }
  if (!isOneOf(otherMap, place)) {
    reason = "the one-hot tensor is added up alone";
    return;
  }
  if (llvm::any_of(occurrences,
                   [&](AffineExpr loop) { return isOneOf(otherMap, loop); })) {
    reason = "each index has a table of its own";
    return;
  }
  if (otherMap.getNumResults() != 2) {
    reason = "the other factor has rank " +
             std::to_string(otherMap.getNumResults()) + ", a table has rank 2";
    return;
  }
  form = otherMap.getResult(0) == place ? Form::Gather : Form::TransposedGather;
  AffineExpr column = otherMap.getResult(form == Form::Gather ? 1 : 0);
  if (outMap.getNumResults() != occurrences.size() + 1 ||
      outMap.getResults().drop_back() != occurrences ||
      outMap.getResults().back() != column)
    reason = "the result is not one row for each index";
}

/// What is multiplied by zero, and whether there is a row to look up.
void OneHotProduct::matchElements() {
  auto flags = arith::FastMathFlags::nnan | arith::FastMathFlags::ninf;
  int64_t width = tensorType(other).getShape().back();
  if (form == Form::TransposedGather)
    width = tensorType(other).getDimSize(0);
  Type result = getElementTypeOrSelf(op.getDpsInits()[0]);
  Type element = getElementTypeOrSelf(other);
  if (!isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(result) ||
      !isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(element) ||
      element.getIntOrFloatBitWidth() > result.getIntOrFloatBitWidth())
    reason = "the elements of the table are no floats of the result";
  else if (ShapedType::isDynamic(width))
    reason = "the number of columns is not static";
  else if (!source.isChecked)
    reason = "an index out of range gives zeros: check the indices, or say "
             "emb.one_hot";
  else if (!source.isSelection && !isFiniteConstant(other) &&
           !arith::bitEnumContainsAll(findProduct(op).getFastmath(), flags))
    reason = "zero times inf or NaN is NaN: say fastmath<nnan,ninf>, or "
             "emb.one_hot";
}

/// The bytes of `type`, if its shape is static.
static std::optional<int64_t> getBytes(RankedTensorType type) {
  if (!type.hasStaticShape())
    return std::nullopt;
  return type.getNumElements() * type.getElementTypeBitWidth() / 8;
}

/// A product with a transposed table reads all of it, and the one-hot tensor
/// that is written for it. A lookup reads and writes a copy of the table.
void OneHotProduct::matchTranspose() {
  if (auto transpose = other.getDefiningOp<linalg::TransposeOp>()) {
    other = transpose.getInput();
    form = Form::Gather;
    return;
  }
  std::optional<int64_t> table = getBytes(tensorType(other));
  std::optional<int64_t> result = getBytes(tensorType(op->getResult(0)));
  std::optional<int64_t> depth = getConstantIntValue(source.depth);
  auto indices = tensorType(source.indices);
  if (!table || !result || !depth || !indices.hasStaticShape()) {
    reason = "the rows are columns of the factor, and of unknown number";
    return;
  }
  int64_t oneHot =
      *depth * indices.getNumElements() *
      getElementTypeOrSelf(op.getDpsInits()[0]).getIntOrFloatBitWidth() / 8;
  int64_t product = *table + 2 * oneHot + *result;
  int64_t lookup = 2 * *table + 2 * *result;
  if (lookup > product)
    reason = "the rows are columns of the factor: a transposed copy and its "
             "lookup move " +
             std::to_string(lookup) + " bytes, the product " +
             std::to_string(product);
}

/// What the product would have compared: as many places as the table has rows.
void OneHotProduct::checkDepth(RewriterBase &rewriter, Value table) {
  Location loc = op.getLoc();
  OpFoldResult rows = tensor::getMixedSize(rewriter, loc, table, 0);
  std::optional<int64_t> left = getConstantIntValue(source.depth);
  if (left && left == getConstantIntValue(rows))
    return;
  FailureOr<bool> equal = ValueBoundsConstraintSet::areEqual(
      ValueBoundsConstraintSet::Variable(source.depth),
      ValueBoundsConstraintSet::Variable(table, 0));
  if (succeeded(equal) && *equal)
    return;
  CheckEqualOp::create(
      rewriter, loc,
      getValueOrCreateConstantIndexOp(rewriter, loc, source.depth),
      getValueOrCreateConstantIndexOp(rewriter, loc, rows),
      rewriter.getStringAttr("emb.one_hot: depth" +
                             describeOrigin(source.indices)));
}

/// Whether all elements of `tensor` are zero.
static bool isZeros(Value tensor) {
  if (matchPattern(tensor, m_AnyZeroFloat()))
    return true;
  auto fill = tensor.getDefiningOp<linalg::FillOp>();
  return fill && matchPattern(fill.getInputs()[0], m_AnyZeroFloat());
}

void OneHotProduct::fold(RewriterBase &rewriter) {
  Location loc = op.getLoc();
  rewriter.setInsertionPoint(op);
  Value init = op.getDpsInits()[0];
  if (form == Form::ScatterAdd) {
    checkDepth(rewriter, init);
    auto sum = ScatterAddOp::create(rewriter, loc, other, source.indices, init,
                                    /*group=*/ValueRange(),
                                    /*padding_idx=*/IntegerAttr());
    return rewriter.replaceOp(op, sum.getResult());
  }
  Value table = other;
  if (form == Form::TransposedGather) {
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(rewriter, loc, table);
    std::swap(sizes[0], sizes[1]);
    Value empty = tensor::EmptyOp::create(rewriter, loc, sizes,
                                          getElementTypeOrSelf(table));
    table = linalg::TransposeOp::create(rewriter, loc, table, empty,
                                        ArrayRef<int64_t>{1, 0})
                ->getResult(0);
  }
  checkDepth(rewriter, table);
  Value rows = GatherOp::create(rewriter, loc, table, source.indices,
                                /*init=*/Value(), /*padding_idx=*/IntegerAttr())
                   .getResult();
  auto type = tensorType(op->getResult(0));
  if (type.getElementType() != getElementTypeOrSelf(rows))
    rows = arith::ExtFOp::create(
        rewriter, loc, tensorType(rows).clone(type.getElementType()), rows);
  if (rows.getType() != type)
    rows = tensor::CastOp::create(rewriter, loc, type, rows);
  if (!isZeros(init))
    rows = arith::AddFOp::create(rewriter, loc, init, rows);
  rewriter.replaceOp(op, rows);
}

//===----------------------------------------------------------------------===//
// What training makes of it
//===----------------------------------------------------------------------===//

/// The argument of the function that `table` is, seen through what renorms it.
static BlockArgument findParameter(Value table) {
  while (auto renorm = table.getDefiningOp<RenormOp>())
    table = renorm.getInit();
  auto argument = dyn_cast<BlockArgument>(table);
  return argument && isa<func::FuncOp>(argument.getOwner()->getParentOp())
             ? argument
             : BlockArgument();
}

/// Whether `use` of a parameter reads rows, or will.
static bool isLookup(OpOperand &use) {
  Operation *user = use.getOwner();
  if (isa<GatherOp, BagOp, tensor::DimOp>(user))
    return true;
  if (auto renorm = dyn_cast<RenormOp>(user))
    return llvm::all_of(renorm.getResult().getUses(), isLookup);
  auto op = dyn_cast<linalg::LinalgOp>(user);
  if (!op)
    return false;
  OneHotProduct product(op);
  return product.match() && product.getReason().empty() &&
         product.getForm() == Form::Gather && product.getOther() == use.get();
}

/// Whether it is the same to the optimizer whether a gradient is dense: rows of
/// zero gradient stay as they are, all rows are visited, or it takes no dense
/// one.
static bool isSameForRows(Attribute optimizer) {
  return isa<SGDAttr, AdagradAttr, RowWiseAdagradAttr, SparseAdamAttr, AdamAttr,
             AdamWAttr>(optimizer);
}

/// Why `table`, a parameter of a step that will be derived, must not be looked
/// up; empty if it may.
static std::string refuseTraining(ModuleOp module, Value table) {
  BlockArgument argument = findParameter(table);
  if (!argument)
    return "";
  auto function = cast<func::FuncOp>(argument.getOwner()->getParentOp());
  auto name = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(),
                                                    kArgumentNameAttr);
  for (auto train : module.getOps<TrainOp>()) {
    if (!name || train.getLoss() != function.getSymName())
      continue;
    for (auto parameter : train.getParameters().getAsRange<ParameterAttr>()) {
      if (parameter.getName() != name)
        continue;
      if (!isSameForRows(parameter.getOptimizer()))
        return "the optimizer moves rows that are looked up in another way "
               "than those that are not";
      if (!parameter.getDense() && !llvm::all_of(argument.getUses(), isLookup))
        return "the parameter '" + name.str() +
               "' is used otherwise, too, and its gradient would be both "
               "dense and of rows";
    }
  }
  return "";
}

namespace {
struct FoldOneHotPass : public emb::impl::FoldOneHotBase<FoldOneHotPass> {
  void runOnOperation() override {
    SmallVector<linalg::LinalgOp> ops;
    getOperation().walk([&](linalg::LinalgOp op) { ops.push_back(op); });
    bool changed = false;
    for (linalg::LinalgOp op : ops)
      changed |= visit(op);
    if (!changed)
      return;
    // One-hot tensors that nothing reads any more.
    IRRewriter rewriter(&getContext());
    for (Region &region : getOperation()->getRegions())
      (void)runRegionDCE(rewriter, region);
  }

private:
  bool visit(linalg::LinalgOp op) {
    OneHotProduct product(op);
    if (!product.match())
      return false;
    auto function = op->getParentOfType<func::FuncOp>();
    auto options = [&](StringRef name) {
      return remark::RemarkOpts::name(name)
          .category(getArgument())
          .function(function ? function.getName() : "");
    };
    std::string reason = product.getReason().str();
    if (reason.empty() && product.getForm() == Form::Gather)
      reason = refuseTraining(getOperation(), product.getOther());
    if (!reason.empty()) {
      remark::missed(op.getLoc(), options("OneHotProductKept"))
          << remark::reason("{0}", reason);
      return false;
    }
    StringRef made = product.getForm() == Form::ScatterAdd ? "emb.scatter_add"
                     : product.getForm() == Form::Gather
                         ? "emb.gather"
                         : "emb.gather of a transposed copy";
    remark::passed(op.getLoc(), options("OneHotProductFolded"))
        << remark::metric("lookup", made)
        << remark::metric("columns",
                          tensorType(op->getResult(0)).getShape().back());
    IRRewriter rewriter(&getContext());
    product.fold(rewriter);
    return true;
  }
};
} // namespace
