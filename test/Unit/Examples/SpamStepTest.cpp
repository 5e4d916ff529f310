//===- SpamStepTest.cpp - The compiled step against its formulas ----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The step is what the compiler makes of forward.mlir. The oracle is the same
// step in double precision, with a backward pass written by hand, word by word,
// and a gradient of the size of the table:
//
//   dz[b, j] = (softmax(z[b])[j] - [j = labels[b]]) / B
//   dW = dz^T v        dc = sum over b of dz[b]        dv = dz W
//   dE[r] = sum over the words k with ids[k] = r of dv[mail of k] / its length
//
//===----------------------------------------------------------------------===//

#include "emb/ExecutionEngine/Executable.h"
#include "emb/Model/Init.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace mlir::emb;

using Ints = std::vector<int32_t>;
using Floats = std::vector<float>;
using Doubles = std::vector<double>;

namespace {

constexpr int64_t rows = 50, width = 64, classes = 2;
constexpr double learningRate = 0.01;

/// Mails with words that occur twice, a mail without words, a mail of one word.
struct Batch {
  Ints ids = {3, 7, 3, 49, 0, 7, 7, 12, 3};
  Ints offsets = {0, 4, 4, 5, 9};
  Ints labels = {1, 0, 0, 1};
};

/// Weights and running means in the order of the arguments of @step.
template <typename T> struct Weights {
  std::vector<T> tensors[9];
};

Weights<float> makeWeights() {
  RandomStream random(/*seed=*/5, "weights");
  Weights<float> weights;
  const int64_t sizes[] = {rows * width, classes * width, classes};
  uint64_t next = 0;
  for (int i = 0; i < 9; ++i) {
    Floats &tensor = weights.tensors[i];
    tensor.resize(sizes[i / 3]);
    if (i % 3 == 0)
      for (float &x : tensor)
        x = 0.5 * random.normal(next++);
  }
  return weights;
}

Weights<double> inDouble(const Weights<float> &weights) {
  Weights<double> result;
  for (int i = 0; i < 9; ++i)
    result.tensors[i].assign(weights.tensors[i].begin(),
                             weights.tensors[i].end());
  return result;
}

/// torch.optim.Adam, or torch.optim.SparseAdam, which adds eps to the root
/// before that is corrected.
void adam(double &x, double &m, double &s, double g, double t, bool isSparse) {
  m += (1 - 0.9) * (g - m);
  s += (1 - 0.999) * (g * g - s);
  double root = std::sqrt(1 - std::pow(0.999, t));
  double eps = isSparse ? 1e-8 / root : 1e-8;
  x -= learningRate / (1 - std::pow(0.9, t)) * m / (std::sqrt(s) / root + eps);
}

/// Takes step `t` and returns the loss.
double stepInDouble(Weights<double> &weights, const Batch &batch, int64_t t) {
  auto &[E, E_m, E_s, W, W_m, W_s, c, c_m, c_s] = weights.tensors;
  int64_t mails = batch.labels.size();
  double loss = 0;
  Doubles dE(rows * width), dW(classes * width), dc(classes);
  std::vector<bool> touched(rows);
  for (int64_t b = 0; b < mails; ++b) {
    int64_t begin = batch.offsets[b], end = batch.offsets[b + 1];
    Doubles v(width), dv(width), z(c.begin(), c.end());
    for (int64_t k = begin; k < end; ++k)
      for (int64_t d = 0; d < width; ++d)
        v[d] += E[batch.ids[k] * width + d] / (end - begin);
    double sum = 0;
    for (int64_t j = 0; j < classes; ++j) {
      for (int64_t d = 0; d < width; ++d)
        z[j] += W[j * width + d] * v[d];
      sum += std::exp(z[j]);
    }
    loss += (std::log(sum) - z[batch.labels[b]]) / mails;

    for (int64_t j = 0; j < classes; ++j) {
      double dz = (std::exp(z[j]) / sum - (j == batch.labels[b])) / mails;
      dc[j] += dz;
      for (int64_t d = 0; d < width; ++d) {
        dW[j * width + d] += dz * v[d];
        dv[d] += dz * W[j * width + d];
      }
    }
    for (int64_t k = begin; k < end; ++k) {
      touched[batch.ids[k]] = true;
      for (int64_t d = 0; d < width; ++d)
        dE[batch.ids[k] * width + d] += dv[d] / (end - begin);
    }
  }
  for (int64_t i = 0; i < rows * width; ++i)
    if (touched[i / width])
      adam(E[i], E_m[i], E_s[i], dE[i], t, /*isSparse=*/true);
  for (int64_t i = 0; i < classes * width; ++i)
    adam(W[i], W_m[i], W_s[i], dW[i], t, /*isSparse=*/false);
  for (int64_t j = 0; j < classes; ++j)
    adam(c[j], c_m[j], c_s[j], dc[j], t, /*isSparse=*/false);
  return loss;
}

class SpamStep : public testing::Test {
protected:
  void SetUp() override {
    CompileOptions options;
    options.useCache = false;
    auto program = compileFile(EMB_EXAMPLES_DIR "/spam/forward.mlir", options);
    ASSERT_TRUE(bool(program)) << toString(program.takeError());
    executable = std::move(*program);
  }

  llvm::Expected<float> step(Weights<float> &weights, const Batch &batch,
                             int64_t t) {
    auto view = [](auto &values, int64_t columns = 0) {
      int64_t size = values.size();
      return columns ? TensorRef(values.data(), {size / columns, columns})
                     : TensorRef(values.data(), {size});
    };
    llvm::SmallVector<RuntimeValue> arguments;
    for (int i = 0; i < 9; ++i)
      arguments.push_back(view(weights.tensors[i], i < 6 ? width : 0));
    arguments.append({view(batch.ids), view(batch.offsets), view(batch.labels),
                      learningRate, t});
    auto results = cantFail(executable->lookup("step")).call(arguments);
    if (!results)
      return results.takeError();
    return results->back().getScalar().asDouble();
  }

  std::unique_ptr<Executable> executable;
};

TEST_F(SpamStep, FollowsItsFormulas) {
  Weights<float> weights = makeWeights();
  Weights<double> expected = inDouble(weights);
  Batch batch;
  for (int64_t t = 1; t <= 5; ++t) {
    double loss = stepInDouble(expected, batch, t);
    auto found = step(weights, batch, t);
    ASSERT_TRUE(bool(found)) << toString(found.takeError());
    EXPECT_NEAR(*found, loss, 1e-5 * loss) << "step " << t;
  }
  for (int i = 0; i < 9; ++i)
    for (size_t k = 0; k < weights.tensors[i].size(); ++k)
      ASSERT_NEAR(weights.tensors[i][k], expected.tensors[i][k],
                  1e-5 * (0.1 + std::abs(expected.tensors[i][k])))
          << "tensor " << i << ", element " << k;
}

TEST_F(SpamStep, LargeLogitsDoNotOverflow) {
  Weights<float> weights = makeWeights();
  weights.tensors[6] = {500, -500};
  auto loss = step(weights, Batch(), 1);
  ASSERT_TRUE(bool(loss)) << toString(loss.takeError());
  // Of four mails, those with label 1 lose 1000 and a little.
  EXPECT_NEAR(*loss, 500, 10);
  for (float x : weights.tensors[0])
    ASSERT_TRUE(std::isfinite(x));
}

TEST_F(SpamStep, BadBatchesChangeNothing) {
  const auto refuses = [&](const Batch &batch, llvm::StringRef why) {
    Weights<float> weights = makeWeights(), before = weights;
    auto loss = step(weights, batch, 1);
    ASSERT_FALSE(bool(loss));
    std::string message = toString(loss.takeError());
    EXPECT_NE(message.find(why), std::string::npos) << message;
    for (int i = 0; i < 9; ++i)
      EXPECT_EQ(weights.tensors[i], before.tensors[i]) << "tensor " << i;
  };
  Batch batch;
  batch.ids[8] = rows;
  refuses(batch, "'ids'): index out of range: position [8] has value 50, "
                 "expected 0 <= index < 50");
  batch = Batch();
  batch.labels[2] = 2;
  refuses(batch, "cross_entropy_loss: target: index out of range: position [2] "
                 "has value 2, expected 0 <= index < 2");
  batch = Batch();
  batch.labels.pop_back();
  refuses(batch,
          "cross_entropy_loss: target, dimension 0: found 3, expected 4");
  batch = Batch();
  batch.offsets[2] = 3;
  refuses(batch, "'offsets')");
  batch = Batch();
  batch.offsets.clear();
  refuses(batch, "'offsets')");
}

} // namespace
