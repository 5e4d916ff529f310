//===- ObjectCache.h - Compiled objects on disk -----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXECUTIONENGINE_OBJECTCACHE_H
#define EMB_EXECUTIONENGINE_OBJECTCACHE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <array>
#include <memory>
#include <string>

namespace mlir::emb {

/// Name of what was compiled: a SHA-256 over everything that decides the
/// result.
using CacheKey = std::array<uint8_t, 32>;

/// Hashes the parts with their lengths, so that no two lists collide.
CacheKey makeCacheKey(llvm::ArrayRef<llvm::StringRef> parts);

/// $EMB_CACHE_DIR, else $XDG_CACHE_HOME/emb, else ~/.cache/emb; "" if there is
/// no home folder either.
std::string getDefaultCacheDir();

/// Identifies the compiler that is running: the build-ids of the loaded files
/// that hold this library, the pipelines, MLIR and LLVM (of a file without one:
/// its size and time of change). Fails if one of them cannot be identified.
llvm::Expected<std::string> getCompilerIdentity();

/// A folder of compiled objects: one file per key with a checksum. Safe for any
/// number of threads and processes at once.
class ObjectCache {
public:
  struct Entry {
    std::string metadata; ///< JSON text given to store()
    std::unique_ptr<llvm::MemoryBuffer> object;
  };

  /// Opens `dir`, made with mode 0700 (and its parents) if it is not there.
  /// Refuses (EMB_IO_ERROR) a folder of another user and one that others can
  /// enter: whoever writes there could run code in this process.
  /// `limitBytes` bounds the sum of the files; the least recently used go
  /// first.
  static llvm::Expected<std::unique_ptr<ObjectCache>> open(llvm::StringRef dir,
                                                           uint64_t limitBytes);
  ~ObjectCache();

  /// The entry of this key; null if there is none. A damaged one is removed and
  /// `why` (if given) says what was wrong.
  std::unique_ptr<Entry> load(const CacheKey &key, std::string *why = nullptr);

  /// Stores an entry (temporary file, then rename) and removes the oldest files
  /// beyond the limit. An entry larger than the limit is not kept.
  llvm::Error store(const CacheKey &key, llvm::StringRef metadata,
                    llvm::StringRef object);

  /// File of a key, for messages and tests.
  std::string getPath(const CacheKey &key) const;

private:
  ObjectCache(std::string dir, int fd, uint64_t limitBytes);
  void evict();

  std::string dir;
  int fd;
  uint64_t limitBytes;
};

} // namespace mlir::emb

#endif // EMB_EXECUTIONENGINE_OBJECTCACHE_H
