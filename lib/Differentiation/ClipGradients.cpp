//===- ClipGradients.cpp - The norm of all gradients ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/ClipGradients.h"

#include "emb/Dialect/Emb/Transforms/Groups.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

namespace {
/// A p-norm: what is added up, and how.
class Norm {
public:
  Norm(ImplicitLocOpBuilder &b, double p) : b(b), p(p) {}

  /// The tensor<f64> `total` with the powers of all elements of `values`.
  Value add(Value total, Value values);

  /// The norm of elements whose powers have the sum `total`, a tensor<f64>.
  Value finish(Value total);

  Value constant(double number) {
    return arith::ConstantOp::create(b, b.getF64FloatAttr(number));
  }

private:
  /// |x|^p, or |x| where the largest counts; f64.
  Value raise(ImplicitLocOpBuilder &inside, Value x);

  /// `sums` with all elements of `values`, or their powers, added. Its
  /// dimensions are the last ones of `values`.
  Value reduce(Value sums, Value values, bool arePowers);

  ImplicitLocOpBuilder &b;
  double p;
};
} // namespace

Value Norm::raise(ImplicitLocOpBuilder &inside, Value x) {
  if (!x.getType().isF64())
    x = arith::ExtFOp::create(inside, inside.getF64Type(), x);
  if (p == 2.0)
    return arith::MulFOp::create(inside, x, x);
  x = math::AbsFOp::create(inside, x);
  if (p == 1.0 || std::isinf(p))
    return x;
  Value exponent = arith::ConstantOp::create(inside, inside.getF64FloatAttr(p));
  return math::PowFOp::create(inside, x, exponent);
}

Value Norm::reduce(Value sums, Value values, bool arePowers) {
  int64_t rank = cast<RankedTensorType>(values.getType()).getRank();
  int64_t numKept = cast<RankedTensorType>(sums.getType()).getRank();
  AffineMap maps[] = {
      b.getMultiDimIdentityMap(rank),
      AffineMap::getMinorIdentityMap(rank, numKept, b.getContext())};
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::reduction);
  std::fill_n(iterators.rbegin(), numKept, utils::IteratorType::parallel);
  auto buildBody = [&](OpBuilder &nested, Location loc, ValueRange args) {
    ImplicitLocOpBuilder inside(loc, nested);
    Value power = arePowers ? args[0] : raise(inside, args[0]);
    // The largest one; NaN if there is one.
    Value sum = std::isinf(p)
                    ? Value(arith::MaximumFOp::create(inside, args[1], power))
                    : Value(arith::AddFOp::create(inside, args[1], power));
    linalg::YieldOp::create(inside, sum);
  };
  auto generic = linalg::GenericOp::create(b, sums.getType(), values, sums,
                                           maps, iterators, buildBody);
  return generic.getResult(0);
}

Value Norm::add(Value total, Value values) {
  if (cast<RankedTensorType>(values.getType()).getRank() < 2)
    return reduce(total, values, /*arePowers=*/false);
  // Columns first: their sums do not wait for each other.
  OpFoldResult columns = tensor::getMixedSizes(b, b.getLoc(), values).back();
  Value empty = tensor::EmptyOp::create(b, columns, b.getF64Type());
  Value zeros = linalg::FillOp::create(b, constant(0.0), empty).getResult(0);
  Value sums = reduce(zeros, values, /*arePowers=*/false);
  return reduce(total, sums, /*arePowers=*/true);
}

Value Norm::finish(Value total) {
  Value sum = tensor::ExtractOp::create(b, total);
  if (p == 2.0)
    return math::SqrtOp::create(b, sum);
  if (p == 1.0 || std::isinf(p))
    return sum;
  return math::PowFOp::create(b, sum, constant(1.0 / p));
}

/// The summed gradient of every row that has one, distinct rows x D.
static Value coalesce(ImplicitLocOpBuilder &b,
                      const ClippedGradient &gradient) {
  GroupOp group = createGroup(b, b.getLoc(), gradient.sources, gradient.table);
  auto table = cast<RankedTensorType>(gradient.table.getType());
  auto type =
      RankedTensorType::get({group.getNumOccurrences(), table.getDimSize(1)},
                            getComputeType(table.getElementType()));
  Value rows = CoalesceOp::create(b, type, gradient.sources, group.getResults())
                   .getResult();
  // What follows the distinct rows is unspecified.
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  SmallVector<OpFoldResult> sizes{group.getCount(),
                                  b.getIndexAttr(table.getDimSize(1))};
  return tensor::ExtractSliceOp::create(b, rows, {zero, zero}, sizes,
                                        {one, one});
}

Value emb::buildClipCoefficient(OpBuilder &builder, Location loc,
                                ArrayRef<ClippedGradient> gradients,
                                double maxNorm, double normType) {
  ImplicitLocOpBuilder b(loc, builder);
  Norm norm(b, normType);
  auto scalar = RankedTensorType::get({}, b.getF64Type());
  Value total =
      arith::ConstantOp::create(b, DenseElementsAttr::get(scalar, 0.0));
  for (const ClippedGradient &gradient : gradients)
    total = norm.add(total,
                     gradient.dense ? gradient.dense : coalesce(b, gradient));
  Value denominator =
      arith::AddFOp::create(b, norm.finish(total), norm.constant(1e-6));
  Value ratio = arith::DivFOp::create(b, norm.constant(maxNorm), denominator);
  // A comparison, so that NaN stays.
  Value one = norm.constant(1.0);
  Value isLarge =
      arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, ratio, one);
  return arith::SelectOp::create(b, isLarge, one, ratio);
}
