//===- EmbVerify.cpp - Verifiers of emb operations ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Dialect/Emb/IR/Emb.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::emb;

static ShapedType shaped(Value value) {
  return cast<ShapedType>(value.getType());
}

/// Prints a shape as 3x?x8; rank 0 as "scalar".
static std::string shapeText(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(
      shape, os,
      [&](int64_t size) {
        if (ShapedType::isDynamic(size))
          os << '?';
        else
          os << size;
      },
      "x");
  return text;
}

static LogicalResult verifyRank(Operation *op, StringRef name, Value value,
                                int64_t rank) {
  if (shaped(value).getRank() == rank)
    return success();
  return op->emitOpError() << "expected " << name << " of rank " << rank
                           << ", found " << value.getType();
}

/// A table has rank 2 and a static number of columns.
static LogicalResult verifyTable(Operation *op, StringRef name, Value table) {
  // table_c2
  if (failed(verifyRank(op, name, table, 2)))
    return failure();
  // table_c3
  if (shaped(table).isDynamicDim(1))
    return op->emitOpError() << "expected a static number of columns in "
                             << name << ", found " << table.getType();
  return success();
}

static LogicalResult verifyShape(Operation *op, StringRef name, Value value,
                                 ArrayRef<int64_t> expected) {
  if (succeeded(verifyCompatibleShape(shaped(value).getShape(), expected)))
    return success();
  return op->emitOpError() << "expected " << name << " of shape "
                           << shapeText(expected) << ", found "
                           << value.getType();
}

static LogicalResult verifyElementType(Operation *op, StringRef name,
                                       Value value, Type expected) {
  if (getElementTypeOrSelf(value) == expected)
    return success();
  return op->emitOpError() << "expected " << name << " of element type "
                           << expected << ", found " << value.getType();
}

static LogicalResult verifyIntegers(Operation *op, StringRef name,
                                    Value value) {
  if (isa<IntegerType>(getElementTypeOrSelf(value)))
    return success();
  return op->emitOpError() << "expected " << name
                           << " to be i32 or i64 values, found "
                           << value.getType();
}

/// Operands, destinations and results are all tensors or all memrefs; on
/// memrefs the destinations of reads are not optional.
static LogicalResult verifyOneForm(Operation *op, bool needsInit,
                                   OperandRange inits) {
  bool tensors = false, memrefs = false;
  for (Value value : op->getOperands()) {
    tensors |= isa<RankedTensorType>(value.getType());
    memrefs |= isa<MemRefType>(value.getType());
  }
  // form_c1
  if (tensors && memrefs)
    return op->emitOpError("mixes tensors and memrefs, expected one of them");
  // form_c2
  if (memrefs && needsInit && inits.empty())
    return op->emitOpError("expected 'outs' on memrefs, found none");
  // form_c3
  if (memrefs && llvm::any_of(op->getResultTypes(), [](Type type) {
        return isa<RankedTensorType>(type);
      }))
    return op->emitOpError("returns a tensor, expected none on memrefs");
  // form_c4
  if (tensors && llvm::none_of(op->getResultTypes(), [](Type type) {
        return isa<RankedTensorType>(type);
      }))
    return op->emitOpError("returns no tensor, expected one on tensors");
  return success();
}

static LogicalResult
verifyPadding(Operation *op, std::optional<int64_t> paddingIdx, Value table) {
  int64_t rows = shaped(table).getDimSize(0);
  // padding_c1
  if (!paddingIdx || succeeded(normalizePaddingIdx(*paddingIdx, rows)))
    return success();
  return op->emitOpError() << "expected padding_idx between " << -rows
                           << " and " << rows - 1 << ", found " << *paddingIdx;
}

/// What a read writes to: the destination or the result.
static Value target(Value init, Value result) { return init ? init : result; }

//===----------------------------------------------------------------------===//
// Reads
//===----------------------------------------------------------------------===//

LogicalResult GatherOp::verify() {
  // gather_c1, gather_c3
  if (failed(verifyTable(*this, "the table", getTable())) ||
      failed(verifyOneForm(*this, true, getInitMutable())))
    return failure();
  SmallVector<int64_t> shape(shaped(getIndices()).getShape());
  shape.push_back(shaped(getTable()).getDimSize(1));
  Value output = target(getInit(), getResult());
  // gather_c4, gather_c5
  if (failed(verifyShape(*this, "the result", output, shape)) ||
      failed(verifyElementType(*this, "the result", output,
                               getElementTypeOrSelf(getTable()))))
    return failure();
  // gather_c6
  return verifyPadding(*this, getPaddingIdx(), getTable());
}

LogicalResult BagOp::verify() {
  // bag_c1, bag_c3
  if (failed(verifyTable(*this, "the table", getTable())) ||
      failed(verifyOneForm(*this, true, getInits())))
    return failure();
  // bag_c2
  int64_t rank = shaped(getIndices()).getRank();
  if (rank != 1 && rank != 2)
    return emitOpError("expected indices of rank 1 or 2, found ")
           << getIndices().getType();
  // bag_c4
  if (rank == 1 && !getOffsets())
    return emitOpError("expected 'offsets' with indices of rank 1, found none");
  // bag_c5
  if (rank == 2 && getOffsets())
    return emitOpError("expected no 'offsets' with indices of rank 2, found ")
           << getOffsets().getType();
  // bag_c6
  if (getOffsets() && failed(verifyRank(*this, "offsets", getOffsets(), 1)))
    return failure();
  Type element = getElementTypeOrSelf(getTable());
  if (getWeights()) {
    // bag_c7
    if (getMode() != BagMode::Sum)
      return emitOpError("expected mode sum with 'weights', found ")
             << stringifyBagMode(getMode());
    // bag_c8, bag_c9
    if (failed(verifyShape(*this, "weights", getWeights(),
                           shaped(getIndices()).getShape())) ||
        failed(verifyElementType(*this, "weights", getWeights(), element)))
      return failure();
  }
  // bag_c10
  if (getScaleGradByFreq() && getMode() == BagMode::Max)
    return emitOpError(
        "expected mode sum or mean with 'scale_grad_by_freq', found max");
  // bag_c11
  ValueRange outputs =
      getInits().empty() ? ValueRange(getResults()) : ValueRange(getInits());
  if (outputs.empty() || outputs.size() > 2)
    return emitOpError("expected one or two results, found ") << outputs.size();
  // bag_c12, bag_c13
  int64_t shape[] = {getNumBags(), shaped(getTable()).getDimSize(1)};
  if (failed(verifyShape(*this, "the result", outputs[0], shape)) ||
      failed(verifyElementType(*this, "the result", outputs[0], element)))
    return failure();
  if (outputs.size() == 2) {
    // bag_c14
    if (getMode() != BagMode::Max)
      return emitOpError("expected mode max with winners, found ")
             << stringifyBagMode(getMode());
    // bag_c15
    if (failed(verifyShape(*this, "the winners", outputs[1], shape)) ||
        failed(verifyIntegers(*this, "the winners", outputs[1])))
      return failure();
  }
  // bag_c16
  return verifyPadding(*this, getPaddingIdx(), getTable());
}

/// Checks rows, bounds and positions for `n` occurrences of row numbers that
/// are up to `rowBits` wide.
static LogicalResult verifyGroupBuffers(Operation *op, ValueRange buffers,
                                        int64_t n, unsigned rowBits) {
  int64_t ends = ShapedType::isDynamic(n) ? n : n + 1;
  StringRef names[] = {"the rows", "the bounds", "the positions"};
  int64_t sizes[] = {n, ends, n};
  for (auto [name, buffer, size] : llvm::zip_equal(names, buffers, sizes)) {
    // group_c5, given_c2
    auto type = dyn_cast<ShapedType>(buffer.getType());
    if (!type || !type.hasRank() ||
        !(type.getElementType().isInteger(32) ||
          type.getElementType().isInteger(64)))
      return op->emitOpError() << "expected " << name << " to be i32 or i64 "
                               << "values, found " << buffer.getType();
    if (failed(verifyShape(op, name, buffer, size)))
      return failure();
  }
  // group_c6, given_c3
  Type rowType = getElementTypeOrSelf(buffers[0]);
  if (rowType.getIntOrFloatBitWidth() < rowBits)
    return op->emitOpError()
           << "expected the rows to be as wide as the "
           << "indices, i" << rowBits << ", found " << buffers[0].getType();
  return success();
}

static unsigned widestIndex(ValueRange indices) {
  unsigned bits = 0;
  for (Value value : indices)
    bits = std::max(bits, getElementTypeOrSelf(value).getIntOrFloatBitWidth());
  return bits;
}

/// What positions that are bags need.
static LogicalResult verifyBags(GroupOp op) {
  bool isRagged = false;
  if (op.getByBag()) {
    // group_c7
    int64_t rank = shaped(op.getIndices()[0]).getRank();
    if (op.getIndices().size() != 1 || rank == 0)
      return op.emitOpError("expected one index tensor of rank 1 or more with "
                            "'by_bag', found ")
             << op.getIndices().getTypes();
    isRagged = rank == 1;
  }
  // group_c8
  if (isRagged && !op.getOffsets())
    return op.emitOpError(
        "expected 'offsets' with 'by_bag' and indices of rank 1, found none");
  if (op.getOffsets() && !isRagged)
    return op.emitOpError(
               "expected 'offsets' only with 'by_bag' and indices of "
               "rank 1, found ")
           << op.getOffsets().getType();
  if (op.getOffsets() && failed(verifyRank(op, "offsets", op.getOffsets(), 1)))
    return failure();
  // group_c9
  if (op.getIncludeLastOffset() && !isRagged)
    return op.emitOpError(
        "expected 'offsets' with 'include_last_offset', found none");
  return success();
}

LogicalResult GroupOp::verify() {
  // group_c1
  if (getIndices().empty())
    return emitOpError("expected at least one index tensor, found none");
  // group_c2
  if (failed(verifyOneForm(*this, true, getInits())))
    return failure();
  // group_c3
  if (!getPadding().empty() && getPadding().size() != getIndices().size())
    return emitOpError("expected no padding or one for each index tensor, ")
           << getIndices().size() << ", found " << getPadding().size();
  // group_c4
  ValueRange buffers =
      getInits().empty() ? ValueRange(getOutputs()) : ValueRange(getInits());
  if (buffers.size() != 3)
    return emitOpError("expected rows, bounds and positions, found ")
           << buffers.size() << " values";
  if (failed(verifyBags(*this)))
    return failure();
  return verifyGroupBuffers(*this, buffers, getNumOccurrences(),
                            widestIndex(getIndices()));
}

LogicalResult Offset2BagOp::verify() {
  // offset2bag_c1, offset2bag_c2
  if (failed(verifyRank(*this, "offsets", getOffsets(), 1)) ||
      failed(verifyOneForm(*this, true, getInitMutable())))
    return failure();
  // offset2bag_c3
  std::optional<int64_t> size = getConstantIntValue(getSize());
  return verifyShape(*this, "the result", target(getInit(), getResult()),
                     size.value_or(ShapedType::kDynamic));
}

//===----------------------------------------------------------------------===//
// Writes
//===----------------------------------------------------------------------===//

/// The optional group of a write: nothing, or rows, bounds, positions, count.
static LogicalResult verifyGroup(Operation *op, OperandRange group,
                                 ValueRange indices) {
  if (group.empty())
    return success();
  // given_c1
  if (group.size() != 4 || !group[3].getType().isIndex())
    return op->emitOpError("expected rows, bounds, positions and an index "
                           "count in 'group', found ")
           << group.getTypes();
  if (indices.empty())
    return verifyGroupBuffers(op, group.take_front(3), ShapedType::kDynamic, 0);
  int64_t n = 0;
  for (Value value : indices) {
    if (!shaped(value).hasStaticShape()) {
      n = ShapedType::kDynamic;
      break;
    }
    n += shaped(value).getNumElements();
  }
  return verifyGroupBuffers(op, group.take_front(3), n, widestIndex(indices));
}

LogicalResult FrequencyOp::verify() {
  // frequency_c1
  if (failed(verifyOneForm(*this, true, getInitMutable())))
    return failure();
  // frequency_c2
  if (getGroup().empty())
    return emitOpError("expected 'group', found none");
  // frequency_c3
  if (failed(verifyShape(*this, "the result", target(getInit(), getResult()),
                         shaped(getIndices()).getShape())))
    return failure();
  // frequency_c4
  return verifyGroup(*this, getGroup(), getIndices());
}

/// Values that are added up in `compute` are at most as wide.
static LogicalResult verifyWidth(Operation *op, StringRef name, Value value,
                                 Type compute) {
  if (getElementTypeOrSelf(value).getIntOrFloatBitWidth() <=
      compute.getIntOrFloatBitWidth())
    return success();
  return op->emitOpError() << "expected " << name << " of at most " << compute
                           << ", found " << value.getType();
}

LogicalResult GatherDotOp::verify() {
  // gather_dot_c1, gather_dot_c2
  if (failed(verifyTable(*this, "the table", getTable())) ||
      failed(verifyOneForm(*this, true, getInitMutable())))
    return failure();
  int64_t rows[] = {ShapedType::kDynamic, shaped(getTable()).getDimSize(1)};
  ArrayRef<int64_t> shape = shaped(getIndices()).getShape();
  Type element = getElementTypeOrSelf(getTable());
  Value output = target(getInit(), getResult());
  // gather_dot_c3, gather_dot_c4
  if (failed(verifyShape(*this, "the rows", getRows(), rows)) ||
      failed(
          verifyWidth(*this, "the rows", getRows(), getComputeType(element))))
    return failure();
  // gather_dot_c5, gather_dot_c6, gather_dot_c7
  if (failed(verifyShape(*this, "the map", getMap(), shape)) ||
      failed(verifyShape(*this, "the result", output, shape)) ||
      failed(verifyElementType(*this, "the result", output, element)))
    return failure();
  // gather_dot_c8
  return verifyPadding(*this, getPaddingIdx(), getTable());
}

LogicalResult OneHotOp::verify() {
  std::optional<int64_t> depth = getConstantIntValue(getDepth());
  SmallVector<int64_t> shape(shaped(getIndices()).getShape());
  ArrayRef<int64_t> found = shaped(getResult()).getShape();
  bool fits = found.take_front(shape.size()) == ArrayRef<int64_t>(shape);
  shape.push_back(depth.value_or(ShapedType::kDynamic));
  // one_hot_c3: no check compares the first extents. one_hot_c4
  if (!fits || (depth && *depth < 0))
    return emitOpError() << "expected the result of shape " << shapeText(shape);
  return verifyShape(*this, "the result", getResult(), shape);
}

LogicalResult RenormOp::verify() {
  // renorm_c1, renorm_c2
  if (failed(verifyTable(*this, "the table", getInit())) ||
      failed(verifyOneForm(*this, false, getGroup())))
    return failure();
  // renorm_c3
  return verifyGroup(*this, getGroup(), getIndices());
}

LogicalResult ScatterAddOp::verify() {
  // scatter_add_c1, scatter_add_c2
  if (failed(verifyTable(*this, "the table", getInit())) ||
      failed(verifyOneForm(*this, false, getGroup())))
    return failure();
  SmallVector<int64_t> shape(shaped(getIndices()).getShape());
  shape.push_back(shaped(getInit()).getDimSize(1));
  Type compute = getComputeType(getElementTypeOrSelf(getInit()));
  // scatter_add_c3, scatter_add_c4, scatter_add_c5
  if (failed(verifyShape(*this, "the rows", getRows(), shape)) ||
      failed(verifyWidth(*this, "the rows", getRows(), compute)) ||
      failed(verifyPadding(*this, getPaddingIdx(), getInit())))
    return failure();
  // scatter_add_c6
  return verifyGroup(*this, getGroup(), getIndices());
}

/// One gradient source of rows of `width` columns, summed in `compute`. With
/// `isMapped` or a map the gradient has any number of rows.
static LogicalResult verifySource(Operation *op, unsigned number,
                                  GradientSource source, int64_t width,
                                  Type compute, bool isMapped) {
  std::string suffix = " " + std::to_string(number);
  ArrayRef<int64_t> occurrences = shaped(source.indices).getShape();
  SmallVector<int64_t> shape;
  if (source.map || isMapped)
    shape.push_back(ShapedType::kDynamic);
  else
    shape.append(occurrences.begin(), occurrences.end());
  shape.push_back(width);
  // source_c2
  if (failed(verifyShape(op, "gradient" + suffix, source.gradient, shape)))
    return failure();
  // source_c3
  for (Value value : {source.gradient, source.scale})
    if (value &&
        failed(verifyWidth(op, "gradient and scale" + suffix, value, compute)))
      return failure();
  // source_c4
  if (source.map &&
      failed(verifyShape(op, "map" + suffix, source.map, occurrences)))
    return failure();
  // source_c5
  if (source.scale &&
      failed(verifyShape(op, "scale" + suffix, source.scale, occurrences)))
    return failure();
  // source_c6
  if (source.winners && !source.map)
    return op->emitOpError()
           << "expected a map with winners" << suffix << ", found none";
  // source_c7
  if (source.winners)
    return verifyShape(op, "winners" + suffix, source.winners,
                       shaped(source.gradient).getShape());
  return success();
}

/// All sources of `op`: as many operands as the parts say, each of its shape.
template <typename OpTy>
static LogicalResult verifySources(OpTy op, int64_t width, Type compute,
                                   bool isMapped = false) {
  auto count = [&](SourcePart part) -> size_t {
    return llvm::count_if(op.getSourceParts(), [&](int32_t bits) {
      return bits & static_cast<int32_t>(part);
    });
  };
  // source_c1
  size_t sources = op.getIndices().size();
  if (op.getGradients().size() != sources ||
      op.getSourceParts().size() != sources ||
      op.getMaps().size() != count(SourcePart::Map) ||
      op.getScales().size() != count(SourcePart::Scale) ||
      op.getWinners().size() != count(SourcePart::Winners) ||
      op.getSourcePaddings().size() != count(SourcePart::Padding))
    return op.emitOpError("expected a gradient for each source and the parts "
                          "that the source says it has, found ")
           << sources << " indices, " << op.getGradients().size()
           << " gradients, " << op.getMaps().size() << " maps, "
           << op.getScales().size() << " scales, " << op.getWinners().size()
           << " winners and " << op.getSourcePaddings().size() << " paddings";
  for (auto [number, source] : llvm::enumerate(op.getSources()))
    if (failed(verifySource(op, number, source, width, compute, isMapped)))
      return failure();
  return success();
}

LogicalResult CoalesceOp::verify() {
  // coalesce_c1
  if (getIndices().empty() || getGradients().empty())
    return emitOpError("expected at least one source, found none");
  // coalesce_c2
  if (failed(verifyOneForm(*this, true, getInitMutable())))
    return failure();
  // coalesce_c3
  if (getGroup().empty())
    return emitOpError("expected 'group', found none");
  // coalesce_c4
  Value output = target(getInit(), getResult());
  if (failed(verifyTable(*this, "the result", output)))
    return failure();
  int64_t total = 0;
  for (Value indices : getIndices()) {
    if (!shaped(indices).hasStaticShape()) {
      total = ShapedType::kDynamic;
      break;
    }
    total += shaped(indices).getNumElements();
  }
  int64_t width = shaped(output).getDimSize(1);
  // coalesce_c5, coalesce_c6
  if (failed(verifyShape(*this, "the result", output, {total, width})) ||
      failed(verifySources(*this, width,
                           getComputeType(getElementTypeOrSelf(output)))))
    return failure();
  // coalesce_c7
  return verifyGroup(*this, getGroup(), getIndices());
}

LogicalResult UpdateOp::verify() {
  // update_c1
  if (getInits().empty())
    return emitOpError("expected a table, found none");
  // update_c2, update_c3
  if (failed(verifyTable(*this, "the table", getTable())) ||
      failed(verifyOneForm(*this, false, getGroup())))
    return failure();
  // update_c4
  ArrayRef<int64_t> table = shaped(getTable()).getShape();
  for (auto [number, state] : llvm::enumerate(getStates())) {
    std::string name = "state " + std::to_string(number);
    bool perRow = shaped(state).getRank() == 1;
    if (failed(verifyShape(*this, name, state,
                           perRow ? table.take_front() : table)))
      return failure();
  }
  // update_c5
  Type element = getElementTypeOrSelf(getTable());
  if (failed(verifySources(*this, table[1], getComputeType(element),
                           getMappedGroup())))
    return failure();
  // update_c16: winners have a map.
  if (getMappedGroup() && (getIndices().size() != 1 || !getMaps().empty() ||
                           !getScales().empty() || getGroup().empty()))
    return emitOpError("expected a group and one source without map, scale and "
                       "winners with 'mapped_group', found ")
           << getIndices().size() << " sources, " << getMaps().size()
           << " maps, " << getScales().size() << " scales, "
           << getWinners().size() << " winners and "
           << (getGroup().empty() ? "no group" : "a group");
  // update_c6
  for (GradientSource source : getSources())
    if (failed(verifyPadding(*this, source.padding, getTable())))
      return failure();
  // update_c7
  if (!getRandom().empty() && getRandom().size() != 2)
    return emitOpError("expected a seed and a step in 'random', found ")
           << getRandom().size() << " values";
  // update_c8
  if (!getRandom().empty() && !element.isF16() && !element.isBF16())
    return emitOpError("expected a table of f16 or bf16 with 'random', found ")
           << getTable().getType();
  // update_c9
  return verifyGroup(*this, getGroup(), getIndices());
}

LogicalResult ApplyGradientOp::verify() {
  // apply_gradient_c1
  if (!isOptimizer(getOptimizer()))
    return emitOpError("expected an optimizer such as #emb.sgd or the symbol "
                       "of an emb.optimizer, found ")
           << getOptimizer();
  // apply_gradient_c2
  if (getInits().empty())
    return emitOpError("expected a parameter, found none");
  // apply_gradient_c3
  if (getIndices().empty() != static_cast<bool>(getGradient()))
    return emitOpError("expected either sources or a dense gradient, found ")
           << getIndices().size() << " sources and "
           << (getGradient() ? "a" : "no") << " dense gradient";
  auto type = cast<RankedTensorType>(getParameter().getType());
  // apply_gradient_c4
  if (getGradient())
    return verifyShape(*this, "the gradient", getGradient(), type.getShape());
  // apply_gradient_c5, apply_gradient_c6
  if (failed(verifyTable(*this, "the parameter", getParameter())) ||
      failed(verifySources(*this, type.getDimSize(1),
                           getComputeType(type.getElementType()))))
    return failure();
  // apply_gradient_c7
  for (GradientSource source : getSources())
    if (failed(verifyPadding(*this, source.padding, getParameter())))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

LogicalResult CheckOffsetsOp::verify() {
  // check_offsets_c1
  return verifyRank(*this, "offsets", getOffsets(), 1);
}
