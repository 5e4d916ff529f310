//===- CompileFlags.h - Flags of tools that compile and call ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef EMB_TOOLS_COMPILEFLAGS_H
#define EMB_TOOLS_COMPILEFLAGS_H

#include "emb/ExecutionEngine/Executable.h"
#include "llvm/Support/CommandLine.h"

namespace mlir::emb {

/// To be made in main(), after the options of the libraries have been removed:
/// LLVM has a --threads of its own.
struct CompileFlags {
  explicit CompileFlags(llvm::cl::OptionCategory &category)
      : threads("threads",
                llvm::cl::desc("Threads of a call; 0 is what OpenMP gives "
                               "(OMP_NUM_THREADS or all cores)"),
                llvm::cl::value_desc("T"), llvm::cl::init(0),
                llvm::cl::cat(category)),
        cacheDir("cache-dir",
                 llvm::cl::desc("Folder of compiled objects (default: "
                                "$EMB_CACHE_DIR, $XDG_CACHE_HOME/emb or "
                                "~/.cache/emb)"),
                 llvm::cl::value_desc("folder"), llvm::cl::cat(category)),
        noCache("no-cache",
                llvm::cl::desc("Compile always and keep no objects on disk"),
                llvm::cl::cat(category)) {}

  void apply(CompileOptions &options) const {
    options.threads = threads;
    options.cacheDir = cacheDir;
    options.useCache = !noCache;
  }

  llvm::cl::opt<int> threads;
  llvm::cl::opt<std::string> cacheDir;
  llvm::cl::opt<bool> noCache;
};

} // namespace mlir::emb

#endif // EMB_TOOLS_COMPILEFLAGS_H
