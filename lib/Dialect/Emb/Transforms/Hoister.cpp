//===- Hoister.cpp - Values of branches and loops, recreated --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Hoister.h"

#include "TableFlow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::emb;

LogicalResult Hoister::refuse(const Twine &why, Value value) {
  reason = why.str();
  blame = value;
  return failure();
}

void Hoister::undo() {
  while (anchor->getPrevNode() != before)
    anchor->getPrevNode()->erase();
}

void Hoister::eraseUnusedOriginals() {
  for (Operation *op : llvm::reverse(originals))
    if (isOpTriviallyDead(op))
      op->erase();
  originals.clear();
}

/// Whether `op` may run where the conditions around it do not hold. An extract
/// may be out of bounds then.
static bool isHarmless(Operation *op) {
  return isSpeculatable(op) && !isa<tensor::ExtractOp>(op);
}

/// Fails where `op`, which computes `value`, cannot run before the anchor.
LogicalResult Hoister::checkMovable(Operation *op, Value value) {
  for (OpOperand *operand : getWrittenOperands(op))
    for (TiedArgument tied : findTiedArguments(operand->get()))
      if (written.contains(tied.argument))
        return refuse("depends on " + describeArgument(tied.argument) +
                          ", which this function writes",
                      value);
  StringRef name = op->getName().getStringRef();
  if (!isMemoryEffectFree(op))
    return refuse("depends on '" + name + "', which has side effects", value);
  if (op->getParentOp() != function && !isHarmless(op))
    return refuse("depends on '" + name +
                      "' in a branch or loop, which may be undefined where "
                      "that does not run",
                  value);
  return success();
}

FailureOr<Value> Hoister::materialize(Value value) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  if (dominance.properlyDominates(value, anchor))
    return value;
  Operation *op = value.getDefiningOp();
  if (!op)
    return refuse("depends on a value that a loop carries", value);
  if (failed(checkMovable(op, value)))
    return failure();
  llvm::SetVector<Value> needed(op->operand_begin(), op->operand_end());
  if (op->getNumRegions() > 0)
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
          needed.insert(operand);
    });
  for (Value operand : needed) {
    FailureOr<Value> hoisted = materialize(operand);
    if (failed(hoisted))
      return failure();
    mapping.map(operand, *hoisted);
  }
  builder.clone(*op, mapping);
  originals.push_back(op);
  return mapping.lookup(value);
}

LogicalResult Hoister::materializeOperands(Operation *op) {
  for (Value operand : op->getOperands()) {
    FailureOr<Value> hoisted = materialize(operand);
    if (failed(hoisted))
      return failure();
    mapping.map(operand, *hoisted);
  }
  return success();
}

/// What must hold for `outer` to run `inner`, which is right inside; null where
/// that is taken for granted.
FailureOr<Value> Hoister::materializeStep(Operation *outer, Operation *inner) {
  Location loc = inner->getLoc();
  if (auto branch = dyn_cast<scf::IfOp>(outer)) {
    FailureOr<Value> condition = materialize(branch.getCondition());
    if (failed(condition) ||
        inner->getParentRegion() == &branch.getThenRegion())
      return condition;
    Value yes = arith::ConstantIntOp::create(builder, loc, 1, 1);
    return arith::XOrIOp::create(builder, loc, *condition, yes).getResult();
  }
  if (auto loop = dyn_cast<scf::ForOp>(outer)) {
    FailureOr<Value> lower = materialize(loop.getLowerBound());
    FailureOr<Value> upper = materialize(loop.getUpperBound());
    if (failed(lower) || failed(upper))
      return failure();
    auto predicate = loop.getUnsignedCmp() ? arith::CmpIPredicate::ult
                                           : arith::CmpIPredicate::slt;
    Value runs =
        builder.createOrFold<arith::CmpIOp>(loc, predicate, *lower, *upper);
    return matchPattern(runs, m_One()) ? Value() : runs;
  }
  if (isa<LoopLikeOpInterface>(outer))
    return Value();
  return refuse("is inside '" + outer->getName().getStringRef() +
                    "', which is neither a loop nor a branch",
                Value());
}

FailureOr<Value> Hoister::materializeCondition(Operation *op) {
  SmallVector<Operation *> path;
  for (Operation *inner = op; inner != function; inner = inner->getParentOp())
    path.push_back(inner);
  Value all;
  for (unsigned i = path.size(); --i > 0;) {
    FailureOr<Value> step = materializeStep(path[i], path[i - 1]);
    if (failed(step))
      return failure();
    if (*step)
      all = all ? arith::AndIOp::create(builder, op->getLoc(), all, *step)
                      .getResult()
                : *step;
  }
  return all;
}
