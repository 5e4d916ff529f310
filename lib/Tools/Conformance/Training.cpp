//===- Training.cpp - Models trained for some steps -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Training.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

void Training::fail(llvm::Error found) {
  if (error)
    llvm::consumeError(std::move(found));
  else
    error = std::move(found);
}

/// "32x?"
static std::string formatExpected(ArrayRef<int64_t> expected) {
  std::vector<std::string> extents;
  for (int64_t extent : expected)
    extents.push_back(extent == Training::kAny ? "?" : std::to_string(extent));
  return llvm::join(extents, "x");
}

Shape Training::add(StringRef name, Role role, ArrayRef<int64_t> expected) {
  Shape absent(expected);
  std::replace(absent.begin(), absent.end(), kAny, int64_t(0));
  llvm::Expected<Tensor *> tensor = run.testCase.getInput(name);
  if (!tensor) {
    fail(tensor.takeError());
    return absent;
  }
  Shape wanted(expected);
  if (role == Role::Data)
    wanted.insert(wanted.begin(), kAny);
  ArrayRef<int64_t> found = (*tensor)->getShape();
  if (found.size() != wanted.size() ||
      llvm::any_of(llvm::zip_equal(found, wanted), [](auto extents) {
        auto [size, expected] = extents;
        return expected != kAny && size != expected;
      })) {
    fail(refuse(kBadShape, "input '" + name + "' is of shape " +
                               formatShape(found, (*tensor)->getDType()) +
                               ", expected " + formatExpected(wanted)));
    return absent;
  }
  inputs.push_back({name.str(), role, *tensor,
                    Shape(found.drop_front(role == Role::Data ? 1 : 0))});
  return inputs.back().shape;
}

Shape Training::addParameter(StringRef name, ArrayRef<int64_t> expected) {
  return add(name, Role::Parameter, expected);
}

void Training::addColumn(StringRef name, int64_t rows) {
  Tensor *tensor = run.testCase.findInput(name);
  if (!tensor || tensor->getRank() != 1) {
    add(name, Role::Parameter, {rows, 1});
    return;
  }
  size_t numInputs = inputs.size();
  add(name, Role::Parameter, {rows});
  if (inputs.size() > numInputs)
    inputs.back().shape.push_back(1);
}

Shape Training::addConstant(StringRef name, ArrayRef<int64_t> expected) {
  return add(name, Role::Constant, expected);
}

Shape Training::addData(StringRef name, ArrayRef<int64_t> expected) {
  return add(name, Role::Data, expected);
}

Shape Training::addIndices(StringRef name, ArrayRef<int64_t> expected) {
  size_t numInputs = inputs.size();
  Shape shape = add(name, Role::Data, expected);
  if (inputs.size() > numInputs) {
    DType dtype = inputs.back().tensor->getDType();
    if (dtype != DType::I32 && dtype != DType::I64)
      fail(refuse(kBadShape, "input '" + name + "' is of type " +
                                 stringify(dtype) + ", expected i32 or i64"));
  }
  return shape;
}

const Training::Input &Training::find(StringRef name) const {
  return *llvm::find_if(inputs,
                        [&](const Input &input) { return input.name == name; });
}

Tensor Training::copyParameter(StringRef name) {
  const Input &input = find(name);
  TensorRef view(input.tensor->data(), input.tensor->getDType(), input.shape);
  llvm::Expected<Tensor> copy = Tensor::copyOf(view);
  if (copy)
    return std::move(*copy);
  fail(copy.takeError());
  return {};
}

Var Training::getInput(StringRef name) {
  const Input &input = find(name);
  return model.input(name, input.tensor->getDType(), input.shape);
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

void Training::readOptimizer(StringRef absent, ArrayRef<GradientKind> kinds) {
  llvm::Expected<OptimizerOptions> found =
      conformance::readOptimizer(run.attributes, absent);
  if (!found)
    return fail(found.takeError());
  options = *found;
  fail(verifyOptions(*options, GradientKind::Unstated));
  for (GradientKind kind : kinds)
    fail(verifyOptions(*options, kind));
}

llvm::Error Training::readSteps() {
  std::optional<int64_t> steps = run.attributes.readInt("steps");
  const Input *first = nullptr;
  for (const Input &input : inputs) {
    if (input.role != Role::Data)
      continue;
    int64_t size = input.tensor->getShape().front();
    if (!first) {
      first = &input;
      numSteps = size;
    }
    if (size != numSteps)
      return malformedCase("input '" + input.name + "' has " +
                           llvm::Twine(size) + " steps, expected " +
                           llvm::Twine(numSteps) + " as '" + first->name +
                           "' has");
  }
  if (!steps)
    return llvm::Error::success();
  if (*steps < 0 || (first && *steps > numSteps))
    return malformedCase("attribute 'steps': found " + llvm::Twine(*steps) +
                         ", expected " +
                         (first ? "0 to " + llvm::Twine(numSteps) +
                                      ", the steps of '" + first->name + "'"
                                : llvm::Twine("a number >= 0")));
  numSteps = *steps;
  return llvm::Error::success();
}

llvm::Error Training::finish() {
  fail(readSteps());
  std::vector<std::string> names;
  for (const Input &input : inputs)
    names.push_back(input.name);
  // An input that was refused above is not among them.
  if (!error)
    fail(run.testCase.checkInputNames(names));
  // The options of an optimizer that is unknown have not been asked for.
  if (!options)
    return std::move(error);
  if (llvm::Error attributes = run.attributes.finish()) {
    llvm::consumeError(std::move(error));
    return attributes;
  }
  return std::move(error);
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

llvm::Error Training::setOutput(const std::string &name,
                                const TensorRef &values,
                                ArrayRef<int64_t> shape) {
  llvm::Expected<Tensor> copy =
      Tensor::copyOf(TensorRef(values.data, values.dtype, shape));
  if (!copy)
    return copy.takeError();
  run.setOutput(name, RuntimeValue(std::move(*copy)));
  return llvm::Error::success();
}

llvm::Error
Training::train(Var loss,
                ArrayRef<std::pair<std::string, std::string>> parameters,
                ArrayRef<NamedVar> firstOutputs) {
  if (error)
    return std::move(error);
  ParameterGroup group;
  std::visit(
      [&](const auto &named) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(named)>,
                                      OptimizerOp>)
          group.optimizer = named;
      },
      options->optimizer);
  group.lr = options->lr;
  llvm::Expected<CompiledModel> program =
      model.compile({.loss = loss,
                     .metrics = firstOutputs,
                     .groups = {group},
                     .compile = run.getCompileOptions()});
  if (!program)
    return program.takeError();
  run.noteModule(program->getIR());

  DType dtype = inputs.front().tensor->getDType();
  llvm::Expected<Tensor> losses = makeTensor(dtype, {numSteps});
  if (!losses)
    return losses.takeError();
  int64_t width = getByteWidth(dtype);
  for (int64_t step = 0; step < numSteps; ++step) {
    std::vector<Feed> feeds;
    for (const Input &input : inputs)
      if (input.role != Role::Parameter)
        feeds.emplace_back(input.name, input.role == Role::Data
                                           ? getStep(*input.tensor, step)
                                           : input.tensor->ref());
    llvm::Expected<StepResult> result = program->train(feeds);
    if (!result)
      return result.takeError();
    storeFromDouble(dtype, result->getLoss(),
                    static_cast<char *>(losses->data()) + step * width);
    for (const NamedVar &output : firstOutputs) {
      if (step > 0)
        break;
      llvm::Expected<TensorRef> value = result->get(output.name);
      if (!value)
        return value.takeError();
      if (llvm::Error error = setOutput(output.name, *value, value->shape))
        return error;
    }
  }
  run.setOutput("losses", std::move(*losses));
  for (const auto &[name, parameter] : parameters) {
    llvm::Expected<TensorRef> value = model.getParameter(parameter);
    if (!value)
      return value.takeError();
    ArrayRef<int64_t> shape = find(name).tensor->getShape();
    if (llvm::Error error = setOutput("final_" + name, *value, shape))
      return error;
    for (const OptimizerState &state : getStates(options->optimizer)) {
      llvm::Expected<TensorRef> found =
          program->getState(parameter + "." + state.name.str());
      if (!found)
        return found.takeError();
      if (llvm::Error error =
              setOutput("state_" + state.name.str() + "_" + name, *found,
                        state.isPerRow ? shape.take_front() : shape))
        return error;
    }
  }
  return llvm::Error::success();
}
