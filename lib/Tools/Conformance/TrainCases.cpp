//===- TrainCases.cpp - The models that cases train ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Training.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::emb;
using namespace mlir::emb::conformance;

/// {0}: arguments, {1}: N, {2}: D, {3}: columns of vec, {4}: element type,
/// {5}: label.
static constexpr char kEinsum[] = R"(
func.func private @loss({0}) -> ({4}, tensor<{1}x{3}x{4}>) {{
  %none = tensor.empty() : tensor<{1}xi64>
  %ids = linalg.generic {{
      indexing_maps = [affine_map<(k) -> (k)>], iterator_types = ["parallel"]}
      outs(%none : tensor<{1}xi64>) {{
  ^bb0(%out: i64):
    %k = linalg.index 0 : index
    %id = arith.index_cast %k : index to i64
    linalg.yield %id : i64
  } -> tensor<{1}xi64>
  %e = emb.gather %weight[%ids] : tensor<{1}x{2}x{4}>, tensor<{1}xi64>
    -> tensor<{1}x{2}x{4}>
  %empty = tensor.empty() : tensor<{1}x{3}x{4}>
  %zero = arith.constant 0.0 : {4}
  %zeros = linalg.fill ins(%zero : {4}) outs(%empty : tensor<{1}x{3}x{4}>)
    -> tensor<{1}x{3}x{4}>
  %y = linalg.matmul ins(%e, %vec : tensor<{1}x{2}x{4}>, tensor<{2}x{3}x{4}>)
    outs(%zeros : tensor<{1}x{3}x{4}>) -> tensor<{1}x{3}x{4}>
  %label = arith.constant {5} : {4}
  %target = linalg.fill ins(%label : {4}) outs(%empty : tensor<{1}x{3}x{4}>)
    -> tensor<{1}x{3}x{4}>
  %loss = call @mse(%y, %target)
    : (tensor<{1}x{3}x{4}>, tensor<{1}x{3}x{4}>) -> {4}
  return %loss, %y : {4}, tensor<{1}x{3}x{4}>
}
func.func private @mse(tensor<{1}x{3}x{4}>, tensor<{1}x{3}x{4}>) -> {4}
  attributes {{emb.layer = #emb.mse_loss}
)";

llvm::Error conformance::runTrainEinsum(CaseRun &run) {
  Training training(run);
  Shape weight =
      training.addParameter("weight", {Training::kAny, Training::kAny});
  Shape vec = training.addConstant("vec", {weight[1], Training::kAny});
  training.readOptimizer("sgd");
  std::optional<double> label = run.attributes.readNumber("label");
  if (llvm::Error error = training.finish())
    return error;
  if (!label)
    return malformedCase("needs the attribute 'label'");
  DType dtype = run.testCase.findInput("weight")->getDType();
  std::string text =
      llvm::formatv(kEinsum, training.printArguments(), weight[0], weight[1],
                    vec[1], stringify(dtype), printNumber(*label, dtype));
  return training.train(text, {"first_output"});
}

/// {0}: arguments, {1}: users, {2}: items, {3}: D, {4}: batch, {5}: element
/// type, {6}, {7}: types of user_ids and item_ids, {8}: biases added to %p.
static constexpr char kFactorization[] = R"(
func.func private @loss({0}) -> {5} {{
  %u = emb.gather %user[%user_ids] : tensor<{1}x{3}x{5}>, tensor<{4}x{6}>
    -> tensor<{4}x{3}x{5}>
  %i = emb.gather %item[%item_ids] : tensor<{2}x{3}x{5}>, tensor<{4}x{7}>
    -> tensor<{4}x{3}x{5}>
  %empty = tensor.empty() : tensor<{4}x{5}>
  %zero = arith.constant 0.0 : {5}
  %zeros = linalg.fill ins(%zero : {5}) outs(%empty : tensor<{4}x{5}>)
    -> tensor<{4}x{5}>
  %p = linalg.generic {{
      indexing_maps = [affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%u, %i : tensor<{4}x{3}x{5}>, tensor<{4}x{3}x{5}>)
      outs(%zeros : tensor<{4}x{5}>) {{
  ^bb0(%x: {5}, %y: {5}, %sum: {5}):
    %product = arith.mulf %x, %y : {5}
    %next = arith.addf %sum, %product : {5}
    linalg.yield %next : {5}
  } -> tensor<{4}x{5}>
{8}
  %loss = call @mse(%prediction, %ratings)
    : (tensor<{4}x{5}>, tensor<{4}x{5}>) -> {5}
  return %loss : {5}
}
func.func private @mse(tensor<{4}x{5}>, tensor<{4}x{5}>) -> {5}
  attributes {{emb.layer = #emb.mse_loss}
)";

/// {0}: batch, {1}: users, {2}: items, {3}: element type, {4}, {5}: types of
/// user_ids and item_ids.
static constexpr char kBiases[] = R"(
  %bu = emb.gather %user_bias[%user_ids] : tensor<{1}x1x{3}>, tensor<{0}x{4}>
    -> tensor<{0}x1x{3}>
  %bi = emb.gather %item_bias[%item_ids] : tensor<{2}x1x{3}>, tensor<{0}x{5}>
    -> tensor<{0}x1x{3}>
  %b = arith.addf %bu, %bi : tensor<{0}x1x{3}>
  %flat = tensor.collapse_shape %b [[0, 1]]
    : tensor<{0}x1x{3}> into tensor<{0}x{3}>
  %prediction = arith.addf %p, %flat : tensor<{0}x{3}>
)";

llvm::Error conformance::runTrainFactorization(CaseRun &run) {
  Training training(run);
  Shape user = training.addParameter("user", {Training::kAny, Training::kAny});
  Shape item = training.addParameter("item", {Training::kAny, user[1]});
  int64_t batch = training.addData("user_ids", {Training::kAny})[0];
  training.addData("item_ids", {batch});
  training.addData("ratings", {batch});
  bool hasBiases = run.attributes.readBool("biases", false);
  if (hasBiases) {
    training.addColumn("user_bias", user[0]);
    training.addColumn("item_bias", item[0]);
  }
  training.readOptimizer("sparse_adam");
  if (llvm::Error error = training.finish())
    return error;
  std::string type = training.getElementType("user"),
              userIds = training.getElementType("user_ids"),
              itemIds = training.getElementType("item_ids");
  // Nothing is added: the prediction is the product.
  std::string biases =
      llvm::formatv("  %prediction = tensor.cast %p : tensor<{0}x{1}> to "
                    "tensor<{0}x{1}>",
                    batch, type);
  if (hasBiases)
    biases =
        llvm::formatv(kBiases, batch, user[0], item[0], type, userIds, itemIds);
  return training.train(llvm::formatv(kFactorization, training.printArguments(),
                                      user[0], item[0], user[1], batch, type,
                                      userIds, itemIds, biases)
                            .str());
}

/// {0}: arguments, {1}: N, {2}: D, {3}: batch, {4}: words, {5}: H,
/// {6}: classes, {7}: element type, {8}: type of the ids, {9}: of the labels,
/// {10}: padding, {11}: the last word, {12}: 4 H.
static constexpr char kClassifier[] = R"(
func.func private @loss({0}) -> ({7}, tensor<{3}x{6}x{7}>) {{
  %e = emb.gather %embedding[%x] {10} : tensor<{1}x{2}x{7}>, tensor<{3}x{4}x{8}>
    -> tensor<{3}x{4}x{2}x{7}>
  %output, %h, %c = call @lstm(%e, %weight_ih, %weight_hh, %bias_ih, %bias_hh)
    : (tensor<{3}x{4}x{2}x{7}>, tensor<{12}x{2}x{7}>, tensor<{12}x{5}x{7}>,
       tensor<{12}x{7}>, tensor<{12}x{7}>)
    -> (tensor<{3}x{4}x{5}x{7}>, tensor<{3}x{5}x{7}>, tensor<{3}x{5}x{7}>)
  %last = tensor.extract_slice %output[0, {11}, 0] [{3}, 1, {5}] [1, 1, 1]
    : tensor<{3}x{4}x{5}x{7}> to tensor<{3}x{5}x{7}>
  %logits = call @linear(%last, %fc_weight, %fc_bias)
    : (tensor<{3}x{5}x{7}>, tensor<{6}x{5}x{7}>, tensor<{6}x{7}>)
    -> tensor<{3}x{6}x{7}>
  %loss = call @cross_entropy(%logits, %y)
    : (tensor<{3}x{6}x{7}>, tensor<{3}x{9}>) -> {7}
  return %loss, %logits : {7}, tensor<{3}x{6}x{7}>
}
func.func private @lstm(tensor<{3}x{4}x{2}x{7}>, tensor<{12}x{2}x{7}>,
    tensor<{12}x{5}x{7}>, tensor<{12}x{7}>, tensor<{12}x{7}>)
    -> (tensor<{3}x{4}x{5}x{7}>, tensor<{3}x{5}x{7}>, tensor<{3}x{5}x{7}>)
    attributes {{emb.layer = #emb.lstm<batch_first = true>}
func.func private @linear(tensor<{3}x{5}x{7}>, tensor<{6}x{5}x{7}>, tensor<{6}x{7}>)
    -> tensor<{3}x{6}x{7}> attributes {{emb.layer = #emb.linear}
func.func private @cross_entropy(tensor<{3}x{6}x{7}>, tensor<{3}x{9}>) -> {7}
    attributes {{emb.layer = #emb.cross_entropy_loss}
)";

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
  Shape x = training.addData("x", {Training::kAny, Training::kAny});
  training.addData("y", {x[0]});
  training.readOptimizer("sgd", kinds);
  if (llvm::Error error = training.finish())
    return error;
  if (x[1] == 0)
    return refuse(kBadShape, "input 'x' has no words, expected at least one");
  std::string options =
      padding ? "{padding_idx = " + std::to_string(*padding) + " : i64}" : "";
  std::string text = llvm::formatv(
      kClassifier, training.printArguments(), embedding[0], embedding[1], x[0],
      x[1], units, classes, training.getElementType("embedding"),
      training.getElementType("x"), training.getElementType("y"), options,
      x[1] - 1, rows);
  return training.train(text, {"first_logits"});
}

/// {0}: ids, {1}: table, {2}: entities, {3}: D, {4}: batch, {5}: element type,
/// {6}: type of the ids.
static constexpr char kLookup[] = R"(
  %of_{0} = emb.gather %{1}[%{0}] : tensor<{2}x{3}x{5}>, tensor<{4}x{6}>
    -> tensor<{4}x{3}x{5}>
)";

/// The same and {7}: the table afterwards, {8}: max_norm, {9}: norm_type.
static constexpr char kRenorm[] = R"(
  %{7} = emb.renorm %{0} into %{1} max_norm {8} norm_type {9}
    : tensor<{4}x{6}>, tensor<{2}x{3}x{5}>
)";

/// {0}: arguments, {1}: relations, {2}: D, {3}: batch, {4}: element type,
/// {5}: type of the ids, {6}: the lookups of entities, {7}: margin.
static constexpr char kTransE[] = R"(
func.func private @loss({0}) -> {4} {{
  %h = tensor.extract_slice %triples[0, 0] [{3}, 1] [1, 1]
    : tensor<{3}x5x{5}> to tensor<{3}x{5}>
  %r = tensor.extract_slice %triples[0, 1] [{3}, 1] [1, 1]
    : tensor<{3}x5x{5}> to tensor<{3}x{5}>
  %t = tensor.extract_slice %triples[0, 2] [{3}, 1] [1, 1]
    : tensor<{3}x5x{5}> to tensor<{3}x{5}>
  %h2 = tensor.extract_slice %triples[0, 3] [{3}, 1] [1, 1]
    : tensor<{3}x5x{5}> to tensor<{3}x{5}>
  %t2 = tensor.extract_slice %triples[0, 4] [{3}, 1] [1, 1]
    : tensor<{3}x5x{5}> to tensor<{3}x{5}>
{6}
  %of_r = emb.gather %relation[%r] : tensor<{1}x{2}x{4}>, tensor<{3}x{5}>
    -> tensor<{3}x{2}x{4}>
  %positive = call @distance(%of_h, %of_r, %of_t)
    : (tensor<{3}x{2}x{4}>, tensor<{3}x{2}x{4}>, tensor<{3}x{2}x{4}>)
    -> tensor<{3}x{4}>
  %negative = call @distance(%of_h2, %of_r, %of_t2)
    : (tensor<{3}x{2}x{4}>, tensor<{3}x{2}x{4}>, tensor<{3}x{2}x{4}>)
    -> tensor<{3}x{4}>
  %one = arith.constant 1.0 : {4}
  %empty = tensor.empty() : tensor<{3}x{4}>
  %farther = linalg.fill ins(%one : {4}) outs(%empty : tensor<{3}x{4}>)
    -> tensor<{3}x{4}>
  %loss = call @margin(%negative, %positive, %farther)
    : (tensor<{3}x{4}>, tensor<{3}x{4}>, tensor<{3}x{4}>) -> {4}
  return %loss : {4}
}
func.func private @distance(%h: tensor<{3}x{2}x{4}>, %r: tensor<{3}x{2}x{4}>,
                            %t: tensor<{3}x{2}x{4}>) -> tensor<{3}x{4}> {{
  %empty = tensor.empty() : tensor<{3}x{4}>
  %zero = arith.constant 0.0 : {4}
  %zeros = linalg.fill ins(%zero : {4}) outs(%empty : tensor<{3}x{4}>)
    -> tensor<{3}x{4}>
  %d = linalg.generic {{
      indexing_maps = [affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b, d)>,
                       affine_map<(b, d) -> (b, d)>, affine_map<(b, d) -> (b)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%h, %r, %t : tensor<{3}x{2}x{4}>, tensor<{3}x{2}x{4}>,
                       tensor<{3}x{2}x{4}>) outs(%zeros : tensor<{3}x{4}>) {{
  ^bb0(%x: {4}, %y: {4}, %z: {4}, %sum: {4}):
    %there = arith.addf %x, %y : {4}
    %off = arith.subf %there, %z : {4}
    %size = math.absf %off : {4}
    %next = arith.addf %sum, %size : {4}
    linalg.yield %next : {4}
  } -> tensor<{3}x{4}>
  return %d : tensor<{3}x{4}>
}
func.func private @margin(tensor<{3}x{4}>, tensor<{3}x{4}>, tensor<{3}x{4}>) -> {4}
    attributes {{emb.layer = #emb.margin_ranking_loss<margin = {7}>}
)";

llvm::Error conformance::runTrainTransE(CaseRun &run) {
  std::optional<double> maxNorm = run.attributes.readNumber("max_norm");
  double normType = run.attributes.readNumber("norm_type").value_or(2.0);
  double margin = run.attributes.readNumber("margin").value_or(0.0);
  std::string distance = run.attributes.readString("distance").value_or("l1");
  Training training(run);
  Shape entity =
      training.addParameter("entity", {Training::kAny, Training::kAny});
  Shape relation =
      training.addParameter("relation", {Training::kAny, entity[1]});
  int64_t batch = training.addData("triples", {Training::kAny, 5})[0];
  training.readOptimizer("adagrad");
  if (llvm::Error error = training.finish())
    return error;
  if (distance != "l1")
    return refuse(kBadOption, "found distance '" + distance + "', expected l1");
  std::string type = training.getElementType("entity"),
              ids = training.getElementType("triples"), lookups,
              table = "entity";
  // The order matters: each lookup sees what those before it have renormed.
  for (std::string name : {"h", "t", "h2", "t2"}) {
    if (maxNorm) {
      std::string after = "entity_" + name;
      lookups += llvm::formatv(
          kRenorm, name, table, entity[0], entity[1], batch, type, ids, after,
          printNumber(*maxNorm, DType::F64), printNumber(normType, DType::F64));
      table = after;
    }
    lookups += llvm::formatv(kLookup, name, table, entity[0], entity[1], batch,
                             type, ids);
  }
  return training.train(llvm::formatv(kTransE, training.printArguments(),
                                      relation[0], relation[1], batch, type,
                                      ids, lookups,
                                      printNumber(margin, DType::F64))
                            .str());
}
