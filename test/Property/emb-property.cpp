//===- emb-property.cpp - Random draws against a naive reference ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Case c of a run belongs to program c / kDraws; a program is compiled
// once. What a case is depends on the seed and its number only.
//
//===----------------------------------------------------------------------===//

#include "Run.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

#include <atomic>
#include <mutex>
#include <thread>

using namespace property;
using namespace mlir::emb;

namespace cl = llvm::cl;

/// Draws of one program.
static constexpr uint64_t kDraws = 20;

namespace {

struct Options {
  uint64_t seed, cases;
  std::optional<uint64_t> only;
  unsigned jobs, optLevel;
  bool verbose;
  std::string output;
};

/// A whole run, by several workers that take one program after the other.
class PropertyTest {
public:
  explicit PropertyTest(const Options &options) : options(options) {}

  /// Returns how many cases failed.
  uint64_t run();
  void printSummary(llvm::raw_ostream &os) const;

private:
  void work();
  void runProgram(uint64_t number);
  void report(uint64_t number, const Program &program, const Case &testCase,
              const Problem &problem);

  const Options &options;
  std::atomic<uint64_t> nextProgram{0};
  std::mutex mutex;
  // Guarded by `mutex`.
  uint64_t failed = 0, ran = 0, damaged = 0, undecided = 0;
  double compileMs = 0;
  Counts counts;
};

} // namespace

static std::string describe(const Program &program) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << stringify(program.getTableType()) << " x " << program.getColumns();
  if (program.update) {
    os << ", update rule " << static_cast<int>(program.update->rule)
       << (program.update->allRows ? " all, " : " touched, ")
       << program.update->sources.size() << " sources";
    return text;
  }
  for (const LookupSpec &lookup : program.lookups->lookups) {
    os << "; "
       << (lookup.bag ? "bag " + stringifyBagMode(*lookup.bag).str()
                      : std::string("gather"))
       << " rank " << lookup.rank;
    if (lookup.maxNorm)
      os << " max_norm " << *lookup.maxNorm << " p " << lookup.normType;
    if (lookup.paddingIdx)
      os << " padding " << *lookup.paddingIdx;
    if (lookup.scaleGradByFreq)
      os << " freq";
    if (lookup.weightsType)
      os << (lookup.weightsGradient ? " weights with gradient" : " weights");
  }
  static const char *const gradients[] = {"", "; dense", "; sparse"};
  os << gradients[static_cast<int>(program.lookups->gradient)];
  return text;
}

void PropertyTest::report(uint64_t number, const Program &program,
                          const Case &testCase, const Problem &problem) {
  std::lock_guard<std::mutex> lock(mutex);
  ++failed;
  llvm::raw_ostream &os = llvm::outs();
  os << "case " << number << " (--seed=" << options.seed << " --only=" << number
     << "): " << problem.text << "\n  " << describe(program) << "; "
     << testCase.threads << " threads, layout "
     << static_cast<int>(testCase.layout);
  if (!testCase.damage.empty())
    os << "; " << testCase.damage;
  os << "\n";
  std::string text = printReproducer(testCase, program, problem.result);
  std::string path = options.output + "/property-" +
                     std::to_string(options.seed) + "-" +
                     std::to_string(number) + ".mlir";
  std::error_code error = llvm::sys::fs::create_directories(options.output);
  llvm::raw_fd_ostream file(path, error);
  if (text.empty() || error) {
    os << "  not written: "
       << (error ? path + ": " + error.message() : "too many elements") << "\n";
    return;
  }
  file << text;
  auto [before, after] = llvm::StringRef(text)
                             .substr(strlen("// RUN: "))
                             .take_until([](char c) { return c == '\n'; })
                             .split("%s");
  os << "  " << before << path << after << "\n";
}

void PropertyTest::runProgram(uint64_t number) {
  Program program = Program::draw(options.seed, number);
  if (options.verbose) {
    std::lock_guard<std::mutex> lock(mutex);
    llvm::outs() << "program " << number << ": " << describe(program) << "\n";
  }
  CompileOptions compile;
  compile.optLevel = options.optLevel;
  compile.useCache = false;
  auto executable = compileString(program.print(), compile, "program");
  if (executable) {
    std::lock_guard<std::mutex> lock(mutex);
    compileMs += (*executable)->getStats().milliseconds;
  } else {
    std::lock_guard<std::mutex> lock(mutex);
    failed += kDraws;
    llvm::outs() << "program " << number << ": "
                 << llvm::toString(executable.takeError()) << "\n  "
                 << describe(program) << "\n";
    return;
  }
  for (uint64_t i = 0; i < kDraws; ++i) {
    uint64_t caseNumber = number * kDraws + i;
    if (options.only ? caseNumber != *options.only
                     : caseNumber >= options.cases)
      continue;
    Random random = Random::forStream(~options.seed, caseNumber);
    Case testCase = drawCase(program, random);
    bool isDamaged = random.oneIn(6) && damage(testCase, program, random);
    Counts ours;
    auto problem =
        runCase(testCase, **executable, program.getFunctionName(), ours);
    if (problem)
      report(caseNumber, program, testCase, *problem);
    std::lock_guard<std::mutex> lock(mutex);
    ++ran;
    damaged += isDamaged;
    undecided += testCase.numUndecided;
    counts.values += ours.values;
    counts.exact += ours.exact;
    counts.unchecked += ours.unchecked;
  }
}

void PropertyTest::work() {
  uint64_t end = (options.cases + kDraws - 1) / kDraws;
  for (uint64_t number; (number = nextProgram++) < end;)
    runProgram(number);
}

uint64_t PropertyTest::run() {
  if (options.only) {
    runProgram(*options.only / kDraws);
    return failed;
  }
  std::vector<std::thread> workers;
  for (unsigned i = 1; i < options.jobs; ++i)
    workers.emplace_back([this] { work(); });
  work();
  for (std::thread &worker : workers)
    worker.join();
  return failed;
}

void PropertyTest::printSummary(llvm::raw_ostream &os) const {
  os << ran << " cases (" << damaged << " that must fail), " << counts.values
     << " numbers (" << counts.exact << " exact, " << counts.unchecked
     << " unchecked; " << undecided << " rows undecided), compiled in "
     << llvm::format("%.1f", compileMs / 1000) << " s, " << failed
     << " failed\n";
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ResetCommandLineParser();
  cl::OptionCategory category("emb-property options");
  cl::cat ours(category);
  cl::opt<uint64_t> seed("seed", cl::init(1), cl::value_desc("S"),
                         cl::desc("What the draws are (default 1)"), ours);
  cl::opt<uint64_t> cases("cases", cl::init(2000), cl::value_desc("N"),
                          cl::desc("How many draws (default 2000)"), ours);
  cl::opt<int64_t> only("only", cl::init(-1), cl::value_desc("C"),
                        cl::desc("Run this case alone"), ours);
  cl::opt<unsigned> jobs("jobs", cl::init(2), cl::value_desc("J"),
                         cl::desc("Compile this many at once (default 2)"),
                         ours);
  cl::opt<unsigned> optLevel("O", cl::Prefix, cl::init(1),
                             cl::value_desc("0-3"),
                             cl::desc("LLVM's optimisation (default 1)"), ours);
  cl::opt<bool> verbose("verbose", cl::desc("Print each program"), ours);
  cl::opt<std::string> output("output", cl::init("."), cl::value_desc("DIR"),
                              cl::desc("Where reproducers go (default .)"),
                              ours);
  cl::ParseCommandLineOptions(
      argc, argv, "emb-property: random lookups against a naive reference\n");

  Options options{seed, cases, std::nullopt, jobs, optLevel, verbose, output};
  if (only >= 0)
    options.only = only;
  PropertyTest test(options);
  uint64_t failed = test.run();
  test.printSummary(llvm::outs());
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
