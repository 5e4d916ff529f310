//===- ModelProgram.cpp - What is behind a CompiledModel ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModelProgram.h"

#include "Names.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

/// A tensor with `value` in each element.
static llvm::Expected<Tensor> makeState(const StepState &state) {
  // Zeros are left to the system, which gives them when they are first read.
  llvm::Expected<Tensor> tensor = Tensor::zeros(state.dtype, state.shape);
  if (!tensor || state.initialValue == 0.0)
    return tensor;
  int64_t width = getByteWidth(state.dtype);
  auto *bytes = static_cast<char *>(tensor->data());
  for (int64_t i = 0, size = tensor->getNumElements(); i < size; ++i)
    storeFromDouble(state.dtype, state.initialValue, bytes + i * width);
  return tensor;
}

llvm::Error ModelProgram::addFunction(const StepFunction &description) {
  llvm::Expected<CompiledFunction> compiled =
      executable->lookup(description.name);
  if (!compiled)
    return compiled.takeError();
  Function function{description, *compiled, {}};
  for (const GraphInput &input : graph->getInputs()) {
    int64_t position = compiled->getSignature().findArgument(input.name);
    if (position >= 0)
      function.inputs.push_back({input.name, position});
  }
  functions.push_back(std::move(function));
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<ModelProgram>>
ModelProgram::create(std::shared_ptr<Graph> graph, Steps steps,
                     const CompileOptions &options, SourceLocation loc) {
  std::unique_ptr<ModelProgram> program(new ModelProgram());
  llvm::Expected<std::unique_ptr<Executable>> executable =
      compileModule(*steps.module, options);
  if (!executable)
    return executable.takeError();
  program->graph = std::move(graph);
  program->steps = std::move(steps);
  program->executable = std::move(*executable);
  for (const StepFunction &function : program->steps.functions)
    if (llvm::Error error = program->addFunction(function))
      return error;
  for (const StepState &state : program->steps.states) {
    llvm::Expected<Tensor> tensor = makeState(state);
    if (!tensor)
      return makeError(getStatus(tensor.takeError()),
                       describe(loc) + ": the state '" + state.name +
                           "' cannot be allocated");
    program->states.push_back(std::move(*tensor));
  }
  return program;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

SmallVector<RuntimeValue>
ModelProgram::getArguments(const Function &function) const {
  const Signature &signature = function.compiled.getSignature();
  SmallVector<RuntimeValue> arguments(signature.arguments.size(), int64_t(0));
  auto set = [&](StringRef name, RuntimeValue value) {
    int64_t position = signature.findArgument(name);
    if (position >= 0)
      arguments[position] = std::move(value);
  };
  for (GraphParameter &parameter : graph->getParameters())
    set(parameter.name, parameter.data.ref());
  for (auto [state, tensor] : llvm::zip_equal(steps.states, states))
    set(state.name, const_cast<Tensor &>(tensor).ref());
  for (const StepRate &rate : steps.rates)
    set(rate.argument, rate.rate.value);
  return arguments;
}

llvm::Expected<SmallVector<const RuntimeValue *>>
ModelProgram::matchInputs(const Function &function, ArrayRef<Feed> inputs,
                          SourceLocation loc) const {
  SmallVector<const RuntimeValue *> values(function.inputs.size(), nullptr);
  auto describeInput = [&]() {
    return "input of '" + function.description.name + "'";
  };
  for (const Feed &feed : inputs) {
    auto it = llvm::find_if(function.inputs, [&](const auto &input) {
      return input.first == feed.name;
    });
    if (it == function.inputs.end()) {
      std::vector<std::string> names;
      for (const auto &input : function.inputs)
        names.push_back(input.first);
      return makeUnknownName(loc, describeInput(), feed.name, names);
    }
    const RuntimeValue *&value = values[it - function.inputs.begin()];
    if (value)
      return makeError(EMB_INVALID_ARGUMENT,
                       describe(loc) + ": " + describeInput() + ": '" +
                           feed.name + "' is given twice");
    value = &feed.value;
  }
  for (auto [value, input] : llvm::zip_equal(values, function.inputs))
    if (!value)
      return makeError(EMB_INVALID_ARGUMENT,
                       describe(loc) + ": " + describeInput() + ": '" +
                           input.first + "' is not given");
  return values;
}

/// The error of a call, with the line of the caller.
static llvm::Error locate(llvm::Error error, SourceLocation loc) {
  EmbStatus status = getStatus(error);
  return makeError(status,
                   describe(loc) + ": " + llvm::toString(std::move(error)));
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// The number that a result without dimension is.
static double readNumber(const RuntimeValue &value) {
  if (value.isScalar())
    return value.getScalar().asDouble();
  TensorRef tensor = value.getTensor();
  return loadAsDouble(tensor.dtype, tensor.data);
}

StepResult ModelProgram::collect(const StepFunction &function,
                                 MutableArrayRef<RuntimeValue> results) {
  StepResult result;
  result.loss = std::nan("");
  if (function.hasLoss) {
    result.loss = readNumber(results.front());
    results = results.drop_front();
  }
  for (auto [number, name] : llvm::enumerate(function.outputs))
    result.values.emplace_back(name, std::move(results[number]));
  return result;
}

llvm::Expected<TensorRef> StepResult::get(StringRef name,
                                          SourceLocation loc) const {
  std::vector<std::string> names;
  for (const auto &[known, value] : values) {
    if (known != name) {
      names.push_back(known);
      continue;
    }
    if (value.isTensor())
      return value.getTensor();
    const Scalar &scalar = value.getScalar();
    return TensorRef(const_cast<unsigned char *>(scalar.bytes), scalar.dtype,
                     {})
        .asReadOnly();
  }
  return makeUnknownName(loc, "result", name, names);
}

llvm::Expected<TensorRef> StepResult::getPacked(StringRef name, DType dtype,
                                                SourceLocation loc) const {
  llvm::Expected<TensorRef> view = get(name, loc);
  if (!view)
    return view;
  std::string what = describe(loc) + ": result '" + name.str() + "': ";
  if (view->dtype != dtype)
    return makeError(EMB_INVALID_ARGUMENT,
                     what + "found " + formatShape(view->shape, view->dtype) +
                         ", expected elements of " + stringify(dtype).str());
  if (!view->isContiguous())
    return makeError(EMB_INVALID_ARGUMENT,
                     what + "found a view with gaps, expected elements one "
                            "after the other");
  return view;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

llvm::Expected<const ModelProgram::Function *>
ModelProgram::find(StringRef name, SourceLocation loc) const {
  auto it = llvm::find_if(functions, [&](const Function &function) {
    return function.description.name == name;
  });
  if (it != functions.end())
    return &*it;
  std::vector<std::string> names;
  for (const Function &function : functions)
    names.push_back(function.description.name);
  return makeUnknownName(loc, "function", name, names);
}

llvm::Expected<StepResult> ModelProgram::call(StringRef name,
                                              ArrayRef<Feed> inputs,
                                              SourceLocation loc) const {
  llvm::Expected<const Function *> function = find(name, loc);
  if (!function)
    return function.takeError();
  auto values = matchInputs(**function, inputs, loc);
  if (!values)
    return values.takeError();
  SmallVector<RuntimeValue> arguments = getArguments(**function);
  for (auto [value, input] : llvm::zip_equal(*values, (*function)->inputs))
    arguments[input.second] = *value;
  auto results = (*function)->compiled.call(arguments);
  if (!results)
    return locate(results.takeError(), loc);
  return collect((*function)->description, *results);
}

llvm::Error ModelProgram::bindTraining(const Function &function,
                                       ArrayRef<const RuntimeValue *> values) {
  const Signature &signature = function.compiled.getSignature();
  size_t stepPosition = signature.findArgument("step");
  if (!training) {
    SmallVector<RuntimeValue> arguments = getArguments(function);
    for (auto [value, input] : llvm::zip_equal(values, function.inputs))
      arguments[input.second] = *value;
    arguments[stepPosition] = numSteps + 1;
    llvm::Expected<BoundCall> bound = function.compiled.bind(arguments);
    if (!bound)
      return bound.takeError();
    training = std::move(*bound);
    return llvm::Error::success();
  }
  for (auto [value, input] : llvm::zip_equal(values, function.inputs))
    if (llvm::Error error = training->setArgument(input.second, *value))
      return error;
  for (const StepRate &rate : steps.rates) {
    int64_t position = signature.findArgument(rate.argument);
    if (position < 0)
      continue;
    if (llvm::Error error = training->setArgument(position, rate.rate.value))
      return error;
  }
  return training->setArgument(stepPosition, numSteps + 1);
}

llvm::Expected<StepResult> ModelProgram::train(ArrayRef<Feed> inputs,
                                               SourceLocation loc) {
  llvm::Expected<const Function *> function = find(kTrain, loc);
  if (!function)
    return function.takeError();
  auto values = matchInputs(**function, inputs, loc);
  if (!values)
    return values.takeError();
  if (llvm::Error error = bindTraining(**function, *values))
    return locate(std::move(error), loc);
  if (llvm::Error error = training->run())
    return locate(std::move(error), loc);
  ++numSteps;

  const StepFunction &description = (*function)->description;
  SmallVector<RuntimeValue> results;
  size_t numOutputs = description.outputs.size() + description.hasLoss;
  for (size_t i = 0; i < numOutputs; ++i) {
    llvm::Expected<RuntimeValue> value =
        training->getResult(description.firstOutput + i);
    if (!value)
      return locate(value.takeError(), loc);
    results.push_back(std::move(*value));
  }
  return collect(description, results);
}
