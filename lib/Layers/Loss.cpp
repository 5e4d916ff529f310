//===- Loss.cpp - What losses have in common ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loss.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

Value emb::createTotal(OpBuilder &builder, Location loc,
                       ArrayRef<Access> inputs, LossFn loss) {
  Value zero = createZeros(builder, loc, {}, builder.getF64Type());
  return createSum(builder, loc, inputs, {zero, {}},
                   [&](OpBuilder &b, Location l, ValueRange elements) {
                     return SmallVector<Value>{loss(b, l, elements)};
                   });
}

Value emb::createCount(OpBuilder &builder, Location loc, Value index) {
  Value number = createFloat(builder, loc, index, builder.getF64Type());
  return builder.createOrFold<tensor::SplatOp>(loc, number,
                                               ArrayRef<int64_t>{});
}

Value emb::createLoss(OpBuilder &builder, Location loc, Value total,
                      Value count, Type elementType) {
  if (count)
    total = arith::DivFOp::create(builder, loc, total, count);
  return truncate(builder, loc, total, elementType);
}

Value emb::createElementwiseLoss(OpBuilder &builder, Location loc,
                                 ArrayRef<Access> inputs, Reduction reduction,
                                 Type elementType, LossFn loss) {
  Value first = inputs.front().tensor;
  if (reduction == Reduction::None) {
    Value losses =
        createMap(builder, loc, inputs, getExtents(builder, loc, first),
                  getComputeType(elementType),
                  [&](OpBuilder &b, Location l, ValueRange elements) {
                    return SmallVector<Value>{loss(b, l, elements)};
                  })
            .front();
    return truncate(builder, loc, losses, elementType);
  }
  Value total = createTotal(builder, loc, inputs, loss);
  Value count;
  if (reduction == Reduction::Mean)
    count = createCount(
        builder, loc,
        createNumElements(builder, loc, first, accessInOrder(first).loops));
  return createLoss(builder, loc, total, count, elementType);
}
