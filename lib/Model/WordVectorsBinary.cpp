//===- WordVectorsBinary.cpp - Published vectors of words, binary ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WordTable.h"
#include "llvm/Support/Endian.h"

using namespace mlir;
using namespace mlir::emb;
namespace endian = llvm::support::endian;

/// Longest word that is read: those of published files are far shorter.
static constexpr size_t kMaxWord = 1 << 16;

static float readFloat(const char *bytes) {
  return llvm::bit_cast<float>(endian::read32le(bytes));
}

static double readDouble(const char *bytes) {
  return llvm::bit_cast<double>(endian::read64le(bytes));
}

//===----------------------------------------------------------------------===//
// word2vec
//===----------------------------------------------------------------------===//

llvm::Expected<WordVectors>
mlir::emb::readWord2VecBinaryRows(BufferedFile &file, WordCounts counts) {
  WordTable table;
  if (llvm::Error error =
          table.allocate(file, counts, /*numberBytes=*/sizeof(float)))
    return std::move(error);
  for (uint64_t row = 0; row < counts.words; ++row) {
    auto fail = [&](const llvm::Twine &what) {
      return file.fail("row " + llvm::Twine(row) + " of " +
                       llvm::Twine(counts.words) + ": " + what);
    };
    llvm::Expected<std::optional<StringRef>> taken =
        file.takeUntil(' ', kMaxWord, /*endSeparates=*/false);
    if (!taken)
      return taken.takeError();
    if (!*taken) {
      llvm::Expected<StringRef> rest = file.peek(kMaxWord);
      if (!rest)
        return rest.takeError();
      return fail("found " + llvm::Twine(rest->size()) +
                  " bytes without a space, expected a word and a space");
    }
    // The newline in front of it is the end of the row before.
    std::string word = (*taken)->ltrim('\n').str();
    if (StringRef(word).find_first_of(StringRef("\0\n", 2)) != StringRef::npos)
      return fail("found word " + quoteWord(word) +
                  ", expected one without bytes 0 and newlines");
    size_t bytes = counts.dimensions * sizeof(float);
    llvm::Expected<StringRef> numbers = file.peek(bytes);
    if (!numbers)
      return numbers.takeError();
    if (numbers->size() < bytes)
      return fail("word " + quoteWord(word) + ": found " +
                  llvm::Twine(numbers->size()) +
                  " bytes of numbers, expected " + llvm::Twine(bytes));
    llvm::MutableArrayRef<float> target = table.getNext();
    if (target.empty())
      return fail("the file changed while it was read");
    for (size_t i = 0; i < target.size(); ++i)
      target[i] = readFloat(numbers->data() + i * sizeof(float));
    file.skip(bytes);
    table.add(word);
  }
  llvm::Expected<StringRef> rest = file.peek(2);
  if (!rest)
    return rest.takeError();
  if (!rest->empty() && *rest != "\n")
    return file.fail("found bytes after the last of " +
                     llvm::Twine(counts.words) + " rows, expected the end");
  return std::move(table).take();
}

llvm::Expected<WordVectors> mlir::emb::readWord2VecBinary(StringRef path) {
  llvm::Expected<std::unique_ptr<BufferedFile>> file = BufferedFile::open(path);
  if (!file)
    return file.takeError();
  llvm::Expected<WordCounts> counts = takeWordCounts(**file);
  if (!counts)
    return counts.takeError();
  return readWord2VecBinaryRows(**file, *counts);
}

//===----------------------------------------------------------------------===//
// GloVe
//===----------------------------------------------------------------------===//

/// The words of a vocabulary: lines of a word and how often it occurred.
static llvm::Expected<std::vector<std::string>> readVocabulary(StringRef path) {
  llvm::Expected<std::unique_ptr<BufferedFile>> file = BufferedFile::open(path);
  if (!file)
    return file.takeError();
  std::vector<std::string> words;
  TextLines lines(**file);
  while (true) {
    llvm::Expected<std::optional<StringRef>> line = lines.next();
    if (!line)
      return line.takeError();
    if (!*line)
      return words;
    auto [word, count] = (*line)->rsplit(' ');
    uint64_t number;
    if (count.getAsInteger(10, number))
      return lines.fail("found " + quoteWord(**line) +
                        ", expected a word, a space and a count");
    words.push_back(word.str());
  }
}

llvm::Expected<WordVectors> mlir::emb::readGloVeBinary(StringRef path,
                                                       StringRef vocabularyPath,
                                                       GloVePart part) {
  llvm::Expected<std::vector<std::string>> words =
      readVocabulary(vocabularyPath);
  if (!words)
    return words.takeError();
  llvm::Expected<std::unique_ptr<BufferedFile>> opened =
      BufferedFile::open(path);
  if (!opened)
    return opened.takeError();
  BufferedFile &file = **opened;
  if (words->empty())
    return file.fail("found no word in " + vocabularyPath +
                     ", expected those of the vectors");
  uint64_t unit = 2 * words->size() * sizeof(double);
  if (file.getSize() % unit != 0 || file.getSize() / unit < 2)
    return file.fail(
        "found " + llvm::Twine(file.getSize()) + " bytes, expected " +
        llvm::Twine(unit) + " for each dimension and the bias of the " +
        llvm::Twine(words->size()) + " words in " + vocabularyPath);
  WordCounts counts = {words->size(), file.getSize() / unit - 1};
  llvm::Expected<std::unique_ptr<BufferedFile>> contexts =
      BufferedFile::open(path, /*offset=*/file.getSize() / 2);
  if (!contexts)
    return contexts.takeError();
  WordTable table;
  if (llvm::Error error = table.allocate(file, counts, sizeof(double)))
    return std::move(error);
  // A vector and its bias.
  size_t bytes = (counts.dimensions + 1) * sizeof(double);
  for (const std::string &word : *words) {
    llvm::Expected<StringRef> own = file.peek(bytes);
    if (!own)
      return own.takeError();
    llvm::Expected<StringRef> context = (*contexts)->peek(bytes);
    if (!context)
      return context.takeError();
    if (own->size() < bytes || context->size() < bytes)
      return file.fail("truncated while it was read");
    llvm::MutableArrayRef<float> target = table.getNext();
    for (size_t i = 0; i < target.size(); ++i) {
      double number = readDouble(own->data() + i * sizeof(double));
      if (part == GloVePart::WordPlusContext)
        number += readDouble(context->data() + i * sizeof(double));
      target[i] = static_cast<float>(number);
    }
    file.skip(bytes);
    (*contexts)->skip(bytes);
    table.add(word);
  }
  return std::move(table).take();
}
