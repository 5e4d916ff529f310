//===- InitAll.h - Registration of all that emb uses ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_INITALL_H
#define EMB_INITALL_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::emb {

/// Adds the emb dialect, the upstream dialects and extensions, and the
/// translations to LLVM IR that the compiler uses.
void registerAllDialects(DialectRegistry &registry);

/// Registers the passes and pipelines of emb and those of MLIR. Call it once.
void registerAllPasses();

} // namespace mlir::emb

#endif // EMB_INITALL_H
