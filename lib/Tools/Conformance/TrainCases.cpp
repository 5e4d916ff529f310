//===- TrainCases.cpp - The models that cases train ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Training.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

/// The table `name`, which is trained from its values in the case.
static Embedding addTable(Training &training, StringRef name,
                          Embedding::PretrainedOptions options = {}) {
  options.freeze = false;
  return Embedding::fromPretrained(training.getModel(), name,
                                   training.copyParameter(name), options);
}

llvm::Error conformance::runTrainEinsum(CaseRun &run) {
  Training training(run);
  Shape weight =
      training.addParameter("weight", {Training::kAny, Training::kAny});
  training.addConstant("vec", {weight[1], Training::kAny});
  training.readOptimizer("sgd");
  std::optional<double> label = run.attributes.readNumber("label");
  if (llvm::Error error = training.finish())
    return error;
  if (!label)
    return malformedCase("needs the attribute 'label'");

  Embedding table = addTable(training, "weight");
  Var ids = arangeLike(table.getWeight(), 0);
  Var output = einsum("nd,dk->nk", {table(ids), training.getInput("vec")});
  return training.train(MSELoss{}(output, fullLike(output, *label)),
                        {{"weight", "weight.weight"}},
                        {{"first_output", output}});
}

llvm::Error conformance::runTrainFactorization(CaseRun &run) {
  Training training(run);
  Shape user = training.addParameter("user", {Training::kAny, Training::kAny});
  Shape item = training.addParameter("item", {Training::kAny, user[1]});
  int64_t batch = training.addIndices("user_ids", {Training::kAny})[0];
  training.addIndices("item_ids", {batch});
  training.addData("ratings", {batch});
  bool hasBiases = run.attributes.readBool("biases", false);
  if (hasBiases) {
    training.addColumn("user_bias", user[0]);
    training.addColumn("item_bias", item[0]);
  }
  training.readOptimizer("sparse_adam");
  if (llvm::Error error = training.finish())
    return error;

  Var userIds = training.getInput("user_ids");
  Var itemIds = training.getInput("item_ids");
  Var prediction = dot(addTable(training, "user")(userIds),
                       addTable(training, "item")(itemIds));
  std::vector<std::pair<std::string, std::string>> parameters{
      {"user", "user.weight"}, {"item", "item.weight"}};
  if (hasBiases) {
    Var biases = addTable(training, "user_bias")(userIds) +
                 addTable(training, "item_bias")(itemIds);
    prediction = prediction + squeeze(biases, 1);
    parameters.push_back({"user_bias", "user_bias.weight"});
    parameters.push_back({"item_bias", "item_bias.weight"});
  }
  return training.train(MSELoss{}(prediction, training.getInput("ratings")),
                        parameters);
}

llvm::Error conformance::runTrainClassifier(CaseRun &run) {
  std::optional<int64_t> padding = run.attributes.readInt("padding_idx");
  std::optional<int64_t> hidden = run.attributes.readInt("hidden_size");
  SmallVector<GradientKind> kinds{GradientKind::Dense};
  if (run.attributes.readBool("sparse", false))
    kinds.push_back(GradientKind::Sparse);
  Training training(run);
  Shape embedding =
      training.addParameter("embedding", {Training::kAny, Training::kAny});
  // Four gates.
  int64_t rows = training.addParameter(
      "weight_ih", {hidden ? 4 * *hidden : Training::kAny, embedding[1]})[0];
  int64_t units = hidden.value_or(rows / 4);
  training.addParameter("weight_hh", {rows, units});
  training.addParameter("bias_ih", {rows});
  training.addParameter("bias_hh", {rows});
  int64_t classes =
      training.addParameter("fc_weight", {Training::kAny, units})[0];
  training.addParameter("fc_bias", {classes});
  Shape x = training.addIndices("x", {Training::kAny, Training::kAny});
  training.addIndices("y", {x[0]});
  training.readOptimizer("sgd", kinds);
  if (llvm::Error error = training.finish())
    return error;
  if (x[1] == 0)
    return refuse(kBadShape, "input 'x' has no words, expected at least one");

  Model &model = training.getModel();
  DType dtype = run.testCase.findInput("embedding")->getDType();
  Embedding table = addTable(training, "embedding", {.paddingIdx = padding});
  LSTM lstm(model, "lstm",
            {.inputSize = embedding[1],
             .hiddenSize = units,
             .batchFirst = true,
             .dtype = dtype});
  Linear linear(model, "fc",
                {.inFeatures = units, .outFeatures = classes, .dtype = dtype});
  std::vector<std::pair<std::string, std::string>> parameters{
      {"embedding", "embedding.weight"},
      {"weight_ih", "lstm.weight_ih_l0"},
      {"weight_hh", "lstm.weight_hh_l0"},
      {"bias_ih", "lstm.bias_ih_l0"},
      {"bias_hh", "lstm.bias_hh_l0"},
      {"fc_weight", "fc.weight"},
      {"fc_bias", "fc.bias"},
  };
  for (const auto &[name, parameter] : parameters)
    if (llvm::Error error =
            model.setParameter(parameter, training.copyParameter(name).ref()))
      return error;
  Var output = lstm(table(training.getInput("x"))).output;
  Var logits = linear(select(output, 1, -1));
  return training.train(CrossEntropyLoss{}(logits, training.getInput("y")),
                        parameters, {{"first_logits", logits}});
}

llvm::Error conformance::runTrainTransE(CaseRun &run) {
  std::optional<double> maxNorm = run.attributes.readNumber("max_norm");
  double normType = run.attributes.readNumber("norm_type").value_or(2.0);
  double margin = run.attributes.readNumber("margin").value_or(0.0);
  std::string distance = run.attributes.readString("distance").value_or("l1");
  Training training(run);
  Shape entity =
      training.addParameter("entity", {Training::kAny, Training::kAny});
  training.addParameter("relation", {Training::kAny, entity[1]});
  training.addIndices("triples", {Training::kAny, 5});
  training.readOptimizer("adagrad");
  if (llvm::Error error = training.finish())
    return error;
  if (distance != "l1")
    return refuse(kBadOption, "found distance '" + distance + "', expected l1");

  Embedding entities =
      addTable(training, "entity", {.maxNorm = maxNorm, .normType = normType});
  Embedding relations = addTable(training, "relation");
  Var triples = training.getInput("triples");
  // The order matters: each lookup sees what those before it have renormed.
  Var head = entities(select(triples, 1, 0));
  Var tail = entities(select(triples, 1, 2));
  Var otherHead = entities(select(triples, 1, 3));
  Var otherTail = entities(select(triples, 1, 4));
  Var relation = relations(select(triples, 1, 1));
  Var near = sum(abs(head + relation - tail), {-1});
  Var far = sum(abs(otherHead + relation - otherTail), {-1});
  Var loss = MarginRankingLoss{.margin = margin}(far, near, onesLike(near));
  return training.train(
      loss, {{"entity", "entity.weight"}, {"relation", "relation.weight"}});
}
