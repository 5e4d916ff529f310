//===- Adam.cpp - Adam, AdamW and their forms for touched rows ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace mlir;
using namespace mlir::emb;

/// 1 - beta^t.
static Expression correctBias(double beta, Expression t) {
  return 1.0 - t.constant(beta).binary<math::PowFOp>(t);
}

namespace {
class SparseAdamRule : public Rule {
public:
  explicit SparseAdamRule(const SparseAdam &options) : options(options) {}

  std::string getName() const final { return "SparseAdam"; }

  void check(OptionChecker &checker) const final {
    checker.expectBetas(options.betas);
    checker.expectPositive("eps", options.eps);
    checker.expectGradient(GradientKind::Sparse, "Adam takes dense ones");
  }

  bool needsPositiveRate() const final { return true; }

  SmallVector<OptimizerState> getStates() const final {
    return {{"exp_avg"}, {"exp_avg_sq"}};
  }

  UpdateRows getRows() const final { return UpdateRows::Touched; }

  SmallVector<Expression> buildScalars(const StepValues &in) const final {
    Expression t = in.getStep();
    Expression correction1 = correctBias(options.betas[0], t);
    Expression correction2 = correctBias(options.betas[1], t);
    return {in.lr * correction2.root() / correction1};
  }

  SmallVector<Expression> buildElement(const ElementValues &in) const final {
    Expression w = in.weight, g = in.gradient, rate = in.scalars[0];
    Expression m = in.states[0], v = in.states[1];
    if (options.maximize)
      g = -g;
    m = m + (1.0 - options.betas[0]) * (g - m);
    v = v + (1.0 - options.betas[1]) * (g * g - v);
    return {w - rate * (m / (v.root() + options.eps)), m, v};
  }

private:
  SparseAdam options;
};

/// Adam and AdamW on the rows that are visited.
class AdamRule : public Rule {
public:
  /// `weightDecay` is a part of the gradient or, decoupled, a factor.
  AdamRule(StringRef name, const Adam &options, bool isDecoupled,
           UpdateRows rows)
      : name(name), options(options), isDecoupled(isDecoupled), rows(rows) {}

  std::string getName() const final { return name.str(); }

  void check(OptionChecker &checker) const final {
    checker.expectBetas(options.betas);
    checker.expectNotNegative("eps", options.eps);
    checker.expectNotNegative("weightDecay", options.weightDecay);
    if (rows == UpdateRows::All)
      checker.expectGradient(GradientKind::Dense,
                             "SparseAdam and LazyAdamW take sparse ones");
  }

  SmallVector<OptimizerState> getStates() const final {
    SmallVector<OptimizerState> states{{"exp_avg"}, {"exp_avg_sq"}};
    if (options.amsgrad)
      states.push_back({"max_exp_avg_sq"});
    return states;
  }

  UpdateRows getRows() const final { return rows; }

  SmallVector<Expression> buildScalars(const StepValues &in) const final {
    Expression t = in.getStep();
    Expression rate = in.lr / correctBias(options.betas[0], t);
    Expression root = correctBias(options.betas[1], t).root();
    SmallVector<Expression> scalars{rate, root};
    if (isDecoupled && options.weightDecay != 0.0)
      scalars.push_back(1.0 - options.weightDecay * in.lr);
    return scalars;
  }

  SmallVector<Expression> buildElement(const ElementValues &in) const final {
    Expression w = in.weight, g = in.gradient;
    if (options.maximize)
      g = -g;
    if (options.weightDecay != 0.0) {
      if (isDecoupled)
        w = in.scalars[2] * w;
      else
        g = g + options.weightDecay * w;
    }
    Expression rate = in.scalars[0], root = in.scalars[1];
    Expression m = options.betas[0] * in.states[0];
    m = m + (1.0 - options.betas[0]) * g;
    Expression v = options.betas[1] * in.states[1];
    Expression square = g * g;
    v = v + (1.0 - options.betas[1]) * square;
    SmallVector<Expression> states{m, v};
    if (options.amsgrad)
      states.push_back(in.states[2].binary<arith::MaximumFOp>(v));
    Expression denominator = states.back().root() / root + options.eps;
    Expression scaled = rate * m;
    SmallVector<Expression> results{w - scaled / denominator};
    results.append(states);
    return results;
  }

private:
  StringRef name;
  Adam options;
  bool isDecoupled;
  UpdateRows rows;
};
} // namespace

std::unique_ptr<Rule> emb::makeRule(const SparseAdam &options) {
  return std::make_unique<SparseAdamRule>(options);
}

std::unique_ptr<Rule> emb::makeRule(const Adam &options) {
  return std::make_unique<AdamRule>("Adam", options, /*isDecoupled=*/false,
                                    UpdateRows::All);
}

std::unique_ptr<Rule> emb::makeRule(const AdamW &options) {
  Adam same{options.betas, options.eps, options.weightDecay, options.amsgrad,
            options.maximize};
  return std::make_unique<AdamRule>("AdamW", same, /*isDecoupled=*/true,
                                    UpdateRows::All);
}

std::unique_ptr<Rule> emb::makeRule(const LazyAdamW &options) {
  Adam same{options.betas, options.eps, options.weightDecay, /*amsgrad=*/false,
            options.maximize};
  return std::make_unique<AdamRule>("LazyAdamW", same, /*isDecoupled=*/true,
                                    UpdateRows::Touched);
}
