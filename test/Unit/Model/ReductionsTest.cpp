//===- ReductionsTest.cpp - Functions over dimensions ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionGraph.h"
#include "emb/Model/Functions.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::test;

namespace {
constexpr int64_t kAny = kDynamicSize;

using Reductions = FunctionGraph;

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

TEST_F(Reductions, Sums) {
  Var x = input({kAny, 3}, {1, 2, 3, 4, 5, 6});
  std::vector<Result> found =
      evaluate({sum(x), sum(x, {0}), sum(x, {-1}), sum(x, {1}, true),
                sum(x, {0, 1}, true), sum(x, {-1, -2})});
  EXPECT_EQ(found[0].shape, (Shape{}));
  EXPECT_EQ(found[0].dtype, DType::F32);
  EXPECT_EQ(found[0].values, (Doubles{21}));
  EXPECT_EQ(found[1].shape, (Shape{3}));
  EXPECT_EQ(found[1].values, (Doubles{5, 7, 9}));
  EXPECT_EQ(found[2].values, (Doubles{6, 15}));
  EXPECT_EQ(found[3].shape, (Shape{2, 1}));
  EXPECT_EQ(found[3].values, (Doubles{6, 15}));
  EXPECT_EQ(found[4].shape, (Shape{1, 1}));
  EXPECT_EQ(found[5].values, (Doubles{21}));
  EXPECT_EQ(differentiate(sum(x, {1}), {2, 3}), (Doubles{2, 2, 2, 3, 3, 3}));
  EXPECT_EQ(differentiate(sum(x, {0}, true), {1, 2, 3}),
            (Doubles{1, 2, 3, 1, 2, 3}));
  EXPECT_EQ(differentiate(sum(x), {7}), Doubles(6, 7));
}

TEST_F(Reductions, WhatAPersonWouldWrite) {
  Var x = input({kAny, 3}, {1, 2, 3});
  std::string text = print(sum(x, {1}));
  EXPECT_NE(text.find("linalg.reduce { arith.addf } ins(%arg0 : "
                      "tensor<?x3xf32>)"),
            std::string::npos)
      << text;
  EXPECT_EQ(count(text, "linalg.generic"), 0u) << text;
}

TEST_F(Reductions, SumsOfMiddleDimensions) {
  Doubles values(24);
  for (int i = 0; i < 24; ++i)
    values[i] = i;
  Var x = input({2, kAny, 4}, values, DType::F64);
  std::vector<Result> found = evaluate({sum(x, {1}), sum(x, {0, 2}, true)});
  // (i * 12 + 0 + k) + (i * 12 + 4 + k) + (i * 12 + 8 + k)
  EXPECT_EQ(found[0].shape, (Shape{2, 4}));
  EXPECT_EQ(found[0].values, (Doubles{12, 15, 18, 21, 48, 51, 54, 57}));
  EXPECT_EQ(found[1].shape, (Shape{1, 3, 1}));
  EXPECT_EQ(found[1].values, (Doubles{60, 92, 124}));
}

TEST_F(Reductions, ASumOfAllIsAccumulatedInDouble) {
  // In f32 each 1 is lost beside 2^25.
  Doubles values(65, 1);
  values[0] = 0x1p25;
  Var x = input({kAny}, values);
  EXPECT_EQ(evaluate(sum(x)).values, (Doubles{0x1p25 + 64}));
}

TEST_F(Reductions, LowPrecisionIsRoundedOnce) {
  // In bf16 each 1 is lost beside 256, whose unit is 2.
  Doubles values(9, 1);
  values[0] = 256;
  Var x = input({1, 9}, values, DType::BF16);
  std::vector<Result> found = evaluate({sum(x, {1}), mean(x, {1}), sum(x)});
  EXPECT_EQ(found[0].dtype, DType::BF16);
  EXPECT_EQ(found[0].values, (Doubles{264}));
  // 264 / 9 = 29.33, whose unit is 1/8.
  EXPECT_EQ(found[1].values, (Doubles{29.375}));
  EXPECT_EQ(found[2].values, (Doubles{264}));
}

TEST_F(Reductions, IntegersAreSummedInI64) {
  Var x = input({2, 2}, {127, 127, -1, 2}, DType::I8);
  Var b = input({kAny}, {1, 0, 1, 1}, DType::I1);
  Var i = input({2}, {0x1p40, 1}, DType::I64);
  std::vector<Result> found =
      evaluate({sum(x), sum(x, {1}), sum(b), sum(i, {0})});
  for (const Result &result : found)
    EXPECT_EQ(result.dtype, DType::I64);
  EXPECT_EQ(found[0].values, (Doubles{255}));
  EXPECT_EQ(found[1].values, (Doubles{254, 1}));
  EXPECT_EQ(found[2].values, (Doubles{3}));
  EXPECT_EQ(found[3].values, (Doubles{0x1p40 + 1}));
}

TEST_F(Reductions, Means) {
  Var x = input({kAny, 2}, {1, 2, 3, 6});
  Var y = input({2, 2}, {1, 2, 3, 6}, DType::F64);
  std::vector<Result> found = evaluate(
      {mean(x), mean(x, {0}), mean(x, {1}, true), mean(y, {0}), mean(y)});
  EXPECT_EQ(found[0].values, (Doubles{3}));
  EXPECT_EQ(found[1].values, (Doubles{2, 4}));
  EXPECT_EQ(found[2].shape, (Shape{2, 1}));
  EXPECT_EQ(found[2].values, (Doubles{1.5, 4.5}));
  EXPECT_EQ(found[3].values, (Doubles{2, 4}));
  EXPECT_EQ(found[4].values, (Doubles{3}));
  EXPECT_EQ(differentiate(mean(x), {1}), Doubles(4, 0.25));
  EXPECT_EQ(differentiate(mean(x, {0}), {2, 4}), (Doubles{1, 2, 1, 2}));
}

TEST_F(Reductions, OfNothing) {
  Var x = input({kAny, 2}, {});
  std::vector<Result> found = evaluate(
      {sum(x), mean(x), sum(x, {0}), mean(x, {0}), sum(x, {1}), amax(x, {0}),
       amax(x, {1}), norm(x, 2, {0}), argmax(x, 1), softmax(x, 1)});
  EXPECT_EQ(found[0].values, (Doubles{0}));
  expectNear(found[1].values, {kNaN});
  EXPECT_EQ(found[2].values, (Doubles{0, 0}));
  expectNear(found[3].values, {kNaN, kNaN});
  EXPECT_EQ(found[4].shape, (Shape{0}));
  expectNear(found[5].values, {-kInfinity, -kInfinity});
  EXPECT_EQ(found[6].shape, (Shape{0}));
  EXPECT_EQ(found[7].values, (Doubles{0, 0}));
  EXPECT_EQ(found[8].shape, (Shape{0}));
  EXPECT_EQ(found[9].shape, (Shape{0, 2}));
}

TEST_F(Reductions, OfANumber) {
  Var x = input({}, {3});
  std::vector<Result> found = evaluate({sum(x), mean(x), amax(x), norm(x, 2)});
  for (const Result &result : found)
    EXPECT_EQ(result.values, (Doubles{3}));
}

//===----------------------------------------------------------------------===//
// Norms
//===----------------------------------------------------------------------===//

TEST_F(Reductions, Norms) {
  Var x = input({kAny, 2}, {3, -4, 0, 0, -1, 1});
  std::vector<Result> found =
      evaluate({norm(x, 1, {1}), norm(x, 2, {1}), norm(x, kInfinity, {1}),
                norm(x, 3, {-1}, true), norm(x, 0.5, {1}), norm(x, 2)});
  EXPECT_EQ(found[0].values, (Doubles{7, 0, 2}));
  expectNear(found[1].values, {5, 0, M_SQRT2});
  EXPECT_EQ(found[2].values, (Doubles{4, 0, 1}));
  EXPECT_EQ(found[3].shape, (Shape{3, 1}));
  expectNear(found[3].values, {std::cbrt(91.0), 0, std::cbrt(2.0)});
  expectNear(found[4].values, {std::pow(std::sqrt(3.0) + 2, 2), 0, 4});
  expectNear(found[5].values, {std::sqrt(27.0)});
}

TEST_F(Reductions, GradientsOfNorms) {
  Var x = input({3, 2}, {3, -4, 0, 0, -1, 1}, DType::F64);
  Doubles seed = {1, 2, 3};
  double half = 3 / M_SQRT2;
  expectNear(differentiate(norm(x, 1, {1}), seed), {1, -1, 0, 0, -3, 3}, 1e-14);
  // At 0 it is 0, not NaN.
  expectNear(differentiate(norm(x, 2, {1}), seed),
             {0.6, -0.8, 0, 0, -half, half}, 1e-14);
  // The first of equal magnitudes.
  expectNear(differentiate(norm(x, kInfinity, {1}), seed), {0, -1, 0, 0, -3, 0},
             1e-14);
  // sign(x) |x|^(p - 1) / norm^(p - 1)
  double cubic = std::pow(91.0, -2.0 / 3), other = 3 * std::pow(2.0, -2.0 / 3);
  expectNear(differentiate(norm(x, 3, {1}), seed),
             {9 * cubic, -16 * cubic, 0, 0, -other, other}, 1e-14);
  double root = std::sqrt(3.0) + 2;
  expectNear(differentiate(norm(x, 0.5, {1}), seed),
             {root / std::sqrt(3.0), -root / 2, 0, 0, -6, 6}, 1e-14);
  expectNear(differentiate(norm(x, 2), {1}),
             {3 / std::sqrt(27.0), -4 / std::sqrt(27.0), 0, 0,
              -1 / std::sqrt(27.0), 1 / std::sqrt(27.0)},
             1e-14);
}

TEST_F(Reductions, NormsWantAPositivePower) {
  Var x = input({2}, {1, 2});
  EXPECT_FALSE(norm(x, 0, {0}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "norm: p is 0.00, expected a number above 0");
}

//===----------------------------------------------------------------------===//
// Maxima
//===----------------------------------------------------------------------===//

TEST_F(Reductions, MaximaAndMinima) {
  Var x = input({kAny, 3}, {1, 5, 5, -1, -3, -2, 0, kNaN, 1});
  Var i = input({2, 2}, {-5, -7, 3, 4}, DType::I64);
  std::vector<Result> found =
      evaluate({amax(x, {1}), amin(x, {1}), amax(x, {0}, true), amax(x),
                amax(i, {1}), amin(i)});
  expectNear(found[0].values, {5, -1, kNaN});
  expectNear(found[1].values, {1, -3, kNaN});
  EXPECT_EQ(found[2].shape, (Shape{1, 3}));
  expectNear(found[2].values, {1, kNaN, 5});
  expectNear(found[3].values, {kNaN});
  EXPECT_EQ(found[4].values, (Doubles{-5, 4}));
  EXPECT_EQ(found[5].values, (Doubles{-7}));
  expectNear(differentiate(amax(x, {1}), {1, 2, 3}),
             {0, 1, 0, 2, 0, 0, 0, 3, 0});
  expectNear(differentiate(amin(x, {1}), {1, 2, 3}),
             {1, 0, 0, 0, 2, 0, 0, 3, 0});
}

TEST_F(Reductions, MaximaOfNothing) {
  Var x = input({2, 0}, {});
  EXPECT_FALSE(amax(x, {1}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "amax: x, dimension 1: found 0 ('tensor<2x0xf32>'), expected at "
            "least 1");
}

TEST_F(Reductions, ArgMax) {
  Var x = input({kAny, 3}, {1, 5, 5, -1, -3, -2, 0, kNaN, kNaN, -kInfinity,
                            -kInfinity, -kInfinity});
  Var i = input({2, 2}, {-5, -7, 3, 4}, DType::I32);
  std::vector<Result> found =
      evaluate({argmax(x, -1), argmax(x, 0), argmax(i, 1)});
  EXPECT_EQ(found[0].dtype, DType::I64);
  EXPECT_EQ(found[0].values, (Doubles{1, 0, 1, 0}));
  EXPECT_EQ(found[1].values, (Doubles{0, 2, 2}));
  EXPECT_EQ(found[2].values, (Doubles{0, 1}));
}

TEST_F(Reductions, PositionsHaveNoGradient) {
  Var x = input({2, 2}, {1, 2, 4, 3});
  Var y = x * to(unsqueeze(argmax(x, 1), 1), DType::F32);
  EXPECT_EQ(evaluate(y).values, (Doubles{1, 2, 0, 0}));
  EXPECT_EQ(differentiate(y, {1, 1, 1, 1}), (Doubles{1, 1, 0, 0}));
}

//===----------------------------------------------------------------------===//
// Exponentials
//===----------------------------------------------------------------------===//

/// The softmax of a row of three.
Doubles softmaxOf(double a, double b, double c) {
  double top = std::max({a, b, c});
  double x = std::exp(a - top), y = std::exp(b - top), z = std::exp(c - top);
  double sum = x + y + z;
  return {x / sum, y / sum, z / sum};
}

TEST_F(Reductions, Softmax) {
  Var x = input({kAny, 3}, {1, 2, 4, 1000, 999, -1000}, DType::F64);
  Var t = transpose(x, 0, 1);
  Doubles first = softmaxOf(1, 2, 4), second = softmaxOf(1000, 999, -1000);
  Doubles both = first;
  both.insert(both.end(), second.begin(), second.end());
  std::vector<Result> found =
      evaluate({softmax(x, 1), transpose(softmax(t, 0), 0, 1),
                exp(logSoftmax(x, -1)), logSoftmax(x, 1)});
  for (unsigned i = 0; i < 3; ++i)
    expectNear(found[i].values, both, 1e-14);
  EXPECT_EQ(found[3].values[5], -2000 - std::log1p(std::exp(-1)));
  // p (g - sum(g p))
  Doubles seed = {1, 2, 3, 4, 5, 6}, slopes, logSlopes;
  for (unsigned row = 0; row < 2; ++row) {
    const double *p = &both[3 * row], *g = &seed[3 * row];
    double mean = p[0] * g[0] + p[1] * g[1] + p[2] * g[2];
    for (unsigned i = 0; i < 3; ++i) {
      slopes.push_back(p[i] * (g[i] - mean));
      logSlopes.push_back(g[i] - p[i] * (g[0] + g[1] + g[2]));
    }
  }
  expectNear(differentiate(softmax(x, 1), seed), slopes, 1e-13);
  expectNear(differentiate(logSoftmax(x, 1), seed), logSlopes, 1e-13);
}

TEST_F(Reductions, LogSumExp) {
  Var x = input({kAny, 2}, {0, 0, 1000, 1000, -kInfinity, -kInfinity, kInfinity,
                            1, kNaN, 1});
  std::vector<Result> found =
      evaluate({logsumexp(x, 1), logsumexp(x, 1, true)});
  double log2 = std::log(2.0);
  Doubles expected = {log2, 1000 + log2, -kInfinity, kInfinity, kNaN};
  expectNear(found[0].values, expected);
  expectNear(found[1].values, expected);
  EXPECT_EQ(found[1].shape, (Shape{5, 1}));
}

TEST_F(Reductions, GradientOfLogSumExp) {
  Var x = input({2, 3}, {1, 2, 4, 1000, 999, -1000});
  Doubles slopes = softmaxOf(1, 2, 4), second = softmaxOf(1000, 999, -1000);
  for (double p : second)
    slopes.push_back(2 * p);
  expectNear(differentiate(logsumexp(x, 1), {1, 2}), slopes);
}

TEST_F(Reductions, LowPrecisionSoftmax) {
  Var x = input({kAny}, {0, 0, 0, 0}, DType::F16);
  std::vector<Result> found =
      evaluate({softmax(x, 0), logsumexp(x, 0), logSoftmax(x, 0)});
  EXPECT_EQ(found[0].dtype, DType::F16);
  EXPECT_EQ(found[0].values, Doubles(4, 0.25));
  // log(4) = 1.38629..., whose unit in f16 is 2^-10.
  EXPECT_EQ(found[1].values, (Doubles{1.38671875}));
  EXPECT_EQ(found[2].values, Doubles(4, -1.38671875));
}

//===----------------------------------------------------------------------===//
// Misuse
//===----------------------------------------------------------------------===//

TEST_F(Reductions, UnknownDimensions) {
  Var x = input({2, 3}, Doubles(6));
  EXPECT_FALSE(sum(x, {2}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "sum: found dimension 2 for 'tensor<2x3xf32>', expected -2 to 1");
}

TEST_F(Reductions, DimensionsGivenTwice) {
  Var x = input({2, 3}, Doubles(6));
  EXPECT_FALSE(mean(x, {0, -2}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "mean: dimension 0 is given twice");
}

TEST_F(Reductions, MeansOfIntegers) {
  Var x = input({2}, {1, 2}, DType::I64);
  EXPECT_FALSE(mean(x).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "mean: x is 'tensor<2xi64>', expected floats");
}

TEST_F(Reductions, MaximaOfBooleans) {
  Var x = input({2}, {1, 0}, DType::I1);
  EXPECT_FALSE(amax(x).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "amax: x is 'tensor<2xi1>', expected floats or integers");
}

TEST_F(Reductions, DimensionsOfANumber) {
  Var x = input({}, {1});
  EXPECT_FALSE(softmax(x, 0).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "softmax: found dimension 0 for 'tensor<f32>', expected none");
}
} // namespace
