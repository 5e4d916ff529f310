//===- NpyTest.cpp - .npy files, good and hostile ones --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Npy.h"
#include "TestSupport.h"

#include <cstring>
#include <sys/stat.h>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

/// A file as NumPy writes it.
static std::string makeNpy(const std::string &header, const std::string &data,
                           char version = 1) {
  std::string file = {'\x93', 'N', 'U', 'M', 'P', 'Y', version, 0};
  auto size = static_cast<uint32_t>(header.size());
  file.append(reinterpret_cast<const char *>(&size), version == 1 ? 2 : 4);
  return file + header + data;
}

static const char kHeader[] =
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n";

static std::string makeFloats(std::initializer_list<float> values) {
  std::vector<float> floats(values);
  return std::string(reinterpret_cast<const char *>(floats.data()),
                     floats.size() * 4);
}

class Npy : public testing::Test {
protected:
  llvm::Expected<Tensor> read(const std::string &bytes,
                              std::optional<DType> expected = std::nullopt) {
    writeFile(path, bytes);
    return readNpy(path, expected);
  }
  /// The error of reading these bytes; it always names the file.
  void expectRefused(const std::string &bytes, const std::string &part,
                     std::optional<DType> expected = std::nullopt,
                     EmbStatus status = EMB_IO_ERROR) {
    llvm::Expected<Tensor> tensor = read(bytes, expected);
    ASSERT_FALSE(static_cast<bool>(tensor)) << part;
    llvm::Error error = tensor.takeError();
    EXPECT_EQ(getStatus(error), status);
    std::string text = llvm::toString(std::move(error));
    EXPECT_PRED2(contains, text, part);
    EXPECT_EQ(text.find(path + ": "), 0u) << text;
  }

  TestFolder folder;
  std::string path = folder / "x.npy";
};

TEST_F(Npy, ReadsWhatNumPyWrites) {
  std::string data = makeFloats({1, 2, 3, 4, 5, 6});
  for (char version : {1, 2, 3}) {
    ASSERT_OK(tensor, read(makeNpy(kHeader, data, version)));
    EXPECT_EQ(tensor.getDType(), DType::F32);
    EXPECT_EQ(tensor.getShape(), ArrayRef<int64_t>({2, 3}));
    EXPECT_EQ(tensor.elements<float>(), ArrayRef<float>({1, 2, 3, 4, 5, 6}));
  }
  ASSERT_OK(fortran,
            read(makeNpy("{'descr': '<f4', 'fortran_order': True, 'shape': "
                         "(2, 3), }",
                         data)));
  EXPECT_EQ(fortran.getShape(), ArrayRef<int64_t>({2, 3}));
  EXPECT_EQ(fortran.elements<float>(), ArrayRef<float>({1, 3, 5, 2, 4, 6}));
  // Any order of keys, any spaces, a shape of one, no last comma.
  ASSERT_OK(odd, read(makeNpy("{ \"shape\" : (6 , ) ,'fortran_order':True,"
                              "'descr':'<f4'}  \n",
                              data)));
  EXPECT_EQ(odd.getShape(), ArrayRef<int64_t>({6}));
  ASSERT_OK(scalar, read(makeNpy("{'descr': '<f4', 'fortran_order': False, "
                                 "'shape': (), }",
                                 makeFloats({7}))));
  EXPECT_EQ(scalar.getRank(), 0);
  EXPECT_EQ(scalar.elements<float>()[0], 7);
  ASSERT_OK(empty, read(makeNpy("{'descr': '<i8', 'fortran_order': False, "
                                "'shape': (0, 99999999999999), }",
                                "")));
  EXPECT_EQ(empty.getNumElements(), 0);
}

// Element [i, j, k] of a tensor in Fortran order lies at i + 2 j + 6 k. The
// second one is larger than what is read at once.
TEST_F(Npy, FortranOrderOfAnyRank) {
  auto header = [](const std::string &shape) {
    return "{'descr': '<f4', 'fortran_order': True, 'shape': (" + shape +
           "), }";
  };
  std::string data;
  for (int i = 0; i < 24; ++i)
    data += makeFloats({static_cast<float>(i)});
  ASSERT_OK(tensor, read(makeNpy(header("2, 3, 4"), data)));
  EXPECT_EQ(tensor.getShape(), ArrayRef<int64_t>({2, 3, 4}));
  for (int i = 0; i < 24; ++i)
    EXPECT_EQ(tensor.elements<float>()[i], i / 12 + i / 4 % 3 * 2 + i % 4 * 6);

  data.clear();
  for (int i = 0; i < 1000000; ++i)
    data += makeFloats({static_cast<float>(i)});
  ASSERT_OK(large, read(makeNpy(header("1000, 1000"), data)));
  for (int i = 0; i < 1000000; ++i)
    ASSERT_EQ(large.elements<float>()[i], i / 1000 + i % 1000 * 1000);
}

// Parts of a view larger than what is packed at once follow each other.
TEST_F(Npy, LargeViewsArePacked) {
  ASSERT_OK(table, Tensor::empty(DType::F32, {3, 200000, 4}));
  for (auto [i, element] : llvm::enumerate(table.elements<float>()))
    element = i;
  TensorRef view(table.elements<float>().data() + 1, DType::F32, {3, 200000, 2},
                 {800000, 4, 2});
  ASSERT_EQ(toString(writeNpy(path, view)), "");
  ASSERT_OK(packed, readNpy(path));
  EXPECT_EQ(packed.getShape(), ArrayRef<int64_t>({3, 200000, 2}));
  for (auto [i, element] : llvm::enumerate(packed.elements<float>()))
    ASSERT_EQ(element, 2 * i + 1) << i;
}

TEST_F(Npy, BooleansAreZeroOrOne) {
  std::string header =
      "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }";
  ASSERT_OK(good, read(makeNpy(header, std::string("\1\0\1", 3))));
  EXPECT_EQ(good.elements<bool>(), ArrayRef<bool>({true, false, true}));
  expectRefused(makeNpy(header, std::string("\1\2\1", 3)),
                "byte 2 as boolean element 1, expected 0 or 1");
}

TEST_F(Npy, EveryTypeGoesBothWays) {
  const std::pair<DType, const char *> types[] = {
      {DType::I1, "|b1"},  {DType::I8, "|i1"},   {DType::I16, "<i2"},
      {DType::I32, "<i4"}, {DType::I64, "<i8"},  {DType::F16, "<f2"},
      {DType::F32, "<f4"}, {DType::BF16, "<u2"}, {DType::F64, "<f8"}};
  for (auto [dtype, descr] : types) {
    ASSERT_OK(tensor, Tensor::zeros(dtype, {5, 3}));
    auto *bytes = static_cast<unsigned char *>(tensor.data());
    for (int64_t i = 0; i < tensor.getSizeInBytes(); ++i)
      bytes[i] = dtype == DType::I1 ? i % 2 : i * 37;
    ASSERT_EQ(toString(writeNpy(path, tensor.ref())), "");
    std::string file = readFile(path);
    EXPECT_PRED2(contains, file, "'descr': '" + std::string(descr) + "'");
    ASSERT_OK(again, readNpy(path, dtype));
    EXPECT_EQ(again.getDType(), dtype);
    EXPECT_EQ(again.getShape(), ArrayRef<int64_t>({5, 3}));
    EXPECT_EQ(std::memcmp(again.data(), tensor.data(), tensor.getSizeInBytes()),
              0);
  }
}

TEST_F(Npy, WritesExactlyWhatNumPyWould) {
  float data[6] = {1, 2, 3, 4, 5, 6};
  ASSERT_EQ(toString(writeNpy(path, TensorRef(data, {2, 3}))), "");
  std::string header = kHeader;
  header.insert(header.size() - 1, 128 - 10 - header.size(), ' ');
  EXPECT_EQ(readFile(path), makeNpy(header, makeFloats({1, 2, 3, 4, 5, 6})));
  ASSERT_EQ(toString(writeNpy(path, TensorRef(data, {6}))), "");
  EXPECT_PRED2(contains, readFile(path), "'shape': (6,), }");
  ASSERT_EQ(toString(writeNpy(path, TensorRef(data, {}))), "");
  EXPECT_PRED2(contains, readFile(path), "'shape': (), }");
  EXPECT_EQ(readFile(path).size(), 128u + 4);
  // A view with gaps is packed.
  ASSERT_EQ(
      toString(writeNpy(path, TensorRef(data, DType::F32, {2, 2}, {3, 1}))),
      "");
  ASSERT_OK(packed, readNpy(path));
  EXPECT_EQ(packed.elements<float>(), ArrayRef<float>({1, 2, 4, 5}));
}

TEST_F(Npy, WrongTypesAreNamed) {
  std::string data = makeFloats({1, 2, 3, 4, 5, 6});
  expectRefused(makeNpy(kHeader, data),
                "element type '<f4' (f32), expected '<i8' (i64)", DType::I64);
  expectRefused(makeNpy("{'descr': '>f4', 'fortran_order': False, 'shape': (2, "
                        "3), }",
                        data),
                "element type '>f4', expected '<f4' (f32)", DType::F32);
  expectRefused(makeNpy("{'descr': '<c8', 'fortran_order': False, 'shape': "
                        "(3,), }",
                        data),
                "element type '<c8', expected one of");
  expectRefused(makeNpy("{'descr': [('a', '<f4')], 'fortran_order': False, "
                        "'shape': (3,), }",
                        data),
                "expected the element type in quotes");
  // bf16 has no type in NumPy: its bits are u2, which is nothing else here.
  std::string u2 = "{'descr': '<u2', 'fortran_order': False, 'shape': (12,), }";
  expectRefused(makeNpy(u2, data), "element type '<u2', expected one of");
  expectRefused(makeNpy(u2, data), "element type '<u2', expected '<f2' (f16)",
                DType::F16);
  ASSERT_OK(bf16, read(makeNpy(u2, data), DType::BF16));
  EXPECT_EQ(bf16.getNumElements(), 12);
}

TEST_F(Npy, DamagedFilesAreRefused) {
  std::string data = makeFloats({1, 2, 3, 4, 5, 6});
  std::string good = makeNpy(kHeader, data);
  expectRefused("", "not a .npy file");
  expectRefused("PK\3\4 a zip file of some length", "not a .npy file");
  std::string wrongVersion = good;
  wrongVersion[6] = 9;
  expectRefused(wrongVersion, "version 9, expected 1, 2 or 3");
  // Cut anywhere, the file is refused.
  for (size_t size = 0; size < good.size(); ++size)
    expectRefused(good.substr(0, size), size < 10 ? "not a .npy" : "");
  expectRefused(good + "x", "holds 25 bytes of data, expected 24 for 2x3xf32");
  expectRefused(makeNpy("{'descr': '<f4', 'shape': (2, 3), }", data),
                "expected descr, fortran_order and shape");
  expectRefused(makeNpy("{'descr': '<f4', 'fortran_order': Maybe}", data),
                "found 'Maybe}', expected True or False");
  expectRefused(makeNpy("{'descr': '<f4', 'fortran_order': False, 'shape': "
                        "(2, -3), }",
                        data),
                "expected the size of a dimension");
  expectRefused(makeNpy("{'color': 'red'}", data), "found key 'color'");
  expectRefused(makeNpy("{'descr': '<f4", data), "in quotes");
  expectRefused(makeNpy("", data), "expected '{'");
}

TEST_F(Npy, HostileHeadersAreRefused) {
  // Sizes that overflow to something small, or ask for all memory.
  auto shaped = [](const std::string &shape) {
    return makeNpy("{'descr': '<f4', 'fortran_order': False, 'shape': (" +
                       shape + "), }",
                   makeFloats({1, 2, 3, 4}));
  };
  expectRefused(shaped("4611686018427387905, 4"), "more than 2^64");
  expectRefused(shaped("9223372036854775807, 9223372036854775807"),
                "more than 2^64");
  expectRefused(shaped("4294967296, 4294967296, 0"), "more than 2^64");
  expectRefused(shaped("99999999999999999999999"),
                "expected the size of a dimension below 2^63");
  expectRefused(shaped("1000000000000"), "holds 16 bytes of data, expected "
                                         "4000000000000 for 1000000000000xf32");
  std::string many = "1";
  for (int i = 0; i < 40; ++i)
    many += ", 1";
  expectRefused(shaped(many), "more than 32 dimensions");
  std::string longHeader = makeNpy("x", "", 2);
  longHeader[8] = longHeader[9] = longHeader[10] = longHeader[11] = '\xff';
  expectRefused(longHeader, "a header of 4294967295 bytes, expected at most");
}

TEST_F(Npy, NoContentCrashesTheReader) {
  std::string good = makeNpy(kHeader, makeFloats({1, 2, 3, 4, 5, 6}));
  std::srand(1);
  for (int i = 0; i < 500; ++i) {
    std::string bytes = good;
    for (int changes = 1 + std::rand() % 4; changes > 0; --changes)
      bytes[std::rand() % bytes.size()] = std::rand();
    llvm::Expected<Tensor> tensor = read(bytes);
    if (!tensor)
      llvm::consumeError(tensor.takeError());
  }
}

TEST_F(Npy, UnreadableFiles) {
  EXPECT_FAILS(readNpy(folder / "none.npy"), EMB_IO_ERROR,
               "none.npy: cannot be opened: No such file or directory");
  EXPECT_FAILS(readNpy(folder.path), EMB_IO_ERROR, "not a regular file");
  std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FAILS(readNpy(pipe), EMB_IO_ERROR, "not a regular file");
  if (geteuid() != 0) {
    writeFile(path, "");
    chmod(path.c_str(), 0);
    EXPECT_FAILS(readNpy(path), EMB_IO_ERROR, "Permission denied");
  }
}

TEST_F(Npy, WritingIsAtomic) {
  float data[2] = {1, 2};
  TensorRef tensor(data, {2});
  writeFile(path, "precious");
  // The old contents stay until the new ones are complete: a link to them does.
  std::string link = folder / "old";
  ASSERT_EQ(::link(path.c_str(), link.c_str()), 0);
  ASSERT_EQ(toString(writeNpy(path, tensor)), "");
  EXPECT_EQ(readFile(link), "precious");
  EXPECT_EQ(readFile(path).size(), 128u + 8);
  EXPECT_EQ(listFolder(folder.path),
            (std::vector<std::string>{"old", "x.npy"}));

  // A symbolic link is followed.
  std::string symbolic = folder / "symbolic.npy";
  ASSERT_EQ(::symlink(link.c_str(), symbolic.c_str()), 0);
  ASSERT_EQ(toString(writeNpy(symbolic, tensor)), "");
  EXPECT_EQ(readFile(link).size(), 128u + 8);
  struct stat info;
  ASSERT_EQ(lstat(symbolic.c_str(), &info), 0);
  EXPECT_TRUE(S_ISLNK(info.st_mode));
}

TEST_F(Npy, FailedWritesLeaveNothingBehind) {
  float data[2] = {1, 2};
  TensorRef tensor(data, {2});
  EXPECT_FAILS(writeNpy(folder / "none/x.npy", tensor), EMB_IO_ERROR,
               "none/x.npy: cannot be written: No such file or directory");
  EXPECT_FAILS(writeNpy(folder.path, tensor), EMB_IO_ERROR,
               "exists and is not a regular file");
  // Devices and pipes are not replaced by a file.
  std::string pipe = folder / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FAILS(writeNpy(pipe, tensor), EMB_IO_ERROR,
               "exists and is not a regular file");
  EXPECT_EQ(listFolder(folder.path), std::vector<std::string>{"pipe"});
}
