//===- Twin.cpp - The same work, written by hand --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Twin.h"
#include "Sort.h"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <omp.h>
#include <sys/mman.h>

using namespace mlir::emb;
using namespace mlir::emb::bench;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace mlir::emb::bench {
#ifdef EMB_BENCH_X86
extern const TwinKernels kAVX512Kernels, kAVX2Kernels;
#endif
extern const TwinKernels kPortableKernels;
} // namespace mlir::emb::bench

const TwinKernels *const *bench::getAllTwinKernels(size_t &count) {
  static const TwinKernels *const all[] = {
#ifdef EMB_BENCH_X86
      &kAVX512Kernels, &kAVX2Kernels,
#endif
      &kPortableKernels};
  count = sizeof(all) / sizeof(all[0]);
  return all;
}

const TwinKernels &bench::getTwinKernels() {
  size_t count = 0;
  const TwinKernels *const *all = getAllTwinKernels(count);
  for (size_t i = 0; i + 1 < count; ++i)
    if (all[i]->isSupported())
      return *all[i];
  return *all[count - 1];
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

static constexpr size_t kHugePage = size_t(2) << 20;

TwinMemory::~TwinMemory() {
  for (Slot &slot : slots)
    std::free(slot.data);
}

void *TwinMemory::get(int number, size_t bytes) {
  Slot &slot = slots[number];
  if (slot.bytes >= bytes && slot.data)
    return slot.data;
  std::free(slot.data);
  size_t alignment = bytes >= kHugePage ? kHugePage : 64;
  size_t rounded = (bytes + alignment) / alignment * alignment;
  slot.data = std::aligned_alloc(alignment, rounded);
  slot.bytes = slot.data ? rounded : 0;
  if (!slot.data)
    return nullptr;
  if (alignment == kHugePage)
    madvise(slot.data, rounded, MADV_HUGEPAGE);
  std::memset(slot.data, 0, rounded);
  return slot.data;
}

//===----------------------------------------------------------------------===//
// Forward
//===----------------------------------------------------------------------===//

void bench::runBags(const TwinKernels &kernels, const TwinArguments &arguments,
                    const TwinTuning &tuning) {
#pragma omp parallel num_threads(arguments.threads)
  {
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    kernels.bags(arguments, tuning, getFirst(arguments.bags, thread, threads),
                 getFirst(arguments.bags, thread + 1, threads));
  }
}

void bench::runGather(const TwinKernels &kernels,
                      const TwinArguments &arguments,
                      const TwinTuning &tuning) {
#pragma omp parallel num_threads(arguments.threads)
  {
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    kernels.gather(arguments, tuning,
                   getFirst(arguments.numLookups, thread, threads),
                   getFirst(arguments.numLookups, thread + 1, threads));
  }
}

uint64_t bench::runRead(const TwinKernels &kernels,
                        const TwinArguments &arguments, int distance) {
  uint64_t sum = 0;
#pragma omp parallel num_threads(arguments.threads) reduction(+ : sum)
  {
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    sum += kernels.read(arguments, distance,
                        getFirst(arguments.numLookups, thread, threads),
                        getFirst(arguments.numLookups, thread + 1, threads));
  }
  return sum;
}

//===----------------------------------------------------------------------===//
// Renorm
//===----------------------------------------------------------------------===//

/// Each thread owns the rows whose marks lie in its cache lines, so that
/// marking needs no atomics.
template <typename Index>
static int64_t listOwnRows(const TwinArguments &arguments, uint64_t *marks,
                           uint32_t *list, int thread, int threads) {
  auto *indices = static_cast<const Index *>(arguments.indices);
  int64_t count = 0;
  for (int64_t i = 0; i < arguments.numLookups; ++i) {
    auto row = static_cast<uint32_t>(indices[i]);
    if (threads > 1 && int((row >> 9) % uint32_t(threads)) != thread)
      continue;
    uint64_t bit = uint64_t(1) << (row & 63);
    uint64_t &word = marks[row >> 6];
    list[count] = row;
    count += (word & bit) == 0;
    word |= bit;
  }
  for (int64_t i = 0; i < count; ++i)
    marks[list[i] >> 6] = 0;
  return count;
}

void bench::runRenorm(const TwinKernels &kernels,
                      const TwinArguments &arguments, const TwinTuning &tuning,
                      TwinMemory &memory) {
  size_t own = (arguments.numLookups + 16) / 16 * 16;
  auto *marks = static_cast<uint64_t *>(
      memory.get(3, (arguments.rows / 512 + 1) * sizeof(uint64_t) * 8));
  auto *lists = static_cast<uint32_t *>(
      memory.get(4, own * sizeof(uint32_t) * arguments.threads));
#pragma omp parallel num_threads(arguments.threads)
  {
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
    uint32_t *list = lists + own * thread;
    int64_t count =
        arguments.wide
            ? listOwnRows<int64_t>(arguments, marks, list, thread, threads)
            : listOwnRows<int32_t>(arguments, marks, list, thread, threads);
    kernels.renorm(arguments, tuning, list, count);
  }
}

//===----------------------------------------------------------------------===//
// Group
//===----------------------------------------------------------------------===//

template <typename Index>
static void writeGroup(const TwinArguments &arguments, const Pair *pairs,
                       int64_t first, int64_t last, int64_t segment) {
  auto *rows = static_cast<Index *>(arguments.groupRows);
  for (int64_t i = first; i < last; ++i) {
    arguments.groupPositions[i] = pairs[i].from;
    if (i > 0 && pairs[i].row == pairs[i - 1].row)
      continue;
    rows[segment] = pairs[i].row;
    arguments.groupBounds[segment++] = i;
  }
}

void bench::runGroup(const TwinArguments &arguments, TwinMemory &memory) {
  int64_t n = arguments.numLookups;
  Sort sort(arguments, arguments.threads, memory);
  auto *counts = static_cast<int64_t *>(
      memory.get(6, sizeof(int64_t) * (arguments.threads + 1)));
#pragma omp parallel num_threads(arguments.threads)
  {
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
#pragma omp single
    sort.threads = threads;
    const Pair *pairs = sort.run(arguments, /*fromBags=*/false, thread);
    int64_t first = getFirst(n, thread, threads);
    int64_t last = getFirst(n, thread + 1, threads);
    int64_t count = 0;
    for (int64_t i = first; i < last; ++i)
      count += i == 0 || pairs[i].row != pairs[i - 1].row;
    counts[thread] = count;
#pragma omp barrier
    int64_t segment = 0;
    for (int other = 0; other < thread; ++other)
      segment += counts[other];
    if (arguments.wide)
      writeGroup<int64_t>(arguments, pairs, first, last, segment);
    else
      writeGroup<int32_t>(arguments, pairs, first, last, segment);
    if (thread == threads - 1) {
      arguments.groupBounds[segment + count] = n;
      *arguments.groupCount = segment + count;
    }
  }
}

//===----------------------------------------------------------------------===//
// Step
//===----------------------------------------------------------------------===//

static RuleNumbers getNumbers(const TwinArguments &arguments) {
  RuleNumbers numbers{};
  double rate = arguments.rate;
  numbers.eps = 1e-8f;
  numbers.columns = arguments.columns;
  if (arguments.rule == Rule::Adagrad)
    numbers.eps = 1e-10f;
  if (arguments.rule == Rule::SparseAdam) {
    rate *= std::sqrt(1.0 - std::pow(0.999, double(arguments.step))) /
            (1.0 - std::pow(0.9, double(arguments.step)));
    numbers.beta1Rest = 1.0 - 0.9;
    numbers.beta2Rest = 1.0 - 0.999;
  }
  numbers.rate = rate;
  return numbers;
}

namespace {

/// Threads take equal parts of the sorted occurrences, wherever rows begin. A
/// row that reaches into other parts is summed by parts and updated by the
/// thread that has its first occurrence, so that a hot row is no one's burden.
struct Part {
  float *incoming, *outgoing;
  /// Where the part's first whole row begins and its last one ends.
  int64_t wholeFirst, wholeLast;
};

} // namespace

static Part cutPart(const Pair *pairs, int64_t n, int64_t first, int64_t last) {
  Part part{};
  part.wholeFirst = first;
  if (first > 0)
    while (part.wholeFirst < last &&
           pairs[part.wholeFirst].row == pairs[first - 1].row)
      ++part.wholeFirst;
  part.wholeLast = last;
  if (last < n)
    while (part.wholeLast > part.wholeFirst &&
           pairs[part.wholeLast - 1].row == pairs[last].row)
      --part.wholeLast;
  return part;
}

void bench::runStep(const TwinKernels &kernels, const TwinArguments &arguments,
                    const TwinTuning &tuning, TwinMemory &memory) {
  int64_t n = arguments.numLookups;
  RuleNumbers numbers = getNumbers(arguments);
  Sort sort(arguments, arguments.threads, memory);
  size_t width = (arguments.columns + 31) / 16 * 16;
  auto *sums = static_cast<float *>(
      memory.get(5, sizeof(float) * width * 3 * arguments.threads));
#pragma omp parallel num_threads(arguments.threads)
  {
    int thread = omp_get_thread_num(), threads = omp_get_num_threads();
#pragma omp single
    sort.threads = threads;
    const Pair *pairs = sort.run(arguments, /*fromBags=*/true, thread);
    kernels.bags(arguments, tuning, getFirst(arguments.bags, thread, threads),
                 getFirst(arguments.bags, thread + 1, threads));

    float *incoming = sums + width * 3 * thread;
    float *outgoing = incoming + width, *scratch = outgoing + width;
    int64_t first = getFirst(n, thread, threads);
    int64_t last = getFirst(n, thread + 1, threads);
    Part part = cutPart(pairs, n, first, last);
    if (part.wholeFirst > first)
      kernels.sum(arguments, tuning, pairs, first, part.wholeFirst, incoming);
    if (part.wholeLast < last)
      kernels.sum(arguments, tuning, pairs, part.wholeLast, last, outgoing);
    // Every table row is read by the forward pass before it changes.
#pragma omp barrier
    kernels.update(arguments, tuning, pairs, n, part.wholeFirst, part.wholeLast,
                   numbers, scratch);
    if (part.wholeLast < last) {
      uint32_t row = pairs[last - 1].row;
      for (int other = thread + 1; other < threads; ++other) {
        int64_t begin = getFirst(n, other, threads);
        if (begin < getFirst(n, other + 1, threads)) {
          if (pairs[begin].row != row)
            break;
          kernels.add(outgoing, sums + width * 3 * other, arguments.columns);
        }
      }
      kernels.apply(arguments, row, outgoing, numbers);
    }
  }
}

//===----------------------------------------------------------------------===//
// The machine
//===----------------------------------------------------------------------===//

double bench::timeEmptyRegion() {
  using Clock = std::chrono::steady_clock;
  auto microseconds = [](Clock::duration time) {
    return std::chrono::duration<double, std::micro>(time).count();
  };
  int dummy = 0;
  // The first region of a team has to wake or to make its threads.
  for (int i = 0; i < 3; ++i) {
#pragma omp parallel num_threads(2) firstprivate(dummy)
    asm volatile("" : : "r"(dummy));
  }
  // Long enough to meet whatever else runs, and no longer when it does.
  Clock::time_point begin = Clock::now();
  double passed = 0.0;
  int regions = 0;
  while (regions < 2000 && passed < 50000.0) {
#pragma omp parallel num_threads(2) firstprivate(dummy)
    asm volatile("" : : "r"(dummy));
    ++regions;
    passed = microseconds(Clock::now() - begin);
  }
  return passed / regions;
}

void bench::sweepCaches(void *memory, size_t bytes, int threads) {
#pragma omp parallel num_threads(threads)
  {
    int thread = omp_get_thread_num(), all = omp_get_num_threads();
    auto *bytesBegin = static_cast<char *>(memory);
    for (int64_t at = getFirst(bytes / 64, thread, all),
                 end = getFirst(bytes / 64, thread + 1, all);
         at < end; ++at)
      bytesBegin[at * 64] += 1;
  }
}
