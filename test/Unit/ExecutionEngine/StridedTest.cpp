//===- StridedTest.cpp - Calls with views of any strides ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"
#include "emb/InitAll.h"
#include "mlir/Parser/Parser.h"

#include <numeric>
#include <thread>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

static const char kStep[] = R"mlir(
func.func @lookup(%t: tensor<?x3xf32>, %i: tensor<?xi64>) -> tensor<?x3xf32> {
  %r = emb.gather %t[%i] : tensor<?x3xf32>, tensor<?xi64> -> tensor<?x3xf32>
  return %r : tensor<?x3xf32>
}
func.func @add(%t: tensor<?x3xf32> {emb.name = "weight"}, %i: tensor<?xi64>,
               %g: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %r = emb.scatter_add %g[%i] into %t
    : tensor<?x3xf32>, tensor<?xi64>, tensor<?x3xf32>
  return %r : tensor<?x3xf32>
}
)mlir";

/// All elements of a view, row-major.
static std::vector<float> list(const RuntimeValue &value) {
  llvm::Expected<Tensor> copy = Tensor::copyOf(value.getTensor());
  llvm::ArrayRef<float> elements = copy->elements<float>();
  return {elements.begin(), elements.end()};
}

class Strided : public testing::Test {
protected:
  Strided() {
    options.cacheDir = folder / "cache";
    options.threads = 2;
    std::iota(base.begin(), base.end(), 0.0f);
  }

  /// A 4 x 3 table whose element [r, d] is base[first + r * row + d * column].
  TensorRef view(int64_t first, int64_t row, int64_t column) {
    return TensorRef(base.data() + first, DType::F32, {4, 3}, {row, column});
  }

  TestFolder folder;
  CompileOptions options;
  std::vector<float> base = std::vector<float>(60);
  std::vector<int64_t> ids = {3, 0, 3};
  TensorRef idsView = TensorRef(ids.data(), {3});
};

TEST_F(Strided, TablesOfAnyStridesAreRead) {
  ASSERT_OK(program, compileString(kStep, options));
  ASSERT_OK(lookup, program->lookup("lookup"));
  ASSERT_OK(transposed, lookup.call({view(0, 1, 5), idsView}));
  EXPECT_EQ(list(transposed[0]),
            (std::vector<float>{3, 8, 13, 0, 5, 10, 3, 8, 13}));
  ASSERT_OK(everySecond, lookup.call({view(1, 10, 2), idsView}));
  EXPECT_EQ(list(everySecond[0]),
            (std::vector<float>{31, 33, 35, 1, 3, 5, 31, 33, 35}));
  ASSERT_OK(repeated, lookup.call({view(7, 10, 0), idsView}));
  EXPECT_EQ(list(repeated[0]),
            (std::vector<float>{37, 37, 37, 7, 7, 7, 37, 37, 37}));
  // One variant serves them all, and none is made for rows that lie apart.
  EXPECT_EQ(program->getVariantStats().size(), 1u);
  ASSERT_OK(rows, lookup.call({view(2, 10, 1), idsView}));
  EXPECT_EQ(list(rows[0]),
            (std::vector<float>{32, 33, 34, 2, 3, 4, 32, 33, 34}));
  EXPECT_EQ(program->getVariantStats().size(), 1u);
}

TEST_F(Strided, UpdatesStayInTheView) {
  ASSERT_OK(program, compileString(kStep, options));
  ASSERT_OK(add, program->lookup("add"));
  std::vector<float> gradient(9, 100);
  TensorRef table = view(2, 1, 5);
  ASSERT_OK(results,
            add.call({table, idsView, TensorRef(gradient.data(), {3, 3})}));
  for (int64_t i = 0; i < 60; ++i) {
    float want = i;
    for (int64_t d = 0; d < 3; ++d) {
      want += i == 2 + 0 + 5 * d ? 100 : 0;
      want += i == 2 + 3 + 5 * d ? 200 : 0;
    }
    EXPECT_EQ(base[i], want) << i;
  }
  // The table itself, not a copy.
  EXPECT_FALSE(results[0].isOwning());
  EXPECT_EQ(results[0].getTensor().data, table.data);
  EXPECT_EQ(results[0].getTensor().strides, (Shape{1, 5}));
}

TEST_F(Strided, IndicesOfAnyStrideAreRead) {
  ASSERT_OK(program, compileString(kStep, options));
  ASSERT_OK(lookup, program->lookup("lookup"));
  std::vector<int64_t> wide = {1, -7, 99, 2, -7, 99, 0};
  TensorRef column(wide.data(), DType::I64, {3}, {3});
  ASSERT_OK(results, lookup.call({view(0, 3, 1), column}));
  EXPECT_EQ(list(results[0]), (std::vector<float>{3, 4, 5, 6, 7, 8, 0, 1, 2}));
  wide[3] = 4;
  EXPECT_FAILS(lookup.call({view(0, 3, 1), column}), EMB_INVALID_INDEX,
               "position [1] has value 4, expected 0 <= index < 4");
  EXPECT_EQ(program->getVariantStats().size(), 1u);
}

TEST_F(Strided, StepsThatAreDeclaredHaveVariants) {
  const char module[] = R"mlir(
    emb.train @train of @loss parameters("weight" = #emb.sgd)
    func.func @loss(%t: tensor<4x3xf32> {emb.name = "weight"},
                    %i: tensor<?xi64> {emb.name = "ids"}) -> tensor<f32> {
      %r = emb.gather %t[%i] : tensor<4x3xf32>, tensor<?xi64> -> tensor<?x3xf32>
      %zero = arith.constant dense<0.0> : tensor<f32>
      %sum = linalg.reduce { arith.addf } ins(%r : tensor<?x3xf32>)
        outs(%zero : tensor<f32>) dimensions = [0, 1]
      return %sum : tensor<f32>
    }
  )mlir";
  ASSERT_OK(program, compileString(module, options));
  ASSERT_OK(train, program->lookup("train"));
  ASSERT_OK(loss, program->lookup("loss"));
  TensorRef table = view(0, 3, 1);
  TensorRef column(ids.data(), DType::I64, {2}, {2});
  ASSERT_OK(before, loss.call({table, column}));
  EXPECT_EQ(list(before[0]), std::vector<float>{2 * (9 + 10 + 11)});
  // The gradient of row 3, which is read twice, is 2 in each column.
  ASSERT_OK(results, train.call({table, column, 0.5, int64_t(1)}));
  EXPECT_EQ(list(results[0]),
            (std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10}));
  EXPECT_EQ(program->getVariantStats().size(), 2u);
}

TEST_F(Strided, EachSetOfArgumentsHasItsVariantInTheCache) {
  for (bool again : {false, true}) {
    ASSERT_OK(program, compileString(kStep, options));
    EXPECT_EQ(program->getStats().loadedFromCache, again);
    ASSERT_OK(lookup, program->lookup("lookup"));
    TensorRef column(ids.data(), DType::I64, {2}, {2});
    ASSERT_OK(first, lookup.call({view(0, 1, 5), idsView}));
    ASSERT_OK(second, lookup.call({view(0, 1, 5), column}));
    ASSERT_OK(third, lookup.call({view(0, 5, 1), column}));
    EXPECT_EQ(list(first[0])[1], 8);
    EXPECT_EQ(list(second[0]), (std::vector<float>{3, 8, 13, 3, 8, 13}));
    EXPECT_EQ(list(third[0]), (std::vector<float>{15, 16, 17, 15, 16, 17}));
    std::vector<CompileStats> stats = program->getVariantStats();
    ASSERT_EQ(stats.size(), 3u);
    for (const CompileStats &variant : stats)
      EXPECT_EQ(variant.loadedFromCache, again);
  }
  EXPECT_EQ(listFolder(options.cacheDir).size(), 4u);
}

TEST_F(Strided, ThreadsShareOneCompile) {
  ASSERT_OK(program, compileString(kStep, options));
  ASSERT_OK(lookup, program->lookup("lookup"));
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      auto results = lookup.call({view(0, 1, 5), idsView});
      right += results && list((*results)[0])[1] == 8;
      llvm::consumeError(results.takeError());
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(right, 8);
  EXPECT_EQ(program->getVariantStats().size(), 1u);
}

TEST_F(Strided, BoundCallsChangeTheirCode) {
  ASSERT_OK(program, compileString(kStep, options));
  ASSERT_OK(add, program->lookup("add"));
  std::vector<float> gradient(9, 0);
  TensorRef plain(gradient.data(), {3, 3});
  ASSERT_OK(bound, add.bind({view(0, 3, 1), idsView, plain}));
  auto run = [&] {
    EXPECT_FALSE(bound.run());
    return list(*bound.getResult(0));
  };
  EXPECT_EQ(run()[4], 4);
  ASSERT_FALSE(bound.setArgument(0, view(0, 1, 5)));
  EXPECT_EQ(run()[4], 6);
  // A refused view leaves the old one, and its code, in place.
  EXPECT_FAILS(bound.setArgument(0, view(30, -1, 5)), EMB_INVALID_ARGUMENT,
               "argument 0 'weight': found stride -1 in dimension 0, expected "
               "0 or more");
  EXPECT_EQ(run()[4], 6);
  ASSERT_FALSE(bound.setArgument(0, view(9, 3, 1)));
  EXPECT_EQ(run()[4], 13);
  EXPECT_EQ(program->getVariantStats().size(), 1u);
}

TEST_F(Strided, OverlapsAreFound) {
  ASSERT_OK(program, compileString(kStep, options));
  ASSERT_OK(add, program->lookup("add"));
  auto gradient = [&](int64_t first, int64_t row, int64_t column) {
    return TensorRef(base.data() + first, DType::F32, {3, 3}, {row, column});
  };
  // Halves of a transposed table, and even and odd columns of one.
  EXPECT_FALSE(
      takeError(add.call({view(0, 1, 8), idsView, gradient(4, 1, 8)})));
  EXPECT_FALSE(
      takeError(add.call({view(0, 6, 2), idsView, gradient(1, 6, 2)})));
  EXPECT_FAILS(add.call({view(0, 1, 8), idsView, gradient(3, 1, 8)}),
               EMB_INVALID_ARGUMENT,
               "argument 0 'weight': the function writes it, but it shares "
               "memory with argument 2");
  EXPECT_FAILS(add.call({view(0, 6, 2), idsView, gradient(2, 6, 2)}),
               EMB_INVALID_ARGUMENT, "shares memory with argument 2");
  EXPECT_FAILS(add.call({view(0, 1, 3), idsView, gradient(40, 3, 1)}),
               EMB_INVALID_ARGUMENT, "some of its elements share their memory");
}

TEST_F(Strided, MarkedArgumentsNeedNoVariant) {
  std::string text = kStep;
  text.insert(text.find("tensor<?x3xf32>") + 15, " {emb.strided}");
  ASSERT_OK(program, compileString(text, options));
  EXPECT_EQ(program->getSignatures()[0].str(),
            "lookup(tensor<?x3xf32> strided, tensor<?xi64>) -> "
            "tensor<?x3xf32>");
  ASSERT_OK(lookup, program->lookup("lookup"));
  ASSERT_OK(transposed, lookup.call({view(0, 1, 5), idsView}));
  EXPECT_EQ(list(transposed[0])[1], 8);
  ASSERT_OK(plain, lookup.call({view(0, 3, 1), idsView}));
  EXPECT_EQ(list(plain[0])[1], 10);
  EXPECT_EQ(program->getVariantStats().size(), 0u);
}

TEST_F(Strided, TheModuleMayBeGone) {
  std::unique_ptr<Executable> program;
  {
    DialectRegistry registry;
    registerAllDialects(registry);
    MLIRContext context(registry);
    auto module = parseSourceString<ModuleOp>(kStep, &context);
    ASSERT_OK(compiled, compileModule(*module, options));
    program = std::move(compiled);
  }
  ASSERT_OK(lookup, program->lookup("lookup"));
  ASSERT_OK(results, lookup.call({view(0, 1, 5), idsView}));
  EXPECT_EQ(list(results[0])[1], 8);
}

TEST_F(Strided, WhatCannotBeCompiledAgainSaysSo) {
  // On buffers, the strides of which the source has fixed.
  ASSERT_OK(program, compileString(R"mlir(
    func.func @f(%t: memref<4x3xf32, strided<[?, 1], offset: ?>>) -> f32 {
      %c1 = arith.constant 1 : index
      %r = memref.load %t[%c1, %c1]
        : memref<4x3xf32, strided<[?, 1], offset: ?>>
      return %r : f32
    })mlir",
                                   options));
  ASSERT_OK(f, program->lookup("f"));
  ASSERT_OK(results, f.call({view(0, 3, 1)}));
  EXPECT_EQ(results[0].getScalar().asDouble(), 4);
  for (int i = 0; i < 2; ++i)
    EXPECT_FAILS(f.call({view(0, 1, 5)}), EMB_INVALID_ARGUMENT,
                 "f: argument 0: found stride 5 in the last dimension, and "
                 "code for another stride than 1 cannot be compiled: the "
                 "module was given on memrefs, whose strides are fixed");
  EXPECT_EQ(program->getVariantStats().size(), 0u);
}
