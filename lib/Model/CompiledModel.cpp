//===- CompiledModel.cpp - The steps of a model ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelProgram.h"
#include "Names.h"

#include "mlir/IR/AsmState.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

llvm::Expected<CompiledModel> Model::compile(const ModelCompileOptions &options,
                                             SourceLocation loc) {
  auto refuse = [&](const Twine &message) {
    return makeError(EMB_COMPILE_ERROR, message);
  };
  if (!graph->getErrors().empty())
    return refuse(llvm::join(graph->getErrors(), "\n"));
  if (graph->getLaterChange())
    return refuse(describe(*graph->getLaterChange()) +
                  ": error: the model was changed after it was compiled at " +
                  describe(*graph->getCompiled()));
  FailureOr<Steps> steps = buildSteps(*graph, options, loc);
  if (failed(steps))
    return refuse(llvm::join(graph->takeErrors(), "\n"));
  auto program =
      ModelProgram::create(graph, std::move(*steps), options.compile, loc);
  if (!program)
    return program.takeError();
  graph->noteCompiled(loc);
  return CompiledModel(std::move(*program));
}

CompiledModel::CompiledModel(std::unique_ptr<ModelProgram> program)
    : program(std::move(program)) {}
CompiledModel::CompiledModel(CompiledModel &&) = default;
CompiledModel &CompiledModel::operator=(CompiledModel &&) = default;
CompiledModel::~CompiledModel() = default;

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

Feed::Feed(llvm::StringRef name, RuntimeValue given)
    : name(name), value(std::move(given)) {
  if (!value.isScalar())
    return;
  // All inputs are tensors.
  Scalar scalar = value.getScalar();
  llvm::Expected<Tensor> tensor =
      Tensor::copyOf(TensorRef(scalar.bytes, scalar.dtype, {}));
  if (tensor)
    value = std::move(*tensor);
  else // The call says so.
    llvm::consumeError(tensor.takeError());
}

llvm::Expected<StepResult> CompiledModel::train(ArrayRef<Feed> inputs,
                                                SourceLocation loc) {
  return program->train(inputs, loc);
}

llvm::Expected<StepResult> CompiledModel::evaluate(ArrayRef<Feed> inputs,
                                                   SourceLocation loc) const {
  return program->call(kEvaluate, inputs, loc);
}

llvm::Expected<StepResult> CompiledModel::predict(ArrayRef<Feed> inputs,
                                                  SourceLocation loc) const {
  return program->call(kPredict, inputs, loc);
}

llvm::Expected<StepResult> CompiledModel::call(StringRef function,
                                               ArrayRef<Feed> inputs,
                                               SourceLocation loc) const {
  if (function == kTrain)
    return makeError(EMB_INVALID_ARGUMENT, describe(loc) + ": '" + function +
                                               "' changes the model, "
                                               "expected train()");
  return program->call(function, inputs, loc);
}

//===----------------------------------------------------------------------===//
// Training
//===----------------------------------------------------------------------===//

static llvm::Error verifyRate(double lr, SourceLocation loc) {
  if (std::isfinite(lr))
    return llvm::Error::success();
  return makeError(EMB_INVALID_ARGUMENT,
                   describe(loc) + ": found learning rate " +
                       std::to_string(lr) + ", expected a finite number");
}

llvm::Error CompiledModel::setLearningRate(double lr, SourceLocation loc) {
  if (llvm::Error error = verifyRate(lr, loc))
    return error;
  for (StepRate &rate : program->getRates())
    rate.rate.value = lr;
  return llvm::Error::success();
}

llvm::Error CompiledModel::setLearningRate(StringRef group, double lr,
                                           SourceLocation loc) {
  if (llvm::Error error = verifyRate(lr, loc))
    return error;
  std::vector<std::string> names;
  for (StepRate &rate : program->getRates()) {
    if (rate.rate.group == group) {
      rate.rate.value = lr;
      return llvm::Error::success();
    }
    names.push_back(rate.rate.group);
  }
  return makeUnknownName(loc, "group", group, names);
}

std::vector<LearningRate> CompiledModel::getLearningRates() const {
  std::vector<LearningRate> rates;
  for (const StepRate &rate : program->getRates())
    rates.push_back(rate.rate);
  return rates;
}

int64_t CompiledModel::getNumSteps() const { return program->getNumSteps(); }

std::vector<std::string> CompiledModel::getStateNames() const {
  std::vector<std::string> names;
  for (const StepState &state : program->getSteps().states)
    names.push_back(state.name);
  return names;
}

llvm::Expected<TensorRef> CompiledModel::getState(StringRef name,
                                                  SourceLocation loc) {
  for (auto [state, tensor] :
       llvm::zip_equal(program->getSteps().states, program->getStates()))
    if (state.name == name)
      return tensor.ref();
  return makeUnknownName(loc, "state", name, getStateNames());
}

//===----------------------------------------------------------------------===//
// What was compiled
//===----------------------------------------------------------------------===//

std::string CompiledModel::getIR(bool locations) const {
  OpPrintingFlags flags;
  flags.printNameLocAsPrefix().enableDebugInfo(locations);
  std::string text;
  llvm::raw_string_ostream os(text);
  ModuleOp module = *program->getSteps().module;
  module.print(os, flags);
  return text;
}

size_t CompiledModel::getNumCompilations() const {
  return 1 + program->getExecutable().getVariantStats().size();
}

llvm::Expected<Profile> CompiledModel::takeProfile(StringRef function) {
  llvm::Expected<CompiledFunction> compiled =
      program->getExecutable().lookup(function);
  if (!compiled)
    return compiled.takeError();
  return compiled->takeProfile();
}

const CompileStats &CompiledModel::getStats() const {
  return program->getExecutable().getStats();
}
