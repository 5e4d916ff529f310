//===- Parts.cpp - Tensors cut and joined ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Dimensions.h"
#include "Graph.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Layers/Operands.h"
#include "emb/Layers/Structured.h"
#include "emb/Model/Functions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::emb;

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

namespace {
/// A tensor and one of its dimensions.
struct Along {
  Value tensor;
  RankedTensorType type;
  unsigned dim;
  /// Null if a step knows it only.
  std::optional<int64_t> extent;
};
} // namespace

static FailureOr<Along> getAlong(Location loc, StringRef name, Value x,
                                 int64_t dim) {
  FailureOr<RankedTensorType> type = getTensor(loc, name, x);
  if (failed(type))
    return failure();
  FailureOr<unsigned> position =
      getDimension(loc, name, dim, type->getRank(), *type);
  if (failed(position))
    return failure();
  Along along{x, *type, *position, std::nullopt};
  if (!type->isDynamicDim(*position))
    along.extent = type->getDimSize(*position);
  return along;
}

/// `size` elements along the dimension from `offset` on; without it if
/// `isDropped`, `size` being 1.
static Value createSlice(OpBuilder &builder, Location loc, const Along &along,
                         OpFoldResult offset, OpFoldResult size,
                         bool isDropped = false) {
  SmallVector<OpFoldResult> offsets(along.type.getRank(),
                                    builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(along.type.getRank(),
                                    builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = getExtents(builder, loc, along.tensor);
  offsets[along.dim] = offset;
  sizes[along.dim] = size;
  SmallVector<OpFoldResult> kept = sizes;
  if (isDropped)
    kept.erase(kept.begin() + along.dim);
  // A slice begins within the tensor.
  if (llvm::any_of(sizes, isZeroInteger))
    return tensor::EmptyOp::create(builder, loc, kept,
                                   along.type.getElementType());
  auto type = along.type.clone(decomposeMixedValues(kept).first);
  return tensor::ExtractSliceOp::create(builder, loc, type, along.tensor,
                                        offsets, sizes, strides);
}

static Value createExtent(OpBuilder &builder, Location loc,
                          const Along &along) {
  return builder.createOrFold<tensor::DimOp>(loc, along.tensor, along.dim);
}

/// `index` from the front, or from the end if it is negative, which the step
/// checks.
static Value createCheckedIndex(OpBuilder &builder, Location loc,
                                const Along &along, int64_t index) {
  Value extent = createExtent(builder, loc, along);
  Type i64 = builder.getI64Type();
  Value position = arith::ConstantIntOp::create(builder, loc, index, 64);
  if (index < 0)
    position = arith::AddIOp::create(
        builder, loc, arith::IndexCastOp::create(builder, loc, i64, extent),
        position);
  Value indices = tensor::FromElementsOp::create(
      builder, loc, RankedTensorType::get({}, i64), position);
  Value checked =
      CheckIndicesOp::create(builder, loc, indices, extent, "select: index")
          .getResult();
  return arith::IndexCastOp::create(
      builder, loc, builder.getIndexType(),
      tensor::ExtractOp::create(builder, loc, checked, ValueRange()));
}

Var emb::select(Var x, int64_t dim, int64_t index, SourceLocation loc) {
  return buildOne(
      loc, {x},
      [&](OpBuilder &b, Location l, ValueRange in) -> FailureOr<Value> {
        FailureOr<Along> along = getAlong(l, "select", in[0], dim);
        if (failed(along))
          return failure();
        OpFoldResult offset;
        if (std::optional<int64_t> extent = along->extent) {
          if (index < -*extent || index >= *extent)
            return emitError(l)
                   << "select: found index " << index << " for dimension "
                   << along->dim << " of " << along->type << ", expected "
                   << -*extent << " to " << *extent - 1;
          offset = b.getIndexAttr(index < 0 ? index + *extent : index);
        } else {
          offset = createCheckedIndex(b, l, *along, index);
        }
        return createSlice(b, l, *along, offset, b.getIndexAttr(1),
                           /*isDropped=*/true);
      });
}

/// A bound of a slice, counted from the front and limited to the extent.
static Value createBound(OpBuilder &builder, Location loc, const Along &along,
                         int64_t bound) {
  Value extent = createExtent(builder, loc, along);
  Value number = arith::ConstantIndexOp::create(builder, loc, bound);
  if (bound >= 0)
    return arith::MinSIOp::create(builder, loc, number, extent);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value position = arith::AddIOp::create(builder, loc, extent, number);
  return arith::MaxSIOp::create(builder, loc, position, zero);
}

static Value createDynamicSlice(OpBuilder &builder, Location loc,
                                const Along &along, int64_t start,
                                std::optional<int64_t> end) {
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value first = start == 0 ? zero : createBound(builder, loc, along, start);
  Value last = end ? createBound(builder, loc, along, *end)
                   : createExtent(builder, loc, along);
  Value size = builder.createOrFold<arith::SubIOp>(loc, last, first);
  // The end may lie before the start.
  if (end && start != 0)
    size = arith::MaxSIOp::create(builder, loc, size, zero);
  return createSlice(builder, loc, along, getAsOpFoldResult(first),
                     getAsOpFoldResult(size));
}

Var emb::slice(Var x, int64_t dim, int64_t start, std::optional<int64_t> end,
               SourceLocation loc) {
  return buildOne(
      loc, {x},
      [&](OpBuilder &b, Location l, ValueRange in) -> FailureOr<Value> {
        FailureOr<Along> along = getAlong(l, "slice", in[0], dim);
        if (failed(along))
          return failure();
        if (start == 0 && !end)
          return in[0];
        if (!along->extent)
          return createDynamicSlice(b, l, *along, start, end);
        int64_t extent = *along->extent;
        auto limit = [&](int64_t bound) {
          bound = bound < 0 ? bound + extent : bound;
          return std::clamp<int64_t>(bound, 0, extent);
        };
        int64_t first = limit(start), last = limit(end.value_or(extent));
        return createSlice(b, l, *along, b.getIndexAttr(first),
                           b.getIndexAttr(std::max<int64_t>(last - first, 0)));
      });
}

//===----------------------------------------------------------------------===//
// Joins
//===----------------------------------------------------------------------===//

/// Refuses operands of the function `name` that are not tensors of one element
/// type and one rank.
static FailureOr<RankedTensorType> verifyAlike(Location loc, StringRef name,
                                               ValueRange operands) {
  FailureOr<RankedTensorType> first = getTensor(loc, name, operands.front());
  if (failed(first))
    return failure();
  for (auto [number, operand] : llvm::enumerate(operands)) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type || type.getRank() != first->getRank() ||
        type.getElementType() != first->getElementType())
      return emitError(loc)
             << name << ": operand " << number << " is " << operand.getType()
             << ", expected rank " << first->getRank() << " and elements of "
             << first->getElementType() << " as operand 0";
  }
  return first;
}

/// Checks that the operands have the same extents, but of dimension `except`.
static LogicalResult unify(OpBuilder &builder, Location loc, StringRef name,
                           MutableArrayRef<Value> operands,
                           std::optional<unsigned> except) {
  Operands bound(loc, name);
  for (auto [number, operand] : llvm::enumerate(operands)) {
    SmallVector<std::optional<Extent>> extents;
    unsigned rank = cast<RankedTensorType>(operand.getType()).getRank();
    for (unsigned dim = 0; dim < rank; ++dim)
      extents.push_back(dim == except ? std::nullopt
                                      : std::optional<Extent>(dim));
    if (failed(bound.addTensor(operand, ("operand " + Twine(number)).str(),
                               extents)))
      return failure();
  }
  bound.check(builder);
  return success();
}

static Var buildJoin(
    StringRef name, ArrayRef<Var> operands, SourceLocation loc,
    llvm::function_ref<FailureOr<Value>(OpBuilder &, Location, RankedTensorType,
                                        SmallVector<Value> &)>
        create) {
  return buildOne(
      loc, operands,
      [&](OpBuilder &builder, Location l, ValueRange in) -> FailureOr<Value> {
        FailureOr<RankedTensorType> type = verifyAlike(l, name, in);
        if (failed(type))
          return failure();
        SmallVector<Value> values(in);
        return create(builder, l, *type, values);
      });
}

Var emb::concat(ArrayRef<Var> operands, int64_t dim, SourceLocation loc) {
  return buildJoin(
      "concat", operands, loc,
      [&](OpBuilder &b, Location l, RankedTensorType type,
          SmallVector<Value> &values) -> FailureOr<Value> {
        FailureOr<unsigned> position =
            getDimension(l, "concat", dim, type.getRank(), type);
        if (failed(position) ||
            failed(unify(b, l, "concat", values, *position)))
          return failure();
        return tensor::ConcatOp::create(b, l, *position, values).getResult();
      });
}

Var emb::stack(ArrayRef<Var> operands, int64_t dim, SourceLocation loc) {
  return buildJoin(
      "stack", operands, loc,
      [&](OpBuilder &b, Location l, RankedTensorType type,
          SmallVector<Value> &values) -> FailureOr<Value> {
        FailureOr<unsigned> position =
            getDimension(l, "stack", dim, type.getRank() + 1, type);
        if (failed(position) ||
            failed(unify(b, l, "stack", values, std::nullopt)))
          return failure();
        for (Value &value : values)
          value = createUnitDimensions(b, l, value, *position);
        return tensor::ConcatOp::create(b, l, *position, values).getResult();
      });
}

//===----------------------------------------------------------------------===//
// Repetitions
//===----------------------------------------------------------------------===//

Var emb::expand(Var x, ArrayRef<int64_t> shape, SourceLocation loc) {
  return buildOne(
      loc, {x},
      [&](OpBuilder &b, Location l, ValueRange in) -> FailureOr<Value> {
        FailureOr<RankedTensorType> type = getTensor(l, "expand", in[0]);
        if (failed(type))
          return failure();
        int64_t rank = shape.size(), added = rank - type->getRank();
        if (added < 0)
          return emitError(l)
                 << "expand: found " << rank << " extents for " << *type;
        SmallVector<OpFoldResult> extents;
        SmallVector<std::optional<unsigned>> loops;
        SmallVector<int64_t> repeated;
        for (int64_t dim = 0; dim < rank; ++dim) {
          int64_t wanted = shape[dim];
          int64_t found = dim < added ? 1 : type->getDimSize(dim - added);
          bool isKept = dim >= added && (wanted < 0 || wanted == found);
          if (!isKept && (found != 1 || wanted < 0))
            return emitError(l)
                   << "expand: extent " << dim << " of the result: found "
                   << wanted << " for " << *type << ", expected -1"
                   << (dim < added ? " only where x has a dimension"
                                   : " or that of x, which is not 1");
          if (!isKept)
            repeated.push_back(dim);
          if (dim >= added)
            loops.push_back(isKept ? std::optional<unsigned>(dim)
                                   : std::nullopt);
          extents.push_back(isKept
                                ? tensor::getMixedSize(b, l, in[0], dim - added)
                                : b.getIndexAttr(wanted));
        }
        if (repeated.empty())
          return in[0];
        Value source = accessRepeated(b, l, in[0], loops).tensor;
        Value empty =
            tensor::EmptyOp::create(b, l, extents, type->getElementType());
        return linalg::BroadcastOp::create(b, l, source, empty, repeated)
            ->getResult(0);
      });
}
