//===- DenseUpdateTest.cpp - Optimizers on whole tensors ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StepFunction.h"
#include "Training.h"
#include "emb/InitAll.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace mlir;
using namespace mlir::emb;
using namespace emb_test;

constexpr int64_t kRows = 6, kColumns = 4, kSteps = 5;

namespace {
/// A parameter and its states after some steps.
struct Buffers {
  std::vector<Tensor> tensors;

  std::string getBytes() const {
    std::string bytes;
    for (const Tensor &tensor : tensors)
      bytes.append(static_cast<const char *>(tensor.data()),
                   tensor.getSizeInBytes());
    return bytes;
  }
};

/// The same steps on a table, each row of which is looked up once, and on dense
/// parameters of other shapes with the same elements.
class DenseUpdate : public testing::TestWithParam<Case> {
protected:
  DenseUpdate() {
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadDialect<EmbDialect, func::FuncDialect>();
  }

  /// Compiles @table, and a function for each shape.
  void compile(DType type) {
    dtype = type;
    Type element = getElementType(context, dtype);
    OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
    const Optimizer &optimizer = GetParam().optimizer;
    ASSERT_TRUE(succeeded(
        addStepFunction(*module, "table", optimizer, element, kColumns)));
    auto add = [&](StringRef name, ArrayRef<int64_t> shape) {
      return succeeded(addDenseStepFunction(
          *module, name, optimizer, RankedTensorType::get(shape, element)));
    };
    int64_t any = ShapedType::kDynamic;
    ASSERT_TRUE(add("flat", {kRows * kColumns}));
    ASSERT_TRUE(add("matrix", {any, kColumns}));
    ASSERT_TRUE(add("cube", {2, any, any}));
    CompileOptions options;
    options.useCache = false;
    auto compiled = compileModule(*module, options);
    ASSERT_TRUE(bool(compiled)) << llvm::toString(compiled.takeError());
    executable = std::move(*compiled);
  }

  Tensor makeTensor(DType type, ArrayRef<int64_t> shape,
                    ArrayRef<double> values) {
    Tensor tensor = llvm::cantFail(Tensor::empty(type, shape));
    for (auto [i, value] : llvm::enumerate(values))
      storeFromDouble(type, value,
                      static_cast<char *>(tensor.data()) +
                          i * getByteWidth(type));
    return tensor;
  }

  /// What step `t` adds to row `row`; a number of every type.
  static std::vector<double> getGradient(int64_t t, int64_t row) {
    std::mt19937_64 random(100 * t + row);
    std::vector<double> values;
    for (int64_t d = 0; d < kColumns; ++d)
      values.push_back(double(int64_t(random() % 65) - 32) / 16.0);
    return values;
  }

  Buffers makeBuffers(ArrayRef<int64_t> shape) {
    std::vector<double> weight(kRows * kColumns);
    for (auto [i, value] : llvm::enumerate(weight))
      value = 1.0 + double(i % 7) / 8.0;
    Buffers buffers;
    buffers.tensors.push_back(makeTensor(dtype, shape, weight));
    DType compute = dtype == DType::F64 ? DType::F64 : DType::F32;
    for (const OptimizerState &state : getStates(GetParam().optimizer))
      buffers.tensors.push_back(
          makeTensor(compute, shape,
                     std::vector<double>(weight.size(), state.initialValue)));
    return buffers;
  }

  /// Calls @name with the buffers, then `rest`.
  void call(StringRef name, Buffers &buffers, ArrayRef<RuntimeValue> rest) {
    SmallVector<RuntimeValue> arguments;
    for (Tensor &tensor : buffers.tensors)
      arguments.push_back(tensor);
    llvm::append_range(arguments, rest);
    auto function = executable->lookup(name);
    ASSERT_TRUE(bool(function)) << llvm::toString(function.takeError());
    auto results = function->call(arguments);
    ASSERT_TRUE(bool(results)) << llvm::toString(results.takeError());
  }

  /// Rows come in another order in each step.
  Buffers trainTable() {
    Buffers buffers = makeBuffers({kRows, kColumns});
    for (int64_t t = 1; t <= kSteps; ++t) {
      std::vector<int64_t> ids;
      std::vector<double> values;
      for (int64_t k = 0; k < kRows; ++k) {
        ids.push_back((5 * k + t) % kRows);
        llvm::append_range(values, getGradient(t, ids.back()));
      }
      Tensor gradient = makeTensor(dtype, {kRows, kColumns}, values);
      call("table", buffers,
           {TensorRef(ids.data(), {kRows}), gradient, GetParam().lr, t});
    }
    return buffers;
  }

  Buffers trainDense(StringRef name, ArrayRef<int64_t> shape) {
    Buffers buffers = makeBuffers(shape);
    for (int64_t t = 1; t <= kSteps; ++t) {
      std::vector<double> values;
      for (int64_t row = 0; row < kRows; ++row)
        llvm::append_range(values, getGradient(t, row));
      Tensor gradient = makeTensor(dtype, shape, values);
      call(name, buffers, {gradient, GetParam().lr, t, 1.0});
    }
    return buffers;
  }

  void checkForms(DType type) {
    ASSERT_NO_FATAL_FAILURE(compile(type));
    std::string expected = trainTable().getBytes();
    EXPECT_TRUE(trainDense("flat", {kRows * kColumns}).getBytes() == expected);
    EXPECT_TRUE(trainDense("matrix", {kRows, kColumns}).getBytes() == expected);
    EXPECT_TRUE(trainDense("cube", {2, 3, kColumns}).getBytes() == expected);
  }

  /// Against the formulas in doubles.
  void checkNumbers(double tolerance) {
    Model want;
    want.numRows = kRows;
    want.numColumns = kColumns;
    auto readAll = [](const Tensor &tensor) {
      std::vector<double> values(tensor.getNumElements());
      for (auto [i, value] : llvm::enumerate(values))
        value = loadAsDouble(tensor.getDType(),
                             static_cast<const char *>(tensor.data()) +
                                 i * getByteWidth(tensor.getDType()));
      return values;
    };
    Buffers start = makeBuffers({kRows, kColumns});
    want.weight = readAll(start.tensors[0]);
    for (const Tensor &state : llvm::drop_begin(start.tensors))
      want.states.push_back(readAll(state));
    for (int64_t t = 1; t <= kSteps; ++t) {
      RowGradients gradients;
      for (int64_t row = 0; row < kRows; ++row)
        gradients[row] = getGradient(t, row);
      stepReference(GetParam().optimizer, want, gradients, GetParam().lr, t);
    }
    Buffers got = trainDense("matrix", {kRows, kColumns});
    auto compare = [&](const Tensor &found, ArrayRef<double> expected) {
      for (auto [a, b] : llvm::zip_equal(readAll(found), expected))
        EXPECT_NEAR(a, b, tolerance * std::max(std::abs(b), 1e-2));
    };
    compare(got.tensors[0], want.weight);
    for (auto [state, values] :
         llvm::zip_equal(llvm::drop_begin(got.tensors), want.states))
      compare(state, values);
  }

  DialectRegistry registry;
  MLIRContext context;
  DType dtype;
  std::unique_ptr<Executable> executable;
};
} // namespace

TEST_P(DenseUpdate, InF32) {
  ASSERT_NO_FATAL_FAILURE(checkForms(DType::F32));
  checkNumbers(1e-5);
}

TEST_P(DenseUpdate, InF64) {
  ASSERT_NO_FATAL_FAILURE(checkForms(DType::F64));
  checkNumbers(1e-12);
}

TEST_P(DenseUpdate, InF16) { checkForms(DType::F16); }
TEST_P(DenseUpdate, InBF16) { checkForms(DType::BF16); }

/// All optimizers that take dense gradients.
static std::vector<Case> getDenseCases() {
  std::vector<Case> cases = getCases();
  llvm::erase_if(cases, [](const Case &test) {
    return std::holds_alternative<SparseAdam>(test.optimizer) ||
           std::holds_alternative<RowWiseAdagrad>(test.optimizer);
  });
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Of, DenseUpdate, testing::ValuesIn(getDenseCases()),
                         [](const testing::TestParamInfo<Case> &info) {
                           return info.param.name;
                         });
