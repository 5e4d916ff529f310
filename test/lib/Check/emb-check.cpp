//===- emb-check.cpp - Run tests that are their own oracle ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Check.h"
#include "CheckedFunction.h"
#include "Runner.h"
#include "emb/InitAll.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::emb;

namespace cl = llvm::cl;

static int fail(const Twine &message) {
  llvm::WithColor::error(llvm::errs(), "emb-check") << message << "\n";
  return EXIT_FAILURE;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // LLVM has an option --threads of its own, among many that mean nothing here.
  cl::ResetCommandLineParser();
  cl::OptionCategory category("emb-check options");
  cl::cat ours(category);
  cl::opt<std::string> inputName(cl::Positional, cl::Required, cl::desc("FILE"),
                                 ours);
  cl::opt<int> threads("threads", cl::init(2), cl::value_desc("N"),
                       cl::desc("Threads a call may use (default 2)"), ours);
  cl::opt<check::Layout> layout(
      cl::desc("How arguments lie in memory (default: without gaps):"),
      cl::values(clEnumValN(check::Layout::StridedRows, "strided",
                            "with gaps between their rows"),
                 clEnumValN(check::Layout::StridedColumns, "strided-columns",
                            "with gaps between their rows and columns"),
                 clEnumValN(check::Layout::Transposed, "transposed",
                            "with the first dimension innermost")),
      cl::init(check::Layout::Dense), ours);
  cl::opt<unsigned> repeat("repeat", cl::init(2), cl::value_desc("K"),
                           cl::desc("Calls of each test (default 2)"), ours);
  cl::opt<unsigned> optLevel("O", cl::Prefix, cl::init(1),
                             cl::value_desc("0-3"),
                             cl::desc("LLVM's optimisation (default 1)"), ours);
  cl::opt<std::string> cpu(
      "cpu", cl::value_desc("name"),
      cl::desc("Processor to compile for, such as x86-64-v2"), ours);
  cl::opt<std::string> features(
      "features", cl::value_desc("+a,-b"),
      cl::desc("Features of the processor to use or not"), ours);
  cl::opt<bool> printModule(
      "print-module", cl::desc("Print what would be compiled, and stop"), ours);
  cl::ParseCommandLineOptions(
      argc, argv,
      "emb-check: compile the tests of an IR file, call each, compare\n");
  if (repeat == 0)
    return fail("--repeat must be at least 1");

  DialectRegistry registry;
  registerAllDialects(registry);
  registry.insert<check::CheckDialect>();
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(inputName, sources, &context);
  if (!module)
    return EXIT_FAILURE;
  FailureOr<std::vector<check::CheckedFunction>> tests =
      check::outlineChecks(*module);
  if (failed(tests))
    return EXIT_FAILURE;
  if (printModule) {
    module->print(llvm::outs());
    return EXIT_SUCCESS;
  }

  CompileOptions options;
  options.optLevel = optLevel;
  options.threads = threads;
  options.cpu = cpu;
  options.features = features;
  options.useCache = false;
  auto executable = compileModule(*module, options);
  if (!executable)
    return fail(llvm::toString(executable.takeError()));

  check::RunOptions run;
  run.layout = layout;
  run.repeat = repeat;
  size_t failedTests = 0, expectations = 0;
  for (const check::CheckedFunction &test : *tests) {
    failedTests += !check::runTest(test, **executable, run);
    expectations += test.expectations.size();
  }
  llvm::outs() << tests->size() << " tests with " << expectations
               << " expectations, " << failedTests << " failed\n";
  return failedTests == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
