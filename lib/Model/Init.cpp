//===- Init.cpp - First values of parameters ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Model/Init.h"

#include "emb/ExecutionEngine/Error.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Parallel.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::emb;
using llvm::APFloat;

/// Elements that one task fills; even, so that no pair is computed twice.
static constexpr uint64_t kTaskElements = 1 << 14;

namespace {
/// Numbers of an interval, low <= x <= high, which the element type has.
struct Interval {
  double low, high;
};

/// What of an initializer's options and a shape remains to be computed with.
struct Distribution {
  enum Kind { Normal, Uniform, Constant } kind = Constant;
  /// Number x of the stream becomes offset + scale x.
  double offset = 0, scale = 0;
  /// Uniform: numbers stay below.
  double end = 0;
};
} // namespace

static llvm::Error makeInitError(const llvm::Twine &what) {
  return makeError(EMB_INVALID_ARGUMENT, what);
}

static std::string format(double number) {
  llvm::SmallString<32> text;
  APFloat(number).toString(text, /*FormatPrecision=*/6);
  return text.str().str();
}

static llvm::Error checkFinite(StringRef what, double value) {
  if (std::isfinite(value))
    return llvm::Error::success();
  return makeInitError(what + ": found " + format(value) +
                       ", expected a finite number");
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

namespace {
/// The numbers of inputs and outputs that an element of a weight connects.
struct Fans {
  double in = 1, out = 1;
};
} // namespace

static llvm::Expected<Fans> getFans(StringRef what, const TensorRef &tensor) {
  if (tensor.getRank() < 2)
    return makeInitError(what + ": found a tensor of rank " +
                         llvm::Twine(tensor.getRank()) + " (" +
                         formatShape(tensor.shape, tensor.dtype) +
                         "), expected at least 2: the fans of others are not "
                         "known");
  Fans fans = {static_cast<double>(tensor.shape[1]),
               static_cast<double>(tensor.shape[0])};
  for (int64_t size : ArrayRef(tensor.shape).drop_front(2)) {
    fans.in *= size;
    fans.out *= size;
  }
  return fans;
}

static llvm::Expected<Distribution> getDistribution(const Normal &options,
                                                    const TensorRef &tensor) {
  if (llvm::Error error = checkFinite("Normal: mean", options.mean))
    return std::move(error);
  if (llvm::Error error = checkFinite("Normal: std", options.std))
    return std::move(error);
  if (options.std < 0)
    return makeInitError("Normal: std: found " + format(options.std) +
                         ", expected a number >= 0");
  return Distribution{Distribution::Normal, options.mean, options.std};
}

static llvm::Expected<Distribution> getDistribution(const Uniform &options,
                                                    const TensorRef &tensor) {
  if (llvm::Error error = checkFinite("Uniform: a", options.a))
    return std::move(error);
  if (llvm::Error error = checkFinite("Uniform: b", options.b))
    return std::move(error);
  // The width must not overflow either.
  if (llvm::Error error = checkFinite("Uniform: b - a", options.b - options.a))
    return std::move(error);
  if (options.a > options.b)
    return makeInitError("Uniform: found a = " + format(options.a) +
                         " and b = " + format(options.b) + ", expected a <= b");
  return Distribution{Distribution::Uniform, options.a, options.b - options.a,
                      options.b};
}

static Distribution getUniformWithin(double bound) {
  return {Distribution::Uniform, -bound, 2 * bound, bound};
}

static llvm::Expected<Distribution>
getDistribution(const KaimingUniform &options, const TensorRef &tensor) {
  if (llvm::Error error = checkFinite("KaimingUniform: a", options.a))
    return std::move(error);
  llvm::Expected<Fans> fans = getFans("KaimingUniform", tensor);
  if (!fans)
    return fans.takeError();
  return getUniformWithin(
      std::sqrt(6.0 / ((1.0 + options.a * options.a) * fans->in)));
}

static llvm::Expected<Distribution>
getDistribution(const XavierUniform &options, const TensorRef &tensor) {
  if (llvm::Error error = checkFinite("XavierUniform: gain", options.gain))
    return std::move(error);
  if (options.gain < 0)
    return makeInitError("XavierUniform: gain: found " + format(options.gain) +
                         ", expected a number >= 0");
  llvm::Expected<Fans> fans = getFans("XavierUniform", tensor);
  if (!fans)
    return fans.takeError();
  return getUniformWithin(options.gain *
                          std::sqrt(6.0 / (fans->in + fans->out)));
}

static llvm::Expected<Distribution> getDistribution(const Constant &options,
                                                    const TensorRef &tensor) {
  if (llvm::Error error = checkFinite("Constant: value", options.value))
    return std::move(error);
  return Distribution{Distribution::Constant, options.value, 0};
}

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

static const llvm::fltSemantics &getSemantics(DType dtype) {
  switch (dtype) {
  case DType::F16:
    return APFloat::IEEEhalf();
  case DType::BF16:
    return APFloat::BFloat();
  case DType::F32:
    return APFloat::IEEEsingle();
  default:
    return APFloat::IEEEdouble();
  }
}

/// The numbers of `dtype` in [a, b). If there is none: a, which will be
/// rounded.
static Interval getInterval(DType dtype, double a, double b) {
  auto round = [&](double number, llvm::RoundingMode mode) {
    APFloat rounded(number);
    bool losesInfo;
    rounded.convert(getSemantics(dtype), mode, &losesInfo);
    return rounded;
  };
  APFloat low = round(a, llvm::RoundingMode::TowardPositive);
  APFloat high = round(b, llvm::RoundingMode::TowardNegative);
  if (high.convertToDouble() >= b)
    high.next(/*nextDown=*/true);
  if (low > high)
    return {a, a};
  return {low.convertToDouble(), high.convertToDouble()};
}

//===----------------------------------------------------------------------===//
// Filling
//===----------------------------------------------------------------------===//

/// Stores value(i) in each element i of [begin, end).
template <typename ValueFn>
static void fillRange(const TensorRef &tensor, uint64_t begin, uint64_t end,
                      ValueFn value) {
  int64_t rank = tensor.getRank();
  int64_t width = getByteWidth(tensor.dtype);
  Shape index(rank, 0);
  auto *element = static_cast<char *>(tensor.data);
  uint64_t rest = begin;
  for (int64_t d = rank - 1; d >= 0; --d) {
    index[d] = rest % tensor.shape[d];
    rest /= tensor.shape[d];
    element += index[d] * tensor.strides[d] * width;
  }
  for (uint64_t i = begin; i < end; ++i) {
    storeFromDouble(tensor.dtype, value(i), element);
    for (int64_t d = rank - 1; d >= 0; --d) {
      element += tensor.strides[d] * width;
      if (++index[d] < tensor.shape[d])
        break;
      element -= index[d] * tensor.strides[d] * width;
      index[d] = 0;
    }
  }
}

/// Calls fill(begin, end) for parts of the elements, in several threads.
static void forEachPart(const TensorRef &tensor,
                        llvm::function_ref<void(uint64_t, uint64_t)> fill) {
  uint64_t count = tensor.getNumElements();
  llvm::parallelFor(0, (count + kTaskElements - 1) / kTaskElements,
                    [&](size_t task) {
                      uint64_t begin = task * kTaskElements;
                      fill(begin, std::min(begin + kTaskElements, count));
                    });
}

/// Fills with offset + scale x, within `interval`, x being the numbers that
/// `getPair` gives two by two.
template <typename PairFn>
static void fillFromPairs(const TensorRef &tensor, Distribution distribution,
                          Interval interval, PairFn getPair) {
  forEachPart(tensor, [&](uint64_t begin, uint64_t end) {
    std::array<double, 2> pair = {};
    fillRange(tensor, begin, end, [&](uint64_t i) {
      if (i % 2 == 0)
        pair = getPair(i / 2);
      double scaled = distribution.scale * pair[i % 2];
      return std::clamp(distribution.offset + scaled, interval.low,
                        interval.high);
    });
  });
}

static llvm::Error checkTensor(const TensorRef &tensor) {
  std::string type = formatShape(tensor.shape, tensor.dtype);
  if (!isFloat(tensor.dtype))
    return makeInitError("first values: found a tensor of " + type +
                         ", expected floats");
  if (tensor.readOnly)
    return makeInitError("first values: the tensor of " + type +
                         " is read-only");
  for (auto [size, stride] : llvm::zip(tensor.shape, tensor.strides))
    if (size > 1 && stride == 0)
      return makeInitError("first values: found a tensor of " + type +
                           " with a stride of 0, expected elements in places "
                           "of their own");
  return llvm::Error::success();
}

llvm::Error mlir::emb::initialize(TensorRef tensor, const Init &init,
                                  uint64_t seed, StringRef name) {
  if (llvm::Error error = checkTensor(tensor))
    return error;
  RandomStream random(seed, name);
  if (const auto *function = std::get_if<InitFn>(&init)) {
    if (!*function)
      return makeInitError("InitFn: found an empty function");
    forEachPart(tensor, [&](uint64_t begin, uint64_t end) {
      fillRange(tensor, begin, end, [&](uint64_t i) {
        return (*function)(i, tensor.shape, random);
      });
    });
    return llvm::Error::success();
  }

  llvm::Expected<Distribution> distribution = std::visit(
      [&](const auto &options) -> llvm::Expected<Distribution> {
        if constexpr (std::is_same_v<std::decay_t<decltype(options)>, InitFn>)
          return Distribution{};
        else
          return getDistribution(options, tensor);
      },
      init);
  if (!distribution)
    return distribution.takeError();
  double offset = distribution->offset;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  switch (distribution->kind) {
  case Distribution::Constant:
    forEachPart(tensor, [&](uint64_t begin, uint64_t end) {
      fillRange(tensor, begin, end, [&](uint64_t) { return offset; });
    });
    break;
  case Distribution::Normal:
    fillFromPairs(tensor, *distribution, {-kInfinity, kInfinity},
                  [&](uint64_t pair) { return random.normalPair(pair); });
    break;
  case Distribution::Uniform:
    fillFromPairs(tensor, *distribution,
                  getInterval(tensor.dtype, offset, distribution->end),
                  [&](uint64_t pair) { return random.uniformPair(pair); });
    break;
  }
  return llvm::Error::success();
}
