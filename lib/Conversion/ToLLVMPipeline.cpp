//===- ToLLVMPipeline.cpp - From loops on memrefs to the LLVM dialect -----===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Conversion/Passes.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void emb::buildToLLVMPipeline(OpPassManager &pm) {
  // The calling convention and the threads, while loops are loops.
  pm.addPass(createConvertEntryPoints());
  pm.addNestedPass<func::FuncOp>(createConvertParallelToOpenMP());

  // Everything that makes loops of its own. Buffers that transfers of vectors
  // need go to the stack of the innermost parallel region.
  pm.addNestedPass<func::FuncOp>(createConvertVectorToSCFPass());
  pm.addPass(createConvertMathToFuncs());
  pm.addNestedPass<func::FuncOp>(createLimitUnrolling());
  pm.addNestedPass<func::FuncOp>(createConvertReshapes());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addNestedPass<func::FuncOp>(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());

  // Makes many equal constants, which the next clean-up shares.
  pm.addNestedPass<func::FuncOp>(createApproximateMath());

  // Calls that may leave the function.
  pm.addPass(createConvertRuntime());
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  pm.addNestedPass<func::FuncOp>(createCSEPass());

  // What convert-math-to-llvm would approximate comes before it.
  pm.addPass(createExpandMath());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());

  ConvertVectorToLLVMPassOptions vectorOptions;
  vectorOptions.force32BitVectorIndices = false;
  pm.addPass(createConvertVectorToLLVMPass(vectorOptions));
  pm.addPass(createConvertIndexToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  // Together with what OpenMP regions may contain: arith, cf, func and memref.
  pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}
