//===- EntryPoints.h - Attributes of compiled functions ---------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An *entry point* is a function with the calling convention of
// emb/Runtime/RuntimeABI.h: its arguments are the context and the array of
// pointers to arguments and results, its result is a status.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_CONVERSION_ENTRYPOINTS_H
#define EMB_CONVERSION_ENTRYPOINTS_H

#include "mlir/Dialect/LLVMIR/LLVMTypes.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace mlir::emb {

/// On an entry point: what the function took before it became one, as an array
/// of `{type = <tensor or scalar>, name = "w", written, strided}`, all but the
/// first optional.
inline constexpr StringLiteral kArgumentsAttr = "emb.arguments";
/// On an entry point: what it gave, as an array of `{type = <tensor or
/// scalar>}`.
inline constexpr StringLiteral kResultsAttr = "emb.results";
/// On an scf.parallel: about how many bytes an iteration moves, an i64 > 0.
inline constexpr StringLiteral kWorkAttr = "emb.work";
/// On an scf.parallel: neighbouring iterations are for different threads, as
/// they are alike in work.
inline constexpr StringLiteral kCyclicAttr = "emb.cyclic";
/// On an scf.parallel: it writes past the cache, so that a fence has to come
/// after the part of each thread.
inline constexpr StringLiteral kStreamsAttr = "emb.streams";
/// On a private function: the compiler has made it for the entry points to call.
/// It needs no context.
inline constexpr StringLiteral kKernelAttr = "emb.kernel";
/// On a function with `emb.profile_begin`: of each region, by its number, where
/// it comes from: an array of `{location = "file:line:col", name = "emb.bag"}`.
inline constexpr StringLiteral kRegionsAttr = "emb.regions";

/// Whether `function` is an entry point; its first argument is the context
/// then.
inline bool isEntryPoint(FunctionOpInterface function) {
  return function->hasAttr(kArgumentsAttr) && !function.isExternal() &&
         function.getNumArguments() != 0 &&
         isa<LLVM::LLVMPointerType>(function.getArgumentTypes().front());
}

} // namespace mlir::emb

#endif // EMB_CONVERSION_ENTRYPOINTS_H
