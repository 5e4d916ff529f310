//===- Differentiate.cpp - From declarations to functions -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeadCarried.h"
#include "DerivedFunction.h"
#include "emb/Differentiation/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::emb {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "emb/Differentiation/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
struct Differentiate : public emb::impl::DifferentiateBase<Differentiate> {
  void runOnOperation() override;

private:
  LogicalResult derive(Operation *declaration);
};
} // namespace

/// The symbol of the function that `declaration` is about.
static FlatSymbolRefAttr getSymbol(Operation *declaration) {
  if (auto train = dyn_cast<TrainOp>(declaration))
    return train.getLossAttr();
  return cast<GradientOp>(declaration).getFunctionAttr();
}

/// The declarations, each after the one of the function that it is about.
static FailureOr<SmallVector<Operation *>> getDeclarations(ModuleOp module) {
  SmallVector<Operation *> waiting, ordered;
  for (Operation &op : *module.getBody())
    if (isa<TrainOp, GradientOp>(op))
      waiting.push_back(&op);
  while (!waiting.empty()) {
    auto isReady = [&](Operation *declaration) {
      Operation *about =
          SymbolTable::lookupSymbolIn(module, getSymbol(declaration));
      return !llvm::is_contained(waiting, about);
    };
    auto *firstReady = llvm::find_if(waiting, isReady);
    if (firstReady == waiting.end())
      return waiting.front()->emitOpError("is about itself");
    ordered.push_back(*firstReady);
    waiting.erase(firstReady);
  }
  return ordered;
}

LogicalResult Differentiate::derive(Operation *declaration) {
  FlatSymbolRefAttr symbol = getSymbol(declaration);
  auto original = dyn_cast_if_present<func::FuncOp>(
      SymbolTable::lookupSymbolIn(getOperation(), symbol));
  if (!original)
    return declaration->emitOpError("expected ")
           << symbol << " to be a func.func";
  if (auto train = dyn_cast<TrainOp>(declaration))
    return buildTrainingStep(train, original);
  return buildGradientFunction(cast<GradientOp>(declaration), original);
}

void Differentiate::runOnOperation() {
  ModuleOp module = getOperation();
  FailureOr<SmallVector<Operation *>> declarations = getDeclarations(module);
  if (failed(declarations))
    return signalPassFailure();

  // Dead code of the forward pass, and of rules, goes at once: a declaration
  // may be about the function of another one.
  OpPassManager cleanup(func::FuncOp::getOperationName());
  cleanup.addPass(createCanonicalizerPass());
  cleanup.addPass(createCSEPass());
  for (Operation *declaration : *declarations) {
    auto name = cast<SymbolOpInterface>(declaration).getNameAttr();
    if (failed(derive(declaration)))
      return signalPassFailure();
    declaration->erase();
    auto derived =
        cast<func::FuncOp>(SymbolTable::lookupSymbolIn(module, name));
    do
      if (failed(runPipeline(cleanup, derived)))
        return signalPassFailure();
    while (releaseDeadCarried(derived));
  }

  module.walk([](DetachOp op) {
    op.replaceAllUsesWith(op.getOperand());
    op->erase();
  });
}
