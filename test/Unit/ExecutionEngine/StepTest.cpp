//===- StepTest.cpp - Compiled steps on real tables -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <atomic>
#include <cstring>
#include <random>
#include <thread>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

static const char kModel[] = R"mlir(
func.func @train(%w: tensor<?x8xf32> {emb.name = "weight"},
                 %ids: tensor<?xi64> {emb.name = "ids"},
                 %rows: tensor<?x8xf32> {emb.name = "rows"}) -> tensor<?x8xf32> {
  %r = emb.scatter_add %rows[%ids] into %w : tensor<?x8xf32>, tensor<?xi64>, tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}
func.func @train_two(%a: tensor<?x8xf32> {emb.name = "a"},
                     %b: tensor<?x8xf32> {emb.name = "b"},
                     %i: tensor<?xi64> {emb.name = "i"},
                     %j: tensor<?xi64> {emb.name = "j"},
                     %rows: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %r = emb.scatter_add %rows[%i] into %a : tensor<?x8xf32>, tensor<?xi64>, tensor<?x8xf32>
  %s = emb.scatter_add %rows[%j] into %b : tensor<?x8xf32>, tensor<?xi64>, tensor<?x8xf32>
  return %r, %s : tensor<?x8xf32>, tensor<?x8xf32>
}
func.func @lookup(%w: tensor<?x8xf32> {emb.name = "weight"},
                  %ids: tensor<?xi64> {emb.name = "ids"}) -> tensor<?x8xf32> {
  %r = emb.gather %w[%ids] : tensor<?x8xf32>, tensor<?xi64> -> tensor<?x8xf32>
  return %r : tensor<?x8xf32>
}
)mlir";

namespace {

std::unique_ptr<Executable> compileModel(int threads) {
  CompileOptions options;
  options.useCache = false;
  options.threads = threads;
  return llvm::cantFail(compileString(kModel, options));
}

Tensor makeRows(int64_t n, uint64_t seed) {
  Tensor rows = llvm::cantFail(Tensor::zeros(DType::F32, {n, 8}));
  std::mt19937 random(seed);
  for (float &element : rows.elements<float>())
    element = std::normal_distribution<float>()(random);
  return rows;
}

Tensor makeIds(int64_t n, int64_t bound, uint64_t seed) {
  Tensor ids = llvm::cantFail(Tensor::zeros(DType::I64, {n}));
  std::mt19937_64 random(seed);
  for (int64_t &id : ids.elements<int64_t>())
    id = random() % bound;
  return ids;
}

std::string bytesOf(const Tensor &tensor) {
  return std::string(static_cast<const char *>(tensor.data()),
                     tensor.getSizeInBytes());
}

} // namespace

TEST(Step, TheTableIsUpdatedInPlace) {
  auto program = compileModel(1);
  ASSERT_OK(train, program->lookup("train"));
  EXPECT_TRUE(train.getSignature().arguments[0].written);
  EXPECT_FALSE(train.getSignature().arguments[1].written);
  Tensor weight = makeRows(100, 1), rows = makeRows(50, 2);
  Tensor ids = makeIds(50, 100, 3);
  std::vector<double> expected(weight.elements<float>().begin(),
                               weight.elements<float>().end());
  for (int64_t k = 0; k < 50; ++k)
    for (int64_t d = 0; d < 8; ++d)
      expected[ids.elements<int64_t>()[k] * 8 + d] +=
          rows.elements<float>()[k * 8 + d];
  ASSERT_OK(results, train.call({weight, ids, rows}));
  EXPECT_EQ(results[0].getTensor().data, weight.data());
  for (auto [i, value] : llvm::enumerate(expected))
    EXPECT_NEAR(weight.elements<float>()[i], value, 1e-5) << i;
}

TEST(Step, AFailingStepChangesNothing) {
  auto program = compileModel(2);
  ASSERT_OK(train, program->lookup("train_two"));
  Tensor a = makeRows(1000, 1), b = makeRows(500, 2), rows = makeRows(3000, 3);
  Tensor i = makeIds(3000, 1000, 4), j = makeIds(3000, 500, 5);
  Tensor fewer = makeRows(2999, 6);
  std::string before = bytesOf(a) + bytesOf(b) + bytesOf(rows) + bytesOf(i);
  auto expectUnchanged = [&] {
    EXPECT_EQ(bytesOf(a) + bytesOf(b) + bytesOf(rows) + bytesOf(i), before);
  };
  // The first update would be fine; the second one is not.
  j.elements<int64_t>()[2999] = 500;
  EXPECT_FAILS(train.call({a, b, i, j, rows}), EMB_INVALID_INDEX,
               "indices (argument 3 'j'): index out of range: position [2999] "
               "has value 500, expected 0 <= index < 500");
  expectUnchanged();
  j.elements<int64_t>()[2999] = 0;
  EXPECT_FAILS(train.call({a, b, i, j, fewer}), EMB_INVALID_SHAPE,
               "found 2999, expected 3000");
  expectUnchanged();
  // Whatever workspace is the one that is missing.
  uint64_t limit = 64;
  int failures = 0;
  for (;; limit += limit / 4) {
    program->setMemoryLimit(limit);
    auto results = train.call({a, b, i, j, rows});
    if (results)
      break;
    llvm::Error error = results.takeError();
    EXPECT_EQ(getStatus(error), EMB_OUT_OF_MEMORY);
    EXPECT_PRED2(contains, toString(std::move(error)), "cannot be allocated");
    expectUnchanged();
    ++failures;
  }
  EXPECT_GT(failures, 10);
  EXPECT_NE(bytesOf(a) + bytesOf(b) + bytesOf(rows) + bytesOf(i), before);
}

TEST(Step, ASteadyStepAllocatesNothing) {
  auto program = compileModel(2);
  ASSERT_OK(train, program->lookup("train"));
  Tensor weight = makeRows(1000, 1), rows = makeRows(5000, 2);
  Tensor ids = makeIds(5000, 1000, 3);
  ASSERT_OK(call, train.bind({weight, ids, rows}));
  ASSERT_EQ(toString(call.run()), "");
  uint64_t allocations = call.getSystemAllocations();
  EXPECT_GT(allocations, 0u);
  for (int i = 0; i < 20; ++i) {
    // Another batch of the same size.
    Tensor next = makeIds(5000, 1000, 4 + i);
    ASSERT_EQ(toString(call.setArgument(1, std::move(next))), "");
    ASSERT_EQ(toString(call.run()), "");
  }
  EXPECT_EQ(call.getSystemAllocations(), allocations);

  ASSERT_OK(first, train.call({weight, ids, rows}));
  allocations = program->getSystemAllocations();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(textOf(train.call({weight, ids, rows})), "<success>");
  EXPECT_EQ(program->getSystemAllocations(), allocations);
  EXPECT_EQ(first.size(), 1u);
}

TEST(Step, AnyNumberOfThreadsGivesTheSameBits) {
  Tensor rows = makeRows(50000, 2), ids = makeIds(50000, 700, 3);
  // One row takes a third of everything.
  for (int64_t k = 0; k < 50000; k += 3)
    ids.elements<int64_t>()[k] = 5;
  std::string expected;
  for (int threads : {1, 2, 3, 4}) {
    auto program = compileModel(threads);
    ASSERT_OK(train, program->lookup("train"));
    Tensor weight = makeRows(700, 1);
    for (int step = 0; step < 3; ++step)
      EXPECT_EQ(textOf(train.call({weight, ids, rows})), "<success>");
    if (expected.empty())
      expected = bytesOf(weight);
    EXPECT_TRUE(bytesOf(weight) == expected) << threads;
  }
}

TEST(Step, TwoThreadsTrainTwoModels) {
  std::string expected;
  {
    auto program = compileModel(1);
    CompiledFunction train = llvm::cantFail(program->lookup("train"));
    Tensor weight = makeRows(500, 1), rows = makeRows(20000, 2);
    Tensor ids = makeIds(20000, 500, 3);
    for (int i = 0; i < 10; ++i)
      llvm::cantFail(train.call({weight, ids, rows}));
    expected = bytesOf(weight);
  }
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t)
    threads.emplace_back([&] {
      // Compiling at the same time, too.
      auto program = compileModel(2);
      CompiledFunction train = llvm::cantFail(program->lookup("train"));
      Tensor weight = makeRows(500, 1), rows = makeRows(20000, 2);
      Tensor ids = makeIds(20000, 500, 3);
      for (int i = 0; i < 10; ++i)
        llvm::cantFail(train.call({weight, ids, rows}));
      wrong += bytesOf(weight) != expected;
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Step, ReadersShareOneTable) {
  auto program = compileModel(2);
  CompiledFunction lookup = llvm::cantFail(program->lookup("lookup"));
  const Tensor weight = makeRows(1000, 1);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      Tensor ids = makeIds(20000, 1000, t);
      for (int i = 0; i < 20; ++i) {
        auto results = lookup.call({weight, ids});
        if (!results) {
          ++wrong;
          consumeError(results.takeError());
          continue;
        }
        auto *rows = static_cast<float *>((*results)[0].getTensor().data);
        for (auto [k, id] : llvm::enumerate(ids.elements<int64_t>()))
          wrong +=
              std::memcmp(rows + 8 * k,
                          weight.elements<float>().data() + 8 * id, 32) != 0;
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0);
}
