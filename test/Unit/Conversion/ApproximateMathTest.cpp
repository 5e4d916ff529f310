//===- ApproximateMathTest.cpp - f32 functions against f64 ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What emb-approximate-math promises, with the C library's f64 functions as the
// reference: their own error is 2^-29 of what is measured here.
//
//   EmbConversionTests --gtest_also_run_disabled_tests
//
// goes through all 2^32 arguments instead of every 1009th (half a minute for
// each function).
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Executable.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <ostream>

using namespace mlir;
using namespace mlir::emb;

namespace {
struct Function {
  const char *name;
  double (*exact)(double);
  /// In units of the last place, rounded up: it is stated in Passes.td.
  double bound;
};

std::ostream &operator<<(std::ostream &os, const Function &function) {
  return os << function.name;
}

const Function functions[] = {
    {"erf", std::erf, 1.21},     {"exp", std::exp, 0.97},
    {"exp2", std::exp2, 0.97},   {"expm1", std::expm1, 1.27},
    {"log", std::log, 0.87},     {"log2", std::log2, 0.87},
    {"log10", std::log10, 0.87}, {"log1p", std::log1p, 0.87},
    {"tanh", std::tanh, 1.34},
};

class ApproximateMath : public ::testing::TestWithParam<Function> {};

constexpr size_t blockSize = 1 << 16;
} // namespace

static float toFloat(uint32_t bits) {
  float number;
  std::memcpy(&number, &bits, sizeof(number));
  return number;
}

static uint32_t toBits(float number) {
  uint32_t bits;
  std::memcpy(&bits, &number, sizeof(bits));
  return bits;
}

static CompiledFunction compile(const std::string &text, unsigned optLevel = 3,
                                const std::string &cpu = "") {
  CompileOptions options;
  options.useCache = false;
  options.threads = 1;
  options.optLevel = optLevel;
  options.cpu = cpu;
  auto program = compileString(text, options);
  EXPECT_TRUE(static_cast<bool>(program))
      << llvm::toString(program.takeError()) << text;
  return llvm::cantFail((*program)->lookup("f"));
}

/// A loop over one number after the other, which LLVM vectorizes if it is asked
/// to optimise.
static std::string makeLoop(const Function &function) {
  return "func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {\n"
         "  %0 = math." +
         std::string(function.name) +
         " %x : tensor<?xf32>\n"
         "  return %0 : tensor<?xf32>\n"
         "}\n";
}

/// A loop over vectors; the size must be a multiple of the number of lanes.
static std::string makeVectors(const Function &function, int lanes) {
  std::string vector = "vector<" + std::to_string(lanes) + "xf32>";
  return "func.func @f(%x: tensor<?xf32>) -> tensor<?xf32> {\n"
         "  %c0 = arith.constant 0 : index\n"
         "  %step = arith.constant " +
         std::to_string(lanes) +
         " : index\n"
         "  %zero = arith.constant 0.0 : f32\n"
         "  %n = tensor.dim %x, %c0 : tensor<?xf32>\n"
         "  %e = tensor.empty(%n) : tensor<?xf32>\n"
         "  %r = scf.for %i = %c0 to %n step %step iter_args(%y = %e)"
         " -> tensor<?xf32> {\n"
         "    %v = vector.transfer_read %x[%i], %zero {in_bounds = [true]}"
         " : tensor<?xf32>, " +
         vector + "\n    %w = math." + function.name + " %v : " + vector +
         "\n    %z = vector.transfer_write %w, %y[%i] {in_bounds = [true]} : " +
         vector +
         ", tensor<?xf32>\n"
         "    scf.yield %z : tensor<?xf32>\n"
         "  }\n"
         "  return %r : tensor<?xf32>\n"
         "}\n";
}

static std::vector<float> compute(const CompiledFunction &function,
                                  std::vector<float> &arguments) {
  auto results =
      function.call({TensorRef(arguments.data(), {int64_t(arguments.size())})});
  EXPECT_TRUE(static_cast<bool>(results))
      << llvm::toString(results.takeError());
  TensorRef result = (*results)[0].getTensor();
  auto *numbers = static_cast<const float *>(result.data);
  return std::vector<float>(numbers, numbers + arguments.size());
}

/// How far `got` is from `exact`, in units of the last place of the latter;
/// infinite where no error is allowed: NaN, zeros, signs, infinities.
static double getError(float got, double exact) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  if (std::isnan(exact) || std::isnan(got))
    return std::isnan(exact) == std::isnan(got) ? 0 : wrong;
  if (std::signbit(got) != std::signbit(exact))
    return wrong;
  float nearest = static_cast<float>(exact);
  if (exact == 0 || std::isinf(nearest) || std::isinf(got))
    return got == nearest ? 0 : wrong;
  int exponent = std::max(std::ilogb(exact), -126);
  return std::fabs(got - exact) / std::ldexp(1.0, exponent - 23);
}

static void measure(const Function &function, uint64_t stride) {
  CompiledFunction compiled = compile(makeLoop(function));
  double largest = 0;
  float at = 0;
  std::vector<float> arguments(blockSize);
  for (uint64_t first = 0; first >> 32 == 0; first += blockSize * stride) {
    for (size_t i = 0; i < blockSize; ++i)
      arguments[i] = toFloat(static_cast<uint32_t>(first + i * stride));
    std::vector<float> results = compute(compiled, arguments);
    for (size_t i = 0; i < blockSize; ++i) {
      double error = getError(results[i], function.exact(arguments[i]));
      if (error > largest) {
        largest = error;
        at = arguments[i];
      }
    }
  }
  EXPECT_LE(largest, function.bound)
      << function.name << "(" << at << "), bits 0x" << std::hex << toBits(at);
}

/// Zeros, infinities, NaN, powers of two and what is next to them, places where
/// a formula changes: their neighbourhoods.
static std::vector<float> makeEdges() {
  std::vector<uint32_t> centers;
  for (uint32_t exponent = 0; exponent < 256; ++exponent)
    centers.push_back(exponent << 23);
  for (float center :
       {0.34657359f, 0.625f, 0.875f, 4.0f, 1.0397208f, 9.0109f, 17.32868f,
        40.0f, 87.33654f, 88.72284f, 103.97208f, 126.0f, 127.5f, 149.5f,
        0.70710678f, 1.4142135f, 0.29289322f})
    centers.push_back(toBits(center));
  std::vector<float> edges;
  for (uint32_t center : centers)
    for (uint32_t i = 0; i < 64; ++i)
      for (uint32_t sign : {0u, 0x80000000u})
        edges.push_back(toFloat((center - 32 + i) ^ sign));
  return edges;
}

TEST_P(ApproximateMath, IsExactAsStatedOnASample) { measure(GetParam(), 1009); }

TEST_P(ApproximateMath, DISABLED_IsExactAsStated) { measure(GetParam(), 1); }

TEST_P(ApproximateMath, IsExactAsStatedAtEdges) {
  const Function &function = GetParam();
  std::vector<float> edges = makeEdges();
  std::vector<float> results = compute(compile(makeLoop(function)), edges);
  for (size_t i = 0; i < edges.size(); ++i)
    EXPECT_LE(getError(results[i], function.exact(edges[i])), function.bound)
        << function.name << "(" << edges[i] << ") is " << results[i];
}

TEST_P(ApproximateMath, HasTheSameBitsForAnyNumberOfLanes) {
  const Function &function = GetParam();
  std::vector<float> arguments = makeEdges();
  for (uint32_t bits = 0; bits < 0xFFFF0000; bits += 65521)
    arguments.push_back(toFloat(bits));
  arguments.resize(arguments.size() / 16 * 16);
  std::vector<float> want = compute(compile(makeLoop(function)), arguments);

  std::vector<CompiledFunction> others = {
      compile(makeLoop(function), 0), compile(makeVectors(function, 1)),
      compile(makeVectors(function, 4)), compile(makeVectors(function, 16)),
      compile(makeVectors(function, 16), 0)};
#ifdef __x86_64__
  // Without AVX and FMA.
  others.push_back(compile(makeLoop(function), 3, "x86-64"));
#endif
  for (size_t k = 0; k < others.size(); ++k) {
    std::vector<float> got = compute(others[k], arguments);
    for (size_t i = 0; i < arguments.size(); ++i)
      ASSERT_EQ(toBits(got[i]), toBits(want[i]))
          << function.name << "(" << arguments[i] << "), way " << k;
  }
}

INSTANTIATE_TEST_SUITE_P(Functions, ApproximateMath,
                         ::testing::ValuesIn(functions),
                         [](const ::testing::TestParamInfo<Function> &info)
                             -> std::string { return info.param.name; });
