//===- Gradients.cpp - Constants for differentiation rules ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/Gradients.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

Value emb::createConstantLike(OpBuilder &builder, Location loc, Value like,
                              double number) {
  auto element = cast<FloatType>(getElementTypeOrSelf(like));
  Value scalar = arith::ConstantOp::create(
      builder, loc, builder.getFloatAttr(element, number));
  auto type = dyn_cast<RankedTensorType>(like.getType());
  if (!type)
    return scalar;
  // Not a constant tensor: it would be stored in the object code.
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, like);
  Value empty = tensor::EmptyOp::create(builder, loc, sizes, element);
  if (empty.getType() != type)
    empty = tensor::CastOp::create(builder, loc, type, empty);
  return linalg::FillOp::create(builder, loc, scalar, empty).getResult(0);
}

Value emb::createZeroLike(OpBuilder &builder, Location loc, Value like) {
  return createConstantLike(builder, loc, like, 0.0);
}
