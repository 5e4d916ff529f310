//===- Npy.cpp - Tensors in .npy files ------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Npy.h"

#include "TensorFile.h"
#include "emb/ExecutionEngine/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::emb;

static constexpr char kMagic[] = {'\x93', 'N', 'U', 'M', 'P', 'Y'};
/// Longest header that is read: real ones have about a hundred bytes.
static constexpr uint64_t kMaxHeader = 1 << 20;

static llvm::Error makeFileError(StringRef path, const llvm::Twine &what) {
  return makeError(EMB_IO_ERROR, path + ": " + what);
}

namespace {
/// What the header of a file says.
struct Header {
  std::string descr;
  bool fortranOrder = false;
  Shape shape;
};

/// Reads the header, a literal of a Python dictionary:
/// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : rest(text) {}

  /// The first thing that is wrong, or "".
  std::string parse(Header &header);

private:
  bool consume(StringRef token) {
    rest = rest.ltrim(" \n\t");
    return rest.consume_front(token);
  }
  std::string expected(const llvm::Twine &what) {
    return ("found " + quoteForMessage(rest) + ", expected " + what).str();
  }
  bool parseString(std::string &value);
  std::string parseShape(Shape &shape);

  StringRef rest;
};
} // namespace

bool HeaderParser::parseString(std::string &value) {
  rest = rest.ltrim(" \n\t");
  if (rest.empty() || (rest[0] != '\'' && rest[0] != '"'))
    return false;
  size_t end = rest.find(rest[0], 1);
  if (end == StringRef::npos)
    return false;
  value = rest.slice(1, end).str();
  rest = rest.drop_front(end + 1);
  return true;
}

std::string HeaderParser::parseShape(Shape &shape) {
  if (!consume("("))
    return expected("a shape such as (3, 4)");
  while (!consume(")")) {
    rest = rest.ltrim(" \n\t");
    StringRef digits = rest.take_while(llvm::isDigit);
    int64_t size;
    if (digits.empty() || digits.getAsInteger(10, size))
      return expected("the size of a dimension below 2^63");
    rest = rest.drop_front(digits.size());
    shape.push_back(size);
    if (shape.size() > 32)
      return "found more than 32 dimensions";
    if (!consume(",") && !rest.ltrim(" \n\t").starts_with(")"))
      return expected("',' or ')'");
  }
  return "";
}

std::string HeaderParser::parse(Header &header) {
  bool hasDescr = false, hasOrder = false, hasShape = false;
  if (!consume("{"))
    return expected("'{'");
  while (!consume("}")) {
    std::string key;
    if (!parseString(key))
      return expected("a key in quotes");
    if (!consume(":"))
      return expected("':'");
    if (key == "descr") {
      hasDescr = true;
      if (!parseString(header.descr))
        return expected("the element type in quotes (records are not "
                        "supported)");
    } else if (key == "fortran_order") {
      hasOrder = true;
      header.fortranOrder = consume("True");
      if (!header.fortranOrder && !consume("False"))
        return expected("True or False");
    } else if (key == "shape") {
      hasShape = true;
      header.shape.clear();
      if (std::string wrong = parseShape(header.shape); !wrong.empty())
        return wrong;
    } else {
      return "found key " + quoteForMessage(key) +
             ", expected descr, fortran_order and shape";
    }
    if (!consume(",") && !rest.ltrim(" \n\t").starts_with("}"))
      return expected("',' or '}'");
  }
  if (!hasDescr || !hasOrder || !hasShape)
    return "expected descr, fortran_order and shape";
  return "";
}

/// The element type of a descr, given what the caller expects.
static std::optional<DType> getDTypeOfDescr(StringRef descr,
                                            std::optional<DType> expected) {
  if (descr == "<u2" && expected == DType::BF16)
    return DType::BF16;
  static const std::pair<StringLiteral, DType> known[] = {
      {"|b1", DType::I1},  {"|i1", DType::I8},  {"<i2", DType::I16},
      {"<i4", DType::I32}, {"<i8", DType::I64}, {"<f2", DType::F16},
      {"<f4", DType::F32}, {"<f8", DType::F64}};
  for (const auto &[name, dtype] : known)
    if (descr == name)
      return dtype;
  return std::nullopt;
}

static StringRef getDescr(DType dtype) {
  switch (dtype) {
  case DType::I1:
    return "|b1";
  case DType::I8:
    return "|i1";
  case DType::I16:
    return "<i2";
  case DType::I32:
    return "<i4";
  case DType::I64:
    return "<i8";
  case DType::F16:
    return "<f2";
  case DType::BF16:
    return "<u2";
  case DType::F32:
    return "<f4";
  case DType::F64:
    return "<f8";
  }
  llvm_unreachable("all element types are listed");
}

/// Reads magic, version and header text; leaves the file at its data.
static llvm::Error readHeader(StringRef path, FileDescriptor &file,
                              Header &header, uint64_t &dataOffset) {
  char start[12] = {};
  int64_t got = file.read(llvm::MutableArrayRef<char>(start, 10));
  if (got < 0)
    return makeFileError(path, "cannot be read: " + describeErrno(-got));
  if (got < 10 ||
      StringRef(start, sizeof(kMagic)) != StringRef(kMagic, sizeof(kMagic)))
    return makeFileError(
        path, "not a .npy file: it begins with " +
                  quoteForMessage(StringRef(start, std::min<int64_t>(got, 6))) +
                  ", expected '\\93NUMPY'");
  unsigned version = static_cast<unsigned char>(start[6]);
  uint64_t length = llvm::support::endian::read16le(start + 8);
  dataOffset = 10;
  if (version < 1 || version > 3)
    return makeFileError(path, ".npy format version " + llvm::Twine(version) +
                                   ", expected 1, 2 or 3");
  if (version > 1) {
    if (file.read(llvm::MutableArrayRef<char>(start + 10, 2)) != 2)
      return makeFileError(path, "truncated: it ends inside the header");
    length = llvm::support::endian::read32le(start + 8);
    dataOffset = 12;
  }
  if (length > kMaxHeader)
    return makeFileError(path, "a header of " + llvm::Twine(length) +
                                   " bytes, expected at most " +
                                   llvm::Twine(kMaxHeader));
  std::string text(length, '\0');
  got = file.read({text.data(), text.size()});
  if (got < 0)
    return makeFileError(path, "cannot be read: " + describeErrno(-got));
  if (static_cast<uint64_t>(got) != length)
    return makeFileError(path, "truncated: a header of " + llvm::Twine(length) +
                                   " bytes is announced, " + llvm::Twine(got) +
                                   " are there");
  dataOffset += length;
  if (std::string wrong = HeaderParser(text).parse(header); !wrong.empty())
    return makeFileError(path, "malformed header: " + wrong);
  return llvm::Error::success();
}

llvm::Expected<Tensor> mlir::emb::readNpy(StringRef path,
                                          std::optional<DType> expected) {
  uint64_t fileSize;
  llvm::Expected<FileDescriptor> file = openForReading(path, fileSize);
  if (!file)
    return file.takeError();
  Header header;
  uint64_t dataOffset;
  if (llvm::Error error = readHeader(path, *file, header, dataOffset))
    return std::move(error);
  std::optional<DType> dtype = getDTypeOfDescr(header.descr, expected);
  if (!dtype)
    return makeFileError(
        path, "element type " + quoteForMessage(header.descr) +
                  (expected ? ", expected '" + getDescr(*expected) + "' (" +
                                  stringify(*expected) + ")"
                            : llvm::Twine(", expected one of |b1 |i1 <i2 <i4 "
                                          "<i8 <f2 <f4 <f8")));
  if (expected && *dtype != *expected)
    return makeFileError(path, "element type " + quoteForMessage(header.descr) +
                                   " (" + stringify(*dtype) + "), expected '" +
                                   getDescr(*expected) + "' (" +
                                   stringify(*expected) + ")");

  // The size of the file bounds what a header can make us allocate.
  std::optional<uint64_t> bytes = countBytes(header.shape, *dtype);
  uint64_t found = fileSize - dataOffset;
  if (!bytes || *bytes != found)
    return makeFileError(
        path,
        "holds " + llvm::Twine(found) + " bytes of data, expected " +
            (bytes ? llvm::Twine(*bytes) : llvm::Twine("more than 2^64")) +
            " for " + formatShape(header.shape, *dtype));

  llvm::Expected<Tensor> tensor = allocateTensor(path, *dtype, header.shape);
  if (!tensor)
    return tensor;
  // In Fortran order the file holds the transposed tensor.
  TensorRef stored = tensor->ref();
  if (header.fortranOrder) {
    std::reverse(stored.shape.begin(), stored.shape.end());
    std::reverse(stored.strides.begin(), stored.strides.end());
  }
  std::string wrong = readElements(*file, dataOffset, stored);
  if (!wrong.empty())
    return makeFileError(path, wrong);
  return tensor;
}

/// Magic, version and header text, padded so that the data is aligned.
static std::string makeHeader(const TensorRef &tensor) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "{'descr': '" << getDescr(tensor.dtype)
     << "', 'fortran_order': False, 'shape': (";
  llvm::interleaveComma(tensor.shape, os);
  os << (tensor.getRank() == 1 ? ",), }" : "), }");
  // Real headers are far shorter than the 65535 bytes format 1.0 allows.
  text.append(63 - (10 + text.size()) % 64, ' ');
  text.push_back('\n');
  std::string start(kMagic, sizeof(kMagic));
  start += {'\1', '\0', static_cast<char>(text.size() & 255),
            static_cast<char>(text.size() >> 8)};
  return start + text;
}

llvm::Error mlir::emb::writeNpy(StringRef path, const TensorRef &tensor) {
  return writeFileAtomically(path, [&](AtomicFile &file) {
    int failure = file.write(makeHeader(tensor));
    return failure ? failure : writeElements(file, tensor);
  });
}
