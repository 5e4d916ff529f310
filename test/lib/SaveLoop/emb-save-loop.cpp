//===- emb-save-loop.cpp - Saves a file again and again -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   emb-save-loop FILE [COUNT]
//
// Reads FILE if it is there, checks it, and writes the next versions of it,
// COUNT or until it is killed. Version n holds tensors whose elements follow
// from n, and n and the checksum of the elements as metadata, so that no other
// version, no part of one and no mixture passes for it.
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Safetensors.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::emb;

/// Rows and columns of a table of 4 MB.
static constexpr int64_t kRows = 8192, kColumns = 128;

static std::string getChecksum(const Tensor &table, const Tensor &state) {
  uint32_t sum = 0;
  for (const Tensor *tensor : {&table, &state})
    sum =
        llvm::crc32(sum, ArrayRef(static_cast<const uint8_t *>(tensor->data()),
                                  tensor->getSizeInBytes()));
  return llvm::utostr(sum);
}

/// The table and the state of a version.
static std::pair<Tensor, Tensor> makeVersion(int64_t version) {
  Tensor table = llvm::cantFail(Tensor::empty(DType::F32, {kRows, kColumns}));
  for (auto [i, element] : llvm::enumerate(table.elements<float>()))
    element = (i * 31 + version * 1009) % 65521;
  Tensor state = llvm::cantFail(Tensor::empty(DType::I64, {kRows}));
  for (auto [i, element] : llvm::enumerate(state.elements<int64_t>()))
    element = i ^ version;
  return {std::move(table), std::move(state)};
}

static llvm::Error save(StringRef path, int64_t version) {
  auto [table, state] = makeVersion(version);
  return writeSafetensors(path,
                          {{"table.weight", table.ref()},
                           {"optimizer.table.weight.sum", state.ref()}},
                          {{"version", llvm::itostr(version)},
                           {"checksum", getChecksum(table, state)}});
}

/// The version that the file holds, after a look at every element.
static llvm::Expected<int64_t> check(StringRef path) {
  llvm::Expected<SafetensorsFile> file = SafetensorsFile::open(path);
  if (!file)
    return file.takeError();
  llvm::Expected<Tensor> table = file->read("table.weight", DType::F32);
  if (!table)
    return table.takeError();
  llvm::Expected<Tensor> state = file->read("optimizer.table.weight.sum");
  if (!state)
    return state.takeError();
  std::map<std::string, std::string> metadata = file->getMetadata();
  int64_t version = 0;
  std::string found = getChecksum(*table, *state);
  if (StringRef(metadata["version"]).getAsInteger(10, version))
    return llvm::createStringError("no version");
  auto [wantedTable, wantedState] = makeVersion(version);
  std::string wanted = getChecksum(wantedTable, wantedState);
  if (found != wanted || metadata["checksum"] != wanted)
    return llvm::createStringError(
        "version " + metadata["version"] + ": checksums " + found + " and " +
        metadata["checksum"] + ", expected " + wanted);
  return version;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  auto fail = [](const llvm::Twine &what) {
    llvm::WithColor::error(llvm::errs(), "emb-save-loop") << what << "\n";
    return EXIT_FAILURE;
  };
  int64_t count = 0;
  if (argc < 2 || argc > 3 ||
      (argc == 3 && (StringRef(argv[2]).getAsInteger(10, count) || count < 0)))
    return fail("expected emb-save-loop FILE [COUNT]");
  int64_t version = 0;
  if (llvm::sys::fs::exists(argv[1])) {
    llvm::Expected<int64_t> found = check(argv[1]);
    if (!found)
      return fail(toString(found.takeError()));
    version = *found;
    llvm::outs() << "found version " << version << "\n";
  }
  for (int64_t i = 0; argc == 2 || i < count; ++i) {
    if (llvm::Error error = save(argv[1], ++version))
      return fail(toString(std::move(error)));
    llvm::outs() << "saved version " << version << "\n";
    llvm::outs().flush();
  }
  return EXIT_SUCCESS;
}
