//===- Dataset.cpp - E-mails as bags of word ids --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Dataset.h"

#include "common/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace examples;

namespace spam {

SmallVector<StringRef, 0> tokenize(StringRef text) {
  SmallVector<StringRef, 0> words;
  SplitString(text, words, " \t\r");
  return words;
}

Expected<std::vector<Record>> parseRecords(StringRef contents) {
  std::vector<Record> records;
  auto parse = [&](ArrayRef<StringRef> fields) -> Error {
    StringRef split = fields[0], label = fields[1];
    if (split != "train" && split != "test")
      return makeError("found split '" + split +
                       "', expected 'train' or 'test'");
    if (label != "0" && label != "1")
      return makeError("found label '" + label + "', expected 0 or 1");
    records.push_back({split == "train", label == "1", fields[2]});
    return Error::success();
  };
  if (Error error = forEachLine(contents, /*numFields=*/3, parse))
    return std::move(error);
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

Mails Mails::getFirst(size_t count) const {
  Mails result;
  for (size_t m = 0; m < std::min(count, size()); ++m)
    result.append(getMail(m), labels[m]);
  return result;
}

Mails Mails::getSequences(size_t length) const {
  Mails result;
  for (size_t m = 0; m < size(); ++m) {
    ArrayRef<int32_t> words = getMail(m).take_front(length);
    std::vector<int32_t> sequence(length, Vocabulary::padding);
    copy(words, sequence.end() - words.size());
    result.append(sequence, labels[m]);
  }
  return result;
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
