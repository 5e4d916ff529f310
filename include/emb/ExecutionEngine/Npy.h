//===- Npy.h - Tensors in .npy files ----------------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_NPY_H
#define EMB_EXECUTIONENGINE_NPY_H

#include "emb/ExecutionEngine/Tensor.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace mlir::emb {

/// Reads a NumPy file (format 1.0 to 3.0, little endian). Fortran order is
/// brought to row-major order. Element types: |b1, |i1, <i2, <i4, <i8, <f2,
/// <f4, <f8; <u2 only if `expected` is BF16, whose bits it then holds (NumPy
/// has no bfloat16). With `expected` another element type is an error: nothing
/// is converted. Errors (EMB_IO_ERROR, EMB_OUT_OF_MEMORY) name the file, what
/// was found and what was expected; a file of any content is safe to read.
llvm::Expected<Tensor> readNpy(llvm::StringRef path,
                               std::optional<DType> expected = std::nullopt);

/// Writes a view as format 1.0, row-major; bf16 as <u2. Atomic: the file at
/// `path` is the old one or the complete new one, also after a crash (temporary
/// file beside it, fsync, rename).
llvm::Error writeNpy(llvm::StringRef path, const TensorRef &tensor);

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_NPY_H
