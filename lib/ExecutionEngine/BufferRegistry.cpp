//===- BufferRegistry.cpp - Buffers that running calls use ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BufferRegistry.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::emb;

BufferRegistry &BufferRegistry::get() {
  static BufferRegistry registry;
  return registry;
}

std::optional<BufferRegistry::Conflict>
BufferRegistry::acquire(const void *owner, StringRef user,
                        ArrayRef<BufferClaim> claims) {
  std::lock_guard<std::mutex> lock(mutex);
  for (const Entry &entry : entries)
    for (auto [position, claim] : llvm::enumerate(claims))
      if ((claim.written || entry.claim.written) &&
          claim.begin < entry.claim.end && entry.claim.begin < claim.end)
        return Conflict{position, entry.user.str()};
  for (const BufferClaim &claim : claims)
    if (claim.begin != claim.end)
      entries.push_back({claim, owner, user});
  return std::nullopt;
}

void BufferRegistry::release(const void *owner) {
  std::lock_guard<std::mutex> lock(mutex);
  llvm::erase_if(entries,
                 [&](const Entry &entry) { return entry.owner == owner; });
}
