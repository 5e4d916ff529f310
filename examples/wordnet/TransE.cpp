//===- TransE.cpp - Relations as translations -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "TransE.h"

#include "Ranking.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

namespace wordnet {

/// Rows of length 1 in any direction.
static double initUnit(uint64_t i, ArrayRef<int64_t> shape,
                       const RandomStream &random) {
  auto get = [&](uint64_t k) { return 2 * random.uniform(k) - 1; };
  uint64_t row = i - i % shape[1];
  double squares = 0;
  for (int64_t d = 0; d < shape[1]; ++d)
    squares += get(row + d) * get(row + d);
  return get(i) / std::sqrt(squares);
}

/// Row e, column q: the sum over d of |queries[q, d] - table[e, d]|. One
/// operation: functions would make a tensor with a number for each (e, q, d).
static Var getDistances(Var table, Var queries) {
  Var columns = transpose(queries, 0, 1);
  auto build = [](OpBuilder &b, Location loc,
                  ValueRange in) -> FailureOr<SmallVector<Value>> {
    auto rows = cast<RankedTensorType>(in[0].getType());
    Value zero = arith::ConstantOp::create(b, loc, b.getF32FloatAttr(0));
    Value zeros = tensor::SplatOp::create(
        b, loc, zero,
        RankedTensorType::get({rows.getDimSize(0), int64_t(blockSize)},
                              b.getF32Type()));
    AffineExpr e, q, d;
    bindDims(b.getContext(), e, q, d);
    SmallVector<AffineMap> maps = AffineMap::inferFromExprList(
        ArrayRef<SmallVector<AffineExpr, 4>>{{e, d}, {d, q}, {e, q}},
        b.getContext());
    auto op = linalg::GenericOp::create(
        b, loc, zeros.getType(), in, zeros, maps,
        ArrayRef{utils::IteratorType::parallel, utils::IteratorType::parallel,
                 utils::IteratorType::reduction},
        [](OpBuilder &b, Location loc, ValueRange args) {
          Value x = arith::SubFOp::create(b, loc, args[1], args[0]);
          x = math::AbsFOp::create(b, loc, x);
          x = arith::AddFOp::create(b, loc, args[2], x);
          linalg::YieldOp::create(b, loc, x);
        });
    return SmallVector<Value>(op.getResults());
  };
  return apply({table, columns}, 1, build)[0];
}

ModelCompileOptions buildTransE(Model &model, int64_t numEntities,
                                int64_t numRelations) {
  Var entities =
      model.input("entities", DType::I32, {kDynamicSize, kDynamicSize});
  Var relations = model.input("relations", DType::I32, {kDynamicSize});
  Var corruptHead = model.input("corrupt_head", DType::I1, {kDynamicSize});
  Var queries = model.input("queries", DType::F32, {blockSize, dim});

  double bound = 6 / std::sqrt(double(dim));
  Embedding entity(model, "entity",
                   {.numEmbeddings = numEntities,
                    .embeddingDim = dim,
                    .maxNorm = 1.0,
                    .init = Uniform{-bound, bound}});
  Embedding relation(model, "relation",
                     {.numEmbeddings = numRelations,
                      .embeddingDim = dim,
                      .init = InitFn(initUnit)});

  // The table as a call finds it, before the lookup changes it.
  Var distances = getDistances(entity.getWeight(), queries);

  Var vectors = entity(entities);
  Var head = select(vectors, 1, 0);
  Var tail = select(vectors, 1, 1);
  Var others = slice(vectors, 1, 2);
  Var r = relation(relations);

  Var positive = sum(abs(head + r - tail), {-1}, /*keepdim=*/true);
  Var query = where(unsqueeze(corruptHead, 1), tail - r, head + r);
  Var negative = sum(abs(unsqueeze(query, 1) - others), {-1});
  return {.loss = mean(relu(2.0 + positive - negative)),
          .functions = {{"vectors", {{"vectors", vectors}}},
                        {"query", {{"query", query}}},
                        {"distances", {{"distances", distances}}}},
          .groups = {{.optimizer = Adagrad{}, .lr = 0.1}}};
}

} // namespace wordnet
