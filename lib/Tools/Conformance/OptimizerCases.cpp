//===- OptimizerCases.cpp - Steps of an optimizer on a lookup -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleText.h"
#include "OptimizerModule.h"

#include "llvm/ADT/StringExtras.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

static double readNumberOr(Attributes &attributes, StringRef name,
                           double absent) {
  return attributes.readNumber(name).value_or(absent);
}

static llvm::Expected<OptimizerOptions> readSGD(Attributes &attributes) {
  SGD sgd;
  sgd.momentum = readNumberOr(attributes, "momentum", sgd.momentum);
  sgd.dampening = readNumberOr(attributes, "dampening", sgd.dampening);
  sgd.weightDecay = readNumberOr(attributes, "weight_decay", sgd.weightDecay);
  sgd.nesterov = attributes.readBool("nesterov", sgd.nesterov);
  sgd.maximize = attributes.readBool("maximize", sgd.maximize);
  std::optional<double> lr = attributes.readNumber("lr");
  if (!lr)
    return malformedCase("SGD needs the attribute 'lr'");
  return OptimizerOptions{sgd, *lr};
}

static llvm::Expected<OptimizerOptions> readAdagrad(Attributes &attributes) {
  Adagrad adagrad;
  adagrad.lrDecay = readNumberOr(attributes, "lr_decay", adagrad.lrDecay);
  adagrad.weightDecay =
      readNumberOr(attributes, "weight_decay", adagrad.weightDecay);
  adagrad.initialAccumulatorValue = readNumberOr(
      attributes, "initial_accumulator_value", adagrad.initialAccumulatorValue);
  adagrad.eps = readNumberOr(attributes, "eps", adagrad.eps);
  adagrad.maximize = attributes.readBool("maximize", adagrad.maximize);
  return OptimizerOptions{adagrad, readNumberOr(attributes, "lr", 1e-2)};
}

static llvm::Expected<OptimizerOptions>
readRowWiseAdagrad(Attributes &attributes) {
  RowWiseAdagrad adagrad;
  adagrad.weightDecay =
      readNumberOr(attributes, "weight_decay", adagrad.weightDecay);
  adagrad.initialAccumulatorValue = readNumberOr(
      attributes, "initial_accumulator_value", adagrad.initialAccumulatorValue);
  adagrad.eps = readNumberOr(attributes, "eps", adagrad.eps);
  std::string mode =
      attributes.readString("weight_decay_mode").value_or("none");
  if (mode == "l2")
    adagrad.weightDecayMode = WeightDecayMode::L2;
  else if (mode == "decouple")
    adagrad.weightDecayMode = WeightDecayMode::Decouple;
  else if (mode != "none")
    return refuse(kBadOption, "found weight_decay_mode '" + mode +
                                  "', expected none, l2 or decouple");
  return OptimizerOptions{adagrad, readNumberOr(attributes, "lr", 1e-2)};
}

/// The options that all of the Adam family have.
template <typename AdamT> static AdamT readMoments(Attributes &attributes) {
  AdamT adam;
  if (auto betas = attributes.readNumbers("betas", 2))
    llvm::copy(*betas, adam.betas.begin());
  adam.eps = readNumberOr(attributes, "eps", adam.eps);
  adam.maximize = attributes.readBool("maximize", adam.maximize);
  return adam;
}

static llvm::Expected<OptimizerOptions> readSparseAdam(Attributes &attributes) {
  return OptimizerOptions{readMoments<SparseAdam>(attributes),
                          readNumberOr(attributes, "lr", 1e-3)};
}

template <typename AdamT>
static llvm::Expected<OptimizerOptions> readAdam(Attributes &attributes) {
  auto adam = readMoments<AdamT>(attributes);
  adam.weightDecay = readNumberOr(attributes, "weight_decay", adam.weightDecay);
  if constexpr (!std::is_same_v<AdamT, LazyAdamW>)
    adam.amsgrad = attributes.readBool("amsgrad", adam.amsgrad);
  return OptimizerOptions{adam, readNumberOr(attributes, "lr", 1e-3)};
}

namespace {
struct OptimizerName {
  StringLiteral name;
  llvm::Expected<OptimizerOptions> (*read)(Attributes &attributes);
};
} // namespace

static constexpr OptimizerName optimizerNames[] = {
    {"sgd", readSGD},
    {"adagrad", readAdagrad},
    {"rowwise_adagrad", readRowWiseAdagrad},
    {"sparse_adam", readSparseAdam},
    {"adam", readAdam<Adam>},
    {"adamw", readAdam<AdamW>},
    {"lazy_adamw", readAdam<LazyAdamW>},
};

llvm::Expected<OptimizerOptions>
conformance::readOptimizer(Attributes &attributes, StringRef absent) {
  std::string name = attributes.readString("optimizer").value_or(absent.str());
  for (const OptimizerName &known : optimizerNames)
    if (known.name == name)
      return known.read(attributes);
  return malformedCase(
      "unknown optimizer '" + name + "', expected one of " +
      llvm::join(llvm::map_range(
                     optimizerNames,
                     [](const OptimizerName &known) { return known.name; }),
                 ", "));
}

llvm::Error conformance::verifyOptions(const OptimizerOptions &options,
                                       GradientKind kind) {
  if (llvm::Error error = verify(options.optimizer))
    return refuse(kBadOption, llvm::toString(std::move(error)));
  if (llvm::Error error = verifyLearningRate(options.optimizer, options.lr))
    return refuse(kBadOption, llvm::toString(std::move(error)));
  if (llvm::Error error = verify(options.optimizer, kind))
    return refuse(kUnsupportedCombination, llvm::toString(std::move(error)));
  return llvm::Error::success();
}

llvm::Error conformance::runOptimizer(CaseRun &run) {
  Case &testCase = run.testCase;
  llvm::Expected<OptimizerOptions> options = readOptimizer(run.attributes);
  if (!options)
    return options.takeError();
  bool sparse = run.attributes.readBool("sparse", false);
  OptimizerModuleSpec spec;
  spec.optimizer = options->optimizer;
  spec.paddingIdx = run.attributes.readInt("padding_idx");
  if (llvm::Error error = run.attributes.finish())
    return error;
  if (llvm::Error error = verifyOptions(*options, sparse ? GradientKind::Sparse
                                                         : GradientKind::Dense))
    return error;

  std::string names[] = {"weight", "indices", "grad_output"};
  if (llvm::Error error = testCase.checkInputNames(names))
    return error;
  Tensor *inputs[3];
  for (auto [input, name] : llvm::zip_equal(inputs, names)) {
    llvm::Expected<Tensor *> found = testCase.getInput(name);
    if (!found)
      return found.takeError();
    input = *found;
  }
  auto [weight, indices, gradient] = inputs;
  if (weight->getRank() != 2 || indices->getRank() < 1 ||
      gradient->getRank() != indices->getRank() + 1 ||
      gradient->getShape().front() != indices->getShape().front())
    return malformedCase("expected weight N x D, indices with the steps as "
                         "first dimension, grad_output of their shape x D");
  spec.tableType = weight->getDType();
  spec.columns = weight->getShape()[1];
  if (spec.paddingIdx)
    spec.rows = weight->getShape()[0];
  spec.rank = indices->getRank() - 1;
  spec.indexType = indices->getDType();
  std::vector<Tensor> states;
  for (const OptimizerState &state : getStates(spec.optimizer)) {
    DType dtype = weight->getDType() == DType::F64 ? DType::F64 : DType::F32;
    if (const OutputInfo *output =
            testCase.findOutput("state_" + state.name.str()))
      dtype = output->dtype;
    spec.stateTypes.push_back(dtype);
    ArrayRef<int64_t> shape = weight->getShape();
    llvm::Expected<Tensor> tensor = makeTensor(
        dtype, state.isPerRow ? shape.take_front() : shape, state.initialValue);
    if (!tensor)
      return tensor.takeError();
    states.push_back(std::move(*tensor));
  }

  llvm::Expected<std::string> text = printOptimizerModule(spec);
  if (!text)
    return text.takeError();
  llvm::Expected<CompiledFunction> function = run.compile(*text, "step");
  if (!function)
    return function.takeError();
  int64_t numSteps = indices->getShape().front();
  Shape shape{numSteps};
  llvm::append_range(shape, weight->getShape());
  llvm::Expected<Tensor> weightSteps = Tensor::empty(weight->getDType(), shape);
  if (!weightSteps)
    return weightSteps.takeError();
  for (int64_t step = 0; step < numSteps; ++step) {
    SmallVector<RuntimeValue> arguments{*weight};
    for (Tensor &state : states)
      arguments.push_back(state);
    arguments.push_back(getStep(*indices, step));
    arguments.push_back(getStep(*gradient, step));
    arguments.push_back(options->lr);
    arguments.push_back(step + 1);
    auto results = function->call(arguments);
    if (!results)
      return results.takeError();
    std::memcpy(getStep(*weightSteps, step).data, weight->data(),
                weight->getSizeInBytes());
  }
  run.setOutput("weight_steps", std::move(*weightSteps));
  for (auto [state, tensor] :
       llvm::zip_equal(getStates(spec.optimizer), states))
    run.setOutput("state_" + state.name.str(), std::move(tensor));
  run.setOutput("state_step", Scalar::fromInt(DType::I64, numSteps));
  return llvm::Error::success();
}
