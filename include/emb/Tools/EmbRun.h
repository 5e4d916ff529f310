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

/// What emb-run is asked to do. In "N=..." N is the `emb.name` of an argument
/// or its position.
struct EmbRunOptions {
  std::string inputFile;
  /// "" is the only entry of the module.
  std::string entry;
  /// "N=SPEC" for every argument; SPEC as parseRunArgument takes it.
  std::vector<std::string> arguments;
  /// "N=file.npy" or "N=file.safetensors:NAME", written after the last run: N
  /// is the position of a result, or the name of an argument, or "argP" for
  /// argument P. All that name one safetensors file make that file.
  std::vector<std::string> outputs;
  /// What to print after the last run, named as for `outputs`.
  std::vector<std::string> prints;
  /// Number of runs, on the same (updated) arguments.
  unsigned repeat = 1;
  /// Print how long compiling and the runs took.
  bool time = false;
  /// File for the trace of a profile; "" for none. The profile itself is asked
  /// for by `compile.profile`, and printed.
  std::string traceFile;
  /// Compare every argument with what it was before if a run fails, and say in
  /// the error whether one changed.
  bool checkUnchanged = false;
  /// Print the IR after this phase and do not run.
  std::optional<Phase> compileTo;
  CompileOptions compile;
};

/// Compiles, runs, writes and prints to `os` as asked; warnings go to
/// `warnings`. Fails with a StatusError whose text is meant for the user; if a
/// run fails nothing is written or printed.
llvm::Error runEmbRun(const EmbRunOptions &options, llvm::raw_ostream &os,
                      llvm::raw_ostream &warnings);

/// Makes an argument of `type` from the SPEC of "N=SPEC":
///   file.npy                      of the element type of the argument
///   file.safetensors:NAME         tensor NAME, of that element type too
///   random:SHAPExTYPE:SEED        floats: standard normal; the same on any
///   random:SHAPExTYPE:SEED:BOUND  machine; integers: uniform in [0, BOUND)
///   [1, 2, 3], [[1, 2], [3, 4]]   the elements
///   0.1, -3, true                 a scalar
/// Sizes are checked when the function is called. `what` names the argument in
/// errors.
llvm::Expected<RuntimeValue> parseRunArgument(llvm::StringRef spec,
                                              const ValueType &type,
                                              llvm::StringRef what);

/// Prints like NumPy: nested brackets, one innermost row a line; of dimensions
/// of more than 2 * `edge` elements only the `edge` first and last ones.
void printTensor(llvm::raw_ostream &os, const TensorRef &tensor,
                 int64_t edge = 8);

} // namespace mlir::emb

#endif // EMB_TOOLS_EMBRUN_H
