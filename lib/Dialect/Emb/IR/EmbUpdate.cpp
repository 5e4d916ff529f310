//===- EmbUpdate.cpp - Syntax and region of emb.update --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpdateSyntax.h"

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/CallInterfaces.h"

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

ParseResult emb::parseSources(OpAsmParser &parser,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &indices,
             SmallVectorImpl<Type> &indexTypes,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &gradients,
             SmallVectorImpl<Type> &gradientTypes,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &maps,
             SmallVectorImpl<Type> &mapTypes,
             SmallVectorImpl<OpAsmParser::UnresolvedOperand> &scales,
             SmallVectorImpl<Type> &scaleTypes, DenseBoolArrayAttr &hasMap,
             DenseBoolArrayAttr &hasScale) {
  SmallVector<bool> withMap, withScale;
  auto parseSource = [&]() -> ParseResult {
    if (parseTypedOperand(parser, indices, indexTypes) || parser.parseArrow() ||
        parseTypedOperand(parser, gradients, gradientTypes))
      return failure();
    withMap.push_back(succeeded(parser.parseOptionalKeyword("map")));
    if (withMap.back() && parseTypedOperand(parser, maps, mapTypes))
      return failure();
    withScale.push_back(succeeded(parser.parseOptionalKeyword("scale")));
    if (withScale.back() && parseTypedOperand(parser, scales, scaleTypes))
      return failure();
    return success();
  };
  if (parser.parseKeyword("sources") ||
      parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square,
                                     parseSource))
    return failure();
  hasMap = parser.getBuilder().getDenseBoolArrayAttr(withMap);
  hasScale = parser.getBuilder().getDenseBoolArrayAttr(withScale);
  return success();
}

void emb::printSources(OpAsmPrinter &printer, UpdateOp op, OperandRange,
                         TypeRange, OperandRange, TypeRange, OperandRange,
                         TypeRange, OperandRange, TypeRange, DenseBoolArrayAttr,
                         DenseBoolArrayAttr) {
  auto printTyped = [&](Value value) {
    printer << value << " : " << value.getType();
  };
  printer << "sources[";
  llvm::interleaveComma(op.getSources(), printer, [&](UpdateOp::Source source) {
    printTyped(source.indices);
    printer << " -> ";
    printTyped(source.gradient);
    if (source.map) {
      printer << " map ";
      printTyped(source.map);
    }
    if (source.scale) {
      printer << " scale ";
      printTyped(source.scale);
    }
  });
  printer << "]";
}

//===----------------------------------------------------------------------===//
// Accessors
//===----------------------------------------------------------------------===//

SmallVector<UpdateOp::Source> UpdateOp::getSources() {
  SmallVector<Source> sources;
  auto map = getMaps().begin();
  auto scale = getScales().begin();
  for (auto [indices, gradient, hasMap, hasScale] :
       llvm::zip_equal(getIndices(), getGradients(), getSourceMaps(),
                       getSourceScales()))
    sources.push_back({indices, gradient, hasMap ? Value(*map++) : Value(),
                       hasScale ? Value(*scale++) : Value()});
  return sources;
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
  SmallVector<Type> types =
      llvm::map_to_vector(op.getInits(), computeType);
  types.append(1 + op.getScalars().size(), computeType(op.getTable()));
  return types;
}

/// Whether `value`, inside the region, is the same in every column of the row.
static bool isRowUniform(UpdateOp op, Value value,
                         DenseMap<Value, bool> &known) {
  auto [entry, inserted] = known.try_emplace(value, false);
  if (!inserted)
    return entry->second;
  bool uniform;
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    unsigned number = arg.getArgNumber(), inits = op.getInits().size();
    uniform = number < inits ? op.isPerRow(number) : number > inits;
  } else if (value.getDefiningOp<RowReduceOp>()) {
    uniform = true;
  } else {
    uniform = llvm::all_of(value.getDefiningOp()->getOperands(), [&](Value v) {
      return isRowUniform(op, v, known);
    });
  }
  known[value] = uniform;
  return uniform;
}

LogicalResult UpdateOp::verifyRegions() {
  SmallVector<Type> expected = regionArgumentTypes(*this);
  TypeRange found = getBody().getArgumentTypes();
  if (found.size() != expected.size())
    return emitOpError("region takes ")
           << found.size() << " arguments, expected " << expected.size()
           << ": one for each init, the gradient, one for each scalar";
  for (auto [number, types] :
       llvm::enumerate(llvm::zip_equal(found, expected)))
    if (std::get<0>(types) != std::get<1>(types))
      return emitOpError("region argument ")
             << number << " has type " << std::get<0>(types) << ", expected "
             << std::get<1>(types) << " (compute types, then the gradient's)";

  for (Operation &inner : getBody().front().without_terminator()) {
    bool elementwise = OpTrait::hasElementwiseMappableTraits(&inner) ||
                       inner.hasTrait<OpTrait::ConstantLike>();
    // A call is there to be inlined.
    if (!elementwise && !isa<RowReduceOp, CallOpInterface>(inner))
      return emitOpError("region holds '")
             << inner.getName()
             << "', expected elementwise operations on scalars, constants, "
                "calls and 'emb.row_reduce'";
    if (elementwise && !isMemoryEffectFree(&inner))
      return emitOpError("region holds '")
             << inner.getName() << "', which has side effects";
  }

  YieldOp yield = getYield();
  if (yield.getValues().size() != getInits().size())
    return yield.emitOpError("yields ")
           << yield.getValues().size() << " values, expected "
           << getInits().size() << ", one for each init";
  DenseMap<Value, bool> known;
  for (auto [number, value] : llvm::enumerate(yield.getValues())) {
    if (value.getType() != expected[number])
      return yield.emitOpError("value ")
             << number << " has type " << value.getType() << ", expected "
             << expected[number];
    if (isPerRow(number) && !isRowUniform(*this, value, known))
      return yield.emitOpError("value ")
             << number
             << " differs between columns, expected one value for the row: "
                "the state holds one value per row";
  }
  return success();
}
