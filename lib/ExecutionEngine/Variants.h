//===- Variants.h - Code for arguments with other strides -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled code takes tensors whose innermost stride is 1, since it reads rows
// with vectors. A call that passes another one (a transposed table, every
// second column) gets a *variant* of the function in which that argument is
// marked `emb.strided`: compiled when it is first needed, once, and kept.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_VARIANTS_H
#define EMB_LIB_EXECUTIONENGINE_VARIANTS_H

#include "Backend.h"
#include "emb/ExecutionEngine/Executable.h"

#include <functional>
#include <map>
#include <mutex>

namespace mlir::emb::engine {

/// A function of a loaded module.
struct Entry {
  Signature signature;
  LoadedObject::EntryPoint function;
};

/// A compiled module in this process, with what compiling it took.
struct LoadedModule {
  std::unique_ptr<LoadedObject> object;
  std::vector<Entry> entries;
  CompileStats stats;
};

/// Positions of arguments, ascending.
using ArgumentSet = llvm::SmallVector<size_t, 4>;

/// The variants of the functions of one module.
class VariantTable {
public:
  /// Compiles the module with `function` as its only entry and `strided` among
  /// its arguments marked.
  using Compile = std::function<llvm::Expected<LoadedModule>(
      const Signature &function, llvm::ArrayRef<size_t> strided)>;

  explicit VariantTable(Compile compile) : compile(std::move(compile)) {}

  /// The variant, compiled if this is the first call that needs it; others
  /// that need the same one meanwhile wait for it. One that cannot be compiled
  /// is not tried again.
  llvm::Expected<const Entry *> get(const Signature &function,
                                    const ArgumentSet &strided);

  /// Of the variants that were compiled or loaded so far.
  std::vector<CompileStats> getStats();

private:
  struct Variant {
    std::mutex mutex;
    bool isTried = false;
    LoadedModule module;
    EmbStatus status = EMB_OK;
    std::string message;
  };
  void make(Variant &variant, const Signature &function,
            llvm::ArrayRef<size_t> strided);

  Compile compile;
  std::mutex mutex;
  std::map<std::pair<std::string, std::vector<size_t>>,
           std::unique_ptr<Variant>>
      variants;
};

} // namespace mlir::emb::engine

#endif // EMB_LIB_EXECUTIONENGINE_VARIANTS_H
