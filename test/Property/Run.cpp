//===- Run.cpp - Call compiled code and compare ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Run.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

using namespace property;
using namespace mlir::emb;

namespace {

/// A tensor argument in memory whose other bytes must stay.
class GuardedTensor {
public:
  GuardedTensor(const Argument &argument, Layout layout);

  TensorRef ref() { return {first(), dtype, shape, strides}; }
  /// True if all bytes but, if `mayWrite`, those of the elements are as made.
  bool isIntact(bool mayWrite) const;

private:
  static constexpr int64_t kGuardBytes = 128;

  char *first() { return storage.data() + front; }
  template <typename Fn> void forEachOffset(Fn fn) const;

  DType dtype;
  int64_t width, count, front;
  Shape shape, strides;
  std::vector<char> storage, original;
};

using Bits = std::vector<uint64_t>;

/// What a call gave: the bits of each result, or a status.
struct Outcome {
  EmbStatus status = EMB_OK;
  std::string message;
  std::vector<Bits> results;
  std::vector<Shape> shapes;
  std::vector<DType> types;
  /// The argument that the call must not have written.
  std::string written;
};

} // namespace

GuardedTensor::GuardedTensor(const Argument &argument, Layout layout)
    : dtype(argument.dtype), width(getByteWidth(dtype)),
      count(argument.bits.size()), shape(argument.shape) {
  bool hasGaps = layout != Layout::Dense;
  int64_t rank = shape.size();
  int64_t extent = layout == Layout::StridedColumns ? 2 : 1;
  strides.resize(rank);
  for (int64_t i = 0; i < rank; ++i) {
    int64_t dim = layout == Layout::Transposed ? i : rank - 1 - i;
    strides[dim] = extent;
    extent = extent * shape[dim] + (hasGaps ? 3 : 0);
  }
  // Off any alignment but that of the element.
  front = kGuardBytes + (hasGaps ? width : 0);
  storage.assign(front + extent * width + kGuardBytes, char(0xFB));
  int64_t next = 0;
  forEachOffset([&](int64_t offset) {
    std::memcpy(first() + offset, &argument.bits[next++], width);
  });
  original = storage;
}

template <typename Fn> void GuardedTensor::forEachOffset(Fn fn) const {
  for (int64_t i = 0; i < count; ++i) {
    int64_t offset = 0, rest = i;
    for (int64_t dim = shape.size(); dim-- > 0;) {
      offset += rest % shape[dim] * strides[dim];
      rest /= shape[dim];
    }
    fn(offset * width);
  }
}

bool GuardedTensor::isIntact(bool mayWrite) const {
  if (!mayWrite)
    return storage == original;
  std::vector<char> expected = original;
  forEachOffset([&](int64_t offset) {
    std::memcpy(&expected[front + offset], &storage[front + offset], width);
  });
  return storage == expected;
}

static Bits readBits(const TensorRef &tensor) {
  Bits bits;
  int64_t width = getByteWidth(tensor.dtype), count = tensor.getNumElements();
  bits.reserve(count);
  for (int64_t i = 0; i < count; ++i) {
    int64_t offset = 0, rest = i;
    for (int64_t dim = tensor.getRank(); dim-- > 0;) {
      offset += rest % tensor.shape[dim] * tensor.strides[dim];
      rest /= tensor.shape[dim];
    }
    uint64_t element = 0;
    std::memcpy(&element,
                static_cast<const char *>(tensor.data) + offset * width, width);
    bits.push_back(element);
  }
  return bits;
}

static Outcome call(const Case &testCase, Executable &executable,
                    const CompiledFunction &function, int threads) {
  Outcome outcome;
  std::vector<std::unique_ptr<GuardedTensor>> tensors;
  std::vector<RuntimeValue> values;
  for (const Argument &argument : testCase.arguments) {
    if (argument.isScalar) {
      Scalar scalar;
      scalar.dtype = argument.dtype;
      std::memcpy(scalar.bytes, argument.bits.data(), 8);
      tensors.push_back(nullptr);
      values.push_back(scalar);
      continue;
    }
    tensors.push_back(
        std::make_unique<GuardedTensor>(argument, testCase.layout));
    values.push_back(tensors.back()->ref());
  }

  executable.setThreads(threads);
  auto results = function.call(values);
  if (results) {
    for (const RuntimeValue &result : *results) {
      outcome.results.push_back(readBits(result.getTensor()));
      outcome.shapes.push_back(result.getTensor().shape);
      outcome.types.push_back(result.getDType());
    }
  } else {
    llvm::Error error = results.takeError();
    outcome.status = getStatus(error);
    outcome.message = llvm::toString(std::move(error));
  }
  const mlir::emb::Signature &signature = function.getSignature();
  for (auto [position, tensor] : llvm::enumerate(tensors)) {
    bool mayWrite =
        outcome.status == EMB_OK && signature.arguments[position].written;
    if (tensor && !tensor->isIntact(mayWrite))
      outcome.written = testCase.arguments[position].name;
  }
  return outcome;
}

static std::string formatPosition(const Shape &shape, size_t element) {
  std::string text;
  for (int64_t dim = shape.size(); dim-- > 0;) {
    text = std::to_string(element % shape[dim]) + (text.empty() ? "" : ", ") +
           text;
    element /= shape[dim];
  }
  return "[" + text + "]";
}

static std::optional<std::string> compare(const Expected &want,
                                          const Outcome &got, size_t number,
                                          Counts &counts) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (got.shapes[number] != want.shape || got.types[number] != want.dtype) {
    os << want.name << ": got "
       << formatShape(got.shapes[number], got.types[number]) << ", want "
       << formatShape(want.shape, want.dtype);
    return text;
  }
  Format format = getFormat(want.dtype);
  const Bits &bits = got.results[number];
  size_t differing = 0, worst = 0;
  double worstExcess = -1;
  for (size_t i = 0; i < bits.size(); ++i) {
    const Value &value = want.values[i];
    counts.exact += value.isPoint();
    counts.unchecked += value.isUnknown;
    double excess = 0;
    if (value.allows(format, bits[i], &excess))
      continue;
    ++differing;
    if (excess > worstExcess) {
      worstExcess = excess;
      worst = i;
    }
  }
  counts.values += bits.size();
  if (!differing)
    return std::nullopt;
  os << want.name << formatPosition(want.shape, worst) << ": got ";
  if (isFloat(want.dtype))
    os << llvm::format("%.17g", decode(format, bits[worst])) << " (0x"
       << llvm::utohexstr(bits[worst]) << "), want "
       << want.values[worst].str();
  else
    os << int64_t(bits[worst]) << ", want "
       << int64_t(*want.values[worst].bits);
  os << ", off by " << llvm::format("%.3g", worstExcess) << " tolerances; "
     << differing << " of " << bits.size() << " elements differ";
  return text;
}

std::optional<Problem> property::runCase(const Case &testCase,
                                         Executable &executable,
                                         llvm::StringRef name, Counts &counts) {
  auto function = executable.lookup(name);
  if (!function)
    return Problem{llvm::toString(function.takeError())};
  Outcome outcome = call(testCase, executable, *function, testCase.threads);
  if (!outcome.written.empty())
    return Problem{"wrote to " + outcome.written +
                   (outcome.status ? " before it failed" : " or beside it")};
  EmbStatus want = testCase.failure.value_or(EMB_OK);
  if (outcome.status != want)
    return Problem{std::string("got status '") + embStatusName(outcome.status) +
                   "' (" + outcome.message + "), want '" + embStatusName(want) +
                   "'"};
  if (want != EMB_OK)
    return std::nullopt;

  if (outcome.results.size() != testCase.results.size())
    return Problem{"got " + std::to_string(outcome.results.size()) +
                   " results, want " + std::to_string(testCase.results.size())};
  for (size_t i = 0; i < testCase.results.size(); ++i)
    if (auto text = compare(testCase.results[i], outcome, i, counts))
      return Problem{*text, int(i)};
  if (!testCase.compareThreads)
    return std::nullopt;
  Outcome alone = call(testCase, executable, *function, 1);
  for (size_t i = 0; i < testCase.results.size(); ++i)
    if (alone.status || alone.results[i] != outcome.results[i])
      return Problem{testCase.results[i].name +
                         ": other bits on one thread than on " +
                         std::to_string(testCase.threads),
                     int(i)};
  return std::nullopt;
}
