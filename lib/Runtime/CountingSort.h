//===- CountingSort.h - Groups of indices of small tables -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One counter for each row there may be. Its rows and bounds are the group's,
// so only positions move, once, and no indices are written.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_COUNTINGSORT_H
#define EMB_LIB_RUNTIME_COUNTINGSORT_H

#include "GroupOutput.h"
#include "IndexSummary.h"
#include "Threads.h"

#include <cstring>

namespace mlir::emb::runtime {

class CountingSort {
public:
  /// The indices of `sources`, `numIndices` with padding, are `common` with any
  /// of the low `keyBits` bits; numIndices < 2^32.
  CountingSort(const IndexSources &sources, int64_t numIndices,
               const IndexSummary &summary, int32_t threads,
               const GroupOutput &output)
      : sources(sources), numIndices(numIndices), output(output),
        common(summary.getCommonBits()),
        numCounters(int64_t(1) << summary.getKeyBits()), threads(threads) {}

  uint64_t getScratchBytes() const {
    return sizeof(uint32_t) * numCounters * threads;
  }

  /// Groups into the output; returns the number of rows.
  int64_t run(void *scratch) {
    counters = static_cast<uint32_t *>(scratch);
    runThreads(threads, [&](Team team) {
      count(team);
      team.barrier();
      sumUp(team);
      team.barrier();
      withWidth(output.rowsBits, [&](auto row) {
        withWidth(output.boundsBits, [&](auto bound) {
          auto *rows = static_cast<decltype(row) *>(output.rows);
          auto *bounds = static_cast<decltype(bound) *>(output.bounds);
          if (team.threads == 1)
            writeRows<true>(team, rows, bounds);
          else
            writeRows<false>(team, rows, bounds);
        });
      });
      team.barrier();
      writePositions(team);
    });
    int64_t numRows = 0;
    for (int32_t i = 0; i < threads; ++i)
      numRows += parts[i].numRows;
    return numRows;
  }

private:
  /// What the counters of a thread's rows come to.
  struct alignas(64) Part {
    int64_t numRows = 0, numItems = 0;
  };

  void count(Team team) {
    uint32_t *own = counters + numCounters * team.thread;
    std::memset(own, 0, sizeof(uint32_t) * numCounters);
    uint64_t mask = numCounters - 1;
    sources.forEachRun(
        team.getFirst(numIndices), team.getLast(numIndices),
        [=](const auto &run, int64_t) { countRun(run, mask, own); });
  }

  /// Adds up the counters of a part of the rows.
  void sumUp(Team team) {
    Part part;
    int64_t last = team.getLast(numCounters);
    if (team.threads == 1) {
      for (int64_t row = 0; row < last; ++row)
        part.numRows += counters[row] != 0;
      parts[0] = part;
      return;
    }
    for (int64_t row = team.getFirst(numCounters); row < last; ++row) {
      uint32_t size = counters[row];
      for (int32_t i = 1; i < team.threads; ++i)
        size += counters[numCounters * i + row];
      part.numRows += size != 0;
      part.numItems += size;
    }
    parts[team.thread] = part;
  }

  /// Makes of each thread's counter of a row the place of its first position;
  /// returns the place that follows.
  template <bool kAlone>
  int64_t takePlaces(Team team, int64_t row, int64_t place) {
    int32_t threads = kAlone ? 1 : team.threads;
    for (int32_t i = 0; i < threads; ++i) {
      uint32_t &counter = counters[numCounters * i + row];
      uint32_t size = counter;
      counter = static_cast<uint32_t>(place);
      place += size;
    }
    return place;
  }

  /// Writes the rows and bounds of a part of the counters. Each row is written,
  /// and what has no occurrences is overwritten by the next one, without a
  /// branch; so the last one written has some.
  template <bool kAlone, typename Row, typename Bound>
  void writeRows(Team team, Row *rows, Bound *bounds) {
    int64_t number = 0, place = 0;
    for (int32_t i = 0; i < team.thread; ++i) {
      number += parts[i].numRows;
      place += parts[i].numItems;
    }
    int64_t row = team.getFirst(numCounters);
    int64_t last = number + parts[team.thread].numRows;
    for (; number < last; ++row) {
      int64_t begin = place;
      rows[number] = static_cast<Row>(common | row);
      bounds[number] = static_cast<Bound>(begin);
      place = takePlaces<kAlone>(team, row, place);
      number += place != begin;
    }
  }

  void writePositions(Team team) {
    uint32_t *places = counters + numCounters * team.thread;
    uint64_t mask = numCounters - 1;
    int64_t first = team.getFirst(numIndices), last = team.getLast(numIndices);
    withPositions(output, [&](auto *positions) {
      sources.forEachPosition(
          first, last, [=](const auto &run, int64_t position, int64_t step) {
            writeRun(run, position, step, mask, places, positions);
          });
    });
  }

  // Functions whose loops have everything in registers: what a lambda captures
  // would be read again after each store, which might have changed it.
  template <typename Run>
  static void countRun(Run run, uint64_t mask, uint32_t *counts) {
    for (int64_t k = 0; k < run.size; ++k) {
      int64_t index = run[k];
      if (!run.isPadding(index))
        ++counts[index & mask];
    }
  }
  template <typename Run, typename Position>
  static void writeRun(Run run, int64_t position, int64_t step, uint64_t mask,
                       uint32_t *places, Position *positions) {
    for (int64_t k = 0; k < run.size; ++k, position += step) {
      int64_t index = run[k];
      if (!run.isPadding(index))
        positions[places[index & mask]++] = static_cast<Position>(position);
    }
  }

  const IndexSources &sources;
  int64_t numIndices;
  const GroupOutput &output;
  uint64_t common;
  int64_t numCounters;
  int32_t threads;
  /// One block of numCounters for each thread.
  uint32_t *counters = nullptr;
  Part parts[kMaxThreads];
};

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_COUNTINGSORT_H
