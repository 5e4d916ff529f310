//===- Softmax.cpp - Exponentials over a dimension ------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The largest element is subtracted first. It cancels out, and so is a constant
// to differentiation.
//
//===----------------------------------------------------------------------===//

#include "Dimensions.h"
#include "Graph.h"
#include "Reductions.h"

#include "emb/Dialect/Emb/IR/Emb.h"
#include "emb/Model/Functions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace mlir;
using namespace mlir::emb;

using arith::CmpFPredicate;

namespace {
/// Exponentials of a tensor over one dimension, in the compute type.
class Exponentials {
public:
  Exponentials(OpBuilder &builder, Location loc, Value tensor, unsigned dim);

  Value createLogSumExp();
  Value createSoftmax();
  Value createLogSoftmax();

private:
  using Fn = llvm::function_ref<Value(OpBuilder &, Location, ValueRange)>;
  /// What `compute` makes of the elements of `inputs`, for those of the first
  /// one.
  Value map(ArrayRef<Access> inputs, Fn compute);
  /// The sums of exp(x - shift).
  Access createSums(const Access &shift);

  OpBuilder &builder;
  Location loc;
  Type type;
  Access x;
  /// The dimensions of what has one value for all along the dimension.
  SmallVector<unsigned> kept;
  Access max;
};
} // namespace

Exponentials::Exponentials(OpBuilder &builder, Location loc, Value tensor,
                           unsigned dim)
    : builder(builder), loc(loc),
      x(accessInOrder(extend(builder, loc, tensor))) {
  type = getElementTypeOrSelf(x.tensor);
  kept = getOtherDimensions(dim, x.loops.size());
  Value constant = DetachOp::create(builder, loc, x.tensor);
  max = {createExtremumOver(builder, loc, constant, dim, /*isMax=*/true), kept};
}

Value Exponentials::map(ArrayRef<Access> inputs, Fn compute) {
  return createMap(builder, loc, inputs,
                   getExtents(builder, loc, inputs.front().tensor), type,
                   [&](OpBuilder &b, Location l, ValueRange elements) {
                     return SmallVector<Value>{compute(b, l, elements)};
                   })
      .front();
}

static Value createShiftedExp(OpBuilder &b, Location l, ValueRange elements) {
  Value shifted = arith::SubFOp::create(b, l, elements[0], elements[1]);
  return math::ExpOp::create(b, l, shifted);
}

Access Exponentials::createSums(const Access &shift) {
  Value zeros = createZeros(builder, loc,
                            getExtentsOf(builder, loc, x.tensor, kept), type);
  return {createSum(builder, loc, {x, shift}, {zeros, kept},
                    [](OpBuilder &b, Location l, ValueRange elements) {
                      return SmallVector<Value>{
                          createShiftedExp(b, l, elements)};
                    }),
          kept};
}

Value Exponentials::createLogSumExp() {
  // An infinite one would make NaN of infinity - infinity.
  Value finite =
      map(accessInOrder(max.tensor),
          [&](OpBuilder &b, Location l, ValueRange elements) -> Value {
            Value infinity = createNumber(
                b, l, type, std::numeric_limits<double>::infinity());
            Value magnitude = math::AbsFOp::create(b, l, elements[0]);
            Value isInfinite = arith::CmpFOp::create(b, l, CmpFPredicate::OEQ,
                                                     magnitude, infinity);
            Value zero = createNumber(b, l, type, 0);
            return arith::SelectOp::create(b, l, isInfinite, zero, elements[0]);
          });
  Access sums = createSums({finite, kept});
  return map({accessInOrder(sums.tensor), accessInOrder(finite)},
             [](OpBuilder &b, Location l, ValueRange elements) -> Value {
               Value log = math::LogOp::create(b, l, elements[0]);
               return arith::AddFOp::create(b, l, log, elements[1]);
             });
}

Value Exponentials::createSoftmax() {
  Value e = map({x, max}, createShiftedExp);
  Value zeros = createZeros(builder, loc,
                            getExtentsOf(builder, loc, x.tensor, kept), type);
  Value sums = createSum(builder, loc, accessInOrder(e), {zeros, kept},
                         [](OpBuilder &, Location, ValueRange elements) {
                           return SmallVector<Value>{elements[0]};
                         });
  return map({accessInOrder(e), {sums, kept}},
             [](OpBuilder &b, Location l, ValueRange elements) -> Value {
               return arith::DivFOp::create(b, l, elements[0], elements[1]);
             });
}

Value Exponentials::createLogSoftmax() {
  Value logs = math::LogOp::create(builder, loc, createSums(max).tensor);
  return map({x, max, {logs, kept}},
             [](OpBuilder &b, Location l, ValueRange elements) -> Value {
               Value shifted =
                   arith::SubFOp::create(b, l, elements[0], elements[1]);
               return arith::SubFOp::create(b, l, shifted, elements[2]);
             });
}

static Var build(StringRef name, Var x, int64_t dim, bool keepdim,
                 SourceLocation loc, Value (Exponentials::*create)()) {
  return buildOne(
      loc, {x},
      [&](OpBuilder &builder, Location l, ValueRange in) -> FailureOr<Value> {
        FailureOr<RankedTensorType> type = getFloatTensor(l, name, in[0]);
        if (failed(type))
          return failure();
        FailureOr<unsigned> normalized =
            getDimension(l, name, dim, type->getRank(), *type);
        if (failed(normalized))
          return failure();
        Exponentials exponentials(builder, l, in[0], *normalized);
        Value result = truncate(builder, l, (exponentials.*create)(),
                                type->getElementType());
        if (keepdim)
          result = createUnitDimensions(builder, l, result, *normalized);
        return result;
      });
}

Var emb::logsumexp(Var x, int64_t dim, bool keepdim, SourceLocation loc) {
  return build("logsumexp", x, dim, keepdim, loc,
               &Exponentials::createLogSumExp);
}

Var emb::softmax(Var x, int64_t dim, SourceLocation loc) {
  return build("softmax", x, dim, /*keepdim=*/false, loc,
               &Exponentials::createSoftmax);
}

Var emb::logSoftmax(Var x, int64_t dim, SourceLocation loc) {
  return build("logSoftmax", x, dim, /*keepdim=*/false, loc,
               &Exponentials::createLogSoftmax);
}
