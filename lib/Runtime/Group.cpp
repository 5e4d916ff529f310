//===- Group.cpp - Grouping equal indices by stable sorts -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"
#include "CountingSort.h"
#include "RadixSort.h"
#include "SortedGroup.h"

#include <cinttypes>
#include <limits>

using namespace mlir::emb::runtime;

namespace {

// Measured on two cores of 3.5 GHz: with less for a thread, waking it and
// handing items over takes longer than it saves.
constexpr int64_t kScanGrain = 8192;
constexpr int64_t kRadixGrain = 8192;
/// Counters of a counting sort stay in the first cache.
constexpr int32_t kCountingBits = 14;

int32_t getBitWidth(uint64_t value) {
  return value ? 64 - __builtin_clzll(value) : 0;
}

void summarize(const IndexSources &sources, int64_t n, int32_t threads,
               SummaryParts &parts) {
  runThreads(threads, [&](Team team) {
    IndexSummary summary;
    sources.forEachRun(team.getFirst(n), team.getLast(n),
                       [&](const auto &run, int64_t) { summary.append(run); });
    parts.summaries[team.thread] = summary;
    if (team.thread == 0)
      parts.count = team.threads;
  });
}

/// Runs a sort with scratch memory of the arena. False if it has none.
template <typename Sort>
bool runSort(Context &context, Sort &&sort, int64_t &count) {
  void *scratch = context.allocate(sort.getScratchBytes());
  if (!scratch)
    return false;
  count = sort.run(scratch);
  context.arena.release(scratch);
  return true;
}

/// A counter for each row pays if there are not many more than indices.
bool isForCounting(int64_t n, const IndexSummary &summary) {
  int32_t keyBits = summary.getKeyBits();
  return n <= std::numeric_limits<uint32_t>::max() &&
         keyBits <= kCountingBits && int64_t(1) << keyBits <= 4 * n;
}

/// Threads share the lines in which one thread's positions of a row end and
/// those of the next begin: rows need to have many.
int32_t getCountingThreads(int32_t threads, int64_t n, int32_t keyBits) {
  return getNumThreads(threads, n, int64_t(32) << keyBits);
}

} // namespace

/// The number of digits that costs least: a pass costs about two units for each
/// item of a thread and one for each counter.
static int32_t chooseDigits(int32_t keyBits, int64_t itemsOfThread) {
  int32_t best = 0;
  int64_t bestCost = std::numeric_limits<int64_t>::max();
  for (int32_t digits = 1; digits <= keyBits; ++digits) {
    int32_t digitBits = (keyBits + digits - 1) / digits;
    if (digitBits > RadixPlan::kMostDigitBits)
      continue;
    int64_t cost = digits * (2 * itemsOfThread + (int64_t(1) << digitBits));
    if (cost >= bestCost)
      break;
    bestCost = cost;
    best = digits;
  }
  return best;
}

RadixPlan::RadixPlan(int64_t numIndices, int64_t numPositions,
                     const IndexSummary &summary, int32_t threads)
    : numIndices(numIndices), numItems(summary.numItems),
      common(summary.getCommonBits()), keyBits(summary.getKeyBits()),
      positionBits(getBitWidth(numPositions - 1)),
      threads(getNumThreads(threads, numIndices, kRadixGrain)) {
  int32_t digits = chooseDigits(keyBits, numItems / this->threads);
  digitBits = (keyBits + digits - 1) / digits;
  uint64_t differ = summary.any & ~summary.all;
  for (int32_t shift = 0; shift < keyBits; shift += digitBits)
    if (differ >> shift & (numBuckets() - 1))
      shifts[numPasses++] = shift;
}

static bool groupUnsorted(Context &context, const IndexSources &sources,
                          int64_t n, const IndexSummary &summary,
                          const GroupOutput &output, int64_t &count) {
  if (isForCounting(n, summary)) {
    int32_t threads =
        getCountingThreads(context.numThreads, n, summary.getKeyBits());
    return runSort(context, CountingSort(sources, n, summary, threads, output),
                   count);
  }
  RadixPlan plan(n, sources.getNumPositions(n), summary, context.numThreads);
  int32_t bits = plan.getItemBits();
  if (n > std::numeric_limits<uint32_t>::max() || bits > 64)
    return runSort(context, RadixSort<WideItem>(plan, sources, output), count);
  if (bits > 32 || plan.positionBits >= 32)
    return runSort(
        context, RadixSort<PackedItem<uint64_t>>(plan, sources, output), count);
  return runSort(context,
                 RadixSort<PackedItem<uint32_t>>(plan, sources, output), count);
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

static bool fits(int64_t value, int32_t bits) {
  return bits == 64 || value <= std::numeric_limits<int32_t>::max();
}

static int32_t failNegative(Context &context, const IndexSources &sources,
                            int64_t n) {
  int64_t found = -1;
  sources.forEachRun(0, n, [&](const auto &run, int64_t occurrence) {
    for (int64_t k = 0; k < run.size && found < 0; ++k)
      if (run[k] < 0)
        found = occurrence + k;
  });
  return context.fail(EMB_INVALID_INDEX,
                      "emb.group: occurrence %" PRId64 " has a negative index",
                      found);
}

static int32_t failTooLarge(Context &context, const IndexSources &sources,
                            int64_t n) {
  int64_t largest = 0;
  sources.forEachRun(0, n, [&](const auto &run, int64_t) {
    for (int64_t k = 0; k < run.size; ++k)
      if (!run.isPadding(run[k]))
        largest = std::max(largest, run[k]);
  });
  return context.fail(EMB_INVALID_SHAPE,
                      "emb.group: index %" PRId64 ", expected at most %" PRId32
                      " with 32-bit rows",
                      largest, std::numeric_limits<int32_t>::max());
}

int32_t embGroup(EmbContext *context, int32_t numSources,
                 const EmbIndexSource *sourceArray, int32_t rowsBits,
                 void *rows, int32_t boundsBits, void *bounds,
                 int32_t positionsBits, void *positions, int64_t *count) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  IndexSources sources(numSources, sourceArray);
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
  SummaryParts parts;
  summarize(sources, n, getNumThreads(c->numThreads, n, kScanGrain), parts);
  IndexSummary summary = parts.getAll();
  // group_r1
  if (summary.hasNegative())
    return failNegative(*c, sources, n);
  // group_r2
  if (!fits(static_cast<int64_t>(summary.any), rowsBits))
    return failTooLarge(*c, sources, n);

  GroupOutput output{rowsBits, rows,          boundsBits,
                     bounds,   positionsBits, positions};
  int64_t numRows = 0;
  if (summary.sorted)
    numRows = SortedGroup(sources, n, parts).run(output);
  else if (!groupUnsorted(*c, sources, n, summary, output, numRows))
    return EMB_OUT_OF_MEMORY;
  writeLastBound(output, numRows, summary.numItems);
  *count = numRows;
  return EMB_OK;
}
