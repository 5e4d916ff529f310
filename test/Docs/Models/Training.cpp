//===- Training.cpp - What docs/models.md shows of training ---------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sections.h"

#include "emb/Model/Model.h"
#include "llvm/Support/Format.h"

#include <cmath>

using namespace mlir::emb;

static llvm::ExitOnError check("training: ");

/// A table whose rows are to become what they are compared with.
static ModelCompileOptions buildRows(Model &model, ParameterGroup group) {
  Var ids = model.input("ids", DType::I64, {kDynamicSize});
  Var targets = model.input("targets", DType::F32, {kDynamicSize, 2});
  Embedding table(
      model, "table",
      {.numEmbeddings = 4, .embeddingDim = 2, .init = Constant{0.0}});
  Var rows = table(ids);
  return {.loss = MSELoss{.reduction = Reduction::Sum}(rows, targets),
          .outputs = {{"rows", rows}},
          .groups = {std::move(group)}};
}

static void printRow(llvm::raw_ostream &out, const TensorRef &view,
                     int64_t row) {
  std::vector<float> values(view.getNumElements());
  view.copyTo(values.data());
  out << "row " << row << ":";
  int64_t width = view.shape[1];
  for (int64_t i = 0; i < width; ++i)
    out << llvm::format(" %g", values[row * width + i]);
  out << "\n";
}

void docs::showOptimizer(llvm::raw_ostream &out) {
  UserOptimizer signum{
      .name = "signum",
      .states = {{.name = "momentum_buffer"}},
      .rule = [](const UserOptimizer::Element &in) -> std::vector<Var> {
        Var m = 0.9 * in.states[0] + 0.1 * in.gradient;
        return {in.weight - in.scalars[0] * sign(m), m};
      }};

  Model model;
  CompiledModel program =
      check(model.compile(buildRows(model, {.optimizer = signum, .lr = 0.25})));
  const int64_t ids[] = {1, 1};
  const float targets[] = {1, -1, 1, -1};
  check(program.train(
      {{"ids", TensorRef(ids, {2})}, {"targets", TensorRef(targets, {2, 2})}}));
  printRow(out, check(model.getParameter("table.weight")), 1);
  printRow(out, check(program.getState("table.weight.momentum_buffer")), 1);
  out << program.getIR();
}

void docs::showSchedule(llvm::raw_ostream &out) {
  Model model;
  CompiledModel program =
      check(model.compile(buildRows(model, {.optimizer = SGD{}, .lr = 0.1})));
  const int64_t ids[] = {1, 3};
  const float targets[] = {1, 2, 3, 4};
  Feed rows("ids", TensorRef(ids, {2}));
  Feed wanted("targets", TensorRef(targets, {2, 2}));

  const int warmUp = 10, numSteps = 100;
  for (int step = 0; step < numSteps; ++step) {
    double done = double(step - warmUp) / (numSteps - warmUp);
    double factor = step < warmUp ? (step + 1.0) / warmUp
                                  : 0.5 * (1 + std::cos(M_PI * done));
    check(program.setLearningRate(0.1 * factor));
    check(program.train({rows, wanted}));
  }
  for (const LearningRate &rate : program.getLearningRates())
    out << "group " << rate.group << " ends with lr "
        << llvm::format("%.7f", rate.value) << "\n";
  out << "compiled " << program.getNumCompilations() << " time\n";
}

void docs::showGroups(llvm::raw_ostream &out) {
  Model model;
  Var users = model.input("users", DType::I64, {kDynamicSize});
  Var ratings = model.input("ratings", DType::F32, {kDynamicSize});
  Embedding user(model, "user", {.numEmbeddings = 10, .embeddingDim = 8});
  Embedding bias(model, "bias", {.numEmbeddings = 10, .embeddingDim = 1});
  Linear linear(model, "linear", {.inFeatures = 8, .outFeatures = 1});
  Linear scale(model, "scale", {.inFeatures = 1, .outFeatures = 1});
  model.freeze(scale.getWeight());
  model.freeze(scale.getBias());
  Var rating = scale(linear(user(users)) + bias(users));
  Var loss = MSELoss{}(squeeze(rating, 1), ratings);

  CompiledModel program = check(model.compile(
      {.loss = loss,
       .groups = {{.parameters = {user.getWeight(), bias.getWeight()},
                   .optimizer = RowWiseAdagrad{},
                   .lr = 0.05,
                   .name = "tables"},
                  {.optimizer = AdamW{.weightDecay = 0.1}, .name = "rest"}},
       .clipNorm = 1.0}));
  check(program.setLearningRate("tables", 0.02));
  for (const LearningRate &rate : program.getLearningRates())
    out << rate.group << ": " << llvm::format("%g", rate.value) << "\n";
  for (const std::string &name : program.getStateNames())
    out << name << "\n";
}

void docs::showMaxNorm(llvm::raw_ostream &out) {
  Model model;
  Var ids = model.input("ids", DType::I64, {kDynamicSize});
  Embedding points(model, "points",
                   {.numEmbeddings = 4,
                    .embeddingDim = 2,
                    .maxNorm = 5.0,
                    .init = Constant{30.0}});
  CompiledModel program =
      check(model.compile({.outputs = {{"norms", norm(points(ids), 2, {1})}}}));
  const int64_t one[] = {1};
  check(program.predict({{"ids", TensorRef(one, {1})}}));
  printRow(out, check(model.getParameter("points.weight")), 0);
  printRow(out, check(model.getParameter("points.weight")), 1);
}

void docs::showJagged(llvm::raw_ostream &out) {
  Model model;
  Jagged batch = jagged(model, "batch", {.keys = {"clicks", "views"}});
  EmbeddingBag items(model, "items",
                     {.numEmbeddings = 100,
                      .embeddingDim = 2,
                      .mode = BagMode::Sum,
                      .init = Constant{1.0}});
  Var both = concat({items(batch["clicks"]), items(batch["views"])}, 1);
  CompiledModel program = check(model.compile({.outputs = {{"both", both}}}));

  // Three samples. Clicks: (7, 8), none, (9). Views: (1), (2), none.
  const int64_t values[] = {7, 8, 9, 1, 2};
  const int64_t offsets[] = {0, 2, 2, 3, 4, 5, 5};
  StepResult result =
      check(program.predict({{"batch.values", TensorRef(values, {5})},
                             {"batch.offsets", TensorRef(offsets, {7})}}));
  for (int64_t row = 0; row < 3; ++row)
    printRow(out, check(result.get("both")), row);
}

void docs::showViews(llvm::raw_ostream &out) {
  Model model;
  CompiledModel program =
      check(model.compile(buildRows(model, {.optimizer = SGD{}, .lr = 0.1})));

  const int64_t numExamples = 6, batchSize = 4;
  std::vector<int64_t> ids = {0, 3, 1, 2, 1, 0};
  std::vector<float> targets(numExamples * 2, 1.0f);
  for (int64_t first = 0; first < numExamples; first += batchSize) {
    int64_t size = std::min(batchSize, numExamples - first);
    check(program.train(
        {{"ids", TensorRef(ids.data() + first, {size})},
         {"targets", TensorRef(targets.data() + 2 * first, {size, 2})}}));
  }
  out << program.getNumSteps() << " steps, compiled "
      << program.getNumCompilations() << " time\n";

  // Every second id: another innermost stride.
  TensorRef everySecond(ids.data(), DType::I64, {3}, {2});
  check(program.predict({{"ids", everySecond}}));
  out << "compiled " << program.getNumCompilations() << " times\n";
}
