//===- Declared.cpp - emb.optimizer as a rule -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rule.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::emb;

/// Copies the operations of `body` for `arguments`; returns what it yields.
static SmallVector<Expression> copy(ImplicitLocOpBuilder &b, Block &body,
                                    ValueRange arguments) {
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (Operation &op : body.without_terminator())
    b.clone(op, mapping);
  return llvm::map_to_vector(
      body.getTerminator()->getOperands(),
      [&](Value value) { return Expression(b, mapping.lookup(value)); });
}

namespace {
class DeclaredRule : public Rule {
public:
  explicit DeclaredRule(OptimizerOp declaration) : declaration(declaration) {}

  std::string getName() const final {
    return ("@" + getDeclaration().getSymName()).str();
  }

  void check(OptionChecker &checker) const final {
    if (getDeclaration().reducesRows())
      checker.expectGradient(GradientKind::Sparse,
                             "the rule reduces over the columns of a row");
  }

  FloatType getElementType() const final {
    return getDeclaration().getElementType();
  }

  SmallVector<OptimizerState> getStates() const final {
    return llvm::map_to_vector(
        getDeclaration().getStates().getAsRange<StateAttr>(),
        [](StateAttr state) {
          return OptimizerState{state.getName(), state.getPerRow(),
                                state.getInitialValue().convertToDouble()};
        });
  }

  UpdateRows getRows() const final { return getDeclaration().getRows(); }

  SmallVector<Expression> buildScalars(const StepValues &in) const final {
    if (getDeclaration().getScalars().empty())
      return {in.lr};
    Block &body = getDeclaration().getScalars().front();
    Value lr = in.lr.getValue();
    Value step = body.getArgument(1).use_empty() ? lr : in.getStep().getValue();
    return copy(in.lr.getBuilder(), body, {lr, step});
  }

  SmallVector<Expression> buildElement(const ElementValues &in) const final {
    SmallVector<Value> arguments{in.weight.getValue()};
    auto append = [&](ArrayRef<Expression> expressions) {
      for (const Expression &expression : expressions)
        arguments.push_back(expression.getValue());
    };
    append(in.states);
    append(in.gradient);
    append(in.scalars);
    return copy(in.weight.getBuilder(), getDeclaration().getUpdate().front(),
                arguments);
  }

private:
  /// Operations have no const accessors.
  OptimizerOp getDeclaration() const { return declaration; }

  OptimizerOp declaration;
};
} // namespace

std::unique_ptr<Rule> emb::makeRule(OptimizerOp declaration) {
  return std::make_unique<DeclaredRule>(declaration);
}
