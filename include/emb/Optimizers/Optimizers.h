//===- Optimizers.h - Optimizers as regions of emb.update -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Optimizer optimizer = SparseAdam{/*betas=*/{0.9, 0.99}};
//   FailureOr<UpdateOp> update = buildUpdate(
//       builder, loc, optimizer, table, states, sources, lr, step);
//
// An optimizer is a struct of options, named as in PyTorch (or FBGEMM) and with
// its defaults. What changes from step to step, the learning rate and the
// number of the step, is a value of the compiled function, so that nothing is
// compiled again. docs/optimizers.md has the formula of each and where it comes
// from.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_OPTIMIZERS_OPTIMIZERS_H
#define EMB_OPTIMIZERS_OPTIMIZERS_H

#include "emb/Dialect/Emb/IR/Emb.h"
#include "llvm/Support/Error.h"

#include <array>
#include <optional>
#include <variant>

namespace mlir::emb {

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

/// torch.optim.SGD. With momentum or weight decay every row moves in every
/// step, as with a dense gradient.
struct SGD {
  double momentum = 0.0;
  double dampening = 0.0;
  double weightDecay = 0.0;
  bool nesterov = false;
  bool maximize = false;
};

/// torch.optim.Adagrad. With weight decay every row moves in every step, as
/// with a dense gradient.
struct Adagrad {
  double lrDecay = 0.0;
  double weightDecay = 0.0;
  double initialAccumulatorValue = 0.0;
  double eps = 1e-10;
  bool maximize = false;
};

/// FBGEMM's EXACT_ROWWISE_ADAGRAD: Adagrad with one accumulator per row, which
/// gathers the mean square of the row's gradient. Touched rows only.
struct RowWiseAdagrad {
  double weightDecay = 0.0;
  WeightDecayMode weightDecayMode = WeightDecayMode::None;
  double initialAccumulatorValue = 0.0;
  double eps = 1e-8;
};

/// torch.optim.SparseAdam. Touched rows only; eps is added to the root of the
/// uncorrected second moment.
struct SparseAdam {
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  bool maximize = false;
};

/// torch.optim.Adam. Every row moves in every step.
struct Adam {
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weightDecay = 0.0;
  bool amsgrad = false;
  bool maximize = false;
};

/// torch.optim.AdamW. Every row decays and moves in every step.
struct AdamW {
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weightDecay = 1e-2;
  bool amsgrad = false;
  bool maximize = false;
};

/// AdamW on the touched rows of the step: those decay once, whatever the number
/// of their occurrences, and move; other rows and their moments stay. Nothing
/// is made up for the steps that a row was absent. Bias corrections are those
/// of the step number of the table. With every row touched it is AdamW.
struct LazyAdamW {
  std::array<double, 2> betas = {0.9, 0.999};
  double eps = 1e-8;
  double weightDecay = 1e-2;
  bool maximize = false;
};

/// One of these, or the declaration of an optimizer of one's own (which must
/// outlive the variant).
using Optimizer = std::variant<SGD, Adagrad, RowWiseAdagrad, SparseAdam, Adam,
                               AdamW, LazyAdamW, OptimizerOp>;

/// The name of the struct, "SGD", or of the declaration, "@signum".
std::string getName(const Optimizer &optimizer);

/// The optimizer that an attribute declares: `#emb.sgd<momentum = 0.9>`, or the
/// symbol of an emb.optimizer, looked up from `from`. Fails for attributes that
/// are none; options are not checked (`verify`).
FailureOr<Optimizer> getOptimizer(Attribute attribute,
                                  Operation *from = nullptr);

/// The attribute that declares `optimizer`; for an emb.optimizer its symbol.
Attribute getAttribute(MLIRContext *context, const Optimizer &optimizer);

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// What a PyTorch program says about the gradient of its table.
enum class GradientKind {
  Unstated, ///< emb needs no such distinction.
  Dense,    ///< sparse=False
  Sparse,   ///< sparse=True
};

/// Fails where PyTorch refuses the options (or they are not finite), and, with
/// a stated kind, where it refuses them for such a gradient. The message names
/// the option, what was found and what was expected:
/// "SGD: momentum is -0.5, expected a finite number >= 0".
llvm::Error verify(const Optimizer &optimizer,
                   GradientKind gradient = GradientKind::Unstated);

/// Fails where PyTorch refuses the learning rate: a negative one, for
/// SparseAdam also zero. Compiled code takes any number, as PyTorch does once
/// the optimizer is made.
llvm::Error verifyLearningRate(const Optimizer &optimizer, double lr);

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

/// A state that an optimizer keeps for a table.
struct OptimizerState {
  /// As in PyTorch's state_dict: "exp_avg".
  StringRef name;
  /// One value per row (N) or per element (N x D).
  bool isPerRow = false;
  /// What every value is before the first step.
  double initialValue = 0.0;
};

/// The states, in the order in which buildUpdate takes and returns them. The
/// number of the step is not among them. Names live as long as the context.
SmallVector<OptimizerState> getStates(const Optimizer &optimizer);

/// The type of a state for a table, or a dense parameter of any rank, of type
/// `table`. Its elements are of the table's compute type, so f32 for tables of
/// f16 and bf16: the square of a gradient of 1e-4 is 0 in f16, and a bf16
/// moment stops moving at 1/256 of its value. buildUpdate takes other widths of
/// the same compute type too.
RankedTensorType getStateType(const OptimizerState &state,
                              RankedTensorType table);

/// Which rows a step visits.
UpdateRows getRows(const Optimizer &optimizer);

//===----------------------------------------------------------------------===//
// Update
//===----------------------------------------------------------------------===//

/// Stochastic rounding of an f16 or bf16 table; see emb.update.
struct StochasticRounding {
  Value seed; ///< i64
  Value step; ///< i64
  int64_t tableId = 0;
};

/// What an update may have besides.
struct UpdateExtras {
  /// rows, bounds, positions and count: the emb.group of all sources' indices.
  /// Not for dense gradients.
  SmallVector<Value> group;
  /// Not for dense gradients.
  std::optional<StochasticRounding> rounding;
  /// f64, rounded once to the compute type: a factor of the gradient after
  /// duplicates are summed, before anything else.
  Value scale;
  /// Then every element of the gradient is clamped to [-clipValue, clipValue],
  /// as by torch.clamp: NaN stays. A finite number > 0.
  std::optional<double> clipValue;
};

/// Creates the emb.update that applies one step of `optimizer` to `table`
/// (N x D). The results of the operation are the new table and states.
///
///   states    as getStates says, zero or their initial value before step 1
///   sources   the gradient; duplicates of a row are summed first
///   lr        f64, the learning rate
///   step      i64, 1 for the first step of this table; it counts the steps of
///             the table, also those that touch no row
///
/// Bias corrections and the like are f64 arithmetic before the operation and
/// become its scalars, which are rounded once. Loads the dialects arith and
/// math, so a pass that calls this has to declare them. Options that verify
/// refuses, and values of other types, are errors at `loc`; nothing is created
/// then.
FailureOr<UpdateOp> buildUpdate(OpBuilder &builder, Location loc,
                                const Optimizer &optimizer, Value table,
                                ValueRange states,
                                ArrayRef<GradientSource> sources, Value lr,
                                Value step, const UpdateExtras &extras = {});

/// Creates one step of `optimizer` on a whole tensor, `parameter`, of any rank
/// and any extents: one linalg.generic over its elements. Returns the new
/// parameter and states.
///
///   states    of the parameter's shape and compute type
///   gradient  dense: of the parameter's shape, elements at most as wide as the
///             compute type
///
/// The arithmetic is that of buildUpdate, in the compute type, rounded once.
/// Also loads the dialect linalg. Refused besides: optimizers that PyTorch
/// refuses for dense gradients (SparseAdam) and those with states per row or
/// row reductions.
FailureOr<SmallVector<Value>>
buildDenseUpdate(OpBuilder &builder, Location loc, const Optimizer &optimizer,
                 Value parameter, ValueRange states, Value gradient, Value lr,
                 Value step, const UpdateExtras &extras = {});

} // namespace mlir::emb

#endif // EMB_OPTIMIZERS_OPTIMIZERS_H
