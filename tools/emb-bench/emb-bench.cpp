//===- emb-bench.cpp - Time compiled code against hand-written code -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "../CompileFlags.h"
#include "Bench.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;

namespace cl = llvm::cl;

/// Made in main(), after the options of the libraries have been removed.
struct Flags {
  cl::OptionCategory category{"emb-bench options"};

  cl::list<std::string> files{cl::Positional, cl::desc("CASES.json ..."),
                              cl::OneOrMore, cl::cat(category)};
  cl::opt<std::string> filter{
      "filter", cl::desc("Run the cases whose name matches"),
      cl::value_desc("regular expression"), cl::cat(category)};
  cl::opt<double> minTime{
      "min-time", cl::desc("Least time of compiled code in each case"),
      cl::value_desc("seconds"), cl::init(0.5), cl::cat(category)};
  cl::opt<bool> smoke{
      "smoke",
      cl::desc("Small sizes and one round: only to see that all works"),
      cl::cat(category)};
  cl::opt<bool> list{"list", cl::desc("Print the names of the cases"),
                     cl::cat(category)};
  cl::opt<std::string> json{"json", cl::desc("Write the results there too"),
                            cl::value_desc("file"), cl::cat(category)};
  cl::opt<std::string> inputs{
      "write-inputs",
      cl::desc("Write the lookups of the cases there and run nothing"),
      cl::value_desc("folder"), cl::cat(category)};
  emb::CompileFlags compile{category};

  cl::extrahelp examples{R"(
EXAMPLES:

  emb-bench tools/emb-bench/cases/step.json --filter=adagrad_N1000000_D64
                                  time some of the cases
  emb-bench cases.json --json=results.json
                                  all of them, for a program that reads the results
  emb-bench cases.json --smoke    does all work?

The columns, and what a void case is: docs/benchmarks.md. Exit code 0 if all
cases ran and compiled and hand-written code agree, 1 with a message otherwise.
)"};
};

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  Flags flags;
  cl::ParseCommandLineOptions(
      argc, argv, "emb-bench: time compiled code against hand-written code\n");

  emb::bench::BenchOptions options;
  options.caseFiles = flags.files;
  options.filter = flags.filter;
  options.minTime = flags.minTime;
  options.smoke = flags.smoke;
  options.list = flags.list;
  options.jsonFile = flags.json;
  options.inputsFolder = flags.inputs;
  flags.compile.apply(options.compile);
  options.threads = options.compile.threads;

  llvm::Error error = emb::bench::runBench(options, llvm::outs());
  if (!error)
    return EXIT_SUCCESS;
  llvm::WithColor::error(llvm::errs(), "emb-bench")
      << llvm::toString(std::move(error)) << "\n";
  return EXIT_FAILURE;
}
