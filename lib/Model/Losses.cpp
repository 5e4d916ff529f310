//===- Losses.cpp - torch.nn's losses of a model --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Model/Losses.h"

#include "LayerSupport.h"
#include "emb/Layers/Layers.h"

using namespace mlir;
using namespace mlir::emb;

/// The call of a loss.
static Var callLoss(
    SourceLocation loc, StringRef name, ArrayRef<Var> operands,
    LayerAttrFn layer,
    function_ref<FailureOr<Value>(OpBuilder &, Location, ValueRange)> build) {
  return callLayer(loc, name, operands, 1, layer,
                   [&](OpBuilder &b, Location l, ValueRange in) {
                     return toResults(build(b, l, in));
                   })
      .front();
}

Var MSELoss::operator()(Var input, Var target, SourceLocation loc) const {
  return callLoss(
      loc, "mse_loss", {input, target},
      [&](MLIRContext *context) {
        return MSELossAttr::get(context, reduction);
      },
      [&](OpBuilder &b, Location l, ValueRange in) {
        return buildMSELoss(b, l, in[0], in[1], {.reduction = reduction});
      });
}

Var CrossEntropyLoss::operator()(Var input, Var target,
                                 SourceLocation loc) const {
  Graph *graph = input.getGraph();
  if (graph && !(labelSmoothing >= 0.0 && labelSmoothing <= 1.0))
    return graph->fail(loc, "cross_entropy_loss: labelSmoothing: found " +
                                llvm::Twine(std::to_string(labelSmoothing)) +
                                ", expected 0 <= labelSmoothing <= 1");
  SmallVector<Var> operands = {input, target};
  if (isGiven(weight))
    operands.push_back(weight);
  return callLoss(
      loc, "cross_entropy_loss", operands,
      [&](MLIRContext *context) {
        return CrossEntropyLossAttr::get(
            context, ignoreIndex, llvm::APFloat(labelSmoothing), reduction);
      },
      [&](OpBuilder &b, Location l, ValueRange in) {
        return buildCrossEntropyLoss(b, l, in[0], in[1],
                                     in.size() > 2 ? in[2] : Value(),
                                     {.ignoreIndex = ignoreIndex,
                                      .labelSmoothing = labelSmoothing,
                                      .reduction = reduction});
      });
}

Var BCEWithLogitsLoss::operator()(Var input, Var target,
                                  SourceLocation loc) const {
  bool hasWeight = isGiven(weight), hasPosWeight = isGiven(posWeight);
  SmallVector<Var> operands = {input, target};
  if (hasWeight)
    operands.push_back(weight);
  if (hasPosWeight)
    operands.push_back(posWeight);
  return callLoss(
      loc, "bce_with_logits_loss", operands,
      [&](MLIRContext *context) {
        // Which of the two a single one is; of both, the position tells.
        return BCEWithLogitsLossAttr::get(context, hasPosWeight && !hasWeight,
                                          reduction);
      },
      [&](OpBuilder &b, Location l, ValueRange in) {
        return buildBCEWithLogitsLoss(
            b, l, in[0], in[1], hasWeight ? in[2] : Value(),
            hasPosWeight ? in.back() : Value(), {.reduction = reduction});
      });
}

Var MarginRankingLoss::operator()(Var input1, Var input2, Var target,
                                  SourceLocation loc) const {
  return callLoss(
      loc, "margin_ranking_loss", {input1, input2, target},
      [&](MLIRContext *context) {
        return MarginRankingLossAttr::get(context, llvm::APFloat(margin),
                                          reduction);
      },
      [&](OpBuilder &b, Location l, ValueRange in) {
        return buildMarginRankingLoss(
            b, l, in[0], in[1], in[2],
            {.margin = margin, .reduction = reduction});
      });
}
