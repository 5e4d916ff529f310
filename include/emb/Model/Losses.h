//===- Losses.h - torch.nn's losses of a model ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Var loss = CrossEntropyLoss{.labelSmoothing = 0.1}(scores, labels);
//
// Options have PyTorch's names and defaults; docs/layers.md has the formulas.
// The result has no dimension, or with Reduction::None those of the samples.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_LOSSES_H
#define EMB_MODEL_LOSSES_H

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Model/Var.h"

namespace mlir::emb {

/// torch.nn.MSELoss. Both have the same shape.
struct MSELoss {
  Reduction reduction = Reduction::Mean;

  Var operator()(Var input, Var target,
                 SourceLocation loc = SourceLocation::current()) const;
};

/// torch.nn.CrossEntropyLoss. A target that is neither a class nor ignoreIndex
/// fails the step.
///
///   input   (samples, classes): logits
///   target  (samples), I32 or I64
///   weight  (classes), optional
struct CrossEntropyLoss {
  Var weight = {};
  int64_t ignoreIndex = -100;
  Reduction reduction = Reduction::Mean;
  double labelSmoothing = 0.0;

  Var operator()(Var input, Var target,
                 SourceLocation loc = SourceLocation::current()) const;
};

/// torch.nn.BCEWithLogitsLoss. `weight` and `posWeight` are optional and have
/// the last dimensions of the input.
struct BCEWithLogitsLoss {
  Var weight = {};
  Reduction reduction = Reduction::Mean;
  Var posWeight = {};

  Var operator()(Var input, Var target,
                 SourceLocation loc = SourceLocation::current()) const;
};

/// torch.nn.MarginRankingLoss. `target` is 1 where input1 must be larger than
/// input2, else -1.
struct MarginRankingLoss {
  double margin = 0.0;
  Reduction reduction = Reduction::Mean;

  Var operator()(Var input1, Var input2, Var target,
                 SourceLocation loc = SourceLocation::current()) const;
};

} // namespace mlir::emb

#endif // EMB_MODEL_LOSSES_H
