//===- Phases.h - The phases of the compiler --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_PIPELINES_PHASES_H
#define EMB_PIPELINES_PHASES_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace mlir::emb {

/// The road from a model to machine code, in order. A compilation may stop
/// after any phase; the IR there can be printed and parsed again.
enum class Phase { Train, Optimize, Check, Bufferize, LowerCPU, LLVM };

struct PhaseInfo {
  Phase phase;
  /// The name on command lines (`--compile-to=<name>`).
  StringRef name;
  /// The pass pipeline of this phase alone.
  StringRef pipeline;
  /// One line.
  StringRef description;
};

/// All phases in order.
ArrayRef<PhaseInfo> getPhases();

/// The phase of that name, or none.
std::optional<Phase> parsePhase(StringRef name);

} // namespace mlir::emb

#endif // EMB_PIPELINES_PHASES_H
