//===- Group.cpp - Grouping equal indices by a stable radix sort ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"
#include "View.h"
#include "emb/Support/Check.h"

#include <cinttypes>
#include <limits>

using namespace mlir::emb::runtime;

namespace {

/// All index tensors of a call, one after the other.
struct Sources {
  int32_t count;
  const EmbIndexSource *sources;

  /// Sum of the sizes; -1 if it overflows.
  int64_t getNumIndices() const {
    int64_t sum = 0;
    for (int32_t i = 0; i < count; ++i) {
      int64_t n =
          withView(sources[i].bits, sources[i].descriptor, sources[i].rank,
                   [](const auto &view) { return view.getNumElements(); });
      if (n < 0 || __builtin_add_overflow(sum, n, &sum))
        return -1;
    }
    return sum;
  }

  /// Calls `visit(index, occurrence)` in order of occurrence, but not for
  /// padding. A negative index is never padding.
  template <typename Visitor> void forEach(Visitor &&visit) const {
    int64_t occurrence = 0;
    for (int32_t i = 0; i < count; ++i) {
      int64_t padding = sources[i].padding;
      auto visitRow = [&](auto *row, int64_t n, int64_t stride) {
        for (int64_t k = 0; k < n; ++k, ++occurrence) {
          int64_t index = row[k * stride];
          if (index != padding || index < 0)
            visit(index, occurrence);
        }
        return true;
      };
      withView(sources[i].bits, sources[i].descriptor, sources[i].rank,
               [&](const auto &view) { view.forEachRow(visitRow); });
    }
  }
};

/// What one look at all indices but padding tells.
struct Summary {
  int64_t numItems = 0; ///< how many there are
  int64_t largest = 0;
  int64_t firstNegative = -1; ///< occurrence, or -1
  bool sorted = true;
};

Summary summarize(const Sources &sources) {
  Summary summary;
  int64_t before = 0;
  sources.forEach([&](int64_t index, int64_t occurrence) {
    ++summary.numItems;
    summary.sorted &= index >= before;
    before = index;
    if (index > summary.largest)
      summary.largest = index;
    if (index < 0 && summary.firstNegative < 0)
      summary.firstNegative = occurrence;
  });
  return summary;
}

/// Writes rows, bounds and positions from (index, occurrence) in sorted order.
template <typename Row, typename Bound, typename Occurrence> class Writer {
public:
  /// There is room for `size` rows and positions and one bound more.
  Writer(int64_t size, void *rows, void *bounds, void *positions)
      : size(size), rows(static_cast<Row *>(rows)),
        bounds(static_cast<Bound *>(bounds)),
        positions(static_cast<Occurrence *>(positions)) {}

  void add(int64_t index, int64_t occurrence) {
    EMB_CHECK(index >= before, "indices come in ascending order");
    EMB_CHECK(numPositions < size, "there are no more positions than indices");
    if (index != before) {
      rows[numRows] = static_cast<Row>(index);
      bounds[numRows++] = static_cast<Bound>(numPositions);
      before = index;
    }
    positions[numPositions++] = static_cast<Occurrence>(occurrence);
  }

  int64_t finish() {
    bounds[numRows] = static_cast<Bound>(numPositions);
    return numRows;
  }

private:
  int64_t size;
  Row *rows;
  Bound *bounds;
  Occurrence *positions;
  int64_t before = -1;
  int64_t numRows = 0;
  int64_t numPositions = 0;
};

/// Calls `action` with a zero of the integer type of this width.
template <typename Action> auto withWidth(int32_t bits, Action &&action) {
  EMB_CHECK(bits == 32 || bits == 64, "results have 32 or 64 bits");
  if (bits == 32)
    return action(int32_t(0));
  return action(int64_t(0));
}

/// Index and occurrence in one word, where both fit.
struct PackedItem {
  uint64_t word;
  static uint64_t getKey(PackedItem item, int32_t shift) {
    return item.word >> shift;
  }
};

struct WideItem {
  uint64_t key;
  uint64_t occurrence;
  static uint64_t getKey(WideItem item, int32_t) { return item.key; }
};

int32_t getBitWidth(uint64_t value) {
  return value ? 64 - __builtin_clzll(value) : 0;
}

/// The digits of a key: `numPasses` of `digitBits` each cover `keyBits`.
struct Digits {
  Digits(int32_t keyBits, int64_t numItems) {
    // Few items do not pay for clearing and summing large histograms.
    int32_t largest = numItems < 4096 ? 8 : 11;
    numPasses = (keyBits + largest - 1) / largest;
    digitBits = numPasses ? (keyBits + numPasses - 1) / numPasses : 0;
  }
  uint64_t getNumBuckets() const { return uint64_t(1) << digitBits; }

  int32_t numPasses;
  int32_t digitBits;
};

/// Sorts `items` by key, stably; `other` is room for as many and `histograms`
/// for numPasses * getNumBuckets() counts. Returns where the items are then.
template <typename Item>
Item *radixSort(Item *items, Item *other, int64_t n, int32_t keyShift,
                const Digits &digits, uint64_t *histograms) {
  uint64_t numBuckets = digits.getNumBuckets();
  uint64_t mask = numBuckets - 1;
  for (uint64_t i = 0; i < numBuckets * digits.numPasses; ++i)
    histograms[i] = 0;
  for (int64_t i = 0; i < n; ++i) {
    uint64_t key = Item::getKey(items[i], keyShift);
    for (int32_t pass = 0; pass < digits.numPasses; ++pass)
      ++histograms[pass * numBuckets +
                   ((key >> (pass * digits.digitBits)) & mask)];
  }
  for (int32_t pass = 0; pass < digits.numPasses; ++pass) {
    uint64_t *next = histograms + pass * numBuckets;
    int32_t shift = pass * digits.digitBits;
    uint64_t any = (Item::getKey(items[0], keyShift) >> shift) & mask;
    if (next[any] == static_cast<uint64_t>(n))
      continue;
    uint64_t sum = 0;
    for (uint64_t bucket = 0; bucket < numBuckets; ++bucket) {
      uint64_t size = next[bucket];
      next[bucket] = sum;
      sum += size;
    }
    for (int64_t i = 0; i < n; ++i) {
      uint64_t key = Item::getKey(items[i], keyShift);
      other[next[(key >> shift) & mask]++] = items[i];
    }
    Item *sorted = other;
    other = items;
    items = sorted;
  }
  return items;
}

/// Sorts the `n` occurrences that are no padding by index; `fill` makes an
/// item, `emit` takes the items in order. False if there is no memory.
template <typename Item, typename Fill, typename Emit>
bool sortSources(Context &context, const Sources &sources, int64_t n,
                 int32_t keyBits, int32_t keyShift, Fill fill, Emit emit) {
  Digits digits(keyBits, n);
  uint64_t histogramBytes =
      digits.getNumBuckets() * digits.numPasses * sizeof(uint64_t);
  auto *items = static_cast<Item *>(context.allocate(2 * sizeof(Item) * n));
  if (!items)
    return false;
  auto *histograms = static_cast<uint64_t *>(context.allocate(histogramBytes));
  if (!histograms) {
    context.arena.release(items);
    return false;
  }
  Item *next = items;
  sources.forEach([&](int64_t index, int64_t occurrence) {
    *next++ = fill(index, occurrence);
  });
  Item *sorted = radixSort(items, items + n, n, keyShift, digits, histograms);
  for (int64_t i = 0; i < n; ++i)
    emit(sorted[i]);
  context.arena.release(histograms);
  context.arena.release(items);
  return true;
}

/// Groups into `writer`; `n` occurrences are counted, padding included, and the
/// summary has been checked. False without memory.
template <typename Writer>
bool groupInto(Context &context, const Sources &sources, int64_t n,
               const Summary &summary, Writer &writer) {
  if (summary.sorted) {
    sources.forEach([&](int64_t index, int64_t occurrence) {
      writer.add(index, occurrence);
    });
    return true;
  }
  int32_t keyBits = getBitWidth(summary.largest);
  int32_t occurrenceBits = getBitWidth(n - 1);
  if (keyBits + occurrenceBits <= 64 && occurrenceBits < 64) {
    uint64_t mask = (uint64_t(1) << occurrenceBits) - 1;
    return sortSources<PackedItem>(
        context, sources, summary.numItems, keyBits, occurrenceBits,
        [&](int64_t index, int64_t occurrence) {
          return PackedItem{static_cast<uint64_t>(index) << occurrenceBits |
                            static_cast<uint64_t>(occurrence)};
        },
        [&](PackedItem item) {
          writer.add(item.word >> occurrenceBits, item.word & mask);
        });
  }
  return sortSources<WideItem>(
      context, sources, summary.numItems, keyBits, 0,
      [](int64_t index, int64_t occurrence) {
        return WideItem{static_cast<uint64_t>(index),
                        static_cast<uint64_t>(occurrence)};
      },
      [&](WideItem item) { writer.add(item.key, item.occurrence); });
}

bool fits(int64_t value, int32_t bits) {
  return bits == 64 || value <= std::numeric_limits<int32_t>::max();
}

} // namespace

int32_t embGroup(EmbContext *context, int32_t numSources,
                 const EmbIndexSource *sourceArray, int32_t rowsBits,
                 void *rows, int32_t boundsBits, void *bounds,
                 int32_t positionsBits, void *positions, int64_t *count) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  Sources sources{numSources, sourceArray};
  int64_t n = sources.getNumIndices();
  if (n < 0)
    return c->fail(EMB_INVALID_SHAPE,
                   "emb.group: the number of indices overflows");
  // group_r2
  if (!fits(n, boundsBits) || !fits(n, positionsBits))
    return c->fail(EMB_INVALID_SHAPE,
                   "emb.group: %" PRId64 " indices, expected at most %" PRId32
                   " with 32-bit bounds or positions",
                   n, std::numeric_limits<int32_t>::max());
  Summary summary = summarize(sources);
  // group_r1
  if (summary.firstNegative >= 0)
    return c->fail(EMB_INVALID_INDEX,
                   "emb.group: occurrence %" PRId64 " has a negative index",
                   summary.firstNegative);
  // group_r2
  if (!fits(summary.largest, rowsBits))
    return c->fail(EMB_INVALID_SHAPE,
                   "emb.group: index %" PRId64 ", expected at most %" PRId32
                   " with 32-bit rows",
                   summary.largest, std::numeric_limits<int32_t>::max());
  return withWidth(rowsBits, [&](auto row) {
    return withWidth(boundsBits, [&](auto bound) {
      return withWidth(positionsBits, [&](auto position) -> int32_t {
        Writer<decltype(row), decltype(bound), decltype(position)> writer(
            n, rows, bounds, positions);
        if (!groupInto(*c, sources, n, summary, writer))
          return EMB_OUT_OF_MEMORY;
        *count = writer.finish();
        return EMB_OK;
      });
    });
  });
}
