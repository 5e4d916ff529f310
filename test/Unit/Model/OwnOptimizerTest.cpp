//===- OwnOptimizerTest.cpp - Models trained by the user's own optimizers -===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

using namespace mlir::emb;
using namespace mlir::emb::test;

namespace {
using Values = std::vector<Var>;

UserOptimizer makeAdagrad(double initialValue = 0.0) {
  return {.name = "adagrad",
          .states = {{.name = "sum", .initialValue = initialValue}},
          .rule = [](const UserOptimizer::Element &in) -> Values {
            Var sum = in.states[0] + square(in.gradient);
            Var scaled = in.scalars[0] * in.gradient;
            Var root = sqrt(sum);
            return {in.weight - scaled / (root + 1e-10), sum};
          }};
}

UserOptimizer makeRowWiseAdagrad() {
  return {.name = "rowwise",
          .states = {{.name = "sum", .isPerRow = true}},
          .rule = [](const UserOptimizer::Element &in) -> Values {
            Var mean = rowMean(square(in.gradient));
            Var sum = in.states[0] + mean;
            Var root = sqrt(sum);
            Var rate = in.scalars[0] / (root + 1e-8);
            return {in.weight - rate * in.gradient, sum};
          }};
}

UserOptimizer makeSparseAdam() {
  return {.name = "sparse_adam",
          .states = {{.name = "exp_avg"}, {.name = "exp_avg_sq"}},
          .scalars = [](Var lr, Var step) -> Values {
            Var correction1 = 1.0 - pow(0.9, step);
            Var correction2 = 1.0 - pow(0.999, step);
            return {lr * sqrt(correction2) / correction1};
          },
          .rule = [](const UserOptimizer::Element &in) -> Values {
            Var m = in.states[0] + (1.0 - 0.9) * (in.gradient - in.states[0]);
            Var difference = square(in.gradient) - in.states[1];
            Var v = in.states[1] + (1.0 - 0.999) * difference;
            Var root = sqrt(v);
            return {in.weight - in.scalars[0] * (m / (root + 1e-8)), m, v};
          }};
}

/// A table of floats of `dtype` and a dense layer, trained by `groups`.
struct Trained {
  Trained(std::vector<ParameterGroup> groups, DType dtype = DType::F32,
          bool tableOnly = false) {
    Var words = model.input("words", DType::I64, {kDynamicSize, 3});
    Var wanted = model.input("wanted", dtype, {kDynamicSize, 5});
    Embedding table(model, "table",
                    {.numEmbeddings = 9, .embeddingDim = 5, .dtype = dtype});
    Var rows = sum(table(words), {1});
    if (!tableOnly)
      rows = Linear(model, "linear",
                    {.inFeatures = 5, .outFeatures = 5, .dtype = dtype})(rows);
    compiled.emplace(take(model.compile(
        {.loss = MSELoss{}(rows, wanted), .groups = std::move(groups)})));
  }

  template <typename T> void run(int numSteps) {
    std::vector<T> wanted(10);
    for (int step = 0; step < numSteps; ++step) {
      std::vector<int64_t> words = {step % 9, 3, 8, 3, (5 * step) % 9, 1};
      for (size_t i = 0; i < wanted.size(); ++i)
        wanted[i] = T(0.1) * T(i * 7 % 11) - T(0.3) * T(step);
      take(compiled->train(
          {{"words", view(words, {2, 3})}, {"wanted", view(wanted, {2, 5})}}));
    }
  }

  /// Whether parameters and states are those of `other`, bit for bit.
  template <typename T> void expectSame(Trained &other) {
    for (const ParameterInfo &info : model.getParameters())
      EXPECT_EQ(toVector<T>(take(model.getParameter(info.name))),
                toVector<T>(take(other.model.getParameter(info.name))))
          << info.name;
    ASSERT_EQ(compiled->getStateNames(), other.compiled->getStateNames());
    for (const std::string &name : compiled->getStateNames())
      EXPECT_EQ(toVector<T>(take(compiled->getState(name))),
                toVector<T>(take(other.compiled->getState(name))))
          << name;
  }

  Model model{{.seed = 3}};
  std::optional<CompiledModel> compiled;
};

size_t count(llvm::StringRef text, llvm::StringRef what) {
  return text.count(what);
}

TEST(OwnOptimizer, TrainsTablesAndDenseParametersAsANamedOneDoes) {
  Trained own({{.optimizer = makeAdagrad(), .lr = 0.05}});
  Trained named({{.optimizer = Adagrad{}, .lr = 0.05}});
  own.run<float>(5);
  named.run<float>(5);
  own.expectSame<float>(named);
  std::string text = own.compiled->getIR();
  EXPECT_EQ(count(text, "emb.optimizer @adagrad touched"), 1u) << text;
  EXPECT_EQ(count(text, "= @adagrad"), 3u) << text;
  EXPECT_EQ(own.compiled->getStateNames(),
            (std::vector<std::string>{"table.weight.sum", "linear.weight.sum",
                                      "linear.bias.sum"}));
}

TEST(OwnOptimizer, TrainsF64) {
  Trained own({{.optimizer = makeAdagrad(), .lr = 0.05}}, DType::F64);
  Trained named({{.optimizer = Adagrad{}, .lr = 0.05}}, DType::F64);
  own.run<double>(5);
  named.run<double>(5);
  own.expectSame<double>(named);
  EXPECT_EQ(count(own.compiled->getIR(), "emb.optimizer @adagrad_f64"), 1u);
}

TEST(OwnOptimizer, StatesBeginWithTheirFirstValue) {
  Trained own({{.optimizer = makeAdagrad(0.25), .lr = 0.05}});
  for (float value : toVector(take(own.compiled->getState("table.weight.sum"))))
    EXPECT_EQ(value, 0.25f);
  Trained named(
      {{.optimizer = Adagrad{.initialAccumulatorValue = 0.25}, .lr = 0.05}});
  own.run<float>(3);
  named.run<float>(3);
  own.expectSame<float>(named);
}

TEST(OwnOptimizer, StatesPerRowHaveOneValueForEachRow) {
  Trained own({{.optimizer = makeRowWiseAdagrad(), .lr = 0.05}}, DType::F32,
              /*tableOnly=*/true);
  Trained named({{.optimizer = RowWiseAdagrad{}, .lr = 0.05}}, DType::F32,
                /*tableOnly=*/true);
  EXPECT_EQ(take(own.compiled->getState("table.weight.sum")).shape.size(), 1u);
  own.run<float>(5);
  named.run<float>(5);
  own.expectSame<float>(named);
}

TEST(OwnOptimizer, ScalarsKnowTheStep) {
  Trained own({{.optimizer = makeSparseAdam(), .lr = 0.05}}, DType::F32,
              /*tableOnly=*/true);
  Trained named({{.optimizer = SparseAdam{}, .lr = 0.05}}, DType::F32,
                /*tableOnly=*/true);
  own.run<float>(5);
  named.run<float>(5);
  own.expectSame<float>(named);
}

// The example of the header. The gradient is (3, -2): after step 1 the momentum
// is a tenth of it, and stays on its side.
TEST(OwnOptimizer, FollowsItsRule) {
  UserOptimizer signum{
      .name = "signum",
      .states = {{.name = "momentum_buffer"}},
      .rule = [](const UserOptimizer::Element &in) -> std::vector<Var> {
        Var m = 0.9 * in.states[0] + 0.1 * in.gradient;
        return {in.weight - in.scalars[0] * sign(m), m};
      }};
  Model model;
  Var x = model.parameter("x", DType::F64, {2}, values({10, 20}));
  Var c = model.input("c", DType::F64, {2});
  CompiledModel compiled = take(model.compile(
      {.loss = sum(x * c), .groups = {{.optimizer = signum, .lr = 0.5}}}));
  std::vector<double> gradient = {3, -2};
  take(compiled.train({{"c", view(gradient)}}));
  EXPECT_EQ(toVector<double>(take(model.getParameter("x"))),
            (std::vector<double>{9.5, 20.5}));
  std::vector<double> momentum =
      toVector<double>(take(compiled.getState("x.momentum_buffer")));
  EXPECT_DOUBLE_EQ(momentum[0], 0.3);
  EXPECT_DOUBLE_EQ(momentum[1], -0.2);
  // 0.9 * 0.3 - 0.1 * 2 > 0, 0.9 * -0.2 + 0.1 * 2 > 0.
  gradient = {-2, 2};
  take(compiled.train({{"c", view(gradient)}}));
  EXPECT_EQ(toVector<double>(take(model.getParameter("x"))),
            (std::vector<double>{9, 20}));
}

TEST(OwnOptimizer, GroupsWithTheSameOneShareItsDeclaration) {
  Model model;
  Var x = model.parameter("x", DType::F32, {3});
  Var y = model.parameter("y", DType::F32, {4});
  UserOptimizer optimizer = makeAdagrad();
  CompiledModel compiled = take(model.compile(
      {.loss = sum(x) + sum(y),
       .groups = {{.parameters = {x}, .optimizer = optimizer, .lr = 1.0},
                  {.parameters = {y}, .optimizer = optimizer, .lr = 2.0}}}));
  EXPECT_EQ(count(compiled.getIR(), "emb.optimizer"), 1u);
}

TEST(OwnOptimizer, ItsNameMayBeThatOfAFunction) {
  for (const char *name :
       {"train", "evaluate", "predict", "loss", "linear", "graph"}) {
    UserOptimizer optimizer = makeAdagrad();
    optimizer.name = name;
    Trained own({{.optimizer = optimizer, .lr = 0.05}});
    own.run<float>(1);
  }
}

TEST(OwnOptimizer, RowsOfWhatIsNoTableAreAnError) {
  Model model;
  Var x = model.parameter("x", DType::F32, {3, 2});
  std::string message = takeMessage(model.compile(
      {.loss = sum(x),
       .groups = {{.optimizer = makeRowWiseAdagrad(), .lr = 1.0}}}));
  EXPECT_NE(message.find("@rowwise: the gradient is dense, expected a sparse "
                         "one; the rule reduces over the columns of a row"),
            std::string::npos)
      << message;
}

TEST(OwnOptimizer, ItsErrorsAreThoseOfCompiling) {
  Model model;
  Var x = model.parameter("x", DType::F32, {3});
  UserOptimizer optimizer = makeAdagrad();
  optimizer.states.clear();
  optimizer.rule = [](const UserOptimizer::Element &in) -> Values {
    return {in.weight, in.gradient};
  };
  std::string message = takeMessage(model.compile(
      {.loss = sum(x), .groups = {{.optimizer = optimizer, .lr = 1.0}}}));
  EXPECT_NE(message.find("OwnOptimizerTest.cpp"), std::string::npos) << message;
  EXPECT_NE(message.find("error: optimizer 'adagrad': the rule returns 2 "
                         "values, expected 1: the weight"),
            std::string::npos)
      << message;
}
} // namespace
