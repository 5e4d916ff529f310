//===- Traffic.h - The bytes that a case moves ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_TRAFFIC_H
#define EMB_LIB_TOOLS_BENCH_TRAFFIC_H

#include "Case.h"
#include "Data.h"

namespace mlir::emb::bench {

/// Bytes that the work reads and writes, whoever does it.
struct Traffic {
  /// Each lookup counts, wherever its row is found.
  int64_t logical = 0;
  /// Each row and each number is read once and written once: no program with
  /// cold caches moves less.
  int64_t unique = 0;
};

Traffic getTraffic(const Case &config, const Lookups &lookups);

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_TRAFFIC_H
