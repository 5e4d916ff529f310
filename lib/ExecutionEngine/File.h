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
#include <utility>

namespace mlir::emb {

/// A file descriptor that is closed in the end.
class FileDescriptor {
public:
  explicit FileDescriptor(int fd = -1) : fd(fd) {}
  FileDescriptor(FileDescriptor &&other) noexcept
      : fd(std::exchange(other.fd, -1)) {}
  FileDescriptor &operator=(const FileDescriptor &) = delete;
  ~FileDescriptor() { close(); }

  bool isOpen() const { return fd >= 0; }
  int get() const { return fd; }
  /// Closes it and takes over another one.
  void reset(int other) {
    int error = errno;
    close();
    fd = other;
    errno = error;
  }
  /// 0, or the errno of the failure.
  int close();

  /// Reads until `buffer` is full or the file ends; the bytes read, or -errno.
  int64_t read(llvm::MutableArrayRef<char> buffer);
  /// The same from `offset` on; the position in the file stays.
  int64_t readAt(uint64_t offset, llvm::MutableArrayRef<char> buffer) const;
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
