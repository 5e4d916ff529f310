//===- StepsTest.cpp - 50 steps of each optimizer -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Training.h"
#include "gtest/gtest.h"

#include <cmath>
#include <set>

using namespace mlir::emb;
using namespace emb_test;

static bool isMaximized(const Optimizer &optimizer) {
  return std::visit(
      [](const auto &options) {
        using Options = std::decay_t<decltype(options)>;
        if constexpr (std::is_same_v<Options, RowWiseAdagrad> ||
                      std::is_same_v<Options, OptimizerOp>)
          return false;
        else
          return options.maximize;
      },
      optimizer);
}

/// The first element that is further from `want` than `tolerance` relative to
/// the larger of |want| and 1e-3 of the largest value; "" if there is none.
static std::string compare(const std::vector<double> &got,
                           const std::vector<double> &want, double tolerance) {
  double largest = 0;
  for (double value : want)
    largest = std::max(largest, std::abs(value));
  for (size_t i = 0; i < want.size(); ++i) {
    double bound = tolerance * std::max(std::abs(want[i]), 1e-3 * largest);
    if (!(std::abs(got[i] - want[i]) <= bound))
      return "element " + std::to_string(i) + " is " + std::to_string(got[i]) +
             ", expected " + std::to_string(want[i]) + " within " +
             std::to_string(bound / tolerance) + " * tolerance";
  }
  return "";
}

static std::string compare(const Model &got, const Model &want,
                           double tolerance) {
  std::string text = compare(got.weight, want.weight, tolerance);
  if (!text.empty())
    return "weight: " + text;
  for (size_t s = 0; s < want.states.size() && text.empty(); ++s)
    text = compare(got.states[s], want.states[s], tolerance);
  return text.empty() ? "" : "state: " + text;
}

class Steps : public testing::TestWithParam<Case> {
protected:
  void compile(DType dtype) {
    auto compiled = Training::compile(GetParam(), dtype);
    ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
    training = std::make_unique<Training>(std::move(*compiled));
  }

  /// Begins anew.
  void prepare(int threads) {
    training->reset();
    llvm::Error error = training->bind(threads);
    ASSERT_FALSE(bool(error)) << llvm::toString(std::move(error));
  }

  void step(int64_t t) {
    llvm::Error error = training->step(t);
    ASSERT_FALSE(bool(error))
        << "step " << t << ": " << llvm::toString(std::move(error));
  }

  /// 50 steps against the reference, which goes its own way; rows without a
  /// lookup so far keep their bits where only touched rows are visited.
  void checkSteps(Ids ids, Signs signs, double tolerance) {
    const auto &[name, optimizer, lr] = GetParam();
    auto batches = makeBatches(ids, signs, isMaximized(optimizer));
    training->setBatches(batches);
    ASSERT_NO_FATAL_FAILURE(prepare(2));
    Model want = training->getModel();
    std::vector<std::string> before;
    for (int64_t row = 0; row < kNumRows; ++row)
      before.push_back(training->getRowBytes(row));
    std::set<int64_t> touched;
    for (int64_t t = 1; t <= kNumSteps; ++t) {
      RowGradients gradients = sumGradients(batches[t - 1]);
      for (const auto &row : gradients)
        touched.insert(row.first);
      ASSERT_NO_FATAL_FAILURE(step(t));
      stepReference(optimizer, want, gradients, lr, t);
      ASSERT_EQ(compare(training->getModel(), want, tolerance), "")
          << "step " << t;
      if (getRows(optimizer) == UpdateRows::All)
        continue;
      for (int64_t row = 0; row < kNumRows; ++row)
        ASSERT_TRUE(touched.count(row) ||
                    training->getRowBytes(row) == before[row])
            << "step " << t << ", row " << row;
    }
  }

  std::unique_ptr<Training> training;
};

static std::string getCaseName(const testing::TestParamInfo<Case> &info) {
  return info.param.name;
}

TEST_P(Steps, InF32) {
  ASSERT_NO_FATAL_FAILURE(compile(DType::F32));
  for (Ids ids : {Ids::Equal, Ids::Zipf})
    ASSERT_NO_FATAL_FAILURE(checkSteps(ids, Signs::Fixed, 1e-5));

  for (Ids ids : {Ids::Equal, Ids::Zipf}) {
    std::string expected;
    training->setBatches(makeBatches(ids, Signs::Random, false));
    for (int run = 0; run < 20; ++run) {
      int threads = run % 3 == 2 ? 4 : 1 + run % 3;
      ASSERT_NO_FATAL_FAILURE(prepare(threads));
      for (int64_t t = 1; t <= kNumSteps; ++t)
        ASSERT_NO_FATAL_FAILURE(step(t));
      if (run == 0)
        expected = training->getBytes();
      ASSERT_TRUE(training->getBytes() == expected)
          << "run " << run << " with " << threads << " threads differs";
    }
  }
}

TEST_P(Steps, InF64) {
  ASSERT_NO_FATAL_FAILURE(compile(DType::F64));
  for (Ids ids : {Ids::Equal, Ids::Zipf})
    ASSERT_NO_FATAL_FAILURE(checkSteps(ids, Signs::Random, 1e-10));
}

INSTANTIATE_TEST_SUITE_P(Of, Steps, testing::ValuesIn(getCases()), getCaseName);

TEST(LazyAdamW, IsAdamWWhereEveryRowIsTouched) {
  LazyAdamW lazy;
  lazy.weightDecay = 0.1;
  AdamW eager;
  eager.weightDecay = 0.1;
  std::vector<Batch> batches = makeBatches(Ids::Zipf, Signs::Random, false);
  batches.resize(5);
  for (Batch &batch : batches) {
    for (int64_t row = 0; row < kNumRows; ++row)
      batch.ids.push_back(row);
    batch.gradients.resize(batch.ids.size() * kNumColumns, 0.5);
  }
  std::vector<std::string> found;
  for (const Optimizer &optimizer : {Optimizer(lazy), Optimizer(eager)}) {
    auto training = Training::compile({"", optimizer, 0.01}, DType::F32);
    ASSERT_TRUE(bool(training)) << llvm::toString(training.takeError());
    training->setBatches(batches);
    training->reset();
    ASSERT_EQ(llvm::toString(training->bind(/*threads=*/2)), "");
    for (int64_t t = 1; t <= 5; ++t)
      ASSERT_EQ(llvm::toString(training->step(t)), "");
    found.push_back(training->getBytes());
  }
  EXPECT_TRUE(found[0] == found[1]);
}

/// Tables of 16 bits, whose rounding the reference cannot follow: each step
/// starts from what is there, and must be rounded to nearest.
class LowPrecisionSteps : public Steps {
protected:
  /// `half` is the largest rounding error relative to the value.
  void checkEachStep(DType dtype, double half) {
    const auto &[name, optimizer, lr] = GetParam();
    ASSERT_NO_FATAL_FAILURE(compile(dtype));
    auto batches = makeBatches(Ids::Zipf, Signs::Fixed, isMaximized(optimizer));
    training->setBatches(batches);
    ASSERT_NO_FATAL_FAILURE(prepare(2));
    for (int64_t t = 1; t <= kNumSteps; ++t) {
      Model want = training->getModel();
      stepReference(optimizer, want, sumGradients(batches[t - 1]), lr, t);
      ASSERT_NO_FATAL_FAILURE(step(t));
      Model got = training->getModel();
      ASSERT_EQ(compare(got.weight, want.weight, 1.001 * half), "")
          << "step " << t;
      for (size_t s = 0; s < want.states.size(); ++s)
        ASSERT_EQ(compare(got.states[s], want.states[s], 1e-6), "")
            << "step " << t << ", state " << s;
    }
  }
};

TEST_P(LowPrecisionSteps, InF16) { checkEachStep(DType::F16, 0x1p-11); }
TEST_P(LowPrecisionSteps, InBF16) { checkEachStep(DType::BF16, 0x1p-8); }

static std::vector<Case> getLowPrecisionCases() {
  std::vector<Case> cases = getCases();
  llvm::erase_if(cases, [](const Case &test) {
    return test.name != "SGDMomentum" && test.name != "RowWiseAdagradL2" &&
           test.name != "LazyAdamW";
  });
  return cases;
}
INSTANTIATE_TEST_SUITE_P(Of, LowPrecisionSteps,
                         testing::ValuesIn(getLowPrecisionCases()),
                         getCaseName);
