//===- LinkPrediction.h - What a model says of entities ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_WORDNET_LINKPREDICTION_H
#define EMB_EXAMPLES_WORDNET_LINKPREDICTION_H

#include "Dataset.h"
#include "Ranking.h"
#include "emb/Model/Model.h"

namespace wordnet {

/// The ranks of the tail and of the head of each triple among all entities.
/// Blocks of questions are divided among `threads` (0: all cores).
llvm::Expected<std::vector<Rank>>
rankTriples(const mlir::emb::CompiledModel &program,
            llvm::ArrayRef<Triple> triples, const KnownTriples &known,
            int64_t numEntities, int threads);

struct Neighbour {
  int32_t entity;
  float distance;
};

/// Of each entity (at most blockSize of them) the `count` nearest others, the
/// nearest first.
llvm::Expected<std::vector<std::vector<Neighbour>>>
findNeighbours(const mlir::emb::CompiledModel &program,
               llvm::ArrayRef<int32_t> entities, size_t count,
               int64_t numEntities);

} // namespace wordnet

#endif // EMB_EXAMPLES_WORDNET_LINKPREDICTION_H
