//===- LSTM.cpp - Long short-term memory ----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Layers/Layers.h"
#include "emb/Layers/Operands.h"
#include "emb/Layers/Structured.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
/// The keys of extents.
enum : unsigned { kBatch, kTime, kInput, kHidden };

constexpr int64_t kNumGates = 4;

/// Creates the loop over the steps.
class Recurrence {
public:
  Recurrence(OpBuilder &builder, Location loc, const Operands &operands,
             bool batchFirst)
      : builder(builder), loc(loc), batchFirst(batchFirst),
        batch(operands.getExtent(builder, kBatch)),
        time(operands.getExtent(builder, kTime)),
        hidden(operands.getExtent(builder, kHidden)),
        elementType(getComputeType(operands.getElementType())) {}

  Value createZeroState() {
    return createZeros(builder, loc, {batch, hidden}, elementType);
  }
  /// `state` as a tensor whose extents are seen to be those of each step.
  Value createInitialState(Value state);

  /// `inputGates` is what the input of each step adds to the gates.
  LSTMResults createLoop(Value inputGates, Value weightHh, Value h0, Value c0);

private:
  SmallVector<Value> createStep(OpBuilder &b, Value step, Value inputGates,
                                Value weightHh, ValueRange state);
  /// h and c after a step with these gates.
  SmallVector<Value> createState(OpBuilder &b, Value gates, Value c);
  static SmallVector<Value> createCell(OpBuilder &b, Location l,
                                       ValueRange elements);
  /// (batch, time, columns) or (time, batch, columns).
  template <typename T> SmallVector<T> order(T ofBatch, T ofTime, T columns) {
    if (batchFirst)
      return {ofBatch, ofTime, columns};
    return {ofTime, ofBatch, columns};
  }

  OpBuilder &builder;
  Location loc;
  bool batchFirst;
  OpFoldResult batch, time, hidden;
  Type elementType;
};
} // namespace

Value Recurrence::createInitialState(Value state) {
  if (cast<RankedTensorType>(state.getType()).hasStaticShape())
    return state;
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  return tensor::ExtractSliceOp::create(builder, loc, state, {zero, zero},
                                        {batch, hidden}, {one, one});
}

LSTMResults Recurrence::createLoop(Value inputGates, Value weightHh, Value h0,
                                   Value c0) {
  Value output = tensor::EmptyOp::create(
      builder, loc, order(batch, time, hidden), elementType);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value steps = getValueOrCreateConstantIndexOp(builder, loc, time);
  auto loop = scf::ForOp::create(
      builder, loc, zero, steps, one, ValueRange{h0, c0, output},
      [&](OpBuilder &b, Location, Value step, ValueRange state) {
        scf::YieldOp::create(b, loc,
                             createStep(b, step, inputGates, weightHh, state));
      });
  return {loop.getResult(2), loop.getResult(0), loop.getResult(1)};
}

SmallVector<Value> Recurrence::createStep(OpBuilder &b, Value step,
                                          Value inputGates, Value weightHh,
                                          ValueRange state) {
  Value h = state[0], c = state[1], output = state[2];
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  SmallVector<OpFoldResult> offsets = order<OpFoldResult>(zero, step, zero);
  SmallVector<OpFoldResult> strides(3, one);

  auto allGates = cast<RankedTensorType>(inputGates.getType());
  OpFoldResult columns = tensor::getMixedSize(b, loc, weightHh, 0);
  auto gatesType = RankedTensorType::get(
      {allGates.getDimSize(batchFirst ? 0 : 1), allGates.getDimSize(2)},
      elementType);
  Value ofInput =
      tensor::ExtractSliceOp::create(b, loc, gatesType, inputGates, offsets,
                                     order(batch, one, columns), strides);
  Value gates =
      linalg::MatmulTransposeBOp::create(b, loc, {h, weightHh}, ofInput)
          ->getResult(0);
  SmallVector<Value> next = createState(b, gates, c);
  next.push_back(tensor::InsertSliceOp::create(
      b, loc, next[0], output, offsets, order(batch, one, hidden), strides));
  return next;
}

static OpFoldResult multiply(OpBuilder &b, Location loc, OpFoldResult extent,
                             int64_t factor) {
  if (std::optional<int64_t> size = getConstantIntValue(extent))
    return b.getIndexAttr(*size * factor);
  Value constant = arith::ConstantIndexOp::create(b, loc, factor);
  return b.createOrFold<arith::MulIOp>(loc, cast<Value>(extent), constant);
}

SmallVector<Value> Recurrence::createState(OpBuilder &b, Value gates, Value c) {
  SmallVector<Access> inputs;
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  for (int64_t gate = 0; gate < kNumGates; ++gate) {
    OpFoldResult offset = multiply(b, loc, hidden, gate);
    inputs.push_back(accessInOrder(tensor::ExtractSliceOp::create(
        b, loc, gates, {zero, offset}, {batch, hidden}, {one, one})));
  }
  inputs.push_back(accessInOrder(c));
  return createMap(b, loc, inputs, {batch, hidden}, {elementType, elementType},
                   createCell);
}

SmallVector<Value> Recurrence::createCell(OpBuilder &b, Location l,
                                          ValueRange elements) {
  Value i = createSigmoid(b, l, elements[0]);
  Value f = createSigmoid(b, l, elements[1]);
  Value g = math::TanhOp::create(b, l, elements[2]);
  Value o = createSigmoid(b, l, elements[3]);
  Value kept = arith::MulFOp::create(b, l, f, elements[4]);
  Value added = arith::MulFOp::create(b, l, i, g);
  Value c = arith::AddFOp::create(b, l, kept, added);
  Value h = arith::MulFOp::create(b, l, o, math::TanhOp::create(b, l, c));
  return {h, c};
}

static LogicalResult verifyPair(const Operands &operands, Value first,
                                Value second, StringRef names) {
  if (static_cast<bool>(first) == static_cast<bool>(second))
    return success();
  return operands.refuse() << "found one of " << names
                           << ", expected both or none";
}

FailureOr<LSTMResults> emb::buildLSTM(OpBuilder &builder, Location loc, Value x,
                                      const LSTMWeights &weights,
                                      const LSTMState &initial,
                                      const LSTMOptions &options) {
  auto [weightIh, weightHh, biasIh, biasHh] = weights;
  auto [h0, c0] = initial;
  Operands operands(loc, "lstm");
  unsigned first = options.batchFirst ? kBatch : kTime;
  unsigned second = options.batchFirst ? kTime : kBatch;
  Extent gates(kHidden, kNumGates);
  if (failed(verifyPair(operands, biasIh, biasHh, "bias_ih and bias_hh")) ||
      failed(verifyPair(operands, h0, c0, "h0 and c0")) ||
      failed(operands.addFloats(
          x, "x", {Extent(first), Extent(second), Extent(kInput)})) ||
      failed(operands.addFloats(weightHh, "weight_hh",
                                {gates, Extent(kHidden)})) ||
      failed(
          operands.addFloats(weightIh, "weight_ih", {gates, Extent(kInput)})) ||
      failed(operands.addFloats(biasIh, "bias_ih", {gates})) ||
      failed(operands.addFloats(biasHh, "bias_hh", {gates})) ||
      failed(operands.addFloats(h0, "h0", {Extent(kBatch), Extent(kHidden)})) ||
      failed(operands.addFloats(c0, "c0", {Extent(kBatch), Extent(kHidden)})))
    return failure();
  operands.check(builder);

  for (Value *operand : {&x, &weightIh, &weightHh, &biasIh, &biasHh, &h0, &c0})
    if (*operand)
      *operand = extend(builder, loc, *operand);
  Value bias;
  if (biasIh)
    bias = arith::AddFOp::create(builder, loc, biasIh, biasHh);
  Value inputGates = createProduct(builder, loc, x, weightIh, bias);
  Recurrence recurrence(builder, loc, operands, options.batchFirst);
  for (Value *state : {&h0, &c0})
    *state = *state ? recurrence.createInitialState(*state)
                    : recurrence.createZeroState();
  LSTMResults results = recurrence.createLoop(inputGates, weightHh, h0, c0);
  for (Value *result : {&results.output, &results.hN, &results.cN})
    *result = truncate(builder, loc, *result, operands.getElementType());
  return results;
}
