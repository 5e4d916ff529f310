//===- FuseUpdate.cpp - Gradients and optimizers meet ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/Passes.h"
#include "emb/Optimizers/Optimizers.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Remarks.h"

namespace mlir::emb {
#define GEN_PASS_DEF_FUSEUPDATE
#include "emb/Differentiation/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
struct FuseUpdate : public emb::impl::FuseUpdateBase<FuseUpdate> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](ApplyGradientOp op) {
      return failed(fuse(op)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    getOperation().walk([](OptimizerOp declaration) {
      if (SymbolTable::symbolKnownUseEmpty(declaration,
                                           declaration->getParentOp()))
        declaration.erase();
    });
  }

private:
  LogicalResult fuse(ApplyGradientOp op);
  FailureOr<SmallVector<Value>> build(ApplyGradientOp op,
                                      const Optimizer &optimizer);
};
} // namespace

/// What `op` does to the gradient before the rule sees it.
static UpdateExtras getExtras(ApplyGradientOp op) {
  UpdateExtras extras;
  extras.scale = op.getScale();
  if (std::optional<APFloat> clipValue = op.getClipValue())
    extras.clipValue = clipValue->convertToDouble();
  return extras;
}

FailureOr<SmallVector<Value>> FuseUpdate::build(ApplyGradientOp op,
                                                const Optimizer &optimizer) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto passed = [&](StringRef name) {
    return remark::passed(
        loc, remark::RemarkOpts::name(name).category(getArgument()));
  };
  if (Value gradient = op.getGradient()) {
    auto results = buildDenseUpdate(builder, loc, optimizer, op.getParameter(),
                                    op.getStates(), gradient, op.getLr(),
                                    op.getStep(), getExtras(op));
    if (succeeded(results))
      passed("DenseUpdate")
          << "linalg.generic"
          << remark::metric("optimizer", emb::getName(optimizer))
          << remark::metric("states", op.getStates().size());
    return results;
  }
  FailureOr<UpdateOp> update =
      buildUpdate(builder, loc, optimizer, op.getParameter(), op.getStates(),
                  op.getSources(), op.getLr(), op.getStep(), getExtras(op));
  if (failed(update))
    return failure();
  passed("UpdateFused") << "emb.update"
                        << remark::metric("optimizer", emb::getName(optimizer))
                        << remark::metric(
                               "rows", stringifyUpdateRows(update->getRows()))
                        << remark::metric("sources", op.getSources().size())
                        << remark::metric("states", op.getStates().size());
  return SmallVector<Value>(update->getResults());
}

LogicalResult FuseUpdate::fuse(ApplyGradientOp op) {
  // The verifier has seen that it is one.
  FailureOr<Optimizer> optimizer = getOptimizer(op.getOptimizer(), op);
  FailureOr<SmallVector<Value>> results = build(op, *optimizer);
  if (failed(results))
    return failure();
  op->replaceAllUsesWith(*results);
  op->erase();
  return success();
}
