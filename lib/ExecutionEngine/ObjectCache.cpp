//===- ObjectCache.cpp - Compiled objects on disk -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/ObjectCache.h"

#include "AtomicFile.h"
#include "emb/ExecutionEngine/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace mlir;
using namespace mlir::emb;

// An entry is this header, then the metadata, then the object.
namespace {
struct EntryHeader {
  char magic[8];
  uint64_t metadataSize;
  uint64_t objectSize;
  CacheKey key;
  CacheKey checksum; ///< SHA-256 of metadata and object
};
} // namespace
static_assert(sizeof(EntryHeader) == 88, "the header must have no padding");
static constexpr char kEntryMagic[8] = {'E', 'M', 'B', 'O', 'B', 'J', '0', '1'};
static constexpr StringLiteral kEntrySuffix = ".embobj";

CacheKey mlir::emb::makeCacheKey(ArrayRef<StringRef> parts) {
  llvm::SHA256 hash;
  for (StringRef part : parts) {
    uint64_t size = part.size();
    hash.update(StringRef(reinterpret_cast<const char *>(&size), sizeof(size)));
    hash.update(part);
  }
  return hash.final();
}

std::string mlir::emb::getDefaultCacheDir() {
  auto get = [](const char *name) -> std::string {
    const char *value = std::getenv(name);
    return value ? value : "";
  };
  if (std::string dir = get("EMB_CACHE_DIR"); !dir.empty())
    return dir;
  if (std::string dir = get("XDG_CACHE_HOME"); !dir.empty())
    return dir + "/emb";
  if (std::string dir = get("HOME"); !dir.empty())
    return dir + "/.cache/emb";
  return "";
}

static std::string getFileName(const CacheKey &key) {
  return llvm::toHex(key, /*LowerCase=*/true) + kEntrySuffix.str();
}

static CacheKey getChecksum(StringRef metadata, StringRef object) {
  return makeCacheKey({metadata, object});
}

ObjectCache::ObjectCache(std::string dir, int fd, uint64_t limitBytes)
    : dir(std::move(dir)), fd(fd), limitBytes(limitBytes) {}

ObjectCache::~ObjectCache() { ::close(fd); }

static std::string formatMode(mode_t mode) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%04o", mode & 07777);
  return text;
}

llvm::Expected<std::unique_ptr<ObjectCache>>
ObjectCache::open(StringRef dir, uint64_t limitBytes) {
  auto fail = [&](const llvm::Twine &what) {
    return makeError(EMB_IO_ERROR, "cache folder " + dir + ": " + what);
  };
  if (dir.empty())
    return makeError(EMB_IO_ERROR,
                     "there is no cache folder: EMB_CACHE_DIR, XDG_CACHE_HOME "
                     "and HOME are not set");
  std::string path = dir.str();
  StringRef parent = llvm::sys::path::parent_path(path);
  if (!parent.empty())
    if (std::error_code error = llvm::sys::fs::create_directories(parent))
      return fail("cannot be made: " + error.message());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return fail("cannot be made: " + describeErrno(errno));
  // All checks and all later accesses go through one descriptor, so that the
  // folder cannot be exchanged in between.
  int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return fail("cannot be opened: " + describeErrno(errno));
  std::unique_ptr<ObjectCache> cache(new ObjectCache(path, fd, limitBytes));
  struct stat info;
  if (::fstat(fd, &info) != 0)
    return fail("cannot be read: " + describeErrno(errno));
  if (info.st_uid != ::geteuid())
    return fail("belongs to user " + llvm::Twine(info.st_uid) +
                ", expected user " + llvm::Twine(::geteuid()));
  if (info.st_mode & 077)
    return fail("has mode " + formatMode(info.st_mode) +
                ", expected 0700: others must not be able to enter it");
  return cache;
}

std::string ObjectCache::getPath(const CacheKey &key) const {
  return dir + "/" + getFileName(key);
}

/// Reads and checks an entry; `why` says what is wrong with it.
static std::unique_ptr<ObjectCache::Entry>
readEntry(FileDescriptor &file, const CacheKey &key, std::string &why) {
  struct stat info;
  EntryHeader header;
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    why = "not a regular file";
    return nullptr;
  }
  if (info.st_uid != ::geteuid()) {
    why = "belongs to another user";
    return nullptr;
  }
  auto fileSize = static_cast<uint64_t>(info.st_size);
  if (fileSize < sizeof(header) ||
      file.read({reinterpret_cast<char *>(&header), sizeof(header)}) !=
          sizeof(header)) {
    why = "shorter than its header";
    return nullptr;
  }
  if (std::memcmp(header.magic, kEntryMagic, sizeof(kEntryMagic)) != 0) {
    why = "wrong magic";
    return nullptr;
  }
  if (header.key != key) {
    why = "holds another key";
    return nullptr;
  }
  uint64_t payload = fileSize - sizeof(header);
  if (header.metadataSize > payload ||
      header.objectSize != payload - header.metadataSize) {
    why = "wrong size";
    return nullptr;
  }
  auto entry = std::make_unique<ObjectCache::Entry>();
  entry->metadata.resize(header.metadataSize);
  auto object =
      llvm::WritableMemoryBuffer::getNewUninitMemBuffer(header.objectSize);
  if (!object) {
    why = "too large for the memory";
    return nullptr;
  }
  if (file.read({entry->metadata.data(), entry->metadata.size()}) !=
          static_cast<int64_t>(header.metadataSize) ||
      file.read(object->getBuffer()) !=
          static_cast<int64_t>(header.objectSize)) {
    why = "cannot be read";
    return nullptr;
  }
  StringRef objectBytes(object->getBufferStart(), object->getBufferSize());
  if (getChecksum(entry->metadata, objectBytes) != header.checksum) {
    why = "wrong checksum";
    return nullptr;
  }
  entry->object = std::move(object);
  return entry;
}

std::unique_ptr<ObjectCache::Entry> ObjectCache::load(const CacheKey &key,
                                                      std::string *why) {
  std::string name = getFileName(key);
  FileDescriptor file(::openat(fd, name.c_str(),
                               O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.isOpen() && errno == ENOENT)
    return nullptr;
  std::string reason;
  std::unique_ptr<Entry> entry;
  if (file.isOpen())
    entry = readEntry(file, key, reason);
  else
    reason = "cannot be opened: " + describeErrno(errno);
  if (entry) {
    // The time of change orders the entries by last use.
    ::futimens(file.get(), nullptr);
    return entry;
  }
  ::unlinkat(fd, name.c_str(), 0);
  if (why)
    *why = "cache entry " + getPath(key) + " was dropped: " + reason;
  return nullptr;
}

llvm::Error ObjectCache::store(const CacheKey &key, StringRef metadata,
                               StringRef object) {
  if (sizeof(EntryHeader) + metadata.size() + object.size() > limitBytes)
    return llvm::Error::success();
  EntryHeader header;
  std::memcpy(header.magic, kEntryMagic, sizeof(kEntryMagic));
  header.metadataSize = metadata.size();
  header.objectSize = object.size();
  header.key = key;
  header.checksum = getChecksum(metadata, object);

  AtomicFile file(fd, getFileName(key));
  int failure = file.open(0600);
  if (!failure)
    failure =
        file.write({reinterpret_cast<const char *>(&header), sizeof(header)});
  if (!failure)
    failure = file.write(metadata);
  if (!failure)
    failure = file.write(object);
  // An entry that a crash of the system damages shows by its checksum.
  if (!failure)
    failure = file.commit(/*sync=*/false);
  if (failure)
    return makeError(EMB_IO_ERROR, getPath(key) + ": cannot be written: " +
                                       describeErrno(failure));
  evict();
  return llvm::Error::success();
}

void ObjectCache::evict() {
  struct File {
    std::string name;
    uint64_t size;
    struct timespec used;
  };
  removeDeadTemporaries(fd, /*name=*/"");
  std::vector<File> files;
  uint64_t sum = 0;
  forEachEntry(fd, [&](const char *name) {
    struct stat info;
    if (!StringRef(name).ends_with(kEntrySuffix) ||
        ::fstatat(fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0)
      return;
    files.push_back({name, static_cast<uint64_t>(info.st_size), info.st_mtim});
    sum += files.back().size;
  });
  if (sum <= limitBytes)
    return;
  std::sort(files.begin(), files.end(), [](const File &a, const File &b) {
    return std::make_pair(a.used.tv_sec, a.used.tv_nsec) <
           std::make_pair(b.used.tv_sec, b.used.tv_nsec);
  });
  for (const File &file : files) {
    if (sum <= limitBytes)
      break;
    // Another process may have been faster; the file is gone either way.
    ::unlinkat(fd, file.name.c_str(), 0);
    sum -= file.size;
  }
}
