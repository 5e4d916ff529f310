//===- Threads.h - Work shared by the threads of a context ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_THREADS_H
#define EMB_LIB_RUNTIME_THREADS_H

#include <cstdint>
#include <omp.h>

namespace mlir::emb::runtime {

/// More threads than this only wait for memory, and what the runtime keeps for
/// each is on the stack.
constexpr int32_t kMaxThreads = 64;

/// The place of a thread among those that run a body together.
struct Team {
  int32_t thread, threads;

  /// The part of [0, n) that this thread does begins here; it ends where that
  /// of the next one begins.
  int64_t getFirst(int64_t n) const { return getFirst(n, thread); }
  int64_t getLast(int64_t n) const { return getFirst(n, thread + 1); }
  int64_t getFirst(int64_t n, int32_t other) const {
    int64_t rest = n % threads;
    return n / threads * other + (other < rest ? other : rest);
  }

  void barrier() const {
    if (threads > 1) {
#pragma omp barrier
    }
  }
};

/// How many of `threads` are worth waking for `n` elements of which each thread
/// should have `grain`.
inline int32_t getNumThreads(int32_t threads, int64_t n, int64_t grain) {
  int64_t most = threads < kMaxThreads ? threads : kMaxThreads;
  int64_t useful = n / grain;
  return static_cast<int32_t>(useful < 1 ? 1 : useful < most ? useful : most);
}

/// Runs `body(team)` on at most `threads` threads; one needs no region.
template <typename Body> void runThreads(int32_t threads, const Body &body) {
  if (threads <= 1)
    return body(Team{0, 1});
#pragma omp parallel num_threads(threads)
  body(Team{omp_get_thread_num(), omp_get_num_threads()});
}

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_THREADS_H
