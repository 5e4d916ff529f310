//===- CompiledModule.h - What the cache keeps of a module ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_COMPILEDMODULE_H
#define EMB_LIB_EXECUTIONENGINE_COMPILEDMODULE_H

#include "CodeGenerator.h"
#include "emb/ExecutionEngine/ObjectCache.h"
#include "emb/ExecutionEngine/Signature.h"

namespace mlir::emb {

/// A module that was compiled, before it is loaded.
struct CompiledModule {
  ObjectFiles objects;
  /// Of the entry points, in the order of the module.
  std::vector<Signature> signatures;
  /// What the compiler had to say.
  std::vector<std::string> warnings;
};

llvm::Error storeModule(ObjectCache &cache, const CacheKey &key,
                        const CompiledModule &module);

/// Fails if the entry is not what storeModule() writes.
llvm::Expected<CompiledModule> readModule(const ObjectCache::Entry &entry);

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_COMPILEDMODULE_H
