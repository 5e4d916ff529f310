//===- OpenMP.cpp - The OpenMP runtime of compiled code -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenMP.h"

#include <dlfcn.h>

// These references also make the linker keep libomp in every program that links
// this library. The second is what compiled code calls: only libomp has it.
extern "C" int omp_get_max_threads(void);
extern "C" void __kmpc_fork_call(void *, int, void *, ...);

int mlir::emb::getDefaultThreads() {
  int threads = omp_get_max_threads();
  return threads > 0 ? threads : 1;
}

std::string mlir::emb::getOpenMPLibraryPath() {
  Dl_info info;
  if (!dladdr(reinterpret_cast<void *>(&__kmpc_fork_call), &info) ||
      !info.dli_fname)
    return "";
  return info.dli_fname;
}
