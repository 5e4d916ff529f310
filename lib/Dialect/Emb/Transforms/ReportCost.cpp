//===- ReportCost.cpp - Print what operations are expected to cost --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CostReport.h"

#include "emb/Dialect/Emb/Transforms/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

namespace mlir::emb {
#define GEN_PASS_DEF_REPORTCOST
#include "emb/Dialect/Emb/Transforms/Passes.h.inc"
} // namespace mlir::emb

using namespace mlir;
using namespace mlir::emb;

namespace json = llvm::json;

namespace {
struct ReportCost : public emb::impl::ReportCostBase<ReportCost> {
  using ReportCostBase::ReportCostBase;
  void runOnOperation() override;
  LogicalResult readHints(CostHints &hints);
  LogicalResult readSample(StringRef text, CostHints &hints);
};
} // namespace

LogicalResult ReportCost::readSample(StringRef text, CostHints &hints) {
  auto [argument, path] = text.split(':');
  auto error = [&] {
    return emitError(UnknownLoc::get(&getContext()))
           << "emb-report-cost: samples: ";
  };
  if (argument.empty() || path.empty())
    return error() << "found '" << text << "', expected ARGUMENT:FILE";
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!buffer)
    return error() << path << ": " << buffer.getError().message();
  SmallVector<StringRef> words;
  llvm::SplitString((*buffer)->getBuffer(), words, " \t\r\n,");
  llvm::DenseSet<int64_t> values;
  for (StringRef word : words) {
    int64_t value = 0;
    if (word.getAsInteger(10, value) || value < 0)
      return error() << path << ": found '" << word
                     << "', expected indices, separated by spaces or commas";
    values.insert(value);
  }
  if (words.empty())
    return error() << path << ": found no index, expected at least one";
  hints.samples[argument] = {int64_t(words.size()), int64_t(values.size())};
  return success();
}

LogicalResult ReportCost::readHints(CostHints &hints) {
  auto refuse = [&](StringRef option, double found, StringRef expected) {
    return emitError(UnknownLoc::get(&getContext()))
           << "emb-report-cost: " << option << ": found " << found
           << ", expected " << expected;
  };
  if (!(bandwidth > 0))
    return refuse("bandwidth", bandwidth, "GB/s above 0");
  if (!(cache >= 0))
    return refuse("cache", cache, "megabytes, at least 0");
  if (batch < -1)
    return refuse("batch", double(batch), "an extent or -1");
  if (unique != -1 && !(unique > 0 && unique <= 1))
    return refuse("unique", unique, "a share above 0 and at most 1, or -1");
  if (format != "text" && format != "json")
    return emitError(UnknownLoc::get(&getContext()))
           << "emb-report-cost: format: found '" << format
           << "', expected text or json";
  if (batch >= 0)
    hints.batch = batch;
  if (unique > 0)
    hints.unique = unique;
  for (StringRef sample : samples)
    if (failed(readSample(sample, hints)))
      return failure();
  return success();
}

void ReportCost::runOnOperation() {
  markAllAnalysesPreserved();
  CostHints hints;
  if (failed(readHints(hints)))
    return signalPassFailure();
  Machine machine{bandwidth, cache * 1e6, warm};
  json::Array functions;
  bool isFirst = true;
  for (func::FuncOp function : getOperation().getOps<func::FuncOp>()) {
    if (function.isDeclaration())
      continue;
    CostReport report(function, hints, machine);
    if (format == "json") {
      functions.push_back(report.toJSON());
      continue;
    }
    if (!isFirst)
      llvm::errs() << "\n";
    isFirst = false;
    report.print(llvm::errs());
  }
  if (format == "json")
    llvm::errs() << llvm::formatv(
        "{0:2}\n",
        json::Value(json::Object{{"functions", std::move(functions)}}));
}
