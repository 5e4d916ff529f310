//===- File.cpp - Whole files, read and written safely --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "File.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Process.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <unistd.h>

using namespace mlir::emb;

// Linux moves at most 2^31 bytes at once.
static constexpr size_t kLargestTransfer = size_t(1) << 30;

int FileDescriptor::close() {
  if (fd < 0)
    return 0;
  int result = ::close(fd);
  fd = -1;
  return result == 0 ? 0 : errno;
}

/// Calls `read` for what is missing until `buffer` is full or the file ends.
static int64_t
readAll(llvm::MutableArrayRef<char> buffer,
        llvm::function_ref<ssize_t(char *, size_t, size_t)> read) {
  size_t done = 0;
  while (done < buffer.size()) {
    ssize_t n = read(buffer.data() + done,
                     std::min(buffer.size() - done, kLargestTransfer), done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -errno;
    if (n == 0)
      break;
    done += n;
  }
  return done;
}

int64_t FileDescriptor::read(llvm::MutableArrayRef<char> buffer) {
  return readAll(buffer, [&](char *to, size_t size, size_t) {
    return ::read(fd, to, size);
  });
}

int64_t FileDescriptor::readAt(uint64_t offset,
                               llvm::MutableArrayRef<char> buffer) const {
  return readAll(buffer, [&](char *to, size_t size, size_t done) {
    return ::pread(fd, to, size, static_cast<off_t>(offset + done));
  });
}

int FileDescriptor::write(llvm::StringRef bytes) {
  while (!bytes.empty()) {
    ssize_t n =
        ::write(fd, bytes.data(), std::min(bytes.size(), kLargestTransfer));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return errno;
    bytes = bytes.drop_front(n);
  }
  return 0;
}

std::string mlir::emb::describeErrno(int error) {
  return std::generic_category().message(error);
}

std::string mlir::emb::getTemporarySuffix() {
  static std::atomic<uint64_t> next{0};
  return std::to_string(::getpid()) + "-" + std::to_string(next++) + "-" +
         llvm::utohexstr(llvm::sys::Process::GetRandomNumber());
}
