//===- File.h - Whole files, read and written safely ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_FILE_H
#define EMB_LIB_EXECUTIONENGINE_FILE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cerrno>
#include <string>

namespace mlir::emb {

/// A file descriptor that is closed in the end.
class FileDescriptor {
public:
  explicit FileDescriptor(int fd = -1) : fd(fd) {}
  FileDescriptor(const FileDescriptor &) = delete;
  FileDescriptor &operator=(const FileDescriptor &) = delete;
  ~FileDescriptor() { close(); }

  bool isOpen() const { return fd >= 0; }
  int get() const { return fd; }
  /// 0, or the errno of the failure.
  int close();

  /// Reads until `buffer` is full or the file ends; the bytes read, or -errno.
  int64_t read(llvm::MutableArrayRef<char> buffer);
  /// Writes all of it; 0, or errno.
  int write(llvm::StringRef bytes);

private:
  int fd;
};

/// Text of an errno.
std::string describeErrno(int error);

/// An end of a file name that no other call, here or in another process, gets.
std::string getTemporarySuffix();

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_FILE_H
