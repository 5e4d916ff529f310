//===- EmbUpdate.cpp - Syntax and region of emb.update --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElementRule.h"
#include "Syntax.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

/// Parses `value : type` into the two lists.
static ParseResult
parseTypedOperand(OpAsmParser &parser,
                  SmallVectorImpl<OpAsmParser::UnresolvedOperand> &operands,
                  SmallVectorImpl<Type> &types) {
  return failure(parser.parseOperand(operands.emplace_back()) ||
                 parser.parseColonType(types.emplace_back()));
}

ParseResult emb::parseSources(OpAsmParser &parser, OperandList &indices,
                              TypeList &indexTypes, OperandList &gradients,
                              TypeList &gradientTypes, OperandList &maps,
                              TypeList &mapTypes, OperandList &scales,
                              TypeList &scaleTypes, OperandList &winners,
                              TypeList &winnerTypes, DenseI32ArrayAttr &parts,
                              DenseI64ArrayAttr &paddings) {
  SmallVector<int32_t> partBits;
  SmallVector<int64_t> paddingRows;
  auto parsePart = [&](StringRef keyword, SourcePart part,
                       OperandList &operands, TypeList &types) -> ParseResult {
    if (failed(parser.parseOptionalKeyword(keyword)))
      return success();
    partBits.back() |= static_cast<int32_t>(part);
    return parseTypedOperand(parser, operands, types);
  };
  auto parseSource = [&]() -> ParseResult {
    partBits.push_back(0);
    if (parseTypedOperand(parser, indices, indexTypes) || parser.parseArrow() ||
        parseTypedOperand(parser, gradients, gradientTypes) ||
        parsePart("map", SourcePart::Map, maps, mapTypes) ||
        parsePart("scale", SourcePart::Scale, scales, scaleTypes) ||
        parsePart("winners", SourcePart::Winners, winners, winnerTypes))
      return failure();
    if (failed(parser.parseOptionalKeyword("padding")))
      return success();
    partBits.back() |= static_cast<int32_t>(SourcePart::Padding);
    return parser.parseInteger(paddingRows.emplace_back());
  };
  if (parser.parseKeyword("sources") ||
      parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                     parseSource))
    return failure();
  parts = parser.getBuilder().getDenseI32ArrayAttr(partBits);
  paddings = parser.getBuilder().getDenseI64ArrayAttr(paddingRows);
  return success();
}

/// Deals the operands out to the sources they belong to.
static SmallVector<GradientSource>
collectSources(OperandRange indices, OperandRange gradients, OperandRange maps,
               OperandRange scales, OperandRange winners,
               ArrayRef<int32_t> parts, ArrayRef<int64_t> paddings) {
  SmallVector<GradientSource> sources;
  for (auto [index, gradient, bits] :
       llvm::zip_equal(indices, gradients, parts)) {
    auto take = [bits = bits](SourcePart part, OperandRange &range) -> Value {
      if (!(bits & static_cast<int32_t>(part)))
        return {};
      Value value = range.front();
      range = range.drop_front();
      return value;
    };
    GradientSource source{index,
                          gradient,
                          take(SourcePart::Map, maps),
                          take(SourcePart::Scale, scales),
                          take(SourcePart::Winners, winners),
                          std::nullopt};
    if (bits & static_cast<int32_t>(SourcePart::Padding)) {
      source.padding = paddings.front();
      paddings = paddings.drop_front();
    }
    sources.push_back(source);
  }
  return sources;
}

void emb::printSources(OpAsmPrinter &printer, Operation *, OperandRange indices,
                       TypeRange, OperandRange gradients, TypeRange,
                       OperandRange maps, TypeRange, OperandRange scales,
                       TypeRange, OperandRange winners, TypeRange,
                       DenseI32ArrayAttr parts, DenseI64ArrayAttr paddings) {
  auto printPart = [&](StringRef keyword, Value value) {
    if (value)
      printer << keyword << value << " : " << value.getType();
  };
  printer << "sources[";
  llvm::interleaveComma(collectSources(indices, gradients, maps, scales,
                                       winners, parts, paddings),
                        printer, [&](const GradientSource &source) {
                          printPart("", source.indices);
                          printPart(" -> ", source.gradient);
                          printPart(" map ", source.map);
                          printPart(" scale ", source.scale);
                          printPart(" winners ", source.winners);
                          if (source.padding)
                            printer << " padding " << *source.padding;
                        });
  printer << "]";
}

//===----------------------------------------------------------------------===//
// Accessors
//===----------------------------------------------------------------------===//

SmallVector<GradientSource> UpdateOp::getSources() {
  return collectSources(getIndices(), getGradients(), getMaps(), getScales(),
                        getWinners(), getSourceParts(), getSourcePaddings());
}

SmallVector<GradientSource> CoalesceOp::getSources() {
  return collectSources(getIndices(), getGradients(), getMaps(), getScales(),
                        getWinners(), getSourceParts(), getSourcePaddings());
}

SmallVector<GradientSource> ApplyGradientOp::getSources() {
  return collectSources(getIndices(), getGradients(), getMaps(), getScales(),
                        getWinners(), getSourceParts(), getSourcePaddings());
}

namespace {
/// Sources as the operands and attributes of an operation.
struct SplitSources {
  explicit SplitSources(ArrayRef<GradientSource> sources) {
    for (const GradientSource &source : sources) {
      indices.push_back(source.indices);
      gradients.push_back(source.gradient);
      parts.push_back(0);
      addPart(SourcePart::Map, source.map, maps);
      addPart(SourcePart::Scale, source.scale, scales);
      addPart(SourcePart::Winners, source.winners, winners);
      if (source.padding) {
        parts.back() |= static_cast<int32_t>(SourcePart::Padding);
        paddings.push_back(*source.padding);
      }
    }
  }

  SmallVector<Value> indices, gradients, maps, scales, winners;
  SmallVector<int32_t> parts;
  SmallVector<int64_t> paddings;

private:
  void addPart(SourcePart part, Value value, SmallVector<Value> &list) {
    if (!value)
      return;
    parts.back() |= static_cast<int32_t>(part);
    list.push_back(value);
  }
};
} // namespace

/// Adds groups of operands, with the sizes of each to `sizes`.
static void addSegments(OperationState &state, ArrayRef<ValueRange> groups,
                        MutableArrayRef<int32_t> sizes) {
  for (auto [group, size] : llvm::zip_equal(groups, sizes)) {
    state.addOperands(group);
    size = group.size();
  }
}

void UpdateOp::build(OpBuilder &builder, OperationState &state, UpdateRows rows,
                     ValueRange inits, ArrayRef<GradientSource> sources,
                     ValueRange scalars, ValueRange group, ValueRange random,
                     int64_t tableId) {
  SplitSources split(sources);
  Properties &properties = state.getOrAddProperties<Properties>();
  addSegments(state,
              {inits, split.indices, split.gradients, split.maps, split.scales,
               split.winners, scalars, random, group},
              properties.operandSegmentSizes);
  properties.rows = UpdateRowsAttr::get(builder.getContext(), rows);
  properties.source_parts = builder.getDenseI32ArrayAttr(split.parts);
  properties.source_paddings = builder.getDenseI64ArrayAttr(split.paddings);
  properties.table_id = builder.getI64IntegerAttr(tableId);

  Block &body = state.addRegion()->emplaceBlock();
  auto addArgument = [&](Value value) {
    body.addArgument(getComputeType(getElementTypeOrSelf(value)),
                     state.location);
  };
  for (Value init : inits) {
    addArgument(init);
    if (isa<RankedTensorType>(init.getType()))
      state.addTypes(init.getType());
  }
  for (size_t i = 0, end = 1 + scalars.size(); i < end; ++i)
    addArgument(inits.front());
}

void CoalesceOp::build(OpBuilder &builder, OperationState &state,
                       RankedTensorType type, ArrayRef<GradientSource> sources,
                       ValueRange group) {
  SplitSources split(sources);
  Properties &properties = state.getOrAddProperties<Properties>();
  addSegments(state,
              {split.indices, split.gradients, split.maps, split.scales,
               split.winners, group, /*init=*/ValueRange()},
              properties.operandSegmentSizes);
  properties.source_parts = builder.getDenseI32ArrayAttr(split.parts);
  properties.source_paddings = builder.getDenseI64ArrayAttr(split.paddings);
  state.addTypes(type);
}

void ApplyGradientOp::build(OpBuilder &builder, OperationState &state,
                            Attribute optimizer, ValueRange inits,
                            ArrayRef<GradientSource> sources, Value gradient,
                            Value lr, Value step, Value scale,
                            FloatAttr clipValue) {
  SplitSources split(sources);
  Properties &properties = state.getOrAddProperties<Properties>();
  auto optional = [](Value &value) {
    return value ? ValueRange(value) : ValueRange();
  };
  addSegments(state,
              {inits, split.indices, split.gradients, split.maps, split.scales,
               split.winners, optional(gradient), lr, step, optional(scale)},
              properties.operandSegmentSizes);
  properties.optimizer = optimizer;
  properties.source_parts = builder.getDenseI32ArrayAttr(split.parts);
  properties.source_paddings = builder.getDenseI64ArrayAttr(split.paddings);
  properties.clip_value = clipValue;
  state.addTypes(inits.getTypes());
}

bool UpdateOp::isPerRow(unsigned i) {
  return cast<ShapedType>(getInits()[i].getType()).getRank() == 1;
}

BlockArgument UpdateOp::getElementArg(unsigned init) {
  return getBody().getArgument(init);
}

BlockArgument UpdateOp::getGradientArg() {
  return getBody().getArgument(getInits().size());
}

BlockArgument UpdateOp::getScalarArg(unsigned scalar) {
  return getBody().getArgument(getInits().size() + 1 + scalar);
}

YieldOp UpdateOp::getYield() {
  return cast<YieldOp>(getBody().front().getTerminator());
}

//===----------------------------------------------------------------------===//
// Region
//===----------------------------------------------------------------------===//

/// The types that the region's arguments must have.
static SmallVector<Type> regionArgumentTypes(UpdateOp op) {
  auto computeType = [](Value value) -> Type {
    return getComputeType(getElementTypeOrSelf(value));
  };
  SmallVector<Type> types = llvm::map_to_vector(op.getInits(), computeType);
  types.append(1 + op.getScalars().size(), computeType(op.getTable()));
  return types;
}

LogicalResult UpdateOp::verifyRegions() {
  SmallVector<Type> expected = regionArgumentTypes(*this);
  TypeRange found = getBody().getArgumentTypes();
  // update_c10
  if (found.size() != expected.size())
    return emitOpError("region takes ")
           << found.size() << " arguments, expected " << expected.size()
           << ": one for each init, the gradient, one for each scalar";
  // update_c11
  for (auto [number, types] : llvm::enumerate(llvm::zip_equal(found, expected)))
    if (std::get<0>(types) != std::get<1>(types))
      return emitOpError("region argument ")
             << number << " has type " << std::get<0>(types) << ", expected "
             << std::get<1>(types) << " (compute types, then the gradient's)";

  // update_c12
  if (failed(verifyRuleBody(*this, getBody().front(), /*mayReduce=*/true)))
    return failure();

  // update_c13, update_c14
  YieldOp yield = getYield();
  if (failed(verifyYield(yield,
                         ArrayRef(expected).take_front(getInits().size()),
                         "one for each init")))
    return failure();
  // update_c15
  unsigned numInits = getInits().size();
  auto isUniform = [&](unsigned argument) {
    return argument < numInits ? isPerRow(argument) : argument > numInits;
  };
  return verifyPerRow(
      yield, [&](unsigned number) { return isPerRow(number); }, isUniform);
}
