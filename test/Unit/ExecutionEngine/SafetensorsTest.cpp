//===- SafetensorsTest.cpp - Tensors by name in one file ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Safetensors.h"
#include "TestSupport.h"

#include <cstring>
#include <sys/stat.h>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

/// A file with this header and data.
static std::string makeFile(const std::string &header,
                            const std::string &data = "") {
  uint64_t length = header.size();
  return std::string(reinterpret_cast<const char *>(&length), 8) + header +
         data;
}

static std::string makeFloats(std::initializer_list<float> values) {
  return std::string(reinterpret_cast<const char *>(values.begin()),
                     values.size() * 4);
}

/// Header of a tensor "w" of 2x3xF32, and the six floats.
static const char kHeader[] =
    R"({"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})";
static const std::string kData = makeFloats({1, 2, 3, 4, 5, 6});

class Safetensors : public testing::Test {
protected:
  llvm::Expected<SafetensorsFile> open(const std::string &bytes) {
    writeFile(path, bytes);
    return SafetensorsFile::open(path);
  }
  /// The error of opening a file with these bytes; it always names the file.
  void expectRefused(const std::string &bytes, const std::string &part) {
    llvm::Expected<SafetensorsFile> file = open(bytes);
    ASSERT_FALSE(static_cast<bool>(file)) << part;
    llvm::Error error = file.takeError();
    EXPECT_EQ(getStatus(error), EMB_IO_ERROR);
    std::string text = llvm::toString(std::move(error));
    EXPECT_PRED2(contains, text, part);
    EXPECT_EQ(text.find(path + ": "), 0u) << text;
  }
  void expectHeaderRefused(const std::string &header, const std::string &part) {
    expectRefused(makeFile(header, kData), part);
  }
  llvm::Error write(ArrayRef<NamedTensorRef> tensors,
                    const std::map<std::string, std::string> &metadata = {}) {
    return writeSafetensors(path, tensors, metadata);
  }

  TestFolder folder;
  std::string path = folder / "x.safetensors";
};

//===----------------------------------------------------------------------===//
// Good files
//===----------------------------------------------------------------------===//

TEST_F(Safetensors, ReadsWhatOthersWrite) {
  ASSERT_OK(file, open(makeFile(kHeader, kData)));
  ASSERT_EQ(file.getTensors().size(), 1u);
  const SafetensorsEntry &entry = file.getTensors()[0];
  EXPECT_EQ(entry.name, "w");
  EXPECT_EQ(entry.type, "F32");
  EXPECT_EQ(entry.dtype, DType::F32);
  EXPECT_EQ(entry.shape, Shape({2, 3}));
  EXPECT_EQ(file.find("w"), &entry);
  EXPECT_EQ(file.find("v"), nullptr);
  ASSERT_OK(tensor, file.read("w"));
  EXPECT_EQ(tensor.getShape(), ArrayRef<int64_t>({2, 3}));
  EXPECT_EQ(tensor.elements<float>(), ArrayRef<float>({1, 2, 3, 4, 5, 6}));
  ASSERT_OK(direct, readSafetensors(path, "w", DType::F32));
  EXPECT_EQ(direct.elements<float>(), tensor.elements<float>());
}

// Spaces anywhere and behind, any order of keys and tensors, escapes, scalars,
// tensors of no elements, metadata in the middle.
TEST_F(Safetensors, ReadsAnyJSON) {
  ASSERT_OK(file,
            open(makeFile("{ \"b\\u00e9\\\"\" :\n{\"shape\": [ ] , "
                          "\"data_offsets\" : [ 16 ,20],\"dtype\":\"F32\"}"
                          ",\t\"__metadata__\":{\"a\":\"\\n\", \"\":\"\"},"
                          "\"a\":{\"dtype\":\"F32\",\"shape\":[4],"
                          "\"data_offsets\":[0,16]},"
                          "\"none\":{\"dtype\":\"I64\",\"shape\":[0,7],"
                          "\"data_offsets\":[16,16]}}   ",
                          makeFloats({1, 2, 3, 4, 5}))));
  EXPECT_EQ(file.getMetadata(),
            (std::map<std::string, std::string>{{"a", "\n"}, {"", ""}}));
  std::vector<std::string> names;
  for (const SafetensorsEntry &entry : file.getTensors())
    names.push_back(entry.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "none", "b\xc3\xa9\""}));
  ASSERT_OK(scalar, file.read("b\xc3\xa9\""));
  EXPECT_EQ(scalar.getRank(), 0);
  EXPECT_EQ(scalar.elements<float>()[0], 5);
  ASSERT_OK(none, file.read("none"));
  EXPECT_EQ(none.getNumElements(), 0);
  EXPECT_EQ(none.getShape(), ArrayRef<int64_t>({0, 7}));
  ASSERT_OK(empty, open(makeFile("{}")));
  EXPECT_TRUE(empty.getTensors().empty());
}

// Byte for byte: wider elements first, then the given order; a header of a
// multiple of eight bytes.
TEST_F(Safetensors, WritesTheFormat) {
  float floats[2] = {1, 2};
  bool booleans[3] = {true, false, true};
  int64_t integer = -2;
  ASSERT_EQ(toString(write({{"mask", TensorRef(booleans, {3})},
                            {"w", TensorRef(floats, {1, 2})},
                            {"n", TensorRef(&integer, {})}},
                           {{"epoch", "3"}})),
            "");
  std::string header =
      R"({"__metadata__":{"epoch":"3"},)"
      R"("n":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
      R"("w":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},)"
      R"("mask":{"dtype":"BOOL","shape":[3],"data_offsets":[16,19]}})";
  header.append(-header.size() % 8, ' ');
  EXPECT_EQ(
      readFile(path),
      makeFile(header, std::string("\xfe\xff\xff\xff\xff\xff\xff\xff", 8) +
                           makeFloats({1, 2}) + std::string("\1\0\1", 3)));
  ASSERT_EQ(toString(write({})), "");
  EXPECT_EQ(readFile(path), makeFile("{}      "));
}

TEST_F(Safetensors, EveryTypeGoesBothWays) {
  std::vector<Tensor> tensors;
  std::vector<NamedTensorRef> named;
  const std::pair<DType, const char *> types[] = {
      {DType::I1, "BOOL"}, {DType::I8, "I8"},   {DType::I16, "I16"},
      {DType::I32, "I32"}, {DType::I64, "I64"}, {DType::F16, "F16"},
      {DType::F32, "F32"}, {DType::F64, "F64"}, {DType::BF16, "BF16"}};
  for (auto [dtype, name] : types) {
    tensors.push_back(llvm::cantFail(Tensor::zeros(dtype, {5, 3})));
    auto *bytes = static_cast<unsigned char *>(tensors.back().data());
    for (int64_t i = 0; i < tensors.back().getSizeInBytes(); ++i)
      bytes[i] = dtype == DType::I1 ? i % 2 : i * 37;
    named.push_back({name, tensors.back().ref()});
  }
  ASSERT_EQ(toString(write(named)), "");
  ASSERT_OK(file, SafetensorsFile::open(path));
  for (auto [tensor, type] : llvm::zip(tensors, types)) {
    ASSERT_NE(file.find(type.second), nullptr);
    EXPECT_EQ(file.find(type.second)->type, type.second);
    ASSERT_OK(again, file.read(type.second));
    EXPECT_EQ(again.getDType(), type.first);
    EXPECT_EQ(again.getShape(), ArrayRef<int64_t>({5, 3}));
    EXPECT_EQ(std::memcmp(again.data(), tensor.data(), tensor.getSizeInBytes()),
              0);
  }
}

TEST_F(Safetensors, ViewsOfAnyStridesGoBothWays) {
  // A table of 5 MB, so that views pass through the buffer in parts.
  ASSERT_OK(table, Tensor::empty(DType::F32, {20000, 64}));
  for (auto [i, element] : llvm::enumerate(table.elements<float>()))
    element = i;
  float *data = table.elements<float>().data();
  TensorRef columns(data + 3, DType::F32, {20000, 50}, {64, 1});
  TensorRef transposed(data, DType::F32, {64, 20000}, {1, 64});
  TensorRef backward(data + 19999 * 64, DType::F32, {20000, 32}, {-64, 2});
  ASSERT_EQ(
      toString(write({{"c", columns}, {"t", transposed}, {"b", backward}})),
      "");
  ASSERT_OK(file, SafetensorsFile::open(path));
  ASSERT_OK(c, file.read("c"));
  ASSERT_OK(t, file.read("t"));
  ASSERT_OK(b, file.read("b"));
  for (int64_t row = 0; row < 20000; ++row) {
    for (int64_t column = 0; column < 50; ++column)
      ASSERT_EQ(c.elements<float>()[row * 50 + column], row * 64 + column + 3);
    for (int64_t column = 0; column < 64; ++column)
      ASSERT_EQ(t.elements<float>()[column * 20000 + row], row * 64 + column);
    for (int64_t column = 0; column < 32; ++column)
      ASSERT_EQ(b.elements<float>()[row * 32 + column],
                (19999 - row) * 64 + column * 2);
  }
  // Back into the transposed view of a table of zeros.
  ASSERT_OK(target, Tensor::zeros(DType::F32, {20000, 64}));
  ASSERT_EQ(toString(file.readInto("t", TensorRef(target.data(), DType::F32,
                                                  {64, 20000}, {1, 64}))),
            "");
  EXPECT_EQ(target.elements<float>(), table.elements<float>());
  // Between the columns nothing is written.
  ASSERT_OK(other, Tensor::zeros(DType::F32, {20000, 64}));
  ASSERT_EQ(
      toString(file.readInto("c", TensorRef(other.elements<float>().data() + 3,
                                            DType::F32, {20000, 50}, {64, 1}))),
      "");
  for (auto [i, element] : llvm::enumerate(other.elements<float>()))
    ASSERT_EQ(element, i % 64 >= 3 && i % 64 < 53 ? i : 0) << i;
}

TEST_F(Safetensors, NamesAndMetadataAreAnyUTF8) {
  std::string name("a\0\n\"\\/\xc3\xa9\xf0\x9f\x98\x80", 12);
  float number = 7;
  ASSERT_EQ(toString(write(
                {{name, TensorRef(&number, {})}, {"", TensorRef(&number, {1})}},
                {{name, name}})),
            "");
  ASSERT_OK(file, SafetensorsFile::open(path));
  ASSERT_OK(tensor, file.read(name));
  EXPECT_EQ(tensor.elements<float>()[0], 7);
  EXPECT_TRUE(file.find(""));
  EXPECT_EQ(file.getMetadata(),
            (std::map<std::string, std::string>{{name, name}}));
}

// Types that emb does not compute with do not keep the others from being read.
TEST_F(Safetensors, OtherTypesAreListedAndRefusedWhenRead) {
  ASSERT_OK(file,
            open(makeFile(
                R"({"u":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                R"("f":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[4,6]},)"
                R"("q":{"dtype":"F4","shape":[4],"data_offsets":[6,8]},)"
                R"("new":{"dtype":"F3","shape":[9],"data_offsets":[8,20]},)"
                R"("w":{"dtype":"F32","shape":[],"data_offsets":[20,24]}})",
                kData)));
  EXPECT_EQ(file.find("new")->type, "F3");
  EXPECT_EQ(file.find("new")->dtype, std::nullopt);
  for (std::string name : {"u", "f", "q", "new"})
    EXPECT_FAILS(file.read(name), EMB_IO_ERROR,
                 path + ": tensor '" + name + "': dtype '" +
                     file.find(name)->type + "', expected one of F64 F32");
  ASSERT_OK(tensor, file.read("w"));
  EXPECT_EQ(tensor.elements<float>()[0], 6);
}

//===----------------------------------------------------------------------===//
// Bad files
//===----------------------------------------------------------------------===//

TEST_F(Safetensors, WrongTensorsAreNamed) {
  ASSERT_OK(file, open(makeFile(kHeader, kData)));
  EXPECT_FAILS(file.read("v"), EMB_IO_ERROR,
               path + ": no tensor 'v', expected one of 1: w");
  EXPECT_FAILS(file.read("w", DType::F64), EMB_IO_ERROR,
               path + ": tensor 'w': dtype F32, expected F64");
  float data[8] = {};
  EXPECT_FAILS(file.readInto("w", TensorRef(data, {3, 2})), EMB_IO_ERROR,
               path + ": tensor 'w': found 2x3xf32, expected 3x2xf32");
  int32_t integers[6] = {};
  EXPECT_FAILS(file.readInto("w", TensorRef(integers, {2, 3})), EMB_IO_ERROR,
               "found 2x3xf32, expected 2x3xi32");
  EXPECT_FAILS(file.readInto("w", TensorRef(data, {2, 3}).asReadOnly()),
               EMB_INVALID_ARGUMENT, "tensor 'w': its target is read-only");
  EXPECT_EQ(data[0], 0);
  ASSERT_OK(booleans,
            open(makeFile(
                R"({"b":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}})",
                std::string("\0\1\7\1", 4))));
  EXPECT_FAILS(
      booleans.read("b"), EMB_IO_ERROR,
      path + ": tensor 'b': byte 7 as boolean element 2, expected 0 or 1");
}

TEST_F(Safetensors, TruncatedFilesAreRefused) {
  std::string good = makeFile(kHeader, kData);
  ASSERT_OK(whole, open(good));
  EXPECT_TRUE(whole.find("w"));
  for (size_t size = 0; size < good.size(); ++size)
    expectRefused(
        good.substr(0, size),
        size < 8 ? "not a safetensors file: found"
        : size < 8 + sizeof(kHeader) - 1
            ? "truncated: found "
            : "tensor 'w': data_offsets: found 0 to 24, expected at most the");
  expectRefused(
      good + "x",
      "found 25 bytes of data, expected 24, the end of the last tensor");
  // A length that lies asks for no memory.
  expectRefused(std::string(8, '\xff') + good.substr(8),
                "found a header of 18446744073709551615 bytes, expected at "
                "most 100000000");
  expectRefused(std::string("\0\xe1\xf5\5\0\0\0\0", 8) + good.substr(8),
                "expected a header of 100000000 after the first 8");
  // The file shrinks after it was opened.
  ASSERT_OK(shrinking, open(good));
  ASSERT_EQ(::truncate(path.c_str(), good.size() - 1), 0);
  EXPECT_FAILS(shrinking.read("w"), EMB_IO_ERROR,
               "tensor 'w': truncated while it was read");
  EXPECT_FAILS(shrinking.checkReadable(), EMB_IO_ERROR,
               path + ": truncated while it was read");
}

TEST_F(Safetensors, MalformedHeadersAreRefused) {
  auto entry = [](const std::string &rest) {
    return R"({"w":{"dtype":"F32",)" + rest + "}}";
  };
  expectHeaderRefused("", "found the end, expected '{'");
  expectHeaderRefused(" {}", "found ' {}', expected '{'");
  expectHeaderRefused("[]", "expected '{'");
  expectHeaderRefused("{", "found the end, expected a string in quotes");
  expectHeaderRefused("{} x", "found 'x', expected the end");
  expectHeaderRefused(R"({"w")", "expected ':' after key 'w'");
  expectHeaderRefused(R"({"w":)", "found the end, expected '{'");
  expectHeaderRefused(R"({"w)", "expected a string in quotes");
  expectHeaderRefused(R"({"w\)", "expected a string in quotes");
  expectHeaderRefused(R"({"w\x":{}})",
                      R"('\22w\\x\22': [1:4, byte=4]: Invalid escape)");
  expectHeaderRefused("{\"w\n\":{}}", "Control character in string");
  expectHeaderRefused("{\"w\xff\":{}}",
                      "header: found bytes that are not UTF-8 at byte 3");
  expectHeaderRefused(R"({"w":7})", "tensor 'w': found '7}', expected '{'");
  expectHeaderRefused(R"({"w":{}})", "tensor 'w': no dtype, expected one");
  expectHeaderRefused(
      R"({"w":{"dtype":7}})",
      "tensor 'w': dtype: found '7}}', expected a string in quotes");
  expectHeaderRefused(entry(R"("data_offsets":[0,24])"),
                      "tensor 'w': no shape, expected one");
  expectHeaderRefused(entry(R"("shape":[6])"),
                      "tensor 'w': data_offsets: found 0 numbers, expected 2");
  expectHeaderRefused(entry(R"("shape":[6],"data_offsets":[0])"),
                      "found 1 numbers, expected 2");
  expectHeaderRefused(entry(R"("shape":[6],"data_offsets":[0,1,2])"),
                      "data_offsets: found more than 2 numbers");
  expectHeaderRefused(
      entry(R"("shape":[6],"color":"red")"),
      "found key 'color', expected dtype, shape and data_offsets");
  expectHeaderRefused(entry(R"("shape":[6],"shape":[6])"),
                      "tensor 'w': found key 'shape' a second time");
  expectHeaderRefused(
      R"({"w":{"dtype":"F32","shape":[6],"data_offsets":[0,24]},"\u0077":{}})",
      "header: found key 'w' a second time, expected it once");
  expectHeaderRefused(R"({"__metadata__":{"a":1}})",
                      "__metadata__: found '1}}', expected a string in quotes");
  expectHeaderRefused(R"({"__metadata__":{"a":"1","a":"2"}})",
                      "__metadata__: found key 'a' a second time");
  expectHeaderRefused(R"({"__metadata__":[]})",
                      "__metadata__: found '[]}', expected '{'");
  for (std::string number :
       {"-1", "01", "null", "9223372036854775808", "[6]", "{}"})
    expectHeaderRefused(entry("\"shape\":[" + number + "]"),
                        "shape: found '" + number +
                            "]}}', expected an integer");
  expectHeaderRefused(entry(R"("shape":["6"])"), "expected an integer");
  expectHeaderRefused(entry(R"("shape":[1.0])"), "found '.0]}}', expected ','");
  expectHeaderRefused(entry(R"("shape":[1e3])"), "found 'e3]}}', expected ','");
  expectHeaderRefused(entry(R"("shape":[6,])"), "expected an integer");
  expectHeaderRefused(entry(R"("shape":[6)"), "expected ',' or ']'");
  std::string many = "1";
  for (int i = 0; i < 32; ++i)
    many += ",1";
  expectHeaderRefused(entry("\"shape\":[" + many + "]"),
                      "found more than 32 numbers");
  // No stack is as deep as such a header asks for.
  expectHeaderRefused("{\"w\":" + std::string(1 << 20, '['), "found '[[[[");
  expectHeaderRefused(std::string(1 << 20, '{'), "found '{{{{");
}

TEST_F(Safetensors, WrongOffsetsAreRefused) {
  auto expectOffsets = [&](const std::string &shape, const std::string &offsets,
                           const std::string &part) {
    expectHeaderRefused(R"({"w":{"dtype":"F32","shape":[)" + shape +
                            "],\"data_offsets\":[" + offsets + "]}}",
                        part);
  };
  expectOffsets("6", "24,0",
                "tensor 'w': data_offsets: found 24 to 0, expected an end that "
                "is not before the begin");
  expectOffsets("6", "0,25",
                "tensor 'w': data_offsets: found 0 to 25, expected at most the "
                "24 bytes of data in the file");
  expectOffsets("6", "0,9223372036854775807", "expected at most the 24 bytes");
  expectOffsets("5", "0,24",
                "tensor 'w': found 24 bytes, expected 20 for 5xF32");
  expectOffsets("", "0,24", "tensor 'w': found 24 bytes, expected 4 for F32");
  expectOffsets(
      "5", "4,24",
      "tensor 'w': data_offsets: found 4 to 24, expected a begin of 0");
  expectOffsets(
      "5", "0,20",
      "found 24 bytes of data, expected 20, the end of the last tensor");
  // Products that overflow, to 24 and to 0; a zero hides none.
  expectOffsets("4611686018427387910", "0,24", "expected more than 2^61 for");
  expectOffsets("4294967296,4294967296,4294967296", "0,24",
                "expected more than 2^61 for");
  expectOffsets("0,4294967296,4294967296", "0,0",
                "expected more than 2^61 for");
  expectHeaderRefused(
      R"({"w":{"dtype":"F4","shape":[49],"data_offsets":[0,24]}})",
      "expected whole bytes for 49xF4");

  auto two = [](const std::string &a, const std::string &b) {
    return R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[)" + a +
           R"(]},"b":{"dtype":"F32","shape":[3],"data_offsets":[)" + b + "]}}";
  };
  ASSERT_OK(good, open(makeFile(two("12,24", "0,12"), kData)));
  EXPECT_EQ(good.getTensors()[0].name, "b");
  expectHeaderRefused(two("0,12", "8,20"),
                      "tensor 'b': data_offsets: found 8 to 20, expected a "
                      "begin of 12, where the tensor before it ends");
  expectHeaderRefused(
      two("0,12", "0,12"),
      "tensor 'b': data_offsets: found 0 to 12, expected a begin of 12");
}

// Whatever the bytes are, nothing crashes, and what is accepted can be read.
TEST_F(Safetensors, NoContentCrashesTheReader) {
  const std::string header =
      R"({"__metadata__":{"k":"v\u00e9"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[8],"data_offsets":[8,16]},"c":{"dtype":"I64","shape":[],"data_offsets":[16,24]}})";
  const std::string pieces[] = {"{",
                                "}",
                                "[",
                                "]",
                                "\"",
                                "\\",
                                ",",
                                ":",
                                "0",
                                "9999999999999999999",
                                "18446744073709551615",
                                "F64",
                                "\\u",
                                "\xff",
                                "\"a\":{}",
                                "[[[[",
                                " "};
  std::srand(1);
  int accepted = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string text = header;
    bool resized = false;
    for (int changes = 1 + std::rand() % 3; changes > 0; --changes) {
      size_t at = std::rand() % text.size();
      switch (std::rand() % 4) {
      case 0:
        text[at] = std::rand();
        break;
      case 1:
        text.erase(at, 1 + std::rand() % 8);
        break;
      case 2:
        text.insert(at, pieces[std::rand() % std::size(pieces)]);
        break;
      case 3:
        resized = true;
        break;
      }
    }
    std::string bytes = makeFile(text, kData);
    if (resized)
      bytes.resize(std::rand() % (2 * bytes.size()));
    if (std::rand() % 16 == 0 && bytes.size() > 8)
      bytes[std::rand() % 8] = std::rand();
    llvm::Expected<SafetensorsFile> file = open(bytes);
    if (!file) {
      EXPECT_PRED2(contains, llvm::toString(file.takeError()), path + ": ");
      continue;
    }
    ++accepted;
    for (const SafetensorsEntry &entry : file->getTensors()) {
      llvm::Expected<Tensor> tensor = file->read(entry.name);
      if (!tensor)
        llvm::consumeError(tensor.takeError());
    }
  }
  // Names and metadata may be changed; so the test sees both outcomes.
  EXPECT_GT(accepted, 10);
  EXPECT_LT(accepted, 500);
}

TEST_F(Safetensors, UnreadableFiles) {
  EXPECT_FAILS(SafetensorsFile::open(folder / "none"), EMB_IO_ERROR,
               "none: cannot be opened: No such file or directory");
  EXPECT_FAILS(SafetensorsFile::open(folder.path), EMB_IO_ERROR,
               "not a regular file");
  std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FAILS(SafetensorsFile::open(pipe), EMB_IO_ERROR, "not a regular file");
  EXPECT_FAILS(readSafetensors(folder / "none", "w"), EMB_IO_ERROR,
               "none: cannot be opened");
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

TEST_F(Safetensors, WrongNamesAreRefused) {
  float number = 7;
  TensorRef tensor(&number, {});
  writeFile(path, "precious");
  EXPECT_FAILS(write({{"__metadata__", tensor}}), EMB_INVALID_ARGUMENT,
               path + ": tensor name '__metadata__' is reserved");
  EXPECT_FAILS(write({{"a", tensor}, {"a", tensor}}), EMB_INVALID_ARGUMENT,
               path + ": tensor name 'a' found twice, expected once");
  EXPECT_FAILS(write({{"a\xff", tensor}}), EMB_INVALID_ARGUMENT,
               path + ": tensor name 'a\\FF', expected UTF-8");
  EXPECT_FAILS(write({}, {{"\xc3", ""}}), EMB_INVALID_ARGUMENT,
               "metadata key '\\C3', expected UTF-8");
  EXPECT_FAILS(write({}, {{"k", "\xc3"}}), EMB_INVALID_ARGUMENT,
               "value of metadata '\\C3', expected UTF-8");
  EXPECT_FAILS(write({}, {{"k", std::string(100'000'000, 'x')}}),
               EMB_INVALID_ARGUMENT,
               "a header of 100000032 bytes, expected at most 100000000");
  EXPECT_EQ(readFile(path), "precious");
  EXPECT_EQ(listFolder(folder.path), std::vector<std::string>{"x.safetensors"});
}

// An open file keeps the contents that it had; a new reader sees the new ones.
TEST_F(Safetensors, FilesAreReplacedAsAWhole) {
  float number = 1;
  ASSERT_EQ(toString(write({{"w", TensorRef(&number, {})}})), "");
  ASSERT_OK(before, SafetensorsFile::open(path));
  number = 2;
  ASSERT_EQ(toString(write({{"w", TensorRef(&number, {})}})), "");
  ASSERT_OK(old, before.read("w"));
  EXPECT_EQ(old.elements<float>()[0], 1);
  ASSERT_OK(now, readSafetensors(path, "w"));
  EXPECT_EQ(now.elements<float>()[0], 2);
  EXPECT_EQ(listFolder(folder.path), std::vector<std::string>{"x.safetensors"});
}
