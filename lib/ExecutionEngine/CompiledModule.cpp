//===- CompiledModule.cpp - What the cache keeps of a module --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompiledModule.h"

#include "emb/ExecutionEngine/Error.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::emb;

// The objects of an entry are written one after the other; the metadata is JSON
// text with their sizes and all else.

llvm::Error mlir::emb::storeModule(ObjectCache &cache, const CacheKey &key,
                                   const CompiledModule &module) {
  llvm::json::Array entries, texts, sizes;
  for (const Signature &signature : module.signatures)
    entries.push_back(signature.toJSON());
  for (const std::string &warning : module.warnings)
    texts.push_back(llvm::json::fixUTF8(warning));
  std::string bytes;
  for (const std::unique_ptr<llvm::MemoryBuffer> &object : module.objects) {
    sizes.push_back(static_cast<int64_t>(object->getBufferSize()));
    bytes += object->getBuffer();
  }
  std::string metadata;
  llvm::raw_string_ostream(metadata)
      << llvm::json::Value(llvm::json::Object{{"entries", std::move(entries)},
                                              {"warnings", std::move(texts)},
                                              {"objects", std::move(sizes)}});
  return cache.store(key, metadata, bytes);
}

static llvm::Expected<ObjectFiles> splitObjects(const llvm::json::Array &sizes,
                                                StringRef bytes) {
  ObjectFiles objects;
  for (const llvm::json::Value &value : sizes) {
    uint64_t size = value.getAsUINT64().value_or(0);
    if (size == 0 || size > bytes.size())
      break;
    // Aligned, as whoever reads objects expects.
    objects.push_back(
        llvm::MemoryBuffer::getMemBufferCopy(bytes.take_front(size), "emb.o"));
    bytes = bytes.drop_front(size);
  }
  if (objects.size() != sizes.size() || objects.empty() || !bytes.empty())
    return makeError(EMB_IO_ERROR, "expected the sizes of the objects");
  return objects;
}

llvm::Expected<CompiledModule>
mlir::emb::readModule(const ObjectCache::Entry &entry) {
  llvm::Expected<llvm::json::Value> json = llvm::json::parse(entry.metadata);
  if (!json)
    return json.takeError();
  const llvm::json::Object *object = json->getAsObject();
  auto *entries = object ? object->getArray("entries") : nullptr;
  auto *texts = object ? object->getArray("warnings") : nullptr;
  auto *sizes = object ? object->getArray("objects") : nullptr;
  if (!entries || !texts || !sizes)
    return makeError(EMB_IO_ERROR, "expected entries, warnings and objects");
  CompiledModule module;
  for (const llvm::json::Value &value : *entries) {
    llvm::Expected<Signature> signature = Signature::fromJSON(value);
    if (!signature)
      return signature.takeError();
    module.signatures.push_back(std::move(*signature));
  }
  for (const llvm::json::Value &value : *texts)
    module.warnings.push_back(value.getAsString().value_or("").str());
  auto objects = splitObjects(*sizes, entry.object->getBuffer());
  if (!objects)
    return objects.takeError();
  module.objects = std::move(*objects);
  return module;
}
