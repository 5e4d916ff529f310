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
  /// Null: the op is known, but needs layers or differentiation.
  RunCase run;
};
} // namespace

static constexpr CaseKind kinds[] = {
    {"embedding", runEmbedding},
    {"embedding_bag", runEmbeddingBag},
    {"two_lookups", runTwoLookups},
    {"optimizer", runOptimizer},
    {"error", runError},
    {"linear", nullptr},
    {"lstm", nullptr},
    {"loss_*", nullptr},
    {"train_*", nullptr},
    {"onehot_linear_vs_embedding", nullptr},
    {"clone_matmul_max_norm", nullptr},
};

std::optional<RunCase> conformance::findCaseKind(StringRef op) {
  for (const CaseKind &kind : kinds) {
    StringRef name = kind.op;
    if (name == op || (name.consume_back("*") && op.starts_with(name)))
      return kind.run;
  }
  return std::nullopt;
}
