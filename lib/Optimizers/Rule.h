//===- Rule.h - What makes an optimizer -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_OPTIMIZERS_RULE_H
#define EMB_LIB_OPTIMIZERS_RULE_H

#include "Expression.h"
#include "emb/Optimizers/Optimizers.h"

#include <memory>

namespace mlir::emb {

/// Looks at options one by one and keeps the first refusal.
class OptionChecker {
public:
  OptionChecker(std::string optimizer, GradientKind gradient)
      : optimizer(std::move(optimizer)), gradient(gradient) {}

  void expectFinite(StringRef option, double value);
  void expectNotNegative(StringRef option, double value);
  void expectPositive(StringRef option, double value);
  /// `why` follows the number: "with nesterov".
  void expectZero(StringRef option, double value, StringRef why);
  /// Both at least 0 and less than 1.
  void expectBetas(std::array<double, 2> betas);
  /// A decay that moves every row goes with dense gradients only.
  void expectNoDecayIfSparse(double weightDecay);
  void expectGradient(GradientKind expected, StringRef hint);
  void refuse(const Twine &message);

  llvm::Error takeError();

private:
  std::string optimizer;
  GradientKind gradient;
  std::string refusal;
};

/// What step scalars are made of, outside of the region.
struct StepValues {
  Expression lr; ///< f64
  Value step;    ///< i64, 1 for the first.

  /// The step as a number.
  Expression getStep() const;
  /// `first` in the first step, `later` in the others.
  Expression selectFirst(double first, double later) const;
};

/// What the region is made of.
struct ElementValues {
  Expression weight;
  SmallVector<Expression> states;
  Expression gradient;
  SmallVector<Expression> scalars;
  int64_t numColumns;
};

/// An optimizer with its options.
class Rule {
public:
  virtual ~Rule() = default;

  virtual std::string getName() const = 0;
  virtual void check(OptionChecker &checker) const = 0;
  /// The only compute type of parameters that it takes; null if it takes all.
  virtual FloatType getElementType() const { return {}; }
  /// Whether a learning rate of 0 is refused.
  virtual bool needsPositiveRate() const { return false; }
  virtual SmallVector<OptimizerState> getStates() const = 0;
  virtual UpdateRows getRows() const = 0;
  /// The scalars of the step, in f64.
  virtual SmallVector<Expression> buildScalars(const StepValues &in) const = 0;
  /// The new weight and the new states.
  virtual SmallVector<Expression>
  buildElement(const ElementValues &in) const = 0;
};

std::unique_ptr<Rule> makeRule(const SGD &options);
std::unique_ptr<Rule> makeRule(const Adagrad &options);
std::unique_ptr<Rule> makeRule(const RowWiseAdagrad &options);
std::unique_ptr<Rule> makeRule(const SparseAdam &options);
std::unique_ptr<Rule> makeRule(const Adam &options);
std::unique_ptr<Rule> makeRule(const AdamW &options);
std::unique_ptr<Rule> makeRule(const LazyAdamW &options);
std::unique_ptr<Rule> makeRule(OptimizerOp declaration);

} // namespace mlir::emb

#endif // EMB_LIB_OPTIMIZERS_RULE_H
