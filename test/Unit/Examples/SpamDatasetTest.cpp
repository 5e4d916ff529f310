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

/// A file that is gone in the end.
class TemporaryFile {
public:
  explicit TemporaryFile(StringRef contents) {
    int fd;
    EXPECT_FALSE(sys::fs::createTemporaryFile("emb-spam", "tsv", fd, path));
    raw_fd_ostream(fd, /*shouldClose=*/true) << contents;
  }
  ~TemporaryFile() { sys::fs::remove(path); }

  SmallString<128> path;
};

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
  EXPECT_EQ(messageOf(parseRecords("\n")),
            "line 1: found split '', expected 'train' or 'test'");
}

TEST(SpamDataset, VocabularyIsThatOfTheTrainingPart) {
  auto records = cantFail(parseRecords("test\t0\tfree free hello hello\n"
                                       "train\t1\tfree money free\n"
                                       "train\t0\thello you money\n"));
  Vocabulary vocabulary(records, /*minCount=*/2);
  // `hello` and `you` occur once in the training part.
  EXPECT_EQ(vocabulary.size(), 3);
  EXPECT_EQ(vocabulary.lookup("free"), 1);
  EXPECT_EQ(vocabulary.lookup("money"), 2);
  EXPECT_EQ(vocabulary.lookup("hello"), Vocabulary::unknown);
  EXPECT_EQ(vocabulary.lookup("you"), Vocabulary::unknown);
}

TEST(SpamDataset, MailsAreBagsOfIds) {
  auto records = cantFail(parseRecords("train\t1\tfree money free\n"
                                       "test\t0\tmoney please\n"
                                       "train\t0\t\n"));
  Corpus corpus = makeCorpus(records, /*minCount=*/1);
  EXPECT_EQ(corpus.train.ids, (Ints{1, 2, 1}));
  EXPECT_EQ(corpus.train.offsets, (Ints{0, 3, 3}));
  EXPECT_EQ(corpus.train.labels, (Ints{1, 0}));
  EXPECT_EQ(corpus.test.getMail(0).vec(), (Ints{2, Vocabulary::unknown}));
}

TEST(SpamDataset, ReadsFilesWithAndWithoutCompression) {
  TemporaryFile plain("train\t1\tx\n");
  EXPECT_EQ(cantFail(readGzip(std::string(plain.path))), "train\t1\tx\n");
  // "hello\n", by gzip -n.
  const char packed[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcbH\xcd\xc9\xc9\xe7\x02"
                        "\0 0:6\x06\0\0\0";
  TemporaryFile gzip(StringRef(packed, sizeof(packed) - 1));
  EXPECT_EQ(cantFail(readGzip(std::string(gzip.path))), "hello\n");
}

TEST(SpamDataset, BadFilesAreErrors) {
  EXPECT_NE(messageOf(readGzip("/nonexistent/mails"))
                .find("cannot open '/nonexistent/mails'"),
            std::string::npos);
  const char cut[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcbH\xcd";
  TemporaryFile early(StringRef(cut, sizeof(cut) - 1));
  EXPECT_NE(
      messageOf(readGzip(std::string(early.path))).find("the file ends early"),
      std::string::npos);
  TemporaryFile onlyTraining("train\t1\tx\n");
  EXPECT_NE(messageOf(loadCorpus(std::string(onlyTraining.path), 1))
                .find("found 1 training and 0 test mails"),
            std::string::npos);
}

} // namespace
