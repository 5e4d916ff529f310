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
  /// Inputs that the case does not have: zeros of these shapes, without a
  /// gradient.
  std::map<std::string, Shape> zeros;
};
} // namespace

/// A function @forward that calls the layer, and if there is a `grad_output`
/// the declaration of its gradient @backward by `wrt`.
static std::string printModule(const LayerSpec &spec,
                               ArrayRef<std::string> types,
                               ArrayRef<std::string> resultTypes,
                               ArrayRef<std::string> wrt, bool isSeeded) {
  std::vector<std::string> arguments, operands, results;
  for (auto [name, type] : llvm::zip_equal(spec.inputs, types)) {
    arguments.push_back(
        llvm::formatv("%{0}: {1} {{emb.name = \"{0}\"}", name, type));
    operands.push_back("%" + name);
  }
  for (size_t number = 0; number < resultTypes.size(); ++number)
    results.push_back("%r#" + std::to_string(number));
  std::string text = llvm::formatv(
      "func.func @forward({0}) -> ({1}) {{\n"
      "  %r:{2} = call @layer({3}) : ({4}) -> ({1})\n"
      "  return {5} : {1}\n"
      "}\n"
      "func.func private @layer({4}) -> ({1}) attributes {{emb.layer = {6}}\n",
      llvm::join(arguments, ", "), llvm::join(resultTypes, ", "),
      results.size(), llvm::join(operands, ", "), llvm::join(types, ", "),
      llvm::join(results, ", "), spec.attribute);
  if (isSeeded)
    text = llvm::formatv("emb.gradient @backward of @forward wrt(\"{0}\") "
                         "seeded\n{1}",
                         llvm::join(wrt, "\", \""), text);
  return text;
}

/// Runs the layer, and its gradient by every input of floats if the case has a
/// `grad_output`, which arrives at the first result.
static llvm::Error runLayer(CaseRun &run, const LayerSpec &spec) {
  Case &testCase = run.testCase;
  std::map<std::string, RuntimeValue> values;
  std::vector<std::string> known, types, resultTypes, wrt;
  std::optional<DType> dtype;
  for (const std::string &name : spec.inputs) {
    if (auto it = spec.zeros.find(name); it != spec.zeros.end()) {
      llvm::Expected<Tensor> zeros = makeTensor(*dtype, it->second);
      if (!zeros)
        return zeros.takeError();
      types.push_back(printType(*zeros));
      values.insert({name, RuntimeValue(std::move(*zeros))});
      continue;
    }
    llvm::Expected<Tensor *> input = testCase.getInput(name);
    if (!input)
      return input.takeError();
    if (!dtype)
      dtype = (*input)->getDType();
    if (isFloat((*input)->getDType()))
      wrt.push_back(name);
    known.push_back(name);
    types.push_back(printType(**input));
    values.insert({name, **input});
  }
  Tensor *seed = testCase.findInput("grad_output");
  if (seed)
    known.push_back("grad_output");
  if (llvm::Error error = testCase.checkInputNames(known))
    return error;

  for (auto [number, result] : llvm::enumerate(spec.results)) {
    resultTypes.push_back(printType(result.shape, *dtype));
    if (!seed)
      continue;
    std::string name = "grad_output";
    if (spec.results.size() > 1)
      name += "." + std::to_string(number);
    if (number == 0) {
      values.insert({name, *seed});
      continue;
    }
    llvm::Expected<Tensor> zeros = makeTensor(*dtype, result.shape);
    if (!zeros)
      return zeros.takeError();
    values.insert({name, RuntimeValue(std::move(*zeros))});
  }

  llvm::Expected<CompiledFunction> function =
      run.compile(printModule(spec, types, resultTypes, wrt, seed != nullptr),
                  seed ? "backward" : "forward");
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
    return refuse(kBadShape, "input '" + name + "' is of rank " +
                                 llvm::Twine((*input)->getRank()) +
                                 ", expected at least " + llvm::Twine(rank));
  return input;
}

/// Whether the layer has a bias: as `bias` says, else if there is `input`.
static bool readBias(CaseRun &run, StringRef input) {
  return run.attributes.readBool("bias",
                                 run.testCase.findInput(input) != nullptr);
}

/// Adds the inputs of these names that the case has.
static void addOptional(CaseRun &run, LayerSpec &spec,
                        ArrayRef<std::string> names) {
  for (const std::string &name : names)
    if (run.testCase.findInput(name))
      spec.inputs.push_back(name);
}

llvm::Error conformance::runLinear(CaseRun &run) {
  bool hasBias = readBias(run, "bias");
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
  LayerSpec spec{"#emb.linear", {"x", "weight"}, {{"output", shape}}, {}};
  if (hasBias)
    spec.inputs.push_back("bias");
  return runLayer(run, spec);
}

llvm::Error conformance::runLSTM(CaseRun &run) {
  bool batchFirst = run.attributes.readBool("batch_first", false);
  bool hasBias = readBias(run, "bias_ih");
  int64_t layers = run.attributes.readInt("num_layers").value_or(1);
  std::string order =
      run.attributes.readString("gate_order").value_or("i,f,g,o");
  std::optional<int64_t> hidden = run.attributes.readInt("hidden_size");
  if (llvm::Error error = run.attributes.finish())
    return error;
  if (layers != 1 || order != "i,f,g,o")
    return refuse(kUnsupportedCombination, "found num_layers " +
                                               llvm::Twine(layers) +
                                               " and gate_order '" + order +
                                               "', expected 1 and 'i,f,g,o'");
  llvm::Expected<Tensor *> x = getInputOfRank(run, "x", 3);
  if (!x)
    return x.takeError();
  llvm::Expected<Tensor *> weight = getInputOfRank(run, "weight_hh", 2);
  if (!weight)
    return weight.takeError();
  int64_t rows = (*weight)->getShape()[0], size = (*weight)->getShape()[1];
  if (hidden && *hidden != size)
    return refuse(kBadShape, "found hidden_size " + llvm::Twine(*hidden) +
                                 ", expected the columns of weight_hh, " +
                                 llvm::Twine(size));
  Shape sequence((*x)->getShape());
  sequence.back() = size;
  Shape state{sequence[batchFirst ? 0 : 1], size};
  LayerSpec spec{batchFirst ? "#emb.lstm<batch_first = true>" : "#emb.lstm",
                 {"x", "weight_ih", "weight_hh", "bias_ih", "bias_hh"},
                 {{"output", sequence}, {"h_n", state}, {"c_n", state}},
                 {}};
  if (!hasBias)
    spec.zeros = {{"bias_ih", {rows}}, {"bias_hh", {rows}}};
  if (run.testCase.findInput("h0") || run.testCase.findInput("c0"))
    spec.inputs.insert(spec.inputs.end(), {"h0", "c0"});
  return runLayer(run, spec);
}

llvm::Error conformance::runLoss(CaseRun &run) {
  StringRef loss = run.testCase.op;
  loss.consume_front("loss_");
  std::string reduction =
      run.attributes.readString("reduction").value_or("mean");
  std::vector<std::string> options{"reduction = " + reduction};
  auto addNumber = [&](StringRef name) {
    if (std::optional<double> number = run.attributes.readNumber(name))
      options.push_back(
          llvm::formatv("{0} = {1}", name, printNumber(*number, DType::F64)));
  };
  LayerSpec spec{"", {"input", "target"}, {}, {}};
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
    return malformedCase("unknown op '" + run.testCase.op + "'");
  }
  if (llvm::Error error = run.attributes.finish())
    return error;
  if (!llvm::is_contained({"mean", "sum", "none"}, reduction))
    return refuse(kBadOption, "found reduction '" + reduction +
                                  "', expected mean, sum or none");
  llvm::Expected<Tensor *> input =
      getInputOfRank(run, spec.inputs.front(), loss == "cross_entropy" ? 2 : 0);
  if (!input)
    return input.takeError();
  Shape shape;
  if (reduction == "none") {
    shape.assign((*input)->getShape().begin(), (*input)->getShape().end());
    if (loss == "cross_entropy")
      shape.pop_back();
  }
  spec.results = {{"loss", shape}};
  spec.attribute =
      llvm::formatv("#emb.{0}_loss<{1}>", loss, llvm::join(options, ", "));
  return runLayer(run, spec);
}
