//===- FilesTest.cpp - Data files and orders of the examples --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "common/Files.h"

#include "common/Shuffle.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <algorithm>

using namespace llvm;
using namespace examples;

namespace {

/// A file that is gone in the end.
class TemporaryFile {
public:
  explicit TemporaryFile(StringRef contents) {
    int fd;
    EXPECT_FALSE(sys::fs::createTemporaryFile("emb-examples", "tsv", fd, path));
    raw_fd_ostream(fd, /*shouldClose=*/true) << contents;
  }
  ~TemporaryFile() { sys::fs::remove(path); }

  SmallString<128> path;
};

std::string messageOf(Error error) { return toString(std::move(error)); }

TEST(ExampleFiles, ReadsFilesWithAndWithoutCompression) {
  TemporaryFile plain("train\t1\tx\n");
  EXPECT_EQ(cantFail(readGzip(std::string(plain.path))), "train\t1\tx\n");
  // "hello\n", by gzip -n.
  const char packed[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcbH\xcd\xc9\xc9\xe7\x02"
                        "\0 0:6\x06\0\0\0";
  TemporaryFile gzip(StringRef(packed, sizeof(packed) - 1));
  EXPECT_EQ(cantFail(readGzip(std::string(gzip.path))), "hello\n");
}

TEST(ExampleFiles, BadFilesAreErrors) {
  EXPECT_EQ(messageOf(readGzip("/nonexistent/mails").takeError()),
            "cannot open '/nonexistent/mails'");
  const char cut[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcbH\xcd";
  TemporaryFile early(StringRef(cut, sizeof(cut) - 1));
  EXPECT_EQ(messageOf(readGzip(std::string(early.path)).takeError()),
            "cannot read '" + std::string(early.path) +
                "': the file ends early");
}

TEST(ExampleFiles, LinesAreCutAtTabs) {
  std::vector<std::string> found;
  auto handle = [&](ArrayRef<StringRef> fields) {
    found.push_back(join(fields, "|"));
    return Error::success();
  };
  EXPECT_EQ(messageOf(forEachLine("a\tb\tc\n\t\n", 2, handle)), "");
  EXPECT_EQ(found, (std::vector<std::string>{"a|b\tc", "|"}));
  EXPECT_EQ(messageOf(forEachLine("a\tb\na\n", 2, handle)),
            "line 2: found 1 fields between tabs, expected 2");
  auto refuse = [](ArrayRef<StringRef>) { return makeError("no"); };
  EXPECT_EQ(messageOf(forEachLine("a\n", 1, refuse)), "line 1: no");
}

TEST(ExampleShuffle, IsAPermutationThatSeedAndEpochFix) {
  std::vector<uint32_t> order = getShuffledOrder(100, 1, 1);
  EXPECT_EQ(getShuffledOrder(100, 1, 1), order);
  EXPECT_NE(getShuffledOrder(100, 2, 1), order);
  EXPECT_NE(getShuffledOrder(100, 1, 2), order);
  EXPECT_FALSE(llvm::is_sorted(order));
  llvm::sort(order);
  for (uint32_t i = 0; i < 100; ++i)
    EXPECT_EQ(order[i], i);
  EXPECT_TRUE(getShuffledOrder(0, 1, 1).empty());
}

TEST(ExampleShuffle, EveryOrderIsEquallyLikely) {
  // The 6 orders of three, 6000 times: each 1000 times, give or take four
  // standard deviations of 28.9.
  std::map<std::vector<uint32_t>, int> counts;
  for (unsigned epoch = 1; epoch <= 6000; ++epoch)
    ++counts[getShuffledOrder(3, 0, epoch)];
  EXPECT_EQ(counts.size(), 6u);
  for (const auto &[order, count] : counts)
    EXPECT_NEAR(count, 1000, 116);
}

} // namespace
