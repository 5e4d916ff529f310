//===- BufferRegistry.h - Buffers that running calls use --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_BUFFERREGISTRY_H
#define EMB_LIB_EXECUTIONENGINE_BUFFERREGISTRY_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <mutex>

namespace mlir::emb {

/// A range of addresses that a call uses.
struct BufferClaim {
  uintptr_t begin;
  uintptr_t end;
  bool written;
};

/// The buffers of all calls that run in this process: any number of calls may
/// read a buffer, a call that writes it excludes all others.
class BufferRegistry {
public:
  static BufferRegistry &get();

  struct Conflict {
    size_t claim;     ///< position of the claim that cannot be had
    std::string user; ///< the call that has it
  };

  /// Takes all claims, or none and returns the first conflict. Claims of one
  /// list do not exclude each other. `owner` identifies the call in release();
  /// `user` names it and must live as long.
  std::optional<Conflict> acquire(const void *owner, llvm::StringRef user,
                                  llvm::ArrayRef<BufferClaim> claims);
  void release(const void *owner);

private:
  struct Entry {
    BufferClaim claim;
    const void *owner;
    llvm::StringRef user;
  };
  std::mutex mutex;
  llvm::SmallVector<Entry, 64> entries;
};

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_BUFFERREGISTRY_H
