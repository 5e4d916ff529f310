//===- ParseArgument.cpp - Arguments from text ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TensorFiles.h"
#include "emb/Tools/EmbRun.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::emb;

/// Whether an integer type can hold the number.
static bool fitsInteger(DType dtype, int64_t value) {
  int64_t bits = dtype == DType::I1 ? 1 : 8 * getByteWidth(dtype);
  if (dtype == DType::I1)
    return value == 0 || value == 1;
  return bits == 64 || llvm::isIntN(bits, value);
}

static std::optional<Scalar> parseNumber(StringRef text, DType dtype) {
  if (isFloat(dtype)) {
    double value;
    if (text.getAsDouble(value))
      return std::nullopt;
    return Scalar::fromDouble(dtype, value);
  }
  if (dtype == DType::I1 && (text == "true" || text == "false"))
    return Scalar::fromInt(dtype, text == "true");
  int64_t value;
  if (text.getAsInteger(10, value) || !fitsInteger(dtype, value))
    return std::nullopt;
  return Scalar::fromInt(dtype, value);
}

namespace {
/// A counter-based generator: the same numbers on every machine.
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}

  uint64_t next() {
    state += 0x9e3779b97f4a7c15;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// In (0, 1].
  double uniform() { return ((next() >> 11) + 1) * 0x1p-53; }
  /// In [0, bound).
  int64_t below(int64_t bound) {
    return static_cast<int64_t>(
        (static_cast<unsigned __int128>(next()) * bound) >> 64);
  }
  /// Standard normal; every second one comes from the same two uniform ones.
  double normal() {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    double radius = std::sqrt(-2.0 * std::log(uniform()));
    double angle = 2.0 * 3.14159265358979323846 * uniform();
    spare = radius * std::sin(angle);
    hasSpare = true;
    return radius * std::cos(angle);
  }

private:
  uint64_t state;
  double spare = 0;
  bool hasSpare = false;
};
} // namespace

static llvm::Expected<Tensor> makeRandom(StringRef spec, DType expected,
                                         StringRef what) {
  auto fail = [&](const llvm::Twine &found) {
    return makeError(EMB_INVALID_ARGUMENT,
                     what + ": " + found +
                         ", expected random:SHAPExTYPE:SEED for floats or "
                         "random:SHAPExTYPE:SEED:BOUND for integers, such as "
                         "random:1000x64xf32:7 or random:100xi64:7:1000");
  };
  SmallVector<StringRef, 4> parts;
  spec.split(parts, ':');
  if (parts.size() != 3 && parts.size() != 4)
    return fail("found '" + spec + "'");
  auto type = ValueType::parse(("tensor<" + parts[1] + ">").str());
  if (!type || llvm::is_contained(type->shape, kDynamicSize))
    return fail("found '" + parts[1] + "' as shape and type");
  if (type->dtype != expected)
    return makeError(EMB_INVALID_ARGUMENT,
                     what + ": found '" + spec + "' with elements " +
                         stringify(type->dtype) + ", expected " +
                         stringify(expected));
  uint64_t seed;
  if (parts[2].getAsInteger(10, seed))
    return fail("found '" + parts[2] + "' as seed");
  if (isFloat(type->dtype) != (parts.size() == 3))
    return fail("found '" + spec + "'");
  int64_t bound = 0;
  if (parts.size() == 4 && (parts[3].getAsInteger(10, bound) || bound < 1 ||
                            !fitsInteger(type->dtype, bound - 1)))
    return fail("found '" + parts[3] + "' as bound");

  llvm::Expected<Tensor> tensor = Tensor::empty(type->dtype, type->shape);
  if (!tensor)
    return tensor;
  Random random(seed);
  auto *element = static_cast<char *>(tensor->data());
  int64_t width = getByteWidth(type->dtype);
  for (int64_t i = 0, n = tensor->getNumElements(); i < n; ++i) {
    Scalar scalar = bound ? Scalar::fromInt(type->dtype, random.below(bound))
                          : Scalar::fromDouble(type->dtype, random.normal());
    std::memcpy(element + i * width, scalar.bytes, width);
  }
  return tensor;
}

namespace {
/// Reads nested lists of numbers.
class ListReader {
public:
  ListReader(DType dtype, StringRef what) : dtype(dtype), what(what) {}

  llvm::Expected<Tensor> read(const llvm::json::Value &list);

private:
  llvm::Error fail(const llvm::Twine &found) const {
    return makeError(EMB_INVALID_ARGUMENT,
                     what + ": " + found + ", expected " + stringify(dtype) +
                         " numbers in lists of equal length");
  }
  llvm::Error readFrom(const llvm::json::Value &value, size_t dimension);

  DType dtype;
  StringRef what;
  Shape shape;
  std::vector<Scalar> elements;
};
} // namespace

llvm::Error ListReader::readFrom(const llvm::json::Value &value,
                                 size_t dimension) {
  if (const llvm::json::Array *list = value.getAsArray()) {
    if (dimension == shape.size())
      return fail("found lists of different depth");
    if (static_cast<int64_t>(list->size()) != shape[dimension])
      return fail("found a list of length " + llvm::Twine(list->size()) +
                  " beside one of length " + llvm::Twine(shape[dimension]));
    for (const llvm::json::Value &item : *list)
      if (llvm::Error error = readFrom(item, dimension + 1))
        return error;
    return llvm::Error::success();
  }
  if (dimension != shape.size())
    return fail("found lists of different depth");
  std::string text;
  llvm::raw_string_ostream(text) << value;
  std::optional<Scalar> scalar = parseNumber(text, dtype);
  if (!scalar)
    return fail("found " + text);
  elements.push_back(*scalar);
  return llvm::Error::success();
}

llvm::Expected<Tensor> ListReader::read(const llvm::json::Value &list) {
  for (const llvm::json::Value *value = &list;
       const llvm::json::Array *items = value->getAsArray();
       value = &items->front()) {
    shape.push_back(items->size());
    if (items->empty())
      break;
  }
  if (llvm::Error error = readFrom(list, 0))
    return std::move(error);
  llvm::Expected<Tensor> tensor = Tensor::empty(dtype, shape);
  if (!tensor)
    return tensor;
  int64_t width = getByteWidth(dtype);
  for (auto [i, scalar] : llvm::enumerate(elements))
    std::memcpy(static_cast<char *>(tensor->data()) + i * width, scalar.bytes,
                width);
  return tensor;
}

llvm::Expected<RuntimeValue> mlir::emb::parseRunArgument(StringRef spec,
                                                         const ValueType &type,
                                                         StringRef what) {
  if (!type.isTensor) {
    std::optional<Scalar> scalar = parseNumber(spec, type.dtype);
    if (!scalar)
      return makeError(EMB_INVALID_ARGUMENT, what + ": found '" + spec +
                                                 "', expected a number of "
                                                 "type " +
                                                 type.str());
    return RuntimeValue(*scalar);
  }
  auto make = [&]() -> llvm::Expected<Tensor> {
    if (spec.starts_with("random:"))
      return makeRandom(spec, type.dtype, what);
    if (!spec.starts_with("["))
      return readTensorFile(spec, type.dtype, what);
    llvm::Expected<llvm::json::Value> list = llvm::json::parse(spec);
    if (!list)
      return makeError(EMB_INVALID_ARGUMENT,
                       what + ": found '" + spec +
                           "', expected lists such as [1, 2, 3]: " +
                           llvm::toString(list.takeError()));
    return ListReader(type.dtype, what).read(*list);
  };
  llvm::Expected<Tensor> tensor = make();
  if (!tensor)
    return tensor.takeError();
  return RuntimeValue(std::move(*tensor));
}
