//===- emb-random-gradients.cpp - Differentiate random functions ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions are compiled many at a time, to be fast. What a function is depends
// on the seed and its number only.
//
//===----------------------------------------------------------------------===//

#include "GradientCheck.h"
#include "Graph.h"

#include "emb/InitAll.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/WithColor.h"

#include <map>

using namespace mlir;
using namespace mlir::emb;
using property::Graph;

namespace cl = llvm::cl;

/// Functions of one module.
static constexpr uint64_t kBatch = 20;
/// A function that has a kink near the inputs drawn gets others. One that is
/// differentiated wrongly fails with all of them.
static constexpr uint64_t kDraws = 4;

namespace {

class Runner {
public:
  Runner(uint64_t seed, CompileOptions compile, std::string output)
      : seed(seed), compile(std::move(compile)), output(std::move(output)) {
    registerAllDialects(registry);
  }

  /// Checks the functions [first, end).
  void run(uint64_t first, uint64_t end);
  /// Returns how many failed.
  uint64_t printSummary(llvm::raw_ostream &os) const;

private:
  void check(const Graph &graph, uint64_t number,
             const gradcheck::Declarations &declarations,
             const gradcheck::Declaration &declaration,
             const Executable &executable);
  void report(const Graph &graph, uint64_t number, StringRef problem);

  uint64_t seed;
  CompileOptions compile;
  std::string output;
  DialectRegistry registry;
  uint64_t numGraphs = 0, numFailed = 0, numRedrawn = 0, numElements = 0;
  double compileMs = 0, worst = 0;
  std::map<std::string, uint64_t> kinds;
};

} // namespace

void Runner::report(const Graph &graph, uint64_t number, StringRef problem) {
  ++numFailed;
  std::string path = output + "/gradient-" + std::to_string(seed) + "-" +
                     std::to_string(number) + ".mlir";
  llvm::outs() << "function " << number << " (--seed=" << seed
               << " --only=" << number << "): " << problem << "\n  "
               << graph.getSummary() << "\n";
  std::error_code error = llvm::sys::fs::create_directories(output);
  llvm::raw_fd_ostream file(path, error);
  if (error) {
    llvm::outs() << "  not written: " << path << ": " << error.message()
                 << "\n";
    return;
  }
  file << "// RUN: emb-gradcheck %s\n" << graph.print();
  llvm::outs() << "  emb-gradcheck " << path << "\n";
}

void Runner::check(const Graph &graph, uint64_t number,
                   const gradcheck::Declarations &declarations,
                   const gradcheck::Declaration &declaration,
                   const Executable &executable) {
  std::vector<std::string> problems;
  for (uint64_t draw = 0; draw < kDraws; ++draw) {
    gradcheck::CheckOptions options;
    options.seed = seed * kDraws + draw;
    options.limit = 40;
    gradcheck::GradientReport report = gradcheck::checkGradient(
        declarations, declaration, executable, options);
    problems = report.getProblems();
    if (!problems.empty())
      continue;
    numRedrawn += draw > 0;
    for (const gradcheck::ArgumentReport &argument : report.arguments) {
      numElements += argument.checked;
      if (argument.largest != 0)
        worst = std::max(worst, argument.error);
    }
    return;
  }
  report(graph, number, problems[0]);
}

void Runner::run(uint64_t first, uint64_t end) {
  std::vector<Graph> graphs;
  std::string text;
  for (uint64_t number = first; number < end; ++number) {
    graphs.emplace_back(seed, number);
    text += graphs.back().print();
  }
  MLIRContext context(registry);
  std::string messages;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    llvm::raw_string_ostream(messages)
        << diagnostic.getLocation() << ": " << diagnostic << "; ";
  });
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  FailureOr<gradcheck::Declarations> declarations;
  if (module)
    declarations = gradcheck::takeDeclarations(*module);
  std::unique_ptr<Executable> executable;
  if (succeeded(declarations)) {
    auto compiled = compileModule(*module, compile);
    if (compiled)
      executable = std::move(*compiled);
    else
      messages += llvm::toString(compiled.takeError());
  }
  if (!executable && graphs.size() > 1) {
    // One by one, to see which it is.
    for (uint64_t number = first; number < end; ++number)
      run(number, number + 1);
    return;
  }
  numGraphs += graphs.size();
  for (const Graph &graph : graphs) {
    SmallVector<StringRef> words;
    StringRef(graph.getSummary()).split(words, ' ', -1, false);
    for (StringRef word : words)
      ++kinds[word.trim("(|)").str()];
  }
  if (!executable)
    return report(graphs[0], first, messages);
  compileMs += executable->getStats().milliseconds;
  for (uint64_t number = first; number < end; ++number)
    check(graphs[number - first], number, *declarations,
          declarations->list[number - first], *executable);
}

uint64_t Runner::printSummary(llvm::raw_ostream &os) const {
  for (const auto &[kind, count] : kinds)
    if (!kind.empty())
      os << kind << " " << count << "  ";
  os << "\n"
     << numGraphs << " functions, " << numElements
     << " elements, largest error " << llvm::format("%.1e", worst)
     << ", compiled in " << llvm::format("%.1f", compileMs / 1000) << " s, "
     << numRedrawn << " with other inputs, " << numFailed << " failed\n";
  return numFailed;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  cl::OptionCategory category("emb-random-gradients options");
  cl::cat ours(category);
  cl::opt<uint64_t> seed("seed", cl::init(1), cl::value_desc("S"),
                         cl::desc("What the functions are (default 1)"), ours);
  cl::opt<uint64_t> graphs("graphs", cl::init(200), cl::value_desc("N"),
                           cl::desc("How many functions (default 200)"), ours);
  cl::opt<int64_t> only("only", cl::init(-1), cl::value_desc("G"),
                        cl::desc("Check this function alone"), ours);
  cl::opt<bool> print("print", cl::desc("Print the functions, and stop"), ours);
  cl::opt<unsigned> optLevel("O", cl::Prefix, cl::init(0),
                             cl::value_desc("0-3"),
                             cl::desc("LLVM's optimisation (default 0)"), ours);
  cl::opt<std::string> output("output", cl::init("."), cl::value_desc("DIR"),
                              cl::desc("Where reproducers go (default .)"),
                              ours);
  cl::ParseCommandLineOptions(
      argc, argv,
      "emb-random-gradients: random functions, their gradients, differences\n");

  uint64_t first = only < 0 ? 0 : only, end = only < 0 ? graphs : only + 1;
  if (print) {
    for (uint64_t number = first; number < end; ++number)
      llvm::outs() << Graph(seed, number).print();
    return EXIT_SUCCESS;
  }
  CompileOptions compile;
  compile.optLevel = optLevel;
  compile.threads = 1;
  compile.useCache = false;
  Runner runner(seed, compile, output);
  for (; first < end; first += kBatch)
    runner.run(first, std::min<uint64_t>(end, first + kBatch));
  return runner.printSummary(llvm::outs()) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
