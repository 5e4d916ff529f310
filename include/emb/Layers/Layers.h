//===- Layers.h - Layers and losses as builders of IR -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   FailureOr<Value> y = buildLinear(builder, loc, x, weight, bias);
//   CrossEntropyLossOptions options;
//   options.labelSmoothing = 0.1;
//   FailureOr<Value> loss =
//       buildCrossEntropyLoss(builder, loc, *y, labels, /*weight=*/{},
//       options);
//
// The layers and losses of PyTorch that stand around embeddings, in upstream's
// dialects alone (linalg, arith, math, tensor, scf), so that they compile and
// differentiate like what an author writes by hand. Options have PyTorch's
// names and defaults; docs/layers.md has the formula of each and where it comes
// from.
//
// Operands are ranked tensors with static or dynamic extents, all floats of one
// element type: f64, f32, f16 or bf16. f16 and bf16 are computed in f32 and
// rounded once. Operands of other types or shapes are errors at `loc` that name
// the operand, what was found and what was expected; nothing is created then.
// Extents that only the run knows are guarded by emb.check_equal, labels by
// emb.check_indices.
//
// The builders use the dialects arith, emb, linalg, math, scf and tensor, so a
// pass that calls them has to declare them.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LAYERS_LAYERS_H
#define EMB_LAYERS_LAYERS_H

#include "emb/Dialect/Emb/IR/Emb.h"

namespace mlir::emb {

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

/// torch.nn.functional.linear: `x weight^T + bias`.
///
///   x       (..., in), rank at least 1
///   weight  (out, in)
///   bias    (out); may be null
///
/// The result is (..., out).
FailureOr<Value> buildLinear(OpBuilder &builder, Location loc, Value x,
                             Value weight, Value bias = {});

/// torch.nn.LSTM with one layer in one direction.
struct LSTMOptions {
  /// Whether x and output are (batch, time, ...) rather than (time, batch,
  /// ...).
  bool batchFirst = false;
};

/// Rows in blocks of hidden_size, in PyTorch's order: input gate, forget gate,
/// cell, output gate.
struct LSTMWeights {
  Value weightIh; ///< (4 hidden_size, input_size)
  Value weightHh; ///< (4 hidden_size, hidden_size)
  Value biasIh;   ///< (4 hidden_size); null where biasHh is
  Value biasHh;   ///< (4 hidden_size)
};

/// The state before the first step; zeros where both are null.
struct LSTMState {
  Value h0; ///< (batch, hidden_size)
  Value c0; ///< (batch, hidden_size)
};

struct LSTMResults {
  Value output; ///< (batch, time, hidden_size) or (time, batch, hidden_size)
  Value hN;     ///< (batch, hidden_size)
  Value cN;     ///< (batch, hidden_size)
};

/// x is (batch, time, input_size) or (time, batch, input_size). Sequences of no
/// step return the initial state.
FailureOr<LSTMResults> buildLSTM(OpBuilder &builder, Location loc, Value x,
                                 const LSTMWeights &weights,
                                 const LSTMState &initial = {},
                                 const LSTMOptions &options = {});

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//
//
// The result is a tensor of rank 0, or with Reduction::None the losses one by
// one. Sums are accumulated in f64. The mean of nothing is NaN.

/// torch.nn.MSELoss.
struct MSELossOptions {
  Reduction reduction = Reduction::Mean;
};

/// `input` and `target` have the same shape, of any rank.
FailureOr<Value> buildMSELoss(OpBuilder &builder, Location loc, Value input,
                              Value target, const MSELossOptions &options = {});

/// torch.nn.CrossEntropyLoss.
struct CrossEntropyLossOptions {
  /// Samples of this class count for nothing. It need not be a class.
  int64_t ignoreIndex = -100;
  /// In [0, 1].
  double labelSmoothing = 0.0;
  Reduction reduction = Reduction::Mean;
};

/// `target` that is neither a class nor ignore_index fails the compiled
/// function with the status *invalid index*.
///
///   input   (samples, classes): logits
///   target  (samples), i32 or i64: classes
///   weight  (classes); may be null
FailureOr<Value>
buildCrossEntropyLoss(OpBuilder &builder, Location loc, Value input,
                      Value target, Value weight = {},
                      const CrossEntropyLossOptions &options = {});

/// torch.nn.BCEWithLogitsLoss.
struct BCEWithLogitsLossOptions {
  Reduction reduction = Reduction::Mean;
};

/// `input` and `target` have the same shape, of any rank. `weight` and
/// `posWeight` may be null; their shapes are the last dimensions of input's,
/// where a static extent of 1 stands for any.
FailureOr<Value>
buildBCEWithLogitsLoss(OpBuilder &builder, Location loc, Value input,
                       Value target, Value weight = {}, Value posWeight = {},
                       const BCEWithLogitsLossOptions &options = {});

/// torch.nn.MarginRankingLoss.
struct MarginRankingLossOptions {
  double margin = 0.0;
  Reduction reduction = Reduction::Mean;
};

/// All three have the same shape, of any rank; `target` holds 1 where input1
/// must be the larger one, else -1.
FailureOr<Value>
buildMarginRankingLoss(OpBuilder &builder, Location loc, Value input1,
                       Value input2, Value target,
                       const MarginRankingLossOptions &options = {});

} // namespace mlir::emb

#endif // EMB_LAYERS_LAYERS_H
