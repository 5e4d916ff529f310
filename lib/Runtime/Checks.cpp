//===- Checks.cpp - Range checks of indices and offsets -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"
#include "Threads.h"
#include "View.h"

#include <algorithm>
#include <atomic>
#include <cinttypes>
#include <cstdio>
#include <limits>
#include <type_traits>

using namespace mlir::emb::runtime;

namespace {

/// "[2]", "[1, 3]": where element `flat` (row-major) of the view is.
template <typename T> struct Position {
  Position(const View<T> &view, int64_t rank, int64_t flat) {
    constexpr int64_t kMaxRank = 16;
    int64_t position[kMaxRank];
    int64_t shown = rank < kMaxRank ? rank : kMaxRank;
    for (int64_t i = rank - 1; i >= 0; --i) {
      if (i < kMaxRank)
        position[i] = flat % view.getSize(i);
      flat /= view.getSize(i);
    }
    int length = snprintf(text, sizeof(text), "[");
    for (int64_t i = 0; i < shown; ++i)
      length += snprintf(text + length, sizeof(text) - length, "%s%" PRId64,
                         i ? ", " : "", position[i]);
    snprintf(text + length, sizeof(text) - length, "]");
  }
  char text[16 * 22 + 3];
};

/// Measured on two cores of 3.5 GHz: with less for a thread, waking it takes
/// longer than it saves.
constexpr int64_t kGrain = 16384;

/// Something negative if one of `n` elements is outside of [0, limit], where
/// limit >= -1. An element x is inside if neither x nor limit - x is negative;
/// so their signs are collected, without branches, which makes vectors.
template <typename T>
T findOutside(const T *run, int64_t n, int64_t stride, T limit) {
  using Unsigned = std::make_unsigned_t<T>;
  Unsigned found = 0;
  auto look = [&](T x) {
    found |= static_cast<Unsigned>(x) |
             (static_cast<Unsigned>(limit) - static_cast<Unsigned>(x));
  };
  if (stride == 1) {
    for (int64_t i = 0; i < n; ++i)
      look(run[i]);
  } else {
    for (int64_t i = 0; i < n; ++i)
      look(run[i * stride]);
  }
  return static_cast<T>(found);
}

template <typename T>
bool areInside(const View<T> &view, int64_t bound, int32_t threads) {
  int64_t count = view.getNumElements();
  auto limit = static_cast<T>(
      std::min<int64_t>(bound - 1, std::numeric_limits<T>::max()));
  // Whoever finds something stores the same: the order does not matter.
  std::atomic<bool> allInside = true;
  runThreads(getNumThreads(threads, count, kGrain), [&](Team team) {
    bool inside =
        view.forEachRun(team.getFirst(count), team.getLast(count),
                        [&](const T *run, int64_t n, int64_t stride, int64_t) {
                          return findOutside(run, n, stride, limit) >= 0;
                        });
    if (!inside)
      allInside = false;
  });
  return allInside;
}

template <typename T>
int32_t checkIndices(Context &context, const char *label, const View<T> &view,
                     int64_t rank, int64_t bound) {
  // check_indices_r1
  if (areInside(view, bound, context.numThreads))
    return EMB_OK;
  int64_t flat = 0, bad = 0;
  view.forEachRun(0, view.getNumElements(),
                  [&](const T *run, int64_t n, int64_t stride, int64_t first) {
                    for (int64_t i = 0; i < n; ++i) {
                      bad = run[i * stride];
                      flat = first + i;
                      if (bad < 0 || bad >= bound)
                        return false;
                    }
                    return true;
                  });
  return context.fail(EMB_INVALID_INDEX,
                      "%s: index out of range: position %s has value %" PRId64
                      ", expected 0 <= index < %" PRId64,
                      label, Position<T>(view, rank, flat).text, bad, bound);
}

/// Whether offsets begin with 0, ascend, and end where they may.
template <typename T>
bool areOffsets(const View<T> &view, int64_t numIndices, bool includeLast) {
  using Unsigned = std::make_unsigned_t<T>;
  int64_t count = view.getNumElements();
  int64_t last = view.get(count - 1);
  if (view.get(0) != 0 || last > numIndices ||
      (includeLast && last != numIndices))
    return false;
  // An offset or its distance from the one before is negative: a sign.
  Unsigned found = 0;
  view.forEachRun(
      1, count, [&](const T *run, int64_t n, int64_t stride, int64_t) {
        auto look = [&](T x, T before) {
          found |= static_cast<Unsigned>(x) |
                   (static_cast<Unsigned>(x) - static_cast<Unsigned>(before));
        };
        if (stride == 1) {
          for (int64_t i = 0; i < n; ++i)
            look(run[i], run[i - 1]);
        } else {
          for (int64_t i = 0; i < n; ++i)
            look(run[i * stride], run[(i - 1) * stride]);
        }
        return true;
      });
  return static_cast<T>(found) >= 0;
}

/// Names what is wrong with offsets of which something is.
template <typename T>
int32_t failOffsets(Context &context, const char *label, const View<T> &view,
                    int64_t numIndices) {
  int64_t count = view.getNumElements();
  // check_offsets_r1
  if (view.get(0) != 0)
    return context.fail(EMB_INVALID_OFFSETS,
                        "%s: offsets must begin with 0: position [0] has "
                        "value %" PRId64,
                        label, static_cast<int64_t>(view.get(0)));
  for (int64_t i = 1; i < count; ++i) {
    int64_t value = view.get(i), before = view.get(i - 1);
    // check_offsets_r2
    if (value < before)
      return context.fail(EMB_INVALID_OFFSETS,
                          "%s: offsets must not decrease: position "
                          "[%" PRId64 "] has value %" PRId64 " after %" PRId64,
                          label, i, value, before);
    // check_offsets_r3
    if (value > numIndices)
      return context.fail(EMB_INVALID_OFFSETS,
                          "%s: offset out of range: position [%" PRId64
                          "] has value %" PRId64 ", expected at most %" PRId64
                          ", the number of indices",
                          label, i, value, numIndices);
  }
  // check_offsets_r4
  return context.fail(EMB_INVALID_OFFSETS,
                      "%s: the last offset must be the number of "
                      "indices: position [%" PRId64 "] has value %" PRId64
                      ", expected %" PRId64,
                      label, count - 1,
                      static_cast<int64_t>(view.get(count - 1)), numIndices);
}

template <typename T>
int32_t checkOffsets(Context &context, const char *label, const View<T> &view,
                     int64_t numIndices, bool includeLast) {
  int64_t count = view.getNumElements();
  // check_offsets_r6
  if (numIndices < 0)
    return context.fail(EMB_INVALID_OFFSETS,
                        "%s: bags over %" PRId64
                        " indices, expected at least 0",
                        label, numIndices);
  // check_offsets_r5
  if (count <= 0) {
    if (includeLast)
      return context.fail(EMB_INVALID_OFFSETS,
                          "%s: there are no offsets, expected at least one",
                          label);
    if (numIndices > 0)
      return context.fail(EMB_INVALID_OFFSETS,
                          "%s: there are no offsets for %" PRId64 " indices",
                          label, numIndices);
    return EMB_OK;
  }
  if (areOffsets(view, numIndices, includeLast))
    return EMB_OK;
  return failOffsets(context, label, view, numIndices);
}

} // namespace

int32_t embCheckIndices(EmbContext *context, const char *label,
                        int32_t indexBits, int64_t rank, const void *descriptor,
                        int64_t bound) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  // A negative bound would be a huge unsigned one.
  if (bound < 0)
    bound = 0;
  return withView(indexBits, descriptor, rank, [&](const auto &view) {
    return checkIndices(*c, label, view, rank, bound);
  });
}

int32_t embCheckOffsets(EmbContext *context, const char *label,
                        int32_t indexBits, int64_t rank, const void *descriptor,
                        int64_t numIndices, int32_t includeLast) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  if (rank != 1)
    return c->fail(EMB_INVALID_SHAPE,
                   "%s: offsets of rank %" PRId64 ", expected rank 1", label,
                   rank);
  return withView(indexBits, descriptor, rank, [&](const auto &view) {
    return checkOffsets(*c, label, view, numIndices, includeLast != 0);
  });
}

int32_t embCheckEqual(EmbContext *context, const char *label, int64_t found,
                      int64_t expected) {
  Context *c = getContext(context);
  if (!c)
    return EMB_ABI_MISMATCH;
  // check_equal_r1
  if (found == expected)
    return EMB_OK;
  return c->fail(EMB_INVALID_SHAPE, "%s: found %" PRId64 ", expected %" PRId64,
                 label, found, expected);
}
