//===- AtomicFile.h - Files that are replaced as a whole --------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A file is written under another name beside the one it replaces, brought to
// the disk, and renamed. Whenever the process dies, the old contents or the new
// ones are there, complete; the rest of what it wrote is a temporary file,
// which the next one that writes the same file removes. A temporary file is
// locked (flock) as long as its writer lives, and is removed only if nobody
// holds the lock: that holds for other processes, for containers that share a
// folder, and for process numbers that are used again.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_EXECUTIONENGINE_ATOMICFILE_H
#define EMB_LIB_EXECUTIONENGINE_ATOMICFILE_H

#include "File.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <sys/types.h>

namespace mlir::emb {

/// Replaces `name` in the folder that is open as `folder`. Functions return 0
/// or errno. What was not committed is removed in the end.
class AtomicFile {
public:
  AtomicFile(int folder, llvm::StringRef name)
      : folder(folder), name(name.str()) {}
  AtomicFile(const AtomicFile &) = delete;
  AtomicFile &operator=(const AtomicFile &) = delete;
  ~AtomicFile();

  /// Makes the temporary file, and removes those of writers that died.
  int open(mode_t mode);
  /// Who may do what, whatever the umask says.
  int setMode(mode_t mode);
  int write(llvm::StringRef bytes) { return file.write(bytes); }
  /// Gives the file its name. With `sync` it is on the disk then.
  int commit(bool sync);

private:
  int folder;
  std::string name;
  /// Empty once there is nothing to remove.
  std::string temporary;
  FileDescriptor file;
};

/// Removes what writers of `name` that died left in a folder; with an empty
/// name, of any file.
void removeDeadTemporaries(int folder, llvm::StringRef name);

/// Calls `visit` with the name of each entry of a folder.
void forEachEntry(int folder, llvm::function_ref<void(const char *)> visit);

/// Replaces the regular file at `path` (through links), or makes it, with what
/// `write` writes. Errors (EMB_IO_ERROR) name the path.
llvm::Error writeFileAtomically(llvm::StringRef path,
                                llvm::function_ref<int(AtomicFile &)> write);

} // namespace mlir::emb

#endif // EMB_LIB_EXECUTIONENGINE_ATOMICFILE_H
