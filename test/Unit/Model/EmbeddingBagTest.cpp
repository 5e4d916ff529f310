//===- EmbeddingBagTest.cpp - Bags of models ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

using namespace mlir::emb;
using namespace mlir::emb::test;

namespace {
using Floats = std::vector<float>;
using Ids = std::vector<int64_t>;

/// A table of 5 x 2: 1 2, 3 4, 5 6, 7 8, 9 10.
EmbeddingBag::Options getOptions(BagMode mode) {
  return {
      .numEmbeddings = 5, .embeddingDim = 2, .mode = mode, .init = counting()};
}

/// What bags over the words 4 1, none, 1 0 2 are, with offsets.
Floats pool(EmbeddingBag::Options options, Ids offsets = {0, 2, 2}) {
  Model model;
  EmbeddingBag bag(model, "bag", options);
  Var ids = model.input("ids", DType::I64, {kDynamicSize});
  Var starts = model.input("offsets", DType::I64, {kDynamicSize});
  Var y = bag(ids, {.offsets = starts});
  Ids words = {4, 1, 1, 0, 2};
  return predict(model, y, {{"ids", view(words)}, {"offsets", view(offsets)}});
}

TEST(EmbeddingBag, PoolsBagsGivenByOffsets) {
  EXPECT_EQ(pool(getOptions(BagMode::Sum)), (Floats{12, 14, 0, 0, 9, 12}));
  EXPECT_EQ(pool(getOptions(BagMode::Mean)), (Floats{6, 7, 0, 0, 3, 4}));
  EXPECT_EQ(pool(getOptions(BagMode::Max)), (Floats{9, 10, 0, 0, 5, 6}));
}

TEST(EmbeddingBag, TheDefaultIsTheMean) {
  EXPECT_EQ(EmbeddingBag::Options().mode, BagMode::Mean);
  EXPECT_EQ(EmbeddingBag::PretrainedOptions().mode, BagMode::Mean);
}

TEST(EmbeddingBag, TheLastOffsetMayBeIncluded) {
  EmbeddingBag::Options options = getOptions(BagMode::Sum);
  options.includeLastOffset = true;
  EXPECT_EQ(pool(options, {0, 2, 2, 5}), (Floats{12, 14, 0, 0, 9, 12}));
}

TEST(EmbeddingBag, PaddingIsNotCounted) {
  EmbeddingBag::Options options = getOptions(BagMode::Mean);
  options.paddingIdx = -4;
  // Row 1 is zero, and left out.
  EXPECT_EQ(pool(options), (Floats{9, 10, 0, 0, 3, 4}));
}

TEST(EmbeddingBag, BagsOfOneLengthNeedNoOffsets) {
  Model model;
  EmbeddingBag::Options options = getOptions(BagMode::Sum);
  // PyTorch ignores it here.
  options.includeLastOffset = true;
  EmbeddingBag bag(model, "bag", options);
  Var ids = model.input("ids", DType::I32, {kDynamicSize, 3});
  std::vector<int32_t> words = {0, 0, 4, 1, 2, 3};
  EXPECT_EQ(predict(model, bag(ids), {{"ids", view(words, {2, 3})}}),
            (Floats{11, 14, 15, 18}));
}

TEST(EmbeddingBag, BagsWithoutLengthAreZero) {
  Model model;
  EmbeddingBag bag(model, "bag", getOptions(BagMode::Max));
  Var ids = model.input("ids", DType::I64, {kDynamicSize, kDynamicSize});
  Ids none;
  EXPECT_EQ(predict(model, bag(ids), {{"ids", view(none, {2, 0})}}),
            (Floats{0, 0, 0, 0}));
}

TEST(EmbeddingBag, MaxNormScalesTheRowsThatAreRead) {
  Model model;
  EmbeddingBag::Options options = getOptions(BagMode::Sum);
  options.maxNorm = 2.0;
  options.normType = INFINITY;
  EmbeddingBag bag(model, "bag", options);
  Var ids = model.input("ids", DType::I64, {1, 2});
  Ids words = {0, 1};
  float factor = 2.0 / (4.0 + 1e-7);
  EXPECT_EQ(predict(model, bag(ids), {{"ids", view(words, {1, 2})}}),
            (Floats{1 + 3 * factor, 2 + 4 * factor}));
  EXPECT_EQ(getParameter(model, "bag.weight"),
            (Floats{1, 2, 3 * factor, 4 * factor, 5, 6, 7, 8, 9, 10}));
}

TEST(EmbeddingBag, WeightsOfSamplesAreTrained) {
  Model model;
  EmbeddingBag bag(model, "bag", getOptions(BagMode::Sum));
  Var ids = model.input("ids", DType::I64, {2, 2});
  Var weights = model.parameter("w", DType::F32, {2, 2}, values({1, 2, 0, -1}));
  Var target = model.input("target", DType::F32, {2, 2});
  Var y = bag(ids, {.perSampleWeights = weights});
  Var loss = MSELoss{.reduction = Reduction::Sum}(y, target);
  CompiledModel program =
      take(model.compile({.loss = loss,
                          .outputs = {{"y", y}},
                          .groups = {{.optimizer = SGD{}, .lr = 1.0}}}));
  Ids words = {0, 2, 1, 0};
  StepResult result = take(program.predict({{"ids", view(words, {2, 2})}}));
  // 1 (1 2) + 2 (5 6), 0 (3 4) - 1 (1 2)
  EXPECT_EQ(toVector(take(result.get("y"))), (Floats{11, 14, -1, -2}));

  Floats targets = {10, 14, -1, -4};
  take(program.train(
      {{"ids", view(words, {2, 2})}, {"target", view(targets, {2, 2})}}));
  // The gradient of y is 2 0, 0 4; that of a weight its product with the row.
  EXPECT_EQ(getParameter(model, "w"),
            (Floats{1 - 2 * 1, 2 - 2 * 5, 0 - 4 * 4, -1 - 4 * 2}));
  // Row 0: 1 (2 0) - 1 (0 4); row 1: 0; row 2: 2 (2 0).
  EXPECT_EQ(getParameter(model, "bag.weight"),
            (Floats{1 - 2, 2 + 4, 3, 4, 5 - 4, 6, 7, 8, 9, 10}));
}

TEST(EmbeddingBag, APretrainedTableIsFrozen) {
  Model model;
  Tensor rows = take(Tensor::zeros(DType::F32, {2, 1}));
  rows.elements<float>()[1] = 3;
  EmbeddingBag bag = EmbeddingBag::fromPretrained(
      model, "bag", std::move(rows), {.mode = BagMode::Sum, .paddingIdx = 0});
  EXPECT_TRUE(model.getParameters()[0].frozen);
  Ids words = {1, 0, 1};
  EXPECT_EQ(predict(model, bag(model.input("ids", DType::I64, {1, 3})),
                    {{"ids", view(words, {1, 3})}}),
            (Floats{6}));
}

//===----------------------------------------------------------------------===//
// Misuse
//===----------------------------------------------------------------------===//

/// What `build` is refused for, given a bag and indices of `shape`.
template <typename BuildFn>
std::string refuse(BagMode mode, llvm::ArrayRef<int64_t> shape, BuildFn build) {
  Model model;
  EmbeddingBag bag(model, "bag", getOptions(mode));
  return refusal(model,
                 build(model, bag, model.input("ids", DType::I64, shape)));
}

TEST(EmbeddingBag, OperandsThatDoNotGoTogetherAreErrors) {
  auto plain = [](Model &, EmbeddingBag &bag, Var ids) { return bag(ids); };
  EXPECT_EQ(refuse(BagMode::Sum, {3}, plain),
            "EmbeddingBag: found no offsets, expected some with indices of "
            "rank 1 ('tensor<3xi64>')");
  EXPECT_EQ(refuse(BagMode::Sum, {3, 1, 1}, plain),
            "EmbeddingBag: indices are 'tensor<3x1x1xi64>', expected rank 1 "
            "or 2");
  auto withOffsets = [](Model &, EmbeddingBag &bag, Var ids) {
    return bag(ids, {.offsets = ids});
  };
  EXPECT_EQ(refuse(BagMode::Sum, {3, 1}, withOffsets),
            "EmbeddingBag: found offsets, expected none with indices of rank "
            "2 ('tensor<3x1xi64>')");
  auto withWeights = [](Model &model, EmbeddingBag &bag, Var ids) {
    Var weights = model.input("weights", DType::F32, {3, 1});
    return bag(ids, {.perSampleWeights = weights});
  };
  for (BagMode mode : {BagMode::Mean, BagMode::Max})
    EXPECT_EQ(refuse(mode, {3, 1}, withWeights),
              llvm::formatv("EmbeddingBag: found perSampleWeights with mode "
                            "{0}, expected them with sum only",
                            mlir::emb::stringifyBagMode(mode))
                  .str());
  EXPECT_EQ(refuse(BagMode::Sum, {4, 1}, withWeights),
            "EmbeddingBag: perSampleWeights are 'tensor<3x1xf32>', expected "
            "'tensor<4x1xf32>'");
  auto withFloats = [](Model &model, EmbeddingBag &bag, Var ids) {
    return bag(ids, {.offsets = model.input("o", DType::F32, {1})});
  };
  EXPECT_EQ(refuse(BagMode::Sum, {4}, withFloats),
            "EmbeddingBag: offsets are 'tensor<1xf32>', expected a tensor of "
            "i32 or i64 of rank 1");
  auto withTwoRanks = [](Model &model, EmbeddingBag &bag, Var ids) {
    return bag(ids, {.offsets = model.input("o", DType::I64, {1, 1})});
  };
  EXPECT_EQ(refuse(BagMode::Sum, {4}, withTwoRanks),
            "EmbeddingBag: offsets are 'tensor<1x1xi64>', expected a tensor "
            "of i32 or i64 of rank 1");
}

TEST(EmbeddingBag, AMaximumIsNotScaledByFrequency) {
  Model model;
  EmbeddingBag::Options options = getOptions(BagMode::Max);
  options.scaleGradByFreq = true;
  EmbeddingBag bag(model, "bag", options);
  EXPECT_EQ(refusal(model, bag(model.input("ids", DType::I64, {1, 1}))),
            "EmbeddingBag 'bag': scaleGradByFreq: found mode max, expected "
            "sum or mean");
}
} // namespace
