//===- Conformance.h - Run cases with known results -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TOOLS_CONFORMANCE_H
#define EMB_TOOLS_CONFORMANCE_H

#include "emb/ExecutionEngine/Executable.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace mlir::emb {

/// What emb-conformance is asked to do.
struct ConformanceOptions {
  /// Folders: of one case (they hold case.json), or of folders of cases, where
  /// an index.json may list what has to be there.
  std::vector<std::string> folders;
  /// Run only cases whose name (that of the folder) matches this regular
  /// expression somewhere; "" matches all.
  std::string filter;
  /// Write the module of each case to NAME.mlir in this folder; "" writes none.
  std::string keepIR;
  /// A line for every case, not only for those that fail.
  bool verbose = false;
  CompileOptions compile;
};

struct ConformanceSummary {
  unsigned passed = 0, failed = 0;
};

/// Runs the cases in the order of their names, folder by folder. Prints to `os`
/// a line for each failure and, at the end, "N passed, N failed, 0 skipped": no
/// case is passed over. A case that cannot be read is a failure of that case.
/// Fails with a StatusError if there is no case to run: a folder without cases,
/// a filter that matches none or is no regular expression, a folder for the
/// modules that cannot be made.
llvm::Expected<ConformanceSummary>
runConformance(const ConformanceOptions &options, llvm::raw_ostream &os);

} // namespace mlir::emb

#endif // EMB_TOOLS_CONFORMANCE_H
