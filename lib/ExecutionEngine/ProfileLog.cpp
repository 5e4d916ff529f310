//===- ProfileLog.cpp - The events of all calls ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProfileLog.h"

#include "llvm/ADT/ArrayRef.h"

#include <tuple>

using namespace mlir::emb;
using namespace mlir::emb::engine;

void ProfileLog::add(const Signature &function, const Signature &code,
                     uint64_t start, const EmbContext *context) {
  uint64_t duration = embProfileClock() - start;
  uint64_t count, dropped;
  const EmbProfileEvent *events = embContextProfile(context, &count, &dropped);
  std::lock_guard<std::mutex> lock(mutex);
  Calls &log = functions[&function];
  log.dropped += dropped;
  if (log.calls.size() + log.events.size() + count >= kMaxEvents) {
    log.dropped += count + 1;
    return;
  }
  unsigned thread =
      threads.try_emplace(std::this_thread::get_id(), threads.size())
          .first->second;
  log.calls.push_back({&code, thread, start, duration, count});
  log.events.insert(log.events.end(), events, events + count);
}

namespace {
/// Gives the regions of the variants of a function common numbers. Variants
/// have the same operations, but may lack some of them.
class RegionTable {
public:
  explicit RegionTable(Profile &profile) : profile(profile) {}

  /// For each region of `code` its position in the profile.
  const std::vector<size_t> &getPositions(const Signature &code);

private:
  Profile &profile;
  std::map<const Signature *, std::vector<size_t>> positions;
  /// By name, location, and which one of those with both.
  std::map<std::tuple<std::string, std::string, unsigned>, size_t> known;
};
} // namespace

const std::vector<size_t> &RegionTable::getPositions(const Signature &code) {
  auto [found, isNew] = positions.try_emplace(&code);
  if (!isNew)
    return found->second;
  std::map<std::pair<std::string, std::string>, unsigned> seen;
  for (const ProfileRegion &region : code.regions) {
    unsigned occurrence = seen[{region.name, region.location}]++;
    auto [place, isFirst] = known.try_emplace(
        {region.name, region.location, occurrence}, profile.regions.size());
    if (isFirst)
      profile.regions.push_back(region);
    found->second.push_back(place->second);
  }
  return found->second;
}

Profile ProfileLog::take(const Signature &function) {
  Calls log;
  {
    std::lock_guard<std::mutex> lock(mutex);
    std::swap(log, functions[&function]);
  }
  Profile profile;
  profile.dropped = log.dropped;
  profile.regions.push_back({function.name, ""});
  RegionTable table(profile);
  table.getPositions(function);
  size_t first = 0;
  for (const Call &call : log.calls) {
    profile.events.push_back(
        {/*region=*/0, call.thread, call.start, call.duration, /*bytes=*/0});
    const std::vector<size_t> &positions = table.getPositions(*call.code);
    for (const EmbProfileEvent &event :
         llvm::ArrayRef(log.events).slice(first, call.numEvents))
      if (size_t(event.region) < positions.size())
        profile.events.push_back({positions[event.region], call.thread,
                                  event.start, event.duration, event.bytes});
    first += call.numEvents;
  }
  return profile;
}
