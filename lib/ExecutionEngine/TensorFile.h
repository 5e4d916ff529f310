//===- TensorFile.h - The elements of tensors in files ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_TENSORFILE_H
#define EMB_LIB_EXECUTIONENGINE_TENSORFILE_H

#include "AtomicFile.h"
#include "emb/ExecutionEngine/Tensor.h"

namespace mlir::emb {

/// Opens a regular file to be read. Errors (EMB_IO_ERROR) name it.
llvm::Expected<FileDescriptor> openForReading(llvm::StringRef path,
                                              uint64_t &size);

/// The part of `text` that a message can show, in quotes.
std::string quoteForMessage(llvm::StringRef text);

/// Bytes of the elements of a tensor; nothing if there are more than 2^64, or
/// would be if sizes of 0 were 1: as Tensor::empty counts.
std::optional<uint64_t> countBytes(llvm::ArrayRef<int64_t> shape, DType dtype);

/// A tensor that is not initialised. The error says what could not be allocated
/// and begins with `where`.
llvm::Expected<Tensor> allocateTensor(const llvm::Twine &where, DType dtype,
                                      llvm::ArrayRef<int64_t> shape);

/// Writes the elements of a view in row-major order, through a small buffer if
/// there are gaps between them. 0, or errno.
int writeElements(AtomicFile &file, const TensorRef &view);

/// Reads the elements of a view that begin at `offset`, in row-major order.
/// What is wrong, or "": the file can be read and holds them, and those of i1
/// are 0 or 1.
std::string readElements(const FileDescriptor &file, uint64_t offset,
                         const TensorRef &view);

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_TENSORFILE_H
