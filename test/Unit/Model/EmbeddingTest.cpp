//===- EmbeddingTest.cpp - Tables of models and their lookups -------------===//
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
using Ids = std::vector<int64_t>;

/// Steps of SGD with lr 1 that make the sum of (y - target)^2 small.
CompiledModel compileSGD(Model &model, Var y, Var target) {
  Var loss = MSELoss{.reduction = Reduction::Sum}(y, target);
  return take(model.compile(
      {.loss = loss, .groups = {{.optimizer = SGD{}, .lr = 1.0}}}));
}

//===----------------------------------------------------------------------===//
// Embedding
//===----------------------------------------------------------------------===//

TEST(Embedding, ReadsRowsAtIndicesOfAnyRank) {
  Model model;
  Embedding table(model, "table",
                  {.numEmbeddings = 3, .embeddingDim = 2, .init = counting()});
  Var one = model.input("one", DType::I64, {});
  Var flat = model.input("flat", DType::I32, {kDynamicSize});
  Var square = model.input("square", DType::I64, {kDynamicSize, 2});
  CompiledModel program =
      take(model.compile({.outputs = {{"one", table(one)},
                                      {"flat", table(flat)},
                                      {"square", table(square)}}}));
  Ids row = {2}, rows = {0, 2, 1, 1};
  std::vector<int32_t> narrow = {1, 1, 0};
  StepResult result = take(program.predict({{"one", view(row, {})},
                                            {"flat", view(narrow)},
                                            {"square", view(rows, {2, 2})}}));
  TensorRef y = take(result.get("square"));
  EXPECT_EQ(y.shape, Shape({2, 2, 2}));
  EXPECT_EQ(toVector(y), (Floats{1, 2, 5, 6, 3, 4, 3, 4}));
  y = take(result.get("one"));
  EXPECT_EQ(y.shape, Shape({2}));
  EXPECT_EQ(toVector(y), (Floats{5, 6}));
  EXPECT_EQ(toVector(take(result.get("flat"))), (Floats{3, 4, 3, 4, 1, 2}));

  std::string ir = program.getIR();
  EXPECT_NE(ir.find("%0 = emb.gather %table.weight[%one] : tensor<3x2xf32>, "
                    "tensor<i64> -> tensor<2xf32>"),
            std::string::npos)
      << ir;
}

TEST(Embedding, ATableIsNormalAndItsPaddingZero) {
  Model model;
  Embedding table(model, "table",
                  {.numEmbeddings = 1000, .embeddingDim = 8, .paddingIdx = -3});
  Floats weight = getParameter(model, "table.weight");
  double sum = 0, squares = 0;
  for (float x : weight) {
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / 8000, 0.0, 0.05);
  EXPECT_NEAR(squares / 8000, 1.0, 0.05);
  for (int64_t row = 0; row < 1000; ++row)
    for (int64_t column = 0; column < 8; ++column)
      EXPECT_EQ(weight[8 * row + column] == 0.0f, row == 997);
}

TEST(Embedding, PaddingIsReadButNotTrained) {
  Model model;
  Tensor rows = take(Tensor::zeros(DType::F32, {3, 1}));
  rows.elements<float>()[2] = 7;
  Embedding table = Embedding::fromPretrained(
      model, "table", std::move(rows), {.freeze = false, .paddingIdx = -1});
  Var ids = model.input("ids", DType::I64, {3});
  Var target = model.input("target", DType::F32, {3, 1});
  CompiledModel program = compileSGD(model, table(ids), target);
  Ids words = {2, 0, 0};
  Floats ones = {1, 1, 1};
  take(program.train({{"ids", view(words)}, {"target", view(ones, {3, 1})}}));
  // The gradient of row 0 is 2 (0 - 1), twice.
  EXPECT_EQ(getParameter(model, "table.weight"), (Floats{4, 0, 7}));
}

TEST(Embedding, ScaleGradByFreqDividesByTheOccurrences) {
  Model model;
  Embedding table(model, "table",
                  {.numEmbeddings = 2,
                   .embeddingDim = 1,
                   .scaleGradByFreq = true,
                   .init = Constant{0.0}});
  Var ids = model.input("ids", DType::I64, {2, 2});
  Var target = model.input("target", DType::F32, {2, 2, 1});
  CompiledModel program = compileSGD(model, table(ids), target);
  Ids words = {0, 1, 0, 0};
  Floats targets = {1, 2, 3, 5};
  take(program.train(
      {{"ids", view(words, {2, 2})}, {"target", view(targets, {2, 2, 1})}}));
  EXPECT_EQ(getParameter(model, "table.weight"), (Floats{2 * 9 / 3, 2 * 2}));
}

TEST(Embedding, APretrainedTableIsFrozen) {
  Model model;
  Tensor rows = take(Tensor::zeros(DType::F32, {2, 1}));
  rows.elements<float>()[0] = 5;
  Embedding table = Embedding::fromPretrained(model, "table", std::move(rows),
                                              {.paddingIdx = 0});
  Embedding other(
      model, "other",
      {.numEmbeddings = 2, .embeddingDim = 1, .init = Constant{1.0}});
  Var ids = model.input("ids", DType::I64, {1});
  CompiledModel program = compileSGD(model, other(ids), table(ids));
  Ids words = {0};
  take(program.train({{"ids", view(words)}}));
  // Row 0 is padding, but was not made zero.
  EXPECT_EQ(getParameter(model, "table.weight"), (Floats{5, 0}));
  EXPECT_EQ(getParameter(model, "other.weight"), (Floats{9, 1}));
  EXPECT_TRUE(model.getParameters()[0].frozen);
  EXPECT_FALSE(model.getParameters()[1].frozen);
}

TEST(Embedding, MaxNormScalesTheRowsThatAreRead) {
  Model model;
  Embedding table(model, "table",
                  {.numEmbeddings = 3,
                   .embeddingDim = 2,
                   .maxNorm = 1.0,
                   .normType = 1.0,
                   .init = values({3, -1, 0.25, 0.5, 6, 2})});
  Var ids = model.input("ids", DType::I64, {kDynamicSize});
  CompiledModel program = take(model.compile({.outputs = {{"y", table(ids)}}}));
  Ids words = {1, 0, 0};
  StepResult result = take(program.predict({{"ids", view(words)}}));
  float factor = 1.0 / (4.0 + 1e-7);
  Floats row = {3 * factor, -1 * factor};
  EXPECT_EQ(toVector(take(result.get("y"))),
            (Floats{0.25, 0.5, row[0], row[1], row[0], row[1]}));
  // Row 2 was not read.
  EXPECT_EQ(getParameter(model, "table.weight"),
            (Floats{row[0], row[1], 0.25, 0.5, 6, 2}));
}

TEST(Embedding, LaterLookupsBeginWithWhatEarlierOnesLeave) {
  Model model;
  Embedding table(model, "table",
                  {.numEmbeddings = 2,
                   .embeddingDim = 1,
                   .maxNorm = 0.5,
                   // The number of nonzeros: each lookup halves what it reads.
                   .normType = 0.0,
                   .init = Constant{4.0}});
  Embedding copy(table);
  Var ids = model.input("ids", DType::I64, {1});
  Var a = table(ids), b = copy(ids);
  Var weight = copy.getWeight();
  EXPECT_NE(weight.getValue(), table.parameters()[0].getValue());
  EXPECT_EQ(weight.getValue(), table.getWeight().getValue());

  CompiledModel program =
      take(model.compile({.outputs = {{"a", a}, {"b", b}}}));
  Ids words = {1};
  StepResult result = take(program.predict({{"ids", view(words)}}));
  float factor = 0.5 / (1.0 + 1e-7);
  float once = 4 * factor, twice = once * factor;
  EXPECT_EQ(toVector(take(result.get("a"))), (Floats{once}));
  EXPECT_EQ(toVector(take(result.get("b"))), (Floats{twice}));
  EXPECT_EQ(getParameter(model, "table.weight"), (Floats{4, twice}));
}

TEST(Embedding, ATrainedTableWithMaxNormIsScaledFirst) {
  Model model;
  Embedding table(model, "table",
                  {.numEmbeddings = 2,
                   .embeddingDim = 1,
                   .maxNorm = 1.0,
                   .init = Constant{4.0}});
  Var ids = model.input("ids", DType::I64, {kDynamicSize});
  Var target = model.input("target", DType::F32, {kDynamicSize, 1});
  CompiledModel program = compileSGD(model, table(ids), target);
  Ids words = {1};
  Floats targets = {0.5};
  StepResult result = take(
      program.train({{"ids", view(words)}, {"target", view(targets, {1, 1})}}));
  float scaled = 4.0f * static_cast<float>(1.0 / (4.0 + 1e-7));
  EXPECT_FLOAT_EQ(result.getLoss(), (scaled - 0.5f) * (scaled - 0.5f));
  EXPECT_EQ(getParameter(model, "table.weight"),
            (Floats{4, scaled - 2 * (scaled - 0.5f)}));
}

/// A table that has no element: `good` has a result of `shape`, `bad` is
/// refused.
void expectEmpty(const Embedding::Options &options, const Ids &good,
                 const Shape &shape, const Ids &bad,
                 const std::string &message) {
  Model model;
  Embedding table(model, "table", options);
  Var ids = model.input("ids", DType::I64, {kDynamicSize});
  CompiledModel program = take(model.compile({.outputs = {{"y", table(ids)}}}));
  StepResult result = take(program.predict({{"ids", view(good)}}));
  EXPECT_EQ(take(result.get("y")).shape, shape);
  std::string found = takeMessage(program.predict({{"ids", view(bad)}}));
  EXPECT_NE(found.find(message), std::string::npos) << found;
}

TEST(Embedding, ATableMayHaveNoColumnOrNoRow) {
  expectEmpty({.numEmbeddings = 3, .embeddingDim = 0}, {2, 1}, {2, 0}, {3},
              "has value 3, expected 0 <= index < 3");
  expectEmpty({.numEmbeddings = 0, .embeddingDim = 2}, {}, {0, 2}, {0},
              "has value 0, expected 0 <= index < 0");
}

TEST(Embedding, OptionsThatDoNotFitNameTheLine) {
  Model model;
  Embedding table(model, "t", {.numEmbeddings = 5, .embeddingDim = -2});
  unsigned line = __LINE__ - 1;
  Var ids = model.input("ids", DType::I64, {1});
  std::string message =
      takeMessage(model.compile({.outputs = {{"y", table(ids)}}}));
  EXPECT_EQ(message,
            llvm::formatv("{0}:{1}: error: Embedding 't': embeddingDim: "
                          "found -2, expected at least 0",
                          __FILE__, line)
                .str());
}

std::string refuse(const Embedding::Options &options) {
  Model model;
  Embedding table(model, "t", options);
  return refusal(model, table(model.input("ids", DType::I64, {1})));
}

TEST(Embedding, OptionsThatDoNotFitAreErrors) {
  EXPECT_EQ(refuse({.embeddingDim = 1}),
            "Embedding 't': numEmbeddings: found -1, expected at least 0");
  EXPECT_EQ(
      refuse({.numEmbeddings = 4, .embeddingDim = 1, .paddingIdx = 4}),
      "Embedding 't': paddingIdx: found 4, expected -4 <= paddingIdx < 4");
  EXPECT_EQ(
      refuse({.numEmbeddings = 4, .embeddingDim = 1, .paddingIdx = -5}),
      "Embedding 't': paddingIdx: found -5, expected -4 <= paddingIdx < 4");
  EXPECT_EQ(refuse({.numEmbeddings = 0, .embeddingDim = 1, .paddingIdx = 0}),
            "Embedding 't': numEmbeddings: found 0, expected at least 1");
  EXPECT_EQ(
      refuse({.numEmbeddings = 4, .embeddingDim = 1, .dtype = DType::I32}),
      "parameter 't.weight': first values: found a tensor of 4x1xi32, "
      "expected floats");
}

TEST(Embedding, IndicesThatDoNotFitAreErrors) {
  Model model;
  Embedding table(model, "t", {.numEmbeddings = 4, .embeddingDim = 1});
  Var x = model.input("x", DType::F32, {2});
  EXPECT_EQ(refusal(model, table(x)),
            "lookup in 't.weight': indices are 'tensor<2xf32>', expected a "
            "tensor of i32 or i64");

  Model other;
  Tensor row = take(Tensor::zeros(DType::F32, {3}));
  Embedding flat = Embedding::fromPretrained(other, "t", std::move(row), {});
  EXPECT_EQ(refusal(other, flat(other.input("i", DType::I64, {1}))),
            "Embedding 't': embeddings: found 3xf32, expected rows x columns");
}
} // namespace
