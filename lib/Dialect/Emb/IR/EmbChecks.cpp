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
  auto function = dyn_cast<FunctionOpInterface>(arg.getOwner()->getParentOp());
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
    indicesBelow(operand, dim(bounded, 0), what);
  }

  /// `0 <= indices < bound`.
  void indicesBelow(OpOperand &operand, Value bound, StringRef what) {
    Value checked = CheckIndicesOp::create(builder, op->getLoc(), operand.get(),
                                           bound, label(what, operand.get()))
                        .getResult();
    operand.set(checked);
    ++count;
  }

  /// `offsets` describe bags over `size` indices.
  void offsets(OpOperand &operand, Value size, bool includeLast) {
    Value checked =
        CheckOffsetsOp::create(builder, op->getLoc(), operand.get(), size,
                               label("offsets", operand.get()), includeLast)
            .getResult();
    operand.set(checked);
    ++count;
  }

  /// Dimension `foundDim` of `found` is `expected`.
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

  /// Dimension 0 of what a read writes to, `init` or, without one, `result`, is
  /// `expected`. A result of unknown size is made of that size.
  void target(Value init, Value result, Value expected, StringRef what) {
    int64_t size = cast<ShapedType>(result.getType()).getDimSize(0);
    std::optional<int64_t> known = getConstantIntValue(expected);
    if (!ShapedType::isDynamic(size) && known == size)
      return;
    if (init)
      return extent(init, 0, expected, what);
    if (ShapedType::isDynamic(size))
      return;
    Value found = arith::ConstantIndexOp::create(builder, op->getLoc(), size);
    CheckEqualOp::create(builder, op->getLoc(), found, expected,
                         label(what, Value()));
    ++count;
  }

  /// `found` is the extent that a type promises, if it promises one.
  void promised(Value found, int64_t expected, StringRef what) {
    if (ShapedType::isDynamic(expected) || getConstantIntValue(found))
      return;
    Location loc = op->getLoc();
    CheckEqualOp::create(builder, loc, found,
                         arith::ConstantIndexOp::create(builder, loc, expected),
                         label(what, Value()));
    ++count;
  }

  /// `table` has the row that `padding` means; types decide it for a table of
  /// known size, and row 0 need not exist.
  void padding(std::optional<int64_t> padding, Value table) {
    auto type = cast<ShapedType>(table.getType());
    // padding_r1
    if (!padding || *padding == 0 || !type.isDynamicDim(0))
      return;
    int64_t least = *padding > 0 ? *padding + 1 : -*padding;
    std::string what =
        "rows of the table, for padding_idx " + std::to_string(*padding);
    Location loc = op->getLoc();
    Value rows = dim(table, 0);
    Value needed = arith::ConstantIndexOp::create(builder, loc, least);
    Value expected = builder.createOrFold<arith::MaxSIOp>(loc, rows, needed);
    CheckEqualOp::create(builder, loc, rows, expected, label(what, table));
    ++count;
  }

  /// The rows of a group, of which `count` are set, are rows of `table`.
  void visitedRows(MutableOperandRange group, Value table) {
    Location loc = op->getLoc();
    OpOperand &rows = group[0];
    auto type = cast<RankedTensorType>(rows.get().getType());
    OpFoldResult offset = builder.getIndexAttr(0),
                 stride = builder.getIndexAttr(1), size = group[3].get();
    auto visited = tensor::ExtractSliceOp::create(
        builder, loc,
        RankedTensorType::get({ShapedType::kDynamic}, type.getElementType()),
        rows.get(), offset, size, stride);
    rows.set(visited);
    indices(rows, table, "rows of the group");
  }

  /// The number of elements of all `values`.
  Value total(ValueRange values) {
    Location loc = op->getLoc();
    Value sum = arith::ConstantIndexOp::create(builder, loc, 0);
    for (Value value : values) {
      Value size = arith::ConstantIndexOp::create(builder, loc, 1);
      int64_t rank = cast<ShapedType>(value.getType()).getRank();
      for (int64_t d = 0; d < rank; ++d)
        size = builder.createOrFold<arith::MulIOp>(loc, size, dim(value, d));
      sum = builder.createOrFold<arith::AddIOp>(loc, sum, size);
    }
    return sum;
  }

  Value dim(Value value, int64_t number) {
    return builder.createOrFold<tensor::DimOp>(op->getLoc(), value, number);
  }

  unsigned getCount() const { return count; }

private:
  std::string label(StringRef what, Value value) {
    std::string origin = value ? describeOrigin(value) : "";
    return (op->getName().getStringRef() + ": " + what + origin).str();
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

/// Gradient sources: extents, maps and, with a table, indices. `isMapped` if
/// positions are rows of the gradient, which only their group knows.
template <typename OpTy>
static void checkSources(OpTy op, CheckBuilder &check, Value table,
                         bool isMapped = false) {
  unsigned maps = 0;
  for (auto [number, source] : llvm::enumerate(op.getSources())) {
    std::string suffix = " " + std::to_string(number);
    // update_r1
    if (table)
      check.indices(op.getIndicesMutable()[number], table, "indices" + suffix);
    // source_r1, source_r2
    if (source.map) {
      check.shape(source.map, source.indices, "map" + suffix);
      check.indices(op.getMapsMutable()[maps++], source.gradient,
                    "map" + suffix);
    } else if (!isMapped) {
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
  // gather_r1
  check.indices(getIndicesMutable(), getTable(), "indices");
  // gather_r2
  if (getInit())
    check.shape(getInit(), getIndices(), "outs");
  // gather_r3
  check.padding(getPaddingIdx(), getTable());
  return check.getCount();
}

unsigned BagOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  // bag_r1
  check.indices(getIndicesMutable(), getTable(), "indices");
  // bag_r2
  if (getOffsets()) {
    OpOperand &offsets = *getOffsetsMutable().begin();
    check.offsets(offsets, check.dim(getIndices(), 0), getIncludeLastOffset());
  }
  // bag_r3
  if (getWeights())
    check.shape(getWeights(), getIndices(), "weights");
  // bag_r4
  ReifiedRankedShapedTypeDims shapes;
  for (auto [number, result] : llvm::enumerate(getResults())) {
    auto type = cast<ShapedType>(result.getType());
    Value init = getInits().empty() ? Value() : getInits()[number];
    bool known = !type.isDynamicDim(0) && getNumBags() == type.getDimSize(0);
    if (known || (!init && type.isDynamicDim(0)))
      continue;
    if (shapes.empty() && failed(reifyResultShapes(builder, shapes)))
      break;
    Value bags = getValueOrCreateConstantIndexOp(builder, getLoc(),
                                                 shapes.front().front());
    check.target(init, result, bags, number == 0 ? "outs" : "outs of winners");
  }
  // bag_r5
  check.padding(getPaddingIdx(), getTable());
  return check.getCount();
}

unsigned GroupOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this) || !getOffsets())
    return 0;
  CheckBuilder check(*this, builder);
  // group_r4
  check.offsets(*getOffsetsMutable().begin(), check.dim(getIndices()[0], 0),
                getIncludeLastOffset());
  return check.getCount();
}

unsigned Offset2BagOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  // offset2bag_r1
  check.offsets(getOffsetsMutable(), getSize(), getIncludeLastOffset());
  // offset2bag_r2
  check.target(getInit(), getResult(), getSize(), "outs");
  return check.getCount();
}

unsigned RenormOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  // renorm_r1
  check.indices(getIndicesMutable(), getInit(), "indices");
  return check.getCount();
}

unsigned ScatterAddOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  // scatter_add_r1
  check.indices(getIndicesMutable(), getInit(), "indices");
  // scatter_add_r2
  check.shape(getRows(), getIndices(), "rows");
  // scatter_add_r3
  check.padding(getPaddingIdx(), getInit());
  return check.getCount();
}

unsigned UpdateOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  // update_r2
  auto table = cast<RankedTensorType>(getTable().getType());
  for (auto [number, state] : llvm::enumerate(getStates()))
    if (table.isDynamicDim(0) ||
        cast<ShapedType>(state.getType()).isDynamicDim(0))
      check.extent(state, 0, check.dim(getTable(), 0),
                   "state " + std::to_string(number));

  // update_r3
  checkSources(*this, check, getTable(), getMappedGroup());
  // update_r4
  for (GradientSource source : getSources())
    check.padding(source.padding, getTable());
  // update_r5
  if (getIndices().empty() && !getGroup().empty() &&
      getRows() == UpdateRows::Touched)
    check.visitedRows(getGroupMutable(), getTable());
  return check.getCount();
}

unsigned CoalesceOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  // coalesce_r1
  checkSources(*this, check, /*table=*/Value());
  // coalesce_r2
  check.target(getInit(), getResult(), check.total(getIndices()), "outs");
  return check.getCount();
}

unsigned GatherDotOp::insertChecks(OpBuilder &builder) {
  if (!onTensors(*this))
    return 0;
  CheckBuilder check(*this, builder);
  // gather_dot_r1
  check.shape(getMap(), getIndices(), "map");
  // gather_dot_r2, gather_dot_r3
  check.indices(getIndicesMutable(), getTable(), "indices");
  check.indices(getMapMutable(), getRows(), "map");
  // gather_dot_r4
  if (getInit())
    check.shape(getInit(), getIndices(), "outs");
  // gather_dot_r5
  check.padding(getPaddingIdx(), getTable());
  return check.getCount();
}

unsigned OneHotOp::insertChecks(OpBuilder &builder) {
  CheckBuilder check(*this, builder);
  // one_hot_r1
  check.indicesBelow(getIndicesMutable(), getDepth(), "indices");
  // one_hot_r2
  check.promised(
      getDepth(),
      cast<RankedTensorType>(getResult().getType()).getShape().back(), "depth");
  return check.getCount();
}
