//===- CrossEntropyLoss.cpp - The classes of samples ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loss.h"
#include "emb/Layers/Layers.h"
#include "emb/Layers/Operands.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

#include <limits>

using namespace mlir;
using namespace mlir::emb;

namespace {
/// The keys of extents, and the loops over them.
enum : unsigned { kSample, kClass };

/// Creates the loss of operands that fit. Tensors of floats are of the compute
/// type.
class CrossEntropy {
public:
  CrossEntropy(OpBuilder &builder, Location loc, Value input, Value target,
               Value weight, const CrossEntropyLossOptions &options);

  /// The loss of each sample.
  Value createLosses();
  /// What the mean divides by, as tensor<f64>.
  Value createDivisor();

private:
  /// For each sample, the sum over the classes of what `term` makes of the
  /// inputs.
  Value sumOverClasses(ArrayRef<Access> inputs, LossFn term);
  /// Whether the label of a sample says that it does not count.
  Value isIgnored(OpBuilder &b, Location l, Value label);
  /// Whether a loop over the classes is at `label`.
  static Value isAtLabel(OpBuilder &b, Location l, Value label);
  /// Labels of samples that count, 0 for others: classes, checked.
  Value createLabels();
  /// log of the sum over the classes of exp(input - max).
  Value createLogSum();
  /// The share of label smoothing that every class gets.
  Value createUniformShare();

  OpBuilder &builder;
  Location loc;
  const CrossEntropyLossOptions &options;
  /// What is read by sample and class, by sample, and by class (or not given).
  Access input, target, weight;
  Access labels;
  /// The largest input of each sample, a constant to differentiation: it
  /// cancels out.
  Access max;
  OpFoldResult numSamples, numClasses;
  Type computeType;
};
} // namespace

CrossEntropy::CrossEntropy(OpBuilder &builder, Location loc, Value input,
                           Value target, Value weight,
                           const CrossEntropyLossOptions &options)
    : builder(builder), loc(loc), options(options),
      input{input, {kSample, kClass}}, target{target, {kSample}},
      weight{weight, {kClass}} {
  SmallVector<OpFoldResult> extents = getExtents(builder, loc, input);
  numSamples = extents[kSample];
  numClasses = extents[kClass];
  computeType = cast<RankedTensorType>(input.getType()).getElementType();
  labels = {createLabels(), {kSample}};

  Value constant = DetachOp::create(builder, loc, input);
  Value empty = tensor::EmptyOp::create(builder, loc, numSamples, computeType);
  Value least = createNumber(builder, loc, computeType,
                             -std::numeric_limits<double>::infinity());
  Value init = linalg::FillOp::create(builder, loc, least, empty).getResult(0);
  max = {
      createMax(builder, loc, {constant, {kSample, kClass}}, {init, {kSample}}),
      {kSample}};
}

Value CrossEntropy::sumOverClasses(ArrayRef<Access> inputs, LossFn term) {
  Value zeros = createZeros(builder, loc, numSamples, computeType);
  return createSum(builder, loc, inputs, {zeros, {kSample}},
                   [&](OpBuilder &b, Location l, ValueRange elements) {
                     return SmallVector<Value>{term(b, l, elements)};
                   });
}

Value CrossEntropy::isIgnored(OpBuilder &b, Location l, Value label) {
  if (!label.getType().isInteger(64))
    label = arith::ExtSIOp::create(b, l, b.getI64Type(), label);
  Value ignored = arith::ConstantIntOp::create(b, l, options.ignoreIndex, 64);
  return arith::CmpIOp::create(b, l, arith::CmpIPredicate::eq, label, ignored);
}

Value CrossEntropy::isAtLabel(OpBuilder &b, Location l, Value label) {
  Value index = linalg::IndexOp::create(b, l, kClass);
  Value current = arith::IndexCastOp::create(b, l, label.getType(), index);
  return arith::CmpIOp::create(b, l, arith::CmpIPredicate::eq, current, label);
}

Value CrossEntropy::createLabels() {
  auto zeroIfIgnored = [&](OpBuilder &b, Location l,
                           ValueRange elements) -> SmallVector<Value> {
    Value label = elements.front();
    Value zero = arith::ConstantIntOp::create(b, l, label.getType(), 0);
    return {arith::SelectOp::create(b, l, isIgnored(b, l, label), zero, label)};
  };
  auto type = cast<RankedTensorType>(target.tensor.getType());
  Value zeroed = createMap(builder, loc, target, numSamples,
                           type.getElementType(), zeroIfIgnored)
                     .front();
  Value bound = getValueOrCreateConstantIndexOp(builder, loc, numClasses);
  return CheckIndicesOp::create(builder, loc, zeroed, bound,
                                "cross_entropy_loss: target")
      .getResult();
}

Value CrossEntropy::createLogSum() {
  Value sums = sumOverClasses(
      {input, max}, [](OpBuilder &b, Location l, ValueRange elements) -> Value {
        Value distance = arith::SubFOp::create(b, l, elements[0], elements[1]);
        return math::ExpOp::create(b, l, distance);
      });
  return math::LogOp::create(builder, loc, sums);
}

Value CrossEntropy::createUniformShare() {
  Type f64 = builder.getF64Type();
  Value classes = getValueOrCreateConstantIndexOp(builder, loc, numClasses);
  Value number = createFloat(builder, loc, classes, f64);
  return builder.createOrFold<arith::DivFOp>(
      loc, createNumber(builder, loc, f64, options.labelSmoothing), number);
}

Value CrossEntropy::createLosses() {
  Value uniform, ofLabel;
  if (options.labelSmoothing != 0) {
    Value share = createUniformShare();
    Value rest = createNumber(builder, loc, share.getType(),
                              1.0 - options.labelSmoothing);
    Value sum = builder.createOrFold<arith::AddFOp>(loc, rest, share);
    auto round = [&](Value number) -> Value {
      if (number.getType() == computeType)
        return number;
      return builder.createOrFold<arith::TruncFOp>(loc, computeType, number);
    };
    uniform = round(share);
    ofLabel = round(sum);
  }

  SmallVector<Access> inputs = {
      input, max, {createLogSum(), {kSample}}, target, labels};
  if (weight.tensor)
    inputs.push_back(weight);
  return sumOverClasses(
      inputs, [&](OpBuilder &b, Location l, ValueRange elements) -> Value {
        Value x = elements[0], top = elements[1], logSum = elements[2];
        Value isLabel = isAtLabel(b, l, elements[4]);
        Value distance = arith::SubFOp::create(b, l, x, top);
        // -log of the probability of the class
        Value term = arith::SubFOp::create(b, l, logSum, distance);
        if (weight.tensor)
          term = arith::MulFOp::create(b, l, elements[5], term);
        Value zero = createNumber(b, l, computeType, 0.0);
        if (uniform) {
          Value share =
              arith::SelectOp::create(b, l, isLabel, ofLabel, uniform);
          term = arith::MulFOp::create(b, l, share, term);
        } else {
          term = arith::SelectOp::create(b, l, isLabel, term, zero);
        }
        Value ignored = isIgnored(b, l, elements[3]);
        return arith::SelectOp::create(b, l, ignored, zero, term);
      });
}

Value CrossEntropy::createDivisor() {
  if (weight.tensor)
    return createTotal(
        builder, loc, {target, labels, weight},
        [&](OpBuilder &b, Location l, ValueRange elements) -> Value {
          Value zero = createNumber(b, l, computeType, 0.0);
          Value ofLabel = arith::SelectOp::create(
              b, l, isAtLabel(b, l, elements[1]), elements[2], zero);
          return arith::SelectOp::create(b, l, isIgnored(b, l, elements[0]),
                                         zero, ofLabel);
        });
  Type integer = builder.getI64Type();
  Value none = createZeros(builder, loc, {}, integer);
  auto countsOne = [&](OpBuilder &b, Location l,
                       ValueRange elements) -> SmallVector<Value> {
    Value zero = arith::ConstantIntOp::create(b, l, integer, 0);
    Value one = arith::ConstantIntOp::create(b, l, integer, 1);
    return {
        arith::SelectOp::create(b, l, isIgnored(b, l, elements[0]), zero, one)};
  };
  Value count = createSum(builder, loc, target, {none, {}}, countsOne);
  return arith::SIToFPOp::create(
      builder, loc, RankedTensorType::get({}, builder.getF64Type()), count);
}

FailureOr<Value>
emb::buildCrossEntropyLoss(OpBuilder &builder, Location loc, Value input,
                           Value target, Value weight,
                           const CrossEntropyLossOptions &options) {
  Operands operands(loc, "cross_entropy_loss");
  if (!(options.labelSmoothing >= 0.0 && options.labelSmoothing <= 1.0))
    return operands.refuse() << "label_smoothing is " << options.labelSmoothing
                             << ", expected a number from 0 to 1";
  if (failed(operands.addFloats(input, "input",
                                {Extent(kSample), Extent(kClass)})) ||
      failed(operands.addIntegers(target, "target", {Extent(kSample)})) ||
      failed(operands.addFloats(weight, "weight", {Extent(kClass)})))
    return failure();
  operands.check(builder);

  Value extendedInput = extend(builder, loc, input);
  Value extendedWeight = weight ? extend(builder, loc, weight) : Value();
  CrossEntropy entropy(builder, loc, extendedInput, target, extendedWeight,
                       options);
  Value losses = entropy.createLosses();
  if (options.reduction == Reduction::None)
    return truncate(builder, loc, losses, operands.getElementType());
  Value total =
      createTotal(builder, loc, accessInOrder(losses),
                  [](OpBuilder &, Location, ValueRange elements) -> Value {
                    return elements.front();
                  });
  Value divisor =
      options.reduction == Reduction::Mean ? entropy.createDivisor() : Value();
  return createLoss(builder, loc, total, divisor, operands.getElementType());
}
