//===- Reductions.cpp - Functions over dimensions -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reductions.h"

#include "Dimensions.h"
#include "ElementFunction.h"

#include "emb/Model/Functions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::emb;

using arith::CmpFPredicate;
using arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// What reductions are made of
//===----------------------------------------------------------------------===//

SmallVector<OpFoldResult> emb::getExtentsOf(OpBuilder &builder, Location loc,
                                            Value tensor,
                                            ArrayRef<unsigned> dims) {
  return llvm::map_to_vector(dims, [&](unsigned dim) {
    return tensor::getMixedSize(builder, loc, tensor, dim);
  });
}

Type emb::getSumType(Type elementType, unsigned numReduced, unsigned rank) {
  if (isa<IntegerType>(elementType))
    return IntegerType::get(elementType.getContext(), 64);
  if (numReduced == rank)
    return Float64Type::get(elementType.getContext());
  return getComputeType(elementType);
}

static unsigned getRank(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getRank();
}

/// linalg.reduce of `x` over `dims` into `init`.
template <typename OpTy>
static Value createReduce(OpBuilder &builder, Location loc, Value x, Value init,
                          ArrayRef<unsigned> dims) {
  return linalg::ReduceOp::create(
             builder, loc, x, init, SmallVector<int64_t>(dims),
             [](OpBuilder &b, Location l, ValueRange elements) {
               Value combined =
                   OpTy::create(b, l, elements.back(), elements.front());
               linalg::YieldOp::create(b, l, combined);
             })
      ->getResult(0);
}

Value emb::createSumOver(OpBuilder &builder, Location loc, Value x,
                         ArrayRef<unsigned> dims, TermFn term) {
  auto type = cast<RankedTensorType>(x.getType());
  Type element = type.getElementType();
  Type sumType = getSumType(element, dims.size(), type.getRank());
  SmallVector<unsigned> kept = getOtherDimensions(dims, type.getRank());
  Value zeros =
      createZeros(builder, loc, getExtentsOf(builder, loc, x, kept), sumType);
  if (!term && element == sumType)
    return isa<FloatType>(element)
               ? createReduce<arith::AddFOp>(builder, loc, x, zeros, dims)
               : createReduce<arith::AddIOp>(builder, loc, x, zeros, dims);
  auto getTerm = [&](OpBuilder &b, Location l,
                     ValueRange elements) -> SmallVector<Value> {
    Value value = elements.front();
    if (element.isInteger(1))
      return {arith::ExtUIOp::create(b, l, sumType, value)};
    if (isa<IntegerType>(element))
      return {element == sumType
                  ? value
                  : arith::ExtSIOp::create(b, l, sumType, value).getResult()};
    if (!term)
      return {value};
    Type computeType = getComputeType(element);
    if (element != computeType)
      value = arith::ExtFOp::create(b, l, computeType, value);
    return {term(b, l, value)};
  };
  return createSum(builder, loc, accessInOrder(x), {zeros, kept}, getTerm);
}

/// What any element of `element` is at least, or at most.
static Value createLast(OpBuilder &builder, Location loc, Type element,
                        bool isMax) {
  TypedAttr last;
  if (isa<FloatType>(element)) {
    double infinity = std::numeric_limits<double>::infinity();
    last = builder.getFloatAttr(element, isMax ? -infinity : infinity);
  } else {
    unsigned width = element.getIntOrFloatBitWidth();
    last = builder.getIntegerAttr(element,
                                  isMax ? APInt::getSignedMinValue(width)
                                        : APInt::getSignedMaxValue(width));
  }
  return arith::ConstantOp::create(builder, loc, last);
}

Value emb::createExtremumOver(OpBuilder &builder, Location loc, Value x,
                              ArrayRef<unsigned> dims, bool isMax) {
  auto type = cast<RankedTensorType>(x.getType());
  Type element = type.getElementType();
  SmallVector<unsigned> kept = getOtherDimensions(dims, type.getRank());
  Value init = createFilled(builder, loc, getExtentsOf(builder, loc, x, kept),
                            createLast(builder, loc, element, isMax));
  if (isa<FloatType>(element))
    return isMax ? createReduce<arith::MaximumFOp>(builder, loc, x, init, dims)
                 : createReduce<arith::MinimumFOp>(builder, loc, x, init, dims);
  return isMax ? createReduce<arith::MaxSIOp>(builder, loc, x, init, dims)
               : createReduce<arith::MinSIOp>(builder, loc, x, init, dims);
}

/// A function of the elements of `x`, which is of a compute type.
static Value
createMapOf(OpBuilder &builder, Location loc, Value x,
            llvm::function_ref<Value(OpBuilder &, Location, Value)> compute) {
  return createMap(builder, loc, accessInOrder(x), getExtents(builder, loc, x),
                   getElementTypeOrSelf(x),
                   [&](OpBuilder &b, Location l, ValueRange elements) {
                     return SmallVector<Value>{compute(b, l, elements[0])};
                   })
      .front();
}

/// `sum`, of the extents of `x` in `dims` divided by their product.
static Value createQuotient(OpBuilder &builder, Location loc, Value sum,
                            Value x, ArrayRef<unsigned> dims) {
  Type type = getElementTypeOrSelf(sum);
  Value count =
      createFloat(builder, loc, createNumElements(builder, loc, x, dims), type);
  Value divisor =
      builder.createOrFold<tensor::SplatOp>(loc, count, ArrayRef<int64_t>{});
  if (getRank(sum) == 0)
    return arith::DivFOp::create(builder, loc, sum, divisor);
  return createMap(builder, loc, {accessInOrder(sum), Access{divisor, {}}},
                   getExtents(builder, loc, sum), type,
                   [](OpBuilder &b, Location l, ValueRange elements) {
                     return SmallVector<Value>{
                         arith::DivFOp::create(b, l, elements[0], elements[1])};
                   })
      .front();
}

/// A reduction of `x` over `dims` by `reduce`, which gets them counted from the
/// front, ascending. Floats are rounded to the type of the elements.
static Var
buildReduction(StringRef name, Var x, ArrayRef<int64_t> dims, bool keepdim,
               SourceLocation loc, bool ofFloats,
               llvm::function_ref<FailureOr<Value>(OpBuilder &, Location, Value,
                                                   ArrayRef<unsigned>)>
                   reduce) {
  return buildOne(
      loc, {x},
      [&](OpBuilder &builder, Location l, ValueRange in) -> FailureOr<Value> {
        FailureOr<RankedTensorType> type = ofFloats
                                               ? getFloatTensor(l, name, in[0])
                                               : getTensor(l, name, in[0]);
        if (failed(type))
          return failure();
        FailureOr<SmallVector<unsigned>> normalized =
            getDimensions(l, name, dims, *type);
        if (failed(normalized))
          return failure();
        FailureOr<Value> reduced = reduce(builder, l, in[0], *normalized);
        if (failed(reduced))
          return failure();
        Type element = type->getElementType();
        Value result = *reduced;
        if (isa<FloatType>(getElementTypeOrSelf(result)))
          result = truncate(builder, l, result, element);
        if (keepdim)
          result = createUnitDimensions(builder, l, result, *normalized);
        return result;
      });
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

Var emb::sum(Var x, ArrayRef<int64_t> dims, bool keepdim, SourceLocation loc) {
  return buildReduction("sum", x, dims, keepdim, loc, /*ofFloats=*/false,
                        [](OpBuilder &b, Location l, Value x,
                           ArrayRef<unsigned> dims) -> FailureOr<Value> {
                          return createSumOver(b, l, x, dims);
                        });
}

Var emb::mean(Var x, ArrayRef<int64_t> dims, bool keepdim, SourceLocation loc) {
  return buildReduction("mean", x, dims, keepdim, loc, /*ofFloats=*/true,
                        [](OpBuilder &b, Location l, Value x,
                           ArrayRef<unsigned> dims) -> FailureOr<Value> {
                          Value sum = createSumOver(b, l, x, dims);
                          return createQuotient(b, l, sum, x, dims);
                        });
}

/// `sum` to the power 1 / p. The gradient at 0 is 0.
static Value createRoot(OpBuilder &builder, Location loc, Value sum, double p) {
  return createMapOf(
      builder, loc, sum, [&](OpBuilder &b, Location l, Value x) -> Value {
        Value zero = createNumber(b, l, x.getType(), 0);
        Value one = createNumber(b, l, x.getType(), 1);
        Value isZero = arith::CmpFOp::create(b, l, CmpFPredicate::OEQ, x, zero);
        Value safe = arith::SelectOp::create(b, l, isZero, one, x);
        Value root;
        if (p == 2)
          root = math::SqrtOp::create(b, l, safe);
        else
          root = math::PowFOp::create(b, l, safe,
                                      createNumber(b, l, x.getType(), 1 / p));
        return arith::SelectOp::create(b, l, isZero, zero, root);
      });
}

/// The largest magnitude; 0 of nothing.
static Value createMaxNorm(OpBuilder &builder, Location loc, Value x,
                           ArrayRef<unsigned> dims) {
  SmallVector<unsigned> kept = getOtherDimensions(dims, getRank(x));
  Value zeros = createZeros(builder, loc, getExtentsOf(builder, loc, x, kept),
                            getElementTypeOrSelf(x));
  auto maxOf = [](OpBuilder &b, Location l,
                  ValueRange elements) -> SmallVector<Value> {
    Value magnitude = math::AbsFOp::create(b, l, elements[0]);
    return {arith::MaximumFOp::create(b, l, elements[1], magnitude)};
  };
  return createGeneric(builder, loc, accessInOrder(x), zeros, kept, maxOf)
      .front();
}

Var emb::norm(Var x, double p, ArrayRef<int64_t> dims, bool keepdim,
              SourceLocation loc) {
  auto reduce = [&](OpBuilder &b, Location l, Value x,
                    ArrayRef<unsigned> dims) -> FailureOr<Value> {
    if (!(p > 0))
      return emitError(l) << "norm: p is " << llvm::formatv("{0}", p).str()
                          << ", expected a number above 0";
    if (std::isinf(p))
      return createMaxNorm(b, l, x, dims);
    Value sum = createSumOver(
        b, l, x, dims, [&](OpBuilder &b, Location l, Value x) -> Value {
          if (p == 2)
            return arith::MulFOp::create(b, l, x, x);
          Value magnitude = math::AbsFOp::create(b, l, x);
          if (p == 1)
            return magnitude;
          return math::PowFOp::create(b, l, magnitude,
                                      createNumber(b, l, x.getType(), p));
        });
    return p == 1 ? sum : createRoot(b, l, sum, p);
  };
  return buildReduction("norm", x, dims, keepdim, loc, /*ofFloats=*/true,
                        reduce);
}

//===----------------------------------------------------------------------===//
// Maxima
//===----------------------------------------------------------------------===//

/// Refuses extents of `x` in `dims` that are 0.
static LogicalResult verifyNotEmpty(Location loc, StringRef name, Value x,
                                    ArrayRef<unsigned> dims) {
  auto type = cast<RankedTensorType>(x.getType());
  if (type.getElementType().isInteger(1))
    return emitError(loc) << name << ": x is " << type
                          << ", expected floats or integers";
  for (unsigned dim : dims)
    if (type.getDimSize(dim) == 0)
      return emitError(loc) << name << ": x, dimension " << dim << ": found 0 ("
                            << type << "), expected at least 1";
  return success();
}

static Var buildExtremum(StringRef name, bool isMax, Var x,
                         ArrayRef<int64_t> dims, bool keepdim,
                         SourceLocation loc) {
  return buildReduction(name, x, dims, keepdim, loc, /*ofFloats=*/false,
                        [&](OpBuilder &b, Location l, Value x,
                            ArrayRef<unsigned> dims) -> FailureOr<Value> {
                          if (failed(verifyNotEmpty(l, name, x, dims)))
                            return failure();
                          return createExtremumOver(b, l, x, dims, isMax);
                        });
}

Var emb::amax(Var x, ArrayRef<int64_t> dims, bool keepdim, SourceLocation loc) {
  return buildExtremum("amax", /*isMax=*/true, x, dims, keepdim, loc);
}
Var emb::amin(Var x, ArrayRef<int64_t> dims, bool keepdim, SourceLocation loc) {
  return buildExtremum("amin", /*isMax=*/false, x, dims, keepdim, loc);
}

/// Whether `x` comes before the best element so far, which is further in front.
static Value isBetter(OpBuilder &b, Location l, Value x, Value best) {
  if (isa<IntegerType>(x.getType()))
    return arith::CmpIOp::create(b, l, CmpIPredicate::sgt, x, best);
  // Larger, or NaN, and the best is none.
  Value isLarger = arith::CmpFOp::create(b, l, CmpFPredicate::UGT, x, best);
  Value isNumber = arith::CmpFOp::create(b, l, CmpFPredicate::ORD, best, best);
  return arith::AndIOp::create(b, l, isLarger, isNumber);
}

/// The position along `dim` of the first of the largest elements.
static Value createArgMax(OpBuilder &builder, Location loc, Value x,
                          unsigned dim) {
  SmallVector<unsigned> kept = getOtherDimensions(dim, getRank(x));
  SmallVector<OpFoldResult> extents = getExtentsOf(builder, loc, x, kept);
  Type i64 = builder.getI64Type();
  Value inits[] = {
      createFilled(builder, loc, extents,
                   createLast(builder, loc, getElementTypeOrSelf(x),
                              /*isMax=*/true)),
      createZeros(builder, loc, extents, i64)};
  auto step = [&](OpBuilder &b, Location l,
                  ValueRange elements) -> SmallVector<Value> {
    Value isNew = isBetter(b, l, elements[0], elements[1]);
    Value index = linalg::IndexOp::create(b, l, dim);
    Value position = arith::IndexCastOp::create(b, l, i64, index);
    return {
        arith::SelectOp::create(b, l, isNew, elements[0], elements[1]),
        arith::SelectOp::create(b, l, isNew, position, elements[2]),
    };
  };
  return createGeneric(builder, loc, accessInOrder(x), inits, kept, step)[1];
}

Var emb::argmax(Var x, int64_t dim, SourceLocation loc) {
  return buildReduction("argmax", x, dim, /*keepdim=*/false, loc,
                        /*ofFloats=*/false,
                        [](OpBuilder &b, Location l, Value x,
                           ArrayRef<unsigned> dims) -> FailureOr<Value> {
                          if (failed(verifyNotEmpty(l, "argmax", x, dims)))
                            return failure();
                          return createArgMax(b, l, x, dims.front());
                        });
}
