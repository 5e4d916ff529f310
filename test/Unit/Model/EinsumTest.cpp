//===- EinsumTest.cpp - Products that are summed --------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionGraph.h"
#include "emb/Model/Functions.h"

#include <map>

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::test;

namespace {
constexpr int64_t kAny = kDynamicSize;

using Einsum = FunctionGraph;

/// The sums, over all positions of the letters of `extents`, of the products of
/// elements: einsum by its definition.
Doubles reference(std::vector<std::string> factors, const std::string &result,
                  const std::vector<Doubles> &values,
                  std::map<char, int64_t> extents) {
  auto positionOf = [&](const std::string &letters,
                        const std::map<char, int64_t> &at) {
    int64_t position = 0;
    for (char letter : letters)
      position = position * extents[letter] + at.at(letter);
    return position;
  };
  int64_t steps = 1, size = 1;
  for (auto [letter, extent] : extents)
    steps *= extent;
  for (char letter : result)
    size *= extents[letter];
  Doubles sums(size);
  for (int64_t step = 0; step < steps; ++step) {
    std::map<char, int64_t> at;
    int64_t rest = step;
    for (auto [letter, extent] : extents) {
      at[letter] = rest % extent;
      rest /= extent;
    }
    double product = 1;
    for (size_t i = 0; i < factors.size(); ++i)
      product *= values[i][positionOf(factors[i], at)];
    sums[positionOf(result, at)] += product;
  }
  return sums;
}

/// `size` numbers that are exact in f32 and so are their products.
Doubles numbers(int64_t size, int start) {
  Doubles values(size);
  for (int64_t i = 0; i < size; ++i)
    values[i] = ((start + 5 * i) % 11) - 4;
  return values;
}

struct Equation {
  std::string text;
  std::vector<std::string> factors;
  std::string result;
};

const std::map<char, int64_t> kExtents = {{'b', 2}, {'d', 3}, {'i', 4},
                                          {'j', 5}, {'k', 2}, {'A', 3}};

const Equation kEquations[] = {
    {"bd,bd->b", {"bd", "bd"}, "b"},
    {"ik,kj->ij", {"ik", "kj"}, "ij"},
    {"ik,jk->ij", {"ik", "jk"}, "ij"},
    {"ki,kj->ji", {"ki", "kj"}, "ji"},
    {"bik,bkj->bij", {"bik", "bkj"}, "bij"},
    {"bik , bkj -> ibj", {"bik", "bkj"}, "ibj"},
    {"i,j->ij", {"i", "j"}, "ij"},
    {"bd,bd->bd", {"bd", "bd"}, "bd"},
    {"bd,bd->", {"bd", "bd"}, ""},
    {"bdi->ib", {"bdi"}, "ib"},
    {"bdi->idb", {"bdi"}, "idb"},
    {"bd->bd", {"bd"}, "bd"},
    {"bd", {"bd"}, "bd"},
    {"ij->", {"ij"}, ""},
    {"ik,kj", {"ik", "kj"}, "ij"},
    {"kj,ik", {"kj", "ik"}, "ij"},
    {"bA,Aj", {"bA", "Aj"}, "bj"},
    {"bi,ijk,bk->bj", {"bi", "ijk", "bk"}, "bj"},
    {"b,d,i->dib", {"b", "d", "i"}, "dib"},
    {"bi,di,j,k->bd", {"bi", "di", "j", "k"}, "bd"},
    {"i,i,b->b", {"i", "i", "b"}, "b"},
};

void PrintTo(const Equation &equation, std::ostream *os) {
  *os << equation.text;
}

class Equations : public FunctionGraph,
                  public testing::WithParamInterface<Equation> {};

TEST_P(Equations, ValuesAndGradients) {
  const Equation &equation = GetParam();
  std::vector<Var> operands, fixed;
  std::vector<Doubles> values;
  std::vector<unsigned> wrt;
  std::map<char, int64_t> extents;
  for (const std::string &letters : equation.factors)
    for (char letter : letters)
      extents[letter] = kExtents.at(letter);
  Shape shape;
  for (char letter : equation.result)
    shape.push_back(kExtents.at(letter));
  for (DType dtype : {DType::F64, DType::F32}) {
    for (const std::string &letters : equation.factors) {
      Shape wanted, others;
      int64_t size = 1;
      bool isFirst = true;
      for (char letter : letters) {
        int64_t extent = kExtents.at(letter);
        size *= extent;
        bool isOpen = dtype == DType::F64 && (letter == 'b' || letter == 'j');
        wanted.push_back(isOpen ? kAny : extent);
        if (isOpen && !isFirst)
          others.push_back(extent);
        isFirst &= !isOpen;
      }
      Doubles filled = numbers(size, inputs.size());
      Var operand = input(wanted, filled, dtype, others);
      if (dtype == DType::F32) {
        fixed.push_back(operand);
        continue;
      }
      wrt.push_back(operands.size());
      operands.push_back(operand);
      values.push_back(filled);
    }
  }
  Var result = einsum(equation.text, operands);
  Result found = evaluate(result);
  EXPECT_EQ(found.shape, shape);
  EXPECT_EQ(found.values,
            reference(equation.factors, equation.result, values, extents));
  // The gradient of a factor is the contraction of all others and the seed.
  Doubles seed = numbers(found.values.size(), 3);
  std::vector<Doubles> gradients = differentiate(result, wrt, seed);
  for (unsigned i : wrt) {
    std::vector<std::string> factors = equation.factors;
    std::vector<Doubles> others = values;
    factors[i] = equation.result;
    others[i] = seed;
    EXPECT_EQ(gradients[i],
              reference(factors, equation.factors[i], others, extents))
        << "operand " << i;
  }
  unsigned numOperands = operands.size();
  for (unsigned i = 0; i < numOperands; ++i)
    values[i] = numbers(values[i].size(), numOperands + i);
  Result single = evaluate(einsum(equation.text, fixed));
  EXPECT_EQ(single.dtype, DType::F32);
  EXPECT_EQ(single.values,
            reference(equation.factors, equation.result, values, extents));
}

INSTANTIATE_TEST_SUITE_P(Einsum, Equations, testing::ValuesIn(kEquations),
                         [](const testing::TestParamInfo<Equation> &info) {
                           return std::to_string(info.index);
                         });

TEST_F(Einsum, OneOperationForTwoFactors) {
  Var p = input({kAny, 4}, {1, 2, 3, 4}), q = input({kAny, 4}, {5, 6, 7, 8});
  std::string text = print(einsum("bd,bd->b", {p, q}));
  EXPECT_EQ(count(text, "linalg.generic"), 1u) << text;
  EXPECT_EQ(count(text, "emb.check_equal"), 1u) << text;
  EXPECT_EQ(count(text, "arith.ext"), 0u) << text;
  EXPECT_EQ(count(text, "iterator_types = [\"parallel\", \"reduction\"]"), 1u)
      << text;
}

TEST_F(Einsum, ProductsOfMatricesHaveNames) {
  Var a = input({2, 3}, numbers(6, 0)), b = input({3, 2}, numbers(6, 1));
  Var x = input({2, 2, 3}, numbers(12, 0)),
      y = input({2, 3, 2}, numbers(12, 1));
  std::string text =
      print({matmul(a, b), einsum("ij,kj->ik", {a, a}), matmul(x, y)});
  EXPECT_EQ(count(text, "linalg.matmul "), 2u) << text;
  EXPECT_EQ(count(text, "linalg.batch_matmul "), 1u) << text;
  EXPECT_EQ(count(text, "linalg.generic"), 0u) << text;
}

TEST_F(Einsum, SumsOfAllAreAccumulatedInDouble) {
  Doubles values(65, 1), ones(65, 1);
  values[0] = 0x1p25;
  Var x = input({kAny}, values), y = input({65}, ones);
  std::vector<Result> found = evaluate({einsum("i,i->", {x, y}), dot(x, y)});
  EXPECT_EQ(found[0].values, (Doubles{0x1p25 + 64}));
  EXPECT_EQ(found[1].values, (Doubles{0x1p25 + 64}));
  EXPECT_EQ(found[0].dtype, DType::F32);
}

TEST_F(Einsum, LowPrecisionIsAccumulatedInSingle) {
  Doubles values(9, 1), ones(9, 1);
  values[0] = 256;
  Var x = input({1, 9}, values, DType::BF16),
      y = input({9, 1}, ones, DType::BF16);
  std::vector<Result> found =
      evaluate({matmul(x, y), einsum("ij,jk,jk->i", {x, y, y})});
  EXPECT_EQ(found[0].dtype, DType::BF16);
  EXPECT_EQ(found[0].values, (Doubles{264}));
  EXPECT_EQ(found[1].values, (Doubles{264}));
}

TEST_F(Einsum, Matmul) {
  Doubles a = numbers(6, 0), b = numbers(12, 1), c = numbers(3, 2);
  std::map<char, int64_t> extents = {{'n', 2}, {'k', 3}, {'m', 4}, {'b', 2}};
  Var matrix = input({kAny, 3}, a, DType::F64);
  Var other = input({3, 4}, b, DType::F64);
  Var vector = input({3}, c, DType::F64);
  Doubles d = numbers(24, 3), e = numbers(12, 4);
  Var batch = input({2, 3, 4}, d, DType::F64);
  Var rows = input({2, 2, 3}, e, DType::F64);
  Var single = input({1, 2, 3}, a, DType::F64);
  std::vector<Result> found = evaluate(
      {matmul(matrix, other), matmul(matrix, vector), matmul(vector, other),
       matmul(vector, vector), matmul(rows, batch), matmul(matrix, batch),
       matmul(rows, other), matmul(vector, batch), matmul(single, batch)});
  Doubles product =
      reference({"nk", "km"}, "nm", {a, b}, {{'n', 2}, {'k', 3}, {'m', 4}});
  EXPECT_EQ(found[0].shape, (Shape{2, 4}));
  EXPECT_EQ(found[0].values, product);
  EXPECT_EQ(found[1].shape, (Shape{2}));
  EXPECT_EQ(found[1].values,
            reference({"nk", "k"}, "n", {a, c}, {{'n', 2}, {'k', 3}}));
  EXPECT_EQ(found[2].shape, (Shape{4}));
  EXPECT_EQ(found[2].values,
            reference({"k", "km"}, "m", {c, b}, {{'m', 4}, {'k', 3}}));
  EXPECT_EQ(found[3].shape, (Shape{}));
  EXPECT_EQ(found[3].values,
            (Doubles{c[0] * c[0] + c[1] * c[1] + c[2] * c[2]}));
  EXPECT_EQ(found[4].shape, (Shape{2, 2, 4}));
  EXPECT_EQ(found[4].values, reference({"bnk", "bkm"}, "bnm", {e, d}, extents));
  EXPECT_EQ(found[5].shape, (Shape{2, 2, 4}));
  EXPECT_EQ(found[5].values, reference({"nk", "bkm"}, "bnm", {a, d}, extents));
  EXPECT_EQ(found[6].values, reference({"bnk", "km"}, "bnm", {e, b}, extents));
  EXPECT_EQ(found[7].shape, (Shape{2, 4}));
  EXPECT_EQ(found[7].values, reference({"k", "bkm"}, "bm", {c, d},
                                       {{'b', 2}, {'k', 3}, {'m', 4}}));
  EXPECT_EQ(found[8].values, found[5].values);
  Doubles seed = numbers(16, 5);
  std::vector<Doubles> gradients =
      differentiate(matmul(single, batch), {5, 3}, seed);
  EXPECT_EQ(gradients[0], reference({"bnm", "bkm"}, "nk", {seed, d}, extents));
  EXPECT_EQ(gradients[1], reference({"bnm", "nk"}, "bkm", {seed, a}, extents));
}

TEST_F(Einsum, Dot) {
  Doubles a = numbers(6, 0), b = numbers(6, 1), c = numbers(3, 2);
  Var x = input({kAny, 3}, a), y = input({kAny, 3}, b), z = input({3}, c);
  Var column = input({2, 1}, {2, 3});
  std::vector<Result> found =
      evaluate({dot(x, y), dot(x, z), dot(z, z), dot(x, column)});
  std::map<char, int64_t> extents = {{'b', 2}, {'k', 3}};
  EXPECT_EQ(found[0].values, reference({"bk", "bk"}, "b", {a, b}, extents));
  EXPECT_EQ(found[0].shape, (Shape{2}));
  EXPECT_EQ(found[1].values, reference({"bk", "k"}, "b", {a, c}, extents));
  EXPECT_EQ(found[2].values, reference({"k", "k"}, "", {c, c}, {{'k', 3}}));
  EXPECT_EQ(found[3].values, reference({"bk", "b"}, "b", {a, {2, 3}}, extents));
  std::vector<Doubles> gradients = differentiate(dot(x, z), {0, 2}, {2, 3});
  EXPECT_EQ(gradients[0], reference({"b", "k"}, "bk", {{2, 3}, c}, extents));
  EXPECT_EQ(gradients[1], reference({"b", "bk"}, "k", {{2, 3}, a}, extents));
}

TEST_F(Einsum, ExtentsOfOneAreRepeated) {
  Var x = input({kAny, 3}, numbers(6, 0)), y = input({2, 1}, {2, 3});
  EXPECT_EQ(evaluate(einsum("bd,bd->b", {x, y})).values,
            reference({"bd", "b"}, "b", {numbers(6, 0), {2, 3}},
                      {{'b', 2}, {'d', 3}}));
}

TEST_F(Einsum, EmptyTensors) {
  Var x = input({kAny, 3}, {}), y = input({3, 0}, {}), z = input({0}, {});
  std::vector<Result> found =
      evaluate({matmul(x, y), einsum("ij,ij->", {x, x}), matmul(y, z)});
  EXPECT_EQ(found[0].shape, (Shape{0, 0}));
  EXPECT_EQ(found[1].values, (Doubles{0}));
  EXPECT_EQ(found[2].values, (Doubles{0, 0, 0}));
}

TEST_F(Einsum, AStepComparesExtents) {
  Var x = input({kAny, 2}, {1, 2, 3, 4}), y = input({kAny, 2}, {1, 2});
  std::unique_ptr<Executable> program = compile(print(dot(x, y)));
  CompiledFunction function = take(program->lookup("f"));
  std::string message = takeMessage(function.call(getArguments()));
  EXPECT_NE(message.find("dot: b, dimension 0: found 1, expected 2"),
            std::string::npos)
      << message;
}

//===----------------------------------------------------------------------===//
// Misuse
//===----------------------------------------------------------------------===//

class EinsumMisuse : public FunctionGraph {
protected:
  Var x = input({2, 3}, Doubles(6));
  Var number = input({}, {1});
};

TEST_F(EinsumMisuse, NumberOfOperands) {
  EXPECT_FALSE(einsum("bd,bd->b", {x}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "einsum: 'bd,bd->b' has 2 operands, found 1");
}

TEST_F(EinsumMisuse, Ranks) {
  EXPECT_FALSE(einsum("bd,b->b", {x, x}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "einsum: operand 1 is 'tensor<2x3xf32>', expected rank 1");
}

TEST_F(EinsumMisuse, Extents) {
  EXPECT_FALSE(einsum("bd,db->b", {x, x}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "einsum: operand 1, dimension 0: found 2 ('tensor<2x3xf32>'), "
            "expected 3");
}

TEST_F(EinsumMisuse, RepeatedLetters) {
  EXPECT_FALSE(einsum("ii->i", {x}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "einsum: 'ii->i': operand 0 has 'i' twice, which is not supported");
}

TEST_F(EinsumMisuse, LettersOfTheResult) {
  EXPECT_FALSE(einsum("ij->iz", {x}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "einsum: 'ij->iz': the result has 'z', which no operand has");
}

TEST_F(EinsumMisuse, WhatIsNoLetter) {
  EXPECT_FALSE(einsum("...j->j", {x}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "einsum: '...j->j': found '.', expected letters, ',' and '->'");
}

TEST_F(EinsumMisuse, MatricesThatDoNotFit) {
  EXPECT_FALSE(matmul(x, x).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "matmul: b, dimension 0: found 2 ('tensor<2x3xf32>'), expected 3");
}

TEST_F(EinsumMisuse, MatricesRepeatNothing) {
  Var column = slice(x, 1, 0, 1);
  EXPECT_FALSE(matmul(column, x).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "matmul: b, dimension 0: found 2 ('tensor<2x3xf32>'), expected 1");
}

TEST_F(EinsumMisuse, NumbersAreNoVectors) {
  EXPECT_FALSE(dot(x, number).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "dot: b is 'tensor<f32>', expected a tensor of rank 1 at least");
}
} // namespace
