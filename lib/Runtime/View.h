//===- View.h - Reading index tensors of any shape --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_VIEW_H
#define EMB_LIB_RUNTIME_VIEW_H

#include "emb/Runtime/RuntimeABI.h"
#include "emb/Support/Check.h"

namespace mlir::emb::runtime {

/// A strided tensor of T, read through its descriptor. It is walked in runs:
/// inner dimensions that lie one after the other are one run, so a contiguous
/// tensor of any rank is a single one.
template <typename T> class View {
public:
  View(const void *descriptor, int64_t rank) : rank(rank), numOuter(rank) {
    auto *head = static_cast<const EmbDescriptor0 *>(descriptor);
    data = static_cast<const T *>(head->aligned) + head->offset;
    sizes = reinterpret_cast<const int64_t *>(head + 1);
    strides = sizes + rank;
    while (numOuter > 0 && mergeIntoRun(numOuter - 1))
      --numOuter;
  }

  /// Number of elements; -1 if it overflows or a size is negative.
  int64_t getNumElements() const {
    int64_t count = 1;
    bool overflow = false;
    for (int64_t i = 0; i < rank; ++i) {
      if (sizes[i] == 0)
        return 0;
      overflow |=
          sizes[i] < 0 || __builtin_mul_overflow(count, sizes[i], &count);
    }
    return overflow ? -1 : count;
  }

  int64_t getSize(int64_t dimension) const { return sizes[dimension]; }

  /// Element `i` of a view of rank 1.
  T get(int64_t i) const { return data[i * strides[0]]; }

  /// Calls `visit(pointer, count, stride, number)` for the parts of runs that
  /// make up the elements [first, last) in row-major order, until it returns
  /// false; `number` is that of the part's first element. False if it did.
  template <typename Visitor>
  bool forEachRun(int64_t first, int64_t last, Visitor &&visit) const {
    while (first < last) {
      int64_t skipped = first % runLength;
      int64_t count = runLength - skipped;
      if (count > last - first)
        count = last - first;
      const T *run = getRun(first / runLength);
      if (!visit(run + skipped * runStride, count, runStride, first))
        return false;
      first += count;
    }
    return true;
  }

private:
  /// Makes the dimension part of the runs; false if its elements are not where
  /// the run goes on.
  bool mergeIntoRun(int64_t dimension) {
    int64_t size = sizes[dimension], stride = strides[dimension], next, length;
    if (size == 1)
      return true;
    if (runLength == 1)
      runStride = stride;
    else if (__builtin_mul_overflow(runLength, runStride, &next) ||
             next != stride)
      return false;
    if (size <= 0 || __builtin_mul_overflow(runLength, size, &length))
      return false;
    runLength = length;
    return true;
  }

  const T *getRun(int64_t number) const {
    const T *run = data;
    for (int64_t i = numOuter - 1; i >= 0; --i) {
      run += number % sizes[i] * strides[i];
      number /= sizes[i];
    }
    return run;
  }

  const T *data;
  int64_t rank;
  const int64_t *sizes;
  const int64_t *strides;
  /// Dimensions [0, numOuter) lead to a run, the others make it up.
  int64_t numOuter;
  int64_t runLength = 1;
  int64_t runStride = 1;
};

/// Calls `action(View<int32_t>)` or `action(View<int64_t>)`.
template <typename Action>
auto withView(int32_t bits, const void *descriptor, int64_t rank,
              Action &&action) {
  EMB_CHECK(bits == 32 || bits == 64, "an index has 32 or 64 bits");
  EMB_CHECK(descriptor && rank >= 0, "a tensor has a descriptor");
  if (bits == 32)
    return action(View<int32_t>(descriptor, rank));
  return action(View<int64_t>(descriptor, rank));
}

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_VIEW_H
