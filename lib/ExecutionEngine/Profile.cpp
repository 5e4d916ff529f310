//===- Profile.cpp - Where the time of a function goes --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Profile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Process.h"

using namespace mlir::emb;

double ProfileSummary::getGBPerSecond() const {
  return totalMicroseconds > 0 ? bytes / totalMicroseconds / 1e3 : 0;
}

/// The middle of the numbers, which are not empty.
static double getMedian(std::vector<uint64_t> numbers) {
  llvm::sort(numbers);
  size_t middle = numbers.size() / 2;
  if (numbers.size() % 2)
    return numbers[middle];
  return (numbers[middle - 1] + numbers[middle]) / 2.0;
}

std::vector<ProfileSummary> Profile::summarize() const {
  std::vector<ProfileSummary> summaries;
  std::vector<std::vector<uint64_t>> durations(regions.size());
  std::vector<int64_t> bytes(regions.size(), 0);
  for (const ProfileEvent &event : events) {
    durations[event.region].push_back(event.duration);
    bytes[event.region] += event.bytes;
  }
  for (size_t region = 0; region < regions.size(); ++region) {
    if (durations[region].empty())
      continue;
    uint64_t total = 0;
    for (uint64_t duration : durations[region])
      total += duration;
    summaries.push_back({region, durations[region].size(), total / 1e3,
                         getMedian(durations[region]) / 1e3, bytes[region]});
  }
  return summaries;
}

void Profile::print(llvm::raw_ostream &os) const {
  std::vector<ProfileSummary> lines = summarize();
  if (lines.empty()) {
    os << "profile: no call has succeeded\n";
    return;
  }
  ProfileSummary call = lines.front();
  lines.erase(lines.begin());
  llvm::sort(lines, [](const ProfileSummary &a, const ProfileSummary &b) {
    return std::make_pair(-a.totalMicroseconds, a.region) <
           std::make_pair(-b.totalMicroseconds, b.region);
  });
  size_t nameWidth = llvm::StringRef("operation").size();
  size_t placeWidth = llvm::StringRef("location").size();
  for (const ProfileRegion &region : regions) {
    nameWidth = std::max(nameWidth, region.name.size());
    placeWidth = std::max(placeWidth, region.location.size());
  }
  auto printHead = [&](llvm::StringRef name, llvm::StringRef place) {
    os << llvm::left_justify(name, nameWidth) << "  "
       << llvm::left_justify(place, placeWidth);
  };
  auto printTimes = [&](double total) { os << llvm::format(" %12.1f", total); };
  auto printShare = [&](double total) {
    double whole = call.totalMicroseconds;
    os << llvm::format(" %6.1f%%", whole > 0 ? 100 * total / whole : 0.0);
  };

  printHead("operation", "location");
  os << "    calls     total us    median us   share      MB/call     GB/s\n";
  double untimed = call.totalMicroseconds;
  for (const ProfileSummary &line : lines) {
    untimed -= line.totalMicroseconds;
    printHead(regions[line.region].name, regions[line.region].location);
    os << llvm::format(" %8zu", line.calls);
    printTimes(line.totalMicroseconds);
    printTimes(line.medianMicroseconds);
    printShare(line.totalMicroseconds);
    os << llvm::format(" %12.3f %8.2f\n", line.bytes / 1e6 / line.calls,
                       line.getGBPerSecond());
  }
  printHead("the rest", "");
  os << llvm::format(" %8zu", call.calls);
  printTimes(untimed);
  os << llvm::format(" %12s", "");
  printShare(untimed);
  os << '\n';
  printHead(regions[call.region].name, regions[call.region].location);
  os << llvm::format(" %8zu", call.calls);
  printTimes(call.totalMicroseconds);
  printTimes(call.medianMicroseconds);
  printShare(call.totalMicroseconds);
  os << '\n';
  if (dropped)
    os << "not counted for lack of room: " << dropped << " events\n";
}

void Profile::writeTrace(llvm::raw_ostream &os) const {
  uint64_t origin = events.empty() ? 0 : events.front().start;
  for (const ProfileEvent &event : events)
    origin = std::min(origin, event.start);
  int64_t process = llvm::sys::Process::getProcessId();
  llvm::json::OStream json(os);
  json.object([&] {
    json.attribute("displayTimeUnit", "ns");
    json.attributeArray("traceEvents", [&] {
      for (const ProfileEvent &event : events) {
        const ProfileRegion &region = regions[event.region];
        json.object([&] {
          json.attribute("name", llvm::json::fixUTF8(region.name));
          json.attribute("cat", event.region ? "operation" : "call");
          json.attribute("ph", "X");
          json.attribute("ts", (event.start - origin) / 1e3);
          json.attribute("dur", event.duration / 1e3);
          json.attribute("pid", process);
          json.attribute("tid", int64_t(event.thread));
          json.attributeObject("args", [&] {
            if (!region.location.empty())
              json.attribute("location", llvm::json::fixUTF8(region.location));
            if (event.region)
              json.attribute("bytes", event.bytes);
          });
        });
      }
    });
  });
  os << '\n';
}
