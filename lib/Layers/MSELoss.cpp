//===- MSELoss.cpp - The square of what is wrong --------------------------===//
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

static Value createSquareOfDifference(OpBuilder &builder, Location loc,
                                      ValueRange elements) {
  Value difference =
      arith::SubFOp::create(builder, loc, elements[0], elements[1]);
  return arith::MulFOp::create(builder, loc, difference, difference);
}

FailureOr<Value> emb::buildMSELoss(OpBuilder &builder, Location loc,
                                   Value input, Value target,
                                   const MSELossOptions &options) {
  Operands operands(loc, "mse_loss");
  Value *shaped[] = {&input, &target};
  if (failed(operands.addShape(shaped, {"input", "target"})))
    return failure();
  operands.check(builder);
  Access accesses[] = {accessInOrder(extend(builder, loc, input)),
                       accessInOrder(extend(builder, loc, target))};
  return createElementwiseLoss(builder, loc, accesses, options.reduction,
                               operands.getElementType(),
                               createSquareOfDifference);
}
