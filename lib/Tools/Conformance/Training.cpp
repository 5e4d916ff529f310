//===- Training.cpp - Models trained for some steps -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Training.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>

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

std::string Training::getElementType(StringRef name) {
  return stringify(run.testCase.findInput(name)->getDType()).str();
}

std::string Training::printArguments() {
  std::vector<std::string> arguments;
  for (const Input &input : inputs)
    arguments.push_back(
        llvm::formatv("%{0}: {1} {{emb.name = \"{0}\"}", input.name,
                      printType(input.shape, input.tensor->getDType())));
  return llvm::join(arguments, ",\n    ");
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

llvm::Error Training::addStates(std::map<std::string, RuntimeValue> &values) {
  for (const Input &input : inputs) {
    if (input.role != Role::Parameter)
      continue;
    for (const OptimizerState &state : getStates(options->optimizer)) {
      DType dtype =
          input.tensor->getDType() == DType::F64 ? DType::F64 : DType::F32;
      ArrayRef<int64_t> shape = input.tensor->getShape();
      llvm::Expected<Tensor> created =
          makeTensor(dtype, state.isPerRow ? shape.take_front() : shape,
                     state.initialValue);
      if (!created)
        return created.takeError();
      RuntimeValue value(std::move(*created));
      std::string name = state.name.str();
      run.setOutput("state_" + name + "_" + input.name, value);
      if (!state.isPerRow && input.shape != Shape(shape))
        value = TensorRef(value.getTensor().data, dtype, input.shape);
      values.insert({input.name + "." + name, std::move(value)});
    }
  }
  return llvm::Error::success();
}

llvm::Error Training::train(StringRef text, ArrayRef<StringRef> firstOutputs) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<EmbDialect>();
  std::string optimizer;
  llvm::raw_string_ostream(optimizer)
      << getAttribute(&context, options->optimizer);
  std::vector<std::string> declared;
  std::map<std::string, RuntimeValue> values{{"lr", options->lr}};
  for (const Input &input : inputs) {
    if (input.role == Role::Data)
      continue;
    values.insert(
        {input.name, TensorRef(input.tensor->data(), input.tensor->getDType(),
                               input.shape)});
    if (input.role == Role::Parameter)
      declared.push_back("\"" + input.name + "\" = " + optimizer);
  }
  llvm::Expected<CompiledFunction> function =
      run.compile("emb.train @step of @loss parameters(" +
                      llvm::join(declared, ", ") + ")\n" + text.str(),
                  "step");
  if (!function)
    return function.takeError();
  if (llvm::Error error = addStates(values))
    return error;

  DType dtype = inputs.front().tensor->getDType();
  llvm::Expected<Tensor> losses = makeTensor(dtype, {numSteps});
  if (!losses)
    return losses.takeError();
  size_t numUpdated =
      declared.size() * (1 + getStates(options->optimizer).size());
  int64_t width = getByteWidth(dtype);
  for (int64_t step = 0; step < numSteps; ++step) {
    for (const Input &input : inputs)
      if (input.role == Role::Data)
        values.insert_or_assign(input.name, getStep(*input.tensor, step));
    values.insert_or_assign("step", step + 1);
    auto results = callByName(*function, values);
    if (!results)
      return results.takeError();
    const Scalar &loss = (*results)[numUpdated].getScalar();
    std::memcpy(static_cast<char *>(losses->data()) + step * width, loss.bytes,
                width);
    if (step == 0)
      for (auto [output, value] : llvm::zip_equal(
               firstOutputs, llvm::drop_begin(*results, numUpdated + 1)))
        run.setOutput(output, std::move(value));
  }
  run.setOutput("losses", std::move(*losses));
  for (const Input &input : inputs)
    if (input.role == Role::Parameter)
      run.setOutput("final_" + input.name, *input.tensor);
  return llvm::Error::success();
}
