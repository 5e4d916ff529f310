//===- HoistChecks.cpp - Checks before the first write --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Hoister.h"
#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/LoopLikeInterface.h"

namespace mlir::emb {
#define GEN_PASS_DEF_HOISTCHECKS
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

static bool isCheck(Operation *op) {
  return isa<CheckIndicesOp, CheckOffsetsOp, CheckEqualOp>(op);
}

/// Operations that return (part of) their first operand, in another shape.
static bool isSliceOrReshape(Operation *op) {
  return isa<tensor::ExtractSliceOp, tensor::CastOp, tensor::CollapseShapeOp,
             tensor::ExpandShapeOp>(op);
}

namespace {

/// Recreates one check, with what it needs, before an operation of the entry
/// block of its function.
class CheckHoister {
public:
  CheckHoister(func::FuncOp function, Operation *check, Operation *anchor,
               const llvm::SmallPtrSetImpl<Value> &written)
      : check(check), hoister(function, anchor, written),
        builder(hoister.getBuilder()) {}

  /// Replaces the check. On failure, nothing has changed and `getHoister` says
  /// why.
  LogicalResult run() {
    if (succeeded(hoist()))
      return success();
    hoister.undo();
    return failure();
  }

  const Hoister &getHoister() const { return hoister; }

private:
  LogicalResult hoist();
  LogicalResult prepareOperands();
  FailureOr<Value> findWhole(Value slice);
  Value resliceWhole(Value slice, Value whole, Value checkedWhole);

  Operation *check;
  Hoister hoister;
  OpBuilder &builder;
  /// What is checked in place of the first operand: that, or the tensor of
  /// which it is a part. Null for a check without result.
  Value whole;
};

} // namespace

/// `slice`, or in a loop the tensor from outside all loops of which it is a
/// part.
FailureOr<Value> CheckHoister::findWhole(Value slice) {
  bool isInLoop = check->getParentOfType<LoopLikeOpInterface>() != nullptr;
  Value whole = slice;
  while (true) {
    FailureOr<Value> outside = hoister.materialize(whole);
    if (succeeded(outside)) {
      hoister.map(slice, *outside);
      return whole;
    }
    Operation *op = whole.getDefiningOp();
    if (!isInLoop || !op || !(isSliceOrReshape(op) || isCheck(op)))
      return failure();
    whole = op->getOperand(0);
  }
}

/// Clones the chain from `whole` to `slice` right before the check, starting
/// at `checkedWhole`.
Value CheckHoister::resliceWhole(Value slice, Value whole, Value checkedWhole) {
  if (slice == whole)
    return checkedWhole;
  Operation *op = slice.getDefiningOp();
  Value source = resliceWhole(op->getOperand(0), whole, checkedWhole);
  if (isCheck(op))
    return source;
  OpBuilder inPlace(check);
  Operation *copy = inPlace.clone(*op);
  copy->setOperand(0, source);
  return copy->getResult(0);
}

LogicalResult CheckHoister::prepareOperands() {
  if (isa<CheckIndicesOp>(check)) {
    FailureOr<Value> found = findWhole(check->getOperand(0));
    if (failed(found))
      return failure();
    whole = *found;
  } else if (check->getNumResults() > 0) {
    whole = check->getOperand(0);
  }
  return hoister.materializeOperands(check);
}

LogicalResult CheckHoister::hoist() {
  if (failed(prepareOperands()))
    return failure();
  FailureOr<Value> condition = hoister.materializeCondition(check);
  if (failed(condition))
    return failure();

  Location loc = check->getLoc();
  IRMapping &mapping = hoister.getMapping();
  Value unchecked = whole ? mapping.lookup(check->getOperand(0)) : Value();
  auto recreate = [&](OpBuilder &b) -> Value {
    Operation *copy = b.clone(*check, mapping);
    if (!whole)
      return {};
    // The whole may have another type than the part.
    copy->getResult(0).setType(unchecked.getType());
    return copy->getResult(0);
  };
  Value checked;
  if (!*condition) {
    checked = recreate(builder);
  } else if (whole) {
    checked = scf::IfOp::create(
                  builder, loc, *condition,
                  [&](OpBuilder &b, Location l) {
                    scf::YieldOp::create(b, l, recreate(b));
                  },
                  [&](OpBuilder &b, Location l) {
                    scf::YieldOp::create(b, l, unchecked);
                  })
                  .getResult(0);
  } else {
    scf::IfOp::create(builder, loc, *condition, [&](OpBuilder &b, Location l) {
      recreate(b);
      scf::YieldOp::create(b, l);
    });
  }
  if (whole)
    check->getResult(0).replaceAllUsesWith(
        resliceWhole(check->getOperand(0), whole, checked));
  check->erase();
  hoister.eraseUnusedOriginals();
  return success();
}

namespace {
struct HoistChecksPass : public emb::impl::HoistChecksBase<HoistChecksPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    llvm::SmallPtrSet<Value, 8> written = findWrittenArguments(function);
    Operation *firstWrite = findFirstWrite(function, written);
    SmallVector<Operation *> checks;
    function.walk([&](Operation *op) {
      auto equal = dyn_cast<CheckEqualOp>(op);
      if (equal && equal.getFound() == equal.getExpected())
        op->erase();
      else if (isCheck(op))
        checks.push_back(op);
    });

    Operation *firstGroup = findFirstGroup(function);
    unsigned hoisted = 0;
    for (Operation *check : checks) {
      SmallVector<Operation *> anchors =
          findAnchors(function, check, firstWrite, firstGroup);
      if (anchors.empty())
        continue;
      std::optional<CheckHoister> hoister;
      bool done = llvm::any_of(anchors, [&](Operation *anchor) {
        hoister.emplace(function, check, anchor, written);
        return succeeded(hoister->run());
      });
      hoisted += done;
      if (done)
        continue;
      if (anchors.back() == firstWrite)
        return refuse(check, firstWrite, hoister->getHoister());
      remark::missed(
          check->getLoc(),
          remark::RemarkOpts::name("CheckStays").category(getArgument()))
          << hoister->getHoister().getReason();
    }
    remark::passed(function.getLoc(), remark::RemarkOpts::name("ChecksHoisted")
                                          .category(getArgument())
                                          .function(function.getName()))
        << remark::metric("checks", checks.size())
        << remark::metric("hoisted", hoisted);
  }

  /// The first operation of the entry block that sorts indices.
  static Operation *findFirstGroup(func::FuncOp function) {
    for (Operation &op : function.getBody().front())
      if (op.walk([](GroupOp) {
              return WalkResult::interrupt();
            }).wasInterrupted())
        return &op;
    return nullptr;
  }

  /// The places before which `check` is wanted, best first; none where it may
  /// stay. It must come before the first write, if that is among them.
  static SmallVector<Operation *> findAnchors(func::FuncOp function,
                                              Operation *check,
                                              Operation *firstWrite,
                                              Operation *firstGroup) {
    SmallVector<Operation *> anchors;
    Operation *top = getTopLevelAncestor(function, check);
    for (Operation *anchor : {firstGroup, firstWrite})
      if (anchor && !top->isBeforeInBlock(anchor))
        anchors.push_back(anchor);
    if (anchors.size() == 2 && firstWrite->isBeforeInBlock(firstGroup))
      anchors.erase(anchors.begin());
    if (anchors.empty() && check->getParentOfType<LoopLikeOpInterface>())
      anchors.push_back(top);
    return anchors;
  }

  void refuse(Operation *check, Operation *firstWrite, const Hoister &hoister) {
    InFlightDiagnostic diag =
        check->emitError()
        << check->getAttrOfType<StringAttr>("label").getValue()
        << " cannot be checked before the first write "
           "to an argument: it "
        << hoister.getReason();
    diag.attachNote(firstWrite->getLoc()) << "the first write is here";
    if (Value blame = hoister.getBlame())
      diag.attachNote(blame.getLoc()) << "the value is computed here";
    signalPassFailure();
  }
};
} // namespace
