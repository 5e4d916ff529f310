//===- WordVectors.cpp - Published vectors of words, as text --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Model/WordVectors.h"

#include "WordTable.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>

using namespace mlir;
using namespace mlir::emb;
using llvm::APFloat;

static constexpr StringLiteral kSpaces = " \t";

//===----------------------------------------------------------------------===//
// Numbers and lines
//===----------------------------------------------------------------------===//

/// Reads a decimal number, rounded to the nearest f32. What is wrong, or "".
static std::string parseNumber(StringRef text, float &number) {
  StringRef digits = text;
  // from_chars knows no plus sign.
  if (digits.consume_front("+") && digits.starts_with("-"))
    return "found " + quoteWord(text) + ", expected a number";
  auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
  if (end != digits.end() || error == std::errc::invalid_argument)
    return "found " + quoteWord(text) + ", expected a number";
  if (error == std::errc())
    return "";
  // Too small or too large; it does not say which.
  APFloat value(APFloat::IEEEsingle());
  llvm::Expected<APFloat::opStatus> status =
      value.convertFromString(digits, APFloat::rmNearestTiesToEven);
  if (!status) {
    llvm::consumeError(status.takeError());
    return "found " + quoteWord(text) + ", expected a number";
  }
  number = value.convertToFloat();
  return std::isinf(number)
             ? "found " + quoteWord(text) + ", expected a number that f32 has"
             : "";
}

/// Takes the last of the texts between spaces off the end of `line`.
static StringRef takeLast(StringRef &line) {
  size_t start = line.find_last_of(kSpaces);
  StringRef last = line.drop_front(start == StringRef::npos ? 0 : start + 1);
  line = line.drop_back(last.size()).rtrim(kSpaces);
  return last;
}

/// Cuts a line into a word and its numbers. What is wrong, or "". A line that
/// starts with a space may have the empty word.
static std::string parseLine(StringRef line, StringRef &word,
                             llvm::MutableArrayRef<float> numbers) {
  bool startsWithSpace = kSpaces.contains(line[0]);
  StringRef rest = line;
  for (size_t i = numbers.size(); i > 0; --i) {
    StringRef text = takeLast(rest);
    if (text.empty() || (rest.empty() && !startsWithSpace))
      return "found " + std::to_string(numbers.size() - i) +
             " numbers after a word, expected " +
             std::to_string(numbers.size());
    if (std::string wrong = parseNumber(text, numbers[i - 1]); !wrong.empty())
      return wrong + ", as number " + std::to_string(i) + " of " +
             std::to_string(numbers.size());
  }
  word = rest.ltrim(kSpaces);
  return "";
}

/// Reads the lines that are left: words, one without spaces each if `limit` is
/// given, and then no more than that. Returns their number.
static llvm::Expected<uint64_t> readLines(TextLines &lines, WordTable &table,
                                          std::optional<uint64_t> limit) {
  for (uint64_t row = 0;; ++row) {
    llvm::Expected<std::optional<StringRef>> line = lines.next();
    if (!line)
      return line.takeError();
    if (!*line)
      return row;
    if (row == limit)
      return lines.fail("found more words than the " + llvm::Twine(*limit) +
                        " of line 1");
    llvm::MutableArrayRef<float> numbers = table.getNext();
    if (numbers.empty())
      return lines.fail("the file changed while it was read");
    StringRef word;
    std::string wrong = parseLine(**line, word, numbers);
    if (!wrong.empty())
      return lines.fail(wrong);
    if (limit && word.find_first_of(kSpaces) != StringRef::npos)
      return lines.fail("found " + quoteWord(word) + " in front of " +
                        llvm::Twine(numbers.size()) +
                        " numbers, expected a word without spaces");
    table.add(word);
  }
}

//===----------------------------------------------------------------------===//
// word2vec
//===----------------------------------------------------------------------===//

/// Reads the text after its first line.
static llvm::Expected<WordVectors> readWord2VecRows(BufferedFile &file,
                                                    WordCounts counts) {
  WordTable table;
  if (llvm::Error error = table.allocate(file, counts, /*numberBytes=*/2))
    return std::move(error);
  TextLines lines(file, /*numBefore=*/1);
  llvm::Expected<uint64_t> rows = readLines(lines, table, counts.words);
  if (!rows)
    return rows.takeError();
  if (*rows != counts.words)
    return file.fail("found " + llvm::Twine(*rows) + " words, expected the " +
                     llvm::Twine(counts.words) + " of line 1");
  return std::move(table).take();
}

llvm::Expected<WordVectors> mlir::emb::readWord2VecText(StringRef path) {
  llvm::Expected<std::unique_ptr<BufferedFile>> file = BufferedFile::open(path);
  if (!file)
    return file.takeError();
  llvm::Expected<WordCounts> counts = takeWordCounts(**file);
  if (!counts)
    return counts.takeError();
  return readWord2VecRows(**file, *counts);
}

/// Whether the row that comes next is text: it is a word and its numbers, or at
/// least nothing but letters where the numbers of a binary row would be.
static llvm::Expected<bool> isTextNext(BufferedFile &file, WordCounts counts) {
  llvm::Expected<StringRef> bytes = file.peek(1 << 20);
  if (!bytes)
    return bytes.takeError();
  StringRef line = bytes->split('\n').first.rtrim(kSpaces);
  uint64_t dimensions = counts.dimensions;
  if (dimensions <= line.size()) {
    std::vector<float> numbers(dimensions);
    StringRef word;
    if (!line.empty() && parseLine(line, word, numbers).empty())
      return true;
  }
  StringRef rest = bytes->ltrim('\n').split(' ').second;
  return llvm::all_of(
      rest.take_front(std::min<uint64_t>(dimensions, 1000) * sizeof(float)),
      [](char c) { return llvm::isPrint(c) || llvm::isSpace(c); });
}

llvm::Expected<WordVectors> mlir::emb::readWordVectors(StringRef path) {
  llvm::Expected<std::unique_ptr<BufferedFile>> file = BufferedFile::open(path);
  if (!file)
    return file.takeError();
  llvm::Expected<StringRef> start = (*file)->peek(100);
  if (!start)
    return start.takeError();
  if (!parseWordCounts(start->split('\n').first))
    return readGloVeText(path);
  llvm::Expected<WordCounts> counts = takeWordCounts(**file);
  if (!counts)
    return counts.takeError();
  llvm::Expected<bool> isText = isTextNext(**file, *counts);
  if (!isText)
    return isText.takeError();
  return *isText ? readWord2VecRows(**file, *counts)
                 : readWord2VecBinaryRows(**file, *counts);
}

//===----------------------------------------------------------------------===//
// GloVe
//===----------------------------------------------------------------------===//

/// The numbers at the end of a line, behind a word.
static uint64_t countNumbers(StringRef line) {
  bool startsWithSpace = kSpaces.contains(line[0]);
  for (uint64_t count = 0;; ++count) {
    StringRef text = takeLast(line);
    float number;
    if (text.empty() || (line.empty() && !startsWithSpace) ||
        !parseNumber(text, number).empty())
      return count;
  }
}

/// Counts the lines, and the numbers of the first one.
static llvm::Expected<WordCounts> countLines(StringRef path) {
  llvm::Expected<std::unique_ptr<BufferedFile>> file = BufferedFile::open(path);
  if (!file)
    return file.takeError();
  TextLines lines(**file);
  WordCounts counts = {0, 0};
  while (true) {
    llvm::Expected<std::optional<StringRef>> line = lines.next();
    if (!line)
      return line.takeError();
    if (!*line && counts.words == 0)
      return (*file)->fail("found no line, expected words and their numbers");
    if (!*line)
      return counts;
    if (counts.words++ > 0)
      continue;
    counts.dimensions = countNumbers(**line);
    if (counts.dimensions == 0)
      return lines.fail("found " + quoteWord(**line) +
                        ", expected a word and its numbers");
  }
}

llvm::Expected<WordVectors> mlir::emb::readGloVeText(StringRef path) {
  llvm::Expected<WordCounts> counts = countLines(path);
  if (!counts)
    return counts.takeError();
  llvm::Expected<std::unique_ptr<BufferedFile>> file = BufferedFile::open(path);
  if (!file)
    return file.takeError();
  WordTable table;
  if (llvm::Error error = table.allocate(**file, *counts, /*numberBytes=*/2))
    return std::move(error);
  TextLines lines(**file);
  llvm::Expected<uint64_t> rows = readLines(lines, table, std::nullopt);
  if (!rows)
    return rows.takeError();
  return std::move(table).take();
}
