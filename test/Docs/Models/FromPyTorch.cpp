//===- FromPyTorch.cpp - The dictionary of docs/from-pytorch.md -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the tables say in C++ stands here, is compiled, and runs.
//
//===----------------------------------------------------------------------===//

#include "Sections.h"

#include "emb/Model/Model.h"

using namespace mlir::emb;

static llvm::ExitOnError check("from-pytorch: ");

namespace {
/// Everything that is computed, to be compiled as outputs.
struct Outputs {
  void operator()(Var var) {
    vars.push_back({"y" + std::to_string(vars.size()), var});
  }
  std::vector<NamedVar> vars;
};
} // namespace

static void buildModules(Model &model, Outputs &add) {
  Var ids = model.input("ids", DType::I64, {kDynamicSize, 20});
  Embedding embedding(model, "embedding",
                      {.numEmbeddings = 1000, .embeddingDim = 64});
  EmbeddingBag bag(model, "bag",
                   {.numEmbeddings = 1000,
                    .embeddingDim = 64,
                    .mode = BagMode::Sum,
                    .includeLastOffset = true});
  Embedding options(model, "options",
                    {.numEmbeddings = 1000,
                     .embeddingDim = 4,
                     .paddingIdx = 0,
                     .maxNorm = 1.0,
                     .normType = 2.0,
                     .scaleGradByFreq = true,
                     .init = Normal{.std = 0.1}});
  add(options(ids));

  Var offsets = model.input("offsets", DType::I64, {kDynamicSize});
  Var w = model.input("w", DType::F32, {kDynamicSize});
  {
    Var ids = model.input("words", DType::I64, {kDynamicSize});
    add(bag(ids, {.offsets = offsets, .perSampleWeights = w}));
  }
  Jagged batch = jagged(model, "batch", {.keys = {"clicks", "views"}});
  add(bag(batch["clicks"]));

  Linear linear(model, "linear",
                {.inFeatures = 64, .outFeatures = 2, .bias = false});
  LSTM lstm(
      model, "lstm",
      {.inputSize = 64, .hiddenSize = 128, .numLayers = 2, .batchFirst = true});
  Var x = embedding(ids);
  add(linear(x));
  auto [output, state] = lstm(x);
  add(output);
  auto [h, c] = state;
  add(lstm(x, {h, c}).output);

  Var parameter = model.parameter("bias", DType::F32, {3}, Constant{0.0});
  model.freeze(parameter);
  for (Init init :
       {Init(Uniform{}), Init(KaimingUniform{}), Init(XavierUniform{})})
    add(model.parameter("init" + std::to_string(init.index()), DType::F32,
                        {2, 3}, init));
}

static void buildFunctions(Model &model, Outputs &add) {
  {
    Var x = model.input("matrix", DType::F32, {4, 8});
    Var y = x * x;
    add(x + y);
    add(2 * x);
    add(x < y);
    add(eq(x, y));
    add(ne(x, y));
    add(sum(x));
    add(mean(x, {-1}));
    add(amax(x, {0, 1}, true));
    add(norm(x, 1, {-1}));
    add(clamp(x, 0.0, std::nullopt));
    add(concat({x, y}, 1));
    add(select(x, 1, -1));
    add(slice(x, 1, 2, 5));
    add(unsqueeze(x, 1));
    add(reshape(x, {-1, 8}));
    add(flatten(unsqueeze(x, 1), 1));
    add(dot(x, y));
    add(to(x, DType::I64));
    add(to(x, DType::F32));
    add(logSoftmax(x, -1));
    add(zerosLike(x));
    add(arangeLike(x, 0));
    add(detach(x));
    y = transpose(x, 0, 1);
    add(matmul(x, y));
    x = unsqueeze(x, 1);
    add(squeeze(x, 1));
    add(flatten(x, 1));
  }
  Var logits = model.input("logits", DType::F32, {4, 3});
  Var labels = model.input("labels", DType::I64, {4});
  Var targets = model.input("targets", DType::F32, {4, 3});
  Var w = model.input("factors", DType::F32, {3});
  add(CrossEntropyLoss{.labelSmoothing = 0.1}(logits, labels));
  add(MSELoss{.reduction = Reduction::Sum}(logits, targets));
  add(BCEWithLogitsLoss{.posWeight = w}(logits, targets));
  add(MarginRankingLoss{.margin = 2.0}(logits, 2 * logits, targets));
}

/// Steps, their options, and files.
static void train() {
  const char *path = "from-pytorch.checkpoint";
  Model model({.seed = 7});
  Var ids = model.input("ids", DType::I64, {kDynamicSize});
  Var labels = model.input("labels", DType::I64, {kDynamicSize});
  Embedding embedding(model, "embedding",
                      {.numEmbeddings = 9, .embeddingDim = 4});
  Linear linear(model, "linear", {.inFeatures = 4, .outFeatures = 2});
  Var scores = linear(embedding(ids));
  Var loss = CrossEntropyLoss{}(scores, labels);
  CompiledModel program =
      check(model.compile({.loss = loss,
                           .outputs = {{"scores", scores}},
                           .groups = {{.optimizer = Adam{}, .lr = 0.01}},
                           .clipNorm = 1.0,
                           .compile = {.threads = 2}}));
  const int64_t some[] = {1, 2, 3, 4}, classes[] = {0, 1, 0, 1};
  {
    int64_t size = 2, first = 2;
    const int64_t *ids = some;
    Feed part("ids", TensorRef(ids + first, {size}));
    check(program.predict({part}));
  }
  {
    TensorRef ids(some, {4}), labels(classes, {4});
    StepResult result =
        check(program.train({{"ids", ids}, {"labels", labels}}));
    double before = result.getLoss(), lr = 0.1;
    check(program.setLearningRate(lr));
    result = check(program.evaluate({{"ids", ids}, {"labels", labels}}));
    if (!(result.getLoss() < before))
      check(llvm::createStringError("the loss does not go down"));
  }
  check(program.save("model.safetensors"));
  check(model.load("model.safetensors"));
  check(program.saveCheckpoint(path, {{"epoch", "3"}}));
  check(program.loadCheckpoint(path));
  if (model.getParameters().size() != 3)
    check(llvm::createStringError("expected three parameters"));
  check(model.getParameter("linear.bias"));

  for (const ParameterGroup &group : {ParameterGroup{.optimizer = SGD{}},
                                      ParameterGroup{.optimizer = Adagrad{}},
                                      ParameterGroup{.optimizer = AdamW{}}})
    check(model.compile({.loss = loss,
                         .groups = {group},
                         .clipValue = 10.0,
                         .accumulate = true}));
  for (const ParameterGroup &group :
       {ParameterGroup{.parameters = embedding.parameters(),
                       .optimizer = SparseAdam{}},
        ParameterGroup{.parameters = embedding.parameters(),
                       .optimizer = RowWiseAdagrad{}},
        ParameterGroup{.parameters = embedding.parameters(),
                       .optimizer = LazyAdamW{}}})
    check(model.compile({.loss = loss, .groups = {group, {}}}));
}

static void trainPretrained() {
  Model model;
  Tensor t = check(Tensor::zeros(DType::F32, {30, 2}));
  Embedding embedding = Embedding::fromPretrained(
      model, "embedding", std::move(t), {.freeze = false});
  Var ids = model.input("ids", DType::I64, {kDynamicSize});
  CompiledModel program =
      check(model.compile({.loss = mean(embedding(ids)),
                           .groups = {{.optimizer = SGD{}, .name = "group"}}}));
  double lr = 0.5;
  check(program.setLearningRate("group", lr));
}

void docs::checkDictionary() {
  Model model;
  Outputs outputs;
  buildModules(model, outputs);
  buildFunctions(model, outputs);
  check(model.compile({.outputs = outputs.vars}));
  train();
  trainPretrained();
}
