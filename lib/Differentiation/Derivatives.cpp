//===- Derivatives.cpp - Registration of all rules ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/Derivatives.h"

using namespace mlir;

void emb::registerAllDerivatives(DialectRegistry &registry) {
  registerArithDerivatives(registry);
  registerBufferizationDerivatives(registry);
  registerLinalgDerivatives(registry);
  registerMathDerivatives(registry);
  registerSCFDerivatives(registry);
  registerTensorDerivatives(registry);
}
