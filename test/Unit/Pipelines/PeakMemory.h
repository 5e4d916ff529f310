//===- PeakMemory.h - The memory of this process ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_UNIT_PIPELINES_PEAKMEMORY_H
#define EMB_TEST_UNIT_PIPELINES_PEAKMEMORY_H

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <malloc.h>
#include <string>
#include <unistd.h>

namespace emb_test {

/// A line of /proc/self/status in bytes, such as VmRSS; 0 where there is none.
inline int64_t readStatus(const std::string &name) {
  std::ifstream status("/proc/self/status");
  std::string key;
  int64_t kilobytes = 0;
  while (status >> key) {
    if (key == name + ":" && status >> kilobytes)
      return kilobytes * 1024;
    std::getline(status, key);
  }
  return 0;
}

/// Starts a new measurement of the peak, VmHWM (see proc(5)). What the program
/// has freed goes back to the system first, so that memory used again counts.
inline bool resetPeak() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  std::ofstream clear("/proc/self/clear_refs");
  clear << "5" << std::flush;
  return clear.good();
}

/// Whether the system tells the peak memory of a process.
inline bool canMeasurePeak() { return resetPeak() && readStatus("VmHWM") != 0; }

/// Bytes of tables to test with: 4 GiB, less on a machine that could not hold
/// two of that.
inline int64_t getLargeTableBytes() {
  int64_t physical =
      int64_t(sysconf(_SC_PHYS_PAGES)) * int64_t(sysconf(_SC_PAGESIZE));
  return std::min<int64_t>(int64_t(4) << 30, physical / 5);
}

} // namespace emb_test

#endif // EMB_TEST_UNIT_PIPELINES_PEAKMEMORY_H
