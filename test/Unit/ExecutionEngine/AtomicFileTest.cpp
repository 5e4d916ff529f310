//===- AtomicFileTest.cpp - Files that are replaced as a whole ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/ExecutionEngine/AtomicFile.h"
#include "TestSupport.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

class Atomic : public testing::Test {
protected:
  llvm::Error write(llvm::StringRef contents) {
    return writeFileAtomically(
        path, [&](AtomicFile &file) { return file.write(contents); });
  }
  std::vector<std::string> list() { return listFolder(folder.path); }

  TestFolder folder;
  std::string path = folder / "x";
};

TEST_F(Atomic, WritesAndReplaces) {
  ASSERT_EQ(toString(write("one")), "");
  EXPECT_EQ(readFile(path), "one");
  ASSERT_EQ(toString(write("two")), "");
  EXPECT_EQ(readFile(path), "two");
  EXPECT_EQ(list(), std::vector<std::string>{"x"});
}

TEST_F(Atomic, TheOldContentsStayUntilAllIsWritten) {
  writeFile(path, "old");
  EXPECT_FAILS(writeFileAtomically(path,
                                   [&](AtomicFile &file) {
                                     EXPECT_EQ(file.write("half"), 0);
                                     EXPECT_EQ(readFile(path), "old");
                                     return ENOSPC;
                                   }),
               EMB_IO_ERROR,
               path + ": cannot be written: No space left on device");
  EXPECT_EQ(readFile(path), "old");
  EXPECT_EQ(list(), std::vector<std::string>{"x"});
}

TEST_F(Atomic, ModesStay) {
  struct stat info;
  ASSERT_EQ(toString(write("one")), "");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  ASSERT_EQ(toString(write("two")), "");
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
}

// A process that is killed leaves its temporary file; the next writer of the
// same file removes it, one of another file does not.
TEST_F(Atomic, WhatTheDeadLeaveIsRemoved) {
  pid_t child = ::fork();
  if (child == 0) {
    llvm::consumeError(writeFileAtomically(path, [](AtomicFile &file) {
      file.write("half");
      ::kill(::getpid(), SIGKILL);
      return 0;
    }));
    ::_exit(0);
  }
  int status;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(list().size(), 1u);
  EXPECT_EQ(list()[0].find("x.tmp-"), 0u);
  ASSERT_EQ(toString(writeFileAtomically(
                folder / "y", [](AtomicFile &file) { return file.write(""); })),
            "");
  EXPECT_EQ(list().size(), 2u);
  ASSERT_EQ(toString(write("one")), "");
  EXPECT_EQ(list(), (std::vector<std::string>{"x", "y"}));
}

// In this process or in another one: the lock tells.
TEST_F(Atomic, WhatTheLivingWriteStays) {
  ASSERT_EQ(toString(writeFileAtomically(
                path,
                [&](AtomicFile &file) {
                  EXPECT_EQ(toString(write("from within")), "");
                  EXPECT_EQ(list().size(), 2u);
                  return file.write("last");
                })),
            "");
  EXPECT_EQ(readFile(path), "last");
  EXPECT_EQ(list(), std::vector<std::string>{"x"});
}

TEST_F(Atomic, OtherFilesStay) {
  std::vector<std::string> names = {
      "x.tmp-",        "x.tmp-1-2",      "x.tmp-backup", "x.tmp-1-2-G",
      "x.tmp-a-2-F00", "xx.tmp-1-2-F00", "x.tmp-1--F00"};
  for (const std::string &name : names)
    writeFile(folder / name, "precious");
  // A link of such a name is not followed, a folder not removed.
  ASSERT_EQ(::symlink("x.tmp-", (folder / "x.tmp-1-2-A").c_str()), 0);
  ASSERT_EQ(::mkdir((folder / "x.tmp-1-2-B").c_str(), 0700), 0);
  writeFile(folder / "x.tmp-1-2-C", "of a dead one");
  ASSERT_EQ(toString(write("one")), "");
  std::vector<std::string> expected = names;
  expected.insert(expected.end(), {"x", "x.tmp-1-2-A", "x.tmp-1-2-B"});
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(list(), expected);
}

// Writers that remove what they take for dead do not take each other's.
TEST_F(Atomic, WritersAtTheSameTime) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      std::string contents(1000, 'a' + t);
      for (int i = 0; i < 50; ++i)
        EXPECT_EQ(toString(write(contents)), "");
    });
  for (std::thread &thread : threads)
    thread.join();
  std::string contents = readFile(path);
  EXPECT_EQ(contents, std::string(1000, contents[0]));
  EXPECT_EQ(list(), std::vector<std::string>{"x"});
}

TEST_F(Atomic, PathsWithoutFolder) {
  llvm::SmallString<128> before;
  ASSERT_FALSE(llvm::sys::fs::current_path(before));
  ASSERT_EQ(::chdir(folder.path.c_str()), 0);
  llvm::Error error = writeFileAtomically(
      "x", [](AtomicFile &file) { return file.write("here"); });
  ASSERT_EQ(::chdir(before.c_str()), 0);
  EXPECT_EQ(toString(std::move(error)), "");
  EXPECT_EQ(readFile(path), "here");
}
