//===- WordnetDatasetTest.cpp - Triples, and false ones -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Batches.h"
#include "Dataset.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace mlir::emb;
using namespace wordnet;

using Ints = std::vector<int32_t>;

namespace {

Dataset parse(StringRef names, StringRef triples) {
  Dataset data;
  cantFail(parseNames(names, data));
  cantFail(parseTriples(triples, data));
  return data;
}

Dataset makeDataset() {
  return parse("entity\t0\tdog.n\nentity\t1\tcanine.n\nentity\t2\twolf.n\n"
               "relation\t0\thypernym\nrelation\t1\thyponym\n",
               "train\t0\t0\t1\ntrain\t1\t1\t0\ntrain\t1\t1\t2\n"
               "valid\t2\t0\t1\ntest\t1\t1\t1\n");
}

TEST(WordnetDataset, LinesAreParsed) {
  Dataset data = makeDataset();
  EXPECT_EQ(data.entities,
            (std::vector<std::string>{"dog.n", "canine.n", "wolf.n"}));
  EXPECT_EQ(data.relations, (std::vector<std::string>{"hypernym", "hyponym"}));
  ASSERT_EQ(data.train.size(), 3u);
  EXPECT_EQ(data.train[2].head, 1);
  EXPECT_EQ(data.train[2].relation, 1);
  EXPECT_EQ(data.train[2].tail, 2);
  EXPECT_EQ(data.valid.size(), 1u);
  EXPECT_EQ(data.test.size(), 1u);
}

TEST(WordnetDataset, BadLinesAreNamed) {
  Dataset data = makeDataset();
  auto refuses = [&](Error (*parse)(StringRef, Dataset &), StringRef contents,
                     StringRef message) {
    EXPECT_EQ(toString(parse(contents, data)), message);
  };
  refuses(parseNames, "thing\t3\tx\n",
          "line 1: found 'thing', expected 'entity' or 'relation'");
  refuses(parseNames, "entity\t4\tx\n", "line 1: found id '4', expected 3");
  refuses(parseTriples, "train\t0\t0\t1\ntrain\t0\t0\t3\n",
          "line 2: found id '3', expected 0 <= id < 3");
  refuses(parseTriples, "train\t0\t2\t1\n",
          "line 1: found id '2', expected 0 <= id < 2");
  refuses(parseTriples, "train\t-1\t0\t1\n",
          "line 1: found id '-1', expected 0 <= id < 3");
  refuses(parseTriples, "dev\t0\t0\t1\n",
          "line 1: found split 'dev', expected 'train', 'valid' or 'test'");
}

TEST(WordnetDataset, AnswersAreOfAllSplits) {
  Dataset data = makeDataset();
  data.test.push_back(data.train[1]);
  KnownTriples known(data);
  EXPECT_EQ(known.getTails(1, 1).vec(), (Ints{0, 1, 2}));
  EXPECT_EQ(known.getTails(0, 1).vec(), (Ints{}));
  EXPECT_EQ(known.getHeads(0, 1).vec(), (Ints{0, 2}));
  EXPECT_EQ(known.getHeads(1, 0).vec(), (Ints{1}));
}

//===----------------------------------------------------------------------===//
// Batches
//===----------------------------------------------------------------------===//

std::vector<Triple> makeTriples(int32_t count) {
  std::vector<Triple> triples;
  for (int32_t i = 0; i < count; ++i)
    triples.push_back({i, i % 7, i + 1});
  return triples;
}

template <typename T> ArrayRef<T> elements(const Feed &feed) {
  TensorRef tensor = feed.value.getTensor();
  EXPECT_TRUE(tensor.isContiguous());
  return {static_cast<const T *>(tensor.data), size_t(tensor.getNumElements())};
}

TEST(WordnetBatches, HaveEachTripleOnce) {
  constexpr int32_t count = 2500;
  Batches batches(makeTriples(count), /*numEntities=*/5000, /*numOthers=*/4,
                  /*seed=*/1, /*epoch=*/1);
  ASSERT_EQ(batches.getNumBatches(), 3u);
  EXPECT_EQ(batches.getBatchSize(2), 2500 - 2 * Batches::batchSize);
  std::vector<bool> seen(count);
  bool isShuffled = false;
  for (size_t i = 0; i < 3; ++i) {
    std::vector<Feed> feed = batches.feed(i);
    int64_t size = batches.getBatchSize(i);
    EXPECT_EQ(feed[0].name, "entities");
    EXPECT_EQ(feed[0].value.getTensor().shape, (Shape{size, 6}));
    ArrayRef entities = elements<int32_t>(feed[0]);
    ArrayRef relations = elements<int32_t>(feed[1]);
    for (int64_t b = 0; b < size; ++b) {
      int32_t head = entities[6 * b];
      EXPECT_FALSE(seen[head]);
      seen[head] = true;
      isShuffled |= head != b;
      EXPECT_EQ(entities[6 * b + 1], head + 1);
      EXPECT_EQ(relations[b], head % 7);
    }
  }
  EXPECT_TRUE(isShuffled);
}

TEST(WordnetBatches, OthersAreUniform) {
  constexpr int64_t count = 20000, numEntities = 10;
  Batches batches(makeTriples(count), numEntities, /*numOthers=*/4, 1, 1);
  std::vector<Feed> feed = batches.feedAll();
  std::vector<int64_t> drawn(numEntities);
  ArrayRef entities = elements<int32_t>(feed[0]);
  for (int64_t b = 0; b < count; ++b)
    for (int64_t k = 2; k < 6; ++k)
      ++drawn.at(entities[6 * b + k]);
  // Of 80,000, a tenth each: the standard deviation is 85.
  for (int64_t times : drawn)
    EXPECT_NEAR(times, 8000, 500);
  EXPECT_EQ(feed[2].name, "corrupt_head");
  EXPECT_EQ(feed[2].value.getDType(), DType::I1);
  int64_t heads = 0;
  for (bool isHead : ArrayRef(
           static_cast<const uint8_t *>(feed[2].value.getTensor().data), count))
    heads += isHead;
  EXPECT_NEAR(heads, count / 2, 500);
}

TEST(WordnetBatches, DependOnSeedAndEpoch) {
  auto draw = [](uint64_t seed, unsigned epoch) {
    Batches batches(makeTriples(100), 1000, /*numOthers=*/2, seed, epoch);
    return elements<int32_t>(batches.feedAll()[0]).vec();
  };
  EXPECT_EQ(draw(3, 1), draw(3, 1));
  EXPECT_NE(draw(3, 1), draw(4, 1));
  EXPECT_NE(draw(3, 1), draw(3, 2));
}

TEST(WordnetBatches, QueriesHaveNoOthers) {
  Batches batches(makeTriples(3), /*corruptHead=*/true);
  std::vector<Feed> feed = batches.feedAll();
  EXPECT_EQ(elements<int32_t>(feed[0]).vec(), (Ints{0, 1, 1, 2, 2, 3}));
  EXPECT_EQ(feed[0].value.getTensor().shape, (Shape{3, 2}));
  EXPECT_EQ(elements<int32_t>(feed[1]).vec(), (Ints{0, 1, 2}));
  EXPECT_EQ(elements<uint8_t>(feed[2]).vec(), (std::vector<uint8_t>{1, 1, 1}));
}

} // namespace
