//===- LayersTest.cpp - What the builders of layers make and refuse -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Layers/Layers.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::emb;

static constexpr int64_t kDynamic = ShapedType::kDynamic;

namespace {
/// A function whose arguments are what layers are made of.
class Layers : public testing::Test {
protected:
  Layers()
      : handler(&context, [this](Diagnostic &diagnostic) {
          messages += diagnostic.str();
        }) {
    context.loadDialect<arith::ArithDialect, EmbDialect, func::FuncDialect,
                        linalg::LinalgDialect, math::MathDialect,
                        scf::SCFDialect, tensor::TensorDialect>();
    module = ModuleOp::create(loc);
    builder.setInsertionPointToStart(module->getBody());
    function = func::FuncOp::create(builder, loc, "layers",
                                    builder.getFunctionType({}, {}));
    body = function.addEntryBlock();
    builder.setInsertionPointToStart(body);
  }

  RankedTensorType tensor(ArrayRef<int64_t> shape, Type element = {}) {
    return RankedTensorType::get(shape,
                                 element ? element : builder.getF32Type());
  }
  Value floats(ArrayRef<int64_t> shape, Type element = {}) {
    unsigned number = function.getNumArguments();
    EXPECT_TRUE(succeeded(function.insertArgument(
        number, tensor(shape, element), DictionaryAttr(), loc)));
    return function.getArgument(number);
  }
  Value labels(ArrayRef<int64_t> shape) {
    return floats(shape, builder.getI64Type());
  }

  /// The type of a result of a build that succeeds, with all IR so far valid.
  Type typeOf(Value result) {
    func::ReturnOp ret = func::ReturnOp::create(builder, loc);
    EXPECT_TRUE(succeeded(mlir::verify(*module))) << messages;
    ret.erase();
    return result.getType();
  }
  Type typeOf(const FailureOr<Value> &result) {
    EXPECT_TRUE(succeeded(result)) << messages;
    return succeeded(result) ? typeOf(*result) : Type();
  }

  /// The diagnostics of a build that has to fail and to leave nothing behind.
  template <typename T> std::string refusal(const FailureOr<T> &result) {
    EXPECT_TRUE(failed(result));
    EXPECT_TRUE(body->empty());
    return std::exchange(messages, "");
  }

  MLIRContext context;
  std::string messages;
  ScopedDiagnosticHandler handler;
  OpBuilder builder{&context};
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  Block *body = nullptr;
};
} // namespace

TEST_F(Layers, DefaultsAreThoseOfPyTorch) {
  EXPECT_FALSE(LSTMOptions().batchFirst);
  EXPECT_EQ(CrossEntropyLossOptions().ignoreIndex, -100);
  EXPECT_EQ(CrossEntropyLossOptions().labelSmoothing, 0.0);
  EXPECT_EQ(CrossEntropyLossOptions().reduction, Reduction::Mean);
  EXPECT_EQ(MSELossOptions().reduction, Reduction::Mean);
  EXPECT_EQ(BCEWithLogitsLossOptions().reduction, Reduction::Mean);
  EXPECT_EQ(MarginRankingLossOptions().margin, 0.0);
  EXPECT_EQ(MarginRankingLossOptions().reduction, Reduction::Mean);
}

TEST_F(Layers, LinearTakesAnyRank) {
  Value weight = floats({2, 3}), bias = floats({2});
  auto linear = [&](ArrayRef<int64_t> shape) {
    return typeOf(buildLinear(builder, loc, floats(shape), weight, bias));
  };
  EXPECT_EQ(linear({3}), tensor({2}));
  EXPECT_EQ(linear({4, 3}), tensor({4, 2}));
  EXPECT_EQ(linear({kDynamic, kDynamic}), tensor({kDynamic, 2}));
  EXPECT_EQ(linear({5, kDynamic, 4, 3}), tensor({5, kDynamic, 4, 2}));
}

TEST_F(Layers, ExtentsAreThoseOfAnyOperand) {
  Value x = floats({kDynamic, kDynamic}), weight = floats({kDynamic, 3});
  EXPECT_EQ(typeOf(buildLinear(builder, loc, x, weight, floats({2}))),
            tensor({kDynamic, 2}));
  MSELossOptions options;
  options.reduction = Reduction::None;
  EXPECT_EQ(typeOf(buildMSELoss(builder, loc, floats({kDynamic, 3}),
                                floats({4, kDynamic}), options)),
            tensor({4, 3}));
}

TEST_F(Layers, LSTMGoesWithoutBiases) {
  LSTMWeights weights;
  weights.weightIh = floats({8, 3});
  weights.weightHh = floats({8, 2});
  LSTMOptions options;
  options.batchFirst = true;
  FailureOr<LSTMResults> results = buildLSTM(
      builder, loc, floats({4, kDynamic, 3}), weights, /*initial=*/{}, options);
  ASSERT_TRUE(succeeded(results)) << messages;
  EXPECT_EQ(typeOf(results->output), tensor({4, kDynamic, 2}));
  EXPECT_EQ(typeOf(results->hN), tensor({4, 2}));
  EXPECT_EQ(typeOf(results->cN), tensor({4, 2}));
}

TEST_F(Layers, LSTMIsTimeFirstByDefault) {
  LSTMWeights weights{floats({8, 3}), floats({8, 2}), floats({8}), floats({8})};
  FailureOr<LSTMResults> results =
      buildLSTM(builder, loc, floats({5, 4, 3}), weights);
  ASSERT_TRUE(succeeded(results)) << messages;
  EXPECT_EQ(typeOf(results->output), tensor({5, 4, 2}));
  EXPECT_EQ(typeOf(results->hN), tensor({4, 2}));
}

TEST_F(Layers, PairsAreWhole) {
  Value x = floats({5, 4, 3}), state = floats({4, 2});
  LSTMWeights weights{floats({8, 3}), floats({8, 2}), {}, floats({8})};
  EXPECT_EQ(refusal(buildLSTM(builder, loc, x, weights)),
            "lstm: found one of bias_ih and bias_hh, expected both or none");
  weights.biasIh = weights.biasHh;
  LSTMState initial;
  initial.c0 = state;
  EXPECT_EQ(refusal(buildLSTM(builder, loc, x, weights, initial)),
            "lstm: found one of h0 and c0, expected both or none");
}

TEST_F(Layers, LossesAreOfRank0OrOneByOne) {
  Type f16 = builder.getF16Type();
  Value x = floats({4, 3}, f16), y = labels({4});
  CrossEntropyLossOptions options;
  EXPECT_EQ(typeOf(buildCrossEntropyLoss(builder, loc, x, y, {}, options)),
            tensor({}, f16));
  options.reduction = Reduction::Sum;
  EXPECT_EQ(typeOf(buildCrossEntropyLoss(builder, loc, x, y, {}, options)),
            tensor({}, f16));
  options.reduction = Reduction::None;
  EXPECT_EQ(typeOf(buildCrossEntropyLoss(builder, loc, x, y, {}, options)),
            tensor({4}, f16));
}

TEST_F(Layers, NothingIsCreatedWhereOperandsDoNotFit) {
  Value x = floats({4, 3}), y = labels({4});
  EXPECT_EQ(refusal(buildLinear(builder, loc, x, floats({2, 3}), floats({3}))),
            "linear: bias, dimension 0: found 3 ('tensor<3xf32>'), expected 2");
  EXPECT_EQ(refusal(buildMSELoss(builder, loc, x, y)),
            "mse_loss: target is 'tensor<4xi64>', expected elements of f16, "
            "bf16, f32 or f64");
  EXPECT_EQ(refusal(buildCrossEntropyLoss(builder, loc, x, y, floats({4}))),
            "cross_entropy_loss: weight, dimension 0: found 4 "
            "('tensor<4xf32>'), expected 3");
  EXPECT_EQ(refusal(buildBCEWithLogitsLoss(builder, loc, x, x, floats({2}))),
            "bce_with_logits_loss: weight, dimension 0: found 2 "
            "('tensor<2xf32>'), expected 3");
  EXPECT_EQ(
      refusal(buildMarginRankingLoss(builder, loc, x, x, floats({4, 3, 1}))),
      "margin_ranking_loss: target is 'tensor<4x3x1xf32>', expected "
      "rank 2");
}

TEST_F(Layers, LabelSmoothingIsAShare) {
  Value x = floats({4, 3}), y = labels({4});
  for (double smoothing : {-0.5, 1.5, double(NAN)}) {
    CrossEntropyLossOptions options;
    options.labelSmoothing = smoothing;
    std::string message =
        refusal(buildCrossEntropyLoss(builder, loc, x, y, {}, options));
    EXPECT_NE(message.find("expected a number from 0 to 1"), std::string::npos)
        << message;
  }
}
