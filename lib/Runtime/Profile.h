//===- Profile.h - The events of a call -------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_RUNTIME_PROFILE_H
#define EMB_LIB_RUNTIME_PROFILE_H

#include "emb/Runtime/ProfileABI.h"

namespace mlir::emb::runtime {

/// What the regions of the current call took. Keeps its memory.
class Profile {
public:
  Profile() = default;
  Profile(const Profile &) = delete;
  Profile &operator=(const Profile &) = delete;
  ~Profile();

  void beginCall() { count = dropped = depth = 0; }
  void begin(int32_t region);
  void end(int32_t region, int64_t bytes);

  const EmbProfileEvent *getEvents() const { return events; }
  uint64_t getCount() const;
  uint64_t getDropped() const { return dropped; }

private:
  static constexpr uint64_t kMaxEvents = 1u << 20;
  static constexpr uint64_t kMaxDepth = 16;

  /// Room for one event more; false if there is none.
  bool grow();

  EmbProfileEvent *events = nullptr;
  uint64_t capacity = 0;
  uint64_t count = 0;
  uint64_t dropped = 0;
  /// The events of the regions that have begun, outermost first.
  uint64_t open[kMaxDepth];
  uint64_t depth = 0;
};

} // namespace mlir::emb::runtime

#endif // EMB_LIB_RUNTIME_PROFILE_H
