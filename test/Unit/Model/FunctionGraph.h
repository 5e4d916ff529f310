//===- FunctionGraph.h - Values and gradients of functions ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A graph without a model around it: what a function of values computes, and
// what emb-differentiate makes of it, for inputs of any element type and shape.
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_UNIT_MODEL_FUNCTIONGRAPH_H
#define EMB_TEST_UNIT_MODEL_FUNCTIONGRAPH_H

#include "../../../lib/Model/Graph.h"
#include "TestSupport.h"
#include "emb/Dialect/Emb/IR/Emb.h"
#include "mlir/IR/IRMapping.h"

#include <cmath>
#include <limits>

namespace mlir::emb::test {

using Doubles = std::vector<double>;

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// What a function computed.
struct Result {
  DType dtype;
  Shape shape;
  Doubles values;
};

class FunctionGraph : public testing::Test {
protected:
  /// An input with its values. In `shape` extents that are not static are
  /// negative; the first of these is found from the number of values, others
  /// are `others`, in order.
  Var input(llvm::ArrayRef<int64_t> shape, const Doubles &values,
            DType dtype = DType::F32, llvm::ArrayRef<int64_t> others = {}) {
    Shape actual(shape);
    int64_t *first = nullptr, known = 1;
    for (int64_t &extent : actual) {
      if (extent < 0 && !first) {
        first = &extent;
        continue;
      }
      if (extent < 0) {
        extent = others.front();
        others = others.drop_front();
      }
      known *= extent;
    }
    if (first)
      *first = values.size() / known;
    Tensor tensor = take(Tensor::empty(dtype, actual));
    EXPECT_EQ(tensor.getNumElements(), static_cast<int64_t>(values.size()));
    for (auto [i, value] : llvm::enumerate(values))
      storeFromDouble(dtype, value,
                      static_cast<char *>(tensor.data()) +
                          i * getByteWidth(dtype));
    inputs.push_back(std::move(tensor));
    std::string name = "x" + std::to_string(inputs.size() - 1);
    return graph.addInput(name, getTensorType(graph.getContext(), dtype, shape),
                          SourceLocation::current());
  }

  /// The text of the graph as a function @f with `results`.
  std::string print(llvm::ArrayRef<Var> results) {
    EXPECT_TRUE(graph.getErrors().empty())
        << llvm::join(graph.getErrors(), "\n");
    IRMapping mapping;
    OwningOpRef<ModuleOp> module(
        cast<ModuleOp>(graph.getModule()->clone(mapping)));
    auto function =
        cast<func::FuncOp>(mapping.lookup(graph.getBlock().getParentOp()));
    Block &body = function.getBody().front();
    llvm::SmallVector<Value> values;
    for (Var result : results)
      values.push_back(mapping.lookup(result.getValue()));
    OpBuilder builder = OpBuilder::atBlockEnd(&body);
    func::ReturnOp::create(builder, function.getLoc(), values);
    function.setName("f");
    function.setType(builder.getFunctionType(body.getArgumentTypes(),
                                             ValueRange(values).getTypes()));
    for (unsigned i = 0; i < body.getNumArguments(); ++i)
      function.setArgAttr(i, kArgumentNameAttr,
                          builder.getStringAttr("x" + std::to_string(i)));
    std::string text;
    llvm::raw_string_ostream os(text);
    for (Operation &op : *module->getBody())
      os << op << "\n";
    return text;
  }

  static std::unique_ptr<Executable> compile(llvm::StringRef text) {
    CompileOptions options;
    options.optLevel = 1;
    options.useCache = false;
    return take(compileString(text, options));
  }

  std::vector<Result> run(llvm::StringRef text, llvm::StringRef name,
                          llvm::ArrayRef<RuntimeValue> arguments) {
    std::unique_ptr<Executable> program = compile(text);
    CompiledFunction function = take(program->lookup(name));
    auto results = take(function.call(arguments));
    std::vector<Result> read;
    for (RuntimeValue &value : results)
      read.push_back(convert(value));
    return read;
  }

  static Result convert(const RuntimeValue &value) {
    if (value.isScalar())
      return {value.getDType(), {}, {value.getScalar().asDouble()}};
    Tensor tensor = take(Tensor::copyOf(value.getTensor()));
    Result result = {tensor.getDType(), Shape(tensor.getShape()), {}};
    for (int64_t i = 0; i < tensor.getNumElements(); ++i)
      result.values.push_back(loadAsDouble(
          tensor.getDType(), static_cast<char *>(tensor.data()) +
                                 i * getByteWidth(tensor.getDType())));
    return result;
  }

  std::vector<RuntimeValue> getArguments() {
    std::vector<RuntimeValue> arguments;
    for (Tensor &tensor : inputs)
      arguments.push_back(tensor);
    return arguments;
  }

  std::vector<Result> evaluate(llvm::ArrayRef<Var> results) {
    return run(print(results), "f", getArguments());
  }
  Result evaluate(Var result) { return evaluate(llvm::ArrayRef(result))[0]; }

  /// The gradients by the inputs `wrt` of the sum of the elements of `result`,
  /// each multiplied by one of `seed`.
  std::vector<Doubles> differentiate(Var result,
                                     const std::vector<unsigned> &wrt,
                                     const Doubles &seed) {
    std::string text = "emb.gradient @df of @f wrt(";
    for (auto [i, number] : llvm::enumerate(wrt))
      text += (i ? ", \"x" : "\"x") + std::to_string(number) + "\"";
    text += ") seeded\n" + print(result);
    Result value = evaluate(result);
    EXPECT_EQ(value.values.size(), seed.size());
    Tensor seeds = take(Tensor::empty(value.dtype, value.shape));
    for (auto [i, number] : llvm::enumerate(seed))
      storeFromDouble(value.dtype, number,
                      static_cast<char *>(seeds.data()) +
                          i * getByteWidth(value.dtype));
    std::vector<RuntimeValue> arguments = getArguments();
    arguments.push_back(seeds);
    std::vector<Doubles> gradients;
    for (Result &found : run(text, "df", arguments))
      gradients.push_back(found.values);
    EXPECT_EQ(gradients.size(), wrt.size() + 1);
    gradients.erase(gradients.begin());
    return gradients;
  }
  Doubles differentiate(Var result, const Doubles &seed) {
    return differentiate(result, std::vector<unsigned>{0}, seed)[0];
  }

  /// The message of the only error, which is of line `line` of this program.
  std::string refusal(unsigned line, llvm::StringRef file) {
    EXPECT_EQ(graph.getErrors().size(), 1u)
        << llvm::join(graph.getErrors(), "\n");
    if (graph.getErrors().empty())
      return "no error";
    llvm::StringRef message = graph.getErrors().back();
    std::string place = (file + ":" + llvm::Twine(line) + ":").str();
    EXPECT_TRUE(message.starts_with(place)) << message.str();
    return message.split(": error: ").second.str();
  }

  /// Of the IR, how often `what` is in it.
  static size_t count(llvm::StringRef text, llvm::StringRef what) {
    return text.count(what);
  }

  Graph graph{0};
  std::vector<Tensor> inputs;
};

/// Compares up to `tolerance` times the size of the expected number; NaN is
/// equal to NaN.
inline void expectNear(const Doubles &found, const Doubles &expected,
                       double tolerance = 2e-6) {
  ASSERT_EQ(found.size(), expected.size());
  for (auto [i, number] : llvm::enumerate(expected)) {
    if (std::isnan(number))
      EXPECT_TRUE(std::isnan(found[i])) << "element " << i << ": " << found[i];
    else if (std::isinf(number))
      EXPECT_EQ(found[i], number) << "element " << i;
    else
      EXPECT_NEAR(found[i], number, tolerance * std::max(1.0, std::abs(number)))
          << "element " << i;
  }
}

} // namespace mlir::emb::test

#endif // EMB_TEST_UNIT_MODEL_FUNCTIONGRAPH_H
