//===- CompilerIdentity.cpp - Which compiler is running -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "File.h"
#include "emb/ExecutionEngine/Error.h"
#include "emb/ExecutionEngine/ObjectCache.h"
#include "emb/Pipelines/Pipelines.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

#include <cstring>
#include <elf.h>
#include <link.h>
#include <sys/stat.h>

using namespace mlir;
using namespace mlir::emb;

namespace {
/// Addresses in every loaded file that takes part in compiling.
struct Identity {
  Identity();
  /// Adds the loaded file if it holds one of the addresses.
  void add(const dl_phdr_info &info);

  uintptr_t addresses[4];
  bool found[4] = {};
  std::string text;
  std::string error;
};
} // namespace

/// The note NT_GNU_BUILD_ID of a loaded file, in hex; "" if it has none.
static std::string getBuildId(const dl_phdr_info &info) {
  for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
    const auto &segment = info.dlpi_phdr[i];
    if (segment.p_type != PT_NOTE)
      continue;
    auto *note =
        reinterpret_cast<const char *>(info.dlpi_addr + segment.p_vaddr);
    uint64_t left = segment.p_memsz;
    while (left >= sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) header;
      std::memcpy(&header, note, sizeof(header));
      uint64_t nameSize = (uint64_t(header.n_namesz) + 3) / 4 * 4;
      uint64_t contentSize = (uint64_t(header.n_descsz) + 3) / 4 * 4;
      uint64_t size = sizeof(header) + nameSize + contentSize;
      if (size > left)
        break;
      const char *name = note + sizeof(header);
      if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 &&
          std::memcmp(name, "GNU", 4) == 0)
        return llvm::toHex(StringRef(name + nameSize, header.n_descsz));
      note += size;
      left -= size;
    }
  }
  return "";
}

Identity::Identity() {
  auto address = [](auto *function) {
    return reinterpret_cast<uintptr_t>(function);
  };
  addresses[0] = address(&getCompilerIdentity);
  addresses[1] = address(&buildPipeline);
  addresses[2] = address(&mlir::verify);
  addresses[3] = address(&llvm::SHA256::hash);
}

void Identity::add(const dl_phdr_info &info) {
  bool holdsAny = false;
  for (unsigned i = 0; i < info.dlpi_phnum; ++i) {
    const auto &segment = info.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD)
      continue;
    uintptr_t begin = info.dlpi_addr + segment.p_vaddr;
    for (auto [address, isFound] : llvm::zip(addresses, found))
      if (address >= begin && address - begin < segment.p_memsz)
        holdsAny = isFound = true;
  }
  // In a program that is not position independent, the address of a function
  // of a shared library may be that of a stub in the program.
  StringRef name(info.dlpi_name);
  if (!holdsAny && !name.contains("libMLIR") && !name.contains("libLLVM"))
    return;
  std::string id = getBuildId(info);
  if (id.empty()) {
    std::string path = name.empty() ? "/proc/self/exe" : name.str();
    struct stat status;
    if (::stat(path.c_str(), &status) != 0) {
      error =
          path + " has no build-id and cannot be read: " + describeErrno(errno);
      return;
    }
    id = path + ":" + std::to_string(status.st_size) + ":" +
         std::to_string(status.st_mtim.tv_sec) + "." +
         std::to_string(status.st_mtim.tv_nsec) + ":" +
         std::to_string(status.st_ino);
  }
  text += id + ";";
}

llvm::Expected<std::string> mlir::emb::getCompilerIdentity() {
  // Loaded code does not change under a running process.
  static const Identity identity = [] {
    Identity result;
    dl_iterate_phdr(
        [](dl_phdr_info *info, size_t, void *data) {
          static_cast<Identity *>(data)->add(*info);
          return 0;
        },
        &result);
    if (result.error.empty() && llvm::is_contained(result.found, false))
      result.error = "a part of the compiler is in no loaded file";
    return result;
  }();
  if (!identity.error.empty())
    return makeError(EMB_IO_ERROR, identity.error);
  return identity.text;
}
