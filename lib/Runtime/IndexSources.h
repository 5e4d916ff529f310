//===- IndexSources.h - The indices of a group, in order --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_INDEXSOURCES_H
#define EMB_LIB_RUNTIME_INDEXSOURCES_H

#include "View.h"

#include <algorithm>
#include <type_traits>

namespace mlir::emb::runtime {

/// Equally spaced indices. Plain ones are contiguous and none is padding, which
/// their type says so that loops over them have nothing to ask.
template <typename T, bool kPlain> struct IndexRun {
  const T *data;
  int64_t size, stride;
  int64_t padding; ///< an index that does not count, never a negative one

  int64_t operator[](int64_t k) const { return data[kPlain ? k : k * stride]; }
  bool isPadding(int64_t index) const { return !kPlain && index == padding; }
  IndexRun slice(int64_t first, int64_t newSize) const {
    return {data + first * stride, newSize, stride, padding};
  }
};

/// All index tensors of a call of embGroup, one after the other. An index is
/// named by its occurrence: how many come before it, padding included.
class IndexSources {
public:
  IndexSources(int32_t count, const EmbIndexSource *sources)
      : count(count), sources(sources) {}

  /// Sum of the sizes; -1 if it overflows.
  int64_t getNumIndices() const {
    int64_t sum = 0;
    for (int32_t i = 0; i < count; ++i) {
      int64_t n = getNumElements(sources[i]);
      if (n < 0 || __builtin_add_overflow(sum, n, &sum))
        return -1;
    }
    return sum;
  }

  /// One more than the largest position there can be; at least 1.
  int64_t getNumPositions(int64_t numIndices) const {
    int64_t positions = numIndices;
    if (getKind() == EMB_POSITIONS_ROW)
      positions = getSize(sources[0], 0);
    else if (getKind() == EMB_POSITIONS_BAG)
      positions = getNumBags(sources[0]);
    return std::max<int64_t>(positions, 1);
  }

  /// Calls `visit(run, occurrence)` for the IndexRuns that make up the
  /// occurrences [first, last), in order; `occurrence` is that of a run's first
  /// index.
  template <typename Visitor>
  void forEachRun(int64_t first, int64_t last, const Visitor &visit) const {
    int64_t begin = 0;
    for (int32_t i = 0; i < count && begin < last; ++i) {
      const EmbIndexSource &source = sources[i];
      int64_t end = begin + getNumElements(source);
      auto visitRun = [&](const auto *data, int64_t n, int64_t stride,
                          int64_t number) {
        using T = std::remove_const_t<std::remove_pointer_t<decltype(data)>>;
        if (stride == 1 && source.padding < 0)
          visit(IndexRun<T, true>{data, n, 1, kNoPadding}, begin + number);
        else
          visit(IndexRun<T, false>{data, n, stride,
                                   source.padding < 0 ? kNoPadding
                                                      : source.padding},
                begin + number);
        return true;
      };
      withView(source.bits, source.descriptor, source.rank,
               [&](const auto &view) {
                 view.forEachRun(std::max<int64_t>(first - begin, 0),
                                 std::min(last, end) - begin, visitRun);
               });
      begin = end;
    }
  }

  /// The same with parts of runs whose positions are equally spaced too: calls
  /// `visit(run, position, step)`, where index k of the run has the position
  /// `position + k * step`.
  template <typename Visitor>
  void forEachPosition(int64_t first, int64_t last,
                       const Visitor &visit) const {
    switch (getKind()) {
    case EMB_POSITIONS_ROW:
      return forEachRow(first, last, visit);
    case EMB_POSITIONS_BAG:
      withView(sources[0].offsetsBits, sources[0].offsets, 1,
               [&](const auto &offsets) {
                 forEachBag(offsets, first, last, visit);
               });
      return;
    default:
      return forEachRun(first, last, [&](const auto &run, int64_t occurrence) {
        visit(run, occurrence, int64_t(1));
      });
    }
  }

private:
  /// Equal to no index that is not an error.
  static constexpr int64_t kNoPadding = INT64_MIN;

  int32_t getKind() const {
    int32_t kind = count > 0 ? sources[0].bags : EMB_POSITIONS_OCCURRENCE;
    EMB_CHECK(kind == EMB_POSITIONS_OCCURRENCE || count == 1,
              "rows and bags are positions of one source");
    EMB_CHECK(kind != EMB_POSITIONS_ROW || sources[0].rank >= 2,
              "rows are positions of matrices");
    EMB_CHECK(kind != EMB_POSITIONS_BAG ||
                  (sources[0].rank == 1 && sources[0].offsets),
              "bags are positions of lists with offsets");
    return kind;
  }

  static int64_t getNumElements(const EmbIndexSource &source) {
    return withView(source.bits, source.descriptor, source.rank,
                    [](const auto &view) { return view.getNumElements(); });
  }
  static int64_t getSize(const EmbIndexSource &source, int64_t dimension) {
    return withView(source.bits, source.descriptor, source.rank,
                    [&](const auto &view) { return view.getSize(dimension); });
  }
  static int64_t getNumBags(const EmbIndexSource &source) {
    return withView(source.offsetsBits, source.offsets, 1,
                    [](const auto &view) { return view.getNumElements(); });
  }

  /// Cuts runs where the leading subscript changes: one division for a run,
  /// none for an index.
  template <typename Visitor>
  void forEachRow(int64_t first, int64_t last, const Visitor &visit) const {
    if (first >= last)
      return;
    int64_t length = getNumElements(sources[0]) / getSize(sources[0], 0);
    forEachRun(first, last, [&](const auto &run, int64_t occurrence) {
      int64_t row = occurrence / length;
      int64_t part = length - occurrence % length;
      for (int64_t k = 0; k < run.size; ++row, part = length) {
        part = std::min(part, run.size - k);
        visit(run.slice(k, part), row, int64_t(0));
        k += part;
      }
    });
  }

  /// Cuts the one run where bags begin.
  template <typename Offset, typename Visitor>
  void forEachBag(const View<Offset> &offsets, int64_t first, int64_t last,
                  const Visitor &visit) const {
    int64_t numBags = offsets.getNumElements();
    EMB_CHECK(first >= last || numBags > 0, "every index is in a bag");
    int64_t bag = findBag(offsets, numBags, first);
    auto getEnd = [&](int64_t bag) -> int64_t {
      return bag + 1 < numBags ? offsets.get(bag + 1) : last;
    };
    forEachRun(first, last, [&](const auto &run, int64_t occurrence) {
      for (int64_t k = 0; k < run.size; ++bag) {
        int64_t part = std::min(getEnd(bag) - occurrence - k, run.size - k);
        if (part <= 0)
          continue;
        visit(run.slice(k, part), bag, int64_t(0));
        k += part;
      }
    });
  }

  /// The last bag that does not begin after `occurrence`.
  template <typename Offset>
  static int64_t findBag(const View<Offset> &offsets, int64_t numBags,
                         int64_t occurrence) {
    int64_t low = 0, high = numBags;
    while (high - low > 1) {
      int64_t middle = low + (high - low) / 2;
      if (offsets.get(middle) <= occurrence)
        low = middle;
      else
        high = middle;
    }
    return low;
  }

  int32_t count;
  const EmbIndexSource *sources;
};

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_INDEXSOURCES_H
