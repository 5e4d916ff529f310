//===- TableFlow.cpp - How table values flow through a function -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::emb;

SmallVector<OpOperand *> emb::getWrittenOperands(Operation *op) {
  SmallVector<OpOperand *> written;
  auto add = [&](MutableOperandRange range) {
    for (OpOperand &operand : range)
      if (isa<RankedTensorType>(operand.get().getType()))
        written.push_back(&operand);
  };
  if (auto dst = dyn_cast<DestinationStyleOpInterface>(op))
    add(dst.getDpsInitsMutable());
  else if (auto gather = dyn_cast<GatherOp>(op))
    add(gather.getInitMutable());
  else if (auto bag = dyn_cast<BagOp>(op))
    add(bag.getInitsMutable());
  else if (auto coalesce = dyn_cast<CoalesceOp>(op))
    add(coalesce.getInitMutable());
  else if (auto frequency = dyn_cast<FrequencyOp>(op))
    add(frequency.getInitMutable());
  else if (auto dot = dyn_cast<GatherDotOp>(op))
    add(dot.getInitMutable());
  else if (auto group = dyn_cast<GroupOp>(op))
    add(group.getInitsMutable());
  else if (auto map = dyn_cast<Offset2BagOp>(op))
    add(map.getInitMutable());
  return written;
}

bool emb::writesTensor(Operation *op) {
  return !getWrittenOperands(op).empty();
}

namespace {
/// One step back: a value, and whether the step passes a write.
struct Step {
  Value value;
  bool written;
};
} // namespace

/// The values whose buffer `value` occupies if its producer works in place.
static SmallVector<Step> stepBack(Value value) {
  if (auto arg = dyn_cast<BlockArgument>(value)) {
    auto loop = dyn_cast<LoopLikeOpInterface>(arg.getOwner()->getParentOp());
    if (!loop)
      return {};
    OpOperand *init = loop.getTiedLoopInit(arg);
    return init ? SmallVector<Step>{{init->get(), false}} : SmallVector<Step>{};
  }
  auto result = cast<OpResult>(value);
  Operation *op = result.getOwner();
  if (auto branch = dyn_cast<scf::IfOp>(op)) {
    SmallVector<Step> steps;
    for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
      if (!region->empty())
        steps.push_back({region->front().getTerminator()->getOperand(
                             result.getResultNumber()),
                         false});
    return steps;
  }
  if (auto loop = dyn_cast<LoopLikeOpInterface>(op)) {
    SmallVector<Step> steps;
    OpOperand *init = loop.getTiedLoopInit(result);
    if (!init)
      return steps;
    if (OpOperand *yielded =
            loop.getTiedLoopYieldedValue(loop.getTiedLoopRegionIterArg(init)))
      steps.push_back({yielded->get(), false});
    else
      steps.push_back({init->get(), true});
    return steps;
  }
  if (isa<CheckIndicesOp, CheckOffsetsOp, tensor::CastOp, tensor::ExpandShapeOp,
          tensor::CollapseShapeOp>(op))
    return {{op->getOperand(0), false}};
  SmallVector<OpOperand *> written = getWrittenOperands(op);
  if (result.getResultNumber() < written.size())
    return {{written[result.getResultNumber()]->get(), true}};
  return {};
}

SmallVector<TiedArgument> emb::findTiedArguments(Value value) {
  SmallVector<TiedArgument> found;
  llvm::SetVector<std::pair<Value, unsigned>> worklist;
  worklist.insert({value, false});
  for (size_t i = 0; i < worklist.size(); ++i) {
    auto [current, written] = worklist[i];
    for (Step step : stepBack(current))
      worklist.insert({step.value, written || step.written});
    auto arg = dyn_cast<BlockArgument>(current);
    if (arg && isa<func::FuncOp>(arg.getOwner()->getParentOp()) &&
        arg.getOwner()->isEntryBlock())
      found.push_back({arg, written != 0});
  }
  return found;
}

llvm::SmallPtrSet<Value, 8> emb::findWrittenArguments(func::FuncOp function) {
  llvm::SmallPtrSet<Value, 8> written;
  function.walk([&](func::ReturnOp op) {
    for (Value value : op.getOperands())
      if (isa<RankedTensorType>(value.getType()))
        for (TiedArgument tied : findTiedArguments(value))
          if (tied.written)
            written.insert(tied.argument);
  });
  return written;
}

llvm::SmallPtrSet<Value, 8> emb::findTableArguments(func::FuncOp function) {
  llvm::SmallPtrSet<Value, 8> tables;
  auto add = [&](Value value) {
    for (TiedArgument tied : findTiedArguments(value))
      tables.insert(tied.argument);
  };
  function.walk([&](Operation *op) {
    if (auto gather = dyn_cast<GatherOp>(op))
      add(gather.getTable());
    else if (auto bag = dyn_cast<BagOp>(op))
      add(bag.getTable());
    else if (auto dot = dyn_cast<GatherDotOp>(op))
      add(dot.getTable());
    else if (isa<RenormOp, ScatterAddOp, UpdateOp>(op))
      for (Value init : cast<DestinationStyleOpInterface>(op).getDpsInits())
        add(init);
  });
  return tables;
}

Operation *emb::getTopLevelAncestor(func::FuncOp function, Operation *op) {
  return function.getBody().front().findAncestorOpInBlock(*op);
}

Operation *emb::findFirstWrite(func::FuncOp function,
                               const llvm::SmallPtrSetImpl<Value> &arguments) {
  for (Operation &op : function.getBody().front()) {
    WalkResult result = op.walk([&](Operation *nested) {
      for (OpOperand *operand : getWrittenOperands(nested))
        for (TiedArgument tied : findTiedArguments(operand->get()))
          if (arguments.contains(tied.argument))
            return WalkResult::interrupt();
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return &op;
  }
  return nullptr;
}

std::string emb::describeArgument(BlockArgument argument) {
  std::string text = describeOrigin(argument);
  return text.empty() ? text : text.substr(2, text.size() - 3);
}

std::string emb::describeBytes(Type type) {
  auto shaped = dyn_cast<ShapedType>(type);
  if (!shaped || !shaped.hasStaticShape())
    return "";
  int64_t bits = shaped.getElementTypeBitWidth();
  return ", " + std::to_string(shaped.getNumElements() * bits / 8) + " bytes";
}
