//===- ProfileTest.cpp - Times of regions ---------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Descriptors.h"
#include "emb/Runtime/ProfileABI.h"
#include "gtest/gtest.h"

#include <vector>

using namespace emb_test;

/// The events of the last call.
static std::vector<EmbProfileEvent> getEvents(EmbContext *context) {
  uint64_t count, dropped;
  const EmbProfileEvent *events = embContextProfile(context, &count, &dropped);
  EXPECT_EQ(dropped, 0u);
  return {events, events + count};
}

TEST(Profile, EventsAreInTheOrderInWhichTheyBegan) {
  TestContext context;
  embContextBeginCall(context);
  uint64_t before = embProfileClock();
  embProfileBegin(context, 2);
  embProfileBegin(context, 0);
  embProfileEnd(context, 0, 10);
  embProfileBegin(context, 0);
  embProfileEnd(context, 0, 20);
  embProfileEnd(context, 2, 100);
  uint64_t after = embProfileClock();

  std::vector<EmbProfileEvent> events = getEvents(context);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].region, 2);
  EXPECT_EQ(events[0].bytes, 100);
  EXPECT_EQ(events[1].region, 0);
  EXPECT_EQ(events[1].bytes, 10);
  EXPECT_EQ(events[2].bytes, 20);
  auto end = [&](size_t i) { return events[i].start + events[i].duration; };
  EXPECT_LE(before, events[0].start);
  EXPECT_LE(events[0].start, events[1].start);
  EXPECT_LE(end(1), events[2].start);
  EXPECT_LE(end(2), end(0));
  EXPECT_LE(end(0), after);
}

TEST(Profile, BelongsToOneCallAndKeepsItsMemory) {
  TestContext context;
  const EmbProfileEvent *memory = nullptr;
  for (int call = 0; call < 3; ++call) {
    embContextBeginCall(context);
    for (int i = 0; i < 1000; ++i) {
      embProfileBegin(context, i);
      embProfileEnd(context, i, call);
    }
    std::vector<EmbProfileEvent> events = getEvents(context);
    ASSERT_EQ(events.size(), 1000u);
    EXPECT_EQ(events[999].region, 999);
    EXPECT_EQ(events[999].bytes, call);
    uint64_t count;
    const EmbProfileEvent *now = embContextProfile(context, &count, nullptr);
    if (call > 0)
      EXPECT_EQ(now, memory) << "memory is taken once";
    memory = now;
  }
  EXPECT_EQ(embContextSystemAllocations(context), 0u)
      << "the arena has no part in it";
}

TEST(Profile, RegionsThatACallLeavesOpenAreNotThere) {
  TestContext context;
  embContextBeginCall(context);
  embProfileBegin(context, 0);
  embProfileEnd(context, 0, 1);
  embProfileBegin(context, 1); // A check failed here.
  std::vector<EmbProfileEvent> events = getEvents(context);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].region, 0);

  embContextBeginCall(context);
  embProfileEnd(context, 0, 1); // Never began.
  EXPECT_TRUE(getEvents(context).empty());
}

TEST(Profile, WhatHasNoRoomIsCounted) {
  TestContext context;
  embContextBeginCall(context);
  const uint64_t limit = 1 << 20;
  for (uint64_t i = 0; i < limit + 5; ++i) {
    embProfileBegin(context, 0);
    embProfileEnd(context, 0, 1);
  }
  uint64_t count, dropped;
  embContextProfile(context, &count, &dropped);
  EXPECT_EQ(count, limit);
  EXPECT_EQ(dropped, 5u);

  embContextBeginCall(context);
  const int deep = 40;
  for (int i = 0; i < deep; ++i)
    embProfileBegin(context, i);
  for (int i = deep; i-- > 0;)
    embProfileEnd(context, i, i);
  const EmbProfileEvent *events = embContextProfile(context, &count, &dropped);
  ASSERT_EQ(count + dropped, uint64_t(deep));
  ASSERT_EQ(count, 16u);
  for (int i = 0; i < 16; ++i)
    EXPECT_EQ(events[i].bytes, i) << "the outermost ones are kept";
}

TEST(Profile, ForeignContextsAreLeftAlone) {
  EmbContext other = {EMB_CONTEXT_MAGIC, EMB_ABI_VERSION + 1, 1, 0};
  for (EmbContext *bad : {static_cast<EmbContext *>(nullptr), &other}) {
    uint64_t count = 7, dropped = 7;
    embProfileBegin(bad, 0);
    embProfileEnd(bad, 0, 1);
    EXPECT_EQ(embContextProfile(bad, &count, &dropped), nullptr);
    EXPECT_EQ(count, 0u);
    EXPECT_EQ(dropped, 0u);
  }
}
