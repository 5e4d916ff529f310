//===- LinalgAdjoint.cpp - Operations over the loops of another -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgAdjoint.h"

#include "LinalgCombiner.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::emb;

Value emb::createEmptyLike(OpBuilder &builder, Location loc, Value like,
                           Type type) {
  SmallVector<OpFoldResult> sizes;
  if (isa<RankedTensorType>(like.getType()))
    sizes = tensor::getMixedSizes(builder, loc, like);
  return tensor::EmptyOp::create(builder, loc, sizes, type);
}

AdjointBody::AdjointBody(linalg::LinalgOp op) : op(op) {
  clone = op->clone(mapping);
  getBlock().getTerminator()->erase();
  for (OpOperand &operand : op->getOpOperands())
    operands.push_back({operand.get(), op.getMatchingIndexingMap(&operand)});
}

BlockArgument AdjointBody::read(Value tensor, AffineMap map) {
  operands.push_back({tensor, map});
  return getBlock().addArgument(getElementTypeOrSelf(tensor.getType()),
                                op.getLoc());
}

Value AdjointBody::getTensor(Value value, AffineMap map) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getOwner() != &getBlock())
    return {};
  const Operand &operand = operands[argument.getArgNumber()];
  if (operand.map != map || !isa<RankedTensorType>(operand.value.getType()))
    return {};
  return operand.value;
}

/// Marks the loops whose number of steps an operand with `map` fixes.
static void markLoops(AffineMap map, llvm::SmallBitVector &loops) {
  for (AffineExpr expr : map.getResults())
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      loops.set(dim.getPosition());
}

/// Adds operands that are not read to `inputs`, for loops whose number of steps
/// no other operand gives. Never the initial value of an output: what is
/// overwritten in place would have to be kept.
void AdjointBody::addUnread(SmallVectorImpl<Operand> &inputs,
                            ArrayRef<AdjointOutput> outputs) {
  llvm::SmallBitVector known(op.getNumLoops());
  for (const Operand &input : inputs)
    markLoops(input.map, known);
  for (const AdjointOutput &output : outputs)
    markLoops(output.map, known);

  auto candidates = ArrayRef(operands).drop_front(op->getNumOperands()).vec();
  llvm::append_range(candidates,
                     ArrayRef(operands).take_front(op.getNumDpsInputs()));
  for (OpOperand &init : op.getDpsInitsMutable())
    candidates.push_back(
        {op.getTiedOpResult(&init), op.getMatchingIndexingMap(&init)});
  for (const Operand &candidate : candidates) {
    llvm::SmallBitVector more = known;
    markLoops(candidate.map, more);
    if (more == known)
      continue;
    known = more;
    inputs.push_back(candidate);
  }
}

/// The body of an operation whose block has the arguments `arguments`: elements
/// of the inputs, the first of which are those that are `read`, then elements
/// of the outputs.
void AdjointBody::fill(OpBuilder &builder, ArrayRef<Value> read,
                       ArrayRef<AdjointOutput> outputs, ValueRange arguments) {
  SmallVector<Value> values = llvm::map_to_vector(
      outputs, [](const AdjointOutput &output) { return output.value; });
  llvm::SetVector<Operation *> slice = getBodySlice(&getBlock(), values);
  IRMapping clones;
  clones.map(ArrayRef(read), arguments.take_front(read.size()));
  for (Operation &inner : getBlock())
    if (slice.contains(&inner))
      builder.clone(inner, clones);

  SmallVector<Value> yields;
  for (auto [output, element] :
       llvm::zip(outputs, arguments.take_back(outputs.size()))) {
    Value value = clones.lookupOrDefault(output.value);
    if (output.combiner == AdjointCombiner::Add)
      value = arith::AddFOp::create(builder, op.getLoc(), element, value);
    if (output.combiner == AdjointCombiner::Minimum)
      value = arith::MinSIOp::create(builder, op.getLoc(), element, value);
    yields.push_back(value);
  }
  linalg::YieldOp::create(builder, op.getLoc(), yields);
}

SmallVector<Value> AdjointBody::build(OpBuilder &builder,
                                      ArrayRef<AdjointOutput> outputs) {
  llvm::SetVector<Value> uses;
  for (const AdjointOutput &output : outputs) {
    uses.insert(output.value);
    for (Operation *inner : getBodySlice(&getBlock(), output.value)) {
      uses.insert(inner->operand_begin(), inner->operand_end());
      getUsedValuesDefinedAbove(inner->getRegions(), uses);
    }
  }
  SmallVector<Value> read, inits;
  SmallVector<Operand> inputs;
  for (BlockArgument argument : getBlock().getArguments())
    if (uses.contains(argument)) {
      read.push_back(argument);
      inputs.push_back(operands[argument.getArgNumber()]);
    }
  addUnread(inputs, outputs);

  llvm::SmallBitVector parallel(op.getNumLoops());
  SmallVector<AffineMap> maps = llvm::map_to_vector(
      inputs, [](const Operand &input) { return input.map; });
  for (const AdjointOutput &output : outputs) {
    maps.push_back(output.map);
    inits.push_back(output.init);
    markLoops(output.map, parallel);
  }
  SmallVector<utils::IteratorType> iterators;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    iterators.push_back(parallel.test(loop) ? utils::IteratorType::parallel
                                            : utils::IteratorType::reduction);

  auto generic = linalg::GenericOp::create(
      builder, op.getLoc(), TypeRange(ValueRange(inits)),
      llvm::map_to_vector(inputs,
                          [](const Operand &input) { return input.value; }),
      inits, maps, iterators,
      [&](OpBuilder &bodyBuilder, Location, ValueRange arguments) {
        fill(bodyBuilder, read, outputs, arguments);
      });
  return llvm::to_vector_of<Value>(
      nameContraction(builder, generic)->getResults());
}
