//===- HoistAllocations.cpp - Workspaces before the first write -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::emb {
#define GEN_PASS_DEF_HOISTALLOCATIONS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Whether `value` may be memory of a written argument of `function`: its view,
/// or a value whose origin is not known.
static bool mayBeWrittenArgument(func::FuncOp function,
                                 const BufferViewFlowAnalysis &flow,
                                 Value value) {
  return llvm::any_of(flow.resolveReverse(value), [&](Value origin) {
    auto arg = dyn_cast<BlockArgument>(origin);
    if (arg && arg.getOwner()->getParentOp() == function)
      return function.getArgAttr(arg.getArgNumber(), kWrittenAttr) != nullptr;
    return flow.mayBeTerminalBuffer(origin) &&
           !isa_and_nonnull<memref::AllocOp, memref::AllocaOp,
                            memref::GetGlobalOp>(origin.getDefiningOp());
  });
}

/// Whether `op` itself may write a written argument of `function`.
static bool mayWriteArgument(func::FuncOp function,
                             const BufferViewFlowAnalysis &flow,
                             Operation *op) {
  auto interface = dyn_cast<MemoryEffectOpInterface>(op);
  if (!interface)
    return !op->hasTrait<OpTrait::HasRecursiveMemoryEffects>() &&
           !op->hasTrait<OpTrait::IsTerminator>();
  SmallVector<MemoryEffects::EffectInstance> effects;
  interface.getEffects(effects);
  return llvm::any_of(effects, [&](MemoryEffects::EffectInstance &effect) {
    if (!isa<MemoryEffects::Write>(effect.getEffect()) ||
        effect.getResource() != SideEffects::DefaultResource::get())
      return false;
    Value value = effect.getValue();
    return !value || mayBeWrittenArgument(function, flow, value);
  });
}

/// Whether `op` runs at most once each time `block` does: nothing but branches
/// lies between them.
static bool runsAtMostOnce(Operation *op, Block *block) {
  while (op && op->getBlock() != block) {
    op = op->getParentOp();
    if (!isa_and_nonnull<scf::IfOp>(op))
      return false;
  }
  return op != nullptr;
}

/// Adds `op` and what it needs from `barrier` on to `slice`, operands first.
/// Fails where something needed reads memory, is in a loop or is the barrier.
static LogicalResult collectSlice(Operation *op, Operation *barrier,
                                  llvm::SetVector<Operation *> &slice) {
  if (slice.contains(op))
    return success();
  bool movable = isa<memref::AllocOp>(op) || isPure(op);
  if (op == barrier || !movable || !runsAtMostOnce(op, barrier->getBlock()))
    return failure();
  for (Value operand : op->getOperands()) {
    Operation *def = operand.getDefiningOp();
    if (!def || (def->getBlock() == barrier->getBlock() &&
                 def->isBeforeInBlock(barrier)))
      continue;
    if (failed(collectSlice(def, barrier, slice)))
      return failure();
  }
  slice.insert(op);
  return success();
}

namespace {
struct HoistAllocationsPass
    : public emb::impl::HoistAllocationsBase<HoistAllocationsPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    Operation *firstWrite = findFirstMemoryWrite(function);
    if (!firstWrite)
      return;
    SmallVector<memref::AllocOp> allocations;
    function.walk([&](memref::AllocOp op) { allocations.push_back(op); });
    unsigned moved = 0;
    for (memref::AllocOp op : allocations) {
      Operation *top = getTopLevelAncestor(function, op);
      if (top->isBeforeInBlock(firstWrite))
        continue;
      llvm::SetVector<Operation *> slice;
      if (failed(collectSlice(op, firstWrite, slice))) {
        InFlightDiagnostic diag = op.emitOpError(
            "acquires memory after the first write to an argument and cannot "
            "be moved before it");
        diag.attachNote(firstWrite->getLoc()) << "the first write is here";
        return signalPassFailure();
      }
      for (Operation *needed : slice)
        needed->moveBefore(firstWrite);
      ++moved;
    }
    remark::passed(function.getLoc(),
                   remark::RemarkOpts::name("AllocationsHoisted")
                       .category(getArgument())
                       .function(function.getName()))
        << remark::metric("allocations", allocations.size())
        << remark::metric("hoisted", moved);
  }

  /// The first operation of the entry block that may write a written argument,
  /// itself or in a region; null where there is none.
  static Operation *findFirstMemoryWrite(func::FuncOp function) {
    BufferViewFlowAnalysis flow(function);
    for (Operation &op : function.getBody().front())
      if (op.walk([&](Operation *inner) {
              return mayWriteArgument(function, flow, inner)
                         ? WalkResult::interrupt()
                         : WalkResult::advance();
            }).wasInterrupted())
        return &op;
    return nullptr;
  }
};
} // namespace
