//===- EmbRun.h - Run functions of a module from files ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TOOLS_EMBRUN_H
#define EMB_TOOLS_EMBRUN_H

#include "emb/ExecutionEngine/Executable.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace mlir::emb {

/// What emb-run is asked to do. Texts of the form "N=..." are as on its command
/// line: N is an argument's `emb.name` or its position.
struct EmbRunOptions {
  std::string inputFile;
  /// "" is the only entry of the module.
  std::string entry;
  /// N=file.npy, N=random:SHAPExTYPE:SEED[:BOUND], N=[1, 2, 3], N=scalar.
  std::vector<std::string> arguments;
  /// N=file.npy, where N is a result's position or an argument's name.
  std::vector<std::string> outputs;
  /// Results (by position) or arguments (by name) to print.
  std::vector<std::string> prints;
  unsigned repeat = 1;
  bool time = false;
  /// After a failed step, compare every argument with what it was before.
  bool checkUnchanged = false;
  /// Print the IR after this phase and do not run.
  std::optional<Phase> compileTo;
  CompileOptions compile;
};

/// Compiles, runs, writes and prints to `os` as asked. Fails with a StatusError
/// whose text is meant for the user; outputs are written after the last run
/// only, none if a run fails.
llvm::Error runEmbRun(const EmbRunOptions &options, llvm::raw_ostream &os);

/// Parses the value of `--arg N=SPEC` for an argument of this type; `what`
/// names the argument in errors. See EmbRunOptions::arguments.
llvm::Expected<RuntimeValue> parseRunArgument(llvm::StringRef spec,
                                              const ValueType &type,
                                              const llvm::Twine &what);

/// Prints like NumPy: nested brackets, one innermost row a line; the middle of
/// dimensions of more than `edge` * 2 elements is left out.
void printTensor(llvm::raw_ostream &os, const TensorRef &tensor,
                 int64_t edge = 8);

} // namespace mlir::emb

#endif // EMB_TOOLS_EMBRUN_H
