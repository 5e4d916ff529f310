//===- Invocation.h - One call of a compiled function -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_INVOCATION_H
#define EMB_LIB_EXECUTIONENGINE_INVOCATION_H

#include "BufferRegistry.h"
#include "ProfileLog.h"
#include "Variants.h"

#include <atomic>
#include <mutex>

namespace mlir::emb::engine {

/// Keeps blocks of results that have been destroyed for the results to come.
class BlockRecycler : public Tensor::Recycler {
public:
  ~BlockRecycler() override;
  void recycle(EmbBlock block) override;
  /// Gives all kept blocks to the context.
  void moveTo(EmbContext *context);

private:
  /// What is kept at most; the system takes the rest back.
  static constexpr uint64_t kMaxBytes = uint64_t(256) << 20;
  static constexpr size_t kMaxBlocks = 256;

  std::mutex mutex;
  llvm::SmallVector<EmbBlock, 8> blocks;
  uint64_t bytes = 0;
};

/// A loaded module: its functions and the contexts their calls use.
class ExecutableImpl {
public:
  ExecutableImpl(LoadedModule module, VariantTable::Compile compileVariant,
                 int threads, uint64_t memoryLimit);
  ~ExecutableImpl();

  /// A context for one call, with the threads and limit as set now.
  llvm::Expected<EmbContext *> acquireContext();
  void releaseContext(EmbContext *context);
  uint64_t getSystemAllocations();

  LoadedModule module;
  VariantTable variants;
  std::atomic<int> threads;
  std::atomic<uint64_t> memoryLimit;
  std::shared_ptr<BlockRecycler> recycler;
  ProfileLog profile;

private:
  std::mutex mutex;
  std::vector<EmbContext *> idleContexts;
  std::vector<EmbContext *> allContexts;
};

/// Checked arguments in the form compiled code takes them, and room for
/// results.
class Invocation {
public:
  Invocation(ExecutableImpl &impl, const Entry &entry);
  ~Invocation();
  Invocation(const Invocation &) = delete;
  Invocation &operator=(const Invocation &) = delete;

  /// Takes a context and checks all arguments.
  llvm::Error prepare(llvm::ArrayRef<RuntimeValue> arguments);
  /// Replaces one argument of a prepared invocation.
  llvm::Error replace(size_t position, RuntimeValue value);
  llvm::Error run();

  /// After a successful run: what the function gave. `detach` moves fresh
  /// memory out of the context, otherwise it stays valid until the next run.
  llvm::Expected<RuntimeValue> getResult(size_t position, bool detach);

  const Signature &getSignature() const { return entry.signature; }
  EmbContext *getContext() const { return context; }

  /// Keeps bound owning values, and the code, alive.
  llvm::SmallVector<RuntimeValue, 0> kept;
  std::shared_ptr<ExecutableImpl> keptImpl;

private:
  llvm::Error fail(EmbStatus status, const llvm::Twine &what) const;
  llvm::Error checkArgument(size_t position, const RuntimeValue &value) const;
  llvm::Error checkTensor(size_t position, const TensorRef &tensor) const;
  llvm::Error checkOverlaps(size_t position) const;
  void setArgument(size_t position, const RuntimeValue &value);
  bool isProfiled() const { return code->signature.profiled; }
  /// Decides which code the arguments need.
  llvm::Error selectCode();

  ExecutableImpl &impl;
  const Entry &entry;
  /// `entry`, or its variant for the arguments in `strided`.
  const Entry *code;
  ArgumentSet strided;
  EmbContext *context = nullptr;
  bool succeeded = false;

  /// Descriptors and scalars of arguments, then of results, in 8-byte words.
  llvm::SmallVector<int64_t, 96> words;
  llvm::SmallVector<unsigned, 16> firstWord;
  llvm::SmallVector<void *, 16> pointers;
  /// Per argument; of scalars empty.
  llvm::SmallVector<TensorRef, 8> views;
  llvm::SmallVector<BufferClaim, 8> claims;
};

} // namespace mlir::emb::engine

#endif // EMB_LIB_EXECUTIONENGINE_INVOCATION_H
