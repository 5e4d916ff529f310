//===- Passes.h - Conversion passes -----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_CONVERSION_PASSES_H
#define EMB_CONVERSION_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::emb {

#define GEN_PASS_DECL
#include "emb/Conversion/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "emb/Conversion/Passes.h.inc"

/// Adds the passes that bring a module of functions on memrefs (scf, vector,
/// arith, math, memref, cf, and the checks and groups of emb) to the LLVM and
/// OpenMP dialects, from where it can be translated to LLVM IR.
void buildToLLVMPipeline(OpPassManager &pm);

} // namespace mlir::emb

#endif // EMB_CONVERSION_PASSES_H
