//===- Report.cpp - Results of a benchmark --------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "llvm/Support/Format.h"

#include <algorithm>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::bench;

namespace json = llvm::json;

Spread Spread::of(std::vector<double> values) {
  if (values.empty())
    return {};
  llvm::sort(values);
  auto at = [&](double share) {
    return values[static_cast<size_t>(share * double(values.size() - 1) + 0.5)];
  };
  return {at(0.25), at(0.5), at(0.75)};
}

json::Object bench::describe(const Case &config) {
  json::Object object{{"name", config.getName()},
                      {"what", bench::stringify(config.work)},
                      {"rows", config.rows},
                      {"columns", config.columns},
                      {"bags", config.bags},
                      {"distribution", config.getDistribution()},
                      {"table", emb::stringify(config.table)},
                      {"index", emb::stringify(config.index)},
                      {"threads", config.threads},
                      {"cache", config.flushed ? "flushed" : "hot"}};
  if (config.isRagged())
    object["ids"] = config.getIds();
  else
    object["ids"] = config.idsMin;
  if (config.work == Work::Bag)
    object["mode"] = stringifyBagMode(config.mode);
  if (config.work == Work::Step)
    object["optimizer"] = bench::stringify(config.rule);
  return object;
}

static json::Object describe(const Spread &spread) {
  return json::Object{
      {"low", spread.low}, {"median", spread.median}, {"high", spread.high}};
}

json::Object bench::describe(const Result &result) {
  json::Object object = describe(result.config);
  object["lookups"] = result.lookups;
  object["touched_rows"] = result.touched;
  object["emb_ms"] = ::describe(result.compiled);
  object["twin_ms"] = ::describe(result.twin);
  object["ratio"] = ::describe(result.ratio);
  object["rounds"] = result.rounds;
  object["logical_bytes"] = result.traffic.logical;
  object["unique_bytes"] = result.traffic.unique;
  object["floor_ms"] = result.getFloor();
  object["ceiling_gbps"] = result.ceiling;
  object["emb_gbps"] = result.getGBps(result.compiled.median);
  object["twin_gbps"] = result.getGBps(result.twin.median);
  object["emb_share"] = result.getShare(result.compiled.median);
  object["twin_share"] = result.getShare(result.twin.median);
  object["region_us"] = json::Object{{"before", result.regionBefore},
                                     {"after", result.regionAfter}};
  object["void"] = result.isVoid();
  object["twin_distances"] =
      json::Object{{"forward", result.tuning.forwardDistance},
                   {"update", result.tuning.updateDistance}};
  object["twin_streams"] = result.tuning.streaming;
  object["compile_ms"] = result.compileMilliseconds;
  object["compiled_from_cache"] = result.fromCache;
  return object;
}

void bench::printHeader(llvm::raw_ostream &os, size_t nameWidth) {
  os << llvm::left_justify("case", nameWidth)
     << "   emb ms  twin ms   ratio   (quartiles)  logical MB  unique MB"
        "  floor ms     GB/s  share  twin  region us\n";
}

static std::string showShare(double share) {
  if (share <= 0)
    return "-";
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.0f%%", share * 100);
  return text;
}

void bench::printRow(llvm::raw_ostream &os, size_t nameWidth,
                     const Result &result) {
  os << llvm::left_justify(result.config.getName(), nameWidth)
     << llvm::format(" %8.4f %8.4f %7.3f (%.3f %.3f)", result.compiled.median,
                     result.twin.median, result.ratio.median, result.ratio.low,
                     result.ratio.high)
     << llvm::format(" %11.3f %10.3f", result.traffic.logical * 1e-6,
                     result.traffic.unique * 1e-6)
     << llvm::format(" %9.4f %8.2f", result.getFloor(),
                     result.getGBps(result.compiled.median))
     << llvm::right_justify(showShare(result.getShare(result.compiled.median)),
                            7)
     << llvm::right_justify(showShare(result.getShare(result.twin.median)), 6)
     << llvm::format(" %4.1f %5.1f", result.regionBefore, result.regionAfter)
     << (result.isVoid() ? "  void" : "") << "\n";
  os.flush();
}
