//===- IndexSummary.h - What one look at all indices tells ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_INDEXSUMMARY_H
#define EMB_LIB_RUNTIME_INDEXSUMMARY_H

#include "IndexSources.h"

namespace mlir::emb::runtime {

/// Of the indices that are no padding, in a range of occurrences.
struct IndexSummary {
  int64_t numItems = 0;        ///< how many there are
  uint64_t any = 0;            ///< bits that some index has
  uint64_t all = ~uint64_t(0); ///< bits that all indices have
  bool sorted = true;
  /// If there are any: the first and the last index.
  int64_t first = 0, last = 0;

  bool hasNegative() const { return any >> 63; }
  /// Highest bit in which indices differ, plus one.
  int32_t getKeyBits() const {
    uint64_t differ = numItems ? any & ~all : 0;
    return differ ? 64 - __builtin_clzll(differ) : 0;
  }
  /// What all indices have above the bits that differ.
  uint64_t getCommonBits() const {
    int32_t bits = getKeyBits();
    return numItems && bits < 64 ? any >> bits << bits : 0;
  }

  /// Goes on with the occurrences that follow.
  void append(const IndexSummary &next);
  template <typename T> void append(const IndexRun<T, true> &run);
  template <typename T> void append(const IndexRun<T, false> &run);
};

inline void IndexSummary::append(const IndexSummary &next) {
  if (next.numItems == 0)
    return;
  sorted &= next.sorted && (numItems == 0 || last <= next.first);
  if (numItems == 0)
    first = next.first;
  last = next.last;
  numItems += next.numItems;
  any |= next.any;
  all &= next.all;
}

/// Without branches, in blocks, so that it is made of vectors: the sign of a
/// difference tells a descent, as long as no index is negative. Once one is
/// found, nothing looks for another.
template <typename T> void IndexSummary::append(const IndexRun<T, true> &run) {
  using Unsigned = std::make_unsigned_t<T>;
  constexpr int64_t kBlock = 1024;
  const T *data = run.data;
  int64_t n = run.size;
  if (numItems == 0)
    first = data[0];
  else
    sorted &= last <= data[0];
  for (int64_t begin = 0; begin < n; begin += kBlock) {
    int64_t end = std::min(begin + kBlock, n);
    T anyHere = 0, allHere = -1;
    for (int64_t i = begin; i < end; ++i) {
      anyHere |= data[i];
      allHere &= data[i];
    }
    any |= static_cast<uint64_t>(static_cast<int64_t>(anyHere));
    all &= static_cast<uint64_t>(static_cast<int64_t>(allHere));
    if (!sorted)
      continue;
    Unsigned descents = 0;
    for (int64_t i = std::max<int64_t>(begin, 1); i < end; ++i)
      descents |=
          static_cast<Unsigned>(data[i]) - static_cast<Unsigned>(data[i - 1]);
    sorted = static_cast<T>(descents) >= 0;
  }
  last = data[n - 1];
  numItems += n;
}

template <typename T> void IndexSummary::append(const IndexRun<T, false> &run) {
  for (int64_t k = 0; k < run.size; ++k) {
    int64_t index = run[k];
    if (run.isPadding(index))
      continue;
    if (numItems++ == 0)
      first = last = index;
    sorted &= last <= index;
    last = index;
    any |= static_cast<uint64_t>(index);
    all &= static_cast<uint64_t>(index);
  }
}

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_INDEXSUMMARY_H
