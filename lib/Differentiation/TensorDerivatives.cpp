//===- TensorDerivatives.cpp - Rules for the tensor dialect ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What moves elements has a gradient that moves them back. Operations without a
// rule: bitcast, gather, scatter and generate.
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/Derivatives.h"
#include "emb/Differentiation/Gradients.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace mlir::emb {

//===----------------------------------------------------------------------===//
// Parts of tensors
//===----------------------------------------------------------------------===//

namespace {
/// The place of a slice in a tensor.
struct Slice {
  explicit Slice(OffsetSizeAndStrideOpInterface op)
      : offsets(op.getMixedOffsets()), sizes(op.getMixedSizes()),
        strides(op.getMixedStrides()) {}

  /// Everything of a tensor with these sizes, moved by `offsets`.
  Slice(Builder &builder, SmallVector<OpFoldResult> offsets,
        SmallVector<OpFoldResult> sizes)
      : offsets(std::move(offsets)), sizes(std::move(sizes)),
        strides(this->sizes.size(), builder.getIndexAttr(1)) {}

  Value extract(ImplicitLocOpBuilder &b, Type type, Value source) const {
    return tensor::ExtractSliceOp::create(b, cast<RankedTensorType>(type),
                                          source, offsets, sizes, strides);
  }

  Value insert(ImplicitLocOpBuilder &b, Value part, Value dest) const {
    return tensor::InsertSliceOp::create(b, part, dest, offsets, sizes,
                                         strides);
  }

  /// With a destination, so that it is done where `old` is.
  static Value add(ImplicitLocOpBuilder &b, Value old, Value part) {
    return linalg::AddOp::create(b, ValueRange{old, part}, old).getResult(0);
  }

  SmallVector<OpFoldResult> offsets, sizes, strides;
};

/// The place of an element in a tensor.
struct Element {
  Value extract(ImplicitLocOpBuilder &b, Type, Value source) const {
    return tensor::ExtractOp::create(b, source, indices);
  }

  Value insert(ImplicitLocOpBuilder &b, Value part, Value dest) const {
    return tensor::InsertOp::create(b, part, dest, indices);
  }

  static Value add(ImplicitLocOpBuilder &b, Value old, Value part) {
    return arith::AddFOp::create(b, old, part);
  }

  ValueRange indices;
};
} // namespace

/// The rule of what reads the part of `source` at `place`. Where a tensor has
/// arrived at `source` only that part of it changes.
template <typename Place>
static void differentiateExtract(ImplicitLocOpBuilder &b, Gradients &gradients,
                                 const Place &place, Value source,
                                 Value result) {
  Value part = gradients.get(b, result);
  gradients.accumulate(b, source, [&](Value sum) {
    if (!sum)
      return place.insert(b, part, createZeroLike(b, b.getLoc(), source));
    Value old = place.extract(b, part.getType(), sum);
    return place.insert(b, Place::add(b, old, part), sum);
  });
}

/// The rule of what replaces the part of `dest` at `place` by `part`.
template <typename Place>
static void differentiateInsert(ImplicitLocOpBuilder &b, Gradients &gradients,
                                const Place &place, Value part, Value dest,
                                Value result) {
  Value gradient = gradients.get(b, result);
  if (gradients.isActive(part))
    gradients.add(b, part, place.extract(b, part.getType(), gradient));
  if (gradients.isActive(dest))
    gradients.add(
        b, dest,
        place.insert(b, createZeroLike(b, b.getLoc(), part), gradient));
}

/// The sum of all elements of `tensor`, in row-major order and at least in f32.
static Value sumElements(ImplicitLocOpBuilder &b, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  FloatType compute = getComputeType(type.getElementType());
  Value zero = arith::ConstantOp::create(
      b, DenseElementsAttr::get(RankedTensorType::get({}, compute),
                                b.getFloatAttr(compute, 0.0)));
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::reduction);
  auto buildBody = [&](OpBuilder &body, Location loc, ValueRange args) {
    Value element = args[0];
    if (element.getType() != compute)
      element = arith::ExtFOp::create(body, loc, compute, element);
    Value sum = arith::AddFOp::create(body, loc, args[1], element);
    linalg::YieldOp::create(body, loc, sum);
  };
  AffineMap identity = b.getMultiDimIdentityMap(type.getRank());
  AffineMap toScalar = AffineMap::get(type.getRank(), 0, b.getContext());
  auto generic = linalg::GenericOp::create(
      b, zero.getType(), tensor, zero, ArrayRef<AffineMap>{identity, toScalar},
      iterators, buildBody);
  Value sum = tensor::ExtractOp::create(b, generic.getResult(0));
  if (compute == type.getElementType())
    return sum;
  return arith::TruncFOp::create(b, type.getElementType(), sum);
}

/// `left` + `right`, a constant if both are.
static OpFoldResult addSizes(ImplicitLocOpBuilder &b, OpFoldResult left,
                             OpFoldResult right) {
  return getAsOpFoldResult(b.createOrFold<arith::AddIOp>(
      getValueOrCreateConstantIndexOp(b, b.getLoc(), left),
      getValueOrCreateConstantIndexOp(b, b.getLoc(), right)));
}

static SmallVector<OpFoldResult> getSizes(ImplicitLocOpBuilder &b,
                                          Value tensor) {
  return tensor::getMixedSizes(b, b.getLoc(), tensor);
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

static LogicalResult differentiate(tensor::CastOp op, ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  auto type = cast<RankedTensorType>(op.getSource().getType());
  // Sources need a static number of columns.
  if (type.getRank() == 2 && type.isDynamicDim(1))
    gradients.add(b, op.getSource(), gradients.get(b, op.getDest()));
  else
    gradients.pass(b, op.getDest(), op.getSource());
  return success();
}

static LogicalResult differentiate(tensor::ReshapeOp op,
                                   ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  auto type = cast<RankedTensorType>(op.getSource().getType());
  SmallVector<Value> sizes = getValueOrCreateConstantIndexOp(
      b, b.getLoc(), getSizes(b, op.getSource()));
  Value shape = tensor::FromElementsOp::create(
      b, RankedTensorType::get({type.getRank()}, b.getIndexType()), sizes);
  Value gradient = gradients.get(b, op.getResult());
  gradients.add(b, op.getSource(),
                tensor::ReshapeOp::create(b, type, gradient, shape));
  return success();
}

static LogicalResult differentiate(tensor::ExpandShapeOp op,
                                   ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  Value gradient = gradients.get(b, op.getResult());
  gradients.add(b, op.getSrc(),
                tensor::CollapseShapeOp::create(b, gradient,
                                                op.getReassociationIndices()));
  return success();
}

static LogicalResult differentiate(tensor::CollapseShapeOp op,
                                   ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  Value gradient = gradients.get(b, op.getResult());
  gradients.add(b, op.getSrc(),
                tensor::ExpandShapeOp::create(b, op.getSrcType(), gradient,
                                              op.getReassociationIndices(),
                                              getSizes(b, op.getSrc())));
  return success();
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

/// Whether the elements of a slice are different ones, as far as is known.
static LogicalResult verifyStrides(OffsetSizeAndStrideOpInterface op) {
  if (llvm::is_contained(op.getStaticStrides(), 0))
    return op->emitOpError("cannot be differentiated: found a stride of 0, "
                           "expected one that leads to another element");
  return success();
}

static LogicalResult differentiate(tensor::ExtractSliceOp op,
                                   ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  if (failed(verifyStrides(op)))
    return failure();
  differentiateExtract(b, gradients, Slice(op), op.getSource(), op.getResult());
  return success();
}

static LogicalResult differentiate(tensor::InsertSliceOp op,
                                   ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  if (failed(verifyStrides(op)))
    return failure();
  differentiateInsert(b, gradients, Slice(op), op.getSource(), op.getDest(),
                      op.getResult());
  return success();
}

static LogicalResult differentiate(tensor::ConcatOp op, ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  Value gradient = gradients.get(b, op.getResult());
  OpFoldResult zero = b.getIndexAttr(0), start = zero;
  for (Value input : op.getInputs()) {
    SmallVector<OpFoldResult> sizes = getSizes(b, input);
    SmallVector<OpFoldResult> offsets(sizes.size(), zero);
    offsets[op.getDim()] = start;
    start = addSizes(b, start, sizes[op.getDim()]);
    if (gradients.isActive(input))
      gradients.add(
          b, input,
          Slice(b, offsets, sizes).extract(b, input.getType(), gradient));
  }
  return success();
}

static LogicalResult verify(tensor::PadOp op, const Gradients &gradients) {
  for (ArrayRef<int64_t> sizes : {op.getStaticLow(), op.getStaticHigh()})
    for (int64_t size : sizes)
      if (size < 0 && !ShapedType::isDynamic(size))
        return op.emitOpError("cannot be differentiated: found padding of ")
               << size << " elements, expected none that is negative";
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op.getRegion(), captured);
  bool usesActive = llvm::any_of(
      captured, [&](Value value) { return gradients.isActive(value); });
  if (usesActive && !op.getConstantPaddingValue())
    return op.emitOpError("cannot be differentiated: its region computes from "
                          "values that need a gradient, expected it to yield "
                          "one of them as it is");
  return success();
}

static LogicalResult differentiate(tensor::PadOp op, ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  if (failed(verify(op, gradients)))
    return failure();
  Value source = op.getSource(), padding = op.getConstantPaddingValue();
  Value gradient = gradients.get(b, op.getResult());
  Slice slice(b, op.getMixedLowPad(), getSizes(b, source));
  if (gradients.isActive(source))
    gradients.add(b, source, slice.extract(b, source.getType(), gradient));
  if (!padding || !gradients.isActive(padding))
    return success();
  Value border =
      slice.insert(b, createZeroLike(b, b.getLoc(), source), gradient);
  gradients.add(b, padding, sumElements(b, border));
  return success();
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

static LogicalResult differentiate(tensor::SplatOp op, ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  Value gradient = gradients.get(b, op.getResult());
  gradients.add(b, op.getInput(), sumElements(b, gradient));
  return success();
}

static LogicalResult differentiate(tensor::FromElementsOp op,
                                   ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  Value gradient = gradients.get(b, op.getResult());
  SmallVector<int64_t> strides = computeStrides(op.getType().getShape());
  for (auto [number, element] : llvm::enumerate(op.getElements())) {
    if (!gradients.isActive(element))
      continue;
    SmallVector<Value> indices;
    for (int64_t index : delinearize(number, strides))
      indices.push_back(arith::ConstantIndexOp::create(b, index));
    gradients.add(b, element, tensor::ExtractOp::create(b, gradient, indices));
  }
  return success();
}

static LogicalResult differentiate(tensor::ExtractOp op,
                                   ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  Value source = op.getTensor();
  if (op.getIndices().empty())
    gradients.add(b, source,
                  tensor::FromElementsOp::create(
                      b, source.getType(), gradients.get(b, op.getResult())));
  else
    differentiateExtract(b, gradients, Element{op.getIndices()}, source,
                         op.getResult());
  return success();
}

static LogicalResult differentiate(tensor::InsertOp op, ImplicitLocOpBuilder &b,
                                   Gradients &gradients) {
  differentiateInsert(b, gradients, Element{op.getIndices()}, op.getScalar(),
                      op.getDest(), op.getResult());
  return success();
}

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

namespace {
template <typename OpTy>
struct TensorDerivative
    : DifferentiableOpInterface::ExternalModel<TensorDerivative<OpTy>, OpTy> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    ImplicitLocOpBuilder b(op->getLoc(), builder);
    return differentiate(cast<OpTy>(op), b, gradients);
  }
};
} // namespace

template <typename... Ops> static void attach(MLIRContext *context) {
  (Ops::template attachInterface<TensorDerivative<Ops>>(*context), ...);
}

void registerTensorDerivatives(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    attach<tensor::CastOp, tensor::CollapseShapeOp, tensor::ConcatOp,
           tensor::ExpandShapeOp, tensor::ExtractOp, tensor::ExtractSliceOp,
           tensor::FromElementsOp, tensor::InsertOp, tensor::InsertSliceOp,
           tensor::PadOp, tensor::ReshapeOp, tensor::SplatOp>(context);
  });
}

} // namespace mlir::emb
