//===- PhaseOption.h - Command line option that names a phase ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef EMB_TOOLS_PHASEOPTION_H
#define EMB_TOOLS_PHASEOPTION_H

#include "emb/Pipelines/Phases.h"
#include "llvm/Support/CommandLine.h"

#include <optional>
#include <string>

namespace mlir::emb {

/// Parses the name of a phase and lists all of them, with their descriptions,
/// in `--help`. Use as `llvm::cl::opt<std::optional<Phase>, false,
/// PhaseParser>`; the option is empty where it is not given.
class PhaseParser : public llvm::cl::parser<std::optional<Phase>> {
public:
  explicit PhaseParser(llvm::cl::Option &option) : parser(option) {
    for (const PhaseInfo &info : getPhases())
      addLiteralOption(info.name, std::optional<Phase>(info.phase),
                       info.description);
  }

  /// Returns true after an error, which names the phases there are.
  bool parse(llvm::cl::Option &option, StringRef argName, StringRef arg,
             std::optional<Phase> &phase) {
    phase = parsePhase(arg);
    if (phase)
      return false;
    std::string names;
    for (const PhaseInfo &info : getPhases())
      names += (names.empty() ? "" : ", ") + info.name.str();
    return option.error("unknown phase '" + arg +
                        "', expected one of: " + names);
  }
};

} // namespace mlir::emb

#endif // EMB_TOOLS_PHASEOPTION_H
