//===- Dataset.h - E-mails as bags of word ids ------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_EXAMPLES_SPAM_DATASET_H
#define EMB_EXAMPLES_SPAM_DATASET_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace spam {

/// The words of a text: what lies between blanks. The corpus is normalised
/// already (lower case, no punctuation, numbers and addresses replaced).
llvm::SmallVector<llvm::StringRef, 0> tokenize(llvm::StringRef text);

/// A line of the corpus; the text belongs to whoever read the file.
struct Record {
  bool isTrain;
  int32_t label; ///< 0: ham, 1: spam
  llvm::StringRef text;
};

/// Reads lines `split<TAB>label<TAB>text` with split `train` or `test` and
/// label 0 or 1. An error names the line. The records refer to `contents`.
llvm::Expected<std::vector<Record>> parseRecords(llvm::StringRef contents);

/// Numbers words. Id 0 stands for no word, id 1 for every word that is not in
/// the vocabulary; the others are numbered from 2 in the order in which they
/// first appear.
class Vocabulary {
public:
  static constexpr int32_t padding = 0, unknown = 1;

  Vocabulary() = default;

  /// The words that occur at least `minCount` times in the training records.
  /// Rarer ones are unknown, so that its id is trained, too.
  Vocabulary(llvm::ArrayRef<Record> records, unsigned minCount);

  int32_t lookup(llvm::StringRef word) const;

  /// The number of ids, those that stand for no or an unknown word included.
  int32_t size() const { return ids.size() + 2; }

private:
  llvm::StringMap<int32_t> ids;
};

/// Bags of ids, one after the other: mail m holds
/// ids[offsets[m] .. offsets[m + 1]).
struct Mails {
  std::vector<int32_t> ids;
  std::vector<int32_t> offsets = {0}; ///< one more than there are mails
  std::vector<int32_t> labels;

  size_t size() const { return labels.size(); }
  llvm::ArrayRef<int32_t> getMail(size_t mail) const;
  void append(llvm::ArrayRef<int32_t> mail, int32_t label);

  /// The first `count` mails, or all if there are fewer.
  Mails getFirst(size_t count) const;

  /// Mails of `length` ids each: the first words of each mail, after as much
  /// padding as is needed, so that a sequence ends with a word.
  Mails getSequences(size_t length) const;
};

struct Corpus {
  Vocabulary vocabulary;
  Mails train, test;
};

/// Numbers the words of all records by the vocabulary of the training part.
Corpus makeCorpus(llvm::ArrayRef<Record> records, unsigned minCount);

/// Reads a corpus, which may be compressed with gzip; errors name the file.
/// Fails if either part is empty.
llvm::Expected<Corpus> loadCorpus(const std::string &path, unsigned minCount);

} // namespace spam

#endif // EMB_EXAMPLES_SPAM_DATASET_H
