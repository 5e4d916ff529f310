//===- CostReport.cpp - A table of expected costs -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostReport.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"

#include <numeric>

using namespace mlir;
using namespace mlir::emb;

namespace json = llvm::json;

// What takes as long as how many bytes of memory (docs/cost-model.md has the
// measurements): a byte from the last cache; one of a table's row that has been
// read in the same operation, which is a popular one; an index that is sorted
// by counting, as few rows are, or by digits.
static constexpr double kCachedByte = 0.4;
static constexpr double kRepeatedByte = 0.22;
static constexpr double kCountedIndex = 60;
static constexpr double kSortedIndex = 200;
static constexpr double kMostCountedRows = 1 << 14;

// Memory comes in lines of 64 bytes; a lookup takes as long as two.
static constexpr int64_t kLineBytes = 64;
static constexpr int64_t kLeastRowBytes = 128;

//===----------------------------------------------------------------------===//
// Reuse
//===----------------------------------------------------------------------===//

/// Of `bytes`, those beyond what was touched before are new: they come from
/// memory or, if the last run has left them there, from the cache.
double Reuse::visit(double bytes, double &before, double reachable) {
  double fresh = std::max(0.0, bytes - std::max(before, reachable));
  double kept =
      footprint > 0 ? std::min(1.0, machine.cacheBytes / footprint) : 1.0;
  touched += fresh;
  before = std::max(before, bytes);
  double missed = machine.isWarm ? fresh * (1 - kept) : fresh;
  // What has been touched in this run stays in the cache as far as it fits.
  missed += (bytes - fresh) * (1 - kept);
  return missed + kCachedByte * (bytes - missed);
}

/// The bytes of the lines that a row of `table` lies in, by its own. Rows begin
/// at multiples of what their size and that of a line have in common.
static double getLineShare(Value table) {
  auto type = cast<ShapedType>(table.getType());
  if (type.isDynamicDim(type.getRank() - 1))
    return 1.0;
  int64_t bytes = type.getDimSize(type.getRank() - 1) *
                  llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  if (bytes == 0)
    return 1.0;
  int64_t lines = bytes + kLineBytes - std::gcd(bytes, kLineBytes);
  return double(std::max(lines, kLeastRowBytes)) / double(bytes);
}

double Reuse::move(const TrafficTerm &term, const Cost &cost) {
  CostBytes &before = roots[getCostRoot(term.data)];
  double time = 0;
  if (cost.unique.read > 0)
    time += visit(cost.unique.read, before.read, before.written) *
            (term.indices ? getLineShare(term.data) : 1.0);
  if (cost.unique.written > 0)
    time += visit(cost.unique.written, before.written, 0);
  double repeated = cost.logical.sum() - cost.unique.sum();
  return time + (term.isMapped ? kCachedByte : kRepeatedByte) * repeated;
}

/// Bytes of memory that take as long as the sort of a group.
static double getSort(CostModel &model, GroupOp group) {
  std::optional<Estimate> rows = model.getTableRows(group.getIndices());
  double bytes =
      rows && rows->value <= kMostCountedRows ? kCountedIndex : kSortedIndex;
  double sum = 0;
  for (Value indices : group.getIndices())
    if (std::optional<Estimate> count = model.getNumElements(indices))
      sum += count->value * bytes;
  return sum;
}

//===----------------------------------------------------------------------===//
// Report
//===----------------------------------------------------------------------===//

/// "file:line:col", or "-" for code that has no place in a file.
static std::string describePlace(Location location) {
  auto place = location->findInstanceOf<FileLineColLoc>();
  if (!place)
    return "-";
  return (llvm::sys::path::filename(place.getFilename().getValue()) + ":" +
          Twine(place.getLine()) + ":" + Twine(place.getColumn()))
      .str();
}

static void scale(Cost &cost, double runs) {
  for (double *figure : {&cost.logical.read, &cost.logical.written,
                         &cost.unique.read, &cost.unique.written, &cost.flops})
    *figure *= runs;
  cost.regions = static_cast<int64_t>(double(cost.regions) * runs);
}

void CostReport::measure(Operation *op) {
  CostLine line{op->getName().getStringRef().str(), describePlace(op->getLoc()),
                model.getCost(op)};
  std::optional<Estimate> runs = model.getRuns(op);
  if (!runs)
    line.cost.reset();
  if (line.cost) {
    std::optional<Traffic> traffic = getTraffic(op);
    for (const TrafficTerm &term : *traffic)
      line.expected += runs->value * reuse.move(term, *model.getCost(term));
    if (auto group = dyn_cast<GroupOp>(op))
      line.expected += runs->value * getSort(model, group);
    line.expected /= machine.bandwidth * 1e6;
    scale(*line.cost, runs->value);
    line.cost->isAssumed |= runs->isAssumed;
    line.floor = line.cost->unique.sum() / (machine.bandwidth * 1e6);
  }
  lines.push_back(std::move(line));
}

CostReport::CostReport(func::FuncOp function, const CostHints &hints,
                       Machine machine)
    : name(function.getName().str()), machine(machine), model(hints),
      reuse(machine) {
  SmallVector<Operation *> ops;
  // How much a run touches decides what stays in the cache.
  Reuse first(machine);
  function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    std::optional<Traffic> traffic = getTraffic(op);
    if (!traffic)
      return WalkResult::advance();
    if (!traffic->empty())
      ops.push_back(op);
    for (const TrafficTerm &term : *traffic)
      if (std::optional<Cost> cost = model.getCost(term))
        first.move(term, *cost);
    // The operations in its region are for one element.
    return WalkResult::skip();
  });
  reuse.setFootprint(first.getFootprint());
  for (Operation *op : ops)
    measure(op);
  total.name = "total";
  total.cost.emplace();
  for (const CostLine &line : lines) {
    if (!line.cost)
      continue;
    Cost &sum = *total.cost;
    sum.logical.read += line.cost->logical.read;
    sum.logical.written += line.cost->logical.written;
    sum.unique.read += line.cost->unique.read;
    sum.unique.written += line.cost->unique.written;
    sum.flops += line.cost->flops;
    sum.regions += line.cost->regions;
    sum.isAssumed |= line.cost->isAssumed;
    total.expected += line.expected;
  }
  // A row that two operations touch comes from memory once.
  total.floor = reuse.getFootprint() / (machine.bandwidth * 1e6);
}

void CostReport::print(raw_ostream &os) const {
  size_t nameWidth = 9, placeWidth = 8;
  for (const CostLine &line : lines) {
    nameWidth = std::max(nameWidth, line.name.size());
    placeWidth = std::max(placeWidth, line.place.size());
  }
  os << "@" << name << ": " << llvm::format("%g", machine.bandwidth)
     << " GB/s, " << llvm::format("%g", machine.cacheBytes * 1e-6)
     << " MB of cache, " << (machine.isWarm ? "warm" : "cold") << "\n";
  os << llvm::left_justify("operation", nameWidth) << "  "
     << llvm::left_justify("location", placeWidth)
     << "   logical MB    unique MB        MFLOP   share  floor ms"
        "  expected ms  regions\n";
  double all = total.cost->logical.sum();
  auto show = [&](const CostLine &line) {
    os << llvm::left_justify(line.name, nameWidth) << "  "
       << llvm::left_justify(line.place, placeWidth);
    if (!line.cost) {
      os << "            ?            ?            ?       ?         ?"
            "            ?        ?\n";
      return;
    }
    const Cost &cost = *line.cost;
    os << llvm::format(" %12.6f %12.6f", cost.logical.sum() * 1e-6,
                       cost.unique.sum() * 1e-6)
       << llvm::format(" %12.6f %6.1f%%", cost.flops * 1e-6,
                       all > 0 ? 100 * cost.logical.sum() / all : 0.0)
       << llvm::format(" %9.4f %12.4f %8lld", line.floor, line.expected,
                       static_cast<long long>(cost.regions))
       << (cost.isAssumed ? "  ~" : "") << "\n";
  };
  for (const CostLine &line : lines)
    show(line);
  show(total);
  bool isPartial = llvm::any_of(lines, [](auto &line) { return !line.cost; });
  if (isPartial)
    os << "The total leaves out what is not known. Not known:\n";
  for (const std::string &unknown : model.getUnknowns())
    if (isPartial)
      os << "  " << unknown << "\n";
  if (total.cost->isAssumed)
    os << "~ assumes that indices are spread evenly over their table.\n";
}

static json::Object toObject(const CostLine &line) {
  json::Object object{{"operation", line.name}};
  if (!line.place.empty())
    object["location"] = line.place;
  if (!line.cost)
    return object;
  const Cost &cost = *line.cost;
  object["logical_read"] = cost.logical.read;
  object["logical_written"] = cost.logical.written;
  object["unique_read"] = cost.unique.read;
  object["unique_written"] = cost.unique.written;
  object["flops"] = cost.flops;
  object["regions"] = cost.regions;
  object["assumed"] = cost.isAssumed;
  object["floor_ms"] = line.floor;
  object["expected_ms"] = line.expected;
  return object;
}

json::Object CostReport::toJSON() const {
  json::Array operations;
  for (const CostLine &line : lines)
    operations.push_back(toObject(line));
  json::Array missing;
  for (const std::string &unknown : model.getUnknowns())
    missing.push_back(unknown);
  return json::Object{{"function", name},
                      {"operations", std::move(operations)},
                      {"total", toObject(total)},
                      {"unknown", std::move(missing)}};
}
