//===- WordTable.h - Vectors of words while they are read -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_LIB_MODEL_WORDTABLE_H
#define EMB_LIB_MODEL_WORDTABLE_H

#include "BufferedFile.h"
#include "emb/Model/WordVectors.h"

namespace mlir::emb {

/// The numbers of words and of dimensions.
struct WordCounts {
  uint64_t words, dimensions;
};

/// Words and vectors so far.
class WordTable {
public:
  WordTable() = default;
  WordTable(const WordTable &) = delete;
  WordTable &operator=(const WordTable &) = delete;
  ~WordTable() { embBlockFree(&block); }

  /// Takes memory for `counts`, of which each number takes at least
  /// `numberBytes` in the file: for no more rows than the file can have.
  llvm::Error allocate(const BufferedFile &file, WordCounts counts,
                       uint64_t numberBytes);
  /// Where the numbers of the next word go; none if there is no more memory,
  /// which a file that is not changed meanwhile does not need.
  llvm::MutableArrayRef<float> getNext();
  /// Adds a word, whose numbers are there; only the first of equal ones stays.
  void add(StringRef word);
  WordVectors take() &&;

private:
  EmbBlock block = {nullptr, 0, 0};
  uint64_t capacity = 0, dimensions = 0;
  WordVectors result;
};

/// Reads word2vec's first line, if it is one.
std::optional<WordCounts> parseWordCounts(StringRef line);
/// Takes word2vec's first line.
llvm::Expected<WordCounts> takeWordCounts(BufferedFile &file);

/// Reads what follows it in a binary file.
llvm::Expected<WordVectors> readWord2VecBinaryRows(BufferedFile &file,
                                                   WordCounts counts);

/// Lines may be this long.
inline constexpr size_t kMaxWordLine = 64 << 20;

/// The lines of a text, with their numbers.
class TextLines {
public:
  explicit TextLines(BufferedFile &file, uint64_t numBefore = 0)
      : file(file), number(numBefore) {}

  /// The next line, without the characters at its end. Nothing after the last
  /// one; lines without a word are refused in front of it. Valid until the next
  /// call.
  llvm::Expected<std::optional<StringRef>> next();
  /// Makes an error about the line that came last.
  llvm::Error fail(const llvm::Twine &what) const {
    return file.fail("line " + llvm::Twine(number) + ": " + what);
  }

private:
  BufferedFile &file;
  uint64_t number;
};

/// The part of a word or number that a message can show.
std::string quoteWord(StringRef word);

} // namespace mlir::emb

#endif // EMB_LIB_MODEL_WORDTABLE_H
