//===- Like.cpp - Tensors that know no operand, and anything else ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Dimensions.h"
#include "ElementFunction.h"

#include "emb/Layers/Structured.h"
#include "emb/Model/Functions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::emb;

Var emb::fullLike(Var x, double number, SourceLocation loc) {
  return buildOne(
      loc, {x},
      [&](OpBuilder &b, Location l, ValueRange in) -> FailureOr<Value> {
        Type element = getElementTypeOrSelf(in[0]);
        if (failed(verifyNumber(l, "fullLike: number", number, element)))
          return failure();
        Value constant = createConstant(b, l, element, number);
        if (!isa<RankedTensorType>(in[0].getType()))
          return constant;
        return createFilled(b, l, getExtents(b, l, in[0]), constant);
      });
}

Var emb::zerosLike(Var x, SourceLocation loc) { return fullLike(x, 0, loc); }
Var emb::onesLike(Var x, SourceLocation loc) { return fullLike(x, 1, loc); }

Var emb::arangeLike(Var x, int64_t dim, SourceLocation loc) {
  return buildOne(
      loc, {x},
      [&](OpBuilder &b, Location l, ValueRange in) -> FailureOr<Value> {
        FailureOr<RankedTensorType> type = getTensor(l, "arangeLike", in[0]);
        if (failed(type))
          return failure();
        FailureOr<unsigned> position =
            getDimension(l, "arangeLike", dim, type->getRank(), *type);
        if (failed(position))
          return failure();
        Type i64 = b.getI64Type();
        return createMap(b, l, {}, tensor::getMixedSize(b, l, in[0], *position),
                         i64,
                         [&](OpBuilder &b, Location l, ValueRange) {
                           Value index = linalg::IndexOp::create(b, l, 0);
                           return SmallVector<Value>{
                               arith::IndexCastOp::create(b, l, i64, index)};
                         })
            .front();
      });
}

std::vector<Var> emb::apply(ArrayRef<Var> operands, unsigned numResults,
                            const BuildFn &build, SourceLocation loc) {
  Graph *graph = getGraph(loc, operands);
  if (!graph) {
    for (Var operand : operands)
      if (operand.getGraph())
        return std::vector<Var>(numResults, Var(operand.getGraph(), Value()));
    return std::vector<Var>(numResults);
  }
  SmallVector<Value> values = llvm::map_to_vector(
      operands, [](Var operand) { return operand.getValue(); });
  SmallVector<Var> results = graph->build(
      loc, numResults,
      [&](OpBuilder &builder, Location l) -> FailureOr<SmallVector<Value>> {
        FailureOr<SmallVector<Value>> made = build(builder, l, values);
        if (failed(made))
          return failure();
        if (made->size() != numResults)
          return emitError(l) << "apply: found " << made->size()
                              << " results, expected " << numResults;
        for (auto [number, value] : llvm::enumerate(*made)) {
          if (!value)
            return emitError(l) << "apply: result " << number << " is null";
          Type type = value.getType();
          if (!isa<RankedTensorType>(type) && !type.isIntOrFloat())
            return emitError(l) << "apply: result " << number << " is " << type
                                << ", expected a ranked tensor or a number";
          if (!getDType(getElementTypeOrSelf(type)))
            return emitError(l) << "apply: result " << number << " is " << type
                                << ", expected elements of a DType";
        }
        return made;
      });
  return std::vector<Var>(results.begin(), results.end());
}
