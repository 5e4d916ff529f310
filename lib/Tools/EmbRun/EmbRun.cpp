//===- EmbRun.cpp - Run functions of a module from files ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Tools/EmbRun.h"

#include "TensorFiles.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

#include <chrono>
#include <cstring>

using namespace mlir;
using namespace mlir::emb;

namespace {
/// One use of emb-run, after compiling.
class Run {
public:
  Run(const EmbRunOptions &options, CompiledFunction function)
      : options(options), function(std::move(function)),
        signature(this->function.getSignature()) {}

  llvm::Error readArguments();
  llvm::Error checkOutputNames();
  llvm::Error runAll();
  void printTimes(llvm::raw_ostream &os);
  llvm::Error printProfile(llvm::raw_ostream &os);
  llvm::Error writeAndPrint(llvm::raw_ostream &os);

private:
  llvm::Expected<size_t> findArgument(StringRef name);
  /// The result or argument that an output or print names.
  llvm::Expected<RuntimeValue> getOutput(StringRef name);
  llvm::Error runOnce();
  std::string describeChanges(ArrayRef<Tensor> before);

  const EmbRunOptions &options;
  CompiledFunction function;
  const Signature &signature;
  std::vector<RuntimeValue> arguments;
  std::optional<BoundCall> call;
  std::vector<double> microseconds;
};
} // namespace

/// Splits "N=REST".
static llvm::Expected<std::pair<StringRef, StringRef>>
splitAssignment(StringRef text, StringRef flag, StringRef expected) {
  auto [name, rest] = text.split('=');
  if (name.empty() || rest.empty())
    return makeError(EMB_INVALID_ARGUMENT,
                     flag + " " + text + ": expected " + expected);
  return std::make_pair(name, rest);
}

llvm::Expected<size_t> Run::findArgument(StringRef name) {
  int64_t position = signature.findArgument(name);
  if (position < 0 &&
      (name.getAsInteger(10, position) || position < 0 ||
       position >= static_cast<int64_t>(signature.arguments.size())))
    return makeError(EMB_INVALID_ARGUMENT,
                     "there is no argument '" + name + "': " + signature.str());
  return position;
}

llvm::Error Run::readArguments() {
  std::vector<std::optional<RuntimeValue>> values(signature.arguments.size());
  for (StringRef text : options.arguments) {
    auto parts = splitAssignment(text, "--arg", "NAME=VALUE");
    if (!parts)
      return parts.takeError();
    llvm::Expected<size_t> position = findArgument(parts->first);
    if (!position)
      return position.takeError();
    std::string what = signature.describeArgument(*position);
    if (values[*position])
      return makeError(EMB_INVALID_ARGUMENT, what + " is given twice");
    auto value = parseRunArgument(parts->second,
                                  signature.arguments[*position].type, what);
    if (!value)
      return value.takeError();
    values[*position] = std::move(*value);
  }
  for (auto [position, value] : llvm::enumerate(values)) {
    if (!value)
      return makeError(EMB_INVALID_ARGUMENT,
                       signature.describeArgument(position) +
                           " is not given, expected --arg for " +
                           signature.arguments[position].type.str() + ": " +
                           signature.str());
    arguments.push_back(std::move(*value));
  }
  llvm::Expected<BoundCall> bound = function.bind(arguments);
  if (!bound)
    return bound.takeError();
  call.emplace(std::move(*bound));
  return llvm::Error::success();
}

llvm::Expected<RuntimeValue> Run::getOutput(StringRef name) {
  int64_t position = signature.findArgument(name);
  StringRef number = name;
  if (position < 0 && number.consume_front("arg") &&
      (number.getAsInteger(10, position) ||
       position >= static_cast<int64_t>(arguments.size())))
    position = -1;
  if (position >= 0)
    return arguments[position];
  if (name.getAsInteger(10, position) || position < 0 ||
      position >= static_cast<int64_t>(signature.results.size()))
    return makeError(EMB_INVALID_ARGUMENT,
                     "there is no result or argument '" + name +
                         "', expected the position of a result, the name of "
                         "an argument, or arg and its position: " +
                         signature.str());
  return call->getResult(position);
}

/// Refuses wrong names before anything runs.
llvm::Error Run::checkOutputNames() {
  auto check = [&](StringRef name) -> llvm::Error {
    uint64_t position;
    if (!name.getAsInteger(10, position) && position < signature.results.size())
      return llvm::Error::success();
    return getOutput(name).takeError();
  };
  for (StringRef text : options.outputs) {
    auto parts = splitAssignment(text, "--out", "NAME=FILE");
    if (!parts)
      return parts.takeError();
    if (llvm::Error error = OutputFiles::check(parts->second))
      return error;
    if (llvm::Error error = check(parts->first))
      return error;
  }
  for (StringRef name : options.prints)
    if (llvm::Error error = check(name))
      return error;
  return llvm::Error::success();
}

std::string Run::describeChanges(ArrayRef<Tensor> before) {
  std::string changed;
  for (auto [position, copy] : llvm::enumerate(before))
    if (arguments[position].isTensor() &&
        std::memcmp(arguments[position].getTensor().data, copy.data(),
                    copy.getSizeInBytes()) != 0)
      changed += " " + signature.describeArgument(position) + ";";
  if (changed.empty())
    return "no argument was changed (checked byte by byte)";
  return "CHANGED:" + changed;
}

llvm::Error Run::runOnce() {
  if (!options.checkUnchanged)
    return call->run();
  std::vector<Tensor> before;
  for (const RuntimeValue &argument : arguments) {
    llvm::Expected<Tensor> copy =
        argument.isTensor() ? Tensor::copyOf(argument.getTensor()) : Tensor();
    if (!copy)
      return copy.takeError();
    before.push_back(std::move(*copy));
  }
  llvm::Error error = call->run();
  if (!error)
    return error;
  EmbStatus status = getStatus(error);
  return makeError(status, llvm::toString(std::move(error)) + "\n" +
                               describeChanges(before));
}

llvm::Error Run::runAll() {
  for (unsigned i = 0; i < options.repeat; ++i) {
    auto start = std::chrono::steady_clock::now();
    if (llvm::Error error = runOnce())
      return error;
    microseconds.push_back(std::chrono::duration<double, std::micro>(
                               std::chrono::steady_clock::now() - start)
                               .count());
    // The first run meets cold memory; with others it is no measure.
    if (i == 0 && options.repeat > 1)
      function.takeProfile();
  }
  return llvm::Error::success();
}

void Run::printTimes(llvm::raw_ostream &os) {
  os << llvm::format("first run: %.1f us\n", microseconds.front());
  std::vector<double> rest(microseconds.begin() + 1, microseconds.end());
  if (rest.empty())
    return;
  llvm::sort(rest);
  size_t middle = rest.size() / 2;
  double median =
      rest.size() % 2 ? rest[middle] : (rest[middle - 1] + rest[middle]) / 2;
  os << llvm::format("next %zu runs: median %.1f us, min %.1f us\n",
                     rest.size(), median, rest.front());
}

llvm::Error Run::printProfile(llvm::raw_ostream &os) {
  Profile profile = function.takeProfile();
  profile.print(os);
  if (options.traceFile.empty())
    return llvm::Error::success();
  std::error_code error;
  llvm::raw_fd_ostream file(options.traceFile, error);
  if (!error) {
    profile.writeTrace(file);
    file.close();
    error = file.error();
    file.clear_error();
  }
  if (error)
    return makeError(EMB_IO_ERROR, options.traceFile + ": cannot be written: " +
                                       error.message());
  return llvm::Error::success();
}

llvm::Error Run::writeAndPrint(llvm::raw_ostream &os) {
  OutputFiles files;
  for (StringRef text : options.outputs) {
    auto [name, spec] = text.split('=');
    llvm::Expected<RuntimeValue> value = getOutput(name);
    if (!value)
      return value.takeError();
    files.add(spec, std::move(*value));
  }
  if (llvm::Error error = files.write())
    return error;
  for (StringRef name : options.prints) {
    llvm::Expected<RuntimeValue> value = getOutput(name);
    if (!value)
      return value.takeError();
    Scalar scalar;
    TensorRef view;
    if (value->isTensor()) {
      view = value->getTensor();
    } else {
      scalar = value->getScalar();
      view = TensorRef(scalar.bytes, scalar.dtype, {});
    }
    os << name << ": " << formatShape(view.shape, view.dtype) << '\n';
    printTensor(os, view);
    os << '\n';
  }
  return llvm::Error::success();
}

/// The entry that the options name, or the only one there is.
static llvm::Expected<CompiledFunction> findEntry(const Executable &executable,
                                                  StringRef name) {
  if (!name.empty())
    return executable.lookup(name);
  std::vector<Signature> signatures = executable.getSignatures();
  if (signatures.size() == 1)
    return executable.lookup(signatures.front().name);
  std::string names;
  for (const Signature &signature : signatures)
    names += (names.empty() ? "" : ", ") + signature.name;
  return makeError(EMB_INVALID_ARGUMENT,
                   signatures.empty()
                       ? "the module has no entry: no function with a body"
                       : "the module has more than one entry, expected "
                         "--entry with one of: " +
                             names);
}

llvm::Error mlir::emb::runEmbRun(const EmbRunOptions &options,
                                 llvm::raw_ostream &os,
                                 llvm::raw_ostream &warnings) {
  if (options.compileTo) {
    llvm::Expected<std::string> text =
        printAfterPhase(options.inputFile, *options.compileTo, options.compile);
    if (!text)
      return text.takeError();
    os << *text;
    return llvm::Error::success();
  }
  if (options.repeat == 0)
    return makeError(EMB_INVALID_ARGUMENT,
                     "--repeat 0: expected at least one run");
  auto executable = compileFile(options.inputFile, options.compile);
  if (!executable)
    return executable.takeError();
  const CompileStats &stats = (*executable)->getStats();
  for (const std::string &warning : stats.warnings)
    warnings << warning << '\n';

  llvm::Expected<CompiledFunction> function =
      findEntry(**executable, options.entry);
  if (!function)
    return function.takeError();
  Run run(options, std::move(*function));
  if (llvm::Error error = run.readArguments())
    return error;
  if (llvm::Error error = run.checkOutputNames())
    return error;
  if (llvm::Error error = run.runAll())
    return error;
  if (options.time) {
    os << (stats.loadedFromCache ? "loaded from the cache" : "compiled")
       << llvm::format(" in %.1f ms\n", stats.milliseconds);
    run.printTimes(os);
  }
  if (options.compile.profile)
    if (llvm::Error error = run.printProfile(os))
      return error;
  return run.writeAndPrint(os);
}
