//===- SpamBatchesTest.cpp - Mails cut into batches -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Batches.h"
#include "common/Shuffle.h"

#include "gtest/gtest.h"

#include <set>

using namespace llvm;
using namespace spam;

using Ints = std::vector<int32_t>;

namespace {

/// Mail m holds m words; its label is m % 2.
Mails makeMails(int32_t count) {
  Mails mails;
  for (int32_t m = 0; m < count; ++m)
    mails.append(std::vector<int32_t>(m, m), m % 2);
  return mails;
}

TEST(SpamBatches, OffsetsBeginAnewInEachBatch) {
  Mails mails = makeMails(5);
  Batches batches(mails, 2);
  ASSERT_EQ(batches.size(), 3u);
  EXPECT_EQ(batches[0].ids.vec(), (Ints{1}));
  EXPECT_EQ(batches[0].offsets.vec(), (Ints{0, 0, 1}));
  EXPECT_EQ(batches[0].labels.vec(), (Ints{0, 1}));
  EXPECT_EQ(batches[1].ids.vec(), (Ints{2, 2, 3, 3, 3}));
  EXPECT_EQ(batches[1].offsets.vec(), (Ints{0, 2, 5}));
  EXPECT_EQ(batches[2].ids.vec(), (Ints{4, 4, 4, 4}));
  EXPECT_EQ(batches[2].offsets.vec(), (Ints{0, 4}));
  EXPECT_EQ(batches[2].labels.vec(), (Ints{0}));
}

TEST(SpamBatches, NoMailsNoBatches) {
  Mails mails;
  EXPECT_EQ(Batches(mails, 8).size(), 0u);
}

TEST(SpamBatches, AreViewsOfOneArray) {
  Mails mails = makeMails(5);
  Batches batches(mails, 2);
  EXPECT_EQ(batches[0].ids.end(), batches[1].ids.begin());
  EXPECT_EQ(batches[1].offsets.end(), batches[2].offsets.begin());
}

TEST(SpamBatches, MailsStayWholeInAnotherOrder) {
  Mails mails = makeMails(100);
  Batches batches(mails, 7);
  batches.arrange(examples::getShuffledOrder(100, /*seed=*/1, /*epoch=*/1));
  std::vector<size_t> order;
  for (size_t i = 0; i < batches.size(); ++i) {
    Batch batch = batches[i];
    EXPECT_EQ(batch.offsets.back(), static_cast<int32_t>(batch.ids.size()));
    for (size_t b = 0; b < batch.size(); ++b) {
      size_t words = batch.offsets[b + 1] - batch.offsets[b];
      order.push_back(words);
      EXPECT_EQ(batch.labels[b], static_cast<int32_t>(words % 2));
      for (int32_t id : batch.ids.slice(batch.offsets[b], words))
        EXPECT_EQ(id, static_cast<int32_t>(words));
    }
  }
  EXPECT_EQ(std::set<size_t>(order.begin(), order.end()).size(), 100u);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
}

TEST(SpamBatches, AreInTheOrderThatIsAskedFor) {
  Mails mails = makeMails(4);
  Batches batches(mails, 2);
  batches.arrange({3, 0, 2, 1});
  EXPECT_EQ(batches[0].ids.vec(), (Ints{3, 3, 3}));
  EXPECT_EQ(batches[0].offsets.vec(), (Ints{0, 3, 3}));
  EXPECT_EQ(batches[1].ids.vec(), (Ints{2, 2, 1}));
  EXPECT_EQ(batches[1].labels.vec(), (Ints{0, 1}));
}

} // namespace
