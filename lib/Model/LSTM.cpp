//===- LSTM.cpp - Layers of long short-term memory ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LayerSupport.h"
#include "emb/Layers/Layers.h"
#include "emb/Model/Layers.h"
#include "emb/Model/Model.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

static constexpr int64_t kNumGates = 4;

LSTM::LSTM(Model &model, StringRef name, const Options &options,
           SourceLocation loc)
    : options(options) {
  Graph &graph = model.getGraph();
  if (!verifySizes(graph, "LSTM '" + name + "'",
                   {{"inputSize", options.inputSize, 1},
                    {"hiddenSize", options.hiddenSize, 1},
                    {"numLayers", options.numLayers, 1}},
                   loc)) {
    this->options.numLayers = 1;
    weights.assign(options.bias ? 4 : 2, Var(&graph, Value()));
    return;
  }
  double bound = 1.0 / std::sqrt(static_cast<double>(options.hiddenSize));
  Init init = options.init.value_or(Uniform{-bound, bound});
  int64_t gates = kNumGates * options.hiddenSize;
  for (int64_t layer = 0; layer < options.numLayers; ++layer) {
    int64_t in = layer == 0 ? options.inputSize : options.hiddenSize;
    auto add = [&](StringRef part, ArrayRef<int64_t> shape) {
      std::string full = (part + "_l" + Twine(layer)).str();
      weights.push_back(model.parameter(joinName(name, full), options.dtype,
                                        shape, init, loc));
    };
    add("weight_ih", {gates, in});
    add("weight_hh", {gates, options.hiddenSize});
    if (options.bias) {
      add("bias_ih", {gates});
      add("bias_hh", {gates});
    }
  }
}

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

/// The state (batch, hidden) of one layer.
static Var selectLayer(Var state, StringRef name, int64_t layer,
                       int64_t numLayers, SourceLocation loc) {
  return buildOne(
      loc, {state},
      [&](OpBuilder &b, Location l, ValueRange in) -> FailureOr<Value> {
        auto type = dyn_cast<RankedTensorType>(in[0].getType());
        if (!type || type.getRank() != 3)
          return emitError(l) << "lstm: " << name << " is " << in[0].getType()
                              << ", expected layers x batch x hidden_size";
        int64_t found = type.getDimSize(0);
        if (!ShapedType::isDynamic(found) && found != numLayers)
          return emitError(l)
                 << "lstm: " << name << ", dimension 0: found " << found << " ("
                 << type << "), expected " << numLayers;
        if (ShapedType::isDynamic(found) && layer == 0)
          CheckEqualOp::create(b, l, b.createOrFold<tensor::DimOp>(l, in[0], 0),
                               arith::ConstantIndexOp::create(b, l, numLayers),
                               ("lstm: " + name + ", dimension 0").str());
        SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(b, l, in[0]);
        sizes[0] = b.getIndexAttr(1);
        SmallVector<OpFoldResult> offsets(3, b.getIndexAttr(0));
        offsets[0] = b.getIndexAttr(layer);
        SmallVector<OpFoldResult> strides(3, b.getIndexAttr(1));
        return tensor::ExtractSliceOp::create(
                   b, l,
                   RankedTensorType::get(type.getShape().drop_front(),
                                         type.getElementType()),
                   in[0], offsets, sizes, strides)
            .getResult();
      });
}

/// States (batch, hidden) of all layers as one (layers, batch, hidden).
static Var stackLayers(ArrayRef<Var> states, SourceLocation loc) {
  return buildOne(
      loc, states,
      [&](OpBuilder &b, Location l, ValueRange in) -> FailureOr<Value> {
        SmallVector<Value> layers;
        for (Value state : in) {
          auto type = cast<RankedTensorType>(state.getType());
          SmallVector<int64_t> shape = {1};
          llvm::append_range(shape, type.getShape());
          SmallVector<OpFoldResult> extents = {b.getIndexAttr(1)};
          llvm::append_range(extents, tensor::getMixedSizes(b, l, state));
          SmallVector<ReassociationIndices> groups = {{0, 1}, {2}};
          layers.push_back(tensor::ExpandShapeOp::create(
              b, l, type.clone(shape), state, groups, extents));
        }
        if (layers.size() == 1)
          return layers.front();
        return tensor::ConcatOp::create(b, l, /*dim=*/0, layers).getResult();
      });
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

LSTM::Result LSTM::operator()(Var x, SourceLocation loc) const {
  return (*this)(x, {}, loc);
}

LSTM::Result LSTM::operator()(Var x, const State &state,
                              SourceLocation loc) const {
  bool hasState = isGiven(state.h) || isGiven(state.c);
  unsigned numWeights = options.bias ? 4 : 2;
  auto build = [&](OpBuilder &b, Location l,
                   ValueRange in) -> FailureOr<SmallVector<Value>> {
    LSTMWeights of{in[1], in[2], {}, {}};
    if (options.bias)
      std::tie(of.biasIh, of.biasHh) = std::pair(in[3], in[4]);
    LSTMState initial;
    if (hasState)
      initial = {in[1 + numWeights], in[2 + numWeights]};
    FailureOr<LSTMResults> results =
        buildLSTM(b, l, in[0], of, initial, {.batchFirst = options.batchFirst});
    if (failed(results))
      return failure();
    return SmallVector<Value>{results->output, results->hN, results->cN};
  };

  SmallVector<Var> h, c;
  for (int64_t layer = 0; layer < options.numLayers; ++layer) {
    SmallVector<Var> operands = {x};
    llvm::append_range(operands,
                       ArrayRef(weights).slice(layer * numWeights, numWeights));
    if (hasState) {
      operands.push_back(
          selectLayer(state.h, "h0", layer, options.numLayers, loc));
      operands.push_back(
          selectLayer(state.c, "c0", layer, options.numLayers, loc));
    }
    SmallVector<Var> results = callLayer(
        loc, "lstm", operands, 3,
        [&](MLIRContext *context) {
          return LSTMAttr::get(context, options.batchFirst);
        },
        build);
    x = results[0];
    h.push_back(results[1]);
    c.push_back(results[2]);
  }
  return {x, {stackLayers(h, loc), stackLayers(c, loc)}};
}
