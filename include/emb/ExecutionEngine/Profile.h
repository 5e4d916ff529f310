//===- Profile.h - Where the time of a function goes ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of functions that were compiled with CompileOptions::profile:
//
//   for (...)
//     step.run();
//   Profile profile = function.takeProfile();
//   profile.print(llvm::outs());
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_PROFILE_H
#define EMB_EXECUTIONENGINE_PROFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlir::emb {

/// A part of a function whose time is taken.
struct ProfileRegion {
  /// Of the operation: "emb.bag".
  std::string name;
  /// "file:line:col"; "" if it comes from no file.
  std::string location;
};

/// A region, run once.
struct ProfileEvent {
  /// Position in Profile::regions.
  size_t region;
  /// Which of the calling threads, counted from 0. The threads of a parallel
  /// operation are not told apart.
  unsigned thread;
  /// Nanoseconds since some moment of the past.
  uint64_t start;
  /// Nanoseconds.
  uint64_t duration;
  /// Read and written, where each lookup counts; 0 of whole calls.
  int64_t bytes;
};

/// What the events of one region add up to.
struct ProfileSummary {
  size_t region;
  size_t calls;
  double totalMicroseconds;
  double medianMicroseconds;
  int64_t bytes;

  /// Bytes by time, in 10^9 bytes a second; 0 if it took no time.
  double getGBPerSecond() const;
};

/// What calls of one function took.
struct Profile {
  /// The first one is the function itself: whole calls, from the first to the
  /// last instruction of the compiled code.
  std::vector<ProfileRegion> regions;
  /// Each call followed by the regions it ran, in the order in which they
  /// began. Calls that failed are not among them.
  std::vector<ProfileEvent> events;
  /// Events and calls for which there was no room.
  uint64_t dropped = 0;

  /// Of all regions that have events, in their order.
  std::vector<ProfileSummary> summarize() const;
  /// A table with a line for each region, the longest times first, and one for
  /// what no region covers.
  void print(llvm::raw_ostream &os) const;
  /// The events as JSON for chrome://tracing or Perfetto, times in
  /// microseconds since the first one.
  void writeTrace(llvm::raw_ostream &os) const;
};

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_PROFILE_H
