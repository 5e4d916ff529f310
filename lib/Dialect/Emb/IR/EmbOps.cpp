//===- EmbOps.cpp - Types, effects and shapes of emb operations -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Syntax.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::emb;

#define GET_OP_CLASSES
#include "emb/Dialect/Emb/IR/EmbOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Effects and speculatability
//===----------------------------------------------------------------------===//

using Effects =
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>;

/// On memrefs an operation reads every operand and writes the `inits` as well;
/// on tensors it has no effect.
static void addEffects(Operation *op, OperandRange inits, Effects &effects) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<MemRefType>(operand.get().getType()))
      continue;
    effects.emplace_back(MemoryEffects::Read::get(), &operand,
                         SideEffects::DefaultResource::get());
    unsigned number = operand.getOperandNumber();
    if (!inits.empty() && number >= inits.getBeginOperandIndex() &&
        number < inits.getBeginOperandIndex() + inits.size())
      effects.emplace_back(MemoryEffects::Write::get(), &operand,
                           SideEffects::DefaultResource::get());
  }
}

/// The operands of an optional or variadic group as a range.
static OperandRange rangeOf(MutableOperandRange range) { return range; }

void GatherOp::getEffects(Effects &effects) {
  addEffects(*this, rangeOf(getInitMutable()), effects);
}
void BagOp::getEffects(Effects &effects) {
  addEffects(*this, getInits(), effects);
}
void CoalesceOp::getEffects(Effects &effects) {
  addEffects(*this, rangeOf(getInitMutable()), effects);
}
void FrequencyOp::getEffects(Effects &effects) {
  addEffects(*this, rangeOf(getInitMutable()), effects);
}
void GatherDotOp::getEffects(Effects &effects) {
  addEffects(*this, rangeOf(getInitMutable()), effects);
}
void GroupOp::getEffects(Effects &effects) {
  addEffects(*this, getInits(), effects);
}
void Offset2BagOp::getEffects(Effects &effects) {
  addEffects(*this, rangeOf(getInitMutable()), effects);
}
/// On tensors only.
void OneHotOp::getEffects(Effects &effects) {}
void RenormOp::getEffects(Effects &effects) {
  addEffects(*this, rangeOf(getDpsInitsMutable()), effects);
}
void ScatterAddOp::getEffects(Effects &effects) {
  addEffects(*this, rangeOf(getDpsInitsMutable()), effects);
}
void UpdateOp::getEffects(Effects &effects) {
  addEffects(*this, getInits(), effects);
}

/// A check on memrefs keeps its place among the writes and is never dead.
static void addCheckEffects(OpOperand &checked, Effects &effects) {
  if (!isa<MemRefType>(checked.get().getType()))
    return;
  effects.emplace_back(MemoryEffects::Read::get(), &checked,
                       SideEffects::DefaultResource::get());
  effects.emplace_back(MemoryEffects::Write::get(), StatusResource::get());
}

void CheckIndicesOp::getEffects(Effects &effects) {
  addCheckEffects(getIndicesMutable(), effects);
}
void CheckOffsetsOp::getEffects(Effects &effects) {
  addCheckEffects(getOffsetsMutable(), effects);
}

/// Operations whose operands are all known to be valid may be speculated.
static Speculation::Speculatability speculatableIf(bool onTensors, bool valid) {
  return onTensors && valid ? Speculation::Speculatable
                            : Speculation::NotSpeculatable;
}

static bool isTensor(Value value) {
  return isa<RankedTensorType>(value.getType());
}

/// Whether `indices` come from a check or are empty.
static bool isChecked(Value indices) {
  if (indices.getDefiningOp<CheckIndicesOp>())
    return true;
  auto type = cast<ShapedType>(indices.getType());
  return type.hasStaticShape() && type.getNumElements() == 0;
}

static bool isCheckedOffsets(Value offsets) {
  return offsets.getDefiningOp<CheckOffsetsOp>() != nullptr;
}

Speculation::Speculatability GatherOp::getSpeculatability() {
  return speculatableIf(isTensor(getTable()), isChecked(getIndices()));
}
Speculation::Speculatability BagOp::getSpeculatability() {
  return speculatableIf(isTensor(getTable()),
                        isChecked(getIndices()) &&
                            (!getOffsets() || isCheckedOffsets(getOffsets())));
}
Speculation::Speculatability CoalesceOp::getSpeculatability() {
  return speculatableIf(getResult() != nullptr,
                        llvm::all_of(getMaps(), isChecked));
}
Speculation::Speculatability FrequencyOp::getSpeculatability() {
  return speculatableIf(isTensor(getIndices()), true);
}
Speculation::Speculatability GatherDotOp::getSpeculatability() {
  return speculatableIf(isTensor(getTable()),
                        isChecked(getIndices()) && isChecked(getMap()));
}
Speculation::Speculatability GroupOp::getSpeculatability() {
  return speculatableIf(!getOutputs().empty(),
                        !getOffsets() || isCheckedOffsets(getOffsets()));
}
Speculation::Speculatability Offset2BagOp::getSpeculatability() {
  return speculatableIf(isTensor(getOffsets()), isCheckedOffsets(getOffsets()));
}
Speculation::Speculatability OneHotOp::getSpeculatability() {
  return speculatableIf(true, isChecked(getIndices()));
}
Speculation::Speculatability RenormOp::getSpeculatability() {
  return speculatableIf(isTensor(getInit()), isChecked(getIndices()));
}
Speculation::Speculatability ScatterAddOp::getSpeculatability() {
  return speculatableIf(isTensor(getInit()), isChecked(getIndices()));
}
Speculation::Speculatability UpdateOp::getSpeculatability() {
  return speculatableIf(isTensor(getTable()),
                        llvm::all_of(getIndices(), isChecked) &&
                            llvm::all_of(getMaps(), isChecked));
}
Speculation::Speculatability CheckIndicesOp::getSpeculatability() {
  return Speculation::NotSpeculatable;
}
Speculation::Speculatability CheckOffsetsOp::getSpeculatability() {
  return Speculation::NotSpeculatable;
}

//===----------------------------------------------------------------------===//
// Type inference
//===----------------------------------------------------------------------===//

/// The result that an optional destination determines: its type if it is a
/// tensor, none if it is a memref. Returns false where there is no destination.
static bool inferFromInit(Value init, SmallVectorImpl<Type> &results) {
  if (!init)
    return false;
  if (isTensor(init))
    results.push_back(init.getType());
  return true;
}

#define EMB_INFER(Op)                                                          \
  LogicalResult Op::inferReturnTypes(                                          \
      MLIRContext *context, std::optional<Location> location,                  \
      ValueRange operands, DictionaryAttr attributes,                          \
      OpaqueProperties properties, RegionRange regions,                        \
      SmallVectorImpl<Type> &results)

EMB_INFER(GatherOp) {
  Adaptor op(operands, attributes, properties, regions);
  if (inferFromInit(op.getInit(), results))
    return success();
  auto table = dyn_cast<RankedTensorType>(op.getTable().getType());
  auto indices = dyn_cast<RankedTensorType>(op.getIndices().getType());
  if (!table || !indices || table.getRank() != 2)
    return success();
  SmallVector<int64_t> shape(indices.getShape());
  shape.push_back(table.getDimSize(1));
  results.push_back(RankedTensorType::get(shape, table.getElementType()));
  return success();
}

/// The number of bags over `indices`: the first extent of 2-D indices, or what
/// the offsets tell.
static int64_t numBags(ShapedType indices, ShapedType offsets,
                       bool includeLast) {
  if (!offsets)
    return indices.getDimSize(0);
  int64_t count = offsets.getDimSize(0);
  if (ShapedType::isDynamic(count) || !includeLast)
    return count;
  return std::max<int64_t>(count - 1, 0);
}

int64_t BagOp::getNumBags() {
  return numBags(cast<ShapedType>(getIndices().getType()),
                 getOffsets() ? cast<ShapedType>(getOffsets().getType())
                              : ShapedType(),
                 getIncludeLastOffset());
}

EMB_INFER(BagOp) {
  Adaptor op(operands, attributes, properties, regions);
  if (!op.getInits().empty()) {
    for (Value init : op.getInits())
      inferFromInit(init, results);
    return success();
  }
  auto table = dyn_cast<RankedTensorType>(op.getTable().getType());
  auto indices = dyn_cast<RankedTensorType>(op.getIndices().getType());
  auto offsets = op.getOffsets()
                     ? dyn_cast<RankedTensorType>(op.getOffsets().getType())
                     : RankedTensorType();
  if (!table || !indices || table.getRank() != 2 || indices.getRank() == 0 ||
      (offsets && offsets.getRank() != 1))
    return success();
  int64_t bags = numBags(indices, offsets, op.getIncludeLastOffset());
  results.push_back(RankedTensorType::get({bags, table.getDimSize(1)},
                                          table.getElementType()));
  return success();
}

/// The total number of elements of `indices`, or ShapedType::kDynamic.
static int64_t totalElements(ValueRange indices) {
  int64_t total = 0;
  for (Value value : indices) {
    auto type = cast<ShapedType>(value.getType());
    if (!type.hasStaticShape())
      return ShapedType::kDynamic;
    total += type.getNumElements();
  }
  return total;
}

int64_t GroupOp::getNumOccurrences() { return totalElements(getIndices()); }

EMB_INFER(GroupOp) {
  Adaptor op(operands, attributes, properties, regions);
  for (Value init : op.getInits())
    if (isTensor(init))
      results.push_back(init.getType());
  bool onTensors = llvm::all_of(op.getIndices(), isTensor);
  if (op.getInits().empty() && onTensors) {
    int64_t n = totalElements(op.getIndices());
    int64_t ends = ShapedType::isDynamic(n) ? n : n + 1;
    Type i64 = IntegerType::get(context, 64);
    results.push_back(RankedTensorType::get({n}, i64));
    results.push_back(RankedTensorType::get({ends}, i64));
    results.push_back(RankedTensorType::get({n}, i64));
  }
  results.push_back(IndexType::get(context));
  return success();
}

/// The element types of some results are free; all else must be as inferred.
static bool compatibleButWidth(TypeRange inferred, TypeRange found) {
  return llvm::equal(inferred, found, [](Type lhs, Type rhs) {
    auto left = dyn_cast<ShapedType>(lhs);
    auto right = dyn_cast<ShapedType>(rhs);
    if (!left || !right)
      return lhs == rhs;
    return succeeded(verifyCompatibleShape(left.getShape(), right.getShape()));
  });
}

/// Winners may be asked for; without a destination they are not inferred.
bool BagOp::isCompatibleReturnTypes(TypeRange inferred, TypeRange found) {
  if (inferred.size() == 1 && found.size() == 2)
    found = found.take_front();
  return inferred == found;
}

bool FrequencyOp::isCompatibleReturnTypes(TypeRange inferred, TypeRange found) {
  return compatibleButWidth(inferred, found);
}

bool GroupOp::isCompatibleReturnTypes(TypeRange inferred, TypeRange found) {
  return compatibleButWidth(inferred, found);
}

EMB_INFER(Offset2BagOp) {
  Adaptor op(operands, attributes, properties, regions);
  if (inferFromInit(op.getInit(), results))
    return success();
  if (isTensor(op.getOffsets())) {
    results.push_back(RankedTensorType::get({ShapedType::kDynamic},
                                            IntegerType::get(context, 32)));
  }
  return success();
}

bool Offset2BagOp::isCompatibleReturnTypes(TypeRange inferred,
                                           TypeRange found) {
  return compatibleButWidth(inferred, found);
}

EMB_INFER(FrequencyOp) {
  Adaptor op(operands, attributes, properties, regions);
  if (inferFromInit(op.getInit(), results))
    return success();
  if (isTensor(op.getIndices()))
    results.push_back(op.getIndices().getType());
  return success();
}

EMB_INFER(GatherDotOp) {
  Adaptor op(operands, attributes, properties, regions);
  if (inferFromInit(op.getInit(), results))
    return success();
  auto indices = dyn_cast<RankedTensorType>(op.getIndices().getType());
  if (indices)
    results.push_back(
        indices.clone(getElementTypeOrSelf(op.getTable().getType())));
  return success();
}

EMB_INFER(OneHotOp) {
  Adaptor op(operands, attributes, properties, regions);
  auto indices = dyn_cast<RankedTensorType>(op.getIndices().getType());
  if (!indices)
    return success();
  SmallVector<int64_t> shape(indices.getShape());
  shape.push_back(
      getConstantIntValue(op.getDepth()).value_or(ShapedType::kDynamic));
  if (shape.back() < 0)
    shape.back() = ShapedType::kDynamic;
  results.push_back(RankedTensorType::get(shape, Float32Type::get(context)));
  return success();
}

bool OneHotOp::isCompatibleReturnTypes(TypeRange inferred, TypeRange found) {
  return compatibleButWidth(inferred, found);
}

EMB_INFER(CoalesceOp) {
  Adaptor op(operands, attributes, properties, regions);
  if (inferFromInit(op.getInit(), results))
    return success();
  if (op.getIndices().empty() || op.getGradients().empty() ||
      !llvm::all_of(op.getIndices(), isTensor))
    return success();
  auto gradient =
      dyn_cast<RankedTensorType>(op.getGradients().front().getType());
  if (gradient && gradient.getRank() > 0)
    results.push_back(RankedTensorType::get(
        {totalElements(op.getIndices()), gradient.getShape().back()},
        gradient.getElementType()));
  return success();
}

bool CoalesceOp::isCompatibleReturnTypes(TypeRange inferred, TypeRange found) {
  return compatibleButWidth(inferred, found);
}

EMB_INFER(RenormOp) {
  Adaptor op(operands, attributes, properties, regions);
  inferFromInit(op.getInit(), results);
  return success();
}

EMB_INFER(ScatterAddOp) {
  Adaptor op(operands, attributes, properties, regions);
  inferFromInit(op.getInit(), results);
  return success();
}

EMB_INFER(UpdateOp) {
  Adaptor op(operands, attributes, properties, regions);
  for (Value init : op.getInits())
    inferFromInit(init, results);
  return success();
}

EMB_INFER(CheckIndicesOp) {
  Adaptor op(operands, attributes, properties, regions);
  inferFromInit(op.getIndices(), results);
  return success();
}

EMB_INFER(CheckOffsetsOp) {
  Adaptor op(operands, attributes, properties, regions);
  inferFromInit(op.getOffsets(), results);
  return success();
}

//===----------------------------------------------------------------------===//
// Shape reification
//===----------------------------------------------------------------------===//

static OpFoldResult dimOf(OpBuilder &builder, Location loc, Value value,
                          int64_t dim) {
  return tensor::getMixedSize(builder, loc, value, dim);
}

LogicalResult GatherOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  if (!getResult())
    return emitOpError("has no result whose shape could be reified");
  SmallVector<OpFoldResult> shape =
      tensor::getMixedSizes(builder, getLoc(), getIndices());
  shape.push_back(dimOf(builder, getLoc(), getTable(), 1));
  shapes.push_back(std::move(shape));
  return success();
}

LogicalResult BagOp::reifyResultShapes(OpBuilder &builder,
                                       ReifiedRankedShapedTypeDims &shapes) {
  if (getResults().empty())
    return emitOpError("has no result whose shape could be reified");
  OpFoldResult bags =
      dimOf(builder, getLoc(), getOffsets() ? getOffsets() : getIndices(), 0);
  if (getOffsets() && getIncludeLastOffset()) {
    int64_t known = getNumBags();
    if (!ShapedType::isDynamic(known)) {
      bags = builder.getIndexAttr(known);
    } else {
      Value one = arith::ConstantIndexOp::create(builder, getLoc(), 1);
      Value size = getValueOrCreateConstantIndexOp(builder, getLoc(), bags);
      bags = arith::SubIOp::create(builder, getLoc(), size, one).getResult();
    }
  }
  OpFoldResult width = dimOf(builder, getLoc(), getTable(), 1);
  shapes.append(getNumResults(), {bags, width});
  return success();
}

/// The number of elements of `value` as an index value.
static Value numElements(OpBuilder &builder, Location loc, Value value) {
  Value total = arith::ConstantIndexOp::create(builder, loc, 1);
  auto type = cast<ShapedType>(value.getType());
  for (int64_t dim = 0, rank = type.getRank(); dim < rank; ++dim) {
    Value size = getValueOrCreateConstantIndexOp(
        builder, loc, dimOf(builder, loc, value, dim));
    total = builder.createOrFold<arith::MulIOp>(loc, total, size);
  }
  return total;
}

/// The results have the shapes of `inits`.
static LogicalResult reifyFromInits(Operation *op, ValueRange inits,
                                    OpBuilder &builder,
                                    ReifiedRankedShapedTypeDims &shapes) {
  if (op->getNumResults() == 0)
    return op->emitOpError("has no result whose shape could be reified");
  for (Value init : inits)
    shapes.push_back(tensor::getMixedSizes(builder, op->getLoc(), init));
  return success();
}

LogicalResult
CoalesceOp::reifyResultShapes(OpBuilder &builder,
                              ReifiedRankedShapedTypeDims &shapes) {
  if (!getResult())
    return emitOpError("has no result whose shape could be reified");
  auto type = cast<RankedTensorType>(getResult().getType());
  OpFoldResult rows = builder.getIndexAttr(type.getDimSize(0));
  if (type.isDynamicDim(0)) {
    Value total = arith::ConstantIndexOp::create(builder, getLoc(), 0);
    for (Value indices : getIndices())
      total = builder.createOrFold<arith::AddIOp>(
          getLoc(), total, numElements(builder, getLoc(), indices));
    rows = getAsOpFoldResult(total);
  }
  shapes.push_back({rows, builder.getIndexAttr(type.getDimSize(1))});
  return success();
}

LogicalResult
FrequencyOp::reifyResultShapes(OpBuilder &builder,
                               ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromInits(*this, getIndices(), builder, shapes);
}

LogicalResult
GatherDotOp::reifyResultShapes(OpBuilder &builder,
                               ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromInits(*this, getIndices(), builder, shapes);
}

LogicalResult OneHotOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  SmallVector<OpFoldResult> shape =
      tensor::getMixedSizes(builder, getLoc(), getIndices());
  int64_t depth =
      cast<RankedTensorType>(getResult().getType()).getShape().back();
  shape.push_back(ShapedType::isDynamic(depth)
                      ? getAsOpFoldResult(getDepth())
                      : OpFoldResult(builder.getIndexAttr(depth)));
  shapes.push_back(std::move(shape));
  return success();
}

LogicalResult GroupOp::reifyResultShapes(OpBuilder &builder,
                                         ReifiedRankedShapedTypeDims &shapes) {
  if (getOutputs().empty())
    return emitOpError("has no result whose shape could be reified");
  Location loc = getLoc();
  Value total = arith::ConstantIndexOp::create(builder, loc, 0);
  for (Value indices : getIndices())
    total = builder.createOrFold<arith::AddIOp>(
        loc, total, numElements(builder, loc, indices));
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value ends = builder.createOrFold<arith::AddIOp>(loc, total, one);
  Value sizes[] = {total, ends, total};
  for (auto [output, size] : llvm::zip_equal(getOutputs(), sizes)) {
    auto type = cast<RankedTensorType>(output.getType());
    if (type.isDynamicDim(0))
      shapes.push_back({getAsOpFoldResult(size)});
    else
      shapes.push_back({builder.getIndexAttr(type.getDimSize(0))});
  }
  shapes.emplace_back();
  return success();
}

LogicalResult
Offset2BagOp::reifyResultShapes(OpBuilder &builder,
                                ReifiedRankedShapedTypeDims &shapes) {
  if (!getResult())
    return emitOpError("has no result whose shape could be reified");
  auto type = cast<RankedTensorType>(getResult().getType());
  if (type.isDynamicDim(0))
    shapes.push_back({getAsOpFoldResult(getSize())});
  else
    shapes.push_back({builder.getIndexAttr(type.getDimSize(0))});
  return success();
}

LogicalResult RenormOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromInits(*this, getInit(), builder, shapes);
}
LogicalResult
ScatterAddOp::reifyResultShapes(OpBuilder &builder,
                                ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromInits(*this, getInit(), builder, shapes);
}
LogicalResult UpdateOp::reifyResultShapes(OpBuilder &builder,
                                          ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromInits(*this, getInits(), builder, shapes);
}

/// A check returns its first operand.
LogicalResult
CheckIndicesOp::reifyResultShapes(OpBuilder &builder,
                                  ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromInits(*this, getIndices(), builder, shapes);
}
LogicalResult
CheckOffsetsOp::reifyResultShapes(OpBuilder &builder,
                                  ReifiedRankedShapedTypeDims &shapes) {
  return reifyFromInits(*this, getOffsets(), builder, shapes);
}
