//===- WordVectors.h - Published vectors of words ---------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   llvm::Expected<WordVectors> glove = readWordVectors("glove.6B.50d.txt");
//   Embedding words = Embedding::fromPretrained(
//       model, "words", std::move(glove->vectors), {.freeze = true});
//   int64_t cat = glove->rows.lookup("cat");
//
// Files are read once from front to end (GloVe's text, which does not say how
// many words it has, twice); besides what is returned, memory does not grow
// with them. A file of any content is safe to read. Errors (EMB_IO_ERROR,
// EMB_OUT_OF_MEMORY) name the file, the line or the row, what was found and
// what was expected.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_MODEL_WORDVECTORS_H
#define EMB_MODEL_WORDVECTORS_H

#include "emb/ExecutionEngine/Tensor.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace mlir::emb {

/// Words and their vectors. Words are taken byte for byte, whatever their
/// encoding; they never hold a NUL or a newline.
struct WordVectors {
  /// The word of each row.
  std::vector<std::string> words;
  /// (words, dimensions), f32. Decimal numbers are rounded correctly.
  Tensor vectors;
  /// The row of each word.
  llvm::StringMap<int64_t> rows;
  /// Words that came again, in the order of the file: published files have
  /// some. Their first vector counts, the others are left out.
  std::vector<std::string> repeated;
};

/// The text that word2vec, fastText (.vec) and gensim write: a line with the
/// numbers of words and of dimensions, then for each word a line with it and
/// its numbers, separated by spaces. Words have no spaces.
llvm::Expected<WordVectors> readWord2VecText(llvm::StringRef path);

/// The same with numbers as f32, little endian, as word2vec -binary 1 writes
/// them and gensim's save_word2vec_format(binary=True); with or without a
/// newline after each row.
llvm::Expected<WordVectors> readWord2VecBinary(llvm::StringRef path);

/// The text that GloVe writes: a line for each word, without a first line. How
/// many numbers a line has is taken from the first one. What is in front of
/// them is the word, also if it has spaces, as in glove.840B.300d.
llvm::Expected<WordVectors> readGloVeText(llvm::StringRef path);

/// Text of word2vec or of GloVe, or binary files of word2vec. It is word2vec's
/// if the first line has two integers; the row after it says whether numbers
/// are text.
llvm::Expected<WordVectors> readWordVectors(llvm::StringRef path);

/// Which of the vectors of a word. GloVe's text has their sum unless it was
/// made with -model 1 (the word's) or 0.
enum class GloVePart { Word, WordPlusContext };

/// What GloVe writes with -binary 1: for V words and D dimensions, 2 V (D + 1)
/// doubles, the vectors of words and then those of contexts, each followed by
/// its bias, which is left out. The words are those of the vocabulary that
/// GloVe's vocab_count wrote ("word count" lines), in its order. Numbers are
/// rounded to f32, after the sum if there is one.
llvm::Expected<WordVectors> readGloVeBinary(llvm::StringRef path,
                                            llvm::StringRef vocabularyPath,
                                            GloVePart part = GloVePart::Word);

} // namespace mlir::emb

#endif // EMB_MODEL_WORDVECTORS_H
