//===- FuseElementwise.cpp - Maps into what reads them --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FuseElementwise/Fusion.h"
#include "TileContractions/Contraction.h"
#include "emb/Conversion/EntryPoints.h"
#include "emb/Conversion/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_FUSEELEMENTWISE
#include "emb/Conversion/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Operations that may be computed once more so that a tensor is not made.
static constexpr int64_t kMaxRepeated = 16;
/// Inputs of a map that may be read once more.
static constexpr int64_t kMaxRead = 5;

namespace {
class Fuser {
public:
  explicit Fuser(func::FuncOp function)
      : function(function), rewriter(function.getContext()) {}
  void run();

private:
  void dropUnitLoops();
  /// Merges maps into `op` until there is none.
  void fuseInto(linalg::LinalgOp op);
  /// The operation with what `operand` of `op` is computed by in its body.
  linalg::LinalgOp tryFuse(linalg::LinalgOp op, OpOperand *operand);
  /// Why `producer` stays though `use` alone could be merged.
  std::string whyKeep(linalg::LinalgOp producer, OpOperand &use);
  void erase(Operation *op);

  func::FuncOp function;
  IRRewriter rewriter;
};

struct FuseElementwise
    : public emb::impl::FuseElementwiseBase<FuseElementwise> {
  void runOnOperation() override { Fuser(getOperation()).run(); }
};
} // namespace

template <typename OpTy>
static SmallVector<OpTy> collect(func::FuncOp function) {
  SmallVector<OpTy> ops;
  function.walk([&](OpTy op) { ops.push_back(op); });
  return ops;
}

/// collapse(expand(x)) -> x, where that is of the same shape.
static Value lookThroughReshapes(Value value) {
  auto collapse = value.getDefiningOp<tensor::CollapseShapeOp>();
  if (!collapse)
    return value;
  auto expand = collapse.getSrc().getDefiningOp<tensor::ExpandShapeOp>();
  bool isSame =
      expand && expand.getSrcType() == collapse.getResultType() &&
      expand.getReassociationIndices() == collapse.getReassociationIndices();
  return isSame ? expand.getSrc() : value;
}

/// Loops of one iteration are only in the way: `?x1` and `?` are other shapes.
void Fuser::dropUnitLoops() {
  for (linalg::GenericOp op : collect<linalg::GenericOp>(function)) {
    bool isOnFreshMemory = llvm::all_of(op.getDpsInits(), [](Value init) {
      Operation *def = init.getDefiningOp();
      return isa_and_nonnull<tensor::EmptyOp, linalg::FillOp>(def);
    });
    if (!op.hasPureTensorSemantics() || !isOnFreshMemory ||
        op.hasIndexSemantics() ||
        !llvm::is_contained(op.getStaticLoopRanges(), 1))
      continue;
    rewriter.setInsertionPoint(op);
    FailureOr<linalg::DropUnitDimsResult> dropped =
        linalg::dropUnitDims(rewriter, op, linalg::ControlDropUnitDims());
    if (succeeded(dropped))
      rewriter.replaceOp(op, dropped->replacements);
  }
  for (linalg::LinalgOp op : collect<linalg::LinalgOp>(function))
    for (OpOperand *input : op.getDpsInputOperands())
      input->set(lookThroughReshapes(input->get()));
  // Reshapes that are left over would be readers.
  SmallVector<Operation *> ops;
  function.walk([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : llvm::reverse(ops))
    if (isOpTriviallyDead(op))
      rewriter.eraseOp(op);
}

std::string Fuser::whyKeep(linalg::LinalgOp producer, OpOperand &use) {
  bool repeats = !llvm::hasSingleElement(producer->getUses());
  bool isBroadcast = !mapsAllLoops(use);
  if (!repeats && !isBroadcast)
    return "";
  int64_t cost = getCost(producer);
  if (cost == 0)
    return "";
  if (cost > kMaxRepeated)
    return "what it computes takes long";
  if (!repeats)
    return "";
  int64_t numUses = std::distance(producer->use_begin(), producer->use_end());
  if ((numUses - 1) * cost > kMaxRepeated)
    return "it would be computed again too often";
  if (producer.getNumDpsInputs() > kMaxRead)
    return "it reads too much to do so again";
  if (readsArgument(producer))
    return "it would read an argument of the function again";
  for (OpOperand &other : producer->getUses())
    if (std::string reason = whyNotFusable(producer, other); !reason.empty())
      return "the tensor is needed in any case: " + reason;
  return "";
}

void Fuser::erase(Operation *op) {
  SmallVector<Value> operands(op->getOperands());
  rewriter.eraseOp(op);
  for (Value operand : operands)
    if (Operation *def = operand.getDefiningOp(); def && isOpTriviallyDead(def))
      erase(def);
}

linalg::LinalgOp Fuser::tryFuse(linalg::LinalgOp op, OpOperand *operand) {
  if (std::optional<FillValue> fill = getFillValue(operand->get())) {
    if (!whyNotFill(op, *operand).empty())
      return nullptr;
    rewriter.setInsertionPoint(op);
    linalg::LinalgOp merged = mergeFill(rewriter, op, *operand, *fill);
    erase(op);
    return merged;
  }
  auto producer = operand->get().getDefiningOp<linalg::LinalgOp>();
  if (!producer)
    return nullptr;
  std::string reason = whyNotFusable(producer, *operand);
  if (reason.empty())
    reason = whyKeep(producer, *operand);
  auto options = [&](StringRef name) {
    return remark::RemarkOpts::name(name)
        .category("emb-fuse-elementwise")
        .function(function.getName());
  };
  if (!reason.empty()) {
    remark::missed(op.getLoc(), options("MapNotFused"))
        << remark::reason("{0}", reason);
    return nullptr;
  }
  rewriter.setInsertionPoint(op);
  int64_t numUses = std::distance(producer->use_begin(), producer->use_end());
  linalg::LinalgOp merged = mergeProducer(rewriter, op, *operand);
  remark::passed(op.getLoc(), options("MapFused"))
      << remark::metric("Operations", getCost(producer))
      << remark::metric("UsesOfMap", numUses)
      << remark::metric("OperationsTogether", getCost(merged));
  erase(op);
  return merged;
}

void Fuser::fuseInto(linalg::LinalgOp op) {
  bool isMerged = true;
  while (isMerged) {
    isMerged = false;
    for (OpOperand *operand : op.getDpsInputOperands()) {
      linalg::LinalgOp merged = tryFuse(op, operand);
      if (!merged)
        continue;
      op = merged;
      isMerged = true;
      break;
    }
  }
}

void Fuser::run() {
  dropUnitLoops();
  // In the order of the program: what is merged into an operation has taken in
  // what it reads itself. An operation that is erased was merged into a later
  // one, so those that are still to come all exist.
  for (linalg::LinalgOp op : collect<linalg::LinalgOp>(function))
    if (op.hasPureTensorSemantics() && isConsumer(op))
      fuseInto(op);
}
