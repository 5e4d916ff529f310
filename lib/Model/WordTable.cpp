//===- WordTable.cpp - Vectors of words while they are read ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WordTable.h"

#include "emb/ExecutionEngine/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::emb;

std::string mlir::emb::quoteWord(StringRef word) {
  std::string quoted;
  llvm::raw_string_ostream os(quoted);
  os << '\'';
  llvm::printEscapedString(word.take_front(60), os);
  os << (word.size() > 60 ? "...'" : "'");
  return quoted;
}

llvm::Error WordTable::allocate(const BufferedFile &file, WordCounts counts,
                                uint64_t numberBytes) {
  if (counts.words == 0)
    return file.fail("line 1: found 0 words, expected 1 or more");
  dimensions = counts.dimensions;
  uint64_t numbers = file.getSize() / numberBytes;
  if (dimensions == 0 || dimensions > numbers)
    return file.fail("line 1: found " + llvm::Twine(dimensions) +
                     " dimensions, expected 1 or more and no more than " +
                     llvm::Twine(numbers) + ", for which the file has room");
  capacity = std::min(counts.words, numbers / dimensions);
  // The product is no larger than twice the file.
  if (embBlockAllocate(capacity * dimensions * sizeof(float), &block) == EMB_OK)
    return llvm::Error::success();
  return makeError(EMB_OUT_OF_MEMORY,
                   file.getPath() + ": " + llvm::Twine(capacity) +
                       " vectors of " + llvm::Twine(dimensions) +
                       " numbers cannot be allocated");
}

llvm::MutableArrayRef<float> WordTable::getNext() {
  if (result.words.size() == capacity)
    return {};
  return {static_cast<float *>(block.data) + result.words.size() * dimensions,
          static_cast<size_t>(dimensions)};
}

void WordTable::add(StringRef word) {
  if (result.rows.try_emplace(word, result.words.size()).second)
    result.words.push_back(word.str());
  else
    result.repeated.push_back(word.str());
}

WordVectors WordTable::take() && {
  void *data = block.data;
  result.vectors =
      Tensor::adopt(std::exchange(block, {nullptr, 0, 0}), data, DType::F32,
                    {static_cast<int64_t>(result.words.size()),
                     static_cast<int64_t>(dimensions)});
  return std::move(result);
}

std::optional<WordCounts> mlir::emb::parseWordCounts(StringRef line) {
  auto [words, dimensions] = line.rtrim(" \t\r").split(' ');
  WordCounts counts;
  if (words.getAsInteger(10, counts.words) ||
      dimensions.ltrim(" \t").getAsInteger(10, counts.dimensions))
    return std::nullopt;
  return counts;
}

llvm::Expected<WordCounts> mlir::emb::takeWordCounts(BufferedFile &file) {
  // Longer than any two integers; a binary file of another kind may have no end
  // of a line at all.
  llvm::Expected<std::optional<StringRef>> line =
      file.takeUntil('\n', /*limit=*/100, /*endSeparates=*/true);
  if (!line)
    return line.takeError();
  StringRef start;
  if (!*line) {
    llvm::Expected<StringRef> bytes = file.peek(100);
    if (!bytes)
      return bytes.takeError();
    start = *bytes;
  } else {
    start = **line;
    if (std::optional<WordCounts> counts = parseWordCounts(start))
      return *counts;
  }
  return file.fail("line 1: found " + quoteWord(start) +
                   ", expected the numbers of words and of dimensions, such "
                   "as '400000 50'");
}

llvm::Expected<std::optional<StringRef>> TextLines::next() {
  uint64_t blank = 0;
  while (true) {
    llvm::Expected<StringRef> more = file.peek(1);
    if (!more)
      return more.takeError();
    if (more->empty())
      return std::nullopt;
    ++number;
    llvm::Expected<std::optional<StringRef>> line =
        file.takeUntil('\n', kMaxWordLine, /*endSeparates=*/true);
    if (!line)
      return line.takeError();
    if (!*line)
      return fail("longer than " + llvm::Twine(kMaxWordLine) + " bytes");
    if ((*line)->contains('\0'))
      return fail("found a byte 0, expected text");
    StringRef text = (*line)->rtrim(" \t\r");
    if (text.empty()) {
      blank = blank ? blank : number;
      continue;
    }
    if (blank) {
      number = blank;
      return fail("empty, expected a word and its numbers");
    }
    return text;
  }
}
