//===- ObjectCacheTest.cpp - Compiled objects on disk ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/ObjectCache.h"
#include "TestSupport.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

static constexpr uint64_t kLimit = 1 << 20;

class ObjectCacheTest : public testing::Test {
protected:
  std::unique_ptr<ObjectCache> open(uint64_t limit = kLimit) {
    auto cache = ObjectCache::open(dir, limit);
    EXPECT_TRUE(static_cast<bool>(cache)) << toString(cache.takeError());
    return std::move(*cache);
  }
  static CacheKey key(const std::string &text) { return makeCacheKey({text}); }
  static void store(ObjectCache &cache, const std::string &name,
                    const std::string &object) {
    EXPECT_EQ(toString(cache.store(key(name), "meta " + name, object)), "");
  }
  static std::string load(ObjectCache &cache, const std::string &name) {
    auto entry = cache.load(key(name));
    if (!entry)
      return "<none>";
    EXPECT_EQ(entry->metadata, "meta " + name);
    return entry->object->getBuffer().str();
  }
  /// Makes an entry look as if it was last used `seconds` ago.
  static void age(ObjectCache &cache, const std::string &name, int seconds) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec -= seconds;
    struct timespec times[2] = {now, now};
    EXPECT_EQ(utimensat(AT_FDCWD, cache.getPath(key(name)).c_str(), times, 0),
              0);
  }

  TestFolder folder;
  std::string dir = folder / "a/b/cache";
};

TEST(CacheKey, PartsDoNotRunTogether) {
  EXPECT_EQ(makeCacheKey({"a", "b"}), makeCacheKey({"a", "b"}));
  EXPECT_NE(makeCacheKey({"a", "b"}), makeCacheKey({"ab"}));
  EXPECT_NE(makeCacheKey({"a", "b"}), makeCacheKey({"ab", ""}));
  EXPECT_NE(makeCacheKey({"a", "b"}), makeCacheKey({"b", "a"}));
}

TEST_F(ObjectCacheTest, KeepsWhatIsStored) {
  std::string object("\0\1\2binary\xff", 10);
  {
    auto cache = open();
    EXPECT_EQ(load(*cache, "x"), "<none>");
    store(*cache, "x", object);
    store(*cache, "empty", "");
    EXPECT_EQ(load(*cache, "x"), object);
  }
  auto cache = open();
  EXPECT_EQ(load(*cache, "x"), object);
  EXPECT_EQ(load(*cache, "empty"), "");
  EXPECT_EQ(load(*cache, "y"), "<none>");
  store(*cache, "x", "new");
  EXPECT_EQ(load(*cache, "x"), "new");
  EXPECT_EQ(listFolder(dir).size(), 2u);
}

TEST_F(ObjectCacheTest, TheFolderIsPrivate) {
  auto cache = open();
  struct stat info;
  ASSERT_EQ(stat(dir.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0700u);
  store(*cache, "x", "y");
  ASSERT_EQ(stat(cache->getPath(key("x")).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST_F(ObjectCacheTest, FoldersOthersCanEnterAreRefused) {
  dir = folder / "open";
  ASSERT_EQ(mkdir(dir.c_str(), 0700), 0);
  for (mode_t mode : {0755, 0770, 0701, 0702, 0710, 0777}) {
    ASSERT_EQ(chmod(dir.c_str(), mode), 0);
    EXPECT_FAILS(ObjectCache::open(dir, kLimit), EMB_IO_ERROR,
                 "expected 0700: others must not be able to enter it");
  }
  ASSERT_EQ(chmod(dir.c_str(), 0755), 0);
  EXPECT_FAILS(ObjectCache::open(dir, kLimit), EMB_IO_ERROR, "has mode 0755");
  ASSERT_EQ(chmod(dir.c_str(), 0700), 0);
  open();
}

TEST_F(ObjectCacheTest, FoldersOfOthersAreRefused) {
  if (geteuid() != 0)
    GTEST_SKIP() << "only root can give a folder away";
  dir = folder / "theirs";
  ASSERT_EQ(mkdir(dir.c_str(), 0700), 0);
  ASSERT_EQ(chown(dir.c_str(), 12345, 12345), 0);
  EXPECT_FAILS(ObjectCache::open(dir, kLimit), EMB_IO_ERROR,
               "belongs to user 12345, expected user 0");
}

TEST_F(ObjectCacheTest, WhatIsNoFolderIsRefused) {
  writeFile(folder / "file", "");
  EXPECT_FAILS(ObjectCache::open(folder / "file", kLimit), EMB_IO_ERROR,
               "cannot be opened: Not a directory");
  EXPECT_FAILS(ObjectCache::open(folder / "file/below", kLimit), EMB_IO_ERROR,
               "cannot be made");
  EXPECT_FAILS(ObjectCache::open("", kLimit), EMB_IO_ERROR,
               "there is no cache folder");
}

TEST_F(ObjectCacheTest, NoDamageGoesUnseen) {
  auto cache = open();
  store(*cache, "x", "the object");
  std::string path = cache->getPath(key("x"));
  std::string good = readFile(path);
  auto expectDropped = [&](const std::string &bytes) {
    writeFile(path, bytes);
    std::string why;
    EXPECT_EQ(cache->load(key("x"), &why), nullptr);
    EXPECT_PRED2(contains, why, path + " was dropped: ");
    EXPECT_FALSE(llvm::sys::fs::exists(path));
  };
  for (size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] ^= 1 << (i % 8);
    expectDropped(bad);
    expectDropped(good.substr(0, i));
  }
  expectDropped(good + "x");
  // The entry of another key, renamed.
  store(*cache, "y", "other");
  expectDropped(readFile(cache->getPath(key("y"))));
  writeFile(path, good);
  EXPECT_EQ(load(*cache, "x"), "the object");
}

TEST_F(ObjectCacheTest, LinksAndForeignFilesAreNotRead) {
  auto cache = open();
  store(*cache, "x", "the object");
  std::string path = cache->getPath(key("x"));
  std::string elsewhere = folder / "elsewhere";
  ASSERT_EQ(rename(path.c_str(), elsewhere.c_str()), 0);
  ASSERT_EQ(symlink(elsewhere.c_str(), path.c_str()), 0);
  EXPECT_EQ(load(*cache, "x"), "<none>");
  EXPECT_TRUE(llvm::sys::fs::exists(elsewhere));
  if (geteuid() == 0) {
    ASSERT_EQ(rename(elsewhere.c_str(), path.c_str()), 0);
    ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);
    std::string why;
    EXPECT_EQ(cache->load(key("x"), &why), nullptr);
    EXPECT_PRED2(contains, why, "belongs to another user");
  }
}

TEST_F(ObjectCacheTest, TheOldestGoFirst) {
  auto cache = open(10000);
  std::string object(2000, 'o');
  int ago = 1000;
  for (const char *name : {"a", "b", "c", "d"}) {
    store(*cache, name, object);
    age(*cache, name, ago -= 10);
  }
  // A load makes an entry young.
  EXPECT_EQ(load(*cache, "a"), object);
  store(*cache, "e", object);
  EXPECT_EQ(load(*cache, "b"), "<none>");
  for (const char *name : {"a", "c", "d", "e"})
    EXPECT_EQ(load(*cache, name), object) << name;
  // Too large to be kept at all, and nothing has to go for it.
  store(*cache, "f", std::string(20000, 'f'));
  EXPECT_EQ(load(*cache, "f"), "<none>");
  EXPECT_EQ(load(*cache, "c"), object);
}

TEST_F(ObjectCacheTest, TemporaryFilesOfTheDeadAreRemoved) {
  auto cache = open();
  std::string dead = dir + "/a.embobj.tmp-1-2-AB",
              living = dir + "/b.embobj.tmp-1-3-CD",
              foreign = dir + "/notes.txt";
  for (const std::string &path : {dead, living, foreign})
    writeFile(path, "x");
  // Whoever writes a file holds its lock.
  int fd = ::open(living.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(fd, LOCK_EX), 0);
  store(*cache, "x", "y");
  EXPECT_FALSE(llvm::sys::fs::exists(dead));
  EXPECT_TRUE(llvm::sys::fs::exists(living));
  EXPECT_TRUE(llvm::sys::fs::exists(foreign));
  ::close(fd);
  store(*cache, "x", "y");
  EXPECT_FALSE(llvm::sys::fs::exists(living));
}

TEST_F(ObjectCacheTest, ManyWritersAtOnce) {
  open();
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      // A small limit keeps eviction running against the others.
      auto cache = open(20000);
      for (int i = 0; i < 200; ++i) {
        std::string name = "k" + std::to_string((i + t) % 7);
        std::string object(1000 + 500 * ((i + t) % 7), 'a' + (i + t) % 7);
        if (auto error = cache->store(key(name), "meta " + name, object)) {
          ++wrong;
          consumeError(std::move(error));
        }
        std::string found = load(*cache, name);
        wrong += found != "<none>" && found != object;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
  for (const std::string &name : listFolder(dir))
    EXPECT_FALSE(contains(name, ".tmp-")) << name;
}

TEST(CacheDir, DefaultsFollowTheEnvironment) {
  std::vector<std::pair<const char *, std::optional<std::string>>> before;
  for (const char *name : {"EMB_CACHE_DIR", "XDG_CACHE_HOME", "HOME"}) {
    const char *value = getenv(name);
    before.push_back(
        {name, value ? std::optional<std::string>(value) : std::nullopt});
  }
  setenv("EMB_CACHE_DIR", "/e", 1);
  setenv("XDG_CACHE_HOME", "/x", 1);
  setenv("HOME", "/h", 1);
  EXPECT_EQ(getDefaultCacheDir(), "/e");
  unsetenv("EMB_CACHE_DIR");
  EXPECT_EQ(getDefaultCacheDir(), "/x/emb");
  unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(getDefaultCacheDir(), "/h/.cache/emb");
  unsetenv("HOME");
  EXPECT_EQ(getDefaultCacheDir(), "");
  for (auto &[name, value] : before)
    if (value)
      setenv(name, value->c_str(), 1);
}

TEST(CompilerIdentity, NamesTheProgramAndItsLibraries) {
  ASSERT_OK(identity, getCompilerIdentity());
  // The program with this library, libMLIR and libLLVM.
  EXPECT_GE(llvm::StringRef(identity).count(';'), 3u) << identity;
  EXPECT_EQ(llvm::cantFail(getCompilerIdentity()), identity);
}
