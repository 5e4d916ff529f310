//===- Profile.cpp - The events of a call ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Profile.h"

#include "Context.h"

#include <chrono>
#include <cstdlib>

using namespace mlir::emb::runtime;

/// In place of the event of a region that was not recorded.
static constexpr uint64_t kDropped = UINT64_MAX;

uint64_t embProfileClock(void) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Profile::~Profile() { std::free(events); }

bool Profile::grow() {
  if (count < capacity)
    return true;
  if (count >= kMaxEvents)
    return false;
  uint64_t wanted = capacity ? 2 * capacity : 64;
  void *memory = std::realloc(events, wanted * sizeof(EmbProfileEvent));
  if (!memory)
    return false;
  events = static_cast<EmbProfileEvent *>(memory);
  capacity = wanted;
  return true;
}

void Profile::begin(int32_t region) {
  bool isRecorded = depth < kMaxDepth && grow();
  if (depth < kMaxDepth)
    open[depth] = isRecorded ? count : kDropped;
  ++depth;
  if (!isRecorded) {
    ++dropped;
    return;
  }
  // The clock comes last, so that none of this is timed.
  EmbProfileEvent &event = events[count++];
  event = {0, 0, 0, region, 0};
  event.start = embProfileClock();
}

void Profile::end(int32_t region, int64_t bytes) {
  uint64_t now = embProfileClock();
  if (depth == 0)
    return;
  --depth;
  if (depth >= kMaxDepth || open[depth] == kDropped)
    return;
  EmbProfileEvent &event = events[open[depth]];
  if (event.region != region)
    return;
  event.duration = now - event.start;
  event.bytes = bytes;
}

uint64_t Profile::getCount() const {
  // A call that fails in a region leaves it open; so are those around it.
  uint64_t first = count;
  for (uint64_t i = 0; i < depth && i < kMaxDepth; ++i)
    if (open[i] < first)
      first = open[i];
  return first;
}

void embProfileBegin(EmbContext *context, int32_t region) {
  if (Context *c = getContext(context))
    c->profile.begin(region);
}

void embProfileEnd(EmbContext *context, int32_t region, int64_t bytes) {
  if (Context *c = getContext(context))
    c->profile.end(region, bytes);
}

const EmbProfileEvent *embContextProfile(const EmbContext *context,
                                         uint64_t *count, uint64_t *dropped) {
  const Context *c = getContext(context);
  *count = c ? c->profile.getCount() : 0;
  if (dropped)
    *dropped = c ? c->profile.getDropped() : 0;
  return c ? c->profile.getEvents() : nullptr;
}
