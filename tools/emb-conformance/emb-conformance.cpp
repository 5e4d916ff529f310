//===- emb-conformance.cpp - Run cases with known results -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../CompileFlags.h"
#include "emb/Tools/Conformance.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

namespace cl = llvm::cl;

/// Made in main(), after the options of the libraries have been removed.
struct Flags {
  cl::OptionCategory category{"emb-conformance options"};

  cl::list<std::string> folders{cl::Positional, cl::desc("DIR..."),
                                cl::OneOrMore, cl::cat(category)};
  cl::opt<std::string> filter{"filter",
                              cl::desc("Run only cases whose name matches"),
                              cl::value_desc("regex"), cl::cat(category)};
  cl::opt<bool> verbose{"verbose", cl::desc("Print a line for every case"),
                        cl::cat(category)};
  cl::opt<std::string> keepIR{
      "keep-ir", cl::desc("Write the module of each case to NAME.mlir in DIR"),
      cl::value_desc("DIR"), cl::cat(category)};
  emb::CompileFlags compile{category};

  cl::extrahelp help{R"(
DIR is the folder of a case (with case.json), or a folder of such folders. Each
case is compiled, run and compared as it says; docs/conformance.md has the
format. Prints a line for each output that is wrong and, at the end,
"N passed, N failed, N skipped".

Exit code 0 if no case failed, 1 otherwise.
)"};
};

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Flags flags;
  cl::ParseCommandLineOptions(
      argc, argv, "emb-conformance: run cases with known results\n");

  emb::ConformanceOptions options;
  options.folders = flags.folders;
  options.filter = flags.filter;
  options.verbose = flags.verbose;
  options.keepIR = flags.keepIR;
  flags.compile.apply(options.compile);

  llvm::Expected<emb::ConformanceSummary> summary =
      emb::runConformance(options, llvm::outs());
  if (summary)
    return summary->failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  llvm::WithColor::error(llvm::errs(), "emb-conformance")
      << llvm::toString(summary.takeError()) << "\n";
  return EXIT_FAILURE;
}
