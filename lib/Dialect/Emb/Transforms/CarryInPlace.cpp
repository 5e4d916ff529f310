//===- CarryInPlace.cpp - What a loop carries stays in one buffer ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TableFlow.h"

#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/ValueBoundsOpInterface.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::emb {
#define GEN_PASS_DEF_CARRYINPLACE
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

/// Whether extent `dim` of `value`, computed in `loop`, is that of the carried
/// `argument`. Operations that run over both have checked it.
static bool hasExtentOf(BlockArgument argument, Value value, int64_t dim,
                        scf::ForOp loop) {
  Value init = loop.getTiedLoopInit(argument)->get();
  llvm::SetVector<std::pair<Value, int64_t>> worklist;
  worklist.insert({value, dim});
  for (size_t i = 0; i < worklist.size(); ++i) {
    auto [current, position] = worklist[i];
    if (current == argument && position == dim)
      return true;
    FailureOr<bool> equal =
        ValueBoundsConstraintSet::areEqual({current, position}, {init, dim});
    if (succeeded(equal) && *equal)
      return true;
    auto op = current.getDefiningOp<linalg::LinalgOp>();
    if (!op || !loop->isProperAncestor(op))
      continue;
    AffineExpr extent = op.getIndexingMapMatchingResult(cast<OpResult>(current))
                            .getResult(position);
    if (!isa<AffineDimExpr>(extent))
      continue;
    for (OpOperand &operand : op->getOpOperands())
      for (auto [other, expr] :
           llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults()))
        if (expr == extent)
          worklist.insert({operand.get(), other});
  }
  return false;
}

/// Whether `value`, computed in `loop`, fits where `argument` is.
static bool fits(Value value, scf::ForOp loop, BlockArgument argument) {
  auto type = cast<RankedTensorType>(value.getType());
  return type == argument.getType() &&
         llvm::all_of(llvm::seq(type.getRank()), [&](int64_t dim) {
           return !type.isDynamicDim(dim) ||
                  hasExtentOf(argument, value, dim, loop);
         });
}

//===----------------------------------------------------------------------===//
// Destinations
//===----------------------------------------------------------------------===//

/// The operand whose buffer `result` occupies if its operation works in place.
static OpOperand *getDestination(OpResult result) {
  Operation *op = result.getOwner();
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return loop.getTiedLoopInit(result);
  SmallVector<OpOperand *> written = getWrittenOperands(op);
  unsigned number = result.getResultNumber();
  return number < written.size() ? written[number] : nullptr;
}

/// Gives the operation that begins with the constant `fill` one of its own that
/// writes to `argument`.
static void fillArgument(linalg::FillOp fill, OpOperand *use,
                         BlockArgument argument) {
  OpBuilder builder(use->getOwner());
  auto own = cast<linalg::FillOp>(builder.clone(*fill));
  own.getDpsInitsMutable()[0].set(argument);
  use->set(own.getResult(0));
  if (fill->use_empty())
    fill->erase();
}

/// Makes what computes the value of `use` write to `argument` of `loop` instead
/// of memory of its own. Where `argument` is read later, bufferization takes
/// memory all the same.
static void redirect(OpOperand *use, scf::ForOp loop, BlockArgument argument) {
  // A value with the extents of what is written.
  Value written = use->get();
  while (Operation *op = use->get().getDefiningOp()) {
    auto result = cast<OpResult>(use->get());
    if (isa<tensor::EmptyOp>(op)) {
      if (fits(written, loop, argument))
        use->set(argument);
      return;
    }
    if (auto fill = dyn_cast<linalg::FillOp>(op)) {
      if (fill.getOutputs()[0].getDefiningOp<tensor::EmptyOp>() &&
          fits(written, loop, argument))
        fillArgument(fill, use, argument);
      return;
    }
    if (!loop->isProperAncestor(op))
      return;
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      for (Region *region : {&branch.getThenRegion(), &branch.getElseRegion()})
        redirect(&region->front().getTerminator()->getOpOperand(
                     result.getResultNumber()),
                 loop, argument);
      return;
    }
    use = getDestination(result);
    if (!use)
      return;
    if (isa<scf::ForOp>(op))
      written = use->get();
  }
}

static void redirectYields(scf::ForOp loop) {
  for (BlockArgument argument : loop.getRegionIterArgs())
    if (isa<RankedTensorType>(argument.getType()))
      redirect(loop.getTiedLoopYieldedValue(argument), loop, argument);
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

static void remarkNewBuffer(scf::ForOp loop, OpOperand *yielded,
                            StringRef why) {
  remark::missed(
      loop.getLoc(),
      remark::RemarkOpts::name("NewBuffer").category("emb-carry-in-place"))
      << "each iteration takes memory for a value " << why
      << remark::metric("value", yielded->getOperandNumber());
}

/// The values yielded by `loop` that are not where the loop carries them but
/// could be.
static SmallVector<OpOperand *>
findMisplaced(scf::ForOp loop,
              const bufferization::OneShotAnalysisState &state) {
  SmallVector<OpOperand *> misplaced;
  for (BlockArgument argument : loop.getRegionIterArgs()) {
    if (!isa<RankedTensorType>(argument.getType()))
      continue;
    OpOperand *yielded = loop.getTiedLoopYieldedValue(argument);
    if (state.areEquivalentBufferizedValues(yielded->get(), argument))
      continue;
    if (fits(yielded->get(), loop, argument)) {
      misplaced.push_back(yielded);
      continue;
    }
    remarkNewBuffer(loop, yielded, "whose extents are not known to stay");
  }
  return misplaced;
}

/// Whether the value of `yielded` may be (a part of) the carried `argument`, as
/// bufferization sees it before it has decided what works in place. With
/// `exactlyIsFine`, not where it can be nothing but the whole of it.
static bool mayContain(OpOperand *yielded, BlockArgument argument,
                       bool exactlyIsFine) {
  bufferization::OneShotBufferizationOptions options =
      getBufferizationOptions();
  bufferization::AnalysisState state(options);
  auto find = [&](bool exactly) {
    bufferization::TraversalConfig config;
    config.followEquivalentOnly = exactly;
    config.alwaysIncludeLeaves = exactly;
    return state
        .findValueInReverseUseDefChain(
            yielded, [&](Value value) { return value == argument; }, config)
        .takeVector();
  };
  if (exactlyIsFine && llvm::all_of(find(/*exactly=*/true), [&](Value origin) {
        return origin == argument;
      }))
    return false;
  return !find(/*exactly=*/false).empty();
}

/// Ends each iteration of `loop` with copies of the `misplaced` values to where
/// they are carried.
static void copyYields(scf::ForOp loop, ArrayRef<OpOperand *> misplaced) {
  OpBuilder builder(loop.getBody()->getTerminator());
  Location loc = loop.getLoc();
  // What a copy overwrites and another, or the same at other places, still
  // reads is saved first.
  SmallVector<Value> sources;
  for (size_t i = 0; i < misplaced.size(); ++i) {
    OpOperand *yielded = misplaced[i];
    Value value = yielded->get();
    bool isOverwritten =
        llvm::any_of(misplaced.take_front(i + 1), [&](OpOperand *earlier) {
          return mayContain(yielded,
                            loop.getRegionIterArg(earlier->getOperandNumber()),
                            /*exactlyIsFine=*/earlier == yielded);
        });
    if (isOverwritten)
      value = bufferization::AllocTensorOp::create(
          builder, loc, cast<RankedTensorType>(value.getType()),
          /*dynamicSizes=*/ValueRange(), value);
    sources.push_back(value);
  }
  for (auto [yielded, source] : llvm::zip_equal(misplaced, sources))
    yielded->set(bufferization::MaterializeInDestinationOp::create(
                     builder, loc, source,
                     loop.getRegionIterArg(yielded->getOperandNumber()))
                     .getResult());
}

static bool canBufferize(ModuleOp module) {
  ScopedDiagnosticHandler quiet(module.getContext(),
                                [](Diagnostic &) { return success(); });
  bufferization::OneShotBufferizationOptions options =
      getBufferizationOptions();
  bufferization::OneShotAnalysisState state(module, options);
  return succeeded(bufferization::analyzeModuleOp(module, state));
}

/// Copies the `misplaced` values, unless bufferization refuses that: it does so
/// where carried values might share a buffer after a branch, even if they need
/// not. Returns whether it did.
static bool tryCopyYields(scf::ForOp loop, ArrayRef<OpOperand *> misplaced) {
  Operation *yield = loop.getBody()->getTerminator();
  Operation *last = yield->getPrevNode();
  SmallVector<Value> values(yield->getOperands());
  copyYields(loop, misplaced);
  if (canBufferize(loop->getParentOfType<ModuleOp>()))
    return true;
  yield->setOperands(values);
  while (yield->getPrevNode() != last)
    yield->getPrevNode()->erase();
  return false;
}

namespace {
struct CarryInPlacePass : public emb::impl::CarryInPlaceBase<CarryInPlacePass> {
  void runOnOperation() override {
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) { loops.push_back(loop); });
    llvm::for_each(loops, redirectYields);
    bufferization::OneShotBufferizationOptions options =
        getBufferizationOptions();
    // Whether a loop works in place depends on those in it, which come first.
    while (!loops.empty()) {
      bufferization::OneShotAnalysisState state(getOperation(), options);
      if (failed(bufferization::analyzeModuleOp(getOperation(), state)))
        return signalPassFailure();
      SmallVector<scf::ForOp> changed, later;
      for (scf::ForOp loop : loops) {
        if (llvm::any_of(changed, [&](scf::ForOp inner) {
              return loop->isProperAncestor(inner);
            })) {
          later.push_back(loop);
          continue;
        }
        SmallVector<OpOperand *> misplaced = findMisplaced(loop, state);
        if (!misplaced.empty()) {
          if (!tryCopyYields(loop, misplaced)) {
            for (OpOperand *yielded : misplaced)
              remarkNewBuffer(loop, yielded,
                              "that might share the buffer of another");
            continue;
          }
          changed.push_back(loop);
        }
        remark::passed(
            loop.getLoc(),
            remark::RemarkOpts::name("Carried").category(getArgument()))
            << remark::metric("values", loop.getNumRegionIterArgs())
            << remark::metric("copied", misplaced.size());
      }
      loops = std::move(later);
    }
  }
};
} // namespace
