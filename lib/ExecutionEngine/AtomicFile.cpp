//===- AtomicFile.cpp - Files that are replaced as a whole ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AtomicFile.h"

#include "emb/ExecutionEngine/Error.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace mlir;
using namespace mlir::emb;

static constexpr llvm::StringLiteral kTemporaryInfix = ".tmp-";

/// True for "<name>.tmp-<suffix>" with a suffix of getTemporarySuffix, which no
/// file of the user's is likely to have.
static bool isTemporaryOf(StringRef entry, StringRef name) {
  auto [base, suffix] = entry.rsplit(kTemporaryInfix);
  if (suffix.empty() || (!name.empty() && base != name))
    return false;
  auto [process, rest] = suffix.split('-');
  auto [count, random] = rest.split('-');
  return !process.empty() && !count.empty() && !random.empty() &&
         llvm::all_of(process, llvm::isDigit) &&
         llvm::all_of(count, llvm::isDigit) &&
         llvm::all_of(random, llvm::isHexDigit);
}

void mlir::emb::forEachEntry(int folder,
                             llvm::function_ref<void(const char *)> visit) {
  int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0)
    return;
  DIR *listing = ::fdopendir(copy);
  if (!listing) {
    ::close(copy);
    return;
  }
  while (struct dirent *entry = ::readdir(listing))
    visit(entry->d_name);
  ::closedir(listing);
}

void mlir::emb::removeDeadTemporaries(int folder, StringRef name) {
  forEachEntry(folder, [&](const char *entry) {
    if (!isTemporaryOf(entry, name))
      return;
    FileDescriptor file(
        ::openat(folder, entry, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    // Under the lock: nobody can begin to write it.
    if (file.isOpen() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0)
      ::unlinkat(folder, entry, 0);
  });
}

int AtomicFile::open(mode_t mode) {
  removeDeadTemporaries(folder, name);
  // Between the next two calls another process may take the file for that of a
  // dead one, and remove it; then there are no links left.
  while (true) {
    temporary = name + kTemporaryInfix.str() + getTemporarySuffix();
    file.reset(::openat(folder, temporary.c_str(),
                        O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.isOpen()) {
      temporary.clear();
      return errno;
    }
    // File systems without locks keep the temporary files of the dead.
    bool isTaken =
        ::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    struct stat info;
    if (::fstat(file.get(), &info) != 0)
      return errno;
    if (!isTaken && info.st_nlink > 0)
      return 0;
    ::unlinkat(folder, temporary.c_str(), 0);
  }
}

int AtomicFile::setMode(mode_t mode) {
  return ::fchmod(file.get(), mode) == 0 ? 0 : errno;
}

int AtomicFile::commit(bool sync) {
  if (sync && ::fsync(file.get()) != 0)
    return errno;
  if (::renameat(folder, temporary.c_str(), folder, name.c_str()) != 0)
    return errno;
  temporary.clear();
  // The lock goes after the temporary name.
  int failure = file.close();
  // The rename itself must reach the disk too; some file systems cannot say.
  if (sync && !failure && ::fsync(folder) != 0 && errno == EIO)
    failure = EIO;
  return failure;
}

AtomicFile::~AtomicFile() {
  if (!temporary.empty())
    ::unlinkat(folder, temporary.c_str(), 0);
}

llvm::Error
mlir::emb::writeFileAtomically(StringRef path,
                               llvm::function_ref<int(AtomicFile &)> write) {
  auto fail = [&](const llvm::Twine &what) {
    return makeError(EMB_IO_ERROR, path + ": " + what);
  };
  // A link is followed, so that the file is replaced and not the link.
  llvm::SmallString<128> target(path);
  struct stat info;
  bool exists = ::stat(path.str().c_str(), &info) == 0;
  if (exists) {
    if (!S_ISREG(info.st_mode))
      return fail("exists and is not a regular file");
    if (std::error_code error = llvm::sys::fs::real_path(path, target))
      return fail("cannot be written: " + error.message());
  }
  StringRef parent = llvm::sys::path::parent_path(target);
  std::string folderPath = parent.empty() ? "." : parent.str();
  int flags = O_DIRECTORY | O_CLOEXEC;
  FileDescriptor folder(::open(folderPath.c_str(), O_RDONLY | flags));
  // One that cannot be listed may be written all the same.
  if (!folder.isOpen() && errno == EACCES)
    folder.reset(::open(folderPath.c_str(), O_PATH | flags));
  if (!folder.isOpen())
    return fail("cannot be written: " + describeErrno(errno));

  AtomicFile file(folder.get(), llvm::sys::path::filename(target));
  int failure = file.open(0666);
  if (!failure && exists)
    failure = file.setMode(info.st_mode & 0777);
  if (!failure)
    failure = write(file);
  if (!failure)
    failure = file.commit(/*sync=*/true);
  if (failure)
    return fail("cannot be written: " + describeErrno(failure));
  return llvm::Error::success();
}
