//===- LinalgCombiner.cpp - What a linalg region does to an output --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LinalgCombiner.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace mlir::emb;

/// What `op` and its regions use.
static llvm::SetVector<Value> getUses(Operation *op) {
  llvm::SetVector<Value> uses(op->operand_begin(), op->operand_end());
  getUsedValuesDefinedAbove(op->getRegions(), uses);
  return uses;
}

llvm::SetVector<Operation *> emb::getBodySlice(Block *body,
                                               ArrayRef<Value> values) {
  llvm::SetVector<Operation *> slice;
  auto insert = [&](Value value) {
    Operation *op = value.getDefiningOp();
    if (op && op->getBlock() == body)
      slice.insert(op);
  };
  llvm::for_each(values, insert);
  for (size_t next = 0; next < slice.size(); ++next)
    llvm::for_each(getUses(slice[next]), insert);
  return slice;
}

bool emb::isInput(linalg::LinalgOp op, OpOperand &init) {
  return op.getMatchingIndexingMap(&init).isPermutation();
}

/// The output arguments that `value` depends on.
static SmallVector<BlockArgument> getOutputArguments(linalg::LinalgOp op,
                                                     Value value) {
  llvm::SetVector<Value> uses;
  uses.insert(value);
  for (Operation *inner : getBodySlice(op.getBlock(), value)) {
    llvm::SetVector<Value> more = getUses(inner);
    uses.insert(more.begin(), more.end());
  }
  SmallVector<BlockArgument> arguments;
  for (BlockArgument argument : op.getRegionOutputArgs())
    if (uses.contains(argument))
      arguments.push_back(argument);
  return arguments;
}

static bool dependsOn(linalg::LinalgOp op, Value value,
                      BlockArgument argument) {
  return llvm::is_contained(getOutputArguments(op, value), argument);
}

/// The terms that lie on the way of additions from `argument` to `value`, or
/// nothing if there is anything else on it.
static std::optional<SmallVector<CombinerTerm>>
getTerms(linalg::LinalgOp op, Value value, BlockArgument argument) {
  SmallVector<CombinerTerm> terms;
  while (value != argument) {
    Operation *inner = value.getDefiningOp();
    if (!isa_and_present<arith::AddFOp, arith::SubFOp>(inner))
      return std::nullopt;
    Value lhs = inner->getOperand(0), rhs = inner->getOperand(1);
    if (isa<arith::AddFOp>(inner) && !dependsOn(op, lhs, argument))
      std::swap(lhs, rhs);
    if (dependsOn(op, rhs, argument))
      return std::nullopt;
    terms.push_back({rhs, isa<arith::SubFOp>(inner)});
    value = lhs;
  }
  return terms;
}

/// The other operand if `value` is the larger or the smaller of it and of
/// `argument`.
static Value getExtremumTerm(linalg::LinalgOp op, Value value,
                             BlockArgument argument) {
  Operation *inner = value.getDefiningOp();
  if (!isa_and_present<arith::MaximumFOp, arith::MaxNumFOp, arith::MinimumFOp,
                       arith::MinNumFOp>(inner))
    return {};
  Value lhs = inner->getOperand(0), rhs = inner->getOperand(1);
  if (rhs == argument)
    std::swap(lhs, rhs);
  if (lhs != argument || dependsOn(op, rhs, argument))
    return {};
  return rhs;
}

std::string emb::toString(AffineMap map) {
  std::string text;
  llvm::raw_string_ostream(text) << AffineMapAttr::get(map);
  return text;
}

FailureOr<Combiner> emb::getCombiner(linalg::LinalgOp op, unsigned number,
                                     std::string &problem) {
  OpOperand *init = op.getDpsInitOperand(number);
  AffineMap map = op.getMatchingIndexingMap(init);
  BlockArgument argument = op.getMatchingBlockArgument(init);
  Value value = op.getMatchingYieldValue(init)->get();
  std::string name = "result #" + std::to_string(number);
  if (!map.isProjectedPermutation()) {
    problem = name + " has the indexing map " + toString(map) +
              ", expected a projected permutation";
    return failure();
  }

  Combiner combiner;
  if (auto terms = getTerms(op, value, argument)) {
    combiner = {CombinerKind::Sum, *terms};
  } else if (isInput(op, *init)) {
    combiner = {CombinerKind::Store, {{value}}};
  } else if (Value term = getExtremumTerm(op, value, argument)) {
    combiner = {CombinerKind::Extremum, {{term}}};
  } else {
    problem = "several steps of its loops ";
    problem += dependsOn(op, value, argument)
                   ? "change each element of " + name +
                         " by something else than additions, subtractions, one "
                         "maximum or one minimum"
                   : "overwrite each element of " + name +
                         ", expected them to add to it, or to keep the "
                         "maximum or minimum";
    return failure();
  }

  // An element that is still being combined is no input of anything.
  for (const CombinerTerm &term : combiner.terms)
    for (BlockArgument other : getOutputArguments(op, term.value)) {
      OpOperand *operand = op.getMatchingOpOperand(other);
      if (isInput(op, *operand))
        continue;
      problem = name + " depends on elements of result #" +
                std::to_string(op.getTiedOpResult(operand).getResultNumber()) +
                " before they are complete";
      return failure();
    }
  return combiner;
}
