//===- BCEWithLogitsLoss.cpp - Cross entropy of two classes ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loss.h"
#include "emb/Layers/Layers.h"
#include "emb/Layers/Operands.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
/// A factor whose shape is the last dimensions of the input's.
class Factor {
public:
  Factor(Value value, StringRef name) : value(value), name(name) {}

  explicit operator bool() const { return static_cast<bool>(value); }

  /// Adds the factor to operands whose first one, `input`, has the extents 0,
  /// 1, ...
  LogicalResult add(Operands &operands, RankedTensorType input);

  /// How the factor is read in loops over the input, after the checks.
  Access access(OpBuilder &builder, Location loc) const;

private:
  Value value;
  StringRef name;
  /// The dimension of the input for each dimension; none for an extent of 1
  /// that stands for any.
  SmallVector<std::optional<unsigned>> loops;
};
} // namespace

LogicalResult Factor::add(Operands &operands, RankedTensorType input) {
  if (!value)
    return success();
  SmallVector<std::optional<Extent>> extents;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (type && type.getRank() > input.getRank())
    return operands.refuse() << name << " is " << type << ", expected rank "
                             << input.getRank() << " at most";
  if (type) {
    for (int64_t dim = 0, rank = type.getRank(); dim < rank; ++dim) {
      unsigned loop = input.getRank() - rank + dim;
      bool isRepeated =
          type.getDimSize(dim) == 1 && input.getDimSize(loop) != 1;
      loops.push_back(isRepeated ? std::nullopt : std::optional(loop));
      extents.push_back(isRepeated ? std::nullopt
                                   : std::optional<Extent>(loop));
    }
  }
  return operands.addFloats(value, name, extents);
}

Access Factor::access(OpBuilder &builder, Location loc) const {
  Access access = accessRepeated(builder, loc, value, loops);
  access.tensor = extend(builder, loc, access.tensor);
  return access;
}

/// (1 - y) softplus(x) + factor y softplus(-x); null is a factor of 1. With
/// r = log(1 + exp(-|x|)), softplus(x) is max(x, 0) + r.
static Value createCrossEntropy(OpBuilder &builder, Location loc, Value x,
                                Value y, Value factor) {
  Value zero = createNumber(builder, loc, x.getType(), 0.0);
  Value one = createNumber(builder, loc, x.getType(), 1.0);
  Value isPositive =
      arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGE, x, zero);
  Value negated = arith::NegFOp::create(builder, loc, x);
  Value least = arith::SelectOp::create(builder, loc, isPositive, negated, x);
  Value e = math::ExpOp::create(builder, loc, least);
  Value rest = math::Log1pOp::create(builder, loc, e);
  Value right = arith::SelectOp::create(builder, loc, isPositive, x, zero);
  Value left = arith::SelectOp::create(builder, loc, isPositive, zero, negated);
  Value ofFalse = arith::AddFOp::create(builder, loc, right, rest);
  Value ofTrue = arith::AddFOp::create(builder, loc, left, rest);
  Value share = factor ? arith::MulFOp::create(builder, loc, factor, y) : y;
  Value others = arith::SubFOp::create(builder, loc, one, y);
  return arith::AddFOp::create(
      builder, loc, arith::MulFOp::create(builder, loc, others, ofFalse),
      arith::MulFOp::create(builder, loc, share, ofTrue));
}

FailureOr<Value>
emb::buildBCEWithLogitsLoss(OpBuilder &builder, Location loc, Value input,
                            Value target, Value weight, Value posWeight,
                            const BCEWithLogitsLossOptions &options) {
  Operands operands(loc, "bce_with_logits_loss");
  Value *shaped[] = {&input, &target};
  if (failed(operands.addShape(shaped, {"input", "target"})))
    return failure();
  auto type = cast<RankedTensorType>(input.getType());
  Factor ofAll(weight, "weight"), ofTrue(posWeight, "pos_weight");
  if (failed(ofAll.add(operands, type)) || failed(ofTrue.add(operands, type)))
    return failure();
  operands.check(builder);

  SmallVector<Access> accesses = {accessInOrder(extend(builder, loc, input)),
                                  accessInOrder(extend(builder, loc, target))};
  if (ofAll)
    accesses.push_back(ofAll.access(builder, loc));
  if (ofTrue)
    accesses.push_back(ofTrue.access(builder, loc));
  auto loss = [&](OpBuilder &b, Location l, ValueRange elements) -> Value {
    Value factor = ofTrue ? elements.back() : Value();
    Value entropy = createCrossEntropy(b, l, elements[0], elements[1], factor);
    if (!ofAll)
      return entropy;
    return arith::MulFOp::create(b, l, elements[2], entropy);
  };
  return createElementwiseLoss(builder, loc, accesses, options.reduction,
                               operands.getElementType(), loss);
}
