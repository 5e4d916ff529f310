//===- DebugInfo.h - Names and lines for debuggers and perf -----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_DEBUGINFO_H
#define EMB_LIB_EXECUTIONENGINE_DEBUGINFO_H

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace mlir::emb {

/// Names the functions that LLVM made of parallel regions after the operation
/// they were made for and its line: "step..emb.bag.line12". Does nothing to a
/// module without debug information.
void nameParallelBodies(llvm::Module &module);

/// Makes what `jit` links from now on known to debuggers (GDB's JIT interface)
/// and to perf.
llvm::Error announceCode(llvm::orc::LLJIT &jit);

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_DEBUGINFO_H
