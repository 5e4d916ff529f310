//===- Arena.cpp - Memory of a context, kept between calls ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arena.h"

#include "emb/Support/Check.h"

#include <cstdlib>

using namespace mlir::emb::runtime;

// Bins are 64-byte steps up to 512 bytes, then eight steps per doubling. A bin
// is named by the smallest block it may hold.
int32_t Arena::getBin(uint64_t bytes) {
  if (bytes < 512)
    return static_cast<int32_t>(bytes / 64);
  int32_t log = 63 - __builtin_clzll(bytes);
  int32_t step = static_cast<int32_t>((bytes >> (log - 3)) & 7);
  int32_t bin = 8 + (log - 9) * 8 + step;
  return bin < kNumBins ? bin : kNumBins - 1;
}

uint64_t Arena::getBinSize(int32_t bin) {
  if (bin < 8)
    return static_cast<uint64_t>(bin) * 64;
  int32_t log = (bin - 8) / 8 + 9;
  return static_cast<uint64_t>(8 + (bin - 8) % 8) << (log - 3);
}

Arena::~Arena() {
  for (int32_t i = 0; i < numRecords; ++i)
    embBlockFree(&records[i].block);
  std::free(records);
}

bool Arena::reserveRecord() {
  if (numRecords < recordCapacity)
    return true;
  int32_t capacity = recordCapacity ? recordCapacity * 2 : 32;
  void *grown = std::realloc(records, sizeof(Record) * capacity);
  if (!grown)
    return false;
  ++systemAllocations;
  records = static_cast<Record *>(grown);
  recordCapacity = capacity;
  return true;
}

void Arena::addFree(int32_t record) {
  Record &r = records[record];
  int32_t bin = getBin(r.block.capacity);
  r.inUse = false;
  r.nextFree = bins[bin];
  bins[bin] = record;
}

void Arena::rebuildBins() {
  for (int32_t &bin : bins)
    bin = -1;
  int32_t kept = 0;
  for (int32_t i = 0; i < numRecords; ++i)
    if (records[i].block.data)
      records[kept++] = records[i];
  numRecords = kept;
  // Pushed last to first: a call that asks for the same sizes in the same order
  // gets the same blocks.
  for (int32_t i = numRecords - 1; i >= 0; --i)
    if (!records[i].inUse)
      addFree(i);
  binsValid = true;
}

void Arena::releaseFreeBlocks() {
  for (int32_t i = 0; i < numRecords; ++i) {
    Record &r = records[i];
    if (r.inUse || !r.block.data)
      continue;
    bytesHeld -= r.block.capacity;
    embBlockFree(&r.block);
  }
  rebuildBins();
}

void *Arena::allocate(uint64_t bytes) {
  if (!binsValid)
    rebuildBins();
  // The first bin that holds only blocks that are large enough.
  int32_t wanted = getBin(bytes > 64 ? bytes : 64);
  if (getBinSize(wanted) < bytes)
    ++wanted;
  // Reuse of a block up to twice the size beats asking the system.
  for (int32_t bin = wanted; bin <= wanted + 8 && bin < kNumBins; ++bin) {
    int32_t record = bins[bin];
    if (record < 0)
      continue;
    Record &r = records[record];
    EMB_CHECK(!r.inUse, "a block in a bin is free");
    EMB_CHECK(r.block.capacity >= bytes, "a bin holds only large blocks");
    bins[bin] = r.nextFree;
    r.inUse = true;
    r.lastUsed = call;
    return r.block.data;
  }

  if (!reserveRecord())
    return nullptr;
  uint64_t size = getBinSize(wanted);
  if (limit && bytesHeld + size > limit) {
    releaseFreeBlocks();
    if (bytesHeld + size > limit)
      size = (bytes + 63) / 64 * 64;
    if (bytesHeld + size > limit)
      return nullptr;
  }
  EmbBlock block;
  if (embBlockAllocate(size, &block) != EMB_OK) {
    releaseFreeBlocks();
    if (embBlockAllocate(size, &block) != EMB_OK)
      return nullptr;
  }
  ++systemAllocations;
  bytesHeld += block.capacity;
  records[numRecords++] = Record{block, call, -1, true};
  return block.data;
}

void Arena::release(void *data) {
  for (int32_t i = numRecords - 1; i >= 0; --i)
    if (records[i].inUse && records[i].block.data == data)
      return addFree(i);
  EMB_CHECK(false, "only blocks in use are released");
}

void Arena::beginCall() {
  ++call;
  for (int32_t i = 0; i < numRecords; ++i) {
    Record &r = records[i];
    r.inUse = false;
    if (r.block.data && r.lastUsed + kKeepCalls < call) {
      bytesHeld -= r.block.capacity;
      embBlockFree(&r.block);
    }
  }
  rebuildBins();
  // The limit may have been lowered since.
  if (limit && bytesHeld > limit)
    releaseFreeBlocks();
}

EmbBlock Arena::detach(const void *pointer) {
  auto address = reinterpret_cast<uintptr_t>(pointer);
  for (int32_t i = 0; i < numRecords; ++i) {
    Record &r = records[i];
    auto begin = reinterpret_cast<uintptr_t>(r.block.data);
    if (!r.inUse || address < begin || address - begin >= r.block.capacity)
      continue;
    EmbBlock block = r.block;
    EMB_CHECK(bytesHeld >= block.capacity, "every block is counted");
    r = Record{EmbBlock{nullptr, 0, 0}, 0, -1, false};
    bytesHeld -= block.capacity;
    return block;
  }
  return EmbBlock{nullptr, 0, 0};
}

void Arena::adopt(EmbBlock block) {
  if (!block.data)
    return;
  if ((limit && bytesHeld + block.capacity > limit) || !reserveRecord())
    return embBlockFree(&block);
  if (!binsValid)
    rebuildBins();
  bytesHeld += block.capacity;
  records[numRecords] = Record{block, call, -1, false};
  addFree(numRecords++);
}

uint64_t Arena::getBytesInUse() const {
  uint64_t sum = 0;
  for (int32_t i = 0; i < numRecords; ++i)
    if (records[i].inUse)
      sum += records[i].block.capacity;
  return sum;
}
