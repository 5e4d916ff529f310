//===- InitAll.cpp - Registration of all that emb uses --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/InitAll.h"

#include "emb/Conversion/Passes.h"
#include "emb/Differentiation/Derivatives.h"
#include "emb/Differentiation/Passes.h"
#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "emb/Layers/Passes.h"
#include "emb/Pipelines/Pipelines.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

using namespace mlir;

void emb::registerAllDialects(DialectRegistry &registry) {
  registry.insert<EmbDialect>();
  registerAllDerivatives(registry);
  registerBufferizableOpInterfaceModels(registry);
  registerValueBoundsOpInterfaceModels(registry);
  mlir::registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
}

void emb::registerAllPasses() {
  registerEmbConversionPasses();
  registerEmbDifferentiationPasses();
  registerEmbLayersPasses();
  registerEmbTransformsPasses();
  registerEmbPipelines();
  mlir::registerAllPasses();
}
