//===- AttributeTest.cpp - Optimizers as attributes and back --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Optimizers/Optimizers.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
class OptimizerAttribute : public testing::Test {
protected:
  OptimizerAttribute() { context.loadDialect<EmbDialect>(); }

  /// The options of the struct that `text` declares.
  template <typename Options> Options parse(StringRef text) {
    FailureOr<Optimizer> optimizer =
        getOptimizer(parseAttribute(text, &context));
    EXPECT_TRUE(succeeded(optimizer)) << text.str();
    if (failed(optimizer))
      return {};
    EXPECT_TRUE(std::holds_alternative<Options>(*optimizer)) << text.str();
    return std::get<Options>(*optimizer);
  }

  std::string print(const Optimizer &optimizer) {
    std::string text;
    llvm::raw_string_ostream(text) << getAttribute(&context, optimizer);
    return text;
  }

  MLIRContext context;
};
} // namespace

TEST_F(OptimizerAttribute, DefaultsAreThoseOfTheStructs) {
  EXPECT_EQ(print(SGD()), "#emb.sgd");
  EXPECT_EQ(print(Adagrad()), "#emb.adagrad");
  EXPECT_EQ(print(RowWiseAdagrad()), "#emb.rowwise_adagrad");
  EXPECT_EQ(print(SparseAdam()), "#emb.sparse_adam");
  EXPECT_EQ(print(Adam()), "#emb.adam");
  EXPECT_EQ(print(AdamW()), "#emb.adamw");
  EXPECT_EQ(print(LazyAdamW()), "#emb.lazy_adamw");
}

TEST_F(OptimizerAttribute, EveryOptionGoesOver) {
  auto sgd = parse<SGD>("#emb.sgd<momentum = 0.5, dampening = 0.25, "
                        "weight_decay = 0.125, nesterov = true>");
  EXPECT_EQ(sgd.momentum, 0.5);
  EXPECT_EQ(sgd.dampening, 0.25);
  EXPECT_EQ(sgd.weightDecay, 0.125);
  EXPECT_TRUE(sgd.nesterov);
  EXPECT_FALSE(sgd.maximize);

  auto adagrad = parse<Adagrad>(
      "#emb.adagrad<lr_decay = 0.5, weight_decay = 0.25, "
      "initial_accumulator_value = 0.125, eps = 2.0, maximize = true>");
  EXPECT_EQ(adagrad.lrDecay, 0.5);
  EXPECT_EQ(adagrad.weightDecay, 0.25);
  EXPECT_EQ(adagrad.initialAccumulatorValue, 0.125);
  EXPECT_EQ(adagrad.eps, 2.0);
  EXPECT_TRUE(adagrad.maximize);

  auto rowWise = parse<RowWiseAdagrad>(
      "#emb.rowwise_adagrad<weight_decay = 0.5, weight_decay_mode = decouple, "
      "initial_accumulator_value = 0.125, eps = 2.0>");
  EXPECT_EQ(rowWise.weightDecay, 0.5);
  EXPECT_EQ(rowWise.weightDecayMode, WeightDecayMode::Decouple);
  EXPECT_EQ(rowWise.initialAccumulatorValue, 0.125);
  EXPECT_EQ(rowWise.eps, 2.0);

  auto sparse = parse<SparseAdam>("#emb.sparse_adam<beta1 = 0.5, beta2 = 0.75, "
                                  "eps = 2.0, maximize = true>");
  EXPECT_EQ(sparse.betas, (std::array<double, 2>{0.5, 0.75}));
  EXPECT_EQ(sparse.eps, 2.0);
  EXPECT_TRUE(sparse.maximize);

  auto adam = parse<Adam>("#emb.adam<beta1 = 0.5, beta2 = 0.75, eps = 2.0, "
                          "weight_decay = 0.125, amsgrad = true>");
  EXPECT_EQ(adam.betas, (std::array<double, 2>{0.5, 0.75}));
  EXPECT_EQ(adam.eps, 2.0);
  EXPECT_EQ(adam.weightDecay, 0.125);
  EXPECT_TRUE(adam.amsgrad);
  EXPECT_FALSE(adam.maximize);

  auto adamW = parse<AdamW>("#emb.adamw<beta1 = 0.5, maximize = true>");
  EXPECT_EQ(adamW.betas, (std::array<double, 2>{0.5, 0.999}));
  EXPECT_EQ(adamW.weightDecay, 0.01);
  EXPECT_FALSE(adamW.amsgrad);
  EXPECT_TRUE(adamW.maximize);

  auto lazy = parse<LazyAdamW>(
      "#emb.lazy_adamw<beta2 = 0.5, eps = 2.0, weight_decay = 0.125, "
      "maximize = true>");
  EXPECT_EQ(lazy.betas, (std::array<double, 2>{0.9, 0.5}));
  EXPECT_EQ(lazy.eps, 2.0);
  EXPECT_EQ(lazy.weightDecay, 0.125);
  EXPECT_TRUE(lazy.maximize);
}

TEST_F(OptimizerAttribute, StructsComeBack) {
  for (StringRef text :
       {"#emb.sgd<momentum = 0.5, dampening = 0.25, weight_decay = 0.125, "
        "maximize = true>",
        "#emb.adagrad<lr_decay = 0.5, weight_decay = 0.25, "
        "initial_accumulator_value = 0.125, eps = 2.0, maximize = true>",
        "#emb.rowwise_adagrad<weight_decay = 0.5, weight_decay_mode = l2, "
        "initial_accumulator_value = 0.125, eps = 2.0>",
        "#emb.sparse_adam<beta1 = 0.5, beta2 = 0.75, eps = 2.0, "
        "maximize = true>",
        "#emb.adam<beta1 = 0.5, beta2 = 0.75, eps = 2.0, weight_decay = 0.125, "
        "amsgrad = true, maximize = true>",
        "#emb.adamw<beta1 = 0.5, beta2 = 0.75, eps = 2.0, "
        "weight_decay = 0.125, amsgrad = true, maximize = true>",
        "#emb.lazy_adamw<beta1 = 0.5, beta2 = 0.75, eps = 2.0, "
        "weight_decay = 0.125, maximize = true>"}) {
    Attribute attribute = parseAttribute(text, &context);
    FailureOr<Optimizer> optimizer = getOptimizer(attribute);
    ASSERT_TRUE(succeeded(optimizer)) << text.str();
    EXPECT_EQ(getAttribute(&context, *optimizer), attribute) << text.str();
  }
}

TEST_F(OptimizerAttribute, OthersAreNone) {
  EXPECT_TRUE(failed(getOptimizer(Builder(&context).getUnitAttr())));
  EXPECT_TRUE(failed(getOptimizer(parseAttribute("#emb.linear", &context))));
}
