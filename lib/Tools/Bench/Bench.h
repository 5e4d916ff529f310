//===- Bench.h - The benchmark behind emb-bench -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_BENCH_H
#define EMB_LIB_TOOLS_BENCH_BENCH_H

#include "emb/ExecutionEngine/Executable.h"

#include <string>
#include <vector>

namespace mlir::emb::bench {

struct BenchOptions {
  std::vector<std::string> caseFiles;
  /// A regular expression; cases with a name in which it is found are run.
  std::string filter;
  /// Compiled code runs at least that long in each case, in seconds.
  double minTime = 0.5;
  /// Threads of every case; 0 is what the case says.
  int threads = 0;
  /// Small sizes, one round, no tuning: does it work?
  bool smoke = false;
  /// Print the names of the cases and run nothing.
  bool list = false;
  /// Write the results there; "" writes none.
  std::string jsonFile;
  /// Write the lookups of each case to this folder, as NAME.indices.npy and
  /// NAME.offsets.npy, with their list, cases.json, and run nothing.
  std::string inputsFolder;
  CompileOptions compile;
};

/// Runs the cases and prints a table. Fails at the first case that cannot be
/// run or in which compiled code and twin differ.
llvm::Error runBench(const BenchOptions &options, llvm::raw_ostream &os);

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_BENCH_H
