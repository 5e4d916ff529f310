//===- HoistChecks.cpp - Checks before the first write --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableFlow.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/IRMapping.h"
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
      : function(function), check(check), anchor(anchor), written(written),
        builder(anchor), dominance(function) {}

  /// Replaces the check. On failure, nothing has changed and `getReason` says
  /// why.
  LogicalResult run() {
    Operation *firstNew = anchor->getPrevNode();
    if (succeeded(hoist()))
      return success();
    while (anchor->getPrevNode() != firstNew)
      anchor->getPrevNode()->erase();
    return failure();
  }

  StringRef getReason() const { return reason; }
  Value getBlame() const { return blame; }

private:
  LogicalResult hoist();
  FailureOr<Value> materialize(Value value);
  FailureOr<Operation *> enterConditions();
  FailureOr<Value> findWhole(Value slice);
  Value resliceWhole(Value slice, Value whole, Value checkedWhole);

  LogicalResult refuse(const Twine &why, Value value) {
    reason = why.str();
    blame = value;
    return failure();
  }

  func::FuncOp function;
  Operation *check;
  Operation *anchor;
  const llvm::SmallPtrSetImpl<Value> &written;
  OpBuilder builder;
  DominanceInfo dominance;
  IRMapping mapping;
  std::string reason;
  Value blame;
};

} // namespace

/// The value before the anchor that equals `value`; clones what computes it.
FailureOr<Value> CheckHoister::materialize(Value value) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  if (dominance.properlyDominates(value, anchor))
    return value;
  Operation *op = value.getDefiningOp();
  if (!op) {
    (void)refuse("depends on a value that a loop carries", value);
    return failure();
  }
  for (OpOperand *operand : getWrittenOperands(op))
    for (TiedArgument tied : findTiedArguments(operand->get()))
      if (written.contains(tied.argument)) {
        (void)refuse("depends on " + describeArgument(tied.argument) +
                         ", which this function writes",
                     value);
        return failure();
      }
  if (!isMemoryEffectFree(op)) {
    (void)refuse("depends on '" + op->getName().getStringRef() +
                     "', which has side effects",
                 value);
    return failure();
  }
  SetVector<Value> needed(op->operand_begin(), op->operand_end());
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
  return mapping.lookup(value);
}

/// Recreates the `scf.if` operations around the check, outermost first, and
/// moves the builder into the innermost one. Returns the outermost, or null.
FailureOr<Operation *> CheckHoister::enterConditions() {
  SmallVector<std::pair<scf::IfOp, bool>> conditions;
  for (Operation *op = check; op->getParentOp() != function;
       op = op->getParentOp()) {
    if (auto branch = dyn_cast<scf::IfOp>(op->getParentOp()))
      conditions.push_back(
          {branch, op->getParentRegion() == &branch.getThenRegion()});
    else if (!isa<LoopLikeOpInterface>(op->getParentOp()))
      return (void)refuse("is inside '" +
                              op->getParentOp()->getName().getStringRef() +
                              "', which is neither a loop nor a branch",
                          Value()),
             failure();
  }
  if (conditions.empty())
    return nullptr;

  // One condition that is true where all of them hold.
  Location loc = check->getLoc();
  Value all;
  for (auto [branch, inThen] : llvm::reverse(conditions)) {
    FailureOr<Value> condition = materialize(branch.getCondition());
    if (failed(condition))
      return failure();
    Value holds = *condition;
    if (!inThen) {
      Value yes = arith::ConstantIntOp::create(builder, loc, 1, 1);
      holds = arith::XOrIOp::create(builder, loc, holds, yes);
    }
    all = all ? arith::AndIOp::create(builder, loc, all, holds).getResult()
              : holds;
  }
  TypeRange results;
  SmallVector<Type> types;
  if (check->getNumResults() > 0) {
    types.push_back(mapping.lookup(check->getOperand(0)).getType());
    results = types;
  }
  auto guarded = scf::IfOp::create(builder, loc, results, all,
                                   /*withElseRegion=*/!types.empty());
  return guarded.getOperation();
}

/// The tensor from outside all loops of which `slice` is a part.
FailureOr<Value> CheckHoister::findWhole(Value slice) {
  Value whole = slice;
  while (true) {
    FailureOr<Value> outside = materialize(whole);
    if (succeeded(outside)) {
      mapping.map(whole, *outside);
      return whole;
    }
    Operation *op = whole.getDefiningOp();
    if (!op || !(isSliceOrReshape(op) || isCheck(op)))
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

LogicalResult CheckHoister::hoist() {
  Value checkedOperand;
  Value whole;
  if (check->getNumResults() > 0) {
    checkedOperand = check->getOperand(0);
    FailureOr<Value> found = isa<CheckIndicesOp>(check)
                                 ? findWhole(checkedOperand)
                                 : materialize(checkedOperand);
    if (failed(found))
      return failure();
    whole = isa<CheckIndicesOp>(check) ? *found : checkedOperand;
    mapping.map(checkedOperand, mapping.lookupOrDefault(
                                    isa<CheckIndicesOp>(check) ? whole : *found));
  }
  for (Value operand : check->getOperands()) {
    FailureOr<Value> hoisted = materialize(operand);
    if (failed(hoisted))
      return failure();
    mapping.map(operand, *hoisted);
  }
  FailureOr<Operation *> guarded = enterConditions();
  if (failed(guarded))
    return failure();

  Location loc = check->getLoc();
  if (auto branch = dyn_cast_or_null<scf::IfOp>(*guarded))
    builder.setInsertionPointToStart(branch.thenBlock());
  SmallVector<Value> operands;
  for (Value operand : check->getOperands())
    operands.push_back(mapping.lookup(operand));
  OperationState state(loc, check->getName());
  state.addOperands(operands);
  state.addAttributes(check->getAttrs());
  if (check->getNumResults() > 0)
    state.addTypes(operands.front().getType());
  Operation *hoisted = builder.create(state);

  if (check->getNumResults() > 0) {
    Value checked = hoisted->getResult(0);
    if (auto branch = dyn_cast_or_null<scf::IfOp>(*guarded)) {
      scf::YieldOp::create(builder, loc, checked);
      builder.setInsertionPointToStart(branch.elseBlock());
      scf::YieldOp::create(builder, loc, operands.front());
      checked = branch.getResult(0);
    }
    check->getResult(0).replaceAllUsesWith(
        resliceWhole(checkedOperand, whole, checked));
  }
  check->erase();
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
      if (isCheck(op))
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
        return refuse(check, firstWrite, *hoister);
      remark::missed(check->getLoc(), remark::RemarkOpts::name("CheckStays")
                                          .category(getArgument()))
          << hoister->getReason();
    }
    remark::passed(function.getLoc(),
                   remark::RemarkOpts::name("ChecksHoisted")
                       .category(getArgument())
                       .function(function.getName()))
        << remark::metric("checks", checks.size())
        << remark::metric("hoisted", hoisted);
  }

  /// The first operation of the entry block that sorts indices.
  static Operation *findFirstGroup(func::FuncOp function) {
    for (Operation &op : function.getBody().front())
      if (op.walk([](GroupOp) { return WalkResult::interrupt(); })
              .wasInterrupted())
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

  void refuse(Operation *check, Operation *firstWrite,
              const CheckHoister &hoister) {
    InFlightDiagnostic diag = check->emitError()
                              << check->getAttrOfType<StringAttr>("label")
                                     .getValue()
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
