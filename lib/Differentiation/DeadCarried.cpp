//===- DeadCarried.cpp - What loops carry for nothing ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeadCarried.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::emb;

/// The values that `op` uses, itself or in its regions.
static void addUsed(Operation *op, llvm::SetVector<Value> &used) {
  op->walk([&](Operation *inner) {
    used.insert(inner->operand_begin(), inner->operand_end());
  });
}

/// What has an influence outside of the body of `loop` or on what has.
static llvm::SetVector<Value> findLive(scf::ForOp loop) {
  llvm::SetVector<Value> live;
  auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
  for (OpOperand &yielded : yield->getOpOperands())
    if (!loop.getResult(yielded.getOperandNumber()).use_empty())
      live.insert(yielded.get());
  for (Operation &op : loop.getBody()->without_terminator())
    if (!wouldOpBeTriviallyDead(&op))
      addUsed(&op, live);
  for (size_t next = 0; next < live.size(); ++next) {
    Value value = live[next];
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument && argument.getOwner() == loop.getBody()) {
      if (OpOperand *yielded = loop.getTiedLoopYieldedValue(argument))
        live.insert(yielded->get());
    } else if (Operation *op = value.getDefiningOp()) {
      if (Operation *inBody = loop.getBody()->findAncestorOpInBlock(*op))
        addUsed(inBody, live);
    }
  }
  return live;
}

bool emb::releaseDeadCarried(func::FuncOp function) {
  bool released = false;
  function.walk([&](scf::ForOp loop) {
    llvm::SetVector<Value> live = findLive(loop);
    auto yield = cast<scf::YieldOp>(loop.getBody()->getTerminator());
    for (OpOperand &yielded : yield->getOpOperands()) {
      unsigned number = yielded.getOperandNumber();
      BlockArgument argument = loop.getRegionIterArg(number);
      if (!loop.getResult(number).use_empty() || live.contains(argument) ||
          yielded.get() == argument)
        continue;
      yielded.set(argument);
      released = true;
    }
  });
  return released;
}
