//===- RatingsModelTest.cpp - Matrix factorisation against formulas -------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The model exists twice, built by the model API and as forward.mlir. The
// oracle of both is the same step in double precision, rating by rating. With
// the error e of a rating, of B in a batch:
//
//   d p = (2 e q + 2 l2 p) / B     d q = (2 e p + 2 l2 q) / B     d bias = 2 e
//   / B
//
//===----------------------------------------------------------------------===//

#include "FactorModel.h"
#include "ForwardModel.h"

using namespace mlir::emb;
using namespace ratings;
using examples::expectNear;
using examples::ForwardModel;
using examples::toDoubles;

using Doubles = std::vector<double>;

namespace {

constexpr int64_t numUsers = 40, numItems = 30, width = 64, numRatings = 24;
constexpr double average = 3.5, learningRate = 0.01, l2 = 0.06;

/// Users and items that occur more than once.
Ratings makeRatings(unsigned number) {
  RandomStream random(/*seed=*/2, "ratings " + std::to_string(number));
  Ratings ratings;
  for (uint64_t i = 0; i < numRatings; ++i) {
    ratings.users.push_back(random.uniform(3 * i) * numUsers);
    ratings.items.push_back(random.uniform(3 * i + 1) * numItems);
    ratings.values.push_back(1 + 4 * random.uniform(3 * i + 2));
  }
  return ratings;
}

/// A table, the running means of torch.optim.SparseAdam, and a gradient.
struct Table {
  Doubles weight, mean, square, gradient;
  std::vector<bool> touched;

  void begin() {
    mean.resize(weight.size());
    square.resize(weight.size());
    gradient.assign(weight.size(), 0);
    touched.assign(weight.size(), false);
  }
  void add(int64_t i, double value) {
    gradient[i] += value;
    touched[i] = true;
  }
  void update(int64_t t) {
    double size = learningRate * std::sqrt(1 - std::pow(0.999, t)) /
                  (1 - std::pow(0.9, t));
    for (size_t i = 0; i < weight.size(); ++i) {
      if (!touched[i])
        continue;
      mean[i] += 0.1 * (gradient[i] - mean[i]);
      square[i] += 0.001 * (gradient[i] * gradient[i] - square[i]);
      weight[i] -= size * mean[i] / (std::sqrt(square[i]) + 1e-8);
    }
  }
};

struct Oracle {
  std::map<std::string, Table> tables;

  double predict(int64_t user, int64_t item) {
    double dot = 0;
    for (int64_t d = 0; d < width; ++d)
      dot += tables["user.weight"].weight[user * width + d] *
             tables["item.weight"].weight[item * width + d];
    return average + tables["user_bias.weight"].weight[user] +
           tables["item_bias.weight"].weight[item] + dot;
  }

  /// Takes step t; returns the loss.
  double step(const Ratings &ratings, int64_t t) {
    for (auto &[name, table] : tables)
      table.begin();
    Table &users = tables["user.weight"], &items = tables["item.weight"];
    double loss = 0;
    for (size_t b = 0; b < ratings.size(); ++b) {
      int64_t user = ratings.users[b], item = ratings.items[b];
      double error = predict(user, item) - ratings.values[b];
      loss += error * error;
      for (int64_t d = 0; d < width; ++d) {
        double p = users.weight[user * width + d];
        double q = items.weight[item * width + d];
        loss += l2 * (p * p + q * q);
        users.add(user * width + d, 2 * (error * q + l2 * p) / numRatings);
        items.add(item * width + d, 2 * (error * p + l2 * q) / numRatings);
      }
      tables["user_bias.weight"].add(user, 2 * error / numRatings);
      tables["item_bias.weight"].add(item, 2 * error / numRatings);
    }
    for (auto &[name, table] : tables)
      table.update(t);
    return loss / numRatings;
  }
};

class RatingsModel : public testing::Test {
protected:
  RatingsModel()
      : model({.seed = 3}), program(compile()),
        forward(EMB_EXAMPLES_DIR "/ratings/forward.mlir", model, program) {
    for (const ParameterInfo &info : model.getParameters())
      oracle.tables[info.name].weight =
          toDoubles(cantFail(model.getParameter(info.name)));
  }

  CompiledModel compile() {
    ModelCompileOptions options =
        buildFactorModel(model, numUsers, numItems, average);
    options.compile.useCache = false;
    return cantFail(model.compile(options));
  }

  static std::vector<Feed> feedAll(const Ratings &ratings) {
    return feed(ratings.slice(0, ratings.size()));
  }

  /// What forward.mlir takes besides the inputs.
  const ForwardModel::Number mean = {"mean", static_cast<float>(average)};

  Model model;
  CompiledModel program;
  ForwardModel forward;
  Oracle oracle;
};

TEST_F(RatingsModel, BeginsWithSmallVectorsAndNoBiases) {
  Doubles user = oracle.tables["user.weight"].weight;
  ASSERT_EQ(user.size(), size_t(numUsers * width));
  double squares = 0;
  for (double x : user)
    squares += x * x;
  EXPECT_NEAR(std::sqrt(squares / user.size()), 0.02, 0.001);
  EXPECT_EQ(oracle.tables["user_bias.weight"].weight, Doubles(numUsers));
  EXPECT_EQ(oracle.tables["item_bias.weight"].weight, Doubles(numItems));
}

TEST_F(RatingsModel, BothFollowTheFormulas) {
  for (int64_t t = 1; t <= 5; ++t) {
    Ratings ratings = makeRatings(t);
    std::vector<Feed> inputs = feedAll(ratings);
    double loss = oracle.step(ratings, t);
    EXPECT_NEAR(cantFail(program.train(inputs)).getLoss(), loss, 1e-5 * loss)
        << "step " << t;
    EXPECT_NEAR(forward.train(inputs, {mean}, learningRate, t), loss,
                1e-5 * loss)
        << "step " << t;
  }
  for (const auto &[name, table] : oracle.tables) {
    for (auto [state, expected] :
         {std::pair("", &table.weight), std::pair(".exp_avg", &table.mean),
          std::pair(".exp_avg_sq", &table.square)}) {
      std::string full = name + state;
      expectNear(toDoubles(cantFail(*state ? program.getState(full)
                                           : model.getParameter(full))),
                 *expected, 1e-4, full);
      expectNear(toDoubles(forward.tensors[full].ref()), *expected, 1e-4, full);
    }
  }
}

TEST_F(RatingsModel, PredictsAndCountsErrors) {
  for (int64_t t = 1; t <= 3; ++t) {
    Ratings ratings = makeRatings(t);
    oracle.step(ratings, t);
    std::vector<Feed> inputs = feedAll(ratings);
    cantFail(program.train(inputs));
    forward.train(inputs, {mean}, learningRate, t);
  }
  Ratings ratings = makeRatings(9);
  std::vector<Feed> inputs = feedAll(ratings);
  Doubles expected;
  double squares = 0;
  for (int64_t b = 0; b < numRatings; ++b) {
    expected.push_back(oracle.predict(ratings.users[b], ratings.items[b]));
    squares += std::pow(expected.back() - ratings.values[b], 2);
  }
  StepResult predicted =
      cantFail(program.predict(llvm::ArrayRef(inputs).take_front(2)));
  expectNear(toDoubles(cantFail(predicted.get("predictions"))), expected, 1e-5,
             "predictions");
  expectNear(
      toDoubles(forward.call("predict", inputs, mean).front().getTensor()),
      expected, 1e-5, "predict");
  StepResult evaluated = cantFail(program.evaluate(inputs));
  expectNear(toDoubles(cantFail(evaluated.get("squared_error"))),
             Doubles{squares / numRatings}, 1e-5, "squared_error");
}

} // namespace
