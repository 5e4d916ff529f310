//===- Checks.cpp - Range checks of indices and offsets -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Context.h"
#include "View.h"

#include <cinttypes>
#include <cstdio>

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

template <typename T>
int32_t checkIndices(Context &context, const char *label, const View<T> &view,
                     int64_t rank, int64_t bound) {
  int64_t flat = 0;
  T bad = 0;
  // One comparison as unsigned numbers catches negative ones too. A whole row
  // is tested without a branch and searched only if it has a bad index.
  bool allGood = view.forEachRow([&](const T *row, int64_t n, int64_t stride) {
    auto outside = [&](int64_t i) {
      return static_cast<uint64_t>(static_cast<int64_t>(row[i * stride])) >=
             static_cast<uint64_t>(bound);
    };
    bool any = false;
    if (stride == 1) {
      for (int64_t i = 0; i < n; ++i)
        any |= static_cast<uint64_t>(static_cast<int64_t>(row[i])) >=
               static_cast<uint64_t>(bound);
    } else {
      for (int64_t i = 0; i < n; ++i)
        any |= outside(i);
    }
    if (!any) {
      flat += n;
      return true;
    }
    int64_t first = 0;
    while (!outside(first))
      ++first;
    flat += first;
    bad = row[first * stride];
    return false;
  });
  // check_indices_r1
  if (allGood)
    return EMB_OK;
  return context.fail(EMB_INVALID_INDEX,
                      "%s: index out of range: position %s has value %" PRId64
                      ", expected 0 <= index < %" PRId64,
                      label, Position<T>(view, rank, flat).text,
                      static_cast<int64_t>(bad), bound);
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
  int32_t status = EMB_OK;
  view.forEachRow([&](const T *offsets, int64_t n, int64_t stride) {
    // check_offsets_r1
    if (offsets[0] != 0) {
      status = context.fail(EMB_INVALID_OFFSETS,
                            "%s: offsets must begin with 0: position [0] has "
                            "value %" PRId64,
                            label, static_cast<int64_t>(offsets[0]));
      return false;
    }
    for (int64_t i = 1; i < n; ++i) {
      auto value = static_cast<int64_t>(offsets[i * stride]);
      auto before = static_cast<int64_t>(offsets[(i - 1) * stride]);
      // check_offsets_r2, check_offsets_r3
      if (value >= before && value <= numIndices)
        continue;
      if (value < before)
        status =
            context.fail(EMB_INVALID_OFFSETS,
                         "%s: offsets must not decrease: position "
                         "[%" PRId64 "] has value %" PRId64 " after %" PRId64,
                         label, i, value, before);
      else
        status = context.fail(
            EMB_INVALID_OFFSETS,
            "%s: offset out of range: position [%" PRId64 "] has value %" PRId64
            ", expected at most %" PRId64 ", the number of indices",
            label, i, value, numIndices);
      return false;
    }
    auto last = static_cast<int64_t>(offsets[(n - 1) * stride]);
    // check_offsets_r4
    if (includeLast && last != numIndices) {
      status = context.fail(EMB_INVALID_OFFSETS,
                            "%s: the last offset must be the number of "
                            "indices: position [%" PRId64 "] has value %" PRId64
                            ", expected %" PRId64,
                            label, n - 1, last, numIndices);
      return false;
    }
    return true;
  });
  return status;
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
