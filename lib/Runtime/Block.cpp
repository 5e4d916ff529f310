//===- Block.cpp - Memory from the system ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Runtime/RuntimeABI.h"

#include <cstdlib>
#include <sys/mman.h>

namespace {

// No machine has more address space than this.
constexpr uint64_t kMaxBytes = uint64_t(1) << 47;

uint64_t roundUp(uint64_t value, uint64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Maps `bytes` (a multiple of the page size) at an address that is a multiple
/// of EMB_HUGE_PAGE.
void *mapAligned(uint64_t bytes) {
  uint64_t reserved = bytes + EMB_HUGE_PAGE;
  void *map = mmap(nullptr, reserved, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED)
    return nullptr;
  auto begin = reinterpret_cast<uintptr_t>(map);
  uintptr_t aligned = roundUp(begin, EMB_HUGE_PAGE);
  if (aligned != begin)
    munmap(map, aligned - begin);
  if (uint64_t tail = begin + reserved - (aligned + bytes))
    munmap(reinterpret_cast<void *>(aligned + bytes), tail);
  void *data = reinterpret_cast<void *>(aligned);
  madvise(data, bytes, MADV_HUGEPAGE);
  return data;
}

} // namespace

int32_t embBlockAllocate(uint64_t bytes, EmbBlock *block) {
  *block = EmbBlock{nullptr, 0, 0};
  if (bytes > kMaxBytes)
    return EMB_OUT_OF_MEMORY;
  if (bytes >= EMB_HUGE_PAGE) {
    uint64_t capacity = roundUp(bytes, 4096);
    if (void *data = mapAligned(capacity))
      *block = EmbBlock{data, capacity, 1};
  } else {
    uint64_t capacity = roundUp(bytes ? bytes : 1, EMB_ALIGNMENT);
    if (void *data = std::aligned_alloc(EMB_ALIGNMENT, capacity))
      *block = EmbBlock{data, capacity, 0};
  }
  return block->data ? EMB_OK : EMB_OUT_OF_MEMORY;
}

void embBlockFree(EmbBlock *block) {
  if (block->mapped)
    munmap(block->data, block->capacity);
  else
    std::free(block->data);
  *block = EmbBlock{nullptr, 0, 0};
}
