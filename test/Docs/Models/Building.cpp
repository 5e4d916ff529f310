//===- Building.cpp - What docs/models.md shows of building models --------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sections.h"

#include "emb/Model/Model.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace mlir::emb;

static llvm::ExitOnError check("building: ");

void docs::showSteps(llvm::raw_ostream &out) {
  Model model({.seed = 1});
  Var users = model.input("users", DType::I64, {kDynamicSize});
  Var items = model.input("items", DType::I64, {kDynamicSize});
  Var ratings = model.input("ratings", DType::F32, {kDynamicSize});

  Embedding user(model, "user", {.numEmbeddings = 1000, .embeddingDim = 16});
  Embedding item(
      model, "item",
      {.numEmbeddings = 500, .embeddingDim = 16, .init = Normal{.std = 0.1}});
  Var average = model.parameter("average", DType::F32, {}, Constant{3.5});
  Var rating = average + dot(user(users), item(items));
  Var loss = MSELoss{}(rating, ratings);
  Var likeness = einsum("bd,nd->bn", {item(items), item.getWeight()});

  CompiledModel program = check(model.compile(
      {.loss = loss,
       .metrics = {{"absolute error", mean(abs(rating - ratings))}},
       .outputs = {{"rating", rating}},
       .functions = {{"similar", {{"likeness", likeness}}}},
       .groups = {{.parameters = {user.getWeight(), item.getWeight()},
                   .optimizer = SparseAdam{},
                   .lr = 0.01,
                   .name = "tables"},
                  {.optimizer = Adam{}, .lr = 0.001}}}));
  out << program.getIR();
  llvm::StringRef located = "Building.cpp\":";
  bool isLocated = program.getIR(true).find(located) != std::string::npos;
  out << "lines of the program: " << (isLocated ? "there" : "missing") << "\n";

  const int64_t someUsers[] = {1, 2}, someItems[] = {3, 4};
  const float someRatings[] = {4, 5};
  Feed userIds("users", TensorRef(someUsers, {2}));
  Feed itemIds("items", TensorRef(someItems, {2}));
  Feed wanted("ratings", TensorRef(someRatings, {2}));

  StepResult trained = check(program.train({userIds, itemIds, wanted}));
  StepResult evaluated = check(program.evaluate({userIds, itemIds, wanted}));
  float error = check(evaluated.get<float>("absolute error"))[0];
  StepResult predicted = check(program.predict({userIds, itemIds}));
  llvm::ArrayRef<float> stars = check(predicted.get<float>("rating"));
  StepResult similar = check(program.call("similar", {itemIds}));
  TensorRef others = check(similar.get("likeness"));

  bool learns = evaluated.getLoss() < trained.getLoss();
  out << "the loss goes " << (learns ? "down" : "up") << "\n";
  out << "the error is " << (error > 0 ? "positive" : "wrong") << "\n"
      << stars.size() << " ratings, likeness "
      << formatShape(others.shape, others.dtype) << "\n";
}

void docs::showNumbers(llvm::raw_ostream &out) {
  Model model;
  Var x = model.input("x", DType::F32, {kDynamicSize});
  Var factor = model.input("factor", DType::F32, {});
  CompiledModel program =
      check(model.compile({.outputs = {{"y", factor * x}}}));
  const float numbers[] = {1, 2};
  StepResult result = check(
      program.predict({{"x", TensorRef(numbers, {2})}, {"factor", 3.0f}}));
  out << llvm::format("y: %g\n", check(result.get<float>("y"))[1]);
}
