//===- Backend.h - From the LLVM dialect to loaded code ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_BACKEND_H
#define EMB_LIB_EXECUTIONENGINE_BACKEND_H

#include "CodeGenerator.h"
#include "emb/ExecutionEngine/Executable.h"
#include "emb/Pipelines/Pipelines.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir::emb {

/// What code is generated for.
struct TargetSpec {
  std::string triple;
  std::string cpu;
  /// "+a,-b,..." in a fixed order.
  std::string features;
};

/// The host, with the processor and features that the options ask for instead.
llvm::Expected<TargetSpec> getTargetSpec(const CompileOptions &options);

/// What the lowering knows of a valid target.
PipelineOptions getPipelineOptions(const TargetSpec &target);

/// Translates a module of the LLVM dialect to LLVM IR, optimises it and returns
/// object files, made on up to `maxThreads` threads. Functions that are not in
/// `entries` become internal. Diagnostics of the translation go to the module's
/// context.
llvm::Expected<ObjectFiles>
compileToObjects(ModuleOp module, const std::vector<std::string> &entries,
                 const TargetSpec &target, unsigned optLevel,
                 unsigned maxThreads);

/// The object files of a module, linked into this process.
class LoadedObject {
public:
  /// Links against the runtime's symbols, `symbols`, OpenMP and the process.
  /// With `announce` debuggers and perf learn of the code (DebugInfo.h).
  static llvm::Expected<std::unique_ptr<LoadedObject>>
  load(ObjectFiles objects,
       llvm::ArrayRef<std::pair<std::string, void *>> symbols, bool announce);

  using EntryPoint = int32_t (*)(EmbContext *, void *const *);
  llvm::Expected<EntryPoint> lookup(llvm::StringRef name);

private:
  explicit LoadedObject(std::unique_ptr<llvm::orc::LLJIT> jit);
  llvm::Error
  defineSymbols(llvm::ArrayRef<std::pair<std::string, void *>> symbols);

  /// What the linker reported besides the error of a lookup.
  std::string reports;
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_BACKEND_H
