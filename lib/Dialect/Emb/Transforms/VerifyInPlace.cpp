//===- VerifyInPlace.cpp - Refuse to copy a table -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_VERIFYINPLACE
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// The table argument that `value` continues, if any.
static BlockArgument findTable(Value value,
                               const llvm::SmallPtrSetImpl<Value> &tables) {
  for (TiedArgument tied : findTiedArguments(value))
    if (tables.contains(tied.argument))
      return tied.argument;
  return {};
}

/// A use of the value of `written`, or of a view of it, that follows the write
/// in the text.
static Operation *findLaterUse(OpOperand &written) {
  Operation *write = written.getOwner();
  SmallVector<Value> worklist{written.get()};
  while (!worklist.empty())
    for (OpOperand &use : worklist.pop_back_val().getUses()) {
      Operation *user = use.getOwner();
      if (&use == &written || isa<tensor::DimOp>(user))
        continue;
      if (isa<tensor::CastOp, tensor::ExtractSliceOp, tensor::CollapseShapeOp,
              tensor::ExpandShapeOp>(user))
        worklist.push_back(user->getResult(0));
      Operation *ancestor = write->getBlock()->findAncestorOpInBlock(*user);
      if (user == write || (ancestor && write->isBeforeInBlock(ancestor)))
        return user;
    }
  return nullptr;
}

/// `what` is "the table of " or nothing.
static void reportCopy(OpOperand &operand, StringRef what,
                       BlockArgument argument) {
  Operation *op = operand.getOwner();
  Type type = operand.get().getType();
  InFlightDiagnostic diag = op->emitError()
                            << "'" << op->getName() << "' would copy " << what
                            << describeArgument(argument) << " (" << type
                            << describeBytes(type) << ")";
  if (Operation *later = findLaterUse(operand))
    diag.attachNote(later->getLoc())
        << "'" << later->getName() << "' still needs the value from before";
  else
    diag.attachNote(argument.getLoc())
        << "the function does not return the new value, so the argument must "
           "keep its old one";
  diag.attachNote(op->getLoc())
      << "ask for a copy with bufferization.alloc_tensor() copy(...)";
}

namespace {
struct VerifyInPlacePass
    : public emb::impl::VerifyInPlaceBase<VerifyInPlacePass> {
  void runOnOperation() override {
    bufferization::OneShotBufferizationOptions options =
        getBufferizationOptions();
    bufferization::OneShotAnalysisState state(getOperation(), options);
    if (failed(bufferization::analyzeModuleOp(getOperation(), state)))
      return signalPassFailure();
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal() && failed(verify(function, state)))
        signalPassFailure();
  }

  LogicalResult verify(func::FuncOp function,
                       bufferization::OneShotAnalysisState &state) {
    llvm::SmallPtrSet<Value, 8> tables = findTableArguments(function);
    unsigned inPlace = 0;
    bool copies = false;
    function.walk([&](Operation *op) {
      if (auto copy = dyn_cast<bufferization::AllocTensorOp>(op)) {
        if (copy.getCopy())
          remarkCopy(copy, tables);
        return;
      }
      for (OpOperand &operand : op->getOpOperands()) {
        if (!isa<RankedTensorType>(operand.get().getType()))
          continue;
        BlockArgument table = findTable(operand.get(), tables);
        if (!table || !state.bufferizesToMemoryWrite(operand))
          continue;
        if (state.isInPlace(operand)) {
          ++inPlace;
          continue;
        }
        reportCopy(operand, "the table of ", table);
        copies = true;
      }
    });
    function.walk([&](func::ReturnOp op) {
      for (Value value : op.getOperands())
        copies |= failed(verifyReturned(value, tables, state));
    });
    remark::passed(function.getLoc(), remark::RemarkOpts::name("InPlace")
                                          .category(getArgument())
                                          .function(function.getName()))
        << remark::metric("writes", inPlace)
        << remark::metric("tables", tables.size());
    return failure(copies);
  }

  /// Whether the argument whose new value `value` is has that value after the
  /// call: every write on the way from one to the other is in place. Tables are
  /// left out.
  LogicalResult verifyReturned(Value value,
                               const llvm::SmallPtrSetImpl<Value> &tables,
                               bufferization::OneShotAnalysisState &state) {
    while (auto op = value.getDefiningOp<DestinationStyleOpInterface>()) {
      if (!isa<RankedTensorType>(value.getType()))
        return success();
      OpOperand &operand = *op.getTiedOpOperand(cast<OpResult>(value));
      value = operand.get();
      SmallVector<TiedArgument> tied = findTiedArguments(value);
      if (tied.empty() || findTable(value, tables) || state.isInPlace(operand))
        continue;
      reportCopy(operand, "", tied.front().argument);
      return failure();
    }
    return success();
  }

  void remarkCopy(bufferization::AllocTensorOp copy,
                  const llvm::SmallPtrSetImpl<Value> &tables) {
    BlockArgument table = findTable(copy.getCopy(), tables);
    if (!table)
      return;
    remark::analysis(
        copy.getLoc(),
        remark::RemarkOpts::name("ExplicitCopy").category(getArgument()))
        << "copies the table of " + describeArgument(table) +
               describeBytes(copy.getType());
  }
};
} // namespace
