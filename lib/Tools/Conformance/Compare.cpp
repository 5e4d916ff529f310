//===- Compare.cpp - Compare outputs with what they should be -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

#include "emb/ExecutionEngine/RuntimeValue.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

/// An element as a number: exact for every element type.
static long double load(DType dtype, const void *element) {
  if (isFloat(dtype))
    return loadAsDouble(dtype, element);
  Scalar scalar;
  scalar.dtype = dtype;
  std::memcpy(scalar.bytes, element, getByteWidth(dtype));
  return scalar.asInt();
}

/// How far `got` is beyond what is allowed: 0 if it passes, more than 1 or
/// infinite if it does not.
static long double getExcess(const OutputInfo &output, const void *got,
                             const void *want) {
  constexpr long double worst = std::numeric_limits<long double>::infinity();
  long double g = load(output.dtype, got), w = load(output.dtype, want);
  if (output.check == Check::Exact) {
    if (std::memcmp(got, want, getByteWidth(output.dtype)) == 0)
      return 0;
    long double distance = std::fabs(g - w);
    return distance > 0 ? 1 + distance : worst;
  }
  if (g == w || (std::isnan(g) && std::isnan(w)))
    return 0;
  if (!std::isfinite(g) || !std::isfinite(w))
    return worst;
  long double allowed = output.atol + output.rtol * std::fabs(w);
  long double distance = std::fabs(g - w);
  return distance <= allowed ? 0 : distance / allowed;
}

/// A number so that other numbers of the type read differently, with its bits
/// where they matter.
static std::string formatElement(const OutputInfo &output,
                                 const void *element) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (!isFloat(output.dtype)) {
    os << llvm::format("%.0Lf", load(output.dtype, element));
    return text;
  }
  double value = loadAsDouble(output.dtype, element);
  os << llvm::format(output.dtype == DType::F64 ? "%.17g" : "%.9g", value);
  if (output.check != Check::Exact)
    return text;
  uint64_t bits = 0;
  int64_t width = getByteWidth(output.dtype);
  std::memcpy(&bits, element, width);
  os << " (" << llvm::format_hex(bits, 2 + 2 * width) << ')';
  return text;
}

/// "[1, 2]", the position of element `number` in row-major order.
static std::string formatPosition(ArrayRef<int64_t> shape, int64_t number) {
  SmallVector<int64_t> position(shape.size());
  for (int64_t d = shape.size() - 1; d >= 0; --d) {
    position[d] = number % shape[d];
    number /= shape[d];
  }
  std::string text = "[";
  llvm::raw_string_ostream os(text);
  llvm::interleaveComma(position, os);
  os << ']';
  return text;
}

std::string conformance::compare(const OutputInfo &output, const TensorRef &got,
                                 const Tensor &want) {
  if (got.dtype != output.dtype || got.shape != output.shape)
    return "found " + formatShape(got.shape, got.dtype) + ", expected " +
           formatShape(output.shape, output.dtype);
  llvm::Expected<Tensor> copy = Tensor::copyOf(got);
  if (!copy)
    return llvm::toString(copy.takeError());

  int64_t size = want.getNumElements(), width = getByteWidth(output.dtype);
  const char *gotBytes = static_cast<const char *>(copy->data());
  const char *wantBytes = static_cast<const char *>(want.data());
  long double worstExcess = 0;
  int64_t worst = 0, wrong = 0;
  for (int64_t i = 0; i < size; ++i) {
    long double excess =
        getExcess(output, gotBytes + i * width, wantBytes + i * width);
    wrong += excess > 0;
    if (excess > worstExcess) {
      worstExcess = excess;
      worst = i;
    }
  }
  if (wrong == 0)
    return "";
  std::string rule = "exactly";
  if (output.check == Check::Close) {
    rule.clear();
    llvm::raw_string_ostream(rule)
        << llvm::format("within %g + %g * |want|", output.atol, output.rtol);
  }
  return llvm::formatv("worst element {0}: got {1}, want {2} {3}; {4} of {5} "
                       "elements are wrong",
                       formatPosition(output.shape, worst),
                       formatElement(output, gotBytes + worst * width),
                       formatElement(output, wantBytes + worst * width), rule,
                       wrong, size);
}
