//===- Conformance.cpp - Run cases with known results ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Tools/Conformance.h"
#include "CaseRun.h"
#include "Compare.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

namespace {
/// A folder that should hold a case.
struct CaseFolder {
  std::string name, path;
};

/// Runs cases and prints what happened.
class ConformanceRun {
public:
  ConformanceRun(const ConformanceOptions &options, llvm::raw_ostream &os)
      : options(options), os(os), compiler(options.compile) {}

  void run(const CaseFolder &folder);
  const ConformanceSummary &getSummary() const { return summary; }

private:
  void fail(StringRef name, ArrayRef<std::string> messages);
  llvm::Error writeModules(StringRef name, StringRef modules);

  const ConformanceOptions &options;
  llvm::raw_ostream &os;
  Compiler compiler;
  ConformanceSummary summary;
};
} // namespace

static std::string joinPath(StringRef folder, StringRef name) {
  SmallString<128> path(folder);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

/// The names that index.json lists; none without such a file.
static llvm::Expected<std::set<std::string>> readIndex(StringRef folder) {
  std::set<std::string> names;
  std::string path = joinPath(folder, "index.json");
  if (!llvm::sys::fs::exists(path))
    return names;
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return malformedCase("cannot read " + path + ": " +
                         buffer.getError().message());
  llvm::Expected<llvm::json::Value> root =
      llvm::json::parse((*buffer)->getBuffer());
  if (!root)
    return malformedCase(path + ": " + llvm::toString(root.takeError()));
  const llvm::json::Object *object = root->getAsObject();
  const llvm::json::Array *cases = object ? object->getArray("cases") : nullptr;
  if (!cases)
    return malformedCase(path + ": expected an object with 'cases', an array "
                                "of names");
  for (const llvm::json::Value &value : *cases) {
    std::optional<StringRef> name = value.getAsString();
    if (!name || name->empty() || llvm::sys::path::filename(*name) != *name)
      return malformedCase(path + ": expected names of folders in 'cases'");
    names.insert(name->str());
  }
  return names;
}

/// The cases of a folder: itself, or those that are in it or should be.
static llvm::Expected<std::vector<CaseFolder>> findCases(StringRef folder) {
  std::vector<CaseFolder> cases;
  StringRef trimmed = folder.rtrim('/');
  if (llvm::sys::fs::exists(joinPath(folder, "case.json"))) {
    cases.push_back({llvm::sys::path::filename(trimmed).str(), folder.str()});
    return cases;
  }
  llvm::Expected<std::set<std::string>> names = readIndex(folder);
  if (!names)
    return names.takeError();
  std::error_code code;
  llvm::sys::fs::directory_iterator it(folder, code), end;
  for (; !code && it != end; it.increment(code))
    if (llvm::sys::fs::exists(joinPath(it->path(), "case.json")))
      names->insert(llvm::sys::path::filename(it->path()).str());
  if (code)
    return malformedCase("cannot read the folder " + folder + ": " +
                         code.message());
  for (const std::string &name : *names)
    cases.push_back({name, joinPath(folder, name)});
  if (cases.empty())
    return malformedCase(folder + ": found no case, expected case.json or "
                                  "folders with one");
  return cases;
}

void ConformanceRun::fail(StringRef name, ArrayRef<std::string> messages) {
  ++summary.failed;
  for (const std::string &message : messages) {
    // One line each, whatever the compiler had to say.
    SmallVector<StringRef> lines;
    StringRef(message).split(lines, '\n', -1, /*KeepEmpty=*/false);
    os << "FAIL " << name << ": ";
    llvm::interleave(lines, os, " | ");
    os << '\n';
  }
}

llvm::Error ConformanceRun::writeModules(StringRef name, StringRef modules) {
  std::string path = joinPath(options.keepIR, (name + ".mlir").str());
  std::error_code code;
  llvm::raw_fd_ostream file(path, code);
  if (!code) {
    file << modules;
    file.close();
    code = file.error();
    file.clear_error();
  }
  if (code)
    return malformedCase("cannot write " + path + ": " + code.message());
  return llvm::Error::success();
}

/// What is wrong with an output; "" if nothing is.
static std::string compareOutput(const CaseRun &run, const OutputInfo &output) {
  llvm::Expected<TensorRef> got = run.getOutput(output.name);
  if (!got)
    return llvm::toString(got.takeError());
  llvm::Expected<Tensor> want = readTensor(output);
  if (!want)
    return llvm::toString(want.takeError());
  return compare(output, *got, *want);
}

void ConformanceRun::run(const CaseFolder &folder) {
  llvm::Expected<Case> testCase = readCase(folder.path);
  if (!testCase)
    return fail(folder.name, llvm::toString(testCase.takeError()));
  testCase->name = folder.name;
  RunCase runCase = findCaseKind(testCase->op);
  if (!runCase)
    return fail(folder.name, "unknown op '" + testCase->op + "'");

  std::string modules;
  bool isError = testCase->op == "error";
  CaseRun run(*testCase, compiler, options.keepIR.empty() ? nullptr : &modules);
  llvm::Error error = runCase(run);
  if (!modules.empty())
    error =
        llvm::joinErrors(std::move(error), writeModules(folder.name, modules));
  if (error)
    return fail(folder.name, llvm::toString(std::move(error)));

  std::vector<std::string> messages;
  for (const OutputInfo &output : testCase->outputs) {
    if (output.check == Check::Info)
      continue;
    std::string message =
        isError ? "an error case has no output to compare, expected check info"
                : compareOutput(run, output);
    if (!message.empty())
      messages.push_back(output.name + ": " + message);
  }
  if (!messages.empty())
    return fail(folder.name, messages);
  ++summary.passed;
  if (options.verbose)
    os << "PASS " << folder.name << '\n';
}

llvm::Expected<ConformanceSummary>
mlir::emb::runConformance(const ConformanceOptions &options,
                          llvm::raw_ostream &os) {
  llvm::Regex filter(options.filter.empty() ? ".*" : options.filter);
  std::string wrong;
  if (!filter.isValid(wrong))
    return makeError(EMB_INVALID_ARGUMENT,
                     "the filter '" + options.filter + "': " + wrong);
  if (!options.keepIR.empty())
    if (std::error_code code =
            llvm::sys::fs::create_directories(options.keepIR))
      return makeError(EMB_IO_ERROR, "cannot make the folder " +
                                         options.keepIR + ": " +
                                         code.message());
  std::vector<CaseFolder> cases;
  for (const std::string &folder : options.folders) {
    llvm::Expected<std::vector<CaseFolder>> found = findCases(folder);
    if (!found)
      return found.takeError();
    for (CaseFolder &testCase : *found)
      if (filter.match(testCase.name))
        cases.push_back(std::move(testCase));
  }
  if (cases.empty())
    return makeError(EMB_INVALID_ARGUMENT,
                     "no case matches the filter '" + options.filter + "'");

  ConformanceRun run(options, os);
  for (const CaseFolder &testCase : cases) {
    run.run(testCase);
    os.flush();
  }
  ConformanceSummary summary = run.getSummary();
  os << summary.passed << " passed, " << summary.failed
     << " failed, 0 skipped\n";
  return summary;
}
