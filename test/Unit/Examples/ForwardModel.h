//===- ForwardModel.h - A forward.mlir beside a model in C++ ----*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EMB_TEST_UNIT_EXAMPLES_FORWARDMODEL_H
#define EMB_TEST_UNIT_EXAMPLES_FORWARDMODEL_H

#include "emb/Model/Model.h"
#include "gtest/gtest.h"

#include <map>

namespace examples {

/// The elements of a contiguous tensor.
inline std::vector<double> toDoubles(const mlir::emb::TensorRef &tensor) {
  EXPECT_EQ(tensor.dtype, mlir::emb::DType::F32);
  EXPECT_TRUE(tensor.isContiguous());
  const float *data = static_cast<const float *>(tensor.data);
  return {data, data + tensor.getNumElements()};
}

/// All elements within `tolerance`, relative to 0.1 or more.
inline void expectNear(llvm::ArrayRef<double> found,
                       llvm::ArrayRef<double> expected, double tolerance,
                       llvm::StringRef what) {
  ASSERT_EQ(found.size(), expected.size()) << what.str();
  for (size_t i = 0; i < found.size(); ++i)
    ASSERT_NEAR(found[i], expected[i],
                tolerance * (0.1 + std::abs(expected[i])))
        << what.str() << ", element " << i;
}

/// The functions of a file, with parameters and states of their own.
class ForwardModel {
public:
  /// Begins with what the model and its program have.
  ForwardModel(const std::string &path, mlir::emb::Model &model,
               mlir::emb::CompiledModel &program) {
    mlir::emb::CompileOptions options;
    options.useCache = false;
    executable = cantFail(mlir::emb::compileFile(path, options));
    for (const mlir::emb::ParameterInfo &info : model.getParameters())
      copy(info.name, cantFail(model.getParameter(info.name)));
    for (const std::string &name : program.getStateNames())
      copy(name, cantFail(program.getState(name)));
  }

  using Number = std::pair<llvm::StringRef, mlir::emb::RuntimeValue>;

  /// Calls a function; arguments that are neither inputs nor numbers are
  /// parameters and states.
  llvm::SmallVector<mlir::emb::RuntimeValue, 4>
  call(llvm::StringRef name, llvm::ArrayRef<mlir::emb::Feed> inputs,
       llvm::ArrayRef<Number> numbers = {}) {
    std::map<llvm::StringRef, mlir::emb::RuntimeValue> given(numbers.begin(),
                                                             numbers.end());
    for (const mlir::emb::Feed &input : inputs)
      given.emplace(input.name, input.value);
    mlir::emb::CompiledFunction function = cantFail(executable->lookup(name));
    std::vector<mlir::emb::RuntimeValue> arguments;
    for (const auto &argument : function.getSignature().arguments) {
      auto it = given.find(argument.name);
      arguments.push_back(it != given.end() ? it->second
                                            : tensors.at(argument.name));
    }
    return cantFail(function.call(arguments));
  }

  /// Takes a step; returns the loss.
  double train(llvm::ArrayRef<mlir::emb::Feed> inputs,
               std::vector<Number> numbers, double lr, int64_t step) {
    numbers.emplace_back("lr", lr);
    numbers.emplace_back("step", step);
    return call("step", inputs, numbers).back().getScalar().asDouble();
  }

  /// Parameters and states.
  std::map<std::string, mlir::emb::Tensor> tensors;

private:
  void copy(const std::string &name, const mlir::emb::TensorRef &values) {
    tensors[name] = cantFail(mlir::emb::Tensor::copyOf(values));
  }

  std::unique_ptr<mlir::emb::Executable> executable;
};

} // namespace examples

#endif // EMB_TEST_UNIT_EXAMPLES_FORWARDMODEL_H
