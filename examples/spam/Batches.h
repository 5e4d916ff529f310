//===- Batches.h - Mails in a shuffled order, cut into batches --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_SPAM_BATCHES_H
#define EMB_EXAMPLES_SPAM_BATCHES_H

#include "Dataset.h"

namespace spam {

/// Some mails, as views. Mail b of the batch holds ids[offsets[b] ..
/// offsets[b + 1]): there is one offset more than mails, and the last one is
/// the number of ids (`include_last_offset` of `emb.bag`).
struct Batch {
  llvm::ArrayRef<int32_t> ids, offsets, labels;

  size_t size() const { return labels.size(); }
};

/// All mails in some order, cut into batches of `batchSize` (the last one may
/// be smaller). The ids of an order lie one after the other, and so do the
/// offsets: a batch is a part of them and copies nothing.
class Batches {
public:
  /// The mails in their own order. `mails` must outlive this; `batchSize` > 0.
  Batches(const Mails &mails, size_t batchSize);

  /// Puts the mails into a new order, a permutation of their numbers; batches
  /// from before become invalid.
  void arrange(std::vector<uint32_t> order);

  size_t size() const;
  Batch operator[](size_t index) const;

private:
  void layOut();

  const Mails &mails;
  const size_t batchSize;
  std::vector<uint32_t> order;
  /// Of all batches. Those of batch i begin at starts[i], at
  /// i * (batchSize + 1) and at i * batchSize.
  std::vector<int32_t> ids, offsets, labels;
  std::vector<size_t> starts;
};

} // namespace spam

#endif // EMB_EXAMPLES_SPAM_BATCHES_H
