//===- Passes.h - From declarations to training steps -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_DIFFERENTIATION_PASSES_H
#define EMB_DIFFERENTIATION_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::emb {

#define GEN_PASS_DECL
#include "emb/Differentiation/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "emb/Differentiation/Passes.h.inc"

} // namespace mlir::emb

#endif // EMB_DIFFERENTIATION_PASSES_H
