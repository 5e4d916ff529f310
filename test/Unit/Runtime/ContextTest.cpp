//===- ContextTest.cpp - Contexts, their version and their memory ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Descriptors.h"
#include "gtest/gtest.h"

#include <cstring>
#include <set>

using namespace emb_test;

TEST(Context, WrongVersionIsRefused) {
  EmbContext *context = reinterpret_cast<EmbContext *>(1);
  EXPECT_EQ(embContextCreate(EMB_ABI_VERSION + 1, &context), EMB_ABI_MISMATCH);
  EXPECT_EQ(context, nullptr);
  EXPECT_EQ(embContextCreate(EMB_ABI_VERSION, nullptr), EMB_INVALID_ARGUMENT);

  TestContext good;
  EXPECT_EQ(embCheckContext(good, EMB_ABI_VERSION), EMB_OK);
  EXPECT_EQ(embCheckContext(good, EMB_ABI_VERSION + 1), EMB_ABI_MISMATCH);
}

/// Every function must survive a context that is not ours.
static void expectAllRefuse(EmbContext *bad) {
  std::vector<int64_t> ids = {0, 1};
  Descriptor d(ids);
  EmbIndexSource source = d.asSource();
  int64_t rows[2] = {7, 7}, bounds[3], positions[2], count = 7;
  EmbBlock block;
  EXPECT_EQ(embCheckContext(bad, EMB_ABI_VERSION), EMB_ABI_MISMATCH);
  EXPECT_EQ(embAlloc(bad, 8), nullptr);
  EXPECT_EQ(embCheckIndices(bad, "x", 64, 1, d.get(), 5), EMB_ABI_MISMATCH);
  EXPECT_EQ(embCheckOffsets(bad, "x", 64, 1, d.get(), 5, 0), EMB_ABI_MISMATCH);
  EXPECT_EQ(embCheckEqual(bad, "x", 1, 1), EMB_ABI_MISMATCH);
  EXPECT_EQ(embFail(bad, EMB_BUSY, "x"), EMB_ABI_MISMATCH);
  EXPECT_EQ(
      embGroup(bad, 1, &source, 64, rows, 64, bounds, 64, positions, &count),
      EMB_ABI_MISMATCH);
  EXPECT_EQ(rows[0], 7);
  EXPECT_EQ(count, 7);
  EXPECT_EQ(embContextBeginCall(bad), EMB_ABI_MISMATCH);
  EXPECT_EQ(embContextSetNumThreads(bad, 2), EMB_ABI_MISMATCH);
  EXPECT_EQ(embContextSetMemoryLimit(bad, 2), EMB_ABI_MISMATCH);
  EXPECT_EQ(embContextDetach(bad, rows, &block), EMB_ABI_MISMATCH);
  EXPECT_EQ(block.data, nullptr);
  EXPECT_EQ(embContextAdopt(bad, &block), EMB_ABI_MISMATCH);
  EXPECT_STREQ(embContextMessage(bad), "");
  EXPECT_EQ(embContextSystemAllocations(bad), 0u);
  EXPECT_EQ(embContextBytesHeld(bad), 0u);
  embContextDestroy(bad);
}

TEST(Context, ForeignContextsAreRefusedEverywhere) {
  EmbContext wrongMagic = {0xdeadbeef, EMB_ABI_VERSION, 1, 0};
  EmbContext wrongVersion = {EMB_CONTEXT_MAGIC, EMB_ABI_VERSION + 1, 1, 0};
  expectAllRefuse(&wrongMagic);
  expectAllRefuse(&wrongVersion);
  expectAllRefuse(nullptr);
}

TEST(Context, CompiledCodeFindsTheThreadsAtOffset8) {
  TestContext context;
  EXPECT_EQ(context->numThreads, 1);
  EXPECT_EQ(embContextSetNumThreads(context, 5), EMB_OK);
  int32_t threads;
  std::memcpy(&threads, reinterpret_cast<char *>(&*context) + 8, 4);
  EXPECT_EQ(threads, 5);
  EXPECT_EQ(embContextSetNumThreads(context, 0), EMB_INVALID_ARGUMENT);
  EXPECT_EQ(context->numThreads, 5);
}

TEST(Context, MessagesAreKeptUntilTheNextCall) {
  TestContext context;
  EXPECT_STREQ(context.message(), "");
  EXPECT_EQ(embFail(context, EMB_INVALID_SHAPE, "100% wrong"),
            EMB_INVALID_SHAPE);
  EXPECT_STREQ(context.message(), "100% wrong");
  std::string longLabel(5000, 'x');
  EXPECT_EQ(embCheckEqual(context, longLabel.c_str(), 3, 4), EMB_INVALID_SHAPE);
  EXPECT_EQ(std::string(context.message()).substr(0, 100),
            std::string(100, 'x'));
  embContextBeginCall(context);
  EXPECT_STREQ(context.message(), "");
}

TEST(Context, EveryStatusHasAName) {
  std::set<std::string> names;
  for (int status = EMB_OK; status <= EMB_COMPILE_ERROR; ++status)
    names.insert(embStatusName(status));
  EXPECT_EQ(names.size(), 10u);
  EXPECT_EQ(names.count("unknown status"), 0u);
  EXPECT_STREQ(embStatusName(-1), "unknown status");
}

//===----------------------------------------------------------------------===//
// Arena
//===----------------------------------------------------------------------===//

static bool isAligned(const void *pointer, uintptr_t alignment) {
  return reinterpret_cast<uintptr_t>(pointer) % alignment == 0;
}

TEST(Arena, BlocksAreAlignedAndDisjoint) {
  TestContext context;
  embContextBeginCall(context);
  const uint64_t sizes[] = {0,   1,    63,   64,      65,      511,
                            512, 1000, 4097, 3 << 20, 1 << 21, (1 << 21) - 1};
  std::vector<std::pair<uintptr_t, uintptr_t>> ranges;
  for (uint64_t size : sizes) {
    void *data = embAlloc(context, size);
    ASSERT_NE(data, nullptr) << size;
    EXPECT_TRUE(isAligned(data, EMB_ALIGNMENT)) << size;
    if (size >= EMB_HUGE_PAGE)
      EXPECT_TRUE(isAligned(data, EMB_HUGE_PAGE)) << size;
    std::memset(data, 0xab, size);
    auto begin = reinterpret_cast<uintptr_t>(data);
    for (auto [otherBegin, otherEnd] : ranges)
      EXPECT_TRUE(begin + size <= otherBegin || otherEnd <= begin) << size;
    ranges.push_back({begin, begin + size});
  }
}

TEST(Arena, ARepeatedCallAllocatesNothing) {
  TestContext context;
  auto call = [&] {
    embContextBeginCall(context);
    std::vector<void *> blocks;
    for (uint64_t size : {100, 100, 5000, 3 << 20, 70, 5000})
      blocks.push_back(embAlloc(context, size));
    return blocks;
  };
  std::vector<void *> first = call();
  uint64_t allocations = embContextSystemAllocations(context);
  EXPECT_GE(allocations, 6u);
  uint64_t held = embContextBytesHeld(context);
  for (int i = 0; i < 100; ++i) {
    std::vector<void *> again = call();
    EXPECT_EQ(std::set<void *>(first.begin(), first.end()),
              std::set<void *>(again.begin(), again.end()));
  }
  EXPECT_EQ(embContextSystemAllocations(context), allocations);
  EXPECT_EQ(embContextBytesHeld(context), held);
}

TEST(Arena, MemoryThatIsNotUsedAnyMoreGoesBack) {
  TestContext context;
  embContextBeginCall(context);
  embAlloc(context, 64 << 20);
  EXPECT_GE(embContextBytesHeld(context), uint64_t(64 << 20));
  for (int i = 0; i < 40; ++i) {
    embContextBeginCall(context);
    embAlloc(context, 1000);
  }
  EXPECT_LT(embContextBytesHeld(context), uint64_t(10000));
}

TEST(Arena, ShapesThatChangeALittleReuseMemory) {
  TestContext context;
  for (int i = 0; i < 20; ++i) {
    embContextBeginCall(context);
    embAlloc(context, 100000 - i * 1000);
  }
  // The records of blocks are one allocation, the block is the other.
  EXPECT_EQ(embContextSystemAllocations(context), 2u);
}

TEST(Arena, AbsurdSizesAreErrors) {
  TestContext context;
  embContextBeginCall(context);
  EXPECT_EQ(embAlloc(context, static_cast<uint64_t>(-64)), nullptr);
  EXPECT_STREQ(context.message(),
               "a workspace of 18446744073709551552 bytes was asked for (-64 "
               "as a signed number): a size is negative or overflowed");
  EXPECT_EQ(embAlloc(context, (uint64_t(1) << 47) + 1), nullptr);
  EXPECT_EQ(embAlloc(context, uint64_t(1) << 62), nullptr);
  // More than any address space has left, but not absurd.
  EXPECT_EQ(embAlloc(context, uint64_t(1) << 47), nullptr);
  EXPECT_NE(std::string(context.message()).find("140737488355328 bytes"),
            std::string::npos);
  EXPECT_NE(embAlloc(context, 64), nullptr);
}

TEST(Arena, TheLimitHolds) {
  TestContext context;
  embContextSetMemoryLimit(context, 10000);
  embContextBeginCall(context);
  EXPECT_NE(embAlloc(context, 6000), nullptr);
  EXPECT_EQ(embAlloc(context, 6000), nullptr);
  EXPECT_EQ(
      std::string(context.message())
          .find("a workspace of 6000 bytes cannot be allocated: the memory "
                "limit is 10000 bytes, 6"),
      0u)
      << context.message();
  // Free memory of the last call makes room.
  embContextBeginCall(context);
  EXPECT_NE(embAlloc(context, 9900), nullptr);
  EXPECT_LE(embContextBytesHeld(context), 10000u);
  embContextSetMemoryLimit(context, 0);
  EXPECT_NE(embAlloc(context, 1 << 20), nullptr);
}

TEST(Arena, DetachedMemoryOutlivesTheContext) {
  EmbBlock small, large;
  {
    TestContext context;
    embContextBeginCall(context);
    auto *a = static_cast<char *>(embAlloc(context, 1000));
    auto *b = static_cast<char *>(embAlloc(context, 3 << 20));
    std::memset(a, 1, 1000);
    std::memset(b, 2, 3 << 20);
    // Any address of the block will do.
    EXPECT_EQ(embContextDetach(context, a + 500, &small), EMB_OK);
    EXPECT_EQ(embContextDetach(context, b, &large), EMB_OK);
    EXPECT_EQ(small.data, a);
    EXPECT_EQ(large.data, b);
    EXPECT_EQ(embContextBytesHeld(context), 0u);
    EmbBlock again;
    EXPECT_EQ(embContextDetach(context, a, &again), EMB_INVALID_ARGUMENT);
    EXPECT_EQ(again.data, nullptr);
    int local = 0;
    EXPECT_EQ(embContextDetach(context, &local, &again), EMB_INVALID_ARGUMENT);
    embContextBeginCall(context);
    EXPECT_NE(embAlloc(context, 1000), a);
  }
  EXPECT_EQ(static_cast<char *>(small.data)[999], 1);
  EXPECT_EQ(static_cast<char *>(large.data)[(3 << 20) - 1], 2);
  embBlockFree(&small);
  embBlockFree(&large);
  EXPECT_EQ(small.data, nullptr);
}

TEST(Arena, AdoptedMemoryIsReused) {
  TestContext context;
  embContextBeginCall(context);
  void *data = embAlloc(context, 5000);
  EmbBlock block;
  embContextDetach(context, data, &block);
  uint64_t allocations = embContextSystemAllocations(context);
  EXPECT_EQ(embContextAdopt(context, &block), EMB_OK);
  EXPECT_EQ(block.data, nullptr);
  embContextBeginCall(context);
  EXPECT_EQ(embAlloc(context, 5000), data);
  EXPECT_EQ(embContextSystemAllocations(context), allocations);
}

TEST(Block, LargeOnesAreZeroAndAligned) {
  EmbBlock block;
  ASSERT_EQ(embBlockAllocate((5 << 20) + 1, &block), EMB_OK);
  EXPECT_TRUE(isAligned(block.data, EMB_HUGE_PAGE));
  EXPECT_EQ(static_cast<char *>(block.data)[5 << 20], 0);
  static_cast<char *>(block.data)[block.capacity - 1] = 1;
  embBlockFree(&block);
  EXPECT_EQ(embBlockAllocate(uint64_t(1) << 63, &block), EMB_OUT_OF_MEMORY);
  EXPECT_EQ(block.data, nullptr);
  embBlockFree(&block);
}
