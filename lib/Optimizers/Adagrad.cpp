//===- Adagrad.cpp - Adagrad with one accumulator per element or row ------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
class AdagradRule : public Rule {
public:
  explicit AdagradRule(const Adagrad &options) : options(options) {}

  std::string getName() const final { return "Adagrad"; }

  void check(OptionChecker &checker) const final {
    checker.expectNotNegative("lrDecay", options.lrDecay);
    checker.expectNotNegative("weightDecay", options.weightDecay);
    checker.expectNotNegative("initialAccumulatorValue",
                              options.initialAccumulatorValue);
    checker.expectNotNegative("eps", options.eps);
    checker.expectNoDecayIfSparse(options.weightDecay);
  }

  SmallVector<OptimizerState> getStates() const final {
    return {{"sum", /*isPerRow=*/false, options.initialAccumulatorValue}};
  }

  /// Without decay a row of gradient zero stays.
  UpdateRows getRows() const final {
    return options.weightDecay == 0.0 ? UpdateRows::Touched : UpdateRows::All;
  }

  SmallVector<Expression> buildScalars(const StepValues &in) const final {
    if (options.lrDecay == 0.0)
      return {in.lr};
    Expression elapsed = in.getStep() - 1.0;
    return {in.lr / (1.0 + options.lrDecay * elapsed)};
  }

  SmallVector<Expression> buildElement(const ElementValues &in) const final {
    Expression w = in.weight, g = in.gradient, clr = in.scalars[0];
    if (options.maximize)
      g = -g;
    if (options.weightDecay != 0.0)
      g = g + options.weightDecay * w;
    Expression sum = in.states[0] + g * g;
    Expression scaled = clr * g;
    return {w - scaled / (sum.root() + options.eps), sum};
  }

private:
  Adagrad options;
};

class RowWiseAdagradRule : public Rule {
public:
  explicit RowWiseAdagradRule(const RowWiseAdagrad &options)
      : options(options) {}

  std::string getName() const final { return "RowWiseAdagrad"; }

  void check(OptionChecker &checker) const final {
    checker.expectNotNegative("weightDecay", options.weightDecay);
    checker.expectNotNegative("initialAccumulatorValue",
                              options.initialAccumulatorValue);
    checker.expectNotNegative("eps", options.eps);
  }

  SmallVector<OptimizerState> getStates() const final {
    return {{"sum", /*isPerRow=*/true, options.initialAccumulatorValue}};
  }

  UpdateRows getRows() const final { return UpdateRows::Touched; }

  SmallVector<Expression> buildScalars(const StepValues &in) const final {
    if (!decays(WeightDecayMode::Decouple))
      return {in.lr};
    Expression kept = 1.0 - options.weightDecay * in.lr;
    return {in.lr, kept};
  }

  SmallVector<Expression> buildElement(const ElementValues &in) const final {
    Expression w = in.weight, g = in.gradient, lr = in.scalars[0];
    Expression decayed =
        decays(WeightDecayMode::L2) ? g + options.weightDecay * w : g;
    Expression square = decayed * decayed;
    ImplicitLocOpBuilder &b = w.getBuilder();
    Expression total(
        b, RowReduceOp::create(b, ReduceKind::Add, square.getValue()));
    // A row without columns has no mean; its accumulator stays.
    double numColumns = std::max<int64_t>(in.numColumns, 1);
    Expression sum = in.states[0] + total / numColumns;
    Expression rate = lr / (sum.root() + options.eps);
    Expression kept = w;
    if (decays(WeightDecayMode::L2))
      kept = (1.0 - options.weightDecay * rate) * w;
    if (decays(WeightDecayMode::Decouple))
      kept = in.scalars[1] * w;
    return {kept - rate * g, sum};
  }

private:
  bool decays(WeightDecayMode mode) const {
    return options.weightDecay != 0.0 && options.weightDecayMode == mode;
  }

  RowWiseAdagrad options;
};
} // namespace

std::unique_ptr<Rule> emb::makeRule(const Adagrad &options) {
  return std::make_unique<AdagradRule>(options);
}

std::unique_ptr<Rule> emb::makeRule(const RowWiseAdagrad &options) {
  return std::make_unique<RowWiseAdagradRule>(options);
}
