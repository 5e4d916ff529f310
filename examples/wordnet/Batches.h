//===- Batches.h - Triples and false ones beside them -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_WORDNET_BATCHES_H
#define EMB_EXAMPLES_WORDNET_BATCHES_H

#include "Dataset.h"
#include "emb/Model/Model.h"

namespace wordnet {

/// Triples, each with other entities that stand in the place of its head or of
/// its tail.
class Batches {
public:
  static constexpr size_t batchSize = 1024;

  /// Takes the triples in a new order. For each draws `numOthers` entities, all
  /// equally likely, and whether they are heads or tails, which is, too. What
  /// is drawn is not compared with what is true. Everything depends on seed and
  /// epoch alone.
  Batches(llvm::ArrayRef<Triple> triples, int64_t numEntities,
          int64_t numOthers, uint64_t seed, unsigned epoch);
  /// Triples as they are, without others: queries for their tails, or their
  /// heads.
  Batches(llvm::ArrayRef<Triple> triples, bool corruptHead);

  size_t getNumTriples() const { return relations.size(); }
  size_t getNumBatches() const {
    return llvm::divideCeil(getNumTriples(), batchSize);
  }
  size_t getBatchSize(size_t batch) const {
    return std::min(batchSize, getNumTriples() - batch * batchSize);
  }

  /// The inputs of the model for one batch, or for all triples: views.
  std::vector<mlir::emb::Feed> feed(size_t batch) const;
  std::vector<mlir::emb::Feed> feedAll() const;

private:
  std::vector<mlir::emb::Feed> feed(size_t begin, size_t size) const;

  /// Of an entity triple: head, tail, others.
  size_t numColumns;
  std::vector<int32_t> entities;
  std::vector<int32_t> relations;
  /// 0 or 1.
  std::vector<uint8_t> corruptHead;
};

} // namespace wordnet

#endif // EMB_EXAMPLES_WORDNET_BATCHES_H
