//===- OpenMP.h - The OpenMP runtime of compiled code -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_OPENMP_H
#define EMB_LIB_EXECUTIONENGINE_OPENMP_H

#include <string>

namespace mlir::emb {

/// Threads OpenMP uses unless told otherwise: OMP_NUM_THREADS or all cores.
int getDefaultThreads();

/// File of the OpenMP runtime this library is linked with; "" if unknown.
std::string getOpenMPLibraryPath();

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_OPENMP_H
