//===- VectorBody.cpp - The body of an operation on vectors ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorBody.h"

#include "../ApproximateMath/Functions.h"
#include "../EmbToLoops/RowVectors.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::emb;

static bool isFloat(Type type) { return type.isF32() || type.isF64(); }

bool emb::isVectorizable(Operation &op) {
  if (isa<arith::ConstantOp>(op))
    return true;
  auto isNumber = [](Type type) { return isFloat(type) || type.isInteger(1); };
  return OpTrait::hasElementwiseMappableTraits(&op) &&
         llvm::all_of(op.getOperandTypes(), isNumber) &&
         llvm::all_of(op.getResultTypes(), isNumber) &&
         (isa<arith::ArithDialect>(op.getDialect()) ||
          isa<math::SqrtOp, math::AbsFOp>(op) || isApproximated(&op));
}

/// Whether `loop` runs through contiguous elements of `memref`.
static bool isContiguous(Value memref, AffineMap map, unsigned loop) {
  unsigned rank = map.getNumResults();
  return rank != 0 && map.getDimPosition(rank - 1) == loop &&
         hasContiguousRows(memref);
}

std::string emb::whyNotVectors(linalg::LinalgOp op, unsigned loop) {
  if (op.getBlock()->getNumArguments() != op->getNumOperands())
    return "the body does not take all operands";
  for (Operation &inner : op.getBlock()->without_terminator())
    if (!isVectorizable(inner))
      return ("'" + inner.getName().getStringRef() +
              "' is not known to mean the same on vectors")
          .str();
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    if (!map.isProjectedPermutation())
      return "subscripts are not loops";
    Type element = getElementTypeOrSelf(operand.get());
    bool changes = map.isFunctionOfDim(loop);
    if (!isFloat(element) && (changes || !element.isInteger(1)))
      return "elements are not f32 or f64";
    if (changes && !isContiguous(operand.get(), map, loop))
      return "the inner loop does not run through contiguous elements";
  }
  return "";
}

int64_t emb::getWidestBytes(linalg::LinalgOp op) {
  unsigned bits = 8;
  auto add = [&](Type type) {
    if (isFloat(type))
      bits = std::max(bits, type.getIntOrFloatBitWidth());
  };
  for (Value operand : op->getOperands())
    add(getElementTypeOrSelf(operand));
  for (Operation &inner : op.getBlock()->without_terminator())
    llvm::for_each(inner.getResultTypes(), add);
  return bits / 8;
}

bool VectorBody::changes(OpOperand &operand) {
  return op.getMatchingIndexingMap(&operand).isFunctionOfDim(loop);
}

SmallVector<Value> VectorBody::getSubscripts(OpOperand &operand,
                                             ArrayRef<Value> ivs) {
  return llvm::map_to_vector(
      op.getMatchingIndexingMap(&operand).getResults(), [&](AffineExpr result) {
        return ivs[cast<AffineDimExpr>(result).getPosition()];
      });
}

Value VectorBody::load(OpBuilder &builder, OpOperand &operand,
                       ArrayRef<Value> ivs, Value mask) {
  if (!isa<MemRefType>(operand.get().getType()))
    return operand.get();
  SmallVector<Value> subscripts = getSubscripts(operand, ivs);
  if (!changes(operand))
    return memref::LoadOp::create(builder, loc, operand.get(), subscripts);
  VectorType type = getType(getElementTypeOrSelf(operand.get()));
  if (!mask)
    return vector::LoadOp::create(builder, loc, type, operand.get(),
                                  subscripts);
  return vector::MaskedLoadOp::create(builder, loc, type, operand.get(),
                                      subscripts, mask,
                                      createSplat(builder, loc, type, 0.0));
}

void VectorBody::store(OpBuilder &builder, Value value, OpOperand &operand,
                       ArrayRef<Value> ivs, Value mask) {
  SmallVector<Value> subscripts = getSubscripts(operand, ivs);
  if (mask)
    vector::MaskedStoreOp::create(builder, loc, operand.get(), subscripts, mask,
                                  value);
  else
    vector::StoreOp::create(builder, loc, value, operand.get(), subscripts);
}

void VectorBody::createUniform(OpBuilder &builder, ArrayRef<Value> ivs) {
  Block *body = op.getBlock();
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(input);
    if (!argument.use_empty() && !changes(*input))
      scalars.map(argument, load(builder, *input, ivs, Value()));
  }
  for (Operation &inner : body->without_terminator()) {
    bool isUniform = llvm::all_of(inner.getOperands(), [&](Value operand) {
      return operand.getParentBlock() != body || scalars.contains(operand);
    });
    if (isUniform)
      builder.clone(inner, scalars);
  }
}

Value VectorBody::lookup(OpBuilder &builder, IRMapping &vectors, Value scalar) {
  if (Value vector = vectors.lookupOrNull(scalar))
    return vector;
  Value source = scalars.lookupOrDefault(scalar);
  Value vector = vector::BroadcastOp::create(builder, loc,
                                             getType(source.getType()), source);
  vectors.map(scalar, vector);
  return vector;
}

SmallVector<Value> VectorBody::create(OpBuilder &builder, ArrayRef<Value> ivs,
                                      Value mask, ArrayRef<Value> outputs) {
  Block *body = op.getBlock();
  IRMapping vectors;
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(input);
    if (!argument.use_empty() && changes(*input))
      vectors.map(argument, load(builder, *input, ivs, mask));
  }
  for (auto [argument, output] :
       llvm::zip_equal(op.getRegionOutputArgs(), outputs))
    if (output)
      vectors.map(argument, output);
  for (Operation &inner : body->without_terminator()) {
    if (llvm::all_of(inner.getResults(),
                     [&](Value result) { return scalars.contains(result); }))
      continue;
    OperationState state(loc, inner.getName());
    for (Value operand : inner.getOperands())
      state.operands.push_back(lookup(builder, vectors, operand));
    for (Type type : inner.getResultTypes())
      state.types.push_back(getType(type));
    state.attributes.assign(inner.getAttrs().begin(), inner.getAttrs().end());
    vectors.map(inner.getResults(), builder.create(state)->getResults());
  }
  return llvm::map_to_vector(
      body->getTerminator()->getOperands(),
      [&](Value yielded) { return lookup(builder, vectors, yielded); });
}
