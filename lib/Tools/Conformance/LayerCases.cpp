//===- LayerCases.cpp - Layers and losses with their gradients ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

namespace {
struct LayerResult {
  std::string name;
  Shape shape;
};

/// A layer or loss of a case.
struct LayerSpec {
  /// "#emb.linear"
  std::string attribute;
  /// In the order in which the layer takes them.
  std::vector<std::string> inputs;
  std::vector<LayerResult> results;
};
} // namespace

/// Runs the layer, and its gradient by every input of floats if the case has a
/// `grad_output`, which arrives at the first result.
static llvm::Error runLayer(CaseRun &run, const LayerSpec &spec) {
  Case &testCase = run.testCase;
  std::vector<std::string> names = spec.inputs;
  Tensor *seed = testCase.findInput("grad_output");
  if (seed)
    names.push_back("grad_output");
  if (llvm::Error error = testCase.checkInputNames(names))
    return error;
  llvm::Expected<SmallVector<Tensor *>> inputs = getInputs(run, spec.inputs);
  if (!inputs)
    return inputs.takeError();

  std::map<std::string, RuntimeValue> values;
  std::vector<std::string> declared, arguments, operands, types, results, wrt;
  for (auto [name, tensor] : llvm::zip_equal(spec.inputs, *inputs)) {
    std::string type = printType(*tensor);
    operands.push_back("%" + name);
    types.push_back(type);
    arguments.push_back(
        llvm::formatv("%{0}: {1} {{emb.name = \"{0}\"}", name, type));
    if (isFloat(tensor->getDType()))
      wrt.push_back(name);
    values.insert({name, *tensor});
  }
  DType dtype = inputs->front()->getDType();
  std::vector<Tensor> zeros;
  for (auto [number, result] : llvm::enumerate(spec.results)) {
    results.push_back(printType(result.shape, dtype));
    if (!seed)
      continue;
    std::string name = "grad_output";
    if (spec.results.size() > 1)
      name += "." + std::to_string(number);
    if (number == 0) {
      values.insert({name, *seed});
      continue;
    }
    llvm::Expected<Tensor> zero = makeTensor(dtype, result.shape);
    if (!zero)
      return zero.takeError();
    values.insert({name, RuntimeValue(std::move(*zero))});
  }

  std::string resultTypes = llvm::join(results, ", ");
  std::string text = llvm::formatv(
      "func.func @forward({0}) -> ({1}) {{\n"
      "  %r:{2} = call @layer({3}) : ({4}) -> ({1})\n"
      "  return {5} : {1}\n"
      "}\n"
      "func.func private @layer({4}) -> ({1}) attributes {{emb.layer = {6}}\n",
      llvm::join(arguments, ", "), resultTypes, results.size(),
      llvm::join(operands, ", "), llvm::join(types, ", "),
      llvm::join(
          llvm::map_range(llvm::seq(results.size()),
                          [](size_t i) { return "%r#" + std::to_string(i); }),
          ", "),
      spec.attribute);
  if (seed)
    text = llvm::formatv("emb.gradient @backward of @forward wrt(\"{0}\") "
                         "seeded\n{1}",
                         llvm::join(wrt, "\", \""), text);
  llvm::Expected<CompiledFunction> function =
      run.compile(text, seed ? "backward" : "forward");
  if (!function)
    return function.takeError();
  auto found = callByName(*function, values);
  if (!found)
    return found.takeError();
  std::vector<std::string> outputs;
  for (const LayerResult &result : spec.results)
    outputs.push_back(result.name);
  if (seed)
    for (const std::string &name : wrt)
      outputs.push_back("grad_" + name);
  for (auto [name, value] : llvm::zip_equal(outputs, *found))
    run.setOutput(name, std::move(value));
  return llvm::Error::success();
}

static llvm::Expected<Tensor *> getInputOfRank(CaseRun &run, StringRef name,
                                               int64_t rank) {
  llvm::Expected<Tensor *> input = run.testCase.getInput(name);
  if (input && (*input)->getRank() < rank)
    return malformedCase("input '" + name + "' has rank " +
                         llvm::Twine((*input)->getRank()) +
                         ", expected at least " + llvm::Twine(rank));
  return input;
}

/// Adds the inputs of these names that the case has.
static void addOptional(CaseRun &run, LayerSpec &spec,
                        ArrayRef<std::string> names) {
  for (const std::string &name : names)
    if (run.testCase.findInput(name))
      spec.inputs.push_back(name);
}

llvm::Error conformance::runLinear(CaseRun &run) {
  run.attributes.readBool("bias", true);
  if (llvm::Error error = run.attributes.finish())
    return error;
  llvm::Expected<Tensor *> x = getInputOfRank(run, "x", 1);
  if (!x)
    return x.takeError();
  llvm::Expected<Tensor *> weight = getInputOfRank(run, "weight", 2);
  if (!weight)
    return weight.takeError();
  Shape shape((*x)->getShape());
  shape.back() = (*weight)->getShape().front();
  LayerSpec spec{"#emb.linear", {"x", "weight"}, {{"output", shape}}};
  addOptional(run, spec, {"bias"});
  return runLayer(run, spec);
}

llvm::Error conformance::runLSTM(CaseRun &run) {
  bool batchFirst = run.attributes.readBool("batch_first", false);
  int64_t layers = run.attributes.readInt("num_layers").value_or(1);
  std::string order =
      run.attributes.readString("gate_order").value_or("i,f,g,o");
  std::optional<int64_t> hidden = run.attributes.readInt("hidden_size");
  if (llvm::Error error = run.attributes.finish())
    return error;
  if (layers != 1 || order != "i,f,g,o")
    return refuse(kUnsupportedCombination,
                  "expected one layer and the order i,f,g,o of the gates");
  llvm::Expected<Tensor *> x = getInputOfRank(run, "x", 3);
  if (!x)
    return x.takeError();
  llvm::Expected<Tensor *> weight = getInputOfRank(run, "weight_hh", 2);
  if (!weight)
    return weight.takeError();
  int64_t size = (*weight)->getShape()[1];
  if (hidden && *hidden != size)
    return malformedCase("hidden_size is not the width of weight_hh");
  Shape sequence((*x)->getShape());
  sequence.back() = size;
  Shape state{sequence[batchFirst ? 0 : 1], size};
  LayerSpec spec{batchFirst ? "#emb.lstm<batch_first = true>" : "#emb.lstm",
                 {"x", "weight_ih", "weight_hh", "bias_ih", "bias_hh"},
                 {{"output", sequence}, {"h_n", state}, {"c_n", state}}};
  addOptional(run, spec, {"h0", "c0"});
  return runLayer(run, spec);
}

llvm::Error conformance::runLoss(CaseRun &run) {
  StringRef loss = run.testCase.op;
  loss.consume_front("loss_");
  std::vector<std::string> options{
      "reduction = " + run.attributes.readString("reduction").value_or("mean")};
  auto addNumber = [&](StringRef name) {
    if (std::optional<double> number = run.attributes.readNumber(name))
      options.push_back(llvm::formatv("{0} = {1:e17}", name, *number));
  };
  LayerSpec spec{"", {"input", "target"}, {}};
  bool isMean = StringRef(options[0]).ends_with("mean");
  bool isSum = StringRef(options[0]).ends_with("sum");
  if (loss == "cross_entropy") {
    addNumber("label_smoothing");
    if (auto index = run.attributes.readInt("ignore_index"))
      options.push_back("ignore_index = " + std::to_string(*index));
    addOptional(run, spec, {"class_weight"});
  } else if (loss == "bce_with_logits") {
    addOptional(run, spec, {"weight", "pos_weight"});
    if (run.testCase.findInput("pos_weight"))
      options.push_back("pos_weight = true");
  } else if (loss == "margin_ranking") {
    addNumber("margin");
    spec.inputs = {"input1", "input2", "target"};
  } else if (loss != "mse") {
    return malformedCase("unknown loss '" + loss + "'");
  }
  if (llvm::Error error = run.attributes.finish())
    return error;
  llvm::Expected<Tensor *> input =
      getInputOfRank(run, spec.inputs.front(), loss == "cross_entropy" ? 2 : 0);
  if (!input)
    return input.takeError();
  Shape shape;
  if (!isMean && !isSum)
    shape.assign((*input)->getShape().begin(), (*input)->getShape().end());
  if (loss == "cross_entropy" && !shape.empty())
    shape.pop_back();
  spec.results = {{"loss", shape}};
  spec.attribute =
      llvm::formatv("#emb.{0}_loss<{1}>", loss, llvm::join(options, ", "));
  return runLayer(run, spec);
}
