//===- Traffic.h - Bytes that steps have to move ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_SPAM_TRAFFIC_H
#define EMB_EXAMPLES_SPAM_TRAFFIC_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace spam {

/// Counts the bytes that training steps cannot avoid to move for their rows:
/// each word reads a row of the table on the way forward and a row of gradient
/// on the way back; for each distinct word of a batch, a row of the table and
/// of Adam's two running means is read and written.
class Traffic {
public:
  explicit Traffic(int64_t bytesPerRow) : bytesPerRow(bytesPerRow) {}

  void addBatch(llvm::ArrayRef<int32_t> ids) {
    int64_t distinct = 0;
    ++batch;
    for (int32_t id : ids) {
      if (lastBatch.size() <= static_cast<size_t>(id))
        lastBatch.resize(id + 1);
      distinct += lastBatch[id] != batch;
      lastBatch[id] = batch;
    }
    rows += 2 * ids.size() + 2 * 3 * distinct;
  }

  int64_t getBytes() const { return rows * bytesPerRow; }

private:
  int64_t bytesPerRow, rows = 0;
  /// By id: the number of the last batch that had it.
  std::vector<uint64_t> lastBatch;
  uint64_t batch = 0;
};

} // namespace spam

#endif // EMB_EXAMPLES_SPAM_TRAFFIC_H
