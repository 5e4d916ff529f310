//===- Executable.h - Compile modules and call their functions --*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   auto program = compileFile("step.mlir");
//   if (!program)
//     return program.takeError();
//   auto step = (*program)->lookup("step");
//   ...
//   auto results = step->call({weight, ids, offsets, 0.1f});
//
// Every function here may be called from any thread. Errors are StatusErrors
// (Error.h); the library prints nothing.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_EXECUTABLE_H
#define EMB_EXECUTIONENGINE_EXECUTABLE_H

#include "emb/ExecutionEngine/Error.h"
#include "emb/ExecutionEngine/Profile.h"
#include "emb/ExecutionEngine/RuntimeValue.h"
#include "emb/ExecutionEngine/Signature.h"
#include "emb/Pipelines/Phases.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mlir::emb {

/// Steps of an embedder (say, the lowering of its own dialect) in a compile.
struct CompileExtension {
  /// Identifies the extension and its version in the cache key; the cache is
  /// not used while it is "".
  std::string name;
  /// Adds dialects (and interfaces) to those of compileFile and compileString.
  std::function<void(DialectRegistry &)> registerDialects;
  /// Adds passes that run before the first phase / after the last one.
  std::function<void(OpPassManager &)> addPassesBefore;
  std::function<void(OpPassManager &)> addPassesAfter;
  /// What the code may call besides the runtime.
  std::vector<std::pair<std::string, void *>> symbols;
};

struct CompileOptions {
  /// LLVM's optimisation level, 0 to 3; of its level 3 only what pays here.
  unsigned optLevel = 3;
  /// Processor and features ("+avx2,-avx512f") to compile for; "" is the host.
  std::string cpu = {};
  std::string features = {};
  /// Threads a call may use; 0 is what OpenMP gives (OMP_NUM_THREADS or all
  /// cores). Not part of what is compiled.
  int threads = 0;
  /// Threads that compile; 0 is all cores. No bit of a result depends on them.
  int compileThreads = 0;
  /// Bytes of workspace and fresh results a call may hold; 0 is no limit.
  uint64_t memoryLimit = 0;
  /// Compiles code that takes its own time: see CompiledFunction::takeProfile.
  bool profile = false;
  /// Compiles line tables, gives the functions of parallel loops the names of
  /// the operations they were made for, and makes both known to debuggers, and
  /// to perf in /tmp/perf-<process>.map (and, where the environment has
  /// JITDUMPDIR, as a jitdump in that folder).
  bool debugInfo = false;
  /// Objects are kept on disk and found again by a later compile of the same
  /// text. An unusable folder is no error: see CompileStats::warnings.
  bool useCache = true;
  /// "" is getDefaultCacheDir().
  std::string cacheDir = {};
  uint64_t cacheLimitBytes = uint64_t(256) << 20;
  CompileExtension extension = {};
};

/// What compiling one module took.
struct CompileStats {
  bool loadedFromCache = false;
  double milliseconds = 0;
  /// Why the cache was not used, an entry was dropped, and the warnings and
  /// remarks of the compiler ("file:line:col: remark: ...").
  std::vector<std::string> warnings;
};

namespace engine {
class ExecutableImpl;
class Invocation;
} // namespace engine

/// A function with its arguments checked and bound: what remains of a call in a
/// loop is marking the buffers as used and the call itself. The memory of bound
/// views must stay alive and in place as long as the BoundCall (bound owning
/// values are kept inside). One run at a time per BoundCall.
class BoundCall {
public:
  BoundCall(BoundCall &&);
  BoundCall &operator=(BoundCall &&);
  ~BoundCall();

  /// Runs the function once. On failure no argument was changed.
  llvm::Error run();

  /// Replaces one argument (another batch, another learning rate), with the
  /// checks of bind(). On failure the old one stays.
  llvm::Error setArgument(size_t position, RuntimeValue value);

  /// A result of the last successful run. Tensors are views, valid until the
  /// next run.
  llvm::Expected<RuntimeValue> getResult(size_t position) const;

  const Signature &getSignature() const;
  /// How often this call went to the system for workspace so far.
  uint64_t getSystemAllocations() const;

private:
  friend class CompiledFunction;
  explicit BoundCall(std::unique_ptr<engine::Invocation> invocation);
  std::unique_ptr<engine::Invocation> invocation;
};

/// A function of an Executable, which it keeps alive. Cheap to copy.
class CompiledFunction {
public:
  const Signature &getSignature() const;

  /// Checks the arguments against the signature (number, kind, element type,
  /// rank, static sizes, no negative stride, alignment to the element), runs
  /// the function and returns its results.
  ///
  /// A tensor may have any strides. The first call in which some tensors have
  /// another innermost stride than 1 compiles a variant of the function for
  /// these (see Executable::getVariantStats), which takes as long as compiling
  /// the function did; it fails with EMB_INVALID_ARGUMENT if the module was
  /// given in the LLVM dialect. Elements that are not in a view are never
  /// touched.
  ///
  /// Refused (EMB_INVALID_ARGUMENT): an argument that the function writes and
  /// that is read-only, overlaps another argument or itself. Refused with
  /// EMB_BUSY: a buffer that a call in another thread uses, if one of the two
  /// writes it. A failing step (bad index, ...) returns its status and message;
  /// then no argument was changed.
  ///
  /// A fresh tensor result owns its memory. A result that is (part of) an
  /// argument, such as an updated table, is a view of that argument.
  llvm::Expected<llvm::SmallVector<RuntimeValue, 4>>
  call(llvm::ArrayRef<RuntimeValue> arguments) const;

  /// Of a module compiled with CompileOptions::profile: what the calls of this
  /// function took, bound ones included, since it was taken last. Without
  /// events otherwise.
  Profile takeProfile() const;

  /// Checks and binds the arguments for many runs.
  llvm::Expected<BoundCall> bind(llvm::ArrayRef<RuntimeValue> arguments) const;

private:
  friend class Executable;
  CompiledFunction(std::shared_ptr<engine::ExecutableImpl> impl, size_t index);
  std::shared_ptr<engine::ExecutableImpl> impl;
  size_t index;
};

/// A compiled module, loaded into this process.
class Executable {
public:
  explicit Executable(std::shared_ptr<engine::ExecutableImpl> impl);
  ~Executable();

  /// Fails with EMB_INVALID_ARGUMENT and lists what there is.
  llvm::Expected<CompiledFunction> lookup(llvm::StringRef name) const;
  /// Of all entry points, in the order of the module.
  std::vector<Signature> getSignatures() const;
  const CompileStats &getStats() const;
  /// Of each variant that calls with an innermost stride other than 1 needed so
  /// far. A variant is compiled once, by one thread, has an entry of its own in
  /// the object cache, and stays.
  std::vector<CompileStats> getVariantStats() const;

  /// For calls that start from now on; bound calls keep what they had.
  /// 0 threads is what OpenMP gives; 0 bytes is no limit.
  void setThreads(int threads);
  void setMemoryLimit(uint64_t bytes);

  /// How often calls (not bound ones) went to the system for workspace so far.
  uint64_t getSystemAllocations() const;

private:
  std::shared_ptr<engine::ExecutableImpl> impl;
};

/// Compiles a file of MLIR (text or bytecode) for this machine and loads it.
/// A module that is already in the LLVM dialect with the attributes of
/// Signature::fromFunction goes straight to LLVM. What the compiler has to say
/// against the module is the text of the error (EMB_COMPILE_ERROR), one
/// "file:line:col: error: ..." a line.
llvm::Expected<std::unique_ptr<Executable>>
compileFile(llvm::StringRef path, const CompileOptions &options = {});

/// The same for MLIR in memory; `name` stands for the file in messages.
llvm::Expected<std::unique_ptr<Executable>>
compileString(llvm::StringRef text, const CompileOptions &options = {},
              llvm::StringRef name = "<string>");

/// The same for a module in memory, which is not changed. Its context gets what
/// is needed to translate to LLVM IR registered, and must not be used by other
/// threads meanwhile.
llvm::Expected<std::unique_ptr<Executable>>
compileModule(ModuleOp module, const CompileOptions &options = {});

/// The text of the module after all phases up to `last`.
llvm::Expected<std::string> printAfterPhase(llvm::StringRef path, Phase last,
                                            const CompileOptions &options = {});

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_EXECUTABLE_H
