//===- Bench.cpp - The benchmark behind emb-bench -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Bench.h"
#include "Contest.h"
#include "Report.h"

#include "emb/ExecutionEngine/Error.h"
#include "emb/ExecutionEngine/Npy.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include "llvm/TargetParser/Host.h"

#include <benchmark/benchmark.h>
#include <thread>
#include <unistd.h>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::bench;

namespace json = llvm::json;

//===----------------------------------------------------------------------===//
// Cases
//===----------------------------------------------------------------------===//

static llvm::Expected<std::vector<Case>>
selectCases(const BenchOptions &options) {
  llvm::Regex filter(options.filter);
  std::string problem;
  if (!options.filter.empty() && !filter.isValid(problem))
    return makeError(EMB_INVALID_ARGUMENT, "--filter: found '" +
                                               options.filter +
                                               "', expected a regular "
                                               "expression: " +
                                               problem);
  std::vector<Case> selected;
  llvm::StringSet<> names;
  for (const std::string &file : options.caseFiles) {
    llvm::Expected<std::vector<Case>> cases = readCases(file);
    if (!cases)
      return cases.takeError();
    for (Case one : *cases) {
      if (options.threads)
        one.threads = options.threads;
      if (options.smoke)
        one = shrink(one);
      std::string name = one.getName();
      if ((options.filter.empty() || filter.match(name)) &&
          names.insert(name).second)
        selected.push_back(one);
    }
  }
  if (selected.empty())
    return makeError(EMB_INVALID_ARGUMENT,
                     "no case has a name that --filter='" + options.filter +
                         "' matches; --list shows the names");
  return selected;
}

static llvm::Error writeFile(const llvm::Twine &path,
                             const json::Value &value) {
  std::error_code code;
  llvm::raw_fd_ostream file(path.str(), code);
  if (!code) {
    file << llvm::formatv("{0:2}\n", value);
    file.close();
    code = file.error();
    file.clear_error();
  }
  if (code)
    return makeError(EMB_IO_ERROR, path + ": " + code.message());
  return llvm::Error::success();
}

/// Bytes of the largest cache, or a guess that is not too small.
static size_t getCacheBytes() {
  long bytes = sysconf(_SC_LEVEL3_CACHE_SIZE);
  return bytes > 0 ? bytes : size_t(64) << 20;
}

/// Bytes to write that leave nothing else in the caches.
static size_t getSweepBytes(const BenchOptions &options) {
  return options.smoke ? size_t(1) << 16 : 2 * getCacheBytes();
}

static llvm::Error writeInputs(ArrayRef<Case> cases,
                               const BenchOptions &options) {
  StringRef folder = options.inputsFolder;
  if (std::error_code code = llvm::sys::fs::create_directories(folder))
    return makeError(EMB_IO_ERROR, folder + ": " + code.message());
  json::Array list;
  for (const Case &one : cases) {
    llvm::Expected<Lookups> lookups = makeLookups(one);
    if (!lookups)
      return lookups.takeError();
    std::string stem = (folder + "/" + one.getName()).str();
    if (llvm::Error error =
            writeNpy(stem + ".indices.npy", lookups->indices.ref()))
      return error;
    if (one.isRagged())
      if (llvm::Error error =
              writeNpy(stem + ".offsets.npy", lookups->offsets.ref()))
        return error;
    list.push_back(describe(one));
  }
  return writeFile(
      folder + "/cases.json",
      json::Object{{"cases", std::move(list)},
                   {"sweep_bytes", int64_t(getSweepBytes(options))}});
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

namespace {

/// A case on its way through Google Benchmark, which calls run() and asks for
/// its result in the reporter.
class Measurement {
public:
  Measurement(const Case &config, const BenchOptions &options)
      : options(options) {
    result.config = config;
  }

  void run(::benchmark::State &state) {
    if (llvm::Error error = measure(state)) {
      message = llvm::toString(std::move(error));
      state.SkipWithError(message.c_str());
    }
  }

  /// The case and what is wrong with it; success if nothing is.
  llvm::Error takeError() const {
    if (message.empty())
      return llvm::Error::success();
    return makeError(EMB_INVALID_ARGUMENT,
                     result.config.getName() + ": " + message);
  }

  Result result;

private:
  llvm::Error measure(::benchmark::State &state);
  llvm::Error measureCeiling(Contest &contest);
  llvm::Expected<int64_t> getRounds(Contest &contest);

  const BenchOptions &options;
  std::string message;
};

/// Shows results as they come.
class Reporter : public ::benchmark::BenchmarkReporter {
public:
  Reporter(llvm::raw_ostream &os, ArrayRef<Measurement> measurements)
      : os(os), measurements(measurements) {
    for (const Measurement &one : measurements)
      width = std::max(width, one.result.config.getName().size());
  }

  bool ReportContext(const Context &) override {
    printHeader(os, width);
    return true;
  }
  void ReportRuns(const std::vector<Run> &runs) override {
    for (const Run &run : runs)
      if (!run.error_occurred)
        printRow(os, width, measurements[run.family_index].result);
  }

private:
  llvm::raw_ostream &os;
  ArrayRef<Measurement> measurements;
  size_t width = 0;
};

} // namespace

/// How often compiled code has to run to fill the time that is asked for.
llvm::Expected<int64_t> Measurement::getRounds(Contest &contest) {
  if (options.smoke)
    return 1;
  double milliseconds = 0.0;
  int64_t runs = 0;
  for (; runs < 3; ++runs) {
    llvm::Expected<double> time = contest.timeCompiled();
    if (!time)
      return time;
    milliseconds += *time;
  }
  double wanted = options.minTime * 1e3 * runs / std::max(milliseconds, 1e-3);
  // Emptying the caches takes longer than most runs.
  double most = result.config.flushed ? 200.0 : 5000.0;
  return static_cast<int64_t>(std::clamp(wanted, 11.0, most));
}

/// The higher one of this and an earlier measurement.
llvm::Error Measurement::measureCeiling(Contest &contest) {
  llvm::Expected<double> ceiling =
      contest.measureCeiling(options.smoke ? 1 : 11);
  if (!ceiling)
    return ceiling.takeError();
  result.ceiling = std::max(result.ceiling, *ceiling);
  return llvm::Error::success();
}

llvm::Error Measurement::measure(::benchmark::State &state) {
  llvm::Expected<std::unique_ptr<Contest>> made =
      Contest::create(result.config, options.compile, getSweepBytes(options));
  if (!made)
    return made.takeError();
  Contest &contest = **made;
  if (llvm::Error error = contest.check())
    return error;
  result.lookups = contest.getLookups().count;
  result.touched = contest.getLookups().touched.size();
  result.traffic = getTraffic(result.config, contest.getLookups());
  result.compileMilliseconds = contest.getCompileStats().milliseconds;
  result.fromCache = contest.getCompileStats().loadedFromCache;

  result.regionBefore = timeEmptyRegion();
  if (llvm::Error error = measureCeiling(contest))
    return error;
  if (!options.smoke)
    contest.tune();
  result.tuning = contest.getTuning();
  llvm::Expected<int64_t> rounds = getRounds(contest);
  if (!rounds)
    return rounds.takeError();

  std::vector<double> compiled, twin, ratios;
  for (auto _ : state) {
    for (int64_t round = 0; round < *rounds; ++round) {
      llvm::Expected<double> time = contest.timeCompiled();
      if (!time)
        return time.takeError();
      compiled.push_back(*time);
      twin.push_back(contest.timeTwin());
      ratios.push_back(compiled.back() / twin.back());
    }
    result.compiled = Spread::of(compiled);
    result.twin = Spread::of(twin);
    result.ratio = Spread::of(ratios);
    result.rounds = *rounds;
    state.SetIterationTime(result.compiled.median * 1e-3);
  }
  if (llvm::Error error = measureCeiling(contest))
    return error;
  result.regionAfter = timeEmptyRegion();
  return llvm::Error::success();
}

static json::Object describeMachine() {
  return json::Object{{"processor", llvm::sys::getHostCPUName()},
                      {"cores", int64_t(std::thread::hardware_concurrency())},
                      {"last_cache_bytes", int64_t(getCacheBytes())},
                      {"twin", getTwinKernels().name}};
}

llvm::Error bench::runBench(const BenchOptions &options,
                            llvm::raw_ostream &os) {
  llvm::Expected<std::vector<Case>> cases = selectCases(options);
  if (!cases)
    return cases.takeError();
  if (options.list) {
    for (const Case &one : *cases)
      os << one.getName() << "\n";
    return llvm::Error::success();
  }
  if (!options.inputsFolder.empty())
    return writeInputs(*cases, options);

  std::vector<Measurement> measurements;
  for (const Case &one : *cases)
    measurements.emplace_back(one, options);
  ::benchmark::ClearRegisteredBenchmarks();
  for (Measurement &one : measurements)
    ::benchmark::RegisterBenchmark(
        one.result.config.getName().c_str(),
        [&one](::benchmark::State &state) { one.run(state); })
        ->Iterations(1)
        ->UseManualTime();
  Reporter reporter(os, measurements);
  ::benchmark::RunSpecifiedBenchmarks(&reporter, ".");

  int64_t numVoid = 0;
  json::Array results;
  for (const Measurement &one : measurements) {
    if (llvm::Error error = one.takeError())
      return error;
    numVoid += one.result.isVoid();
    results.push_back(describe(one.result));
  }
  os << measurements.size() << " cases, " << numVoid << " void\n";
  if (options.jsonFile.empty())
    return llvm::Error::success();
  return writeFile(options.jsonFile,
                   json::Object{{"machine", describeMachine()},
                                {"smoke", options.smoke},
                                {"results", std::move(results)}});
}
