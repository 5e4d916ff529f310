//===- TrainCases.cpp - Models trained for some steps ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleText.h"
#include "OptimizerModule.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

namespace {
/// A model of a case: a function @loss in emb IR, trained for some steps.
struct Model {
  /// Definition of @loss and of what it calls.
  std::string text;
  /// Inputs that the optimizer changes.
  std::vector<std::string> parameters;
  /// Inputs that have the steps as first dimension.
  std::vector<std::string> data;
  /// Inputs that are the same in every step.
  std::vector<std::string> constants;
  /// What @loss returns after the loss; kept of the first step.
  std::vector<std::string> firstOutputs;
};
} // namespace

static std::string printArgument(CaseRun &run, StringRef name, bool isStep) {
  Tensor &tensor = *run.testCase.findInput(name.str());
  ArrayRef<int64_t> shape = tensor.getShape();
  return llvm::formatv(
      "%{0}: {1} {{emb.name = \"{0}\"}", name,
      printType(isStep ? shape.drop_front() : shape, tensor.getDType()));
}

/// The arguments of @loss.
static std::string printArguments(CaseRun &run, const Model &model) {
  std::vector<std::string> arguments;
  for (const std::string &name : model.parameters)
    arguments.push_back(printArgument(run, name, /*isStep=*/false));
  for (const std::string &name : model.constants)
    arguments.push_back(printArgument(run, name, /*isStep=*/false));
  for (const std::string &name : model.data)
    arguments.push_back(printArgument(run, name, /*isStep=*/true));
  return llvm::join(arguments, ",\n    ");
}

/// Trains for `numSteps` steps and hands in `losses`, `final_NAME`,
/// `state_STATE_NAME` and the model's first outputs.
static llvm::Error train(CaseRun &run, const Model &model,
                         const OptimizerOptions &options, int64_t numSteps) {
  Case &testCase = run.testCase;
  std::vector<std::string> names = model.parameters;
  llvm::append_range(names, model.data);
  llvm::append_range(names, model.constants);
  if (llvm::Error error = testCase.checkInputNames(names))
    return error;

  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<EmbDialect>();
  std::string optimizer;
  llvm::raw_string_ostream(optimizer)
      << getAttribute(&context, options.optimizer);
  std::vector<std::string> declared;
  for (const std::string &name : model.parameters)
    declared.push_back("\"" + name + "\" = " + optimizer);
  std::string text = "emb.train @step of @loss parameters(" +
                     llvm::join(declared, ", ") + ")\n" + model.text;
  llvm::Expected<CompiledFunction> function = run.compile(text, "step");
  if (!function)
    return function.takeError();

  std::map<std::string, RuntimeValue> values{{"lr", options.lr}};
  for (const std::string &name : model.constants)
    values.insert({name, *testCase.findInput(name)});
  for (const std::string &name : model.parameters) {
    Tensor &parameter = *testCase.findInput(name);
    values.insert({name, parameter});
    for (const OptimizerState &state : getStates(options.optimizer)) {
      ArrayRef<int64_t> shape = parameter.getShape();
      llvm::Expected<Tensor> tensor = makeTensor(
          parameter.getDType() == DType::F64 ? DType::F64 : DType::F32,
          state.isPerRow ? shape.take_front() : shape, state.initialValue);
      if (!tensor)
        return tensor.takeError();
      values.insert(
          {name + "." + state.name.str(), RuntimeValue(std::move(*tensor))});
    }
  }
  DType dtype = testCase.findInput(model.parameters.front())->getDType();
  llvm::Expected<Tensor> losses = makeTensor(dtype, {numSteps});
  if (!losses)
    return losses.takeError();
  size_t numUpdated =
      model.parameters.size() * (1 + getStates(options.optimizer).size());
  for (int64_t step = 0; step < numSteps; ++step) {
    for (const std::string &name : model.data)
      values.insert_or_assign(name, getStep(*testCase.findInput(name), step));
    values.insert_or_assign("step", step + 1);
    auto results = callByName(*function, values);
    if (!results)
      return results.takeError();
    const Scalar &loss = (*results)[numUpdated].getScalar();
    int64_t width = getByteWidth(dtype);
    std::memcpy(static_cast<char *>(losses->data()) + step * width, loss.bytes,
                width);
    if (step == 0)
      for (auto [output, value] : llvm::zip_equal(
               model.firstOutputs, llvm::drop_begin(*results, numUpdated + 1)))
        run.setOutput(output, std::move(value));
  }
  run.setOutput("losses", std::move(*losses));
  for (const std::string &name : model.parameters) {
    run.setOutput("final_" + name, *testCase.findInput(name));
    for (const OptimizerState &state : getStates(options.optimizer))
      run.setOutput("state_" + state.name.str() + "_" + name,
                    values.at(name + "." + state.name.str()));
  }
  return llvm::Error::success();
}

namespace {
/// Reads extents and element types of inputs until one is wrong.
class Inputs {
public:
  explicit Inputs(CaseRun &run) : run(run) {}

  int64_t extent(const std::string &name, int64_t rank, int64_t dim) {
    Tensor *input = run.testCase.findInput(name);
    if (input && input->getRank() == rank)
      return input->getShape()[dim];
    if (error.empty())
      error =
          "expected an input '" + name + "' of rank " + std::to_string(rank);
    return 0;
  }
  std::string type(const std::string &name) {
    Tensor *input = run.testCase.findInput(name);
    return input ? stringify(input->getDType()).str() : "";
  }
  llvm::Error finish() {
    if (!error.empty())
      return malformedCase(error);
    return run.attributes.finish();
  }

private:
  CaseRun &run;
  std::string error;
};
} // namespace

/// The number of steps of a case, at most `available`.
static int64_t readSteps(CaseRun &run, int64_t available) {
  return std::min(run.attributes.readInt("steps").value_or(available),
                  available);
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

/// {0}: arguments, {1}: N, {2}: D, {3}: columns of vec, {4}: element type,
/// {5}: label.
static constexpr char kEinsum[] = R"(
func.func private @loss({0}) -> ({4}, tensor<{1}x{3}x{4}>) {{
  %none = tensor.empty() : tensor<{1}xi64>
  %ids = linalg.generic {{
      indexing_maps = [affine_map<(k) -> (k)>], iterator_types = ["parallel"]}
      outs(%none : tensor<{1}xi64>) {{
  ^bb0(%out: i64):
    %k = linalg.index 0 : index
    %id = arith.index_cast %k : index to i64
    linalg.yield %id : i64
  } -> tensor<{1}xi64>
  %e = emb.gather %weight[%ids] : tensor<{1}x{2}x{4}>, tensor<{1}xi64>
    -> tensor<{1}x{2}x{4}>
  %empty = tensor.empty() : tensor<{1}x{3}x{4}>
  %zero = arith.constant 0.0 : {4}
  %zeros = linalg.fill ins(%zero : {4}) outs(%empty : tensor<{1}x{3}x{4}>)
    -> tensor<{1}x{3}x{4}>
  %y = linalg.matmul ins(%e, %vec : tensor<{1}x{2}x{4}>, tensor<{2}x{3}x{4}>)
    outs(%zeros : tensor<{1}x{3}x{4}>) -> tensor<{1}x{3}x{4}>
  %label = arith.constant {5} : {4}
  %target = linalg.fill ins(%label : {4}) outs(%empty : tensor<{1}x{3}x{4}>)
    -> tensor<{1}x{3}x{4}>
  %loss = call @mse(%y, %target)
    : (tensor<{1}x{3}x{4}>, tensor<{1}x{3}x{4}>) -> {4}
  return %loss, %y : {4}, tensor<{1}x{3}x{4}>
}
func.func private @mse(tensor<{1}x{3}x{4}>, tensor<{1}x{3}x{4}>) -> {4}
  attributes {{emb.layer = #emb.mse_loss}
)";

llvm::Error conformance::runTrainEinsum(CaseRun &run) {
  std::optional<double> label = run.attributes.readNumber("label");
  int64_t steps = run.attributes.readInt("steps").value_or(1);
  llvm::Expected<OptimizerOptions> options =
      readOptimizer(run.attributes, "sgd");
  if (!options)
    return options.takeError();
  Inputs inputs(run);
  int64_t rows = inputs.extent("weight", 2, 0);
  int64_t width = inputs.extent("weight", 2, 1);
  int64_t columns = inputs.extent("vec", 2, 1);
  if (llvm::Error error = inputs.finish())
    return error;
  if (!label)
    return malformedCase("needs the attribute 'label'");
  Model model{"", {"weight"}, {}, {"vec"}, {"first_output"}};
  model.text =
      llvm::formatv(kEinsum, printArguments(run, model), rows, width, columns,
                    inputs.type("weight"), llvm::formatv("{0:e17}", *label));
  return train(run, model, *options, steps);
}

/// {0}: arguments, {1}: users, {2}: items, {3}: D, {4}: batch, {5}: element
/// type, {6}: type of the ids, {7}: adds biases to %p.
static constexpr char kFactorization[] = R"(
func.func private @loss({0}) -> {5} {{
  %u = emb.gather %user[%user_ids] : tensor<{1}x{3}x{5}>, tensor<{4}x{6}>
    -> tensor<{4}x{3}x{5}>
  %i = emb.gather %item[%item_ids] : tensor<{2}x{3}x{5}>, tensor<{4}x{6}>
    -> tensor<{4}x{3}x{5}>
  %empty = tensor.empty() : tensor<{4}x{5}>
  %zero = arith.constant 0.0 : {5}
  %zeros = linalg.fill ins(%zero : {5}) outs(%empty : tensor<{4}x{5}>)
    -> tensor<{4}x{5}>
  %p = linalg.generic {{
      indexing_maps = [affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%u, %i : tensor<{4}x{3}x{5}>, tensor<{4}x{3}x{5}>)
      outs(%zeros : tensor<{4}x{5}>) {{
  ^bb0(%x: {5}, %y: {5}, %sum: {5}):
    %product = arith.mulf %x, %y : {5}
    %next = arith.addf %sum, %product : {5}
    linalg.yield %next : {5}
  } -> tensor<{4}x{5}>
{7}
  %loss = call @mse(%prediction, %ratings)
    : (tensor<{4}x{5}>, tensor<{4}x{5}>) -> {5}
  return %loss : {5}
}
func.func private @mse(tensor<{4}x{5}>, tensor<{4}x{5}>) -> {5}
  attributes {{emb.layer = #emb.mse_loss}
)";

/// {0}: batch, {1}: users, {2}: items, {3}: element type, {4}: type of the ids.
static constexpr char kBiases[] = R"(
  %bu = emb.gather %user_bias[%user_ids] : tensor<{1}x1x{3}>, tensor<{0}x{4}>
    -> tensor<{0}x1x{3}>
  %bi = emb.gather %item_bias[%item_ids] : tensor<{2}x1x{3}>, tensor<{0}x{4}>
    -> tensor<{0}x1x{3}>
  %b = arith.addf %bu, %bi : tensor<{0}x1x{3}>
  %flat = tensor.collapse_shape %b [[0, 1]]
    : tensor<{0}x1x{3}> into tensor<{0}x{3}>
  %prediction = arith.addf %p, %flat : tensor<{0}x{3}>
)";

llvm::Error conformance::runTrainFactorization(CaseRun &run) {
  bool hasBiases = run.attributes.readBool("biases", false);
  llvm::Expected<OptimizerOptions> options =
      readOptimizer(run.attributes, "sparse_adam");
  if (!options)
    return options.takeError();
  Inputs inputs(run);
  int64_t users = inputs.extent("user", 2, 0),
          items = inputs.extent("item", 2, 0);
  int64_t width = inputs.extent("user", 2, 1);
  int64_t steps = readSteps(run, inputs.extent("user_ids", 2, 0));
  int64_t batch = inputs.extent("user_ids", 2, 1);
  std::string type = inputs.type("user"), ids = inputs.type("user_ids");
  Model model{
      "", {"user", "item"}, {"user_ids", "item_ids", "ratings"}, {}, {}};
  // Nothing is added: the prediction is the product.
  std::string biases =
      llvm::formatv("  %prediction = tensor.cast %p : tensor<{0}x{1}> to "
                    "tensor<{0}x{1}>",
                    batch, type);
  if (hasBiases) {
    inputs.extent("user_bias", 2, 0);
    inputs.extent("item_bias", 2, 0);
    model.parameters.insert(model.parameters.end(), {"user_bias", "item_bias"});
    biases = llvm::formatv(kBiases, batch, users, items, type, ids);
  }
  if (llvm::Error error = inputs.finish())
    return error;
  model.text = llvm::formatv(kFactorization, printArguments(run, model), users,
                             items, width, batch, type, ids, biases);
  return train(run, model, *options, steps);
}

/// {0}: arguments, {1}: N, {2}: D, {3}: batch, {4}: words, {5}: H,
/// {6}: classes, {7}: element type, {8}: type of the ids, {9}: of the labels,
/// {10}: padding, {11}: the last word, {12}: 4 H.
static constexpr char kClassifier[] = R"(
func.func private @loss({0}) -> ({7}, tensor<{3}x{6}x{7}>) {{
  %e = emb.gather %embedding[%x] {10} : tensor<{1}x{2}x{7}>, tensor<{3}x{4}x{8}>
    -> tensor<{3}x{4}x{2}x{7}>
  %output, %h, %c = call @lstm(%e, %weight_ih, %weight_hh, %bias_ih, %bias_hh)
    : (tensor<{3}x{4}x{2}x{7}>, tensor<{12}x{2}x{7}>, tensor<{12}x{5}x{7}>,
       tensor<{12}x{7}>, tensor<{12}x{7}>)
    -> (tensor<{3}x{4}x{5}x{7}>, tensor<{3}x{5}x{7}>, tensor<{3}x{5}x{7}>)
  %last = tensor.extract_slice %output[0, {11}, 0] [{3}, 1, {5}] [1, 1, 1]
    : tensor<{3}x{4}x{5}x{7}> to tensor<{3}x{5}x{7}>
  %logits = call @linear(%last, %fc_weight, %fc_bias)
    : (tensor<{3}x{5}x{7}>, tensor<{6}x{5}x{7}>, tensor<{6}x{7}>)
    -> tensor<{3}x{6}x{7}>
  %loss = call @cross_entropy(%logits, %y)
    : (tensor<{3}x{6}x{7}>, tensor<{3}x{9}>) -> {7}
  return %loss, %logits : {7}, tensor<{3}x{6}x{7}>
}
func.func private @lstm(tensor<{3}x{4}x{2}x{7}>, tensor<{12}x{2}x{7}>,
    tensor<{12}x{5}x{7}>, tensor<{12}x{7}>, tensor<{12}x{7}>)
    -> (tensor<{3}x{4}x{5}x{7}>, tensor<{3}x{5}x{7}>, tensor<{3}x{5}x{7}>)
    attributes {{emb.layer = #emb.lstm<batch_first = true>}
func.func private @linear(tensor<{3}x{5}x{7}>, tensor<{6}x{5}x{7}>, tensor<{6}x{7}>)
    -> tensor<{3}x{6}x{7}> attributes {{emb.layer = #emb.linear}
func.func private @cross_entropy(tensor<{3}x{6}x{7}>, tensor<{3}x{9}>) -> {7}
    attributes {{emb.layer = #emb.cross_entropy_loss}
)";

llvm::Error conformance::runTrainClassifier(CaseRun &run) {
  std::optional<int64_t> padding = run.attributes.readInt("padding_idx");
  run.attributes.readBool("sparse", false);
  std::optional<int64_t> hidden = run.attributes.readInt("hidden_size");
  llvm::Expected<OptimizerOptions> options =
      readOptimizer(run.attributes, "sgd");
  if (!options)
    return options.takeError();
  Inputs inputs(run);
  int64_t rows = inputs.extent("embedding", 2, 0);
  int64_t width = inputs.extent("embedding", 2, 1);
  int64_t steps = readSteps(run, inputs.extent("x", 3, 0));
  int64_t batch = inputs.extent("x", 3, 1), words = inputs.extent("x", 3, 2);
  int64_t units = inputs.extent("weight_hh", 2, 1);
  int64_t classes = inputs.extent("fc_weight", 2, 0);
  if (llvm::Error error = inputs.finish())
    return error;
  if (hidden && *hidden != units)
    return malformedCase("hidden_size is not the width of weight_hh");
  Model model{"",
              {"embedding", "weight_ih", "weight_hh", "bias_ih", "bias_hh",
               "fc_weight", "fc_bias"},
              {"x", "y"},
              {},
              {"first_logits"}};
  std::string skipped =
      padding ? "{padding_idx = " + std::to_string(*padding) + " : i64}" : "";
  model.text = llvm::formatv(kClassifier, printArguments(run, model), rows,
                             width, batch, words, units, classes,
                             inputs.type("embedding"), inputs.type("x"),
                             inputs.type("y"), skipped, words - 1, 4 * units);
  return train(run, model, *options, steps);
}

/// {0}: arguments, {1}: entities, {2}: relations, {3}: D, {4}: batch,
/// {5}: element type, {6}: type of the ids, {7}: "max_norm M norm_type P",
/// {8}: margin.
static constexpr char kTransE[] = R"(
func.func private @loss({0}) -> {5} {{
  %h = tensor.extract_slice %triples[0, 0] [{4}, 1] [1, 1]
    : tensor<{4}x5x{6}> to tensor<{4}x{6}>
  %r = tensor.extract_slice %triples[0, 1] [{4}, 1] [1, 1]
    : tensor<{4}x5x{6}> to tensor<{4}x{6}>
  %t = tensor.extract_slice %triples[0, 2] [{4}, 1] [1, 1]
    : tensor<{4}x5x{6}> to tensor<{4}x{6}>
  %h2 = tensor.extract_slice %triples[0, 3] [{4}, 1] [1, 1]
    : tensor<{4}x5x{6}> to tensor<{4}x{6}>
  %t2 = tensor.extract_slice %triples[0, 4] [{4}, 1] [1, 1]
    : tensor<{4}x5x{6}> to tensor<{4}x{6}>

  %e1 = emb.renorm %h into %entity {7} : tensor<{4}x{6}>, tensor<{1}x{3}x{5}>
  %vh = emb.gather %e1[%h] : tensor<{1}x{3}x{5}>, tensor<{4}x{6}>
    -> tensor<{4}x{3}x{5}>
  %vr = emb.gather %relation[%r] : tensor<{2}x{3}x{5}>, tensor<{4}x{6}>
    -> tensor<{4}x{3}x{5}>
  %e2 = emb.renorm %t into %e1 {7} : tensor<{4}x{6}>, tensor<{1}x{3}x{5}>
  %vt = emb.gather %e2[%t] : tensor<{1}x{3}x{5}>, tensor<{4}x{6}>
    -> tensor<{4}x{3}x{5}>
  %e3 = emb.renorm %h2 into %e2 {7} : tensor<{4}x{6}>, tensor<{1}x{3}x{5}>
  %vh2 = emb.gather %e3[%h2] : tensor<{1}x{3}x{5}>, tensor<{4}x{6}>
    -> tensor<{4}x{3}x{5}>
  %e4 = emb.renorm %t2 into %e3 {7} : tensor<{4}x{6}>, tensor<{1}x{3}x{5}>
  %vt2 = emb.gather %e4[%t2] : tensor<{1}x{3}x{5}>, tensor<{4}x{6}>
    -> tensor<{4}x{3}x{5}>

  %positive = call @distance(%vh, %vr, %vt)
    : (tensor<{4}x{3}x{5}>, tensor<{4}x{3}x{5}>, tensor<{4}x{3}x{5}>)
    -> tensor<{4}x{5}>
  %negative = call @distance(%vh2, %vr, %vt2)
    : (tensor<{4}x{3}x{5}>, tensor<{4}x{3}x{5}>, tensor<{4}x{3}x{5}>)
    -> tensor<{4}x{5}>
  %one = arith.constant 1.0 : {5}
  %empty = tensor.empty() : tensor<{4}x{5}>
  %farther = linalg.fill ins(%one : {5}) outs(%empty : tensor<{4}x{5}>)
    -> tensor<{4}x{5}>
  %loss = call @margin(%negative, %positive, %farther)
    : (tensor<{4}x{5}>, tensor<{4}x{5}>, tensor<{4}x{5}>) -> {5}
  return %loss : {5}
}
func.func private @distance(%h: tensor<{4}x{3}x{5}>, %r: tensor<{4}x{3}x{5}>,
                            %t: tensor<{4}x{3}x{5}>) -> tensor<{4}x{5}> {{
  %empty = tensor.empty() : tensor<{4}x{5}>
  %zero = arith.constant 0.0 : {5}
  %zeros = linalg.fill ins(%zero : {5}) outs(%empty : tensor<{4}x{5}>)
    -> tensor<{4}x{5}>
  %d = linalg.generic {{
      indexing_maps = [affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%h, %r, %t : tensor<{4}x{3}x{5}>, tensor<{4}x{3}x{5}>,
                       tensor<{4}x{3}x{5}>) outs(%zeros : tensor<{4}x{5}>) {{
  ^bb0(%x: {5}, %y: {5}, %z: {5}, %sum: {5}):
    %there = arith.addf %x, %y : {5}
    %off = arith.subf %there, %z : {5}
    %size = math.absf %off : {5}
    %next = arith.addf %sum, %size : {5}
    linalg.yield %next : {5}
  } -> tensor<{4}x{5}>
  return %d : tensor<{4}x{5}>
}
func.func private @margin(tensor<{4}x{5}>, tensor<{4}x{5}>, tensor<{4}x{5}>) -> {5}
    attributes {{emb.layer = #emb.margin_ranking_loss<margin = {8}>}
)";

llvm::Error conformance::runTrainTransE(CaseRun &run) {
  std::optional<double> maxNorm = run.attributes.readNumber("max_norm");
  double normType = run.attributes.readNumber("norm_type").value_or(2.0);
  double margin = run.attributes.readNumber("margin").value_or(0.0);
  std::string distance = run.attributes.readString("distance").value_or("l1");
  llvm::Expected<OptimizerOptions> options =
      readOptimizer(run.attributes, "adagrad");
  if (!options)
    return options.takeError();
  Inputs inputs(run);
  int64_t entities = inputs.extent("entity", 2, 0);
  int64_t width = inputs.extent("entity", 2, 1);
  int64_t relations = inputs.extent("relation", 2, 0);
  int64_t steps = readSteps(run, inputs.extent("triples", 3, 0));
  int64_t batch = inputs.extent("triples", 3, 1);
  if (llvm::Error error = inputs.finish())
    return error;
  if (distance != "l1")
    return refuse(kBadOption, "found distance '" + distance + "', expected l1");
  if (!maxNorm)
    return malformedCase("needs the attribute 'max_norm'");
  Model model{"", {"entity", "relation"}, {"triples"}, {}, {}};
  model.text = llvm::formatv(
      kTransE, printArguments(run, model), entities, relations, width, batch,
      inputs.type("entity"), inputs.type("triples"),
      llvm::formatv("max_norm {0:e17} norm_type {1:e17}", *maxNorm, normType),
      llvm::formatv("{0:e17}", margin));
  return train(run, model, *options, steps);
}
