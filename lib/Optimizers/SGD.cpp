//===- SGD.cpp - torch.optim.SGD ------------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
class SGDRule : public Rule {
public:
  explicit SGDRule(const SGD &options) : options(options) {}

  std::string getName() const final { return "SGD"; }

  void check(OptionChecker &checker) const final {
    checker.expectNotNegative("momentum", options.momentum);
    checker.expectFinite("dampening", options.dampening);
    checker.expectNotNegative("weightDecay", options.weightDecay);
    if (options.nesterov && options.momentum <= 0.0)
      checker.refuse("momentum is 0 with nesterov, expected a number > 0");
    if (options.nesterov)
      checker.expectZero("dampening", options.dampening, "with nesterov");
    checker.expectNoDecayIfSparse(options.weightDecay);
  }

  SmallVector<OptimizerState> getStates() const final {
    if (options.momentum == 0.0)
      return {};
    return {{"momentum_buffer"}};
  }

  /// The momentum of a row lives on after its last gradient.
  UpdateRows getRows() const final {
    return options.momentum == 0.0 && options.weightDecay == 0.0
               ? UpdateRows::Touched
               : UpdateRows::All;
  }

  SmallVector<Expression> buildScalars(const StepValues &in) const final {
    SmallVector<Expression> scalars{in.lr};
    if (isDamped())
      scalars.push_back(in.selectFirst(1.0, 1.0 - options.dampening));
    return scalars;
  }

  SmallVector<Expression> buildElement(const ElementValues &in) const final {
    Expression w = in.weight, g = in.gradient, lr = in.scalars[0];
    if (options.maximize)
      g = -g;
    if (options.weightDecay != 0.0)
      g = g + options.weightDecay * w;
    if (options.momentum == 0.0)
      return {w - lr * g};

    Expression damped = isDamped() ? in.scalars[1] * g : g;
    Expression b = options.momentum * in.states[0];
    b = b + damped;
    Expression direction = options.nesterov ? g + options.momentum * b : b;
    return {w - lr * direction, b};
  }

private:
  bool isDamped() const {
    return options.momentum != 0.0 && options.dampening != 0.0;
  }

  SGD options;
};
} // namespace

std::unique_ptr<Rule> emb::makeRule(const SGD &options) {
  return std::make_unique<SGDRule>(options);
}
