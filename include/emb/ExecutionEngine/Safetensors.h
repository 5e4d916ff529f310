//===- Safetensors.h - Tensors by name in one file --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The format of https://github.com/huggingface/safetensors, in which weights of
// models are exchanged: a header in JSON, then the elements, little endian.
//
//   writeSafetensors("model.safetensors", {{"table.weight", weight.ref()}},
//                    {{"epoch", "3"}});
//   llvm::Expected<Tensor> weight =
//       readSafetensors("model.safetensors", "table.weight");
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_SAFETENSORS_H
#define EMB_EXECUTIONENGINE_SAFETENSORS_H

#include "emb/ExecutionEngine/Tensor.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlir::emb {

class FileDescriptor;

/// A tensor that is written, and its name: UTF-8, not "__metadata__".
struct NamedTensorRef {
  std::string name;
  TensorRef tensor;
};

/// Writes tensors (views of any strides, which are packed) and `metadata`. The
/// file at `path` is the old one or the complete new one, whenever the process
/// or the machine stops: temporary file beside it, fsync, rename. What a writer
/// that was killed left behind is removed by the next one that writes the same
/// path. Elements are not copied as a whole. Errors: EMB_IO_ERROR;
/// EMB_INVALID_ARGUMENT for names that are no UTF-8, taken twice, or reserved.
///
/// Tensors with wider elements come first, so that all are aligned in the file;
/// otherwise they are in the given order.
llvm::Error
writeSafetensors(llvm::StringRef path, llvm::ArrayRef<NamedTensorRef> tensors,
                 const std::map<std::string, std::string> &metadata = {});

/// What the header of a file says of a tensor.
struct SafetensorsEntry {
  std::string name;
  /// "F32": the format's name of the element type.
  std::string type;
  /// That element type: F64, F32, F16, BF16, I64, I32, I16, I8, and I1 for
  /// BOOL. Others cannot be read.
  std::optional<DType> dtype;
  Shape shape;
  /// Where the elements lie in the file.
  uint64_t begin = 0, end = 0;
};

/// A file that is open to be read. Its header is checked as a whole: a file of
/// any content is safe to open and to read, and takes no more memory than its
/// own size asks for. If the file is replaced (by a rename) the old contents
/// stay readable. Reading is possible in several threads at once.
///
/// Errors (EMB_IO_ERROR, EMB_OUT_OF_MEMORY) name the file, the tensor, what was
/// found and what was expected.
class SafetensorsFile {
public:
  static llvm::Expected<SafetensorsFile> open(llvm::StringRef path);

  /// In the order of their elements in the file.
  llvm::ArrayRef<SafetensorsEntry> getTensors() const { return entries; }
  /// Null if there is none of this name.
  const SafetensorsEntry *find(llvm::StringRef name) const;
  const std::map<std::string, std::string> &getMetadata() const {
    return metadata;
  }

  /// A tensor; with `expected` another element type is an error: nothing is
  /// converted.
  llvm::Expected<Tensor>
  read(llvm::StringRef name,
       std::optional<DType> expected = std::nullopt) const;
  /// Reads a tensor into memory of its shape and element type, any strides. If
  /// that fails half way, `target` holds part of it.
  llvm::Error readInto(llvm::StringRef name, const TensorRef &target) const;

  /// Reads all of the file once and keeps nothing of it: for those who must not
  /// fail half way afterwards.
  llvm::Error checkReadable() const;

private:
  SafetensorsFile(std::string path, std::shared_ptr<const FileDescriptor> file)
      : path(std::move(path)), file(std::move(file)) {}
  llvm::Expected<const SafetensorsEntry *> get(llvm::StringRef name) const;

  std::string path;
  std::shared_ptr<const FileDescriptor> file;
  std::vector<SafetensorsEntry> entries;
  llvm::StringMap<size_t> positions;
  std::map<std::string, std::string> metadata;
};

/// One tensor of a file.
llvm::Expected<Tensor>
readSafetensors(llvm::StringRef path, llvm::StringRef name,
                std::optional<DType> expected = std::nullopt);

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_SAFETENSORS_H
