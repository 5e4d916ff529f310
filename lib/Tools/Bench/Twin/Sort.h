//===- Sort.h - A radix sort inside a parallel region -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_TWIN_SORT_H
#define EMB_LIB_TOOLS_BENCH_TWIN_SORT_H

#include "Twin.h"

namespace mlir::emb::bench {

/// Memory and plan of a sort of occurrences by row, made before the region.
struct Sort {
  Pair *pairs[2];
  /// One block of 1 << bits counters a thread.
  uint32_t *counters;
  int passes, bits;
  int threads;

  Sort(const TwinArguments &arguments, int threads, TwinMemory &memory);

  /// To be called by every thread of the region; returns the sorted pairs, of
  /// which all threads may read all.
  const Pair *run(const TwinArguments &arguments, bool fromBags, int thread);
};

/// The part of [0, n) that a thread does.
inline int64_t getFirst(int64_t n, int thread, int threads) {
  return n * thread / threads;
}

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_TWIN_SORT_H
