//===- JaggedTest.cpp - Bags of several features in one batch -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"
#include "emb/InitAll.h"
#include "emb/Pipelines/Pipelines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <random>

using namespace mlir::emb;
using namespace mlir::emb::test;

namespace {
using Floats = std::vector<float>;

/// Three features over samples, in the layout of TBE.
struct Batch {
  static constexpr int64_t kFeatures = 3;

  int64_t samples;
  std::vector<int64_t> values, offsets = {0}, lengths;
  Floats weights, targets;

  Batch(unsigned seed, int64_t samples) : samples(samples) {
    std::mt19937 random(seed);
    for (int64_t bag = 0; bag < kFeatures * samples; ++bag) {
      lengths.push_back(random() % 4);
      for (int64_t i = 0; i < lengths.back(); ++i) {
        values.push_back(random() % 20);
        weights.push_back(0.25f * (random() % 9));
      }
      offsets.push_back(values.size());
    }
    for (int64_t i = 0; i < 4 * samples; ++i)
      targets.push_back(0.125f * (random() % 17));
  }

  /// The values of a feature, and its offsets from 0 on.
  template <typename T>
  std::vector<T> slice(const std::vector<T> &all, int64_t feature) const {
    return {all.begin() + offsets[feature * samples],
            all.begin() + offsets[(feature + 1) * samples]};
  }
  std::vector<int64_t> getOffsets(int64_t feature) const {
    std::vector<int64_t> of;
    for (int64_t i = 0; i <= samples; ++i)
      of.push_back(offsets[feature * samples + i] - offsets[feature * samples]);
    return of;
  }
  TensorRef getTargets() const { return view(targets, {samples, 4}); }
};

/// Features 0 and 2 share a table.
struct Tables {
  EmbeddingBag shared, other;

  explicit Tables(Model &model, bool hasMaxNorm = false,
                  BagMode mode = BagMode::Sum)
      : shared(model, "shared",
               {.numEmbeddings = 20,
                .embeddingDim = 4,
                .maxNorm = hasMaxNorm ? std::optional(2.0) : std::nullopt,
                .mode = mode,
                .includeLastOffset = true}),
        other(model, "other",
              {.numEmbeddings = 20,
               .embeddingDim = 4,
               .maxNorm = hasMaxNorm ? std::optional(1.5) : std::nullopt,
               .scaleGradByFreq = true,
               .mode = mode,
               .includeLastOffset = true}) {}

  /// The sum of the losses of the three features: one step sees all of them.
  static CompiledModel compile(Model &model, llvm::ArrayRef<Var> bags) {
    Var targets = model.input("targets", DType::F32, {kDynamicSize, 4});
    std::vector<NamedVar> outputs;
    Var loss;
    for (auto [number, bag] : llvm::enumerate(bags)) {
      Var part = MSELoss{}(bag, targets);
      loss = number == 0 ? part : loss + part;
      outputs.push_back({"bag" + std::to_string(number), bag});
    }
    return take(
        model.compile({.loss = loss,
                       .outputs = outputs,
                       .groups = {{.optimizer = Adagrad{}, .lr = 0.1}}}));
  }
};

/// A model that is fed with one batch, in either layout.
struct JaggedModel {
  Model model{{.seed = 5}};
  JaggedOptions options;
  Tables tables;
  CompiledModel program;

  explicit JaggedModel(JaggedOptions base, bool hasMaxNorm = false)
      : options(withKeys(std::move(base))), tables(model, hasMaxNorm),
        program(compile()) {}

  static JaggedOptions withKeys(JaggedOptions options) {
    options.keys = {"clicks", "views", "buys"};
    return options;
  }
  CompiledModel compile() {
    Jagged batch = jagged(model, "batch", options);
    Var bags[] = {tables.shared(batch["clicks"]), tables.other(batch["views"]),
                  tables.shared(batch["buys"])};
    return Tables::compile(model, bags);
  }
  std::vector<Feed> getInputs(const Batch &batch) const {
    bool hasLengths = options.layout == JaggedLayout::Lengths;
    std::vector<Feed> feeds = {{"batch.values", view(batch.values)}};
    if (hasLengths)
      feeds.emplace_back("batch.lengths", view(batch.lengths));
    else
      feeds.emplace_back("batch.offsets", view(batch.offsets));
    if (options.weighted)
      feeds.emplace_back("batch.weights", view(batch.weights));
    return feeds;
  }
  std::vector<Feed> getAll(const Batch &batch) const {
    std::vector<Feed> feeds = getInputs(batch);
    feeds.emplace_back("targets", batch.getTargets());
    return feeds;
  }
};

/// The same model, each of whose features is fed by itself.
struct SeparateModel {
  Model model{{.seed = 5}};
  bool weighted;
  Tables tables;
  CompiledModel program;

  explicit SeparateModel(bool weighted, bool hasMaxNorm)
      : weighted(weighted), tables(model, hasMaxNorm), program(compile()) {}

  CompiledModel compile() {
    std::vector<Var> bags;
    for (llvm::StringRef name : {"0", "1", "2"}) {
      Var values =
          model.input(("values" + name).str(), DType::I64, {kDynamicSize});
      EmbeddingBag::Arguments arguments{
          .offsets = model.input(("offsets" + name).str(), DType::I64,
                                 {kDynamicSize})};
      if (weighted)
        arguments.perSampleWeights =
            model.input(("weights" + name).str(), DType::F32, {kDynamicSize});
      const EmbeddingBag &table = name == "1" ? tables.other : tables.shared;
      bags.push_back(table(values, arguments));
    }
    return Tables::compile(model, bags);
  }

  /// One step of training on `batch`, taken apart.
  double train(const Batch &batch) {
    std::vector<int64_t> values[3], offsets[3];
    Floats weights[3];
    for (int64_t feature = 0; feature < 3; ++feature) {
      values[feature] = batch.slice(batch.values, feature);
      offsets[feature] = batch.getOffsets(feature);
      weights[feature] = batch.slice(batch.weights, feature);
    }
    std::vector<Feed> feeds = {
        {"values0", view(values[0])},   {"values1", view(values[1])},
        {"values2", view(values[2])},   {"offsets0", view(offsets[0])},
        {"offsets1", view(offsets[1])}, {"offsets2", view(offsets[2])},
        {"targets", batch.getTargets()}};
    if (weighted) {
      feeds.emplace_back("weights0", view(weights[0]));
      feeds.emplace_back("weights1", view(weights[1]));
      feeds.emplace_back("weights2", view(weights[2]));
    }
    return take(program.train(feeds)).getLoss();
  }
};

/// Trains both and compares every bit of loss and tables.
void expectEqualToSeparate(JaggedOptions options, bool hasMaxNorm) {
  JaggedModel whole(options, hasMaxNorm);
  SeparateModel parts(options.weighted, hasMaxNorm);
  for (unsigned step = 0; step < 8; ++step) {
    // No sample at all, and all sizes.
    Batch batch(step, step == 3 ? 0 : 1 + 3 * step);
    if (batch.samples == 0)
      continue;
    double loss = take(whole.program.train(whole.getAll(batch))).getLoss();
    EXPECT_EQ(loss, parts.train(batch));
    for (llvm::StringRef name : {"shared.weight", "other.weight"})
      EXPECT_EQ(getParameter(whole.model, name),
                getParameter(parts.model, name))
          << name.str();
  }
  EXPECT_EQ(whole.program.getNumCompilations(), 1u);
}

TEST(Jagged, OffsetsEqualBagsFedByThemselves) {
  expectEqualToSeparate({}, /*hasMaxNorm=*/false);
  expectEqualToSeparate({}, /*hasMaxNorm=*/true);
}

TEST(Jagged, LengthsEqualBagsFedByThemselves) {
  expectEqualToSeparate({.layout = JaggedLayout::Lengths},
                        /*hasMaxNorm=*/false);
}

TEST(Jagged, WeightsEqualThoseFedByThemselves) {
  expectEqualToSeparate({.weighted = true}, /*hasMaxNorm=*/false);
  expectEqualToSeparate({.layout = JaggedLayout::Lengths, .weighted = true},
                        /*hasMaxNorm=*/true);
}

TEST(Jagged, FeaturesAreThoseOfTheLayout) {
  Model model;
  EmbeddingBag table(model, "table",
                     {.numEmbeddings = 5,
                      .embeddingDim = 1,
                      .mode = BagMode::Sum,
                      .init = values({1, 10, 100, 1000, 10000})});
  Jagged offsets = jagged(model, "offsets", {.keys = {"a", "b"}});
  Jagged lengths = jagged(model, "lengths",
                          {.keys = {"a", "b"},
                           .layout = JaggedLayout::Lengths,
                           .dtype = DType::I64,
                           .offsetsDType = DType::I32,
                           .weighted = true});
  CompiledModel program =
      take(model.compile({.outputs = {{"oa", table(offsets["a"])},
                                      {"ob", table(offsets["b"])},
                                      {"la", table(lengths["a"])},
                                      {"lb", table(lengths["b"])}}}));
  // a: 0 1, none, 1; b: 2, 3 4 4, none.
  std::vector<int64_t> ids = {0, 1, 1, 2, 3, 4, 4};
  std::vector<int64_t> starts = {0, 2, 2, 3, 4, 7, 7};
  std::vector<int32_t> sizes = {2, 0, 1, 1, 3, 0};
  Floats weights = {1, 2, 3, 4, 5, 6, 7};
  StepResult result =
      take(program.predict({{"offsets.values", view(ids)},
                            {"offsets.offsets", view(starts)},
                            {"lengths.values", view(ids)},
                            {"lengths.lengths", view(sizes)},
                            {"lengths.weights", view(weights)}}));
  EXPECT_EQ(take(result.get("oa")).shape, Shape({3, 1}));
  EXPECT_EQ(toVector(take(result.get("oa"))), (Floats{11, 0, 10}));
  EXPECT_EQ(toVector(take(result.get("ob"))), (Floats{100, 21000, 0}));
  EXPECT_EQ(toVector(take(result.get("la"))), (Floats{21, 0, 30}));
  EXPECT_EQ(toVector(take(result.get("lb"))), (Floats{400, 135000, 0}));
}

TEST(Jagged, ABatchMayHaveNoSample) {
  JaggedModel m({});
  Batch batch(0, 0);
  StepResult result = take(m.program.predict(m.getInputs(batch)));
  EXPECT_EQ(take(result.get("bag1")).shape, Shape({0, 4}));
}

TEST(Jagged, OneFeatureIsTheBatch) {
  Model model;
  Jagged batch = jagged(model, "batch", {.keys = {"a"}});
  EmbeddingBag table(model, "table",
                     {.numEmbeddings = 3,
                      .embeddingDim = 1,
                      .mode = BagMode::Sum,
                      .init = counting()});
  std::vector<int64_t> ids = {0, 1, 2}, starts = {0, 1, 3};
  EXPECT_EQ(
      predict(model, table(batch["a"]),
              {{"batch.values", view(ids)}, {"batch.offsets", view(starts)}}),
      (Floats{1, 5}));
}

TEST(Jagged, ATableHasOneUpdateWhateverItsFeatures) {
  JaggedModel m({});
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceString<mlir::ModuleOp>(m.program.getIR(), &context);
  ASSERT_TRUE(module);
  mlir::PassManager passes(&context);
  buildPipeline(passes, Phase::Check);
  ASSERT_TRUE(succeeded(passes.run(*module)));
  auto step = module->lookupSymbol<mlir::func::FuncOp>("train");
  ASSERT_TRUE(step);
  std::vector<size_t> sources;
  step.walk([&](UpdateOp op) { sources.push_back(op.getSources().size()); });
  llvm::sort(sources);
  EXPECT_EQ(sources, (std::vector<size_t>{1, 2}));
}

//===----------------------------------------------------------------------===//
// Batches that do not fit
//===----------------------------------------------------------------------===//

/// All that training changes.
std::vector<Floats> readAll(JaggedModel &m) {
  std::vector<Floats> all;
  for (const ParameterInfo &info : m.model.getParameters())
    all.push_back(getParameter(m.model, info.name));
  for (const std::string &name : m.program.getStateNames())
    all.push_back(toVector(take(m.program.getState(name))));
  EXPECT_EQ(all.size(), 4u);
  return all;
}

/// A step with `change` made to a batch has to fail with `message` and to
/// change nothing.
template <typename ChangeFn>
void expectRefused(JaggedModel &m, ChangeFn change, llvm::StringRef message) {
  Batch good(1, 5), bad(2, 5);
  take(m.program.train(m.getAll(good)));
  std::vector<Floats> before = readAll(m);
  change(bad);
  std::string found = takeMessage(m.program.train(m.getAll(bad)));
  EXPECT_NE(found.find(message), std::string::npos)
      << found << "\nexpected: " << message.str();
  EXPECT_EQ(readAll(m), before);
}

TEST(Jagged, OffsetsThatDoNotFitChangeNothing) {
  JaggedModel m({}, /*hasMaxNorm=*/true);
  expectRefused(
      m, [](Batch &b) { b.offsets[0] = 1; },
      "batch.offsets: offsets must begin with 0: position [0] has value 1");
  expectRefused(
      m, [](Batch &b) { b.offsets.back() += 1; },
      "batch.offsets: offset out of range: position [15] has value");
  expectRefused(
      m, [](Batch &b) { b.values.push_back(0); },
      "batch.offsets: the last offset must be the number of indices: position "
      "[15] has value");
  expectRefused(
      m, [](Batch &b) { b.offsets[7] = -1; },
      "batch.offsets: offsets must not decrease: position [7] has value -1");
  expectRefused(
      m, [](Batch &b) { b.offsets.push_back(b.offsets.back()); },
      "batch.offsets: bags of 3 features: found 16, expected 15");
  expectRefused(
      m, [](Batch &b) { b.offsets.clear(); },
      "batch.offsets: bags of 3 features: found -1, expected 0");
}

TEST(Jagged, LengthsThatDoNotFitChangeNothing) {
  JaggedModel m({.layout = JaggedLayout::Lengths, .weighted = true},
                /*hasMaxNorm=*/true);
  expectRefused(
      m, [](Batch &b) { b.lengths[4] = -1; },
      "batch.lengths: index out of range: position [4] has value -1");
  expectRefused(
      m, [](Batch &b) { b.lengths[14] += 1; },
      "batch.lengths, running sums: offset out of range: position [15]");
  expectRefused(
      m,
      [](Batch &b) {
        b.values.push_back(0);
        b.weights.push_back(0);
      },
      "batch.lengths, running sums: the last offset must be the number of "
      "indices: position [15]");
  expectRefused(
      m, [](Batch &b) { b.lengths.push_back(0); },
      "batch.lengths: bags of 3 features: found 16, expected 15");
  expectRefused(
      m, [](Batch &b) { b.weights.pop_back(); },
      "batch.weights, dimension 0: found");
}

TEST(Jagged, AnIndexOfAnyFeatureIsCheckedBeforeAnythingIsWritten) {
  for (JaggedLayout layout : {JaggedLayout::Offsets, JaggedLayout::Lengths}) {
    JaggedModel m({.layout = layout}, /*hasMaxNorm=*/true);
    expectRefused(
        m, [](Batch &b) { b.values.back() = 20; },
        "batch.values of feature 'buys': index out of range: position [");
    expectRefused(
        m, [](Batch &b) { b.values[b.offsets[5]] = -3; },
        "batch.values of feature 'views': index out of range: position [0] "
        "has value -3, expected 0 <= index < 20");
  }
}

//===----------------------------------------------------------------------===//
// Misuse
//===----------------------------------------------------------------------===//

std::string refuse(const JaggedOptions &options, const JaggedKey &key) {
  Model model;
  EmbeddingBag table(model, "table", {.numEmbeddings = 1, .embeddingDim = 1});
  return refusal(model, table(jagged(model, "batch", options)[key]));
}

TEST(Jagged, OptionsThatDoNotFitAreErrors) {
  EXPECT_EQ(refuse({}, "a"),
            "jagged 'batch': keys: found none, expected at least one");
  EXPECT_EQ(refuse({.keys = {"a", "b", "a"}}, "a"),
            "jagged 'batch': keys: found 'a' twice");
  EXPECT_EQ(refuse({.keys = {"a"}, .dtype = DType::F32}, "a"),
            "jagged 'batch': dtype: found f32, expected i32 or i64");
  EXPECT_EQ(refuse({.keys = {"a"}, .offsetsDType = DType::I1}, "a"),
            "jagged 'batch': offsetsDType: found i1, expected i32 or i64");
  EXPECT_EQ(refuse({.keys = {"a"}, .weighted = true}, "a"),
            "EmbeddingBag: found perSampleWeights with mode mean, expected "
            "them with sum only");
}

TEST(Jagged, MicroBatchesAreRefused) {
  Model model;
  Jagged batch = jagged(model, "batch", {.keys = {"a", "b"}});
  EmbeddingBag table(model, "table", {.numEmbeddings = 2, .embeddingDim = 1});
  Var y = model.input("y", DType::F32, {kDynamicSize, 1});
  Var loss = MSELoss{}(table(batch["a"]), y);
  std::string message = takeMessage(
      model.compile({.loss = loss, .groups = {{}}, .accumulate = true}));
  EXPECT_NE(message.find("extent 0 of a 'tensor<?xi64>' that its reverse needs "
                         "is not known to be the same in every iteration"),
            std::string::npos)
      << message;
  EXPECT_EQ(message.find("see current operation"), std::string::npos);
}

TEST(Jagged, UnknownKeysNameTheLine) {
  Model model;
  Jagged batch = jagged(model, "batch", {.keys = {"a", "b"}});
  EmbeddingBag table(model, "table", {.numEmbeddings = 1, .embeddingDim = 1});
  Var y = table(batch["c"]);
  unsigned line = __LINE__ - 1;
  EXPECT_EQ(takeMessage(model.compile({.outputs = {{"y", y}}})),
            llvm::formatv("{0}:{1}: error: jagged 'batch': found no feature "
                          "'c', expected one of: a, b",
                          __FILE__, line)
                .str());
}
} // namespace
