//===- FactorModel.cpp - Matrix factorisation with biases -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "FactorModel.h"

using namespace mlir::emb;

namespace ratings {

ModelCompileOptions buildFactorModel(Model &model, int64_t numUsers,
                                     int64_t numItems, double average) {
  Var users = model.input("users", DType::I32, {kDynamicSize});
  Var items = model.input("items", DType::I32, {kDynamicSize});
  Var ratings = model.input("ratings", DType::F32, {kDynamicSize});

  Embedding user(model, "user",
                 {.numEmbeddings = numUsers,
                  .embeddingDim = 64,
                  .init = Normal{.std = 0.02}});
  Embedding item(model, "item",
                 {.numEmbeddings = numItems,
                  .embeddingDim = 64,
                  .init = Normal{.std = 0.02}});
  Embedding userBias(
      model, "user_bias",
      {.numEmbeddings = numUsers, .embeddingDim = 1, .init = Constant{0}});
  Embedding itemBias(
      model, "item_bias",
      {.numEmbeddings = numItems, .embeddingDim = 1, .init = Constant{0}});

  Var p = user(users), q = item(items);
  Var bias = squeeze(userBias(users) + itemBias(items), 1);
  Var predictions = average + bias + dot(p, q);
  Var error = square(predictions - ratings);
  Var size = sum(square(p) + square(q), {1});
  return {.loss = mean(error + 0.06 * size),
          .metrics = {{"squared_error", mean(error)}},
          .outputs = {{"predictions", predictions}},
          .groups = {{.optimizer = SparseAdam{}, .lr = 0.01}}};
}

std::vector<Feed> feed(const Batch &batch) {
  return {{"users", TensorRef(batch.users.data(), {batch.size()})},
          {"items", TensorRef(batch.items.data(), {batch.size()})},
          {"ratings", TensorRef(batch.values.data(), {batch.size()})}};
}

} // namespace ratings
