//===- Arena.h - Memory of a context, kept between calls --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_ARENA_H
#define EMB_LIB_RUNTIME_ARENA_H

#include "emb/Runtime/RuntimeABI.h"

namespace mlir::emb::runtime {

/// Blocks of memory, in use by the running call or free. Freed blocks are found
/// again by size, so that a call like the one before asks the system for
/// nothing. Not thread-safe.
class Arena {
public:
  Arena() = default;
  Arena(const Arena &) = delete;
  ~Arena();

  /// Null if the memory cannot be had. `bytes` is at most 2^47.
  void *allocate(uint64_t bytes);
  /// Makes a block of this call free again before the call ends.
  void release(void *data);
  /// Makes all blocks free; gives those to the system that were not used for
  /// kKeepCalls calls.
  void beginCall();

  /// Moves the block that contains `pointer` to the caller; an empty one if
  /// there is none in use.
  EmbBlock detach(const void *pointer);
  void adopt(EmbBlock block);

  uint64_t getBytesHeld() const { return bytesHeld; }
  uint64_t getBytesInUse() const;
  uint64_t getSystemAllocations() const { return systemAllocations; }
  uint64_t getLimit() const { return limit; }
  void setLimit(uint64_t bytes) { limit = bytes; }

private:
  static constexpr uint64_t kKeepCalls = 32;
  static constexpr int32_t kNumBins = 8 * 48;

  struct Record {
    EmbBlock block;
    uint64_t lastUsed;
    int32_t nextFree; ///< in its bin, or -1
    bool inUse;
  };

  static int32_t getBin(uint64_t bytes);
  static uint64_t getBinSize(int32_t bin);
  bool reserveRecord();
  void addFree(int32_t record);
  void rebuildBins();
  void releaseFreeBlocks();

  Record *records = nullptr;
  int32_t numRecords = 0;
  int32_t recordCapacity = 0;
  /// First free record of each size, or -1.
  int32_t bins[kNumBins];
  bool binsValid = false;
  uint64_t call = 0;
  uint64_t bytesHeld = 0;
  uint64_t limit = 0;
  uint64_t systemAllocations = 0;
};

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_ARENA_H
