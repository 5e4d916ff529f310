//===- OptimizersTest.cpp - The user's own optimizers ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Model/OptimizerDeclaration.h"
#include "emb/Model/Functions.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
class DeclareOptimizer : public testing::Test {
protected:
  FlatSymbolRefAttr declare(const UserOptimizer &optimizer,
                            DType computeType = DType::F32) {
    return declareOptimizer(graph, *module, optimizer, computeType,
                            SourceLocation::current());
  }

  /// What the module holds, as text.
  std::string print() {
    EXPECT_TRUE(succeeded(verify(*module)));
    std::string text;
    llvm::raw_string_ostream os(text);
    for (Operation &op : *module->getBody())
      os << op << "\n";
    return text;
  }

  unsigned countDeclarations() {
    return llvm::range_size(module->getOps<OptimizerOp>());
  }

  /// Declares `optimizer`, which must fail with one error, this one, at the
  /// line where it was written.
  void expectError(const UserOptimizer &optimizer, StringRef message) {
    EXPECT_FALSE(declare(optimizer)) << message.str();
    EXPECT_EQ(countDeclarations(), 0u) << message.str();
    std::string expected =
        llvm::formatv("{0}: error: {1}", describe(optimizer.loc), message);
    ASSERT_EQ(graph.getErrors().size(), 1u) << message.str();
    EXPECT_EQ(graph.getErrors().front(), expected);
  }

  Graph graph{0};
  OwningOpRef<ModuleOp> module =
      ModuleOp::create(UnknownLoc::get(graph.getContext()));
};

using Values = std::vector<Var>;

Values descend(const UserOptimizer::Element &in) {
  Var change = in.scalars[0] * in.gradient;
  return {in.weight - change};
}

Values addMomentum(const UserOptimizer::Element &in) {
  Var kept = 0.9 * in.states[0];
  Var momentum = kept + in.gradient;
  Var change = in.scalars[0] * momentum;
  return {in.weight - change, momentum};
}

TEST_F(DeclareOptimizer, IsWhatOneWouldWrite) {
  UserOptimizer optimizer{.name = "momentum",
                          .states = {{.name = "buffer", .initialValue = 0.5}},
                          .rule = addMomentum};
  FlatSymbolRefAttr symbol = declare(optimizer);
  ASSERT_TRUE(symbol);
  EXPECT_EQ(symbol.getValue(), "momentum");
  EXPECT_EQ(
      print(),
      R"(emb.optimizer @momentum touched states("buffer" = 5.000000e-01) update {
^bb0(%arg0: f32, %arg1: f32, %arg2: f32, %arg3: f32):
  %cst = arith.constant 0.899999976 : f32
  %0 = arith.mulf %cst, %arg1 : f32
  %1 = arith.addf %0, %arg2 : f32
  %2 = arith.mulf %arg3, %1 : f32
  %3 = arith.subf %arg0, %2 : f32
  emb.yield %3, %1 : f32, f32
}
)");
  EXPECT_TRUE(graph.getErrors().empty());
  // The graph of the model is as it was.
  EXPECT_TRUE(graph.getBlock().empty());
}

TEST_F(DeclareOptimizer, ScalarsAreF64AndRowsAreReduced) {
  UserOptimizer optimizer{
      .name = "norms",
      .states = {{.name = "largest", .isPerRow = true}, {.name = "least"}},
      .rows = UpdateRows::All,
      .scalars = [](Var lr, Var step) -> Values { return {lr / step, step}; },
      .rule = [](const UserOptimizer::Element &in) -> Values {
        Var largest = rowMax(in.gradient);
        Var least = rowMin(in.states[1]);
        Var total = rowSum(in.weight);
        return {total * in.scalars[1], largest, least};
      }};
  ASSERT_TRUE(declare(optimizer, DType::F64));
  EXPECT_EQ(
      print(),
      R"(emb.optimizer @norms_f64 all states("largest" per_row = 0.000000e+00, "least" = 0.000000e+00) scalars {
^bb0(%arg0: f64, %arg1: f64):
  %0 = arith.divf %arg0, %arg1 : f64
  emb.yield %0, %arg1 : f64, f64
} update {
^bb0(%arg0: f64, %arg1: f64, %arg2: f64, %arg3: f64, %arg4: f64, %arg5: f64):
  %0 = emb.row_reduce max %arg3 : f64
  %1 = emb.row_reduce min %arg2 : f64
  %2 = emb.row_reduce add %arg0 : f64
  %3 = arith.mulf %2, %arg5 : f64
  emb.yield %3, %0, %1 : f64, f64, f64
}
)");
}

TEST_F(DeclareOptimizer, TheMeanCountsColumns) {
  UserOptimizer optimizer{
      .name = "mean", .rule = [](const UserOptimizer::Element &in) -> Values {
        return {rowMean(in.gradient)};
      }};
  ASSERT_TRUE(declare(optimizer));
  EXPECT_EQ(print(), R"(emb.optimizer @mean touched update {
^bb0(%arg0: f32, %arg1: f32, %arg2: f32):
  %cst = arith.constant 1.000000e+00 : f32
  %0 = emb.row_reduce add %arg1 : f32
  %1 = emb.row_reduce add %cst : f32
  %2 = arith.maximumf %1, %cst : f32
  %3 = arith.divf %0, %2 : f32
  emb.yield %3 : f32
}
)");
}

TEST_F(DeclareOptimizer, IsDeclaredOnceForEachComputeType) {
  UserOptimizer optimizer{.name = "sgd", .rule = descend};
  EXPECT_EQ(declare(optimizer).getValue(), "sgd");
  EXPECT_EQ(declare(optimizer, DType::F64).getValue(), "sgd_f64");
  EXPECT_EQ(declare(optimizer).getValue(), "sgd");
  // A copy, as another group may have it.
  UserOptimizer copy = optimizer;
  EXPECT_EQ(declare(copy, DType::F64).getValue(), "sgd_f64");
  EXPECT_EQ(countDeclarations(), 2u);
}

TEST_F(DeclareOptimizer, AnotherOfTheSameNameIsAnotherSymbol) {
  auto sgd = [](double factor) {
    return UserOptimizer{
        .name = "sgd", .rule = [=](const UserOptimizer::Element &in) -> Values {
          return {in.weight - factor * in.gradient};
        }};
  };
  StringRef first = declare(sgd(1.0)).getValue();
  StringRef second = declare(sgd(2.0)).getValue();
  EXPECT_EQ(first, "sgd");
  EXPECT_NE(second, first);
  EXPECT_EQ(declare(sgd(2.0)).getValue(), second);
  UserOptimizer all = sgd(1.0);
  all.rows = UpdateRows::All;
  EXPECT_NE(declare(all).getValue(), first);
  UserOptimizer other = sgd(1.0);
  other.name = "sgd2";
  EXPECT_EQ(declare(other).getValue(), "sgd2");
  EXPECT_EQ(countDeclarations(), 4u);
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(DeclareOptimizer, AFunctionMayHaveTheName) {
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  func::FuncOp::create(builder, builder.getUnknownLoc(), "loss",
                       builder.getFunctionType({}, {}))
      .setPrivate();
  FlatSymbolRefAttr symbol = declare({.name = "loss", .rule = descend});
  ASSERT_TRUE(symbol);
  EXPECT_NE(symbol.getValue(), "loss");
  EXPECT_TRUE(succeeded(verify(*module)));
}

TEST_F(DeclareOptimizer, LocationsAreThoseOfTheRule) {
  UserOptimizer optimizer{.name = "sgd", .rule = descend};
  unsigned line = __LINE__ - 1;
  ASSERT_TRUE(declare(optimizer));
  OptimizerOp op = *module->getOps<OptimizerOp>().begin();
  auto getLine = [](Operation *op) {
    return cast<FileLineColLoc>(op->getLoc()).getLine();
  };
  EXPECT_EQ(getLine(op), line);
  unsigned last = 0;
  for (Operation &inner : op.getUpdate().front().without_terminator()) {
    EXPECT_GT(getLine(&inner), last);
    EXPECT_LT(getLine(&inner), line);
    last = getLine(&inner);
  }
  EXPECT_GT(last, 0u);
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

TEST_F(DeclareOptimizer, NamesAreSymbols) {
  for (const char *name : {"", "1st", "two words", "a-b", "a.b", "\xc3\xa4"}) {
    Graph other(0);
    OwningOpRef<ModuleOp> empty =
        ModuleOp::create(UnknownLoc::get(other.getContext()));
    UserOptimizer optimizer{.name = name, .rule = descend};
    EXPECT_FALSE(declareOptimizer(other, *empty, optimizer, DType::F32,
                                  SourceLocation::current()));
    ASSERT_EQ(other.getErrors().size(), 1u) << name;
    EXPECT_EQ(other.getErrors().front(),
              describe(optimizer.loc) + ": error: optimizer '" + name +
                  "': the name must be letters, digits and '_', no digit "
                  "first");
  }
}

TEST_F(DeclareOptimizer, NeedsARule) {
  expectError({.name = "none", .rule = {}}, "optimizer 'none': has no rule");
}

TEST_F(DeclareOptimizer, OneWithoutAnInitializerStandsWhereItIsCompiled) {
  UserOptimizer optimizer;
  optimizer.name = "none";
  SourceLocation loc = SourceLocation::current();
  EXPECT_FALSE(declareOptimizer(graph, *module, optimizer, DType::F32, loc));
  ASSERT_EQ(graph.getErrors().size(), 1u);
  EXPECT_EQ(graph.getErrors().front(),
            describe(loc) + ": error: optimizer 'none': has no rule");
}

TEST_F(DeclareOptimizer, TheRuleReturnsTheWeightAndTheStates) {
  expectError(
      {.name = "o", .states = {{.name = "m"}, {.name = "v"}}, .rule = descend},
      "optimizer 'o': the rule returns 1 values, expected 3: the "
      "weight, m, v");
}

TEST_F(DeclareOptimizer, ValuesAreNumbersOfTheRule) {
  expectError({.name = "o",
               .rule = [](const UserOptimizer::Element &) -> Values {
                 return {Var()};
               }},
              "optimizer 'o': the rule: value 0 is a Var that was never "
              "assigned");
}

TEST_F(DeclareOptimizer, ValuesAreOfTheComputeType) {
  expectError({.name = "o",
               .rule = [](const UserOptimizer::Element &in) -> Values {
                 return {to(in.weight, DType::F64)};
               }},
              "optimizer 'o': the rule: value 0 is 'f64', expected 'f32'");
}

TEST_F(DeclareOptimizer, ScalarsAreF64) {
  expectError({.name = "o",
               .scalars = [](Var lr, Var) -> Values {
                 return {lr, to(lr, DType::F32)};
               },
               .rule = descend},
              "optimizer 'o': scalars: value 1 is 'f32', expected 'f64'");
}

TEST_F(DeclareOptimizer, ValuesAreOfTheModel) {
  Graph other(0);
  Var foreign =
      other.addInput("x", getTensorType(other.getContext(), DType::F32, {}),
                     SourceLocation::current());
  expectError({.name = "o",
               .rule = [=](const UserOptimizer::Element &) -> Values {
                 return {foreign};
               }},
              "optimizer 'o': the rule: value 0 is of another model");
}

TEST_F(DeclareOptimizer, RulesSeeNoValueOfTheModel) {
  Block *block = &graph.getBlock();
  Var number(&graph, block->addArgument(Float32Type::get(graph.getContext()),
                                        graph.getLocation({})));
  expectError({.name = "o",
               .rule = [=](const UserOptimizer::Element &in) -> Values {
                 return {in.weight * number};
               }},
              "optimizer 'o': the rule uses a value of the model, expected "
              "its arguments and numbers");
}

TEST_F(DeclareOptimizer, WhatDoesNotFitInARuleIsAnErrorThere) {
  unsigned line = 0;
  UserOptimizer optimizer{
      .name = "o", .rule = [&](const UserOptimizer::Element &in) -> Values {
        line = __LINE__ + 1;
        Var bad = in.weight + to(in.gradient, DType::F64);
        return {bad};
      }};
  EXPECT_FALSE(declare(optimizer));
  EXPECT_EQ(countDeclarations(), 0u);
  ASSERT_EQ(graph.getErrors().size(), 1u);
  EXPECT_TRUE(StringRef(graph.getErrors().front())
                  .starts_with(llvm::formatv("{0}:{1}:", __FILE__, line).str()))
      << graph.getErrors().front();
}

TEST_F(DeclareOptimizer, RowReductionsAreForNumbers) {
  Var table =
      graph.addInput("x", getTensorType(graph.getContext(), DType::F32, {4, 2}),
                     SourceLocation::current());
  SourceLocation loc = SourceLocation::current();
  EXPECT_FALSE(rowSum(table, loc).isValid());
  ASSERT_EQ(graph.getErrors().size(), 1u);
  EXPECT_EQ(graph.getErrors().front(),
            describe(loc) + ": error: rowSum: found 'tensor<4x2xf32>', "
                            "expected a number of an optimizer's rule");
}

TEST_F(DeclareOptimizer, RowReductionsAreNoScalars) {
  expectError({.name = "o",
               .scalars = [](Var lr, Var) -> Values { return {rowSum(lr)}; },
               .rule = descend},
              "optimizer 'o': 'emb.optimizer' op region holds "
              "'emb.row_reduce', expected "
              "elementwise operations on scalars, constants and calls");
}

TEST_F(DeclareOptimizer, StatesPerRowAreOfTheRow) {
  expectError({.name = "o",
               .states = {{.name = "m", .isPerRow = true}},
               .rule = addMomentum},
              "optimizer 'o': 'emb.yield' op value 1 differs between columns, "
              "expected one "
              "value for the row: the state holds one value per row");
}

TEST_F(DeclareOptimizer, StatesHaveNamesOfTheirOwn) {
  expectError({.name = "o",
               .states = {{.name = "m"}, {.name = "m"}},
               .rule = [](const UserOptimizer::Element &in) -> Values {
                 return {in.weight, in.states[0], in.states[1]};
               }},
              "optimizer 'o': 'emb.optimizer' op has the state \"m\" twice");
}

TEST_F(DeclareOptimizer, AnErrorElsewhereIsNotItsOwn) {
  graph.fail(SourceLocation::current(), "another one");
  EXPECT_TRUE(declare({.name = "sgd", .rule = descend}));
  EXPECT_EQ(graph.getErrors().size(), 1u);
}

//===----------------------------------------------------------------------===//
// Learning rates
//===----------------------------------------------------------------------===//

TEST(DefaultLearningRate, IsThatOfPyTorch) {
  EXPECT_EQ(getDefaultLearningRate(Adagrad()), 0.01);
  EXPECT_EQ(getDefaultLearningRate(RowWiseAdagrad()), 0.01);
  EXPECT_EQ(getDefaultLearningRate(SGD()), 0.001);
  EXPECT_EQ(getDefaultLearningRate(SparseAdam()), 0.001);
  EXPECT_EQ(getDefaultLearningRate(Adam()), 0.001);
  EXPECT_EQ(getDefaultLearningRate(AdamW()), 0.001);
  EXPECT_EQ(getDefaultLearningRate(LazyAdamW()), 0.001);
}
} // namespace
