//===- SpamDatasetTest.cpp - Tokens, vocabulary and files -----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dataset.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace spam;

using Ints = std::vector<int32_t>;

namespace {

template <typename T> std::string messageOf(Expected<T> value) {
  return value ? "" : toString(value.takeError());
}

TEST(SpamDataset, TokensAreWhatLiesBetweenBlanks) {
  EXPECT_EQ(join(tokenize("  buy now\tdon't  wait\r"), "|"),
            "buy|now|don't|wait");
  EXPECT_TRUE(tokenize(" ").empty());
}

TEST(SpamDataset, RecordsAreParsed) {
  auto records = cantFail(parseRecords("train\t1\tbuy now\ntest\t0\t\n"));
  ASSERT_EQ(records.size(), 2u);
  EXPECT_TRUE(records[0].isTrain);
  EXPECT_EQ(records[0].label, 1);
  EXPECT_EQ(records[0].text, "buy now");
  EXPECT_FALSE(records[1].isTrain);
  EXPECT_EQ(records[1].label, 0);
  EXPECT_EQ(records[1].text, "");
}

TEST(SpamDataset, BadLinesAreNamed) {
  EXPECT_EQ(messageOf(parseRecords("train\t1\ta\nvalid\t1\tb\n")),
            "line 2: found split 'valid', expected 'train' or 'test'");
  EXPECT_EQ(messageOf(parseRecords("train\t2\ta\n")),
            "line 1: found label '2', expected 0 or 1");
  EXPECT_EQ(messageOf(parseRecords("train\t1\n")),
            "line 1: found 2 fields between tabs, expected 3");
}

TEST(SpamDataset, VocabularyIsThatOfTheTrainingPart) {
  auto records = cantFail(parseRecords("test\t0\tfree free hello hello\n"
                                       "train\t1\tfree money free\n"
                                       "train\t0\thello you money\n"));
  Vocabulary vocabulary(records, /*minCount=*/2);
  // `hello` and `you` occur once in the training part.
  EXPECT_EQ(vocabulary.size(), 4);
  EXPECT_EQ(vocabulary.lookup("free"), 2);
  EXPECT_EQ(vocabulary.lookup("money"), 3);
  EXPECT_EQ(vocabulary.lookup("hello"), Vocabulary::unknown);
  EXPECT_EQ(vocabulary.lookup("you"), Vocabulary::unknown);
}

TEST(SpamDataset, MailsAreBagsOfIds) {
  auto records = cantFail(parseRecords("train\t1\tfree money free\n"
                                       "test\t0\tmoney please\n"
                                       "train\t0\t\n"));
  Corpus corpus = makeCorpus(records, /*minCount=*/1);
  EXPECT_EQ(corpus.train.ids, (Ints{2, 3, 2}));
  EXPECT_EQ(corpus.train.offsets, (Ints{0, 3, 3}));
  EXPECT_EQ(corpus.train.labels, (Ints{1, 0}));
  EXPECT_EQ(corpus.test.getMail(0).vec(), (Ints{3, 1}));
}

TEST(SpamDataset, SequencesEndWithTheWordsTheyKeep) {
  Mails mails;
  mails.append({5, 6}, 1);
  mails.append({2, 3, 4, 5}, 0);
  mails.append({}, 1);
  Mails sequences = mails.getSequences(3);
  EXPECT_EQ(sequences.getMail(0).vec(), (Ints{0, 5, 6}));
  EXPECT_EQ(sequences.getMail(1).vec(), (Ints{2, 3, 4}));
  EXPECT_EQ(sequences.getMail(2).vec(), (Ints{0, 0, 0}));
  EXPECT_EQ(sequences.labels, mails.labels);
}

TEST(SpamDataset, TheFirstMailsAreThose) {
  Mails mails;
  mails.append({5, 6}, 1);
  mails.append({7}, 0);
  Mails first = mails.getFirst(1);
  EXPECT_EQ(first.ids, (Ints{5, 6}));
  EXPECT_EQ(first.offsets, (Ints{0, 2}));
  EXPECT_EQ(first.labels, (Ints{1}));
  EXPECT_EQ(mails.getFirst(3).ids, mails.ids);
}

TEST(SpamDataset, ACorpusHasBothParts) {
  SmallString<128> path;
  int fd;
  ASSERT_FALSE(sys::fs::createTemporaryFile("emb-spam", "tsv", fd, path));
  raw_fd_ostream(fd, /*shouldClose=*/true) << "train\t1\tx\n";
  EXPECT_NE(messageOf(loadCorpus(std::string(path), 1))
                .find("found 1 training and 0 test mails"),
            std::string::npos);
  sys::fs::remove(path);
}

} // namespace
