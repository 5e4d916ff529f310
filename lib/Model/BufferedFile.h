//===- BufferedFile.h - Files that are read from front to end ---*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_BUFFEREDFILE_H
#define EMB_LIB_MODEL_BUFFEREDFILE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"

#include <memory>
#include <string>
#include <vector>

namespace mlir::emb {

/// A regular file, read once, through a buffer that is as long as the longest
/// line. Errors (EMB_IO_ERROR) name the file.
class BufferedFile {
public:
  /// From byte `offset` on.
  static llvm::Expected<std::unique_ptr<BufferedFile>>
  open(StringRef path, uint64_t offset = 0);
  BufferedFile(const BufferedFile &) = delete;
  BufferedFile &operator=(const BufferedFile &) = delete;
  ~BufferedFile();

  StringRef getPath() const { return path; }
  uint64_t getSize() const { return size; }

  /// The next bytes, as many as there are, at most `count`. They stay the next
  /// ones. Valid until the next call.
  llvm::Expected<StringRef> peek(size_t count);
  /// Goes on behind the next `count` bytes, which were peeked at.
  void skip(size_t count) { begin += count; }

  /// Takes the bytes up to the next `separator`, and that one. Nothing if there
  /// is none among the next `limit` bytes. At the end of the file, what is left
  /// is taken if `endSeparates`.
  llvm::Expected<std::optional<StringRef>>
  takeUntil(char separator, size_t limit, bool endSeparates);

  /// Makes an error about this file.
  llvm::Error fail(const llvm::Twine &what) const;

private:
  BufferedFile(StringRef path, llvm::sys::fs::file_t file, uint64_t size,
               uint64_t offset);

  std::string path;
  llvm::sys::fs::file_t file;
  uint64_t size;
  /// Of what is read next.
  uint64_t offset;
  std::vector<char> buffer;
  /// What of the buffer was read and not yet taken.
  size_t begin = 0, end = 0;
};

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_BUFFEREDFILE_H
