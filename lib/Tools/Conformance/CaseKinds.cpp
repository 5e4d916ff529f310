//===- CaseKinds.cpp - The kinds of cases ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CaseRun.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

namespace {
/// An op, or with a trailing '*' all that begin so.
struct CaseKind {
  StringLiteral op;
  RunCase run;
};
} // namespace

static constexpr CaseKind kinds[] = {
    {"embedding", runEmbedding},
    {"embedding_bag", runEmbeddingBag},
    {"two_lookups", runTwoLookups},
    {"optimizer", runOptimizer},
    {"error", runError},
    {"linear", runLinear},
    {"lstm", runLSTM},
    {"loss_*", runLoss},
    {"train_einsum_mse", runTrainEinsum},
    {"train_matrix_factorization", runTrainFactorization},
    {"train_text_classifier", runTrainClassifier},
    {"train_transe", runTrainTransE},
    {"onehot_linear_vs_embedding", runOneHotLinear},
    {"clone_matmul_max_norm", runCloneMatmul},
};

RunCase conformance::findCaseKind(StringRef op) {
  for (const CaseKind &kind : kinds) {
    StringRef name = kind.op;
    if (name == op || (name.consume_back("*") && op.starts_with(name)))
      return kind.run;
  }
  return nullptr;
}
