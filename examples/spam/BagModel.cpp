//===- BagModel.cpp - Bag classifier of mails -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "BagModel.h"

using namespace mlir::emb;

namespace spam {

ModelCompileOptions buildBagModel(Model &model, int64_t numWords) {
  Var ids = model.input("ids", DType::I32, {kDynamicSize});
  Var offsets = model.input("offsets", DType::I32, {kDynamicSize});
  Var labels = model.input("labels", DType::I32, {kDynamicSize});

  EmbeddingBag embedding(model, "embedding",
                         {.numEmbeddings = numWords,
                          .embeddingDim = 64,
                          .mode = BagMode::Mean,
                          .includeLastOffset = true});
  Linear linear(model, "linear", {.inFeatures = 64, .outFeatures = 2});

  Var logits = linear(embedding(ids, {.offsets = offsets}));
  return {.loss = CrossEntropyLoss{}(logits, labels),
          .outputs = {{"classes", argmax(logits, 1)}},
          .groups = {{.parameters = embedding.parameters(),
                      .optimizer = SparseAdam{},
                      .lr = 0.02},
                     {.parameters = linear.parameters(),
                      .optimizer = Adam{},
                      .lr = 0.02}}};
}

Feeds feedBags(const Batch &batch) {
  auto view = [](llvm::ArrayRef<int32_t> values) {
    return TensorRef(values.data(), {static_cast<int64_t>(values.size())});
  };
  return {{"ids", view(batch.ids)}, {"offsets", view(batch.offsets)}};
}

} // namespace spam
