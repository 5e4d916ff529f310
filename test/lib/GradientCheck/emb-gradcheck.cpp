//===- emb-gradcheck.cpp - Compare gradients with differences -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "GradientCheck.h"

#include "emb/InitAll.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::emb;

namespace cl = llvm::cl;

static int fail(const Twine &message) {
  llvm::WithColor::error(llvm::errs(), "emb-gradcheck") << message << "\n";
  return EXIT_FAILURE;
}

/// Prints a line for each argument, and errors at the declaration.
static void print(const gradcheck::Declaration &declaration,
                  const gradcheck::GradientReport &report) {
  for (const gradcheck::ArgumentReport &argument : report.arguments) {
    if (argument.checked == 0 && argument.elements != 0)
      continue;
    llvm::outs() << declaration.gradient << ": wrt \"" << argument.name
                 << "\": " << argument.elements << " elements";
    if (argument.checked < argument.elements)
      llvm::outs() << " (" << argument.checked << " looked at)";
    llvm::outs() << (argument.largest == 0 ? ", all zero" : "") << ", error "
                 << llvm::format("%.1e", argument.error) << "\n";
  }
  llvm::outs().flush();
  for (const std::string &problem : report.getProblems())
    emitError(declaration.loc)
        << "@" << declaration.gradient << ": " << problem;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  // Many options of LLVM mean nothing here.
  cl::ResetCommandLineParser();
  cl::OptionCategory category("emb-gradcheck options");
  cl::cat ours(category);
  gradcheck::CheckOptions options;
  cl::opt<std::string> inputName(cl::Positional, cl::Required, cl::desc("FILE"),
                                 ours);
  cl::opt<uint64_t> seed("seed", cl::init(options.seed), cl::value_desc("S"),
                         cl::desc("What the inputs are (default 1)"), ours);
  cl::opt<double> step(
      "step", cl::init(options.step), cl::value_desc("H"),
      cl::desc("How far numbers up to 2 are moved, rounded down to a power of "
               "two (default 2^-13)"),
      ours);
  cl::opt<double> tolerance(
      "tolerance", cl::init(options.tolerance), cl::value_desc("T"),
      cl::desc("Error allowed, by the largest element of the gradient "
               "(default 1e-6)"),
      ours);
  cl::opt<int64_t> limit("limit", cl::init(options.limit), cl::value_desc("N"),
                         cl::desc("Check up to this many elements of an "
                                  "argument one by one (default 200)"),
                         ours);
  cl::opt<unsigned> optLevel("O", cl::Prefix, cl::init(1),
                             cl::value_desc("0-3"),
                             cl::desc("LLVM's optimisation (default 1)"), ours);
  cl::ParseCommandLineOptions(argc, argv,
                              "emb-gradcheck: compare each emb.gradient of an "
                              "IR file with differences\n");
  if (!(step > 0) || !(tolerance > 0) || limit < 1)
    return fail("--step, --tolerance and --limit must be above 0");
  options.seed = seed;
  options.step = gradcheck::getStep(DType::F64, step, 0);
  options.tolerance = tolerance;
  options.limit = limit;

  DialectRegistry registry;
  registerAllDialects(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler handler(sources, &context);
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(inputName, sources, &context);
  if (!module)
    return EXIT_FAILURE;
  FailureOr<gradcheck::Declarations> declarations =
      gradcheck::takeDeclarations(*module);
  if (failed(declarations))
    return EXIT_FAILURE;

  CompileOptions compile;
  compile.optLevel = optLevel;
  compile.threads = 1;
  compile.useCache = false;
  auto executable = compileModule(*module, compile);
  if (!executable)
    return fail(llvm::toString(executable.takeError()));

  size_t numArguments = 0, numFailed = 0;
  for (const gradcheck::Declaration &declaration : declarations->list) {
    gradcheck::GradientReport report = gradcheck::checkGradient(
        *declarations, declaration, **executable, options);
    print(declaration, report);
    numArguments += report.arguments.size();
    numFailed += !report.getProblems().empty();
  }
  llvm::outs() << declarations->list.size() << " gradients, " << numArguments
               << " arguments, " << numFailed << " failed\n";
  return numFailed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
