//===- ElementwiseTest.cpp - Functions of elements ------------------------===//
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

using Elementwise = FunctionGraph;

//===----------------------------------------------------------------------===//
// Functions of one operand
//===----------------------------------------------------------------------===//

struct Case {
  const char *name;
  Var (*build)(Var, SourceLocation);
  double (*value)(double);
  double (*slope)(double);
  Doubles points;
};

void PrintTo(const Case &test, std::ostream *os) { *os << test.name; }

double sigmoidOf(double x) { return 1 / (1 + std::exp(-x)); }
double normalDensity(double x) {
  return std::exp(-x * x / 2) / std::sqrt(2 * M_PI);
}
double normalDistribution(double x) { return std::erfc(-x / M_SQRT2) / 2; }

/// In single precision x is what remains of the points.
const Doubles kPoints = {-2.5, -1, -0.5, 0, 0.25, 1, 3};
const Doubles kPositive = {0.125, 0.5, 1, 2, 10};
/// With what overflows where one is not careful.
const Doubles kFar = {-1000, -100, -30, -1, 0, 1, 30, 100, 1000};

const Case kCases[] = {
    {"abs", emb::abs, [](double x) { return std::fabs(x); },
     [](double x) { return double((x > 0) - (x < 0)); }, kPoints},
    {"sign",
     emb::sign,
     [](double x) { return double((x > 0) - (x < 0)); },
     nullptr,
     {-kInfinity, -2, -0.0, 0, 3, kInfinity}},
    {"square", emb::square, [](double x) { return x * x; },
     [](double x) { return 2 * x; }, kPoints},
    {"sqrt", emb::sqrt, [](double x) { return std::sqrt(x); },
     [](double x) { return 0.5 / std::sqrt(x); }, kPositive},
    {"rsqrt", emb::rsqrt, [](double x) { return 1 / std::sqrt(x); },
     [](double x) { return -0.5 / (x * std::sqrt(x)); }, kPositive},
    {"reciprocal", emb::reciprocal, [](double x) { return 1 / x; },
     [](double x) { return -1 / (x * x); }, kPositive},
    {"exp", emb::exp, [](double x) { return std::exp(x); },
     [](double x) { return std::exp(x); }, kPoints},
    {"expm1", emb::expm1, [](double x) { return std::expm1(x); },
     [](double x) { return std::exp(x); }, kPoints},
    {"log", emb::log, [](double x) { return std::log(x); },
     [](double x) { return 1 / x; }, kPositive},
    {"log1p", emb::log1p, [](double x) { return std::log1p(x); },
     [](double x) { return 1 / (1 + x); }, kPositive},
    {"sin", emb::sin, [](double x) { return std::sin(x); },
     [](double x) { return std::cos(x); }, kPoints},
    {"cos", emb::cos, [](double x) { return std::cos(x); },
     [](double x) { return -std::sin(x); }, kPoints},
    {"tanh", emb::tanh, [](double x) { return std::tanh(x); },
     [](double x) { return 1 / (std::cosh(x) * std::cosh(x)); }, kPoints},
    {"erf", emb::erf, [](double x) { return std::erf(x); },
     [](double x) { return 2 / std::sqrt(M_PI) * std::exp(-x * x); }, kPoints},
    {"relu", emb::relu, [](double x) { return x > 0 ? x : 0; },
     [](double x) { return double(x > 0); }, kPoints},
    {"sigmoid", emb::sigmoid, sigmoidOf,
     [](double x) { return sigmoidOf(x) * sigmoidOf(-x); }, kFar},
    {"logsigmoid", emb::logsigmoid,
     [](double x) {
       return x < 0 ? x - std::log1p(std::exp(x)) : -std::log1p(std::exp(-x));
     },
     [](double x) { return sigmoidOf(-x); }, kFar},
    {"softplus", emb::softplus,
     [](double x) {
       return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
     },
     sigmoidOf, kFar},
    {"silu", emb::silu, [](double x) { return x * sigmoidOf(x); },
     [](double x) { return sigmoidOf(x) * (1 + x * sigmoidOf(-x)); }, kFar},
    {"gelu", emb::gelu, [](double x) { return x * normalDistribution(x); },
     [](double x) { return normalDistribution(x) + x * normalDensity(x); },
     kPoints},
};

class Unary : public FunctionGraph, public testing::WithParamInterface<Case> {};

TEST_P(Unary, ValuesAndSlopes) {
  const Case &test = GetParam();
  auto map = [](double (*f)(double), const Doubles &points) {
    return llvm::to_vector(llvm::map_range(points, f));
  };
  auto toDoubles = [](auto range) {
    return Doubles(range.begin(), range.end());
  };
  Doubles values = toDoubles(map(test.value, test.points));
  int64_t size = test.points.size();
  Var single = input({kAny}, test.points, DType::F32);
  Var precise = input({size}, test.points, DType::F64);
  Var half = input({size, 1}, test.points, DType::BF16);
  SourceLocation loc = SourceLocation::current();
  std::vector<Result> found =
      evaluate({test.build(single, loc), test.build(precise, loc),
                test.build(half, loc)});
  EXPECT_EQ(found[0].dtype, DType::F32);
  EXPECT_EQ(found[0].shape, (Shape{size}));
  expectNear(found[0].values, values, 2e-6);
  EXPECT_EQ(found[1].dtype, DType::F64);
  expectNear(found[1].values, values, 1e-13);
  EXPECT_EQ(found[2].dtype, DType::BF16);
  EXPECT_EQ(found[2].shape, (Shape{size, 1}));
  // The points are of bf16: half a unit in the last of 8 bits.
  expectNear(found[2].values, values, 0x1p-8);
  if (!test.slope)
    return;
  Doubles slopes = toDoubles(map(test.slope, test.points));
  for (double &slope : slopes)
    slope *= 2;
  Doubles seed(size, 2.0);
  expectNear(differentiate(test.build(single, loc), seed), slopes, 4e-6);
  expectNear(differentiate(test.build(precise, loc), {1}, seed)[0], slopes,
             1e-13);
}

TEST_P(Unary, NaNStays) {
  const Case &test = GetParam();
  Var x = input({1}, {kNaN});
  double found = evaluate(test.build(x, SourceLocation::current())).values[0];
  if (test.build == emb::sign)
    EXPECT_EQ(found, 0);
  else
    EXPECT_TRUE(std::isnan(found)) << found;
}

INSTANTIATE_TEST_SUITE_P(Elementwise, Unary, testing::ValuesIn(kCases),
                         [](const testing::TestParamInfo<Case> &info) {
                           return info.param.name;
                         });

TEST_F(Elementwise, FloatsOnlyWhereIntegersHaveNone) {
  Var x = input({3}, {1, 2, 3}, DType::I64);
  EXPECT_FALSE(exp(x).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "exp: x is 'tensor<3xi64>', expected floats");
}

TEST_F(Elementwise, IntegersStayIntegers) {
  Var x = input({4}, {-3, 0, 2, 7}, DType::I32);
  std::vector<Result> found =
      evaluate({abs(x), sign(x), square(x), relu(x), -x, x / 2, 7 - x, x * x});
  for (const Result &result : found)
    EXPECT_EQ(result.dtype, DType::I32);
  EXPECT_EQ(found[0].values, (Doubles{3, 0, 2, 7}));
  EXPECT_EQ(found[1].values, (Doubles{-1, 0, 1, 1}));
  EXPECT_EQ(found[2].values, (Doubles{9, 0, 4, 49}));
  EXPECT_EQ(found[3].values, (Doubles{0, 0, 2, 7}));
  EXPECT_EQ(found[4].values, (Doubles{3, 0, -2, -7}));
  EXPECT_EQ(found[5].values, (Doubles{-1, 0, 1, 3}));
  EXPECT_EQ(found[6].values, (Doubles{10, 7, 5, 0}));
  EXPECT_EQ(found[7].values, (Doubles{9, 0, 4, 49}));
}

TEST_F(Elementwise, IntegersAreNotDividedByZero) {
  Var x = input({2}, {1, 2}, DType::I64);
  EXPECT_FALSE((x / x).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "operator/: integers are divided by numbers other than 0 only, use "
            "floats");
}

//===----------------------------------------------------------------------===//
// Functions of two operands
//===----------------------------------------------------------------------===//

TEST_F(Elementwise, OperationsOnTensorsWhereShapesAgree) {
  Var x = input({kAny, 3}, {1, 2, 3, 4, 5, 6});
  Var y = x * x + exp(x);
  std::string text = print(y);
  EXPECT_EQ(count(text, "linalg.generic"), 0u) << text;
  // Both sides are computed from x.
  EXPECT_EQ(count(text, "emb.check_equal"), 0u) << text;
  EXPECT_EQ(count(text, "tensor.dim"), 0u) << text;
  EXPECT_EQ(count(text, "arith.mulf %arg0, %arg0 : tensor<?x3xf32>"), 1u)
      << text;
  expectNear(evaluate(y).values,
             {1 + std::exp(1.0), 4 + std::exp(2.0), 9 + std::exp(3.0),
              16 + std::exp(4.0), 25 + std::exp(5.0), 36 + std::exp(6.0)});
}

TEST_F(Elementwise, ExtentsAreComparedOnce) {
  Var head = input({kAny, 2}, {1, 2, 3, 4});
  Var relation = input({kAny, 2}, {10, 20, 30, 40});
  Var tail = input({kAny, 2}, {0, 1, 2, 3});
  Var sum = head + relation - tail;
  Var again = tail * relation + head;
  std::string text = print({sum, again});
  EXPECT_EQ(count(text, "emb.check_equal"), 2u) << text;
  EXPECT_EQ(count(text, "label \"operator+: b, dimension 0\""), 1u) << text;
  EXPECT_EQ(count(text, "label \"operator-: b, dimension 0\""), 1u) << text;
  std::vector<Result> found = evaluate({sum, again});
  EXPECT_EQ(found[0].values, (Doubles{11, 21, 31, 41}));
  EXPECT_EQ(found[1].values, (Doubles{1, 22, 63, 124}));
}

TEST_F(Elementwise, AComparisonTellsNothingOfOthers) {
  Var x = input({kAny}, {1, 2}), y = input({kAny}, {3, 4}),
      z = input({kAny}, {5, 6});
  Var sum = x + y, other = z + y;
  std::string text = print({sum, other});
  EXPECT_EQ(count(text, "emb.check_equal"), 2u) << text;
}

TEST_F(Elementwise, AStepComparesExtents) {
  Var x = input({kAny}, {1, 2, 3}), y = input({kAny}, {1, 2});
  std::unique_ptr<Executable> program = compile(print(x + y));
  CompiledFunction function = take(program->lookup("f"));
  std::string message = takeMessage(function.call(getArguments()));
  EXPECT_NE(message.find("operator+: b, dimension 0: found 2, expected 3"),
            std::string::npos)
      << message;
}

TEST_F(Elementwise, StaticExtentsAreKept) {
  Var x = input({kAny, 2}, {1, 2, 3, 4}), y = input({2, kAny}, {5, 6, 7, 8});
  Var sum = x + y;
  EXPECT_EQ(sum.getShape(), (ArrayRef<int64_t>{2, 2}));
  EXPECT_EQ(evaluate(sum).values, (Doubles{6, 8, 10, 12}));
}

TEST_F(Elementwise, Broadcasting) {
  Var matrix = input({kAny, 3}, {1, 2, 3, 4, 5, 6});
  Var row = input({3}, {10, 20, 30});
  Var column = input({kAny, 1}, {100, 200});
  Var number = input({}, {1000});
  Var unit = input({1, 1}, {7});
  std::vector<Result> found =
      evaluate({matrix + row, column - matrix, number * row, row + column,
                unit + unit, unit * matrix, unit + number});
  EXPECT_EQ(found[0].values, (Doubles{11, 22, 33, 14, 25, 36}));
  EXPECT_EQ(found[1].values, (Doubles{99, 98, 97, 196, 195, 194}));
  EXPECT_EQ(found[2].values, (Doubles{10000, 20000, 30000}));
  EXPECT_EQ(found[3].values, (Doubles{110, 120, 130, 210, 220, 230}));
  EXPECT_EQ(found[3].shape, (Shape{2, 3}));
  EXPECT_EQ(found[4].values, (Doubles{14}));
  EXPECT_EQ(found[4].shape, (Shape{1, 1}));
  EXPECT_EQ(found[5].values, (Doubles{7, 14, 21, 28, 35, 42}));
  EXPECT_EQ(found[6].shape, (Shape{1, 1}));
  EXPECT_EQ(found[6].values, (Doubles{1007}));
  // The gradient of what was repeated is summed.
  std::vector<Doubles> gradients =
      differentiate(row * matrix + column, {0, 1, 2}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(gradients[0], (Doubles{10, 40, 90, 40, 100, 180}));
  EXPECT_EQ(gradients[1], (Doubles{1 + 16, 4 + 25, 9 + 36}));
  EXPECT_EQ(gradients[2], (Doubles{6, 15}));
}

TEST_F(Elementwise, EmptyTensors) {
  Var x = input({kAny, 3}, {}), y = input({0, 1}, {});
  std::vector<Result> found = evaluate({x + y, x * 2, exp(x)});
  for (const Result &result : found)
    EXPECT_EQ(result.shape, (Shape{0, 3}));
}

TEST_F(Elementwise, ShapesThatDoNotFit) {
  Var x = input({2, 3}, {1, 2, 3, 4, 5, 6}), y = input({2}, {1, 2});
  EXPECT_FALSE((x + y).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "operator+: b, dimension 0: found 2 ('tensor<2xf32>'), expected 3");
}

TEST_F(Elementwise, ElementTypesThatDoNotFit) {
  Var x = input({2}, {1, 2}), y = input({2}, {1, 2}, DType::F64);
  EXPECT_FALSE(maximum(x, y).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "maximum: b is 'tensor<2xf64>', expected elements of 'f32' as "
            "those of a");
}

TEST_F(Elementwise, NumbersTakeTheElementType) {
  Var x = input({2}, {1, 2}, DType::F64), i = input({2}, {1, 2}, DType::I8);
  Var h = input({kAny}, {1, 2}, DType::F16), z = input({}, {3});
  std::vector<Result> found =
      evaluate({x * 0.1, 0.1 - x, i + 100, h + 0.1, z / 4, 1 - z});
  EXPECT_EQ(found[0].values, (Doubles{0.1, 0.2}));
  EXPECT_EQ(found[1].values, (Doubles{0.1 - 1, 0.1 - 2}));
  EXPECT_EQ(found[2].values, (Doubles{101, 102}));
  EXPECT_EQ(found[2].dtype, DType::I8);
  // 0.1 is 0.0999755859375 in f16, whose unit is 2^-10 at 1 and 2^-9 at 2.
  EXPECT_EQ(found[3].values, (Doubles{1.099609375, 2.099609375}));
  EXPECT_EQ(found[3].dtype, DType::F16);
  EXPECT_EQ(found[4].values, (Doubles{0.75}));
  EXPECT_EQ(found[5].values, (Doubles{-2}));
}

TEST_F(Elementwise, NumbersThatAreNone) {
  Var x = input({2}, {1, 2}, DType::I64);
  EXPECT_FALSE((x + 0.5).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "operator+: b is 0.50, expected a number of 'i64'");
}

TEST_F(Elementwise, NumbersBeyondTheType) {
  Var x = input({2}, {1, 2}, DType::I8);
  EXPECT_FALSE((128 - x).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "operator-: a is 128.00, expected a number of 'i8'");
}

TEST_F(Elementwise, MaximaAndMinima) {
  Var x = input({kAny}, {1, 5, kNaN, -0.0, 2}),
      y = input({5}, {2, 4, 1, 0.0, 2});
  std::vector<Result> found =
      evaluate({maximum(x, y), minimum(x, y), maximum(3, x), minimum(x, 3)});
  expectNear(found[0].values, {2, 5, kNaN, 0, 2});
  EXPECT_FALSE(std::signbit(found[0].values[3]));
  expectNear(found[1].values, {1, 4, kNaN, 0, 2});
  EXPECT_TRUE(std::signbit(found[1].values[3]));
  expectNear(found[2].values, {3, 5, kNaN, 3, 3});
  expectNear(found[3].values, {1, 3, kNaN, 0, 2});
  std::vector<Doubles> gradients =
      differentiate(maximum(x, y), {0, 1}, {1, 2, 3, 4, 5});
  expectNear(gradients[0], {0, 2, 3, 4, 5});
  expectNear(gradients[1], {1, 0, 0, 0, 0});
}

TEST_F(Elementwise, ANumberInAMaximumHasNoGradient) {
  Var x = input({3}, {1, 2, 3});
  EXPECT_EQ(differentiate(maximum(2, x), {1, 1, 1}), (Doubles{0, 1, 1}));
  EXPECT_EQ(differentiate(minimum(2, x), {1, 1, 1}), (Doubles{1, 1, 0}));
}

TEST_F(Elementwise, Clamp) {
  Var x = input({kAny}, {-3, -1, 0, 2, 5, kNaN});
  std::vector<Result> found =
      evaluate({clamp(x, -1, 2), clamp(x, std::nullopt, 0),
                clamp(x, 1, std::nullopt), clamp(x, 3, 1)});
  expectNear(found[0].values, {-1, -1, 0, 2, 2, kNaN});
  expectNear(found[1].values, {-3, -1, 0, 0, 0, kNaN});
  expectNear(found[2].values, {1, 1, 1, 2, 5, kNaN});
  expectNear(found[3].values, {1, 1, 1, 1, 1, kNaN});
  EXPECT_EQ(differentiate(clamp(x, -1, 2), {1, 1, 1, 1, 1, 0}),
            (Doubles{0, 1, 1, 1, 0, 0}));
}

TEST_F(Elementwise, ClampWantsAnEnd) {
  Var x = input({1}, {1});
  EXPECT_FALSE(clamp(x, std::nullopt, std::nullopt).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "clamp: found neither min nor max");
}

TEST_F(Elementwise, Powers) {
  Var x = input({kAny}, {0.5, 2, 3}, DType::F64);
  Var y = input({3}, {2, -1, 0.5}, DType::F64);
  std::vector<Result> found =
      evaluate({pow(x, y), pow(x, 3), pow(x, 2), pow(x, 0.5), pow(2, y)});
  expectNear(found[0].values, {0.25, 0.5, std::sqrt(3.0)}, 1e-14);
  expectNear(found[1].values, {0.125, 8, 27}, 1e-14);
  EXPECT_EQ(found[2].values, (Doubles{0.25, 4, 9}));
  expectNear(found[3].values, {std::sqrt(0.5), M_SQRT2, std::sqrt(3.0)}, 1e-14);
  expectNear(found[4].values, {4, 0.5, M_SQRT2}, 1e-14);
  std::vector<Doubles> gradients = differentiate(pow(x, y), {0, 1}, {1, 1, 1});
  expectNear(gradients[0], {1, -0.25, 0.5 / std::sqrt(3.0)}, 1e-14);
  expectNear(gradients[1],
             {0.25 * std::log(0.5), 0.5 * std::log(2.0),
              std::sqrt(3.0) * std::log(3.0)},
             1e-14);
}

TEST_F(Elementwise, Comparisons) {
  Var x = input({4}, {1, 2, 3, kNaN}), y = input({4}, {2, 2, 2, 1});
  std::vector<Result> found = evaluate(
      {x<y, x <= y, x> y, x >= y, eq(x, y), ne(x, y), 2 < x, eq(x, 3)});
  for (const Result &result : found)
    EXPECT_EQ(result.dtype, DType::I1);
  EXPECT_EQ(found[0].values, (Doubles{1, 0, 0, 0}));
  EXPECT_EQ(found[1].values, (Doubles{1, 1, 0, 0}));
  EXPECT_EQ(found[2].values, (Doubles{0, 0, 1, 0}));
  EXPECT_EQ(found[3].values, (Doubles{0, 1, 1, 0}));
  EXPECT_EQ(found[4].values, (Doubles{0, 1, 0, 0}));
  EXPECT_EQ(found[5].values, (Doubles{1, 0, 1, 1}));
  EXPECT_EQ(found[6].values, (Doubles{0, 0, 1, 0}));
  EXPECT_EQ(found[7].values, (Doubles{0, 0, 1, 0}));
}

TEST_F(Elementwise, ComparisonsOfIntegers) {
  Var x = input({3}, {-1, 0, 1}, DType::I64), b = input({2}, {0, 1}, DType::I1),
      c = input({2}, {1, 1}, DType::I1);
  std::vector<Result> found =
      evaluate({x < 0, x >= 0, ne(x, 1), b < c, eq(b, c)});
  EXPECT_EQ(found[0].values, (Doubles{1, 0, 0}));
  EXPECT_EQ(found[1].values, (Doubles{0, 1, 1}));
  EXPECT_EQ(found[2].values, (Doubles{1, 1, 0}));
  EXPECT_EQ(found[3].values, (Doubles{1, 0}));
  EXPECT_EQ(found[4].values, (Doubles{0, 1}));
}

TEST_F(Elementwise, Where) {
  Var c = input({kAny}, {1, 0, 1}, DType::I1);
  Var a = input({3}, {1, 2, 3}), b = input({2, 1}, {10, 20});
  std::vector<Result> found = evaluate(
      {where(c, a, b), where(c, a, 0), where(c, 1, 0), where(c, a, a + 1)});
  EXPECT_EQ(found[0].shape, (Shape{2, 3}));
  EXPECT_EQ(found[0].values, (Doubles{1, 10, 3, 1, 20, 3}));
  EXPECT_EQ(found[1].values, (Doubles{1, 0, 3}));
  EXPECT_EQ(found[2].values, (Doubles{1, 0, 1}));
  EXPECT_EQ(found[2].dtype, DType::F32);
  EXPECT_EQ(found[3].values, (Doubles{1, 3, 3}));
  std::vector<Doubles> gradients =
      differentiate(where(c, a, b), {1, 2}, {1, 2, 3, 4, 5, 6});
  EXPECT_EQ(gradients[0], (Doubles{5, 0, 9}));
  EXPECT_EQ(gradients[1], (Doubles{2, 5}));
}

TEST_F(Elementwise, WhereWantsBooleans) {
  Var x = input({2}, {1, 2});
  EXPECT_FALSE(where(x, x, 0).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "where: condition is 'tensor<2xf32>', expected elements of i1");
}

TEST_F(Elementwise, BooleansAreNoNumbers) {
  Var x = input({2}, {0, 1}, DType::I1);
  EXPECT_FALSE((x + x).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "operator+: a is 'tensor<2xi1>', expected floats or integers");
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

TEST_F(Elementwise, Conversions) {
  Var x = input({kAny}, {-2.75, 0, 0.5, 3.999, 300});
  Var i = input({2}, {-1, 1000}, DType::I64), b = input({2}, {0, 1}, DType::I1);
  Var h = input({2}, {1.0009765625, 70000}, DType::F16);
  std::vector<Result> found =
      evaluate({to(x, DType::I64), to(x, DType::I1), to(x, DType::F64),
                to(i, DType::F32), to(i, DType::I16), to(i, DType::I1),
                to(b, DType::I32), to(b, DType::F32), to(h, DType::BF16),
                to(x, DType::I8)});
  EXPECT_EQ(found[0].values, (Doubles{-2, 0, 0, 3, 300}));
  EXPECT_EQ(found[0].dtype, DType::I64);
  EXPECT_EQ(found[1].values, (Doubles{1, 0, 1, 1, 1}));
  EXPECT_EQ(found[2].values, (Doubles{-2.75, 0, 0.5, double(3.999f), 300}));
  EXPECT_EQ(found[3].values, (Doubles{-1, 1000}));
  EXPECT_EQ(found[4].values, (Doubles{-1, 1000}));
  EXPECT_EQ(found[4].dtype, DType::I16);
  EXPECT_EQ(found[5].values, (Doubles{1, 1}));
  EXPECT_EQ(found[6].values, (Doubles{0, 1}));
  EXPECT_EQ(found[7].values, (Doubles{0, 1}));
  EXPECT_EQ(found[8].values, (Doubles{1, kInfinity}));
  EXPECT_EQ(found[8].dtype, DType::BF16);
  EXPECT_EQ(found[9].values, (Doubles{-2, 0, 0, 3, 127}));
}

TEST_F(Elementwise, IntegersOfWhatIsNone) {
  Var x = input({5}, {kNaN, kInfinity, -kInfinity, 1e30, -1e10});
  std::vector<Result> found = evaluate({to(x, DType::I32), to(x, DType::I64)});
  EXPECT_EQ(found[0].values,
            (Doubles{0, 2147483647, -2147483648, 2147483647, -2147483648}));
  EXPECT_EQ(found[1].values, (Doubles{0, 0x1p63, -0x1p63, 0x1p63, -1e10}));
}

TEST_F(Elementwise, ConversionsHaveGradients) {
  Var x = input({2}, {1, 2});
  EXPECT_EQ(differentiate(square(to(x, DType::F64)), {1, 1}), (Doubles{2, 4}));
}

TEST_F(Elementwise, DetachedValuesHaveNone) {
  Var x = input({2}, {3, 4});
  Var y = x * detach(x);
  EXPECT_EQ(evaluate(y).values, (Doubles{9, 16}));
  EXPECT_EQ(differentiate(y, {1, 1}), (Doubles{3, 4}));
}

//===----------------------------------------------------------------------===//
// Numbers that are no tensors
//===----------------------------------------------------------------------===//

TEST_F(Elementwise, NumbersMakeScalarOperations) {
  OpBuilder builder = OpBuilder::atBlockEnd(graph.getModule().getBody());
  Type f32 = builder.getF32Type();
  auto rule = func::FuncOp::create(builder, builder.getUnknownLoc(), "rule",
                                   builder.getFunctionType({f32, f32}, {}));
  Block &block = *rule.addEntryBlock();
  Var w(&graph, block.getArgument(0)), lr(&graph, block.getArgument(1));
  Graph::InsertionGuard guard(graph, &block);
  Var y = w - lr * sign(w) / (sqrt(w) + 1e-8);
  EXPECT_TRUE(graph.getErrors().empty());
  EXPECT_TRUE(y.getValue().getType().isF32());
  for (Operation &op : block) {
    EXPECT_FALSE(isa<RankedTensorType>(op.getResult(0).getType()));
    EXPECT_TRUE(
        llvm::is_contained({"arith", "math"}, op.getDialect()->getNamespace()));
  }
}
} // namespace
