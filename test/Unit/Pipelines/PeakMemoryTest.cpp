//===- PeakMemoryTest.cpp - A step holds one copy of its table ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PeakMemory.h"
#include "emb/ExecutionEngine/Executable.h"
#include "gtest/gtest.h"

using namespace mlir::emb;
using namespace emb_test;

/// A training step that reads the old table after its update in the text.
static const char *const kStep = R"mlir(
func.func @step(%w: tensor<?x64xf32>, %i: tensor<?x20xi64>, %lr: f64)
    -> (tensor<?x64xf32>, tensor<?x64xf32>) {
  %b = emb.bag sum %w[%i] : tensor<?x64xf32>, tensor<?x20xi64> -> tensor<?x64xf32>
  %c0 = arith.constant 0 : index
  %n = tensor.dim %i, %c0 : tensor<?x20xi64>
  %e = tensor.empty(%n) : tensor<?x20xi32>
  %map = linalg.generic
      {indexing_maps = [affine_map<(b, l) -> (b, l)>],
       iterator_types = ["parallel", "parallel"]} outs(%e : tensor<?x20xi32>) {
  ^bb0(%o: i32):
    %bag = linalg.index 0 : index
    %m = arith.index_cast %bag : index to i32
    linalg.yield %m : i32
  } -> tensor<?x20xi32>
  %w1 = emb.update touched(%w : tensor<?x64xf32>)
      sources[%i : tensor<?x20xi64> -> %b : tensor<?x64xf32> map %map : tensor<?x20xi32>]
      scalars(%lr : f64) {
  ^bb0(%x: f32, %d: f32, %rate: f32):
    %s = arith.mulf %rate, %d : f32
    %y = arith.subf %x, %s : f32
    emb.yield %y : f32
  }
  %old = emb.bag sum %w[%i] : tensor<?x64xf32>, tensor<?x20xi64> -> tensor<?x64xf32>
  return %w1, %old : tensor<?x64xf32>, tensor<?x64xf32>
}
)mlir";

TEST(PeakMemory, StepCopiesNoTable) {
  if (!canMeasurePeak())
    GTEST_SKIP() << "the system does not tell the peak memory of a process";
  int64_t tableBytes = getLargeTableBytes();
  int64_t numRows = tableBytes / (64 * sizeof(float));

  CompileOptions options;
  options.useCache = false;
  auto program = compileString(kStep, options);
  ASSERT_TRUE(bool(program)) << llvm::toString(program.takeError());
  auto step = (*program)->lookup("step");
  ASSERT_TRUE(bool(step)) << llvm::toString(step.takeError());
  auto table = Tensor::empty(DType::F32, {numRows, 64});
  ASSERT_TRUE(bool(table)) << llvm::toString(table.takeError());
  llvm::MutableArrayRef<float> elements = table->elements<float>();
  std::fill(elements.begin(), elements.end(), 1.0f);

  // Ids over the whole table, no two the same.
  constexpr int64_t kBags = 1000, kIds = kBags * 20;
  std::vector<int64_t> ids(kIds);
  for (int64_t k = 0; k < kIds; ++k)
    ids[k] = k * (numRows / kIds);

  ASSERT_TRUE(resetPeak());
  int64_t before = readStatus("VmRSS");
  EXPECT_GE(before, tableBytes);
  auto results = step->call(
      {*table, TensorRef(ids.data(), {kBags, 20}), RuntimeValue(0.25)});
  ASSERT_TRUE(bool(results)) << llvm::toString(results.takeError());
  int64_t peak = readStatus("VmHWM");
  EXPECT_LT(peak - before, tableBytes / 8)
      << "table of " << tableBytes << " bytes, " << before
      << " resident before the step, " << peak << " at its peak";

  // Twenty ones in each bag; each row moves by 0.25 * 20.
  EXPECT_EQ((*results)[0].getTensor().data, table->data());
  EXPECT_EQ(elements[ids[1] * 64], 1.0f - 5.0f);
  EXPECT_EQ(elements[(ids[1] + 1) * 64], 1.0f);
  EXPECT_EQ(static_cast<float *>((*results)[1].getTensor().data)[7], 20.0f);
}
