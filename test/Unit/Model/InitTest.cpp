//===- InitTest.cpp - First values of parameters --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Model/Init.h"

#include "../../../lib/Model/Philox.h"
#include "../ExecutionEngine/TestSupport.h"
#include "llvm/Support/Parallel.h"
#include "llvm/Support/xxhash.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

namespace {
constexpr double kPi = 3.14159265358979323846;

Tensor makeTensor(DType dtype, ArrayRef<int64_t> shape) {
  return llvm::cantFail(Tensor::zeros(dtype, shape));
}

/// A tensor with its first values.
Tensor fill(DType dtype, ArrayRef<int64_t> shape, const Init &init,
            uint64_t seed = 1, StringRef name = "table.weight") {
  Tensor tensor = makeTensor(dtype, shape);
  llvm::cantFail(initialize(tensor.ref(), init, seed, name));
  return tensor;
}

std::vector<double> toDoubles(const Tensor &tensor) {
  std::vector<double> values;
  int64_t width = getByteWidth(tensor.getDType());
  for (int64_t i = 0; i < tensor.getNumElements(); ++i)
    values.push_back(
        loadAsDouble(tensor.getDType(),
                     static_cast<const char *>(tensor.data()) + i * width));
  return values;
}

struct Moments {
  double mean = 0, variance = 0, skewness = 0, kurtosis = 0;
};

Moments getMoments(ArrayRef<double> values) {
  Moments moments;
  for (double value : values)
    moments.mean += value / values.size();
  double third = 0, fourth = 0;
  for (double value : values) {
    double centered = value - moments.mean;
    moments.variance += centered * centered / values.size();
    third += std::pow(centered, 3) / values.size();
    fourth += std::pow(centered, 4) / values.size();
  }
  moments.skewness = third / std::pow(moments.variance, 1.5);
  moments.kurtosis = fourth / std::pow(moments.variance, 2);
  return moments;
}
} // namespace

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

// The vectors that come with Random123, for philox4x32 with 10 rounds.
TEST(Philox, KnownAnswers) {
  using Words = std::array<uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
            (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                       {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// What makes the numbers of a checkpoint's first step those of another machine:
// seed, name and position go into the bits in one way.
TEST(RandomStream, NumbersAreThoseOfTheBlock) {
  constexpr uint64_t kSeed = 0x123456789abcdef0;
  // XXH3 of the empty string, from its specification.
  ASSERT_EQ(llvm::xxh3_64bits(""), 0x2d06800538d394c2);
  RandomStream random(kSeed, "");
  for (uint64_t pair : {uint64_t(0), uint64_t(5), uint64_t(1) << 40}) {
    std::array<uint32_t, 2> key = {0x9abcdef0, 0x12345678};
    auto low = static_cast<uint32_t>(pair);
    auto high = static_cast<uint32_t>(pair >> 32);
    auto words = philox4x32({low, high, 0x38d394c2, 0x2d068005}, key);
    uint64_t first = words[0] | static_cast<uint64_t>(words[1]) << 32;
    uint64_t second = words[2] | static_cast<uint64_t>(words[3]) << 32;
    EXPECT_EQ(random.uniform(2 * pair), std::ldexp(first >> 11, -53));
    EXPECT_EQ(random.uniform(2 * pair + 1), std::ldexp(second >> 11, -53));

    words = philox4x32({low, high | 1u << 31, 0x38d394c2, 0x2d068005}, key);
    first = words[0] | static_cast<uint64_t>(words[1]) << 32;
    second = words[2] | static_cast<uint64_t>(words[3]) << 32;
    double radius =
        std::sqrt(-2 * std::log(std::ldexp((first >> 11) + 1, -53)));
    double angle = 2 * kPi * std::ldexp(second >> 11, -53);
    EXPECT_NEAR(random.normal(2 * pair), radius * std::cos(angle), 1e-14);
    EXPECT_NEAR(random.normal(2 * pair + 1), radius * std::sin(angle), 1e-14);
  }
}

// The logarithm, sine and cosine are our own: over many numbers they are those
// of the C library, to about the last bit of the largest ones.
TEST(RandomStream, NormalsAreThoseOfBoxAndMuller) {
  constexpr long double kTurn = 2 * 3.14159265358979323846264338327950288L;
  uint64_t hash = llvm::xxh3_64bits("x");
  RandomStream random(7, "x");
  for (uint32_t pair = 0; pair < 100000; ++pair) {
    auto words = philox4x32({pair, 1u << 31, static_cast<uint32_t>(hash),
                             static_cast<uint32_t>(hash >> 32)},
                            {7, 0});
    uint64_t first = words[0] | static_cast<uint64_t>(words[1]) << 32;
    uint64_t second = words[2] | static_cast<uint64_t>(words[3]) << 32;
    long double radius = std::sqrt(
        -2 *
        std::log(std::ldexp(static_cast<long double>((first >> 11) + 1), -53)));
    long double angle =
        kTurn * std::ldexp(static_cast<long double>(second >> 11), -53);
    auto [cosine, sine] = random.normalPair(pair);
    ASSERT_LT(std::abs(cosine - radius * std::cos(angle)), 1.5e-15L) << pair;
    ASSERT_LT(std::abs(sine - radius * std::sin(angle)), 1.5e-15L) << pair;
  }
}

TEST(RandomStream, SeedsAndNamesGiveOtherStreams) {
  RandomStream random(1, "a");
  EXPECT_EQ(random.uniform(3), RandomStream(1, "a").uniform(3));
  EXPECT_NE(random.uniform(3), RandomStream(2, "a").uniform(3));
  EXPECT_NE(random.uniform(3),
            RandomStream(1 + (uint64_t(1) << 32), "a").uniform(3));
  EXPECT_NE(random.uniform(3), RandomStream(1, "b").uniform(3));
  EXPECT_NE(random.uniform(3), random.uniform(2));
  EXPECT_NE(random.normal(3), random.normal(2));
}

//===----------------------------------------------------------------------===//
// Distributions
//===----------------------------------------------------------------------===//

// Limits are five standard errors of the moments of 10^6 numbers.
TEST(Init, MomentsOfNormals) {
  std::vector<double> values =
      toDoubles(fill(DType::F64, {1000, 1000}, Normal{.mean = 3, .std = 2}));
  Moments moments = getMoments(values);
  EXPECT_NEAR(moments.mean, 3, 5 * 2e-3);
  EXPECT_NEAR(moments.variance, 4, 5 * 4 * std::sqrt(2e-6));
  EXPECT_NEAR(moments.skewness, 0, 5 * std::sqrt(6e-6));
  EXPECT_NEAR(moments.kurtosis, 3, 5 * std::sqrt(24e-6));
  // Neighbours are not correlated.
  double product = 0;
  for (size_t i = 1; i < values.size(); ++i)
    product += (values[i - 1] - 3) * (values[i] - 3) / 4 / values.size();
  EXPECT_NEAR(product, 0, 5e-3);
  // As many as there should be lie beyond four sigma: 63.3 of a million.
  int64_t far = llvm::count_if(
      values, [](double value) { return std::abs(value - 3) > 8; });
  EXPECT_NEAR(far, 63.3, 5 * std::sqrt(63.3));
}

TEST(Init, MomentsOfUniforms) {
  std::vector<double> values =
      toDoubles(fill(DType::F64, {1000000}, Uniform{.a = -1, .b = 3}));
  Moments moments = getMoments(values);
  EXPECT_NEAR(moments.mean, 1, 5 * 4 / std::sqrt(12e6));
  EXPECT_NEAR(moments.variance, 16.0 / 12, 0.006);
  EXPECT_NEAR(moments.kurtosis, 1.8, 0.02);
  EXPECT_GE(*llvm::min_element(values), -1);
  EXPECT_LT(*llvm::min_element(values), -1 + 1e-4);
  EXPECT_LT(*llvm::max_element(values), 3);
  EXPECT_GT(*llvm::max_element(values), 3 - 1e-4);
}

// Rounding would bring many of 2^18 numbers to an end of the interval: the
// neighbour below 1 is 1 - 2^-8 in bf16, 1 - 2^-11 in f16.
TEST(Init, RoundedUniformsStayBelowTheEnd) {
  for (auto [dtype, largest] :
       {std::pair(DType::BF16, 1 - 0x1p-8), std::pair(DType::F16, 1 - 0x1p-11),
        std::pair(DType::F32, 1 - 0x1p-24)}) {
    std::vector<double> values =
        toDoubles(fill(dtype, {1 << 18}, Uniform{.a = -1, .b = 1}));
    EXPECT_LE(*llvm::max_element(values), largest) << stringify(dtype).str();
    EXPECT_GE(*llvm::min_element(values), -1.0) << stringify(dtype).str();
  }
  // Nothing of f16 lies in the interval but the first number.
  for (double value :
       toDoubles(fill(DType::F16, {1000}, Uniform{.a = 1, .b = 1 + 1e-5})))
    EXPECT_EQ(value, 1);
  for (double value : toDoubles(fill(DType::F16, {10}, Uniform{2, 2})))
    EXPECT_EQ(value, 2);
}

TEST(Init, BoundsOfKaimingAndXavier) {
  struct {
    Init init;
    Shape shape;
    double bound;
  } cases[] = {
      // sqrt(6 / 150) = 0.2, and with sqrt(5): sqrt(6 / (6 * 100)) = 0.1.
      {KaimingUniform{}, {500, 150}, 0.2},
      {KaimingUniform{.a = std::sqrt(5.0)}, {500, 100}, 0.1},
      // The fan of {20, 10, 15} is 150 too.
      {KaimingUniform{}, {500, 10, 15}, 0.2},
      // sqrt(6 / (100 + 50)) = 0.2, times 3.
      {XavierUniform{}, {100, 50}, 0.2},
      {XavierUniform{.gain = 3}, {100, 50}, 0.6},
      // sqrt(6 / (3 * 20 + 3 * 30)) = 0.2.
      {XavierUniform{}, {20, 30, 3}, 0.2},
  };
  for (auto &[init, shape, bound] : cases) {
    std::vector<double> values = toDoubles(fill(DType::F32, shape, init));
    EXPECT_LT(*llvm::max_element(values), bound);
    EXPECT_GT(*llvm::max_element(values), bound * 0.99);
    EXPECT_GE(*llvm::min_element(values), -bound * (1 + 1e-7));
    EXPECT_LT(*llvm::min_element(values), -bound * 0.99);
  }
}

TEST(Init, ConstantsAndFunctionsOfTheUser) {
  for (double value : toDoubles(fill(DType::BF16, {3, 2}, Constant{0.5})))
    EXPECT_EQ(value, 0.5);
  // It sees position, shape and stream.
  InitFn rowNumber = [](uint64_t i, ArrayRef<int64_t> shape,
                        const RandomStream &random) {
    return static_cast<double>(i / shape[1]) + (random.uniform(i) < 1 ? 0 : 9);
  };
  EXPECT_EQ(toDoubles(fill(DType::F64, {3, 2}, rowNumber)),
            (std::vector<double>{0, 0, 1, 1, 2, 2}));
}

// Once, from f64: of 1 + 2^-11 + 2^-40, twice rounded (to f32 first), f16 would
// keep 1.
TEST(Init, ValuesAreRoundedOnce) {
  double value = 1 + 0x1p-11 + 0x1p-40;
  EXPECT_EQ(toDoubles(fill(DType::F16, {1}, Constant{value}))[0], 1 + 0x1p-10);
  std::vector<double> exact = toDoubles(fill(DType::F64, {1000}, Normal{}));
  std::vector<double> rounded = toDoubles(fill(DType::F32, {1000}, Normal{}));
  for (auto [wide, narrow] : llvm::zip(exact, rounded))
    EXPECT_EQ(static_cast<float>(wide), narrow);
}

//===----------------------------------------------------------------------===//
// What they depend on
//===----------------------------------------------------------------------===//

TEST(Init, SeedAndNameDecide) {
  auto get = [](uint64_t seed, StringRef name) {
    return toDoubles(fill(DType::F32, {7, 3}, Normal{}, seed, name));
  };
  EXPECT_EQ(get(1, "a"), get(1, "a"));
  EXPECT_NE(get(1, "a"), get(2, "a"));
  EXPECT_NE(get(1, "a"), get(1, "b"));
}

TEST(Init, ThreadsDoNotMatter) {
  InitFn function = [](uint64_t i, ArrayRef<int64_t>,
                       const RandomStream &random) { return random.normal(i); };
  for (const Init &init : {Init(Normal{}), Init(Uniform{}), Init(function)}) {
    std::vector<double> parallel =
        toDoubles(fill(DType::F32, {333, 301}, init));
    llvm::ThreadPoolStrategy before = llvm::parallel::strategy;
    llvm::parallel::strategy = llvm::hardware_concurrency(1);
    std::vector<double> sequential =
        toDoubles(fill(DType::F32, {333, 301}, init));
    llvm::parallel::strategy = before;
    EXPECT_EQ(parallel, sequential);
  }
}

// Number i of the stream goes to element i, wherever the tasks are cut.
TEST(Init, ElementsAreTheNumbersOfTheStream) {
  RandomStream random(1, "table.weight");
  std::vector<double> normals = toDoubles(fill(DType::F64, {40001}, Normal{}));
  std::vector<double> uniforms =
      toDoubles(fill(DType::F64, {40001}, Uniform{}));
  for (size_t i = 0; i < normals.size(); ++i) {
    ASSERT_EQ(normals[i], random.normal(i)) << i;
    ASSERT_EQ(uniforms[i], random.uniform(i)) << i;
  }
}

TEST(Init, ViewsAreFilledAndNothingElse) {
  Tensor expected = fill(DType::F32, {300, 70}, Normal{});
  // Columns 5 to 74 of 80, from the last row to the first.
  Tensor memory = makeTensor(DType::F32, {300, 80});
  float *data = memory.elements<float>().data();
  TensorRef view(data + 299 * 80 + 5, DType::F32, {300, 70}, {-80, 1});
  llvm::cantFail(initialize(view, Normal{}, 1, "table.weight"));
  for (int64_t row = 0; row < 300; ++row)
    for (int64_t column = 0; column < 80; ++column) {
      bool inside = column >= 5 && column < 75;
      ASSERT_EQ(data[row * 80 + column],
                inside
                    ? expected.elements<float>()[(299 - row) * 70 + column - 5]
                    : 0.0f);
    }
  // Transposed.
  Tensor other = makeTensor(DType::F32, {70, 300});
  llvm::cantFail(
      initialize(TensorRef(other.data(), DType::F32, {300, 70}, {1, 300}),
                 Normal{}, 1, "table.weight"));
  for (int64_t row = 0; row < 300; ++row)
    for (int64_t column = 0; column < 70; ++column)
      ASSERT_EQ(other.elements<float>()[column * 300 + row],
                expected.elements<float>()[row * 70 + column]);
}

TEST(Init, NoElementsAndNoDimensions) {
  EXPECT_TRUE(toDoubles(fill(DType::F32, {0, 4}, Normal{})).empty());
  EXPECT_TRUE(toDoubles(fill(DType::F32, {4, 0}, KaimingUniform{})).empty());
  EXPECT_TRUE(toDoubles(fill(DType::F32, {0, 0}, XavierUniform{})).empty());
  EXPECT_EQ(toDoubles(fill(DType::F64, {}, Uniform{}))[0],
            RandomStream(1, "table.weight").uniform(0));
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

TEST(Init, ErrorsNameWhatWasFound) {
  Tensor tensor = makeTensor(DType::F32, {2, 3});
  Tensor vector = makeTensor(DType::F32, {6});
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  auto expectRefused = [&](Tensor &target, const Init &init,
                           const std::string &text) {
    EXPECT_FAILS(initialize(target.ref(), init, 1, "w"), EMB_INVALID_ARGUMENT,
                 text);
    EXPECT_EQ(toDoubles(target), std::vector<double>(6, 0.0));
  };
  expectRefused(tensor, Normal{.mean = kNaN},
                "Normal: mean: found NaN, expected a finite number");
  expectRefused(tensor, Normal{.std = kInfinity},
                "Normal: std: found +Inf, expected a finite number");
  expectRefused(tensor, Normal{.std = -0.5},
                "Normal: std: found -0.5, expected a number >= 0");
  expectRefused(tensor, Uniform{.a = -kInfinity}, "Uniform: a: found -Inf");
  expectRefused(tensor, Uniform{.b = kNaN}, "Uniform: b: found NaN");
  expectRefused(tensor, Uniform{-1e308, 1e308}, "Uniform: b - a: found +Inf");
  expectRefused(tensor, Uniform{.a = 2, .b = 1},
                "Uniform: found a = 2 and b = 1, expected a <= b");
  expectRefused(tensor, Constant{kNaN}, "Constant: value: found NaN");
  expectRefused(tensor, KaimingUniform{.a = kNaN}, "KaimingUniform: a: found");
  expectRefused(tensor, XavierUniform{.gain = kInfinity},
                "XavierUniform: gain: found +Inf");
  expectRefused(tensor, XavierUniform{.gain = -1},
                "XavierUniform: gain: found -1, expected a number >= 0");
  expectRefused(vector, KaimingUniform{},
                "KaimingUniform: found a tensor of rank 1 (6xf32), expected at "
                "least 2");
  expectRefused(vector, XavierUniform{}, "XavierUniform: found a tensor");
  expectRefused(tensor, InitFn(), "InitFn: found an empty function");

  Tensor integers = makeTensor(DType::I32, {2});
  EXPECT_FAILS(initialize(integers.ref(), Normal{}, 1, "w"),
               EMB_INVALID_ARGUMENT,
               "found a tensor of 2xi32, expected floats");
  EXPECT_FAILS(initialize(std::as_const(tensor).ref(), Normal{}, 1, "w"),
               EMB_INVALID_ARGUMENT, "2x3xf32 is read-only");
  TensorRef repeated(tensor.data(), DType::F32, {2, 3}, {0, 1});
  EXPECT_FAILS(initialize(repeated, Normal{}, 1, "w"), EMB_INVALID_ARGUMENT,
               "2x3xf32 with a stride of 0");
}
