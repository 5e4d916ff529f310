//===- PerfPlugin.cpp - Tells perf of compiled functions ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PerfPlugin.h"

#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/ExecutionEngine/Orc/Debugging/DebugInfoSupport.h"
#include "llvm/ExecutionEngine/Orc/Shared/PerfSharedStructs.h"
#include "llvm/ExecutionEngine/Orc/TargetProcess/JITLoaderPerf.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <cstdlib>
#include <mutex>

using namespace llvm;
using namespace llvm::orc;

/// The functions of the graph that have names.
static std::vector<jitlink::Symbol *> getFunctions(jitlink::LinkGraph &graph) {
  std::vector<jitlink::Symbol *> functions;
  for (jitlink::Symbol *symbol : graph.defined_symbols())
    if (symbol->isCallable() && symbol->hasName())
      functions.push_back(symbol);
  return functions;
}

/// The linker would forget functions that only their neighbours refer to.
static Error keepFunctions(jitlink::LinkGraph &graph) {
  for (jitlink::Symbol *symbol : getFunctions(graph))
    symbol->setLive(true);
  return Error::success();
}

static Error writeMap(jitlink::LinkGraph &graph) {
  std::string path =
      ("/tmp/perf-" + Twine(sys::Process::getProcessId()) + ".map").str();
  static std::mutex mutex;
  static bool isOurs = false;
  std::lock_guard<std::mutex> lock(mutex);
  std::error_code error;
  // The first time it may be that of an earlier process with our number.
  raw_fd_ostream os(path, error,
                    isOurs ? sys::fs::OF_Append : sys::fs::OF_None);
  if (error)
    return createStringError(error,
                             path + ": cannot be written: " + error.message());
  isOurs = true;
  for (const jitlink::Symbol *symbol : getFunctions(graph))
    os << format_hex_no_prefix(symbol->getAddress().getValue(), 1) << ' '
       << format_hex_no_prefix(symbol->getSize(), 1) << ' '
       << *symbol->getName() << '\n';
  return Error::success();
}

//===----------------------------------------------------------------------===//
// The jitdump
//===----------------------------------------------------------------------===//

namespace {
/// Opens the jitdump of this process and closes it when the process ends.
struct Dump {
  Dump() : error(toString(call(llvm_orc_registerJITLoaderPerfStart))) {}
  ~Dump() {
    if (error.empty())
      consumeError(call(llvm_orc_registerJITLoaderPerfEnd));
  }

  /// Why it could not be opened.
  std::string error;

private:
  static Error call(shared::CWrapperFunctionBuffer (*function)(const char *,
                                                               size_t)) {
    auto call = shared::WrapperFunctionCall::Create<shared::SPSArgList<>>(
        ExecutorAddr::fromPtr(function));
    return call ? call->runWithSPSRetErrorMerged() : call.takeError();
  }
};
} // namespace

static PerfJITDebugInfoRecord getLines(const jitlink::Symbol &symbol,
                                       DWARFContext &dwarf) {
  PerfJITDebugInfoRecord record;
  uint64_t address = symbol.getAddress().getValue();
  record.Prefix.Id = PerfJITRecordType::JIT_CODE_DEBUG_INFO;
  record.CodeAddr = address;
  // Identifier, size, time, address, and number of the entries.
  record.Prefix.TotalSize = 4 * sizeof(uint64_t);
  DILineInfoTable lines = dwarf.getLineInfoForAddressRange(
      {address, symbol.getSection().getOrdinal()}, symbol.getSize(),
      DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath);
  for (const auto &[place, line] : lines) {
    record.Entries.push_back(
        {place, line.Line, line.Discriminator, line.FileName});
    record.Prefix.TotalSize +=
        sizeof(uint64_t) + 2 * sizeof(uint32_t) + line.FileName.size() + 1;
  }
  return record;
}

static PerfJITCodeLoadRecord getCode(const jitlink::Symbol &symbol) {
  static std::atomic<uint64_t> numFunctions = 0;
  PerfJITCodeLoadRecord record;
  uint64_t address = symbol.getAddress().getValue();
  record.Prefix.Id = PerfJITRecordType::JIT_CODE_LOAD;
  record.Pid = record.Tid = 0; // The writer knows.
  record.Vma = record.CodeAddr = address;
  record.CodeSize = symbol.getSize();
  record.CodeIndex = numFunctions++;
  record.Name = (*symbol.getName()).str();
  record.Prefix.TotalSize = 2 * sizeof(uint64_t) + 2 * sizeof(uint32_t) +
                            4 * sizeof(uint64_t) + record.Name.size() + 1 +
                            record.CodeSize;
  return record;
}

/// perf takes the lines that come right before the code of a function, so each
/// function is a batch of its own: LLVM's plugin for perf writes all lines
/// first.
static Error writeDump(jitlink::LinkGraph &graph) {
  static Dump dump;
  if (!dump.error.empty())
    return createStringError("the jitdump cannot be written: " + dump.error);
  auto dwarf = createDWARFContext(graph);
  if (!dwarf)
    return dwarf.takeError();
  for (const jitlink::Symbol *symbol : getFunctions(graph)) {
    PerfJITRecordBatch batch;
    batch.DebugInfoRecords.push_back(getLines(*symbol, *dwarf->first));
    batch.CodeLoadRecords.push_back(getCode(*symbol));
    batch.UnwindingRecord.Prefix = {PerfJITRecordType::JIT_CODE_UNWINDING_INFO,
                                    0};
    auto write = shared::WrapperFunctionCall::Create<
        shared::SPSArgList<shared::SPSPerfJITRecordBatch>>(
        ExecutorAddr::fromPtr(llvm_orc_registerJITLoaderPerfImpl), batch);
    if (!write)
      return write.takeError();
    graph.allocActions().push_back({std::move(*write), {}});
  }
  return Error::success();
}

void mlir::emb::PerfPlugin::modifyPassConfig(
    MaterializationResponsibility &, jitlink::LinkGraph &,
    jitlink::PassConfiguration &config) {
  config.PrePrunePasses.push_back(keepFunctions);
  config.PostFixupPasses.push_back(writeMap);
  if (!std::getenv("JITDUMPDIR"))
    return;
  config.PrePrunePasses.push_back(preserveDebugSections);
  config.PostFixupPasses.push_back(writeDump);
}
