//===- DebugInfo.cpp - Names and lines for debuggers and perf -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DebugInfo.h"

#include "llvm/ExecutionEngine/Orc/Debugging/DebugInfoSupport.h"
#include "llvm/ExecutionEngine/Orc/Debugging/DebuggerSupport.h"
#include "llvm/ExecutionEngine/Orc/Debugging/PerfSupportPlugin.h"
#include "llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>
#include <mutex>

using namespace mlir::emb;
using namespace llvm;
using namespace llvm::orc;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// The operation that most of the function was made for: the inlined scope of
/// its first instruction that has one.
static const DILocation *findOperation(const Function &function) {
  for (const Instruction &instruction : instructions(function)) {
    const DILocation *place = instruction.getDebugLoc();
    if (place && place->getInlinedAt())
      return place;
  }
  return nullptr;
}

void mlir::emb::nameParallelBodies(Module &module) {
  for (Function &function : module) {
    DISubprogram *subprogram = function.getSubprogram();
    size_t suffix = function.getName().find("..omp_par");
    if (!subprogram || function.isDeclaration() || suffix == StringRef::npos)
      continue;
    const DILocation *place = findOperation(function);
    if (!place)
      continue;
    std::string name = (function.getName().take_front(suffix) + ".." +
                        place->getScope()->getSubprogram()->getName() +
                        ".line" + Twine(place->getInlinedAt()->getLine()))
                           .str();
    // Two parallel loops of one operation: setName appends a number.
    function.setName(name);
    MDString *text = MDString::get(module.getContext(), function.getName());
    subprogram->replaceOperandWith(2, text);
    subprogram->replaceLinkageName(text);
  }
}

//===----------------------------------------------------------------------===//
// Debuggers and perf
//===----------------------------------------------------------------------===//

namespace {
/// Appends the address, size and name of each function that is linked to the
/// file in which perf looks for those of this process.
class PerfMapPlugin : public ObjectLinkingLayer::Plugin {
public:
  void modifyPassConfig(MaterializationResponsibility &, jitlink::LinkGraph &,
                        jitlink::PassConfiguration &config) override {
    // The linker would forget functions that only their neighbours refer to.
    config.PrePrunePasses.push_back(keepFunctions);
    config.PostFixupPasses.push_back(writeFunctions);
  }
  Error notifyFailed(MaterializationResponsibility &) override {
    return Error::success();
  }
  Error notifyRemovingResources(JITDylib &, ResourceKey) override {
    return Error::success();
  }
  void notifyTransferringResources(JITDylib &, ResourceKey,
                                   ResourceKey) override {}

private:
  static Error keepFunctions(jitlink::LinkGraph &graph);
  static Error writeFunctions(jitlink::LinkGraph &graph);
};
} // namespace

Error PerfMapPlugin::keepFunctions(jitlink::LinkGraph &graph) {
  for (jitlink::Symbol *symbol : graph.defined_symbols())
    if (symbol->isCallable())
      symbol->setLive(true);
  return Error::success();
}

Error PerfMapPlugin::writeFunctions(jitlink::LinkGraph &graph) {
  std::string lines;
  raw_string_ostream text(lines);
  for (const jitlink::Symbol *symbol : graph.defined_symbols())
    if (symbol->isCallable() && symbol->hasName())
      text << format_hex_no_prefix(symbol->getAddress().getValue(), 1) << ' '
           << format_hex_no_prefix(symbol->getSize(), 1) << ' '
           << *symbol->getName() << '\n';
  std::string path =
      ("/tmp/perf-" + Twine(sys::Process::getProcessId()) + ".map").str();
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  std::error_code error;
  raw_fd_ostream os(path, error, sys::fs::OF_Append);
  if (error)
    return createStringError(error,
                             path + ": cannot be written: " + error.message());
  os << lines;
  return Error::success();
}

Error mlir::emb::announceCode(LLJIT &jit) {
  auto *layer = dyn_cast<ObjectLinkingLayer>(&jit.getObjLinkingLayer());
  if (!layer)
    return createStringError("code for this machine is linked by a linker "
                             "that debuggers cannot follow");
  if (Error error = enableDebuggerSupport(jit))
    return error;
  layer->addPlugin(std::make_shared<PerfMapPlugin>());
  if (!std::getenv("JITDUMPDIR"))
    return Error::success();
  auto plugin = PerfSupportPlugin::Create(
      jit.getExecutionSession().getExecutorProcessControl(),
      *jit.getProcessSymbolsJITDylib(), /*EmitDebugInfo=*/true,
      /*EmitUnwindInfo=*/true);
  if (!plugin)
    return plugin.takeError();
  // It reads the line tables of what has been linked.
  layer->addPlugin(std::make_shared<DebugInfoPreservationPlugin>());
  layer->addPlugin(std::move(*plugin));
  return Error::success();
}
