//===- DenseLayersTest.cpp - Linear and LSTM of models --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <cmath>

using namespace mlir::emb;
using namespace mlir::emb::test;

namespace {
using Floats = std::vector<float>;

/// "name 3x2xf32" of each parameter.
std::vector<std::string> describeParameters(const Model &model) {
  std::vector<std::string> found;
  for (const ParameterInfo &info : model.getParameters())
    found.push_back(info.name + " " + formatShape(info.shape, info.dtype));
  return found;
}

/// That numbers are uniform in [-bound, bound): their range and their spread.
void expectUniform(const Floats &numbers, double bound) {
  double squares = 0, largest = 0;
  for (float x : numbers) {
    squares += x * x;
    largest = std::max<double>(largest, std::abs(x));
  }
  EXPECT_LE(largest, bound);
  EXPECT_GT(largest, 0.9 * bound);
  EXPECT_NEAR(squares / numbers.size() / (bound * bound / 3), 1.0, 0.2);
}

//===----------------------------------------------------------------------===//
// Linear
//===----------------------------------------------------------------------===//

TEST(Linear, IsAProductWithTheTransposedWeightAndABias) {
  Model model;
  Linear linear(model, "linear",
                {.inFeatures = 2, .outFeatures = 3, .init = counting()});
  Floats bias = {10, 20, 30};
  llvm::cantFail(model.setParameter("linear.bias", view(bias)));
  Var x = model.input("x", DType::F32, {kDynamicSize, 2});
  Var deep = model.input("deep", DType::F32, {1, kDynamicSize, 2});
  CompiledModel program = take(
      model.compile({.outputs = {{"y", linear(x)}, {"deep", linear(deep)}}}));
  Floats input = {1, 0, 2, -1};
  StepResult result = take(program.predict(
      {{"x", view(input, {2, 2})}, {"deep", view(input, {1, 2, 2})}}));
  Floats expected = {11, 23, 35, 10, 22, 34};
  EXPECT_EQ(toVector(take(result.get("y"))), expected);
  EXPECT_EQ(take(result.get("deep")).shape, Shape({1, 2, 3}));
  EXPECT_EQ(toVector(take(result.get("deep"))), expected);
  EXPECT_EQ(
      describeParameters(model),
      (std::vector<std::string>{"linear.weight 3x2xf32", "linear.bias 3xf32"}));
}

TEST(Linear, MayHaveNoBias) {
  Model model;
  Linear linear(
      model, "linear",
      {.inFeatures = 2, .outFeatures = 1, .bias = false, .init = counting()});
  EXPECT_FALSE(linear.getBias().isValid());
  EXPECT_EQ(linear.parameters().size(), 1u);
  EXPECT_EQ(describeParameters(model),
            (std::vector<std::string>{"linear.weight 1x2xf32"}));
  Var x = model.input("x", DType::F32, {1, 2});
  Floats input = {3, 4};
  EXPECT_EQ(predict(model, linear(x), {{"x", view(input, {1, 2})}}),
            (Floats{11}));
}

TEST(Linear, MayBeOfAnyFloats) {
  for (DType dtype : {DType::F64, DType::F32, DType::F16, DType::BF16}) {
    Model model;
    Embedding table(model, "table",
                    {.numEmbeddings = 3,
                     .embeddingDim = 2,
                     .dtype = dtype,
                     .init = counting()});
    Linear linear(model, "linear",
                  {.inFeatures = 2,
                   .outFeatures = 1,
                   .bias = false,
                   .dtype = dtype,
                   .init = counting(0.5)});
    Var y = linear(table(model.input("ids", DType::I64, {kDynamicSize})));
    EXPECT_EQ(y.getDType(), dtype);
    CompiledModel program = take(model.compile({.outputs = {{"y", y}}}));
    std::vector<int64_t> ids = {2, 0};
    StepResult result = take(program.predict({{"ids", view(ids)}}));
    TensorRef found = take(result.get("y"));
    // 5 / 2 + 6, 1 / 2 + 2
    EXPECT_EQ(loadAsDouble(dtype, found.data), 8.5);
    EXPECT_EQ(loadAsDouble(dtype, static_cast<char *>(found.data) +
                                      getByteWidth(dtype)),
              2.5);
  }
}

TEST(Linear, FirstValuesAreUniformWithinTheRootOfTheInputs) {
  Model model;
  Linear linear(model, "linear", {.inFeatures = 25, .outFeatures = 400});
  expectUniform(getParameter(model, "linear.weight"), 0.2);
  expectUniform(getParameter(model, "linear.bias"), 0.2);
}

TEST(Linear, OptionsThatDoNotFitAreErrors) {
  Model model;
  Linear linear(model, "linear", {.outFeatures = 2});
  unsigned line = __LINE__ - 1;
  Var x = model.input("x", DType::F32, {1, 2});
  std::string message =
      takeMessage(model.compile({.outputs = {{"y", linear(x)}}}));
  EXPECT_EQ(message,
            llvm::formatv("{0}:{1}: error: Linear 'linear': inFeatures: "
                          "found 0, expected at least 1",
                          __FILE__, line)
                .str());
}

//===----------------------------------------------------------------------===//
// LSTM
//===----------------------------------------------------------------------===//

/// One layer by its formula, in f64. Weights are indexed by row and column.
struct Reference {
  int64_t in, hidden;
  Floats weightIh, weightHh, biasIh, biasHh;

  /// Advances h and c of one sample by one step.
  void step(const std::vector<double> &x, std::vector<double> &h,
            std::vector<double> &c) const {
    auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
    std::vector<double> z(4 * hidden);
    for (int64_t row = 0; row < 4 * hidden; ++row) {
      if (!biasIh.empty())
        z[row] = double(biasIh[row]) + biasHh[row];
      for (int64_t k = 0; k < in; ++k)
        z[row] += weightIh[row * in + k] * x[k];
      for (int64_t k = 0; k < hidden; ++k)
        z[row] += weightHh[row * hidden + k] * h[k];
    }
    for (int64_t k = 0; k < hidden; ++k) {
      double i = sigmoid(z[k]), f = sigmoid(z[hidden + k]);
      double g = std::tanh(z[2 * hidden + k]), o = sigmoid(z[3 * hidden + k]);
      c[k] = f * c[k] + i * g;
      h[k] = o * std::tanh(c[k]);
    }
  }
};

/// An LSTM of two inputs and three hidden values over two samples of four
/// steps, compared with the formula.
struct LSTMCase {
  LSTM::Options options = {.inputSize = 2, .hiddenSize = 3};
  bool hasState = false;

  static constexpr int64_t kBatch = 2, kTime = 4;

  int64_t xAt(int64_t sample, int64_t time) const {
    return options.batchFirst ? sample * kTime + time : time * kBatch + sample;
  }

  void run() const {
    Model model({.seed = 3});
    LSTM lstm(model, "lstm", options);
    int64_t first = options.batchFirst ? kBatch : kTime;
    int64_t second = options.batchFirst ? kTime : kBatch;
    Var x = model.input("x", DType::F32, {kDynamicSize, kDynamicSize, 2});
    Var h0 = model.input("h0", DType::F32, {kDynamicSize, kDynamicSize, 3});
    Var c0 = model.input("c0", DType::F32,
                         {options.numLayers, kDynamicSize, kDynamicSize});
    LSTM::Result y = hasState ? lstm(x, {h0, c0}) : lstm(x);
    CompiledModel program = take(model.compile({.outputs = {
                                                    {"y", y.output},
                                                    {"h", y.state.h},
                                                    {"c", y.state.c},
                                                }}));
    Floats input, h, c;
    for (int i = 0; i < kBatch * kTime * 2; ++i)
      input.push_back(std::sin(i));
    for (int i = 0; i < options.numLayers * kBatch * 3; ++i) {
      h.push_back(hasState ? std::cos(i) : 0);
      c.push_back(hasState ? std::sin(i + 0.5) : 0);
    }
    std::vector<Feed> feeds = {{"x", view(input, {first, second, 2})}};
    if (hasState) {
      feeds.emplace_back("h0", view(h, {options.numLayers, kBatch, 3}));
      feeds.emplace_back("c0", view(c, {options.numLayers, kBatch, 3}));
    }
    StepResult result = take(program.predict(feeds));

    Floats output(kBatch * kTime * 3);
    for (int64_t sample = 0; sample < kBatch; ++sample)
      expectSample(model, input, h, c, output, sample);
    expectEqual(take(result.get("y")), {first, second, 3}, output);
    expectEqual(take(result.get("h")), {options.numLayers, kBatch, 3}, h);
    expectEqual(take(result.get("c")), {options.numLayers, kBatch, 3}, c);
  }

  /// What one sample has to be: writes its part of output, h and c.
  void expectSample(Model &model, const Floats &input, Floats &h, Floats &c,
                    Floats &output, int64_t sample) const {
    std::vector<std::vector<double>> sequence(kTime);
    for (int64_t time = 0; time < kTime; ++time) {
      const float *from = &input[xAt(sample, time) * 2];
      sequence[time].assign(from, from + 2);
    }
    for (int64_t layer = 0; layer < options.numLayers; ++layer) {
      auto get = [&](llvm::StringRef part) {
        return getParameter(model,
                            llvm::formatv("lstm.{0}_l{1}", part, layer).str());
      };
      Reference reference{layer == 0 ? 2 : 3, 3,  get("weight_ih"),
                          get("weight_hh"),   {}, {}};
      if (options.bias) {
        reference.biasIh = get("bias_ih");
        reference.biasHh = get("bias_hh");
      }
      float *hOut = &h[(layer * kBatch + sample) * 3];
      float *cOut = &c[(layer * kBatch + sample) * 3];
      std::vector<double> hidden(hOut, hOut + 3), cell(cOut, cOut + 3);
      for (std::vector<double> &x : sequence) {
        reference.step(x, hidden, cell);
        x = hidden;
      }
      std::copy(hidden.begin(), hidden.end(), hOut);
      std::copy(cell.begin(), cell.end(), cOut);
    }
    for (int64_t time = 0; time < kTime; ++time)
      std::copy(sequence[time].begin(), sequence[time].end(),
                &output[xAt(sample, time) * 3]);
  }

  static void expectEqual(const TensorRef &found, Shape shape,
                          const Floats &expected) {
    EXPECT_EQ(found.shape, shape);
    Floats numbers = toVector(found);
    ASSERT_EQ(numbers.size(), expected.size());
    for (size_t i = 0; i < numbers.size(); ++i)
      EXPECT_NEAR(numbers[i], expected[i], 1e-6) << "element " << i;
  }
};

TEST(LSTM, FollowsItsFormula) { LSTMCase().run(); }

TEST(LSTM, TakesTheBatchFirst) {
  LSTMCase test;
  test.options.batchFirst = true;
  test.run();
}

TEST(LSTM, BeginsWithAState) {
  LSTMCase test;
  test.hasState = true;
  test.run();
}

TEST(LSTM, MayHaveNoBias) {
  LSTMCase test;
  test.options.bias = false;
  test.run();
  test.hasState = true;
  test.run();
}

TEST(LSTM, StacksLayers) {
  LSTMCase test;
  test.options.numLayers = 3;
  test.run();
  test.hasState = true;
  test.options.batchFirst = true;
  test.options.bias = false;
  test.run();
}

TEST(LSTM, ParametersHaveTheNamesOfPyTorch) {
  Model model;
  LSTM lstm(model, "lstm", {.inputSize = 25, .hiddenSize = 16, .numLayers = 2});
  EXPECT_EQ(describeParameters(model),
            (std::vector<std::string>{
                "lstm.weight_ih_l0 64x25xf32", "lstm.weight_hh_l0 64x16xf32",
                "lstm.bias_ih_l0 64xf32", "lstm.bias_hh_l0 64xf32",
                "lstm.weight_ih_l1 64x16xf32", "lstm.weight_hh_l1 64x16xf32",
                "lstm.bias_ih_l1 64xf32", "lstm.bias_hh_l1 64xf32"}));
  EXPECT_EQ(lstm.parameters().size(), 8u);
  for (const ParameterInfo &info : model.getParameters())
    expectUniform(getParameter(model, info.name), 0.25);
}

TEST(LSTM, IsTrainedThroughItsState) {
  Model model;
  LSTM lstm(model, "lstm", {.inputSize = 1, .hiddenSize = 2, .numLayers = 2});
  Var x = model.input("x", DType::F32, {kDynamicSize, kDynamicSize, 1});
  Var target = model.input("target", DType::F32, {2, kDynamicSize, 2});
  Var loss = MSELoss{}(lstm(x).state.h, target);
  CompiledModel program = take(model.compile(
      {.loss = loss, .groups = {{.optimizer = Adam{}, .lr = 0.05}}}));
  Floats input = {1, -1, 0.5, 2, 0, 1}, targets(8, 0.25);
  std::vector<Feed> feeds = {{"x", view(input, {3, 2, 1})},
                             {"target", view(targets, {2, 2, 2})}};
  double first = take(program.train(feeds)).getLoss(), last = first;
  for (int step = 0; step < 100; ++step)
    last = take(program.train(feeds)).getLoss();
  EXPECT_LT(last, 0.05 * first);
}

TEST(LSTM, StatesThatDoNotFitAreErrors) {
  auto refuse = [](llvm::ArrayRef<int64_t> shape) {
    Model model;
    LSTM lstm(model, "lstm", {.inputSize = 2, .hiddenSize = 3, .numLayers = 2});
    Var x = model.input("x", DType::F32, {4, 5, 2});
    Var state = model.input("state", DType::F32, shape);
    std::string all = refusal(model, lstm(x, {state, state}).output);
    return llvm::StringRef(all).split('\n').first.str();
  };
  EXPECT_EQ(refuse({5, 3}), "lstm: h0 is 'tensor<5x3xf32>', expected layers x "
                            "batch x hidden_size");
  EXPECT_EQ(refuse({1, 5, 3}), "lstm: h0, dimension 0: found 1 "
                               "('tensor<1x5x3xf32>'), expected 2");
  EXPECT_EQ(refuse({2, 5, 4}), "lstm: h0, dimension 1: found 4 "
                               "('tensor<5x4xf32>'), expected 3");
}

TEST(LSTM, TheNumberOfLayersOfAStateIsChecked) {
  Model model;
  LSTM lstm(model, "lstm", {.inputSize = 1, .hiddenSize = 1});
  Var x = model.input("x", DType::F32, {1, 1, 1});
  Var state = model.input("state", DType::F32, {kDynamicSize, 1, 1});
  CompiledModel program =
      take(model.compile({.outputs = {{"y", lstm(x, {state, state}).output}}}));
  Floats one = {1}, two = {1, 2};
  take(program.predict(
      {{"x", view(one, {1, 1, 1})}, {"state", view(one, {1, 1, 1})}}));
  std::string message = takeMessage(program.predict(
      {{"x", view(one, {1, 1, 1})}, {"state", view(two, {2, 1, 1})}}));
  EXPECT_NE(message.find("lstm: h0, dimension 0: found 2, expected 1"),
            std::string::npos)
      << message;
}

TEST(LSTM, OptionsThatDoNotFitAreErrors) {
  Model model;
  LSTM lstm(model, "lstm", {.inputSize = 2, .numLayers = 0});
  EXPECT_EQ(
      refusal(model, lstm(model.input("x", DType::F32, {1, 1, 2})).output),
      "LSTM 'lstm': hiddenSize: found 0, expected at least 1\n"
      "LSTM 'lstm': numLayers: found 0, expected at least 1");
}
} // namespace
