//===- OptionsTest.cpp - Options, their defaults and refusals -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Optimizers/Optimizers.h"
#include "mlir/IR/MLIRContext.h"
#include "gtest/gtest.h"

#include <limits>

using namespace mlir;
using namespace mlir::emb;

/// The refusal of the options after `change`; "" if there is none.
template <typename Options, typename Change>
static std::string refusal(Options options, Change change,
                           GradientKind gradient = GradientKind::Unstated) {
  change(options);
  return llvm::toString(verify(options, gradient));
}

template <typename Options>
static std::string refusal(Options options, GradientKind gradient) {
  return llvm::toString(verify(options, gradient));
}

TEST(Options, DefaultsAreAccepted) {
  for (const Optimizer &optimizer :
       {Optimizer(SGD()), Optimizer(Adagrad()), Optimizer(RowWiseAdagrad()),
        Optimizer(SparseAdam()), Optimizer(Adam()), Optimizer(AdamW()),
        Optimizer(LazyAdamW())})
    EXPECT_EQ(llvm::toString(verify(optimizer)), "");
}

TEST(Options, DefaultsAreThoseOfPyTorchAndFBGEMM) {
  EXPECT_EQ(Adagrad().eps, 1e-10);
  EXPECT_EQ(Adagrad().initialAccumulatorValue, 0.0);
  EXPECT_EQ(RowWiseAdagrad().eps, 1e-8);
  EXPECT_EQ(SparseAdam().eps, 1e-8);
  EXPECT_EQ(SparseAdam().betas[1], 0.999);
  EXPECT_EQ(Adam().betas[0], 0.9);
  EXPECT_EQ(Adam().weightDecay, 0.0);
  EXPECT_EQ(AdamW().weightDecay, 0.01);
  EXPECT_EQ(LazyAdamW().weightDecay, 0.01);
}

TEST(Options, SGDIsChecked) {
  EXPECT_EQ(refusal(SGD(), [](SGD &o) { o.momentum = -0.5; }),
            "SGD: momentum is -0.5, expected a finite number >= 0");
  EXPECT_EQ(refusal(SGD(), [](SGD &o) { o.weightDecay = -1; }),
            "SGD: weightDecay is -1, expected a finite number >= 0");
  EXPECT_EQ(refusal(SGD(), [](SGD &o) { o.dampening = INFINITY; }),
            "SGD: dampening is inf, expected a finite number");
  EXPECT_EQ(refusal(SGD(), [](SGD &o) { o.nesterov = true; }),
            "SGD: momentum is 0 with nesterov, expected a number > 0");
  auto damped = [](SGD &o) {
    o.nesterov = true;
    o.momentum = 0.9;
    o.dampening = 0.5;
  };
  EXPECT_EQ(refusal(SGD(), damped),
            "SGD: dampening is 0.5 with nesterov, expected 0");
  auto decayed = [](SGD &o) { o.weightDecay = 0.1; };
  EXPECT_EQ(refusal(SGD(), decayed, GradientKind::Sparse),
            "SGD: weightDecay is 0.1 with a sparse gradient, expected 0");
  EXPECT_EQ(refusal(SGD(), decayed, GradientKind::Dense), "");
  EXPECT_EQ(refusal(SGD(), GradientKind::Sparse), "");
}

TEST(Options, AdagradIsChecked) {
  EXPECT_EQ(refusal(Adagrad(), [](Adagrad &o) { o.lrDecay = -1; }),
            "Adagrad: lrDecay is -1, expected a finite number >= 0");
  EXPECT_EQ(refusal(Adagrad(), [](Adagrad &o) { o.weightDecay = NAN; }),
            "Adagrad: weightDecay is nan, expected a finite number >= 0");
  EXPECT_EQ(
      refusal(Adagrad(), [](Adagrad &o) { o.initialAccumulatorValue = -1; }),
      "Adagrad: initialAccumulatorValue is -1, expected a finite number >= 0");
  EXPECT_EQ(refusal(Adagrad(), [](Adagrad &o) { o.eps = -1e-10; }),
            "Adagrad: eps is -1e-10, expected a finite number >= 0");
  EXPECT_EQ(refusal(Adagrad(), [](Adagrad &o) { o.eps = 0; }), "");
  EXPECT_EQ(refusal(
                Adagrad(), [](Adagrad &o) { o.weightDecay = 0.1; },
                GradientKind::Sparse),
            "Adagrad: weightDecay is 0.1 with a sparse gradient, expected 0");
  EXPECT_EQ(refusal(RowWiseAdagrad(), [](RowWiseAdagrad &o) { o.eps = -1; }),
            "RowWiseAdagrad: eps is -1, expected a finite number >= 0");
  EXPECT_EQ(
      refusal(RowWiseAdagrad(), [](RowWiseAdagrad &o) { o.weightDecay = -1; }),
      "RowWiseAdagrad: weightDecay is -1, expected a finite number >= 0");
}

TEST(Options, AdamIsChecked) {
  EXPECT_EQ(refusal(SparseAdam(), [](SparseAdam &o) { o.eps = 0; }),
            "SparseAdam: eps is 0, expected a finite number > 0");
  EXPECT_EQ(refusal(SparseAdam(), [](SparseAdam &o) { o.betas[1] = 1; }),
            "SparseAdam: betas[1] is 1, expected 0 <= beta < 1");
  EXPECT_EQ(refusal(SparseAdam(), GradientKind::Dense),
            "SparseAdam: the gradient is dense, expected a sparse one; Adam "
            "takes dense ones");
  EXPECT_EQ(refusal(Adam(), [](Adam &o) { o.betas[0] = -0.1; }),
            "Adam: betas[0] is -0.1, expected 0 <= beta < 1");
  EXPECT_EQ(refusal(Adam(), [](Adam &o) { o.eps = 0; }), "");
  EXPECT_EQ(refusal(AdamW(), GradientKind::Sparse),
            "AdamW: the gradient is sparse, expected a dense one; SparseAdam "
            "and LazyAdamW take sparse ones");
  EXPECT_EQ(refusal(AdamW(), [](AdamW &o) { o.weightDecay = -0.1; }),
            "AdamW: weightDecay is -0.1, expected a finite number >= 0");
  EXPECT_EQ(refusal(LazyAdamW(), [](LazyAdamW &o) { o.betas[0] = NAN; }),
            "LazyAdamW: betas[0] is nan, expected 0 <= beta < 1");
  EXPECT_EQ(refusal(LazyAdamW(), GradientKind::Sparse), "");
}

TEST(Options, LearningRatesAreChecked) {
  auto text = [](const Optimizer &optimizer, double lr) {
    return llvm::toString(verifyLearningRate(optimizer, lr));
  };
  EXPECT_EQ(text(SGD(), -1), "SGD: lr is -1, expected a finite number >= 0");
  EXPECT_EQ(text(SGD(), 0), "");
  EXPECT_EQ(text(SparseAdam(), 0),
            "SparseAdam: lr is 0, expected a finite number > 0");
  EXPECT_EQ(text(SparseAdam(), 1e-3), "");
}

TEST(Options, StatesAreThoseOfPyTorch) {
  auto describe = [](const Optimizer &optimizer) {
    std::string text;
    for (const OptimizerState &state : getStates(optimizer))
      text += state.name.str() + (state.isPerRow ? "[N] " : "[N,D] ") +
              std::to_string(state.initialValue).substr(0, 4) + ";";
    return text;
  };
  SGD momentum;
  momentum.momentum = 0.9;
  Adagrad adagrad;
  adagrad.initialAccumulatorValue = 0.25;
  Adam amsgrad;
  amsgrad.amsgrad = true;
  EXPECT_EQ(describe(SGD()), "");
  EXPECT_EQ(describe(momentum), "momentum_buffer[N,D] 0.00;");
  EXPECT_EQ(describe(adagrad), "sum[N,D] 0.25;");
  EXPECT_EQ(describe(RowWiseAdagrad()), "sum[N] 0.00;");
  EXPECT_EQ(describe(SparseAdam()), "exp_avg[N,D] 0.00;exp_avg_sq[N,D] 0.00;");
  EXPECT_EQ(describe(amsgrad), "exp_avg[N,D] 0.00;exp_avg_sq[N,D] 0.00;"
                               "max_exp_avg_sq[N,D] 0.00;");
  EXPECT_EQ(describe(LazyAdamW()), "exp_avg[N,D] 0.00;exp_avg_sq[N,D] 0.00;");
}

TEST(Options, RowsAreTheTouchedOnesWhereTheOthersStay) {
  SGD momentum, decay;
  momentum.momentum = 0.9;
  decay.weightDecay = 0.1;
  Adagrad adagradDecay;
  adagradDecay.weightDecay = 0.1;
  for (const Optimizer &optimizer :
       {Optimizer(SGD()), Optimizer(Adagrad()), Optimizer(RowWiseAdagrad()),
        Optimizer(SparseAdam()), Optimizer(LazyAdamW())})
    EXPECT_EQ(getRows(optimizer), UpdateRows::Touched) << getName(optimizer);
  for (const Optimizer &optimizer :
       {Optimizer(momentum), Optimizer(decay), Optimizer(adagradDecay),
        Optimizer(Adam()), Optimizer(AdamW())})
    EXPECT_EQ(getRows(optimizer), UpdateRows::All) << getName(optimizer);
}

TEST(Options, StatesHaveTheComputeTypeOfTheTable) {
  MLIRContext context;
  Builder b(&context);
  auto typeOf = [&](bool isPerRow, Type element) {
    std::string text;
    llvm::raw_string_ostream(text) << getStateType(
        {"sum", isPerRow},
        RankedTensorType::get({ShapedType::kDynamic, 8}, element));
    return text;
  };
  EXPECT_EQ(typeOf(false, b.getF32Type()), "tensor<?x8xf32>");
  EXPECT_EQ(typeOf(false, b.getF16Type()), "tensor<?x8xf32>");
  EXPECT_EQ(typeOf(true, b.getBF16Type()), "tensor<?xf32>");
  EXPECT_EQ(typeOf(true, b.getF64Type()), "tensor<?xf64>");
}

TEST(Options, StatesHaveTheShapeOfADenseParameter) {
  MLIRContext context;
  Builder b(&context);
  for (SmallVector<int64_t> shape :
       SmallVector<SmallVector<int64_t>>{{}, {3}, {2, 3, 4}})
    EXPECT_EQ(getStateType({"exp_avg"},
                           RankedTensorType::get(shape, b.getBF16Type())),
              RankedTensorType::get(shape, b.getF32Type()));
}
