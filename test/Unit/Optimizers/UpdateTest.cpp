//===- UpdateTest.cpp - What buildUpdate makes and refuses ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Optimizers/Optimizers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::emb;

namespace {
/// A function whose arguments are what an update is made of.
class Update : public testing::Test {
protected:
  Update()
      : handler(&context, [this](Diagnostic &diagnostic) {
          messages += diagnostic.str();
        }) {
    context.loadDialect<EmbDialect, func::FuncDialect>();
    module = ModuleOp::create(builder.getUnknownLoc());
    builder.setInsertionPointToStart(module->getBody());
    auto function = func::FuncOp::create(builder, module->getLoc(), "step",
                                         builder.getFunctionType({}, {}));
    body = function.addEntryBlock();
    builder.setInsertionPointToStart(body);
  }

  Type tensor(ArrayRef<int64_t> shape, Type element) {
    return RankedTensorType::get(shape, element);
  }
  Value argument(Type type) {
    return body->addArgument(type, builder.getUnknownLoc());
  }

  FailureOr<UpdateOp> build(const Optimizer &optimizer, Value table,
                            ValueRange states = {}, Value lr = {},
                            Value step = {}, const UpdateExtras &extras = {}) {
    GradientSource source;
    source.indices = argument(tensor({5}, builder.getI64Type()));
    source.gradient = argument(tensor({5, 8}, builder.getF32Type()));
    return buildUpdate(builder, builder.getUnknownLoc(), optimizer, table,
                       states, source, lr ? lr : argument(builder.getF64Type()),
                       step ? step : argument(builder.getI64Type()), extras);
  }

  /// The diagnostics of a build that has to fail and to leave nothing behind.
  std::string refusal(const FailureOr<UpdateOp> &update) {
    EXPECT_TRUE(failed(update));
    EXPECT_TRUE(body->empty());
    return std::exchange(messages, "");
  }

  MLIRContext context;
  std::string messages;
  ScopedDiagnosticHandler handler;
  OpBuilder builder{&context};
  OwningOpRef<ModuleOp> module;
  Block *body;
};
} // namespace

TEST_F(Update, OptionsAreRefused) {
  SGD options;
  options.momentum = -1.0;
  Value table = argument(tensor({9, 8}, builder.getF32Type()));
  EXPECT_EQ(refusal(build(options, table)),
            "SGD: momentum is -1, expected a finite number >= 0");
}

TEST_F(Update, TablesAreRefused) {
  auto text = [&](Type type) { return refusal(build(SGD(), argument(type))); };
  EXPECT_EQ(text(tensor({9}, builder.getF32Type())),
            "SGD: the table is 'tensor<9xf32>', expected rank 2, a static "
            "number of columns and floating-point elements");
  EXPECT_NE(text(tensor({9, ShapedType::kDynamic}, builder.getF32Type())), "");
  EXPECT_NE(text(tensor({9, 8}, builder.getI32Type())), "");
  EXPECT_NE(text(builder.getF32Type()), "");
}

TEST_F(Update, StatesAreRefused) {
  Type f32 = builder.getF32Type();
  Value table = argument(tensor({9, 8}, f32));
  Value wide = argument(tensor({9, 8}, builder.getF64Type()));
  Value row = argument(tensor({9}, f32));
  EXPECT_EQ(refusal(build(SparseAdam(), table, {table})),
            "SparseAdam: found 1 states, expected 2: exp_avg, exp_avg_sq");
  EXPECT_EQ(refusal(build(SparseAdam(), table, {table, wide})),
            "SparseAdam: the state exp_avg_sq is 'tensor<9x8xf64>', expected "
            "rank 2 and the compute type of the table, 'f32'");
  EXPECT_EQ(refusal(build(RowWiseAdagrad(), table, {table})),
            "RowWiseAdagrad: the state sum is 'tensor<9x8xf32>', expected "
            "rank 1 and the compute type of the table, 'f32'");
  EXPECT_NE(refusal(build(Adagrad(), table, {row})), "");
}

TEST_F(Update, ScalarsAreRefused) {
  Value table = argument(tensor({9, 8}, builder.getF32Type()));
  Value single = argument(builder.getF32Type());
  EXPECT_EQ(refusal(build(SGD(), table, {}, single)),
            "SGD: the learning rate is 'f32', expected 'f64'");
  EXPECT_EQ(refusal(build(SGD(), table, {}, {}, single)),
            "SGD: the step is 'f32', expected 'i64'");
}

TEST_F(Update, ChangesOfTheGradientAreRefused) {
  Value table = argument(tensor({9, 8}, builder.getF32Type()));
  UpdateExtras extras;
  extras.scale = argument(builder.getF32Type());
  EXPECT_EQ(refusal(build(SGD(), table, {}, {}, {}, extras)),
            "SGD: the scale is 'f32', expected 'f64'");
  extras.scale = {};
  for (double bound : {0.0, -1.0, double(INFINITY), double(NAN)}) {
    extras.clipValue = bound;
    EXPECT_NE(refusal(build(SGD(), table, {}, {}, {}, extras)), "") << bound;
  }
}

TEST_F(Update, WhatDenseGradientsCannotHaveIsRefused) {
  Value parameter = argument(tensor({9, 8}, builder.getF32Type()));
  Value lr = argument(builder.getF64Type());
  Value step = argument(builder.getI64Type());
  auto text = [&](Value found, const UpdateExtras &extras = {}) {
    EXPECT_TRUE(failed(buildDenseUpdate(builder, builder.getUnknownLoc(), SGD(),
                                        found, {}, found, lr, step, extras)));
    EXPECT_TRUE(body->empty());
    return std::exchange(messages, "");
  };
  UpdateExtras grouped, rounded;
  grouped.group = {parameter};
  EXPECT_EQ(text(parameter, grouped), "SGD: a dense gradient has no group");
  rounded.rounding = StochasticRounding{step, step};
  EXPECT_EQ(text(parameter, rounded),
            "SGD: stochastic rounding needs a table, the gradient is dense");
  EXPECT_EQ(text(lr), "SGD: the parameter is 'f64', expected a tensor of "
                      "floating-point elements");
  EXPECT_NE(text(argument(tensor({9}, builder.getI32Type()))), "");
}

TEST_F(Update, ExtrasAreHandedOn) {
  Type i64 = builder.getI64Type();
  Value table = argument(tensor({9, 8}, builder.getBF16Type()));
  // A state may be as narrow as the table.
  Value state = argument(tensor({9, 8}, builder.getBF16Type()));
  UpdateExtras extras;
  Value rows = argument(tensor({5}, i64)), bounds = argument(tensor({6}, i64));
  extras.group = {rows, bounds, rows, argument(builder.getIndexType())};
  Value seed = argument(i64), number = argument(i64);
  extras.rounding = StochasticRounding{seed, number, 3};
  FailureOr<UpdateOp> update = build(Adagrad(), table, {state}, {}, {}, extras);
  ASSERT_TRUE(succeeded(update)) << messages;
  func::ReturnOp::create(builder, builder.getUnknownLoc());
  EXPECT_EQ(SmallVector<Value>(update->getGroup()), extras.group);
  EXPECT_EQ(SmallVector<Value>(update->getRandom()),
            (SmallVector<Value>{seed, number}));
  EXPECT_EQ(update->getTableId(), 3u);
  EXPECT_EQ(update->getElementArg(1).getType(), builder.getF32Type());
  auto function = cast<func::FuncOp>(body->getParentOp());
  function.setType(builder.getFunctionType(body->getArgumentTypes(), {}));
  EXPECT_TRUE(succeeded(mlir::verify(*module))) << messages;
}

TEST_F(Update, BuildersGoOnBehindIt) {
  Value table = argument(tensor({9, 8}, builder.getF32Type()));
  FailureOr<UpdateOp> update = build(SGD(), table);
  ASSERT_TRUE(succeeded(update));
  Operation *after = func::ReturnOp::create(builder, builder.getUnknownLoc());
  EXPECT_EQ(after->getPrevNode(), *update);
}
