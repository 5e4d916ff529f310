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

/// What the pipelines know of the processor, and what is asked of the code. No
/// bit of a result depends on it.
struct PipelineOptions {
  /// Bytes of a vector register.
  int64_t vectorBytes = 64;
  /// Vector registers.
  int64_t numVectors = 32;
  /// Time the operations that move data (emb-instrument).
  bool profile = false;
  /// Keep names and lines for debuggers (emb-tag-locations,
  /// emb-add-debug-info).
  bool debugInfo = false;
};

/// Adds the passes of `phase` alone to a pass manager on modules.
void buildPhase(OpPassManager &pm, Phase phase,
                const PipelineOptions &options = {});

/// Adds the passes of all phases up to and including `last`.
void buildPipeline(OpPassManager &pm, Phase last,
                   const PipelineOptions &options = {});

/// Registers each phase as a named pipeline.
void registerEmbPipelines();

} // namespace mlir::emb

#endif // EMB_PIPELINES_PIPELINES_H
