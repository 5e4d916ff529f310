//===- ScheduleWrites.cpp - Reads of a table before its write -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Hoister.h"
#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::emb {
#define GEN_PASS_DEF_SCHEDULEWRITES
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Operations whose result is (part of) their first operand's buffer.
static bool isView(Operation *op) {
  return isa<CheckIndicesOp, CheckOffsetsOp, tensor::CastOp,
             tensor::CollapseShapeOp, tensor::ExpandShapeOp,
             tensor::ExtractSliceOp>(op);
}

/// Operations that read the elements of `value`, seen through views, as their
/// ancestors in `block`.
static llvm::SetVector<Operation *> findReaders(Value value, Block *block) {
  llvm::SetVector<Operation *> readers;
  SmallVector<Value> worklist{value};
  while (!worklist.empty()) {
    for (Operation *user : worklist.pop_back_val().getUsers()) {
      if (isa<tensor::DimOp>(user))
        continue;
      if (isView(user) && user->getBlock() == block) {
        worklist.push_back(user->getResult(0));
        continue;
      }
      if (Operation *ancestor = block->findAncestorOpInBlock(*user))
        readers.insert(ancestor);
    }
  }
  return readers;
}

/// Adds to `slice` the operations from `barrier` on that `op` needs, operands
/// first, then `op`. Fails where that includes `barrier` or a side effect.
static LogicalResult collectSlice(Operation *op, Operation *barrier,
                                  llvm::SetVector<Operation *> &slice) {
  if (slice.contains(op))
    return success();
  bool movable =
      isMemoryEffectFree(op) || isa<bufferization::AllocTensorOp>(op);
  if (op == barrier || !movable || op->hasTrait<OpTrait::IsTerminator>())
    return failure();
  WalkResult result = op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands()) {
      Operation *def = operand.getDefiningOp();
      if (!def || def->getBlock() != op->getBlock() ||
          def->isBeforeInBlock(barrier))
        continue;
      if (failed(collectSlice(def, barrier, slice)))
        return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  slice.insert(op);
  return success();
}

/// Moves `op`, with what it needs, before `barrier`.
static LogicalResult moveBefore(Operation *op, Operation *barrier) {
  llvm::SetVector<Operation *> slice;
  if (failed(collectSlice(op, barrier, slice)))
    return failure();
  for (Operation *needed : slice)
    needed->moveBefore(barrier);
  return success();
}

/// Destinations of the sizes of the outputs of `group`, right before it.
static FailureOr<SmallVector<Value>> createDestinations(GroupOp group) {
  OpBuilder builder(group);
  ReifiedRankedShapedTypeDims shapes;
  if (failed(reifyResultShapes(builder, group, shapes)))
    return group.emitOpError("has results whose sizes are not known");
  SmallVector<Value> destinations;
  for (auto [output, shape] : llvm::zip(group.getOutputs(), shapes)) {
    auto type = cast<RankedTensorType>(output.getType());
    SmallVector<Value> sizes;
    for (auto [position, size] : llvm::enumerate(shape))
      if (type.isDynamicDim(position))
        sizes.push_back(
            getValueOrCreateConstantIndexOp(builder, group.getLoc(), size));
    destinations.push_back(
        tensor::EmptyOp::create(builder, group.getLoc(), type, sizes));
  }
  return destinations;
}

/// Replaces `group` by one before the anchor of `hoister`, under the condition
/// that it has now: what it would sort otherwise may be no indices.
static LogicalResult recreateGroup(GroupOp group, Hoister &hoister) {
  if (failed(hoister.materializeOperands(group)))
    return failure();
  FailureOr<Value> condition = hoister.materializeCondition(group);
  if (failed(condition))
    return failure();
  OpBuilder &builder = hoister.getBuilder();
  auto hoisted = cast<GroupOp>(builder.clone(*group, hoister.getMapping()));
  Operation *results = hoisted;
  if (*condition) {
    SmallVector<Value> unused(hoisted.getInits());
    if (unused.empty()) {
      FailureOr<SmallVector<Value>> destinations = createDestinations(hoisted);
      if (failed(destinations))
        return failure();
      unused = *destinations;
      hoisted.getInitsMutable().assign(unused);
    }
    results = scf::IfOp::create(
        builder, group.getLoc(), *condition,
        [&](OpBuilder &b, Location loc) {
          hoisted->moveBefore(b.getBlock(), b.getBlock()->end());
          scf::YieldOp::create(b, loc, hoisted->getResults());
        },
        [&](OpBuilder &b, Location loc) {
          unused.push_back(arith::ConstantIndexOp::create(b, loc, 0));
          scf::YieldOp::create(b, loc, unused);
        });
  }
  group->replaceAllUsesWith(results);
  group->erase();
  hoister.eraseUnusedOriginals();
  return success();
}

namespace {
struct ScheduleWritesPass
    : public emb::impl::ScheduleWritesBase<ScheduleWritesPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    function.walk([&](Block *block) { scheduleBlock(block); });
    if (failed(hoistGroups(function)))
      signalPassFailure();
  }

  /// Moves reads before writes until nothing moves. Two writes that read each
  /// other's old value would go round for ever, so the rounds are bounded.
  void scheduleBlock(Block *block) {
    for (size_t round = 0, end = block->getOperations().size(); round < end;
         ++round) {
      bool changed = false;
      SmallVector<Operation *> writes;
      for (Operation &op : *block)
        if (writesTensor(&op))
          writes.push_back(&op);
      for (Operation *write : writes)
        changed |= scheduleWrite(write);
      if (!changed)
        return;
    }
  }

  /// Moves the reads of what `write` overwrites before it.
  bool scheduleWrite(Operation *write) {
    unsigned moved = 0, left = 0;
    for (OpOperand *written : getWrittenOperands(write)) {
      if (findTiedArguments(written->get()).empty())
        continue;
      for (Operation *reader : findReaders(written->get(), write->getBlock())) {
        if (!write->isBeforeInBlock(reader))
          continue;
        if (succeeded(moveBefore(reader, write)))
          ++moved;
        else
          ++left;
      }
    }
    if (moved > 0)
      remark::passed(
          write->getLoc(),
          remark::RemarkOpts::name("ReadsMoved").category(getArgument()))
          << "reads of the old table moved before the write"
          << remark::metric("moved", moved);
    if (left > 0)
      remark::missed(
          write->getLoc(),
          remark::RemarkOpts::name("ReadsLeft").category(getArgument()))
          << "reads of the old table that need the new one stay after the "
             "write"
          << remark::metric("left", left);
    return moved > 0;
  }

  /// A group acquires memory, so it comes before the first write.
  LogicalResult hoistGroups(func::FuncOp function) {
    llvm::SmallPtrSet<Value, 8> written = findWrittenArguments(function);
    Operation *firstWrite = findFirstWrite(function, written);
    if (!firstWrite)
      return success();
    SmallVector<GroupOp> groups;
    function.walk([&](GroupOp group) { groups.push_back(group); });
    for (GroupOp group : groups) {
      Operation *top = getTopLevelAncestor(function, group);
      if (top->isBeforeInBlock(firstWrite) ||
          (top == group && succeeded(moveBefore(group, firstWrite))))
        continue;
      Hoister hoister(function, firstWrite, written);
      if (failed(recreateGroup(group, hoister))) {
        hoister.undo();
        return refuse(group, firstWrite, hoister);
      }
    }
    return success();
  }

  LogicalResult refuse(GroupOp group, Operation *firstWrite,
                       const Hoister &hoister) {
    InFlightDiagnostic diag =
        group.emitOpError("acquires memory after the first write to an "
                          "argument and cannot be moved before it: it ")
        << hoister.getReason();
    diag.attachNote(firstWrite->getLoc()) << "the first write is here";
    if (Value blame = hoister.getBlame())
      diag.attachNote(blame.getLoc()) << "the value is computed here";
    diag.attachNote(group.getLoc())
        << "compute its indices from values that are known before the first "
           "write, or make what writes a function of its own, to be called "
           "for each step";
    return diag;
  }
};
} // namespace
