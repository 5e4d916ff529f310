//===- Phases.cpp - The phases of the compiler ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Pipelines/Phases.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::emb;

static constexpr PhaseInfo kPhases[] = {
    {Phase::Train, "train", "emb-train",
     "turn declarations into gradients and training steps"},
    {Phase::Optimize, "optimize", "emb-optimize",
     "inline, simplify and make the groups of writes explicit"},
    {Phase::Check, "check", "emb-check",
     "guard what the run must decide, before the first write"},
    {Phase::Bufferize, "bufferize", "emb-bufferize",
     "turn tensors into memrefs, tables in place"},
    {Phase::LowerCPU, "lower-cpu", "emb-lower-cpu",
     "lower to loops over rows with vector loads and stores"},
    {Phase::LLVM, "llvm", "emb-to-llvm",
     "lower to the LLVM and OpenMP dialects"},
};

ArrayRef<PhaseInfo> emb::getPhases() { return kPhases; }

std::optional<Phase> emb::parsePhase(StringRef name) {
  const auto *it = llvm::find_if(
      kPhases, [&](const PhaseInfo &info) { return info.name == name; });
  if (it == std::end(kPhases))
    return std::nullopt;
  return it->phase;
}
