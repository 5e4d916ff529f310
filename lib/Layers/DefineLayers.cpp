//===- DefineLayers.cpp - Bodies of declared layers -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Layers/Layers.h"
#include "emb/Layers/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::emb {
#define GEN_PASS_DEF_DEFINELAYERS
#include "emb/Layers/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace {
/// Gives one function its body.
class LayerDefinition {
public:
  LayerDefinition(func::FuncOp function)
      : function(function), loc(function.getLoc()), builder(function) {}

  LogicalResult run();

private:
  using Results = FailureOr<SmallVector<Value>>;

  Results build(LinearAttr);
  Results build(LSTMAttr);
  Results build(MSELossAttr);
  Results build(CrossEntropyLossAttr);
  Results build(BCEWithLogitsLossAttr);
  Results build(MarginRankingLossAttr);
  /// The body as the attribute of the function says.
  Results build(Attribute layer);

  /// Sets the name of the layer for messages and compares the numbers of
  /// arguments and results.
  LogicalResult expect(StringRef name, ArrayRef<unsigned> numArguments,
                       unsigned numResults, StringRef signature);
  /// An argument; null for one that is not given.
  Value argument(unsigned number) {
    return number < function.getNumArguments() ? function.getArgument(number)
                                               : Value();
  }
  static Results collect(FailureOr<Value> value) {
    if (failed(value))
      return failure();
    return SmallVector<Value>{*value};
  }
  /// The value as a result of the type that the function declares.
  FailureOr<Value> convert(Value value, Type declared, unsigned number);

  func::FuncOp function;
  Location loc;
  OpBuilder builder;
  StringRef layer;
};
} // namespace

LogicalResult LayerDefinition::expect(StringRef name,
                                      ArrayRef<unsigned> numArguments,
                                      unsigned numResults,
                                      StringRef signature) {
  layer = name;
  if (llvm::is_contained(numArguments, function.getNumArguments()) &&
      function.getNumResults() == numResults)
    return success();
  return function.emitError()
         << layer << ": found " << function.getFunctionType() << ", expected "
         << signature;
}

LayerDefinition::Results LayerDefinition::build(LinearAttr) {
  if (failed(expect("linear", {2, 3}, 1, "(x, weight, bias?) -> y")))
    return failure();
  return collect(
      buildLinear(builder, loc, argument(0), argument(1), argument(2)));
}

LayerDefinition::Results LayerDefinition::build(LSTMAttr attr) {
  if (failed(expect("lstm", {3, 5, 7}, 3,
                    "(x, weight_ih, weight_hh), with or without (bias_ih, "
                    "bias_hh), with or without (h0, c0) -> (output, h_n, "
                    "c_n)")))
    return failure();
  // Of five, the last two are states if they are matrices, else biases.
  unsigned numArguments = function.getNumArguments();
  auto fourth = numArguments == 5
                    ? dyn_cast<RankedTensorType>(argument(3).getType())
                    : RankedTensorType();
  bool hasBias = numArguments == 7 ||
                 (numArguments == 5 && !(fourth && fourth.getRank() == 2));
  LSTMWeights weights{argument(1), argument(2), {}, {}};
  if (hasBias) {
    weights.biasIh = argument(3);
    weights.biasHh = argument(4);
  }
  unsigned state = hasBias ? 5 : 3;
  LSTMState initial{argument(state), argument(state + 1)};
  LSTMOptions options;
  options.batchFirst = attr.getBatchFirst();
  FailureOr<LSTMResults> results =
      buildLSTM(builder, loc, argument(0), weights, initial, options);
  if (failed(results))
    return failure();
  return SmallVector<Value>{results->output, results->hN, results->cN};
}

LayerDefinition::Results LayerDefinition::build(MSELossAttr attr) {
  if (failed(expect("mse_loss", {2}, 1, "(input, target) -> loss")))
    return failure();
  MSELossOptions options;
  options.reduction = attr.getReduction();
  return collect(buildMSELoss(builder, loc, argument(0), argument(1), options));
}

LayerDefinition::Results LayerDefinition::build(CrossEntropyLossAttr attr) {
  if (failed(expect("cross_entropy_loss", {2, 3}, 1,
                    "(input, target, weight?) -> loss")))
    return failure();
  CrossEntropyLossOptions options;
  options.ignoreIndex = attr.getIgnoreIndex();
  options.labelSmoothing = attr.getLabelSmoothing().convertToDouble();
  options.reduction = attr.getReduction();
  return collect(buildCrossEntropyLoss(builder, loc, argument(0), argument(1),
                                       argument(2), options));
}

LayerDefinition::Results LayerDefinition::build(BCEWithLogitsLossAttr attr) {
  bool hasPosWeight = attr.getPosWeight();
  if (failed(hasPosWeight ? expect("bce_with_logits_loss", {3, 4}, 1,
                                   "(input, target, pos_weight) or (input, "
                                   "target, weight, pos_weight) -> loss")
                          : expect("bce_with_logits_loss", {2, 3, 4}, 1,
                                   "(input, target, weight?, pos_weight?) -> "
                                   "loss")))
    return failure();
  Value weight = argument(2), posWeight = argument(3);
  if (hasPosWeight && !posWeight)
    std::swap(weight, posWeight);
  BCEWithLogitsLossOptions options;
  options.reduction = attr.getReduction();
  return collect(buildBCEWithLogitsLoss(builder, loc, argument(0), argument(1),
                                        weight, posWeight, options));
}

LayerDefinition::Results LayerDefinition::build(MarginRankingLossAttr attr) {
  if (failed(expect("margin_ranking_loss", {3}, 1,
                    "(input1, input2, target) -> loss")))
    return failure();
  MarginRankingLossOptions options;
  options.margin = attr.getMargin().convertToDouble();
  options.reduction = attr.getReduction();
  return collect(buildMarginRankingLoss(builder, loc, argument(0), argument(1),
                                        argument(2), options));
}

LayerDefinition::Results LayerDefinition::build(Attribute attribute) {
  return TypeSwitch<Attribute, Results>(attribute)
      .Case<LinearAttr, LSTMAttr, MSELossAttr, CrossEntropyLossAttr,
            BCEWithLogitsLossAttr, MarginRankingLossAttr>(
          [&](auto attr) { return build(attr); })
      .Default([&](Attribute attr) -> Results {
        return function.emitError()
               << kLayerAttr << " is " << attr
               << ", expected a layer or loss such as #emb.linear";
      });
}

FailureOr<Value> LayerDefinition::convert(Value value, Type declared,
                                          unsigned number) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type == declared)
    return value;
  if (type.getRank() == 0 && declared == type.getElementType())
    return tensor::ExtractOp::create(builder, loc, value, ValueRange())
        .getResult();
  auto shaped = dyn_cast<RankedTensorType>(declared);
  if (!shaped || shaped.getElementType() != type.getElementType() ||
      failed(verifyCompatibleShape(shaped, type))) {
    InFlightDiagnostic diag = function.emitError()
                              << layer << ": result " << number << " is "
                              << declared << ", expected " << type;
    if (type.getRank() == 0)
      diag << " or " << type.getElementType();
    return diag;
  }
  for (int64_t dim = 0, rank = type.getRank(); dim < rank; ++dim)
    if (type.isDynamicDim(dim) && !shaped.isDynamicDim(dim))
      CheckEqualOp::create(
          builder, loc, builder.createOrFold<tensor::DimOp>(loc, value, dim),
          arith::ConstantIndexOp::create(builder, loc, shaped.getDimSize(dim)),
          (layer + ": result " + Twine(number) + ", dimension " + Twine(dim))
              .str());
  return tensor::CastOp::create(builder, loc, declared, value).getResult();
}

LogicalResult LayerDefinition::run() {
  if (!function.isPrivate() || !function.isExternal())
    return function.emitError()
           << "found " << kLayerAttr << " at a function "
           << (function.isExternal() ? "that is not private" : "with a body")
           << ", expected the declaration of a private function";
  builder.setInsertionPointToStart(function.addEntryBlock());
  Results values = build(function->getAttr(kLayerAttr));
  if (failed(values))
    return failure();
  for (auto [number, value] : llvm::enumerate(*values)) {
    FailureOr<Value> result =
        convert(value, function.getResultTypes()[number], number);
    if (failed(result))
      return failure();
    value = *result;
  }
  func::ReturnOp::create(builder, loc, *values);
  function->removeAttr(kLayerAttr);
  return success();
}

namespace {
struct DefineLayersPass : public emb::impl::DefineLayersBase<DefineLayersPass> {
  void runOnOperation() override {
    unsigned count = 0;
    bool allFit = true;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (!function->hasAttr(kLayerAttr))
        continue;
      allFit &= succeeded(LayerDefinition(function).run());
      ++count;
    }
    if (!allFit)
      return signalPassFailure();
    remark::passed(
        getOperation().getLoc(),
        remark::RemarkOpts::name("LayersDefined").category(getArgument()))
        << remark::metric("layers", count);
  }
};
} // namespace
