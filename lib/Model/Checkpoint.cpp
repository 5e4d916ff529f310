//===- Checkpoint.cpp - Tensors of a model in files -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checkpoint.h"

#include "ModelProgram.h"
#include "emb/Model/Model.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

std::vector<NamedTensorRef> emb::getWeights(Graph &graph) {
  std::vector<NamedTensorRef> weights;
  for (GraphParameter &parameter : graph.getParameters())
    weights.push_back({parameter.name, parameter.data.ref()});
  return weights;
}

llvm::Error emb::saveWeights(StringRef path, Graph &graph) {
  return writeSafetensors(path, getWeights(graph), {{"format", "pt"}});
}

/// What keeps `file` from being read into `tensors`, all of it.
static std::vector<std::string>
findDifferences(const SafetensorsFile &file, ArrayRef<NamedTensorRef> tensors) {
  std::vector<std::string> differences;
  for (const NamedTensorRef &expected : tensors) {
    const SafetensorsEntry *found = file.find(expected.name);
    const TensorRef &tensor = expected.tensor;
    if (!found)
      differences.push_back("found no tensor '" + expected.name + "'");
    else if (found->dtype != tensor.dtype || found->shape != tensor.shape)
      differences.push_back(
          "tensor '" + expected.name + "': found " +
          (found->dtype ? formatShape(found->shape, *found->dtype)
                        : found->type) +
          ", expected " + formatShape(tensor.shape, tensor.dtype));
  }
  return differences;
}

static llvm::Error refuse(StringRef path, ArrayRef<std::string> differences) {
  return makeError(EMB_INVALID_SHAPE,
                   path + ": " + llvm::join(differences, "; "));
}

llvm::Error emb::loadTensors(const SafetensorsFile &file, StringRef path,
                             ArrayRef<NamedTensorRef> tensors) {
  std::vector<std::string> differences = findDifferences(file, tensors);
  if (!differences.empty())
    return refuse(path, differences);
  // A table may be too large to be read beside the one that there is. So all of
  // the file is read twice: what cannot be read shows before anything changes.
  if (llvm::Error error = file.checkReadable())
    return error;
  for (const NamedTensorRef &tensor : tensors)
    if (llvm::Error error = file.readInto(tensor.name, tensor.tensor))
      return error;
  return llvm::Error::success();
}

llvm::Error Model::save(StringRef path) const {
  return saveWeights(path, *graph);
}

llvm::Error Model::load(StringRef path) {
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  return loadTensors(*file, path, getWeights(*graph));
}

llvm::Error CompiledModel::save(StringRef path) const {
  return saveWeights(path, program->getGraph());
}

//===----------------------------------------------------------------------===//
// Checkpoints
//===----------------------------------------------------------------------===//

static constexpr StringLiteral kStatePrefix = "optimizer.";
static constexpr StringLiteral kOwnPrefix = "emb.";
static constexpr StringLiteral kStep = "emb.step";
static constexpr StringLiteral kRatePrefix = "emb.lr.";
static constexpr StringLiteral kFormat = "format";

static std::vector<NamedTensorRef> getAllTensors(ModelProgram &program) {
  std::vector<NamedTensorRef> tensors = getWeights(program.getGraph());
  for (auto [state, tensor] :
       llvm::zip_equal(program.getSteps().states, program.getStates()))
    tensors.push_back({kStatePrefix.str() + state.name, tensor.ref()});
  return tensors;
}

/// The number as text that reads back as the same number.
static std::string printNumber(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.17g", number);
  return text;
}

llvm::Error CompiledModel::saveCheckpoint(StringRef path,
                                          const Metadata &metadata) const {
  Metadata all = metadata;
  for (const auto &[key, value] : metadata)
    if (StringRef(key).starts_with(kOwnPrefix) || key == kFormat)
      return makeError(EMB_INVALID_ARGUMENT,
                       "metadata: the key '" + key +
                           "' is reserved, expected one that is not '" +
                           kFormat + "' and does not begin with '" +
                           kOwnPrefix + "'");
  all[kFormat.str()] = "pt";
  all[kStep.str()] = std::to_string(program->getNumSteps());
  for (const StepRate &rate : program->getRates())
    all[kRatePrefix.str() + rate.rate.group] = printNumber(rate.rate.value);
  return writeSafetensors(path, getAllTensors(*program), all);
}

namespace {
/// What a checkpoint says besides tensors.
struct Progress {
  int64_t numSteps = 0;
  std::vector<double> rates;
  Metadata rest;
};
} // namespace

/// What of the metadata is emb's; what is missing is added to `differences`.
static Progress readProgress(const Metadata &metadata, ArrayRef<StepRate> rates,
                             std::vector<std::string> &differences) {
  Progress progress;
  auto find = [&](const std::string &key) {
    auto it = metadata.find(key);
    return it == metadata.end() ? StringRef() : StringRef(it->second);
  };
  StringRef steps = find(kStep.str());
  if (steps.getAsInteger(10, progress.numSteps) || progress.numSteps < 0)
    differences.push_back(("metadata '" + kStep + "': found '" + steps +
                           "', expected the number of steps of a checkpoint")
                              .str());
  for (const StepRate &rate : rates) {
    std::string key = kRatePrefix.str() + rate.rate.group;
    double value = 0.0;
    if (find(key).getAsDouble(value) || !std::isfinite(value))
      differences.push_back(("metadata '" + key + "': found '" + find(key) +
                             "', expected the learning rate of the group '" +
                             rate.rate.group + "'")
                                .str());
    progress.rates.push_back(value);
  }
  for (const auto &[key, value] : metadata)
    if (!StringRef(key).starts_with(kOwnPrefix) && key != kFormat)
      progress.rest[key] = value;
  return progress;
}

llvm::Expected<Metadata> CompiledModel::loadCheckpoint(StringRef path) {
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  std::vector<NamedTensorRef> tensors = getAllTensors(*program);
  std::vector<std::string> differences = findDifferences(*file, tensors);
  llvm::StringSet<> expected;
  for (const NamedTensorRef &tensor : tensors)
    expected.insert(tensor.name);
  for (const SafetensorsEntry &found : file->getTensors())
    if (!expected.contains(found.name))
      differences.push_back("found tensor '" + found.name +
                            "', which this model does not have");
  Progress progress =
      readProgress(file->getMetadata(), program->getRates(), differences);
  if (!differences.empty())
    return refuse(path, differences);
  if (llvm::Error error = loadTensors(*file, path, tensors))
    return std::move(error);
  program->setNumSteps(progress.numSteps);
  for (auto [rate, value] :
       llvm::zip_equal(program->getRates(), progress.rates))
    rate.rate.value = value;
  return std::move(progress.rest);
}
