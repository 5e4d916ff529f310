//===- Derivatives.h - Rules for the upstream dialects ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIFFERENTIATION_DERIVATIVES_H
#define EMB_DIFFERENTIATION_DERIVATIVES_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::emb {

/// Give operations of upstream dialects their DifferentiableOpInterface.
void registerArithDerivatives(DialectRegistry &registry);
void registerBufferizationDerivatives(DialectRegistry &registry);
void registerLinalgDerivatives(DialectRegistry &registry);
void registerMathDerivatives(DialectRegistry &registry);
void registerSCFDerivatives(DialectRegistry &registry);
void registerTensorDerivatives(DialectRegistry &registry);

/// All of them.
void registerAllDerivatives(DialectRegistry &registry);

} // namespace mlir::emb

#endif // EMB_DIFFERENTIATION_DERIVATIVES_H
