//===- Safetensors.cpp - Tensors by name in one file ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Safetensors.h"

#include "SafetensorsHeader.h"
#include "TensorFile.h"
#include "emb/ExecutionEngine/Error.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::emb;

/// Bytes in front of the header: its length.
static constexpr uint64_t kPrefixBytes = 8;

static llvm::Error makeFileError(StringRef path, const llvm::Twine &what) {
  return makeError(EMB_IO_ERROR, path + ": " + what);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static llvm::Error checkText(StringRef path, StringRef what, StringRef text) {
  if (llvm::json::isUTF8(text))
    return llvm::Error::success();
  return makeError(EMB_INVALID_ARGUMENT, path + ": " + what + " " +
                                             quoteForMessage(text) +
                                             ", expected UTF-8");
}

llvm::Error mlir::emb::writeSafetensors(
    StringRef path, ArrayRef<NamedTensorRef> tensors,
    const std::map<std::string, std::string> &metadata) {
  SafetensorsHeader header;
  header.metadata = metadata;
  for (const auto &[key, value] : metadata) {
    if (llvm::Error error = checkText(path, "metadata key", key))
      return error;
    if (llvm::Error error = checkText(path, "value of metadata", value))
      return error;
  }
  llvm::StringSet<> names;
  for (const NamedTensorRef &named : tensors) {
    if (llvm::Error error = checkText(path, "tensor name", named.name))
      return error;
    if (named.name == "__metadata__")
      return makeError(EMB_INVALID_ARGUMENT,
                       path + ": tensor name '__metadata__' is reserved");
    if (!names.insert(named.name).second)
      return makeError(EMB_INVALID_ARGUMENT, path + ": tensor name " +
                                                 quoteForMessage(named.name) +
                                                 " found twice, expected once");
  }
  SmallVector<const NamedTensorRef *> order;
  for (int64_t width : {8, 4, 2, 1})
    for (const NamedTensorRef &named : tensors)
      if (getByteWidth(named.tensor.dtype) == width)
        order.push_back(&named);
  uint64_t position = 0;
  for (const NamedTensorRef *named : order) {
    const TensorRef &tensor = named->tensor;
    uint64_t bytes = tensor.getNumElements() * getByteWidth(tensor.dtype);
    header.entries.push_back(
        {named->name, getSafetensorsType(tensor.dtype).str(), tensor.dtype,
         tensor.shape, position, position + bytes});
    position += bytes;
  }

  std::string text = header.str();
  text.resize(llvm::alignTo(text.size(), 8), ' ');
  if (text.size() > kMaxSafetensorsHeader)
    return makeError(EMB_INVALID_ARGUMENT,
                     path + ": a header of " + llvm::Twine(text.size()) +
                         " bytes, expected at most " +
                         llvm::Twine(kMaxSafetensorsHeader));
  std::string start(kPrefixBytes, '\0');
  llvm::support::endian::write64le(start.data(), text.size());
  return writeFileAtomically(path, [&](AtomicFile &file) {
    int failure = file.write(start + text);
    for (const NamedTensorRef *named : order)
      if (!failure)
        failure = writeElements(file, named->tensor);
    return failure;
  });
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

llvm::Expected<SafetensorsFile> SafetensorsFile::open(StringRef path) {
  uint64_t size;
  llvm::Expected<FileDescriptor> opened = openForReading(path, size);
  if (!opened)
    return opened.takeError();
  SafetensorsFile result(path.str(),
                         std::make_shared<FileDescriptor>(std::move(*opened)));
  char start[kPrefixBytes] = {};
  int64_t got = result.file->readAt(0, start);
  if (got < 0)
    return makeFileError(path, "cannot be read: " + describeErrno(-got));
  if (static_cast<uint64_t>(got) < kPrefixBytes)
    return makeFileError(path, "not a safetensors file: found " +
                                   llvm::Twine(got) +
                                   " bytes, expected at least 8");
  uint64_t length = llvm::support::endian::read64le(start);
  if (length > kMaxSafetensorsHeader)
    return makeFileError(path, "not a safetensors file: found a header of " +
                                   llvm::Twine(length) +
                                   " bytes, expected at most " +
                                   llvm::Twine(kMaxSafetensorsHeader));
  if (size < kPrefixBytes + length)
    return makeFileError(path, "truncated: found " + llvm::Twine(size) +
                                   " bytes, expected a header of " +
                                   llvm::Twine(length) + " after the first 8");
  std::string text(length, '\0');
  got = result.file->readAt(kPrefixBytes, {text.data(), text.size()});
  if (got < 0)
    return makeFileError(path, "cannot be read: " + describeErrno(-got));
  if (static_cast<uint64_t>(got) != length)
    return makeFileError(path, "truncated while it was read");

  SafetensorsHeader header;
  uint64_t dataOffset = kPrefixBytes + length;
  if (std::string wrong = header.parse(text, size - dataOffset); !wrong.empty())
    return makeFileError(path, wrong);
  result.metadata = std::move(header.metadata);
  result.entries = std::move(header.entries);
  for (auto [position, entry] : llvm::enumerate(result.entries)) {
    entry.begin += dataOffset;
    entry.end += dataOffset;
    result.positions[entry.name] = position;
  }
  return result;
}

const SafetensorsEntry *SafetensorsFile::find(StringRef name) const {
  auto found = positions.find(name);
  return found == positions.end() ? nullptr : &entries[found->second];
}

llvm::Expected<const SafetensorsEntry *>
SafetensorsFile::get(StringRef name) const {
  const SafetensorsEntry *entry = find(name);
  if (!entry) {
    // A few names help; thousands do not.
    std::string names;
    for (const SafetensorsEntry &other : ArrayRef(entries).take_front(20))
      names += (names.empty() ? "" : ", ") + other.name;
    return makeFileError(path, "no tensor " + quoteForMessage(name) +
                                   ", expected one of " +
                                   llvm::Twine(entries.size()) + ": " + names +
                                   (entries.size() > 20 ? ", ..." : ""));
  }
  if (!entry->dtype)
    return makeFileError(path, "tensor " + quoteForMessage(name) + ": dtype " +
                                   quoteForMessage(entry->type) +
                                   ", expected one of F64 F32 F16 BF16 I64 I32 "
                                   "I16 I8 BOOL");
  return entry;
}

llvm::Expected<Tensor>
SafetensorsFile::read(StringRef name, std::optional<DType> expected) const {
  llvm::Expected<const SafetensorsEntry *> entry = get(name);
  if (!entry)
    return entry.takeError();
  DType dtype = *(*entry)->dtype;
  if (expected && dtype != *expected)
    return makeFileError(path, "tensor " + quoteForMessage(name) + ": dtype " +
                                   (*entry)->type + ", expected " +
                                   getSafetensorsType(*expected));
  llvm::Expected<Tensor> tensor = allocateTensor(
      path + ": tensor " + quoteForMessage(name), dtype, (*entry)->shape);
  if (!tensor)
    return tensor;
  if (llvm::Error error = readInto(name, tensor->ref()))
    return std::move(error);
  return tensor;
}

llvm::Error SafetensorsFile::readInto(StringRef name,
                                      const TensorRef &target) const {
  llvm::Expected<const SafetensorsEntry *> entry = get(name);
  if (!entry)
    return entry.takeError();
  auto fail = [&](const llvm::Twine &what) {
    return makeFileError(path, "tensor " + quoteForMessage(name) + ": " + what);
  };
  DType dtype = *(*entry)->dtype;
  if (dtype != target.dtype || (*entry)->shape != target.shape)
    return fail("found " + formatShape((*entry)->shape, dtype) + ", expected " +
                formatShape(target.shape, target.dtype));
  if (target.readOnly)
    return makeError(EMB_INVALID_ARGUMENT, path + ": tensor " +
                                               quoteForMessage(name) +
                                               ": its target is read-only");
  std::string wrong = readElements(*file, (*entry)->begin, target);
  if (!wrong.empty())
    return fail(wrong);
  return llvm::Error::success();
}

llvm::Error SafetensorsFile::checkReadable() const {
  std::vector<char> buffer(size_t(1) << 20);
  uint64_t offset = 0;
  while (true) {
    int64_t size = file->readAt(offset, buffer);
    if (size < 0)
      return makeFileError(path, "cannot be read: " + describeErrno(-size));
    if (size == 0 && !entries.empty() && offset < entries.back().end)
      return makeFileError(path, "truncated while it was read");
    if (size == 0)
      return llvm::Error::success();
    offset += size;
  }
}

llvm::Expected<Tensor>
mlir::emb::readSafetensors(StringRef path, StringRef name,
                           std::optional<DType> expected) {
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  return file->read(name, expected);
}
