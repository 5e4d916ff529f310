//===- Pipelines.cpp - The pass pipelines of the compiler -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Pipelines/Pipelines.h"

#include "emb/Conversion/Passes.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "emb/Differentiation/Passes.h"
#include "emb/Layers/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::emb;

static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

static void buildTrain(OpPassManager &pm) {
  pm.addPass(createDefineLayers());
  pm.addPass(createInlinerPass());
  addCleanup(pm);
  // The gradient of a lookup has rows, that of a bag one for each.
  pm.addPass(createFoldOneHot());
  pm.addNestedPass<func::FuncOp>(createPoolLookups());
  pm.addPass(createDifferentiate());
  pm.addPass(createFuseUpdate());
  addCleanup(pm);
}

static void buildOptimize(OpPassManager &pm) {
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  addCleanup(pm);
  pm.addPass(createFoldOneHot());
  pm.addNestedPass<func::FuncOp>(createPoolLookups());
  pm.addNestedPass<func::FuncOp>(createFoldLookups());
  pm.addNestedPass<func::FuncOp>(createFoldZeros());
  pm.addNestedPass<func::FuncOp>(createPrepareContractions());
  pm.addNestedPass<func::FuncOp>(createMaterializeGroups());
  pm.addPass(createCSEPass());
  // Who shares a group is known now.
  pm.addNestedPass<func::FuncOp>(createFoldBagMaps());
  // What is still one-hot is read as a tensor.
  pm.addNestedPass<func::FuncOp>(createExpandOneHot());
  pm.addNestedPass<func::FuncOp>(createConvertElementwise());
  // What is fused has other operands, and names, than what was written.
  pm.addNestedPass<func::FuncOp>(createInsertLoopChecks());
  // Extents of a tensor keep it from being merged into what reads it.
  pm.addPass(memref::createResolveRankedShapeTypeResultDimsPass());
  pm.addNestedPass<func::FuncOp>(createFuseElementwise());
  pm.addPass(createCSEPass());
}

static void buildCheck(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(createInsertChecks());
  pm.addPass(memref::createResolveRankedShapeTypeResultDimsPass());
  pm.addPass(createSCFForLoopCanonicalizationPass());
  addCleanup(pm);
  // The canonicalizer joins branches of the same condition: what is checked in
  // one must not be sorted before it.
  pm.addNestedPass<func::FuncOp>(createHoistChecks());
  pm.addNestedPass<func::FuncOp>(createScheduleWrites());
  addCleanup(pm);
}

static void buildBufferize(OpPassManager &pm) {
  // Which extents are equal is seen only now.
  pm.addNestedPass<func::FuncOp>(createFoldZeros());
  pm.addNestedPass<func::FuncOp>(createMarkWrittenArguments());
  pm.addNestedPass<func::FuncOp>(createMaterializeDestinations());
  pm.addPass(createVerifyInPlace());
  pm.addPass(createCarryInPlace());
  pm.addPass(createOneShotBufferize());
  addCleanup(pm);
  // Copies of a view to itself: two views of the same part have become one.
  pm.addPass(createCanonicalizerPass());
  pm.addNestedPass<func::FuncOp>(createForwardCopies());
  pm.addNestedPass<func::FuncOp>(bufferization::createBufferLoopHoistingPass());
  pm.addNestedPass<func::FuncOp>(createHoistAllocations());
}

static void buildLowerCPU(OpPassManager &pm, const PipelineOptions &options) {
  if (options.profile)
    pm.addNestedPass<func::FuncOp>(createInstrument());
  if (options.debugInfo)
    pm.addNestedPass<func::FuncOp>(createTagLocations());
  // Sums take half of the registers, two for each row.
  TileContractionsOptions tiles;
  tiles.vectorBytes = options.vectorBytes;
  tiles.maxRows = options.numVectors / 4;
  pm.addNestedPass<func::FuncOp>(createDecomposeWrites());
  // Sums take three quarters of the registers, in vectors of 64 bytes.
  ConvertEmbToLoopsOptions loops;
  loops.tileVectors = options.numVectors * options.vectorBytes / 64 * 3 / 4;
  pm.addNestedPass<func::FuncOp>(createConvertEmbToLoops(loops));
  pm.addPass(createTileContractions(tiles));
  VectorizeReductionsOptions reductions;
  reductions.vectorBytes = options.vectorBytes;
  pm.addNestedPass<func::FuncOp>(createVectorizeReductions(reductions));
  pm.addNestedPass<func::FuncOp>(createInterchangeReductions());
  pm.addNestedPass<func::FuncOp>(createSplitReductions());
  VectorizeMapsOptions maps;
  maps.vectorBytes = options.vectorBytes;
  pm.addNestedPass<func::FuncOp>(createVectorizeMaps(maps));
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  pm.addNestedPass<func::FuncOp>(createConvertCopies());
  addCleanup(pm);
}

void emb::buildPhase(OpPassManager &pm, Phase phase,
                     const PipelineOptions &options) {
  switch (phase) {
  case Phase::Train:
    return buildTrain(pm);
  case Phase::Optimize:
    return buildOptimize(pm);
  case Phase::Check:
    return buildCheck(pm);
  case Phase::Bufferize:
    return buildBufferize(pm);
  case Phase::LowerCPU:
    return buildLowerCPU(pm, options);
  case Phase::LLVM:
    buildToLLVMPipeline(pm);
    if (options.debugInfo)
      pm.addPass(createAddDebugInfo());
    return;
  }
}

void emb::buildPipeline(OpPassManager &pm, Phase last,
                        const PipelineOptions &options) {
  for (const PhaseInfo &info : getPhases()) {
    buildPhase(pm, info.phase, options);
    if (info.phase == last)
      return;
  }
}

void emb::registerEmbPipelines() {
  for (const PhaseInfo &info : getPhases())
    PassPipelineRegistration<>(
        info.pipeline, info.description,
        [phase = info.phase](OpPassManager &pm) { buildPhase(pm, phase); });
}
