//===- Linear.cpp - A product with a matrix of weights --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Layers/Layers.h"
#include "emb/Layers/Operands.h"
#include "emb/Layers/Structured.h"

using namespace mlir;
using namespace mlir::emb;

FailureOr<Value> emb::buildLinear(OpBuilder &builder, Location loc, Value x,
                                  Value weight, Value bias) {
  Operands operands(loc, "linear");
  Value *shaped[] = {&x};
  if (failed(operands.addShape(shaped, {"x"}, /*minRank=*/1)))
    return failure();
  unsigned in = cast<RankedTensorType>(x.getType()).getRank() - 1;
  unsigned out = in + 1;
  if (failed(operands.addFloats(weight, "weight", {Extent(out), Extent(in)})) ||
      failed(operands.addFloats(bias, "bias", {Extent(out)})))
    return failure();
  operands.check(builder);

  Value product = createProduct(builder, loc, extend(builder, loc, x),
                                extend(builder, loc, weight),
                                bias ? extend(builder, loc, bias) : Value());
  return truncate(builder, loc, product, operands.getElementType());
}
