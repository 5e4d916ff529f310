//===- SortedGroup.h - Groups of indices that are sorted --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_SORTEDGROUP_H
#define EMB_LIB_RUNTIME_SORTEDGROUP_H

#include "GroupOutput.h"
#include "IndexSummary.h"
#include "Threads.h"

namespace mlir::emb::runtime {

/// What the threads found, each in its part of the occurrences.
struct SummaryParts {
  int32_t count = 1;
  IndexSummary summaries[kMaxThreads];

  IndexSummary getAll() const { return getBefore(count); }
  IndexSummary getBefore(int32_t part) const {
    IndexSummary all;
    for (int32_t i = 0; i < part; ++i)
      all.append(summaries[i]);
    return all;
  }
};

/// Indices that come in order need no scratch memory.
class SortedGroup {
public:
  SortedGroup(const IndexSources &sources, int64_t n, const SummaryParts &parts)
      : sources(sources), numIndices(n), parts(parts) {}

  int64_t run(const GroupOutput &output) {
    runThreads(parts.count, [&](Team team) {
      // With fewer threads than the look had, parts would not be theirs.
      for (int32_t i = team.thread; i < parts.count; i += team.threads)
        numRows[i] = countRows(i);
      team.barrier();
      for (int32_t i = team.thread; i < parts.count; i += team.threads)
        write(i, output);
    });
    int64_t sum = 0;
    for (int32_t i = 0; i < parts.count; ++i)
      sum += numRows[i];
    return sum;
  }

private:
  template <typename Visitor>
  void forEachPosition(int32_t part, const Visitor &visit) const {
    Team place{part, parts.count};
    sources.forEachPosition(place.getFirst(numIndices),
                            place.getLast(numIndices), visit);
  }

  /// The index before those of a part; -1 if there is none.
  int64_t getIndexBefore(int32_t part) const {
    IndexSummary before = parts.getBefore(part);
    return before.numItems ? before.last : -1;
  }

  int64_t countRows(int32_t part) const {
    int64_t before = getIndexBefore(part), count = 0;
    forEachPosition(part, [&](const auto &run, int64_t, int64_t) {
      for (int64_t k = 0; k < run.size; ++k) {
        int64_t index = run[k];
        if (run.isPadding(index))
          continue;
        count += index != before;
        before = index;
      }
    });
    return count;
  }

  void write(int32_t part, const GroupOutput &output) const {
    int64_t firstRow = 0;
    for (int32_t i = 0; i < part; ++i)
      firstRow += numRows[i];
    int64_t before = getIndexBefore(part);
    bool begun = false;
    int64_t place = parts.getBefore(part).numItems;
    withPositions(output, [&](auto *positions) {
      using Position = std::remove_pointer_t<decltype(positions)>;
      withRowWriter(output, firstRow, [&](auto writer) {
        forEachPosition(
            part, [&](const auto &run, int64_t position, int64_t step) {
              for (int64_t k = 0; k < run.size; ++k, position += step) {
                int64_t index = run[k];
                if (run.isPadding(index))
                  continue;
                positions[place] = static_cast<Position>(position);
                // A row may go on that is not this part's to write.
                begun |= index != before;
                if (begun)
                  writer.add(index != before, index, place);
                ++place;
                before = index;
              }
            });
      });
    });
  }

  const IndexSources &sources;
  int64_t numIndices;
  const SummaryParts &parts;
  int64_t numRows[kMaxThreads];
};

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_SORTEDGROUP_H
