//===- Passes.h - Passes on layers ------------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LAYERS_PASSES_H
#define EMB_LAYERS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::emb {

#define GEN_PASS_DECL
#include "emb/Layers/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "emb/Layers/Passes.h.inc"

} // namespace mlir::emb

#endif // EMB_LAYERS_PASSES_H
