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
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::emb;

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

  Value extract(OpBuilder &builder, Location loc, Type type,
                Value source) const {
    return tensor::ExtractSliceOp::create(builder, loc,
                                          cast<RankedTensorType>(type), source,
                                          offsets, sizes, strides);
  }

  Value insert(OpBuilder &builder, Location loc, Value part, Value dest) const {
    return tensor::InsertSliceOp::create(builder, loc, part, dest, offsets,
                                         sizes, strides);
  }

  SmallVector<OpFoldResult> offsets, sizes, strides;
};
} // namespace

/// `left` + `right`, a constant if both are.
static OpFoldResult addSizes(OpBuilder &builder, Location loc,
                             OpFoldResult left, OpFoldResult right) {
  Value sum = builder.createOrFold<arith::AddIOp>(
      loc, getValueOrCreateConstantIndexOp(builder, loc, left),
      getValueOrCreateConstantIndexOp(builder, loc, right));
  return getAsOpFoldResult(sum);
}

/// The sum of all elements of `tensor`, in row-major order and at least in f32.
static Value sumElements(OpBuilder &builder, Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  FloatType compute = getComputeType(type.getElementType());
  Value zero = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(RankedTensorType::get({}, compute),
                             builder.getFloatAttr(compute, 0.0)));
  AffineMap identity = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::reduction);
  auto buildBody = [&](OpBuilder &body, Location loc, ValueRange args) {
    Value element = args[0];
    if (element.getType() != compute)
      element = arith::ExtFOp::create(body, loc, compute, element);
    Value sum = arith::AddFOp::create(body, loc, args[1], element);
    linalg::YieldOp::create(body, loc, sum);
  };
  auto generic = linalg::GenericOp::create(
      builder, loc, zero.getType(), tensor, zero,
      ArrayRef<AffineMap>{
          identity, AffineMap::get(type.getRank(), 0, builder.getContext())},
      iterators, buildBody);
  Value sum = tensor::ExtractOp::create(builder, loc, generic.getResult(0));
  if (compute == type.getElementType())
    return sum;
  return arith::TruncFOp::create(builder, loc, type.getElementType(), sum);
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

namespace {
template <typename Model, typename OpTy>
using Rule = DifferentiableOpInterface::ExternalModel<Model, OpTy>;

struct CastRule : Rule<CastRule, tensor::CastOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    gradients.pass(builder, op->getResult(0), op->getOperand(0));
    return success();
  }
};

struct ReshapeRule : Rule<ReshapeRule, tensor::ReshapeOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto reshape = cast<tensor::ReshapeOp>(op);
    Location loc = op->getLoc();
    Value source = reshape.getSource();
    SmallVector<Value> sizes = getValueOrCreateConstantIndexOp(
        builder, loc, tensor::getMixedSizes(builder, loc, source));
    auto shapeType = RankedTensorType::get({static_cast<int64_t>(sizes.size())},
                                           builder.getIndexType());
    Value shape =
        tensor::FromElementsOp::create(builder, loc, shapeType, sizes);
    Value gradient = gradients.get(builder, reshape.getResult());
    gradients.add(builder, source,
                  tensor::ReshapeOp::create(builder, loc,
                                            cast<TensorType>(source.getType()),
                                            gradient, shape));
    return success();
  }
};

struct ExpandShapeRule : Rule<ExpandShapeRule, tensor::ExpandShapeOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto expand = cast<tensor::ExpandShapeOp>(op);
    Value gradient = gradients.get(builder, expand.getResult());
    gradients.add(
        builder, expand.getSrc(),
        tensor::CollapseShapeOp::create(builder, op->getLoc(), gradient,
                                        expand.getReassociationIndices()));
    return success();
  }
};

struct CollapseShapeRule : Rule<CollapseShapeRule, tensor::CollapseShapeOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto collapse = cast<tensor::CollapseShapeOp>(op);
    Location loc = op->getLoc();
    Value source = collapse.getSrc();
    Value gradient = gradients.get(builder, collapse.getResult());
    gradients.add(builder, source,
                  tensor::ExpandShapeOp::create(
                      builder, loc, source.getType(), gradient,
                      collapse.getReassociationIndices(),
                      tensor::getMixedSizes(builder, loc, source)));
    return success();
  }
};

struct ExtractSliceRule : Rule<ExtractSliceRule, tensor::ExtractSliceOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto extract = cast<tensor::ExtractSliceOp>(op);
    Location loc = op->getLoc();
    Slice slice(extract);
    Value part = gradients.get(builder, extract.getResult());
    gradients.accumulate(builder, extract.getSource(), [&](Value sum) {
      if (!sum)
        return slice.insert(builder, loc, part,
                            createZeroLike(builder, loc, extract.getSource()));
      Value old = slice.extract(builder, loc, part.getType(), sum);
      // With a destination, so that it is done in place.
      Value next =
          linalg::AddOp::create(builder, loc, ValueRange{old, part}, old)
              .getResult(0);
      return slice.insert(builder, loc, next, sum);
    });
    return success();
  }
};

struct InsertSliceRule : Rule<InsertSliceRule, tensor::InsertSliceOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto insert = cast<tensor::InsertSliceOp>(op);
    Location loc = op->getLoc();
    Slice slice(insert);
    Value source = insert.getSource(), dest = insert.getDest();
    Value gradient = gradients.get(builder, insert.getResult());
    if (gradients.isActive(source))
      gradients.add(builder, source,
                    slice.extract(builder, loc, source.getType(), gradient));
    if (gradients.isActive(dest))
      gradients.add(builder, dest,
                    slice.insert(builder, loc,
                                 createZeroLike(builder, loc, source),
                                 gradient));
    return success();
  }
};

struct ConcatRule : Rule<ConcatRule, tensor::ConcatOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto concat = cast<tensor::ConcatOp>(op);
    Location loc = op->getLoc();
    Value gradient = gradients.get(builder, concat.getResult());
    OpFoldResult start = builder.getIndexAttr(0);
    for (Value input : concat.getInputs()) {
      SmallVector<OpFoldResult> sizes =
          tensor::getMixedSizes(builder, loc, input);
      SmallVector<OpFoldResult> offsets(sizes.size(), builder.getIndexAttr(0));
      offsets[concat.getDim()] = start;
      start = addSizes(builder, loc, start, sizes[concat.getDim()]);
      if (gradients.isActive(input))
        gradients.add(builder, input,
                      Slice(builder, offsets, sizes)
                          .extract(builder, loc, input.getType(), gradient));
    }
    return success();
  }
};

struct PadRule : Rule<PadRule, tensor::PadOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto pad = cast<tensor::PadOp>(op);
    if (failed(verify(pad, gradients)))
      return failure();
    Location loc = op->getLoc();
    Value source = pad.getSource();
    Value gradient = gradients.get(builder, pad.getResult());
    Slice slice(builder, pad.getMixedLowPad(),
                tensor::getMixedSizes(builder, loc, source));
    if (gradients.isActive(source))
      gradients.add(builder, source,
                    slice.extract(builder, loc, source.getType(), gradient));
    Value value = pad.getConstantPaddingValue();
    if (!value || !gradients.isActive(value))
      return success();
    Value border = slice.insert(builder, loc,
                                createZeroLike(builder, loc, source), gradient);
    gradients.add(builder, value, sumElements(builder, loc, border));
    return success();
  }

private:
  static LogicalResult verify(tensor::PadOp pad, Gradients &gradients) {
    for (ArrayRef<int64_t> sizes : {pad.getStaticLow(), pad.getStaticHigh()})
      for (int64_t size : sizes)
        if (size < 0 && !ShapedType::isDynamic(size))
          return pad.emitOpError("cannot be differentiated: found padding of ")
                 << size << " elements, expected none that is negative";
    llvm::SetVector<Value> captured;
    getUsedValuesDefinedAbove(pad.getRegion(), captured);
    bool isComputed = llvm::any_of(
        captured, [&](Value value) { return gradients.isActive(value); });
    if (isComputed && !pad.getConstantPaddingValue())
      return pad.emitOpError("cannot be differentiated: its region computes "
                             "from values that need a gradient, expected it to "
                             "yield one of them as it is");
    return success();
  }
};

struct SplatRule : Rule<SplatRule, tensor::SplatOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto splat = cast<tensor::SplatOp>(op);
    Value gradient = gradients.get(builder, splat.getResult());
    gradients.add(builder, splat.getInput(),
                  sumElements(builder, op->getLoc(), gradient));
    return success();
  }
};

struct FromElementsRule : Rule<FromElementsRule, tensor::FromElementsOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto fromElements = cast<tensor::FromElementsOp>(op);
    Location loc = op->getLoc();
    Value gradient = gradients.get(builder, fromElements.getResult());
    ArrayRef<int64_t> shape = fromElements.getType().getShape();
    SmallVector<int64_t> strides = computeStrides(shape);
    for (auto [number, element] : llvm::enumerate(fromElements.getElements())) {
      if (!gradients.isActive(element))
        continue;
      SmallVector<Value> indices;
      for (int64_t index : delinearize(number, strides))
        indices.push_back(arith::ConstantIndexOp::create(builder, loc, index));
      gradients.add(builder, element,
                    tensor::ExtractOp::create(builder, loc, gradient, indices));
    }
    return success();
  }
};

struct ExtractRule : Rule<ExtractRule, tensor::ExtractOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto extract = cast<tensor::ExtractOp>(op);
    Location loc = op->getLoc();
    Value source = extract.getTensor();
    Value next = gradients.get(builder, extract.getResult());
    gradients.accumulate(builder, source, [&](Value sum) -> Value {
      if (sum) {
        Value old =
            tensor::ExtractOp::create(builder, loc, sum, extract.getIndices());
        next = arith::AddFOp::create(builder, loc, old, next);
      } else {
        sum = createZeroLike(builder, loc, source);
      }
      return tensor::InsertOp::create(builder, loc, next, sum,
                                      extract.getIndices());
    });
    return success();
  }
};

struct InsertRule : Rule<InsertRule, tensor::InsertOp> {
  LogicalResult propagateGradient(Operation *op, OpBuilder &builder,
                                  Gradients &gradients) const {
    auto insert = cast<tensor::InsertOp>(op);
    Location loc = op->getLoc();
    Value scalar = insert.getScalar(), dest = insert.getDest();
    Value gradient = gradients.get(builder, insert.getResult());
    if (gradients.isActive(scalar))
      gradients.add(builder, scalar,
                    tensor::ExtractOp::create(builder, loc, gradient,
                                              insert.getIndices()));
    if (gradients.isActive(dest))
      gradients.add(builder, dest,
                    tensor::InsertOp::create(
                        builder, loc, createZeroLike(builder, loc, scalar),
                        gradient, insert.getIndices()));
    return success();
  }
};
} // namespace

void emb::registerTensorDerivatives(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    tensor::CastOp::attachInterface<CastRule>(*context);
    tensor::CollapseShapeOp::attachInterface<CollapseShapeRule>(*context);
    tensor::ConcatOp::attachInterface<ConcatRule>(*context);
    tensor::ExpandShapeOp::attachInterface<ExpandShapeRule>(*context);
    tensor::ExtractOp::attachInterface<ExtractRule>(*context);
    tensor::ExtractSliceOp::attachInterface<ExtractSliceRule>(*context);
    tensor::FromElementsOp::attachInterface<FromElementsRule>(*context);
    tensor::InsertOp::attachInterface<InsertRule>(*context);
    tensor::InsertSliceOp::attachInterface<InsertSliceRule>(*context);
    tensor::PadOp::attachInterface<PadRule>(*context);
    tensor::ReshapeOp::attachInterface<ReshapeRule>(*context);
    tensor::SplatOp::attachInterface<SplatRule>(*context);
  });
}
