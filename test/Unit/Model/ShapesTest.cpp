//===- ShapesTest.cpp - Tensors in other shapes, cut and joined -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionGraph.h"
#include "emb/Model/Functions.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::test;

namespace {
constexpr int64_t kAny = kDynamicSize;

/// 0, 1, 2, ...
Doubles counting(int64_t size) {
  Doubles values(size);
  for (int64_t i = 0; i < size; ++i)
    values[i] = i;
  return values;
}

class Shapes : public FunctionGraph {
protected:
  /// A step of `result` fails.
  std::string failure(Var result) {
    std::unique_ptr<Executable> program = compile(print(result));
    CompiledFunction function = take(program->lookup("f"));
    return takeMessage(function.call(getArguments()));
  }
};

//===----------------------------------------------------------------------===//
// Reshape
//===----------------------------------------------------------------------===//

TEST_F(Shapes, Reshape) {
  Var fixed = input({2, 3, 4}, counting(24));
  Var open = input({kAny, 3, 4}, counting(24));
  Var both = input({kAny, kAny, 4}, counting(24), DType::F32, {3});
  Var number = input({}, {5});
  struct Case {
    Var x;
    Shape wanted, found;
    bool isChecked;
  };
  const Case cases[] = {
      {fixed, {6, 4}, {6, 4}, false},
      {fixed, {4, 6}, {4, 6}, false},
      {fixed, {2, 3, 2, -1}, {2, 3, 2, 2}, false},
      {fixed, {24}, {24}, false},
      {fixed, {-1, 1}, {24, 1}, false},
      {open, {-1, 12}, {2, 12}, false},
      {open, {-1, 4}, {6, 4}, false},
      {open, {-1}, {24}, false},
      {open, {-1, 3, 2, 2}, {2, 3, 2, 2}, false},
      {open, {-1, 6}, {4, 6}, true},
      {open, {4, 3, -1}, {4, 3, 2}, false},
      {open, {2, 3, 4}, {2, 3, 4}, true},
      {open, {-1, 3, 4}, {2, 3, 4}, false},
      {open, {3, -1, 4}, {3, 2, 4}, false},
      {both, {-1, 4}, {6, 4}, false},
      {both, {-1, 2}, {12, 2}, true},
      {both, {-1}, {24}, false},
      {number, {1, 1}, {1, 1}, false},
      {number, {}, {}, false},
      {number, {-1}, {1}, false},
  };
  std::vector<Var> results;
  for (const Case &test : cases) {
    unsigned before = count(print(number), "emb.check_equal");
    results.push_back(reshape(test.x, test.wanted));
    EXPECT_EQ(count(print(number), "emb.check_equal") - before,
              unsigned(test.isChecked))
        << formatShape(test.wanted, DType::F32);
  }
  std::vector<Result> found = evaluate(results);
  for (auto [result, test] : llvm::zip_equal(found, cases)) {
    EXPECT_EQ(result.shape, test.found);
    EXPECT_EQ(result.values, test.x.getRank() == 0 ? Doubles{5} : counting(24));
  }
  Doubles seed = counting(24);
  EXPECT_EQ(differentiate(results[1], seed), seed);
  for (unsigned i : {5, 8, 9, 11, 13})
    EXPECT_EQ(differentiate(results[i], {1}, seed)[0], seed) << i;
  EXPECT_EQ(differentiate(results[15], {2}, seed)[0], seed);
  EXPECT_EQ(differentiate(results[17], {3}, {7})[0], (Doubles{7}));
}

TEST_F(Shapes, OneOperationWhereDimensionsAreJoined) {
  Var x = input({kAny, 3, 4}, counting(24));
  std::string text = print(reshape(x, {-1, 12}));
  EXPECT_EQ(count(text, "tensor.collapse_shape %arg0 [[0], [1, 2]]"), 1u)
      << text;
  EXPECT_EQ(count(text, " = "), 2u) << text;
}

TEST_F(Shapes, AStepChecksWhetherElementsFit) {
  Var x = input({kAny, 3}, counting(9));
  EXPECT_NE(failure(reshape(x, {-1, 2}))
                .find("reshape: elements for '?x2': found 9, expected 8"),
            std::string::npos);
}

TEST_F(Shapes, AStepChecksAGivenShape) {
  Var x = input({kAny, 3}, counting(9));
  EXPECT_NE(failure(reshape(x, {2, 3}))
                .find("reshape: elements for '2x3': found 9, expected 6"),
            std::string::npos);
}

TEST_F(Shapes, EmptyReshape) {
  Var x = input({kAny, 3}, {}), y = input({0, 2}, {});
  std::vector<Result> found =
      evaluate({reshape(x, {-1}), reshape(x, {-1, 1, 3}), reshape(y, {0, 5}),
                reshape(y, {-1, 7})});
  EXPECT_EQ(found[0].shape, (Shape{0}));
  EXPECT_EQ(found[1].shape, (Shape{0, 1, 3}));
  EXPECT_EQ(found[2].shape, (Shape{0, 5}));
  EXPECT_EQ(found[3].shape, (Shape{0, 7}));
}

TEST_F(Shapes, ReshapesThatDoNotFit) {
  Var x = input({2, 3}, counting(6));
  EXPECT_FALSE(reshape(x, {4, -1}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "reshape: found 6 elements ('tensor<2x3xf32>'), which do not fit "
            "into '4x?'");
}

TEST_F(Shapes, TwoExtentsThatAreLeft) {
  Var x = input({2, 3}, counting(6));
  EXPECT_FALSE(reshape(x, {-1, -1}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "reshape: found two extents that are not given, expected one at "
            "most");
}

TEST_F(Shapes, ExtentsLeftBesideNothing) {
  Var x = input({kAny, 3}, {});
  EXPECT_FALSE(reshape(x, {0, -1}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "reshape: an extent is left to be found beside one of 0");
}

TEST_F(Shapes, Flatten) {
  Var x = input({kAny, 3, 2, 2}, counting(24)), number = input({}, {5});
  std::vector<Result> found =
      evaluate({flatten(x), flatten(x, 1), flatten(x, 1, 2), flatten(x, -1),
                flatten(number)});
  EXPECT_EQ(found[0].shape, (Shape{24}));
  EXPECT_EQ(found[1].shape, (Shape{2, 12}));
  EXPECT_EQ(found[2].shape, (Shape{2, 6, 2}));
  EXPECT_EQ(found[3].shape, (Shape{2, 3, 2, 2}));
  EXPECT_EQ(found[4].shape, (Shape{1}));
  EXPECT_EQ(found[2].values, counting(24));
}

TEST_F(Shapes, FlattenBackwards) {
  Var x = input({2, 3}, counting(6));
  EXPECT_FALSE(flatten(x, 1, 0).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "flatten: found the dimensions 1 to 0, expected the first one "
            "before the last");
}

//===----------------------------------------------------------------------===//
// Dimensions added, dropped and moved
//===----------------------------------------------------------------------===//

TEST_F(Shapes, UnitDimensions) {
  Var x = input({kAny, 3}, counting(6)), number = input({}, {5});
  Var y = input({1, 2, 1}, {1, 2}), single = input({1}, {1});
  std::vector<Result> found = evaluate(
      {unsqueeze(x, 0), unsqueeze(x, 1), unsqueeze(x, -1), unsqueeze(number, 0),
       squeeze(y, 0), squeeze(y, -1), squeeze(y, 1), squeeze(single, 0),
       squeeze(unsqueeze(x, 1), 1)});
  EXPECT_EQ(found[0].shape, (Shape{1, 2, 3}));
  EXPECT_EQ(found[1].shape, (Shape{2, 1, 3}));
  EXPECT_EQ(found[2].shape, (Shape{2, 3, 1}));
  EXPECT_EQ(found[3].shape, (Shape{1}));
  EXPECT_EQ(found[4].shape, (Shape{2, 1}));
  EXPECT_EQ(found[5].shape, (Shape{1, 2}));
  EXPECT_EQ(found[6].shape, (Shape{1, 2, 1}));
  EXPECT_EQ(found[7].shape, (Shape{}));
  EXPECT_EQ(found[8].shape, (Shape{2, 3}));
  for (unsigned i : {0, 1, 2, 8})
    EXPECT_EQ(found[i].values, counting(6));
  EXPECT_EQ(differentiate(unsqueeze(x, 1), counting(6)), counting(6));
}

TEST_F(Shapes, SqueezeOfAnOpenExtent) {
  Var x = input({kAny, 3}, counting(6));
  EXPECT_FALSE(squeeze(x, 0).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "squeeze: dimension 0 of 'tensor<?x3xf32>' is known to a step "
            "only, expected 1");
}

TEST_F(Shapes, UnsqueezeBeyondTheEnd) {
  Var x = input({2, 3}, counting(6));
  EXPECT_FALSE(unsqueeze(x, 3).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "unsqueeze: found dimension 3 for 'tensor<2x3xf32>', expected -3 "
            "to 2");
}

TEST_F(Shapes, Permutations) {
  Var x = input({kAny, 3, 4}, counting(24));
  Var y = transpose(x, 0, -1), z = permute(x, {1, -1, 0});
  std::vector<Result> found = evaluate({y, z});
  EXPECT_EQ(found[0].shape, (Shape{4, 3, 2}));
  EXPECT_EQ(found[1].shape, (Shape{3, 4, 2}));
  Doubles seed = counting(24), slopes(24);
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k) {
        EXPECT_EQ(found[0].values[(k * 3 + j) * 2 + i], (i * 3 + j) * 4 + k);
        EXPECT_EQ(found[1].values[(j * 4 + k) * 2 + i], (i * 3 + j) * 4 + k);
        slopes[(i * 3 + j) * 4 + k] = (j * 4 + k) * 2 + i;
      }
  EXPECT_EQ(differentiate(z, seed), slopes);
}

TEST_F(Shapes, PermutationsOfTooFew) {
  Var x = input({2, 3}, counting(6));
  EXPECT_FALSE(permute(x, {0}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "permute: found 1 dimensions for 'tensor<2x3xf32>'");
}

TEST_F(Shapes, PermutationsThatAreNone) {
  Var x = input({2, 3}, counting(6));
  EXPECT_FALSE(permute(x, {0, -2}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "permute: dimension 0 is given twice");
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

TEST_F(Shapes, Select) {
  Var x = input({kAny, 3}, counting(6)), y = input({4}, {1, 2, 3, 4});
  std::vector<Result> found =
      evaluate({select(x, 1, -1), select(x, 0, 1), select(x, 0, -2),
                select(x, -1, 0), select(y, 0, 2)});
  EXPECT_EQ(found[0].shape, (Shape{2}));
  EXPECT_EQ(found[0].values, (Doubles{2, 5}));
  EXPECT_EQ(found[1].shape, (Shape{3}));
  EXPECT_EQ(found[1].values, (Doubles{3, 4, 5}));
  EXPECT_EQ(found[2].values, (Doubles{0, 1, 2}));
  EXPECT_EQ(found[3].values, (Doubles{0, 3}));
  EXPECT_EQ(found[4].shape, (Shape{}));
  EXPECT_EQ(found[4].values, (Doubles{3}));
  EXPECT_EQ(differentiate(select(x, 1, -1), {5, 7}),
            (Doubles{0, 0, 5, 0, 0, 7}));
  EXPECT_EQ(differentiate(select(x, 0, -1), {1, 2, 3}),
            (Doubles{0, 0, 0, 1, 2, 3}));
}

TEST_F(Shapes, SelectIsOneOperation) {
  Var x = input({kAny, 3}, counting(6));
  std::string text = print(select(x, 1, -1));
  EXPECT_EQ(count(text, "tensor.extract_slice %arg0[0, 2]"), 1u) << text;
  EXPECT_EQ(count(text, "tensor.collapse_shape"), 0u) << text;
}

TEST_F(Shapes, PartsOfNothing) {
  Var x = input({0, 3}, {}), y = input({kAny, 3}, {});
  std::vector<Result> found = evaluate(
      {select(x, 1, 1), slice(x, 1, 1), slice(x, 0, 0, 2), select(y, 1, 1)});
  EXPECT_EQ(found[0].shape, (Shape{0}));
  EXPECT_EQ(found[1].shape, (Shape{0, 2}));
  EXPECT_EQ(found[2].shape, (Shape{0, 3}));
  EXPECT_EQ(found[3].shape, (Shape{0}));
}

TEST_F(Shapes, SelectBeyondTheEnd) {
  Var x = input({2, 3}, counting(6));
  EXPECT_FALSE(select(x, 1, 3).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "select: found index 3 for dimension 1 of 'tensor<2x3xf32>', "
            "expected -3 to 2");
}

TEST_F(Shapes, AStepChecksTheIndex) {
  Var x = input({kAny, 3}, counting(6));
  std::string message = failure(select(x, 0, 2));
  EXPECT_NE(message.find("select: index: index out of range"),
            std::string::npos)
      << message;
  EXPECT_NE(message.find("value 2, expected 0 <= index < 2"), std::string::npos)
      << message;
}

TEST_F(Shapes, AStepChecksTheIndexFromTheEnd) {
  Var x = input({kAny, 3}, counting(6));
  std::string message = failure(select(x, 0, -3));
  EXPECT_NE(message.find("value -1, expected 0 <= index < 2"),
            std::string::npos)
      << message;
}

TEST_F(Shapes, Slices) {
  Var fixed = input({5}, counting(5)), open = input({kAny}, counting(5));
  struct Case {
    int64_t start;
    std::optional<int64_t> end;
    Doubles values;
  };
  const Case cases[] = {
      {0, std::nullopt, {0, 1, 2, 3, 4}},
      {2, std::nullopt, {2, 3, 4}},
      {-2, std::nullopt, {3, 4}},
      {0, 3, {0, 1, 2}},
      {1, -1, {1, 2, 3}},
      {-9, 2, {0, 1}},
      {3, 99, {3, 4}},
      {4, 2, {}},
      {5, std::nullopt, {}},
      {9, std::nullopt, {}},
      {0, -5, {}},
      {0, -9, {}},
  };
  std::vector<Var> results;
  for (const Case &test : cases) {
    results.push_back(slice(fixed, 0, test.start, test.end));
    EXPECT_EQ(results.back().getShape()[0], int64_t(test.values.size()));
    results.push_back(slice(open, 0, test.start, test.end));
  }
  std::vector<Result> found = evaluate(results);
  for (auto [number, result] : llvm::enumerate(found))
    EXPECT_EQ(result.values, cases[number / 2].values)
        << "case " << number / 2 << (number % 2 ? ", open" : ", fixed");
  EXPECT_EQ(differentiate(slice(fixed, 0, 1, -1), {7, 8, 9}),
            (Doubles{0, 7, 8, 9, 0}));
  EXPECT_EQ(differentiate(slice(open, -1, -2), {1}, {7, 8})[0],
            (Doubles{0, 0, 0, 7, 8}));
}

TEST_F(Shapes, SlicesOfMatrices) {
  Var x = input({kAny, 4}, counting(8));
  std::vector<Result> found =
      evaluate({slice(x, 1, 1, 3), slice(x, 0, 1), slice(x, 1, 4)});
  EXPECT_EQ(found[0].shape, (Shape{2, 2}));
  EXPECT_EQ(found[0].values, (Doubles{1, 2, 5, 6}));
  EXPECT_EQ(found[1].values, (Doubles{4, 5, 6, 7}));
  EXPECT_EQ(found[2].shape, (Shape{2, 0}));
}

TEST_F(Shapes, ANumberHasNoSlices) {
  Var x = input({}, {1});
  EXPECT_FALSE(slice(x, 0, 1).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "slice: found dimension 0 for 'tensor<f32>', expected none");
}

//===----------------------------------------------------------------------===//
// Joins and repetitions
//===----------------------------------------------------------------------===//

TEST_F(Shapes, Concat) {
  Var x = input({kAny, 2}, {1, 2, 3, 4}), y = input({2, 1}, {5, 6});
  Var z = input({1, 2}, {7, 8}), none = input({0, 2}, {});
  std::vector<Result> found =
      evaluate({concat({x, y}, 1), concat({x, z, x, none}, 0), concat({z}, 0),
                concat({y, y, y}, -1)});
  EXPECT_EQ(found[0].shape, (Shape{2, 3}));
  EXPECT_EQ(found[0].values, (Doubles{1, 2, 5, 3, 4, 6}));
  EXPECT_EQ(found[1].shape, (Shape{5, 2}));
  EXPECT_EQ(found[1].values, (Doubles{1, 2, 3, 4, 7, 8, 1, 2, 3, 4}));
  EXPECT_EQ(found[2].values, (Doubles{7, 8}));
  EXPECT_EQ(found[3].values, (Doubles{5, 5, 5, 6, 6, 6}));
  std::vector<Doubles> gradients =
      differentiate(concat({x, y, x}, 1), {0, 1}, counting(10));
  EXPECT_EQ(gradients[0], (Doubles{0 + 3, 1 + 4, 5 + 8, 6 + 9}));
  EXPECT_EQ(gradients[1], (Doubles{2, 7}));
}

TEST_F(Shapes, Stack) {
  Var x = input({kAny}, {1, 2}), y = input({2}, {3, 4}), n = input({}, {5});
  std::vector<Result> found = evaluate(
      {stack({x, y}), stack({x, y}, 1), stack({x, y}, -1), stack({n, n, n})});
  EXPECT_EQ(found[0].shape, (Shape{2, 2}));
  EXPECT_EQ(found[0].values, (Doubles{1, 2, 3, 4}));
  EXPECT_EQ(found[1].values, (Doubles{1, 3, 2, 4}));
  EXPECT_EQ(found[2].values, (Doubles{1, 3, 2, 4}));
  EXPECT_EQ(found[3].shape, (Shape{3}));
  std::vector<Doubles> gradients =
      differentiate(stack({x, y}, 1), {0, 1}, {1, 2, 3, 4});
  EXPECT_EQ(gradients[0], (Doubles{1, 3}));
  EXPECT_EQ(gradients[1], (Doubles{2, 4}));
}

TEST_F(Shapes, JoinsOfOtherRanks) {
  Var x = input({2, 2}, counting(4)), y = input({2}, counting(2));
  EXPECT_FALSE(concat({x, y}, 0).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "concat: operand 1 is 'tensor<2xf32>', expected rank 2 and "
            "elements of 'f32' as operand 0");
}

TEST_F(Shapes, JoinsOfOtherExtents) {
  Var x = input({2, 2}, counting(4)), y = input({2, 3}, counting(6));
  EXPECT_FALSE(stack({x, y}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "stack: operand 1, dimension 1: found 3 ('tensor<2x3xf32>'), "
            "expected 2");
}

TEST_F(Shapes, Expand) {
  Var row = input({1, 3}, {1, 2, 3}), number = input({}, {7});
  Var column = input({kAny, 1}, {1, 2});
  std::vector<Result> found = evaluate(
      {expand(row, {2, -1}), expand(row, {2, 1, 3}), expand(number, {2, 2}),
       expand(column, {-1, 2}), expand(row, {1, 3})});
  EXPECT_EQ(found[0].values, (Doubles{1, 2, 3, 1, 2, 3}));
  EXPECT_EQ(found[1].shape, (Shape{2, 1, 3}));
  EXPECT_EQ(found[1].values, (Doubles{1, 2, 3, 1, 2, 3}));
  EXPECT_EQ(found[2].values, Doubles(4, 7));
  EXPECT_EQ(found[3].values, (Doubles{1, 1, 2, 2}));
  EXPECT_EQ(found[4].shape, (Shape{1, 3}));
  EXPECT_EQ(differentiate(expand(row, {2, -1}), {1, 2, 3, 4, 5, 6}),
            (Doubles{5, 7, 9}));
  EXPECT_EQ(differentiate(expand(column, {3, -1, 2}), {2}, counting(12))[0],
            (Doubles{0 + 1 + 4 + 5 + 8 + 9, 2 + 3 + 6 + 7 + 10 + 11}));
}

TEST_F(Shapes, ExpandOfOtherExtents) {
  Var x = input({2, 3}, counting(6));
  EXPECT_FALSE(expand(x, {4, 3}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "expand: extent 0 of the result: found 4 for 'tensor<2x3xf32>', "
            "expected -1 or that of x, which is not 1");
}

TEST_F(Shapes, ExpandOfAnExtentThatIsNotThere) {
  Var x = input({3}, counting(3));
  EXPECT_FALSE(expand(x, {-1, 3}).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "expand: extent 0 of the result: found -1 for 'tensor<3xf32>', "
            "expected -1 only where x has a dimension");
}

//===----------------------------------------------------------------------===//
// Like another tensor, and anything else
//===----------------------------------------------------------------------===//

TEST_F(Shapes, LikeAnother) {
  Var x = input({kAny, 3}, counting(6));
  Var i = input({2}, {1, 2}, DType::I16);
  std::vector<Result> found =
      evaluate({fullLike(x, 2.5), zerosLike(x), onesLike(i), arangeLike(x, 0),
                arangeLike(x, -1)});
  EXPECT_EQ(found[0].shape, (Shape{2, 3}));
  EXPECT_EQ(found[0].values, Doubles(6, 2.5));
  EXPECT_EQ(found[1].values, Doubles(6, 0));
  EXPECT_EQ(found[2].dtype, DType::I16);
  EXPECT_EQ(found[2].values, (Doubles{1, 1}));
  EXPECT_EQ(found[3].dtype, DType::I64);
  EXPECT_EQ(found[3].values, (Doubles{0, 1}));
  EXPECT_EQ(found[4].values, (Doubles{0, 1, 2}));
}

TEST_F(Shapes, LikeAnotherOfIntegers) {
  Var x = input({2}, {1, 2}, DType::I64);
  EXPECT_FALSE(fullLike(x, 0.5).isValid());
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "fullLike: number is 0.50, expected a number of 'i64'");
}

FailureOr<llvm::SmallVector<Value>> buildRoot(OpBuilder &builder, Location loc,
                                              ValueRange in) {
  return llvm::SmallVector<Value>{math::CbrtOp::create(builder, loc, in[0])};
}

TEST_F(Shapes, Apply) {
  Var x = input({kAny}, {8, 27}, DType::F64);
  Var y = apply({x}, 1, buildRoot)[0];
  expectNear(evaluate(y).values, {2, 3}, 1e-14);
  expectNear(differentiate(y, {1, 1}), {1.0 / 12, 1.0 / 27}, 1e-14);
}

TEST_F(Shapes, ApplyCountsResults) {
  Var x = input({1}, {8});
  std::vector<Var> results = apply({x}, 2, buildRoot);
  EXPECT_EQ(refusal(__LINE__ - 1, __FILE__),
            "apply: found 1 results, expected 2");
  ASSERT_EQ(results.size(), 2u);
  EXPECT_FALSE(results[1].isValid());
}

TEST_F(Shapes, ApplyMakesTensors) {
  Var x = input({1}, {8});
  apply({x}, 1, [](OpBuilder &b, Location loc, ValueRange in) {
    return llvm::SmallVector<Value>{
        b.createOrFold<arith::ConstantIndexOp>(loc, 0)};
  });
  EXPECT_EQ(refusal(__LINE__ - 4, __FILE__),
            "apply: result 0 is 'index', expected a ranked tensor or a number");
}

TEST_F(Shapes, ApplyTellsOfFailure) {
  Var x = input({1}, {8});
  apply({x}, 1,
        [](OpBuilder &, Location loc,
           ValueRange) -> FailureOr<llvm::SmallVector<Value>> {
          return emitError(loc) << "not today";
        });
  EXPECT_EQ(refusal(__LINE__ - 5, __FILE__), "not today");
}
} // namespace
