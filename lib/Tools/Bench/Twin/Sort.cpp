//===- Sort.cpp - A radix sort inside a parallel region -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sort.h"

#include <cstring>

using namespace mlir::emb::bench;

// More counters than this no longer fit next to the data in the caches.
static constexpr int kMostBits = 11;

Sort::Sort(const TwinArguments &arguments, int threads, TwinMemory &memory)
    : threads(threads) {
  int needed = 0;
  while ((arguments.rows - 1) >> needed)
    ++needed;
  passes = needed ? (needed + kMostBits - 1) / kMostBits : 1;
  bits = needed ? (needed + passes - 1) / passes : 1;
  size_t bytes = sizeof(Pair) * arguments.numLookups;
  pairs[0] = static_cast<Pair *>(memory.get(0, bytes));
  pairs[1] = static_cast<Pair *>(memory.get(1, bytes));
  counters = static_cast<uint32_t *>(
      memory.get(2, sizeof(uint32_t) * (size_t(threads) << bits)));
}

namespace {

/// Occurrences as they come: row numbers with the bag or the number of each.
template <typename Index> class Occurrences {
public:
  Occurrences(const TwinArguments &arguments, bool fromBags)
      : indices(static_cast<const Index *>(arguments.indices)),
        offsets(static_cast<const Index *>(arguments.offsets)),
        bagSize(arguments.bagSize), bags(arguments.bags), fromBags(fromBags) {}

  uint32_t getRow(int64_t i) const { return indices[i]; }

  /// Calls visit(pair) for occurrences [first, last).
  template <typename Visit>
  void forEach(int64_t first, int64_t last, Visit visit) const {
    if (first == last)
      return;
    if (!fromBags) {
      for (int64_t i = first; i < last; ++i)
        visit(Pair{getRow(i), static_cast<uint32_t>(i)});
      return;
    }
    int64_t bag = findBag(first);
    int64_t end = getEnd(bag);
    for (int64_t i = first; i < last; ++i) {
      while (i == end)
        end = getEnd(++bag);
      visit(Pair{getRow(i), static_cast<uint32_t>(bag)});
    }
  }

private:
  int64_t getEnd(int64_t bag) const {
    return offsets ? static_cast<int64_t>(offsets[bag + 1])
                   : (bag + 1) * bagSize;
  }
  int64_t findBag(int64_t i) const {
    int64_t low = 0, high = bags - 1;
    while (low < high) {
      int64_t middle = (low + high) / 2;
      if (getEnd(middle) <= i)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  const Index *indices, *offsets;
  int64_t bagSize, bags;
  bool fromBags;
};

} // namespace

/// Turns the counts of all threads into where this thread's elements go.
static void makeStarts(uint32_t *counters, uint32_t *starts, int bits,
                       int thread, int threads) {
  uint32_t sum = 0;
  size_t buckets = size_t(1) << bits;
  for (size_t bucket = 0; bucket < buckets; ++bucket) {
    uint32_t before = 0, all = 0;
    for (int other = 0; other < threads; ++other) {
      uint32_t count = counters[(size_t(other) << bits) + bucket];
      before += other < thread ? count : 0;
      all += count;
    }
    starts[bucket] = sum + before;
    sum += all;
  }
}

template <typename Index>
static const Pair *sortPairs(Sort &sort, const TwinArguments &arguments,
                             bool fromBags, int thread) {
  Occurrences<Index> occurrences(arguments, fromBags);
  int64_t n = arguments.numLookups;
  int64_t first = getFirst(n, thread, sort.threads);
  int64_t last = getFirst(n, thread + 1, sort.threads);
  uint32_t *counters = sort.counters + (size_t(thread) << sort.bits);
  uint32_t mask = (uint32_t(1) << sort.bits) - 1;
  uint32_t starts[1 << kMostBits];
  Pair *source = sort.pairs[1], *target = sort.pairs[0];
  for (int pass = 0; pass < sort.passes; ++pass) {
    int shift = pass * sort.bits;
    std::memset(counters, 0, sizeof(uint32_t) << sort.bits);
    if (pass == 0)
      for (int64_t i = first; i < last; ++i)
        ++counters[occurrences.getRow(i) & mask];
    else
      for (int64_t i = first; i < last; ++i)
        ++counters[(source[i].row >> shift) & mask];
#pragma omp barrier
    makeStarts(sort.counters, starts, sort.bits, thread, sort.threads);
    auto put = [&](Pair pair) {
      target[starts[(pair.row >> shift) & mask]++] = pair;
    };
    if (pass == 0)
      occurrences.forEach(first, last, put);
    else
      for (int64_t i = first; i < last; ++i)
        put(source[i]);
#pragma omp barrier
    Pair *next = source;
    source = target;
    target = next;
  }
  return source;
}

const Pair *Sort::run(const TwinArguments &arguments, bool fromBags,
                      int thread) {
  return arguments.wide
             ? sortPairs<int64_t>(*this, arguments, fromBags, thread)
             : sortPairs<int32_t>(*this, arguments, fromBags, thread);
}
