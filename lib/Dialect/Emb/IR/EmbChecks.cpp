//===- EmbChecks.cpp - Run-time conditions of emb operations --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::emb;

std::string emb::describeOrigin(Value value) {
  while (Operation *def = value.getDefiningOp()) {
    if (!isa<CheckIndicesOp, CheckOffsetsOp, tensor::CastOp,
             tensor::CollapseShapeOp, tensor::ExpandShapeOp,
             tensor::ExtractSliceOp>(def))
      return "";
    value = def->getOperand(0);
  }
  auto arg = cast<BlockArgument>(value);
  auto function =
      dyn_cast<FunctionOpInterface>(arg.getOwner()->getParentOp());
  if (!function || !arg.getOwner()->isEntryBlock())
    return "";
  std::string text = " (argument " + std::to_string(arg.getArgNumber());
  if (auto name = function.getArgAttrOfType<StringAttr>(arg.getArgNumber(),
                                                        kArgumentNameAttr))
    text += " '" + name.str() + "'";
  return text + ")";
}

namespace {
/// Creates the checks of one operation and counts them.
class CheckBuilder {
public:
  CheckBuilder(Operation *op, OpBuilder &builder) : op(op), builder(builder) {
    builder.setInsertionPoint(op);
  }

  /// `0 <= indices < dim 0 of bounded`.
  void indices(OpOperand &operand, Value bounded, StringRef what) {
    Value checked = CheckIndicesOp::create(
                        builder, op->getLoc(), operand.get(),
                        dim(bounded, 0), label(what, operand.get()))
                        .getResult();
    operand.set(checked);
    ++count;
  }

  /// `offsets` describe bags over `size` indices.
  void offsets(OpOperand &operand, Value size, bool includeLast) {
    Value checked = CheckOffsetsOp::create(
                        builder, op->getLoc(), operand.get(), size,
                        label("offsets", operand.get()), includeLast)
                        .getResult();
    operand.set(checked);
    ++count;
  }

  /// Dimension `dim` of `found` is `expected`.
  void extent(Value found, int64_t foundDim, Value expected, StringRef what) {
    std::string text = what.str() + ", dimension " + std::to_string(foundDim);
    CheckEqualOp::create(builder, op->getLoc(), dim(found, foundDim), expected,
                         label(text, found));
    ++count;
  }

  /// The first dimensions of `found` are those of `expected`.
  void shape(Value found, Value expected, StringRef what) {
    auto foundType = cast<ShapedType>(found.getType());
    auto expectedType = cast<ShapedType>(expected.getType());
    for (int64_t d = 0, rank = expectedType.getRank(); d < rank; ++d)
      if (foundType.isDynamicDim(d) || expectedType.isDynamicDim(d))
        extent(found, d, dim(expected, d), what);
  }

  Value dim(Value value, int64_t number) {
    return builder.createOrFold<tensor::DimOp>(op->getLoc(), value, number);
  }

  unsigned getCount() const { return count; }

private:
  std::string label(StringRef what, Value value) {
    return (op->getName().getStringRef() + ": " + what + describeOrigin(value))
        .str();
  }

  Operation *op;
  OpBuilder &builder;
  unsigned count = 0;
};
} // namespace

static bool onTensors(Operation *op) {
  return llvm::any_of(op->getResultTypes(),
                      [](Type type) { return isa<RankedTensorType>(type); });
}

/// Gradient sources: extents, maps and, with a table, indices.
template <typename OpTy>
static void checkSources(OpTy op, CheckBuilder &check, Value table) {
  unsigned maps = 0;
  for (auto [number, source] : llvm::enumerate(op.getSources())) {
    std::string suffix = " " + std::to_string(number);
    if (table)
      check.indices(op.getIndicesMutable()[number], table, "indices" + suffix);
    if (source.map) {
      check.shape(source.map, source.indices, "map" + suffix);
      check.indices(op.getMapsMutable()[maps++], source.gradient,
                    "map" + suffix);
    } else {
      check.shape(source.gradient, source.indices, "gradient" + suffix);
    }
    if (source.scale)
      check.shape(source.scale, source.indices, "scale" + suffix);
    if (source.winners)
      check.shape(source.winners, source.gradient, "winners" + suffix);
  }
}

unsigned GatherOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  check.indices(getIndicesMutable(), getTable(), "indices");
  if (getInit())
    check.shape(getInit(), getIndices(), "outs");
  return check.getCount();
}

unsigned BagOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  check.indices(getIndicesMutable(), getTable(), "indices");
  if (getOffsets()) {
    OpOperand &offsets = *getOffsetsMutable().begin();
    check.offsets(offsets, check.dim(getIndices(), 0), getIncludeLastOffset());
  }
  if (getWeights())
    check.shape(getWeights(), getIndices(), "weights");
  ReifiedRankedShapedTypeDims shapes;
  bool known = !ShapedType::isDynamic(getNumBags());
  for (auto [number, init] : llvm::enumerate(getInits())) {
    if (known && !cast<ShapedType>(init.getType()).isDynamicDim(0))
      continue;
    StringRef name = number == 0 ? "outs" : "outs of winners";
    if (shapes.empty() && failed(reifyResultShapes(builder, shapes)))
      break;
    Value bags = getValueOrCreateConstantIndexOp(builder, getLoc(),
                                                 shapes.front().front());
    check.extent(init, 0, bags, name);
  }
  return check.getCount();
}

unsigned Offset2BagOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  check.offsets(getOffsetsMutable(), getSize(), getIncludeLastOffset());
  auto type = cast<RankedTensorType>(getResult().getType());
  bool decided = !type.isDynamicDim(0) && getConstantIntValue(getSize());
  if (getInit() && !decided)
    check.extent(getInit(), 0, getSize(), "outs");
  return check.getCount();
}

unsigned RenormOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  check.indices(getIndicesMutable(), getInit(), "indices");
  return check.getCount();
}

unsigned ScatterAddOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  check.indices(getIndicesMutable(), getInit(), "indices");
  check.shape(getRows(), getIndices(), "rows");
  return check.getCount();
}

unsigned UpdateOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  auto table = cast<RankedTensorType>(getTable().getType());
  for (auto [number, state] : llvm::enumerate(getStates()))
    if (table.isDynamicDim(0) ||
        cast<ShapedType>(state.getType()).isDynamicDim(0))
      check.extent(state, 0, check.dim(getTable(), 0),
                   "state " + std::to_string(number));

  checkSources(*this, check, getTable());
  return check.getCount();
}

unsigned CoalesceOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  checkSources(*this, check, /*table=*/Value());
  return check.getCount();
}

unsigned GatherDotOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  check.shape(getMap(), getIndices(), "map");
  check.indices(getIndicesMutable(), getTable(), "indices");
  check.indices(getMapMutable(), getRows(), "map");
  if (getInit())
    check.shape(getInit(), getIndices(), "outs");
  return check.getCount();
}
