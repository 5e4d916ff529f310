//===- ModelTest.cpp - Models that are compiled and trained ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"
#include "llvm/Support/FileSystem.h"

#include <cmath>
#include <random>

using namespace mlir::emb;
using namespace mlir::emb::test;

namespace {
/// A classifier of bags of words; tests change what they are about.
struct Classifier {
  Model model{{.seed = 7}};
  Var words = model.input("words", DType::I64, {kDynamicSize});
  Var offsets = model.input("offsets", DType::I64, {kDynamicSize});
  Var labels = model.input("labels", DType::I64, {kDynamicSize});
  EmbeddingBag table{model, "table", {.numEmbeddings = 50, .embeddingDim = 8}};
  Linear linear{model, "linear", {.inFeatures = 8, .outFeatures = 3}};
  Var scores = linear(table(words, {.offsets = offsets}));
  Var loss = CrossEntropyLoss{}(scores, labels);

  ModelCompileOptions getOptions() const {
    return {.loss = loss,
            .outputs = {{"scores", scores}},
            .groups = {{.parameters = table.parameters(),
                        .optimizer = SparseAdam{},
                        .lr = 0.05,
                        .name = "tables"},
                       {.optimizer = Adam{}, .lr = 0.01}}};
  }
};

/// Bags of words of three classes, each with words of its own.
struct Batch {
  std::vector<int64_t> words, offsets, labels;

  Batch(unsigned seed, size_t size) {
    std::mt19937 random(seed);
    for (size_t i = 0; i < size; ++i) {
      labels.push_back(random() % 3);
      offsets.push_back(words.size());
      for (size_t n = 1 + random() % 9; n > 0; --n)
        words.push_back(labels.back() * 15 + random() % 15);
    }
  }

  std::vector<Feed> getInputs() const {
    return {{"words", ref(words)}, {"offsets", ref(offsets)}};
  }
  std::vector<Feed> getAll() const {
    std::vector<Feed> all = getInputs();
    all.emplace_back("labels", ref(labels));
    return all;
  }
  static TensorRef ref(const std::vector<int64_t> &values) {
    return TensorRef(values.data(), {int64_t(values.size())});
  }
};

/// "file:line: ": compilers differ in the column, which is dropped.
std::string here(unsigned line) {
  return llvm::formatv("{0}:{1}: ", __FILE__, line);
}

bool contains(llvm::StringRef text, llvm::StringRef part) {
  return text.contains(part);
}

TEST(Model, LearnsAndPredicts) {
  Classifier c;
  CompiledModel program = take(c.model.compile(c.getOptions()));
  double first = 0, last = 0;
  for (unsigned step = 0; step < 200; ++step) {
    Batch batch(step, 32);
    last = take(program.train(batch.getAll())).getLoss();
    if (step == 0)
      first = last;
  }
  EXPECT_NEAR(first, std::log(3.0), 0.4);
  EXPECT_LT(last, 0.1);
  EXPECT_EQ(program.getNumSteps(), 200);

  Batch test(1000, 100);
  StepResult evaluated = take(program.evaluate(test.getAll()));
  EXPECT_LT(evaluated.getLoss(), 0.1);
  StepResult predicted = take(program.predict(test.getInputs()));
  EXPECT_TRUE(std::isnan(predicted.getLoss()));
  TensorRef scores = take(predicted.get("scores"));
  ASSERT_EQ(scores.shape, Shape({100, 3}));
  std::vector<float> values = toVector(scores);
  for (int i = 0; i < 100; ++i) {
    const float *row = &values[3 * i];
    EXPECT_EQ(std::max_element(row, row + 3) - row, test.labels[i]);
  }
}

size_t countFiles(llvm::StringRef folder) {
  std::error_code failure;
  size_t count = 0;
  for (llvm::sys::fs::recursive_directory_iterator it(folder, failure), end;
       it != end && !failure; it.increment(failure))
    ++count;
  return count;
}

TEST(Model, NothingIsCompiledAgain) {
  Classifier c;
  // Whatever is compiled leaves a file in the cache.
  llvm::SmallString<128> folder;
  ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("emb-cache", folder));
  ModelCompileOptions options = c.getOptions();
  options.compile.useCache = true;
  options.compile.cacheDir = (folder + "/objects").str();
  CompiledModel program = take(c.model.compile(options));
  size_t numFiles = countFiles(options.compile.cacheDir);
  EXPECT_GT(numFiles, 0u);
  std::mt19937 random(0);
  for (unsigned step = 0; step < 1000; ++step) {
    Batch batch(step, 1 + random() % 70);
    llvm::cantFail(program.setLearningRate(0.01 / (1 + step)));
    take(program.train(batch.getAll()));
    if (step % 10 == 0)
      take(program.predict(batch.getInputs()));
  }
  EXPECT_EQ(program.getNumCompilations(), 1u);
  EXPECT_EQ(countFiles(options.compile.cacheDir), numFiles);

  // It would show: a column of a matrix needs code for another stride.
  std::vector<int64_t> words(8), offsets = {0, 1};
  TensorRef column(words.data(), DType::I64, {4}, {2});
  take(program.predict({{"words", column}, {"offsets", Batch::ref(offsets)}}));
  EXPECT_EQ(program.getNumCompilations(), 2u);
  EXPECT_GT(countFiles(options.compile.cacheDir), numFiles);
  llvm::sys::fs::remove_directories(folder);
  EXPECT_EQ(program.getNumSteps(), 1000);
}

TEST(Model, StepsShareTheWeightsOfTheModel) {
  Classifier c;
  CompiledModel program = take(c.model.compile(c.getOptions()));
  CompiledModel other = take(c.model.compile({.outputs = {{"y", c.scores}}}));
  Batch batch(1, 16);
  auto predict = [&](CompiledModel &which, llvm::StringRef name) {
    StepResult result = take(which.predict(batch.getInputs()));
    return toVector(take(result.get(name)));
  };
  std::vector<float> before = predict(program, "scores");
  EXPECT_EQ(before, predict(other, "y"));
  take(program.train(batch.getAll()));
  std::vector<float> after = predict(program, "scores");
  EXPECT_NE(before, after);
  EXPECT_EQ(after, predict(other, "y"));

  std::vector<float> bias = {1, 2, 3};
  llvm::cantFail(
      c.model.setParameter("linear.bias", TensorRef(bias.data(), {3})));
  EXPECT_EQ(toVector(take(c.model.getParameter("linear.bias"))), bias);
  EXPECT_NE(after, predict(program, "scores"));
}

TEST(Model, ParametersHaveTheNamesOfPyTorch) {
  Classifier c;
  std::vector<std::string> found;
  for (const ParameterInfo &info : c.model.getParameters())
    found.push_back(info.name + " " + formatShape(info.shape, info.dtype));
  EXPECT_EQ(found, (std::vector<std::string>{"table.weight 50x8xf32",
                                             "linear.weight 3x8xf32",
                                             "linear.bias 3xf32"}));
}

TEST(Model, LearningRatesAreThoseOfTheGroups) {
  Classifier c;
  CompiledModel program = take(c.model.compile(c.getOptions()));
  auto getRates = [&]() {
    std::string text;
    for (const LearningRate &rate : program.getLearningRates())
      text += llvm::formatv("{0}={1} ", rate.group, rate.value);
    return text;
  };
  EXPECT_EQ(getRates(), "tables=0.05 1=0.01 ");
  llvm::cantFail(program.setLearningRate("tables", 0.0));
  EXPECT_EQ(getRates(), "tables=0.00 1=0.01 ");

  std::vector<float> table =
      toVector(take(c.model.getParameter("table.weight")));
  std::vector<float> bias = toVector(take(c.model.getParameter("linear.bias")));
  take(program.train(Batch(1, 16).getAll()));
  EXPECT_EQ(table, toVector(take(c.model.getParameter("table.weight"))));
  EXPECT_NE(bias, toVector(take(c.model.getParameter("linear.bias"))));

  std::string message =
      dropColumns(llvm::toString(program.setLearningRate("table", 0.0)));
  EXPECT_EQ(message, here(__LINE__ - 1) +
                         "found no group 'table', expected one of: tables, 1");
}

//===----------------------------------------------------------------------===//
// Misuse
//===----------------------------------------------------------------------===//

TEST(Model, ResultsAreReadAsWhatTheyAre) {
  Model model;
  Var x = model.input("x", DType::F32, {kDynamicSize, 2});
  CompiledModel program = take(
      model.compile({.outputs = {{"x", x}, {"y", x + x}, {"sum", sum(x)}}}));
  // Two rows, one number apart.
  const float rows[] = {1, 2, 0, 3, 4};
  TensorRef apart(const_cast<float *>(rows), DType::F32, {2, 2}, {3, 1});
  StepResult result = take(program.predict({{"x", apart.asReadOnly()}}));
  EXPECT_EQ(take(result.get<float>("y")).vec(),
            (std::vector<float>{2, 4, 6, 8}));
  EXPECT_EQ(take(result.get<float>("sum")).vec(), std::vector<float>{10});
  unsigned line = __LINE__ + 1;
  std::string message = takeMessage(result.get<double>("y"));
  EXPECT_EQ(message, here(line) + "result 'y': found 2x2xf32, expected "
                                  "elements of f64");
  line = __LINE__ + 1;
  message = takeMessage(result.get<float>("x"));
  EXPECT_EQ(message, here(line) + "result 'x': found a view with gaps, "
                                  "expected elements one after the other");
  EXPECT_TRUE(contains(takeMessage(result.get<float>("z")), "'z'"));
}

TEST(Model, ErrorsOfBuildingNameTheirLines) {
  Model model;
  Var x = model.input("x", DType::F32, {kDynamicSize, 5});
  Linear linear(model, "linear", {.inFeatures = 4, .outFeatures = 2});
  Var y = linear(x);
  unsigned line = __LINE__ - 1;
  Var z = linear(y);
  std::string message = takeMessage(model.compile({.outputs = {{"z", z}}}));
  EXPECT_EQ(message, here(line) + "error: linear: weight, dimension 1: found 4 "
                                  "('tensor<2x4xf32>'), expected 5");
}

TEST(Model, InputsThatDoNotFitNameTheLineOfTheCall) {
  Classifier c;
  CompiledModel program = take(c.model.compile(c.getOptions()));
  Batch batch(1, 4);
  TensorRef words = Batch::ref(batch.words);
  std::string message = takeMessage(program.predict({{"word", words}}));
  EXPECT_EQ(message, here(__LINE__ - 1) +
                         "found no input of 'predict' 'word', expected one "
                         "of: words, offsets");
  message = takeMessage(program.predict({{"words", words}}));
  EXPECT_TRUE(contains(message, "'offsets' is not given")) << message;
  message = takeMessage(program.predict({{"words", words}, {"words", words}}));
  EXPECT_TRUE(contains(message, "'words' is given twice")) << message;

  std::vector<int32_t> wrong = {0};
  message = takeMessage(program.predict(
      {{"words", words}, {"offsets", TensorRef(wrong.data(), {1})}}));
  EXPECT_TRUE(contains(message, "predict: argument")) << message;
  EXPECT_TRUE(contains(message, "'offsets': found tensor<1xi32>, expected "
                                "tensor<?xi64>"))
      << message;
}

TEST(Model, AStepThatFailsChangesNothing) {
  Classifier c;
  CompiledModel program = take(c.model.compile(c.getOptions()));
  Batch batch(1, 4);
  take(program.train(batch.getAll()));
  std::vector<std::vector<float>> before;
  auto readAll = [&]() {
    std::vector<std::vector<float>> values;
    for (const ParameterInfo &info : c.model.getParameters())
      values.push_back(toVector(take(c.model.getParameter(info.name))));
    for (const std::string &name : program.getStateNames())
      values.push_back(toVector(take(program.getState(name))));
    return values;
  };
  before = readAll();
  batch.words.back() = 50;
  std::string message = takeMessage(program.train(batch.getAll()));
  EXPECT_TRUE(contains(message, here(__LINE__ - 1) + "train: emb.bag"))
      << message;
  EXPECT_TRUE(contains(message, "has value 50, expected 0 <= index < 50"))
      << message;
  EXPECT_EQ(program.getNumSteps(), 1);
  EXPECT_EQ(before, readAll());
}

TEST(Model, AModelThatChangedIsNotCompiledAgain) {
  Classifier c;
  take(c.model.compile(c.getOptions()));
  unsigned compiled = __LINE__ - 1;
  take(c.model.compile(c.getOptions()));
  Linear more(c.model, "more", {.inFeatures = 3, .outFeatures = 1});
  unsigned changed = __LINE__ - 1;
  Linear evenMore(c.model, "evenMore", {.inFeatures = 3, .outFeatures = 1});
  std::string message = takeMessage(c.model.compile(c.getOptions()));
  EXPECT_EQ(message, here(changed) +
                         "error: the model was changed after it was compiled "
                         "at " +
                         llvm::StringRef(here(compiled)).drop_back(2).str());
}

TEST(Model, TheRuleOfAnOptimizerIsNoChangeOfTheModel) {
  Classifier c;
  ModelCompileOptions options = c.getOptions();
  options.groups = {
      {.optimizer = UserOptimizer{.name = "plain",
                                  .rule =
                                      [](const UserOptimizer::Element &in) {
                                        return std::vector<Var>{
                                            in.weight -
                                            in.scalars[0] * in.gradient};
                                      }},
       .lr = 0.1}};
  take(c.model.compile(options));
  take(c.model.compile(options));
  take(c.model.compile(options));
}

TEST(Model, GroupsAreComplete) {
  auto compile = [](auto change) {
    Classifier c;
    ModelCompileOptions options = c.getOptions();
    change(c, options);
    std::string message = takeMessage(c.model.compile(options));
    size_t at = message.find("error: ");
    return at == std::string::npos ? message : message.substr(at + 7);
  };
  std::string missing = compile([](Classifier &, ModelCompileOptions &options) {
    options.groups.pop_back();
  });
  EXPECT_TRUE(contains(
      missing,
      "the parameter 'linear.weight' is neither frozen nor in a group"))
      << missing;
  EXPECT_TRUE(contains(
      missing, "the parameter 'linear.bias' is neither frozen nor in a group"))
      << missing;
  EXPECT_EQ(compile([](Classifier &c, ModelCompileOptions &options) {
              options.groups[1].parameters = {c.scores};
            }),
            "groups[1]: parameters[0] is not a parameter of this model");
  EXPECT_EQ(compile([](Classifier &c, ModelCompileOptions &options) {
              options.groups[1].parameters = c.table.parameters();
            }),
            "groups[1]: the parameter 'table.weight' belongs to groups[0]");
  EXPECT_EQ(compile([](Classifier &c, ModelCompileOptions &) {
              c.model.freeze(c.table.getWeight());
            }),
            "groups[0]: the parameter 'table.weight' is frozen");
  EXPECT_EQ(compile([](Classifier &, ModelCompileOptions &options) {
              options.groups[1].name = "tables";
            }),
            "groups[1]: the name 'tables' is taken");
  EXPECT_EQ(compile([](Classifier &, ModelCompileOptions &options) {
              options.groups[0].lr = 0.0;
            }),
            "groups[0]: SparseAdam: lr is 0, expected a finite number > 0");
}
} // namespace
