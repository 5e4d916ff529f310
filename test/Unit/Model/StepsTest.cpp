//===- StepsTest.cpp - The IR of a model's steps --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Model/Model.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

using namespace mlir::emb;

namespace {
/// The module of the steps; the errors if it does not compile.
std::string getIR(Model &model, const ModelCompileOptions &options,
                  bool locations = false) {
  llvm::Expected<CompiledModel> program = model.compile(options);
  if (!program)
    return llvm::toString(program.takeError());
  return program->getIR(locations);
}

bool contains(llvm::StringRef text, llvm::StringRef part) {
  return text.contains(part);
}

TEST(Steps, AnEvaluationCallsThePrediction) {
  Model model;
  Var x = model.input("x", DType::F32, {kDynamicSize, 4});
  Var y = model.input("y", DType::F32, {kDynamicSize, 2});
  Linear linear(model, "linear",
                {.inFeatures = 4, .outFeatures = 2, .bias = false});
  Var z = linear(x);
  Var loss = MSELoss{}(z, y);
  EXPECT_EQ(getIR(model, {.loss = loss,
                          .outputs = {{"z", z}},
                          .groups = {{.optimizer = SGD{.momentum = 0.5}}},
                          .clipNorm = 1.0}),
            R"(module {
  emb.train @train of @evaluate parameters("linear.weight" = #emb.sgd<momentum = 5.000000e-01>) clip_norm 1.000000e+00
  func.func @predict(%linear.weight: tensor<2x4xf32> {emb.name = "linear.weight"}, %x: tensor<?x4xf32> {emb.name = "x"}) -> tensor<?x2xf32> {
    %0 = call @linear(%x, %linear.weight) : (tensor<?x4xf32>, tensor<2x4xf32>) -> tensor<?x2xf32>
    return %0 : tensor<?x2xf32>
  }
  func.func @evaluate(%linear.weight: tensor<2x4xf32> {emb.name = "linear.weight"}, %x: tensor<?x4xf32> {emb.name = "x"}, %y: tensor<?x2xf32> {emb.name = "y"}) -> tensor<f32> {
    %0 = call @predict(%linear.weight, %x) : (tensor<2x4xf32>, tensor<?x4xf32>) -> tensor<?x2xf32>
    %1 = call @mse_loss(%0, %y) : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @linear(tensor<?x4xf32>, tensor<2x4xf32>) -> tensor<?x2xf32> attributes {emb.layer = #emb.linear}
  func.func private @mse_loss(tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<f32> attributes {emb.layer = #emb.mse_loss}
}
)");
}

TEST(Steps, ATableThatChangesIsReturned) {
  Model model;
  Var i = model.input("i", DType::I64, {kDynamicSize});
  Var j = model.input("j", DType::I64, {kDynamicSize});
  Var y = model.input("y", DType::F32, {kDynamicSize, 4});
  Embedding table(model, "t",
                  {.numEmbeddings = 9, .embeddingDim = 4, .maxNorm = 1.0});
  Var a = table(i), b = table(j);
  Var loss = MSELoss{}(a, y);
  EXPECT_EQ(getIR(model, {.loss = loss,
                          .outputs = {{"b", b}},
                          .groups = {{.optimizer = Adagrad{}}}}),
            R"(module {
  emb.train @train of @loss parameters("t.weight" = #emb.adagrad)
  func.func @predict(%t.weight: tensor<9x4xf32> {emb.name = "t.weight"}, %j: tensor<?xi64> {emb.name = "j"}) -> (tensor<?x4xf32>, tensor<9x4xf32>) {
    %0 = emb.renorm %j into %t.weight max_norm 1.000000e+00 : tensor<?xi64>, tensor<9x4xf32>
    %1 = emb.gather %0[%j] : tensor<9x4xf32>, tensor<?xi64> -> tensor<?x4xf32>
    return %1, %0 : tensor<?x4xf32>, tensor<9x4xf32>
  }
  func.func @evaluate(%t.weight: tensor<9x4xf32> {emb.name = "t.weight"}, %i: tensor<?xi64> {emb.name = "i"}, %y: tensor<?x4xf32> {emb.name = "y"}) -> (tensor<f32>, tensor<9x4xf32>) {
    %0 = emb.renorm %i into %t.weight max_norm 1.000000e+00 : tensor<?xi64>, tensor<9x4xf32>
    %1 = emb.gather %0[%i] : tensor<9x4xf32>, tensor<?xi64> -> tensor<?x4xf32>
    %2 = call @mse_loss(%1, %y) : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<f32>
    return %2, %0 : tensor<f32>, tensor<9x4xf32>
  }
  func.func private @loss(%t.weight: tensor<9x4xf32> {emb.name = "t.weight"}, %i: tensor<?xi64> {emb.name = "i"}, %y: tensor<?x4xf32> {emb.name = "y"}) -> tensor<f32> {
    %0:2 = call @evaluate(%t.weight, %i, %y) : (tensor<9x4xf32>, tensor<?xi64>, tensor<?x4xf32>) -> (tensor<f32>, tensor<9x4xf32>)
    return %0#0 : tensor<f32>
  }
  func.func private @mse_loss(tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<f32> attributes {emb.layer = #emb.mse_loss}
}
)");
}

TEST(Steps, AFrozenTableThatChangesIsReturnedByTraining) {
  Model model;
  Var i = model.input("i", DType::I64, {kDynamicSize});
  Var y = model.input("y", DType::F32, {kDynamicSize, 1});
  Embedding table(model, "t",
                  {.numEmbeddings = 9, .embeddingDim = 4, .maxNorm = 1.0});
  model.freeze(table.getWeight());
  Linear linear(model, "l", {.inFeatures = 4, .outFeatures = 1, .bias = false});
  Var loss = MSELoss{}(linear(table(i)), y);
  std::string text =
      getIR(model, {.loss = loss, .groups = {{.optimizer = SGD{}}}});
  EXPECT_TRUE(contains(text,
                       "emb.train @train of @loss parameters(\"l.weight\" "
                       "= #emb.sgd) frozen(\"t.weight\")\n"))
      << text;
  EXPECT_TRUE(
      contains(text, "return %0#0, %0#1 : tensor<f32>, tensor<9x4xf32>"))
      << text;
}

/// The text of one function of a module.
std::string getFunction(llvm::StringRef text, llvm::StringRef name) {
  size_t begin = text.find(("func.func @" + name + "(").str());
  return text.slice(begin, text.find("\n  }\n", begin)).str();
}

TEST(Steps, LookupsThatChangeATableStayInOrder) {
  Model model;
  Var i = model.input("i", DType::I64, {3});
  Var j = model.input("j", DType::I64, {3});
  Embedding table(model, "t",
                  {.numEmbeddings = 9, .embeddingDim = 4, .maxNorm = 1.0});
  Var a = table(i), b = table(j);
  Var loss = MSELoss{}(a, b);
  std::string text = getIR(model, {.loss = loss,
                                   .outputs = {{"b", b}},
                                   .groups = {{.optimizer = Adagrad{}}}});
  std::string evaluate = getFunction(text, "evaluate");
  EXPECT_FALSE(contains(evaluate, "call @predict")) << text;
  EXPECT_TRUE(contains(evaluate, "%0 = emb.renorm %i into %t.weight")) << text;
  EXPECT_TRUE(contains(evaluate, "emb.renorm %j into %0")) << text;
}

TEST(Steps, AnEvaluationMayNeedMoreThanThePredictionReturns) {
  Model model;
  Var x = model.input("x", DType::F32, {3, 4});
  Linear first(model, "a", {.inFeatures = 4, .outFeatures = 4});
  Linear second(model, "b", {.inFeatures = 4, .outFeatures = 4});
  Var hidden = first(x), y = second(hidden);
  Var loss = MSELoss{}(y, x);
  std::string text = getIR(model, {.loss = loss,
                                   .metrics = {{"hidden", hidden}},
                                   .outputs = {{"y", y}},
                                   .groups = {{.optimizer = SGD{}}}});
  EXPECT_TRUE(contains(getFunction(text, "evaluate"),
                       "return %2, %0 : tensor<f32>, tensor<3x4xf32>"))
      << text;
}

TEST(Steps, OperationsNameTheLinesThatMadeThem) {
  Model model;
  Var x = model.input("x", DType::F32, {kDynamicSize, 4});
  Linear linear(model, "linear", {.inFeatures = 4, .outFeatures = 2});
  Var z = linear(x);
  unsigned line = __LINE__ - 1;
  std::string text = getIR(model, {.outputs = {{"z", z}}}, true);
  EXPECT_TRUE(
      contains(text, llvm::formatv("loc(\"{0}\":{1}:", __FILE__, line).str()))
      << text;
  EXPECT_TRUE(contains(
      text, llvm::formatv("loc(\"{0}\":{1}:", __FILE__, line - 2).str()))
      << text;
}

TEST(Steps, FunctionsTakeOnlyWhatTheyNeed) {
  Model model;
  Var x = model.input("x", DType::F32, {4});
  Var y = model.input("y", DType::F32, {4});
  Linear first(model, "a", {.inFeatures = 4, .outFeatures = 1, .bias = false});
  Linear second(model, "b", {.inFeatures = 4, .outFeatures = 1, .bias = false});
  Var fx = first(x), gy = second(y);
  std::string text =
      getIR(model, {.functions = {{"f", {{"fx", fx}}}, {"g", {{"gy", gy}}}}});
  EXPECT_TRUE(contains(text, "@f(%a.weight: tensor<1x4xf32> {emb.name = "
                             "\"a.weight\"}, %x: tensor<4xf32> {emb.name = "
                             "\"x\"}) -> tensor<1xf32>"))
      << text;
  EXPECT_TRUE(contains(text, "@g(%b.weight: tensor<1x4xf32> {emb.name = "
                             "\"b.weight\"}, %y: tensor<4xf32> {emb.name = "
                             "\"y\"}) -> tensor<1xf32>"))
      << text;
}

TEST(Steps, OptionsThatDoNotFitAreNamed) {
  Model model;
  Var x = model.input("x", DType::F32, {4});
  Var n = model.input("n", DType::I64, {4});
  Linear linear(model, "l", {.inFeatures = 4, .outFeatures = 1});
  Var y = linear(x);
  Model other;
  Var foreign = other.input("x", DType::F32, {4});
  auto compile = [&](const ModelCompileOptions &options) {
    std::string text = getIR(model, options);
    size_t at = text.find("error: ");
    return at == std::string::npos ? text : text.substr(at + 7);
  };
  EXPECT_EQ(compile({}), "there is neither a loss nor an output, expected "
                         "something to compute");
  EXPECT_EQ(compile({.loss = y}),
            "the loss is 1xf32, expected a float without dimension");
  EXPECT_EQ(compile({.loss = foreign}),
            "the loss is not a value of this model");
  EXPECT_EQ(compile({.outputs = {{"y", foreign}}}),
            "outputs: 'y' is not a value of this model");
  EXPECT_EQ(compile({.outputs = {{"", y}}}), "outputs[0] has no name");
  EXPECT_EQ(compile({.outputs = {{"y", y}, {"y", n}}}),
            "outputs[1]: the name 'y' is taken");
  EXPECT_EQ(compile({.metrics = {{"y", y}}, .outputs = {{"y", y}}}),
            "there are metrics, but no loss");
  EXPECT_EQ(compile({.outputs = {{"y", y}}, .groups = {{}}}),
            "there are groups, but no loss");
  Var loss = MSELoss{}(y, y);
  EXPECT_EQ(
      compile(
          {.loss = loss, .groups = {{}}, .clipNorm = 1.0, .clipValue = 1.0}),
      "found both clipNorm and clipValue, expected one of them");
  EXPECT_EQ(compile({.loss = loss, .groups = {{}}, .clipNorm = 0.0}),
            "clipNorm is 0.00, expected a finite number > 0");
  EXPECT_EQ(compile({.loss = loss, .groups = {{}}, .clipValue = -1.5}),
            "clipValue is -1.50, expected a finite number > 0");
  EXPECT_EQ(
      compile(
          {.loss = loss, .groups = {{}}, .clipNorm = 1.0, .normType = -2.0}),
      "normType is -2.00, expected a number > 0 or infinity");
  EXPECT_EQ(compile({.outputs = {{"y", y}}, .clipNorm = 1.0}),
            "there is clipping, but no loss");
  EXPECT_EQ(compile({.functions = {{"train", {{"y", y}}}}}),
            "functions: the name 'train' is taken");
  EXPECT_EQ(compile({.functions = {{"a-b", {{"y", y}}}}}),
            "functions: the name 'a-b' is not made of letters, digits and '_'");
  EXPECT_EQ(compile({.functions = {{"f", {}}}}),
            "functions: 'f' has no output");
}

TEST(Steps, NamesThatTrainingAddsAreRefused) {
  for (llvm::StringRef name :
       {"step", "lr", "lr.a", "w.momentum_buffer", "w.exp_avg"}) {
    Model model;
    Var w = model.parameter("w", DType::F32, {4});
    Var x = model.input(name, DType::F32, {4});
    unsigned line = __LINE__ - 1;
    Var loss = sum(w * x);
    std::string text = getIR(
        model, {.loss = loss,
                .groups = {{.optimizer = SGD{.momentum = 0.5}, .name = "a"}}});
    bool isAdded = name != "lr" && name != "w.exp_avg";
    EXPECT_EQ(contains(text, llvm::formatv("{0}:{1}:", __FILE__, line).str()) &&
                  contains(text, "error: the name '" + name.str() +
                                     "' is that of a learning rate"),
              isAdded)
        << text;
  }
}
} // namespace
