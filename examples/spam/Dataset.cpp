//===- Dataset.cpp - E-mails as bags of word ids --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dataset.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

#include <zlib.h>

using namespace llvm;

namespace spam {

SmallVector<StringRef, 0> tokenize(StringRef text) {
  SmallVector<StringRef, 0> words;
  SplitString(text, words, " \t\r");
  return words;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static Error makeError(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), message);
}

Expected<std::string> readGzip(const std::string &path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (!file)
    return makeError("cannot open '" + path + "'");

  std::string contents;
  char buffer[1 << 16];
  int length;
  while ((length = gzread(file, buffer, sizeof(buffer))) > 0)
    contents.append(buffer, length);

  // A file that ends early is seen only when it is closed.
  std::string message = length < 0 ? gzerror(file, &length) : "";
  if (gzclose(file) != Z_OK && message.empty())
    message = "the file ends early";
  if (!message.empty())
    return makeError("cannot read '" + path + "': " + message);
  return contents;
}

Expected<std::vector<Record>> parseRecords(StringRef contents) {
  std::vector<Record> records;
  unsigned number = 0;
  while (!contents.empty()) {
    StringRef line;
    std::tie(line, contents) = contents.split('\n');
    ++number;
    auto [split, rest] = line.split('\t');
    auto [label, text] = rest.split('\t');
    if (split != "train" && split != "test")
      return makeError("line " + Twine(number) + ": found split '" + split +
                       "', expected 'train' or 'test'");
    if (label != "0" && label != "1")
      return makeError("line " + Twine(number) + ": found label '" + label +
                       "', expected 0 or 1");
    records.push_back({split == "train", label == "1", text});
  }
  return records;
}

//===----------------------------------------------------------------------===//
// Vocabulary
//===----------------------------------------------------------------------===//

Vocabulary::Vocabulary(ArrayRef<Record> records, unsigned minCount) {
  auto training =
      make_filter_range(records, [](const Record &r) { return r.isTrain; });

  StringMap<unsigned> counts;
  for (const Record &record : training)
    for (StringRef word : tokenize(record.text))
      ++counts[word];

  for (const Record &record : training)
    for (StringRef word : tokenize(record.text))
      if (counts.lookup(word) >= minCount)
        ids.try_emplace(word, size());
}

int32_t Vocabulary::lookup(StringRef word) const {
  auto it = ids.find(word);
  return it == ids.end() ? unknown : it->second;
}

//===----------------------------------------------------------------------===//
// Mails
//===----------------------------------------------------------------------===//

ArrayRef<int32_t> Mails::getMail(size_t mail) const {
  return ArrayRef(ids).slice(offsets[mail], offsets[mail + 1] - offsets[mail]);
}

void Mails::append(ArrayRef<int32_t> mail, int32_t label) {
  ids.insert(ids.end(), mail.begin(), mail.end());
  offsets.push_back(ids.size());
  labels.push_back(label);
}

Corpus makeCorpus(ArrayRef<Record> records, unsigned minCount) {
  Corpus corpus;
  corpus.vocabulary = Vocabulary(records, minCount);
  for (const Record &record : records) {
    SmallVector<int32_t> mail;
    for (StringRef word : tokenize(record.text))
      mail.push_back(corpus.vocabulary.lookup(word));
    (record.isTrain ? corpus.train : corpus.test).append(mail, record.label);
  }
  return corpus;
}

Expected<Corpus> loadCorpus(const std::string &path, unsigned minCount) {
  Expected<std::string> contents = readGzip(path);
  if (!contents)
    return contents.takeError();
  Expected<std::vector<Record>> records = parseRecords(*contents);
  if (!records)
    return makeError("'" + path + "': " + toString(records.takeError()));
  Corpus corpus = makeCorpus(*records, minCount);
  if (corpus.train.size() == 0 || corpus.test.size() == 0)
    return makeError("'" + path + "': found " + Twine(corpus.train.size()) +
                     " training and " + Twine(corpus.test.size()) +
                     " test mails, expected some of both");
  return corpus;
}

} // namespace spam
