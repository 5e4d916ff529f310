//===- MarginRankingLoss.cpp - Which of two is larger ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Loss.h"
#include "emb/Layers/Layers.h"
#include "emb/Layers/Operands.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::emb;

FailureOr<Value>
emb::buildMarginRankingLoss(OpBuilder &builder, Location loc, Value input1,
                            Value input2, Value target,
                            const MarginRankingLossOptions &options) {
  Operands operands(loc, "margin_ranking_loss");
  Value *shaped[] = {&input1, &input2, &target};
  if (failed(operands.addShape(shaped, {"input1", "input2", "target"})))
    return failure();
  operands.check(builder);

  // max(-y (x1 - x2) + margin, 0), in this order of the operands: the gradient
  // passes where both are equal.
  auto loss = [&](OpBuilder &b, Location l, ValueRange elements) -> Value {
    Value x1 = elements[0], x2 = elements[1], y = elements[2];
    Value difference = arith::SubFOp::create(b, l, x1, x2);
    Value negated = arith::NegFOp::create(b, l, y);
    Value product = arith::MulFOp::create(b, l, negated, difference);
    Value margin = createNumber(b, l, y.getType(), options.margin);
    Value sum = arith::AddFOp::create(b, l, product, margin);
    Value zero = createNumber(b, l, y.getType(), 0.0);
    return arith::MaximumFOp::create(b, l, sum, zero);
  };
  Access accesses[] = {accessInOrder(extend(builder, loc, input1)),
                       accessInOrder(extend(builder, loc, input2)),
                       accessInOrder(extend(builder, loc, target))};
  return createElementwiseLoss(builder, loc, accesses, options.reduction,
                               operands.getElementType(), loss);
}
