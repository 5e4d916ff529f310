//===- Batches.cpp - Triples and false ones beside them -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Batches.h"

#include "common/Shuffle.h"

using namespace llvm;
using namespace mlir::emb;

namespace wordnet {

Batches::Batches(ArrayRef<Triple> triples, int64_t numEntities,
                 int64_t numOthers, uint64_t seed, unsigned epoch)
    : numColumns(2 + numOthers) {
  RandomStream random(seed, "others of epoch " + std::to_string(epoch));
  uint64_t drawn = 0;
  entities.reserve(triples.size() * numColumns);
  for (uint32_t i : examples::getShuffledOrder(triples.size(), seed, epoch)) {
    entities.push_back(triples[i].head);
    entities.push_back(triples[i].tail);
    for (int64_t k = 0; k < numOthers; ++k)
      entities.push_back(
          static_cast<int32_t>(random.uniform(drawn++) * numEntities));
    relations.push_back(triples[i].relation);
    corruptHead.push_back(random.uniform(drawn++) < 0.5);
  }
}

Batches::Batches(ArrayRef<Triple> triples, bool corruptHead)
    : numColumns(2), corruptHead(triples.size(), corruptHead) {
  for (auto [head, relation, tail] : triples) {
    entities.push_back(head);
    entities.push_back(tail);
    relations.push_back(relation);
  }
}

std::vector<Feed> Batches::feed(size_t batch) const {
  return feed(batch * batchSize, getBatchSize(batch));
}

std::vector<Feed> Batches::feedAll() const { return feed(0, getNumTriples()); }

std::vector<Feed> Batches::feed(size_t begin, size_t size) const {
  int64_t rows = size, columns = numColumns;
  TensorRef heads(const_cast<uint8_t *>(corruptHead.data() + begin), DType::I1,
                  {rows});
  return {{"entities",
           TensorRef(entities.data() + begin * numColumns, {rows, columns})},
          {"relations", TensorRef(relations.data() + begin, {rows})},
          {"corrupt_head", heads.asReadOnly()}};
}

} // namespace wordnet
