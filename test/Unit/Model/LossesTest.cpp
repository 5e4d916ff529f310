//===- LossesTest.cpp - Losses of models ----------------------------------===//
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
using Doubles = std::vector<double>;

/// Compares up to rounding; the expected values are of the formulas in f64.
void expectNear(const Floats &found, const Doubles &expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i)
    EXPECT_NEAR(found[i], expected[i], 1e-6 * (1 + std::abs(expected[i])))
        << "element " << i;
}

double sum(const Doubles &values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(Losses, MSE) {
  Model model;
  Var x = model.input("x", DType::F32, {kDynamicSize, 2});
  Var y = model.input("y", DType::F32, {kDynamicSize, 2});
  Var mean = MSELoss{}(x, y);
  Var total = MSELoss{.reduction = Reduction::Sum}(x, y);
  Var none = MSELoss{.reduction = Reduction::None}(x, y);
  EXPECT_EQ(mean.getRank(), 0);
  EXPECT_EQ(none.getRank(), 2);
  CompiledModel program = take(model.compile(
      {.outputs = {{"mean", mean}, {"sum", total}, {"none", none}}}));
  Floats a = {1, 2, 3, 4}, b = {0, 2, 5, 7};
  StepResult result =
      take(program.predict({{"x", view(a, {2, 2})}, {"y", view(b, {2, 2})}}));
  EXPECT_EQ(toVector(take(result.get("none"))), (Floats{1, 0, 4, 9}));
  EXPECT_EQ(toVector(take(result.get("sum"))), (Floats{14}));
  EXPECT_EQ(toVector(take(result.get("mean"))), (Floats{3.5}));
  // Three calls of three declarations: that a person would write them.
  std::string ir = program.getIR();
  EXPECT_NE(ir.find("func.func private @mse_loss(tensor<?x2xf32>, "
                    "tensor<?x2xf32>) -> tensor<f32> attributes {emb.layer = "
                    "#emb.mse_loss}"),
            std::string::npos)
      << ir;
  EXPECT_NE(ir.find("= call @mse_loss(%x, %y) : (tensor<?x2xf32>, "
                    "tensor<?x2xf32>) -> tensor<f32>"),
            std::string::npos)
      << ir;
}

/// -log(softmax(x)[c]) of a row.
double nll(const double *x, int numClasses, int c) {
  double total = 0;
  for (int k = 0; k < numClasses; ++k)
    total += std::exp(x[k]);
  return std::log(total) - x[c];
}

TEST(Losses, CrossEntropy) {
  Model model;
  Var x = model.input("x", DType::F32, {kDynamicSize, 3});
  Var y = model.input("y", DType::I64, {kDynamicSize});
  Var w = model.input("w", DType::F32, {3});
  CrossEntropyLoss smooth{
      .weight = w, .ignoreIndex = 1, .labelSmoothing = 0.25};
  CrossEntropyLoss each = smooth;
  each.reduction = Reduction::None;
  CompiledModel program =
      take(model.compile({.outputs = {{"plain", CrossEntropyLoss{}(x, y)},
                                      {"smooth", smooth(x, y)},
                                      {"each", each(x, y)}}}));
  Doubles rows = {0.5, -1, 2, 0, 0, 1, 3, -2, 0.25};
  Floats input(rows.begin(), rows.end()), weights = {1, 2, 0.5};
  std::vector<int64_t> labels = {2, 1, 0};
  StepResult result = take(program.predict(
      {{"x", view(input, {3, 3})}, {"y", view(labels)}, {"w", view(weights)}}));
  Doubles plain, smoothed(3);
  double divisor = 0;
  for (int i = 0; i < 3; ++i) {
    const double *row = &rows[3 * i];
    int64_t label = labels[i];
    plain.push_back(nll(row, 3, label));
    if (label == 1)
      continue;
    divisor += weights[label];
    smoothed[i] = 0.75 * weights[label] * nll(row, 3, label);
    for (int c = 0; c < 3; ++c)
      smoothed[i] += 0.25 / 3 * weights[c] * nll(row, 3, c);
  }
  expectNear(toVector(take(result.get("plain"))), {sum(plain) / 3});
  expectNear(toVector(take(result.get("each"))), smoothed);
  expectNear(toVector(take(result.get("smooth"))), {sum(smoothed) / divisor});

  std::vector<int64_t> wrong = {2, 3, 0};
  std::string message = takeMessage(program.predict(
      {{"x", view(input, {3, 3})}, {"y", view(wrong)}, {"w", view(weights)}}));
  EXPECT_NE(message.find("cross_entropy_loss: target: index out of range: "
                         "position [1] has value 3"),
            std::string::npos)
      << message;
}

TEST(Losses, BCEWithLogits) {
  Model model;
  Var x = model.input("x", DType::F32, {kDynamicSize, 2});
  Var y = model.input("y", DType::F32, {kDynamicSize, 2});
  Var w = model.input("w", DType::F32, {2});
  Var p = model.input("p", DType::F32, {2});
  auto build = [&](Var weight, Var posWeight) {
    return BCEWithLogitsLoss{.weight = weight,
                             .reduction = Reduction::None,
                             .posWeight = posWeight}(x, y);
  };
  CompiledModel program =
      take(model.compile({.outputs = {{"plain", build({}, {})},
                                      {"weight", build(w, {})},
                                      {"pos", build({}, p)},
                                      {"both", build(w, p)},
                                      {"mean", BCEWithLogitsLoss{}(x, y)}}}));
  Floats logits = {0.5, -1, 1000, -1000}, targets = {1, 0.25, 0, 1};
  Floats weights = {2, 3}, positive = {5, 7};
  StepResult result = take(program.predict({{"x", view(logits, {2, 2})},
                                            {"y", view(targets, {2, 2})},
                                            {"w", view(weights)},
                                            {"p", view(positive)}}));
  auto expected = [&](bool hasWeight, bool hasPosWeight) {
    auto softplus = [](double v) {
      return std::max(v, 0.0) + std::log1p(std::exp(-std::abs(v)));
    };
    Doubles losses;
    for (int i = 0; i < 4; ++i) {
      double loss = (1 - targets[i]) * softplus(logits[i]) +
                    (hasPosWeight ? positive[i % 2] : 1) * targets[i] *
                        softplus(-logits[i]);
      losses.push_back((hasWeight ? weights[i % 2] : 1) * loss);
    }
    return losses;
  };
  expectNear(toVector(take(result.get("plain"))), expected(false, false));
  expectNear(toVector(take(result.get("weight"))), expected(true, false));
  expectNear(toVector(take(result.get("pos"))), expected(false, true));
  expectNear(toVector(take(result.get("both"))), expected(true, true));
  expectNear(toVector(take(result.get("mean"))),
             {sum(expected(false, false)) / 4});
}

TEST(Losses, MarginRanking) {
  Model model;
  Var a = model.input("a", DType::F32, {kDynamicSize});
  Var b = model.input("b", DType::F32, {kDynamicSize});
  Var y = model.input("y", DType::F32, {kDynamicSize});
  MarginRankingLoss loss{.margin = 0.5, .reduction = Reduction::None};
  Floats first = {1, 1, 0, 2}, second = {0, 0.75, 0.5, 3};
  Floats target = {1, 1, 1, -1};
  EXPECT_EQ(
      predict(model, loss(a, b, y),
              {{"a", view(first)}, {"b", view(second)}, {"y", view(target)}}),
      (Floats{0, 0.25, 1, 0}));
}

TEST(Losses, ALossIsTrained) {
  Model model;
  Linear linear(model, "linear",
                {.inFeatures = 2, .outFeatures = 2, .init = Constant{0.0}});
  Var x = model.input("x", DType::F32, {kDynamicSize, 2});
  Var y = model.input("y", DType::I64, {kDynamicSize});
  CompiledModel program =
      take(model.compile({.loss = CrossEntropyLoss{}(linear(x), y),
                          .groups = {{.optimizer = SGD{}, .lr = 1.0}}}));
  std::vector<float> zero = {0, 0};
  llvm::cantFail(model.setParameter("linear.bias", view(zero)));
  Floats input = {1, 2};
  std::vector<int64_t> labels = {1};
  StepResult result =
      take(program.train({{"x", view(input, {1, 2})}, {"y", view(labels)}}));
  EXPECT_FLOAT_EQ(result.getLoss(), std::log(2.0));
  // The gradient of the scores is 1/2, -1/2.
  EXPECT_EQ(getParameter(model, "linear.weight"), (Floats{-0.5, -1, 0.5, 1}));
  EXPECT_EQ(getParameter(model, "linear.bias"), (Floats{-0.5, 0.5}));
}

TEST(Losses, OperandsThatDoNotFitAreErrors) {
  {
    Model model;
    Var x = model.input("x", DType::F32, {4, 2});
    EXPECT_EQ(refusal(model, MSELoss{}(x, model.input("y", DType::F32, {4}))),
              "mse_loss: target is 'tensor<4xf32>', expected rank 2");
  }
  {
    Model model;
    Var x = model.input("x", DType::F32, {4, 2});
    Var y = CrossEntropyLoss{}(x, model.input("y", DType::F32, {4}));
    EXPECT_EQ(refusal(model, y),
              "cross_entropy_loss: target is 'tensor<4xf32>', expected "
              "elements of i32 or i64");
  }
  {
    Model model;
    Var x = model.input("x", DType::F32, {4, 2});
    Var y = model.input("y", DType::I64, {4});
    EXPECT_EQ(refusal(model, CrossEntropyLoss{.labelSmoothing = 1.5}(x, y)),
              "cross_entropy_loss: labelSmoothing: found 1.500000, expected 0 "
              "<= labelSmoothing <= 1");
  }
  {
    Model model;
    Var x = model.input("x", DType::F32, {4, 2});
    EXPECT_NE(refusal(model, MSELoss{}(x, Var()))
                  .find("operand 1 is a Var that was never assigned"),
              std::string::npos);
  }
}
} // namespace
