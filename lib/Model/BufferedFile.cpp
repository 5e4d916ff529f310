//===- BufferedFile.cpp - Files that are read from front to end -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferedFile.h"

#include "emb/ExecutionEngine/Error.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;
namespace fs = llvm::sys::fs;

static constexpr size_t kBufferBytes = 1 << 18;

BufferedFile::BufferedFile(StringRef path, fs::file_t file, uint64_t size,
                           uint64_t offset)
    : path(path.str()), file(file), size(size), offset(offset),
      buffer(kBufferBytes) {}

BufferedFile::~BufferedFile() {
  llvm::consumeError(llvm::errorCodeToError(fs::closeFile(file)));
}

llvm::Error BufferedFile::fail(const llvm::Twine &what) const {
  return makeError(EMB_IO_ERROR, path + ": " + what);
}

llvm::Expected<std::unique_ptr<BufferedFile>>
BufferedFile::open(StringRef path, uint64_t offset) {
  auto fail = [&](const llvm::Twine &what) {
    return makeError(EMB_IO_ERROR, path + ": " + what);
  };
  // Before it is opened: that of a pipe would wait for a writer.
  fs::file_status status;
  if (std::error_code error = fs::status(path, status))
    return fail("cannot be opened: " + error.message());
  if (!fs::is_regular_file(status))
    return fail("not a regular file");
  llvm::Expected<fs::file_t> file = fs::openNativeFileForRead(path);
  if (!file)
    return fail("cannot be opened: " + toString(file.takeError()));
  return std::unique_ptr<BufferedFile>(
      new BufferedFile(path, *file, status.getSize(), offset));
}

llvm::Expected<StringRef> BufferedFile::peek(size_t count) {
  while (end - begin < count) {
    if (begin + count > buffer.size()) {
      std::memmove(buffer.data(), buffer.data() + begin, end - begin);
      end -= begin;
      begin = 0;
      if (count > buffer.size())
        buffer.resize(std::max(count, 2 * buffer.size()));
    }
    llvm::Expected<size_t> got = fs::readNativeFileSlice(
        file, {buffer.data() + end, buffer.size() - end}, offset);
    if (!got)
      return fail("cannot be read: " + toString(got.takeError()));
    if (*got == 0)
      break;
    end += *got;
    offset += *got;
  }
  return StringRef(buffer.data() + begin, std::min(count, end - begin));
}

llvm::Expected<std::optional<StringRef>>
BufferedFile::takeUntil(char separator, size_t limit, bool endSeparates) {
  // What was searched is not searched again.
  size_t searched = 0, count = std::min<size_t>(limit, 4096);
  while (true) {
    llvm::Expected<StringRef> bytes = peek(count);
    if (!bytes)
      return bytes.takeError();
    size_t found = bytes->find(separator, searched);
    if (found != StringRef::npos) {
      skip(found + 1);
      return bytes->take_front(found);
    }
    bool isEnd = bytes->size() < count;
    if (isEnd && endSeparates) {
      skip(bytes->size());
      return *bytes;
    }
    if (isEnd || count == limit)
      return std::nullopt;
    searched = count;
    count = std::min(limit, 2 * count);
  }
}
