//===- LstmModel.cpp - LSTM classifier of mails ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LstmModel.h"

using namespace mlir::emb;

namespace spam {

ModelCompileOptions buildLstmModel(Model &model, int64_t numWords) {
  Var ids = model.input("ids", DType::I32, {kDynamicSize, kSequenceLength});
  Var labels = model.input("labels", DType::I32, {kDynamicSize});

  Embedding embedding(model, "embedding",
                      {.numEmbeddings = numWords,
                       .embeddingDim = 64,
                       .paddingIdx = Vocabulary::padding});
  LSTM lstm(model, "lstm",
            {.inputSize = 64, .hiddenSize = 128, .batchFirst = true});
  Linear linear(model, "linear", {.inFeatures = 128, .outFeatures = 2});

  Var last = select(lstm(embedding(ids)).state.h, 0, -1);
  Var logits = linear(last);
  return {.loss = CrossEntropyLoss{}(logits, labels),
          .outputs = {{"classes", argmax(logits, 1)}},
          .groups = {{.parameters = embedding.parameters(),
                      .optimizer = SparseAdam{},
                      .lr = 0.01},
                     {.optimizer = Adam{}, .lr = 0.01}}};
}

Feeds feedSequences(const Batch &batch) {
  return {{"ids",
           TensorRef(batch.ids.data(),
                     {static_cast<int64_t>(batch.size()), kSequenceLength})}};
}

} // namespace spam
