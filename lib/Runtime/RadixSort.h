//===- RadixSort.h - Groups of indices of any table -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A stable sort by the digits of the index, the last one first, in which all
// threads take equal parts of each pass, however the indices are spread. The
// first pass reads the indices themselves. The last one writes where the
// positions will be if items are as wide as these.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_RADIXSORT_H
#define EMB_LIB_RUNTIME_RADIXSORT_H

#include "GroupOutput.h"
#include "IndexSummary.h"
#include "Threads.h"

#include <algorithm>
#include <cstring>

namespace mlir::emb::runtime {

/// How the bits of an index are dealt with.
struct RadixPlan {
  RadixPlan(int64_t numIndices, int64_t numPositions,
            const IndexSummary &summary, int32_t threads);

  static constexpr int32_t kMostDigitBits = 11;

  uint32_t numBuckets() const { return uint32_t(1) << digitBits; }
  /// Of an item: the bits in which indices differ, and its position.
  int32_t getItemBits() const { return keyBits + positionBits; }

  int64_t numIndices; ///< with padding
  int64_t numItems;   ///< without
  uint64_t common;    ///< the bits above those that differ
  int32_t keyBits;
  int32_t positionBits;
  int32_t threads;
  int32_t digitBits;
  /// Digits in which indices differ, by their first bit, ascending.
  int32_t numPasses = 0;
  int32_t shifts[64];
};

/// The low bits of an index above a position, in one word.
template <typename Word> struct PackedItem {
  /// Holds a number of items.
  using Count = uint32_t;

  Word word;

  static PackedItem make(uint64_t key, uint64_t position,
                         int32_t positionBits) {
    return {static_cast<Word>(key << positionBits | position)};
  }
  uint64_t getKey(int32_t positionBits) const { return word >> positionBits; }
  uint64_t getPosition(int32_t positionBits) const {
    return word & ((Word(1) << positionBits) - 1);
  }
  /// Bits of the item; getShift says where those of a key are.
  Word getDigit(int32_t shift, uint32_t mask) const {
    return word >> shift & mask;
  }
  static int32_t getShift(int32_t keyShift, int32_t positionBits) {
    return keyShift + positionBits;
  }
};

/// Where both do not fit a word, or there are very many.
struct WideItem {
  using Count = uint64_t;

  uint64_t key, position;

  static WideItem make(uint64_t key, uint64_t position, int32_t) {
    return {key, position};
  }
  uint64_t getKey(int32_t) const { return key; }
  uint64_t getPosition(int32_t) const { return position; }
  uint64_t getDigit(int32_t shift, uint32_t mask) const {
    return key >> shift & mask;
  }
  static int32_t getShift(int32_t keyShift, int32_t) { return keyShift; }
};

/// A sort with items that are large enough for the plan.
template <typename Item> class RadixSort {
public:
  RadixSort(const RadixPlan &plan, const IndexSources &sources,
            const GroupOutput &output)
      : plan(plan), sources(sources), output(output),
        sortsInPlace(output.positionsBits == 8 * sizeof(Item)) {}

  uint64_t getScratchBytes() const {
    int32_t numBuffers = (sortsInPlace ? 0 : 1) + (plan.numPasses > 1 ? 1 : 0);
    return numBuffers * getItemsBytes() +
           sizeof(Count) * plan.numBuckets() * plan.threads;
  }

  /// Groups into the output; returns the number of rows.
  int64_t run(void *scratch) {
    auto *bytes = static_cast<char *>(scratch);
    sorted = static_cast<Item *>(output.positions);
    if (!sortsInPlace) {
      sorted = reinterpret_cast<Item *>(bytes);
      bytes += getItemsBytes();
    }
    if (plan.numPasses > 1) {
      other = reinterpret_cast<Item *>(bytes);
      bytes += getItemsBytes();
    }
    counters = reinterpret_cast<Count *>(bytes);
    runThreads(plan.threads, [&](Team team) {
      sort(team);
      countRows(team);
      team.barrier();
      write(team);
    });
    return numRows;
  }

private:
  using Count = typename Item::Count;

  struct alignas(64) Part {
    int64_t numRows = 0;
    /// The key before those of the part; a key that there is not if none is.
    uint64_t keyBefore = kNoKey;
  };
  static constexpr uint64_t kNoKey = ~uint64_t(0);

  /// Rounded up to whole cache lines.
  uint64_t getItemsBytes() const {
    return (sizeof(Item) * plan.numIndices + 63) / 64 * 64;
  }

  //===--------------------------------------------------------------------===//
  // Passes
  //===--------------------------------------------------------------------===//

  void sort(Team team) {
    Count places[1 << RadixPlan::kMostDigitBits];
    uint32_t mask = plan.numBuckets() - 1;
    Count *own = counters + plan.numBuckets() * team.thread;
    // The last pass ends in `sorted`.
    Item *from = plan.numPasses % 2 ? other : sorted;
    Item *to = plan.numPasses % 2 ? sorted : other;
    for (int32_t pass = 0; pass < plan.numPasses; ++pass) {
      std::memset(own, 0, sizeof(Count) * plan.numBuckets());
      int32_t shift = plan.shifts[pass];
      int32_t itemShift = Item::getShift(shift, plan.positionBits);
      int64_t first = team.getFirst(plan.numItems);
      int64_t size = team.getLast(plan.numItems) - first;
      if (pass == 0)
        countIndices(team, shift, mask, own);
      else
        countItems(from + first, size, itemShift, mask, own);
      team.barrier();
      findPlaces(team, places);
      if (pass == 0)
        moveIndices(team, shift, mask, places, to);
      else
        moveItems(from + first, size, itemShift, mask, places, to);
      team.barrier();
      std::swap(from, to);
    }
  }

  void countIndices(Team team, int32_t shift, uint32_t mask,
                    Count *counts) const {
    sources.forEachRun(
        team.getFirst(plan.numIndices), team.getLast(plan.numIndices),
        [=](const auto &run, int64_t) { countRun(run, shift, mask, counts); });
  }

  /// Where the first item of each bucket goes that this thread moves: behind
  /// those of smaller buckets, and those of the threads before.
  void findPlaces(Team team, Count *places) const {
    uint32_t numBuckets = plan.numBuckets();
    Count sizes[1 << RadixPlan::kMostDigitBits];
    std::fill(places, places + numBuckets, 0);
    for (int32_t i = 0; i < team.thread; ++i)
      for (uint32_t bucket = 0; bucket < numBuckets; ++bucket)
        places[bucket] += counters[numBuckets * i + bucket];
    std::copy(places, places + numBuckets, sizes);
    for (int32_t i = team.thread; i < team.threads; ++i)
      for (uint32_t bucket = 0; bucket < numBuckets; ++bucket)
        sizes[bucket] += counters[numBuckets * i + bucket];
    Count sum = 0;
    for (uint32_t bucket = 0; bucket < numBuckets; ++bucket) {
      places[bucket] += sum;
      sum += sizes[bucket];
    }
  }

  void moveIndices(Team team, int32_t shift, uint32_t mask, Count *places,
                   Item *to) const {
    uint64_t keyMask = (uint64_t(1) << plan.keyBits) - 1;
    int32_t positionBits = plan.positionBits;
    sources.forEachPosition(
        team.getFirst(plan.numIndices), team.getLast(plan.numIndices),
        [=](const auto &run, int64_t position, int64_t step) {
          moveRun(run, position, step, keyMask, positionBits, shift, mask,
                  places, to);
        });
  }

  // Functions whose loops have everything in registers: what a lambda captures
  // would be read again after each store, which might have changed it.
  template <typename Run>
  static void countRun(Run run, int32_t shift, uint32_t mask, Count *counts) {
    for (int64_t k = 0; k < run.size; ++k) {
      int64_t index = run[k];
      if (!run.isPadding(index))
        ++counts[static_cast<uint64_t>(index) >> shift & mask];
    }
  }
  template <typename Run>
  static void moveRun(Run run, uint64_t position, uint64_t step,
                      uint64_t keyMask, int32_t positionBits, int32_t shift,
                      uint32_t mask, Count *places, Item *to) {
    for (int64_t k = 0; k < run.size; ++k, position += step) {
      int64_t index = run[k];
      if (run.isPadding(index))
        continue;
      auto key = static_cast<uint64_t>(index);
      to[places[key >> shift & mask]++] =
          Item::make(key & keyMask, position, positionBits);
    }
  }
  static void countItems(const Item *items, int64_t size, int32_t shift,
                         uint32_t mask, Count *counts) {
    for (int64_t i = 0; i < size; ++i)
      ++counts[items[i].getDigit(shift, mask)];
  }
  static void moveItems(const Item *items, int64_t size, int32_t shift,
                        uint32_t mask, Count *places, Item *to) {
    for (int64_t i = 0; i < size; ++i)
      to[places[items[i].getDigit(shift, mask)]++] = items[i];
  }

  //===--------------------------------------------------------------------===//
  // Results
  //===--------------------------------------------------------------------===//

  /// How many rows begin in this thread's part.
  void countRows(Team team) {
    int64_t first = team.getFirst(plan.numItems);
    int64_t last = team.getLast(plan.numItems);
    Part part;
    if (first > 0 && first < last)
      part.keyBefore = sorted[first - 1].getKey(plan.positionBits);
    // Of rows behind those of the last thread nobody asks.
    if (first < last && team.thread + 1 < team.threads)
      part.numRows =
          (sorted[first].getKey(plan.positionBits) != part.keyBefore) +
          countSteps(sorted + first, last - first, plan.positionBits);
    parts[team.thread] = part;
  }

  /// How often a key differs from the one before: keys are no negative numbers,
  /// so the sign of what differs, negated, says so without a comparison.
  static int64_t countSteps(const Item *items, int64_t size,
                            int32_t positionBits) {
    uint64_t steps = 0;
    for (int64_t i = 1; i < size; ++i) {
      uint64_t differ =
          items[i].getKey(positionBits) ^ items[i - 1].getKey(positionBits);
      steps += (0 - differ) >> 63;
    }
    return static_cast<int64_t>(steps);
  }

  void write(Team team) {
    int64_t firstRow = 0;
    for (int32_t i = 0; i < team.thread; ++i)
      firstRow += parts[i].numRows;
    int64_t end = 0;
    withPositions(output, [&](auto *positions) {
      withRowWriter(output, firstRow, [&](auto writer) {
        end = writePart(sorted, team.getFirst(plan.numItems),
                        team.getLast(plan.numItems), plan.positionBits,
                        plan.common, parts[team.thread].keyBefore, positions,
                        writer);
      });
    });
    if (team.thread + 1 == team.threads)
      numRows = end;
  }

  /// Returns how many rows there are up to the end of the part. Positions may
  /// take the place of items, one by one.
  template <typename Position, typename Writer>
  static int64_t writePart(const Item *items, int64_t first, int64_t last,
                           int32_t positionBits, uint64_t common,
                           uint64_t keyBefore, Position *positions,
                           Writer writer) {
    int64_t i = first;
    // A row goes on that is not this thread's to write.
    for (; i < last && items[i].getKey(positionBits) == keyBefore; ++i)
      positions[i] = static_cast<Position>(items[i].getPosition(positionBits));
    for (; i < last; ++i) {
      Item item = items[i];
      uint64_t key = item.getKey(positionBits);
      positions[i] = static_cast<Position>(item.getPosition(positionBits));
      writer.add(key != keyBefore, common | key, i);
      keyBefore = key;
    }
    return writer.getNumRows();
  }

  RadixPlan plan;
  const IndexSources &sources;
  const GroupOutput &output;
  bool sortsInPlace;
  Item *sorted = nullptr, *other = nullptr;
  /// One block of numBuckets for each thread.
  Count *counters = nullptr;
  Part parts[kMaxThreads];
  int64_t numRows = 0;
};

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_RADIXSORT_H
