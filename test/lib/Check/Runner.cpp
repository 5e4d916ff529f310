//===- Runner.cpp - Call a test and compare -------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Runner.h"
#include "Compare.h"

#include "mlir/IR/Diagnostics.h"

#include <cstring>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::check;

namespace {

/// A tensor argument in the middle of memory that nobody may write.
class GuardedTensor {
public:
  GuardedTensor(const Elements &elements, Layout layout);

  TensorRef ref() { return TensorRef(first(), dtype, shape, strides); }
  /// True if all bytes but, if `mayWrite`, those of the elements are as made.
  bool isIntact(bool mayWrite) const;

private:
  static constexpr int64_t kGuardBytes = 256;
  static constexpr unsigned char kGuard = 0xFB;

  unsigned char *first() { return begin + frontBytes; }
  int64_t getOffset(int64_t element) const;

  DType dtype;
  int64_t width, count, frontBytes;
  Shape shape, strides;
  std::vector<unsigned char> storage, original;
  unsigned char *begin;
};

} // namespace

GuardedTensor::GuardedTensor(const Elements &elements, Layout layout)
    : dtype(elements.dtype), width(getByteWidth(dtype)),
      count(elements.bits.size()), shape(elements.shape) {
  // An odd gap after each row and after each further dimension.
  bool hasGaps = layout != Layout::Dense;
  int64_t rank = shape.size();
  strides.resize(rank);
  int64_t extent = layout == Layout::StridedColumns ? 2 : 1;
  for (int64_t i = 0; i < rank; ++i) {
    int64_t dim = layout == Layout::Transposed ? i : rank - 1 - i;
    strides[dim] = extent;
    extent *= shape[dim];
    if (hasGaps)
      extent += 3;
  }
  frontBytes = kGuardBytes + (hasGaps ? width : 0);
  int64_t bytes = frontBytes + extent * width + kGuardBytes;
  storage.assign(bytes + EMB_ALIGNMENT, kGuard);
  begin = storage.data();
  begin += -reinterpret_cast<uintptr_t>(begin) % EMB_ALIGNMENT;
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(first() + getOffset(i), &elements.bits[i], width);
  original = storage;
}

int64_t GuardedTensor::getOffset(int64_t element) const {
  int64_t offset = 0;
  for (int64_t dim = shape.size(); dim-- > 0;) {
    offset += element % shape[dim] * strides[dim];
    element /= shape[dim];
  }
  return offset * width;
}

bool GuardedTensor::isIntact(bool mayWrite) const {
  if (!mayWrite)
    return storage == original;
  std::vector<unsigned char> expected = original;
  size_t base = begin - storage.data() + frontBytes;
  for (int64_t i = 0; i < count; ++i) {
    size_t at = base + getOffset(i);
    std::memcpy(&expected[at], &storage[at], width);
  }
  return storage == expected;
}

static RuntimeValue makeScalar(const Elements &number) {
  Scalar scalar;
  scalar.dtype = number.dtype;
  std::memcpy(scalar.bytes, number.bits.data(), getByteWidth(number.dtype));
  return scalar;
}

/// Reports what is wrong with the failure of a call that had to fail.
static bool checkFailure(const CheckedFunction &test, llvm::Error error) {
  std::string status = embStatusName(getStatus(error));
  std::string message = llvm::toString(std::move(error));
  bool ok = true;
  if (!StringRef(message).contains(*test.error)) {
    emitError(test.loc) << "@" << test.name << ": failed with '" << message
                        << "', want an error that says '" << *test.error << "'";
    ok = false;
  }
  if (test.status && status != *test.status) {
    emitError(test.loc) << "@" << test.name << ": failed with status '"
                        << status << "', want '" << *test.status << "'";
    ok = false;
  }
  return ok;
}

static bool checkResults(const CheckedFunction &test,
                         ArrayRef<RuntimeValue> results) {
  bool ok = true;
  for (const Expectation &expectation : test.expectations) {
    Elements want = expectation.want
                        ? Elements::of(expectation.want)
                        : Elements::of(results[expectation.wantResult]);
    std::optional<std::string> problem = compare(
        Elements::of(results[expectation.got]), want, expectation.tolerance);
    if (!problem)
      continue;
    emitError(expectation.loc)
        << "@" << test.name << ": " << expectation.op << ": " << *problem;
    ok = false;
  }
  return ok;
}

static bool runOnce(const CheckedFunction &test,
                    const CompiledFunction &function, Layout layout) {
  // The tensors, with null for scalars.
  std::vector<std::unique_ptr<GuardedTensor>> tensors;
  std::vector<RuntimeValue> arguments;
  for (TypedAttr argument : test.arguments) {
    Elements elements = Elements::of(argument);
    if (!elements.isTensor) {
      tensors.push_back(nullptr);
      arguments.push_back(makeScalar(elements));
      continue;
    }
    tensors.push_back(std::make_unique<GuardedTensor>(elements, layout));
    arguments.push_back(tensors.back()->ref());
  }

  bool ok = true;
  auto results = function.call(arguments);
  bool succeeded = static_cast<bool>(results);
  if (!succeeded && test.error) {
    ok = checkFailure(test, results.takeError());
  } else if (!succeeded) {
    emitError(test.loc) << "@" << test.name
                        << ": failed: " << llvm::toString(results.takeError());
    ok = false;
  } else if (test.error) {
    emitError(test.loc) << "@" << test.name << ": succeeded, want an error "
                        << "that says '" << *test.error << "'";
    ok = false;
  } else {
    ok = checkResults(test, *results);
  }

  const Signature &signature = function.getSignature();
  for (auto [position, tensor] : llvm::enumerate(tensors)) {
    bool mayWrite = succeeded && signature.arguments[position].written;
    if (!tensor || tensor->isIntact(mayWrite))
      continue;
    emitError(test.loc) << "@" << test.name << ": wrote "
                        << (mayWrite    ? "outside of "
                            : succeeded ? "without declaring it to "
                                        : "before it failed to ")
                        << signature.describeArgument(position);
    ok = false;
  }
  return ok;
}

bool mlir::emb::check::runTest(const CheckedFunction &test,
                               const Executable &executable,
                               const RunOptions &options) {
  auto function = executable.lookup(test.name);
  if (!function) {
    emitError(test.loc) << llvm::toString(function.takeError());
    return false;
  }
  for (unsigned i = 0; i < options.repeat; ++i)
    if (!runOnce(test, *function, options.layout))
      return false;
  return true;
}
