//===- TensorFile.cpp - The elements of tensors in files ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorFile.h"

#include "emb/ExecutionEngine/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <vector>

using namespace mlir;
using namespace mlir::emb;

/// Elements of a view with gaps pass through a buffer of this size.
static constexpr int64_t kBufferBytes = 1 << 20;

llvm::Expected<FileDescriptor> mlir::emb::openForReading(StringRef path,
                                                         uint64_t &size) {
  auto fail = [&](const llvm::Twine &what) {
    return makeError(EMB_IO_ERROR, path + ": " + what);
  };
  // A pipe without writer must not block.
  FileDescriptor file(
      ::open(path.str().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.isOpen())
    return fail("cannot be opened: " + describeErrno(errno));
  struct stat info;
  if (::fstat(file.get(), &info) != 0)
    return fail("cannot be read: " + describeErrno(errno));
  if (!S_ISREG(info.st_mode))
    return fail("not a regular file");
  size = static_cast<uint64_t>(info.st_size);
  return file;
}

std::string mlir::emb::quoteForMessage(StringRef text) {
  std::string quoted;
  llvm::raw_string_ostream os(quoted);
  os << '\'';
  llvm::printEscapedString(text.take_front(60), os);
  os << (text.size() > 60 ? "...'" : "'");
  return quoted;
}

std::optional<uint64_t> mlir::emb::countBytes(ArrayRef<int64_t> shape,
                                              DType dtype) {
  uint64_t bytes = getByteWidth(dtype);
  for (int64_t size : shape)
    if (__builtin_mul_overflow(
            bytes, static_cast<uint64_t>(std::max<int64_t>(size, 1)), &bytes))
      return std::nullopt;
  return llvm::is_contained(shape, 0) ? 0 : bytes;
}

llvm::Expected<Tensor> mlir::emb::allocateTensor(const llvm::Twine &where,
                                                 DType dtype,
                                                 ArrayRef<int64_t> shape) {
  llvm::Expected<Tensor> tensor = Tensor::empty(dtype, shape);
  if (tensor)
    return tensor;
  llvm::Error error = tensor.takeError();
  EmbStatus status = getStatus(error);
  llvm::consumeError(std::move(error));
  return makeError(status, where + ": " + formatShape(shape, dtype) +
                               " cannot be allocated");
}

/// Calls `visit` with parts of a view that hold its elements in row-major
/// order, each of them contiguous or no larger than the buffer, until it
/// returns false.
static bool forEachPart(const TensorRef &view,
                        llvm::function_ref<bool(const TensorRef &)> visit) {
  int64_t bytes = view.getNumElements() * getByteWidth(view.dtype);
  if (bytes <= kBufferBytes || view.isContiguous())
    return visit(view);
  TensorRef part = view;
  if (view.shape[0] == 1) {
    part.shape.erase(part.shape.begin());
    part.strides.erase(part.strides.begin());
    return forEachPart(part, visit);
  }
  int64_t half = view.shape[0] / 2;
  part.shape[0] = half;
  if (!forEachPart(part, visit))
    return false;
  part.shape[0] = view.shape[0] - half;
  part.data = static_cast<char *>(view.data) +
              half * view.strides[0] * getByteWidth(view.dtype);
  return forEachPart(part, visit);
}

static char *getData(const TensorRef &view) {
  return static_cast<char *>(view.data);
}

int mlir::emb::writeElements(AtomicFile &file, const TensorRef &view) {
  std::vector<char> buffer;
  int failure = 0;
  forEachPart(view, [&](const TensorRef &part) {
    size_t bytes = part.getNumElements() * getByteWidth(part.dtype);
    if (part.isContiguous()) {
      failure = file.write({getData(part), bytes});
    } else {
      buffer.resize(bytes);
      part.copyTo(buffer.data());
      failure = file.write({buffer.data(), bytes});
    }
    return failure == 0;
  });
  return failure;
}

/// Copies elements that lie one after the other into a view.
static const char *scatter(const char *source, const TensorRef &view,
                           char *target, int64_t dimension) {
  int64_t width = getByteWidth(view.dtype);
  if (dimension == view.getRank()) {
    std::memcpy(target, source, width);
    return source + width;
  }
  int64_t size = view.shape[dimension], stride = view.strides[dimension];
  if (dimension == view.getRank() - 1 && stride == 1) {
    std::memcpy(target, source, size * width);
    return source + size * width;
  }
  for (int64_t i = 0; i < size; ++i)
    source = scatter(source, view, target + i * stride * width, dimension + 1);
  return source;
}

std::string mlir::emb::readElements(const FileDescriptor &file, uint64_t offset,
                                    const TensorRef &view) {
  std::vector<char> buffer;
  std::string wrong;
  uint64_t start = offset;
  forEachPart(view, [&](const TensorRef &part) {
    size_t bytes = part.getNumElements() * getByteWidth(part.dtype);
    bool isDirect = part.isContiguous();
    if (!isDirect)
      buffer.resize(bytes);
    llvm::MutableArrayRef<char> target(isDirect ? getData(part) : buffer.data(),
                                       bytes);
    int64_t got = file.readAt(offset, target);
    if (got < 0) {
      wrong = "cannot be read: " + describeErrno(-got);
    } else if (static_cast<size_t>(got) != bytes) {
      wrong = "truncated while it was read";
    } else if (part.dtype == DType::I1) {
      // Compiled code may take them for bits.
      const char *bad = llvm::find_if(target, [](char c) { return c & ~1; });
      if (bad != target.end())
        wrong = "byte " + std::to_string(static_cast<unsigned char>(*bad)) +
                " as boolean element " +
                std::to_string(offset - start + (bad - target.begin())) +
                ", expected 0 or 1";
    }
    if (!wrong.empty())
      return false;
    if (!isDirect)
      scatter(buffer.data(), part, getData(part), 0);
    offset += bytes;
    return true;
  });
  return wrong;
}
