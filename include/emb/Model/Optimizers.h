//===- Optimizers.h - How the parameters of a model learn -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_OPTIMIZERS_H
#define EMB_MODEL_OPTIMIZERS_H

#include "emb/Model/Var.h"
#include "emb/Optimizers/Optimizers.h"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace mlir::emb {

/// An optimizer of the user's own: the rule for one element.
///
///   UserOptimizer signum{
///       .name = "signum",
///       .states = {{.name = "momentum_buffer"}},
///       .rule = [](const UserOptimizer::Element &in) -> std::vector<Var> {
///         Var m = 0.9 * in.states[0] + 0.1 * in.gradient;
///         return {in.weight - in.scalars[0] * sign(m), m};
///       }};
///
/// It becomes an `emb.optimizer` in the IR and compiles as the named ones do.
struct UserOptimizer {
  struct State {
    std::string name;
    /// One value for each row of a table, or for each element. What the rule
    /// makes of the former must be the same in all columns: rowSum, rowMax.
    bool isPerRow = false;
    /// Before the first step.
    double initialValue = 0.0;
  };
  /// Numbers, all of the compute type of the parameter: f64 for f64, else f32.
  struct Element {
    Var weight;
    std::vector<Var> states;
    /// Duplicates of a row are summed.
    Var gradient;
    /// What `scalars` made, rounded once.
    std::vector<Var> scalars;
  };

  /// A symbol of the module: letters, digits and '_', no digit first.
  std::string name;
  std::vector<State> states = {};
  /// Touched: rows with gradient. All: every row, with gradient 0 if it has
  /// none.
  UpdateRows rows = UpdateRows::Touched;
  /// Once per step, in f64: what the rule needs of the learning rate and the
  /// number of the step (1 for the first), say bias corrections. Without it the
  /// learning rate.
  std::function<std::vector<Var>(Var lr, Var step)> scalars = {};
  /// The new weight, then the new states.
  std::function<std::vector<Var>(const Element &in)> rule;
  /// Where this was written, for errors; where it was compiled, if its members
  /// were assigned one by one.
  SourceLocation loc = SourceLocation::current();
};

/// Over the columns of a row, in a rule: `emb.row_reduce`. They are the only
/// functions that see more than one element, and are for tables: the gradient
/// of other parameters has no rows. The mean of a row of no columns is 0.
Var rowSum(Var x, SourceLocation loc = SourceLocation::current());
Var rowMean(Var x, SourceLocation loc = SourceLocation::current());
Var rowMax(Var x, SourceLocation loc = SourceLocation::current());
Var rowMin(Var x, SourceLocation loc = SourceLocation::current());

/// Parameters that learn in the same way: PyTorch's parameter groups.
struct ParameterGroup {
  /// Those of layers (`table.parameters()`) and others. Empty: all that are not
  /// frozen and belong to no other group.
  std::vector<Var> parameters = {};
  std::variant<SGD, Adagrad, RowWiseAdagrad, SparseAdam, Adam, AdamW, LazyAdamW,
               UserOptimizer>
      optimizer = SGD{};
  /// Without one that of PyTorch's optimizer: 0.01 for Adagrad (both), else
  /// 0.001. A UserOptimizer has none.
  std::optional<double> lr = {};
  /// For CompiledModel::setLearningRate. Without one it is the group's
  /// position: "0".
  std::string name = {};
  /// A table that is looked up may have other uses (tied weights), which give
  /// it a dense gradient.
  bool dense = false;
};

} // namespace mlir::emb

#endif // EMB_MODEL_OPTIMIZERS_H
