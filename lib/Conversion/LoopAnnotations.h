//===- LoopAnnotations.h - What LLVM is told of loops -----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_CONVERSION_LOOPANNOTATIONS_H
#define EMB_LIB_CONVERSION_LOOPANNOTATIONS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::emb {

/// How many copies of the body of a loop LLVM is to make: of those loops whose
/// body is so short that counting and branching show.
inline constexpr StringLiteral kUnrollAttr = "emb.unroll";

/// Tells LLVM how to vectorize and unroll `loop`; null for as it likes.
inline void annotate(scf::ForOp loop, LLVM::LoopVectorizeAttr vectorize,
                     LLVM::LoopUnrollAttr unroll) {
  loop->setAttr("loop_annotation",
                LLVM::LoopAnnotationAttr::get(loop.getContext(), {}, vectorize,
                                              {}, unroll, {}, {}, {}, {}, {},
                                              {}, {}, {}, {}, {}, {}));
}

inline LLVM::LoopUnrollAttr getNoUnroll(MLIRContext *context) {
  return LLVM::LoopUnrollAttr::get(context, BoolAttr::get(context, true), {},
                                   {}, {}, {}, {}, {});
}

/// Keeps LLVM from unrolling `loop`, whose body fills the registers or the
/// pipelines already: unrolled, it only takes longer to compile.
inline void disableUnroll(scf::ForOp loop) {
  annotate(loop, {}, getNoUnroll(loop.getContext()));
}

} // namespace mlir::emb

#endif // EMB_LIB_CONVERSION_LOOPANNOTATIONS_H
