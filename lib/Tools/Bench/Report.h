//===- Report.h - Results of a benchmark ------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_TOOLS_BENCH_REPORT_H
#define EMB_LIB_TOOLS_BENCH_REPORT_H

#include "Case.h"
#include "Traffic.h"
#include "Twin/Twin.h"
#include "llvm/Support/JSON.h"

#include <vector>

namespace mlir::emb::bench {

/// An empty region of two threads takes a few microseconds, and much more where
/// something else uses a core: nothing that runs in two threads can be timed
/// then.
inline constexpr double kMostRegionMicroseconds = 20.0;

/// Median and quartiles.
struct Spread {
  double low = 0, median = 0, high = 0;

  static Spread of(std::vector<double> values);
};

struct Result {
  Case config;
  int64_t lookups = 0, touched = 0;
  /// Milliseconds, and the ratio of the two in each round.
  Spread compiled, twin, ratio;
  int64_t rounds = 0;
  Traffic traffic;
  /// Speed of reading random rows, GB/s; 0 where there is no table.
  double ceiling = 0;
  /// Microseconds of an empty region of two threads.
  double regionBefore = 0, regionAfter = 0;
  TwinTuning tuning;
  double compileMilliseconds = 0;
  bool fromCache = false;

  bool isVoid() const {
    return std::max(regionBefore, regionAfter) > kMostRegionMicroseconds;
  }
  /// Milliseconds that the unique bytes take at the speed of the ceiling.
  double getFloor() const {
    return ceiling > 0 ? traffic.unique / ceiling * 1e-6 : 0;
  }
  /// Logical bytes per time.
  double getGBps(double milliseconds) const {
    return milliseconds > 0 ? traffic.logical / milliseconds * 1e-6 : 0;
  }
  double getShare(double milliseconds) const {
    return ceiling > 0 ? getGBps(milliseconds) / ceiling : 0;
  }
};

/// The fields of a case as in a case file, with its name.
llvm::json::Object describe(const Case &config);
llvm::json::Object describe(const Result &result);

/// The lines over a table and a line of it.
void printHeader(llvm::raw_ostream &os, size_t nameWidth);
void printRow(llvm::raw_ostream &os, size_t nameWidth, const Result &result);

} // namespace mlir::emb::bench

#endif // EMB_LIB_TOOLS_BENCH_REPORT_H
