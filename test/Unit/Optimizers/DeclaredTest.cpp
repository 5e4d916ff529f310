//===- DeclaredTest.cpp - emb.optimizer among the optimizers --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Optimizers/Optimizers.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::emb;

static constexpr StringRef kModule = R"(
emb.optimizer @norm all states("sum" per_row = 0.5, "m" = -1.0) update {
^bb0(%w: f32, %sum: f32, %m: f32, %g: f32, %lr: f32):
  %total = emb.row_reduce add %g : f32
  emb.yield %w, %total, %m : f32, f32, f32
}
emb.optimizer @plain touched update {
^bb0(%w: f64, %g: f64, %lr: f64):
  emb.yield %g : f64
}
func.func @step(%w: tensor<9x8xf32>, %i: tensor<5xi64>, %g: tensor<5x8xf32>,
                %d: tensor<9x8xf32>, %s: tensor<9xf32>, %lr: f64, %t: i64) {
  return
}
)";

namespace {
class Declared : public testing::Test {
protected:
  Declared()
      : handler(&context, [this](Diagnostic &diagnostic) {
          messages += diagnostic.str();
        }) {
    context.loadDialect<EmbDialect, func::FuncDialect, arith::ArithDialect,
                        math::MathDialect>();
    module = parseSourceString<ModuleOp>(kModule, &context);
    function = module->lookupSymbol<func::FuncOp>("step");
    builder.setInsertionPointToStart(&function.getBody().front());
  }

  Attribute getSymbol(StringRef name) {
    return FlatSymbolRefAttr::get(&context, name);
  }
  Optimizer get(StringRef name) {
    return *getOptimizer(getSymbol(name), function);
  }

  MLIRContext context;
  std::string messages;
  ScopedDiagnosticHandler handler;
  OpBuilder builder{&context};
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
};
} // namespace

TEST_F(Declared, SymbolsAreLookedUp) {
  Optimizer norm = get("norm");
  EXPECT_EQ(getName(norm), "@norm");
  EXPECT_EQ(getAttribute(&context, norm), getSymbol("norm"));
  EXPECT_TRUE(failed(getOptimizer(getSymbol("norm"))));
  EXPECT_TRUE(failed(getOptimizer(getSymbol("none"), function)));
  EXPECT_TRUE(failed(getOptimizer(getSymbol("step"), function)));
}

TEST_F(Declared, StatesAndRowsAreThoseOfTheDeclaration) {
  Optimizer norm = get("norm");
  SmallVector<OptimizerState> states = getStates(norm);
  ASSERT_EQ(states.size(), 2u);
  EXPECT_EQ(states[0].name, "sum");
  EXPECT_TRUE(states[0].isPerRow);
  EXPECT_EQ(states[0].initialValue, 0.5);
  EXPECT_EQ(states[1].name, "m");
  EXPECT_FALSE(states[1].isPerRow);
  EXPECT_EQ(states[1].initialValue, -1.0);
  EXPECT_EQ(getRows(norm), UpdateRows::All);
  EXPECT_EQ(getRows(get("plain")), UpdateRows::Touched);
  EXPECT_TRUE(getStates(get("plain")).empty());
}

TEST_F(Declared, ReductionsOfRowsNeedSparseGradients) {
  EXPECT_EQ(llvm::toString(verify(get("norm"), GradientKind::Dense)),
            "@norm: the gradient is dense, expected a sparse one; the rule "
            "reduces over the columns of a row");
  EXPECT_EQ(llvm::toString(verify(get("norm"), GradientKind::Sparse)), "");
  EXPECT_EQ(llvm::toString(verify(get("plain"), GradientKind::Dense)), "");
}

TEST_F(Declared, OtherComputeTypesAreRefused) {
  auto argument = [&](unsigned number) { return function.getArgument(number); };
  GradientSource source;
  source.indices = argument(1);
  source.gradient = argument(2);
  EXPECT_TRUE(
      failed(buildUpdate(builder, builder.getUnknownLoc(), get("plain"),
                         argument(0), {}, source, argument(5), argument(6))));
  EXPECT_EQ(std::exchange(messages, ""),
            "@plain: the rule is written for 'f64', expected 'f32', the "
            "compute type of the parameter");
  EXPECT_TRUE(failed(buildDenseUpdate(builder, builder.getUnknownLoc(),
                                      get("plain"), argument(0), {},
                                      argument(3), argument(5), argument(6))));
  EXPECT_EQ(std::exchange(messages, ""),
            "@plain: the rule is written for 'f64', expected 'f32', the "
            "compute type of the parameter");
  EXPECT_EQ(function.getBody().front().getOperations().size(), 1u);
}
