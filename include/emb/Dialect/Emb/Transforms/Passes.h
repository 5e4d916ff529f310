//===- Passes.h - Passes on emb operations ----------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIALECT_EMB_TRANSFORMS_PASSES_H
#define EMB_DIALECT_EMB_TRANSFORMS_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::bufferization {
struct OneShotBufferizationOptions;
} // namespace mlir::bufferization

namespace mlir::emb {

/// The options with which the project bufferizes: function boundaries
/// included, arguments as memrefs whose innermost stride is 1.
bufferization::OneShotBufferizationOptions getBufferizationOptions();

/// Registers how emb operations bufferize.
void registerBufferizableOpInterfaceModels(DialectRegistry &registry);

/// Registers the extents of what emb and elementwise operations compute.
void registerValueBoundsOpInterfaceModels(DialectRegistry &registry);

#define GEN_PASS_DECL
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"

} // namespace mlir::emb

#endif // EMB_DIALECT_EMB_TRANSFORMS_PASSES_H
