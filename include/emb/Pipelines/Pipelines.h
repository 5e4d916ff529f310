//===- Pipelines.h - The pass pipelines of the compiler ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_PIPELINES_PIPELINES_H
#define EMB_PIPELINES_PIPELINES_H

#include "emb/Pipelines/Phases.h"

namespace mlir {
class OpPassManager;
} // namespace mlir

namespace mlir::emb {

/// Adds the passes of `phase` alone to a pass manager on modules.
void buildPhase(OpPassManager &pm, Phase phase);

/// Adds the passes of all phases up to and including `last`.
void buildPipeline(OpPassManager &pm, Phase last);

/// Registers each phase as a named pipeline.
void registerEmbPipelines();

} // namespace mlir::emb

#endif // EMB_PIPELINES_PIPELINES_H
