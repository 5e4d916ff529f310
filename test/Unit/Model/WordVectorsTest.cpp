//===- WordVectorsTest.cpp - Published vectors of words -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Model/WordVectors.h"

#include "../ExecutionEngine/TestSupport.h"

#include <cmath>
#include <sys/stat.h>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

using Words = std::vector<std::string>;
using Reader = llvm::Expected<WordVectors> (*)(StringRef);

static std::string makeFloats(std::initializer_list<float> values) {
  return std::string(reinterpret_cast<const char *>(values.begin()),
                     values.size() * sizeof(float));
}

static std::string makeDoubles(std::initializer_list<double> values) {
  return std::string(reinterpret_cast<const char *>(values.begin()),
                     values.size() * sizeof(double));
}

class WordVectorsTest : public testing::Test {
protected:
  llvm::Expected<WordVectors> read(Reader reader, const std::string &bytes) {
    writeFile(path, bytes);
    return reader(path);
  }
  /// These words and vectors, and that words are found in their rows.
  void expectRead(Reader reader, const std::string &bytes, const Words &words,
                  ArrayRef<float> numbers, const Words &repeated = {}) {
    ASSERT_OK(result, read(reader, bytes));
    EXPECT_EQ(result.words, words);
    EXPECT_EQ(result.vectors.getDType(), DType::F32);
    int64_t rows = words.size();
    EXPECT_EQ(
        result.vectors.getShape(),
        ArrayRef<int64_t>({rows, static_cast<int64_t>(numbers.size()) / rows}));
    EXPECT_EQ(result.vectors.elements<float>(), numbers);
    EXPECT_EQ(result.repeated, repeated);
    EXPECT_EQ(result.rows.size(), words.size());
    for (auto [row, word] : llvm::enumerate(words))
      EXPECT_EQ(result.rows.lookup(word), static_cast<int64_t>(row));
  }
  /// The error always names the file.
  void expectRefused(Reader reader, const std::string &bytes,
                     const std::string &part) {
    llvm::Expected<WordVectors> result = read(reader, bytes);
    ASSERT_FALSE(static_cast<bool>(result)) << part;
    llvm::Error error = result.takeError();
    EXPECT_EQ(getStatus(error), EMB_IO_ERROR);
    EXPECT_PRED2(contains, llvm::toString(std::move(error)),
                 path + ": " + part);
  }

  TestFolder folder;
  std::string path = folder / "vectors";
};

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static const char kWord2Vec[] = "3 2\n"
                                "</s> 0.5 -1.5\n"
                                "the 1e-3 2\n"
                                "caf\xc3\xa9 -0 3.25\n";

TEST_F(WordVectorsTest, TextOfWord2Vec) {
  Words words = {"</s>", "the", "caf\xc3\xa9"};
  std::vector<float> numbers = {0.5, -1.5, 1e-3, 2, -0.0, 3.25};
  for (Reader reader : {readWord2VecText, readWordVectors}) {
    expectRead(reader, kWord2Vec, words, numbers);
    // As the original program ends lines, as Windows does, with tabs, without
    // the last newline, and with empty lines behind.
    expectRead(reader,
               "3 2\n</s> 0.5 -1.5 \nthe 1e-3 2 \ncaf\xc3\xa9 -0 3.25 \n",
               words, numbers);
    expectRead(reader,
               "3 2 \r\n</s>\t0.5\t-1.5\r\nthe  1e-3   +2\r\ncaf\xc3\xa9 -0 "
               "3.25\r\n\r\n \n",
               words, numbers);
    expectRead(reader, "3 2\n</s> 0.5 -1.5\nthe 1e-3 2\ncaf\xc3\xa9 -0 3.25",
               words, numbers);
    // Numbers and other odd texts are words too.
    expectRead(reader, "4 1\n1 2\n-3 4\n, 5\n\xff\xfe 6\n",
               {"1", "-3", ",", "\xff\xfe"}, {2, 4, 5, 6});
  }
}

TEST_F(WordVectorsTest, TextOfGloVe) {
  for (Reader reader : {readGloVeText, readWordVectors}) {
    expectRead(reader, "the 0.25 -1\ncaf\xc3\xa9 2 3\n", {"the", "caf\xc3\xa9"},
               {0.25, -1, 2, 3});
    // glove.840B.300d has such words.
    expectRead(reader, "the 1 2\n. . . 3 4\nat name@domain.com 5 6\n7 8 9\n",
               {"the", ". . .", "at name@domain.com", "7"},
               {1, 2, 3, 4, 5, 6, 8, 9});
    // The first line decides, also if its word is a number or has spaces.
    expectRead(reader, "7 1 2 3\nb 4 5 6\n", {"7", "b"}, {1, 2, 3, 4, 5, 6});
    expectRead(reader, "a b 1 2\nc 3 4\n", {"a b", "c"}, {1, 2, 3, 4});
    // A space in front: the word is empty.
    expectRead(reader, " 1 2\nb 3 4", {"", "b"}, {1, 2, 3, 4});
  }
}

// The text is decimal, so the nearest f32 is what it must become: of
// 1 + 2^-24, half way, the even neighbour 1; a little more is 1 + 2^-23.
TEST_F(WordVectorsTest, NumbersAreRoundedCorrectly) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  expectRead(readGloVeText,
             "w 1.000000059604644775390625 1.00000005960464477539062500001 "
             "16777217 3.4028235e38 1e-45 1e-60 -1e-60 inf -1e-400\n",
             {"w"},
             {1, 1 + 0x1p-23f, 16777216, std::numeric_limits<float>::max(),
              0x1p-149f, 0, -0.0f, kInfinity, -0.0f});
  ASSERT_OK(nan, read(readGloVeText, "a 1 2\nb nan -1e-60\n"));
  EXPECT_TRUE(std::isnan(nan.vectors.elements<float>()[2]));
  EXPECT_TRUE(std::signbit(nan.vectors.elements<float>()[3]));
  for (std::string large : {"1e39", "-1e39", "1e400", "3.4028236e38"})
    expectRefused(readGloVeText, "a 1 2\nb 1 " + large + "\n",
                  "line 2: found '" + large + "', expected a number that f32 " +
                      "has, as number 2 of 2");
}

TEST_F(WordVectorsTest, TheFirstOfEqualWordsCounts) {
  expectRead(readWord2VecText, "4 1\na 1\nb 2\na 3\na 4\n", {"a", "b"}, {1, 2},
             {"a", "a"});
  expectRead(readGloVeText, "a x 1 2\nb 3 4\na x 5 6\nc 7 8\n",
             {"a x", "b", "c"}, {1, 2, 3, 4, 7, 8}, {"a x"});
}

TEST_F(WordVectorsTest, WrongLinesAreNamed) {
  expectRefused(readWord2VecText, "",
                "line 1: found '', expected the numbers "
                "of words and of dimensions, such as");
  expectRefused(readWord2VecText, "3\n", "line 1: found '3', expected");
  expectRefused(readWord2VecText, "-3 2\n", "line 1: found '-3 2', expected");
  expectRefused(readWord2VecText, "3 2 1\n", "line 1: found '3 2 1', expected");
  expectRefused(readWord2VecText, std::string(200, '7'), "line 1: found '77");
  expectRefused(readWord2VecText, "99999999999999999999 2\n", "line 1: found");
  expectRefused(readWord2VecText, "0 5\n",
                "line 1: found 0 words, expected 1 or more");
  expectRefused(readWord2VecText, "3 0\na\n",
                "line 1: found 0 dimensions, expected 1 or more");
  expectRefused(readWord2VecText, "3 2\na 1 2\nb 3 4\n",
                "found 2 words, expected the 3 of line 1");
  expectRefused(readWord2VecText, "1 2\na 1 2\nb 3 4\n",
                "line 3: found more words than the 1 of line 1");
  expectRefused(readWord2VecText, "2 2\na 1 2\nb 3\n",
                "line 3: found 1 numbers after a word, expected 2");
  expectRefused(readWord2VecText, "2 2\na 1 2\n3 4\n",
                "line 3: found 1 numbers after a word, expected 2");
  expectRefused(readWord2VecText, "2 2\na 1 2\nb\n",
                "line 3: found 0 numbers after a word, expected 2");
  expectRefused(readWord2VecText, "2 2\na 1 2\nb 3 4 5\n",
                "line 3: found 'b 3' in front of 2 numbers, expected a word "
                "without spaces");
  expectRefused(readWord2VecText, "2 2\na 1 2\nb c 4\n",
                "line 3: found 'c', expected a number, as number 1 of 2");
  for (std::string number : {"1,5", "0x1", "--1", "+-1", "1.5f", "1e", "."})
    expectRefused(readWord2VecText, "2 2\na 1 2\nb 3 " + number + "\n",
                  "line 3: found '" + number + "', expected a number");
  expectRefused(readWord2VecText, "2 2\na 1 2\n\nb 3 4\n",
                "line 3: empty, expected a word and its numbers");
  expectRefused(readWord2VecText, std::string("2 2\na 1 2\nb\0 3 4\n", 17),
                "line 3: found a byte 0, expected text");

  // A text that is wrong in its first row is not taken for a binary file.
  expectRefused(readWordVectors, "1 2\ncaf\xc3\xa9 x 2\n",
                "line 2: found 'x', expected a number, as number 1 of 2");

  expectRefused(readGloVeText, "", "found no line, expected words");
  expectRefused(readGloVeText, "\n \n", "found no line");
  expectRefused(readGloVeText, "word\n",
                "line 1: found 'word', expected a word and its numbers");
  expectRefused(readGloVeText, "a b\n", "line 1: found 'a b', expected");
  expectRefused(readGloVeText, "a 1 2\nb 3\n",
                "line 2: found 1 numbers after a word, expected 2");
  expectRefused(readGloVeText, "a 1 2\n\nb 3 4\n", "line 2: empty");
  expectRefused(readGloVeText, std::string("a 1 2\nb 3\0 4\n", 13),
                "line 2: found a byte 0");
}

// Neither asks for memory that the file could not fill.
TEST_F(WordVectorsTest, FirstLinesThatLie) {
  for (Reader reader :
       {readWord2VecText, readWord2VecBinary, readWordVectors}) {
    expectRefused(reader, "1000000000000000 1\na 1\n", "");
    expectRefused(reader, "1 1000000000000000000\na 1\n",
                  "line 1: found 1000000000000000000 dimensions, expected 1 or "
                  "more and no more than ");
    expectRefused(reader, "4294967296 4294967296\na 1\n", "line 1: found");
  }
}

//===----------------------------------------------------------------------===//
// Binary files of word2vec
//===----------------------------------------------------------------------===//

TEST_F(WordVectorsTest, BinaryOfWord2Vec) {
  std::string a = makeFloats({0.5, -1.5, 3}), b = makeFloats({0, 1e-3f, -7});
  Words words = {"the", "caf\xc3\xa9"};
  std::vector<float> numbers = {0.5, -1.5, 3, 0, 1e-3f, -7};
  for (Reader reader : {readWord2VecBinary, readWordVectors}) {
    expectRead(reader, "2 3\nthe " + a + "\ncaf\xc3\xa9 " + b + "\n", words,
               numbers);
    expectRead(reader, "2 3\nthe " + a + "caf\xc3\xa9 " + b, words, numbers);
    expectRead(reader, "3 3\nthe " + a + "caf\xc3\xa9 " + b + "the " + b, words,
               numbers, {"the"});
  }
  // Bytes of numbers may be newlines and spaces.
  float spaces = llvm::bit_cast<float>(0x200a0a20);
  for (Reader reader : {readWord2VecBinary, readWordVectors})
    expectRead(reader,
               "2 2\na " + makeFloats({spaces, -1}) + "\nb " +
                   makeFloats({spaces, spaces}),
               {"a", "b"}, {spaces, -1, spaces, spaces});
}

TEST_F(WordVectorsTest, WrongRowsAreNamed) {
  std::string good =
      "2 2\nab " + makeFloats({1, 2}) + "cd " + makeFloats({3, 4});
  expectRead(readWord2VecBinary, good, {"ab", "cd"}, {1, 2, 3, 4});
  // Cut anywhere, the file is refused, with the row.
  for (size_t size = 4; size < good.size(); ++size)
    expectRefused(readWord2VecBinary, good.substr(0, size),
                  size < 15 ? (size < 12 ? "" : "row 0 of 2: ")
                            : "row 1 of 2: ");
  expectRefused(readWord2VecBinary, good.substr(0, 24),
                "row 1 of 2: word 'cd': found 6 bytes of numbers, expected 8");
  expectRefused(readWord2VecBinary, good.substr(0, 17),
                "row 1 of 2: found 2 bytes without a space");
  expectRefused(readWord2VecBinary, good + "x",
                "found bytes after the last of 2 rows, expected the end");
  expectRefused(readWord2VecBinary, good + "\n\n",
                "found bytes after the last");
  expectRefused(readWord2VecBinary,
                "2 2\na\nb " + makeFloats({1, 2}) + "cd " + makeFloats({3, 4}),
                "row 0 of 2: found word 'a\\0Ab', expected one without");
  expectRefused(readWord2VecBinary,
                "2 2\na" + std::string(1, '\0') + " " + makeFloats({1, 2}) +
                    "cd " + makeFloats({3, 4}),
                "row 0 of 2: found word 'a\\00', expected one without bytes 0");
  expectRefused(
      readWord2VecBinary, "1 1\n" + std::string(100000, 'x'),
      "row 0 of 1: found 65536 bytes without a space, expected a word");
}

//===----------------------------------------------------------------------===//
// Binary files of GloVe
//===----------------------------------------------------------------------===//

TEST_F(WordVectorsTest, BinaryOfGloVe) {
  std::string vocabulary = folder / "vocab.txt";
  writeFile(vocabulary, "the 100\nau caf\xc3\xa9 7\n");
  // Two numbers and a bias for each word, then for each context.
  writeFile(path, makeDoubles({1, 2, 99, 3, 1 + 0x1p-24, 99}) +
                      makeDoubles({10, 20, 99, 30, 0x1p-50, 99}));
  ASSERT_OK(words, readGloVeBinary(path, vocabulary));
  EXPECT_EQ(words.words, (Words{"the", "au caf\xc3\xa9"}));
  EXPECT_EQ(words.vectors.getShape(), ArrayRef<int64_t>({2, 2}));
  EXPECT_EQ(words.vectors.elements<float>(), ArrayRef<float>({1, 2, 3, 1}));
  EXPECT_EQ(words.rows.lookup("au caf\xc3\xa9"), 1);
  // Rounded once, after the sum.
  ASSERT_OK(sums,
            readGloVeBinary(path, vocabulary, GloVePart::WordPlusContext));
  EXPECT_EQ(sums.vectors.elements<float>(),
            ArrayRef<float>({11, 22, 33, 1 + 0x1p-23f}));
}

TEST_F(WordVectorsTest, BinaryOfGloVeThatDoesNotFit) {
  std::string vocabulary = folder / "vocab.txt";
  auto expectRefused = [&](const std::string &words, size_t bytes,
                           const std::string &part) {
    writeFile(vocabulary, words);
    writeFile(path, std::string(bytes, 'x'));
    EXPECT_FAILS(readGloVeBinary(path, vocabulary), EMB_IO_ERROR, part);
  };
  expectRefused("a 1\nb 2\n", 95,
                path +
                    ": found 95 bytes, expected 32 for "
                    "each dimension and the bias of the 2 "
                    "words in " +
                    vocabulary);
  expectRefused("a 1\nb 2\n", 32, "found 32 bytes, expected 32 for each");
  expectRefused("a 1\nb 2\n", 0, "found 0 bytes");
  expectRefused("", 64, path + ": found no word in " + vocabulary);
  expectRefused("a 1\nb\n", 64,
                vocabulary + ": line 2: found 'b', expected a "
                             "word, a space and a count");
  expectRefused("a 1\nb -2\n", 64, "line 2: found 'b -2'");
}

//===----------------------------------------------------------------------===//
// Any file
//===----------------------------------------------------------------------===//

// Longer than the buffer, and than any line is expected to be.
TEST_F(WordVectorsTest, FilesLongerThanTheBuffer) {
  std::string text = "3000 200\n", binary = text, glove;
  std::vector<float> numbers;
  Words words;
  for (int row = 0; row < 3000; ++row) {
    words.push_back("w" + std::to_string(row));
    std::string line = words.back();
    binary += words.back() + " ";
    for (int column = 0; column < 200; ++column) {
      numbers.push_back(row - column * 0.25f);
      line += " " + std::to_string(numbers.back());
      binary += makeFloats({numbers.back()});
    }
    text += line + "\n";
    glove += line + "\n";
  }
  ASSERT_GT(text.size(), size_t(4) << 20);
  expectRead(readWordVectors, text, words, numbers);
  expectRead(readWordVectors, glove, words, numbers);
  expectRead(readWordVectors, binary, words, numbers);
}

TEST_F(WordVectorsTest, UnreadableFiles) {
  std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (Reader reader :
       {readWord2VecText, readWord2VecBinary, readGloVeText, readWordVectors}) {
    EXPECT_FAILS(reader(folder / "none"), EMB_IO_ERROR,
                 "none: cannot be opened: No such file or directory");
    EXPECT_FAILS(reader(folder.path), EMB_IO_ERROR, "not a regular file");
    EXPECT_FAILS(reader(pipe), EMB_IO_ERROR, "not a regular file");
  }
  writeFile(path, "");
  EXPECT_FAILS(readGloVeBinary(path, folder / "none"), EMB_IO_ERROR,
               "none: cannot be opened");
}

TEST_F(WordVectorsTest, NoContentCrashesTheReaders) {
  const std::string good[] = {kWord2Vec, "the 1 2\n. . . 3 4\nb 5 6\n",
                              "2 2\nab " + makeFloats({1, 2}) + "\ncd " +
                                  makeFloats({3, 4}) + "\n"};
  const std::string pieces[] = {
      " ",   "\n", "9", "-",           "e9",
      ".",   "\t", "x", "99999999999", std::string(1, '\0'),
      "\xff"};
  std::srand(1);
  for (int i = 0; i < 300; ++i) {
    std::string bytes = good[i % 3];
    for (int changes = 1 + std::rand() % 3; changes > 0; --changes) {
      size_t at = std::rand() % bytes.size();
      switch (std::rand() % 3) {
      case 0:
        bytes[at] = std::rand();
        break;
      case 1:
        bytes.erase(at, 1 + std::rand() % 3);
        break;
      case 2:
        bytes.insert(at, pieces[std::rand() % std::size(pieces)]);
        break;
      }
      if (bytes.empty())
        bytes = "x";
    }
    for (Reader reader :
         {readWord2VecText, readWord2VecBinary, readGloVeText, readWordVectors})
      if (llvm::Expected<WordVectors> result = read(reader, bytes); !result)
        EXPECT_PRED2(contains, llvm::toString(result.takeError()), path + ": ");
  }
}
