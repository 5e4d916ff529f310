//===- ClipGradientsTest.cpp - The norm of all gradients ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emb/Differentiation/ClipGradients.h"
#include "emb/Differentiation/Passes.h"
#include "emb/ExecutionEngine/Executable.h"
#include "emb/InitAll.h"
#include "emb/Optimizers/Optimizers.h"
#include "emb/Pipelines/Pipelines.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace mlir;
using namespace mlir::emb;

static constexpr double kInf = std::numeric_limits<double>::infinity();
static constexpr int64_t kAny = ShapedType::kDynamic;

namespace {
/// A function @clip of the gradients that are added to it.
class ClipGradients : public testing::Test {
protected:
  ClipGradients() : builder(&context) {
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadDialect<EmbDialect, arith::ArithDialect, func::FuncDialect,
                        linalg::LinalgDialect, math::MathDialect,
                        tensor::TensorDialect>();
    module = ModuleOp::create(builder.getUnknownLoc());
    builder.setInsertionPointToStart(module->getBody());
    function = func::FuncOp::create(builder, module->getLoc(), "clip",
                                    builder.getFunctionType({}, {}));
    builder.setInsertionPointToStart(function.addEntryBlock());
  }

  Value addArgument(ArrayRef<int64_t> shape, Type element) {
    return function.front().addArgument(RankedTensorType::get(shape, element),
                                        builder.getUnknownLoc());
  }

  /// A dense gradient, one argument.
  Value addDense(ArrayRef<int64_t> shape, Type element) {
    gradients.push_back({addArgument(shape, element), {}, {}});
    return gradients.back().dense;
  }

  /// A table of ? x `columns` of `element` that is looked up once: the
  /// arguments table, indices, rows.
  ClippedGradient &addSparse(int64_t columns, Type element,
                             std::optional<int64_t> padding = std::nullopt) {
    ClippedGradient gradient;
    gradient.table = addArgument({kAny, columns}, element);
    GradientSource source;
    source.indices = addArgument({kAny}, builder.getI64Type());
    source.gradient = addArgument({kAny, columns}, element);
    source.padding = padding;
    gradient.sources.push_back(source);
    gradients.push_back(gradient);
    return gradients.back();
  }

  void addReturn(ValueRange values) {
    func::ReturnOp::create(builder, builder.getUnknownLoc(), values);
    function.setType(builder.getFunctionType(
        function.front().getArgumentTypes(), values.getTypes()));
  }

  /// Ends @clip with the coefficient as its result, and compiles it.
  void compile(double maxNorm, double normType) {
    addReturn(buildClipCoefficient(builder, builder.getUnknownLoc(), gradients,
                                   maxNorm, normType));
    CompileOptions options;
    options.useCache = false;
    auto compiled = compileModule(*module, options);
    ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
    executable = std::move(*compiled);
  }

  double call(ArrayRef<RuntimeValue> arguments) {
    if (!executable)
      return NAN;
    auto compiled = executable->lookup("clip");
    auto results = compiled->call(arguments);
    if (!results) {
      ADD_FAILURE() << llvm::toString(results.takeError());
      return 0;
    }
    return results->front().getScalar().asDouble();
  }

  /// A tensor that lives as long as the test.
  template <typename T>
  RuntimeValue make(ArrayRef<T> values, ArrayRef<int64_t> shape = {}) {
    Shape extents(shape);
    if (shape.empty())
      extents = {int64_t(values.size())};
    Tensor tensor = llvm::cantFail(Tensor::empty(*dtypeOf<T>(), extents));
    llvm::copy(values, tensor.elements<T>().begin());
    return std::move(tensor);
  }

  RuntimeValue floats(ArrayRef<float> values, ArrayRef<int64_t> shape = {}) {
    return make<float>(values, shape);
  }
  /// One column.
  RuntimeValue column(ArrayRef<float> values) {
    return make<float>(values, {int64_t(values.size()), 1});
  }
  RuntimeValue ids(ArrayRef<int64_t> values) { return make<int64_t>(values); }

  DialectRegistry registry;
  MLIRContext context;
  OpBuilder builder;
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  SmallVector<ClippedGradient> gradients;
  std::unique_ptr<Executable> executable;
};
} // namespace

TEST_F(ClipGradients, DenseNorm) {
  addDense({2}, builder.getF32Type());
  compile(/*maxNorm=*/1, /*normType=*/2);
  EXPECT_DOUBLE_EQ(call({floats({3, 4})}), 1 / (5 + 1e-6));
  // Below the bound nothing is scaled.
  EXPECT_EQ(call({floats({0.3f, -0.4f})}), 1.0);
  EXPECT_EQ(call({floats({0, 0})}), 1.0);
}

TEST_F(ClipGradients, SpecialNumbers) {
  addDense({2, kAny}, builder.getF32Type());
  compile(1, 2);
  EXPECT_TRUE(std::isnan(call({floats({3, NAN, 1, 1}, {2, 2})})));
  EXPECT_EQ(call({floats({3, INFINITY, 1, 1}, {2, 2})}), 0.0);
  EXPECT_EQ(call({floats({}, {2, 0})}), 1.0);
}

// 3, 4 and, in another tensor, 12 and 0.
static const double kNorms[][2] = {
    {1, 19},
    {2, 13},
    {3, 12.207054953820636},  // 1819^(1/3)
    {0.5, 51.78460969082653}, // (3^(1/2) + 4^(1/2) + 12^(1/2))^2
    {kInf, 12}};

class ClipNorms : public ClipGradients,
                  public testing::WithParamInterface<const double *> {};

TEST_P(ClipNorms, OverAllGradients) {
  auto [p, norm] = std::pair(GetParam()[0], GetParam()[1]);
  addDense({kAny}, builder.getF64Type());
  addDense({1, 2, 1}, builder.getF32Type());
  addDense({}, builder.getF32Type());
  compile(1, p);
  double numbers[] = {3, -4};
  float zero = 0;
  EXPECT_NEAR(call({TensorRef(numbers, {2}), floats({-12, 0}, {1, 2, 1}),
                    TensorRef(&zero, DType::F32, {})}),
              1 / (norm + 1e-6), 1e-15);
  EXPECT_TRUE(
      std::isnan(call({TensorRef(numbers, {2}), floats({NAN, 0}, {1, 2, 1}),
                       TensorRef(&zero, DType::F32, {})})));
}

INSTANTIATE_TEST_SUITE_P(Of, ClipNorms,
                         testing::Values(kNorms[0], kNorms[1], kNorms[2],
                                         kNorms[3], kNorms[4]));

// Row 1 gets 1 + 2: the norm is 5, that of the rows as they come is 21^(1/2).
TEST_F(ClipGradients, DuplicatesAreSummedFirst) {
  addSparse(1, builder.getF32Type());
  compile(1, 2);
  RuntimeValue table = column({0, 0, 0});
  EXPECT_DOUBLE_EQ(call({table, ids({1, 1, 0}), column({1, 2, 4})}),
                   1 / (5 + 1e-6));
  // What cancels does not count.
  EXPECT_EQ(call({table, ids({1, 1, 1}), column({100, -50, -50})}), 1.0);
}

// Behind the distinct rows there may be anything: here what a call before left.
TEST_F(ClipGradients, RowsBehindTheCountAreNotRead) {
  addSparse(1, builder.getF32Type());
  compile(1, 2);
  std::vector<int64_t> distinct(1000), same(1000, 7);
  for (int64_t k = 0; k < 1000; ++k)
    distinct[k] = k;
  RuntimeValue table = column(std::vector<float>(1000, 0));
  for (float left : {NAN, INFINITY, 1e30f}) {
    call({table, ids(distinct), column(std::vector<float>(1000, left))});
    EXPECT_DOUBLE_EQ(
        call({table, ids(same), column(std::vector<float>(1000, 1))}),
        1 / (1000 + 1e-6));
  }
}

// Row 2 of 3 is padding, as -1.
TEST_F(ClipGradients, PaddingIsLeftOut) {
  addSparse(1, builder.getF32Type(), /*padding=*/-1);
  compile(1, 2);
  EXPECT_DOUBLE_EQ(
      call({column({0, 0, 0}), ids({0, 2, 1, 2}), column({3, 100, 4, NAN})}),
      1 / (5 + 1e-6));
  EXPECT_EQ(call({column({0, 0, 0}), ids({2, 2}), column({100, NAN})}), 1.0);
}

TEST_F(ClipGradients, DenseAndSparse) {
  addDense({2}, builder.getF32Type());
  addSparse(2, builder.getF32Type());
  addSparse(1, builder.getF32Type());
  compile(1, 2);
  // 1^2 + 4^2, 2^2 + 2^2 of row 4, nothing: 25.
  EXPECT_DOUBLE_EQ(
      call({floats({1, 4}), floats(std::vector<float>(10, 9), {5, 2}),
            ids({4, 4}), floats({1, 3, 1, -1}, {2, 2}), column({9}), ids({}),
            floats({}, {0, 1})}),
      1 / (5 + 1e-6));
}

// Two lookups of one table, and a bag whose gradient two occurrences share:
// row 0 gets 1 + 2 * 1, row 1 gets 4.
TEST_F(ClipGradients, SourcesWithParts) {
  ClippedGradient &gradient = addSparse(1, builder.getF32Type());
  GradientSource bag;
  bag.indices = addArgument({2}, builder.getI32Type());
  bag.gradient = addArgument({1, 1}, builder.getF32Type());
  bag.map = addArgument({2}, builder.getI64Type());
  bag.scale = addArgument({2}, builder.getF32Type());
  gradient.sources.push_back(bag);
  compile(1, 2);
  int32_t rows[] = {0, 1};
  EXPECT_DOUBLE_EQ(
      call({column({0, 0}), ids({0}), column({1}), TensorRef(rows, {2}),
            column({1}), ids({0, 0}), floats({2, 4})}),
      1 / (5 + 1e-6));
}

// In f16 the square of 300 is infinity, and 2048 + 1 is 2048: sums of
// duplicates are kept in f32, squares in f64.
TEST_F(ClipGradients, LowPrecision) {
  addSparse(1, builder.getF16Type());
  addDense({1}, builder.getF16Type());
  compile(1, 1);
  auto halves = [](ArrayRef<double> values, ArrayRef<int64_t> shape) {
    Tensor tensor = llvm::cantFail(Tensor::empty(DType::F16, shape));
    for (auto [i, value] : llvm::enumerate(values))
      storeFromDouble(DType::F16, value,
                      static_cast<char *>(tensor.data()) + 2 * i);
    return RuntimeValue(std::move(tensor));
  };
  EXPECT_DOUBLE_EQ(call({halves({0}, {1, 1}), ids({0, 0}),
                         halves({2048, 1}, {2, 1}), halves({300}, {1})}),
                   1 / (2349 + 1e-6));
}

// The update visits the same rows: one sort of the indices serves both.
TEST_F(ClipGradients, SharesItsGroupWithTheUpdate) {
  for (std::optional<int64_t> padding : {std::optional<int64_t>(), {0}, {-1}})
    addSparse(2, builder.getF32Type(), padding);
  Value lr = function.front().addArgument(builder.getF64Type(),
                                          builder.getUnknownLoc());
  Value step = function.front().addArgument(builder.getI64Type(),
                                            builder.getUnknownLoc());
  Location loc = builder.getUnknownLoc();
  Value scale = buildClipCoefficient(builder, loc, gradients, 1.0, 2.0);
  SmallVector<Value> results;
  for (const ClippedGradient &gradient : gradients)
    llvm::append_range(results, ApplyGradientOp::create(
                                    builder, loc, getAttribute(&context, SGD()),
                                    gradient.table, gradient.sources, Value(),
                                    lr, step, scale)
                                    .getResults());
  addReturn(results);
  PassManager pm(&context);
  pm.addPass(createFuseUpdate());
  buildPhase(pm, Phase::Optimize);
  ASSERT_TRUE(succeeded(pm.run(*module)));
  unsigned groups = 0, coalesced = 0, updates = 0;
  module->walk([&](GroupOp) { ++groups; });
  module->walk([&](CoalesceOp) { ++coalesced; });
  module->walk([&](UpdateOp) { ++updates; });
  EXPECT_EQ(groups, 3u);
  EXPECT_EQ(coalesced, 3u);
  EXPECT_EQ(updates, 3u);
}
